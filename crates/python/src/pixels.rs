//! Binding of the pixels crate.
use pyo3::prelude::*;

/// Adds this room's functions to `_core`.
pub fn register(_module: &Bound<'_, PyModule>) -> PyResult<()> {
    Ok(())
}
