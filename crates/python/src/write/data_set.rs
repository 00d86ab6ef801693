//! Planning what one data set becomes: runs of its table are copied, what was changed is encoded anew.
//!
//! A data set whose encoding and character set stay is copied element by element, with whatever lies between the
//! elements; only the elements that were changed are made anew, and the lengths that enclose them. Where the encoding
//! or the character set becomes another, each element is taken over into it.

use super::value::Encoder;
use crate::changes::{Change, Changes, ensure_depth, is_changed};
use crate::classes::vr_text;
use crate::dataset::DatasetBase;
use crate::element::{ElementBase, ElementFacts};
use crate::error::{raise, to_python};
use crate::read::ObjectSource;
use crate::scope::{CharacterSet, Scope};
use crate::value;
use dcm_dictionary::Vr;
use dcm_encoding::header;
use dcm_encoding::input::Segment;
use dcm_encoding::output::{Mark, Output};
use dcm_encoding::recode;
use dcm_encoding::row::{Flags, ITEM, ITEM_DELIMITER, Row, SEQUENCE_DELIMITER};
use dcm_encoding::source::ByteSource;
use dcm_encoding::table::{ElementTable, Store};
use dcm_encoding::transfer_syntax::Encoding;
use dcm_encoding::value::text;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyList};
use std::sync::Arc;

const SPECIFIC_CHARACTER_SET: u32 = 0x0008_0005;
const DIRECTORY_RECORD_SEQUENCE: u32 = 0x0004_1220;
/// Values from this size on are not copied into the plan.
const LARGE_VALUE: usize = 1 << 14;
const ITEM_TAG: [u8; 4] = [0xFE, 0xFF, 0x00, 0xE0];

/// Plans the output of data sets.
pub struct Writer<'py> {
    py: Python<'py>,
    pub output: Output,
    /// Called with (tag, VR, value) of each element that was edited and not found to be right before.
    judge: Option<Py<PyAny>>,
    /// The data sets around the one that is being planned, the outermost first.
    holders: Vec<Bound<'py, DatasetBase>>,
    /// Where the items of the directory of a file-set begin in the output (PS3.3 F.3.2.2).
    pub directory_records: Vec<u64>,
}

/// What holds for the elements of one data set.
struct Level {
    encoding: Encoding,
    /// The character set of its text, where that is another than the one that it was read in.
    character_set: Option<Arc<CharacterSet>>,
}

/// Where the bytes of a data set begin and end in its store.
pub type Extent = (u64, u64);

/// A group whose length stands before it.
struct Group {
    number: u32,
    /// The place of its length, where the output stood behind it, and what was read there.
    length: Option<(Mark, u64, u32)>,
    touched: bool,
}

