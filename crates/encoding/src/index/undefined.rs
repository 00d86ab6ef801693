//! Values of undefined length: sequences, fragments, and what only a delimiter ends.

use super::top_sequence::Kept;
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
            if row.depth == 0
                && let Scope::DataSet(options) = &self.scope
            {
                let kept = match options {
                    options if !options.wants(row.tag) => Kept::Nothing,
                    options if options.first_items_only => Kept::FirstItem,
                    _ => Kept::All,
                };
                return self.top_sequence(row, end, kept);
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

    pub(super) fn keep_if_small(&mut self, row: &Row) -> Result<()> {
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
