//! The bytes of a value in another byte order (PS3.5 7.3), and padded to an even length (PS3.5 7.1.1).

use crate::value::text;
use dcm_dictionary::Vr;

/// Bytes that change places together when the byte order changes; none for text and for single bytes.
pub const fn unit(vr: Vr) -> Option<usize> {
    match vr {
        // Of a tag group and element are two numbers.
        Vr::Us | Vr::Ss | Vr::Ow | Vr::At | Vr::UsOrSs | Vr::UsOrOw | Vr::UsOrSsOrOw => Some(2),
        Vr::Ul | Vr::Sl | Vr::Fl | Vr::Ol | Vr::Of => Some(4),
        Vr::Uv | Vr::Sv | Vr::Fd | Vr::Ov | Vr::Od => Some(8),
        _ => None,
    }
}

/// Appends the value in the other byte order; bytes behind the last whole number stay as they are.
pub fn swapped(bytes: &[u8], vr: Vr, out: &mut Vec<u8>) {
    let Some(unit) = unit(vr) else {
        out.extend_from_slice(bytes);
        return;
    };
    let numbers = bytes.chunks_exact(unit);
    let rest = numbers.remainder();
    for number in numbers {
        out.extend(number.iter().rev());
    }
    out.extend_from_slice(rest);
}

/// What a value of odd length is padded with (PS3.5 6.2).
pub const fn padding(vr: Vr) -> u8 {
    if text::is_text(vr) && !matches!(vr, Vr::Ui) {
        b' '
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_turned_round() {
        let turned = |vr| {
            let mut out = Vec::new();
            swapped(&[1, 2, 3, 4, 5, 6, 7, 8, 9], vr, &mut out);
            out
        };
        assert_eq!(turned(Vr::Us), [2, 1, 4, 3, 6, 5, 8, 7, 9]);
        assert_eq!(turned(Vr::At), [2, 1, 4, 3, 6, 5, 8, 7, 9]);
        assert_eq!(turned(Vr::Fl), [4, 3, 2, 1, 8, 7, 6, 5, 9]);
        assert_eq!(turned(Vr::Fd), [8, 7, 6, 5, 4, 3, 2, 1, 9]);
        assert_eq!(turned(Vr::Ob), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
}
