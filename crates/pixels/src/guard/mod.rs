//! The header guard: what a codestream declares is read here, bounds-checked, before a native decoder sees the frame.
//!
//! Decoders allocate by the sizes that a header declares; some of them hang or die on absurd ones. A frame passes when its
//! header agrees with the data set (rows, columns, samples, bits) and with the limits. In: the bytes of one frame. Out: a
//! [`FrameHeader`], or an [`Error`] that says what disagrees.
mod jpeg;
mod jpeg2000;
mod jpegxl;

use crate::error::{Error, Result};
use crate::frame::{Codestream, FrameDescription, FrameHeader};

/// Reads the header of whatever codestream the frame begins with.
pub fn read_header(frame: &[u8]) -> Result<FrameHeader> {
    match frame {
        [0xFF, 0xD8, ..] => jpeg::read_header(frame),
        [0xFF, 0x4F, ..] => jpeg2000::read_header(frame, 0, frame.len()),
        [0xFF, 0x0A, ..] => jpegxl::read_codestream(frame),
        [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] => jpeg2000::read_boxed_header(frame),
        [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => jpegxl::read_container(frame),
        _ => Err(Error::malformed(
            0,
            "no JPEG, JPEG-LS, JPEG 2000 or JPEG XL codestream begins here",
        )),
    }
}

/// Reads the header and holds it against the data set; gives it when the frame may be decoded.
pub fn check_frame(frame: &[u8], description: &FrameDescription) -> Result<FrameHeader> {
    let header = read_header(frame)?;
    check_header(&header, description)?;
    Ok(header)
}

/// Holds a header against the data set and the limits.
pub fn check_header(header: &FrameHeader, description: &FrameDescription) -> Result<()> {
    description.frame_bytes()?;
    let name = header.codestream.as_str();
    if header.height != description.rows || header.width != description.columns {
        return Err(Error::mismatch(format!(
            "the {name} frame is {} rows x {} columns, the data set says {} x {}",
            header.height, header.width, description.rows, description.columns
        )));
    }
    if header.components != description.samples_per_pixel {
        return Err(Error::mismatch(format!(
            "the {name} frame has {} components, the data set says {} Samples per Pixel",
            header.components, description.samples_per_pixel
        )));
    }
    // A stream of fewer bits than Bits Stored is legal and widened; one of more bits than Bits Allocated can't be held.
    let allocated = if description.bits_allocated == 1 {
        8
    } else {
        description.bits_allocated
    };
    if u16::from(header.bits) > allocated {
        return Err(Error::mismatch(format!(
            "the {name} frame has {} bits a sample, the data set allocates {}",
            header.bits, description.bits_allocated
        )));
    }
    if header.float {
        return Err(Error::mismatch(format!(
            "the {name} frame has floating point samples, Pixel Data holds integers"
        )));
    }
    if matches!(header.codestream, Codestream::Jpeg { process: 5..=7 | 13..=15 }) {
        return Err(Error::new(
            crate::ErrorKind::Unsupported,
            None,
            "hierarchical JPEG (PS3.5 retired it); no decoder here reads it",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
