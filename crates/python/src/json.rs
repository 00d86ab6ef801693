//! The DICOM JSON Model (PS3.18 Annex F) of data sets, both ways: rows that were only read become JSON without an object
//! for any of them, and a model becomes a data set whose values are decoded when they are asked for.

use crate::classes::{Classes, vr_text};
use crate::dataset::DatasetBase;
use crate::dictionary;
use crate::element::ElementBase;
use crate::error::{raise, to_python};
use crate::json_sink::{DictSink, Sink, TextSink, ascii};
use crate::scope::{Reading, Scope, TextKind};
use crate::value::{items, read};
use dcm_dictionary::Vr;
use dcm_encoding::json::encode::{self, Left};
use dcm_encoding::json::node::{Node, View};
use dcm_encoding::json::tape::Tape;
use dcm_encoding::json::{self, base64};
use dcm_encoding::options::Limits;
use dcm_encoding::row::{ITEM, Row};
use dcm_encoding::table::ElementTable;
use dcm_encoding::transfer_syntax::Encoding;
use dcm_encoding::value::{number, text};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::sync::Arc;

/// Sequences within sequences that are written; the reader's own ceiling is lower.
const DEEPEST: u32 = 256;

/// The text of a data set. `attribute(element)` gives the text of an attribute object that Python has to make: of an
/// edited element, of an odd value, of a binary value whose base64 is longer than `threshold`; None drops the element.
#[pyfunction]
fn json_text<'py>(
    dataset: &Bound<'py, DatasetBase>,
    attribute: &Bound<'py, PyAny>,
    threshold: Option<u64>,
) -> PyResult<Bound<'py, PyString>> {
    let mut writer = Writer::new(attribute, threshold, TextSink::default())?;
    writer.data_set(dataset)?;
    Ok(PyString::new(dataset.py(), ascii(&writer.sink.out)?))
}

/// The same as dictionaries; `attribute(element)` gives one.
#[pyfunction]
fn json_dict<'py>(
    dataset: &Bound<'py, DatasetBase>,
    attribute: &Bound<'py, PyAny>,
    threshold: Option<u64>,
) -> PyResult<Bound<'py, PyDict>> {
    let mut writer = Writer::new(attribute, threshold, DictSink::new(dataset.py()))?;
    writer.data_set(dataset)?;
    Ok(writer.sink.finish())
}

struct Writer<'a, 'py, S> {
    py: Python<'py>,
    attribute: &'a Bound<'py, PyAny>,
    threshold: Option<u64>,
    sink: S,
    depth: u32,
}

