//! The parser: from bytes to the rows of an element table (PS3.5 section 7). Iterative, with limits, and patient.
//!
//! Nothing is decoded. A sequence of defined length at the first level is passed over, because its own table is made
//! when it is asked for; within that table everything has rows, so that one pass serves all that is nested.

use crate::error::{Error, Kind, Result};
use crate::finding::Finding;
use crate::fragments::{self, Fragment, item_header};
use crate::header::{self, Header};
use crate::input::Input;
use crate::lenient;
use crate::options::{LARGE_VALUE, Limits, ReadOptions};
use crate::table::{Flags, ITEM, ITEM_DELIMITER, Row, SEQUENCE_DELIMITER};
use crate::transfer_syntax::Encoding;
use dcm_dictionary::Vr;

/// The rows, and what was met on the way.
#[derive(Default)]
pub struct Parsed {
    pub rows: Vec<Row>,
    pub fragments: Vec<(u32, Vec<Fragment>)>,
    pub findings: Vec<Finding>,
    /// Where parsing ended.
    pub end: u64,
}

/// Past this many findings of one table no more are kept: a broken file can have one an element.
const MOST_FINDINGS: usize = 1000;

/// What of a data set is to be read.
enum Scope<'a> {
    DataSet(&'a ReadOptions),
    /// Group 0002 alone: ends before the first element of another group.
    FileMeta,
    /// The items of a sequence, with all that they hold.
    Items,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    DataSet,
    Sequence,
    Item,
}

/// From here on stand pixel data, padding and delimiters.
const FIRST_SPECIAL: u32 = 0x7FE0_0000;

/// The level that no row stands for: the data set, or the sequence whose items are the whole input.
const NO_ROW: u32 = u32::MAX;

/// An open level: what is being read, and where it ends.
struct Level {
    place: Place,
    row: u32,
    end: u64,
    undefined: bool,
    encoding: Encoding,
    last_tag: u32,
}

/// Reads a data set from `start` to the end of the input.
pub fn parse_data_set<I: Input>(
    input: &mut I,
    start: u64,
    encoding: Encoding,
    options: &ReadOptions,
) -> Result<Parsed> {
    let end = input.end();
    let mut parser = Parser::new(input, Scope::DataSet(options), options.limits);
    parser.levels.push(Level {
        place: Place::DataSet,
        row: NO_ROW,
        end,
        undefined: false,
        encoding,
        last_tag: 0,
    });
    parser.run(start)
}

/// Reads group 0002 from `start` on.
pub fn parse_file_meta<I: Input>(input: &mut I, start: u64, encoding: Encoding, limits: Limits) -> Result<Parsed> {
    let end = input.end();
    let mut parser = Parser::new(input, Scope::FileMeta, limits);
    parser.levels.push(Level {
        place: Place::DataSet,
        row: NO_ROW,
        end,
        undefined: false,
        encoding,
        last_tag: 0,
    });
    parser.run(start)
}

/// Reads the items of a sequence of defined length, whose value is the whole input.
pub fn parse_items<I: Input>(input: &mut I, sequence: &Row, encoding: Encoding, limits: Limits) -> Result<Parsed> {
    let end = input.end();
    let mut parser = Parser::new(input, Scope::Items, limits);
    parser.depth = sequence.depth.saturating_add(1);
    parser.levels.push(Level {
        place: Place::Sequence,
        row: NO_ROW,
        end,
        undefined: false,
        encoding,
        last_tag: 0,
    });
    parser.run(sequence.offset)
}

struct Parser<'i, 'o, I> {
    input: &'i mut I,
    scope: Scope<'o>,
    limits: Limits,
    levels: Vec<Level>,
    /// Sequences around what is being read.
    depth: u8,
    items: u64,
    parsed: Parsed,
}

/// What to do after an element.
enum Step {
    Go(u64),
    Stop(u64),
}

impl<'i, 'o, I: Input> Parser<'i, 'o, I> {
    fn new(input: &'i mut I, scope: Scope<'o>, limits: Limits) -> Self {
        Self {
            input,
            scope,
            limits,
            levels: Vec::with_capacity(8),
            depth: 0,
            items: 0,
            parsed: Parsed {
                rows: Vec::with_capacity(256),
                ..Parsed::default()
            },
        }
    }

