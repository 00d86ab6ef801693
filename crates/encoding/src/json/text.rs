//! What values look like in JSON text, letter for letter as `json.dumps(..., sort_keys=True)` of Python has it: ASCII
//! only, floats as `repr` writes them.

use crate::value::number;
use std::io::Write;

/// Past this a number that a reader takes for a float would be rounded.
pub const LARGEST_EXACT: u64 = 1 << 53;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Adds a string with its quotes.
pub fn push_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text;
    loop {
        let plain = rest
            .bytes()
            .position(|byte| !(0x20..0x7F).contains(&byte) || byte == b'"' || byte == b'\\')
            .unwrap_or(rest.len());
        let (head, tail) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        out.extend_from_slice(head.as_bytes());
        let mut letters = tail.chars();
        let Some(letter) = letters.next() else { break };
        push_escape(out, letter);
        rest = letters.as_str();
    }
    out.push(b'"');
}

fn push_escape(out: &mut Vec<u8>, letter: char) {
    let short = match letter {
        '"' => b'"',
        '\\' => b'\\',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\u{8}' => b'b',
        '\u{C}' => b'f',
        _ => 0,
    };
    if short != 0 {
        out.extend_from_slice(&[b'\\', short]);
        return;
    }
    let mut units = [0_u16; 2];
    for unit in letter.encode_utf16(&mut units) {
        let digit = |shift: u32| HEX.get(usize::from((*unit >> shift) & 0xF)).copied().unwrap_or(b'0');
        out.extend_from_slice(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
    }
}

/// Adds a whole number.
pub fn push_integer(out: &mut Vec<u8>, value: i128) {
    // Writing to memory can't fail.
    let _ = write!(out, "{value}");
}

/// Adds a finite float.
pub fn push_float(out: &mut Vec<u8>, value: f64) {
    let mut text = String::new();
    if number::push_repr(&mut text, value).is_some() {
        out.extend_from_slice(text.as_bytes());
    }
}

/// What becomes of a Decimal String.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decimal {
    /// A number; its text is the one that the number would be written as.
    Canonical(f64),
    Number(f64),
    /// More digits than a float keeps: the text stands.
    Text,
}

/// A Decimal String without spaces around; none when it is no finite number.
pub fn decimal(text: &str) -> Option<Decimal> {
    let value = number::decimal(text).filter(|value| value.is_finite())?;
    if is_canonical(text) {
        return Some(Decimal::Canonical(value));
    }
    // Fifteen digits survive a float; DS has sixteen characters at most, so that more is rare.
    if text.len() > 15 {
        let mut shortest = String::new();
        number::push_repr(&mut shortest, value)?;
        if parts(text) != parts(&shortest) {
            return Some(Decimal::Text);
        }
    }
    Some(Decimal::Number(value))
}

/// Is it the text that `repr` gives of the number? Only what can be told at a glance counts.
fn is_canonical(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let Some((whole, fraction)) = digits.split_once('.') else {
        return false;
    };
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole)
        && all_digits(fraction)
        && digits.len() <= 16
        && (fraction == "0" || !fraction.ends_with('0'))
        && if whole == "0" {
            // From 1e-4 downward `repr` has an exponent; "-0.0" is the one zero with a sign.
            fraction == "0" || !fraction.starts_with("0000")
        } else {
            !whole.starts_with('0')
        }
}

/// Sign, significant digits and the power of ten of the last one: equal for equal numbers.
fn parts(text: &str) -> Option<(bool, String, i64)> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, power) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all: String = [whole, fraction].concat();
    let trimmed = all.trim_end_matches('0');
    let dropped = i64::try_from(all.len().saturating_sub(trimmed.len())).ok()?;
    let significant = trimmed.trim_start_matches('0').to_owned();
    if significant.is_empty() {
        return Some((false, significant, 0));
    }
    let power: i64 = power.parse().ok()?;
    let power = power
        .checked_sub(i64::try_from(fraction.len()).ok()?)?
        .checked_add(dropped)?;
    Some((negative, significant, power))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> String {
        let mut out = Vec::new();
        push_string(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_are_ascii() {
        assert_eq!(string("a\"b\\c/\u{7f}"), "\"a\\\"b\\\\c/\\u007f\"");
        assert_eq!(string("\n\r\t\u{8}\u{c}\u{1}"), "\"\\n\\r\\t\\b\\f\\u0001\"");
        assert_eq!(string("é山\u{1F600}x"), "\"\\u00e9\\u5c71\\ud83d\\ude00x\"");
    }

    #[test]
    fn a_text_that_is_canonical_is_the_text_of_its_number() {
        for text in [
            "1.5",
            "-0.0",
            "0.0",
            "0.0001",
            "-12.25",
            "512.0",
            "123456789.012345",
            "0.00012",
        ] {
            let Some(Decimal::Canonical(value)) = decimal(text) else {
                panic!("{text} is canonical");
            };
            let mut out = Vec::new();
            push_float(&mut out, value);
            assert_eq!(out, text.as_bytes());
        }
        for text in [
            "1.50", "1", "01.5", "0.00001", "+1.5", "1.", ".5", "1e3", "00.5", "-00.0",
        ] {
            assert!(matches!(decimal(text), Some(Decimal::Number(_))), "{text}");
        }
    }

    #[test]
    fn digits_that_a_float_would_round_keep_their_text() {
        assert_eq!(
            decimal("1234567890.12345"),
            Some(Decimal::Canonical(1_234_567_890.123_45))
        );
        assert_eq!(decimal("12345678901234567"), Some(Decimal::Text));
        assert_eq!(decimal("0.12345678901234567"), Some(Decimal::Text));
        assert_eq!(decimal("1000000000000000e1"), Some(Decimal::Number(1e16)));
        assert_eq!(decimal("0000000000000000"), Some(Decimal::Number(0.0)));
    }

    #[test]
    fn what_is_no_finite_number_is_none() {
        for text in ["", "a", "1e400", "nan", "inf"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
