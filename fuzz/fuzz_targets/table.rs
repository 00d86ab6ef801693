//! Any bytes to an element table: no panic, and every row lies within the bytes and within the row around it.
//!
//! The first byte chooses how they are read: as a file, with `force`, piece by piece, or as a bare data set of each encoding.
#![no_main]

use dcm_encoding::options::{Limits, ReadOptions};
use dcm_encoding::part10;
use dcm_encoding::row::Flags;
use dcm_encoding::table::ElementTable;
use dcm_encoding::transfer_syntax::Encoding;
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

/// Sequences of defined length that one run opens: a run stays short whatever the file says.
const MOST_PARTS: usize = 200;

fn limits() -> Limits {
    Limits {
        inflated_bytes: 16 << 20,
        items: 10_000,
        fragments: 10_000,
        ..Limits::default()
    }
}

/// Walks a table and the tables of its sequences of defined length.
fn check(first: Arc<ElementTable>) {
    let mut waiting = vec![first];
    let mut parts = 0;
    while let Some(table) = waiting.pop() {
        let count = u32::try_from(table.rows().len()).expect("rows are numbered by u32");
        let mut ends: Vec<u32> = Vec::new();
        for (number, row) in (0..count).zip(table.rows()) {
            while ends.last().is_some_and(|end| *end <= number) {
                ends.pop();
            }
            assert!(
                row.end > number && row.end <= count,
                "a row's end lies outside of the table"
            );
            assert!(
                ends.last().is_none_or(|end| row.end <= *end),
                "a row ends after the row around it"
            );
            let value = table.value(row).expect("a value of bytes at hand can be read");
            assert_eq!(value.len() as u64, row.length, "a value lies outside of the bytes");
            if let Some(fragments) = table.fragments(number) {
                for fragment in fragments {
                    assert!(fragment.offset >= row.offset);
                    assert!(fragment.offset + fragment.length <= row.offset + row.length);
                }
            }
            if row.end > number + 1 {
                ends.push(row.end);
            }
            if row.flags.has(Flags::UNPARSED) && parts < MOST_PARTS {
                parts += 1;
                if let Ok(part) = table.part(number, row.encoding()) {
                    waiting.push(part);
                }
            }
        }
        let mut walked = 0;
        for _ in table.siblings(0, count) {
            walked += 1;
        }
        assert!(walked <= count);
        for finding in table.findings() {
            assert!(!finding.message.is_empty());
        }
    }
}

fn check_file(bytes: &[u8], options: &ReadOptions) {
    if let Ok(read) = part10::read_bytes(Arc::new(bytes.to_vec()), options) {
        if let Some(meta) = read.file_meta {
            check(Arc::new(meta));
        }
        check(Arc::new(read.data_set));
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else {
        return;
    };
    let mut options = ReadOptions {
        limits: limits(),
        ..ReadOptions::default()
    };
    match choice % 8 {
        0 => check_file(bytes, &options),
        1 => {
            options.force = true;
            check_file(bytes, &options);
        }
        2 => {
            options.stop_before_pixels = true;
            check_file(bytes, &options);
        }
        3 => {
            options.specific_tags = Some(vec![0x0008_0018, 0x0010_0010, 0x0040_A730]);
            check_file(bytes, &options);
        }
        number => {
            let encoding = Encoding {
                implicit_vr: number & 1 == 0,
                big_endian: number & 2 != 0,
            };
            if let Ok(table) = ElementTable::of_bytes(Arc::new(bytes.to_vec()), encoding, limits()) {
                check(Arc::new(table));
            }
        }
    }
});
