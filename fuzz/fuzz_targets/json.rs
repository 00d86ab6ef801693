//! Any text as a DICOM JSON Model object: no panic, and what is encoded is a data set without deviations that the parser
//! reads to its end; and as a value: what is written as JSON is JSON, and means the same.
#![no_main]

use dcm_encoding::json::node::{Node, View};
use dcm_encoding::json::tape::Tape;
use dcm_encoding::json::{base64, encode, text};
use dcm_encoding::options::Limits;
use dcm_encoding::row::Flags;
use dcm_encoding::table::ElementTable;
use dcm_encoding::transfer_syntax::Encoding;
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

const DEPTH: u64 = 64;

fn check_model(model: &str) {
    let Ok(tape) = Tape::parse(model, DEPTH) else {
        return;
    };
    let Ok(encoded) = encode::data_set(&tape.root(), DEPTH) else {
        return;
    };
    for left in &encoded.left {
        assert!(model.contains(left.attribute.source()), "what is left is not of the text");
        assert!(left.path.len() as u64 <= DEPTH);
    }
    let limits = Limits {
        items: u64::MAX,
        ..Limits::default()
    };
    let length = encoded.bytes.len() as u64;
    let table = ElementTable::of_bytes(Arc::new(encoded.bytes), Encoding::EXPLICIT_LITTLE, limits)
        .expect("what was encoded can be parsed");
    let rows = table.rows();
    let end = rows.last().map_or(0, |row| row.offset + row.length);
    assert_eq!(end, length, "bytes are left over");
    assert!(rows.is_sorted_by(|one, next| one.tag < next.tag), "the tags don't ascend");
    for (number, row) in (0..).zip(rows) {
        if row.flags.has(Flags::UNPARSED) {
            let part = table.part(number, row.encoding()).expect("items that were encoded can be parsed");
            assert!(part.rows().iter().all(|inner| inner.offset + inner.length <= row.offset + row.length));
        }
    }
    assert!(table.findings().is_empty(), "what was encoded deviates from the standard");
}

fn check_value(value: &str) {
    let mut written = Vec::new();
    text::push_string(&mut written, value);
    let written = String::from_utf8(written).expect("it is ASCII");
    let tape = Tape::parse(&written, 0).expect("a string that was written is JSON");
    match tape.root().view() {
        View::Text(read) => assert_eq!(read.as_ref(), value),
        _ => panic!("a string came back as something else"),
    }
    if let Some(text::Decimal::Canonical(number)) = text::decimal(value) {
        let mut written = Vec::new();
        text::push_float(&mut written, number);
        assert_eq!(written, value.as_bytes(), "a canonical number is written otherwise");
    }
    let mut encoded = Vec::new();
    base64::push(&mut encoded, value.as_bytes());
    assert_eq!(encoded.len() as u64, base64::encoded_length(value.len() as u64));
    let mut back = Vec::new();
    base64::decode(&mut back, std::str::from_utf8(&encoded).expect("it is ASCII")).expect("it is base64");
    assert_eq!(back, value.as_bytes());
    let _ = base64::decode(&mut Vec::new(), value);
}

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        check_model(text);
        check_value(text);
    }
});
