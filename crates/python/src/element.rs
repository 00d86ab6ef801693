//! `ElementBase`: tag, VR and value of one element. A value that was read is decoded on first ask, and kept.

use crate::attribute::untrack;
use crate::buffer::WritableBuffer;
use crate::changes;
use crate::classes::{Classes, vr_text};
use crate::scope::Scope;
use crate::value;
use dcm_dictionary::Vr;
use dcm_encoding::recode;
use dcm_encoding::row::Flags;
use dcm_encoding::value::{number, text};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple, PyWeakrefReference};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The VR: one of the standard's, or whatever text a caller chose.
enum VrName {
    Known(Vr),
    Text(Py<PyAny>),
}

struct State {
    tag: u32,
    vr: VrName,
    value: Option<Py<PyAny>>,
    source: Option<(Arc<Scope>, u32)>,
    /// The data set that a sequence belongs to, weakly.
    owner: Option<Py<PyWeakrefReference>>,
    edited: bool,
    /// The value keeps the rules of its VR, and can't be changed in place.
    judged: bool,
    undefined_length: bool,
    file_tell: Option<u64>,
    private_creator: Option<Py<PyAny>>,
}

/// What the writer has to know of an element.
pub struct ElementFacts {
    /// None for a text that is no VR of the standard.
    pub vr: Option<Vr>,
    pub undefined_length: bool,
    /// Where it was read, unless it was edited since.
    pub source: Option<(Arc<Scope>, u32)>,
    /// None as long as nobody has asked for it.
    pub value: Option<Py<PyAny>>,
    /// The value was found to be right when it was assigned.
    pub judged: bool,
}

/// Tag, VR and value; the base of `dicom.DataElement`.
#[pyclass(subclass, frozen, module = "dicom._core")]
pub struct ElementBase {
    state: Mutex<State>,
}

