//! From a Python value to the bytes of its VR (PS3.5 6.2). The counterpart of `crate::value`.

use crate::buffer::ReadableBuffer;
use crate::classes::{Classes, vr_text};
use crate::error::raise;
use crate::scope::{CharacterSet, TextKind};
use dcm_dictionary::Vr;
use dcm_encoding::header;
use dcm_encoding::value::text;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyFloat, PyInt, PyList, PyString, PyTuple};
use std::sync::Arc;

/// How a value is encoded.
pub struct Encoder<'py, 'a> {
    pub py: Python<'py>,
    pub tag: u32,
    pub vr: Vr,
    pub big_endian: bool,
    pub character_set: &'a Arc<CharacterSet>,
    /// Called with (tag, VR, text, character sets) where these don't have a character: gives bytes all the same.
    pub substitute: Option<&'a Py<PyAny>>,
}

impl<'py> Encoder<'py, '_> {
    /// Appends the bytes of the value, without padding.
    pub fn encode(&self, value: &Bound<'py, PyAny>, out: &mut Vec<u8>) -> PyResult<()> {
        if value.is_none() {
            return Ok(());
        }
        match self.vr {
            Vr::Us | Vr::Ss | Vr::Ul | Vr::Sl | Vr::Uv | Vr::Sv | Vr::Fl | Vr::Fd | Vr::At => {
                if self.bytes(value, out) {
                    return Ok(());
                }
                self.each(value, |one| self.number(one, out))
            }
            Vr::UsOrSs | Vr::UsOrOw | Vr::UsOrSsOrOw | Vr::Ow if is_numbers(value) => {
                self.each(value, |one| self.word(one, out))
            }
            Vr::Pn => self.parted(value, out, |one, out| self.person_name(one, out)),
            vr if text::is_text(vr) || matches!(vr, Vr::Ds | Vr::Is | Vr::Ui) => self.texts(value, out),
            _ => {
                if self.bytes(value, out) {
                    return Ok(());
                }
                Err(self.wrong_type(value))
            }
        }
    }

    /// Bytes are taken as they are. False for what is something else.
    fn bytes(&self, value: &Bound<'py, PyAny>, out: &mut Vec<u8>) -> bool {
        if let Ok(bytes) = value.cast::<PyBytes>() {
            out.extend_from_slice(bytes.as_bytes());
            return true;
        }
        // Lists and strings have no buffer, so asking is enough.
        match ReadableBuffer::new(value) {
            Ok(buffer) => {
                out.extend_from_slice(buffer.as_slice());
                true
            }
            Err(_) => false,
        }
    }

    /// The values of a list, or the one value.
    fn each(
        &self,
        value: &Bound<'py, PyAny>,
        mut encode: impl FnMut(&Bound<'py, PyAny>) -> PyResult<()>,
    ) -> PyResult<()> {
        if let Ok(list) = value.cast::<PyList>() {
            for one in list.iter() {
                encode(&one)?;
            }
            return Ok(());
        }
        if let Ok(tuple) = value.cast::<PyTuple>() {
            for one in tuple.iter() {
                encode(&one)?;
            }
            return Ok(());
        }
        // No value at all is kept as empty text where it was read so.
        if value
            .cast::<PyString>()
            .is_ok_and(|text| text.len().is_ok_and(|length| length == 0))
        {
            return Ok(());
        }
        encode(value)
    }

    /// Values with backslashes between them.
    fn parted(
        &self,
        value: &Bound<'py, PyAny>,
        out: &mut Vec<u8>,
        mut encode: impl FnMut(&Bound<'py, PyAny>, &mut Vec<u8>) -> PyResult<()>,
    ) -> PyResult<()> {
        if value.cast::<PyString>().is_ok() {
            return encode(value, out);
        }
        let mut first = true;
        self.each(value, |one| {
            if !first {
                out.push(b'\\');
            }
            first = false;
            encode(one, out)
        })
    }

    fn number(&self, one: &Bound<'py, PyAny>, out: &mut Vec<u8>) -> PyResult<()> {
        /// Range and type are what Python's conversion says; the error is ours, for it names the element.
        macro_rules! append {
            ($type:ty) => {{
                let number: $type = one.extract().map_err(|error| self.wrong_number(one, error))?;
                out.extend_from_slice(&if self.big_endian {
                    number.to_be_bytes()
                } else {
                    number.to_le_bytes()
                });
            }};
        }
        match self.vr {
            Vr::Us => append!(u16),
            Vr::Ss => append!(i16),
            Vr::Ul => append!(u32),
            Vr::Sl => append!(i32),
            Vr::Uv => append!(u64),
            Vr::Sv => append!(i64),
            Vr::Fd => append!(f64),
            Vr::Fl => {
                let number: f64 = one.extract().map_err(|error| self.wrong_number(one, error))?;
                #[expect(clippy::cast_possible_truncation, reason = "FL holds single precision")]
                let single = number as f32;
                if single.is_infinite() && number.is_finite() {
                    return Err(self.out_of_range());
                }
                out.extend_from_slice(&if self.big_endian {
                    single.to_be_bytes()
                } else {
                    single.to_le_bytes()
                });
            }
            _ => {
                let tag: u32 = one.extract().map_err(|error| self.wrong_number(one, error))?;
                header::write_tag(tag, self.big_endian, out);
            }
        }
        Ok(())
    }

    /// Two bytes of a number whose sign the VR leaves open.
    fn word(&self, one: &Bound<'py, PyAny>, out: &mut Vec<u8>) -> PyResult<()> {
        let number: i64 = one.extract().map_err(|error| self.wrong_number(one, error))?;
        let word = match (u16::try_from(number), i16::try_from(number)) {
            (Ok(unsigned), _) => unsigned.to_le_bytes(),
            (_, Ok(signed)) => signed.to_le_bytes(),
            _ => return Err(self.out_of_range()),
        };
        let [low, high] = word;
        out.extend_from_slice(&if self.big_endian { [high, low] } else { [low, high] });
        Ok(())
    }

    fn texts(&self, value: &Bound<'py, PyAny>, out: &mut Vec<u8>) -> PyResult<()> {
        if let Ok(bytes) = value.cast::<PyBytes>() {
            out.extend_from_slice(bytes.as_bytes());
            return Ok(());
        }
        if text::has_character_set(self.vr) && value.cast::<PyList>().is_ok() {
            // Together, for after a delimiter the initial character set holds again.
            let mut parts = Vec::new();
            let mut all_text = true;
            self.each(value, |one| {
                all_text &= one.cast::<PyBytes>().is_err();
                parts.push(if all_text { self.text_of(one)? } else { String::new() });
                Ok(())
            })?;
            if all_text {
                return self.characters(&parts.join("\\"), out);
            }
        }
        self.parted(value, out, |one, out| self.one_text(one, out))
    }

    fn one_text(&self, one: &Bound<'py, PyAny>, out: &mut Vec<u8>) -> PyResult<()> {
        if let Ok(bytes) = one.cast::<PyBytes>() {
            out.extend_from_slice(bytes.as_bytes());
            return Ok(());
        }
        self.characters(&self.text_of(one)?, out)
    }

    /// The text of one value: numbers as they were written, dates and times in the form of the VR.
    fn text_of(&self, one: &Bound<'py, PyAny>) -> PyResult<String> {
        if let Ok(text) = one.cast::<PyString>() {
            return Ok(text.to_str()?.to_owned());
        }
        if one.is_none() {
            return Ok(String::new());
        }
        if matches!(self.vr, Vr::Ds | Vr::Is) && (one.cast::<PyFloat>().is_ok() || one.cast::<PyInt>().is_ok()) {
            return Ok(one.str()?.to_str()?.to_owned());
        }
        Classes::get(self.py)?
            .text_of
            .bind(self.py)
            .call1((vr_text(self.py, self.vr), one))
            .map_err(|error| {
                if error.is_instance_of::<pyo3::exceptions::PyTypeError>(self.py) {
                    self.wrong_type(one)
                } else {
                    error
                }
            })?
            .extract()
    }

    fn characters(&self, text: &str, out: &mut Vec<u8>) -> PyResult<()> {
        if !text::has_character_set(self.vr) {
            // The default repertoire; what lies beyond it is read as Latin-1, so it can be written so too.
            let bytes: Option<Vec<u8>> = text
                .chars()
                .map(|letter| u8::try_from(u32::from(letter)).ok())
                .collect();
            return match bytes {
                Some(bytes) => {
                    out.extend_from_slice(&bytes);
                    Ok(())
                }
                None => self.substituted(text, out, || self.not_in_repertoire()),
            };
        }
        match self.character_set.kind {
            TextKind::Utf8 => {
                out.extend_from_slice(text.as_bytes());
                Ok(())
            }
            TextKind::Ascii | TextKind::Latin1 if text.is_ascii() => {
                out.extend_from_slice(text.as_bytes());
                Ok(())
            }
            _ => {
                let encoded = self
                    .character_set
                    .object
                    .bind(self.py)
                    .call_method1(intern!(self.py, "encode"), (text, vr_text(self.py, self.vr)));
                match encoded {
                    Ok(encoded) => {
                        out.extend_from_slice(encoded.cast::<PyBytes>()?.as_bytes());
                        Ok(())
                    }
                    Err(error) => self.substituted(text, out, || self.naming_element(error)),
                }
            }
        }
    }

    fn person_name(&self, one: &Bound<'py, PyAny>, out: &mut Vec<u8>) -> PyResult<()> {
        if one.cast::<PyString>().is_ok() || one.cast::<PyBytes>().is_ok() || one.is_none() {
            return self.one_text(one, out);
        }
        match one.call_method1(intern!(self.py, "_encoded"), (&self.character_set.object,)) {
            Ok(encoded) => {
                out.extend_from_slice(encoded.cast::<PyBytes>()?.as_bytes());
                Ok(())
            }
            Err(error) if error.is_instance_of::<pyo3::exceptions::PyAttributeError>(self.py) => {
                Err(self.wrong_type(one))
            }
            Err(error) => {
                let text: String = one.str()?.extract()?;
                self.substituted(&text, out, || self.naming_element(error))
            }
        }
    }

    /// Text with characters that can't be encoded: bytes all the same where the caller wants some, else the error.
    fn substituted(&self, text: &str, out: &mut Vec<u8>, error: impl FnOnce() -> PyErr) -> PyResult<()> {
        let Some(substitute) = self.substitute else {
            return Err(error());
        };
        let vr = vr_text(self.py, self.vr);
        let bytes = substitute
            .bind(self.py)
            .call1((self.tag, vr, text, &self.character_set.object))?;
        out.extend_from_slice(bytes.cast::<PyBytes>()?.as_bytes());
        Ok(())
    }

    fn name(&self) -> String {
        let tag = format!("({:04X},{:04X})", self.tag >> 16, self.tag & 0xFFFF);
        dcm_dictionary::attribute(self.tag).map_or(tag.clone(), |known| format!("{} {tag}", known.keyword()))
    }

    fn error(&self, class: &str, what: &str) -> PyErr {
        raise(
            self.py,
            class,
            &format!("{}: {what}", self.name()),
            Some(self.tag),
            None,
        )
    }

    /// What `CharacterSets.encode` says, with the element that it is about.
    fn naming_element(&self, error: PyErr) -> PyErr {
        match Classes::error(self.py, "CharacterSetError") {
            Ok(class) if error.matches(self.py, &class).unwrap_or(false) => {
                self.error("CharacterSetError", &error.value(self.py).to_string())
            }
            _ => error,
        }
    }

    fn not_in_repertoire(&self) -> PyErr {
        let vr = self.vr.as_str();
        self.error(
            "CharacterSetError",
            &format!("a value has a character that VR {vr} can't hold: it is limited to the default repertoire"),
        )
    }

    fn wrong_type(&self, value: &Bound<'py, PyAny>) -> PyErr {
        let kind = value.get_type();
        let kind = kind.name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
        self.error(
            "ValueTypeError",
            &format!("a value of type {kind} can't be written as VR {}", self.vr.as_str()),
        )
    }

    fn wrong_number(&self, value: &Bound<'py, PyAny>, error: PyErr) -> PyErr {
        if error.is_instance_of::<pyo3::exceptions::PyTypeError>(self.py) {
            self.wrong_type(value)
        } else {
            self.out_of_range()
        }
    }

    fn out_of_range(&self) -> PyErr {
        self.error(
            "ValueRepresentationError",
            &format!(
                "a value lies beyond what VR {} can hold (PS3.5 Table 6.2-1)",
                self.vr.as_str()
            ),
        )
    }
}

/// A number, or a list that begins with one.
fn is_numbers(value: &Bound<'_, PyAny>) -> bool {
    let first = match value.cast::<PyList>() {
        Ok(list) => match list.get_item(0) {
            Ok(first) => first,
            Err(_) => return true,
        },
        Err(_) => value.clone(),
    };
    first.cast::<PyInt>().is_ok()
}
