//! Base64 (RFC 4648 section 4), as InlineBinary has it.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Marks what is no letter of the alphabet.
const NONE: u8 = 0xFF;

static VALUES: [u8; 256] = values();

// Evaluated while compiling, where an index out of bounds is an error of the build.
#[allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)]
const fn values() -> [u8; 256] {
    let mut table = [NONE; 256];
    let mut at = 0;
    while at < 64 {
        table[LETTERS[at] as usize] = at as u8;
        at += 1;
    }
    table
}

/// Bytes of the text that `length` bytes become.
pub const fn encoded_length(length: u64) -> u64 {
    length.div_ceil(3).saturating_mul(4)
}

fn letter(bits: u32) -> u8 {
    LETTERS.get((bits & 63) as usize).copied().unwrap_or(b'A')
}

/// Adds the text of some bytes.
pub fn push(out: &mut Vec<u8>, bytes: &[u8]) {
    out.reserve(usize::try_from(encoded_length(bytes.len() as u64)).unwrap_or(0));
    let (triples, rest) = bytes.as_chunks::<3>();
    for [a, b, c] in triples {
        let bits = (u32::from(*a) << 16) | (u32::from(*b) << 8) | u32::from(*c);
        out.extend_from_slice(&[letter(bits >> 18), letter(bits >> 12), letter(bits >> 6), letter(bits)]);
    }
    match rest {
        [a] => {
            let bits = u32::from(*a) << 16;
            out.extend_from_slice(&[letter(bits >> 18), letter(bits >> 12), b'=', b'=']);
        }
        [a, b] => {
            let bits = (u32::from(*a) << 16) | (u32::from(*b) << 8);
            out.extend_from_slice(&[letter(bits >> 18), letter(bits >> 12), letter(bits >> 6), b'=']);
        }
        _ => {}
    }
}

fn value(byte: u8) -> u32 {
    VALUES.get(usize::from(byte)).copied().map_or(64, u32::from)
}

/// Adds the bytes of a text; none, and `out` with whatever was added before, when it isn't base64 to the letter.
pub fn decode(out: &mut Vec<u8>, text: &str) -> Option<()> {
    let (quads, []) = text.as_bytes().as_chunks::<4>() else {
        return None;
    };
    out.reserve(quads.len().saturating_mul(3));
    let (last, full) = match quads.split_last() {
        Some((last, full)) if last.ends_with(b"=") => (Some(last), full),
        _ => (None, quads),
    };
    for [a, b, c, d] in full {
        let (a, b, c, d) = (value(*a), value(*b), value(*c), value(*d));
        if (a | b | c | d) > 63 {
            return None;
        }
        let [_, bytes @ ..] = ((a << 18) | (b << 12) | (c << 6) | d).to_be_bytes();
        out.extend_from_slice(&bytes);
    }
    let Some([a, b, c, _]) = last else {
        return Some(());
    };
    let one = *c == b'=';
    let (a, b, c) = (value(*a), value(*b), if one { 0 } else { value(*c) });
    if (a | b | c) > 63 {
        return None;
    }
    let [_, first, second, _] = ((a << 18) | (b << 12) | (c << 6)).to_be_bytes();
    out.push(first);
    if !one {
        out.push(second);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_the_way_there_and_back() {
        for length in 0..70_u8 {
            let bytes: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(37)).collect();
            let mut text = Vec::new();
            push(&mut text, &bytes);
            assert_eq!(text.len() as u64, encoded_length(bytes.len() as u64));
            let mut back = Vec::new();
            assert_eq!(decode(&mut back, std::str::from_utf8(&text).unwrap()), Some(()));
            assert_eq!(back, bytes);
        }
    }

    #[test]
    fn the_alphabet_is_that_of_rfc_4648() {
        let mut text = Vec::new();
        push(&mut text, &[0xFB, 0xFF, 0xBF, 0x4D]);
        assert_eq!(text, b"+/+/TQ==");
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        for text in ["YWJ", "YW=J", "Y===", "====", "YW!j", "YWJj\n", "YWJ\u{e9}", "=WJj"] {
            assert_eq!(decode(&mut Vec::new(), text), None, "{text}");
        }
    }
}
