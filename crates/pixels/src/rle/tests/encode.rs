use crate::ErrorKind;
use crate::frame::FrameDescription;
use crate::rle::{decode_frame, encode_frame};

fn description(rows: u32, columns: u32, samples_per_pixel: u16, bits_allocated: u16) -> FrameDescription {
    FrameDescription {
        rows,
        columns,
        samples_per_pixel,
        bits_allocated,
    }
}

/// The segments of a frame of one row or more, without the header.
fn coded(frame: &[u8], description: &FrameDescription) -> Vec<u8> {
    encode_frame(frame, description).unwrap()[64..].to_vec()
}

fn row(bytes: &[u8]) -> Vec<u8> {
    coded(bytes, &description(1, bytes.len() as u32, 1, 8))
}

/// Numbers without a pattern, the same on each run.
fn noise(seed: u64) -> impl Iterator<Item = u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    })
}

/// The bytes that the shortest PackBits of a row take, tried out from its end.
fn shortest(row: &[u8]) -> usize {
    let mut best = vec![0; row.len() + 1];
    for at in (0..row.len()).rev() {
        let literals = (1..=128.min(row.len() - at)).map(|count| 1 + count + best[at + count]);
        let same = row[at..].iter().take_while(|&&byte| byte == row[at]).count();
        let runs = (2..=128.min(same)).map(|count| 2 + best[at + count]);
        best[at] = literals.chain(runs).min().unwrap();
    }
    best[0]
}

#[test]
fn runs_and_literals_are_told_apart() {
    assert_eq!(row(&[7, 7, 7, 1, 2, 3]), [0xFE, 7, 2, 1, 2, 3]);
    assert_eq!(row(&[1, 2, 3, 7, 7, 7, 7, 7]), [2, 1, 2, 3, 0xFC, 7]);
    assert_eq!(row(&[5]), [0, 5]);
}

#[test]
fn two_equal_bytes_within_a_literal_stay_there_and_are_a_run_before_one() {
    assert_eq!(row(&[1, 2, 2, 3]), [3, 1, 2, 2, 3, 0]);
    assert_eq!(row(&[2, 2, 3]), [0xFF, 2, 0, 3]);
}

#[test]
fn long_runs_and_literals_are_cut_at_128_and_a_single_byte_joins_the_literal() {
    assert_eq!(row(&[9; 300]), [0x81, 9, 0x81, 9, 213, 9]);
    let mut bytes = vec![9; 129];
    bytes.push(1);
    assert_eq!(row(&bytes), [0x81, 9, 1, 9, 1, 0]);
    let rising: Vec<u8> = (0..200).collect();
    let expected: Vec<u8> = [&[127], &rising[..128], &[71], &rising[128..]].concat();
    assert_eq!(row(&rising), expected);
}

#[test]
fn no_run_crosses_the_end_of_a_row() {
    assert_eq!(coded(&[4; 6], &description(2, 3, 1, 8)), [0xFE, 4, 0xFE, 4]);
}

#[test]
fn the_header_tells_the_segments_which_are_even_and_begin_with_the_most_significant() {
    let frame = encode_frame(&[3, 1, 4, 2], &description(1, 2, 1, 16)).unwrap();
    assert_eq!(frame[..16], [2, 0, 0, 0, 64, 0, 0, 0, 68, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(frame[64..], [1, 1, 2, 0, 1, 3, 4, 0]);
    let colors = coded(&[1, 3, 5, 2, 4, 6], &description(1, 2, 3, 8));
    assert_eq!(colors, [1, 1, 2, 0, 1, 3, 4, 0, 1, 5, 6, 0]);
}

#[test]
fn rows_are_as_short_as_packbits_can_be() {
    for seed in 0..400 {
        let mut random = noise(seed + 1);
        let kinds = [1, 2, 3, 5, 40][seed as usize % 5];
        let bytes: Vec<u8> = random
            .by_ref()
            .take(1 + seed as usize)
            .map(|byte| byte % kinds)
            .collect();
        let packed = row(&bytes).len();
        let best = shortest(&bytes);
        // A literal that a run of two or three keeps below 128 bytes can spare a control byte.
        assert!(
            packed <= (best + best / 100).next_multiple_of(2),
            "{seed}: {packed} for {best}"
        );
    }
}

#[test]
fn frames_of_every_kind_come_back() {
    for (samples, bits) in [
        (1, 8),
        (1, 16),
        (1, 24),
        (1, 32),
        (1, 64),
        (3, 8),
        (3, 16),
        (3, 32),
        (4, 8),
        (1, 1),
        (15, 8),
    ] {
        for (number, columns) in [1, 2, 63, 64, 65, 127, 128, 129, 300].into_iter().enumerate() {
            let description = description(3, columns, samples, bits);
            let size = description.frame_bytes().unwrap();
            for kinds in [1, 2, 4, 255] {
                let mut frame: Vec<u8> = noise(number as u64 + 7).take(size).map(|byte| byte % kinds).collect();
                let packed = encode_frame(&frame, &description).unwrap();
                assert_eq!(packed.len() % 2, 0);
                let mut out = vec![0; size];
                decode_frame(&packed, &description, &mut out).unwrap();
                assert_eq!(out, frame);
                // A run over all of a row, but for its ends.
                frame.fill(7);
                let last = frame.len() - 1;
                (frame[0], frame[last]) = (1, 2);
                decode_frame(&encode_frame(&frame, &description).unwrap(), &description, &mut out).unwrap();
                assert_eq!(out, frame);
            }
        }
    }
}

#[test]
fn the_room_that_is_made_is_enough_for_noise() {
    let description = description(40, 129, 2, 16);
    let size = description.frame_bytes().unwrap();
    let rising: Vec<u8> = (0..=255).cycle().take(size).collect();
    let packed = encode_frame(&rising, &description).unwrap();
    assert_eq!(packed.len(), 64 + size + 40 * 4 * 2);
    assert!(packed.capacity() < packed.len() + 64);
}

#[test]
fn a_frame_without_pixels_is_a_header_of_empty_segments() {
    let frame = encode_frame(&[], &description(0, 5, 1, 16)).unwrap();
    assert_eq!((frame.len(), frame[0], frame[4], frame[8]), (64, 2, 64, 64));
}

#[test]
fn what_rle_cannot_hold_is_refused() {
    let error = encode_frame(&[0; 16], &description(1, 1, 2, 64)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unsupported);
    let error = encode_frame(&[0; 3], &description(1, 2, 1, 16)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Mismatch);
    let error = encode_frame(&[], &description(65535, 65535, 3, 8)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Limit);
}
