//! Planning the elements that were changed: what stands in the place of what was read.

use super::data_set::{Group, Level, SPECIFIC_CHARACTER_SET, Writer};
use super::value::Encoder;
use crate::changes::Change;
use crate::classes::vr_text;
use crate::dataset::DatasetBase;
use crate::element::{ElementBase, ElementFacts};
use crate::error::to_python;
use crate::read::ObjectSource;
use crate::scope::{CharacterSet, Scope};
use dcm_dictionary::Vr;
use dcm_encoding::header;
use dcm_encoding::input::Segment;
use dcm_encoding::recode;
use dcm_encoding::row::{Row, SEQUENCE_DELIMITER};
use dcm_encoding::source::ByteSource;
use dcm_encoding::table::Store;
use dcm_encoding::transfer_syntax::Encoding;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyList};
use std::sync::Arc;

/// Values from this size on are not copied into the plan.
const LARGE_VALUE: usize = 1 << 14;
const ITEM_TAG: [u8; 4] = [0xFE, 0xFF, 0x00, 0xE0];

impl<'py> Writer<'py> {
    /// Plans an element that was not there when the data set was read.
    pub(super) fn added(
        &mut self,
        tag: u32,
        change: &Change,
        level: &Level,
        group: Option<&mut Group>,
    ) -> PyResult<()> {
        if matches!(change, Change::Deleted) {
            return Ok(());
        }
        match group {
            Some(group) => {
                group.touched = true;
                self.changed(tag, change, None, level, Some(group))
            }
            None => self.changed(tag, change, None, level, None),
        }
    }

    /// Plans what stands in the place of an element; `origin` is what stood there.
    pub(super) fn changed(
        &mut self,
        tag: u32,
        change: &Change,
        origin: Option<(&Arc<Scope>, u32, &Row)>,
        level: &Level,
        group: Option<&mut Group>,
    ) -> PyResult<()> {
        let py = self.py;
        let facts = match change {
            Change::Deleted => return Ok(()),
            Change::Value(value) => ElementFacts {
                vr: origin.map(|(scope, _, row)| scope.effective_vr(row)),
                undefined_length: false,
                source: origin.map(|(scope, index, _)| (Arc::clone(scope), index)),
                value: Some(value.clone_ref(py)),
                judged: false,
            },
            Change::Element(element) => ElementBase::facts(element.bind(py).cast::<ElementBase>()?),
        };
        if tag & 0xFFFF == 0 && group.is_some() {
            self.group_length(tag, 0, group, level);
            return Ok(());
        }
        // Of another data set, and as it was read there: its bytes are taken over.
        if let Some((scope, index)) = &facts.source
            && origin.is_none_or(|(own, at, _)| !Arc::ptr_eq(own, scope) || at != *index)
            && !self.is_changed_value(&facts)?
            && let Some(row) = scope.table.row(*index)
        {
            let level = Level {
                encoding: level.encoding,
                character_set: self.character_set_for(scope, level, origin)?,
            };
            return self.recoded(scope, *index, row, &level);
        }
        let value = match &facts.value {
            Some(value) => value.clone_ref(py),
            None => match change {
                Change::Element(element) => ElementBase::load(element.bind(py).cast::<ElementBase>()?)?,
                _ => py.None(),
            },
        };
        let value = value.bind(py);
        let Some(vr) = facts.vr else {
            return Err(self.loss(tag, "its VR is none of the standard's (PS3.5 6.2)"));
        };
        if vr == Vr::Sq {
            let own = origin.filter(|(scope, index, _)| {
                facts
                    .source
                    .as_ref()
                    .is_some_and(|(source, at)| Arc::ptr_eq(source, scope) && at == index)
            });
            return self.sequence(tag, value, own, origin, level);
        }
        let vr = self.settled(vr, value, &facts, level.encoding)?;
        // The form of a term says nothing about whether there is such a character set.
        if let Some(judge) = self
            .rules
            .judge
            .as_ref()
            .filter(|_| !facts.judged || tag == SPECIFIC_CHARACTER_SET)
        {
            judge.bind(py).call1((tag, vr_text(py, vr), value))?;
        }
        let set = self.level_character_set(level, origin)?;
        self.value(tag, vr, value, facts.undefined_length, &set, level)
    }

    pub(super) fn is_changed_value(&self, facts: &ElementFacts) -> PyResult<bool> {
        match &facts.value {
            Some(value) => crate::changes::is_changed_in_place(value.bind(self.py), self.holders.len()),
            None => Ok(false),
        }
    }

    /// The character set of the data set that is being planned.
    pub(super) fn level_character_set(
        &self,
        level: &Level,
        origin: Option<(&Arc<Scope>, u32, &Row)>,
    ) -> PyResult<Arc<CharacterSet>> {
        if let Some(set) = &level.character_set {
            return Ok(Arc::clone(set));
        }
        let scope = match origin {
            Some((scope, ..)) => Some(Arc::clone(scope)),
            None => self.holders.last().and_then(|holder| holder.get().scope()),
        };
        match scope {
            Some(scope) => scope.character_set(self.py),
            None => CharacterSet::of_terms(self.py, b""),
        }
    }

    /// The character set that text of another data set has to be brought into; none where it has it already.
    pub(super) fn character_set_for(
        &self,
        scope: &Arc<Scope>,
        level: &Level,
        origin: Option<(&Arc<Scope>, u32, &Row)>,
    ) -> PyResult<Option<Arc<CharacterSet>>> {
        let wanted = self.level_character_set(level, origin)?;
        let has = wanted.object.bind(self.py).eq(&scope.character_set(self.py)?.object)?;
        Ok((!has).then_some(wanted))
    }