impl<'a, 'py, S: Sink<'py>> Writer<'a, 'py, S> {
    fn new(attribute: &'a Bound<'py, PyAny>, threshold: Option<u64>, sink: S) -> PyResult<Self> {
        Ok(Self {
            py: attribute.py(),
            attribute,
            threshold,
            sink,
            depth: 0,
        })
    }

    fn data_set(&mut self, dataset: &Bound<'py, DatasetBase>) -> PyResult<()> {
        let scope = dataset.get().scope();
        let edited: FxHashSet<u32> = if dataset.get().is_touched() {
            dataset.call_method0(intern!(self.py, "_edited_tags"))?.extract()?
        } else {
            FxHashSet::default()
        };
        self.sink.begin_data_set()?;
        for tag in dataset.get()._tags() {
            if tag & 0xFFFF == 0 {
                // Group lengths say nothing of JSON (PS3.18 F.2.2).
                continue;
            }
            let read = scope
                .as_ref()
                .filter(|scope| scope.reading.decoder.is_none() && !edited.contains(&tag))
                .and_then(|scope| Some((scope, scope.find(tag)?)));
            match read {
                Some((scope, row)) => self.row(scope, row)?,
                None => {
                    if let Some(element) = DatasetBase::element_of(dataset, tag)? {
                        self.ask(tag, &element)?;
                    }
                }
            }
        }
        self.sink.end_data_set()
    }

    /// Lets Python make the attribute object of an element.
    fn ask(&mut self, tag: u32, element: &Bound<'py, PyAny>) -> PyResult<()> {
        let made = self.attribute.call1((element,))?;
        if made.is_none() {
            return Ok(());
        }
        self.sink.attribute(tag, &made)
    }

    fn row(&mut self, scope: &Arc<Scope>, row: u32) -> PyResult<()> {
        let Some(element) = scope.table.row(row) else {
            return Ok(());
        };
        let vr = scope.effective_vr(element);
        let name = vr_text(self.py, vr).into_bound(self.py);
        let mark = self.sink.mark();
        self.sink.begin_attribute(element.tag, &name)?;
        if vr == Vr::Sq {
            self.sequence(scope, row, element)?;
        } else {
            let bytes = read(self.py, &scope.table, element)?;
            if self.value(scope, element, vr, &bytes)?.is_none() {
                self.sink.roll_back(mark);
                let none = self.py.None().into_bound(self.py);
                let made = ElementBase::of_row(self.py, scope, row, None, &none)?;
                return self.ask(element.tag, &made);
            }
        }
        self.sink.end_attribute(element.tag, &name)
    }

    fn sequence(&mut self, scope: &Arc<Scope>, row: u32, element: &Row) -> PyResult<()> {
        let (table, first, end) = items(self.py, scope, row, element)?;
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEEPEST {
            let message = format!("sequences are nested more than {DEEPEST} deep, which no JSON can hold");
            return Err(raise(
                self.py,
                "LimitError",
                &message,
                Some(element.tag),
                Some(element.offset),
            ));
        }
        let mut empty = true;
        for (at, item) in table.siblings(first, end) {
            if item.tag != ITEM {
                continue;
            }
            if empty {
                self.sink.begin_values()?;
                empty = false;
            }
            self.sink.begin_data_set()?;
            let scope = Arc::new(scope.of_item(&table, at, item));
            for (tag, row) in scope.index() {
                if tag & 0xFFFF != 0 {
                    self.row(&scope, *row)?;
                }
            }
            self.sink.end_data_set()?;
        }
        if !empty {
            self.sink.end_values()?;
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    /// The value of a row; none when Python has to judge it. An empty one has no member (PS3.18 F.2.5).
    fn value(&mut self, scope: &Scope, row: &Row, vr: Vr, bytes: &[u8]) -> PyResult<Option<()>> {
        if bytes.is_empty() {
            return Ok(Some(()));
        }
        match vr {
            Vr::Us | Vr::Ss | Vr::Ul | Vr::Sl | Vr::Uv | Vr::Sv | Vr::Fl | Vr::Fd | Vr::At => {
                self.numbers(vr, bytes, row.encoding().big_endian)
            }
            Vr::Ds | Vr::Is => self.number_strings(vr, text::trim(bytes, vr)),
            Vr::Pn => self.names(scope, text::trim(bytes, vr)),
            vr if text::is_text(vr) => self.texts(scope, vr, text::trim(bytes, vr)),
            Vr::Ob | Vr::Od | Vr::Of | Vr::Ol | Vr::Ov | Vr::Ow | Vr::Un => {
                self.binary(vr, bytes, row.encoding().big_endian)
            }
            _ => Ok(None),
        }
    }

    fn numbers(&mut self, vr: Vr, bytes: &[u8], big: bool) -> PyResult<Option<()>> {
        if bytes.len().checked_rem(number::width(vr).unwrap_or(1)) != Some(0) {
            return Ok(None);
        }
        self.sink.begin_values()?;
        macro_rules! whole {
            ($numbers:ident) => {
                for value in number::$numbers(bytes, big) {
                    self.sink.integer(i128::from(value))?;
                }
            };
        }
        macro_rules! large {
            ($numbers:ident) => {
                for value in number::$numbers(bytes, big) {
                    let value = i128::from(value);
                    if value.unsigned_abs() <= u128::from(json::text::LARGEST_EXACT) {
                        self.sink.integer(value)?;
                    } else {
                        self.sink.string(&value.to_string())?;
                    }
                }
            };
        }
        match vr {
            Vr::Us => whole!(u16s),
            Vr::Ss => whole!(i16s),
            Vr::Ul => whole!(u32s),
            Vr::Sl => whole!(i32s),
            Vr::Uv => large!(u64s),
            Vr::Sv => large!(i64s),
            Vr::Fl => {
                for value in number::f32s(bytes, big) {
                    self.float(f64::from(value))?;
                }
            }
            Vr::Fd => {
                for value in number::f64s(bytes, big) {
                    self.float(value)?;
                }
            }
            _ => {
                for tag in number::tags(bytes, big) {
                    self.sink.string(&format!("{tag:08X}"))?;
                }
            }
        }
        self.sink.end_values()?;
        Ok(Some(()))
    }

    /// JSON has no form for what isn't finite; PS3.18 F.2.3.1 has names for it.
    fn float(&mut self, value: f64) -> PyResult<()> {
        if value.is_finite() {
            self.sink.float(value)
        } else if value.is_nan() {
            self.sink.string("NaN")
        } else {
            self.sink.string(if value > 0.0 { "inf" } else { "-inf" })
        }
    }

    fn number_strings(&mut self, vr: Vr, bytes: &[u8]) -> PyResult<Option<()>> {
        let Some(whole) = std::str::from_utf8(bytes).ok().filter(|_| bytes.is_ascii()) else {
            return Ok(None);
        };
        if whole.is_empty() {
            return Ok(Some(()));
        }
        self.sink.begin_values()?;
        for one in whole.split('\\') {
            let plain = one.trim_matches(' ');
            if plain.is_empty() {
                self.sink.null()?;
            } else if vr == Vr::Ds {
                match json::text::decimal(plain) {
                    Some(json::text::Decimal::Canonical(value)) => self.sink.canonical(value, plain)?,
                    Some(json::text::Decimal::Number(value)) => self.sink.float(value)?,
                    Some(json::text::Decimal::Text) => self.sink.string(plain)?,
                    None => return Ok(None),
                }
            } else {
                match number::integer(plain) {
                    Some(value) if value.unsigned_abs() <= json::text::LARGEST_EXACT => {
                        self.sink.integer(i128::from(value))?;
                    }
                    _ => return Ok(None),
                }
            }
        }
        self.sink.end_values()?;
        Ok(Some(()))
    }

    /// Text whose character set is at hand in Rust, without escape sequences and bytes that don't belong.
    fn letters<'b>(&self, scope: &Scope, vr: Vr, bytes: &'b [u8]) -> PyResult<Option<Cow<'b, str>>> {
        let as_utf_8 = || std::str::from_utf8(bytes).ok().map(Cow::Borrowed);
        if text::is_plain(bytes) {
            return Ok(as_utf_8());
        }
        if !text::has_character_set(vr) {
            return Ok(Some(Cow::Owned(text::latin_1(bytes))));
        }
        if bytes.contains(&0x1B) {
            return Ok(None);
        }
        Ok(match scope.character_set(self.py)?.kind {
            TextKind::Utf8 => as_utf_8(),
            TextKind::Latin1 => Some(Cow::Owned(text::latin_1(bytes))),
            TextKind::Ascii | TextKind::Other => None,
        })
    }

    fn texts(&mut self, scope: &Scope, vr: Vr, bytes: &[u8]) -> PyResult<Option<()>> {
        let Some(decoded) = self.letters(scope, vr, bytes)? else {
            return Ok(None);
        };
        if text::is_single(vr) || !decoded.contains('\\') {
            let one = text::trim_one(&decoded, vr);
            if !one.is_empty() {
                self.sink.begin_values()?;
                self.sink.string(one)?;
                self.sink.end_values()?;
            }
            return Ok(Some(()));
        }
        self.sink.begin_values()?;
        for one in decoded.split('\\') {
            match text::trim_one(one, vr) {
                "" => self.sink.null()?,
                one => self.sink.string(one)?,
            }
        }
        self.sink.end_values()?;
        Ok(Some(()))
    }

    fn names(&mut self, scope: &Scope, bytes: &[u8]) -> PyResult<Option<()>> {
        let Some(decoded) = self.letters(scope, Vr::Pn, bytes)? else {
            return Ok(None);
        };
        if !decoded.contains('\\') && decoded.trim_end_matches('=').is_empty() {
            return Ok(Some(()));
        }
        self.sink.begin_values()?;
        for one in decoded.split('\\') {
            // Delimiters of empty groups at the end may be left out (PS3.5 6.2.1.1).
            let one = one.trim_end_matches('=');
            if one.is_empty() {
                self.sink.null()?;
                continue;
            }
            let mut groups = [""; 3];
            for (group, part) in groups.iter_mut().zip(one.split('=')) {
                *group = part;
            }
            self.sink.name(&groups)?;
        }
        self.sink.end_values()?;
        Ok(Some(()))
    }

    fn binary(&mut self, vr: Vr, bytes: &[u8], big: bool) -> PyResult<Option<()>> {
        let length = base64::encoded_length(bytes.len() as u64);
        if self.threshold.is_some_and(|threshold| length > threshold) {
            return Ok(None);
        }
        let width = match vr {
            Vr::Ow => 2,
            Vr::Of | Vr::Ol => 4,
            Vr::Od | Vr::Ov => 8,
            _ => 1,
        };
        if !big || width == 1 {
            self.sink.inline_binary(bytes)?;
            return Ok(Some(()));
        }
        let mut turned = bytes.to_vec();
        for word in turned.chunks_exact_mut(width) {
            word.reverse();
        }
        self.sink.inline_binary(&turned)?;
        Ok(Some(()))
    }
}

