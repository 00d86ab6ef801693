//! Reading less: what the caller leaves out or puts off is not read, and comes when it is asked for.

use crate::made::*;
use dcm_encoding::error::{Error, Kind, Result};
use dcm_encoding::options::ReadOptions;
use dcm_encoding::part10::{Part10, read_bytes, read_source};
use dcm_encoding::source::ByteSource;
use std::sync::Arc;

const DOCUMENT: u32 = 0x0042_0011;
const PIXELS: u32 = 0x7FE0_0010;
const SIZE: usize = 1 << 20;

/// A file with a large document, a large sequence and large pixel data, and where their values lie.
struct Large {
    source: Arc<Counting>,
    document: u64,
    sequence: u64,
    pixels: u64,
}

fn large(undefined_sequences: bool) -> Large {
    let begin = file(uid_of(EXPLICIT), &some_elements(EXPLICIT));
    let blob = element(EXPLICIT, 0x0042_0011, "OB", &vec![4; SIZE]);
    let items = [item(EXPLICIT, &blob)];
    let sequence = if undefined_sequences {
        undefined_sequence(EXPLICIT, 0x0054_0016, &items)
    } else {
        sequence(EXPLICIT, 0x0054_0016, &items)
    };
    let name = element(EXPLICIT, 0x0070_0080, "CS", b"LABEL ");
    let document_at = begin.len() as u64;
    let mut bytes = [begin, element(EXPLICIT, DOCUMENT, "OB", &vec![3; SIZE])].concat();
    let sequence_at = bytes.len() as u64;
    bytes.extend([sequence, name].concat());
    let pixels_at = bytes.len() as u64;
    bytes.extend(element(EXPLICIT, PIXELS, "OW", &vec![5; SIZE]));
    Large {
        source: Arc::new(Counting::new(bytes)),
        document: document_at + 12,
        sequence: sequence_at + 12,
        pixels: pixels_at + 12,
    }
}

fn tags(read: &Part10) -> Vec<u32> {
    let table = &read.data_set;
    table.siblings(0, u32::MAX).map(|(_, row)| row.tag).collect()
}

/// What may be read beyond the bytes that are needed: what is read ahead around what is passed over.
const AHEAD: u64 = 40 << 10;

#[test]
fn values_that_are_put_off_are_not_read() {
    let large = large(false);
    let options = ReadOptions {
        defer_size: Some(1000),
        ..ReadOptions::default()
    };
    let read = read_source(&large.source, &options).unwrap();
    assert!(large.source.count() < 3 * AHEAD, "{} bytes", large.source.count());
    let middle = SIZE as u64 / 2;
    for at in [large.document, large.sequence, large.pixels] {
        assert!(!large.source.touched(at + middle, at + middle + 1000));
    }
    large.source.forget();
    let pixels = *read.data_set.rows().last().unwrap();
    assert_eq!(read.data_set.value(&pixels).unwrap().as_ref(), vec![5; SIZE]);
    // The head of it was read ahead.
    assert!((SIZE as u64 - AHEAD..=SIZE as u64).contains(&large.source.count()));
    large.source.forget();
    let small = *read.data_set.rows().iter().find(|row| row.tag == 0x0070_0080).unwrap();
    assert_eq!(read.data_set.value(&small).unwrap().as_ref(), b"LABEL ");
    assert_eq!(large.source.count(), 0);
}

#[test]
fn a_sequence_that_was_put_off_is_read_when_it_is_asked_for() {
    let large = large(false);
    let options = ReadOptions {
        defer_size: Some(1000),
        ..ReadOptions::default()
    };
    let read = read_source(&large.source, &options).unwrap();
    let row = read
        .data_set
        .rows()
        .iter()
        .position(|row| row.tag == 0x0054_0016)
        .unwrap() as u32;
    large.source.forget();
    let part = read.data_set.part(row, EXPLICIT).unwrap();
    let count = large.source.count();
    assert_eq!(count, SIZE as u64 + 20);
    assert_eq!(part.value(&part.rows()[1]).unwrap().as_ref(), vec![4; SIZE]);
    assert_eq!(large.source.count(), count);
}

