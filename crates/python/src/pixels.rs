//! Binding of the pixels crate: frames as buffers, the GIL released while a kernel runs.
//!
//! A kernel's error crosses as `ValueError(kind, message, offset)`; `dicom.pixels` makes it one of `dicom.errors`.
use crate::buffer::{ReadableBuffer, WritableBuffer};
use dcm_pixels::{FrameDescription, color, deflate, guard, native, rle};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// What the header of a frame's codestream declares.
#[pyclass(frozen, module = "dicom._core")]
pub struct FrameHeader(dcm_pixels::FrameHeader);

#[pymethods]
impl FrameHeader {
    /// "JPEG", "JPEG-LS", "JPEG 2000", "HTJ2K" or "JPEG XL".
    #[getter]
    fn codestream(&self) -> &'static str {
        self.0.codestream.as_str()
    }

    /// The number of a JPEG stream's SOF marker (0 baseline, 3 lossless, ...); None for other codestreams.
    #[getter]
    fn process(&self) -> Option<u8> {
        match self.0.codestream {
            dcm_pixels::Codestream::Jpeg { process } => Some(process),
            _ => None,
        }
    }

    #[getter]
    fn rows(&self) -> u32 {
        self.0.height
    }

    #[getter]
    fn columns(&self) -> u32 {
        self.0.width
    }

    #[getter]
    fn components(&self) -> u16 {
        self.0.components
    }

    #[getter]
    fn bits(&self) -> u8 {
        self.0.bits
    }

    #[getter]
    fn is_signed(&self) -> bool {
        self.0.signed
    }

    #[getter]
    fn is_float(&self) -> bool {
        self.0.float
    }

    #[getter]
    fn adobe_transform(&self) -> Option<u8> {
        self.0.color.adobe_transform
    }

    #[getter]
    fn has_jfif(&self) -> bool {
        self.0.color.jfif
    }

    #[getter]
    fn start(&self) -> usize {
        self.0.start
    }

    #[getter]
    fn end(&self) -> usize {
        self.0.end
    }

    #[getter]
    fn by_planes(&self) -> bool {
        self.0.by_planes
    }

    #[getter]
    fn has_jpeg_reconstruction(&self) -> bool {
        self.0.has_jpeg_reconstruction
    }

    /// Whether the coding itself loses nothing; None where the header doesn't tell (JPEG XL).
    #[getter]
    fn is_reversible(&self) -> Option<bool> {
        self.0.reversible
    }

    /// "LRCP", "RLCP", "RPCL", "PCRL" or "CPRL"; None where it changes within the stream, and for other codestreams.
    #[getter]
    fn progression(&self) -> Option<&'static str> {
        self.0.wavelet?.progression.map(dcm_pixels::Progression::as_str)
    }

    #[getter]
    fn layers(&self) -> Option<u16> {
        Some(self.0.wavelet?.layers)
    }

    #[getter]
    fn decomposition_levels(&self) -> Option<u8> {
        Some(self.0.wavelet?.levels)
    }

    #[getter]
    fn tiles(&self) -> Option<u32> {
        Some(self.0.wavelet?.tiles)
    }

    #[getter]
    fn uses_color_transform(&self) -> bool {
        self.0.wavelet.is_some_and(|coding| coding.color_transform)
    }

    #[getter]
    fn has_tlm(&self) -> bool {
        self.0.wavelet.is_some_and(|coding| coding.has_tlm)
    }
}

fn error(error: dcm_pixels::Error) -> PyErr {
    PyValueError::new_err((error.kind.as_str(), error.message, error.offset))
}

#[pyfunction]
#[pyo3(signature = (frame, /))]
fn read_frame_header(py: Python<'_>, frame: &Bound<'_, PyAny>) -> PyResult<FrameHeader> {
    let frame = ReadableBuffer::new(frame)?;
    let data = frame.as_slice();
    py.detach(|| guard::read_header(data)).map(FrameHeader).map_err(error)
}

/// From this many bytes on, a hostile header can keep the guard busy for longer than the lock should be held.
const LONG_FRAME: usize = 1 << 20;

#[pyfunction]
#[pyo3(signature = (frame, /, rows, columns, samples_per_pixel, bits_allocated))]
fn check_frame(
    py: Python<'_>,
    frame: &Bound<'_, PyAny>,
    rows: u32,
    columns: u32,
    samples_per_pixel: u16,
    bits_allocated: u16,
) -> PyResult<FrameHeader> {
    let description = FrameDescription {
        rows,
        columns,
        samples_per_pixel,
        bits_allocated,
    };
    let frame = ReadableBuffer::new(frame)?;
    let data = frame.as_slice();
    // Less than a microsecond for an honest header. To let go of the lock costs more than that where several threads
    // decode: each time, the others may be waited for.
    let checked = if data.len() < LONG_FRAME {
        guard::check_frame(data, &description)
    } else {
        py.detach(|| guard::check_frame(data, &description))
    };
    checked.map(FrameHeader).map_err(error)
}

/// Gives how many segments were longer than the frame has pixels.
#[pyfunction]
#[pyo3(signature = (frame, out, /, rows, columns, samples_per_pixel, bits_allocated))]
fn decode_rle_frame(
    py: Python<'_>,
    frame: &Bound<'_, PyAny>,
    out: &Bound<'_, PyAny>,
    rows: u32,
    columns: u32,
    samples_per_pixel: u16,
    bits_allocated: u16,
) -> PyResult<usize> {
    let description = FrameDescription {
        rows,
        columns,
        samples_per_pixel,
        bits_allocated,
    };
    from_one_into_other(py, frame, out, |data, out| rle::decode_frame(data, &description, out))
        .map(|tolerated| tolerated.overlong_segments)
}

