//! Binding of `dcm_volume::assemble` and `convert`: frames into their slots of an array of Python's, the GIL released.
use crate::buffer::{ReadableBuffer, WritableBuffer};
use dcm_pixels::native::swap_bytes;
use dcm_volume::assemble::{Failure, Plane, Range, Reason, Region, SourceFile, assemble};
use dcm_volume::convert::{Conversion, Sample};
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// So long Ctrl-C and the progress have to wait.
const INTERVAL: Duration = Duration::from_millis(50);

/// (dtype of the samples, Bits Stored, slope, intercept)
type Rescale = (String, u32, f64, f64);

fn sample(dtype: &str) -> PyResult<(Sample, bool)> {
    let is_big_endian = dtype.starts_with('>');
    let mut rest = dtype.trim_start_matches(['<', '>', '|', '=']).chars();
    let kind = rest.next().unwrap_or_default();
    let found = rest.as_str().parse().ok().and_then(|bytes| Sample::of(kind, bytes));
    Ok((
        found.ok_or_else(|| PyValueError::new_err("a type of samples that isn't converted"))?,
        is_big_endian,
    ))
}

/// Fills slots of `out`; gives None, or (plane, kind of failure, bytes that are missing) of the first plane that failed.
#[pyfunction]
#[pyo3(signature = (files, planes, conversions, region, out, /, dtype, threads, tick))]
#[allow(clippy::too_many_arguments, reason = "one call crosses for a whole array")]
fn assemble_native(
    py: Python<'_>,
    files: Vec<(PathBuf, u64, i64)>,
    planes: Vec<(usize, u64, usize, usize)>,
    conversions: Vec<Rescale>,
    region: ((usize, usize, usize), (usize, usize, usize), usize),
    out: &Bound<'_, PyAny>,
    dtype: &str,
    threads: usize,
    tick: Option<Py<PyAny>>,
) -> PyResult<Option<(usize, String, u64)>> {
    let to = sample(dtype)?.0;
    let conversions = conversions
        .iter()
        .map(|(from, bits_stored, slope, intercept)| {
            let (from, is_big_endian) = sample(from)?;
            Ok((
                Conversion::new(from, *bits_stored, *slope, *intercept, to),
                is_big_endian,
            ))
        })
        .collect::<PyResult<Vec<_>>>()?;
    let planes = planes
        .into_iter()
        .map(|(file, offset, slot, conversion)| {
            let known = conversions.get(conversion);
            let &(conversion, is_big_endian) =
                known.ok_or_else(|| PyValueError::new_err("a plane's conversion isn't in the list"))?;
            Ok(Plane {
                file,
                offset,
                slot,
                conversion,
                is_big_endian,
            })
        })
        .collect::<PyResult<Vec<_>>>()?;
    let files: Vec<SourceFile> = files
        .into_iter()
        .map(|(path, size, modified_ns)| SourceFile {
            path,
            size,
            modified_ns,
        })
        .collect();
    let range = |(first, count, step)| Range { first, count, step };
    let region = Region {
        rows: range(region.0),
        columns: range(region.1),
        frame_columns: region.2,
    };
    let mut buffer = WritableBuffer::new(out)?;
    let target = buffer.as_mut_slice();
    let mut interrupted = None;
    let filled = py.detach(|| {
        let mut asked = Instant::now();
        let mut ask = |done: usize| {
            if asked.elapsed() < INTERVAL {
                return true;
            }
            let answer = Python::attach(|py| {
                py.check_signals()?;
                tick.as_ref().map_or(Ok(()), |tick| tick.call1(py, (done,)).map(|_| ()))
            });
            asked = Instant::now();
            answer.map_err(|error| interrupted = Some(error)).is_ok()
        };
        assemble(&files, &planes, &region, target, threads, &mut ask)
    });
    if let Some(error) = interrupted {
        return Err(error);
    }
    let (plane, reason) = match filled {
        Ok(()) | Err(Failure::Cancelled) => return Ok(None),
        Err(Failure::Mismatch(what)) => return Err(PyValueError::new_err(what)),
        Err(Failure::Plane(plane, reason)) => (plane, reason),
    };
    Ok(Some(match reason {
        Reason::Io(error) => {
            let file = planes.get(plane).and_then(|plane| files.get(plane.file));
            return Err(os_error(&error, file));
        }
        Reason::Changed(how) => (plane, how.to_owned(), 0),
        Reason::Truncated(missing) => (plane, "truncated".to_owned(), missing),
        Reason::Misfit => (plane, "misfit".to_owned(), 0),
    }))
}

/// An `OSError` with its number and path, by which Python chooses the class (`PermissionError`, ...).
fn os_error(error: &std::io::Error, file: Option<&SourceFile>) -> PyErr {
    let text = error.to_string();
    // Rust adds the number in brackets, which Python shows on its own.
    let message = text.split(" (os error").next().unwrap_or_default().to_owned();
    let path = file.map(|file| file.path.as_os_str().to_owned());
    PyOSError::new_err((error.raw_os_error(), message, path))
}

/// Values of decoded samples; false when one of them doesn't fit.
#[pyfunction]
#[pyo3(signature = (samples, out, /, samples_dtype, slope, intercept, dtype))]
fn convert_samples(
    py: Python<'_>,
    samples: &Bound<'_, PyAny>,
    out: &Bound<'_, PyAny>,
    samples_dtype: &str,
    slope: f64,
    intercept: f64,
    dtype: &str,
) -> PyResult<bool> {
    let (from, is_big_endian) = sample(samples_dtype)?;
    let bits = u32::try_from(from.bytes().saturating_mul(8)).unwrap_or(u32::MAX);
    let conversion = Conversion::new(from, bits, slope, intercept, sample(dtype)?.0);
    let samples = ReadableBuffer::new(samples)?;
    let mut target = WritableBuffer::new(out)?;
    target.ensure_apart_from(&samples)?;
    let (samples, target) = (samples.as_slice(), target.as_mut_slice());
    let (have, need) = (
        samples.len().checked_div(from.bytes()),
        target.len().checked_div(conversion.to().bytes()),
    );
    if have != need {
        return Err(PyValueError::new_err("as many values as samples are needed"));
    }
    let fits = py.detach(|| {
        if is_big_endian {
            let mut turned = samples.to_vec();
            swap_bytes(&mut turned, from.bytes());
            conversion.apply(&turned, target)
        } else {
            conversion.apply(samples, target)
        }
    });
    Ok(fits.is_ok())
}

/// Adds this room's functions to `_core`.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(assemble_native, module)?)?;
    module.add_function(wrap_pyfunction!(convert_samples, module)?)
}
