//! Binary numbers, and numbers written as text (DS, IS).

use super::text;
use dcm_dictionary::Vr;
use std::fmt::Write;

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
    let plain = text.trim_matches(' ');
    short_decimal(plain.as_bytes()).or_else(|| plain.parse().ok())
}

/// An Integer String without the spaces around it; none when it is not one, or beyond 64 bits.
pub fn integer(text: &str) -> Option<i64> {
    text.trim_matches(' ').parse().ok()
}

/// A float as Python's `repr` writes it: the shortest digits, with an exponent below 1e-4 and from 1e16 on.
pub fn push_repr(line: &mut String, value: f64) -> Option<()> {
    if !value.is_finite() {
        let name = if value.is_nan() {
            "nan"
        } else if value > 0.0 {
            "inf"
        } else {
            "-inf"
        };
        line.push_str(name);
        return Some(());
    }
    // Of two shortest texts that are equally near, Python and Ryu take the even one; the standard library may not.
    let mut buffer = ryu::Buffer::new();
    let shortest = buffer.format_finite(value);
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-4..1e16).contains(&magnitude) {
        // Here both write it the same way.
        line.push_str(shortest);
        return Some(());
    }
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((shortest, "0"));
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: i32 = exponent.parse().ok()?;
    let digits = format!("{whole}{fraction}");
    let leading = digits.len().saturating_sub(digits.trim_start_matches('0').len());
    let significant = digits.trim_matches('0');
    line.push_str(sign);
    if significant.is_empty() {
        line.push_str("0.0");
        return Some(());
    }
    // The power of ten of the first digit.
    let point = i32::try_from(whole.len())
        .ok()?
        .checked_add(exponent)?
        .checked_sub(i32::try_from(leading).ok()?)?;
    let power = point.checked_sub(1)?;
    if !(-4..16).contains(&power) {
        let (first, rest) = significant.split_at_checked(1)?;
        let dot = if rest.is_empty() { "" } else { "." };
        let sign = if power < 0 { '-' } else { '+' };
        return write!(line, "{first}{dot}{rest}e{sign}{:02}", power.unsigned_abs()).ok();
    }
    if point <= 0 {
        line.push_str("0.");
        line.extend(std::iter::repeat_n('0', usize::try_from(point.unsigned_abs()).ok()?));
        line.push_str(significant);
        return Some(());
    }
    let point = usize::try_from(point).ok()?;
    match significant.split_at_checked(point) {
        Some((whole, fraction)) if !fraction.is_empty() => write!(line, "{whole}.{fraction}").ok(),
        _ => {
            line.push_str(significant);
            line.extend(std::iter::repeat_n('0', point.saturating_sub(significant.len())));
            line.push_str(".0");
            Some(())
        }
    }
}

/// Powers of ten that float64 holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// A number of at most 15 digits and a point, which is what nearly all texts are; none for another one.
fn short_decimal(text: &[u8]) -> Option<f64> {
    match leading_decimal(text)? {
        (number, None) => Some(number),
        _ => None,
    }
}

/// The short number that a text begins with, up to its end or a backslash, and what follows the backslash.
///
/// Its digits, as a whole number, and the power of ten are exact in float64, so that their quotient is rounded once: the
/// result is the nearest number, as that of the careful way.
#[inline]
fn leading_decimal(text: &[u8]) -> Option<(f64, Option<&[u8]>)> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (mut whole, mut count, mut behind_point, mut point) = (0_u64, 0_usize, 0_usize, false);
    let mut rest = digits;
    let after = loop {
        let [byte, others @ ..] = rest else {
            break None;
        };
        match byte.wrapping_sub(b'0') {
            digit @ 0..=9 => {
                whole = whole.wrapping_mul(10).wrapping_add(u64::from(digit));
                count = count.wrapping_add(1);
                behind_point = behind_point.wrapping_add(usize::from(point));
            }
            _ if *byte == b'\\' => break Some(others),
            _ if *byte == b'.' && !point => point = true,
            _ => return None,
        }
        rest = others;
    };
    if count == 0 || count > 15 {
        return None;
    }
    let (high, low) = (
        u32::try_from(whole >> 32).ok()?,
        u32::try_from(whole & 0xFFFF_FFFF).ok()?,
    );
    let exact = f64::from(high) * 4_294_967_296.0 + f64::from(low);
    let number = exact / POWERS.get(behind_point)?;
    Some((if negative { -number } else { number }, after))
}

