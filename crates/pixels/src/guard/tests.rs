#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)]
use super::{check_frame, read_header};
use crate::ErrorKind;
use crate::frame::{Codestream, FrameDescription};

mod jpeg2000;

const DESCRIPTION: FrameDescription = FrameDescription {
    rows: 20,
    columns: 30,
    samples_per_pixel: 1,
    bits_allocated: 16,
};

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u16 + 2).to_be_bytes();
    [&[0xFF, marker], &length[..], content].concat()
}

fn jpeg(marker: u8, bits: u8, rows: u16, columns: u16, components: u8) -> Vec<u8> {
    let mut content = vec![bits];
    content.extend(rows.to_be_bytes());
    content.extend(columns.to_be_bytes());
    content.push(components);
    for id in 1..=components {
        content.extend([id, 0x11, 0]);
    }
    [
        vec![0xFF, 0xD8],
        segment(0xDB, &[0; 65]),
        segment(marker, &content),
        vec![0xFF, 0xDA],
    ]
    .concat()
}

struct J2k {
    size: [u32; 8],
    components: u16,
    precision: u8,
    coding: Vec<u8>,
    tile: u16,
}

impl J2k {
    fn new() -> Self {
        Self {
            size: [30, 20, 0, 0, 30, 20, 0, 0],
            components: 1,
            precision: 11,
            coding: vec![0, 0, 0, 1, 0, 5, 4, 4, 0, 1],
            tile: 0,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut size = vec![0, 0];
        size.extend(self.size.iter().flat_map(|n| n.to_be_bytes()));
        size.extend(self.components.to_be_bytes());
        for _ in 0..self.components {
            size.extend([self.precision, 1, 1]);
        }
        let mut tile_part = self.tile.to_be_bytes().to_vec();
        tile_part.extend([0, 0, 0, 0, 0, 1]);
        [
            vec![0xFF, 0x4F],
            segment(0x51, &size),
            segment(0x52, &self.coding),
            segment(0x5C, &[0x40; 4]),
            segment(0x90, &tile_part),
            vec![0xFF, 0x93, 1, 2, 3, 0xFF, 0xD9],
        ]
        .concat()
    }
}

#[test]
fn a_jpeg_header_is_read_past_other_segments() {
    let header = check_frame(&jpeg(0xC1, 12, 20, 30, 1), &DESCRIPTION).unwrap();
    assert_eq!(
        (header.height, header.width, header.components, header.bits),
        (20, 30, 1, 12)
    );
    assert_eq!(header.codestream, Codestream::Jpeg { process: 1 });
    assert_eq!(
        read_header(&jpeg(0xF7, 12, 20, 30, 1)).unwrap().codestream,
        Codestream::JpegLs
    );
}

#[test]
fn color_marks_are_found() {
    let marks = |content: &[u8], marker| {
        let frame = [
            vec![0xFF, 0xD8],
            segment(marker, content),
            jpeg(0xC0, 8, 20, 30, 3)[2..].to_vec(),
        ]
        .concat();
        read_header(&frame).unwrap().color
    };
    assert!(marks(b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0", 0xE0).jfif);
    assert_eq!(marks(b"Adobe\0\x64\0\0\0\0\x01", 0xEE).adobe_transform, Some(1));
    assert_eq!(marks(b"Adobe", 0xEE).adobe_transform, None);
}

#[test]
fn what_disagrees_with_the_data_set_is_refused() {
    for frame in [
        jpeg(0xC0, 8, 21, 30, 1),
        jpeg(0xC0, 8, 20, 31, 1),
        jpeg(0xC0, 8, 20, 30, 3),
        J2k {
            size: [31, 20, 0, 0, 31, 20, 0, 0],
            ..J2k::new()
        }
        .bytes(),
        J2k {
            precision: 19,
            ..J2k::new()
        }
        .bytes(),
        J2k {
            components: 3,
            ..J2k::new()
        }
        .bytes(),
    ] {
        assert_eq!(check_frame(&frame, &DESCRIPTION).unwrap_err().kind, ErrorKind::Mismatch);
    }
    let large = FrameDescription {
        rows: 65535,
        columns: 65535,
        ..DESCRIPTION
    };
    assert_eq!(
        check_frame(&jpeg(0xC0, 8, 65535, 65535, 1), &large).unwrap_err().kind,
        ErrorKind::Limit
    );
}

#[test]
fn a_jpeg_2000_header_is_read() {
    let header = check_frame(
        &J2k {
            precision: 0x8B,
            ..J2k::new()
        }
        .bytes(),
        &DESCRIPTION,
    )
    .unwrap();
    assert_eq!(
        (
            header.height,
            header.width,
            header.components,
            header.bits,
            header.signed
        ),
        (20, 30, 1, 12, true)
    );
    assert_eq!(header.codestream, Codestream::Jpeg2000 { high_throughput: false });
    let offset = J2k {
        size: [35, 27, 5, 7, 35, 27, 0, 0],
        ..J2k::new()
    };
    assert_eq!(check_frame(&offset.bytes(), &DESCRIPTION).unwrap().width, 30);
}

#[test]
fn whether_a_jpeg_coding_is_reversible_is_told() {
    let reversible = |marker: u8, [start, end, position]: [u8; 3]| {
        let header = jpeg(marker, 8, 20, 30, 1);
        let scan = segment(0xDA, &[1, 1, 0, start, end, position]);
        read_header(&[&header[..header.len() - 2], &scan].concat())
            .unwrap()
            .reversible
    };
    assert_eq!(reversible(0xC0, [0, 63, 0]), Some(false));
    assert_eq!(reversible(0xC3, [1, 0, 0]), Some(true));
    // A point transform of two bits; NEAR 2.
    assert_eq!(reversible(0xC3, [1, 0, 2]), Some(false));
    assert_eq!(reversible(0xF7, [0, 0, 0]), Some(true));
    assert_eq!(reversible(0xF7, [2, 0, 0]), Some(false));
    assert_eq!(
        read_header(&[0xFF, 0x0A, 0b0100_0101, 0b0000_0010]).unwrap().reversible,
        None
    );
}

/// A progressive frame of so many scans.
fn progressive(rows: u16, columns: u16, scans: usize) -> Vec<u8> {
    let header = jpeg(0xC2, 8, rows, columns, 1);
    let scan = [segment(0xDA, &[1, 1, 0, 0, 0, 0]), vec![0x12, 0xFF, 0]].concat();
    [&header[..header.len() - 2], &scan.repeat(scans), &[0xFF, 0xD9]].concat()
}

#[test]
fn scans_are_counted() {
    for (rows, columns, most) in [(20, 30, 1000), (1024, 512, 512), (10_000, 10_000, 32)] {
        for scans in [most - 1, most, most + 1] {
            let read = read_header(&progressive(rows, columns, scans));
            assert_eq!(read.is_err(), scans > most, "{rows} {columns} {scans}");
            if let Err(error) = read {
                assert_eq!(error.kind, ErrorKind::Limit);
            }
        }
    }
    // An end marker within a comment ends nothing.
    let mut hidden = progressive(20, 30, 1);
    hidden.truncate(hidden.len() - 2);
    hidden.extend(segment(0xFE, &[0xFF, 0xD9]));
    hidden.extend(segment(0xDA, &[1, 1, 0, 0, 0, 0]).repeat(1000));
    assert_eq!(read_header(&hidden).unwrap_err().kind, ErrorKind::Limit);
}

#[test]
fn jpeg_ls_scans_hold_one_component_or_all() {
    let scan = |components: &[u8], interleave: u8| {
        let mut content = vec![components.len() as u8];
        content.extend(components.iter().flat_map(|&id| [id, 0]));
        content.extend([0, interleave, 0]);
        [segment(0xDA, &content), vec![0x12, 0x34]].concat()
    };
    let kind = |components: u8, scans: &[Vec<u8>]| {
        let header = jpeg(0xF7, 8, 20, 30, components);
        read_header(&[&header[..header.len() - 2], &scans.concat(), &[0xFF, 0xD9]].concat())
            .err()
            .map(|error| error.kind)
    };
    let planes = [scan(&[1], 0), scan(&[2], 0), scan(&[3], 0)];
    assert_eq!(kind(1, &planes[..1]), None);
    assert_eq!(kind(3, &planes), None);
    assert_eq!(kind(3, &planes[..2]), None);
    assert_eq!(kind(3, &[scan(&[1, 2, 3], 1)]), None);
    assert_eq!(kind(3, &[scan(&[1, 2, 3], 2)]), None);
    // Frame 102,803 of a run of changed ones: planes first, and then all together.
    for scans in [
        vec![scan(&[1], 0), scan(&[1, 2, 3], 2)],
        vec![scan(&[1], 0), scan(&[2], 0), scan(&[1, 2, 3], 1)],
        vec![scan(&[1], 0), scan(&[2, 3], 1)],
        vec![scan(&[1], 0), scan(&[2], 1)],
        vec![scan(&[1, 2], 1), scan(&[3], 0)],
        vec![scan(&[1], 1), scan(&[2], 0)],
        vec![scan(&[1, 2, 3], 0)],
    ] {
        assert_eq!(kind(3, &scans), Some(ErrorKind::Malformed));
    }
    assert_eq!(kind(1, &[scan(&[1, 2, 3], 2)]), Some(ErrorKind::Malformed));
    assert_eq!(kind(1, &[scan(&[1], 2)]), Some(ErrorKind::Malformed));
}

/// A JPEG XL container around a jbrd box of these bits (least significant first) and a codestream of three components.
fn with_reconstruction(bits: &[(u32, u32)]) -> Vec<u8> {
    let mut content = vec![];
    let mut position = 0;
    for &(value, count) in bits {
        for index in 0..count {
            if position % 8 == 0 {
                content.push(0_u8);
            }
            *content.last_mut().unwrap() |= ((value >> index & 1) as u8) << (position % 8);
            position += 1;
        }
    }
    content.extend([0; 8]);
    let boxed =
        |kind: &[u8; 4], content: &[u8]| [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat();
    [
        b"\0\0\0\x0CJXL \r\n\x87\n".to_vec(),
        boxed(b"jbrd", &content),
        boxed(b"jxlc", &[0xFF, 0x0A, 0b0100_0101, 0b0000_0010]),
    ]
    .concat()
}

#[test]
fn a_jpeg_stream_to_give_back_agrees_with_the_codestream() {
    const COLOR: [(u32, u32); 4] = [(0, 1), (0x19, 6), (0, 6), (1, 2)];
    assert!(
        read_header(&with_reconstruction(&COLOR))
            .unwrap()
            .has_jpeg_reconstruction
    );
    // One component, though the codestream has three: as a type, and as a number.
    for gray in [
        &[(1, 1), (0x19, 6), (0, 6), (0, 2)][..],
        &[(0, 1), (0x19, 6), (0, 6), (3, 2), (0, 2)],
    ] {
        assert_eq!(
            read_header(&with_reconstruction(gray)).unwrap_err().kind,
            ErrorKind::Malformed
        );
    }
    let twice = [with_reconstruction(&COLOR), with_reconstruction(&COLOR)[12..].to_vec()].concat();
    assert_eq!(read_header(&twice).unwrap_err().kind, ErrorKind::Malformed);

    // Segments of 65,536 bytes: 256 are the limit, with or without a scan.
    let segments = |number: usize, scans: usize| {
        let mut bits = vec![(0, 1)];
        bits.extend(vec![(0x20, 6); number]);
        bits.extend(vec![(0x1A, 6); scans]);
        bits.push((0x19, 6));
        bits.extend([(0, 2), (0xFFFF, 16)].repeat(number));
        bits.extend([(0, 6), (1, 2)]);
        read_header(&with_reconstruction(&bits)).err().map(|error| error.kind)
    };
    assert_eq!(segments(255, 0), None);
    assert_eq!(segments(256, 1000), None);
    assert_eq!(segments(257, 0), Some(ErrorKind::Limit));
    assert_eq!(segments(0, 1001), Some(ErrorKind::Limit));
    assert_eq!(segments(0, 20_000), Some(ErrorKind::Limit));
}

#[test]
fn a_codestream_in_jp2_boxes_is_found() {
    let bare = J2k::new().bytes();
    let boxed = |length: u32| {
        let signature = b"\0\0\0\x0CjP  \r\n\x87\n".to_vec();
        [signature, length.to_be_bytes().to_vec(), b"jp2c".to_vec(), bare.clone()].concat()
    };
    for length in [0, bare.len() as u32 + 8] {
        let header = check_frame(&boxed(length), &DESCRIPTION).unwrap();
        assert_eq!((header.start, header.end), (20, 20 + bare.len()));
    }
    assert!(read_header(&boxed(3)).is_err());
}

#[test]
fn jpeg_xl_sizes_are_read() {
    // small = 1, height / 8 - 1 = 2 (5 bits), ratio 1 (3 bits), all default.
    let header = read_header(&[0xFF, 0x0A, 0b0100_0101, 0b0000_0010]).unwrap();
    assert_eq!(
        (header.width, header.height, header.components, header.bits),
        (24, 24, 3, 8)
    );
    assert_eq!(header.codestream, Codestream::JpegXl);
}

#[test]
fn what_begins_as_nothing_known_is_malformed() {
    for frame in [&b""[..], b"\xFF", b"\0\0\0\x0C", b"GIF89a", b"\xFF\xD9\xFF\xD8"] {
        assert_eq!(read_header(frame).unwrap_err().kind, ErrorKind::Malformed);
    }
}

#[test]
fn every_cut_and_every_flipped_byte_ends_without_a_panic() {
    let container = [
        b"\0\0\0\x0CJXL \r\n\x87\n\0\0\0\x0Cjxlc".to_vec(),
        vec![0xFF, 0x0A, 0x45, 2],
    ]
    .concat();
    let boxed = [b"\0\0\0\x0CjP  \r\n\x87\n\0\0\0\0jp2c".to_vec(), J2k::new().bytes()].concat();
    for frame in [
        jpeg(0xC3, 16, 20, 30, 3),
        jpeg(0xF7, 12, 20, 30, 1),
        J2k::new().bytes(),
        boxed,
        container,
        vec![0xFF, 0x0A, 0, 0, 0, 0, 0, 0, 0],
    ] {
        for end in 0..frame.len() {
            let _ = check_frame(&frame[..end], &DESCRIPTION);
        }
        for at in 0..frame.len() {
            for value in 0..=255 {
                let mut bad = frame.clone();
                bad[at] = value;
                let _ = check_frame(&bad, &DESCRIPTION);
            }
        }
    }
}
