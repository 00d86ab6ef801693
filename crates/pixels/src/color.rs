//! YBR_FULL to RGB (PS3.3 C.7.6.3.1.2), 8 bits a sample, and the 4:2:2 form of uncompressed frames.
use crate::error::{Error, Result};

/// Fixed point of the green tables: 22 bits below the point leave room for the largest term, 136, in an i32.
const ONE: i64 = 1 << 22;
const HALF: i32 = 1 << 21;
/// Green is `Y - (202008 (Cb - 128) + 419198 (Cr - 128)) / 587000`, exactly.
const CB_IN_GREEN: i64 = 202_008;
const CR_IN_GREEN: i64 = 419_198;
const GREEN_DIVISOR: i64 = 587_000;

/// `floor(numerator / divisor + 1/2)`.
#[allow(clippy::arithmetic_side_effects)] // evaluated by the compiler, which refuses an overflow
const fn rounded(numerator: i64, divisor: i64) -> i64 {
    (2 * numerator + divisor).div_euclid(2 * divisor)
}

/// `table[c] = round(numerator * (c - 128) * scale / divisor)`
#[allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap
)] // evaluated by the compiler
const fn table(numerator: i64, divisor: i64, scale: i64) -> [i32; 256] {
    let mut table = [0_i32; 256];
    let mut chroma = 0;
    while chroma < 256 {
        table[chroma] = rounded(numerator * (chroma as i64 - 128) * scale, divisor) as i32;
        chroma += 1;
    }
    table
}

static RED_OF_CR: [i32; 256] = table(1402, 1000, 1);
static BLUE_OF_CB: [i32; 256] = table(1772, 1000, 1);
static GREEN_OF_CB: [i32; 256] = table(CB_IN_GREEN, GREEN_DIVISOR, ONE);
static GREEN_OF_CR: [i32; 256] = table(CR_IN_GREEN, GREEN_DIVISOR, ONE);

/// The nearest value that a byte holds. Nothing here comes near the ends of an i32, so the sums below may wrap.
fn clamp(value: i32) -> u8 {
    let [byte, ..] = value.clamp(0, 255).to_le_bytes();
    byte
}

