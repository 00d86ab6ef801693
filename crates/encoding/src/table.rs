//! The element table: one flat row an element, in file order, and the bytes that the rows point into.
//!
//! A sequence of undefined length is a range of rows; one of defined length is one row, and its own table is made when
//! it is asked for. No value is decoded here.

use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::fragments::Fragment;
use crate::index;
use crate::input::{Segment, Whole};
use crate::options::Limits;
use crate::row::Row;
use crate::source::{ByteSource, SharedBytes};
use crate::transfer_syntax::Encoding;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The bytes behind a table: what was read, and the source of what was left in it.
pub struct Store {
    segments: Vec<Segment>,
    source: Option<Arc<dyn ByteSource>>,
}

impl Store {
    pub fn new(segments: Vec<Segment>, source: Option<Arc<dyn ByteSource>>) -> Self {
        Self { segments, source }
    }

    /// The bytes, when they are in memory.
    pub fn bytes(&self, offset: u64, length: u64) -> Option<&[u8]> {
        let after = self.segments.partition_point(|segment| segment.offset <= offset);
        let segment = self.segments.get(after.checked_sub(1)?)?;
        let bytes: &[u8] = (*segment.bytes).as_ref();
        let start = usize::try_from(offset.checked_sub(segment.offset)?).ok()?;
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        bytes.get(start..end)
    }

    /// Who holds the bytes, and where they stand in what he holds; when they are in memory, in one piece.
    pub fn shared(&self, offset: u64, length: u64) -> Option<(SharedBytes, usize, usize)> {
        let after = self.segments.partition_point(|segment| segment.offset <= offset);
        let segment = self.segments.get(after.checked_sub(1)?)?;
        let start = usize::try_from(offset.checked_sub(segment.offset)?).ok()?;
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        (end <= (*segment.bytes).as_ref().len()).then(|| (Arc::clone(&segment.bytes), start, end))
    }

    /// Copies bytes into the caller's buffer: from memory as far as they are there, the rest from the source.
    pub fn read_into(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        self.fill(offset, buffer, |source, at, rest| source.read_deferred(at, rest))
    }

    /// The same in pieces of `piece_bytes`; `finish` sees each of them while the cache still has it.
    pub fn read_in_pieces(
        &self,
        offset: u64,
        buffer: &mut [u8],
        piece_bytes: usize,
        finish: impl Fn(&mut [u8]),
    ) -> Result<usize> {
        let deferred = match self.bytes(offset, buffer.len() as u64) {
            Some(_) => None,
            None => self.source.as_ref(),
        };
        // Whether the source is the same is asked before and after all of it, as `read_deferred` does for one read.
        deferred.map_or(Ok(()), |source| source.ensure_unchanged())?;
        let mut filled = 0_usize;
        for piece in buffer.chunks_mut(piece_bytes) {
            let at = offset.saturating_add(filled as u64);
            let count = self.fill(at, piece, |source, at, rest| source.read_at(at, rest))?;
            filled = filled.saturating_add(count);
            let is_short = count < piece.len();
            finish(piece.get_mut(..count).unwrap_or_default());
            if is_short {
                break;
            }
        }
        deferred.map_or(Ok(()), |source| source.ensure_unchanged())?;
        Ok(filled)
    }

    fn fill(
        &self,
        offset: u64,
        buffer: &mut [u8],
        read: impl Fn(&dyn ByteSource, u64, &mut [u8]) -> Result<usize>,
    ) -> Result<usize> {
        let mut filled = 0_usize;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let at = offset.saturating_add(filled as u64);
            let count = match self.in_memory(at) {
                Ok(bytes) => {
                    let count = bytes.len().min(rest.len());
                    if let (Some(target), Some(bytes)) = (rest.get_mut(..count), bytes.get(..count)) {
                        target.copy_from_slice(bytes);
                    }
                    count
                }
                Err(next) => {
                    let Some(source) = &self.source else {
                        break;
                    };
                    let until = usize::try_from(next.saturating_sub(at))
                        .unwrap_or(usize::MAX)
                        .min(rest.len());
                    read(&**source, at, rest.get_mut(..until).unwrap_or_default())?
                }
            };
            if count == 0 {
                break;
            }
            filled = filled.saturating_add(count);
        }
        Ok(filled)
    }

    /// The bytes from `offset` on that are in memory; where there are none, where the next ones begin.
    fn in_memory(&self, offset: u64) -> std::result::Result<&[u8], u64> {
        let after = self.segments.partition_point(|segment| segment.offset <= offset);
        let next = self.segments.get(after).map_or(u64::MAX, |segment| segment.offset);
        let segment = after.checked_sub(1).and_then(|at| self.segments.get(at)).ok_or(next)?;
        let bytes: &[u8] = (*segment.bytes).as_ref();
        usize::try_from(offset.saturating_sub(segment.offset))
            .ok()
            .and_then(|start| bytes.get(start..))
            .filter(|rest| !rest.is_empty())
            .ok_or(next)
    }

    /// Gives up what is held open.
    pub fn close(&self) {
        if let Some(source) = &self.source {
            source.close();
        }
    }
}

