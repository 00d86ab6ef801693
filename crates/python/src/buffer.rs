//! Contiguous bytes of Python objects as slices: the only unsafe of this library.
//!
//! A [`ReadableBuffer`] or [`WritableBuffer`] holds the exporter's buffer (PEP 3118), so that the memory neither moves nor
//! goes away while a slice of it is in use, with the GIL released too. What no buffer can hold off is another thread that
//! writes the same memory meanwhile: our own callers pass `bytes`, or arrays that no other code has yet seen.
use dcm_encoding::source::SharedBytes;
use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::{PyBufferError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::c_int;

/// A C-contiguous buffer of any element type, read as bytes.
pub struct ReadableBuffer(PyUntypedBuffer);

impl ReadableBuffer {
    pub fn new(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        contiguous(object).map(Self)
    }

    pub fn as_slice(&self) -> &[u8] {
        let length = self.0.len_bytes();
        if length == 0 {
            // The pointer of an empty buffer may be null, which no slice may be.
            return &[];
        }
        // SAFETY: the buffer is C-contiguous (checked in `contiguous`), so `length` bytes from its pointer on are one
        // initialized allocation, which the exporter keeps alive and in place until `self.0` is released on drop; the slice
        // borrows `self`. Bytes have no alignment and no invalid patterns. That nobody writes them meanwhile is the callers'
        // contract in the module's documentation.
        unsafe { std::slice::from_raw_parts(self.0.buf_ptr().cast::<u8>(), length) }
    }
}

impl AsRef<[u8]> for ReadableBuffer {
    fn as_ref(&self) -> &[u8] {
        self.as_slice()
    }
}

/// A C-contiguous, writable buffer of any element type, written as bytes.
pub struct WritableBuffer(PyUntypedBuffer);

impl WritableBuffer {
    pub fn new(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let buffer = contiguous(object)?;
        if buffer.readonly() {
            return Err(PyBufferError::new_err("a writable buffer is needed"));
        }
        Ok(Self(buffer))
    }

    /// Refuses a source that shares memory with this buffer: a slice that is written must be the only one.
    pub fn ensure_apart_from(&self, source: &ReadableBuffer) -> PyResult<()> {
        let (target, source) = (&self.0, &source.0);
        let begin = |buffer: &PyUntypedBuffer| buffer.buf_ptr().addr();
        let end = |buffer: &PyUntypedBuffer| begin(buffer).saturating_add(buffer.len_bytes());
        if begin(target) < end(source) && begin(source) < end(target) {
            return Err(PyValueError::new_err("the source and the target share memory"));
        }
        Ok(())
    }

    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        let length = self.0.len_bytes();
        if length == 0 {
            return &mut [];
        }
        // SAFETY: as in `ReadableBuffer::as_slice`; besides, the exporter declared the memory writable (checked in `new`), the
        // slice borrows `self` mutably, and functions that also read check `ensure_apart_from` first.
        unsafe { std::slice::from_raw_parts_mut(self.0.buf_ptr().cast::<u8>(), length) }
    }
}

fn contiguous(object: &Bound<'_, PyAny>) -> PyResult<PyUntypedBuffer> {
    let buffer = PyUntypedBuffer::get(object)?;
    if !buffer.is_c_contiguous() {
        return Err(PyBufferError::new_err("a C-contiguous buffer is needed"));
    }
    Ok(buffer)
}

/// A run of bytes that the core holds, lent to Python without a copy. It is never written.
#[pyclass(frozen, module = "dicom._core")]
pub struct Run {
    bytes: SharedBytes,
    start: usize,
    end: usize,
}

impl Run {
    /// The bytes from `start` up to `end`; what lies behind them is left out.
    pub fn new(bytes: SharedBytes, start: usize, end: usize) -> Self {
        Self { bytes, start, end }
    }

    fn as_slice(&self) -> &[u8] {
        let bytes: &[u8] = (*self.bytes).as_ref();
        bytes.get(self.start..self.end).unwrap_or_default()
    }
}

#[pymethods]
impl Run {
    fn __len__(&self) -> usize {
        self.as_slice().len()
    }

    /// # Safety
    /// Python gives a valid pointer to a `Py_buffer` that is to be filled in.
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let bytes = slf.get().as_slice();
        let length = ffi::Py_ssize_t::try_from(bytes.len())
            .map_err(|_| PyBufferError::new_err("the bytes are more than a buffer can have"))?;
        // SAFETY: `view` is Python's, to be filled in here. The pointer is that of bytes that `slf` owns and never moves or
        // writes; the call makes the view hold a reference to `slf`, so that they live as long as the view. The view is
        // made read-only (the 1), so that nobody writes through the pointer.
        let status =
            unsafe { ffi::PyBuffer_FillInfo(view, slf.as_ptr(), bytes.as_ptr().cast_mut().cast(), length, 1, flags) };
        if status == 0 {
            return Ok(());
        }
        Err(PyErr::fetch(slf.py()))
    }
}
