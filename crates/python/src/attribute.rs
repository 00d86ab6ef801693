//! Attribute access the generic way, for what is no DICOM keyword. Two calls of the C API that PyO3 has no safe form of.

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

/// What `object.__setattr__` does; without a value what `object.__delattr__` does.
pub fn set_generic(
    object: &Bound<'_, PyAny>,
    name: &Bound<'_, PyString>,
    value: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    let value = value.map_or(std::ptr::null_mut(), |value| value.as_ptr());
    // SAFETY: the pointers are of live objects that the `Bound`s hold, or null, which the call takes for "delete"; it
    // borrows them, and gives 0, or -1 with an exception set.
    let status = unsafe { pyo3::ffi::PyObject_GenericSetAttr(object.as_ptr(), name.as_ptr(), value) };
    if status == 0 {
        return Ok(());
    }
    Err(PyErr::fetch(object.py()))
}
