//! What lies over a data set's table: elements that were looked at or edited, and what was taken out.
//!
//! The table is never changed. A value that was asked for by its keyword is kept as it is; an element object is made when
//! somebody asks for one; where both are at hand the element has the value.

use crate::assign;
use crate::attribute::untrack;
use crate::classes::Classes;
use crate::dataset::DatasetBase;
use crate::dictionary;
use crate::element::ElementBase;
use crate::scope::{FileFacts, Scope};
use crate::stored::StoredValue;
use crate::value;
use dcm_dictionary::Vr;
use dcm_encoding::row::Row;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyWeakrefReference};
use rustc_hash::FxHashMap;
use std::sync::{Arc, MutexGuard, PoisonError};

/// What lies over a row of the table, or stands on its own.
pub enum Entry {
    /// Decoded by keyword; no element was asked for yet.
    Value(Py<PyAny>),
    Element(Py<PyAny>),
    Deleted,
}

#[derive(Default)]
pub struct State {
    pub scope: Option<Arc<Scope>>,
    pub overlay: FxHashMap<u32, Entry>,
    pub file: Option<Arc<FileFacts>>,
    /// The sequence that the data set is an item of, weakly. It stands here, not among the attributes, so that an item
    /// that nobody gave an attribute needs no dict.
    pub parent_sequence: Option<Py<PyAny>>,
    /// Whether the item shall have an undefined length, where somebody has said so.
    pub undefined_length: Option<bool>,
}

/// What lies over a row of the table, as the writer sees it.
pub enum Layer {
    Value(Py<PyAny>),
    Element(Py<PyAny>),
    Deleted,
}

