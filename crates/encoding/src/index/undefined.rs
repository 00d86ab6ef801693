//! Values of undefined length: sequences, fragments, and what only a delimiter ends.

use super::{Level, Parser, Place, Scope, Step};
use crate::error::Result;
use crate::fragments::{self, item_header};
use crate::input::Input;
use crate::lenient;
use crate::options::LARGE_VALUE;
use crate::row::{Flags, ITEM, Row, SEQUENCE_DELIMITER};
use dcm_dictionary::Vr;

impl<I: Input> Parser<'_, '_, I> {
    pub(super) fn undefined_length(&mut self, mut row: Row, end: u64) -> Result<Step> {
        row.flags = row.flags.with(Flags::UNDEFINED_LENGTH);
        let mut big_endian = row.encoding().big_endian;
        let start = self.input.peek(row.offset, 8)?;
        let begins_with_item =
            |big_endian| item_header(start, big_endian).map(|(tag, _)| tag == ITEM || tag == SEQUENCE_DELIMITER);
        if row.vr == Vr::Un && big_endian && begins_with_item(false) == Some(true) {
            // CP-246 has little endian items even here; some writers keep the byte order of the data set.
            big_endian = false;
            row.flags = row.flags.without(Flags::BIG_ENDIAN);
        }
        let holds_item = begins_with_item(big_endian);
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
                // Its end is known only when it was walked: the rows are taken back.
                return self.pass_over(row, end, 0);
            }
            if self.wants_first_items(&row) {
                return self.pass_over(row, end, 1);
            }
            return self.open_sequence(row, end, true);
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

    fn wants_first_items(&self, row: &Row) -> bool {
        match &self.scope {
            Scope::DataSet(options) => options.first_items_only && row.depth == 0,
            _ => false,
        }
    }

    /// Goes on with the items of a sequence.
    pub(super) fn open_sequence(&mut self, row: Row, end: u64, undefined: bool) -> Result<Step> {
        self.deeper(row.offset)?;
        let encoding = row.encoding();
        let offset = row.offset;
        let index = self.push(row)?;
        self.levels.push(Level {
            place: Place::Sequence,
            row: index,
            end,
            undefined,
            encoding,
            last_tag: 0,
        });
        Ok(Step::Go(offset))
    }

    /// Walks a sequence of undefined length of which the caller wants `kept_items` items, or nothing if that is none.
    fn pass_over(&mut self, row: Row, end: u64, mut kept_items: u64) -> Result<Step> {
        let first = self.parsed.rows.len();
        let nothing = kept_items == 0;
        let open = self.levels.len();
        let Step::Go(mut position) = self.open_sequence(row, end, true)? else {
            return Ok(Step::Stop(row.offset));
        };
        self.passing_over = nothing;
        // The sequence's own row stays until its end is known.
        let mut kept = self.parsed.rows.len();
        let items = self.items;
        while self.levels.len() > open {
            let Some(level) = self.levels.last() else {
                break;
            };
            if level.place == Place::Sequence
                && self.levels.len() == open.saturating_add(1)
                && self.parsed.rows.len() > kept
            {
                // Between two items. What was taken back doesn't count: it holds no memory.
                if kept_items > 0 {
                    kept_items = kept_items.saturating_sub(1);
                    kept = self.parsed.rows.len();
                    self.passing_over = kept_items == 0;
                } else {
                    self.take_back(kept);
                    self.items = items;
                }
                continue;
            }
            if position >= level.end {
                position = self.close_at_end(position);
                continue;
            }
            match self.step(level.place, position)? {
                Step::Go(next) => position = next,
                Step::Stop(at) => return Ok(Step::Stop(at)),
            }
        }
        self.passing_over = false;
        if nothing {
            self.take_back(first);
        }
        Ok(Step::Go(position))
    }

    /// Takes back the rows from `kept` on.
    pub(super) fn take_back(&mut self, kept: usize) {
        self.parsed.rows.truncate(kept);
        let kept = u32::try_from(kept).unwrap_or(u32::MAX);
        while self.parsed.fragments.last().is_some_and(|(owner, _)| *owner >= kept) {
            self.parsed.fragments.pop();
        }
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
            Scope::DataSet(options) if row.depth == 0 => options.large_value(),
            _ => LARGE_VALUE,
        };
        if row.length > 0 && row.length < large && !self.passing_over {
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
