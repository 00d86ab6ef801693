//! The quick way through elements about which nothing is special: even, ascending, in memory, of a known VR.

use super::{Parser, Scope};
use crate::header;
use crate::input::Input;
use crate::options;
use crate::row::{Flags, Row};
use dcm_dictionary::Vr;

/// From here on stand pixel data, padding and delimiters.
const FIRST_SPECIAL: u32 = 0x7FE0_0000;
/// The first tag that is no File Meta Information.
const BEHIND_FILE_META: u32 = 0x0003_0000;

impl<I: Input> Parser<'_, '_, I> {
    /// Reads elements as long as nothing about them is special; gives where it stopped. [`Self::element`] reads the
    /// same rows, one at a time and with every care; here is what nearly all elements of nearly all files need.
    pub(super) fn ordinary_elements(&mut self, start: u64) -> u64 {
        let (beyond, wanted) = match &self.scope {
            Scope::DataSet(options) if self.depth == 0 => (FIRST_SPECIAL, options.specific_tags.as_deref()),
            Scope::FileMeta => (BEHIND_FILE_META, None),
            _ => (FIRST_SPECIAL, None),
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
        let mut last_tag = level.last_tag;
        let Ok(mut next_row) = u32::try_from(rows.len()) else {
            return start;
        };
        while let Some((front, tail)) = rest.split_first_chunk::<8>() {
            let [g0, g1, e0, e1, v0, v1, l0, l1] = *front;
            let tag = u32::from_le_bytes([e0, e1, g0, g1]);
            if tag <= last_tag || tag >= beyond {
                break;
            }
            let (vr, length, size) = if implicit {
                (header::vr_of(tag), u32::from_le_bytes([v0, v1, l0, l1]), 8_u8)
            } else {
                let Some(vr) = Vr::from_bytes([v0, v1]) else { break };
                if vr.has_long_length() {
                    let Some(length) = tail.first_chunk::<4>() else { break };
                    (vr, u32::from_le_bytes(*length), 12)
                } else {
                    (vr, u32::from(u16::from_le_bytes([l0, l1])), 8)
                }
            };
            // An undefined length is odd too.
            if length & 1 == 1 || vr == Vr::Sq {
                break;
            }
            // Both fit easily: a length has 32 bits, a header at most twelve bytes.
            let whole = u64::from(length).wrapping_add(u64::from(size));
            let Some(next) = usize::try_from(whole).ok().and_then(|whole| rest.get(whole..)) else {
                break;
            };
            if wanted.is_some_and(|tags| !options::is_wanted(tags, tag)) {
                last_tag = tag;
                position = position.wrapping_add(whole);
                rest = next;
                continue;
            }
            let Some(end) = next_row.checked_add(1) else { break };
            rows.push(Row {
                offset: position.wrapping_add(u64::from(size)),
                length: u64::from(length),
                tag,
                end,
                vr,
                header: size,
                depth,
                flags,
            });
            next_row = end;
            last_tag = tag;
            // The bytes are there, so that their place is below 2^64.
            position = position.wrapping_add(whole);
            rest = next;
        }
        level.last_tag = last_tag;
        position
    }
}
