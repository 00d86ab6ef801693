#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::indexing_slicing
)]
use super::{Conversion, Misfit, Sample, Way};

const ALL: [Sample; 8] = [
    Sample::U8,
    Sample::I8,
    Sample::U16,
    Sample::I16,
    Sample::U32,
    Sample::I32,
    Sample::F32,
    Sample::F64,
];

/// Samples with every bit set somewhere; floats are small numbers.
fn samples(from: Sample, count: usize) -> Vec<u8> {
    (0..count as u32)
        .flat_map(|index| {
            let word = index.wrapping_mul(2_654_435_769);
            match from {
                Sample::F32 => ((word >> 12) as f32 / 7.0 - 1e4).to_le_bytes().to_vec(),
                Sample::F64 => (f64::from(word >> 12) / 7.0 - 1e4).to_le_bytes().to_vec(),
                _ => word.to_le_bytes()[4 - from.bytes()..].to_vec(),
            }
        })
        .collect()
}

/// What a sample is worth, said plainly.
fn stored(from: Sample, word: &[u8], bits: u32) -> f64 {
    let number = word.iter().rev().fold(0_i64, |sum, &byte| sum << 8 | i64::from(byte));
    match from {
        Sample::F32 => f64::from(f32::from_le_bytes(word.try_into().unwrap())),
        Sample::F64 => f64::from_le_bytes(word.try_into().unwrap()),
        _ if from.is_signed() => ((number << (64 - bits)) >> (64 - bits)) as f64,
        _ => (number & ((1 << bits) - 1)) as f64,
    }
}

fn value(to: Sample, word: &[u8]) -> f64 {
    match to {
        Sample::F32 => f64::from(f32::from_ne_bytes(word.try_into().unwrap())),
        Sample::F64 => f64::from_ne_bytes(word.try_into().unwrap()),
        Sample::U8 => f64::from(word[0]),
        Sample::I8 => f64::from(word[0] as i8),
        Sample::U16 => f64::from(u16::from_ne_bytes(word.try_into().unwrap())),
        Sample::I16 => f64::from(i16::from_ne_bytes(word.try_into().unwrap())),
        Sample::U32 => f64::from(u32::from_ne_bytes(word.try_into().unwrap())),
        Sample::I32 => f64::from(i32::from_ne_bytes(word.try_into().unwrap())),
    }
}

#[test]
fn every_way_gives_what_double_gives_rounded_once() {
    let rescales = [
        (1.0, 0.0),
        (1.0, -1024.0),
        (-2.0, 7.0),
        (0.5, 0.25),
        (0.37, -0.1),
        (1e-3, 3.0),
        (1.0, 0.1),
    ];
    for from in ALL {
        for bits in [from.bits(), from.bits().min(12), from.bits().min(5)] {
            let source = samples(from, 3000);
            for (slope, intercept) in rescales {
                for to in [Sample::F32, Sample::F64] {
                    let mut target = vec![0_u8; 3000 * to.bytes()];
                    Conversion::new(from, bits, slope, intercept, to)
                        .apply(&source, &mut target)
                        .unwrap();
                    for (word, found) in source.chunks(from.bytes()).zip(target.chunks(to.bytes())) {
                        let exact = stored(from, word, bits) * slope + intercept;
                        let expected = if to == Sample::F32 {
                            f64::from(exact as f32)
                        } else {
                            exact
                        };
                        assert_eq!(value(to, found), expected, "{from:?} {bits} {slope} {intercept} {to:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn whole_types_hold_each_value_or_say_that_they_do_not() {
    for from in ALL {
        for bits in [from.bits(), from.bits().min(7)] {
            let source = samples(from, 500);
            for (slope, intercept) in [(1.0, 0.0), (1.0, -1024.0), (3.0, 5.0), (0.5, 0.0), (-1.0, 0.0)] {
                for to in ALL.into_iter().filter(|to| to.is_whole()) {
                    let conversion = Conversion::new(from, bits, slope, intercept, to);
                    let mut target = vec![0_u8; 500 * to.bytes()];
                    let fitted = conversion.apply(&source, &mut target);
                    let (first, last) = to.ends(to.bits()).unwrap();
                    let mut all_fit = true;
                    for (word, found) in source.chunks(from.bytes()).zip(target.chunks(to.bytes())) {
                        let expected = stored(from, word, bits) * slope + intercept;
                        if expected.fract() == 0.0 && (first..=last).contains(&expected) {
                            assert_eq!(value(to, found), expected, "{conversion:?}");
                        } else {
                            all_fit = false;
                        }
                    }
                    assert_eq!(fitted.is_ok(), all_fit, "{conversion:?}");
                }
            }
        }
    }
}

#[test]
fn single_precision_is_taken_only_where_it_is_exact() {
    let way = |from, bits, slope, intercept| Conversion::new(from, bits, slope, intercept, Sample::F32).way;
    assert_eq!(way(Sample::I16, 16, 1.0, -1024.0), Way::Single(1.0, -1024.0));
    assert_eq!(way(Sample::U16, 12, 0.5, 0.125), Way::Single(0.5, 0.125));
    assert!(matches!(way(Sample::I16, 16, 0.1, 0.0), Way::Double(..)));
    assert!(matches!(way(Sample::U16, 16, 1000.0, 0.0), Way::Double(..)));
    assert!(matches!(way(Sample::U16, 16, 1.0, 1e9), Way::Double(..)));
    assert!(matches!(way(Sample::U32, 32, 1.0, 1.0), Way::Double(..)));
}

#[test]
fn a_number_too_large_for_single_precision_is_told() {
    let source = 1e300_f64.to_le_bytes();
    let conversion = Conversion::new(Sample::F64, 64, 1.0, 0.0, Sample::F32);
    assert_eq!(conversion.apply(&source, &mut [0; 4]), Err(Misfit));
    let endless = f64::INFINITY.to_le_bytes();
    let mut target = [0; 4];
    assert_eq!(conversion.apply(&endless, &mut target), Ok(()));
    assert_eq!(f32::from_ne_bytes(target), f32::INFINITY);
}

#[test]
fn not_a_number_is_no_whole_number() {
    let source = f32::NAN.to_le_bytes();
    let conversion = Conversion::new(Sample::F32, 32, 1.0, 0.0, Sample::I16);
    assert_eq!(conversion.apply(&source, &mut [0; 2]), Err(Misfit));
}

#[test]
fn kept_samples_lose_the_bits_that_are_none_of_the_value() {
    let conversion = Conversion::new(Sample::I16, 12, 1.0, 0.0, Sample::I16);
    assert!(conversion.keeps_samples());
    let mut target = [0; 4];
    conversion.apply(&[0xFF, 0x77, 0xFF, 0xFF], &mut target).unwrap();
    assert_eq!(i16::from_ne_bytes([target[0], target[1]]), 0x7FF);
    assert_eq!(i16::from_ne_bytes([target[2], target[3]]), -1);
}

#[test]
fn types_have_the_names_that_arrays_give_them() {
    assert_eq!(Sample::of('i', 2), Some(Sample::I16));
    assert_eq!(Sample::of('f', 8), Some(Sample::F64));
    assert_eq!(Sample::of('f', 2), None);
    assert_eq!(Sample::of('u', 8), None);
}
