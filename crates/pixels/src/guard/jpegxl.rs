//! JPEG XL: the signature, the size header and the image metadata (ISO/IEC 18181-1 annex D), bare or in boxes (18181-2).
//!
//! What a DICOM frame can't be (animated, with extra channels, with a preview) is refused before the decoder allocates for it.
use crate::bytes::{add, array_at, u32_at};
use crate::error::{Error, Result};
use crate::frame::{Codestream, ColorMarks, FrameHeader};

const MAX_BOXES: usize = 1 << 16;
/// Markers of a JPEG stream, as the decoder bounds them.
const MAX_JPEG_MARKERS: u32 = 16384;
const MAX_JPEG_SCANS: u64 = 1000;
/// Application and comment segments of a JPEG stream, and what stands between segments.
const MAX_KEPT_BYTES: u64 = 1 << 24;

/// Reads a bare codestream.
pub(super) fn read_codestream(frame: &[u8]) -> Result<FrameHeader> {
    let content = frame.get(2..).unwrap_or_default();
    let header = image_header(content)?;
    Ok(FrameHeader {
        end: frame.len(),
        ..header
    })
}

/// Reads the first bytes of the codestream that lies in boxes, which may be split over several `jxlp`.
pub(super) fn read_container(frame: &[u8]) -> Result<FrameHeader> {
    if frame.get(..12) != Some(b"\0\0\0\x0CJXL \r\n\x87\n".as_slice()) {
        return Err(Error::malformed(
            0,
            "the signature box of a JPEG XL container is damaged",
        ));
    }
    let mut codestream: Vec<u8> = Vec::new();
    let mut reconstruction: Option<usize> = None;
    let mut at = 12_usize;
    for _ in 0..MAX_BOXES {
        // What is shorter than a box header is the padding of the fragment.
        if frame.len().saturating_sub(at) < 8 {
            break;
        }
        let length = u32_at(frame, at, "a JPEG XL box")?;
        let kind: [u8; 4] = array_at(frame, add(at, 4), "a JPEG XL box")?;
        let (header, length) = match length {
            0 => (8, frame.len().saturating_sub(at)),
            1 => {
                let length = u64::from_be_bytes(array_at(frame, add(at, 8), "a JPEG XL box")?);
                (16, usize::try_from(length).unwrap_or(usize::MAX))
            }
            n => (8, usize::try_from(n).unwrap_or(usize::MAX)),
        };
        if length < header {
            return Err(Error::malformed(at, "a JPEG XL box shorter than its own header"));
        }
        let end = add(at, length).min(frame.len());
        let content = match &kind {
            b"jxlc" => frame.get(add(at, header)..end),
            b"jxlp" => frame.get(add(at, add(header, 4))..end),
            b"jbrd" => {
                let content = frame.get(add(at, header)..end).unwrap_or_default();
                if reconstruction.replace(reconstructed_components(content)?).is_some() {
                    return Err(Error::malformed(at, "a second jbrd box in a JPEG XL container"));
                }
                None
            }
            _ => None,
        };
        if let Some(content) = content {
            // The header takes a few dozen bytes, but jbrd may stand after the codestream.
            let room = 256_usize.saturating_sub(codestream.len());
            codestream.extend_from_slice(content.get(..room.min(content.len())).unwrap_or_default());
        }
        at = end;
    }
    match codestream.as_slice() {
        [0xFF, 0x0A, content @ ..] => {
            let header = image_header(content)?;
            if reconstruction.is_some_and(|components| components != usize::from(header.components)) {
                return Err(Error::malformed(
                    12,
                    "a jbrd box of another number of components than the JPEG XL codestream",
                ));
            }
            Ok(FrameHeader {
                end: frame.len(),
                has_jpeg_reconstruction: reconstruction.is_some(),
                ..header
            })
        }
        _ => Err(Error::malformed(
            at.min(frame.len()),
            "JPEG XL boxes without a codestream",
        )),
    }
}

/// How many components the JPEG stream has that a jbrd box describes (18181-2 annex A).
///
/// The decoder makes room for so many, and fills as many as the codestream has: libjxl 0.11.2 writes beyond the end when a
/// box of one component stands before a codestream of three. It also makes room for the segments that the box declares,
/// whatever their compressed bytes hold.
fn reconstructed_components(content: &[u8]) -> Result<usize> {
    let mut bits = Bits {
        data: content,
        position: 0,
    };
    let _is_gray = bits.flag()?;
    let (mut applications, mut comments, mut scans, mut gaps) = (0_u32, 0_u32, 0_u64, 0_u64);
    for count in 0.. {
        if count > MAX_JPEG_MARKERS {
            return Err(Error::limit("more JPEG markers than a jbrd box may list"));
        }
        // The code of the marker less 0xC0.
        match bits.take(6)? {
            0x19 => break,
            0x1A => scans = scans.saturating_add(1),
            0x20..=0x2F => applications = applications.saturating_add(1),
            0x3E => comments = comments.saturating_add(1),
            // FF is no marker: bytes between two segments.
            0x3F => gaps = gaps.saturating_add(1),
            _ => {}
        }
    }
    let mut kept_bytes = gaps.saturating_mul(1 << 16);
    for index in 0..applications.saturating_add(comments) {
        if index < applications {
            let _kind = bits.choice([(0, 0), (1, 0), (2, 1), (4, 2)])?;
        }
        kept_bytes = kept_bytes.saturating_add(u64::from(bits.take(16)?)).saturating_add(1);
    }
    if kept_bytes > MAX_KEPT_BYTES || scans > MAX_JPEG_SCANS {
        return Err(Error::limit(format!(
            "a jbrd box of {scans} scans and {kept_bytes} bytes of segments; at most {MAX_JPEG_SCANS} and \
             {MAX_KEPT_BYTES} are given back"
        )));
    }
    let tables = bits.choice([(1, 0), (2, 0), (3, 0), (4, 0)])?;
    for _ in 0..tables {
        let _precision_index_and_last = bits.take(4)?;
    }
    match bits.take(2)? {
        0 => Ok(1),
        1 | 2 => Ok(3),
        _ => Ok(usize::try_from(bits.choice([(1, 0), (2, 0), (3, 0), (4, 0)])?).unwrap_or(usize::MAX)),
    }
}

