//! Items without a table have the rows that they have in one; columns and scans have the values of those rows.

use crate::made::*;
use dcm_dictionary::Vr;
use dcm_encoding::columns::{Collected, Collector, Content, Wanted};
use dcm_encoding::error::Kind;
use dcm_encoding::index::items::{ItemRows, walk_items};
use dcm_encoding::input::Whole;
use dcm_encoding::options::{Limits, ReadOptions};
use dcm_encoding::row::{Flags, Row};
use dcm_encoding::scan::{self, NO_TEXT, Numbers, Plan, Scanned, Source};
use dcm_encoding::transfer_syntax::Encoding;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

const GROUPS: u32 = 0x5200_9230;
const PLANE: u32 = 0x0020_9113;
const POSITION: u32 = 0x0020_0032;
const LABEL: u32 = 0x0020_9056;
const UNIFIED: Limits = Limits {
    sequence_depth: 128,
    items: 3,
    fragments: 10,
    inflated_bytes: 1 << 20,
    inflation_ratio: 100,
};

/// A frame's groups with the position `text`, if any, and a label.
fn frame(encoding: Encoding, text: Option<&[u8]>, label: &[u8]) -> Vec<u8> {
    let position = text.map_or(Vec::new(), |text| element(encoding, POSITION, "DS", text));
    let plane = sequence(encoding, PLANE, &[item(encoding, &position), item(encoding, &[])]);
    item(encoding, &[element(encoding, LABEL, "SH", label), plane].concat())
}

fn whole_row(bytes: &[u8], encoding: Encoding) -> Row {
    Row {
        offset: 0,
        length: bytes.len() as u64,
        tag: GROUPS,
        end: 1,
        vr: Vr::Sq,
        header: 12,
        depth: 0,
        flags: Flags::of(encoding),
    }
}

fn collected(bytes: &[u8], encoding: Encoding, wanted: &[Wanted]) -> Option<Collected> {
    let vr_of = |row: &Row| Some(row.vr);
    let mut collector = Collector::new(wanted, &vr_of);
    let whole = || Whole { offset: 0, bytes };
    walk_items(
        &mut whole(),
        &whole_row(bytes, encoding),
        encoding,
        UNIFIED,
        |item, _| {
            collector.item(item, &whole());
            Ok(ControlFlow::Continue(()))
        },
    )
    .unwrap();
    collector.finish(Vec::new())
}

fn anywhere(tag: u32) -> Wanted {
    Wanted {
        path: vec![tag],
        anywhere: true,
    }
}

fn filled(collected: &Collected, at: usize) -> (Vec<f64>, Vec<u8>) {
    let column = &collected.columns[at];
    let count = column.items() * column.width();
    let (mut places, mut mask) = (vec![[0; 8]; count], vec![9; count]);
    column.fill(&mut places, Some(&mut mask));
    (places.into_iter().map(f64::from_ne_bytes).collect(), mask)
}

#[test]
fn items_without_a_table_have_the_rows_of_a_table() {
    for encoding in ENCODINGS {
        let bytes = [
            frame(encoding, Some(b"1\\2\\3 "), b"A "),
            undefined_item(encoding, &some_elements(encoding)),
            frame(encoding, None, b""),
        ]
        .concat();
        let row = whole_row(&bytes, encoding);
        let parsed = parse_items(&bytes, &row, Limits::default()).unwrap();
        let mut at = 0;
        let mut walked = 0;
        walk_items(
            &mut Whole {
                offset: 0,
                bytes: &bytes,
            },
            &row,
            encoding,
            UNIFIED,
            |item, _| {
                let same = ItemRows::of_table(&parsed.rows, at).unwrap();
                at = same.item().unwrap().end;
                assert_eq!(shown(item.all()), shown(same.all()));
                assert_eq!(
                    item.at_path(&[PLANE, POSITION]).map(|row| row.offset),
                    same.at_path(&[PLANE, POSITION]).map(|row| row.offset)
                );
                walked += 1;
                Ok(ControlFlow::Continue(()))
            },
        )
        .unwrap();
        assert_eq!(walked, 3);
    }
}

