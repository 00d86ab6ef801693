//! RLE Lossless, decoded: one frame of byte segments into interleaved samples, little endian.
use super::{HEADER_BYTES, MAX_SEGMENTS};
use crate::bytes::add;
use crate::error::{Error, ErrorKind, Result};
use crate::frame::FrameDescription;
use crate::native::interleave_planes;

/// Runs up to this length are copied as one fixed block where both sides have the room.
const BLOCK: usize = 32;
/// Such a block with the control byte before it.
const CODED_BLOCK: usize = BLOCK + 1;
/// Pixels that are decoded plane by plane and then interleaved, so that the second pass finds them in the cache.
const BLOCK_PIXELS: usize = 1 << 14;

/// What was tolerated in a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tolerated {
    /// Segments that decode to more bytes than the frame has pixels: the rest is left out.
    pub overlong_segments: usize,
}

/// Decodes one frame into `out`, which has the frame's exact size.
///
/// # Errors
/// `Mismatch` when the number of segments or the size of `out` disagrees with the description, `Malformed` when an offset
/// leaves the frame, `Truncated` when a segment has fewer bytes than the frame has pixels.
pub fn decode_frame(frame: &[u8], description: &FrameDescription, out: &mut [u8]) -> Result<Tolerated> {
    let sample_bytes = description.sample_bytes();
    let planes = sample_bytes.saturating_mul(usize::from(description.samples_per_pixel));
    let expected = description.frame_bytes()?;
    if out.len() != expected {
        return Err(Error::mismatch(format!(
            "a buffer of {} bytes for a frame of {expected}",
            out.len()
        )));
    }
    let segments = read_segments(frame, planes)?;
    let pixels = expected.checked_div(planes).unwrap_or(0);
    let mut readers: Vec<Plane<'_>> = segments
        .iter()
        .map(|&(start, source)| Plane::new(start, source))
        .collect();
    match readers.as_mut_slice() {
        [only] => only.fill_whole(out, pixels)?,
        _ => fill_interleaved(&mut readers, sample_bytes, pixels, out)?,
    }
    Ok(Tolerated {
        overlong_segments: readers.iter().filter(|plane| plane.goes_on()).count(),
    })
}

/// Decodes the planes side by side, a block of pixels at a time, and interleaves each block while the cache holds it.
fn fill_interleaved(readers: &mut [Plane<'_>], sample_bytes: usize, pixels: usize, out: &mut [u8]) -> Result<()> {
    let planes = readers.len();
    // The order of the segments is R most significant .. R least, G most ..; memory wants the least significant first.
    let order: Vec<usize> = (0..planes)
        .filter_map(|byte| {
            let sample = byte.checked_div(sample_bytes)?;
            let significance = byte.checked_rem(sample_bytes)?;
            sample
                .checked_mul(sample_bytes)?
                .checked_add(sample_bytes.checked_sub(1)?.checked_sub(significance)?)
        })
        .collect();
    let mut scratch = vec![0_u8; BLOCK_PIXELS.saturating_mul(planes)];
    for block in out.chunks_mut(BLOCK_PIXELS.saturating_mul(planes)) {
        let length = block.len().checked_div(planes).unwrap_or(0);
        for (reader, plane) in readers.iter_mut().zip(scratch.chunks_exact_mut(BLOCK_PIXELS)) {
            reader.fill_whole(plane.get_mut(..length).unwrap_or_default(), pixels)?;
        }
        let ordered: Vec<&[u8]> = order
            .iter()
            .filter_map(|&plane| {
                scratch
                    .chunks_exact(BLOCK_PIXELS)
                    .nth(plane)
                    .and_then(|plane| plane.get(..length))
            })
            .collect();
        interleave_planes(&ordered, block);
    }
    Ok(())
}

/// Offset and bytes of each segment; a segment ends where the next begins, the last one with the frame.
fn read_segments(frame: &[u8], planes: usize) -> Result<Vec<(usize, &[u8])>> {
    let header = frame
        .first_chunk::<HEADER_BYTES>()
        .ok_or_else(|| Error::truncated(frame.len(), "the RLE header, which has 64 bytes"))?;
    let mut numbers = header
        .chunks_exact(4)
        .filter_map(|n| n.first_chunk::<4>())
        .map(|n| u32::from_le_bytes(*n));
    let count = usize::try_from(numbers.next().unwrap_or(0)).unwrap_or(usize::MAX);
    if count > MAX_SEGMENTS {
        return Err(Error::malformed(
            0,
            format!("an RLE header of {count} segments; at most {MAX_SEGMENTS} fit"),
        ));
    }
    if count != planes {
        return Err(Error::mismatch(format!(
            "an RLE frame of {count} segments; the data set asks for {planes}"
        )));
    }
    let starts: Vec<usize> = numbers
        .take(count)
        .map(|n| usize::try_from(n).unwrap_or(usize::MAX))
        .collect();
    let mut segments = Vec::with_capacity(count);
    for (index, &start) in starts.iter().enumerate() {
        let end = starts.get(add(index, 1)).copied().unwrap_or(frame.len());
        match frame.get(start..end) {
            Some(segment) if start >= HEADER_BYTES => segments.push((start, segment)),
            _ => {
                let field = index.saturating_add(1).saturating_mul(4);
                return Err(Error::malformed(
                    field,
                    "an RLE segment offset outside the frame, or out of order",
                ));
            }
        }
    }
    Ok(segments)
}

/// Decodes PackBits (PS3.5 G.3.2) until `out` is full or the segment ends.
///
/// Gives the bytes written, and whether the segment would have gone on by more than its one byte of padding.
pub fn decode_segment(segment: &[u8], out: &mut [u8]) -> (usize, bool) {
    let mut plane = Plane::new(0, segment);
    let written = plane.fill(out);
    (written, plane.goes_on())
}

/// What a run leaves over when the buffer is full before it ends.
#[derive(Clone, Copy)]
enum Pending {
    Nothing,
    Literal(usize),
    Replicate(u8, usize),
}

/// One segment, decoded piece by piece.
struct Plane<'a> {
    start: usize,
    source: &'a [u8],
    pending: Pending,
    written: usize,
}

