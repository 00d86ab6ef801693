//! RLE Lossless, encoded: interleaved samples, little endian, into one frame of byte segments.
//!
//! A row of a segment is turned into bits first, one for each byte that equals the next: a run is then found by counting
//! zeros and ones of whole words. Runs of two within a literal stay there, for they would save nothing.
use super::{HEADER_BYTES, MAX_SEGMENTS};
use crate::error::{Error, Result};
use crate::frame::FrameDescription;

/// The longest literal, and the longest run.
const LONGEST: usize = 128;
/// Bytes that one word of bits stands for.
const WORD: usize = 64;

/// Encodes one frame: samples little endian, colour by pixel. Each row is coded on its own (PS3.5 G.3.1), and segments
/// are padded to even length (PS3.5 G.4).
///
/// # Errors
/// `Mismatch` when the frame's size disagrees with the description, `Unsupported` for more than 15 bytes a pixel.
pub fn encode_frame(frame: &[u8], description: &FrameDescription) -> Result<Vec<u8>> {
    let expected = description.frame_bytes()?;
    if frame.len() != expected {
        return Err(Error::mismatch(format!(
            "{} bytes for a frame of {expected}",
            frame.len()
        )));
    }
    let sample_bytes = description.sample_bytes();
    let planes = sample_bytes.saturating_mul(usize::from(description.samples_per_pixel));
    if planes > MAX_SEGMENTS {
        return Err(Error::unsupported(
            0,
            format!("a frame of {planes} bytes a pixel; RLE Lossless takes {MAX_SEGMENTS} segments (PS3.5 G.3)"),
        ));
    }
    let columns = usize::try_from(description.columns).unwrap_or(usize::MAX);
    let mut packer = Packer::new(longest_coded(expected, columns));
    let mut row = vec![0; columns];
    let mut offsets = Vec::with_capacity(planes);
    for segment in 0..planes {
        // Samples come in order, the bytes of each with the most significant first; in memory it lies last.
        let sample = segment.checked_div(sample_bytes).unwrap_or(0);
        let byte = segment.checked_rem(sample_bytes).unwrap_or(0);
        let place = sample
            .saturating_mul(sample_bytes)
            .saturating_add(sample_bytes.saturating_sub(1).saturating_sub(byte));
        offsets.push(packer.coded.len());
        for pixels in frame.chunks(columns.saturating_mul(planes).max(1)) {
            if planes == 1 {
                packer.pack_row(pixels);
            } else {
                take_bytes(pixels, planes, place, &mut row);
                packer.pack_row(&row);
            }
        }
        if packer.coded.len() % 2 == 1 {
            packer.coded.push(0);
        }
    }
    let mut coded = packer.coded;
    let numbers = std::iter::once(planes).chain(offsets);
    for (field, number) in coded.chunks_exact_mut(4).zip(numbers) {
        let number = u32::try_from(number).map_err(|_| Error::limit("an RLE frame of 2^32 bytes or more"))?;
        field.copy_from_slice(&number.to_le_bytes());
    }
    Ok(coded)
}

/// Header and segments of a frame in which no byte repeats: a control byte for each 128 bytes of a row or less.
fn longest_coded(frame_bytes: usize, columns: usize) -> usize {
    let rows = frame_bytes.checked_div(columns).unwrap_or(0);
    let controls = rows.saturating_mul(columns.div_ceil(LONGEST));
    // The padding of each segment comes on top.
    (HEADER_BYTES + MAX_SEGMENTS)
        .saturating_add(frame_bytes)
        .saturating_add(controls)
}

/// The byte at `place` of each pixel.
fn take_bytes(pixels: &[u8], pixel_bytes: usize, place: usize, out: &mut [u8]) {
    /// With sizes that the compiler knows, the loop becomes shuffles of whole registers.
    fn take<const N: usize, const PLACE: usize>(pixels: &[u8], out: &mut [u8]) {
        for (to, pixel) in out.iter_mut().zip(pixels.as_chunks::<N>().0) {
            if let Some(&byte) = pixel.get(PLACE) {
                *to = byte;
            }
        }
    }
    match (pixel_bytes, place) {
        (2, 0) => take::<2, 0>(pixels, out),
        (2, 1) => take::<2, 1>(pixels, out),
        (3, 0) => take::<3, 0>(pixels, out),
        (3, 1) => take::<3, 1>(pixels, out),
        (3, 2) => take::<3, 2>(pixels, out),
        _ => {
            for (to, pixel) in out.iter_mut().zip(pixels.chunks_exact(pixel_bytes.max(1))) {
                if let Some(&byte) = pixel.get(place) {
                    *to = byte;
                }
            }
        }
    }
}

