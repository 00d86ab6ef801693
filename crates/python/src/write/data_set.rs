//! Planning what one data set becomes: runs of its table are copied, what was changed is encoded anew.
//!
//! A data set whose encoding and character set stay is copied element by element, with whatever lies between the
//! elements; only the elements that were changed are made anew, and the lengths that enclose them. Where the encoding
//! or the character set becomes another, each element is taken over into it.

use super::CUT_OFF;
use super::sequence::{has_directory, is_directory};
use super::value::Encoder;
use crate::changes::{Change, Changes};
use crate::dataset::DatasetBase;
use crate::error::to_python;
use crate::scope::{CharacterSet, Scope};
use crate::value;
use dcm_dictionary::Vr;
use dcm_encoding::header;
use dcm_encoding::output::{Mark, Output};
use dcm_encoding::recode;
use dcm_encoding::row::{Flags, ITEM, Row, SEQUENCE_DELIMITER};
use dcm_encoding::table::ElementTable;
use dcm_encoding::transfer_syntax::Encoding;
use dcm_encoding::value::text;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyList;
use std::sync::Arc;

pub(super) const SPECIFIC_CHARACTER_SET: u32 = 0x0008_0005;

/// Plans the output of data sets.
pub struct Writer<'py> {
    pub(super) py: Python<'py>,
    pub(super) output: Output,
    pub(super) rules: Rules,
    /// The data sets around the one that is being planned, the outermost first.
    pub(super) holders: Vec<Bound<'py, DatasetBase>>,
    /// Where the items of the directory of a file-set begin in the output (PS3.3 F.3.2.2).
    pub(super) directory_records: Vec<u64>,
}

/// How strict the writer is.
#[derive(Default, FromPyObject)]
pub struct Rules {
    /// Called with (tag, VR, value) of each element that was edited and not found to be right before.
    #[pyo3(item)]
    pub(super) judge: Option<Py<PyAny>>,
    /// Called with (tag, VR, text, character sets) of a text that these can't encode: gives bytes all the same.
    #[pyo3(item)]
    pub(super) substitute: Option<Py<PyAny>>,
}

impl Rules {
    pub fn clone_ref(&self, py: Python<'_>) -> Self {
        Self {
            judge: self.judge.as_ref().map(|judge| judge.clone_ref(py)),
            substitute: self.substitute.as_ref().map(|substitute| substitute.clone_ref(py)),
        }
    }
}

/// What holds for the elements of one data set.
pub(super) struct Level {
    pub(super) encoding: Encoding,
    /// The character set of its text, where that is another than the one that it was read in.
    pub(super) character_set: Option<Arc<CharacterSet>>,
}

/// Where the bytes of a data set begin and end in its store.
pub type Extent = (u64, u64);

/// A group whose length stands before it.
pub(super) struct Group {
    number: u32,
    /// The place of its length, where the output stood behind it, and what was read there.
    length: Option<(Mark, u64, u32)>,
    pub(super) touched: bool,
}

impl<'py> Writer<'py> {
    pub fn new(py: Python<'py>, rules: Rules) -> Self {
        Self {
            py,
            output: Output::new(),
            rules,
            holders: Vec::new(),
            directory_records: Vec::new(),
        }
    }

    /// Plans a data set.
    ///
    /// `character_set` is that of the data set around it, where it is another than the one that this one was read in;
    /// `extent` is given where what lies between the elements shall be kept.
    pub fn data_set(
        &mut self,
        data_set: &Bound<'py, DatasetBase>,
        encoding: Encoding,
        character_set: Option<Arc<CharacterSet>>,
        extent: Option<Extent>,
    ) -> PyResult<()> {
        let changes = Changes::of(data_set, self.holders.len())?;
        let level = Level {
            encoding,
            character_set: self.governing(&changes, character_set)?,
        };
        self.holders.push(data_set.clone());
        let planned = match &changes.scope {
            Some(scope) => self.over_table(scope, &changes, &level, extent),
            None => self.in_memory(&changes, &level),
        };
        self.holders.pop();
        planned
    }

