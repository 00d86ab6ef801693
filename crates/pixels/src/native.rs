//! The forms without compression (PS3.5 section 8.1): packed bits, byte order, planes, and the bits above Bits Stored.
use crate::error::{Error, Result};

/// The eight bits of each byte, the least significant first, as bytes of 0 and 1.
const BITS_OF_BYTE: [[u8; 8]; 256] = {
    let mut table = [[0_u8; 8]; 256];
    let mut byte = 0_u8;
    #[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
    // evaluated by the compiler, which would refuse
    loop {
        let mut bit = 0;
        while bit < 8 {
            table[byte as usize][bit] = byte >> bit & 1;
            bit += 1;
        }
        if byte == 255 {
            break;
        }
        byte += 1;
    }
    table
};

/// Unpacks bits into bytes of 0 and 1, from the bit `first_bit` of `packed` on; the first pixel is the lowest bit (PS3.5 8.1.1).
///
/// # Errors
/// `Truncated` when `packed` has fewer bits than `out` has bytes.
pub fn unpack_bits(packed: &[u8], first_bit: usize, out: &mut [u8]) -> Result<()> {
    let bits = packed.len().saturating_mul(8).saturating_sub(first_bit);
    if bits < out.len() {
        return Err(Error::truncated(
            packed.len(),
            &format!("its {} one-bit pixels", out.len()),
        ));
    }
    let shift = u32::try_from(first_bit % 8).unwrap_or(0);
    let source = packed.get(first_bit / 8..).unwrap_or_default();
    // Frames follow each other without padding, so a frame may begin within a byte.
    let following = source.iter().skip(1).copied().chain(std::iter::once(0));
    let bytes = source.iter().zip(following).map(|(&low, high)| {
        let [byte, _] = (u16::from_le_bytes([low, high]) >> shift).to_le_bytes();
        byte
    });
    for (target, byte) in out.chunks_mut(8).zip(bytes) {
        let unpacked = BITS_OF_BYTE.get(usize::from(byte)).copied().unwrap_or_default();
        if let Some(whole) = target.first_chunk_mut::<8>() {
            *whole = unpacked;
        } else {
            for (pixel, bit) in target.iter_mut().zip(unpacked) {
                *pixel = bit;
            }
        }
    }
    Ok(())
}

/// Reverses the bytes of each word of 2, 4 or 8 bytes; a rest shorter than a word stays as it is.
pub fn swap_bytes(data: &mut [u8], word_bytes: usize) {
    fn swap<const N: usize>(data: &mut [u8]) {
        for word in data.chunks_exact_mut(N) {
            word.reverse();
        }
    }
    match word_bytes {
        2 => swap::<2>(data),
        4 => swap::<4>(data),
        8 => swap::<8>(data),
        _ => {}
    }
}

/// Byte n of each plane, then byte n + 1: `out` is as long as all planes together.
pub(crate) fn interleave_planes(planes: &[&[u8]], out: &mut [u8]) {
    match planes {
        [a, b] => {
            for ((pixel, &a), &b) in out.chunks_exact_mut(2).zip(*a).zip(*b) {
                pixel.copy_from_slice(&[a, b]);
            }
        }
        [a, b, c] => {
            for (((pixel, &a), &b), &c) in out.chunks_exact_mut(3).zip(*a).zip(*b).zip(*c) {
                pixel.copy_from_slice(&[a, b, c]);
            }
        }
        [a, b, c, d] => {
            for ((((pixel, &a), &b), &c), &d) in out.chunks_exact_mut(4).zip(*a).zip(*b).zip(*c).zip(*d) {
                pixel.copy_from_slice(&[a, b, c, d]);
            }
        }
        _ => {
            let step = planes.len().max(1);
            for (index, plane) in planes.iter().enumerate() {
                for (target, &byte) in out.iter_mut().skip(index).step_by(step).zip(*plane) {
                    *target = byte;
                }
            }
        }
    }
}

/// Planar Configuration 1 to 0: `R R .. G G .. B B ..` to `R G B R G B ..`, for one frame (PS3.3 C.7.6.3.1.3).
///
/// # Errors
/// `Mismatch` when the two buffers differ in size or don't divide into whole planes.
pub fn planar_to_interleaved(planar: &[u8], samples: usize, sample_bytes: usize, out: &mut [u8]) -> Result<()> {
    let pixel_bytes = samples.saturating_mul(sample_bytes);
    if planar.len() != out.len() || pixel_bytes == 0 || planar.len().checked_rem(pixel_bytes) != Some(0) {
        return Err(Error::mismatch(format!(
            "{} bytes of planes for {} bytes of pixels",
            planar.len(),
            out.len()
        )));
    }
    let Some(plane_bytes) = planar.len().checked_div(samples) else {
        return Ok(());
    };
    if plane_bytes == 0 {
        return Ok(());
    }
    let planes: Vec<&[u8]> = planar.chunks_exact(plane_bytes).collect();
    if sample_bytes == 1 {
        interleave_planes(&planes, out);
        return Ok(());
    }
    for (index, plane) in planes.iter().enumerate() {
        let targets = out.chunks_exact_mut(sample_bytes).skip(index).step_by(samples);
        for (target, sample) in targets.zip(plane.chunks_exact(sample_bytes)) {
            target.copy_from_slice(sample);
        }
    }
    Ok(())
}

/// Makes the bits above Bits Stored what the sample's sign says: copies of its highest bit, or zeros.
///
/// Those bits may hold an overlay or anything else (PS3.5 8.1.1, older editions); the value lies in the lowest
/// `bits_stored` bits, as everywhere since High Bit must be Bits Stored - 1.
pub fn extend_bits(data: &mut [u8], word_bytes: usize, bits_stored: u32, signed: bool, big_endian: bool) {
    macro_rules! extend {
        ($unsigned:ty, $bytes:literal) => {{
            let unused = <$unsigned>::BITS.saturating_sub(bits_stored);
            if unused == 0 || bits_stored == 0 {
                return;
            }
            let load = |word: [u8; $bytes]| match big_endian {
                true => <$unsigned>::from_be_bytes(word),
                false => <$unsigned>::from_le_bytes(word),
            };
            let store = |value: $unsigned| match big_endian {
                true => value.to_be_bytes(),
                false => value.to_le_bytes(),
            };
            let stored = <$unsigned>::MAX.wrapping_shr(unused);
            // Half the range, added, brings signed values into the range of the unsigned ones.
            let half = (stored >> 1).wrapping_add(1);
            // Nearly every file has these bits right, and reading alone costs less than reading and writing.
            for block in data.chunks_mut(EXTENDED_AT_ONCE) {
                let words = block.as_chunks_mut::<$bytes>().0;
                let seen = if signed {
                    words.iter().fold(0, |seen, &word| seen | load(word).wrapping_add(half))
                } else {
                    words.iter().fold(0, |seen, &word| seen | load(word))
                };
                if seen <= stored {
                    continue;
                }
                if signed {
                    for word in words {
                        let value = load(*word).wrapping_shl(unused).cast_signed().wrapping_shr(unused);
                        *word = store(value.cast_unsigned());
                    }
                } else {
                    for word in words {
                        *word = store(load(*word) & stored);
                    }
                }
            }
        }};
    }
    match word_bytes {
        1 => extend!(u8, 1),
        2 => extend!(u16, 2),
        4 => extend!(u32, 4),
        8 => extend!(u64, 8),
        _ => {}
    }
}

/// Bytes that are looked at before they are written: whole words of each size, and few enough for the first cache.
const EXTENDED_AT_ONCE: usize = 1 << 14;

#[cfg(test)]
mod tests;