    fn run(mut self, start: u64) -> Result<Parsed> {
        let mut position = start;
        while let Some(level) = self.levels.last() {
            if position >= level.end {
                position = self.close_at_end(position);
                continue;
            }
            let step = match level.place {
                Place::Sequence => self.item(position)?,
                Place::DataSet | Place::Item => {
                    let next = self.ordinary_elements(position);
                    if next > position {
                        Step::Go(next)
                    } else {
                        self.element(position)?
                    }
                }
            };
            match step {
                Step::Go(next) => position = next,
                Step::Stop(at) => {
                    position = at;
                    break;
                }
            }
        }
        self.parsed.end = position;
        Ok(self.parsed)
    }

    fn note(&mut self, finding: Finding) {
        if self.parsed.findings.len() < MOST_FINDINGS {
            self.parsed.findings.push(finding);
        }
    }

    fn next_row(&self) -> u32 {
        u32::try_from(self.parsed.rows.len()).unwrap_or(u32::MAX)
    }

    fn push(&mut self, row: Row) -> Result<u32> {
        let index = self.next_row();
        if index == u32::MAX {
            return Err(Error::at(Kind::Limit("elements", u64::from(u32::MAX)), row.offset));
        }
        self.parsed.rows.push(Row {
            end: index.saturating_add(1),
            ..row
        });
        Ok(index)
    }

    /// Leaves the innermost level, whose value ends at `end`; says what its row needs to know.
    fn close(&mut self, end: u64, delimited: bool) {
        let Some(level) = self.levels.pop() else {
            return;
        };
        if level.place == Place::Sequence {
            self.depth = self.depth.saturating_sub(1);
        }
        let next = self.next_row();
        if let Some(row) = self.parsed.rows.get_mut(level.row as usize) {
            row.end = next;
            if level.undefined {
                row.length = end.saturating_sub(row.offset);
                if delimited {
                    row.flags = row.flags.with(Flags::DELIMITED);
                }
            }
        }
    }

    /// The innermost level ends because its bytes do.
    fn close_at_end(&mut self, position: u64) -> u64 {
        if let Some(level) = self.levels.last() {
            let undefined = level.undefined;
            let row = level.row;
            // Of several levels that the end of the source cuts off one finding is enough: the outermost's.
            let outermost = !self.levels.iter().rev().skip(1).any(|outer| outer.undefined);
            self.close(position, false);
            if undefined
                && outermost
                && let Some(tag) = self.parsed.rows.get(row as usize).map(|row| row.tag)
            {
                self.note(lenient::file_ends_in_sequence(tag, position));
            }
        }
        position
    }

    /// Reads the header of an item, or what closes a sequence.
    fn item(&mut self, position: u64) -> Result<Step> {
        let Some(level) = self.levels.last() else {
            return Ok(Step::Stop(position));
        };
        let (sequence, end, undefined, encoding) = (level.row, level.end, level.undefined, level.encoding);
        let sequence_tag = self.parsed.rows.get(sequence as usize).map_or(0, |row| row.tag);
        let Some((tag, length)) = item_header(self.input.peek(position, 8)?, encoding.big_endian) else {
            self.note(lenient::file_ends_in_header(position));
            return Ok(Step::Go(end));
        };
        let content = position.saturating_add(8);
        if tag == SEQUENCE_DELIMITER {
            if undefined {
                self.close(position, true);
            } else {
                self.note(lenient::stray_delimiter(position));
            }
            return Ok(Step::Go(content));
        }
        if tag == ITEM_DELIMITER {
            self.note(lenient::stray_delimiter(position));
            return Ok(Step::Go(content));
        }
        if tag != ITEM {
            self.note(lenient::sequence_not_closed(sequence_tag, position));
            if !undefined {
                // Its length says where it ends.
                return Ok(Step::Go(end));
            }
            self.close(position, false);
            return Ok(Step::Go(position));
        }
        self.items = self.items.saturating_add(1);
        if self.items > self.limits.items {
            return Err(Error::at(Kind::Limit("items", self.limits.items), position));
        }
        let undefined_item = length == u32::MAX;
        let mut flags = Flags::of(encoding);
        let mut item_end = end;
        if undefined_item {
            flags = flags.with(Flags::UNDEFINED_LENGTH);
        } else {
            let declared_end = content.saturating_add(u64::from(length));
            if declared_end > end {
                if declared_end > self.input.end() {
                    self.note(lenient::file_ends_in_value(
                        ITEM,
                        content,
                        u64::from(length),
                        end.saturating_sub(content),
                    ));
                    flags = flags.with(Flags::TRUNCATED);
                } else {
                    self.note(lenient::element_overruns_item(ITEM, content));
                }
            }
            item_end = declared_end.min(end);
        }
        let row = self.push(Row {
            offset: content,
            length: item_end.saturating_sub(content),
            tag: ITEM,
            end: 0,
            vr: Vr::Un,
            header: 8,
            depth: self.depth,
            flags,
        })?;
        self.levels.push(Level {
            place: Place::Item,
            row,
            end: item_end,
            undefined: undefined_item,
            encoding,
            last_tag: 0,
        });
        Ok(Step::Go(content))
    }

