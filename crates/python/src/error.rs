//! The one place where errors of the core crates become Python errors.

use crate::classes::Classes;
use dcm_encoding::error::{Error, Kind};
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Makes an error of a registered class, with the facts as attributes.
pub fn raise(py: Python<'_>, class: &str, message: &str, tag: Option<u32>, offset: Option<u64>) -> PyErr {
    let Ok(class) = Classes::error(py, class) else {
        return PyValueError::new_err(message.to_owned());
    };
    let facts = PyDict::new(py);
    // Setting an int under a str key fails only when memory is out; the error without its facts is good enough then.
    if let Some(tag) = tag {
        let _ = facts.set_item("tag", tag);
    }
    if let Some(offset) = offset {
        let _ = facts.set_item("offset", offset);
    }
    match class.call((message,), Some(&facts)) {
        Ok(error) => PyErr::from_value(error),
        Err(error) => error,
    }
}

fn of_class(py: Python<'_>, class: &str, error: &Error, tag: Option<u32>) -> PyErr {
    raise(py, class, &error.to_string(), tag, error.offset)
}

/// Turns an error of the encoding crate into the Python error of its kind.
pub fn to_python(py: Python<'_>, error: Error, tag: Option<u32>) -> PyErr {
    match error.kind {
        Kind::Io(io) => os_error(io),
        Kind::NotDicom(_) => of_class(py, "InvalidDicomError", &error, tag),
        Kind::Limit(..) => of_class(py, "LimitError", &error, tag),
        Kind::Changed(_) | Kind::Closed => of_class(py, "FileChangedError", &error, tag),
        Kind::Deflate | Kind::Fragments(_) => of_class(py, "ParseError", &error, tag),
    }
}

/// An `OSError` with its number, by which Python chooses the class (`PermissionError`, ...).
fn os_error(error: std::io::Error) -> PyErr {
    let Some(number) = error.raw_os_error() else {
        return error.into();
    };
    // Rust adds the number in brackets, which Python shows on its own.
    let text = error.to_string();
    let message = text.split(" (os error").next().unwrap_or_default().to_owned();
    PyOSError::new_err((number, message))
}