    /// The VR of an element for which PS3.6 leaves a choice (PS3.5 annex A.1, A.2).
    pub(super) fn settled(
        &self,
        vr: Vr,
        value: &Bound<'py, PyAny>,
        facts: &ElementFacts,
        encoding: Encoding,
    ) -> PyResult<Vr> {
        if !vr.is_ambiguous() {
            return Ok(vr);
        }
        let number = |keyword_tag: u32| -> PyResult<Option<i64>> {
            for holder in self.holders.iter().rev() {
                if let Some(value) = DatasetBase::value(holder, keyword_tag)? {
                    let value = value.into_bound(self.py);
                    let first = value
                        .cast::<PyList>()
                        .map_or_else(|_| Ok(value.clone()), |list| list.get_item(0));
                    return Ok(first.ok().and_then(|first| first.extract().ok()));
                }
            }
            Ok(None)
        };
        Ok(match vr {
            Vr::UsOrSs => match number(0x0028_0103)? {
                Some(1) => Vr::Ss,
                Some(_) => Vr::Us,
                // Where no VR is written a reader takes US: a negative value is then one that the VR can't hold.
                None if !encoding.implicit_vr && has_negative(value) => Vr::Ss,
                None => Vr::Us,
            },
            Vr::ObOrOw if facts.undefined_length => Vr::Ob,
            Vr::ObOrOw => match number(0x0028_0100)? {
                Some(bits) if bits <= 8 => Vr::Ob,
                _ => Vr::Ow,
            },
            _ => match number(0x0028_3002)? {
                Some(1) => Vr::Us,
                _ if value.cast::<PyList>().is_err() => Vr::Ow,
                _ if has_negative(value) => Vr::Ss,
                _ => Vr::Us,
            },
        })
    }

    /// Plans an element with a value of Python's.
    pub(super) fn value(
        &mut self,
        tag: u32,
        vr: Vr,
        value: &Bound<'py, PyAny>,
        undefined: bool,
        set: &Arc<CharacterSet>,
        level: &Level,
    ) -> PyResult<()> {
        let encapsulated = undefined && matches!(vr, Vr::Ob | Vr::Ow | Vr::Un);
        if let Some(stored) = stored(value)? {
            let (store, length) = stored;
            if encapsulated {
                let mut first = [0; 4];
                let there = store
                    .read_into(0, &mut first)
                    .map_err(|error| to_python(self.py, error, Some(tag)))?;
                self.ensure_fragments(tag, first.get(..there).unwrap_or_default(), level)?;
                self.output
                    .make(|out| header::write(tag, vr, u32::MAX, level.encoding, out));
                self.output.copy(&store, 0, length);
                self.delimiter(SEQUENCE_DELIMITER, level.encoding);
                return Ok(());
            }
            self.header(tag, vr, length, level)?;
            self.output.copy(&store, 0, length);
            if length % 2 == 1 {
                self.output.append(&[recode::padding(vr)]);
            }
            return Ok(());
        }
        let mut bytes = Vec::new();
        let encoder = Encoder {
            py: self.py,
            tag,
            vr,
            big_endian: level.encoding.big_endian,
            character_set: set,
            substitute: self.rules.substitute.as_ref(),
        };
        encoder.encode(value, &mut bytes)?;
        if encapsulated {
            self.ensure_fragments(tag, &bytes, level)?;
            self.output.make(|out| {
                header::write(tag, vr, u32::MAX, level.encoding, out);
                out.extend_from_slice(&bytes);
            });
            self.delimiter(SEQUENCE_DELIMITER, level.encoding);
            return Ok(());
        }
        self.element(tag, vr, &bytes, level)
    }

    pub(super) fn ensure_fragments(&self, tag: u32, bytes: &[u8], level: &Level) -> PyResult<()> {
        if bytes.starts_with(&ITEM_TAG) && !level.encoding.big_endian {
            return Ok(());
        }
        Err(self.loss(
            tag,
            "an undefined length says that the value is encapsulated, but it doesn't begin with an item (PS3.5 A.4)",
        ))
    }
}

fn has_negative(value: &Bound<'_, PyAny>) -> bool {
    let is_negative = |one: &Bound<'_, PyAny>| one.extract::<i64>().is_ok_and(|number| number < 0);
    match value.cast::<PyList>() {
        Ok(list) => list.iter().any(|one| is_negative(&one)),
        Err(_) => is_negative(value),
    }
}

/// A large value, or a stream, as a store that the output copies from.
fn stored(value: &Bound<'_, PyAny>) -> PyResult<Option<(Arc<Store>, u64)>> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        let length = bytes.as_bytes().len();
        if length < LARGE_VALUE {
            return Ok(None);
        }
        let bytes: PyBackedBytes = value.extract()?;
        let segment = Segment {
            offset: 0,
            bytes: Arc::new(bytes),
        };
        return Ok(Some((Arc::new(Store::new(vec![segment], None)), length as u64)));
    }
    let is_stream = value.hasattr(intern!(value.py(), "read"))? && value.hasattr(intern!(value.py(), "seek"))?;
    if !is_stream {
        return Ok(None);
    }
    let source = ObjectSource::of_value(value)?;
    let length = source.length();
    Ok(Some((Arc::new(Store::new(Vec::new(), Some(Arc::new(source)))), length)))
}
