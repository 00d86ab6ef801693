//! What stands before the data set: preamble, prefix, File Meta Information, or less (PS3.10 7).

use crate::made::*;
use dcm_encoding::error::Kind;
use dcm_encoding::options::ReadOptions;
use dcm_encoding::part10;
use std::sync::Arc;

fn rows_of(encoding: dcm_encoding::transfer_syntax::Encoding) -> Vec<String> {
    shown(&parse(&some_elements(encoding), encoding).rows)
}

#[test]
fn a_file_as_it_should_be_leaves_no_finding() {
    for encoding in ENCODINGS {
        let mut bytes = file(uid_of(encoding), &some_elements(encoding));
        bytes[5] = 7;
        let read = read(&bytes).unwrap();
        assert_eq!(read.encoding, encoding);
        assert_eq!(read.preamble.as_deref(), Some(&bytes[..128]));
        assert_eq!(read.findings, []);
        assert_eq!(shown(read.data_set.rows()), rows_of(encoding));
        let meta = read.file_meta.unwrap();
        assert_eq!(shown(meta.rows())[0], "00020000 UL 4");
        assert_eq!((meta.rows().len(), meta.findings()), (3, vec![]));
        assert_eq!(read.data_set.value(&read.data_set.rows()[1]).unwrap().as_ref(), b"CT");
    }
}

#[test]
fn an_empty_data_set_is_one() {
    let read = read(&file(uid_of(EXPLICIT), b"")).unwrap();
    assert!(read.data_set.rows().is_empty());
    assert_eq!(read.findings, []);
}

#[test]
fn the_preamble_may_be_missing() {
    let rest = [meta(uid_of(BIG)), some_elements(BIG)].concat();
    for (bytes, message) in [
        ([b"DICM", &rest[..]].concat(), "DICM stands at the very beginning"),
        (rest.clone(), "the File Meta Information stands at the very beginning"),
    ] {
        let read = read(&bytes).unwrap();
        assert_eq!(codes(&read.findings), ["no-preamble"]);
        assert_eq!(read.findings[0].message, message);
        assert_eq!((read.encoding, read.preamble), (BIG, None));
        assert_eq!(shown(read.data_set.rows()), rows_of(BIG));
        assert_eq!(read.file_meta.unwrap().rows().len(), 3);
    }
}

#[test]
fn the_file_meta_information_may_be_missing() {
    for encoding in ENCODINGS {
        let plain = some_elements(encoding);
        for (bytes, expected) in [
            (plain.clone(), vec!["no-file-meta"]),
            (prefixed(&plain), vec!["no-file-meta"]),
            ([b"DICM", &plain[..]].concat(), vec!["no-preamble", "no-file-meta"]),
        ] {
            let read = read(&bytes).unwrap();
            assert_eq!(codes(&read.findings), expected);
            assert_eq!(read.encoding, encoding);
            assert!(read.file_meta.is_none());
            assert_eq!(shown(read.data_set.rows()), rows_of(encoding));
        }
    }
}

#[test]
fn a_wrong_group_length_is_not_believed() {
    for wrong in [0_u32, 1, 10, 1 << 30, u32::MAX] {
        let length = element(EXPLICIT, 0x0002_0000, "UL", &wrong.to_le_bytes());
        let rest = [length, meta_elements(uid_of(EXPLICIT)), some_elements(EXPLICIT)].concat();
        let read = read(&prefixed(&rest)).unwrap();
        assert_eq!(
            found(&read.findings),
            [("wrong-file-meta-length", Some(0x0002_0000), Some(132))]
        );
        assert_eq!(shown(read.data_set.rows()), rows_of(EXPLICIT));
    }
    // None at all is no finding: the tags tell where the group ends.
    let without = [meta_elements(uid_of(EXPLICIT)), some_elements(EXPLICIT)].concat();
    assert_eq!(read(&prefixed(&without)).unwrap().findings, []);
}

#[test]
fn file_meta_information_without_vrs_is_read() {
    let meta = element(IMPLICIT, 0x0002_0010, "", b"1.2.840.10008.1.2\0");
    let read = read(&prefixed(&[meta, some_elements(IMPLICIT)].concat())).unwrap();
    assert_eq!(codes(&read.findings), ["implicit-file-meta"]);
    assert_eq!(read.encoding, IMPLICIT);
    assert_eq!(shown(read.file_meta.unwrap().rows()), ["00020010 UI 18"]);
    assert_eq!(shown(read.data_set.rows()), rows_of(IMPLICIT));
}

