//! The quick way through elements about which nothing is special: even, ascending, in memory, of a known VR.

use super::{Parser, Scope};
use crate::header;
use crate::input::Input;
use crate::table::{Flags, Row};
use dcm_dictionary::Vr;

/// From here on stand pixel data, padding and delimiters.
const FIRST_SPECIAL: u32 = 0x7FE0_0000;

impl<I: Input> Parser<'_, '_, I> {
    /// Reads elements as long as nothing about them is special; gives where it stopped. [`Self::element`] reads the
    /// same rows, one at a time and with every care; here is what nearly all elements of nearly all files need.
    pub(super) fn ordinary_elements(&mut self, start: u64) -> u64 {
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
}
