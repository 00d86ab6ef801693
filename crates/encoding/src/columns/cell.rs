//! One value of a column: numbers, or a text.

use super::Content;
use crate::scan::{NO_TEXT, Text, Texts};
use crate::value::number::{self, TextNumbers};
use crate::value::text;
use dcm_dictionary::Vr;

/// What an item has.
pub enum Cell {
    /// So many numbers, which were appended.
    Numbers(u32),
    Text(u32),
    Other,
}

/// What a column of this VR holds.
pub const fn content(vr: Vr) -> Content {
    match vr {
        Vr::Ds | Vr::Is => Content::NumberTexts,
        Vr::Us | Vr::Ss | Vr::Ul | Vr::Sl | Vr::Uv | Vr::Sv | Vr::Fl | Vr::Fd | Vr::At => Content::Numbers,
        _ if text::is_text(vr) => Content::Texts,
        _ => Content::Other,
    }
}

/// The value, and whether its character set matters; none for one that isn't plainly what its VR says.
pub fn read(
    bytes: &[u8],
    vr: Vr,
    big_endian: bool,
    numbers: &mut Vec<f64>,
    texts: &mut Texts,
    guess: u32,
) -> Option<(Cell, bool)> {
    match content(vr) {
        Content::Other => Some((Cell::Other, false)),
        Content::Texts => read_text(bytes, vr, texts, guess),
        Content::Numbers => {
            let width = number::width(vr).unwrap_or(1);
            if bytes.len().checked_rem(width) != Some(0) {
                return None;
            }
            let before = numbers.len();
            number::push_all(bytes, vr, big_endian, numbers);
            count(before, numbers)
        }
        Content::NumberTexts => {
            let before = numbers.len();
            let plain = number::push_texts(text::trim(bytes, vr), vr, numbers);
            match plain {
                TextNumbers::Plain => count(before, numbers),
                TextNumbers::Irregular => None,
            }
        }
    }
}

fn count(before: usize, numbers: &[f64]) -> Option<(Cell, bool)> {
    let count = u32::try_from(numbers.len().checked_sub(before)?).ok()?;
    Some((Cell::Numbers(count), false))
}

fn read_text(bytes: &[u8], vr: Vr, texts: &mut Texts, guess: u32) -> Option<(Cell, bool)> {
    let trimmed = text::trim(bytes, vr);
    if !text::is_plain(trimmed) {
        if !text::has_character_set(vr) {
            // Read as Latin-1, as text of the default repertoire is.
            let number = texts.number_of(Text {
                bytes: one_by_one(&text::latin_1(trimmed), vr).into_bytes().into(),
                character_set: None,
            });
            return Some((Cell::Text(number), false));
        }
        if vr == Vr::Pn {
            return None;
        }
        let number = texts.number_of(Text {
            bytes: trimmed.into(),
            character_set: Some(vr.as_str().as_bytes().into()),
        });
        return Some((Cell::Text(number), true));
    }
    if trimmed.is_empty() {
        return Some((Cell::Text(NO_TEXT), false));
    }
    let as_it_stands = text::is_single(vr)
        || !trimmed.contains(&b'\\')
            && !trimmed.starts_with(b" ")
            && !trimmed.ends_with(b" ")
            && !trimmed.ends_with(b"\0")
            && vr != Vr::Pn;
    if as_it_stands {
        return Some((Cell::Text(texts.plain(trimmed, guess)), false));
    }
    let whole = one_by_one(std::str::from_utf8(trimmed).ok()?, vr);
    if whole.is_empty() {
        return Some((Cell::Text(NO_TEXT), false));
    }
    Some((Cell::Text(texts.plain(whole.as_bytes(), guess)), false))
}

/// The values of a text without their padding, put together again.
pub fn one_by_one(whole: &str, vr: Vr) -> String {
    if text::is_single(vr) {
        return whole.to_owned();
    }
    let trim = |one| match vr {
        // Delimiters of empty groups at the end may be left out (PS3.5 6.2.1.1).
        Vr::Pn => str::trim_end_matches(one, '='),
        _ => text::trim_one(one, vr),
    };
    whole.split('\\').map(trim).collect::<Vec<_>>().join("\\")
}
