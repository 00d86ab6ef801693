//! Any bytes to columns: no panic, every column as long as there are items, and each cell what the table's rows say.
//!
//! The first byte chooses the encoding and whether the bytes are a file to scan, or the items of a sequence.
#![no_main]

use dcm_dictionary::Vr;
use dcm_encoding::columns::{Collector, Content, Wanted};
use dcm_encoding::index::items::{ItemRows, walk_items};
use dcm_encoding::index::parse_items;
use dcm_encoding::input::Whole;
use dcm_encoding::options::Limits;
use dcm_encoding::row::{Flags, Row};
use dcm_encoding::scan::{self, Numbers, Plan, Source};
use dcm_encoding::transfer_syntax::Encoding;
use libfuzzer_sys::fuzz_target;
use std::ops::ControlFlow;
use std::sync::Arc;

const POSITION: u32 = 0x0020_0032;
const GROUP: u32 = 0x0020_9113;
const DESCRIPTION: u32 = 0x0008_103E;

fn sequence(length: usize, encoding: Encoding) -> Row {
    Row {
        offset: 0,
        length: length as u64,
        tag: 0x5200_9230,
        end: 1,
        vr: Vr::Sq,
        header: 12,
        depth: 0,
        flags: Flags::of(encoding),
    }
}

fn wanted() -> Vec<Wanted> {
    let one = |path: &[u32], anywhere| Wanted {
        path: path.to_vec(),
        anywhere,
    };
    vec![
        one(&[POSITION], true),
        one(&[GROUP, POSITION], false),
        one(&[DESCRIPTION], true),
        one(&[0x0018_9087], true),
        one(&[0x0009_1002], true),
    ]
}

fn check_items(bytes: &[u8], encoding: Encoding) {
    let row = sequence(bytes.len(), encoding);
    let limits = Limits {
        items: 10_000,
        fragments: 10_000,
        ..Limits::default()
    };
    let whole = || Whole { offset: 0, bytes };
    let vr_of = |row: &Row| (row.vr != Vr::Un && !row.vr.is_ambiguous()).then_some(row.vr);
    let wanted = wanted();
    let mut collector = Collector::new(&wanted, &vr_of);
    let mut positions = Vec::new();
    let mut items = 0;
    let walked = walk_items(&mut whole(), &row, encoding, limits, |item, _| {
        items += 1;
        positions.push(item.at_path(&[GROUP, POSITION]).map(|row| (row.offset, row.length)));
        if !collector.is_irregular() {
            collector.item(item, &whole());
        }
        Ok(ControlFlow::Continue(()))
    });
    // The table has the same items, and the same rows at the end of a path.
    if let Ok(parsed) = parse_items(&mut whole(), &row, encoding, limits) {
        let mut at = 0;
        let mut listed = Vec::new();
        while let Some(item) = ItemRows::of_table(&parsed.rows, at) {
            listed.push(item.at_path(&[GROUP, POSITION]).map(|row| (row.offset, row.length)));
            at = item.item().expect("an item has a row").end;
        }
        assert!(walked.is_ok());
        assert_eq!(listed, positions);
        assert_eq!(walked.expect("it was asked").len(), parsed.findings.len());
    }
    let Some(collected) = collector.finish(Vec::new()) else {
        return;
    };
    assert_eq!(collected.items, items);
    for column in collected.columns {
        assert_eq!(column.items(), items);
        match column.content {
            Content::Texts => {
                for text in column.texts().flatten() {
                    assert!((text as usize) < collected.texts.len());
                }
            }
            _ => {
                let places = items * column.width();
                if places < 1 << 20 {
                    let mut mask = vec![2; places];
                    column.fill(&mut vec![[0; 8]; places], Some(&mut mask));
                    assert!(mask.iter().all(|masked| *masked < 2));
                    assert_eq!(column.is_whole() || places == 0, mask.iter().all(|masked| *masked == 0));
                }
            }
        }
    }
}

fn check_scan(bytes: &[u8]) {
    let plan = Plan {
        numbers: vec![
            Numbers {
                path: vec![POSITION],
                width: 3,
                vr: Vr::Un,
            },
            Numbers {
                path: vec![0x0008_1140, GROUP, POSITION],
                width: 3,
                vr: Vr::Ds,
            },
        ],
        texts: vec![vec![0x0008_0016], vec![0x0008_1140, 0x0008_0104], vec![0x0002_0002]],
        private_syntaxes: Arc::default(),
    };
    let sources = [Source::Bytes(Arc::new(bytes.to_vec()))];
    let scanned = scan::scan(&sources, &plan, 1, &mut |_| true).expect("nobody stopped it");
    assert_eq!((scanned.facts.len(), scanned.numbers.len(), scanned.texts.len()), (1, 6, 4));
    for text in scanned.texts {
        assert!(text == scan::NO_TEXT || (text as usize) < scanned.known.len());
    }
    if let Some((offset, _)) = scanned.facts[0].pixels {
        assert!(offset <= bytes.len() as u64);
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else {
        return;
    };
    if choice % 5 == 4 {
        check_scan(bytes);
        return;
    }
    let encoding = Encoding {
        implicit_vr: choice & 1 == 0,
        big_endian: choice & 2 != 0,
    };
    check_items(bytes, encoding);
});
