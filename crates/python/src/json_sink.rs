//! Where a DICOM JSON Model goes to: text, or dictionaries of Python.

use dcm_encoding::json::{base64, text};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

/// Takes a model from its beginning to its end. A member's key comes before its value.
pub trait Sink<'py> {
    fn begin_data_set(&mut self) -> PyResult<()>;
    fn end_data_set(&mut self) -> PyResult<()>;
    fn begin_attribute(&mut self, tag: u32, vr: &Bound<'py, PyString>) -> PyResult<()>;
    fn end_attribute(&mut self, tag: u32, vr: &Bound<'py, PyString>) -> PyResult<()>;
    /// An attribute object that Python made.
    fn attribute(&mut self, tag: u32, made: &Bound<'py, PyAny>) -> PyResult<()>;
    fn begin_values(&mut self) -> PyResult<()>;
    fn end_values(&mut self) -> PyResult<()>;
    /// A name's groups: Alphabetic, Ideographic, Phonetic; those that are empty are left out.
    fn name(&mut self, groups: &[&str]) -> PyResult<()>;
    fn null(&mut self) -> PyResult<()>;
    fn string(&mut self, value: &str) -> PyResult<()>;
    fn integer(&mut self, value: i128) -> PyResult<()>;
    fn float(&mut self, value: f64) -> PyResult<()>;
    /// A float whose text is known.
    fn canonical(&mut self, value: f64, written: &str) -> PyResult<()>;
    fn inline_binary(&mut self, bytes: &[u8]) -> PyResult<()>;
    /// To come back to.
    fn mark(&self) -> usize;
    /// Forgets all since `mark`, which was taken right before an attribute began.
    fn roll_back(&mut self, mark: usize);
}

const GROUPS: [&str; 3] = ["Alphabetic", "Ideographic", "Phonetic"];
const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// What was written is ASCII, but for what Python wrote, which is UTF-8.
pub fn ascii(written: &[u8]) -> PyResult<&str> {
    std::str::from_utf8(written).map_err(|_| PyTypeError::new_err("what was written is no text"))
}

/// The eight hexadecimal digits of a tag.
fn tag_digits(tag: u32) -> [u8; 8] {
    let mut digits = [b'0'; 8];
    for (digit, shift) in digits.iter_mut().zip([28_u32, 24, 20, 16, 12, 8, 4, 0]) {
        *digit = HEX.get(((tag >> shift) & 0xF) as usize).copied().unwrap_or(b'0');
    }
    digits
}

/// Text as `json.dumps(..., sort_keys=True)` writes it.
#[derive(Default)]
pub struct TextSink {
    pub out: Vec<u8>,
}

impl TextSink {
    /// Parts a value or a key from what stands before it. No value ends in a bracket that opens, or in a space.
    fn part(&mut self) {
        if !matches!(self.out.last(), None | Some(b'{' | b'[' | b' ')) {
            self.out.extend_from_slice(b", ");
        }
    }

    fn key(&mut self, key: &str) {
        self.part();
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\": ");
    }

    fn tag(&mut self, tag: u32) {
        self.part();
        self.out.push(b'"');
        self.out.extend_from_slice(&tag_digits(tag));
        self.out.extend_from_slice(b"\": ");
    }
}

impl<'py> Sink<'py> for TextSink {
    fn begin_data_set(&mut self) -> PyResult<()> {
        self.part();
        self.out.push(b'{');
        Ok(())
    }

    fn end_data_set(&mut self) -> PyResult<()> {
        self.out.push(b'}');
        Ok(())
    }

    fn begin_attribute(&mut self, tag: u32, _vr: &Bound<'py, PyString>) -> PyResult<()> {
        self.tag(tag);
        self.out.push(b'{');
        Ok(())
    }

    fn end_attribute(&mut self, _tag: u32, vr: &Bound<'py, PyString>) -> PyResult<()> {
        self.key("vr");
        text::push_string(&mut self.out, vr.to_str()?);
        self.out.push(b'}');
        Ok(())
    }

    fn attribute(&mut self, tag: u32, made: &Bound<'py, PyAny>) -> PyResult<()> {
        let made = made.cast::<PyString>()?;
        self.tag(tag);
        self.out.extend_from_slice(made.to_str()?.as_bytes());
        Ok(())
    }

    fn begin_values(&mut self) -> PyResult<()> {
        self.key("Value");
        self.out.push(b'[');
        Ok(())
    }

    fn end_values(&mut self) -> PyResult<()> {
        self.out.push(b']');
        Ok(())
    }

    fn name(&mut self, groups: &[&str]) -> PyResult<()> {
        self.part();
        self.out.push(b'{');
        for (key, group) in GROUPS.iter().zip(groups) {
            if !group.is_empty() {
                self.key(key);
                text::push_string(&mut self.out, group);
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    fn null(&mut self) -> PyResult<()> {
        self.part();
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn string(&mut self, value: &str) -> PyResult<()> {
        self.part();
        text::push_string(&mut self.out, value);
        Ok(())
    }

    fn integer(&mut self, value: i128) -> PyResult<()> {
        self.part();
        text::push_integer(&mut self.out, value);
        Ok(())
    }

    fn float(&mut self, value: f64) -> PyResult<()> {
        self.part();
        text::push_float(&mut self.out, value);
        Ok(())
    }

    fn canonical(&mut self, _value: f64, written: &str) -> PyResult<()> {
        self.part();
        self.out.extend_from_slice(written.as_bytes());
        Ok(())
    }

    fn inline_binary(&mut self, bytes: &[u8]) -> PyResult<()> {
        self.key("InlineBinary");
        self.out.push(b'"');
        base64::push(&mut self.out, bytes);
        self.out.push(b'"');
        Ok(())
    }

    fn mark(&self) -> usize {
        self.out.len()
    }

    fn roll_back(&mut self, mark: usize) {
        self.out.truncate(mark);
    }
}

enum Open<'py> {
    Object(Bound<'py, PyDict>),
    Array(Bound<'py, PyList>),
}

/// Dictionaries and lists, as `json.loads` would make of the text; an attribute's VR comes first in it.
pub struct DictSink<'py> {
    py: Python<'py>,
    open: Vec<Open<'py>>,
    whole: Option<Bound<'py, PyDict>>,
}

impl<'py> DictSink<'py> {
    pub fn new(py: Python<'py>) -> Self {
        Self {
            py,
            open: Vec::new(),
            whole: None,
        }
    }

    /// The outermost dictionary, once it was ended.
    pub fn finish(self) -> Bound<'py, PyDict> {
        self.whole.unwrap_or_else(|| PyDict::new(self.py))
    }

    fn object(&self) -> PyResult<&Bound<'py, PyDict>> {
        match self.open.last() {
            Some(Open::Object(object)) => Ok(object),
            _ => Err(PyTypeError::new_err("no object is open")),
        }
    }

    fn value(&mut self, value: impl IntoPyObject<'py>) -> PyResult<()> {
        match self.open.last() {
            Some(Open::Array(array)) => array.append(value),
            _ => Err(PyTypeError::new_err("no array is open")),
        }
    }

    fn set(&self, tag: u32, made: &Bound<'py, PyAny>) -> PyResult<()> {
        let digits = tag_digits(tag);
        let key = PyString::new(self.py, ascii(&digits)?);
        self.object()?.set_item(key, made)
    }
}

impl<'py> Sink<'py> for DictSink<'py> {
    fn begin_data_set(&mut self) -> PyResult<()> {
        self.open.push(Open::Object(PyDict::new(self.py)));
        Ok(())
    }

    fn end_data_set(&mut self) -> PyResult<()> {
        if let Some(Open::Object(object)) = self.open.pop() {
            if self.open.is_empty() {
                self.whole = Some(object);
            } else {
                self.value(object)?;
            }
        }
        Ok(())
    }

    fn begin_attribute(&mut self, _tag: u32, vr: &Bound<'py, PyString>) -> PyResult<()> {
        let object = PyDict::new(self.py);
        object.set_item(intern!(self.py, "vr"), vr)?;
        self.open.push(Open::Object(object));
        Ok(())
    }

    fn end_attribute(&mut self, tag: u32, _vr: &Bound<'py, PyString>) -> PyResult<()> {
        match self.open.pop() {
            Some(Open::Object(object)) => self.set(tag, object.as_any()),
            _ => Err(PyTypeError::new_err("no attribute is open")),
        }
    }

    fn attribute(&mut self, tag: u32, made: &Bound<'py, PyAny>) -> PyResult<()> {
        self.set(tag, made)
    }

    fn begin_values(&mut self) -> PyResult<()> {
        self.open.push(Open::Array(PyList::empty(self.py)));
        Ok(())
    }

    fn end_values(&mut self) -> PyResult<()> {
        match self.open.pop() {
            Some(Open::Array(array)) => self.object()?.set_item(intern!(self.py, "Value"), array),
            _ => Err(PyTypeError::new_err("no array is open")),
        }
    }

    fn name(&mut self, groups: &[&str]) -> PyResult<()> {
        let object = PyDict::new(self.py);
        for (key, group) in GROUPS.iter().zip(groups) {
            if !group.is_empty() {
                object.set_item(PyString::intern(self.py, key), *group)?;
            }
        }
        self.value(object)
    }

    fn null(&mut self) -> PyResult<()> {
        let none = self.py.None();
        self.value(none)
    }

    fn string(&mut self, value: &str) -> PyResult<()> {
        self.value(value)
    }

    fn integer(&mut self, value: i128) -> PyResult<()> {
        match i64::try_from(value) {
            Ok(value) => self.value(value),
            Err(_) => self.value(value),
        }
    }

    fn float(&mut self, value: f64) -> PyResult<()> {
        self.value(value)
    }

    fn canonical(&mut self, value: f64, _written: &str) -> PyResult<()> {
        self.value(value)
    }

    fn inline_binary(&mut self, bytes: &[u8]) -> PyResult<()> {
        let mut out = Vec::new();
        base64::push(&mut out, bytes);
        self.object()?.set_item(intern!(self.py, "InlineBinary"), ascii(&out)?)
    }

    fn mark(&self) -> usize {
        self.open.len()
    }

    fn roll_back(&mut self, mark: usize) {
        self.open.truncate(mark);
    }
}
