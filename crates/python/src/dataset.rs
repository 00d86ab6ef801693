//! `DatasetBase`: tags to elements. A table that was read, with elements that were looked at or edited laid over it.

use crate::assign;
use crate::attribute;
use crate::changes::{Change, Changes, is_changed};
use crate::classes::Classes;
use crate::overlay::{Entry, Layer, State};
use crate::scope::CharacterSet;
use crate::stored::FragmentPlaces;
use crate::text::{Style, lines_or_tags};
use dcm_dictionary::tag_for_keyword;
use dcm_encoding::finding::Finding;
use dcm_pixels::native;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, Mutex};

/// Bytes of samples that are read and then looked at while the cache has them: whole words of each size.
const SAMPLES_AT_ONCE: usize = 1 << 21;

const TRANSFER_SYNTAX: u32 = 0x0002_0010;

/// Tags to elements; the base of `dicom.Dataset`.
#[pyclass(subclass, frozen, module = "dicom._core")]
pub struct DatasetBase {
    pub state: Mutex<State>,
}

/// (code, message, tag, offset), of which `dicom.finding.Finding` is made.
type FindingFacts = (String, String, Option<u32>, Option<u64>);

fn facts(findings: impl IntoIterator<Item = Finding>) -> Vec<FindingFacts> {
    findings
        .into_iter()
        .map(|finding| (finding.code.into_owned(), finding.message, finding.tag, finding.offset))
        .collect()
}