    /// Reads elements as long as nothing about them is special; gives where it stopped. [`Self::element`] reads the
    /// same rows, one at a time and with every care; here is what nearly all elements of nearly all files need.
    fn ordinary_elements(&mut self, start: u64) -> u64 {
        let group = match &self.scope {
            Scope::DataSet(options) if options.specific_tags.is_some() => return start,
            Scope::FileMeta => Some(2),
            _ => None,
        };
        let depth = self.depth;
        let (Some(level), rows) = (self.levels.last_mut(), &mut self.parsed.rows) else {
            return start;
        };
        if level.encoding.big_endian {
            return start;
        }
        let implicit = level.encoding.implicit_vr;
        let flags = Flags::of(level.encoding);
        let room = usize::try_from(level.end.saturating_sub(start)).unwrap_or(usize::MAX);
        let at_hand = self.input.at_hand(start);
        let mut rest = at_hand.get(..room).unwrap_or(at_hand);
        let mut position = start;
        while let [g0, g1, e0, e1, v0, v1, l0, l1, tail @ ..] = rest {
            let tag = (u32::from(u16::from_le_bytes([*g0, *g1])) << 16) | u32::from(u16::from_le_bytes([*e0, *e1]));
            if tag <= level.last_tag || tag >= FIRST_SPECIAL || group.is_some_and(|group| tag >> 16 != group) {
                break;
            }
            let (vr, length, size) = if implicit {
                (header::vr_of(tag), u32::from_le_bytes([*v0, *v1, *l0, *l1]), 8)
            } else {
                match (Vr::from_bytes([*v0, *v1]), tail) {
                    (Some(vr), [a, b, c, d, ..]) if vr.has_long_length() => {
                        (vr, u32::from_le_bytes([*a, *b, *c, *d]), 12_u8)
                    }
                    (Some(vr), _) if !vr.has_long_length() => (vr, u32::from(u16::from_le_bytes([*l0, *l1])), 8),
                    _ => break,
                }
            };
            // An undefined length is odd too.
            if length & 1 == 1 || vr == Vr::Sq {
                break;
            }
            let value_end = u64::from(length).saturating_add(u64::from(size));
            let Some(next) = usize::try_from(value_end).ok().and_then(|end| rest.get(end..)) else {
                break;
            };
            let Ok(end) = u32::try_from(rows.len().saturating_add(1)) else {
                break;
            };
            rows.push(Row {
                offset: position.saturating_add(u64::from(size)),
                length: u64::from(length),
                tag,
                end,
                vr,
                header: size,
                depth,
                flags,
            });
            level.last_tag = tag;
            position = position.saturating_add(value_end);
            rest = next;
        }
        position
    }