/// Appends the numbers of a value as float64: binary ones, and those of DS and IS. What is no number, or none that is
/// finite, of a text becomes not-a-number. False, and nothing appended, for a VR that holds no numbers.
pub fn push_all(bytes: &[u8], vr: Vr, big_endian: bool, numbers: &mut Vec<f64>) -> bool {
    match vr {
        Vr::Us => numbers.extend(u16s(bytes, big_endian).map(f64::from)),
        Vr::Ss => numbers.extend(i16s(bytes, big_endian).map(f64::from)),
        Vr::Ul => numbers.extend(u32s(bytes, big_endian).map(f64::from)),
        Vr::Sl => numbers.extend(i32s(bytes, big_endian).map(f64::from)),
        Vr::Uv => numbers.extend(u64s(bytes, big_endian).map(nearest)),
        Vr::Sv => numbers.extend(i64s(bytes, big_endian).map(|number| {
            let size = nearest(number.unsigned_abs());
            if number < 0 { -size } else { size }
        })),
        Vr::Fl => numbers.extend(f32s(bytes, big_endian).map(f64::from)),
        Vr::Fd => numbers.extend(f64s(bytes, big_endian)),
        Vr::At => numbers.extend(tags(bytes, big_endian).map(f64::from)),
        Vr::Ds | Vr::Is => {
            push_texts(text::trim(bytes, vr), vr, numbers);
        }
        _ => return false,
    }
    true
}

/// The float64 nearest to a whole number.
fn nearest(number: u64) -> f64 {
    let high = u32::try_from(number >> 32).unwrap_or(u32::MAX);
    let low = u32::try_from(number & 0xFFFF_FFFF).unwrap_or(u32::MAX);
    // The first part is exact, so that the sum is rounded once.
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}

/// Whether texts of numbers were what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextNumbers {
    Plain,
    /// One is no number, or no whole one in IS.
    Irregular,
}

/// Appends the numbers of a DS or IS without its padding. An empty one, what is no number, and what is not finite
/// become not-a-number.
pub fn push_texts(bytes: &[u8], vr: Vr, numbers: &mut Vec<f64>) -> TextNumbers {
    let mut all = TextNumbers::Plain;
    let mut left = if bytes.is_empty() { None } else { Some(bytes) };
    while let Some(texts) = left {
        if vr == Vr::Ds
            && let Some((number, after)) = leading_decimal(texts)
        {
            numbers.push(number);
            left = after;
            continue;
        }
        let mut parts = texts.splitn(2, |byte| *byte == b'\\');
        let part = parts.next().unwrap_or_default();
        left = parts.next();
        if part.iter().all(|byte| *byte == b' ') {
            numbers.push(f64::NAN);
            continue;
        }
        let text = std::str::from_utf8(part).unwrap_or_default();
        let number = decimal(text);
        if number.is_none() || vr == Vr::Is && integer(text).is_none() {
            all = TextNumbers::Irregular;
        }
        numbers.push(number.filter(|number| number.is_finite()).unwrap_or(f64::NAN));
    }
    all
}

/// How many values a text of numbers has.
pub fn count_texts(bytes: &[u8]) -> usize {
    if bytes.is_empty() {
        return 0;
    }
    // As many at a time as a byte can count, which the compiler makes one instruction of.
    let backslashes = |part: &[u8]| -> u8 { part.iter().map(|byte| u8::from(*byte == b'\\')).sum() };
    let counted: usize = bytes.chunks(255).map(|part| usize::from(backslashes(part))).sum();
    counted.saturating_add(1)
}

/// Fills the bytes of an array of float64 with numbers that are written as text; an empty value becomes not-a-number.
/// False when a text is no number, or there are more or fewer than the array takes.
pub fn fill_texts(bytes: &[u8], array: &mut [u8]) -> bool {
    let (places, rest) = array.as_chunks_mut::<8>();
    if !rest.is_empty() {
        return false;
    }
    if bytes.is_empty() {
        return places.is_empty();
    }
    let mut left = Some(bytes);
    for place in places {
        let Some(texts) = left else {
            return false;
        };
        let Some((number, after)) = leading_decimal(texts).or_else(|| careful_decimal(texts)) else {
            return false;
        };
        left = after;
        *place = f64::to_ne_bytes(number);
    }
    left.is_none()
}

