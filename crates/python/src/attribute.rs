//! Attribute access the generic way, for what is no DICOM keyword. One call of the C API that PyO3 has no safe form of.

use pyo3::prelude::*;
use pyo3::types::PyString;

/// What `object.__getattribute__` gives.
pub fn generic<'py>(object: &Bound<'py, PyAny>, name: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: both pointers are of live objects that the `Bound`s hold; the call returns a new reference or null with an
    // exception set, which is just what `from_owned_ptr_or_err` takes over.
    unsafe {
        Bound::from_owned_ptr_or_err(
            object.py(),
            pyo3::ffi::PyObject_GenericGetAttr(object.as_ptr(), name.as_ptr()),
        )
    }
}