impl DatasetBase {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a data set that is still empty one over what was read.
    pub fn fill<'py>(
        empty: Bound<'py, PyAny>,
        scope: Arc<Scope>,
        file: Option<Arc<FileFacts>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let mut state = empty.cast::<Self>()?.get().state();
        state.scope = Some(scope);
        state.file = file;
        drop(state);
        Ok(empty)
    }

    /// Tells items of the sequence that they stand in.
    pub fn adopt(items: &Bound<'_, PyList>, sequence: &Bound<'_, PyAny>) -> PyResult<()> {
        let link = PyWeakrefReference::new(sequence)?.into_any();
        untrack(&link);
        for item in items.iter() {
            item.cast::<Self>()?
                .get()
                .set_parent_sequence(Some(link.clone().unbind()));
        }
        Ok(())
    }

    pub fn scope(&self) -> Option<Arc<Scope>> {
        self.state().scope.clone()
    }

    /// What was read of a file; none for a data set that was made in memory.
    pub fn read_scope(&self) -> Option<Arc<Scope>> {
        self.scope().filter(|scope| !scope.reading.in_memory)
    }

    /// Is there an element that exists as an object, or that was taken out?
    pub fn is_touched(&self) -> bool {
        !self.state().overlay.is_empty()
    }

    /// The element of a tag: the one that lies over the table, or one made of its row and kept.
    pub fn element_of<'py>(slf: &Bound<'py, Self>, tag: u32) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = slf.py();
        let this = slf.get();
        let (scope, row, value) = {
            let state = this.state();
            let value = match state.overlay.get(&tag) {
                Some(Entry::Element(element)) => return Ok(Some(element.bind(py).clone())),
                Some(Entry::Deleted) => return Ok(None),
                Some(Entry::Value(value)) => Some(value.clone_ref(py)),
                None => None,
            };
            let Some(scope) = &state.scope else {
                return Ok(None);
            };
            let Some(row) = scope.find(tag) else {
                return Ok(None);
            };
            (Arc::clone(scope), row, value)
        };
        let made = match Self::decoder_of(&scope, row) {
            Some(decoder) => ElementBase::of_decoder(py, &scope, row, decoder, slf)?,
            None => ElementBase::of_row(py, &scope, row, value, slf)?,
        };
        let mut state = this.state();
        if let Some(Entry::Element(element)) = state.overlay.get(&tag) {
            return Ok(Some(element.bind(py).clone()));
        }
        state.overlay.insert(tag, Entry::Element(made.clone().unbind()));
        Ok(Some(made))
    }

    /// What makes the element in our place: a sequence is always ours.
    fn decoder_of(scope: &Scope, row: u32) -> Option<&Py<PyAny>> {
        let decoder = scope.reading.decoder.as_ref()?;
        (scope.effective_vr(scope.table.row(row)?) != Vr::Sq).then_some(decoder)
    }

    /// The value of a tag, without making an element for it.
    pub fn value(slf: &Bound<'_, Self>, tag: u32) -> PyResult<Option<Py<PyAny>>> {
        let py = slf.py();
        let this = slf.get();
        let (scope, row) = {
            let state = this.state();
            match state.overlay.get(&tag) {
                Some(Entry::Value(value)) => return Ok(Some(value.clone_ref(py))),
                Some(Entry::Deleted) => return Ok(None),
                Some(Entry::Element(element)) => {
                    let element = element.clone_ref(py);
                    drop(state);
                    return Ok(Some(element.bind(py).getattr(intern!(py, "value"))?.unbind()));
                }
                None => {}
            }
            let Some(scope) = &state.scope else {
                return Ok(None);
            };
            let Some(row) = scope.find(tag) else {
                return Ok(None);
            };
            (Arc::clone(scope), row)
        };
        let Some(element) = scope.table.row(row) else {
            return Ok(None);
        };
        if Self::decoder_of(&scope, row).is_some() {
            return match Self::element_of(slf, tag)? {
                Some(element) => Ok(Some(element.getattr(intern!(py, "value"))?.unbind())),
                None => Ok(None),
            };
        }
        let vr = scope.effective_vr(element);
        let value = value::decode(py, &scope, row, vr, Some(slf.as_any()))?;
        let mut state = this.state();
        match state.overlay.entry(tag) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(Entry::Value(value.clone_ref(py)));
                Ok(Some(value))
            }
            std::collections::hash_map::Entry::Occupied(taken) => match taken.get() {
                Entry::Value(first) => Ok(Some(first.clone_ref(py))),
                // Another thread made an element of it, or took it away, meanwhile.
                Entry::Element(_) => {
                    drop(state);
                    Self::value(slf, tag)
                }
                Entry::Deleted => Ok(None),
            },
        }
    }

    /// Puts in a value that is plainly right for its element. False where it has to go the general way.
    pub fn assign(slf: &Bound<'_, Self>, tag: u32, value: &Bound<'_, PyAny>) -> PyResult<bool> {
        let py = slf.py();
        let classes = Classes::get(py)?;
        if !classes.is_own(&slf.get_type())
            || (tag >> 16 == 2) != slf.get_type().is(classes.file_meta_dataset.bind(py))
            || !dictionary::snapshot().is_empty()
        {
            return Ok(false);
        }
        let (element, read) = {
            let state = slf.get().state();
            let element = match state.overlay.get(&tag) {
                Some(Entry::Element(element)) => Some(element.clone_ref(py)),
                _ => None,
            };
            let read = state.scope.as_ref().is_some_and(|scope| scope.find(tag).is_some())
                && !matches!(state.overlay.get(&tag), Some(Entry::Deleted));
            (element, read)
        };
        let element = match element {
            Some(element) => Some(element.into_bound(py)),
            None if read => Self::element_of(slf, tag)?,
            None => None,
        };
        let Some(element) = element else {
            let Some(known) = dcm_dictionary::attribute(tag) else {
                return Ok(false);
            };
            let Some((value, judged)) = assign::plain_value(py, known.vr, value)? else {
                return Ok(false);
            };
            let made = ElementBase::made(py, tag, known.vr, &value, judged)?;
            slf.get()._set_element(tag, made.unbind());
            return Ok(true);
        };
        let element = element.cast_into::<ElementBase>()?;
        let Some(vr) = element.get().known_vr() else {
            return Ok(false);
        };
        match assign::plain_value(py, vr, value)? {
            Some((value, judged)) => {
                element.get().assign(value.unbind(), judged);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// The bytes of a value: those that were read, unless the element was edited since.
    pub fn stored<'py>(slf: &Bound<'py, Self>, tag: u32) -> PyResult<StoredValue<'py>> {
        let py = slf.py();
        let (element, stored) = {
            let state = slf.get().state();
            let element = match state.overlay.get(&tag) {
                Some(Entry::Deleted) => return Ok(StoredValue::Absent),
                Some(Entry::Element(element)) => Some(element.clone_ref(py)),
                Some(Entry::Value(_)) | None => None,
            };
            (element, state.scope.as_ref().and_then(|scope| scope.stored(tag)))
        };
        if let Some(element) = element {
            let element = element.bind(py);
            if element.getattr(intern!(py, "_is_edited"))?.extract()? {
                return StoredValue::of_object(element.getattr(intern!(py, "value"))?);
            }
        }
        Ok(
            stored.map_or(StoredValue::Absent, |(scope, row, element)| StoredValue::Read {
                scope,
                row,
                element,
            }),
        )
    }

    /// What lies over the table, in no order.
    pub fn entries(&self) -> Vec<(u32, Layer)> {
        Python::attach(|py| {
            let layer = |entry: &Entry| match entry {
                Entry::Value(value) => Layer::Value(value.clone_ref(py)),
                Entry::Element(element) => Layer::Element(element.clone_ref(py)),
                Entry::Deleted => Layer::Deleted,
            };
            self.state()
                .overlay
                .iter()
                .map(|(tag, entry)| (*tag, layer(entry)))
                .collect()
        })
    }

    pub fn has_undefined_length(&self) -> bool {
        let chosen = self.state().undefined_length;
        chosen.unwrap_or_else(|| self.item_row().is_some_and(|row| row.is_undefined_length()))
    }

    /// Is the item's length as it was read: defined, or not?
    pub fn keeps_item_length(&self) -> bool {
        let chosen = self.state().undefined_length;
        match self.item_row() {
            Some(row) => chosen.is_none_or(|chosen| chosen == row.is_undefined_length()),
            None => true,
        }
    }

    pub fn file(&self) -> Option<Arc<FileFacts>> {
        self.state().file.clone()
    }

    pub fn item_row(&self) -> Option<Row> {
        let scope = self.read_scope()?;
        scope.table.row(scope.item?).copied()
    }
}
