//! Each deviation that `lenient` tolerates within a data set: the finding that it leaves, and the rows that come out.

use crate::made::*;
use dcm_encoding::options::Limits;

const CODE: u32 = 0x0008_1140;
const NAME: u32 = 0x0010_0010;

fn modality() -> Vec<u8> {
    element(EXPLICIT, 0x0008_0060, "CS", b"CT")
}

fn name() -> Vec<u8> {
    element(EXPLICIT, NAME, "PN", b"A^B ")
}

/// What explicit little endian bytes come to: rows as lines, and code, tag and offset of each finding.
fn check(bytes: &[u8], rows: &[&str], findings: &[(&str, Option<u32>, Option<u64>)]) {
    let parsed = parse(bytes, EXPLICIT);
    assert_eq!(shown(&parsed.rows), rows);
    assert_eq!(found(&parsed.findings), findings);
}

#[test]
fn a_value_that_the_source_cuts_off_keeps_what_is_there() {
    check(
        &[&modality()[..], &header(EXPLICIT, NAME, "PN", 8), b"A^B"].concat(),
        &["00080060 CS 2", "00100010 PN 3 truncated"],
        &[("file-ends-early", Some(NAME), Some(18))],
    );
}

#[test]
fn a_header_that_the_source_cuts_off_is_left_out() {
    for cut in 1..8 {
        check(
            &[&modality()[..], &name()[..cut]].concat(),
            &["00080060 CS 2"],
            &[("file-ends-early", None, Some(10))],
        );
    }
    let long_header = header(EXPLICIT, 0x0042_0011, "OB", 4);
    check(
        &[&modality()[..], &long_header[..11]].concat(),
        &["00080060 CS 2"],
        &[("file-ends-early", None, Some(10))],
    );
}

#[test]
fn of_sequences_that_the_source_cuts_off_the_outermost_is_named() {
    let bytes = [
        header(EXPLICIT, CODE, "SQ", UNDEFINED),
        header(EXPLICIT, ITEM, "", UNDEFINED),
        header(EXPLICIT, 0x0040_A730, "SQ", UNDEFINED),
        header(EXPLICIT, ITEM, "", UNDEFINED),
        modality(),
    ]
    .concat();
    check(
        &bytes,
        &[
            "00081140 SQ 38 undefined",
            "  item 30 undefined",
            "  0040A730 SQ 18 undefined",
            "    item 10 undefined",
            "    00080060 CS 2",
        ],
        &[("file-ends-early", Some(CODE), Some(50))],
    );
}

#[test]
fn an_item_that_the_source_cuts_off_keeps_its_elements() {
    let bytes = [
        header(EXPLICIT, CODE, "SQ", UNDEFINED),
        header(EXPLICIT, ITEM, "", 100),
        modality(),
    ]
    .concat();
    check(
        &bytes,
        &["00081140 SQ 18 undefined", "  item 10 truncated", "  00080060 CS 2"],
        &[
            ("file-ends-early", Some(ITEM), Some(20)),
            ("file-ends-early", Some(CODE), Some(30)),
        ],
    );
}

#[test]
fn a_sequence_of_defined_length_that_the_source_cuts_off_is_read_as_far() {
    let bytes = [header(EXPLICIT, CODE, "SQ", 100), item(EXPLICIT, &modality())].concat();
    check(
        &bytes,
        &["00081140 SQ 18 unparsed truncated"],
        &[("file-ends-early", Some(CODE), Some(12))],
    );
    let row = parse(&bytes, EXPLICIT).rows[0];
    let items = parse_items(&bytes, &row, Limits::default()).unwrap();
    assert_eq!(shown(&items.rows), ["  item 10", "  00080060 CS 2"]);
}

#[test]
fn zeros_at_the_end_are_padding() {
    for count in [1, 2, 7, 8, 11, 12, 13, 512, 4096, 10_000] {
        check(
            &[modality(), vec![0; count]].concat(),
            &["00080060 CS 2"],
            &[("trailing-padding", None, Some(10))],
        );
    }
}

#[test]
fn zeros_between_elements_are_a_gap() {
    for count in [8, 10, 16, 4094, 4096, 9000] {
        check(
            &[modality(), vec![0; count], name()].concat(),
            &["00080060 CS 2", "00100010 PN 4"],
            &[("trailing-padding", None, Some(10))],
        );
    }
}

#[test]
fn an_element_without_vr_is_read_as_implicit() {
    check(
        &[
            modality(),
            element(IMPLICIT, NAME, "", b"A^B "),
            element(EXPLICIT, 0x0028_0010, "US", &[0, 2]),
        ]
        .concat(),
        &["00080060 CS 2", "00100010 PN 4", "00280010 US 2"],
        &[("element-without-vr", Some(NAME), Some(10))],
    );
}

