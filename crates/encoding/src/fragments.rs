//! The fragments of an encapsulated value (PS3.5 A.4): items one after the other, closed by a sequence delimiter.

use crate::error::{Error, Kind, Result};
use crate::input::Input;
use crate::row::{ITEM, SEQUENCE_DELIMITER};

/// The content of one item: where it begins, from the beginning of the source, and its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment {
    pub offset: u64,
    pub length: u64,
}

/// What a walk over fragments found.
#[derive(Debug, Default)]
pub struct Scan {
    pub fragments: Vec<Fragment>,
    /// Where the value ends: at its delimiter, or where no item follows.
    pub end: u64,
    /// Where the next element begins.
    pub next: u64,
    pub delimited: bool,
    /// The last fragment is longer than the source.
    pub truncated: bool,
    /// What stands at `end` is neither an item nor the delimiter.
    pub broken: bool,
}

/// Reads `tag` and `length` of an item header.
pub(crate) fn item_header(bytes: &[u8], big_endian: bool) -> Option<(u32, u32)> {
    let group = u16::from_le_bytes(bytes.get(0..2)?.try_into().ok()?);
    let element = u16::from_le_bytes(bytes.get(2..4)?.try_into().ok()?);
    let length = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?);
    let (group, element, length) = if big_endian {
        (group.swap_bytes(), element.swap_bytes(), length.swap_bytes())
    } else {
        (group, element, length)
    };
    Some(((u32::from(group) << 16) | u32::from(element), length))
}

/// Walks the items from `start` to `limit`, reading their headers only.
pub fn scan<I: Input>(input: &mut I, start: u64, limit: u64, big_endian: bool, most_fragments: u64) -> Result<Scan> {
    let mut scan = Scan::default();
    let mut position = start;
    loop {
        scan.end = position;
        scan.next = position;
        if position >= limit {
            return Ok(scan);
        }
        let Some((tag, length)) = item_header(input.peek(position, 8)?, big_endian) else {
            scan.broken = true;
            return Ok(scan);
        };
        let content = position.saturating_add(8);
        if tag == SEQUENCE_DELIMITER {
            scan.delimited = true;
            scan.next = content;
            return Ok(scan);
        }
        if tag != ITEM || length == u32::MAX {
            scan.broken = true;
            return Ok(scan);
        }
        if scan.fragments.len() as u64 >= most_fragments {
            return Err(Error::at(Kind::Limit("fragments", most_fragments), position));
        }
        let room = limit.saturating_sub(content);
        let there = u64::from(length).min(room);
        scan.fragments.push(Fragment {
            offset: content,
            length: there,
        });
        position = content.saturating_add(there);
        if there < u64::from(length) {
            scan.truncated = true;
            scan.end = position;
            scan.next = position;
            return Ok(scan);
        }
    }
}

/// The items of an encapsulated value at hand, offsets counted from its beginning.
///
/// # Errors
/// [`Kind::Fragments`] when something else than an item stands where one should, [`Kind::Limit`] past the limit.
pub fn of_value(value: &[u8], big_endian: bool, most_fragments: u64) -> Result<Vec<Fragment>> {
    let mut input = crate::input::Whole {
        offset: 0,
        bytes: value,
    };
    let end = value.len() as u64;
    let scan = scan(&mut input, 0, end, big_endian, most_fragments)?;
    if scan.broken {
        return Err(Error::at(Kind::Fragments("an item was expected"), scan.end));
    }
    if scan.truncated {
        return Err(Error::at(Kind::Fragments("the last one is cut off"), scan.end));
    }
    Ok(scan.fragments)
}