impl<'py> Writer<'py> {
    pub fn new(py: Python<'py>, judge: Option<Py<PyAny>>) -> Self {
        Self {
            py,
            output: Output::new(),
            judge,
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
    fn governing(
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
    fn in_memory(&mut self, changes: &Changes, level: &Level) -> PyResult<()> {
        let mut group = None;
        for (tag, change) in &changes.list {
            self.enter(&mut group, *tag, level);
            self.added(*tag, change, level, group.as_mut())?;
        }
        self.leave(group, level);
        Ok(())
    }

    /// Plans a data set that was read.
    fn over_table(
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
        for (index, row) in rows {
            let start = row.offset.saturating_sub(u64::from(row.header));
            if let Some(position) = position {
                self.output.copy(store, position, start.saturating_sub(position));
            }
            while let Some((tag, change)) = added.next_if(|(tag, _)| *tag < row.tag) {
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
            position = position.map(|_| after(&row));
        }
        for (tag, change) in added {
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
                .map_or(end, |(_, row)| after(&row));
            self.output.copy(store, last, end.saturating_sub(last));
        }
        Ok(())
    }

    fn siblings(&self, table: &ElementTable, first: u32, end: u32) -> Vec<(u32, Row)> {
        table.siblings(first, end).map(|(index, row)| (index, *row)).collect()
    }

    // --- group lengths (PS3.5 7.2) ------------------------------------------------------------------------------------

    fn enter(&mut self, group: &mut Option<Group>, tag: u32, level: &Level) {
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

    fn leave(&mut self, group: Option<Group>, level: &Level) {
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
    fn group_length(&mut self, tag: u32, read: u32, group: Option<&mut Group>, level: &Level) {
        let encoding = level.encoding;
        self.output.make(|out| header::write(tag, Vr::Ul, 4, encoding, out));
        let mark = self.output.reserve();
        if let Some(group) = group {
            group.length = Some((mark, self.output.length(), read));
        }
    }

    // --- elements that stay -------------------------------------------------------------------------------------------

    /// Plans an element that nobody changed. True when its bytes are not those that were read.
    fn unchanged(
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

    fn is_plain(&self, scope: &Scope, row: &Row) -> PyResult<bool> {
        Ok(text::is_plain(&value::read(self.py, &scope.table, row)?))
    }

    /// Plans text in another character set than the one that it was read in.
    fn text_in(
        &mut self,
        set: &Arc<CharacterSet>,
        scope: &Arc<Scope>,
        index: u32,
        row: &Row,
        vr: Vr,
        level: &Level,
    ) -> PyResult<()> {
        let decoded = value::decode(self.py, scope, index, vr, None)?;
        let mut bytes = Vec::new();
        let encoder = Encoder {
            py: self.py,
            tag: row.tag,
            vr,
            big_endian: level.encoding.big_endian,
            character_set: set,
        };
        encoder.encode(decoded.bind(self.py), &mut bytes)?;
        if bytes.windows(3).any(|three| three == "\u{FFFD}".as_bytes()) {
            return Err(self.loss(
                row.tag,
                "its text can't be read in the character set that it was declared in, so it can't be brought into another",
            ));
        }
        self.element(row.tag, vr, &bytes, level)
    }

    /// Plans an element in another encoding, or of another data set.
    fn recoded(&mut self, scope: &Arc<Scope>, index: u32, row: &Row, level: &Level) -> PyResult<()> {
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

    /// Plans a sequence whose items nobody changed, in another encoding or character set.
    fn sequence_of_rows(
        &mut self,
        scope: &Arc<Scope>,
        index: u32,
        row: &Row,
        level: &Level,
        keeps_header: bool,
    ) -> PyResult<()> {
        ensure_depth(self.py, usize::from(row.depth))?;
        let (table, first, end) = value::items(self.py, scope, index, row)?;
        let undefined = row.is_undefined_length();
        let (vr, items_encoding) = if keeps_header && row.vr == Vr::Un {
            (Vr::Un, Scope::items_encoding(row))
        } else {
            (Vr::Sq, level.encoding)
        };
        let open = self.open(row.tag, vr, undefined, level.encoding);
        for (at, item) in self.siblings(&table, first, end) {
            if item.tag != ITEM {
                continue;
            }
            let own = Arc::new(scope.of_item(&table, at, &item));
            if is_directory(scope, row) {
                self.directory_records.push(self.output.length());
            }
            let undefined = item.is_undefined_length();
            let opened = self.open_item(undefined, items_encoding);
            let nothing = Changes {
                scope: Some(Arc::clone(&own)),
                list: Vec::new(),
            };
            let level = Level {
                encoding: items_encoding,
                character_set: self.governing(&nothing, level.character_set.clone())?,
            };
            let extent = (item.offset, item.offset.saturating_add(item.length));
            self.over_table(&own, &nothing, &level, Some(extent))?;
            self.close(opened, ITEM_DELIMITER, items_encoding)?;
        }
        self.close(open, SEQUENCE_DELIMITER, level.encoding)
    }

    // --- elements that were changed -----------------------------------------------------------------------------------

    /// Plans an element that was not there when the data set was read.
    fn added(&mut self, tag: u32, change: &Change, level: &Level, group: Option<&mut Group>) -> PyResult<()> {
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
    fn changed(
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
        let vr = self.settled(vr, value, &facts)?;
        if let Some(judge) = self.judge.as_ref().filter(|_| !facts.judged) {
            judge.bind(py).call1((tag, vr_text(py, vr), value))?;
        }
        let set = self.level_character_set(level, origin)?;
        self.value(tag, vr, value, facts.undefined_length, &set, level)
    }

    fn is_changed_value(&self, facts: &ElementFacts) -> PyResult<bool> {
        match &facts.value {
            Some(value) => crate::changes::is_changed_in_place(value.bind(self.py), self.holders.len()),
            None => Ok(false),
        }
    }

    /// The character set of the data set that is being planned.
    fn level_character_set(
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
    fn character_set_for(
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
    fn settled(&self, vr: Vr, value: &Bound<'py, PyAny>, facts: &ElementFacts) -> PyResult<Vr> {
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
                None if has_negative(value) => Vr::Ss,
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
    fn value(
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

    fn ensure_fragments(&self, tag: u32, bytes: &[u8], level: &Level) -> PyResult<()> {
        if bytes.starts_with(&ITEM_TAG) && !level.encoding.big_endian {
            return Ok(());
        }
        Err(self.loss(
            tag,
            "an undefined length says that the value is encapsulated, but it doesn't begin with an item (PS3.5 A.4)",
        ))
    }

    /// Plans a sequence of data sets of Python's. `own` is given where it is the sequence that stood there.
    fn sequence(
        &mut self,
        tag: u32,
        value: &Bound<'py, PyAny>,
        own: Option<(&Arc<Scope>, u32, &Row)>,
        origin: Option<(&Arc<Scope>, u32, &Row)>,
        level: &Level,
    ) -> PyResult<()> {
        let py = self.py;
        let items: Vec<Bound<'py, DatasetBase>> = match value.cast::<PyList>() {
            Ok(list) => list
                .iter()
                .map(|item| Ok(item.cast_into::<DatasetBase>()?))
                .collect::<PyResult<_>>()?,
            Err(_) => Vec::new(),
        };
        let undefined = match value.getattr_opt(intern!(py, "is_undefined_length"))? {
            Some(undefined) => undefined.extract()?,
            None => false,
        };
        // What stood there, as long as the encoding stays: its header, its items, and what lies between them.
        let kept = own.filter(|(scope, ..)| scope.encoding == level.encoding);
        let (vr, items_encoding) = match kept {
            Some((_, _, row)) if row.vr == Vr::Un => (Vr::Un, Scope::items_encoding(row)),
            _ => (Vr::Sq, level.encoding),
        };
        let open = self.open(tag, vr, undefined, level.encoding);
        let before = match kept {
            Some((scope, index, row)) => {
                let (table, first, end) = value::items(py, scope, index, row)?;
                let rows: Vec<(u32, Row)> = self
                    .siblings(&table, first, end)
                    .into_iter()
                    .filter(|(_, item)| item.tag == ITEM)
                    .collect();
                Some((table, rows, row))
            }
            None => None,
        };
        // The same items in the same order: what lies between them stays too.
        let same = before.as_ref().filter(|(table, rows, _)| {
            rows.len() == items.len()
                && rows
                    .iter()
                    .zip(&items)
                    .all(|((at, _), item)| stands_at(item, table) == Some(*at))
        });
        let mut position = same.map(|(_, _, row)| row.offset);
        for item in &items {
            let row = item.get().item_row();
            if let (Some(from), Some(row), Some((table, ..))) = (position, row, same) {
                let start = row.offset.saturating_sub(u64::from(row.header));
                self.output.copy(table.store(), from, start.saturating_sub(from));
            }
            if tag == DIRECTORY_RECORD_SEQUENCE && self.holders.len() == 1 {
                self.directory_records.push(self.output.length());
            }
            let set = self.inherited_by(item, level, origin)?;
            self.item(item, items_encoding, set)?;
            position = position.and(row).map(|row| after(&row));
        }
        if let (Some(from), Some((table, _, row))) = (position, same) {
            let end = row.offset.saturating_add(row.length);
            self.output.copy(table.store(), from, end.saturating_sub(from));
        }
        self.close(open, SEQUENCE_DELIMITER, level.encoding)
    }

    /// The character set that an item inherits, where that is another than the one that it was read in.
    fn inherited_by(
        &self,
        item: &Bound<'py, DatasetBase>,
        level: &Level,
        origin: Option<(&Arc<Scope>, u32, &Row)>,
    ) -> PyResult<Option<Arc<CharacterSet>>> {
        let scope = item.get().scope();
        let holder = self.holders.last().and_then(|holder| holder.get().scope());
        let stays = match (scope.as_ref().and_then(|scope| scope.parent.as_ref()), &holder) {
            (Some(parent), Some(holder)) => Arc::ptr_eq(parent, holder),
            _ => false,
        };
        if stays {
            return Ok(level.character_set.clone());
        }
        Ok(Some(self.level_character_set(level, origin)?))
    }

    fn item(
        &mut self,
        item: &Bound<'py, DatasetBase>,
        encoding: Encoding,
        character_set: Option<Arc<CharacterSet>>,
    ) -> PyResult<()> {
        let this = item.get();
        let row = this.item_row();
        let scope = this.scope();
        if let (Some(row), Some(scope), None) = (row, &scope, &character_set)
            && scope.encoding == encoding
            && !is_changed(item, self.holders.len())?
        {
            let start = row.offset.saturating_sub(u64::from(row.header));
            self.output
                .copy(scope.table.store(), start, after(&row).saturating_sub(start));
            return Ok(());
        }
        let open = self.open_item(this.has_undefined_length(), encoding);
        let extent = row.map(|row| (row.offset, row.offset.saturating_add(row.length)));
        self.data_set(item, encoding, character_set, extent)?;
        self.close(open, ITEM_DELIMITER, encoding)
    }

    // --- headers and lengths ------------------------------------------------------------------------------------------

    /// Plans a header and the bytes of its value, padded.
    fn element(&mut self, tag: u32, vr: Vr, bytes: &[u8], level: &Level) -> PyResult<()> {
        self.header(tag, vr, bytes.len() as u64, level)?;
        self.output.append(bytes);
        if bytes.len() % 2 == 1 {
            self.output.append(&[recode::padding(vr)]);
        }
        Ok(())
    }

    /// Plans the header of a value of so many bytes, padding not counted.
    fn header(&mut self, tag: u32, vr: Vr, length: u64, level: &Level) -> PyResult<()> {
        let padded = length.saturating_add(length % 2);
        let mut vr = vr;
        if padded > header::longest_value(vr, level.encoding) {
            // A value that is too long for the two bytes of its VR's length stands as UN (PS3.5 6.2.2).
            vr = Vr::Un;
        }
        let length = u32::try_from(padded).ok().filter(|length| *length < u32::MAX);
        let Some(length) = length else {
            return Err(self.loss(tag, "its value is longer than 4 GiB, which no length field can tell"));
        };
        self.output
            .make(|out| header::write(tag, vr, length, level.encoding, out));
        Ok(())
    }

    /// Plans the header of a sequence. What is given back closes it.
    fn open(&mut self, tag: u32, vr: Vr, undefined: bool, encoding: Encoding) -> Opened {
        if undefined {
            self.output.make(|out| header::write(tag, vr, u32::MAX, encoding, out));
            return Opened { tag, length: None };
        }
        // The length of SQ and UN has four bytes in each encoding.
        self.output.make(|out| header::write_tag_and_vr(tag, vr, encoding, out));
        self.reserved(tag)
    }

    fn open_item(&mut self, undefined: bool, encoding: Encoding) -> Opened {
        self.output
            .make(|out| header::write_tag(ITEM, encoding.big_endian, out));
        if undefined {
            self.output.append(&[0xFF; 4]);
            return Opened {
                tag: ITEM,
                length: None,
            };
        }
        self.reserved(ITEM)
    }

    fn reserved(&mut self, tag: u32) -> Opened {
        let mark = self.output.reserve();
        Opened {
            tag,
            length: Some((mark, self.output.length())),
        }
    }

    fn close(&mut self, opened: Opened, delimiter: u32, encoding: Encoding) -> PyResult<()> {
        let Some((mark, start)) = opened.length else {
            self.delimiter(delimiter, encoding);
            return Ok(());
        };
        let length = u32::try_from(self.output.length().saturating_sub(start))
            .ok()
            .filter(|length| *length < u32::MAX);
        match length {
            Some(length) => {
                self.output.fill(mark, length, encoding.big_endian);
                Ok(())
            }
            None => Err(self.loss(
                opened.tag,
                "its items take more than 4 GiB, which no length field can tell: set is_undefined_length",
            )),
        }
    }

    fn delimiter(&mut self, tag: u32, encoding: Encoding) {
        self.output.make(|out| {
            header::write_tag(tag, encoding.big_endian, out);
            out.extend_from_slice(&[0; 4]);
        });
    }

    fn loss(&self, tag: u32, why: &str) -> PyErr {
        let name = dcm_dictionary::attribute(tag).map_or("", |known| known.keyword());
        let space = if name.is_empty() { "" } else { " " };
        let message = format!(
            "{name}{space}({:04X},{:04X}) can't be written: {why}",
            tag >> 16,
            tag & 0xFFFF
        );
        raise(self.py, "WriteError", &message, Some(tag), None)
    }
}

/// A sequence or an item whose length is filled in when it is closed; none where it is undefined.
struct Opened {
    tag: u32,
    length: Option<(Mark, u64)>,
}

/// Where what follows the element begins: behind its delimiter, if it has one.
fn after(row: &Row) -> u64 {
    let end = row.offset.saturating_add(row.length);
    if row.flags.has(Flags::DELIMITED) {
        end.saturating_add(8)
    } else {
        end
    }
}

/// The directory of a file-set, whose records point at each other by their offsets in the file (PS3.3 F.3.2.2).
fn is_directory(scope: &Scope, row: &Row) -> bool {
    row.tag == DIRECTORY_RECORD_SEQUENCE && scope.parent.is_none()
}

/// Whether a data set that was read is a DICOMDIR.
pub fn has_directory(scope: &Scope) -> bool {
    scope.parent.is_none() && scope.find(DIRECTORY_RECORD_SEQUENCE).is_some()
}

/// The row that a data set is the item of, where it is one of this table.
fn stands_at(item: &Bound<'_, DatasetBase>, table: &Arc<ElementTable>) -> Option<u32> {
    let scope = item.get().scope()?;
    if Arc::ptr_eq(&scope.table, table) {
        scope.item
    } else {
        None
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
    let source = ObjectSource::of_rest(value)?;
    let length = source.length();
    Ok(Some((Arc::new(Store::new(Vec::new(), Some(Arc::new(source)))), length)))
}