#[pyfunction]
#[pyo3(signature = (frame, /, rows, columns, samples_per_pixel, bits_allocated))]
fn encode_rle_frame<'py>(
    py: Python<'py>,
    frame: &Bound<'py, PyAny>,
    rows: u32,
    columns: u32,
    samples_per_pixel: u16,
    bits_allocated: u16,
) -> PyResult<Bound<'py, PyBytes>> {
    let description = FrameDescription {
        rows,
        columns,
        samples_per_pixel,
        bits_allocated,
    };
    let frame = ReadableBuffer::new(frame)?;
    let data = frame.as_slice();
    let encoded = py.detach(|| rle::encode_frame(data, &description)).map_err(error)?;
    Ok(PyBytes::new(py, &encoded))
}

#[pyfunction]
#[pyo3(signature = (frame, out, /))]
fn inflate_frame(py: Python<'_>, frame: &Bound<'_, PyAny>, out: &Bound<'_, PyAny>) -> PyResult<usize> {
    from_one_into_other(py, frame, out, deflate::inflate_frame)
}

#[pyfunction]
#[pyo3(signature = (packed, out, /, first_bit))]
fn unpack_bits(py: Python<'_>, packed: &Bound<'_, PyAny>, out: &Bound<'_, PyAny>, first_bit: usize) -> PyResult<()> {
    from_one_into_other(py, packed, out, |data, out| native::unpack_bits(data, first_bit, out))
}

#[pyfunction]
#[pyo3(signature = (planar, out, /, samples_per_pixel, sample_bytes))]
fn planar_to_interleaved(
    py: Python<'_>,
    planar: &Bound<'_, PyAny>,
    out: &Bound<'_, PyAny>,
    samples_per_pixel: usize,
    sample_bytes: usize,
) -> PyResult<()> {
    from_one_into_other(py, planar, out, |data, out| {
        native::planar_to_interleaved(data, samples_per_pixel, sample_bytes, out)
    })
}

#[pyfunction]
#[pyo3(signature = (packed, out, /))]
fn upsample_422(py: Python<'_>, packed: &Bound<'_, PyAny>, out: &Bound<'_, PyAny>) -> PyResult<()> {
    from_one_into_other(py, packed, out, color::upsample_422)
}

#[pyfunction]
#[pyo3(signature = (data, /, word_bytes))]
fn swap_bytes(py: Python<'_>, data: &Bound<'_, PyAny>, word_bytes: usize) -> PyResult<()> {
    in_place(py, data, |data| native::swap_bytes(data, word_bytes))
}

#[pyfunction]
#[pyo3(signature = (data, /, word_bytes, bits_stored, signed, big_endian))]
fn extend_bits(
    py: Python<'_>,
    data: &Bound<'_, PyAny>,
    word_bytes: usize,
    bits_stored: u32,
    signed: bool,
    big_endian: bool,
) -> PyResult<()> {
    in_place(py, data, |data| {
        native::extend_bits(data, word_bytes, bits_stored, signed, big_endian)
    })
}

#[pyfunction]
#[pyo3(signature = (pixels, /))]
fn ybr_full_to_rgb(py: Python<'_>, pixels: &Bound<'_, PyAny>) -> PyResult<()> {
    in_place(py, pixels, color::ybr_full_to_rgb)
}

fn from_one_into_other<T: Send>(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    target: &Bound<'_, PyAny>,
    kernel: impl FnOnce(&[u8], &mut [u8]) -> dcm_pixels::Result<T> + Send,
) -> PyResult<T> {
    let source = ReadableBuffer::new(source)?;
    let mut target = WritableBuffer::new(target)?;
    target.ensure_apart_from(&source)?;
    let (source, target) = (source.as_slice(), target.as_mut_slice());
    py.detach(|| kernel(source, target)).map_err(error)
}

fn in_place(py: Python<'_>, data: &Bound<'_, PyAny>, kernel: impl FnOnce(&mut [u8]) + Send) -> PyResult<()> {
    let mut data = WritableBuffer::new(data)?;
    let data = data.as_mut_slice();
    py.detach(|| kernel(data));
    Ok(())
}

/// Adds this room's functions to `_core`.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<FrameHeader>()?;
    module.add_function(wrap_pyfunction!(read_frame_header, module)?)?;
    module.add_function(wrap_pyfunction!(check_frame, module)?)?;
    module.add_function(wrap_pyfunction!(decode_rle_frame, module)?)?;
    module.add_function(wrap_pyfunction!(encode_rle_frame, module)?)?;
    module.add_function(wrap_pyfunction!(inflate_frame, module)?)?;
    module.add_function(wrap_pyfunction!(unpack_bits, module)?)?;
    module.add_function(wrap_pyfunction!(planar_to_interleaved, module)?)?;
    module.add_function(wrap_pyfunction!(upsample_422, module)?)?;
    module.add_function(wrap_pyfunction!(swap_bytes, module)?)?;
    module.add_function(wrap_pyfunction!(extend_bits, module)?)?;
    module.add_function(wrap_pyfunction!(ybr_full_to_rgb, module)?)?;
    Ok(())
}
