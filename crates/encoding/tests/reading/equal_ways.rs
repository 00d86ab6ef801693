//! Whole or piece by piece, quick or careful: the same bytes give the same rows, findings and errors.

use crate::made::*;
use dcm_encoding::error::Result;
use dcm_encoding::index::Parsed;
use dcm_encoding::input::{Input, Whole, Window};
use dcm_encoding::options::{Limits, ReadOptions};
use dcm_encoding::part10::{Part10, read_bytes, read_source};
use dcm_encoding::transfer_syntax::Encoding;
use std::sync::Arc;

/// All bytes, of which nothing is at hand: each element is read with every care.
struct Careful<'a>(Whole<'a>);

impl Input for Careful<'_> {
    fn end(&self) -> u64 {
        self.0.end()
    }

    fn peek(&mut self, offset: u64, length: usize) -> Result<&[u8]> {
        self.0.peek(offset, length)
    }

    fn keep(&mut self, offset: u64, length: u64) -> Result<()> {
        self.0.keep(offset, length)
    }

    fn at_hand(&self, _: u64) -> &[u8] {
        &[]
    }
}

const TAGS: [(u32, &str); 16] = [
    (0x0008_0000, "UL"),
    (0x0008_0005, "CS"),
    (0x0008_0018, "UI"),
    (0x0008_1140, "SQ"),
    (0x0009_0010, "LO"),
    (0x0009_1001, "UN"),
    (0x0009_1002, "SQ"),
    (0x0010_0010, "PN"),
    (0x0028_0010, "US"),
    (0x0028_3006, "OW"),
    (0x0040_A730, "SQ"),
    (0x0042_0011, "OB"),
    (0x0054_0016, "SQ"),
    (0x7FE0_0008, "OF"),
    (0x7FE0_0010, "OB"),
    (0xFFFC_FFFC, "OB"),
];

fn any_element(random: &mut Random, encoding: Encoding, tag: u32, vr: &str, depth: usize) -> Vec<u8> {
    let size = match random.below(40) {
        0 if depth == 0 => 60_000,
        1..=3 => 6000,
        5..=7 => 1 + random.below(9),
        _ => 2 * random.below(10),
    };
    if vr == "SQ" && depth < 4 {
        let items: Vec<Vec<u8>> = (0..random.below(4))
            .map(|_| {
                let content = any_data_set(random, encoding, depth + 1);
                if random.one_in(2) {
                    item(encoding, &content)
                } else {
                    undefined_item(encoding, &content)
                }
            })
            .collect();
        return if random.one_in(2) {
            sequence(encoding, tag, &items)
        } else {
            undefined_sequence(encoding, tag, &items)
        };
    }
    if matches!(vr, "OB" | "UN") && random.one_in(3) {
        let fragments = [item(encoding, b""), item(encoding, &random.bytes(size))].concat();
        return undefined(encoding, tag, vr, &fragments);
    }
    let vr = if vr == "SQ" { "UN" } else { vr };
    element(encoding, tag, vr, &random.bytes(size))
}

fn any_data_set(random: &mut Random, encoding: Encoding, depth: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (tag, vr) in TAGS {
        if random.one_in(2 + depth) {
            bytes.extend(any_element(random, encoding, tag, vr, depth));
        }
    }
    bytes
}

/// Does what broken writers, discs and attackers do.
fn mutate(random: &mut Random, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        return;
    }
    let at = random.below(bytes.len());
    match random.below(7) {
        0 => bytes[at] = random.number() as u8,
        1 => bytes.truncate(at),
        2 => {
            let inserted = 1 + random.below(20);
            let zeros = random.one_in(2);
            let inserted = if zeros {
                vec![0; inserted]
            } else {
                random.bytes(inserted)
            };
            bytes.splice(at..at, inserted);
        }
        3 => {
            let end = (at + 1 + random.below(30)).min(bytes.len());
            bytes.drain(at..end);
        }
        4 => {
            let lengths = [0, 1, 7, 0xFFFF, 0x10_0000, 0x7FFF_FFFF, u32::MAX];
            let length = lengths[random.below(lengths.len())].to_le_bytes();
            let end = (at + 4).min(bytes.len());
            bytes[at..end].copy_from_slice(&length[..end - at]);
        }
        5 => {
            let tags = [ITEM, ITEM_DELIMITER, SEQUENCE_DELIMITER, 0x7FE0_0010, 0];
            let stray = header(IMPLICIT, tags[random.below(tags.len())], "", random.below(3) as u32);
            bytes.splice(at..at, stray);
        }
        _ => bytes.extend(vec![0; random.below(20)]),
    }
}

