//! Telling a data set from what isn't one, and its encoding from its first elements, where nothing says it.

use crate::fragments::item_header;
use crate::header;
use crate::row::ITEM;
use crate::transfer_syntax::Encoding;
use crate::value::text::is_text;
use dcm_dictionary::{Vr, attribute};

/// Bytes that are looked at.
pub const SAMPLE: usize = 4096;
/// Elements that have to make sense before something without any mark of DICOM counts as a data set.
const ENOUGH: u32 = 6;

const CANDIDATES: [Encoding; 3] = [
    Encoding::EXPLICIT_LITTLE,
    Encoding::IMPLICIT_LITTLE,
    Encoding::EXPLICIT_BIG,
];

/// The encoding in which the bytes read as a data set; none when they are something else.
///
/// `remaining` are the bytes up to the end of the source. Up to six elements have to be known to the dictionary (or
/// be private), ascend, carry the VR that the dictionary has, and end within the source. Where all are private they have
/// to end with it, or there are six with a VR, or one begins with an item.
pub fn data_set(sample: &[u8], remaining: u64) -> Option<Encoding> {
    CANDIDATES
        .into_iter()
        .find(|encoding| reads_as(sample, *encoding, remaining))
}

fn reads_as(sample: &[u8], encoding: Encoding, remaining: u64) -> bool {
    let mut position = 0_usize;
    let mut last_tag = None;
    let mut seen = 0_u32;
    let mut known = 0_u32;
    while seen < ENOUGH {
        let Some(bytes) = sample.get(position..).filter(|bytes| bytes.len() >= 8) else {
            break;
        };
        let available = remaining.saturating_sub(position as u64);
        let Some(head) = header::read(bytes, encoding, available) else {
            break;
        };
        if last_tag.is_some_and(|last| head.tag <= last) || !is_plausible(&head, encoding) {
            return false;
        }
        if head.tag & 0xFFFF != 0 && attribute(head.tag).is_some() {
            known = known.saturating_add(1);
        }
        last_tag = Some(head.tag);
        seen = seen.saturating_add(1);
        if head.length == u32::MAX {
            let begins = sample.get(position.saturating_add(usize::from(head.size))..);
            let first = begins.and_then(|bytes| item_header(bytes, encoding.big_endian));
            return known > 0 || first.is_some_and(|(tag, _)| tag == ITEM);
        }
        let size = u64::from(head.size).saturating_add(u64::from(head.length));
        if size > available {
            // A single element that is cut off could be anything.
            return known > 1;
        }
        position = position.saturating_add(usize::try_from(size).unwrap_or(usize::MAX));
    }
    // Private elements alone, which no dictionary knows: their VRs, or that they fill the source to the last byte.
    known > 0 || seen == ENOUGH && !encoding.implicit_vr || seen > 0 && position as u64 == remaining
}

fn is_plausible(head: &header::Header, encoding: Encoding) -> bool {
    let (group, element) = (head.tag >> 16, head.tag & 0xFFFF);
    if element == 0 {
        return head.length == 4 && group <= 0x7FE0 && (encoding.implicit_vr || head.vr == Vr::Ul);
    }
    if head.without_vr || head.unknown_vr {
        return false;
    }
    if group & 1 == 1 {
        return group > 8 && element >= 0x10;
    }
    let Some(attribute) = attribute(head.tag) else {
        return false;
    };
    if head.length == u32::MAX {
        return matches!(attribute.vr, Vr::Sq | Vr::ObOrOw | Vr::Ob | Vr::Ow);
    }
    encoding.implicit_vr || head.vr == Vr::Un || same_kind(head.vr, attribute.vr)
}

/// A VR that agrees with the dictionary, or with an older edition of it: both are text, or both are not.
fn same_kind(seen: Vr, listed: Vr) -> bool {
    seen == listed || is_text(seen) == is_text(listed) && (seen == Vr::Sq) == (listed == Vr::Sq)
}

/// The encoding of a data set that is known to be one, by its first element alone.
pub fn first_element(sample: &[u8]) -> Option<Encoding> {
    let [_, _, _, _, v0, v1, ..] = sample else {
        return None;
    };
    if Vr::from_bytes([*v0, *v1]).is_none() {
        return Some(Encoding::IMPLICIT_LITTLE);
    }
    let length = sample.len() as u64;
    let fits = |encoding| header::read(sample, encoding, length).is_some_and(|head| is_plausible(&head, encoding));
    Some(if fits(Encoding::EXPLICIT_BIG) && !fits(Encoding::EXPLICIT_LITTLE) {
        Encoding::EXPLICIT_BIG
    } else {
        Encoding::EXPLICIT_LITTLE
    })
}

/// The encoding that the first element has, when it surely isn't the one that was declared.
pub fn contradiction(sample: &[u8], declared: Encoding) -> Option<Encoding> {
    if sample.len() < 8 {
        return None;
    }
    let length = sample.len() as u64;
    let fits = |encoding: Encoding| {
        header::read(sample, encoding, length).is_some_and(|head| {
            is_plausible(&head, encoding)
                && (head.length == u32::MAX || length < SAMPLE as u64 || head.length < 1 << 20)
        })
    };
    if declared.implicit_vr {
        // Read without a VR an explicit element is still a known tag, so its letters decide.
        return [Encoding::EXPLICIT_LITTLE, Encoding::EXPLICIT_BIG]
            .into_iter()
            .find(|encoding| fits(*encoding) && !fits_exactly(sample, declared));
    }
    if fits(declared) {
        return None;
    }
    let code: [u8; 2] = sample.get(4..6)?.try_into().ok()?;
    let other_order = Encoding {
        big_endian: !declared.big_endian,
        ..declared
    };
    if code.iter().all(u8::is_ascii_uppercase) {
        return fits(other_order).then_some(other_order);
    }
    fits(Encoding::IMPLICIT_LITTLE).then_some(Encoding::IMPLICIT_LITTLE)
}

/// Does the element that follows, read in this encoding, make sense too?
fn fits_exactly(sample: &[u8], encoding: Encoding) -> bool {
    let length = sample.len() as u64;
    let Some(head) = header::read(sample, encoding, length) else {
        return false;
    };
    let size = u64::from(head.size).saturating_add(u64::from(head.length));
    let Some(rest) = usize::try_from(size).ok().and_then(|size| sample.get(size..)) else {
        return false;
    };
    rest.is_empty()
        || header::read(rest, encoding, length).is_some_and(|next| next.tag > head.tag && is_plausible(&next, encoding))
}