#[test]
fn the_size_of_what_is_put_off_is_a_bound() {
    for (size, read_at_once) in [(101, true), (100, true), (99, false)] {
        let options = ReadOptions {
            defer_size: Some(size),
            ..ReadOptions::default()
        };
        // Before the value stands one that is passed over, so that nothing is in memory by chance.
        let bytes = [
            file(uid_of(EXPLICIT), &some_elements(EXPLICIT)),
            element(EXPLICIT, DOCUMENT, "OB", &vec![3; SIZE]),
            element(EXPLICIT, 0x0070_0080, "CS", &[b'X'; 100]),
            element(EXPLICIT, PIXELS, "OW", &vec![5; SIZE]),
        ]
        .concat();
        let table = read_source(&Arc::new(Counting::new(bytes)), &options).unwrap().data_set;
        let row = *table.rows().iter().find(|row| row.tag == 0x0070_0080).unwrap();
        let at_hand = table.store().bytes(row.offset, row.length).is_some();
        // What is read ahead may hold it all the same; what has to be there is.
        assert!(at_hand || !read_at_once);
        assert_eq!(table.value(&row).unwrap().as_ref(), [b'X'; 100]);
    }
}

#[test]
fn nothing_is_read_from_the_pixels_on_when_they_are_not_wanted() {
    let options = ReadOptions {
        stop_before_pixels: true,
        ..ReadOptions::default()
    };
    for tag in [0x7FE0_0008, 0x7FE0_0009, PIXELS] {
        let begin = file(uid_of(EXPLICIT), &some_elements(EXPLICIT));
        let at = begin.len() as u64;
        let pixels = element(EXPLICIT, tag, "OW", &vec![5; SIZE]);
        let after = element(EXPLICIT, 0xFFFC_FFFC, "OB", &[0; 8]);
        let source = Arc::new(Counting::new([begin, pixels, after].concat()));
        let read = read_source(&source, &options).unwrap();
        assert_eq!(tags(&read), [0x0008_0005, 0x0008_0060, 0x0010_0010, 0x0028_0010]);
        assert!(!source.touched(at + (32 << 10), u64::MAX / 2));
        assert!(source.count() <= AHEAD);
        assert_eq!(read.data_set.findings(), []);
    }
}

#[test]
fn pixels_in_items_do_not_stop_the_reading() {
    let icon = element(EXPLICIT, PIXELS, "OW", &[1, 2]);
    let bytes = [
        undefined_sequence(EXPLICIT, 0x0088_0200, &[item(EXPLICIT, &icon)]),
        element(EXPLICIT, 0x2050_0020, "CS", b"IDENTITY"),
        element(EXPLICIT, PIXELS, "OW", &[1, 2]),
    ]
    .concat();
    let options = ReadOptions {
        stop_before_pixels: true,
        ..ReadOptions::default()
    };
    let read = read_bytes(Arc::new(file(uid_of(EXPLICIT), &bytes)), &options).unwrap();
    assert_eq!(tags(&read), [0x0088_0200, 0x2050_0020]);
}

fn only(tags: &[u32]) -> ReadOptions {
    ReadOptions {
        specific_tags: Some(tags.to_vec()),
        ..ReadOptions::default()
    }
}

#[test]
fn of_specific_tags_only_those_are_kept_and_the_character_set() {
    for encoding in ENCODINGS {
        let nested = undefined_sequence(encoding, 0x0008_1140, &[item(encoding, &some_elements(encoding))]);
        let bytes = file(
            uid_of(encoding),
            &[
                some_elements(encoding),
                nested,
                undefined(encoding, 0x7FE0_0010, "OB", &item(encoding, b"")),
            ]
            .concat(),
        );
        for (wanted, rows) in [
            (&[0x0008_0060_u32][..], 2),
            (&[], 1),
            (&[0x0010_0010, 0x0028_0010, 0x0040_A730], 3),
            (&[0x0008_1140], 7),
            (&[PIXELS], 2),
        ] {
            let read = read_bytes(Arc::new(bytes.clone()), &only(wanted)).unwrap();
            assert_eq!(read.data_set.rows().len(), rows, "{wanted:08X?}");
            assert_eq!(tags(&read)[0], 0x0008_0005);
            assert!(
                tags(&read)
                    .iter()
                    .all(|tag| *tag == 0x0008_0005 || wanted.contains(tag))
            );
            assert_eq!(read.file_meta.unwrap().rows().len(), 3);
        }
    }
}

