//! `dicom._core`: the binding of the core crates, and nothing more.
//!
//! Each room binds one noun and has its own `register`. Errors cross in `error`, the only unsafe is in `buffer` and `attribute`.
use pyo3::prelude::*;

mod assemble;
mod assign;
mod attribute;
mod buffer;
mod changes;
mod classes;
mod columns;
mod contours;
mod dataset;
mod dictionary;
mod element;
mod error;
mod json;
mod json_sink;
mod overlay;
mod pixels;
mod read;
mod scan;
mod scope;
mod stored;
mod text;
mod value;
mod volume;
mod write;

#[pymodule(gil_used = false)]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    assemble::register(module)?;
    assign::register(module)?;
    classes::register(module)?;
    columns::register(module)?;
    contours::register(module)?;
    dataset::register(module)?;
    dictionary::register(module)?;
    element::register(module)?;
    json::register(module)?;
    pixels::register(module)?;
    read::register(module)?;
    scan::register(module)?;
    stored::register(module)?;
    volume::register(module)?;
    write::register(module)?;
    // PyO3 lists every name for a star import, which an internal module has no use for.
    module.dict().del_item("__all__")
}