/// A frozen table of elements.
pub struct ElementTable {
    rows: Vec<Row>,
    store: Arc<Store>,
    fragments: Vec<(u32, Vec<Fragment>)>,
    findings: Vec<Finding>,
    limits: Limits,
    /// Tables of sequences of defined length, by row, once they were asked for.
    parts: Mutex<HashMap<u32, Arc<ElementTable>>>,
}

impl ElementTable {
    pub(crate) fn new(parsed: index::Parsed, store: Arc<Store>, limits: Limits) -> Self {
        Self {
            rows: parsed.rows,
            store,
            fragments: parsed.fragments,
            findings: parsed.findings,
            limits,
            parts: Mutex::new(HashMap::new()),
        }
    }

    /// A table of bytes at hand.
    pub fn of_bytes(bytes: SharedBytes, encoding: Encoding, limits: Limits) -> Result<Self> {
        let parsed = {
            let slice: &[u8] = (*bytes).as_ref();
            let mut input = Whole {
                offset: 0,
                bytes: slice,
            };
            let options = crate::options::ReadOptions {
                limits,
                ..Default::default()
            };
            index::parse_data_set(&mut input, 0, encoding, &options)?
        };
        let store = Arc::new(Store::new(vec![Segment { offset: 0, bytes }], None));
        Ok(Self::new(parsed, store, limits))
    }

    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub fn row(&self, row: u32) -> Option<&Row> {
        self.rows.get(row as usize)
    }

    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// The ceilings that the table was read with.
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// The rows at one level: from `first` on, each followed by the one after its own subtree.
    pub fn siblings(&self, first: u32, end: u32) -> Siblings<'_> {
        Siblings {
            table: self,
            next: first,
            end: end.min(u32::try_from(self.rows.len()).unwrap_or(u32::MAX)),
        }
    }

    /// The bytes of a value: borrowed when they are in memory, read when they were left in the source.
    pub fn value(&self, row: &Row) -> Result<Cow<'_, [u8]>> {
        if let Some(bytes) = self.store.bytes(row.offset, row.length) {
            return Ok(Cow::Borrowed(bytes));
        }
        let length = usize::try_from(row.length).unwrap_or(usize::MAX);
        // The parser saw that the source holds these bytes, so the length is not a bare claim.
        let mut buffer = vec![0; length];
        let count = self.store.read_into(row.offset, &mut buffer)?;
        if count < length {
            return Err(Error::at(crate::error::Kind::Changed("it is shorter"), row.offset));
        }
        Ok(Cow::Owned(buffer))
    }

    /// The items of a value in fragments, the Basic Offset Table first; none when it isn't encapsulated.
    pub fn fragments(&self, row: u32) -> Option<&[Fragment]> {
        // Ascending by row: a broken file can have a great many, each of which may be asked for.
        let at = self.fragments.binary_search_by_key(&row, |(owner, _)| *owner).ok()?;
        self.fragments.get(at).map(|(_, fragments)| fragments.as_slice())
    }

    /// The table of a sequence of defined length, made at the first call and kept. Its first level are the items.
    pub fn part(&self, row: u32, encoding: Encoding) -> Result<Arc<Self>> {
        if let Some(part) = self.parts().get(&row) {
            return Ok(Arc::clone(part));
        }
        let Some(own) = self.row(row) else {
            return Ok(Arc::new(Self::new(
                index::Parsed::default(),
                Arc::clone(&self.store),
                self.limits,
            )));
        };
        let part = self.parse_part(own, encoding)?;
        // Another thread may have been quicker: the first one's table stays, so that all see the same.
        Ok(Arc::clone(self.parts().entry(row).or_insert_with(|| Arc::new(part))))
    }

    fn parse_part(&self, row: &Row, encoding: Encoding) -> Result<Self> {
        let value = self.value(row)?;
        let mut input = Whole {
            offset: row.offset,
            bytes: &value,
        };
        let parsed = index::parse_items(&mut input, row, encoding, self.limits)?;
        let store = match value {
            Cow::Borrowed(_) => Arc::clone(&self.store),
            Cow::Owned(bytes) => Arc::new(Store::new(
                vec![Segment {
                    offset: row.offset,
                    bytes: Arc::new(bytes),
                }],
                None,
            )),
        };
        Ok(Self::new(parsed, store, self.limits))
    }

    fn parts(&self) -> std::sync::MutexGuard<'_, HashMap<u32, Arc<Self>>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The deviations met in what was parsed so far.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.findings.clone();
        let mut parts: Vec<_> = self
            .parts()
            .iter()
            .map(|(row, part)| (*row, Arc::clone(part)))
            .collect();
        parts.sort_by_key(|(row, _)| *row);
        for (_, part) in parts {
            findings.extend(part.findings());
        }
        findings
    }
}

/// Rows at one level.
pub struct Siblings<'a> {
    table: &'a ElementTable,
    next: u32,
    end: u32,
}

impl<'a> Iterator for Siblings<'a> {
    type Item = (u32, &'a Row);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let row = self.table.row(self.next)?;
        let current = self.next;
        // A row's end lies behind it, so this ends whatever the table says.
        self.next = row.end.max(current.saturating_add(1));
        Some((current, row))
    }
}
