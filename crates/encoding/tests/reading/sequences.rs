//! Sequences of defined and undefined length, nested, within UN, and their own tables (PS3.5 7.5, CP-246).

use crate::made::*;
use dcm_encoding::options::Limits;
use dcm_encoding::row::Flags;
use dcm_encoding::table::ElementTable;
use std::sync::Arc;

const CODE: u32 = 0x0008_1140;
const INNER: u32 = 0x0040_A730;

#[test]
fn a_sequence_of_defined_length_is_one_row_until_it_is_asked_for() {
    for encoding in ENCODINGS {
        let content = element(encoding, 0x0008_0060, "CS", b"CT");
        let inner = sequence(encoding, INNER, &[item(encoding, &content)]);
        let bytes = sequence(
            encoding,
            CODE,
            &[
                item(encoding, &inner),
                undefined_item(encoding, &content),
                item(encoding, b""),
            ],
        );
        let parsed = parse(&bytes, encoding);
        let length = bytes.len() - header(encoding, CODE, "SQ", 0).len();
        assert_eq!(shown(&parsed.rows), [format!("00081140 SQ {length} unparsed")]);
        let items = parse_items(&bytes, &parsed.rows[0], Limits::default()).unwrap();
        assert_eq!(
            shown(&items.rows),
            [
                format!("  item {}", inner.len()),
                format!("  0040A730 SQ {}", 8 + content.len()),
                format!("    item {}", content.len()),
                "    00080060 CS 2".into(),
                format!("  item {} undefined delimited", content.len()),
                "  00080060 CS 2".into(),
                "  item 0".into(),
            ]
        );
        let ends: Vec<u32> = items.rows.iter().map(|row| row.end).collect();
        assert_eq!(ends, [4, 4, 4, 4, 6, 6, 7]);
        assert_eq!((items.findings, items.end), (vec![], bytes.len() as u64));
    }
}

#[test]
fn a_sequence_of_undefined_length_is_a_range_of_rows() {
    for encoding in ENCODINGS {
        let content = element(encoding, 0x0008_0060, "CS", b"CT");
        let inner = undefined_sequence(encoding, INNER, &[undefined_item(encoding, &content)]);
        let whole = undefined_sequence(
            encoding,
            CODE,
            &[undefined_item(encoding, &inner), item(encoding, &content)],
        );
        let bytes = [whole, element(encoding, 0x0010_0010, "PN", b"A^B ")].concat();
        let parsed = parse(&bytes, encoding);
        let one = content.len();
        assert_eq!(
            shown(&parsed.rows),
            [
                format!("00081140 SQ {} undefined delimited", 16 + inner.len() + 8 + one),
                format!("  item {} undefined delimited", inner.len()),
                format!("  0040A730 SQ {} undefined delimited", 16 + one),
                format!("    item {one} undefined delimited"),
                "    00080060 CS 2".into(),
                format!("  item {one}"),
                "  00080060 CS 2".into(),
                "00100010 PN 4".into(),
            ]
        );
        let ends: Vec<u32> = parsed.rows.iter().map(|row| row.end).collect();
        assert_eq!(ends, [7, 5, 5, 5, 5, 7, 7, 8]);
        assert_eq!(parsed.findings, []);
    }
}

#[test]
fn a_sequence_of_defined_length_within_an_undefined_one_waits_too() {
    let inner = sequence(
        EXPLICIT,
        INNER,
        &[item(EXPLICIT, &element(EXPLICIT, 0x0008_0060, "CS", b"CT"))],
    );
    let bytes = undefined_sequence(EXPLICIT, CODE, &[undefined_item(EXPLICIT, &inner)]);
    let rows = parse(&bytes, EXPLICIT).rows;
    assert_eq!(
        shown(&rows)[1..],
        [
            format!("  item {} undefined delimited", inner.len()),
            "  0040A730 SQ 18 unparsed".into()
        ]
    );
    let items = parse_items(&bytes, &rows[2], Limits::default()).unwrap();
    assert_eq!(shown(&items.rows), ["    item 10", "    00080060 CS 2"]);
}

#[test]
fn empty_sequences_have_no_items() {
    for encoding in ENCODINGS {
        let bytes = [
            element(encoding, CODE, "SQ", b""),
            undefined_sequence(encoding, INNER, &[]),
            undefined_sequence(encoding, 0x0040_A731, &[undefined_item(encoding, b"")]),
        ]
        .concat();
        let parsed = parse(&bytes, encoding);
        let mut rows = shown(&parsed.rows);
        // Implicit VR: the last tag is not in the dictionary, so that its items only are seen.
        rows.truncate(2);
        assert_eq!(rows, ["00081140 SQ 0", "0040A730 SQ 0 undefined delimited"]);
    }
}