impl ElementBase {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An element of a row. `value` where it was decoded already.
    pub fn of_row<'py>(
        py: Python<'py>,
        scope: &Arc<Scope>,
        row: u32,
        value: Option<Py<PyAny>>,
        owner: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let made = Classes::get(py)?.data_element.make(py)?;
        if let Some(element) = scope.table.row(row) {
            let vr = scope.effective_vr(element);
            let base = made.cast::<Self>()?;
            let mut state = base.get().state();
            state.tag = element.tag;
            state.vr = VrName::Known(vr);
            state.value = value;
            state.source = Some((Arc::clone(scope), row));
            state.undefined_length = element.is_undefined_length();
            state.file_tell = (!scope.reading.in_memory).then_some(element.offset);
            state.edited = false;
            if vr == Vr::Sq {
                let link = PyWeakrefReference::new(owner)?;
                untrack(&link);
                state.owner = Some(link.unbind());
            }
        }
        Ok(made)
    }

    /// An element of a row as the reading's decoder makes it. Unless the decoder says that it changed something, the
    /// element counts as read, so that its bytes are written as they stood.
    pub fn of_decoder<'py>(
        py: Python<'py>,
        scope: &Arc<Scope>,
        row: u32,
        decoder: &Py<PyAny>,
        owner: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Some(element) = scope.table.row(row) else {
            return Classes::get(py)?.data_element.make(py);
        };
        let vr = (!element.flags.has(Flags::IMPLICIT_VR)).then(|| vr_text(py, element.vr));
        let length = if element.is_undefined_length() {
            u64::from(u32::MAX)
        } else {
            element.length
        };
        let raw = (
            element.tag,
            vr,
            length,
            PyBytes::new(py, &value::read(py, &scope.table, element)?),
            element.offset,
            element.flags.has(Flags::IMPLICIT_VR),
            !element.flags.has(Flags::BIG_ENDIAN),
        );
        let given = decoder.bind(py).call1((owner, raw))?;
        let (made, changed) = match given.extract::<(Bound<'py, PyAny>, bool)>() {
            Ok(pair) => pair,
            Err(_) => (given, false),
        };
        let mut state = made.cast::<Self>()?.get().state();
        state.source = Some((Arc::clone(scope), row));
        state.file_tell = Some(element.offset);
        state.edited = changed;
        drop(state);
        Ok(made)
    }

    /// An element that is made in memory, of a value that is of its VR already.
    pub fn made<'py>(
        py: Python<'py>,
        tag: u32,
        vr: Vr,
        value: &Bound<'py, PyAny>,
        judged: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let made = Classes::get(py)?.data_element.make(py)?;
        let mut state = made.cast::<Self>()?.get().state();
        state.tag = tag;
        state.vr = VrName::Known(vr);
        state.value = Some(value.clone().unbind());
        state.judged = judged;
        drop(state);
        Ok(made)
    }

    /// Puts in a value that is of the element's VR already.
    pub fn assign(&self, value: Py<PyAny>, judged: bool) {
        let before = {
            let mut state = self.state();
            state.edited = true;
            state.judged = judged;
            state.value.replace(value)
        };
        // Dropped outside the lock: its end may run Python code.
        drop(before);
    }

    /// Where the numbers of an element stand that was read and not changed.
    fn numbers_read(&self, py: Python<'_>) -> PyResult<Option<(Arc<Scope>, u32, Vr)>> {
        let (found, value) = {
            let state = self.state();
            let (VrName::Known(vr), Some((scope, row)), false) = (&state.vr, &state.source, state.edited) else {
                return Ok(None);
            };
            let is_number = matches!(vr, Vr::Ds | Vr::Is) || (number::width(*vr).is_some() && *vr != Vr::At);
            let found = is_number.then(|| (Arc::clone(scope), *row, *vr));
            (found, state.value.as_ref().map(|value| value.clone_ref(py)))
        };
        match value {
            Some(value) if changes::is_changed_in_place(value.bind(py), 0)? => Ok(None),
            _ => Ok(found),
        }
    }

    /// The VR, where it is one of the standard's.
    pub fn known_vr(&self) -> Option<Vr> {
        match self.state().vr {
            VrName::Known(vr) => Some(vr),
            VrName::Text(_) => None,
        }
    }

    /// Must the element be written anew, where it stands over `scope`? It was edited, comes from elsewhere, or its value
    /// was changed in place.
    pub fn is_changed_over(slf: &Bound<'_, Self>, scope: Option<&Arc<Scope>>, depth: usize) -> PyResult<bool> {
        let value = {
            let state = slf.get().state();
            let (Some((source, row)), Some(scope)) = (&state.source, scope) else {
                return Ok(true);
            };
            if state.edited || !Arc::ptr_eq(source, scope) || scope.find(state.tag) != Some(*row) {
                return Ok(true);
            }
            state.value.as_ref().map(|value| value.clone_ref(slf.py()))
        };
        match value {
            Some(value) => changes::is_changed_in_place(value.bind(slf.py()), depth),
            None => Ok(false),
        }
    }

    /// What the writer has to know of the element.
    pub fn facts(slf: &Bound<'_, Self>) -> ElementFacts {
        let py = slf.py();
        let state = slf.get().state();
        ElementFacts {
            vr: match &state.vr {
                VrName::Known(vr) => Some(*vr),
                VrName::Text(_) => None,
            },
            undefined_length: state.undefined_length,
            source: state
                .source
                .as_ref()
                .filter(|_| !state.edited)
                .map(|(scope, row)| (Arc::clone(scope), *row)),
            value: state.value.as_ref().map(|value| value.clone_ref(py)),
            judged: state.judged,
        }
    }

    /// The value, decoded if it isn't yet.
    pub fn load(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let this = slf.get();
        let (scope, row, vr, owner) = {
            let state = this.state();
            if let Some(value) = &state.value {
                return Ok(value.clone_ref(py));
            }
            let Some((scope, row)) = &state.source else {
                return Ok(py.None());
            };
            let vr = match &state.vr {
                VrName::Known(vr) => *vr,
                VrName::Text(_) => Vr::Un,
            };
            let owner = state.owner.as_ref().map(|owner| owner.clone_ref(py));
            (Arc::clone(scope), *row, vr, owner)
        };
        let owner = match owner {
            Some(reference) => reference.bind(py).call0().ok().filter(|owner| !owner.is_none()),
            None => None,
        };
        let value = value::decode(py, &scope, row, vr, owner.as_ref())?;
        let mut state = this.state();
        // Another thread may have been quicker: all see the first one's object.
        Ok(state.value.get_or_insert(value).clone_ref(py))
    }
}