/// An object of Python as a value of JSON.
struct PyNode<'py>(Bound<'py, PyAny>);

impl<'py> Node for PyNode<'py> {
    type Text = PyBackedStr;

    fn view(&self) -> View<PyBackedStr> {
        let object = &self.0;
        if object.is_none() {
            return View::Null;
        }
        if let Ok(text) = object.cast::<PyString>() {
            // A lone surrogate has no UTF-8: Python says so.
            return text.extract().map_or(View::Other, View::Text);
        }
        if object.is_instance_of::<PyDict>() {
            return View::Object;
        }
        if object.is_instance_of::<PyList>() {
            return View::Array;
        }
        if object.is_instance_of::<PyBool>() {
            return View::Other;
        }
        if object.is_instance_of::<PyInt>() {
            return match object.extract::<i64>() {
                Ok(value) => View::Integer(i128::from(value)),
                Err(_) => object
                    .extract::<u64>()
                    .map_or(View::Other, |value| View::Integer(i128::from(value))),
            };
        }
        match object.cast::<PyFloat>() {
            Ok(value) => View::Float(value.value()),
            Err(_) => View::Other,
        }
    }

    fn items(&self) -> impl Iterator<Item = Self> {
        self.0
            .cast::<PyList>()
            .into_iter()
            .flat_map(|list| list.iter())
            .map(PyNode)
    }