#[test]
fn an_unknown_vr_is_kept_as_un() {
    let long_form = element(EXPLICIT, 0x0009_1001, "ZZ", b"four");
    check(
        &[modality(), long_form, name()].concat(),
        &["00080060 CS 2", "00091001 UN 4", "00100010 PN 4"],
        &[("unknown-vr", Some(0x0009_1001), Some(10))],
    );
    let short_form = [&tag(EXPLICIT, 0x0009_1001)[..], b"QQ\x04\0four"].concat();
    check(
        &[modality(), short_form, name()].concat(),
        &["00080060 CS 2", "00091001 UN 4", "00100010 PN 4"],
        &[("unknown-vr", Some(0x0009_1001), Some(10))],
    );
}

#[test]
fn a_sequence_that_is_not_closed_ends_at_the_next_element() {
    let begun = [
        header(EXPLICIT, CODE, "SQ", UNDEFINED),
        undefined_item(EXPLICIT, &modality()),
    ]
    .concat();
    check(
        &[begun, name()].concat(),
        &[
            "00081140 SQ 26 undefined",
            "  item 10 undefined delimited",
            "  00080060 CS 2",
            "00100010 PN 4",
        ],
        &[("sequence-not-closed", Some(CODE), Some(38))],
    );
}

#[test]
fn a_sequence_of_defined_length_ends_where_its_length_says() {
    let value = [item(EXPLICIT, &modality()), b"something else than an item ".to_vec()].concat();
    let bytes = [element(EXPLICIT, CODE, "SQ", &value), name()].concat();
    let rows = parse(&bytes, EXPLICIT).rows;
    assert_eq!(shown(&rows)[1], "00100010 PN 4");
    let items = parse_items(&bytes, &rows[0], Limits::default()).unwrap();
    assert_eq!(shown(&items.rows), ["  item 10", "  00080060 CS 2"]);
    assert_eq!(codes(&items.findings), ["sequence-not-closed"]);
}

#[test]
fn an_item_that_is_not_closed_ends_at_the_next_item_or_at_the_end_of_the_sequence() {
    let open = [header(EXPLICIT, ITEM, "", UNDEFINED), modality()].concat();
    let bytes = [
        header(EXPLICIT, CODE, "SQ", UNDEFINED),
        open.clone(),
        open,
        header(EXPLICIT, SEQUENCE_DELIMITER, "", 0),
        name(),
    ]
    .concat();
    check(
        &bytes,
        &[
            "00081140 SQ 36 undefined delimited",
            "  item 10 undefined",
            "  00080060 CS 2",
            "  item 10 undefined",
            "  00080060 CS 2",
            "00100010 PN 4",
        ],
        &[
            ("item-not-closed", Some(ITEM), Some(30)),
            ("item-not-closed", Some(ITEM), Some(48)),
        ],
    );
}

#[test]
fn delimiters_that_close_nothing_are_passed_over() {
    for stray in [ITEM_DELIMITER, SEQUENCE_DELIMITER, ITEM] {
        check(
            &[modality(), header(EXPLICIT, stray, "", 0), name()].concat(),
            &["00080060 CS 2", "00100010 PN 4"],
            &[("stray-delimiter", None, Some(10))],
        );
    }
    let content = [modality(), header(EXPLICIT, ITEM_DELIMITER, "", 0)].concat();
    let value = [item(EXPLICIT, &content), header(EXPLICIT, SEQUENCE_DELIMITER, "", 0)].concat();
    let bytes = element(EXPLICIT, CODE, "SQ", &value);
    let items = parse_items(&bytes, &parse(&bytes, EXPLICIT).rows[0], Limits::default()).unwrap();
    assert_eq!(shown(&items.rows), ["  item 18", "  00080060 CS 2"]);
    assert_eq!(
        found(&items.findings),
        [("stray-delimiter", None, Some(30)), ("stray-delimiter", None, Some(38))]
    );
    // Between two items of a sequence of undefined length.
    let items = [
        undefined_item(EXPLICIT, &modality()),
        header(EXPLICIT, ITEM_DELIMITER, "", 0),
        item(EXPLICIT, b""),
    ];
    check(
        &undefined_sequence(EXPLICIT, CODE, &items),
        &[
            "00081140 SQ 42 undefined delimited",
            "  item 10 undefined delimited",
            "  00080060 CS 2",
            "  item 0",
        ],
        &[("stray-delimiter", None, Some(38))],
    );
}

#[test]
fn an_element_that_overruns_its_item_is_believed() {
    // The item says 10 bytes, its element has 12: the sequence goes on behind the element.
    let content = element(EXPLICIT, 0x0008_0060, "CS", b"CTMR");
    let items = [
        [&header(EXPLICIT, ITEM, "", 10)[..], &content].concat(),
        item(EXPLICIT, &modality()),
    ];
    check(
        &[undefined_sequence(EXPLICIT, CODE, &items), name()].concat(),
        &[
            "00081140 SQ 38 undefined delimited",
            "  item 10",
            "  00080060 CS 4",
            "  item 10",
            "  00080060 CS 2",
            "00100010 PN 4",
        ],
        &[("element-overruns-item", Some(0x0008_0060), Some(28))],
    );
}

