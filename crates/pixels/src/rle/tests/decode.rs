use crate::ErrorKind;
use crate::frame::FrameDescription;
use crate::rle::{Tolerated, decode_frame, decode_segment};

fn description(rows: u32, columns: u32, samples_per_pixel: u16, bits_allocated: u16) -> FrameDescription {
    FrameDescription {
        rows,
        columns,
        samples_per_pixel,
        bits_allocated,
    }
}

fn literal(bytes: &[u8]) -> Vec<u8> {
    bytes
        .chunks(128)
        .flat_map(|run| std::iter::once(run.len() as u8 - 1).chain(run.iter().copied()))
        .collect()
}

fn frame(segments: &[Vec<u8>]) -> Vec<u8> {
    let mut header = vec![segments.len() as u32];
    let mut at = 64;
    for segment in segments {
        header.push(at);
        at += segment.len() as u32;
    }
    header.resize(16, 0);
    let mut frame: Vec<u8> = header.into_iter().flat_map(u32::to_le_bytes).collect();
    frame.extend(segments.concat());
    frame
}

#[test]
fn runs_literals_and_no_operations_are_decoded() {
    let segment = [0x80, 0xFE, 0x07, 0x80, 0x02, 1, 2, 3, 0x81, 9];
    let mut out = vec![0; 3 + 3 + 128];
    assert_eq!(decode_segment(&segment, &mut out), (134, false));
    assert_eq!(out[..6], [7, 7, 7, 1, 2, 3]);
    assert_eq!(out[6..], [9; 128]);
}

#[test]
fn the_most_significant_segment_comes_first() {
    let mut out = vec![0; 4];
    decode_frame(
        &frame(&[literal(&[1, 2]), literal(&[3, 4])]),
        &description(1, 2, 1, 16),
        &mut out,
    )
    .unwrap();
    assert_eq!(out, [3, 1, 4, 2]);
}

#[test]
fn colors_are_interleaved_by_pixel() {
    let planes = [literal(&[1, 2]), literal(&[3, 4]), literal(&[5, 6])];
    let mut out = vec![0; 6];
    decode_frame(&frame(&planes), &description(1, 2, 3, 8), &mut out).unwrap();
    assert_eq!(out, [1, 3, 5, 2, 4, 6]);
}

#[test]
fn colors_of_several_bytes_keep_both_orders() {
    let planes: Vec<Vec<u8>> = (0..6).map(|byte| literal(&[byte, byte + 10])).collect();
    let mut out = vec![0; 12];
    decode_frame(&frame(&planes), &description(1, 2, 3, 16), &mut out).unwrap();
    assert_eq!(out, [1, 0, 3, 2, 5, 4, 11, 10, 13, 12, 15, 14]);
}

#[test]
fn words_of_four_and_eight_bytes_are_little_endian() {
    for bytes in [4_u8, 8] {
        let planes: Vec<Vec<u8>> = (0..bytes).map(|byte| literal(&[byte; 3])).collect();
        let mut out = vec![0; 3 * usize::from(bytes)];
        decode_frame(&frame(&planes), &description(1, 3, 1, u16::from(bytes) * 8), &mut out).unwrap();
        assert_eq!(out, (0..bytes).rev().cycle().take(out.len()).collect::<Vec<u8>>());
    }
}

#[test]
fn padding_to_an_even_length_is_silent_and_more_is_tolerated() {
    let mut out = vec![0; 3];
    let one_byte = frame(&[vec![2, 1, 2, 3, 0]]);
    assert_eq!(
        decode_frame(&one_byte, &description(1, 3, 1, 8), &mut out).unwrap(),
        Tolerated::default()
    );
    let overlong = frame(&[vec![4, 1, 2, 3, 4, 5]]);
    decode_frame(&overlong, &description(1, 3, 1, 8), &mut out).unwrap();
    assert_eq!(out, [1, 2, 3]);
    let two_runs = frame(&[vec![2, 1, 2, 3, 1, 4, 5]]);
    assert_eq!(
        decode_frame(&two_runs, &description(1, 3, 1, 8), &mut out)
            .unwrap()
            .overlong_segments,
        1
    );
}

#[test]
fn a_short_segment_is_an_error_with_its_place() {
    let short = frame(&[literal(&[1, 2, 3]), literal(&[1, 2])]);
    let error = decode_frame(&short, &description(1, 3, 1, 16), &mut [0; 6]).unwrap_err();
    assert_eq!((error.kind, error.offset), (ErrorKind::Truncated, Some(68)));
}

