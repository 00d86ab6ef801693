//! Writing: a data set becomes a plan, and the plan bytes, a new file, or calls of a Python file object.

mod data_set;
mod element;
mod length;
mod sequence;
mod value;

use crate::buffer::Run;
use crate::changes::is_changed;
use crate::dataset::DatasetBase;
use crate::error::to_python;
use crate::scope::{CharacterSet, FileFacts};
use data_set::{Rules, Writer};
use dcm_encoding::deflate;
use dcm_encoding::error::{Error, Kind};
use dcm_encoding::output::Output;
use dcm_encoding::row::{Flags, Row};
use dcm_encoding::table::ElementTable;
use dcm_encoding::transfer_syntax::Encoding;
use pyo3::exceptions::{PyBlockingIOError, PyOSError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

const PREFIX: &[u8; 4] = b"DICM";
/// Why what the file ended in can't be followed by more.
const CUT_OFF: &str = "the file ended within its value, so that what shall follow would become a part of it: set it anew, \
                       or delete it";
/// Bytes that are given to a file object at a time.
const CHUNK: usize = 8 << 20;
/// Runs from this size on are lent, not copied.
const LENT: u64 = 64 << 10;

/// What will be written, byte for byte; nothing can fail any more but the reading of a source and the writing itself.
#[pyclass(frozen, module = "dicom._core")]
struct WritePlan {
    output: Output,
    #[pyo3(get)]
    directory_records: Vec<u64>,
}

/// Where bytes go, and what can go wrong on the way.
enum Failure {
    Python(PyErr),
    Core(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

impl Failure {
    fn into_python(self, py: Python<'_>) -> PyErr {
        match self {
            Self::Python(error) => error,
            Self::Core(error) => to_python(py, error, None),
        }
    }
}

#[pymethods]
impl WritePlan {
    /// Bytes that will be written.
    #[getter]
    fn length(&self) -> u64 {
        self.output.length()
    }

    /// All bytes.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let length = usize::try_from(self.output.length()).unwrap_or(usize::MAX);
        PyBytes::new_with(py, length, |target| {
            let mut rest = target;
            self.output
                .write(|bytes| -> Result<(), Failure> {
                    let (place, after) = std::mem::take(&mut rest)
                        .split_at_mut_checked(bytes.len())
                        .ok_or_else(|| Error::new(Kind::Changed("it is longer")))?;
                    place.copy_from_slice(bytes);
                    rest = after;
                    Ok(())
                })
                .map_err(|failure| failure.into_python(py))
        })
    }

    /// Makes a file that isn't there yet, and sees to it that its bytes are on the disk.
    #[pyo3(signature = (path, mode, /))]
    fn write_new_file(&self, py: Python<'_>, path: PathBuf, mode: u32) -> PyResult<()> {
        py.detach(|| self.write_file(&path, mode))
            .map_err(|failure| failure.into_python(py))
    }

    /// Gives the bytes to `file.write`, in order.
    #[pyo3(signature = (file, /))]
    fn write_to(&self, file: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = file.py();
        let write = file.getattr(intern!(py, "write"))?;
        if self.output.length() < LENT {
            // One call in place of many.
            return put(file, &write, self.to_bytes(py)?.as_bytes());
        }
        // What Python code may do with bytes, it can't do with all that lends some.
        let least = if takes_all_buffers(file)? { LENT } else { u64::MAX };
        self.output
            .write_lending(
                least,
                |bytes, start, end| -> Result<(), Failure> {
                    let written = write.call1((Run::new(Arc::clone(&bytes), start, end),))?;
                    let length = end.saturating_sub(start);
                    let count = taken(file, &written, length)?;
                    if count < length {
                        let bytes: &[u8] = (*bytes).as_ref();
                        put(
                            file,
                            &write,
                            bytes.get(start.saturating_add(count)..end).unwrap_or_default(),
                        )?;
                    }
                    Ok(())
                },
                |bytes| {
                    for chunk in bytes.chunks(CHUNK) {
                        put(file, &write, chunk)?;
                    }
                    Ok(())
                },
            )
            .map_err(|failure| failure.into_python(py))
    }
}

/// Is it one of the standard library's own files, which take whatever lends bytes?
fn takes_all_buffers(file: &Bound<'_, PyAny>) -> PyResult<bool> {
    let io = file.py().import(intern!(file.py(), "io"))?;
    let kind = file.get_type();
    for name in ["BytesIO", "BufferedWriter", "BufferedRandom", "FileIO"] {
        if kind.is(&io.getattr(name)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How many bytes a file has taken of those that it was given. A raw one may take fewer; what says nothing takes all.
fn taken(file: &Bound<'_, PyAny>, written: &Bound<'_, PyAny>, given: usize) -> PyResult<usize> {
    // A raw file that doesn't block says nothing when it took nothing.
    if written.is_none() && file.is_instance(&file.py().import("io")?.getattr("RawIOBase")?)? {
        return Err(PyBlockingIOError::new_err("the file object takes no bytes now"));
    }
    Ok(written.extract().unwrap_or(given))
}

/// Gives bytes to a file's `write` until it has taken all.
fn put(file: &Bound<'_, PyAny>, write: &Bound<'_, PyAny>, bytes: &[u8]) -> PyResult<()> {
    let py = write.py();
    let mut rest = bytes;
    while !rest.is_empty() {
        let written = write.call1((PyBytes::new(py, rest),))?;
        let count = taken(file, &written, rest.len())?;
        if count == 0 {
            return Err(PyOSError::new_err("the file object takes no more bytes"));
        }
        rest = rest.get(count..).unwrap_or_default();
    }
    Ok(())
}

impl WritePlan {
    fn write_file(&self, path: &std::path::Path, mode: u32) -> Result<(), Failure> {
        let io = |error: std::io::Error| Failure::Core(Error::from(error));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        #[cfg(not(unix))]
        let _ = mode;
        let mut file = options.open(path).map_err(io)?;
        self.output.write(|bytes| -> Result<(), Failure> {
            for chunk in bytes.chunks(CHUNK) {
                file.write_all(chunk).map_err(io)?;
                if bytes.len() > CHUNK {
                    // Ctrl-C ends it; what was written so far lies in a file of its own.
                    Python::attach(|py| py.check_signals())?;
                }
            }
            Ok(())
        })?;
        file.sync_all().map_err(io)
    }
}

fn encoding(implicit_vr: bool, little_endian: bool) -> Encoding {
    Encoding {
        implicit_vr,
        big_endian: !little_endian,
    }
}

/// Plans a data set alone. `character_sets` are those of the data set around it.
#[pyfunction]
#[pyo3(signature = (data_set, implicit_vr, little_endian, character_sets = None, rules = None))]
fn plan_data_set(
    data_set: &Bound<'_, DatasetBase>,
    implicit_vr: bool,
    little_endian: bool,
    character_sets: Option<Py<PyAny>>,
    rules: Option<Rules>,
) -> PyResult<WritePlan> {
    let py = data_set.py();
    let mut writer = Writer::new(py, rules.unwrap_or_default());
    let around = match character_sets {
        Some(sets) => Some(Arc::new(CharacterSet::of(py, sets)?)),
        // An item that stands alone has no data set around it whose character set it could have.
        None if data_set.get().item_row().is_some() => Some(CharacterSet::of_terms(py, b"")?),
        None => None,
    };
    writer.data_set(data_set, encoding(implicit_vr, little_endian), around, None)?;
    Ok(WritePlan {
        output: writer.output,
        directory_records: writer.directory_records,
    })
}

/// Plans a file: preamble, File Meta Information, data set.
#[pyfunction]
#[pyo3(signature = (data_set, file_meta, preamble, implicit_vr, little_endian, deflated, rules = None))]
fn plan_file(
    data_set: &Bound<'_, DatasetBase>,
    file_meta: Option<&Bound<'_, DatasetBase>>,
    preamble: Option<&[u8]>,
    implicit_vr: bool,
    little_endian: bool,
    deflated: bool,
    rules: Option<Rules>,
) -> PyResult<WritePlan> {
    let py = data_set.py();
    let facts = data_set.get().file();
    let rules = rules.unwrap_or_default();
    let mut writer = Writer::new(py, rules.clone_ref(py));
    front(&mut writer, facts.as_deref(), file_meta, preamble)?;
    let encoding = encoding(implicit_vr, little_endian);
    let scope = data_set.get().scope();
    let extent = facts.as_ref().filter(|facts| facts.origin.complete).map(|facts| {
        let origin = &facts.origin;
        match origin.inflated_length {
            Some(length) => (0, length),
            None => (origin.data_start, origin.length),
        }
    });
    // In another encoding each element gets a header anew, with a length that is right.
    let as_read = scope
        .as_deref()
        .filter(|scope| scope.encoding == encoding)
        .map(|scope| scope.table.as_ref());
    if let (Some(facts), Some(scope), Some(_)) = (&facts, &scope, extent)
        && scope.encoding == encoding
        && facts.origin.inflated_length.is_some() == deflated
        && (writer.output.length() == facts.origin.data_start || !sequence::has_directory(scope))
        && !is_changed(data_set, 0)?
    {
        let origin = &facts.origin;
        let length = origin.length.saturating_sub(origin.data_start);
        writer.output.copy(&origin.store, origin.data_start, length);
    } else if deflated {
        let mut inner = Writer::new(py, rules);
        inner.data_set(data_set, encoding, None, extent)?;
        ensure_nothing_is_swallowed(&inner, as_read)?;
        let deflated = py
            .detach(|| inner.output.into_bytes().and_then(|bytes| deflate::deflate(&bytes)))
            .map_err(|error| to_python(py, error, None))?;
        writer.output.append(&deflated);
    } else {
        writer.data_set(data_set, encoding, None, extent)?;
        ensure_nothing_is_swallowed(&writer, as_read)?;
    }
    let read_meta = facts.as_ref().and_then(|facts| facts.file_meta.as_deref());
    ensure_nothing_is_swallowed(&writer, read_meta)?;
    Ok(WritePlan {
        output: writer.output,
        directory_records: writer.directory_records,
    })
}

/// Raises when something follows what the file ended in: it would become a part of it.
fn ensure_nothing_is_swallowed(writer: &Writer<'_>, table: Option<&ElementTable>) -> PyResult<()> {
    let Some(table) = table else {
        return Ok(());
    };
    match cut_off(table.rows()) {
        Some((tag, end)) if writer.output.goes_on_after(table.store(), end) => Err(writer.loss(tag, CUT_OFF)),
        _ => Ok(()),
    }
}

/// What the file ended in, and where: a value that is shorter than its length says, or a header that broke off in what
/// only a delimiter would have ended.
fn cut_off(rows: &[Row]) -> Option<(u32, u64)> {
    let end_of = |row: &Row| row.offset.saturating_add(row.length);
    let end = rows.iter().map(end_of).max()?;
    // Where what stands within a row ends, delimiters and all; the innermost rows come first.
    let mut within = None;
    for row in rows.iter().rev() {
        if end_of(row) == end {
            let broke_off =
                data_set::is_open(row) && !row.flags.has(Flags::ENCAPSULATED) && within.unwrap_or(row.offset) < end;
            if row.flags.has(Flags::TRUNCATED) || broke_off {
                return Some((row.tag, end));
            }
        }
        within = within.max(Some(data_set::after(row)));
    }
    None
}

/// Plans what stands before the data set.
fn front<'py>(
    writer: &mut Writer<'py>,
    facts: Option<&FileFacts>,
    file_meta: Option<&Bound<'py, DatasetBase>>,
    preamble: Option<&[u8]>,
) -> PyResult<()> {
    let read_meta = facts.and_then(|facts| facts.file_meta.as_ref());
    let own_meta = file_meta
        .and_then(|meta| meta.get().scope())
        .filter(|scope| read_meta.is_some_and(|read| Arc::ptr_eq(read, &scope.table)));
    let empty = match file_meta {
        Some(meta) => meta.len()? == 0,
        None => true,
    };
    let first_row = read_meta.and_then(|table| table.rows().first().copied());
    let same_preamble = facts.filter(|facts| facts.preamble.as_deref() == preamble);
    if let Some(facts) = same_preamble {
        let origin = &facts.origin;
        let same_meta = match (&own_meta, file_meta) {
            (Some(_), Some(meta)) => !is_changed(meta, 0)?,
            _ => first_row.is_none() && empty,
        };
        if same_meta {
            writer.output.copy(&origin.store, 0, origin.data_start);
            return Ok(());
        }
        let until = first_row.map_or(origin.data_start, |row| {
            row.offset.saturating_sub(u64::from(row.header))
        });
        writer.output.copy(&origin.store, 0, until);
    } else if let Some(preamble) = preamble {
        writer.output.append(preamble);
        writer.output.append(PREFIX);
    }
    let Some(meta) = file_meta.filter(|_| !empty) else {
        return Ok(());
    };
    let extent = match (&own_meta, first_row, facts) {
        (Some(_), Some(row), Some(facts)) => Some((
            row.offset.saturating_sub(u64::from(row.header)),
            facts.origin.data_start,
        )),
        _ => None,
    };
    let encoding = own_meta.map_or(Encoding::EXPLICIT_LITTLE, |scope| scope.encoding);
    writer.data_set(meta, encoding, None, extent)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Run>()?;
    module.add_class::<WritePlan>()?;
    module.add_function(wrap_pyfunction!(plan_data_set, module)?)?;
    module.add_function(wrap_pyfunction!(plan_file, module)?)
}
