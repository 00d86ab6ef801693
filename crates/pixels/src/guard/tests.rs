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