#[pymethods]
impl DatasetBase {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self {
            state: Mutex::new(State::default()),
        }
    }

    fn __getattribute__<'py>(slf: &Bound<'py, Self>, name: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let Ok(text) = name.to_str() else {
            return attribute::generic(slf.as_any(), name);
        };
        if !text.starts_with(|first: char| first.is_ascii_uppercase()) {
            return attribute::generic(slf.as_any(), name);
        }
        let Some(tag) = tag_for_keyword(text) else {
            return attribute::generic(slf.as_any(), name);
        };
        if !Classes::get(py)?.is_own(&slf.get_type()) {
            // A subclass may have a property that bears the name of a keyword.
            return match attribute::generic(slf.as_any(), name) {
                Err(error) if error.is_instance_of::<pyo3::exceptions::PyAttributeError>(py) => {
                    match Self::value(slf, tag)? {
                        Some(value) => Ok(value.into_bound(py)),
                        None => Err(error),
                    }
                }
                other => other,
            };
        }
        match Self::value(slf, tag)? {
            Some(value) => Ok(value.into_bound(py)),
            None => attribute::generic(slf.as_any(), name),
        }
    }

    /// The value of a keyword, or another attribute; the default where there is none. An error that nobody sees would
    /// cost ten times as much.
    #[pyo3(signature = (name, default, /))]
    fn _value_or<'py>(
        slf: &Bound<'py, Self>,
        name: &Bound<'py, PyString>,
        default: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        if let Ok(text) = name.to_str()
            && text.starts_with(|first: char| first.is_ascii_uppercase())
            && let Some(tag) = tag_for_keyword(text)
            && Classes::get(py)?.is_own(&slf.get_type())
        {
            return Ok(match Self::value(slf, tag)? {
                Some(value) => value.into_bound(py),
                None => default.clone(),
            });
        }
        Ok(slf.as_any().getattr_opt(name)?.unwrap_or_else(|| default.clone()))
    }

    fn __setattr__(slf: &Bound<'_, Self>, name: &Bound<'_, PyString>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if let Ok(text) = name.to_str()
            && text.starts_with(|first: char| first.is_ascii_uppercase())
            && assign::is_plain()
            && let Some(tag) = tag_for_keyword(text)
            && Self::assign(slf, tag, value)?
        {
            return Ok(());
        }
        slf.call_method1(intern!(slf.py(), "_assign"), (name, value))?;
        Ok(())
    }

    fn __delattr__(slf: &Bound<'_, Self>, name: &Bound<'_, PyString>) -> PyResult<()> {
        slf.call_method1(intern!(slf.py(), "_unassign"), (name,))?;
        Ok(())
    }

    /// Sets an attribute that is no element.
    fn _set_attribute(slf: &Bound<'_, Self>, name: &Bound<'_, PyString>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        attribute::set_generic(slf.as_any(), name, Some(value))
    }

    /// Deletes an attribute that is no element.
    fn _delete_attribute(slf: &Bound<'_, Self>, name: &Bound<'_, PyString>) -> PyResult<()> {
        attribute::set_generic(slf.as_any(), name, None)
    }

    fn _element<'py>(slf: &Bound<'py, Self>, tag: u32) -> PyResult<Option<Bound<'py, PyAny>>> {
        Self::element_of(slf, tag)
    }

    /// All elements, ascending by tag.
    fn _all_elements<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let elements = PyList::empty(slf.py());
        for tag in slf.get()._tags() {
            if let Some(element) = Self::element_of(slf, tag)? {
                elements.append(element)?;
            }
        }
        Ok(elements)
    }

    fn _value(slf: &Bound<'_, Self>, tag: u32) -> PyResult<Option<Py<PyAny>>> {
        Self::value(slf, tag)
    }

    pub fn _set_element(&self, tag: u32, element: Py<PyAny>) {
        let before = self.state().overlay.insert(tag, Entry::Element(element));
        // Dropped outside the lock: its end may run Python code.
        drop(before);
    }

    fn _delete_element(&self, tag: u32) -> bool {
        let before = {
            let mut state = self.state();
            let in_table = state.scope.as_ref().is_some_and(|scope| scope.find(tag).is_some());
            if in_table {
                match state.overlay.insert(tag, Entry::Deleted) {
                    Some(Entry::Deleted) => return false,
                    before => before,
                }
            } else {
                match state.overlay.remove(&tag) {
                    None => return false,
                    before => before,
                }
            }
        };
        drop(before);
        true
    }

    fn _has(&self, tag: u32) -> bool {
        let state = self.state();
        match state.overlay.get(&tag) {
            Some(Entry::Deleted) => false,
            Some(_) => true,
            None => state.scope.as_ref().is_some_and(|scope| scope.find(tag).is_some()),
        }
    }

    pub fn _tags(&self) -> Vec<u32> {
        let state = self.state();
        let in_table = state.scope.as_ref().map_or(&[][..], |scope| scope.index());
        let mut tags: Vec<u32> = in_table
            .iter()
            .map(|entry| entry.0)
            .filter(|tag| !matches!(state.overlay.get(tag), Some(Entry::Deleted)))
            .collect();
        let read = tags.len();
        tags.extend(state.overlay.iter().filter_map(|(tag, entry)| {
            let added =
                !matches!(entry, Entry::Deleted) && in_table.binary_search_by_key(tag, |entry| entry.0).is_err();
            added.then_some(*tag)
        }));
        if tags.len() > read {
            tags.sort_unstable();
        }
        tags
    }

    fn __len__(&self) -> usize {
        let state = self.state();
        let in_table = state.scope.as_ref().map_or(&[][..], |scope| scope.index());
        let mut count = in_table.len();
        for (tag, entry) in &state.overlay {
            let read = in_table.binary_search_by_key(tag, |entry| entry.0).is_ok();
            match (entry, read) {
                (Entry::Deleted, true) => count = count.saturating_sub(1),
                (Entry::Element(_) | Entry::Value(_), false) => count = count.saturating_add(1),
                _ => {}
            }
        }
        count
    }

    /// Takes all elements out. What was read of the file around the data set stays.
    fn _clear(&self) {
        let before = {
            let mut state = self.state();
            let deleted = state.scope.as_ref().map_or_else(FxHashMap::default, |scope| {
                scope.index().iter().map(|entry| (entry.0, Entry::Deleted)).collect()
            });
            std::mem::replace(&mut state.overlay, deleted)
        };
        drop(before);
    }

    /// Makes `other` a cheap copy: the same table, with the same elements taken out. Elements that exist as objects are
    /// not taken over.
    fn _share_with(&self, other: &Bound<'_, Self>) {
        let (scope, file, deleted, undefined_length) = {
            let state = self.state();
            let deleted: Vec<u32> = state
                .overlay
                .iter()
                .filter_map(|(tag, entry)| matches!(entry, Entry::Deleted).then_some(*tag))
                .collect();
            (state.scope.clone(), state.file.clone(), deleted, state.undefined_length)
        };
        let before = {
            let mut state = other.get().state();
            state.scope = scope;
            state.file = file;
            state.undefined_length = undefined_length;
            let overlay = deleted.into_iter().map(|tag| (tag, Entry::Deleted)).collect();
            std::mem::replace(&mut state.overlay, overlay)
        };
        drop(before);
    }

    /// The elements that exist as objects, because they were looked at or edited.
    fn _loaded_elements<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        let tags: Vec<u32> = slf
            .get()
            .state()
            .overlay
            .iter()
            .filter_map(|(tag, entry)| (!matches!(entry, Entry::Deleted)).then_some(*tag))
            .collect();
        let elements = PyDict::new(slf.py());
        for tag in tags {
            if let Some(element) = Self::element_of(slf, tag)? {
                elements.set_item(tag, element)?;
            }
        }
        Ok(elements)
    }

    /// The lines of the elements, ascending by tag: texts of one line or more, and in their place the tag where Python has
    /// to make the line.
    fn _lines<'py>(
        &self,
        py: Python<'py>,
        indent: String,
        name_width: usize,
        show_vr: bool,
        longest: usize,
    ) -> PyResult<Bound<'py, PyList>> {
        let style = Style {
            indent,
            name_width,
            show_vr,
            longest,
        };
        let tags = self._tags();
        let touched: FxHashSet<u32> = self.state().overlay.keys().copied().collect();
        match self.scope() {
            Some(scope) => {
                // Where values are decoded by someone else, Python makes each line.
                let decoded_elsewhere = scope.reading.decoder.is_some();
                lines_or_tags(py, &scope, style, &tags, |tag| {
                    decoded_elsewhere || touched.contains(&tag)
                })
            }
            None => PyList::new(py, tags),
        }
    }

    #[getter]
    fn _is_implicit_vr(&self) -> Option<bool> {
        self.read_scope().map(|scope| scope.encoding.implicit_vr)
    }

    #[getter]
    fn _is_little_endian(&self) -> Option<bool> {
        self.read_scope().map(|scope| !scope.encoding.big_endian)
    }

    /// The character sets that the text was read in; for a data set made in memory those of the default repertoire.
    #[getter]
    fn _character_set(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let set = match self.scope() {
            Some(scope) => scope.character_set(py)?,
            None => CharacterSet::of_terms(py, b"")?,
        };
        Ok(set.object.clone_ref(py))
    }

    /// Deviations met in what was parsed and decoded so far.
    fn _findings(&self) -> Vec<FindingFacts> {
        let (scope, file) = {
            let state = self.state();
            (state.scope.clone(), state.file.clone())
        };
        let mut findings = Vec::new();
        if let Some(file) = file {
            findings.extend(facts(file.findings.iter().cloned()));
            if let Some(meta) = &file.file_meta {
                findings.extend(facts(meta.findings()));
            }
        }
        if let Some(scope) = scope {
            findings.extend(facts(scope.table.findings()));
            findings.extend(facts(scope.reading.notes()));
        }
        findings
    }

    /// A weak reference to the sequence that the data set is an item of; None for another.
    #[getter(_parent_seq)]
    fn parent_sequence(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.state().parent_sequence.as_ref().map(|parent| parent.clone_ref(py))
    }

    #[setter(_parent_seq)]
    pub fn set_parent_sequence(&self, parent: Option<Py<PyAny>>) {
        let before = std::mem::replace(&mut self.state().parent_sequence, parent);
        drop(before);
    }

    /// Where the item, its tag included, begins in the source.
    #[getter]
    fn _item_offset(&self) -> Option<u64> {
        self.item_row()
            .and_then(|row| row.offset.checked_sub(u64::from(row.header)))
    }

    /// Gives up the descriptor that is held for values left in the file.
    fn _close(&self) {
        if let Some(scope) = self.scope() {
            scope.table.store().close();
        }
    }

    /// Bytes of the value as it stands; of an encapsulated one the items without the delimiter.
    fn _value_length(slf: &Bound<'_, Self>, tag: u32) -> PyResult<Option<u64>> {
        Ok(Self::stored(slf, tag)?.length())
    }

    /// Bytes within the value, fewer at its end.
    fn _read_value<'py>(slf: &Bound<'py, Self>, tag: u32, offset: u64, length: u64) -> PyResult<Bound<'py, PyBytes>> {
        Self::stored(slf, tag)?.read(slf.py(), offset, length)
    }

    /// The same as a view, where the bytes are in memory and many.
    fn _lend_value<'py>(slf: &Bound<'py, Self>, tag: u32, offset: u64, length: u64) -> PyResult<Bound<'py, PyAny>> {
        Self::stored(slf, tag)?.lend(slf.py(), offset, length)
    }

    /// Fills a writable buffer with bytes of the value; gives how many there were.
    fn _read_value_into(slf: &Bound<'_, Self>, tag: u32, offset: u64, buffer: &Bound<'_, PyAny>) -> PyResult<usize> {
        Self::stored(slf, tag)?.read_into(slf.py(), offset, buffer, usize::MAX, |_| ())
    }

    /// The same for samples of `word_bytes`, whose bits above `bits_stored` become what the sign says.
    #[expect(
        clippy::too_many_arguments,
        reason = "the numbers of the Image Pixel module, as `extend_bits` takes them"
    )]
    fn _read_samples_into(
        slf: &Bound<'_, Self>,
        tag: u32,
        offset: u64,
        buffer: &Bound<'_, PyAny>,
        word_bytes: usize,
        bits_stored: u32,
        signed: bool,
        big_endian: bool,
    ) -> PyResult<usize> {
        Self::stored(slf, tag)?.read_into(slf.py(), offset, buffer, SAMPLES_AT_ONCE, |words| {
            native::extend_bits(words, word_bytes, bits_stored, signed, big_endian);
        })
    }

    /// Whether the item shall have an undefined length: what was set, else what was read.
    #[getter]
    fn is_undefined_length_sequence_item(&self) -> bool {
        self.has_undefined_length()
    }

    #[setter]
    fn set_is_undefined_length_sequence_item(&self, undefined: bool) {
        self.state().undefined_length = Some(undefined);
    }

    /// Tags of the elements that are not as they were read: new, from elsewhere, assigned, changed in place.
    fn _edited_tags(slf: &Bound<'_, Self>) -> PyResult<FxHashSet<u32>> {
        let overlay = Changes::of(slf, 0)?;
        let edited = overlay
            .list
            .iter()
            .filter(|(_, change)| !matches!(change, Change::Deleted));
        Ok(edited.map(|(tag, _)| *tag).collect())
    }

    /// Tags of the elements that were read and taken out since.
    fn _deleted_tags(&self) -> Vec<u32> {
        let mut tags: Vec<u32> = self
            .entries()
            .into_iter()
            .filter_map(|(tag, entry)| matches!(entry, Layer::Deleted).then_some(tag))
            .collect();
        tags.sort_unstable();
        tags
    }

    /// Was all of it read? False where the caller left out pixels that are there, or wanted some elements only.
    fn _is_complete(&self) -> bool {
        self.file().is_none_or(|file| file.origin.complete)
    }

    /// Where reading ended, counted from where it began; none for a data set that was not read.
    fn _read_end(&self) -> Option<u64> {
        self.file().map(|file| file.origin.data_end)
    }

    /// Is this the File Meta Information that was read with the data set, and its Transfer Syntax UID as it was?
    fn _keeps_transfer_syntax(&self, file_meta: &Bound<'_, Self>) -> PyResult<bool> {
        let read = self.file().and_then(|file| file.file_meta.clone());
        let (Some(read), Some(scope)) = (read, file_meta.get().scope()) else {
            return Ok(false);
        };
        Ok(Arc::ptr_eq(&read, &scope.table) && Changes::of(file_meta, 0)?.find(TRANSFER_SYNTAX).is_none())
    }

    /// Was anything added, changed or taken out since it was read, at any depth?
    fn _is_changed(slf: &Bound<'_, Self>) -> PyResult<bool> {
        is_changed(slf, 0)
    }

    /// (offset, length) within the value of each item's content, the Basic Offset Table first; None for a value that
    /// isn't encapsulated.
    fn _fragments(slf: &Bound<'_, Self>, tag: u32) -> PyResult<Option<FragmentPlaces>> {
        Self::stored(slf, tag)?.fragments(slf.py())
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<DatasetBase>()
}