    fn members(&self) -> impl Iterator<Item = (PyBackedStr, Self)> {
        // At once: no other code may come between and change the dictionary.
        let mut members = Vec::new();
        if let Ok(dict) = self.0.cast::<PyDict>() {
            members.reserve(dict.len());
            for (name, value) in dict.iter() {
                let name = name.extract::<PyBackedStr>().or_else(|_| {
                    // No tag: it is left to Python, which names what is wrong with it.
                    intern!(self.0.py(), "?").extract::<PyBackedStr>()
                });
                if let Ok(name) = name {
                    members.push((name, PyNode(value)));
                }
            }
        }
        members.into_iter()
    }
}

fn json_error(py: Python<'_>, error: json::Error) -> PyErr {
    let offset = error.offset.map(|offset| offset as u64);
    match error.kind {
        json::Kind::Syntax(_) => raise(py, "ParseError", &error.to_string(), None, offset),
        json::Kind::Limit(..) => raise(py, "LimitError", &error.to_string(), None, offset),
        json::Kind::Duplicate(tag) => raise(py, "ParseError", &error.to_string(), Some(tag), offset),
    }
}

/// The items and sequences around an attribute, its name, and the attribute object (text, or the object itself).
type LeftOver = (Vec<(u32, u32)>, String, Py<PyAny>);

