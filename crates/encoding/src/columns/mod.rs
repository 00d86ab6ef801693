//! Columns of a sequence: the values of an element in each item, straight from the bytes (PS3.5 7.5, PS3.3 C.7.6.16).
//!
//! In: the rows of one item after the other, and which elements are [`Wanted`]. Out: a [`Column`] for each place where one
//! stands. What needs more than the item's own bytes to be understood is not guessed: collecting ends with `irregular`,
//! and the caller goes the plain way, item by item.

mod cell;

use crate::index::items::ItemRows;
use crate::input::Whole;
use crate::row::Row;
use crate::scan::{NO_TEXT, Text, Texts};
use crate::table::Store;
use cell::Cell;
pub use cell::one_by_one;
use dcm_dictionary::Vr;

const SPECIFIC_CHARACTER_SET: u32 = 0x0008_0005;

/// An element that a column is made of.
pub struct Wanted {
    /// Sequences, each of which gives its first item, and the element.
    pub path: Vec<u32>,
    /// The path has the element alone, which may stand anywhere in the item, within sequences too.
    pub anywhere: bool,
}

/// Where the values of rows are.
pub trait Values {
    /// The bytes of a row's value; none when they are not in memory.
    fn value(&self, row: &Row) -> Option<&[u8]>;
}

impl Values for Store {
    fn value(&self, row: &Row) -> Option<&[u8]> {
        self.bytes(row.offset, row.length)
    }
}

impl Values for Whole<'_> {
    fn value(&self, row: &Row) -> Option<&[u8]> {
        let start = usize::try_from(row.offset.checked_sub(self.offset)?).ok()?;
        let end = start.checked_add(usize::try_from(row.length).ok()?)?;
        self.bytes.get(start..end)
    }
}

/// An item without the element.
const ABSENT: u32 = u32::MAX;
/// The same in a column of texts; [`NO_TEXT`] stands for an element without a value.
const ABSENT_TEXT: u32 = u32::MAX - 1;
/// Places of one element in an item that are told apart; an element that stands in more is asked for by its path.
const MOST_PLACES: usize = 16;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Numbers,
    /// Numbers written as text: one that is no number is missing.
    NumberTexts,
    Texts,
    /// Neither: bytes, or items.
    Other,
}

/// The values of one element, item by item.
pub struct Column {
    /// Which of the wanted elements it is.
    pub wanted: usize,
    pub path: Vec<u32>,
    pub vr: Vr,
    pub content: Content,
    /// One item's numbers after the other.
    numbers: Vec<f64>,
    /// How many numbers an item has, or [`ABSENT`].
    counts: Vec<u32>,
    /// The text of an item, by number, or [`NO_TEXT`] or [`ABSENT_TEXT`].
    texts: Vec<u32>,
}

impl Column {
    /// Items so far.
    pub fn items(&self) -> usize {
        match self.content {
            Content::Texts => self.texts.len(),
            _ => self.counts.len(),
        }
    }

    /// All numbers that there are.
    pub fn number_of_values(&self) -> usize {
        self.numbers.len()
    }

    /// The most numbers that an item has.
    pub fn width(&self) -> usize {
        let most = self.counts.iter().filter(|count| **count != ABSENT).max();
        most.map_or(0, |most| *most as usize)
    }

    /// True when every item has as many numbers as the widest one, and each is one.
    pub fn is_whole(&self) -> bool {
        let width = self.width();
        self.counts.iter().all(|count| *count as usize == width)
            && !(self.content == Content::NumberTexts && self.numbers.iter().any(|number| number.is_nan()))
    }

    /// Fills an array of float64, (items, width), and the mask of the numbers that are missing.
    pub fn fill(&self, places: &mut [[u8; 8]], mut mask: Option<&mut [u8]>) {
        let width = self.width();
        let mut numbers = self.numbers.iter();
        if width == 0 {
            return;
        }
        for (item, (row, count)) in places.chunks_mut(width).zip(&self.counts).enumerate() {
            let count = if *count == ABSENT { 0 } else { *count as usize };
            for (at, place) in row.iter_mut().enumerate() {
                let number = if at < count { numbers.next().copied() } else { None };
                *place = number.unwrap_or(f64::NAN).to_ne_bytes();
                let missing = number.is_none_or(|number| self.content == Content::NumberTexts && number.is_nan());
                let at = item.saturating_mul(width).saturating_add(at);
                if let Some(masked) = mask.as_deref_mut().and_then(|mask| mask.get_mut(at)) {
                    *masked = u8::from(missing);
                }
            }
        }
    }

