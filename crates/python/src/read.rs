//! Reading: a path, bytes or a Python file object becomes a data set of the class that the caller names.

use crate::classes::Classes;
use crate::dataset::DatasetBase;
use crate::dictionary;
use crate::error::to_python;
use crate::scope::{FileFacts, Reading, Scope};
use dcm_encoding::error::{Error, Kind, Result as CoreResult};
use dcm_encoding::options::{Limits, PrivateSyntaxes, ReadOptions};
use dcm_encoding::part10::{self, Part10};
use dcm_encoding::row::Row;
use dcm_encoding::source::ByteSource;
use dcm_encoding::transfer_syntax::Encoding;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::sync::MutexExt;
use pyo3::types::{PyBytes, PyDict, PyType};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock};

/// The arguments of `dicom.read`, checked by Python.
#[derive(FromPyObject)]
struct Arguments {
    #[pyo3(item)]
    defer_size: Option<u64>,
    #[pyo3(item)]
    stop_before_pixels: bool,
    #[pyo3(item)]
    force: bool,
    #[pyo3(item)]
    specific_tags: Option<Vec<u32>>,
    #[pyo3(item)]
    limits: Option<Py<PyDict>>,
    #[pyo3(item)]
    character_sets: Option<Py<PyAny>>,
    #[pyo3(item, default)]
    decoder: Option<Py<PyAny>>,
    #[pyo3(item, default)]
    judge: Option<Py<PyAny>>,
}

/// What goes with the data set once it is read: how its text and its values are decoded.
#[derive(Default)]
struct Decoding {
    character_sets: Option<Py<PyAny>>,
    decoder: Option<Py<PyAny>>,
    judge: Option<Py<PyAny>>,
}

fn limits(given: &Bound<'_, PyDict>) -> PyResult<Limits> {
    let mut limits = Limits::default();
    for (name, value) in given.iter() {
        let name: String = name.extract()?;
        let value: u64 = value.extract().map_err(|error: PyErr| {
            if error.is_instance_of::<PyOverflowError>(value.py()) {
                PyValueError::new_err(format!("the limit {name} is a number from 0 to 2**64 - 1"))
            } else {
                error
            }
        })?;
        match name.as_str() {
            "sequence_depth" => limits.sequence_depth = value,
            "items" => limits.items = value,
            "fragments" => limits.fragments = value,
            "inflated_bytes" => limits.inflated_bytes = value,
            "inflation_ratio" => limits.inflation_ratio = value,
            _ => {
                return Err(PyValueError::new_err(format!(
                    "no limit is called {name:?}; there are sequence_depth, items, fragments, inflated_bytes and \
                     inflation_ratio"
                )));
            }
        }
    }
    Ok(limits)
}

/// Private transfer syntaxes that were made known, for all reads that begin from now on.
static SYNTAXES: LazyLock<RwLock<PrivateSyntaxes>> = LazyLock::new(RwLock::default);

/// Private transfer syntaxes as they stand now.
pub fn registered_syntaxes() -> PrivateSyntaxes {
    Arc::clone(&SYNTAXES.read().unwrap_or_else(PoisonError::into_inner))
}

/// Makes the encoding of a private transfer syntax known to the reader.
#[pyfunction]
fn register_transfer_syntax(uid: String, implicit_vr: bool, little_endian: bool) {
    let mut registered = SYNTAXES.write().unwrap_or_else(PoisonError::into_inner);
    let mut syntaxes = Vec::clone(&registered);
    syntaxes.retain(|(known, _)| *known != uid);
    syntaxes.push((
        uid,
        Encoding {
            implicit_vr,
            big_endian: !little_endian,
        },
    ));
    *registered = Arc::new(syntaxes);
}

fn options(py: Python<'_>, arguments: Option<Bound<'_, PyDict>>) -> PyResult<(ReadOptions, Decoding)> {
    let private_syntaxes = registered_syntaxes();
    let Some(arguments) = arguments else {
        let options = ReadOptions {
            private_syntaxes,
            ..ReadOptions::default()
        };
        return Ok((options, Decoding::default()));
    };
    let arguments: Arguments = arguments.as_any().extract()?;
    let mut specific_tags = arguments.specific_tags;
    if let Some(tags) = &mut specific_tags {
        tags.sort_unstable();
    }
    let limits = match arguments.limits {
        Some(given) => limits(given.bind(py))?,
        None => Limits::default(),
    };
    let options = ReadOptions {
        defer_size: arguments.defer_size,
        stop_before_pixels: arguments.stop_before_pixels,
        force: arguments.force,
        specific_tags,
        first_items_only: false,
        limits,
        private_syntaxes,
    };
    let decoding = Decoding {
        character_sets: arguments.character_sets,
        decoder: arguments.decoder,
        judge: arguments.judge,
    };
    Ok((options, decoding))
}