    /// Reads one element, or what closes an item.
    fn element(&mut self, position: u64) -> Result<Step> {
        let Some(level) = self.levels.last() else {
            return Ok(Step::Stop(position));
        };
        let (place, end, undefined, encoding, last_tag) =
            (level.place, level.end, level.undefined, level.encoding, level.last_tag);
        let top = place == Place::DataSet;
        let bytes = self.input.peek(position, 12)?;
        let available = end.saturating_sub(position);
        let Some(head) = header::read(bytes, encoding, available) else {
            return Ok(self.source_ends(position, end));
        };
        match head.tag {
            ITEM_DELIMITER | SEQUENCE_DELIMITER | ITEM => return self.delimiter(position, &head),
            0 if top && head.length == 0 && last_tag != 0 => return self.zeros(position, end),
            _ => {}
        }
        if top {
            match &self.scope {
                Scope::FileMeta if head.tag >> 16 != 2 => return Ok(Step::Stop(position)),
                Scope::DataSet(options)
                    if options.stop_before_pixels && matches!(head.tag, 0x7FE0_0008 | 0x7FE0_0009 | 0x7FE0_0010) =>
                {
                    return Ok(Step::Stop(position));
                }
                _ => {}
            }
        }
        if head.tag <= last_tag && !(head.tag == 0 && last_tag == 0) {
            self.note(lenient::not_ascending(head.tag, position));
        }
        if let Some(level) = self.levels.last_mut() {
            level.last_tag = head.tag;
        }
        self.note_header(&head, position);
        let content = position.saturating_add(u64::from(head.size));
        let row = Row {
            offset: content,
            length: u64::from(head.length),
            tag: head.tag,
            end: 0,
            vr: head.vr,
            header: head.size,
            depth: self.depth,
            flags: Flags::of(head.encoding),
        };
        if head.length == u32::MAX {
            self.undefined_length(row, end, undefined)
        } else {
            self.defined_length(row, end, top)
        }
    }

    fn note_header(&mut self, head: &Header, position: u64) {
        if head.without_vr {
            self.note(lenient::element_without_vr(head.tag, position));
        }
        if head.unknown_vr {
            self.note(lenient::unknown_vr(head.tag, position));
        }
        if head.length & 1 == 1 && head.length != u32::MAX {
            self.note(lenient::odd_length(head.tag, position));
        }
    }

    /// Too few bytes for a header: padding when they are all zero, else a source that ends early.
    fn source_ends(&mut self, position: u64, end: u64) -> Step {
        let count = end.saturating_sub(position);
        let length = usize::try_from(count).unwrap_or(usize::MAX).min(12);
        let zeros = self
            .input
            .peek(position, length)
            .is_ok_and(|bytes| bytes.iter().take(length).all(|byte| *byte == 0));
        if zeros {
            self.note(lenient::trailing_zeros(position, count));
        } else {
            self.note(lenient::file_ends_in_header(position));
        }
        Step::Go(end)
    }

    /// (0000,0000) of no length after other elements: zeros up to the end are padding.
    fn zeros(&mut self, position: u64, end: u64) -> Result<Step> {
        let mut at = position;
        while at < end {
            let bytes = self.input.peek(at, 4096)?;
            if bytes.is_empty() {
                break;
            }
            if let Some(data) = bytes.iter().position(|byte| *byte != 0) {
                // Something follows: the zeros were a gap, which ends at a multiple of two bytes.
                let gap = (data as u64) & !1;
                let next = at.saturating_add(gap);
                self.note(lenient::trailing_zeros(position, next.saturating_sub(position)));
                return Ok(Step::Go(next.max(position.saturating_add(2))));
            }
            at = at.saturating_add(bytes.len() as u64);
        }
        self.note(lenient::trailing_zeros(position, end.saturating_sub(position)));
        Ok(Step::Go(end))
    }

    /// An item delimiter where elements stand closes the item; other delimiters close what was left open.
    fn delimiter(&mut self, position: u64, head: &Header) -> Result<Step> {
        let after = position.saturating_add(8);
        let Some(level) = self.levels.last() else {
            return Ok(Step::Stop(position));
        };
        if level.place == Place::DataSet || !level.undefined {
            self.note(lenient::stray_delimiter(position));
            return Ok(Step::Go(after));
        }
        if head.tag == ITEM_DELIMITER {
            self.close(position, true);
            return Ok(Step::Go(after));
        }
        // The next item, or the end of the sequence: its level reads the delimiter again.
        self.note(lenient::item_not_closed(ITEM, position));
        self.close(position, false);
        Ok(Step::Go(position))
    }