#[test]
fn what_overruns_a_sequence_of_defined_length_is_cut_there() {
    let content = header(EXPLICIT, 0x0008_0060, "CS", 20);
    let value = [header(EXPLICIT, ITEM, "", 10), content, b"CT".to_vec()].concat();
    let bytes = [element(EXPLICIT, CODE, "SQ", &value), name()].concat();
    let row = parse(&bytes, EXPLICIT).rows[0];
    let items = parse_items(&bytes, &row, Limits::default()).unwrap();
    assert_eq!(shown(&items.rows), ["  item 10", "  00080060 CS 2 truncated"]);
    // The source goes on: it doesn't end early.
    assert_eq!(
        found(&items.findings),
        [("element-overruns-item", Some(0x0008_0060), Some(28))]
    );
    let longer_item = [header(EXPLICIT, ITEM, "", 50), modality()].concat();
    let bytes = [element(EXPLICIT, CODE, "SQ", &longer_item), name()].concat();
    let row = parse(&bytes, EXPLICIT).rows[0];
    let items = parse_items(&bytes, &row, Limits::default()).unwrap();
    assert_eq!(shown(&items.rows), ["  item 10 truncated", "  00080060 CS 2"]);
    assert_eq!(
        found(&items.findings),
        [("element-overruns-item", Some(ITEM), Some(20))]
    );
}

#[test]
fn fragments_that_break_off_end_at_the_next_delimiter() {
    let value = [item(EXPLICIT, b""), item(EXPLICIT, b"1234"), b"no item!".to_vec()].concat();
    let parsed = parse(&undefined(EXPLICIT, 0x7FE0_0010, "OB", &value), EXPLICIT);
    assert_eq!(shown(&parsed.rows), ["7FE00010 OB 28 undefined delimited encapsulated"]);
    assert_eq!(
        found(&parsed.findings),
        [("fragments-broken", Some(0x7FE0_0010), Some(32))]
    );
    assert_eq!(parsed.fragments[0].1.len(), 2);
    let open = [header(EXPLICIT, 0x7FE0_0010, "OB", UNDEFINED), value].concat();
    let parsed = parse(&open, EXPLICIT);
    assert_eq!(shown(&parsed.rows), ["7FE00010 OB 28 undefined truncated encapsulated"]);
    assert_eq!(codes(&parsed.findings), ["fragments-broken"]);
}

#[test]
fn an_undefined_length_without_items_ends_at_the_next_delimiter() {
    check(
        &[undefined(EXPLICIT, 0x0009_1001, "UN", b"some private bytes"), name()].concat(),
        &["00091001 UN 18 undefined delimited", "00100010 PN 4"],
        &[("undefined-length-without-items", Some(0x0009_1001), Some(12))],
    );
    // The delimiter may lie across the blocks in which it is searched for.
    for length in 4080..4100 {
        let bytes = [undefined(EXPLICIT, 0x0009_1001, "OB", &vec![7; length]), name()].concat();
        let rows = parse(&bytes, EXPLICIT).rows;
        assert_eq!(rows[0].length, length as u64);
        assert_eq!(shown(&rows[1..]), ["00100010 PN 4"]);
    }
    check(
        &[header(EXPLICIT, 0x0009_1001, "UN", UNDEFINED), vec![7; 10]].concat(),
        &["00091001 UN 10 undefined truncated"],
        &[("file-ends-early", Some(0x0009_1001), Some(12))],
    );
}

#[test]
fn elements_that_do_not_ascend_stay_in_the_order_of_the_file() {
    check(
        &[name(), modality()].concat(),
        &["00100010 PN 4", "00080060 CS 2"],
        &[("elements-not-ascending", Some(0x0008_0060), Some(12))],
    );
    check(
        &[name(), name()].concat(),
        &["00100010 PN 4", "00100010 PN 4"],
        &[("elements-not-ascending", Some(NAME), Some(12))],
    );
}

#[test]
fn a_value_of_odd_length_keeps_its_bytes() {
    check(
        &[element(EXPLICIT, 0x0008_0060, "CS", b"CTX"), name()].concat(),
        &["00080060 CS 3", "00100010 PN 4"],
        &[("odd-length", Some(0x0008_0060), Some(0))],
    );
}

#[test]
fn findings_are_bounded_and_hold_no_value() {
    let odd = element(EXPLICIT, NAME, "PN", b"SECRETNAM");
    let parsed = parse(&odd.repeat(2000), EXPLICIT);
    assert_eq!(parsed.rows.len(), 2000);
    assert_eq!(parsed.findings.len(), 1000);
    assert!(
        parsed
            .findings
            .iter()
            .all(|finding| !finding.message.contains("SECRET"))
    );
}