/// Makes the data set, with what was read around it as attributes.
fn finish<'py>(
    class: &Bound<'py, PyType>,
    read: CoreResult<Part10>,
    decoding: Decoding,
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let part10 = read.map_err(|error| to_python(py, error, None))?;
    let mut reading = Reading::new(dictionary::snapshot(), decoding.character_sets, decoding.decoder);
    reading.judge = decoding.judge;
    let reading = Arc::new(reading);
    let classes = Classes::get(py)?;
    let (file_meta, meta_table) = match part10.file_meta {
        Some(table) => {
            let table = Arc::new(table);
            let encoding = table.rows().first().map_or(Encoding::EXPLICIT_LITTLE, Row::encoding);
            let scope = Scope::new(Arc::clone(&table), encoding, Arc::clone(&reading));
            let empty = classes.file_meta_dataset.make(py)?;
            (DatasetBase::fill(empty, Arc::new(scope), None)?, Some(table))
        }
        None => (classes.file_meta_dataset.bind(py).call0()?, None),
    };
    let scope = Scope::new(Arc::new(part10.data_set), part10.encoding, reading);
    let facts = FileFacts {
        file_meta: meta_table,
        preamble: part10.preamble,
        origin: part10.origin,
        findings: part10.findings,
    };
    let empty = class.call_method1(intern!(py, "__new__"), (class,))?;
    let facts = Arc::new(facts);
    let made = DatasetBase::fill(empty, Arc::new(scope), Some(Arc::clone(&facts)))?;
    let attributes = made.getattr(intern!(py, "__dict__"))?.cast_into::<PyDict>()?;
    attributes.set_item(intern!(py, "file_meta"), file_meta)?;
    if let Some(preamble) = &facts.preamble {
        attributes.set_item(intern!(py, "preamble"), PyBytes::new(py, preamble))?;
    }
    let since = part10
        .modified
        .and_then(|modified| modified.duration_since(std::time::UNIX_EPOCH).ok());
    if let Some(since) = since {
        attributes.set_item(intern!(py, "timestamp"), since.as_secs_f64())?;
    }
    Ok(made)
}

/// Reads a file. `arguments` None means the defaults.
#[pyfunction]
#[pyo3(signature = (class, path, arguments = None, /))]
fn read_path<'py>(
    class: &Bound<'py, PyType>,
    path: PathBuf,
    arguments: Option<Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let (options, decoding) = options(py, arguments)?;
    let read = py.detach(|| part10::read_file(&path, &options));
    if let Err(Error {
        kind: Kind::Io(error), ..
    }) = &read
    {
        return Err(with_path(py, error, &path));
    }
    finish(class, read, decoding)
}

/// An `OSError` that says which file it is about, as `open` does.
fn with_path(py: Python<'_>, error: &std::io::Error, path: &std::path::Path) -> PyErr {
    let Some(number) = error.raw_os_error() else {
        let number = match error.kind() {
            std::io::ErrorKind::IsADirectory => 21,
            // A path with a NUL in it can be no file's; `open` says it so.
            std::io::ErrorKind::InvalidInput => return PyValueError::new_err("embedded null byte in the path"),
            _ => return PyErr::from(std::io::Error::new(error.kind(), error.to_string())),
        };
        return os_error(py, number, "Is a directory", path);
    };
    let message = std::io::Error::from_raw_os_error(number).to_string();
    // Rust adds the number in brackets, which Python shows on its own.
    let message = message.split(" (os error").next().unwrap_or_default();
    os_error(py, number, message, path)
}

fn os_error(py: Python<'_>, number: i32, message: &str, path: &std::path::Path) -> PyErr {
    match py
        .get_type::<pyo3::exceptions::PyOSError>()
        .call1((number, message, path.as_os_str()))
    {
        Ok(error) => PyErr::from_value(error),
        Err(error) => error,
    }
}

/// Reads bytes at hand.
#[pyfunction]
#[pyo3(signature = (class, data, arguments = None, /))]
fn read_bytes<'py>(
    class: &Bound<'py, PyType>,
    data: PyBackedBytes,
    arguments: Option<Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let (options, decoding) = options(py, arguments)?;
    let read = py.detach(|| part10::read_bytes(Arc::new(data), &options));
    finish(class, read, decoding)
}