/// Bits from the least significant on (18181-1 B.2).
struct Bits<'a> {
    data: &'a [u8],
    position: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Result<u32> {
        let mut value = 0_u32;
        for index in 0..count {
            let byte = self
                .data
                .get(self.position / 8)
                .ok_or_else(|| Error::truncated(add(self.position / 8, 2), "the JPEG XL header"))?;
            let bit = u32::from(byte >> (self.position % 8) & 1);
            value |= bit.checked_shl(index).unwrap_or(0);
            self.position = add(self.position, 1);
        }
        Ok(value)
    }

    fn flag(&mut self) -> Result<bool> {
        Ok(self.take(1)? == 1)
    }

    /// A number with four distributions: a selector of two bits, then an offset and so many bits.
    fn choice(&mut self, distributions: [(u32, u32); 4]) -> Result<u32> {
        let selector = usize::try_from(self.take(2)?).unwrap_or(0);
        let (offset, count) = distributions.get(selector).copied().unwrap_or((0, 0));
        Ok(self.take(count)?.saturating_add(offset))
    }

    fn enumeration(&mut self) -> Result<u32> {
        self.choice([(0, 0), (1, 0), (2, 4), (18, 6)])
    }

    fn size(&mut self) -> Result<(u32, u32)> {
        const WIDE: [(u32, u32); 4] = [(1, 9), (1, 13), (1, 18), (1, 30)];
        let small = self.flag()?;
        let length = |bits: &mut Self| match small {
            true => Ok(bits.take(5)?.saturating_add(1).saturating_mul(8)),
            false => bits.choice(WIDE),
        };
        let height = length(self)?;
        let (numerator, denominator) = match self.take(3)? {
            0 => return Ok((length(self)?, height)),
            1 => (1, 1),
            2 => (12, 10),
            3 => (4, 3),
            4 => (3, 2),
            5 => (16, 9),
            6 => (5, 4),
            _ => (2, 1),
        };
        let width = u64::from(height)
            .saturating_mul(numerator)
            .checked_div(denominator)
            .unwrap_or(0);
        Ok((u32::try_from(width).unwrap_or(u32::MAX), height))
    }
}

fn image_header(content: &[u8]) -> Result<FrameHeader> {
    let mut bits = Bits {
        data: content,
        position: 0,
    };
    let (width, height) = bits.size()?;
    let mut header = FrameHeader {
        codestream: Codestream::JpegXl,
        width,
        height,
        components: 3,
        bits: 8,
        signed: false,
        float: false,
        color: ColorMarks::default(),
        start: 0,
        end: 0,
        by_planes: false,
        has_jpeg_reconstruction: false,
        reversible: None,
        wavelet: None,
    };
    let all_default = bits.flag()?;
    if all_default {
        return Ok(header);
    }
    let extra_fields = bits.flag()?;
    if extra_fields {
        let _orientation = bits.take(3)?;
        if bits.flag()? {
            bits.size()?;
        }
        if bits.flag()? {
            return Err(Error::unsupported(2, "a JPEG XL frame with a preview"));
        }
        if bits.flag()? {
            return Err(Error::unsupported(2, "an animated JPEG XL frame"));
        }
    }
    header.float = bits.flag()?;
    let depth = if header.float {
        let depth = bits.choice([(32, 0), (16, 0), (24, 0), (1, 6)])?;
        let _exponent = bits.take(4)?;
        depth
    } else {
        bits.choice([(8, 0), (10, 0), (12, 0), (1, 6)])?
    };
    header.bits = u8::try_from(depth).unwrap_or(u8::MAX);
    let _modular_16_bit_buffers = bits.flag()?;
    if bits.choice([(0, 0), (1, 0), (2, 4), (1, 12)])? != 0 {
        return Err(Error::unsupported(2, "a JPEG XL frame with extra channels"));
    }
    let _xyb = bits.flag()?;
    let default_color = bits.flag()?;
    if !default_color {
        let _icc = bits.flag()?;
        if bits.enumeration()? == 1 {
            header.components = 1;
        }
    }
    Ok(header)
}
