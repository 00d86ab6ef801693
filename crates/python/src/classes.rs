//! The Python classes that values are made of, handed over once when `dicom` is imported. Rust imports no Python module.

use crate::attribute::untrack;
use dcm_dictionary::Vr;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyFloat, PyInt, PyString, PyTuple, PyType};

/// A class, and the `__new__` of the builtin that it derives from: calling that runs no Python code.
pub struct ValueClass {
    class: Py<PyType>,
    builtin_new: Py<PyAny>,
}

impl ValueClass {
    fn new(builtin: &Bound<'_, PyType>, class: Py<PyType>) -> PyResult<Self> {
        Ok(Self {
            class,
            builtin_new: builtin.getattr("__new__")?.unbind(),
        })
    }

    /// An instance whose builtin part is `value`.
    pub fn make<'py>(&self, py: Python<'py>, value: impl IntoPyObject<'py>) -> PyResult<Bound<'py, PyAny>> {
        let made = self.builtin_new.bind(py).call1((self.class.bind(py), value))?;
        untrack(&made);
        Ok(made)
    }
}

/// One of our classes on a base class of the core, made without its `__init__`.
pub struct InstanceClass {
    class: Py<PyType>,
    new: Py<PyAny>,
    /// The class alone: what `__new__` is called with.
    arguments: Py<PyTuple>,
}

impl InstanceClass {
    fn new(class: &Bound<'_, PyType>) -> PyResult<Self> {
        Ok(Self {
            class: class.clone().unbind(),
            new: class.getattr("__new__")?.unbind(),
            arguments: PyTuple::new(class.py(), [class])?.unbind(),
        })
    }

    /// A new instance. Looking `__new__` up each time costs as much as the call.
    pub fn make<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let made = self.new.bind(py).call1(self.arguments.bind(py))?;
        untrack(&made);
        Ok(made)
    }

    pub fn bind<'py>(&self, py: Python<'py>) -> &Bound<'py, PyType> {
        self.class.bind(py)
    }
}

pub struct Classes {
    pub data_element: InstanceClass,
    pub dataset: InstanceClass,
    pub file_dataset: Py<PyType>,
    pub file_meta_dataset: InstanceClass,
    pub sequence: InstanceClass,
    /// `MultiValue._from_list(values, vr)`.
    pub multi_value_from_list: Py<PyAny>,
    pub person_name: Py<PyType>,
    /// `PersonName._from_bytes(raw, character_sets)`.
    pub person_name_from_bytes: Py<PyAny>,
    /// `CharacterSets.from_terms(terms)`.
    pub character_sets_from_terms: Py<PyAny>,
    /// `decode_fallback(vr, raw)`: the value of a number string that isn't one.
    pub decode_fallback: Py<PyAny>,
    /// `text_of(vr, value)`: the text of a value that is none, as a date.
    pub text_of: Py<PyAny>,
    pub ds_float: ValueClass,
    pub integer_string: ValueClass,
    pub uid: ValueClass,
    pub base_tag: ValueClass,
    errors: Py<PyDict>,
}

static CLASSES: PyOnceLock<Classes> = PyOnceLock::new();

impl Classes {
    pub fn get(py: Python<'_>) -> PyResult<&Self> {
        CLASSES
            .get(py)
            .ok_or_else(|| PyRuntimeError::new_err("dicom._core is used before `import dicom` was complete"))
    }

    /// The registered error class of a name.
    pub fn error<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        Self::get(py)?.errors.bind(py).as_any().get_item(name)
    }

    /// Is this class one of ours, so that no attribute of a subclass can hide a keyword?
    pub fn is_own(&self, class: &Bound<'_, PyType>) -> bool {
        class.is(&self.file_dataset) || class.is(&self.dataset.class) || class.is(&self.file_meta_dataset.class)
    }
}

static VR_TEXTS: PyOnceLock<Vec<Py<PyString>>> = PyOnceLock::new();

/// The text of a VR, the same object each time.
pub fn vr_text(py: Python<'_>, vr: Vr) -> Py<PyString> {
    let texts = VR_TEXTS.get_or_init(py, || {
        Vr::ALL
            .iter()
            .map(|vr| PyString::intern(py, vr.as_str()).unbind())
            .collect()
    });
    match texts.get(vr as usize) {
        Some(text) => text.clone_ref(py),
        None => PyString::intern(py, vr.as_str()).unbind(),
    }
}

/// Hands over the classes that values are made of. Called once, by `dicom.dataset`.
#[pyfunction]
#[pyo3(signature = (*, errors, **classes))]
fn register_classes(py: Python<'_>, errors: Py<PyDict>, classes: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
    let none = PyDict::new(py);
    let classes = classes.unwrap_or(&none);
    let class =
        |name: &str| -> PyResult<Bound<'_, PyType>> { Ok(classes.as_any().get_item(name)?.cast_into::<PyType>()?) };
    let method = |name: &str, method: &str| -> PyResult<Py<PyAny>> { Ok(class(name)?.getattr(method)?.unbind()) };
    let float = py.get_type::<PyFloat>();
    let int = py.get_type::<PyInt>();
    let string = py.get_type::<PyString>();
    let registered = Classes {
        data_element: InstanceClass::new(&class("DataElement")?)?,
        dataset: InstanceClass::new(&class("Dataset")?)?,
        file_dataset: class("FileDataset")?.unbind(),
        file_meta_dataset: InstanceClass::new(&class("FileMetaDataset")?)?,
        sequence: InstanceClass::new(&class("Sequence")?)?,
        multi_value_from_list: method("MultiValue", "_from_list")?,
        person_name: class("PersonName")?.unbind(),
        person_name_from_bytes: method("PersonName", "_from_bytes")?,
        character_sets_from_terms: method("CharacterSets", "from_terms")?,
        decode_fallback: classes.as_any().get_item("decode_fallback")?.unbind(),
        text_of: classes.as_any().get_item("text_of")?.unbind(),
        ds_float: ValueClass::new(&float, class("DSfloat")?.unbind())?,
        integer_string: ValueClass::new(&int, class("IS")?.unbind())?,
        uid: ValueClass::new(&string, class("UID")?.unbind())?,
        base_tag: ValueClass::new(&int, class("BaseTag")?.unbind())?,
        errors,
    };
    // A second import of the package in the same process hands over the same classes; the first ones stay.
    let _ = CLASSES.set(py, registered);
    Ok(())
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(register_classes, module)?)
}
