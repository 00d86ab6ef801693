//! Hashes of the lookup tables. The build script shares this file, so that it fills the slots that lookups probe.

/// Number of slots, as a power of two, of a table with `count` entries: at most half of them are taken.
#[allow(dead_code)] // only the build script asks
pub fn bits_for(count: usize) -> u32 {
    count.max(2).next_power_of_two().trailing_zeros().saturating_add(1)
}

/// Slot where probing begins for a number.
pub fn slot_of_number(number: u32, bits: u32) -> usize {
    // Fibonacci hashing: tags differ mostly in their low bits, the product's high bits mix them all.
    let mixed = number.wrapping_mul(0x9E37_79B1);
    usize::try_from(mixed >> 32_u32.saturating_sub(bits)).unwrap_or(0)
}

/// Slot where probing begins for a text.
pub fn slot_of_text(text: &str, bits: u32) -> usize {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut hash: u64 = 0x243F_6A88_85A3_08D3;
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let mut last: u64 = 0;
    for byte in rest {
        last = (last << 8) | u64::from(*byte);
    }
    hash = mix(hash, last);
    usize::try_from(hash >> 64_u32.saturating_sub(bits)).unwrap_or(0)
}

fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
