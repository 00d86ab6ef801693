//! Encapsulated values (PS3.5 A.4): fragments in a data set, and in bytes at hand.

use crate::made::*;
use dcm_encoding::error::Kind;
use dcm_encoding::fragments::{Fragment, of_value};
use dcm_encoding::options::Limits;
use dcm_encoding::table::ElementTable;
use std::sync::Arc;

fn value(encoding: dcm_encoding::transfer_syntax::Encoding, fragments: &[&[u8]]) -> Vec<u8> {
    fragments.iter().flat_map(|fragment| item(encoding, fragment)).collect()
}

#[test]
fn the_offset_table_is_the_first_item() {
    for encoding in ENCODINGS {
        let content = value(encoding, &[b"", b"12", b"3456"]);
        let bytes = [
            undefined(encoding, 0x7FE0_0010, "OB", &content),
            element(encoding, 0xFFFC_FFFC, "OB", &[0; 4]),
        ]
        .concat();
        let parsed = parse(&bytes, encoding);
        let first = header(encoding, 0x7FE0_0010, "OB", 0).len() as u64 + 8;
        let vr = if encoding.implicit_vr { "OB or OW" } else { "OB" };
        assert_eq!(
            shown(&parsed.rows),
            [
                format!("7FE00010 {vr} 30 undefined delimited encapsulated"),
                "FFFCFFFC OB 4".to_owned()
            ]
        );
        let offsets: Vec<_> = parsed.fragments[0]
            .1
            .iter()
            .map(|one| (one.offset - first, one.length))
            .collect();
        assert_eq!((parsed.fragments[0].0, offsets), (0, vec![(0, 0), (8, 2), (18, 4)]));
        assert_eq!(parsed.findings, []);
    }
}

#[test]
fn fragments_that_the_source_cuts_off_keep_what_is_there() {
    let whole = undefined(EXPLICIT, 0x7FE0_0010, "OB", &value(EXPLICIT, &[b"", b"12345678"]));
    // Within the fragment, behind it, and within the delimiter.
    for (end, rows, length) in [
        (32, "7FE00010 OB 20 undefined truncated encapsulated", 4),
        (36, "7FE00010 OB 24 undefined truncated encapsulated", 8),
    ] {
        let parsed = parse(&whole[..end], EXPLICIT);
        assert_eq!(shown(&parsed.rows), [rows]);
        assert_eq!(codes(&parsed.findings), ["file-ends-early"]);
        assert_eq!(parsed.fragments[0].1[1], Fragment { offset: 28, length });
    }
    let parsed = parse(&whole[..40], EXPLICIT);
    assert_eq!(parsed.fragments[0].1.len(), 2);
    assert_eq!(codes(&parsed.findings), ["fragments-broken"]);
}

#[test]
fn encapsulated_values_stand_in_items_too() {
    let pixels = undefined(EXPLICIT, 0x7FE0_0010, "OB", &value(EXPLICIT, &[b"", b"12"]));
    let bytes = undefined_sequence(EXPLICIT, 0x0088_0200, &[undefined_item(EXPLICIT, &pixels)]);
    let parsed = parse(&bytes, EXPLICIT);
    assert_eq!(
        shown(&parsed.rows)[2],
        "  7FE00010 OB 18 undefined delimited encapsulated"
    );
    assert_eq!(parsed.fragments[0].0, 2);
    assert_eq!(parsed.findings, []);
}

#[test]
fn each_encapsulated_value_has_its_own_fragments() {
    let mut bytes = Vec::new();
    for number in 0..500_u32 {
        bytes.extend(element(EXPLICIT, 0x0009_1000 + 2 * number, "LO", b"AB"));
        let fragment = vec![1; number as usize * 2];
        bytes.extend(undefined(
            EXPLICIT,
            0x0009_1001 + 2 * number,
            "OB",
            &value(EXPLICIT, &[b"", &fragment]),
        ));
    }
    let table = ElementTable::of_bytes(Arc::new(bytes), EXPLICIT, Limits::default()).unwrap();
    for number in 0..500 {
        assert_eq!(table.fragments(2 * number), None);
        let fragments = table.fragments(2 * number + 1).unwrap();
        assert_eq!((fragments.len(), fragments[1].length), (2, u64::from(number) * 2));
    }
    assert_eq!(table.fragments(1000), None);
}

#[test]
fn the_items_of_a_value_at_hand() {
    let two = value(EXPLICIT, &[b"abcd", b"12"]);
    let expected = [Fragment { offset: 8, length: 4 }, Fragment { offset: 20, length: 2 }];
    assert_eq!(of_value(&two, false, 10).unwrap(), expected);
    let delimited = [two.clone(), header(EXPLICIT, SEQUENCE_DELIMITER, "", 0)].concat();
    assert_eq!(of_value(&delimited, false, 10).unwrap(), expected);
    assert_eq!(of_value(&value(BIG, &[b"abcd", b"12"]), true, 10).unwrap(), expected);
    assert_eq!(of_value(b"", false, 10).unwrap(), []);
    for broken in [&b"no item at all"[..], &two[..two.len() - 1], &two[..10], b"1234"] {
        let error = of_value(broken, false, 10).unwrap_err();
        assert!(matches!(error.kind, Kind::Fragments(_)));
    }
    let undefined_fragment = header(EXPLICIT, ITEM, "", UNDEFINED);
    assert!(matches!(
        of_value(&undefined_fragment, false, 10).unwrap_err().kind,
        Kind::Fragments(_)
    ));
}

#[test]
fn fragments_are_limited() {
    let three = value(EXPLICIT, &[b"", b"12", b"34"]);
    assert_eq!(of_value(&three, false, 4).unwrap().len(), 3);
    assert_eq!(of_value(&three, false, 3).unwrap().len(), 3);
    let error = of_value(&three, false, 2).unwrap_err();
    assert!(matches!(error.kind, Kind::Limit("fragments", 2)));
    assert_eq!(error.offset, Some(18));
}
