//! Binary numbers, and numbers written as text (DS, IS).

use dcm_dictionary::Vr;

/// Bytes of one binary number of the VR; none for other VRs.
pub const fn width(vr: Vr) -> Option<usize> {
    match vr {
        Vr::Us | Vr::Ss => Some(2),
        Vr::Ul | Vr::Sl | Vr::Fl | Vr::At => Some(4),
        Vr::Uv | Vr::Sv | Vr::Fd => Some(8),
        _ => None,
    }
}

/// Gives the numbers one after the other; bytes behind the last whole one are left out.
macro_rules! numbers {
    ($name:ident, $type:ty, $width:literal) => {
        #[doc = concat!("The whole numbers of ", stringify!($width), " bytes in the value.")]
        pub fn $name(bytes: &[u8], big_endian: bool) -> impl ExactSizeIterator<Item = $type> + '_ {
            bytes.as_chunks::<$width>().0.iter().map(move |chunk| {
                if big_endian {
                    <$type>::from_be_bytes(*chunk)
                } else {
                    <$type>::from_le_bytes(*chunk)
                }
            })
        }
    };
}

numbers!(u16s, u16, 2);
numbers!(i16s, i16, 2);
numbers!(u32s, u32, 4);
numbers!(i32s, i32, 4);
numbers!(u64s, u64, 8);
numbers!(i64s, i64, 8);
numbers!(f32s, f32, 4);
numbers!(f64s, f64, 8);

/// Attribute tags: group, then element, each in the byte order of the data set.
pub fn tags(bytes: &[u8], big_endian: bool) -> impl ExactSizeIterator<Item = u32> + '_ {
    bytes.as_chunks::<4>().0.iter().map(move |[a, b, c, d]| {
        let (group, element) = if big_endian {
            (u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]))
        } else {
            (u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d]))
        };
        (u32::from(group) << 16) | u32::from(element)
    })
}

/// A Decimal String without the spaces around it; none when it is not a number.
pub fn decimal(text: &str) -> Option<f64> {
    text.trim_matches(' ').parse().ok()
}

/// An Integer String without the spaces around it; none when it is not one, or beyond 64 bits.
pub fn integer(text: &str) -> Option<i64> {
    text.trim_matches(' ').parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::float_cmp)]
    use super::*;

    #[test]
    fn numbers_follow_the_byte_order() {
        assert!(u16s(&[1, 0, 2, 0, 9], false).eq([1, 2]));
        assert!(u16s(&[0, 1, 0, 2], true).eq([1, 2]));
        assert!(f32s(&[0, 0, 0x80, 0x3F], false).eq([1.0]));
        assert!(tags(&[0x10, 0, 0x20, 0], false).eq([0x0010_0020]));
        assert!(tags(&[0, 0x10, 0, 0x20], true).eq([0x0010_0020]));
    }

    #[test]
    fn number_strings_may_have_spaces_around() {
        assert_eq!(decimal(" 1.50 "), Some(1.5));
        assert_eq!(decimal("1."), Some(1.0));
        assert_eq!(decimal("abc"), None);
        assert_eq!(integer(" +07"), Some(7));
        assert_eq!(integer("1.0"), None);
    }
}
