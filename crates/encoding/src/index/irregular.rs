//! What is wrong with a header, and what stands where none should: padding, stray delimiters, too few bytes.

use super::{Parser, Place, Step};
use crate::error::Result;
use crate::header::Header;
use crate::input::Input;
use crate::lenient;
use crate::row::{ITEM, ITEM_DELIMITER};

impl<I: Input> Parser<'_, '_, I> {
    /// A length that reaches past the end of the input.
    pub(super) fn note_cut(&mut self, tag: u32, offset: u64, declared: u64) {
        let there = self.input.end().saturating_sub(offset);
        self.note(if self.ends_with_source {
            lenient::file_ends_in_value(tag, offset, declared, there)
        } else {
            lenient::element_overruns_item(tag, offset)
        });
    }

    pub(super) fn note_header(&mut self, head: &Header, position: u64) {
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
    pub(super) fn source_ends(&mut self, position: u64, end: u64) -> Step {
        let count = end.saturating_sub(position);
        let length = usize::try_from(count).unwrap_or(usize::MAX).min(12);
        // No bytes at all: the source became shorter while it was read.
        let zeros = self
            .input
            .peek(position, length)
            .is_ok_and(|bytes| !bytes.is_empty() && bytes.iter().take(length).all(|byte| *byte == 0));
        self.note(if zeros {
            lenient::trailing_zeros(position, count)
        } else if self.ends_with_source {
            lenient::file_ends_in_header(position)
        } else {
            lenient::header_overruns_item(position)
        });
        Step::Go(end)
    }

    /// (0000,0000) of no length after other elements: zeros up to the end are padding.
    pub(super) fn zeros(&mut self, position: u64, end: u64) -> Result<Step> {
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
    pub(super) fn delimiter(&mut self, position: u64, head: &Header) -> Result<Step> {
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
}