/// The number that a text begins with, whatever its form, and what follows the backslash behind it.
#[cold]
fn careful_decimal(texts: &[u8]) -> Option<(f64, Option<&[u8]>)> {
    let mut parts = texts.splitn(2, |byte| *byte == b'\\');
    let number = match parts.next()?.trim_ascii() {
        [] => f64::NAN,
        text => std::str::from_utf8(text).ok()?.parse().ok()?,
    };
    Some((number, parts.next()))
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
    fn a_short_decimal_is_what_the_careful_way_makes_of_it() {
        for text in [
            "0",
            "-0",
            "1.",
            ".5",
            "-158.135803",
            "999999999999999",
            "0.00000000000001",
            "123456.78901234",
            "+7",
        ] {
            let careful: f64 = text.parse().unwrap_or(f64::NAN);
            let short = short_decimal(text.as_bytes());
            assert_eq!(short.map(f64::to_bits), Some(careful.to_bits()), "{text}");
        }
        for text in ["", "-", ".", "1e5", "1234567890123456", "1.2.3", "1 2", "nan"] {
            assert_eq!(short_decimal(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn texts_fill_an_array() {
        let filled = |text: &[u8]| {
            let mut array = vec![0; count_texts(text) * 8];
            let right = fill_texts(text, &mut array);
            right.then(|| f64s(&array, cfg!(target_endian = "big")).collect::<Vec<_>>())
        };
        assert_eq!(filled(b"1.5\\ -2e3\\7 "), Some(vec![1.5, -2000.0, 7.0]));
        assert_eq!(filled(b""), Some(vec![]));
        assert!(filled(b"1\\\\2").is_some_and(|numbers| numbers.get(1).is_some_and(|number| number.is_nan())));
        assert_eq!(filled(b"1\\x"), None);
    }

    #[test]
    fn numbers_of_any_vr_become_floats() {
        let all = |bytes: &[u8], vr| {
            let mut numbers = Vec::new();
            push_all(bytes, vr, false, &mut numbers).then_some(numbers)
        };
        assert_eq!(all(b"1.5\\ -2e3 \\7 ", Vr::Ds), Some(vec![1.5, -2000.0, 7.0]));
        assert_eq!(all(b"12\0", Vr::Is), Some(vec![12.0]));
        assert_eq!(all(b"  ", Vr::Ds), Some(vec![]));
        for hostile in [&b"inf"[..], b"x", b"1e999", b"\xFF", b"1 2", b"-"] {
            assert!(all(hostile, Vr::Ds).is_some_and(|numbers| matches!(*numbers, [number] if number.is_nan())));
        }
        assert_eq!(
            all(&u64::MAX.to_le_bytes(), Vr::Uv),
            Some(vec![18_446_744_073_709_551_615.0])
        );
        assert_eq!(all(&(-3_i64).to_le_bytes(), Vr::Sv), Some(vec![-3.0]));
        assert_eq!(all(&[1, 0, 2, 0, 9], Vr::Us), Some(vec![1.0, 2.0]));
        assert_eq!(all(b"ab", Vr::Lo), None);
    }

    #[test]
    fn number_strings_may_have_spaces_around() {
        assert_eq!(decimal(" 1.50 "), Some(1.5));
        assert_eq!(decimal("1."), Some(1.0));
        assert_eq!(decimal("abc"), None);
        assert_eq!(integer(" +07"), Some(7));
        assert_eq!(integer("1.0"), None);
    }

    #[test]
    fn floats_are_written_as_python_writes_them() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (-0.000_012_5, "-1.25e-05"),
            (1e15, "1000000000000000.0"),
            (9_999_999_999_999_998.0, "9999999999999998.0"),
            (1e16, "1e+16"),
            (1.234_567_890_123_456_7e19, "1.2345678901234567e+19"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            let mut out = String::new();
            assert_eq!(push_repr(&mut out, value), Some(()));
            assert_eq!(out, text);
        }
    }
}
