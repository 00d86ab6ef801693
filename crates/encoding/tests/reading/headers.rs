//! The header of an element in each encoding (PS3.5 7.1), and the VR where none stands.

use crate::made::*;
use dcm_dictionary::Vr;
use dcm_encoding::header::{self, vr_of};

const LONG_VRS: [Vr; 13] = [
    Vr::Ob,
    Vr::Od,
    Vr::Of,
    Vr::Ol,
    Vr::Ov,
    Vr::Ow,
    Vr::Sq,
    Vr::Sv,
    Vr::Uc,
    Vr::Un,
    Vr::Ur,
    Vr::Ut,
    Vr::Uv,
];

#[test]
fn each_vr_has_its_form_in_both_byte_orders() {
    let names = "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV";
    assert_eq!(names.split(' ').count(), 34);
    for name in names.split(' ') {
        for encoding in [EXPLICIT, BIG] {
            let bytes = header(encoding, 0x0008_1140, name, 0x1234);
            let head = header::read(&bytes, encoding, 1 << 20).unwrap();
            let size = if LONG_VRS.contains(&head.vr) { 12 } else { 8 };
            assert_eq!(head.vr.as_str(), name);
            assert_eq!(
                (head.tag, head.length, head.size),
                (0x0008_1140, 0x1234, size),
                "{name}"
            );
            assert_eq!(head.encoding, encoding);
            assert!(!head.without_vr && !head.unknown_vr);
            for cut in 0..bytes.len() {
                assert!(header::read(&bytes[..cut], encoding, 1 << 20).is_none(), "{name} {cut}");
            }
        }
    }
}

#[test]
fn an_implicit_header_has_the_vr_of_the_dictionary() {
    let bytes = header(IMPLICIT, 0x0028_0010, "", 2);
    let head = header::read(&bytes, IMPLICIT, 10).unwrap();
    assert_eq!((head.tag, head.vr, head.length, head.size), (0x0028_0010, Vr::Us, 2, 8));
    assert!(!head.without_vr);
    assert!(header::read(&bytes[..7], IMPLICIT, 10).is_none());
}

#[test]
fn a_vr_that_stands_nowhere_is_told_from_the_tag() {
    for (tag, vr) in [
        (0x0008_0000, Vr::Ul),
        (0x0009_0000, Vr::Ul),
        (0x0009_0010, Vr::Lo),
        (0x0009_00FF, Vr::Lo),
        (0x0009_0100, Vr::Un),
        (0x0009_1001, Vr::Un),
        (0x0028_0010, Vr::Us),
        (0x0028_0106, Vr::UsOrSs),
        (0x0008_0001, Vr::Ul),
        (0x6002_3000, Vr::ObOrOw),
        (0x0008_FFFE, Vr::Un),
    ] {
        assert_eq!(vr_of(tag), vr, "{tag:08X}");
    }
}

#[test]
fn items_and_delimiters_have_no_vr_in_any_encoding() {
    for encoding in ENCODINGS {
        for tag in [ITEM, ITEM_DELIMITER, SEQUENCE_DELIMITER] {
            let head = header::read(&header(encoding, tag, "", 0x10), encoding, 100).unwrap();
            assert_eq!((head.tag, head.length, head.size), (tag, 0x10, 8));
            assert!(!head.without_vr);
        }
    }
}

#[test]
fn an_undefined_length_is_all_ones() {
    for encoding in ENCODINGS {
        let head = header::read(&header(encoding, 0x0008_1140, "SQ", UNDEFINED), encoding, 100).unwrap();
        assert_eq!(head.length, u32::MAX);
    }
}

#[test]
fn each_encoding_gives_the_same_rows() {
    for encoding in ENCODINGS {
        let bytes = [
            element(encoding, 0x0008_0005, "CS", b"ISO_IR 100"),
            element(encoding, 0x0009_0010, "LO", b"ACME"),
            element(encoding, 0x0010_0010, "PN", b"A^B "),
            element(encoding, 0x0028_0010, "US", &short(encoding, 512)),
            element(encoding, 0x0042_0011, "OB", &[1, 2, 3, 4]),
            element(encoding, 0x0088_0140, "UI", b""),
        ]
        .concat();
        let parsed = parse(&bytes, encoding);
        assert_eq!(
            shown(&parsed.rows),
            [
                "00080005 CS 10",
                "00090010 LO 4",
                "00100010 PN 4",
                "00280010 US 2",
                "00420011 OB 4",
                "00880140 UI 0"
            ]
        );
        assert_eq!(parsed.findings, []);
        assert_eq!(parsed.end, bytes.len() as u64);
        for row in &parsed.rows {
            assert_eq!(row.encoding(), encoding);
        }
        let rows = &parsed.rows[3];
        assert_eq!(bytes[rows.offset as usize..][..2], short(encoding, 512));
    }
}

#[test]
fn command_sets_and_group_lengths_are_elements_like_others() {
    let bytes = [
        element(IMPLICIT, 0x0000_0000, "UL", &66_u32.to_le_bytes()),
        element(IMPLICIT, 0x0000_0002, "UI", b"1.2.840.10008.1.1\0"),
        element(IMPLICIT, 0x0000_0100, "US", &[0x30, 0]),
        element(IMPLICIT, 0x0000_0110, "US", &[1, 0]),
        element(IMPLICIT, 0x0000_0800, "US", &[1, 1]),
    ]
    .concat();
    let parsed = parse(&bytes, IMPLICIT);
    assert_eq!(
        shown(&parsed.rows),
        [
            "00000000 UL 4",
            "00000002 UI 18",
            "00000100 US 2",
            "00000110 US 2",
            "00000800 US 2"
        ]
    );
    assert_eq!(parsed.findings, []);
    let read = read(&bytes).unwrap();
    assert_eq!(read.encoding, IMPLICIT);
    assert_eq!(shown(read.data_set.rows()), shown(&parsed.rows));
}