/// Bytes into PackBits (PS3.5 G.3.1), row after row.
struct Packer {
    coded: Vec<u8>,
    /// For each byte of the row, from the lowest bit of the first word on: whether it equals the next.
    pairs: Vec<u64>,
}

impl Packer {
    /// With room for so many bytes, and an empty header.
    fn new(capacity: usize) -> Self {
        let mut coded = Vec::with_capacity(capacity);
        coded.resize(HEADER_BYTES, 0);
        Self {
            coded,
            pairs: Vec::new(),
        }
    }

    fn pack_row(&mut self, row: &[u8]) {
        mark_pairs(row, &mut self.pairs);
        let (mut at, mut literal) = (0, 0);
        while let Some(begin) = find(&self.pairs, at, 0) {
            // The last byte of a run equals its predecessor, not its successor.
            let end = find(&self.pairs, begin, u64::MAX)
                .unwrap_or(row.len())
                .saturating_add(1);
            at = end;
            if end.wrapping_sub(begin) == 2 && literal < begin {
                continue;
            }
            self.push_literal(row.get(literal..begin).unwrap_or_default());
            let value = row.get(begin).copied().unwrap_or_default();
            literal = end.wrapping_sub(self.push_run(value, end.wrapping_sub(begin)));
        }
        self.push_literal(row.get(literal..).unwrap_or_default());
    }

    fn push_literal(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(LONGEST) {
            let [control, ..] = piece.len().wrapping_sub(1).to_le_bytes();
            self.coded.push(control);
            self.coded.extend_from_slice(piece);
        }
    }

    /// Gives how many bytes are left: a single one is no run, and goes to the literal that follows.
    fn push_run(&mut self, value: u8, length: usize) -> usize {
        let mut left = length;
        while left > 1 {
            let count = left.min(LONGEST);
            let [control, ..] = 257_usize.wrapping_sub(count).to_le_bytes();
            self.coded.extend_from_slice(&[control, value]);
            left = left.wrapping_sub(count);
        }
        left
    }
}

fn mark_pairs(row: &[u8], pairs: &mut Vec<u64>) {
    pairs.clear();
    let next = row.get(1..).unwrap_or_default();
    let (words, rest) = next.as_chunks::<WORD>();
    pairs.extend(
        row.as_chunks()
            .0
            .iter()
            .zip(words)
            .map(|(row, next)| equal_bytes(row, next)),
    );
    // The last byte has no next one, and what fills the last word up differs: no run goes on there.
    let (mut last, mut after) = ([0; WORD], [1; WORD]);
    let tail = row.get(words.len().wrapping_mul(WORD)..).unwrap_or_default();
    for ((to_last, to_after), (&byte, &next)) in last.iter_mut().zip(&mut after).zip(tail.iter().zip(rest)) {
        (*to_last, *to_after) = (byte, next);
    }
    pairs.push(equal_bytes(&last, &after));
}

/// A bit for each byte, the first lowest: whether the two are equal.
fn equal_bytes(one: &[u8; WORD], other: &[u8; WORD]) -> u64 {
    const LOW_BITS: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    let (ones, others) = (one.as_chunks::<8>().0, other.as_chunks::<8>().0);
    ones.iter().zip(others).rev().fold(0, |found, (&one, &other)| {
        let differs = u64::from_le_bytes(one) ^ u64::from_le_bytes(other);
        // The highest bit of each byte: set where all eight bits of the difference are zero. No sum leaves its byte.
        let zeros = !((differs & LOW_BITS).wrapping_add(LOW_BITS) | differs | LOW_BITS);
        // Each of them is moved to its place among the highest eight.
        found << 8 | (zeros >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

/// The first bit from `from` on that is set in `words` (`flip` 0) or isn't (`flip` all ones).
fn find(words: &[u64], from: usize, flip: u64) -> Option<usize> {
    let mut rest = words.get(from / WORD..)?.iter();
    let shift = u32::try_from(from % WORD).unwrap_or(0);
    let mut word = (rest.next()? ^ flip) & u64::MAX.wrapping_shl(shift);
    let mut base = from.wrapping_sub(from % WORD);
    loop {
        if word != 0 {
            return Some(base.wrapping_add(usize::try_from(word.trailing_zeros()).unwrap_or(0)));
        }
        word = rest.next()? ^ flip;
        base = base.wrapping_add(WORD);
    }
}
