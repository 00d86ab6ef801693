//! One data set within a table: its rows by tag, the character set of its text, the VRs that depend on neighbours.

use crate::classes::Classes;
use dcm_dictionary::{Additions, Vr, private_attribute};
use dcm_encoding::finding::Finding;
use dcm_encoding::part10::Origin;
use dcm_encoding::row::{Flags, Row};
use dcm_encoding::table::ElementTable;
use dcm_encoding::transfer_syntax::Encoding;
use dcm_encoding::value::{number, text};
use pyo3::prelude::*;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

const SPECIFIC_CHARACTER_SET: u32 = 0x0008_0005;
const PIXEL_REPRESENTATION: u32 = 0x0028_0103;
const LUT_DESCRIPTOR: u32 = 0x0028_3002;

/// What was met in a file around its data set.
pub struct FileFacts {
    pub file_meta: Option<Arc<ElementTable>>,
    pub preamble: Option<Vec<u8>>,
    pub origin: Origin,
    pub findings: Vec<Finding>,
}

/// What all data sets of one read share.
pub struct Reading {
    /// The dictionary's added entries as they stood when the read began.
    pub additions: Arc<Additions>,
    /// `read(..., encoding=)`: overrides Specific Character Set.
    pub character_sets: Option<Py<PyAny>>,
    /// What makes elements in the core's place, where a program has changed how values are decoded:
    /// `decoder(dataset, raw)`, where `raw` is (tag, VR, length, value, offset of it, implicit VR?, little endian?).
    pub decoder: Option<Py<PyAny>>,
    /// Called with (tag, VR, value) of each value that doesn't plainly keep the rules of its VR: `judge` warns or raises.
    pub judge: Option<Py<PyAny>>,
    /// The bytes were made by us, of a model in JSON or XML: the data set counts as made in memory.
    pub in_memory: bool,
    /// Deviations of single values, met while decoding.
    notes: Mutex<Vec<Finding>>,
}

const MOST_NOTES: usize = 1000;

impl Reading {
    pub fn new(additions: Arc<Additions>, character_sets: Option<Py<PyAny>>, decoder: Option<Py<PyAny>>) -> Self {
        Self {
            additions,
            character_sets,
            decoder,
            judge: None,
            in_memory: false,
            notes: Mutex::new(Vec::new()),
        }
    }

    /// The reading of bytes that we made ourselves.
    pub fn in_memory(additions: Arc<Additions>) -> Self {
        Self {
            in_memory: true,
            ..Self::new(additions, None, None)
        }
    }

    pub fn note(&self, finding: Finding) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if notes.len() < MOST_NOTES && !notes.contains(&finding) {
            notes.push(finding);
        }
    }

    pub fn notes(&self) -> Vec<Finding> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// How text with a character set is decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// Only ASCII is right; other bytes are read as Latin-1.
    Ascii,
    Latin1,
    Utf8,
    /// By `CharacterSets.decode`.
    Other,
}

pub struct CharacterSet {
    pub kind: TextKind,
    pub object: Py<PyAny>,
}

/// One data set, or one item.
pub struct Scope {
    pub table: Arc<ElementTable>,
    /// Its rows: from `first` up to `end`.
    first: u32,
    end: u32,
    pub encoding: Encoding,
    pub parent: Option<Arc<Scope>>,
    /// The row of the item, where it is one.
    pub item: Option<u32>,
    pub reading: Arc<Reading>,
    index: OnceLock<Vec<(u32, u32)>>,
    character_set: OnceLock<Arc<CharacterSet>>,
}

impl Scope {
    pub fn new(table: Arc<ElementTable>, encoding: Encoding, reading: Arc<Reading>) -> Self {
        let end = u32::try_from(table.rows().len()).unwrap_or(u32::MAX);
        Self {
            table,
            first: 0,
            end,
            encoding,
            parent: None,
            item: None,
            reading,
            index: OnceLock::new(),
            character_set: OnceLock::new(),
        }
    }

    /// The item at `row` of `table`.
    pub fn of_item(self: &Arc<Self>, table: &Arc<ElementTable>, row: u32, item: &Row) -> Self {
        Self {
            table: Arc::clone(table),
            first: row.saturating_add(1),
            end: item.end,
            encoding: item.encoding(),
            parent: Some(Arc::clone(self)),
            item: Some(row),
            reading: Arc::clone(&self.reading),
            index: OnceLock::new(),
            character_set: OnceLock::new(),
        }
    }

