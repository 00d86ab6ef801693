//! `dicom._core`: the binding of the core crates, and nothing more.
//!
//! Each room binds one noun and has its own `register`. Errors cross in `error`, the only unsafe is in `buffer`.
use pyo3::prelude::*;

mod buffer;
mod dictionary;
mod pixels;

#[pymodule(gil_used = false)]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    dictionary::register(module)?;
    pixels::register(module)?;
    Ok(())
}