#[test]
fn rows_after_a_sequence_that_was_left_out_are_right() {
    let nested = undefined_sequence(
        EXPLICIT,
        0x0008_1140,
        &[undefined_item(EXPLICIT, &some_elements(EXPLICIT))],
    );
    let pixels = undefined(EXPLICIT, PIXELS, "OB", &item(EXPLICIT, b"1234"));
    let bytes = file(uid_of(EXPLICIT), &[nested, pixels].concat());
    let table = read_bytes(Arc::new(bytes), &only(&[PIXELS])).unwrap().data_set;
    assert_eq!(shown(table.rows()), ["7FE00010 OB 12 undefined delimited encapsulated"]);
    assert_eq!((table.rows()[0].end, table.fragments(0).unwrap().len()), (1, 1));
}

#[test]
fn what_is_not_wanted_is_not_read() {
    for undefined_sequences in [false, true] {
        let large = large(undefined_sequences);
        let read = read_source(&large.source, &only(&[0x0070_0080])).unwrap();
        assert_eq!(tags(&read), [0x0008_0005, 0x0070_0080]);
        assert!(large.source.count() < 4 * AHEAD, "{} bytes", large.source.count());
        let middle = SIZE as u64 / 2;
        for at in [large.document, large.sequence, large.pixels] {
            assert!(!large.source.touched(at + middle, at + middle + 1000));
        }
        let row = *read.data_set.rows().last().unwrap();
        assert_eq!(read.data_set.value(&row).unwrap().as_ref(), b"LABEL ");
    }
}

#[test]
fn large_values_within_items_stay_in_the_source_too() {
    let big = 17 << 20;
    let content = [
        element(EXPLICIT, 0x0042_0010, "ST", b"name"),
        element(EXPLICIT, DOCUMENT, "OB", &vec![3; big]),
    ]
    .concat();
    let bytes = file(
        uid_of(EXPLICIT),
        &undefined_sequence(EXPLICIT, 0x0054_0016, &[undefined_item(EXPLICIT, &content)]),
    );
    let source = Arc::new(Counting::new(bytes));
    let table = read_source(&source, &ReadOptions::default()).unwrap().data_set;
    assert!(source.count() < 3 * AHEAD);
    assert_eq!(table.value(&table.rows()[2]).unwrap().as_ref(), b"name");
    assert_eq!(table.value(&table.rows()[3]).unwrap().len(), big);
}

/// A source that ends before its length says, because it became shorter meanwhile.
struct Shrunk(Vec<u8>, u64);

impl ByteSource for Shrunk {
    fn length(&self) -> u64 {
        self.1
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        Counting::new(self.0.clone()).read_at(offset, buffer)
    }
}

#[test]
fn a_source_that_became_shorter_is_read_as_far_as_it_goes() {
    let pixels = element(EXPLICIT, PIXELS, "OW", &vec![5; 50_000]);
    let bytes = file(uid_of(EXPLICIT), &[some_elements(EXPLICIT), pixels].concat());
    let length = bytes.len() as u64;
    let begin = file(uid_of(EXPLICIT), b"").len();
    for there in [begin, begin + 4, begin + 18, begin + 60, begin + 1000, bytes.len() - 1] {
        let source = Arc::new(Shrunk(bytes[..there].to_vec(), length));
        let read = read_source(&source, &ReadOptions::default()).unwrap();
        let findings = read.data_set.findings();
        assert!(!codes(&findings).contains(&"trailing-padding"), "{there}");
        for row in read.data_set.rows() {
            match read.data_set.value(row) {
                Ok(value) => assert_eq!(value.len() as u64, row.length),
                Err(error) => assert!(matches!(error.kind, Kind::Changed(_))),
            }
        }
    }
}

/// A source that can't be read beyond a byte.
struct Failing(Vec<u8>, u64);

impl ByteSource for Failing {
    fn length(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        if offset + buffer.len() as u64 > self.1 {
            return Err(Error::from(std::io::Error::other("a bad sector")));
        }
        Counting::new(self.0.clone()).read_at(offset, buffer)
    }
}

#[test]
fn a_source_that_fails_is_an_error() {
    let pixels = element(EXPLICIT, PIXELS, "OW", &vec![5; 50_000]);
    let bytes = file(uid_of(EXPLICIT), &[some_elements(EXPLICIT), pixels].concat());
    for limit in [0, 20_000] {
        let error = read_source(&Arc::new(Failing(bytes.clone(), limit)), &ReadOptions::default())
            .err()
            .unwrap();
        assert!(matches!(error.kind, Kind::Io(_)));
    }
}