    /// (tag, row), ascending by tag; of an element that stands twice the last one.
    pub fn index(&self) -> &[(u32, u32)] {
        self.index.get_or_init(|| {
            let mut index: Vec<(u32, u32)> = self
                .table
                .siblings(self.first, self.end)
                .map(|(row, element)| (element.tag, row))
                .collect();
            if !index.is_sorted_by(|one, next| one.0 < next.0) {
                index.sort_by_key(|entry| *entry);
                let mut kept: Vec<(u32, u32)> = Vec::with_capacity(index.len());
                for entry in index {
                    match kept.last_mut() {
                        Some(last) if last.0 == entry.0 => *last = entry,
                        _ => kept.push(entry),
                    }
                }
                index = kept;
            }
            index
        })
    }

    /// The rows of the data set: the first, and the one after the last.
    pub const fn rows(&self) -> (u32, u32) {
        (self.first, self.end)
    }

    /// The row of a tag.
    pub fn find(&self, tag: u32) -> Option<u32> {
        let index = self.index();
        let at = index.binary_search_by_key(&tag, |entry| entry.0).ok()?;
        index.get(at).map(|entry| entry.1)
    }

    /// The row of a tag, with what it takes to read its bytes later.
    pub fn stored(self: &Arc<Self>, tag: u32) -> Option<(Arc<Self>, u32, Row)> {
        let row = self.find(tag)?;
        Some((Arc::clone(self), row, *self.table.row(row)?))
    }

    fn bytes_of(&self, tag: u32) -> Option<Cow<'_, [u8]>> {
        let row = self.table.row(self.find(tag)?)?;
        // Only small elements are asked for here; a wrong file must not make this read a large one.
        if row.length > 1024 {
            return None;
        }
        self.table.value(row).ok()
    }

    /// First number of an unsigned short element of this data set or, failing that, of those around it.
    fn nearest_short(&self, tag: u32) -> Option<u16> {
        let mut scope = Some(self);
        while let Some(current) = scope {
            if let Some(bytes) = current.bytes_of(tag) {
                return number::u16s(&bytes, current.encoding.big_endian).next();
            }
            scope = current.parent.as_deref();
        }
        None
    }

    /// The creator of the block that a private element belongs to.
    pub fn private_creator(&self, tag: u32) -> Option<String> {
        let block = (tag >> 8) & 0xFF;
        if (tag >> 16) & 1 == 0 || block < 0x10 {
            return None;
        }
        let bytes = self.bytes_of((tag & 0xFFFF_0000) | block)?;
        Some(text::latin_1(text::trim(&bytes, Vr::Lo)))
    }

    /// The VR that the value is decoded by: the one that stands there, or the dictionary's where none does (implicit
    /// VR, and UN by CP-246), with the choices of PS3.6 made.
    pub fn effective_vr(&self, row: &Row) -> Vr {
        let vr = match row.vr {
            // Who made the bytes has chosen each VR.
            Vr::Un if self.reading.in_memory => Vr::Un,
            Vr::Un => self.known_vr(row),
            read if row.flags.has(Flags::IMPLICIT_VR) => self.added_vr(row.tag).unwrap_or(read),
            read => read,
        };
        match vr {
            Vr::UsOrSs => match self.nearest_short(PIXEL_REPRESENTATION) {
                Some(1) => Vr::Ss,
                _ => Vr::Us,
            },
            Vr::UsOrOw | Vr::UsOrSsOrOw => match self.nearest_short(LUT_DESCRIPTOR) {
                Some(1) => Vr::Us,
                _ => Vr::Ow,
            },
            Vr::ObOrOw if row.flags.has(Flags::ENCAPSULATED) => Vr::Ob,
            Vr::ObOrOw => Vr::Ow,
            other => other,
        }
    }

    /// What a person added for a tag that the dictionary has too.
    fn added_vr(&self, tag: u32) -> Option<Vr> {
        let additions = &self.reading.additions;
        if additions.is_empty() {
            return None;
        }
        additions.attribute(tag).map(|added| added.vr)
    }

    fn known_vr(&self, row: &Row) -> Vr {
        let tag = row.tag;
        if (tag >> 16) & 1 == 1 {
            if (0x10..=0xFF).contains(&(tag & 0xFFFF)) {
                return Vr::Lo;
            }
            return self
                .private_creator(tag)
                .and_then(|creator| {
                    self.reading
                        .additions
                        .private_vr(&creator, tag)
                        .or_else(|| private_attribute(&creator, tag).map(|entry| entry.vr))
                })
                .unwrap_or(Vr::Un);
        }
        let known = self.reading.additions.vr(tag).unwrap_or(Vr::Un);
        // A value that doesn't fit the two-byte length of its own VR may stand as UN (PS3.5 6.2.2).
        if row.length >= 0xFFFF && !known.has_long_length() && !row.flags.has(Flags::IMPLICIT_VR) {
            return Vr::Un;
        }
        known
    }

    /// How the items of a sequence are encoded: within UN always implicit little endian (PS3.5 6.2.2 note 4).
    pub fn items_encoding(row: &Row) -> Encoding {
        if row.vr == Vr::Un {
            Encoding::IMPLICIT_LITTLE
        } else {
            row.encoding()
        }
    }

    /// The character set of this data set's text: its own, or that of the data set around it.
    pub fn character_set(&self, py: Python<'_>) -> PyResult<Arc<CharacterSet>> {
        if let Some(known) = self.character_set.get() {
            return Ok(Arc::clone(known));
        }
        let made = if let Some(object) = &self.reading.character_sets {
            let set = CharacterSet::of(py, object.clone_ref(py))?;
            self.note_problems(py, &set)?;
            Arc::new(set)
        } else if let Some(bytes) = self.bytes_of(SPECIFIC_CHARACTER_SET) {
            self.own_character_set(py, &bytes)?
        } else if let Some(parent) = &self.parent {
            parent.character_set(py)?
        } else {
            CharacterSet::of_terms(py, b"")?
        };
        Ok(Arc::clone(self.character_set.get_or_init(|| made)))
    }

    fn own_character_set(&self, py: Python<'_>, terms: &[u8]) -> PyResult<Arc<CharacterSet>> {
        let set = CharacterSet::of_terms(py, terms)?;
        self.note_problems(py, &set)?;
        Ok(set)
    }

    /// Terms that aren't right, in the data set or in what the caller has given in its place.
    fn note_problems(&self, py: Python<'_>, set: &CharacterSet) -> PyResult<()> {
        let problems: Vec<(String, String)> = set.object.bind(py).getattr("problems")?.extract()?;
        for (code, message) in problems {
            self.reading.note(Finding {
                code: code.into(),
                message,
                tag: Some(SPECIFIC_CHARACTER_SET),
                offset: None,
            });
        }
        Ok(())
    }
}

