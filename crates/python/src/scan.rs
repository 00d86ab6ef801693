//! Scanning headers: Python hands over sources and a plan, and gets whole columns.

use crate::buffer::{ReadableBuffer, WritableBuffer};
use crate::read::registered_syntaxes;
use crate::scope::{CharacterSet, TextKind};
use dcm_dictionary::Vr;
use dcm_encoding::scan::{self, Facts, Numbers, Plan, Scanned, Source, Text};
use dcm_encoding::value::text;
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyList, PyString};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

fn source(given: &Bound<'_, PyAny>) -> PyResult<Source> {
    if let Ok(bytes) = given.cast::<PyBytes>() {
        let bytes: PyBackedBytes = bytes.clone().into();
        return Ok(Source::Bytes(Arc::new(bytes)));
    }
    match given.extract::<PathBuf>() {
        Ok(path) => Ok(Source::File(path)),
        Err(error) => match ReadableBuffer::new(given) {
            Ok(buffer) => Ok(Source::Bytes(Arc::new(buffer))),
            Err(_) => Err(error),
        },
    }
}

/// Reads the headers of all sources on `workers` threads. `tick` is called now and then with how many are done.
#[pyfunction]
#[pyo3(signature = (sources, numbers, texts, workers, tick = None, /))]
fn scan_headers(
    py: Python<'_>,
    sources: &Bound<'_, PyList>,
    numbers: Vec<(Vec<u32>, usize, String)>,
    texts: Vec<Vec<u32>>,
    workers: usize,
    tick: Option<Py<PyAny>>,
) -> PyResult<ScannedHeaders> {
    let sources = sources
        .iter()
        .map(|given| source(&given))
        .collect::<PyResult<Vec<_>>>()?;
    let plan = Plan {
        numbers: numbers
            .into_iter()
            .map(|(path, width, vr)| {
                let vr = Vr::parse(&vr).ok_or_else(|| PyValueError::new_err("no VR of the standard"))?;
                Ok(Numbers { path, width, vr })
            })
            .collect::<PyResult<_>>()?,
        texts,
        private_syntaxes: registered_syntaxes(),
    };
    let mut failed = None;
    let scanned = py.detach(|| {
        let mut go_on = |done: usize| {
            let called = Python::attach(|py| {
                py.check_signals()?;
                match &tick {
                    Some(tick) => tick.bind(py).call1((done,)).map(|_| ()),
                    None => Ok(()),
                }
            });
            failed = called.err();
            failed.is_none()
        };
        scan::scan(&sources, &plan, workers, &mut go_on)
    });
    if let Some(error) = failed {
        return Err(error);
    }
    let Some(scanned) = scanned else {
        return Err(PyValueError::new_err("the scan was stopped"));
    };
    Ok(ScannedHeaders {
        widths: plan.numbers.iter().map(|column| column.width).collect(),
        number_of_texts: plan.texts.len().saturating_add(1),
        made: Mutex::new(Vec::new()),
        scanned,
    })
}

/// What was scanned: columns are made of it when they are asked for.
#[pyclass(frozen, module = "dicom._core")]
struct ScannedHeaders {
    scanned: Scanned,
    widths: Vec<usize>,
    number_of_texts: usize,
    /// The Python objects of the texts that were asked for so far, by number.
    made: Mutex<Vec<Option<Py<PyString>>>>,
}

#[pymethods]
impl ScannedHeaders {
    fn __len__(&self) -> usize {
        self.scanned.facts.len()
    }

    /// Fills an array of float64, (sources, width) in C order, with a column of numbers.
    fn fill_numbers(&self, column: usize, array: &Bound<'_, PyAny>) -> PyResult<()> {
        let Some(width) = self.widths.get(column).copied() else {
            return Err(PyIndexError::new_err("there are not so many columns of numbers"));
        };
        let first: usize = self.widths.iter().take(column).sum();
        let row: usize = self.widths.iter().sum();
        let mut buffer = WritableBuffer::new(array)?;
        let (places, _) = buffer.as_mut_slice().as_chunks_mut::<8>();
        if places.len() != self.scanned.facts.len().saturating_mul(width) {
            return Err(PyValueError::new_err("the array has another size than the column"));
        }
        if width == 0 {
            return Ok(());
        }
        let end = first.saturating_add(width);
        for (target, numbers) in places.chunks_mut(width).zip(self.scanned.numbers.chunks(row)) {
            for (place, number) in target.iter_mut().zip(numbers.get(first..end).unwrap_or_default()) {
                *place = number.to_ne_bytes();
            }
        }
        Ok(())
    }

