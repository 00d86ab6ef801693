//! Calls of the C API that PyO3 has no safe form of: attribute access the generic way, for what is no DICOM keyword, and
//! what the garbage collector is told.

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
        track(object);
        return Ok(());
    }
    Err(PyErr::fetch(object.py()))
}

/// Lets the garbage collector pass over an object that can't be part of a circle of references that it could see.
///
/// What our classes hold lies in Rust, where the collector doesn't look: a data set of 100,000 elements would cost it
/// more time than reading them, for nothing. Links upwards are weak, so that no circles come about.
pub fn untrack(object: &Bound<'_, PyAny>) {
    let object = object.as_ptr();
    // SAFETY: the pointer is of a live object that the `Bound` holds. An object of a type that the collector knows may be
    // untracked at any time; the check keeps the call from those that have no header for it.
    unsafe {
        if pyo3::ffi::PyObject_GC_IsTracked(object) == 1 {
            pyo3::ffi::PyObject_GC_UnTrack(object.cast());
        }
    }
}

/// Takes back `untrack`: an attribute was set, which may lead back to the object.
fn track(object: &Bound<'_, PyAny>) {
    let object = object.as_ptr();
    // SAFETY: as above; an object may be tracked when it is not, and all its fields are valid: it was made long ago.
    unsafe {
        let flags = pyo3::ffi::PyType_GetFlags(pyo3::ffi::Py_TYPE(object));
        if flags & pyo3::ffi::Py_TPFLAGS_HAVE_GC != 0 && pyo3::ffi::PyObject_GC_IsTracked(object) == 0 {
            pyo3::ffi::PyObject_GC_Track(object.cast());
        }
    }
}
