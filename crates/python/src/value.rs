//! From a row to the Python value of its VR. Called once a value; what it gives is kept by its element.

use crate::assign;
use crate::attribute::untrack;
use crate::classes::{Classes, vr_text};
use crate::dataset::DatasetBase;
use crate::error::{raise, to_python};
use crate::scope::{Scope, TextKind};
use dcm_dictionary::Vr;
use dcm_encoding::finding::Finding;
use dcm_encoding::row::{Flags, ITEM, Row};
use dcm_encoding::table::ElementTable;
use dcm_encoding::value::{number, text};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyWeakrefReference};
use std::borrow::Cow;
use std::sync::Arc;

/// The value of a row. `owner` is the data set that a sequence belongs to.
pub fn decode(
    py: Python<'_>,
    scope: &Arc<Scope>,
    row: u32,
    vr: Vr,
    owner: Option<&Bound<'_, PyAny>>,
) -> PyResult<Py<PyAny>> {
    let Some(element) = scope.table.row(row) else {
        return Ok(py.None());
    };
    let tag = element.tag;
    if vr == Vr::Sq {
        return sequence(py, scope, row, element, owner);
    }
    let bytes = read(py, &scope.table, element)?;
    let value = Value {
        py,
        scope,
        classes: Classes::get(py)?,
        tag,
        vr,
        row: element,
    };
    let made = value.of(&bytes)?;
    if let Some(judge) = &scope.reading.judge
        && !is_plainly_right(vr, &bytes)
    {
        judge.bind(py).call1((tag, vr_text(py, vr), &made))?;
    }
    Ok(made)
}

/// Does the text of a value keep the rules of its VR, so that nobody needs to look closer? Numbers and bytes do.
fn is_plainly_right(vr: Vr, bytes: &[u8]) -> bool {
    if !text::is_text(vr) {
        return true;
    }
    let Ok(plain) = std::str::from_utf8(text::trim(bytes, vr)) else {
        return false;
    };
    if plain.is_empty() || text::is_single(vr) {
        return assign::is_right(vr, plain) || plain.is_empty();
    }
    plain.split('\\').all(|one| one.is_empty() || assign::is_right(vr, one))
}

/// The bytes of a value, read with the interpreter released where they were left in the source.
pub fn read<'t>(py: Python<'_>, table: &'t ElementTable, row: &Row) -> PyResult<Cow<'t, [u8]>> {
    if let Some(bytes) = table.store().bytes(row.offset, row.length) {
        return Ok(Cow::Borrowed(bytes));
    }
    py.detach(|| table.value(row))
        .map_err(|error| to_python(py, error, Some(row.tag)))
}

/// The rows of a sequence's items: their table, the first, and the one after the last.
pub fn items(py: Python<'_>, scope: &Scope, row: u32, element: &Row) -> PyResult<(Arc<ElementTable>, u32, u32)> {
    if !element.flags.has(Flags::UNPARSED) && element.vr != Vr::Un {
        return Ok((Arc::clone(&scope.table), row.saturating_add(1), element.end));
    }
    let encoding = Scope::items_encoding(element);
    let part = py
        .detach(|| scope.table.part(row, encoding))
        .map_err(|error| to_python(py, error, Some(element.tag)))?;
    let end = u32::try_from(part.rows().len()).unwrap_or(u32::MAX);
    Ok((part, 0, end))
}

fn sequence(
    py: Python<'_>,
    scope: &Arc<Scope>,
    row: u32,
    element: &Row,
    owner: Option<&Bound<'_, PyAny>>,
) -> PyResult<Py<PyAny>> {
    let (table, first, end) = items(py, scope, row, element)?;
    let classes = Classes::get(py)?;
    let made = classes.sequence.make(py)?;
    let list = made.cast::<PyList>()?;
    for (at, item) in table.siblings(first, end) {
        if item.tag == ITEM {
            let scope = Arc::new(scope.of_item(&table, at, item));
            // Not the method of the class, which would call it an edit.
            list.append(DatasetBase::fill(classes.dataset.make(py)?, scope, None)?)?;
        }
    }
    if element.is_undefined_length() {
        made.setattr(intern!(py, "_is_undefined_length"), true)?;
    }
    if let Some(owner) = owner {
        made.setattr(intern!(py, "_parent"), PyWeakrefReference::new(owner)?)?;
    }
    DatasetBase::adopt(list, &made)?;
    Ok(made.unbind())
}

struct Value<'py, 's> {
    py: Python<'py>,
    scope: &'s Arc<Scope>,
    classes: &'s Classes,
    tag: u32,
    vr: Vr,
    row: &'s Row,
}