    /// The character set that the text has to be brought into; none where it stays as it was read.
    pub(super) fn governing(
        &self,
        changes: &Changes,
        inherited: Option<Arc<CharacterSet>>,
    ) -> PyResult<Option<Arc<CharacterSet>>> {
        let py = self.py;
        let governing = match (changes.find(SPECIFIC_CHARACTER_SET), &changes.scope) {
            (Some(Change::Deleted), Some(scope)) => match (inherited, &scope.parent) {
                (Some(set), _) => set,
                (None, Some(parent)) => parent.character_set(py)?,
                (None, None) => CharacterSet::of_terms(py, b"")?,
            },
            (Some(Change::Element(element)), _) => {
                CharacterSet::of_value(py, element.bind(py).getattr(intern!(py, "value"))?)?
            }
            (Some(Change::Value(value)), _) => CharacterSet::of_value(py, value.bind(py).clone())?,
            (None, Some(scope)) if scope.find(SPECIFIC_CHARACTER_SET).is_some() => return Ok(None),
            (_, None) => match inherited {
                Some(set) => set,
                None => CharacterSet::of_terms(py, b"")?,
            },
            (None, Some(_)) => match inherited {
                Some(set) => set,
                None => return Ok(None),
            },
        };
        match &changes.scope {
            Some(scope) if governing.object.bind(py).eq(&scope.character_set(py)?.object)? => Ok(None),
            _ => Ok(Some(governing)),
        }
    }

    /// Plans a data set that was made in memory.
    pub(super) fn in_memory(&mut self, changes: &Changes, level: &Level) -> PyResult<()> {
        let mut group = None;
        for (tag, change) in &changes.list {
            self.enter(&mut group, *tag, level);
            self.added(*tag, change, level, group.as_mut())?;
        }
        self.leave(group, level);
        Ok(())
    }

    /// Plans a data set that was read.
    pub(super) fn over_table(
        &mut self,
        scope: &Arc<Scope>,
        changes: &Changes,
        level: &Level,
        extent: Option<Extent>,
    ) -> PyResult<()> {
        let keeps_encoding = scope.encoding == level.encoding;
        let store = scope.table.store();
        if keeps_encoding
            && changes.list.is_empty()
            && level.character_set.is_none()
            && !has_directory(scope)
            && let Some((start, end)) = extent
        {
            self.output.copy(store, start, end.saturating_sub(start));
            return Ok(());
        }
        let mut added = changes
            .list
            .iter()
            .filter(|(tag, _)| scope.find(*tag).is_none())
            .peekable();
        let mut position = extent.filter(|_| keeps_encoding).map(|(start, _)| start);
        let mut group: Option<Group> = None;
        let (first, end) = scope.rows();
        let rows = self.siblings(&scope.table, first, end);
        // What no delimiter ends would swallow what is put behind it.
        let mut open = None;
        for (index, row) in rows {
            let start = row.offset.saturating_sub(u64::from(row.header));
            if let Some(position) = position {
                self.output.copy(store, position, start.saturating_sub(position));
            }
            while let Some((tag, change)) = added.next_if(|(tag, _)| *tag < row.tag) {
                self.ensure_closed(open, change)?;
                self.enter(&mut group, *tag, level);
                self.added(*tag, change, level, group.as_mut())?;
            }
            self.enter(&mut group, row.tag, level);
            let touched = match changes.find(row.tag) {
                Some(Change::Deleted) => true,
                Some(change) if scope.find(row.tag) == Some(index) => {
                    self.changed(row.tag, change, Some((scope, index, &row)), level, group.as_mut())?;
                    true
                }
                _ => self.unchanged(scope, index, &row, level, group.as_mut())?,
            };
            if let Some(group) = &mut group {
                group.touched |= touched;
            }
            open = (!touched && is_open(&row)).then_some(row.tag);
            position = position.map(|_| after(&row));
        }
        for (tag, change) in added {
            self.ensure_closed(open, change)?;
            self.enter(&mut group, *tag, level);
            self.added(*tag, change, level, group.as_mut())?;
        }
        self.leave(group, level);
        if let (Some(position), Some((_, end))) = (position, extent) {
            self.output.copy(store, position, end.saturating_sub(position));
        } else if let Some((_, end)) = extent
            && scope.parent.is_none()
        {
            // What follows the last element of a file is nobody's, and kept in another encoding too.
            let last = self
                .siblings(&scope.table, first, scope.rows().1)
                .last()
                .map_or(end, |(_, row)| after(row));
            self.output.copy(store, last, end.saturating_sub(last));
        }
        Ok(())
    }