    /// The numbers of the items' texts; none for an item without one.
    pub fn texts(&self) -> impl Iterator<Item = Option<u32>> {
        self.texts.iter().map(|text| (*text < ABSENT_TEXT).then_some(*text))
    }

    fn push(&mut self, cell: Option<Cell>) {
        match (self.content, cell) {
            (Content::Texts, Some(Cell::Text(text))) => self.texts.push(text),
            (Content::Texts, _) => self.texts.push(ABSENT_TEXT),
            (_, Some(Cell::Numbers(count))) => self.counts.push(count),
            (_, Some(Cell::Text(_) | Cell::Other)) => self.counts.push(0),
            (_, None) => self.counts.push(ABSENT),
        }
    }

    /// Gives items without the element what the shared item has.
    fn fill_absent(&mut self, shared: &Self) {
        if self.content == Content::Texts {
            let Some(text) = shared.texts.first() else { return };
            for own in self.texts.iter_mut().filter(|own| **own == ABSENT_TEXT) {
                *own = *text;
            }
            return;
        }
        if !self.counts.contains(&ABSENT) {
            return;
        }
        let Some(shared_count) = shared.counts.first().copied() else {
            return;
        };
        let mut numbers = Vec::with_capacity(self.numbers.len());
        let mut rest = self.numbers.as_slice();
        for count in &mut self.counts {
            if *count == ABSENT {
                *count = shared_count;
                numbers.extend_from_slice(&shared.numbers);
            } else if let Some((own, others)) = rest.split_at_checked(*count as usize) {
                numbers.extend_from_slice(own);
                rest = others;
            }
        }
        self.numbers = numbers;
    }

    /// A column in which no item has the element.
    fn absent(like: &Self, items: usize) -> Self {
        let (counts, texts) = match like.content {
            Content::Texts => (Vec::new(), vec![ABSENT_TEXT; items]),
            _ => (vec![ABSENT; items], Vec::new()),
        };
        Self {
            path: like.path.clone(),
            numbers: Vec::new(),
            counts,
            texts,
            ..*like
        }
    }
}

/// Collects columns while items go by.
pub struct Collector<'w> {
    wanted: &'w [Wanted],
    /// The VR by which a row's value is decoded; none where the item alone doesn't say.
    vr_of: &'w dyn Fn(&Row) -> Option<Vr>,
    columns: Vec<Column>,
    items: usize,
    texts: Texts,
    /// An item has a character set of its own, and a text needs one.
    own_character_set: bool,
    needs_character_set: bool,
    irregular: bool,
}

/// What was collected.
pub struct Collected {
    pub items: usize,
    pub columns: Vec<Column>,
    /// The texts of the columns, by number. Those with `character_set` are to be decoded by that of the data set.
    pub texts: Vec<Text>,
}

impl<'w> Collector<'w> {
    pub fn new(wanted: &'w [Wanted], vr_of: &'w dyn Fn(&Row) -> Option<Vr>) -> Self {
        Self {
            wanted,
            vr_of,
            columns: Vec::new(),
            items: 0,
            texts: Texts::default(),
            own_character_set: false,
            needs_character_set: false,
            irregular: false,
        }
    }

    /// True once something was met that only the plain way can tell: going on is of no use.
    pub const fn is_irregular(&self) -> bool {
        self.irregular
    }

    /// Takes the values of the next item.
    pub fn item(&mut self, item: ItemRows<'_>, values: &dyn Values) {
        self.own_character_set |= item.all().iter().any(|row| row.tag == SPECIFIC_CHARACTER_SET);
        let wanted = self.wanted;
        for (number, one) in wanted.iter().enumerate() {
            if one.anywhere {
                self.find_places(number, one, item);
            } else {
                if self.meets_hidden_items(item, &one.path) {
                    self.irregular = true;
                }
                if !self.columns.iter().any(|column| column.wanted == number)
                    && let Some(row) = item.at_path(&one.path)
                {
                    self.begin(number, one.path.clone(), row);
                }
            }
        }
        let mut columns = std::mem::take(&mut self.columns);
        for column in &mut columns {
            let cell = item.at_path(&column.path).map(|row| self.cell(column, row, values));
            column.push(cell);
        }
        self.columns = columns;
        self.items = self.items.saturating_add(1);
        self.irregular |= self.own_character_set && self.needs_character_set;
    }