/// Character sets by the bytes of (0008,0005): a vocabulary of a few dozen entries, bounded against made-up terms.
static KNOWN: Mutex<Option<HashMap<Vec<u8>, Arc<CharacterSet>>>> = Mutex::new(None);
const MOST_KNOWN: usize = 128;

impl CharacterSet {
    pub fn of(py: Python<'_>, object: Py<PyAny>) -> PyResult<Self> {
        let kind: String = object.bind(py).getattr("kind")?.extract()?;
        Ok(Self {
            kind: match kind.as_str() {
                "ascii" => TextKind::Ascii,
                "latin-1" => TextKind::Latin1,
                "utf-8" => TextKind::Utf8,
                _ => TextKind::Other,
            },
            object,
        })
    }

    /// That of a value of Specific Character Set.
    pub fn of_value(py: Python<'_>, value: Bound<'_, PyAny>) -> PyResult<Arc<Self>> {
        let object = Classes::get(py)?.character_sets_from_terms.bind(py).call1((value,))?;
        Ok(Arc::new(Self::of(py, object.unbind())?))
    }

    pub fn of_terms(py: Python<'_>, terms: &[u8]) -> PyResult<Arc<Self>> {
        if let Some(known) = KNOWN
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .and_then(|known| known.get(terms))
        {
            return Ok(Arc::clone(known));
        }
        let plain = text::latin_1(text::trim(terms, Vr::Cs));
        let listed: Vec<&str> = if plain.is_empty() {
            Vec::new()
        } else {
            plain.split('\\').collect()
        };
        let object = Classes::get(py)?
            .character_sets_from_terms
            .bind(py)
            .call1((listed,))?
            .unbind();
        let made = Arc::new(Self::of(py, object)?);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get_or_insert_default();
        if known.len() < MOST_KNOWN {
            known.insert(terms.to_vec(), Arc::clone(&made));
        }
        Ok(made)
    }
}
