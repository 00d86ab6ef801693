//! The header of one element (PS3.5 7.1): tag, VR, length. The one place that knows its wire form.

use crate::transfer_syntax::Encoding;
use dcm_dictionary::{Vr, attribute};

/// What stands before a value.
pub struct Header {
    pub tag: u32,
    pub vr: Vr,
    /// The length field; FFFFFFFF for an undefined length.
    pub length: u32,
    /// Bytes of the header.
    pub size: u8,
    /// How the element is encoded: the data set's way, or implicit where its VR is missing.
    pub encoding: Encoding,
    pub without_vr: bool,
    pub unknown_vr: bool,
}

#[inline]
fn u16_at(bytes: &[u8], at: usize, big_endian: bool) -> Option<u16> {
    let pair: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(if big_endian {
        u16::from_be_bytes(pair)
    } else {
        u16::from_le_bytes(pair)
    })
}

#[inline]
fn u32_at(bytes: &[u8], at: usize, big_endian: bool) -> Option<u32> {
    let quad: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(if big_endian {
        u32::from_be_bytes(quad)
    } else {
        u32::from_le_bytes(quad)
    })
}

/// Reads the header at the beginning of `bytes` (up to twelve of them); none when they are too few.
///
/// `available` are the bytes of the level from here on, by which a length that can't be is told.
#[inline]
pub fn read(bytes: &[u8], encoding: Encoding, available: u64) -> Option<Header> {
    let big = encoding.big_endian;
    let tag = (u32::from(u16_at(bytes, 0, big)?) << 16) | u32::from(u16_at(bytes, 2, big)?);
    if encoding.implicit_vr || tag >> 16 == 0xFFFE {
        return implicit(bytes, tag, encoding, false);
    }
    let code: [u8; 2] = bytes.get(4..6)?.try_into().ok()?;
    let Some(vr) = Vr::from_bytes(code) else {
        return unusual(bytes, tag, code, encoding, available);
    };
    if vr.has_long_length() {
        let length = u32_at(bytes, 8, big)?;
        return Some(explicit(tag, vr, length, 12, encoding));
    }
    let length = u32::from(u16_at(bytes, 6, big)?);
    Some(explicit(tag, vr, length, 8, encoding))
}

fn explicit(tag: u32, vr: Vr, length: u32, size: u8, encoding: Encoding) -> Header {
    Header {
        tag,
        vr,
        length,
        size,
        encoding,
        without_vr: false,
        unknown_vr: false,
    }
}

fn implicit(bytes: &[u8], tag: u32, encoding: Encoding, without_vr: bool) -> Option<Header> {
    let length = u32_at(bytes, 4, encoding.big_endian)?;
    Some(Header {
        tag,
        vr: vr_of(tag),
        length,
        size: 8,
        encoding: Encoding {
            implicit_vr: true,
            ..encoding
        },
        without_vr,
        unknown_vr: false,
    })
}

/// The VR of an element that carries none: the dictionary's; group lengths are UL, private creators LO.
pub fn vr_of(tag: u32) -> Vr {
    let (group, element) = (tag >> 16, tag & 0xFFFF);
    if element == 0 {
        return Vr::Ul;
    }
    if group & 1 == 1 {
        return if (0x10..=0xFF).contains(&element) {
            Vr::Lo
        } else {
            Vr::Un
        };
    }
    attribute(tag).map_or(Vr::Un, |attribute| attribute.vr)
}

/// The longest value that a header of this form can tell; FFFFFFFF is the undefined length.
pub const fn longest_value(vr: Vr, encoding: Encoding) -> u64 {
    if encoding.implicit_vr || vr.has_long_length() {
        0xFFFF_FFFE
    } else {
        // Values have an even length.
        0xFFFE
    }
}

/// Appends tag and VR. What follows them is the length: two bytes where the answer says so, else four.
pub fn write_tag_and_vr(tag: u32, vr: Vr, encoding: Encoding, out: &mut Vec<u8>) -> bool {
    write_tag(tag, encoding.big_endian, out);
    if encoding.implicit_vr {
        return false;
    }
    out.extend_from_slice(vr.as_str().as_bytes());
    if vr.has_long_length() {
        out.extend_from_slice(&[0, 0]);
    }
    !vr.has_long_length()
}

/// Appends the header of an element whose length is known; see [`longest_value`].
pub fn write(tag: u32, vr: Vr, length: u32, encoding: Encoding, out: &mut Vec<u8>) {
    let big = encoding.big_endian;
    if write_tag_and_vr(tag, vr, encoding, out) {
        let short = u16::try_from(length).unwrap_or(u16::MAX);
        out.extend_from_slice(&if big { short.to_be_bytes() } else { short.to_le_bytes() });
    } else {
        out.extend_from_slice(&if big {
            length.to_be_bytes()
        } else {
            length.to_le_bytes()
        });
    }
}

/// Appends a tag, as it stands before each element and item.
pub fn write_tag(tag: u32, big_endian: bool, out: &mut Vec<u8>) {
    let group = u16::try_from(tag >> 16).unwrap_or(0);
    let element = u16::try_from(tag & 0xFFFF).unwrap_or(0);
    for half in [group, element] {
        out.extend_from_slice(&if big_endian {
            half.to_be_bytes()
        } else {
            half.to_le_bytes()
        });
    }
}

/// Two bytes that are no VR of the standard where one should stand.
fn unusual(bytes: &[u8], tag: u32, code: [u8; 2], encoding: Encoding, available: u64) -> Option<Header> {
    if !code.iter().all(u8::is_ascii_uppercase) {
        return implicit(bytes, tag, encoding, true);
    }
    // A VR of a later standard has the long form (PS3.5 6.2.2); what doesn't fit that is read in the short one.
    let long = u32_at(bytes, 8, encoding.big_endian)
        .filter(|length| *length == u32::MAX || u64::from(*length) <= available.saturating_sub(12));
    let reserved = u16_at(bytes, 6, encoding.big_endian)?;
    let (length, size) = match long {
        Some(length) if reserved == 0 => (length, 12),
        _ => (u32::from(reserved), 8),
    };
    Some(Header {
        tag,
        vr: Vr::Un,
        length,
        size,
        encoding,
        without_vr: false,
        unknown_vr: true,
    })
}