#[test]
fn the_ceiling_on_items_holds_within_one_item_only() {
    let flat = item(EXPLICIT, &[]).repeat(1000);
    let nested = item(EXPLICIT, &sequence(EXPLICIT, PLANE, &vec![item(EXPLICIT, &[]); 4]));
    let walk = |bytes: &[u8]| {
        let mut input = Whole { offset: 0, bytes };
        walk_items(&mut input, &whole_row(bytes, EXPLICIT), EXPLICIT, UNIFIED, |_, _| {
            Ok(ControlFlow::Continue(()))
        })
    };
    assert!(walk(&flat).is_ok());
    assert!(matches!(walk(&nested).unwrap_err().kind, Kind::Limit("items", 3)));
}

#[test]
fn numbers_and_texts_come_item_by_item() {
    for encoding in ENCODINGS {
        let bytes = [
            frame(encoding, Some(b"1\\2\\-3.5"), b"A "),
            frame(encoding, None, b"A "),
            frame(encoding, Some(b""), b""),
            frame(encoding, Some(b"4 "), b"B "),
        ]
        .concat();
        let found = collected(&bytes, encoding, &[anywhere(POSITION), anywhere(LABEL)]).unwrap();
        assert_eq!(found.items, 4);
        let (labels, positions) = (&found.columns[0], &found.columns[1]);
        let (labels, positions) = if labels.content == Content::Texts {
            (labels, positions)
        } else {
            (positions, labels)
        };
        assert_eq!(positions.path, [PLANE, POSITION]);
        assert_eq!((positions.width(), positions.is_whole()), (3, false));
        let at = usize::from(found.columns[0].content == Content::Texts);
        let (numbers, mask) = filled(&found, at);
        assert_eq!(numbers[..3], [1.0, 2.0, -3.5]);
        assert_eq!(mask, [0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1]);
        let texts: Vec<_> = labels
            .texts()
            .map(|text| text.map(|text| found.texts[text as usize].bytes.to_vec()))
            .collect();
        assert_eq!(
            texts,
            [Some(b"A".to_vec()), Some(b"A".to_vec()), None, Some(b"B".to_vec())]
        );
    }
}

#[test]
fn what_is_not_plainly_a_number_is_left_to_the_plain_way() {
    for text in [&b"x "[..], b"1\\y ", b"1 2 "] {
        assert!(collected(&frame(EXPLICIT, Some(text), b""), EXPLICIT, &[anywhere(POSITION)]).is_none());
    }
    let short = item(EXPLICIT, &element(EXPLICIT, 0x0018_9087, "FD", b"1234"));
    assert!(collected(&short, EXPLICIT, &[anywhere(0x0018_9087)]).is_none());
}

#[test]
fn the_last_of_two_elements_counts() {
    let first = element(EXPLICIT, POSITION, "DS", b"1 ");
    let last = element(EXPLICIT, POSITION, "DS", b"2 ");
    let bytes = item(EXPLICIT, &[first, last].concat());
    let found = collected(&bytes, EXPLICIT, &[anywhere(POSITION)]).unwrap();
    assert_eq!(filled(&found, 0).0, [2.0]);
}

#[test]
fn rows_of_many_items_are_made_when_they_are_asked_for() {
    let content = element(EXPLICIT, LABEL, "SH", b"A ");
    let items = vec![undefined_item(EXPLICIT, &content); 5000];
    let after = element(EXPLICIT, 0x5400_0100, "SH", b"B ");
    let bytes = [undefined_sequence(EXPLICIT, GROUPS, &items), after.clone()].concat();
    let parsed = parse(&bytes, EXPLICIT);
    assert_eq!(parsed.rows.len(), 2);
    let row = parsed.rows[0];
    assert!(
        row.flags
            .has(Flags::UNPARSED.with(Flags::DELIMITED).with(Flags::UNDEFINED_LENGTH))
    );
    assert_eq!(
        (row.end, parsed.rows[1].tag, parsed.end),
        (1, 0x5400_0100, bytes.len() as u64)
    );
    assert_eq!(parse_items(&bytes, &row, Limits::default()).unwrap().rows.len(), 10_000);
    // One that is broken keeps its rows, whatever their number: what is wrong is told at its place.
    let broken = parse(&bytes[..bytes.len() - after.len() - 8], EXPLICIT);
    assert_eq!(broken.rows.len(), 10_001);
    assert_eq!(codes(&broken.findings), ["file-ends-early"]);
}