    fn ensure_closed(&self, open: Option<u32>, change: &Change) -> PyResult<()> {
        match open {
            Some(tag) if !matches!(change, Change::Deleted) => Err(self.loss(tag, CUT_OFF)),
            _ => Ok(()),
        }
    }

    pub(super) fn siblings(&self, table: &ElementTable, first: u32, end: u32) -> Vec<(u32, Row)> {
        table.siblings(first, end).map(|(index, row)| (index, *row)).collect()
    }

    // --- group lengths (PS3.5 7.2) ------------------------------------------------------------------------------------

    pub(super) fn enter(&mut self, group: &mut Option<Group>, tag: u32, level: &Level) {
        let number = tag >> 16;
        if group.as_ref().is_some_and(|group| group.number == number) {
            return;
        }
        let left = group.replace(Group {
            number,
            length: None,
            touched: false,
        });
        self.leave(left, level);
    }

    pub(super) fn leave(&mut self, group: Option<Group>, level: &Level) {
        let Some(Group {
            length: Some((mark, start, read)),
            touched,
            ..
        }) = group
        else {
            return;
        };
        let now = u32::try_from(self.output.length().saturating_sub(start)).unwrap_or(u32::MAX);
        self.output
            .fill(mark, if touched { now } else { read }, level.encoding.big_endian);
    }

    /// Plans a group length whose value is known when the group ends.
    pub(super) fn group_length(&mut self, tag: u32, read: u32, group: Option<&mut Group>, level: &Level) {
        let encoding = level.encoding;
        self.output.make(|out| header::write(tag, Vr::Ul, 4, encoding, out));
        let mark = self.output.reserve();
        if let Some(group) = group {
            group.length = Some((mark, self.output.length(), read));
        }
    }

    // --- elements that stay -------------------------------------------------------------------------------------------

    /// Plans an element that nobody changed. True when its bytes are not those that were read.
    pub(super) fn unchanged(
        &mut self,
        scope: &Arc<Scope>,
        index: u32,
        row: &Row,
        level: &Level,
        group: Option<&mut Group>,
    ) -> PyResult<bool> {
        if row.tag & 0xFFFF == 0 && row.length == 4 && group.is_some() {
            let mut read = [0; 4];
            scope
                .table
                .store()
                .read_into(row.offset, &mut read)
                .map_err(|error| to_python(self.py, error, Some(row.tag)))?;
            let big = scope.encoding.big_endian;
            let read = if big {
                u32::from_be_bytes(read)
            } else {
                u32::from_le_bytes(read)
            };
            self.group_length(row.tag, read, group, level);
            return Ok(scope.encoding != level.encoding);
        }
        if scope.encoding != level.encoding {
            self.recoded(scope, index, row, level)?;
            return Ok(true);
        }
        if let Some(set) = &level.character_set {
            let vr = scope.effective_vr(row);
            if vr == Vr::Sq {
                self.sequence_of_rows(scope, index, row, level, true)?;
                return Ok(true);
            }
            if text::has_character_set(vr) && !self.is_plain(scope, row)? {
                self.text_in(set, scope, index, row, vr, level)?;
                return Ok(true);
            }
        }
        let start = row.offset.saturating_sub(u64::from(row.header));
        if is_directory(scope, row) {
            // What stands before the records may have become longer or shorter: they move as a whole.
            let (table, first, end) = value::items(self.py, scope, index, row)?;
            let here = self.output.length();
            for (_, item) in self.siblings(&table, first, end) {
                if item.tag == ITEM {
                    let item_start = item.offset.saturating_sub(u64::from(item.header));
                    self.directory_records
                        .push(here.saturating_add(item_start.saturating_sub(start)));
                }
            }
        }
        self.output
            .copy(scope.table.store(), start, after(row).saturating_sub(start));
        Ok(false)
    }

    pub(super) fn is_plain(&self, scope: &Scope, row: &Row) -> PyResult<bool> {
        Ok(text::is_plain(&value::read(self.py, &scope.table, row)?))
    }