    /// A column of texts, None where there is none; equal texts are one object. The column behind the last are the
    /// Transfer Syntax UIDs.
    fn texts<'py>(&self, py: Python<'py>, column: usize) -> PyResult<Bound<'py, PyList>> {
        if column >= self.number_of_texts {
            return Err(PyIndexError::new_err("there are not so many columns of texts"));
        }
        let list = PyList::empty(py);
        for row in self.scanned.texts.chunks(self.number_of_texts) {
            match row.get(column) {
                Some(number) if *number != scan::NO_TEXT => list.append(self.text(py, *number)?)?,
                _ => list.append(py.None())?,
            }
        }
        Ok(list)
    }

    /// Why a source has no row, None where it has one.
    #[getter]
    fn problems(&self) -> Vec<Option<&str>> {
        let facts = self.scanned.facts.iter();
        facts.map(|facts| facts.problem.as_deref()).collect()
    }

    /// Fills an array of int64, (5, sources): size, time of the last change in ns, where native pixels begin, how
    /// long they are (-1 and -1 for none), and flags: 1 pixels, 2 implicit VR, 4 big endian, 8 deflated.
    fn fill_facts(&self, array: &Bound<'_, PyAny>) -> PyResult<()> {
        let all = &self.scanned.facts;
        let mut buffer = WritableBuffer::new(array)?;
        let (places, _) = buffer.as_mut_slice().as_chunks_mut::<8>();
        if places.len() != all.len().saturating_mul(5) {
            return Err(PyValueError::new_err("the array has another size than the facts"));
        }
        if all.is_empty() {
            return Ok(());
        }
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let kinds: [&dyn Fn(&Facts) -> i64; 5] = [
            &|facts| whole(facts.size),
            &|facts| facts.modified_ns,
            &|facts| facts.pixels.map_or(-1, |(offset, _)| whole(offset)),
            &|facts| facts.pixels.map_or(-1, |(_, length)| whole(length)),
            &|facts| {
                i64::from(facts.has_pixels)
                    | (i64::from(facts.implicit_vr) << 1)
                    | (i64::from(facts.big_endian) << 2)
                    | (i64::from(facts.deflated) << 3)
            },
        ];
        for (target, kind) in places.chunks_mut(all.len()).zip(kinds) {
            for (place, facts) in target.iter_mut().zip(all) {
                *place = kind(facts).to_ne_bytes();
            }
        }
        Ok(())
    }
}

impl ScannedHeaders {
    fn text<'py>(&self, py: Python<'py>, number: u32) -> PyResult<Bound<'py, PyString>> {
        let at = number as usize;
        {
            let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            if made.is_empty() {
                made.resize_with(self.scanned.known.len(), || None);
            }
            if let Some(Some(text)) = made.get(at) {
                return Ok(text.bind(py).clone());
            }
        }
        let Some(text) = self.scanned.known.get(at) else {
            return Ok(PyString::new(py, ""));
        };
        // Not under the lock: a rare character set is decoded by Python.
        let decoded = decode(py, text)?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        match made.get_mut(at) {
            Some(Some(first)) => Ok(first.bind(py).clone()),
            Some(place) => {
                *place = Some(decoded.clone().unbind());
                Ok(decoded)
            }
            None => Ok(decoded),
        }
    }
}

fn decode<'py>(py: Python<'py>, given: &Text) -> PyResult<Bound<'py, PyString>> {
    let latin_1 = || PyString::new(py, &text::latin_1(&given.bytes));
    let Some(terms) = given.character_set.as_ref().filter(|terms| !terms.is_empty()) else {
        return Ok(latin_1());
    };
    let set = CharacterSet::of_terms(py, terms)?;
    match set.kind {
        TextKind::Utf8 => Ok(PyString::new(py, &String::from_utf8_lossy(&given.bytes))),
        TextKind::Other => {
            let bytes = PyBytes::new(py, &given.bytes);
            let decoded = set.object.bind(py).call_method1(intern!(py, "decode"), (bytes, "LO"))?;
            Ok(decoded.cast_into()?)
        }
        TextKind::Ascii | TextKind::Latin1 => Ok(latin_1()),
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<ScannedHeaders>()?;
    module.add_function(wrap_pyfunction!(scan_headers, module)?)
}