#[test]
fn without_a_transfer_syntax_the_first_element_tells() {
    for encoding in ENCODINGS {
        let class = element(EXPLICIT, 0x0002_0002, "UI", b"1.2.840.10008.5.1.4.1.1.7\0");
        let empty = element(EXPLICIT, 0x0002_0010, "UI", b"");
        for meta in [class.clone(), [class, empty].concat()] {
            let read = read(&prefixed(&[meta, some_elements(encoding)].concat())).unwrap();
            assert_eq!(codes(&read.findings), ["no-transfer-syntax"]);
            assert_eq!(read.encoding, encoding);
            assert_eq!(shown(read.data_set.rows()), rows_of(encoding));
        }
    }
}

#[test]
fn an_unknown_transfer_syntax_is_read_as_the_first_element_looks() {
    let explicit = read(&file("1.2.3.4", &some_elements(EXPLICIT))).unwrap();
    assert_eq!(codes(&explicit.findings), ["unknown-transfer-syntax"]);
    assert_eq!(explicit.encoding, EXPLICIT);
    let implicit = read(&file("1.2.3.4", &some_elements(IMPLICIT))).unwrap();
    assert_eq!(
        codes(&implicit.findings),
        ["unknown-transfer-syntax", "encoding-contradicts-transfer-syntax"]
    );
    assert_eq!(implicit.encoding, IMPLICIT);
}

#[test]
fn the_bytes_are_believed_where_the_transfer_syntax_contradicts_them() {
    let pairs = [
        (IMPLICIT, EXPLICIT),
        (IMPLICIT, BIG),
        (EXPLICIT, IMPLICIT),
        (EXPLICIT, BIG),
        (BIG, EXPLICIT),
    ];
    for (declared, real) in pairs {
        let bytes = file(uid_of(declared), &some_elements(real));
        let start = (bytes.len() - some_elements(real).len()) as u64;
        let read = read(&bytes).unwrap();
        assert_eq!(
            found(&read.findings),
            [("encoding-contradicts-transfer-syntax", Some(0x0002_0010), Some(start))]
        );
        assert_eq!(read.encoding, real);
        assert_eq!(shown(read.data_set.rows()), rows_of(real));
    }
    let big_but_implicit = read(&file(uid_of(BIG), &some_elements(IMPLICIT))).unwrap();
    assert_eq!(shown(big_but_implicit.data_set.rows()), rows_of(IMPLICIT));
}

#[test]
fn private_and_unknown_first_elements_contradict_nothing() {
    for encoding in ENCODINGS {
        for first in [
            element(encoding, 0x0009_0010, "LO", b"ACME"),
            element(encoding, 0x0008_0000, "UL", &long(encoding, 100)),
            element(encoding, 0x0008_FFFE, "LO", b"ABCD"),
            undefined_sequence(encoding, 0x0008_1140, &[]),
        ] {
            let rest = element(encoding, 0x0010_0010, "PN", b"A^B ");
            let read = read(&file(uid_of(encoding), &[first, rest].concat())).unwrap();
            assert_eq!(read.findings, [], "{encoding:?}");
            assert_eq!(read.encoding, encoding);
        }
    }
}

#[test]
fn nothing_at_all_is_not_dicom() {
    for bytes in [
        &b""[..],
        b"\0",
        b"DI",
        &[0; 128],
        &[0; 132],
        &[0; 1000],
        &[2, 0],
        &[2, 0, 0, 0],
    ] {
        let error = read(bytes).err().unwrap();
        assert!(matches!(error.kind, Kind::NotDicom(_)), "{} bytes", bytes.len());
    }
}

#[test]
fn bytes_that_begin_like_group_0002_are_not_dicom_for_that_alone() {
    let mut random = Random(3);
    for _ in 0..500 {
        let mut bytes = random.bytes(200);
        bytes[..2].copy_from_slice(&[2, 0]);
        assert!(read(&bytes).is_err());
    }
}

#[test]
fn with_force_all_is_taken_for_a_data_set() {
    let options = ReadOptions {
        force: true,
        ..ReadOptions::default()
    };
    for bytes in [&b""[..], b"no DICOM at all", &[0; 300], b"\x02\0\0\0\xff\xff"] {
        let read = part10::read_bytes(Arc::new(bytes.to_vec()), &options).unwrap();
        assert!(read.data_set.rows().len() <= 1);
    }
    let odd = element(EXPLICIT, 0x0009_1001, "UN", b"AB");
    let read = part10::read_bytes(Arc::new(odd), &options).unwrap();
    assert_eq!(
        (shown(read.data_set.rows()), read.encoding),
        (vec!["00091001 UN 2".into()], EXPLICIT)
    );
}