#[test]
fn a_header_that_contradicts_itself_or_the_data_set_is_refused() {
    let good = frame(&[literal(&[1, 2])]);
    let one = description(1, 2, 1, 8);
    let mut out = [0; 2];
    for (at, value, kind) in [
        (0, 2_u32, ErrorKind::Mismatch),
        (0, 0, ErrorKind::Mismatch),
        (0, 16, ErrorKind::Malformed),
        (4, 1000, ErrorKind::Malformed),
        (4, 63, ErrorKind::Malformed),
        (4, u32::MAX, ErrorKind::Malformed),
    ] {
        let mut bad = good.clone();
        bad[at..at + 4].copy_from_slice(&value.to_le_bytes());
        assert_eq!(
            decode_frame(&bad, &one, &mut out).unwrap_err().kind,
            kind,
            "{at} {value}"
        );
    }
    assert_eq!(
        decode_frame(&good[..63], &one, &mut out).unwrap_err().kind,
        ErrorKind::Truncated
    );
    assert_eq!(
        decode_frame(&good, &one, &mut [0; 3]).unwrap_err().kind,
        ErrorKind::Mismatch
    );
    assert!(decode_frame(&good, &description(65535, 65535, 3, 8), &mut out).is_err());
}

#[test]
fn every_cut_and_every_flipped_byte_ends_without_a_panic() {
    let plane: Vec<u8> = (0..200_u32).map(|n| if n % 50 < 25 { 7 } else { n as u8 }).collect();
    let mut segment = vec![0x9C_u8, 7];
    segment.extend(literal(&plane[..99]));
    let good = frame(&[segment.clone(), segment]);
    let description = description(10, 20, 1, 16);
    let mut out = vec![0; 400];
    for end in 0..good.len() {
        let _ = decode_frame(&good[..end], &description, &mut out);
    }
    for at in 0..good.len() {
        for value in [0, 1, 2, 15, 16, 63, 64, 127, 128, 129, 255] {
            let mut bad = good.clone();
            bad[at] = value;
            let _ = decode_frame(&bad, &description, &mut out);
        }
    }
}

#[test]
fn the_block_copy_equals_the_plain_one() {
    // Lengths around the block size, at every distance from both ends.
    for length in 1..=128_usize {
        for rest in [0, 1, 31, 32, 33, 64] {
            let bytes: Vec<u8> = (0..length as u8).collect();
            let mut segment = literal(&bytes);
            let tail: Vec<u8> = (0..rest as u8).map(|n| 200 - n).collect();
            segment.extend(literal(&tail));
            segment.extend([(257 - length.max(2)) as u8, 5]);
            let mut expected = bytes.clone();
            expected.extend(&tail);
            expected.extend(vec![5; length.max(2)]);
            let mut out = vec![0; expected.len()];
            assert_eq!(decode_segment(&segment, &mut out), (expected.len(), false));
            assert_eq!(out, expected);
        }
    }
}

#[test]
fn runs_that_cross_blocks_are_whole() {
    // Runs of every length, so that some cross each border between the blocks that are interleaved at once.
    let rows = 100_u32;
    let plane: Vec<u8> = (0..rows * 301)
        .map(|n| if n % 97 < 60 { (n / 97) as u8 } else { n as u8 })
        .collect();
    let packed = |plane: &[u8]| {
        let mut out = Vec::new();
        for (index, piece) in plane.chunks(97).enumerate() {
            let (run, rest) = piece.split_at(piece.len().min(60));
            if run.len() > 1 && index % 3 > 0 {
                out.extend([(257 - run.len()) as u8, run[0]]);
            } else {
                out.extend(literal(run));
            }
            out.extend(literal(rest));
        }
        out
    };
    let mirrored: Vec<u8> = plane.iter().map(|byte| !byte).collect();
    let frame = frame(&[packed(&plane), packed(&mirrored)]);
    let mut out = vec![0; plane.len() * 2];
    decode_frame(&frame, &description(rows, 301, 1, 16), &mut out).unwrap();
    let expected: Vec<u8> = plane
        .iter()
        .zip(&mirrored)
        .flat_map(|(&high, &low)| [low, high])
        .collect();
    assert_eq!(out, expected);
}