/// A data set over bytes that were made of a model, and what of the model is left to Python; None for the data set when
/// private creators are among that.
fn data_set_of<'py>(py: Python<'py>, bytes: Vec<u8>, creator_left: bool) -> PyResult<Option<Bound<'py, PyAny>>> {
    if creator_left {
        return Ok(None);
    }
    // The text was at hand and had ceilings of its own.
    let limits = Limits {
        items: u64::MAX,
        sequence_depth: 254,
        ..Limits::default()
    };
    let table = ElementTable::of_bytes(Arc::new(bytes), Encoding::EXPLICIT_LITTLE, limits)
        .map_err(|error| to_python(py, error, None))?;
    let reading = Reading::in_memory(dictionary::snapshot());
    let scope = Scope::new(Arc::new(table), Encoding::EXPLICIT_LITTLE, Arc::new(reading));
    let empty = Classes::get(py)?.dataset.make(py)?;
    DatasetBase::fill(empty, Arc::new(scope), None).map(Some)
}

/// The data set of a JSON text, and what of it Python has to make: (path, name, text of the attribute object).
#[pyfunction]
fn json_read_text<'py>(
    py: Python<'py>,
    model: &str,
    depth: u64,
) -> PyResult<(Option<Bound<'py, PyAny>>, Vec<LeftOver>)> {
    let read = py.detach(|| -> Result<_, json::Error> {
        let tape = Tape::parse(model, depth)?;
        let root = tape.root();
        if !matches!(root.view(), View::Object) {
            return Ok(None);
        }
        let encoded = encode::data_set(&root, depth)?;
        let left: Vec<_> = encoded
            .left
            .into_iter()
            .map(|Left { path, name, attribute }| (path, name, attribute.source().to_owned()))
            .collect();
        Ok(Some((encoded.bytes, encoded.creator_left, left)))
    });
    let Some((bytes, creator_left, left)) = read.map_err(|error| json_error(py, error))? else {
        let message = "the text is no DICOM JSON Model object: a JSON object with tags for names was expected";
        return Err(raise(py, "ParseError", message, None, None));
    };
    let left = left
        .into_iter()
        .map(|(path, name, source)| (path, name, PyString::new(py, &source).into_any().unbind()))
        .collect();
    Ok((data_set_of(py, bytes, creator_left)?, left))
}

/// The same of dictionaries; the attribute objects that are left are those that were given.
#[pyfunction]
fn json_read_dict<'py>(model: &Bound<'py, PyDict>, depth: u64) -> PyResult<(Option<Bound<'py, PyAny>>, Vec<LeftOver>)> {
    let py = model.py();
    let encoded = encode::data_set(&PyNode(model.clone().into_any()), depth).map_err(|error| json_error(py, error))?;
    let left = encoded
        .left
        .into_iter()
        .map(|Left { path, name, attribute }| (path, name, attribute.0.unbind()))
        .collect();
    Ok((data_set_of(py, encoded.bytes, encoded.creator_left)?, left))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(json_text, module)?)?;
    module.add_function(wrap_pyfunction!(json_dict, module)?)?;
    module.add_function(wrap_pyfunction!(json_read_text, module)?)?;
    module.add_function(wrap_pyfunction!(json_read_dict, module)?)
}