    /// Plans text in another character set than the one that it was read in.
    pub(super) fn text_in(
        &mut self,
        set: &Arc<CharacterSet>,
        scope: &Arc<Scope>,
        index: u32,
        row: &Row,
        vr: Vr,
        level: &Level,
    ) -> PyResult<()> {
        let decoded = value::decode(self.py, scope, index, vr, None)?;
        let decoded = decoded.bind(self.py);
        if has_replacement(decoded)? {
            return Err(self.loss(
                row.tag,
                "its text can't be read in the character set that it was declared in, so it can't be brought into another",
            ));
        }
        let mut bytes = Vec::new();
        let encoder = Encoder {
            py: self.py,
            tag: row.tag,
            vr,
            big_endian: level.encoding.big_endian,
            character_set: set,
            substitute: self.rules.substitute.as_ref(),
        };
        encoder.encode(decoded, &mut bytes)?;
        self.element(row.tag, vr, &bytes, level)
    }

    /// Plans an element in another encoding, or of another data set.
    pub(super) fn recoded(&mut self, scope: &Arc<Scope>, index: u32, row: &Row, level: &Level) -> PyResult<()> {
        let (from, to) = (row.encoding(), level.encoding);
        let mut vr = row.vr;
        if from.implicit_vr || vr.is_ambiguous() {
            vr = scope.effective_vr(row);
        } else if vr == Vr::Un {
            // Nobody swaps the bytes of UN (PS3.5 7.3), so what is known to be numbers leaves it; so does text.
            let known = scope.effective_vr(row);
            let is_numbers = from.big_endian != to.big_endian && recode::unit(known).is_some();
            let is_text = level.character_set.is_some() && text::has_character_set(known);
            if known == Vr::Sq && level.character_set.is_some() {
                return self.sequence_of_rows(scope, index, row, level, true);
            }
            if is_numbers || is_text {
                vr = known;
            }
        }
        if vr == Vr::Sq {
            return self.sequence_of_rows(scope, index, row, level, false);
        }
        if row.is_undefined_length() {
            // Fragments, or items within UN, which are implicit little endian wherever they stand (PS3.5 6.2.2).
            if to.big_endian && row.flags.has(Flags::ENCAPSULATED) {
                return Err(self.loss(row.tag, "encapsulated values are little endian (PS3.5 A.4)"));
            }
            self.output.make(|out| header::write(row.tag, vr, u32::MAX, to, out));
            self.output.copy(scope.table.store(), row.offset, row.length);
            self.delimiter(SEQUENCE_DELIMITER, to);
            return Ok(());
        }
        if let Some(set) = &level.character_set
            && text::has_character_set(vr)
            && !self.is_plain(scope, row)?
        {
            return self.text_in(set, scope, index, row, vr, level);
        }
        let swaps = from.big_endian != to.big_endian && recode::unit(vr).is_some();
        if swaps {
            let mut bytes = Vec::new();
            recode::swapped(&value::read(self.py, &scope.table, row)?, vr, &mut bytes);
            return self.element(row.tag, vr, &bytes, level);
        }
        self.header(row.tag, vr, row.length, level)?;
        self.output.copy(scope.table.store(), row.offset, row.length);
        if row.length % 2 == 1 {
            self.output.append(&[recode::padding(vr)]);
        }
        Ok(())
    }
}

/// Whether text has the character that stands for bytes which couldn't be decoded.
fn has_replacement(text: &Bound<'_, PyAny>) -> PyResult<bool> {
    if let Ok(list) = text.cast::<PyList>() {
        for one in list.iter() {
            if has_replacement(&one)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    // Names are text too.
    Ok(text.str()?.to_string_lossy().contains('\u{FFFD}'))
}

/// A value of undefined length that no delimiter ends.
pub(super) fn is_open(row: &Row) -> bool {
    row.is_undefined_length() && !row.flags.has(Flags::DELIMITED)
}

/// Where what follows the element begins: behind its delimiter, if it has one.
pub(super) fn after(row: &Row) -> u64 {
    let end = row.offset.saturating_add(row.length);
    if row.flags.has(Flags::DELIMITED) {
        end.saturating_add(8)
    } else {
        end
    }
}
