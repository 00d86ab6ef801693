//! A data set without any mark of DICOM is recognised; other files are not.

use crate::made::*;
use dcm_encoding::sniff::{data_set, first_element};
use dcm_encoding::transfer_syntax::Encoding;

fn sniffed(bytes: &[u8]) -> Option<Encoding> {
    data_set(&bytes[..bytes.len().min(4096)], bytes.len() as u64)
}

#[test]
fn small_legal_data_sets_are_recognised() {
    for encoding in ENCODINGS {
        let one = element(encoding, 0x0008_0060, "CS", b"CT");
        let private = [
            element(encoding, 0x0009_0010, "LO", b"ACME"),
            element(encoding, 0x0009_1001, "UN", b"1234"),
            element(encoding, 0x0010_0010, "PN", b"A^B "),
        ];
        let group_length = element(encoding, 0x0008_0000, "UL", &long(encoding, 10));
        for bytes in [
            one.clone(),
            element(encoding, 0x0010_0010, "PN", b""),
            [group_length, one.clone()].concat(),
            private.concat(),
            undefined_sequence(encoding, 0x0008_1140, &[undefined_item(encoding, &one)]),
            sequence(encoding, 0x0008_1140, &[item(encoding, &one)]),
            [one.clone(), element(encoding, 0x7FE0_0010, "OW", &[0; 10_000])].concat(),
            [some_elements(encoding), vec![0; 6]].concat(),
        ] {
            assert_eq!(sniffed(&bytes), Some(encoding), "{encoding:?} {bytes:02x?}");
        }
    }
}

#[test]
fn private_elements_alone_are_recognised() {
    for encoding in ENCODINGS {
        let creator = element(encoding, 0x3F03_0010, "LO", b"ACME");
        let value = element(encoding, 0x3F03_1001, "UN", b"1234");
        let items = undefined(encoding, 0x4453_100C, "UN", &item(encoding, &value));
        for bytes in [creator.clone(), value.clone(), [creator, value].concat(), items] {
            assert_eq!(sniffed(&bytes), Some(encoding), "{encoding:?} {bytes:02x?}");
            // Not when they end elsewhere: anything could begin so.
            let cut = &bytes[..bytes.len() - 1];
            assert!(bytes.len() > 30 || sniffed(cut).is_none());
        }
    }
    let many: Vec<u8> = (0x3F03_1001..0x3F03_1007)
        .flat_map(|tag| element(EXPLICIT, tag, "SH", b"AB"))
        .collect();
    assert_eq!(sniffed(&[&many[..], &[0xEE; 100]].concat()), Some(EXPLICIT));
}

#[test]
fn a_data_set_that_is_cut_off_is_recognised_by_two_elements() {
    for encoding in ENCODINGS {
        let bytes = some_elements(encoding);
        assert_eq!(sniffed(&bytes[..bytes.len() - 1]), Some(encoding));
        assert_eq!(sniffed(&bytes[..10]), None);
    }
}

#[test]
fn elements_that_do_not_ascend_are_not_recognised() {
    for encoding in ENCODINGS {
        let bytes = [
            element(encoding, 0x0010_0010, "PN", b"A^B "),
            element(encoding, 0x0008_0060, "CS", b"CT"),
        ];
        assert_eq!(sniffed(&bytes.concat()), None);
    }
}

#[test]
fn other_files_are_not_taken_for_data_sets() {
    let text = "Patient: a text file that speaks of DICOM, of the CT and of UI, PN and LO.\n".repeat(50);
    let utf16 = |little: bool| -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    };
    let padded = |begin: &[u8]| [begin, &Random(5).bytes(5000)].concat();
    let files = [
        (
            "png",
            padded(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\0\0\0\x02\0\x08\0\0\0\0"),
        ),
        (
            "pdf",
            padded(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"),
        ),
        (
            "zip",
            padded(b"PK\x03\x04\x14\0\0\0\x08\0\x21\x4c\x21\x58\x12\x34\x56\x78"),
        ),
        (
            "elf",
            padded(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0"),
        ),
        ("exe", padded(b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0")),
        ("gzip", padded(b"\x1f\x8b\x08\0\0\0\0\0\0\x03")),
        (
            "jpeg",
            padded(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        ),
        ("tiff", padded(b"II*\0\x08\0\0\0\x10\0\xfe\0\x04\0\x01\0\0\0\0\0\0\0")),
        ("bmp", padded(b"BM\x36\0\x0c\0\0\0\0\0\x36\0\0\0\x28\0\0\0")),
        ("ico", padded(b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0")),
        ("wav", padded(b"RIFF\x24\x08\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0")),
        ("nifti", padded(b"\x5c\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0")),
        ("json", br#"{"00080060": {"vr": "CS", "Value": ["CT"]}}"#.to_vec()),
        (
            "xml",
            b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><NativeDicomModel/>".to_vec(),
        ),
        ("utf-8", text.clone().into_bytes()),
        ("utf-8 with a mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("utf-16", utf16(true)),
        ("utf-16 with a mark", [b"\xff\xfe", &utf16(true)[..]].concat()),
        ("utf-16 big endian", utf16(false)),
        (
            "utf-16 big endian with a mark",
            [b"\xfe\xff", &utf16(false)[..]].concat(),
        ),
        ("zeros", vec![0; 10_000]),
        ("ones", vec![0xFF; 10_000]),
        ("spaces", vec![b' '; 10_000]),
        ("numbers", (0..5000_u16).flat_map(u16::to_le_bytes).collect()),
    ];
    for (name, bytes) in files {
        assert_eq!(sniffed(&bytes), None, "{name}");
        assert!(read(&bytes).is_err(), "{name}");
    }
}

#[test]
fn random_bytes_are_not_taken_for_data_sets() {
    let mut random = Random(11);
    for _ in 0..20_000 {
        let length = 1 + random.below(300);
        let bytes = random.bytes(length);
        assert_eq!(sniffed(&bytes), None, "{bytes:02x?}");
    }
}

#[test]
fn the_first_element_tells_the_encoding() {
    for encoding in ENCODINGS {
        assert_eq!(first_element(&some_elements(encoding)), Some(encoding));
        assert_eq!(
            first_element(&element(encoding, 0x0009_0010, "LO", b"A ")),
            Some(encoding)
        );
    }
    assert_eq!(first_element(b"short"), None);
}
