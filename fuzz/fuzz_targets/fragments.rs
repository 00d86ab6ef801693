//! Any bytes as an encapsulated value: no panic, and every fragment lies within the bytes, after the one before.
#![no_main]

use dcm_encoding::fragments::of_value;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for big_endian in [false, true] {
        if let Ok(fragments) = of_value(data, big_endian, 1000) {
            assert!(fragments.len() <= 1000);
            let mut position = 0;
            for fragment in &fragments {
                assert!(fragment.offset >= position + 8, "a fragment overlaps the one before");
                position = fragment.offset + fragment.length;
                assert!(position <= data.len() as u64, "a fragment lies outside of the bytes");
            }
        }
    }
});