impl<'py> Value<'py, '_> {
    fn of(&self, bytes: &[u8]) -> PyResult<Py<PyAny>> {
        match self.vr {
            Vr::Us | Vr::Ss | Vr::Ul | Vr::Sl | Vr::Uv | Vr::Sv | Vr::Fl | Vr::Fd | Vr::At => self.numbers(bytes),
            Vr::Ds | Vr::Is => self.number_strings(bytes),
            Vr::Pn => self.person_names(bytes),
            Vr::Ui if !bytes.is_empty() => self.texts(text::trim(bytes, self.vr), |one| {
                self.classes.uid.make(self.py, text::trim_one(one, self.vr))
            }),
            // No UID at all is empty text, as for all other text.
            Vr::Ui => Ok(PyString::new(self.py, "").into_any().unbind()),
            vr if text::is_text(vr) => self.texts(text::trim(bytes, self.vr), |one| {
                Ok(PyString::new(self.py, text::trim_one(one, self.vr)).into_any())
            }),
            _ if bytes.is_empty() => Ok(self.py.None()),
            _ => Ok(PyBytes::new(self.py, bytes).into_any().unbind()),
        }
    }

    fn multi_value(&self, values: Bound<'py, PyList>) -> PyResult<Py<PyAny>> {
        let made = self
            .classes
            .multi_value_from_list
            .bind(self.py)
            .call1((values, vr_text(self.py, self.vr)))?;
        untrack(&made);
        Ok(made.unbind())
    }

    /// None for no value, the value itself for one, else a `MultiValue`.
    fn one_or_many<T>(
        &self,
        mut values: impl ExactSizeIterator<Item = T>,
        make: impl Fn(T) -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        match values.len() {
            0 => Ok(self.py.None()),
            1 => match values.next() {
                Some(value) => Ok(make(value)?.unbind()),
                None => Ok(self.py.None()),
            },
            _ => {
                let made = values.map(make).collect::<PyResult<Vec<_>>>()?;
                self.multi_value(PyList::new(self.py, made)?)
            }
        }
    }

    fn numbers(&self, bytes: &[u8]) -> PyResult<Py<PyAny>> {
        let width = number::width(self.vr).unwrap_or(1);
        if bytes.len().checked_rem(width) != Some(0) {
            if self.vr == Vr::At {
                self.note(
                    "wrong-length",
                    "the value is no whole number of tags; the whole ones are given",
                );
            } else {
                return Err(self.wrong_length(bytes.len(), width));
            }
        }
        let (py, big) = (self.py, self.row.encoding().big_endian);
        /// Integers and floats are made without a detour.
        macro_rules! made {
            ($numbers:expr) => {
                self.one_or_many($numbers, |one| Ok(one.into_pyobject(py)?.into_any()))
            };
        }
        match self.vr {
            Vr::Us => made!(number::u16s(bytes, big)),
            Vr::Ss => made!(number::i16s(bytes, big)),
            Vr::Ul => made!(number::u32s(bytes, big)),
            Vr::Sl => made!(number::i32s(bytes, big)),
            Vr::Uv => made!(number::u64s(bytes, big)),
            Vr::Sv => made!(number::i64s(bytes, big)),
            Vr::Fl => made!(number::f32s(bytes, big)),
            Vr::Fd => made!(number::f64s(bytes, big)),
            _ => self.one_or_many(number::tags(bytes, big), |tag| self.classes.base_tag.make(py, tag)),
        }
    }

    fn wrong_length(&self, length: usize, width: usize) -> PyErr {
        let name = dcm_dictionary::attribute(self.tag).map_or("The element", |attribute| attribute.keyword());
        let message = format!(
            "{name} ({:04X},{:04X}) has {length} bytes; {} takes {width} a value (PS3.5 Table 6.2-1)",
            self.tag >> 16,
            self.tag & 0xFFFF,
            self.vr.as_str(),
        );
        raise(
            self.py,
            "BytesLengthException",
            &message,
            Some(self.tag),
            Some(self.row.offset),
        )
    }

    fn note(&self, code: impl Into<Cow<'static, str>>, message: impl Into<String>) {
        self.scope.reading.note(Finding {
            code: code.into(),
            message: message.into(),
            tag: Some(self.tag),
            offset: Some(self.row.offset),
        });
    }

    /// The text of the value in its character set.
    fn text<'b>(&self, bytes: &'b [u8]) -> PyResult<Cow<'b, str>> {
        if text::is_plain(bytes) || !text::has_character_set(self.vr) {
            return Ok(match std::str::from_utf8(bytes) {
                Ok(plain) if bytes.is_ascii() => Cow::Borrowed(plain),
                _ => Cow::Owned(text::latin_1(bytes)),
            });
        }
        let set = self.scope.character_set(self.py)?;
        if set.kind == TextKind::Other || bytes.contains(&0x1B) {
            let decoded: String = set
                .object
                .bind(self.py)
                .call_method1(
                    intern!(self.py, "decode"),
                    (PyBytes::new(self.py, bytes), vr_text(self.py, self.vr)),
                )?
                .extract()?;
            if decoded.contains('\u{FFFD}') {
                self.note_undecodable();
            }
            return Ok(Cow::Owned(decoded));
        }
        if set.kind == TextKind::Utf8 {
            let decoded = String::from_utf8_lossy(bytes);
            if matches!(decoded, Cow::Owned(_)) {
                self.note_undecodable();
            }
            return Ok(decoded);
        }
        if set.kind == TextKind::Ascii {
            self.note(
                "text-beyond-ascii",
                "some bytes are not of the default repertoire; they are read as ISO 8859-1",
            );
        }
        Ok(Cow::Owned(text::latin_1(bytes)))
    }

    fn note_undecodable(&self) {
        self.note(
            "undecodable-text",
            "some bytes are not of the character set; U+FFFD stands for them",
        );
    }

    fn texts(&self, bytes: &[u8], make: impl Fn(&str) -> PyResult<Bound<'py, PyAny>>) -> PyResult<Py<PyAny>> {
        let decoded = self.text(bytes)?;
        if text::is_single(self.vr) || !decoded.contains('\\') {
            return Ok(make(&decoded)?.unbind());
        }
        let made = decoded.split('\\').map(make).collect::<PyResult<Vec<_>>>()?;
        self.multi_value(PyList::new(self.py, made)?)
    }

    fn person_names(&self, bytes: &[u8]) -> PyResult<Py<PyAny>> {
        let set = self.scope.character_set(self.py)?;
        let from_bytes = self.classes.person_name_from_bytes.bind(self.py);
        let make = |one: &[u8]| {
            // Delimiters of empty groups at the end may be left out (PS3.5 6.2.1.1).
            let one = text::trim_end(one, |byte| byte == b'=');
            from_bytes.call1((PyBytes::new(self.py, one), &set.object))
        };
        let trimmed = text::trim(bytes, Vr::Pn);
        if !trimmed.contains(&b'\\') {
            return Ok(make(trimmed)?.unbind());
        }
        let made = if set.kind == TextKind::Other && !text::is_plain(trimmed) {
            // A backslash can be half of a letter.
            let parts: Vec<Vec<u8>> = set
                .object
                .bind(self.py)
                .call_method1(intern!(self.py, "split_values"), (PyBytes::new(self.py, trimmed),))?
                .extract()?;
            if let [one] = parts.as_slice() {
                return Ok(make(one)?.unbind());
            }
            parts.iter().map(|one| make(one)).collect::<PyResult<Vec<_>>>()?
        } else {
            trimmed
                .split(|byte| *byte == b'\\')
                .map(make)
                .collect::<PyResult<Vec<_>>>()?
        };
        self.multi_value(PyList::new(self.py, made)?)
    }

    /// DS and IS: numbers that keep the text that they were written as.
    fn number_strings(&self, bytes: &[u8]) -> PyResult<Py<PyAny>> {
        if bytes.is_empty() {
            return Ok(self.py.None());
        }
        let trimmed = text::trim(bytes, self.vr);
        let decoded = self.text(trimmed)?;
        if decoded.is_empty() {
            return Ok(PyString::new(self.py, "").into_any().unbind());
        }
        if !decoded.contains('\\') {
            if let Some(made) = self.number_string(&decoded)? {
                return Ok(made.unbind());
            }
            return self.fallback(trimmed);
        }
        let list = PyList::empty(self.py);
        for one in decoded.split('\\') {
            if one.trim_matches(' ').is_empty() {
                list.append(PyString::new(self.py, ""))?;
            } else if let Some(made) = self.number_string(one)? {
                list.append(made)?;
            } else {
                return self.fallback(trimmed);
            }
        }
        self.multi_value(list)
    }

    fn number_string(&self, one: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = self.py;
        let plain = one.trim_matches(' ');
        if self.vr == Vr::Ds {
            let Some(value) = number::decimal(plain) else {
                return Ok(None);
            };
            let made = self.classes.ds_float.make(py, value)?;
            made.setattr(intern!(py, "original_string"), plain)?;
            return Ok(Some(made));
        }
        let Some(value) = number::integer(plain) else {
            return Ok(None);
        };
        let made = self.classes.integer_string.make(py, value)?;
        // The text is kept only where the number alone wouldn't give it back.
        if plain.starts_with(['+', '0']) && plain != "0" || plain.starts_with("-0") {
            made.setattr(intern!(py, "original_string"), plain)?;
        }
        Ok(Some(made))
    }

    /// A number string that isn't one: the Python side knows what is best made of it.
    fn fallback(&self, bytes: &[u8]) -> PyResult<Py<PyAny>> {
        let set = self.scope.character_set(self.py)?;
        let (value, problems): (Py<PyAny>, Vec<(String, String)>) = self
            .classes
            .decode_fallback
            .bind(self.py)
            .call1((vr_text(self.py, self.vr), PyBytes::new(self.py, bytes), &set.object))?
            .extract()?;
        for (code, message) in problems {
            self.note(code, message);
        }
        Ok(value)
    }
}
