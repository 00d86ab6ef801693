//! What the guard tells of JPEG 2000 and HTJ2K headers, and what it refuses of them.
use super::{DESCRIPTION, J2k, check_frame, read_header, segment};
use crate::ErrorKind;
use crate::frame::Progression;

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