    /// Begins columns for places of an element that were not met before.
    fn find_places(&mut self, number: usize, one: &Wanted, item: ItemRows<'_>) {
        let Some(tag) = one.path.first().copied() else {
            return;
        };
        if self.meets_hidden_items(item, &one.path) {
            self.irregular = true;
        }
        for (at, row) in item.all().iter().enumerate().skip(1) {
            if row.tag != tag {
                continue;
            }
            // Of a sequence that stands twice the last counts, and the path leads there.
            let Some(path) = item.path_of(at).filter(|path| item.at_path(path).is_some()) else {
                continue;
            };
            let is_known = |column: &Column| column.wanted == number && column.path == path;
            let places = self.columns.iter().filter(|column| column.wanted == number).count();
            if places < MOST_PLACES && !self.columns.iter().any(is_known) {
                self.begin(number, path, row);
            }
        }
    }

    /// Are there items that have no rows, in which the path could go on? Those of sequences encoded as UN.
    fn meets_hidden_items(&self, item: ItemRows<'_>, path: &[u32]) -> bool {
        let is_private = |tag: u32| (tag >> 16) & 1 == 1;
        let through_private = path.iter().any(|tag| is_private(*tag));
        item.all().iter().skip(1).any(|row| {
            row.vr == Vr::Un
                && row.length > 0
                && if is_private(row.tag) {
                    through_private
                } else {
                    (self.vr_of)(row).is_none_or(|vr| vr == Vr::Sq)
                }
        })
    }

    fn begin(&mut self, wanted: usize, path: Vec<u32>, row: &Row) {
        let Some(vr) = (self.vr_of)(row) else {
            self.irregular = true;
            return;
        };
        let like = Column {
            wanted,
            path,
            vr,
            content: cell::content(vr),
            numbers: Vec::new(),
            counts: Vec::new(),
            texts: Vec::new(),
        };
        self.columns.push(Column::absent(&like, self.items));
    }

    /// The value of a row; its numbers are appended to the column.
    fn cell(&mut self, column: &mut Column, row: &Row, values: &dyn Values) -> Cell {
        let vr = (self.vr_of)(row);
        if vr.is_none_or(|vr| cell::content(vr) != column.content) {
            self.irregular = true;
            return Cell::Other;
        }
        let read = values.value(row).zip(vr).and_then(|(bytes, vr)| {
            cell::read(
                bytes,
                vr,
                row.encoding().big_endian,
                &mut column.numbers,
                &mut self.texts,
                column.texts.last().copied().unwrap_or(NO_TEXT),
            )
        });
        match read {
            Some((cell, needs_character_set)) => {
                self.needs_character_set |= needs_character_set;
                cell
            }
            None => {
                self.irregular = true;
                Cell::Other
            }
        }
    }

    /// Takes what was collected so far, one item, for what the items to come share.
    pub fn take_shared(&mut self) -> Vec<Column> {
        self.items = 0;
        std::mem::take(&mut self.columns)
    }

    /// The columns; items without an element get what the shared item has. None when the plain way has to be gone.
    pub fn finish(mut self, shared: Vec<Column>) -> Option<Collected> {
        if self.irregular {
            return None;
        }
        for one in shared {
            let own = self
                .columns
                .iter_mut()
                .find(|column| column.wanted == one.wanted && column.path == one.path);
            match own {
                Some(column) if column.content != one.content => return None,
                Some(column) => column.fill_absent(&one),
                None => {
                    let mut column = Column::absent(&one, self.items);
                    column.fill_absent(&one);
                    self.columns.push(column);
                }
            }
        }
        debug_assert!(self.columns.iter().all(|column| column.items() == self.items));
        Some(Collected {
            items: self.items,
            columns: self.columns,
            texts: self.texts.into_list(),
        })
    }
}