#[test]
fn un_of_undefined_length_is_an_implicit_sequence() {
    // CP-246: whatever the data set's own encoding, the content is implicit VR little endian.
    for encoding in [EXPLICIT, BIG] {
        let content = element(IMPLICIT, 0x0008_0060, "CS", b"CT");
        let bytes = [
            header(encoding, CODE, "UN", UNDEFINED),
            undefined_item(IMPLICIT, &content),
            header(IMPLICIT, SEQUENCE_DELIMITER, "", 0),
            element(encoding, 0x0010_0010, "PN", b"A^B "),
        ]
        .concat();
        let parsed = parse(&bytes, encoding);
        assert_eq!(
            shown(&parsed.rows),
            [
                "00081140 SQ 26 undefined delimited",
                "  item 10 undefined delimited",
                "  00080060 CS 2",
                "00100010 PN 4"
            ]
        );
        assert_eq!(parsed.findings, []);
        assert_eq!(parsed.rows[2].encoding(), IMPLICIT);
        assert_eq!(parsed.rows[3].encoding(), encoding);
    }
}

#[test]
fn un_in_the_byte_order_of_a_big_endian_data_set_is_read_too() {
    let content = [tag(BIG, 0x0008_0060), long(BIG, 2).to_vec(), b"CT".to_vec()].concat();
    let bytes = undefined(BIG, CODE, "UN", &undefined_item(BIG, &content));
    let parsed = parse(&bytes, BIG);
    assert_eq!(shown(&parsed.rows)[2], "  00080060 CS 2");
    assert_eq!(parsed.findings, []);
}

#[test]
fn un_of_defined_length_stays_bytes() {
    let content = item(IMPLICIT, &element(IMPLICIT, 0x0008_0060, "CS", b"CT"));
    let parsed = parse(&element(EXPLICIT, CODE, "UN", &content), EXPLICIT);
    assert_eq!(shown(&parsed.rows), ["00081140 UN 18"]);
}

#[test]
fn a_private_sequence_in_implicit_vr_is_known_by_its_items() {
    let content = element(IMPLICIT, 0x0008_0060, "CS", b"CT");
    let bytes = undefined(IMPLICIT, 0x0009_1001, "UN", &undefined_item(IMPLICIT, &content));
    let parsed = parse(&bytes, IMPLICIT);
    assert_eq!(
        shown(&parsed.rows),
        [
            "00091001 SQ 26 undefined delimited",
            "  item 10 undefined delimited",
            "  00080060 CS 2"
        ]
    );
}

#[test]
fn the_table_of_a_sequence_is_made_once() {
    let content = element(EXPLICIT, 0x0008_0060, "CS", b"CT");
    // Something to tolerate, so that the findings tell what was parsed.
    let odd = [
        element(EXPLICIT, 0x0010_0010, "PN", b"A^B"),
        element(EXPLICIT, 0x0010_0020, "LO", b"1"),
    ]
    .concat();
    let bytes = sequence(EXPLICIT, CODE, &[item(EXPLICIT, &[content, odd].concat())]);
    let table = ElementTable::of_bytes(Arc::new(bytes), EXPLICIT, Limits::default()).unwrap();
    assert_eq!(table.findings(), []);
    let parts: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| table.part(0, EXPLICIT).unwrap()))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(parts.iter().all(|part| Arc::ptr_eq(part, &parts[0])));
    assert_eq!(codes(&table.findings()), ["odd-length", "odd-length"]);
    let row = *parts[0].row(1).unwrap();
    assert_eq!(parts[0].value(&row).unwrap().as_ref(), b"CT");
    assert!(table.part(7, EXPLICIT).unwrap().rows().is_empty());
}

#[test]
fn siblings_pass_over_what_is_nested() {
    let content = element(EXPLICIT, 0x0008_0060, "CS", b"CT");
    let bytes = [
        undefined_sequence(
            EXPLICIT,
            CODE,
            &[undefined_item(EXPLICIT, &content), item(EXPLICIT, &content)],
        ),
        content,
    ]
    .concat();
    let table = ElementTable::of_bytes(Arc::new(bytes), EXPLICIT, Limits::default()).unwrap();
    let level = |first, end| table.siblings(first, end).map(|(row, _)| row).collect::<Vec<_>>();
    assert_eq!(level(0, u32::MAX), [0, 5]);
    assert_eq!(level(1, 5), [1, 3]);
    assert_eq!(level(2, 3), [2]);
    assert!(table.rows()[0].flags.has(Flags::DELIMITED));
}
