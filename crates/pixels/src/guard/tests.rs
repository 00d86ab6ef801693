#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)]
use super::{check_frame, read_header};
use crate::ErrorKind;
use crate::frame::{Codestream, FrameDescription, Progression};

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
fn the_coding_of_jpeg_2000_is_told() {
    let with = |coding: &[u8], in_header: &[Vec<u8>], in_tile: &[Vec<u8>]| {
        let frame = J2k {
            coding: coding.to_vec(),
            ..J2k::new()
        }
        .bytes();
        let at = |marker: u8| frame.windows(2).position(|pair| pair == [0xFF, marker]).unwrap();
        let (tile_part, data) = (at(0x90), at(0x93));
        let pieces = [
            &frame[..tile_part],
            &in_header.concat(),
            &frame[tile_part..data],
            &in_tile.concat(),
            &frame[data..],
        ];
        let header = read_header(&pieces.concat()).unwrap();
        (header.reversible.unwrap(), header.wavelet.unwrap())
    };
    let plain = J2k::new().coding;
    let (reversible, coding) = with(&plain, &[], &[]);
    assert!(reversible);
    assert_eq!(coding.progression, Some(Progression::Lrcp));
    assert_eq!((coding.layers, coding.levels, coding.tiles), (1, 5, 1));
    assert!(!coding.has_tlm && !coding.color_transform);

    let rpcl = [0, 2, 0, 7, 1, 4, 4, 4, 0, 0];
    let (reversible, coding) = with(&rpcl, &[segment(0x55, &[0, 0x50, 0, 0, 0, 0, 30])], &[]);
    assert!(!reversible && coding.has_tlm && coding.color_transform);
    assert_eq!(
        (coding.progression, coding.layers, coding.levels),
        (Some(Progression::Rpcl), 7, 4)
    );

    // What a tile says for itself counts too.
    let (reversible, coding) = with(&plain, &[], &[segment(0x52, &rpcl)]);
    assert!(!reversible && coding.color_transform);
    assert_eq!((coding.progression, coding.layers), (None, 1));
    let (reversible, _) = with(&plain, &[segment(0x53, &[0, 0, 5, 4, 4, 0, 0])], &[]);
    assert!(!reversible);
    for place in [0, 1] {
        let order = [segment(0x5F, &[0, 0, 0, 1, 6, 1, 2])];
        let (_, coding) = with(&plain, &order[..1 - place], &order[..place]);
        assert_eq!(coding.progression, None);
    }
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

/// An HTJ2K frame of one component and one decomposition level, with more segments in its headers.
fn htj2k(quantization: &[u8], in_header: &[Vec<u8>], in_tile: &[Vec<u8>]) -> Vec<u8> {
    let coding = vec![0, 2, 0, 1, 0, 1, 4, 4, 0x40, u8::from(quantization[0] & 31 == 0)];
    let frame = J2k { coding, ..J2k::new() }.bytes();
    let at = |marker: u8| frame.windows(2).position(|pair| pair == [0xFF, marker]).unwrap();
    let (old, tile_part, data) = (at(0x5C), at(0x90), at(0x93));
    [
        &frame[..old],
        &segment(0x50, &[0, 2, 0, 0, 0, 0]),
        &segment(0x5C, quantization),
        &in_header.concat(),
        &frame[tile_part..data],
        &in_tile.concat(),
        &frame[data..],
    ]
    .concat()
}

#[test]
fn what_htj2k_decoders_die_of_is_refused() {
    let steps = |guard_bits: u8, exponent: u8, number: usize| {
        [vec![guard_bits << 5 | 2], [exponent << 3, 0].repeat(number)].concat()
    };
    let kind = |frame: &[u8]| read_header(frame).err().map(|error| error.kind);
    for (guard_bits, exponent) in [(1, 29), (1, 30), (7, 24), (0, 31)] {
        assert_eq!(kind(&htj2k(&steps(guard_bits, exponent, 4), &[], &[])), None);
    }
    for (guard_bits, exponent) in [(1, 31), (2, 30), (7, 25)] {
        assert_eq!(
            kind(&htj2k(&steps(guard_bits, exponent, 4), &[], &[])),
            Some(ErrorKind::Limit)
        );
    }
    // Without quantization there are bits enough.
    assert_eq!(kind(&htj2k(&[7 << 5, 248, 248, 248, 248], &[], &[])), None);
    // A step size for each of four subbands; one in the place of all where they are derived from it.
    assert_eq!(kind(&htj2k(&steps(1, 8, 3), &[], &[])), Some(ErrorKind::Malformed));
    assert_eq!(
        kind(&htj2k(&[1 << 5, 64, 64, 64], &[], &[])),
        Some(ErrorKind::Malformed)
    );
    assert_eq!(kind(&htj2k(&[1 << 5 | 1, 64, 0], &[], &[])), None);
    assert_eq!(kind(&htj2k(&[1 << 5 | 3, 64, 0], &[], &[])), Some(ErrorKind::Malformed));
    let short = segment(0x5D, &[0, 1 << 5]);
    assert_eq!(kind(&htj2k(&steps(1, 8, 4), &[short], &[])), Some(ErrorKind::Malformed));
    for marker in [0x5E, 0x5F, 0x60] {
        let passed_over = [segment(marker, &[0, 0, 0, 1, 6, 1, 2])];
        assert_eq!(
            kind(&htj2k(&steps(1, 8, 4), &passed_over, &[])),
            Some(ErrorKind::Unsupported)
        );
    }
    for marker in [0x52, 0x53, 0x5C, 0x5D, 0x5E, 0x5F, 0x61] {
        let own = [segment(marker, &[0; 12])];
        assert_eq!(kind(&htj2k(&steps(1, 8, 4), &[], &own)), Some(ErrorKind::Unsupported));
    }
    assert_eq!(
        kind(&htj2k(&steps(1, 8, 4), &[segment(0x5C, &steps(1, 8, 4))], &[])),
        Some(ErrorKind::Malformed)
    );
    // High-throughput code blocks need CAP.
    let coding = vec![0, 0, 0, 1, 0, 5, 4, 4, 0x40, 1];
    let frame = J2k { coding, ..J2k::new() };
    assert_eq!(kind(&frame.bytes()), Some(ErrorKind::Malformed));
}

#[test]
fn a_jpeg_2000_frame_ends_with_the_tile_parts_that_were_checked() {
    let frame = J2k::new().bytes();
    let tile_part = frame.windows(2).position(|pair| pair == [0xFF, 0x90]).unwrap();
    let mut known = frame.clone();
    let length = (frame.len() - 2 - tile_part) as u32;
    known[tile_part + 6..tile_part + 10].copy_from_slice(&length.to_be_bytes());
    // After the last tile-part: the end, padding, or what a decoder might take for another tile-part.
    let hidden = [&[1, 2, 3], &segment(0x90, &[0, 9, 0, 0, 0, 0, 0, 1])[..]].concat();
    for rest in [&[0xFF, 0xD9, 0][..], &[0xFF, 0xD9, 0xFF, 0x90, 0, 10], &hidden] {
        let whole = [&known[..known.len() - 2], rest].concat();
        let end = known.len() - if rest[0] == 0xFF { 0 } else { 2 };
        assert_eq!(check_frame(&whole, &DESCRIPTION).unwrap().end, end);
    }
}

#[test]
fn packets_are_bounded_by_the_bytes() {
    let tiles = |side: u32, levels: u8, layers: u8, padding: usize| {
        let coding = vec![0, 0, 0, layers, 0, levels, 4, 4, 0, 1];
        let size = [side, side, 0, 0, side, side, 0, 0];
        let frame = J2k {
            size,
            coding,
            ..J2k::new()
        };
        read_header(&[frame.bytes(), vec![0; padding]].concat())
    };
    // 33 resolutions of one precinct, in 255 layers, are few packets; 65,535 layers are too many for some bytes.
    assert!(tiles(65535, 32, 255, 0).is_ok());
    let layers = |number: u16, padding: usize| {
        let [high, low] = number.to_be_bytes();
        let coding = vec![0, 0, high, low, 0, 0, 4, 4, 0, 1];
        let frame = J2k { coding, ..J2k::new() }.bytes();
        read_header(&[frame, vec![0; padding]].concat()).is_ok()
    };
    assert!(layers(65535, 0));
    let small = |side: u32, padding: usize| {
        // Precincts of two samples on a side, at full resolution.
        let coding = vec![1, 0, 0, 1, 0, 0, 4, 4, 0, 1, 0x11];
        let frame = J2k {
            size: [side, side, 0, 0, side, side, 0, 0],
            coding,
            ..J2k::new()
        }
        .bytes();
        let length = frame.len();
        (read_header(&[frame, vec![0; padding]].concat()), length)
    };
    let (_, length) = small(2, 0);
    let most = (1 << 16) + 16 * length as u64;
    let side = most.isqrt() as u32 * 2;
    assert!(small(side, 0).0.is_ok());
    assert_eq!(small(side + 2, 0).0.unwrap_err().kind, ErrorKind::Limit);
    assert!(small(side + 2, 1000).0.is_ok());
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
fn absurd_jpeg_2000_headers_are_refused() {
    let coding = |at: usize, value: u8| {
        let mut coding = J2k::new().coding;
        coding[at] = value;
        coding
    };
    let small_precincts = [
        vec![1, 0, 0, 1, 0, 5, 4, 4, 0, 1],
        vec![0x00, 0x11, 0x11, 0x11, 0x11, 0x11],
    ]
    .concat();
    let absurd = [
        J2k {
            size: [30, 20, 0, 0, 1, 1, 0, 0],
            ..J2k::new()
        },
        J2k {
            size: [30, 20, 0, 0, 0, 20, 0, 0],
            ..J2k::new()
        },
        J2k {
            size: [30, 20, 30, 0, 30, 20, 0, 0],
            ..J2k::new()
        },
        J2k {
            size: [30, 20, 0, 0, 30, 20, 1, 0],
            ..J2k::new()
        },
        J2k {
            size: [u32::MAX, u32::MAX, 10, 10, 5, 5, 0, 0],
            ..J2k::new()
        },
        J2k {
            components: 16384,
            ..J2k::new()
        },
        J2k {
            components: 0,
            ..J2k::new()
        },
        J2k {
            coding: coding(3, 0),
            ..J2k::new()
        },
        J2k {
            coding: coding(5, 33),
            ..J2k::new()
        },
        J2k {
            coding: coding(6, 9),
            ..J2k::new()
        },
        J2k {
            coding: vec![0, 0, 0xFF, 0xFF, 0, 32, 0, 0, 0, 1],
            size: [65535, 65535, 0, 0, 1 << 16, 1 << 16, 0, 0],
            components: 1,
            precision: 7,
            tile: 0,
        },
        J2k {
            coding: small_precincts,
            size: [65535, 65535, 0, 0, 1 << 16, 1 << 16, 0, 0],
            ..J2k::new()
        },
        J2k { tile: 1, ..J2k::new() },
    ];
    for (index, frame) in absurd.iter().enumerate() {
        let result = read_header(&frame.bytes());
        assert!(result.is_err(), "{index}: {result:?}");
    }
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
