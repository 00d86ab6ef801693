//! JPEG and JPEG-LS: the marker segments up to the frame header (ISO/IEC 10918-1 B.2, ISO/IEC 14495-1 C.2).
use crate::bytes::{add, array_at, u8_at, u16_at};
use crate::error::{Error, Result};
use crate::frame::{Codestream, ColorMarks, FrameHeader};

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const DHP: u8 = 0xDE;
const APP0: u8 = 0xE0;
const APP14: u8 = 0xEE;
const SOF_JPEG_LS: u8 = 0xF7;

/// So many scans may a frame of any size have: progressive encoders write about ten.
const FREE_SCANS: u64 = 32;
/// Beyond that, so many samples in all scans together, and never more than so many scans.
const MAX_SCANNED_SAMPLES: u64 = 1 << 28;
const MAX_SCANS: u64 = 1000;

/// Reads marker segments until the frame header.
pub(super) fn read_header(frame: &[u8]) -> Result<FrameHeader> {
    let mut color = ColorMarks::default();
    let mut at = 2;
    loop {
        let (marker, after) = next_marker(frame, at)?;
        match marker {
            // Stand-alone markers that don't belong before a frame header do no harm.
            0x01 | 0xD0..=0xD7 | SOI => {
                at = after;
                continue;
            }
            EOI | SOS | DHP => {
                return Err(Error::malformed(at, "a JPEG stream without a frame header (SOF)"));
            }
            _ => {}
        }
        let length = usize::from(u16_at(frame, after, "the length of a JPEG marker segment")?);
        if length < 2 {
            return Err(Error::malformed(
                after,
                "a JPEG marker segment shorter than its own length field",
            ));
        }
        let end = add(after, length);
        let segment = frame
            .get(add(after, 2)..end)
            .ok_or_else(|| Error::truncated(after, "a JPEG marker segment"))?;
        match marker {
            APP0 if segment.starts_with(b"JFIF\0") => color.jfif = true,
            APP14 if segment.starts_with(b"Adobe") => color.adobe_transform = segment.get(11).copied(),
            // C4, C8 and CC lie among the frame headers but are DHT, JPG and DAC.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let process = marker & 0x0F;
                let header = frame_header(frame, segment, after, Codestream::Jpeg { process }, color)?;
                let scan = first_scan(frame, end);
                if let Some(scan) = scan {
                    check_scans(frame, scan, &header, process)?;
                }
                // A point transform leaves out the low bits (ISO/IEC 10918-1 H.1.2.1).
                let is_lossless = matches!(process, 3 | 7 | 11 | 15);
                return Ok(FrameHeader {
                    reversible: Some(is_lossless && scan.is_some_and(|scan| scan.bit_position & 15 == 0)),
                    ..header
                });
            }
            SOF_JPEG_LS => {
                let header = frame_header(frame, segment, after, Codestream::JpegLs, color)?;
                let scan = first_scan(frame, end);
                if let Some(scan) = scan {
                    check_jpeg_ls_scans(frame, scan, &header)?;
                }
                return Ok(FrameHeader {
                    by_planes: header.components > 1 && scan.is_some_and(|scan| scan.end == 0),
                    reversible: Some(scan.is_some_and(|scan| scan.start == 0)),
                    ..header
                });
            }
            _ => {}
        }
        at = end;
    }
}

/// A scan header (ISO/IEC 10918-1 B.2.3, ISO/IEC 14495-1 C.2.3).
#[derive(Clone, Copy)]
struct Scan {
    components: u8,
    /// Ss: the start of the spectral selection, the predictor of lossless JPEG, NEAR of JPEG-LS.
    start: u8,
    /// Se: the end of the spectral selection, the interleave mode of JPEG-LS (0: one component a scan).
    end: u8,
    /// Ah and Al: of lossless JPEG and JPEG-LS, Al is the point transform.
    bit_position: u8,
    /// Where the entropy-coded data begin.
    data: usize,
}

/// The first scan header, sought from `at` on.
fn first_scan(frame: &[u8], mut at: usize) -> Option<Scan> {
    loop {
        let (marker, after) = next_marker(frame, at).ok()?;
        let length = u16_at(frame, after, "a JPEG marker segment").ok()?;
        if marker == SOS {
            // Length, number of components, two bytes for each, then the three.
            let components = u8_at(frame, add(after, 2), "a JPEG scan header").ok()?;
            let at = add(after, add(3, usize::from(components).saturating_mul(2)));
            let [start, end, bit_position] = array_at(frame, at, "a JPEG scan header").ok()?;
            return Some(Scan {
                components,
                start,
                end,
                bit_position,
                data: add(at, 3),
            });
        }
        at = add(after, usize::from(length).max(2));
    }
}

