//! Deflated data sets (PS3.5 A.5): raw, wrapped, cut off, and too large.

use crate::made::*;
use dcm_encoding::deflate::inflate;
use dcm_encoding::error::Kind;
use dcm_encoding::options::{Limits, ReadOptions};
use dcm_encoding::part10;
use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};
use std::io::Write;
use std::sync::Arc;

const DEFLATED: &str = "1.2.840.10008.1.2.1.99";

fn raw(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn wrapped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_deflated_data_set_is_read_as_the_plain_one() {
    let plain = some_elements(EXPLICIT);
    let expected = shown(&parse(&plain, EXPLICIT).rows);
    for (stream, findings) in [
        (raw(&plain), vec![]),
        (wrapped(&plain), vec!["deflate-with-zlib-header"]),
    ] {
        for padding in [0, 1, 3] {
            let bytes = file(DEFLATED, &[stream.clone(), vec![0; padding]].concat());
            let start = file(DEFLATED, b"").len() as u64;
            let read = read(&bytes).unwrap();
            assert_eq!(shown(read.data_set.rows()), expected);
            assert_eq!(codes(&read.findings), findings);
            assert!(read.findings.iter().all(|finding| finding.offset == Some(start)));
            assert_eq!(read.data_set.findings(), []);
            // The values are those of the inflated bytes, the File Meta Information's those of the file.
            assert_eq!(read.data_set.value(&read.data_set.rows()[1]).unwrap().as_ref(), b"CT");
            let meta = read.file_meta.unwrap();
            assert_eq!(meta.value(&meta.rows()[2]).unwrap().as_ref(), b"1.2.840.10008.1.2.1.99");
        }
    }
}

#[test]
fn a_data_set_without_elements_is_deflated_to_two_bytes() {
    let stream = raw(b"");
    assert_eq!(stream.len(), 2);
    let read = read(&file(DEFLATED, &stream)).unwrap();
    assert_eq!(shown(read.data_set.rows()), Vec::<String>::new());
    assert_eq!(codes(&read.findings), Vec::<&str>::new());
}

#[test]
fn it_is_read_piece_by_piece_too() {
    let bytes = file(DEFLATED, &raw(&some_elements(EXPLICIT)));
    let options = ReadOptions {
        defer_size: Some(4),
        ..ReadOptions::default()
    };
    let source = Arc::new(Counting::new(bytes));
    let read = part10::read_source(&source, &options).unwrap();
    source.forget();
    let table = read.data_set;
    assert_eq!(table.value(&table.rows()[0]).unwrap().as_ref(), b"ISO_IR 100");
    assert_eq!(source.count(), 0);
}

#[test]
fn what_came_out_before_the_stream_broke_is_kept() {
    let plain = [
        some_elements(EXPLICIT),
        element(EXPLICIT, 0x0042_0011, "OB", &Random(9).bytes(5000)),
    ]
    .concat();
    for stream in [raw(&plain), wrapped(&plain)] {
        let read = read(&file(DEFLATED, &stream[..stream.len() / 2])).unwrap();
        assert_eq!(
            shown(&read.data_set.rows()[..4]),
            shown(&parse(&some_elements(EXPLICIT), EXPLICIT).rows)
        );
        assert!(codes(&read.findings).contains(&"file-ends-early"));
    }
}

#[test]
fn what_is_no_deflate_stream_is_an_error() {
    for stream in [&b""[..], &[0xFF; 64]] {
        let error = read(&file(DEFLATED, stream)).err().unwrap();
        assert!(matches!(error.kind, Kind::Deflate));
    }
}

#[test]
fn inflated_bytes_are_limited() {
    let deflated = raw(&vec![1; 300_000]);
    for (limit, right) in [(300_001, true), (300_000, true), (299_999, false), (10, false)] {
        let limits = Limits {
            inflated_bytes: limit,
            ..Limits::default()
        };
        match inflate(&deflated, &limits) {
            Ok(inflated) => assert!(right && inflated.complete && inflated.bytes.len() == 300_000),
            Err(error) => assert!(!right && matches!(error.kind, Kind::Limit("inflated_bytes", _))),
        }
        let wrapped = inflate(&wrapped(&vec![1; 300_000]), &limits);
        assert_eq!(wrapped.is_ok(), right);
    }
}

#[test]
fn inflation_is_limited_past_the_first_bytes() {
    const FREE: usize = 16 << 20;
    let limits = Limits::default();
    for (size, right) in [(FREE - 1, true), (FREE, true), (FREE + 1, false)] {
        let read = inflate(&raw(&vec![0; size]), &limits);
        assert_eq!(read.is_ok(), right, "{size}");
        assert!(right || matches!(read.err().unwrap().kind, Kind::Limit("inflation_ratio", 100)));
    }
    // A caller may raise it.
    let raised = Limits {
        inflation_ratio: 2000,
        ..limits
    };
    assert!(inflate(&raw(&vec![0; FREE + 1]), &raised).is_ok());
}
