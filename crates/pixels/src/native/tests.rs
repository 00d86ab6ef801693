#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)]
use super::{extend_bits, planar_to_interleaved, swap_bytes, unpack_bits};
use crate::ErrorKind;

#[test]
fn the_lowest_bit_is_the_first_pixel() {
    let mut out = [9; 10];
    unpack_bits(&[0b0000_0101, 0b10], 0, &mut out).unwrap();
    assert_eq!(out, [1, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
}

#[test]
fn a_frame_may_begin_within_a_byte() {
    let packed: Vec<u8> = (0..40_u8).map(|n| n.wrapping_mul(37)).collect();
    let bit = |index: usize| packed[index / 8] >> (index % 8) & 1;
    for first in 0..24 {
        for length in [0, 1, 7, 8, 9, 63, 100] {
            let mut out = vec![9; length];
            unpack_bits(&packed, first, &mut out).unwrap();
            assert_eq!(
                out,
                (first..first + length).map(bit).collect::<Vec<u8>>(),
                "{first} {length}"
            );
        }
    }
}

#[test]
fn too_few_bits_are_an_error() {
    assert_eq!(
        unpack_bits(&[0xFF], 1, &mut [0; 8]).unwrap_err().kind,
        ErrorKind::Truncated
    );
    assert!(unpack_bits(&[], usize::MAX, &mut [0; 1]).is_err());
    unpack_bits(&[0xFF], 1, &mut [0; 7]).unwrap();
}

#[test]
fn words_are_reversed_and_a_rest_is_kept() {
    let mut data = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    swap_bytes(&mut data, 2);
    assert_eq!(data, [2, 1, 4, 3, 6, 5, 8, 7, 9]);
    swap_bytes(&mut data, 4);
    assert_eq!(data, [3, 4, 1, 2, 7, 8, 5, 6, 9]);
    swap_bytes(&mut data, 8);
    assert_eq!(data, [6, 5, 8, 7, 2, 1, 4, 3, 9]);
    swap_bytes(&mut data, 1);
    assert_eq!(data, [6, 5, 8, 7, 2, 1, 4, 3, 9]);
}

#[test]
fn planes_become_pixels() {
    let mut out = [0; 6];
    planar_to_interleaved(&[1, 2, 3, 4, 5, 6], 3, 1, &mut out).unwrap();
    assert_eq!(out, [1, 3, 5, 2, 4, 6]);
    let mut out = [0; 12];
    planar_to_interleaved(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 3, 2, &mut out).unwrap();
    assert_eq!(out, [1, 2, 5, 6, 9, 10, 3, 4, 7, 8, 11, 12]);
    assert!(planar_to_interleaved(&[1, 2, 3], 3, 1, &mut [0; 4]).is_err());
    assert!(planar_to_interleaved(&[1, 2, 3], 0, 1, &mut [0; 3]).is_err());
    assert!(planar_to_interleaved(&[1, 2, 3, 4], 3, 1, &mut [0; 4]).is_err());
    planar_to_interleaved(&[], 3, 1, &mut []).unwrap();
}

#[test]
fn bits_above_bits_stored_follow_the_sign() {
    let words = [0x0800_u16, 0x0FFF, 0xF7FF, 0x07FF, 0x1801];
    for big_endian in [false, true] {
        let bytes = |word: u16| {
            if big_endian {
                word.to_be_bytes()
            } else {
                word.to_le_bytes()
            }
        };
        let mut signed: Vec<u8> = words.iter().flat_map(|&word| bytes(word)).collect();
        let mut unsigned = signed.clone();
        extend_bits(&mut signed, 2, 12, true, big_endian);
        extend_bits(&mut unsigned, 2, 12, false, big_endian);
        let expected = |words: [u16; 5]| words.iter().flat_map(|&word| bytes(word)).collect::<Vec<u8>>();
        assert_eq!(signed, expected([0xF800, 0xFFFF, 0x07FF, 0x07FF, 0xF801]));
        assert_eq!(unsigned, expected([0x0800, 0x0FFF, 0x07FF, 0x07FF, 0x0801]));
    }
}

#[test]
fn one_word_with_other_bits_is_mended_wherever_it_lies() {
    // Longer than what is looked at in one go, and no multiple of it.
    let words = 20_001;
    for (signed, clean, dirty) in [(false, 0x0ABC_u16, 0xFABC_u16), (true, 0xFABC, 0x0ABC)] {
        for place in [0, 1, 8_191, 8_192, 16_383, 16_384, words - 1] {
            let mut data: Vec<u8> = std::iter::repeat_n(clean.to_le_bytes(), words).flatten().collect();
            let expected = data.clone();
            data[2 * place..2 * place + 2].copy_from_slice(&dirty.to_le_bytes());
            extend_bits(&mut data, 2, 12, signed, false);
            assert!(data == expected, "{signed} {place}");
        }
    }
}

#[test]
fn all_bits_stored_change_nothing() {
    for bytes in [1, 2, 4, 8] {
        let mut data: Vec<u8> = (0..64).map(|n: u8| n.wrapping_mul(91)).collect();
        let before = data.clone();
        extend_bits(&mut data, bytes, bytes as u32 * 8, true, false);
        extend_bits(&mut data, bytes, 0, true, false);
        extend_bits(&mut data, bytes, 200, false, false);
        assert_eq!(data, before);
    }
    let mut one = [0b0101_0101];
    extend_bits(&mut one, 1, 7, true, false);
    assert_eq!(one, [0b1101_0101]);
}