    fn deeper(&mut self, offset: u64) -> Result<()> {
        if u64::from(self.depth) >= self.limits.sequence_depth.min(254) {
            return Err(Error::at(
                Kind::Limit("sequence_depth", self.limits.sequence_depth),
                offset,
            ));
        }
        self.depth = self.depth.saturating_add(1);
        Ok(())
    }

    fn defined_length(&mut self, mut row: Row, end: u64, top: bool) -> Result<Step> {
        let declared_end = row.offset.saturating_add(row.length);
        let mut value_end = declared_end;
        if declared_end > end {
            let source_end = self.input.end();
            if declared_end > source_end {
                self.note(lenient::file_ends_in_value(
                    row.tag,
                    row.offset,
                    row.length,
                    source_end.saturating_sub(row.offset),
                ));
                row.flags = row.flags.with(Flags::TRUNCATED);
                value_end = source_end;
            } else {
                self.note(lenient::element_overruns_item(row.tag, row.offset));
            }
            row.length = value_end.saturating_sub(row.offset);
        }
        let wanted = match &self.scope {
            Scope::DataSet(options) if top => {
                if !options.wants(row.tag) {
                    return Ok(Step::Go(value_end));
                }
                let large = options
                    .defer_size
                    .map_or(LARGE_VALUE, |size| size.saturating_add(1).min(LARGE_VALUE));
                row.length < large
            }
            _ => true,
        };
        if row.vr == Vr::Sq && row.length > 0 {
            if matches!(self.scope, Scope::Items) {
                self.deeper(row.offset)?;
                let encoding = row.encoding();
                let offset = row.offset;
                let index = self.push(row)?;
                self.levels.push(Level {
                    place: Place::Sequence,
                    row: index,
                    end: value_end.min(end),
                    undefined: false,
                    encoding,
                    last_tag: 0,
                });
                return Ok(Step::Go(offset));
            }
            row.flags = row.flags.with(Flags::UNPARSED);
        }
        if wanted && row.length > 0 {
            self.input.keep(row.offset, row.length)?;
        }
        self.push(row)?;
        Ok(Step::Go(value_end))
    }

    fn undefined_length(&mut self, mut row: Row, end: u64, _inside_undefined: bool) -> Result<Step> {
        row.flags = row.flags.with(Flags::UNDEFINED_LENGTH);
        let big_endian = row.encoding().big_endian;
        let holds_item = item_header(self.input.peek(row.offset, 8)?, big_endian)
            .map(|(tag, _)| tag == ITEM || tag == SEQUENCE_DELIMITER);
        let is_sequence = match row.vr {
            Vr::Sq => true,
            // CP-246: a sequence whose VR was not known, encoded as implicit VR little endian.
            Vr::Un => {
                row.flags = row.flags.with(Flags::IMPLICIT_VR);
                holds_item.unwrap_or(true)
            }
            _ => false,
        };
        if is_sequence {
            row.vr = Vr::Sq;
            if !self.wants(&row) {
                // Its end is known only when it was walked: the rows are taken back afterwards.
                return self.pass_over(row, end);
            }
            return self.open_sequence(row, end);
        }
        if holds_item == Some(true) {
            return self.encapsulated(row, end);
        }
        self.up_to_delimiter(row, end)
    }

    fn wants(&self, row: &Row) -> bool {
        match &self.scope {
            Scope::DataSet(options) if row.depth == 0 => options.wants(row.tag),
            _ => true,
        }
    }

    fn open_sequence(&mut self, row: Row, end: u64) -> Result<Step> {
        self.deeper(row.offset)?;
        let encoding = row.encoding();
        let offset = row.offset;
        let index = self.push(row)?;
        self.levels.push(Level {
            place: Place::Sequence,
            row: index,
            end,
            undefined: true,
            encoding,
            last_tag: 0,
        });
        Ok(Step::Go(offset))
    }

