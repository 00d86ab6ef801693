//! From bytes to numbers and text (PS3.5 6.2), whatever the bytes are.

use crate::made::Random;
use dcm_dictionary::Vr;
use dcm_encoding::value::{number, text};

#[test]
fn numbers_of_each_width_in_both_byte_orders() {
    let bytes = [0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07, 0x88];
    assert!(number::u16s(&bytes, false).eq([0x8201, 0x8403, 0x8605, 0x8807]));
    assert!(number::u16s(&bytes, true).eq([0x0182, 0x0384, 0x0586, 0x0788]));
    assert!(number::i16s(&bytes[..2], false).eq([-0x7DFF]));
    assert!(number::u32s(&bytes, false).eq([0x8403_8201, 0x8807_8605]));
    assert!(number::u32s(&bytes, true).eq([0x0182_0384, 0x0586_0788]));
    assert!(number::i32s(&[0xFE, 0xFF, 0xFF, 0xFF], false).eq([-2]));
    assert!(number::u64s(&bytes, false).eq([0x8807_8605_8403_8201]));
    assert!(number::u64s(&bytes, true).eq([0x0182_0384_0586_0788]));
    assert!(number::i64s(&[0xFF; 8], true).eq([-1]));
    assert!(number::f32s(&[0x3F, 0x80, 0, 0], true).eq([1.0]));
    assert!(number::f64s(&[0, 0, 0, 0, 0, 0, 0xF0, 0xBF], false).eq([-1.0]));
    assert!(number::tags(&bytes, false).eq([0x8201_8403, 0x8605_8807]));
}

#[test]
fn bytes_behind_the_last_whole_number_are_left_out() {
    for length in 0..20 {
        let bytes = vec![1; length];
        assert_eq!(number::u16s(&bytes, false).len(), length / 2);
        assert_eq!(number::f32s(&bytes, true).len(), length / 4);
        assert_eq!(number::tags(&bytes, true).len(), length / 4);
        assert_eq!(number::i64s(&bytes, false).len(), length / 8);
    }
}

#[test]
fn only_binary_numbers_have_a_width() {
    for (vr, width) in [
        (Vr::Us, Some(2)),
        (Vr::Ss, Some(2)),
        (Vr::Ul, Some(4)),
        (Vr::Sl, Some(4)),
        (Vr::Fl, Some(4)),
        (Vr::At, Some(4)),
        (Vr::Fd, Some(8)),
        (Vr::Uv, Some(8)),
        (Vr::Sv, Some(8)),
        (Vr::Ow, None),
        (Vr::Ds, None),
        (Vr::Sq, None),
    ] {
        assert_eq!(number::width(vr), width);
    }
}

#[test]
fn decimal_and_integer_strings() {
    for (text, value) in [
        ("1", Some(1.0)),
        ("-1.5e3 ", Some(-1500.0)),
        ("+.5", Some(0.5)),
        (" 0 ", Some(0.0)),
        ("", None),
        ("1,5", None),
        ("1 2", None),
        ("0x10", None),
    ] {
        assert_eq!(number::decimal(text), value, "{text}");
    }
    for (text, value) in [
        ("9223372036854775807", Some(i64::MAX)),
        ("9223372036854775808", None),
        ("-12 ", Some(-12)),
        ("", None),
        ("1.5", None),
        ("1_000", None),
    ] {
        assert_eq!(number::integer(text), value, "{text}");
    }
}

#[test]
fn padding_is_taken_off_the_end_only() {
    for (vr, bytes, trimmed) in [
        (Vr::Lo, &b"  a b \0 "[..], &b"  a b"[..]),
        (Vr::Ui, b"1.2\0\0", b"1.2"),
        (Vr::Ae, b" A \0", b" A \0"),
        (Vr::Ur, b"a:b ", b"a:b"),
        (Vr::Pn, b"   ", b""),
        (Vr::Ut, b"", b""),
        (Vr::Cs, b"\0\0", b""),
        (Vr::Lt, b"line\r\n ", b"line\r\n"),
    ] {
        assert_eq!(text::trim(bytes, vr), trimmed);
    }
    assert_eq!(text::trim_one("a \0", Vr::Sh), "a");
    assert_eq!(text::trim_one(" 1.2 ", Vr::Ui), "1.2");
    assert_eq!(text::trim_one(" x ", Vr::Lt), " x ");
}

#[test]
fn plain_text_means_the_same_in_every_character_set() {
    assert!(text::is_plain(b"") && text::is_plain(b"ABC~\\"));
    assert!(!text::is_plain("ä".as_bytes()) && !text::is_plain(b"\x1b$B"));
    assert_eq!(text::latin_1(&[0x41, 0xE4, 0xFF, 0]), "Aäÿ\0");
}

#[test]
fn vrs_of_text() {
    let with_character_set: Vec<&str> = [
        Vr::Lo,
        Vr::Lt,
        Vr::Pn,
        Vr::Sh,
        Vr::St,
        Vr::Uc,
        Vr::Ut,
        Vr::Cs,
        Vr::Ui,
        Vr::Ae,
    ]
    .into_iter()
    .filter(|vr| text::has_character_set(*vr))
    .map(Vr::as_str)
    .collect();
    assert_eq!(with_character_set, ["LO", "LT", "PN", "SH", "ST", "UC", "UT"]);
    assert!([Vr::Lt, Vr::St, Vr::Ut, Vr::Ur].into_iter().all(text::is_single));
    assert!(![Vr::Lo, Vr::Uc, Vr::Pn].into_iter().any(text::is_single));
}

#[test]
fn any_bytes_are_read() {
    let mut random = Random(31);
    for _ in 0..2000 {
        let length = random.below(40);
        let bytes = random.bytes(length);
        let latin = text::latin_1(&bytes);
        assert_eq!(latin.chars().count(), length);
        for vr in [Vr::Lo, Vr::Ae, Vr::Ui] {
            assert!(bytes.starts_with(text::trim(&bytes, vr)));
            assert!(latin.contains(text::trim_one(&latin, vr)));
        }
        let _ = (number::decimal(&latin), number::integer(&latin));
    }
}