impl<'a> Plane<'a> {
    fn new(start: usize, source: &'a [u8]) -> Self {
        Self {
            start,
            source,
            pending: Pending::Nothing,
            written: 0,
        }
    }

    /// Whether more than the one byte of padding to an even length is left.
    fn goes_on(&self) -> bool {
        !matches!(self.pending, Pending::Nothing) || self.source.len() > 1
    }

    fn fill_whole(&mut self, out: &mut [u8], pixels: usize) -> Result<()> {
        let written = self.fill(out);
        self.written = add(self.written, written);
        if written < out.len() {
            return Err(Error::new(
                ErrorKind::Truncated,
                self.start,
                format!(
                    "an RLE segment of {} bytes; the frame has {pixels} pixels",
                    self.written
                ),
            ));
        }
        Ok(())
    }

    /// Fills `out` as far as the segment goes; gives the bytes written.
    fn fill(&mut self, out: &mut [u8]) -> usize {
        let total = out.len();
        let (mut source, mut target) = (self.source, out);
        let mut pending = match self.pending {
            Pending::Nothing => Pending::Nothing,
            Pending::Literal(length) => literal(length, &mut source, &mut target),
            Pending::Replicate(value, length) => replicate(value, length, &mut target),
        };
        while !target.is_empty() {
            // Short runs, while both sides have a whole block to spare: copy the block, and count only the run.
            while let (Some(coded), Some(to)) = (source.first_chunk::<CODED_BLOCK>(), target.first_chunk_mut::<BLOCK>())
            {
                let [control, literal @ ..] = coded;
                let control = usize::from(*control);
                if control < BLOCK {
                    *to = *literal;
                    source = source.get(control.saturating_add(2)..).unwrap_or_default();
                    target = target.get_mut(control.saturating_add(1)..).unwrap_or_default();
                } else if control > 256_usize.saturating_sub(BLOCK) {
                    let [value, ..] = literal;
                    *to = [*value; BLOCK];
                    source = source.get(2..).unwrap_or_default();
                    target = target.get_mut(257_usize.saturating_sub(control)..).unwrap_or_default();
                } else {
                    break;
                }
            }
            let Some((&control, rest)) = source.split_first() else {
                break;
            };
            source = rest;
            if control < 128 {
                pending = literal(usize::from(control).saturating_add(1), &mut source, &mut target);
            } else if control > 128 {
                let Some((&value, rest)) = source.split_first() else {
                    break;
                };
                source = rest;
                pending = replicate(value, 257_usize.saturating_sub(usize::from(control)), &mut target);
            }
        }
        self.source = source;
        self.pending = pending;
        total.saturating_sub(target.len())
    }
}

/// Copies a literal run as far as both sides go; what is left of it waits for the next buffer.
fn literal(length: usize, source: &mut &[u8], target: &mut &mut [u8]) -> Pending {
    let count = length.min(source.len()).min(target.len());
    let (from, from_rest) = source.split_at(count);
    let (to, to_rest) = std::mem::take(target).split_at_mut(count);
    to.copy_from_slice(from);
    (*source, *target) = (from_rest, to_rest);
    match length.saturating_sub(count) {
        rest if rest > 0 && !source.is_empty() => Pending::Literal(rest),
        _ => Pending::Nothing,
    }
}

/// Repeats a byte as far as the buffer goes; what is left of the run waits for the next.
fn replicate(value: u8, length: usize, target: &mut &mut [u8]) -> Pending {
    let count = length.min(target.len());
    let (to, to_rest) = std::mem::take(target).split_at_mut(count);
    to.fill(value);
    *target = to_rest;
    match length.saturating_sub(count) {
        0 => Pending::Nothing,
        rest => Pending::Replicate(value, rest),
    }
}
