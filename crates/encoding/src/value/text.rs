//! Text values: padding and backslashes (PS3.5 6.2). Character sets beyond ASCII, Latin-1 and UTF-8 are decoded above.

use dcm_dictionary::Vr;

/// Text whose bytes mean what Specific Character Set says (PS3.5 6.1.2.2); other text is of the default repertoire.
pub const fn has_character_set(vr: Vr) -> bool {
    matches!(vr, Vr::Lo | Vr::Lt | Vr::Pn | Vr::Sh | Vr::St | Vr::Uc | Vr::Ut)
}

/// VRs whose values are letters, numbers and names written as text among them.
pub const fn is_text(vr: Vr) -> bool {
    matches!(
        vr,
        Vr::Ae
            | Vr::As
            | Vr::Cs
            | Vr::Da
            | Vr::Ds
            | Vr::Dt
            | Vr::Is
            | Vr::Lo
            | Vr::Lt
            | Vr::Pn
            | Vr::Sh
            | Vr::St
            | Vr::Tm
            | Vr::Uc
            | Vr::Ui
            | Vr::Ur
            | Vr::Ut
    )
}

/// Text in which a backslash is a letter, not the end of a value.
pub const fn is_single(vr: Vr) -> bool {
    matches!(vr, Vr::Lt | Vr::St | Vr::Ut | Vr::Ur)
}

/// The bytes without those at the end that are padding.
pub fn trim_end(mut bytes: &[u8], padding: fn(u8) -> bool) -> &[u8] {
    while let [rest @ .., last] = bytes {
        if !padding(*last) {
            break;
        }
        bytes = rest;
    }
    bytes
}

const fn is_space(byte: u8) -> bool {
    byte == b' '
}

const fn is_space_or_nul(byte: u8) -> bool {
    byte == b' ' || byte == 0
}

/// The value without its padding: spaces for UR and AE, spaces and NULs for all other text.
pub fn trim(bytes: &[u8], vr: Vr) -> &[u8] {
    match vr {
        Vr::Ur | Vr::Ae => trim_end(bytes, is_space),
        _ => trim_end(bytes, is_space_or_nul),
    }
}

/// One of several values: spaces are padding on both sides in AE and UI, and behind in text with a character set.
pub fn trim_one(text: &str, vr: Vr) -> &str {
    match vr {
        Vr::Ae | Vr::Ui => text.trim_matches(' '),
        Vr::Lo | Vr::Sh | Vr::Uc => text.trim_end_matches([' ', '\0']),
        _ => text,
    }
}

/// Bytes that mean the same in every character set of the standard: ASCII without escape sequences.
pub fn is_plain(bytes: &[u8]) -> bool {
    bytes.is_ascii() && !bytes.contains(&0x1B)
}

/// ISO 8859-1, which is also how text of the default repertoire is read: no byte is refused.
pub fn latin_1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_depends_on_the_vr() {
        assert_eq!(trim(b" ab \0", Vr::Lo), b" ab");
        assert_eq!(trim(b" ab \0", Vr::Ur), b" ab \0");
        assert_eq!(trim(b"1.2\0", Vr::Ui), b"1.2");
        assert_eq!(trim_one(" ab ", Vr::Ae), "ab");
        assert_eq!(trim_one(" ab ", Vr::Lo), " ab");
        assert_eq!(trim_one(" ab ", Vr::Cs), " ab ");
    }
}
