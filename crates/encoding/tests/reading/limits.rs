//! Ceilings: at one below and at the limit all is read, one above is an error that names the limit.

use crate::made::*;
use dcm_encoding::error::{Error, Kind};
use dcm_encoding::index::Parsed;
use dcm_encoding::input::Whole;
use dcm_encoding::options::{Limits, ReadOptions};
use dcm_encoding::table::ElementTable;
use dcm_encoding::transfer_syntax::Encoding;
use std::sync::Arc;

const CODE: u32 = 0x0040_A730;

fn limited(bytes: &[u8], encoding: Encoding, limits: Limits) -> Result<Parsed, Error> {
    let options = ReadOptions {
        limits,
        ..ReadOptions::default()
    };
    parse_with(&mut Whole { offset: 0, bytes }, encoding, &options)
}

fn nested(encoding: Encoding, depth: usize, undefined_lengths: bool) -> Vec<u8> {
    let mut content = element(encoding, 0x0008_0060, "CS", b"CT");
    for _ in 0..depth {
        content = if undefined_lengths {
            undefined_sequence(encoding, CODE, &[undefined_item(encoding, &content)])
        } else {
            sequence(encoding, CODE, &[item(encoding, &content)])
        };
    }
    content
}

fn name_of(error: &Error) -> &'static str {
    match error.kind {
        Kind::Limit(name, _) => name,
        _ => "another error",
    }
}

#[test]
fn depth_of_sequences_of_undefined_length() {
    let limits = Limits {
        sequence_depth: 5,
        ..Limits::default()
    };
    for encoding in ENCODINGS {
        for depth in [4, 5] {
            let parsed = limited(&nested(encoding, depth, true), encoding, limits).unwrap();
            assert_eq!(usize::from(parsed.rows.last().unwrap().depth), depth);
        }
        let error = limited(&nested(encoding, 6, true), encoding, limits).err().unwrap();
        assert_eq!(name_of(&error), "sequence_depth");
    }
}

/// Asks for the sequence of defined length, level by level; gives how deep it came.
fn depth_of(bytes: Vec<u8>, limits: Limits) -> Result<u8, Error> {
    let table = ElementTable::of_bytes(Arc::new(bytes), EXPLICIT, limits)?;
    let row = table
        .rows()
        .iter()
        .position(|row| row.flags.has(dcm_encoding::row::Flags::UNPARSED));
    let Some(row) = row else {
        return Ok(table.rows().last().unwrap().depth);
    };
    Ok(table.part(row as u32, EXPLICIT)?.rows().last().unwrap().depth)
}

#[test]
fn depth_of_sequences_of_defined_length() {
    for limit in [0, 1, 2, 5, 128] {
        let limits = Limits {
            sequence_depth: limit,
            ..Limits::default()
        };
        let at = limit as usize;
        for depth in [at.saturating_sub(1), at] {
            let read = depth_of(nested(EXPLICIT, depth, false), limits).unwrap();
            assert_eq!(usize::from(read), depth);
        }
        let error = depth_of(nested(EXPLICIT, at + 1, false), limits).unwrap_err();
        assert_eq!(name_of(&error), "sequence_depth");
    }
}

#[test]
fn depth_counts_sequences_of_both_kinds() {
    let limits = Limits {
        sequence_depth: 4,
        ..Limits::default()
    };
    for (inner, right) in [(1, true), (2, true), (3, false)] {
        let mut content = nested(EXPLICIT, inner, false);
        for _ in 0..2 {
            content = undefined_sequence(EXPLICIT, CODE, &[undefined_item(EXPLICIT, &content)]);
        }
        assert_eq!(depth_of(content, limits).is_ok(), right, "{inner}");
    }
}

#[test]
fn no_limit_of_depth_overflows() {
    let limits = Limits {
        sequence_depth: u64::MAX,
        ..Limits::default()
    };
    // The depth of a row has one byte: 254 is the most, whatever is asked for.
    assert!(limited(&nested(EXPLICIT, 254, true), EXPLICIT, limits).is_ok());
    let error = limited(&nested(EXPLICIT, 300, true), EXPLICIT, limits).err().unwrap();
    assert_eq!(name_of(&error), "sequence_depth");
    assert!(depth_of(nested(EXPLICIT, 300, false), limits).is_err());
}

#[test]
fn number_of_items() {
    let limits = Limits {
        items: 3,
        ..Limits::default()
    };
    for (count, right) in [(2, true), (3, true), (4, false)] {
        let items = vec![item(EXPLICIT, b""); count];
        let read = limited(&undefined_sequence(EXPLICIT, CODE, &items), EXPLICIT, limits);
        assert_eq!(read.is_ok(), right);
        assert!(right || name_of(&read.err().unwrap()) == "items");
        let bytes = sequence(EXPLICIT, CODE, &items);
        let row = parse(&bytes, EXPLICIT).rows[0];
        assert_eq!(parse_items(&bytes, &row, limits).is_ok(), right);
    }
}

#[test]
fn number_of_fragments() {
    let limits = Limits {
        fragments: 3,
        ..Limits::default()
    };
    for (count, right) in [(2, true), (3, true), (4, false)] {
        let fragments = item(EXPLICIT, b"ab").repeat(count);
        let read = limited(&undefined(EXPLICIT, 0x7FE0_0010, "OB", &fragments), EXPLICIT, limits);
        assert_eq!(read.is_ok(), right);
        assert!(right || name_of(&read.err().unwrap()) == "fragments");
    }
}

#[test]
fn an_error_names_the_limit_and_how_to_raise_it() {
    let limits = Limits {
        items: 1,
        ..Limits::default()
    };
    let items = vec![item(EXPLICIT, b""); 2];
    let error = limited(&undefined_sequence(EXPLICIT, CODE, &items), EXPLICIT, limits)
        .err()
        .unwrap();
    assert_eq!(error.offset, Some(20));
    assert_eq!(
        error.to_string(),
        "the limit items = 1 was met; raise it with limits={\"items\": ...} if the data is trusted, at byte 20"
    );
}