#[test]
fn a_sequence_that_nobody_wants_is_passed_over_item_by_item() {
    let items = vec![undefined_item(EXPLICIT, &element(EXPLICIT, LABEL, "SH", b"A ")); 50];
    let after = element(EXPLICIT, 0x5400_0100, "SH", b"B ");
    let bytes = [undefined_sequence(EXPLICIT, GROUPS, &items), after].concat();
    let read = |specific_tags, first_items_only| {
        let options = ReadOptions {
            specific_tags: Some(specific_tags),
            first_items_only,
            limits: UNIFIED,
            ..ReadOptions::default()
        };
        let mut input = Whole {
            offset: 0,
            bytes: &bytes,
        };
        parse_with(&mut input, EXPLICIT, &options).map(|parsed| shown(&parsed.rows).len())
    };
    assert_eq!(read(vec![0x5400_0100], false).unwrap(), 1);
    assert_eq!(read(vec![GROUPS], true).unwrap(), 3);
    assert!(matches!(
        read(vec![GROUPS], false).unwrap_err().kind,
        Kind::Limit("items", 3)
    ));
}

fn scanned(sources: Vec<Source>, workers: usize) -> Option<Scanned> {
    let plan = Plan {
        numbers: vec![Numbers {
            path: vec![0x0028_0010],
            width: 1,
            vr: Vr::Un,
        }],
        texts: vec![vec![0x0008_0060]],
        private_syntaxes: Arc::default(),
    };
    scan::scan(&sources, &plan, workers, &mut |_| true)
}

#[test]
fn a_scan_gives_a_row_or_a_problem_for_each_source() {
    for encoding in ENCODINGS {
        let pixels = element(encoding, 0x7FE0_0010, "OW", &[7; 64]);
        let good = file(uid_of(encoding), &[some_elements(encoding), pixels].concat());
        let sources: Vec<Source> = (0..200)
            .map(|number| match number % 4 {
                0 => Source::Bytes(Arc::new(b"nothing of the kind".to_vec())),
                1 => Source::File(PathBuf::from("/there/is/no/such/file")),
                _ => Source::Bytes(Arc::new(good.clone())),
            })
            .collect();
        let found = scanned(sources, 3).unwrap();
        for (number, facts) in found.facts.iter().enumerate() {
            let text = found.texts[number * 2];
            if number % 4 < 2 {
                assert!(facts.problem.is_some() && found.numbers[number].is_nan() && text == NO_TEXT);
                continue;
            }
            assert_eq!(facts.problem, None);
            assert_eq!(found.numbers[number], 512.0);
            assert_eq!(*found.known[text as usize].bytes, *b"CT");
            let (offset, length) = facts.pixels.unwrap();
            assert_eq!(good[offset as usize..][..length as usize], [7; 64]);
        }
    }
}

#[test]
fn a_scan_that_is_stopped_gives_nothing() {
    let plan = Plan {
        numbers: Vec::new(),
        texts: Vec::new(),
        private_syntaxes: Arc::default(),
    };
    let file = file(uid_of(EXPLICIT), &some_elements(EXPLICIT));
    let sources: Vec<Source> = (0..200_000).map(|_| Source::Bytes(Arc::new(file.clone()))).collect();
    assert!(scan::scan(&sources, &plan, 2, &mut |_| false).is_none());
}