fn rgb_of_ybr([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let at = |table: &[i32; 256], index: u8| table.get(usize::from(index)).copied().unwrap_or(0);
    let luma = i32::from(y);
    let red = luma.wrapping_add(at(&RED_OF_CR, cr));
    let blue = luma.wrapping_add(at(&BLUE_OF_CB, cb));
    let minus = at(&GREEN_OF_CB, cb).wrapping_add(at(&GREEN_OF_CR, cr));
    // Two units more than a half: the tables are off by less, so that exact halves go up and nothing else changes.
    let mut green = luma.wrapping_add(HALF.wrapping_add(2).wrapping_sub(minus) >> 22);
    // Of the two pairs of chroma that make exact halves, single precision (pydicom's) rounds these 28 down.
    if cb == 78 && cr == 178 && (19..=46).contains(&y) {
        green = green.wrapping_sub(1);
    }
    [clamp(red), clamp(green), clamp(blue)]
}

/// Turns interleaved YBR_FULL samples into RGB, in place.
pub fn ybr_full_to_rgb(pixels: &mut [u8]) {
    let (groups, rest) = pixels.as_chunks_mut::<{ GROUP * 3 }>();
    for group in groups {
        convert_group(group);
    }
    for pixel in rest
        .chunks_exact_mut(3)
        .filter_map(|pixel| pixel.first_chunk_mut::<3>())
    {
        *pixel = rgb_of_ybr(*pixel);
    }
}

/// Pixels that are converted at once, in a form that compilers turn into vector instructions.
const GROUP: usize = 32;

/// A pixel is a word here, its first sample in the lowest byte: words are taken apart by vector shifts, bytes aren't.
fn convert_group(group: &mut [u8; GROUP * 3]) {
    let mut words = [0_u32; GROUP];
    for (four, bytes) in words.as_chunks_mut::<4>().0.iter_mut().zip(group.as_chunks::<12>().0) {
        *four = words_of_pixels(bytes);
    }
    // Exact halves of green exist for these two pairs of chroma only; single precision can't be trusted with them.
    let mut has_halves = false;
    for word in &words {
        let chroma = word & 0x00FF_FF00;
        has_halves |= (chroma == 178 << 16 | 78 << 8) | (chroma == 78 << 16 | 178 << 8);
    }
    if has_halves {
        for pixel in group.as_chunks_mut::<3>().0 {
            *pixel = rgb_of_ybr(*pixel);
        }
        return;
    }
    for word in &mut words {
        let [y, cb, cr] = [0, 8, 16].map(|shift| sample(*word >> shift));
        let (cb, cr) = (cb - 128.0, cr - 128.0);
        let red = rounded_byte(y + 1.402 * cr);
        let green = rounded_up_byte(y - 0.344_136_3 * cb - 0.714_136_3 * cr);
        let blue = rounded_up_byte(y + 1.772 * cb);
        *word = red | green << 8 | blue << 16;
    }
    for (bytes, four) in group.as_chunks_mut::<12>().0.iter_mut().zip(words.as_chunks::<4>().0) {
        *bytes = pixels_of_words(*four);
    }
}

/// Four pixels of three bytes, a word each; the highest byte is not of the pixel.
fn words_of_pixels(bytes: &[u8; 12]) -> [u32; 4] {
    let [a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3] = *bytes;
    let [a, b, c] = [[a0, a1, a2, a3], [b0, b1, b2, b3], [c0, c1, c2, c3]].map(u32::from_le_bytes);
    [a, a >> 24 | b << 8, b >> 16 | c << 16, c >> 8]
}

/// The way back; the highest bytes are zero.
fn pixels_of_words([one, two, three, four]: [u32; 4]) -> [u8; 12] {
    let words = [one | two << 24, two >> 8 | three << 16, three >> 16 | four << 8];
    let [[a0, a1, a2, a3], [b0, b1, b2, b3], [c0, c1, c2, c3]] = words.map(u32::to_le_bytes);
    [a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3]
}

/// The lowest byte as a number. By way of an `i32`, which vectors convert in one instruction.
#[allow(clippy::cast_precision_loss)] // a byte
fn sample(word: u32) -> f32 {
    (word & 0xFF).cast_signed() as f32
}

/// In the sum with 2^23 a fraction has no place, and the number, rounded to the nearest, stands in the lowest bits.
const ROUNDING: f32 = 8_388_608.0;

/// The nearest byte; for red, of which no chroma makes a half.
fn rounded_byte(value: f32) -> u32 {
    (value.clamp(0.0, 255.0) + ROUNDING).to_bits() & 0xFF
}

/// The nearest byte; halves go up, as in `rgb_of_ybr`.
fn rounded_up_byte(value: f32) -> u32 {
    let value = value.clamp(0.0, 255.0);
    let sum = value + ROUNDING;
    let is_half_below = value - (sum - ROUNDING) == 0.5;
    (sum.to_bits() & 0xFF).wrapping_add(u32::from(is_half_below))
}

/// Gives each pixel of `Y1 Y2 Cb Cr ..` (YBR_FULL_422, uncompressed) the chroma of its pair: `Y1 Cb Cr Y2 Cb Cr ..`.
///
/// # Errors
/// `Mismatch` when `out` isn't one and a half times as long.
pub fn upsample_422(packed: &[u8], out: &mut [u8]) -> Result<()> {
    if packed.len().checked_mul(3) != out.len().checked_mul(2) {
        return Err(Error::mismatch(format!(
            "{} bytes of YBR_FULL_422 for {} bytes of pixels",
            packed.len(),
            out.len()
        )));
    }
    for (pair, group) in out.chunks_exact_mut(6).zip(packed.chunks_exact(4)) {
        if let &[first, second, cb, cr] = group {
            pair.copy_from_slice(&[first, cb, cr, second, cb, cr]);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    use super::{rgb_of_ybr, upsample_422, ybr_full_to_rgb};

    #[test]
    fn every_color_is_within_a_half_of_the_exact_one() {
        for y in 0..=255_u8 {
            for cb in 0..=255_u8 {
                for cr in 0..=255_u8 {
                    let (luma, blue, red) = (f64::from(y), f64::from(cb) - 128.0, f64::from(cr) - 128.0);
                    let exact = [
                        luma + 1.402 * red,
                        luma - (0.114 * 1.772 / 0.587) * blue - (0.299 * 1.402 / 0.587) * red,
                        luma + 1.772 * blue,
                    ];
                    for (given, exact) in rgb_of_ybr([y, cb, cr]).into_iter().zip(exact) {
                        assert!(
                            (f64::from(given) - exact.clamp(0.0, 255.0)).abs() < 0.5 + 1e-9,
                            "{y} {cb} {cr}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn groups_of_pixels_are_converted_as_each_alone() {
        let chroma: Vec<[u8; 3]> = (0..=255).flat_map(|cb| (0..=255).map(move |cr| [0, cb, cr])).collect();
        for y in 0..=255_u8 {
            let mut pixels: Vec<u8> = chroma.iter().flat_map(|&[_, cb, cr]| [y, cb, cr]).collect();
            let expected: Vec<u8> = chroma.iter().flat_map(|&[_, cb, cr]| rgb_of_ybr([y, cb, cr])).collect();
            ybr_full_to_rgb(&mut pixels);
            assert!(pixels == expected, "{y}");
        }
    }

    #[test]
    fn gray_stays_gray() {
        let mut pixels = [10, 128, 128, 200, 128, 128];
        ybr_full_to_rgb(&mut pixels);
        assert_eq!(pixels, [10, 10, 10, 200, 200, 200]);
    }

    #[test]
    fn a_pair_shares_its_chroma() {
        let mut out = [0; 6];
        upsample_422(&[1, 2, 3, 4], &mut out).unwrap();
        assert_eq!(out, [1, 3, 4, 2, 3, 4]);
        assert!(upsample_422(&[1, 2, 3, 4], &mut [0; 5]).is_err());
    }
}
