//! The parser: from bytes to the rows of an element table (PS3.5 section 7). Iterative, with limits, and patient.
//!
//! Nothing is decoded. A sequence of defined length at the first level is passed over, because its own table is made
//! when it is asked for; within that table everything has rows, so that one pass serves all that is nested.

use crate::error::{Error, Kind, Result};
use crate::finding::Finding;
use crate::fragments::{Fragment, item_header};
use crate::header;
use crate::input::Input;
use crate::lenient;
use crate::options::{LARGE_VALUE, Limits, ReadOptions};
use crate::row::{Flags, ITEM, ITEM_DELIMITER, Row, SEQUENCE_DELIMITER};
use crate::transfer_syntax::Encoding;
use dcm_dictionary::Vr;

mod irregular;
pub mod items;
mod ordinary;
mod top_sequence;
mod undefined;

/// The rows, and what was met on the way.
#[derive(Default)]
pub struct Parsed {
    pub rows: Vec<Row>,
    pub fragments: Vec<(u32, Vec<Fragment>)>,
    pub findings: Vec<Finding>,
    /// Where parsing ended.
    pub end: u64,
    /// It ended before the pixels, which weren't wanted.
    pub stopped: bool,
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
    Parser::new(input, Scope::DataSet(options), options.limits).run(Place::DataSet, start, encoding)
}

/// Reads group 0002 from `start` on.
pub fn parse_file_meta<I: Input>(input: &mut I, start: u64, encoding: Encoding, limits: Limits) -> Result<Parsed> {
    Parser::new(input, Scope::FileMeta, limits).run(Place::DataSet, start, encoding)
}

/// Reads the items of a sequence of defined length, whose value is the whole input.
pub fn parse_items<I: Input>(input: &mut I, sequence: &Row, encoding: Encoding, limits: Limits) -> Result<Parsed> {
    let mut parser = Parser::new(input, Scope::Items, limits);
    parser.depth = sequence.depth;
    parser.deeper(sequence.offset)?;
    // Where the sequence is whole, what reaches past its end says nothing of the source.
    parser.ends_with_source = sequence.flags.has(Flags::TRUNCATED);
    parser.run(Place::Sequence, sequence.offset, encoding)
}

struct Parser<'i, 'o, I> {
    input: &'i mut I,
    scope: Scope<'o>,
    limits: Limits,
    levels: Vec<Level>,
    /// Sequences around what is being read.
    depth: u8,
    items: u64,
    /// The input ends where the source does, not only where a sequence of defined length says.
    ends_with_source: bool,
    /// What is read is only passed over: none of its values is wanted.
    passing_over: bool,
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
            ends_with_source: true,
            passing_over: false,
            parsed: Parsed {
                rows: Vec::with_capacity(256),
                ..Parsed::default()
            },
        }
    }

    fn run(mut self, place: Place, start: u64, encoding: Encoding) -> Result<Parsed> {
        self.levels.push(Level {
            place,
            row: NO_ROW,
            end: self.input.end(),
            undefined: false,
            encoding,
            last_tag: 0,
        });
        let mut position = start;
        while let Some(level) = self.levels.last() {
            if position >= level.end {
                position = self.close_at_end(position);
                continue;
            }
            match self.step(level.place, position)? {
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

    /// Reads on from `position`: an item, or one element or more.
    fn step(&mut self, place: Place, position: u64) -> Result<Step> {
        if place == Place::Sequence {
            return self.item(position);
        }
        let next = self.ordinary_elements(position);
        if next > position {
            return Ok(Step::Go(next));
        }
        self.element(position)
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
            self.note(if self.ends_with_source {
                lenient::file_ends_in_header(position)
            } else {
                lenient::sequence_not_closed(sequence_tag, position)
            });
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
                    self.note_cut(ITEM, content, u64::from(length));
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

    /// Reads one element, or what closes an item.
    fn element(&mut self, position: u64) -> Result<Step> {
        let Some(level) = self.levels.last() else {
            return Ok(Step::Stop(position));
        };
        let (place, end, encoding, last_tag) = (level.place, level.end, level.encoding, level.last_tag);
        let top = place == Place::DataSet;
        let bytes = self.input.peek(position, 12)?;
        let available = end.saturating_sub(position);
        if available < 8 {
            if matches!(self.scope, Scope::FileMeta) && top {
                // A deflated data set can be as short as two bytes.
                return Ok(Step::Stop(position));
            }
            let left = usize::try_from(available).unwrap_or(usize::MAX);
            if bytes.iter().take(left).all(|byte| *byte == 0) {
                // Padding at the end of an item; read as a header it would reach into the next one.
                return Ok(self.source_ends(position, end));
            }
        }
        let Some(head) = header::read(bytes, encoding, available) else {
            return Ok(self.source_ends(position, end));
        };
        match head.tag {
            ITEM_DELIMITER | SEQUENCE_DELIMITER | ITEM => return self.delimiter(position, &head),
            0 if top && head.length == 0 && (last_tag != 0 || !self.parsed.rows.is_empty()) => {
                return self.zeros(position, end);
            }
            _ => {}
        }
        if top {
            match &self.scope {
                Scope::FileMeta if head.tag >> 16 != 2 => return Ok(Step::Stop(position)),
                Scope::DataSet(options)
                    if options.stop_before_pixels && matches!(head.tag, 0x7FE0_0008 | 0x7FE0_0009 | 0x7FE0_0010) =>
                {
                    self.parsed.stopped = true;
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
            self.undefined_length(row, end)
        } else {
            self.defined_length(row, end, top)
        }
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
                self.note_cut(row.tag, row.offset, row.length);
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
                row.length < options.large_value()
            }
            _ => row.length < LARGE_VALUE && !self.passing_over,
        };
        if row.vr == Vr::Sq && row.length > 0 {
            if matches!(self.scope, Scope::Items) {
                return self.open_sequence(row, value_end.min(end), false);
            }
            row.flags = row.flags.with(Flags::UNPARSED);
        }
        if wanted && row.length > 0 {
            self.input.keep(row.offset, row.length)?;
        }
        self.push(row)?;
        Ok(Step::Go(value_end))
    }
}