    /// Walks a sequence of undefined length that the caller doesn't want.
    fn pass_over(&mut self, row: Row, end: u64) -> Result<Step> {
        let first = self.parsed.rows.len();
        let open = self.levels.len();
        let Step::Go(mut position) = self.open_sequence(row, end)? else {
            return Ok(Step::Stop(row.offset));
        };
        while self.levels.len() > open {
            let Some(level) = self.levels.last() else {
                break;
            };
            if position >= level.end {
                position = self.close_at_end(position);
                continue;
            }
            let step = match level.place {
                Place::Sequence => self.item(position)?,
                Place::DataSet | Place::Item => self.element(position)?,
            };
            match step {
                Step::Go(next) => position = next,
                Step::Stop(at) => return Ok(Step::Stop(at)),
            }
        }
        self.parsed.rows.truncate(first);
        let kept = u32::try_from(first).unwrap_or(u32::MAX);
        self.parsed.fragments.retain(|(owner, _)| *owner < kept);
        Ok(Step::Go(position))
    }

    fn encapsulated(&mut self, mut row: Row, end: u64) -> Result<Step> {
        let big_endian = row.encoding().big_endian;
        let scan = fragments::scan(self.input, row.offset, end, big_endian, self.limits.fragments)?;
        row.flags = row.flags.with(Flags::ENCAPSULATED);
        let (mut value_end, mut next) = (scan.end, scan.next);
        if scan.delimited {
            row.flags = row.flags.with(Flags::DELIMITED);
        } else if scan.truncated {
            row.flags = row.flags.with(Flags::TRUNCATED);
            self.note(lenient::file_ends_in_sequence(row.tag, scan.end));
        } else if scan.broken {
            self.note(lenient::fragments_broken(row.tag, scan.end));
            if let Some(found) = self.find_delimiter(scan.end, end, big_endian)? {
                value_end = found;
                next = found.saturating_add(8);
                row.flags = row.flags.with(Flags::DELIMITED);
            } else {
                value_end = end;
                next = end;
                row.flags = row.flags.with(Flags::TRUNCATED);
            }
        } else {
            row.flags = row.flags.with(Flags::TRUNCATED);
            self.note(lenient::file_ends_in_sequence(row.tag, scan.end));
        }
        row.length = value_end.saturating_sub(row.offset);
        if !self.wants(&row) {
            return Ok(Step::Go(next));
        }
        self.keep_if_small(&row)?;
        let index = self.push(row)?;
        self.parsed.fragments.push((index, scan.fragments));
        Ok(Step::Go(next))
    }

    fn up_to_delimiter(&mut self, mut row: Row, end: u64) -> Result<Step> {
        let big_endian = row.encoding().big_endian;
        let next = if let Some(found) = self.find_delimiter(row.offset, end, big_endian)? {
            row.flags = row.flags.with(Flags::DELIMITED);
            row.length = found.saturating_sub(row.offset);
            self.note(lenient::undefined_length_without_items(row.tag, row.offset));
            found.saturating_add(8)
        } else {
            row.flags = row.flags.with(Flags::TRUNCATED);
            row.length = end.saturating_sub(row.offset);
            self.note(lenient::file_ends_in_sequence(row.tag, row.offset));
            end
        };
        if self.wants(&row) {
            self.keep_if_small(&row)?;
            self.push(row)?;
        }
        Ok(Step::Go(next))
    }

    fn keep_if_small(&mut self, row: &Row) -> Result<()> {
        let large = match &self.scope {
            Scope::DataSet(options) if row.depth == 0 => options
                .defer_size
                .map_or(LARGE_VALUE, |size| size.saturating_add(1).min(LARGE_VALUE)),
            _ => LARGE_VALUE,
        };
        if row.length > 0 && row.length < large {
            self.input.keep(row.offset, row.length)?;
        }
        Ok(())
    }

    /// Where the next sequence delimiter with its length of zero stands.
    fn find_delimiter(&mut self, start: u64, end: u64, big_endian: bool) -> Result<Option<u64>> {
        const STEP: usize = 4096;
        let delimiter: [u8; 8] = if big_endian {
            [0xFF, 0xFE, 0xE0, 0xDD, 0, 0, 0, 0]
        } else {
            [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]
        };
        let mut at = start;
        while at < end {
            let bytes = self.input.peek(at, STEP)?;
            if let Some(found) = bytes.windows(8).position(|window| window == delimiter) {
                let found = at.saturating_add(found as u64);
                return Ok((found < end).then_some(found));
            }
            if bytes.len() < STEP {
                return Ok(None);
            }
            // The last seven bytes may begin a delimiter.
            at = at.saturating_add((STEP as u64).saturating_sub(7));
        }
        Ok(None)
    }
}