/// Refuses a frame that goes over its samples more often than any encoder has reason to.
///
/// A scan can cost the time of the whole image and take ten bytes. Only where there is more than one does the decoder read
/// on behind the first.
fn check_scans(frame: &[u8], first: Scan, header: &FrameHeader, process: u8) -> Result<()> {
    let is_progressive = matches!(process, 2 | 6 | 10 | 14);
    if !is_progressive && u16::from(first.components) >= header.components {
        return Ok(());
    }
    let samples = u64::from(header.width)
        .saturating_mul(u64::from(header.height))
        .saturating_mul(u64::from(header.components));
    let most = MAX_SCANNED_SAMPLES
        .checked_div(samples)
        .unwrap_or(0)
        .clamp(FREE_SCANS, MAX_SCANS);
    let mut scans = 1_u64;
    let mut at = first.data;
    while let Some(rest) = frame.get(at..) {
        let Some(found) = rest.iter().position(|&byte| byte == 0xFF) else {
            break;
        };
        at = add(at, found);
        // Segments between scans are looked through as well: an end marker within one ends nothing.
        if frame.get(add(at, 1)) == Some(&SOS) {
            scans = scans.saturating_add(1);
        }
        at = add(at, 1);
    }
    match scans <= most {
        true => Ok(()),
        false => Err(Error::limit(format!(
            "a JPEG frame of {scans} scans; of its size, {most} are decoded"
        ))),
    }
}

/// Refuses scans that don't add up to the components: all in one scan, or one in each of so many.
///
/// The decoder goes through the scans one after the other, and places each by the number of those before it. CharLS 2.4.3
/// writes beyond the frame when a scan of all components follows one of a single component.
fn check_jpeg_ls_scans(frame: &[u8], first: Scan, header: &FrameHeader) -> Result<()> {
    if u16::from(first.components) == header.components && (first.components == 1) == (first.end == 0) {
        return Ok(());
    }
    if first.components != 1 || first.end != 0 {
        return Err(Error::malformed(
            first.data,
            "a JPEG-LS scan that holds neither one component nor all of them together",
        ));
    }
    let mut at = first.data;
    while let Some(found) = frame
        .get(at..)
        .and_then(|rest| rest.windows(2).position(|pair| pair == [0xFF, SOS]))
    {
        at = add(at, add(found, 2));
        // Length, number of components, the component and its table, NEAR, ILV: what is cut holds no scan.
        let Some(next) = frame.get(at..add(at, 7)) else {
            break;
        };
        if !matches!(next, [0, 8, 1, _, _, _, 0]) {
            return Err(Error::malformed(
                at,
                "a JPEG-LS scan of several components after one of a single component",
            ));
        }
    }
    Ok(())
}

/// The code of the marker at `at` (fill bytes FF before it are skipped), and the offset after it.
fn next_marker(frame: &[u8], at: usize) -> Result<(u8, usize)> {
    if u8_at(frame, at, "the JPEG header")? != 0xFF {
        return Err(Error::malformed(at, "no JPEG marker where one must stand"));
    }
    let mut offset = add(at, 1);
    loop {
        match u8_at(frame, offset, "a JPEG marker")? {
            0xFF => offset = add(offset, 1),
            0x00 => {
                return Err(Error::malformed(
                    offset,
                    "a stuffed zero where a JPEG marker must stand",
                ));
            }
            code => return Ok((code, add(offset, 1))),
        }
    }
}

fn frame_header(
    frame: &[u8],
    segment: &[u8],
    offset: usize,
    codestream: Codestream,
    color: ColorMarks,
) -> Result<FrameHeader> {
    let what = "the JPEG frame header";
    let bits = u8_at(segment, 0, what)?;
    let height = u32::from(u16_at(segment, 1, what)?);
    let width = u32::from(u16_at(segment, 3, what)?);
    let components = u8_at(segment, 5, what)?;
    if height == 0 || width == 0 {
        // A height that only DNL (JPEG) or LSE (JPEG-LS) gives: legal, never met in DICOM, and a size no guard could check.
        return Err(Error::malformed(
            offset,
            "the JPEG frame header declares no height or no width",
        ));
    }
    if components == 0 || components > 4 {
        return Err(Error::malformed(
            offset,
            format!("the JPEG frame header declares {components} components"),
        ));
    }
    if !(2..=16).contains(&bits) {
        return Err(Error::malformed(
            offset,
            format!("the JPEG frame header declares {bits} bits a sample"),
        ));
    }
    if segment.len() != add(6, usize::from(components).saturating_mul(3)) {
        return Err(Error::malformed(
            offset,
            "the length of the JPEG frame header disagrees with its components",
        ));
    }
    for component in segment.get(6..).unwrap_or_default().chunks_exact(3) {
        let [_, sampling, _] = component else {
            continue;
        };
        if !(1..=4).contains(&(sampling >> 4)) || !(1..=4).contains(&(sampling & 0x0F)) {
            return Err(Error::malformed(
                offset,
                "a sampling factor outside 1 to 4 in the JPEG frame header",
            ));
        }
    }
    Ok(FrameHeader {
        codestream,
        width,
        height,
        components: u16::from(components),
        bits,
        signed: false,
        float: false,
        color,
        start: 0,
        end: frame.len(),
        by_planes: false,
        has_jpeg_reconstruction: false,
        reversible: None,
        wavelet: None,
    })
}