/// All that can differ, as text.
fn facts(parsed: &Result<Parsed>) -> String {
    match parsed {
        Ok(parsed) => format!(
            "{:?} {:?} {:?} {}",
            parsed.rows, parsed.fragments, parsed.findings, parsed.end
        ),
        Err(error) => error.to_string(),
    }
}

fn read_facts(read: &Result<Part10>) -> String {
    match read {
        Ok(read) => format!(
            "{:?} {:?} {:?} {:?} {:?}",
            read.data_set.rows(),
            read.data_set.findings(),
            read.findings,
            read.encoding,
            read.file_meta
                .as_ref()
                .map(|meta| (meta.rows().to_vec(), meta.findings()))
        ),
        Err(error) => error.to_string(),
    }
}

fn each_case(seed: u64, count: usize, check: impl Fn(Encoding, &[u8])) {
    let mut random = Random(seed);
    for number in 0..count {
        let encoding = ENCODINGS[number % 3];
        let mut bytes = any_data_set(&mut random, encoding, 0);
        check(encoding, &bytes);
        for _ in 0..4 {
            mutate(&mut random, &mut bytes);
            check(encoding, &bytes);
        }
    }
}

#[test]
fn the_quick_way_gives_the_rows_of_the_careful_one() {
    let limits = Limits {
        sequence_depth: 3,
        items: 12,
        fragments: 4,
        ..Limits::default()
    };
    for limits in [Limits::default(), limits] {
        let options = ReadOptions {
            limits,
            ..ReadOptions::default()
        };
        each_case(21, 600, |encoding, bytes| {
            let quick = parse_with(&mut Whole { offset: 0, bytes }, encoding, &options);
            let careful = parse_with(&mut Careful(Whole { offset: 0, bytes }), encoding, &options);
            assert_eq!(facts(&quick), facts(&careful), "{encoding:?} {bytes:02x?}");
        });
    }
}

#[test]
fn piece_by_piece_gives_the_rows_of_the_whole() {
    for first in [0, 100, 1 << 20] {
        each_case(22, 400, |encoding, bytes| {
            let whole = parse_with(&mut Whole { offset: 0, bytes }, encoding, &ReadOptions::default());
            let source = Counting::new(bytes.to_vec());
            let mut window = Window::new(&source, 0, bytes[..bytes.len().min(first)].to_vec());
            let pieces = parse_with(&mut window, encoding, &ReadOptions::default());
            assert_eq!(facts(&whole), facts(&pieces), "{encoding:?} {bytes:02x?}");
        });
    }
}

#[test]
fn options_keep_the_same_rows_whichever_way() {
    let choices = [
        ReadOptions::default(),
        ReadOptions {
            defer_size: Some(100),
            ..ReadOptions::default()
        },
        ReadOptions {
            stop_before_pixels: true,
            ..ReadOptions::default()
        },
        ReadOptions {
            specific_tags: Some(vec![0x0009_1001, 0x0010_0010, 0x0040_A730]),
            force: true,
            ..ReadOptions::default()
        },
    ];
    for options in choices {
        each_case(23, 150, |encoding, bytes| {
            let bytes = file(uid_of(encoding), bytes);
            let whole = read_bytes(Arc::new(bytes.clone()), &options);
            let pieces = read_source(&Arc::new(Counting::new(bytes)), &options);
            assert_eq!(read_facts(&whole), read_facts(&pieces));
            if let (Ok(whole), Ok(pieces)) = (whole, pieces) {
                for row in whole.data_set.rows() {
                    let (one, other) = (whole.data_set.value(row), pieces.data_set.value(row));
                    assert_eq!(one.unwrap(), other.unwrap());
                }
            }
        });
    }
}

#[test]
fn rows_lie_within_the_source_and_within_each_other() {
    each_case(24, 600, |encoding, bytes| {
        let Ok(parsed) = parse_with(&mut Whole { offset: 0, bytes }, encoding, &ReadOptions::default()) else {
            return;
        };
        assert!(parsed.end <= bytes.len() as u64);
        for (at, row) in parsed.rows.iter().enumerate() {
            assert!(row.offset + row.length <= bytes.len() as u64);
            assert!(row.end as usize > at && row.end as usize <= parsed.rows.len());
        }
        for row in parsed.rows.iter().filter(|row| row.vr == dcm_dictionary::Vr::Sq) {
            if let Ok(items) = parse_items(bytes, row, Limits::default()) {
                assert!(items.end <= row.offset + row.length);
            }
        }
    });
}