/// Reads a seekable binary file object piece by piece, from where it stands; only what is needed is read.
#[pyfunction]
#[pyo3(signature = (class, file, arguments = None, /))]
fn read_object<'py>(
    class: &Bound<'py, PyType>,
    file: &Bound<'py, PyAny>,
    arguments: Option<Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let (options, decoding) = options(py, arguments)?;
    let source = Arc::new(ObjectSource::of_rest(file)?);
    let read = py.detach(|| part10::read_source(&source, &options));
    finish(class, read, decoding)
}

/// A Python file object as a source: the one place where Rust calls back for bytes.
pub struct ObjectSource {
    file: Py<PyAny>,
    base: u64,
    length: u64,
    /// Of the file behind it, where there is one.
    state: Option<FileState>,
    /// A file object has one position: of two threads one seeks and reads after the other.
    turn: Mutex<()>,
    /// Whether the file object stands after each read where it stood first.
    returns: bool,
}

/// Size and time of the last change.
type FileState = (u64, i64);

/// None for a stream in memory, and for one that was closed, which says so itself when it is read.
fn file_state(file: &Bound<'_, PyAny>) -> Option<FileState> {
    let py = file.py();
    let descriptor = file.call_method0(intern!(py, "fileno")).ok()?;
    let state = py.import("os").ok()?.call_method1("fstat", (descriptor,)).ok()?;
    let size = state.getattr("st_size").ok()?.extract().ok()?;
    Some((size, state.getattr("st_mtime_ns").ok()?.extract().ok()?))
}

impl ObjectSource {
    /// What is left of a seekable file object, from where it stands.
    pub fn of_rest(file: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = file.py();
        let base: u64 = file.call_method0(intern!(py, "tell"))?.extract()?;
        // What `seek` returns is not to be relied on: that of an mmap gives None before Python 3.13.
        file.call_method1(intern!(py, "seek"), (0, 2))?;
        let end: u64 = file.call_method0(intern!(py, "tell"))?.extract()?;
        file.call_method1(intern!(py, "seek"), (base,))?;
        Ok(Self {
            file: file.clone().unbind(),
            base,
            length: end.saturating_sub(base),
            state: file_state(file),
            turn: Mutex::new(()),
            returns: false,
        })
    }

    /// The same of a file object that is a value: written again, it gives the same bytes again.
    pub fn of_value(file: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self {
            returns: true,
            ..Self::of_rest(file)?
        })
    }
}

impl ByteSource for ObjectSource {
    fn length(&self) -> u64 {
        self.length
    }

    fn ensure_unchanged(&self) -> CoreResult<()> {
        let now = Python::attach(|py| file_state(self.file.bind(py)));
        match (self.state, now) {
            (Some(then), Some(now)) if then != now => Err(Error::new(Kind::Changed("its size or time is another"))),
            _ => Ok(()),
        }
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> CoreResult<usize> {
        let read = Python::attach(|py| -> PyResult<usize> {
            let file = self.file.bind(py);
            // Waits with the interpreter released: who has the turn may need it.
            let _turn = self.turn.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
            file.call_method1(intern!(py, "seek"), (self.base.saturating_add(offset),))?;
            let mut filled = 0_usize;
            while filled < buffer.len() {
                let wanted = buffer.len().saturating_sub(filled);
                let data = file.call_method1(intern!(py, "read"), (wanted,))?;
                let data: PyBackedBytes = data.extract().map_err(|_| {
                    PyTypeError::new_err(
                        "the file object gives no bytes: open it in binary mode, as open(path, 'rb') does",
                    )
                })?;
                let bytes: &[u8] = &data;
                if bytes.is_empty() {
                    break;
                }
                let count = bytes.len().min(wanted);
                let end = filled.saturating_add(count);
                if let (Some(target), Some(bytes)) = (buffer.get_mut(filled..end), bytes.get(..count)) {
                    target.copy_from_slice(bytes);
                }
                filled = end;
            }
            if self.returns {
                file.call_method1(intern!(py, "seek"), (self.base,))?;
            }
            Ok(filled)
        });
        read.map_err(|error| Error::new(Kind::Io(error.into())))
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(register_transfer_syntax, module)?)?;
    module.add_function(wrap_pyfunction!(read_path, module)?)?;
    module.add_function(wrap_pyfunction!(read_bytes, module)?)?;
    module.add_function(wrap_pyfunction!(read_object, module)?)
}
