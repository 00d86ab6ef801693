//! The items of a sequence one after the other, without a table: the rows of each are handed over and taken back.
//!
//! What is held is one item, however many there are, so that the ceiling on items doesn't count from one to the next.

use super::{Level, NO_ROW, Parser, Place, Scope, Step};
use crate::error::Result;
use crate::finding::Finding;
use crate::input::Input;
use crate::options::Limits;
use crate::row::{Flags, ITEM, Row};
use crate::transfer_syntax::Encoding;
use std::ops::ControlFlow;

/// The rows of one item, its own first. They are a part of a table, or all that is held of it.
#[derive(Clone, Copy)]
pub struct ItemRows<'t> {
    rows: &'t [Row],
    /// The number of the first row in its table, by which rows tell where they end.
    base: u32,
}

impl<'t> ItemRows<'t> {
    /// The item at row `at` of a table; none where another row stands.
    pub fn of_table(rows: &'t [Row], at: u32) -> Option<Self> {
        let item = rows.get(at as usize).filter(|row| row.tag == ITEM)?;
        Some(Self {
            rows: rows.get(at as usize..item.end as usize)?,
            base: at,
        })
    }

    /// The item's own row.
    pub fn item(&self) -> Option<&'t Row> {
        self.rows.first()
    }

    /// All rows, those of nested items too.
    pub fn all(&self) -> &'t [Row] {
        self.rows
    }

    /// Do the items of all sequences in it have rows?
    pub fn is_parsed(&self) -> bool {
        !self.rows.iter().any(|row| row.flags.has(Flags::UNPARSED))
    }

    /// Where in [`Self::all`] the row after the subtree of one stands.
    pub fn after(&self, at: usize) -> usize {
        let end = self.rows.get(at).map_or(u32::MAX, |row| row.end);
        let next = usize::try_from(end.saturating_sub(self.base)).unwrap_or(usize::MAX);
        // A row's end lies behind it, so that whoever goes on from here comes to an end.
        next.max(at.saturating_add(1))
    }

    /// The elements of the item: their place in [`Self::all`], and their rows.
    pub fn elements(self) -> impl Iterator<Item = (usize, &'t Row)> {
        let mut next = 1_usize;
        std::iter::from_fn(move || {
            let at = next;
            let row = self.rows.get(at)?;
            next = self.after(at);
            Some((at, row))
        })
    }

    /// The element of a tag: of one that stands twice the last.
    pub fn find(self, tag: u32) -> Option<(usize, &'t Row)> {
        self.elements().filter(|(_, row)| row.tag == tag).last()
    }

    /// The element at the end of a path: sequences, each of which gives its first item, then its tag.
    pub fn at_path(self, path: &[u32]) -> Option<&'t Row> {
        let (last, sequences) = path.split_last()?;
        let mut item = self;
        for tag in sequences {
            let (at, _) = item.find(*tag)?;
            item = item.first_item(at)?;
        }
        item.find(*last).map(|(_, row)| row)
    }

    /// The path of the row at `at` of [`Self::all`]; none where it stands in another than the first item of a sequence, or
    /// within private elements without being one.
    pub fn path_of(self, at: usize) -> Option<Vec<u32>> {
        let is_private = |tag: u32| (tag >> 16) & 1 == 1;
        let leaf = self.rows.get(at)?.tag;
        let mut path = Vec::new();
        let mut item = self;
        let mut at = at;
        loop {
            let (around, row) = item.elements().find(|(element, _)| item.after(*element) > at)?;
            path.push(row.tag);
            if around == at {
                return Some(path);
            }
            if is_private(row.tag) && !is_private(leaf) {
                return None;
            }
            // The first item's row follows that of its sequence.
            at = at.checked_sub(around.checked_add(1)?)?;
            item = item.first_item(around)?;
            if at == 0 || at >= item.rows.len() {
                return None;
            }
        }
    }

    /// The first item of the sequence whose row stands at `at`, where its items have rows.
    pub fn first_item(self, at: usize) -> Option<Self> {
        let end = self.after(at).min(self.rows.len());
        let first = at.checked_add(1).filter(|first| *first < end)?;
        let item = self.rows.get(first).filter(|row| row.tag == ITEM)?;
        let last = usize::try_from(item.end.checked_sub(self.base)?).ok()?;
        Some(Self {
            rows: self.rows.get(first..last)?,
            base: self.base.checked_add(u32::try_from(first).ok()?)?,
        })
    }
}

/// Reads the items of a sequence whose value is the whole input; `visit` sees each once it is read, and says whether to
/// go on. Gives the deviations that were met. The rows are those of [`super::parse_items`].
pub fn walk_items<I: Input>(
    input: &mut I,
    sequence: &Row,
    encoding: Encoding,
    limits: Limits,
    mut visit: impl FnMut(ItemRows<'_>, &mut I) -> Result<ControlFlow<()>>,
) -> Result<Vec<Finding>> {
    let mut parser = Parser::new(input, Scope::Items, limits);
    parser.depth = sequence.depth;
    parser.deeper(sequence.offset)?;
    parser.ends_with_source = sequence.flags.has(Flags::TRUNCATED);
    parser.levels.push(Level {
        place: Place::Sequence,
        row: NO_ROW,
        end: parser.input.end(),
        undefined: false,
        encoding,
        last_tag: 0,
    });
    let mut position = sequence.offset;
    while let Some(level) = parser.levels.last() {
        if parser.levels.len() == 1 && !parser.parsed.rows.is_empty() {
            let item = ItemRows {
                rows: &parser.parsed.rows,
                base: 0,
            };
            if visit(item, &mut *parser.input)?.is_break() {
                break;
            }
            parser.take_back(0);
            parser.items = 0;
            continue;
        }
        if position >= level.end {
            position = parser.close_at_end(position);
            continue;
        }
        match parser.step(level.place, position)? {
            Step::Go(next) => position = next,
            Step::Stop(_) => break,
        }
    }
    Ok(parser.parsed.findings)
}
