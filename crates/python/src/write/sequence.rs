//! Planning sequences: their items, and what lies between them (PS3.5 7.5).

use super::data_set::{Level, Writer, after, is_open};
use super::length::Opened;
use crate::changes::{Changes, ensure_depth, is_changed};
use crate::dataset::DatasetBase;
use crate::scope::{CharacterSet, Scope};
use crate::value;
use dcm_dictionary::Vr;
use dcm_encoding::row::{ITEM, ITEM_DELIMITER, Row, SEQUENCE_DELIMITER};
use dcm_encoding::table::ElementTable;
use dcm_encoding::transfer_syntax::Encoding;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyList;
use std::sync::Arc;

const DIRECTORY_RECORD_SEQUENCE: u32 = 0x0004_1220;

impl<'py> Writer<'py> {
    /// Plans a sequence whose items nobody changed, in another encoding or character set.
    pub(super) fn sequence_of_rows(
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
        let (open, items_encoding) = if !keeps_header {
            (self.open(row.tag, Vr::Sq, undefined, level.encoding), level.encoding)
        } else if scope.encoding == level.encoding {
            self.open_as_read(scope, row, undefined)
        } else {
            let vr = if row.vr == Vr::Un { Vr::Un } else { Vr::Sq };
            (
                self.open(row.tag, vr, undefined, level.encoding),
                Scope::items_encoding(row),
            )
        };
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
        self.close_sequence(open, level.encoding, items_encoding)
    }

    /// Plans the header of a sequence as it was read, but for its length; with it, how its items are encoded.
    fn open_as_read(&mut self, scope: &Scope, row: &Row, undefined: bool) -> (Opened, Encoding) {
        let items_encoding = Scope::items_encoding(row);
        if row.header < 12 && !row.encoding().implicit_vr {
            // The length of an unknown VR, which two bytes may be too few for.
            return (self.open(row.tag, Vr::Un, undefined, scope.encoding), items_encoding);
        }
        // UN stays UN, and a VR that is missing stays so.
        let header = u64::from(row.header);
        let start = row.offset.saturating_sub(header);
        self.output.copy(scope.table.store(), start, header.saturating_sub(4));
        (self.open_length(row.tag, undefined), items_encoding)
    }

    /// The delimiter is encoded as the items are, the length as what is around the sequence.
    fn close_sequence(&mut self, open: Opened, around: Encoding, items: Encoding) -> PyResult<()> {
        let encoding = if open.is_undefined() { items } else { around };
        self.close(open, SEQUENCE_DELIMITER, encoding)
    }

    /// Plans a sequence of data sets of Python's. `own` is given where it is the sequence that stood there.
    pub(super) fn sequence(
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
        let (open, items_encoding) = match kept {
            Some((scope, _, row)) => self.open_as_read(scope, row, undefined),
            None => (self.open(tag, Vr::Sq, undefined, level.encoding), level.encoding),
        };
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
        self.close_sequence(open, level.encoding, items_encoding)
    }

    /// The character set that an item inherits, where that is another than the one that it was read in.
    pub(super) fn inherited_by(
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

    pub(super) fn item(
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
            && !is_open(&row)
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

/// Whether a data set that was read is a DICOMDIR.
pub(super) fn has_directory(scope: &Scope) -> bool {
    scope.parent.is_none() && scope.find(DIRECTORY_RECORD_SEQUENCE).is_some()
}

/// The directory of a file-set, whose records point at each other by their offsets in the file (PS3.3 F.3.2.2).
pub(super) fn is_directory(scope: &Scope, row: &Row) -> bool {
    row.tag == DIRECTORY_RECORD_SEQUENCE && scope.parent.is_none()
}
