//! Sequences of undefined length at the top level, which have to be walked to find their end, whatever of them is wanted.

use super::{MOST_FINDINGS, Parser, Place, Step};
use crate::error::Result;
use crate::input::Input;
use crate::row::{Flags, Row};

/// Past this many items the rows are taken back, and made again when somebody asks for them, as those of a sequence of
/// defined length are: per-frame functional groups have more rows than bytes, and few readers look at each.
const MANY_ITEMS: u64 = 1 << 12;

/// Which rows of a sequence are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Nothing,
    FirstItem,
    /// Unless they are many.
    All,
    /// However many they are.
    Each,
}

impl<I: Input> Parser<'_, '_, I> {
    /// Reads a sequence up to its end.
    pub(super) fn top_sequence(&mut self, row: Row, end: u64, kept: Kept) -> Result<Step> {
        let first = self.parsed.rows.len();
        let findings = self.parsed.findings.len();
        let items = self.items;
        let (step, taken_back) = self.walk_top(row, end, kept)?;
        match kept {
            Kept::Nothing => self.take_back(first),
            Kept::All if taken_back => {
                let is_clean = self.parsed.findings.len() == findings && findings < MOST_FINDINGS;
                let own = self.parsed.rows.get_mut(first);
                let Some(own) = own.filter(|own| is_clean && own.flags.has(Flags::DELIMITED)) else {
                    // What is wrong with it is told where it stands, so that it needs rows.
                    self.take_back(first);
                    self.parsed.findings.truncate(findings);
                    self.items = items;
                    return self.walk_top(row, end, Kept::Each).map(|(step, _)| step);
                };
                own.flags = own.flags.with(Flags::UNPARSED);
                let own = *own;
                self.keep_if_small(&own)?;
            }
            _ => {}
        }
        Ok(step)
    }

    /// Reads a sequence; gives too whether rows were taken back. What was taken back doesn't count for the ceiling on
    /// items: it holds no memory.
    fn walk_top(&mut self, row: Row, end: u64, kept: Kept) -> Result<(Step, bool)> {
        let open = self.levels.len();
        let first = self.parsed.rows.len();
        let Step::Go(mut position) = self.open_sequence(row, end, true)? else {
            return Ok((Step::Stop(row.offset), false));
        };
        let mut kept_items = match kept {
            Kept::Nothing => 0,
            Kept::FirstItem => 1,
            Kept::All => MANY_ITEMS,
            Kept::Each => u64::MAX,
        };
        self.passing_over = kept_items == 0;
        let mut taken_back = false;
        // The sequence's own row stays until its end is known.
        let mut kept_rows = self.parsed.rows.len();
        let items = self.items;
        while self.levels.len() > open {
            let Some(level) = self.levels.last() else {
                break;
            };
            let between_items = level.place == Place::Sequence && self.levels.len() == open.saturating_add(1);
            if between_items && self.parsed.rows.len() > kept_rows {
                if kept_items > 0 {
                    kept_items = kept_items.saturating_sub(1);
                    kept_rows = self.parsed.rows.len();
                    self.passing_over = kept_items == 0;
                } else {
                    if kept == Kept::All {
                        kept_rows = first.saturating_add(1);
                    }
                    taken_back = true;
                    self.take_back(kept_rows);
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
                Step::Stop(at) => return Ok((Step::Stop(at), taken_back)),
            }
        }
        self.passing_over = false;
        Ok((Step::Go(position), taken_back))
    }

    /// Takes back the rows from `kept` on.
    pub(super) fn take_back(&mut self, kept: usize) {
        self.parsed.rows.truncate(kept);
        let kept = u32::try_from(kept).unwrap_or(u32::MAX);
        while self.parsed.fragments.last().is_some_and(|(owner, _)| *owner >= kept) {
            self.parsed.fragments.pop();
        }
    }
}
