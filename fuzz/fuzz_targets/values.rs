//! Any bytes as a value of any VR: no panic, and as many numbers as the bytes hold; what is decoded comes from the bytes.
#![no_main]

use dcm_dictionary::Vr;
use dcm_encoding::value::{number, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [first, second, value @ ..] = data else {
        return;
    };
    for big_endian in [false, true] {
        assert_eq!(number::u16s(value, big_endian).count(), value.len() / 2);
        assert_eq!(number::i16s(value, big_endian).count(), value.len() / 2);
        assert_eq!(number::u32s(value, big_endian).count(), value.len() / 4);
        assert_eq!(number::i32s(value, big_endian).count(), value.len() / 4);
        assert_eq!(number::f32s(value, big_endian).count(), value.len() / 4);
        assert_eq!(number::u64s(value, big_endian).count(), value.len() / 8);
        assert_eq!(number::i64s(value, big_endian).count(), value.len() / 8);
        assert_eq!(number::f64s(value, big_endian).count(), value.len() / 8);
        let pairs: Vec<u16> = number::u16s(value, big_endian).collect();
        let tags: Vec<u32> = number::tags(value, big_endian).collect();
        assert_eq!(tags.len(), pairs.len() / 2);
        for (tag, pair) in tags.iter().zip(pairs.chunks_exact(2)) {
            assert_eq!(*tag, (u32::from(pair[0]) << 16) | u32::from(pair[1]));
        }
    }
    // Each VR of two letters, and each pair of letters that is none.
    let all = [
        "AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT",
    ];
    let _ = Vr::from_bytes([*first, *second]);
    let name = all[usize::from(*first) % all.len()];
    let vr = Vr::from_bytes([name.as_bytes()[0], name.as_bytes()[1]]).expect("the VR is one of the standard's");
    let trimmed = text::trim(value, vr);
    assert_eq!(trimmed, &value[..trimmed.len()], "trimming takes from the end only");
    let decoded = text::latin_1(trimmed);
    assert_eq!(decoded.chars().count(), trimmed.len());
    for one in decoded.split('\\') {
        let own = text::trim_one(one, vr);
        assert!(one.contains(own));
        if let Some(whole) = number::integer(own) {
            assert_eq!(number::integer(&whole.to_string()), Some(whole));
        }
        if let Some(decimal) = number::decimal(own) {
            let again = number::decimal(&format!("{decimal:?}")).expect("a number that was printed can be read");
            assert!(again.to_bits() == decimal.to_bits() || (again.is_nan() && decimal.is_nan()));
        }
    }
    if text::is_plain(trimmed) {
        assert_eq!(std::str::from_utf8(trimmed), Ok(decoded.as_str()));
    }
});