#[pymethods]
impl ElementBase {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self {
            state: Mutex::new(State {
                tag: 0,
                vr: VrName::Known(Vr::Un),
                value: None,
                source: None,
                owner: None,
                edited: true,
                judged: false,
                undefined_length: false,
                file_tell: None,
                private_creator: None,
            }),
        }
    }

    #[getter]
    fn tag<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let tag = self.state().tag;
        Classes::get(py)?.base_tag.make(py, tag)
    }

    #[setter]
    fn set_tag(&self, tag: u32) {
        self.state().tag = tag;
    }

    /// The tag as a plain int.
    #[getter]
    fn _tag(&self) -> u32 {
        self.state().tag
    }

    #[getter(VR)]
    fn vr(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        match &self.state().vr {
            VrName::Known(vr) => Ok(vr_text(py, *vr).into_any()),
            VrName::Text(text) => Ok(text.clone_ref(py)),
        }
    }

    #[setter(VR)]
    fn set_vr(slf: &Bound<'_, Self>, vr: &Bound<'_, PyAny>) -> PyResult<()> {
        let name = match vr
            .cast::<PyString>()
            .ok()
            .and_then(|text| text.to_str().ok().and_then(Vr::parse))
        {
            Some(known) => VrName::Known(known),
            None => VrName::Text(vr.clone().unbind()),
        };
        let unread = {
            let state = slf.get().state();
            state.value.is_none() && state.source.is_some()
        };
        // What was read is decoded by the VR that it had: the new one governs what is set from now on.
        if unread {
            Self::load(slf)?;
        }
        let mut state = slf.get().state();
        state.vr = name;
        state.edited = true;
        state.judged = false;
        Ok(())
    }

    #[getter]
    fn value(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        Self::load(slf)
    }

    #[setter]
    fn set_value(slf: &Bound<'_, Self>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.get().state().judged = false;
        let converted = slf.call_method1(intern!(slf.py(), "_convert"), (value,))?.unbind();
        let judged = slf.get().state().judged;
        slf.get().assign(converted, judged);
        Ok(())
    }

    /// The value, without conversion when it is set.
    #[getter(_value)]
    fn stored_value(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        Self::load(slf)
    }

    #[setter(_value)]
    fn set_stored_value(&self, value: Py<PyAny>) {
        let before = {
            let mut state = self.state();
            state.judged = false;
            state.value.replace(value)
        };
        drop(before);
    }

    /// Was the value found to be right when it was assigned?
    #[getter]
    fn _is_judged(&self) -> bool {
        self.state().judged
    }

    #[setter(_is_judged)]
    fn set_judged(&self, judged: bool) {
        self.state().judged = judged;
    }

    #[getter]
    fn _is_loaded(&self) -> bool {
        let state = self.state();
        state.value.is_some() || state.source.is_none()
    }

    #[getter]
    fn _is_edited(&self) -> bool {
        self.state().edited
    }

    #[setter(_is_edited)]
    fn set_edited(&self, edited: bool) {
        self.state().edited = edited;
    }

    /// Were the bytes that the value was read from big endian?
    #[getter]
    fn _is_big_endian(&self) -> bool {
        let state = self.state();
        let row = state.source.as_ref().and_then(|(scope, row)| scope.table.row(*row));
        row.is_some_and(|row| row.flags.has(Flags::BIG_ENDIAN))
    }

    #[getter]
    fn is_undefined_length(&self) -> bool {
        self.state().undefined_length
    }

    #[setter]
    fn set_is_undefined_length(&self, undefined_length: bool) {
        let mut state = self.state();
        state.edited |= state.undefined_length != undefined_length;
        state.undefined_length = undefined_length;
    }

    #[getter]
    fn file_tell(&self) -> Option<u64> {
        self.state().file_tell
    }

    #[setter]
    fn set_file_tell(&self, file_tell: Option<u64>) {
        self.state().file_tell = file_tell;
    }

    #[getter]
    fn private_creator(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        let state = self.state();
        if let Some(creator) = &state.private_creator {
            return Some(creator.clone_ref(py));
        }
        let (scope, _) = state.source.as_ref()?;
        let creator = scope.private_creator(state.tag)?;
        Some(PyString::new(py, &creator).into_any().unbind())
    }

    #[setter]
    fn set_private_creator(&self, creator: Option<Py<PyAny>>) {
        self.state().private_creator = creator;
    }

    /// How many numbers the value has that was read: of a binary VR, or written as text (DS, IS). None where the value
    /// was edited, or is no number.
    fn _count_numbers(&self, py: Python<'_>) -> PyResult<Option<usize>> {
        let Some((scope, row, vr)) = self.numbers_read(py)? else {
            return Ok(None);
        };
        let Some(element) = scope.table.row(row) else {
            return Ok(None);
        };
        let bytes = value::read(py, &scope.table, element)?;
        Ok(match number::width(vr) {
            Some(width) if bytes.len().checked_rem(width) == Some(0) => bytes.len().checked_div(width),
            Some(_) => None,
            None => Some(number::count_texts(text::trim(&bytes, vr))),
        })
    }

    /// Fills an array of float64 with the numbers of a DS or IS value that was read, of another VR with its bytes turned
    /// to the machine's order. False where a text is no number.
    fn _fill_numbers(&self, py: Python<'_>, buffer: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Some((scope, row, vr)) = self.numbers_read(py)? else {
            return Ok(false);
        };
        let Some(element) = scope.table.row(row) else {
            return Ok(false);
        };
        let bytes = value::read(py, &scope.table, element)?;
        let mut target = WritableBuffer::new(buffer)?;
        let places = target.as_mut_slice();
        if number::width(vr).is_none() {
            return Ok(number::fill_texts(text::trim(&bytes, vr), places));
        }
        if places.len() != bytes.len() {
            return Ok(false);
        }
        places.copy_from_slice(&bytes);
        if element.encoding().big_endian != cfg!(target_endian = "big") {
            let mut turned = Vec::with_capacity(bytes.len());
            recode::swapped(&bytes, vr, &mut turned);
            places.copy_from_slice(&turned);
        }
        Ok(true)
    }

    /// The bytes of the value as they stand in the source; None for an element that was made in memory.
    #[getter]
    fn _raw<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let source = self
            .state()
            .source
            .as_ref()
            .map(|(scope, row)| (Arc::clone(scope), *row));
        let Some((scope, row)) = source else {
            return Ok(None);
        };
        let Some(element) = scope.table.row(row) else {
            return Ok(None);
        };
        let bytes = value::read(py, &scope.table, element)?;
        Ok(Some(PyBytes::new(py, &bytes)))
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<ElementBase>()
}
