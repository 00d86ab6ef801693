//! RLE Lossless (PS3.5 annex G): one frame of byte segments into interleaved samples, little endian.
//!
//! A frame is a header of sixteen little endian numbers (how many segments, and where each begins) and the segments: one
//! for each byte of each sample, the most significant first, coded as PackBits. In: the frame. Out: the caller's buffer,
//! colour by pixel (R1 G1 B1 R2 ...), whatever Planar Configuration says about it (RLE is always by plane).
use crate::bytes::add;
use crate::error::{Error, ErrorKind, Result};
use crate::frame::FrameDescription;
use crate::native::interleave_planes;

const HEADER_BYTES: usize = 64;
const MAX_SEGMENTS: usize = 15;
/// Room for the longest literal run, so that short runs are copied in fixed blocks without a check for each byte.
const BLOCK: usize = 32;

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
    let mut tolerated = Tolerated::default();
    if planes == 1 {
        if let Some(&(start, segment)) = segments.first() {
            decode_plane(start, segment, out, &mut tolerated)?;
        }
        return Ok(tolerated);
    }
    // Planes are decoded side by side and then interleaved: two plain passes are quicker than one that scatters bytes.
    let mut scratch = vec![0_u8; expected];
    for ((start, segment), plane) in segments.into_iter().zip(scratch.chunks_exact_mut(pixels.max(1))) {
        decode_plane(start, segment, plane, &mut tolerated)?;
    }
    // The order of the segments is R most significant .. R least, G most ..; memory wants the least significant first.
    let order: Vec<&[u8]> = (0..planes)
        .filter_map(|byte| {
            let sample = byte.checked_div(sample_bytes)?;
            let significance = byte.checked_rem(sample_bytes)?;
            let plane = sample
                .checked_mul(sample_bytes)?
                .checked_add(sample_bytes.checked_sub(1)?.checked_sub(significance)?)?;
            scratch.chunks_exact(pixels.max(1)).nth(plane)
        })
        .collect();
    interleave_planes(&order, out);
    Ok(tolerated)
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

fn decode_plane(start: usize, segment: &[u8], plane: &mut [u8], tolerated: &mut Tolerated) -> Result<()> {
    let (written, overlong) = decode_segment(segment, plane);
    if written < plane.len() {
        return Err(Error::new(
            ErrorKind::Truncated,
            start,
            format!(
                "an RLE segment of {written} bytes; the frame has {} pixels",
                plane.len()
            ),
        ));
    }
    tolerated.overlong_segments = tolerated.overlong_segments.saturating_add(usize::from(overlong));
    Ok(())
}

/// Decodes PackBits (PS3.5 G.3.2) until `out` is full or the segment ends.
///
/// Gives the bytes written, and whether the segment would have gone on by more than its one byte of padding.
pub fn decode_segment(segment: &[u8], out: &mut [u8]) -> (usize, bool) {
    let total = out.len();
    let mut source = segment;
    let mut target = out;
    while !target.is_empty() {
        let Some((&control, rest)) = source.split_first() else {
            break;
        };
        source = rest;
        if control < 128 {
            let length = usize::from(control).saturating_add(1);
            // Both sides have a whole block to spare: copy it, and count only the run.
            if length <= BLOCK
                && let (Some(from), Some(to)) = (source.first_chunk::<BLOCK>(), target.first_chunk_mut::<BLOCK>())
            {
                *to = *from;
                source = source.get(length..).unwrap_or_default();
                target = target.get_mut(length..).unwrap_or_default();
                continue;
            }
            let length = length.min(source.len()).min(target.len());
            let (from, from_rest) = source.split_at(length);
            let (to, to_rest) = target.split_at_mut(length);
            to.copy_from_slice(from);
            source = from_rest;
            target = to_rest;
        } else if control > 128 {
            let length = 257_usize.saturating_sub(usize::from(control));
            let Some((&value, rest)) = source.split_first() else {
                break;
            };
            source = rest;
            if length <= BLOCK
                && let Some(to) = target.first_chunk_mut::<BLOCK>()
            {
                *to = [value; BLOCK];
                target = target.get_mut(length..).unwrap_or_default();
                continue;
            }
            let (to, to_rest) = target.split_at_mut(length.min(target.len()));
            to.fill(value);
            target = to_rest;
        }
    }
    // One byte may follow: segments are padded to an even length.
    (total.saturating_sub(target.len()), source.len() > 1)
}

#[cfg(test)]
mod tests;
