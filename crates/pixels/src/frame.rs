//! One frame as the data set describes it, and as its codestream does.
use crate::error::{Error, Result};

/// No frame is larger than this (`reliability`: one frame below 2^31 bytes).
pub const MAX_FRAME_BYTES: u64 = (1 << 31) - 1;

/// What the Image Pixel module says about every frame (PS3.3 C.7.6.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameDescription {
    pub rows: u32,
    pub columns: u32,
    pub samples_per_pixel: u16,
    /// Bits Allocated: 1 or a multiple of 8 up to 64.
    pub bits_allocated: u16,
}

impl FrameDescription {
    /// Rows x Columns.
    pub fn pixels(&self) -> u64 {
        u64::from(self.rows).saturating_mul(u64::from(self.columns))
    }

    /// Bytes of one sample once it is decoded: 1-bit samples take a byte each.
    pub fn sample_bytes(&self) -> usize {
        usize::from(self.bits_allocated.div_ceil(8))
    }

    /// Bytes of the decoded frame, checked against the limit on frames.
    pub fn frame_bytes(&self) -> Result<usize> {
        let bytes = self
            .pixels()
            .saturating_mul(u64::from(self.samples_per_pixel))
            .saturating_mul(u64::from(self.bits_allocated.div_ceil(8)));
        if bytes > MAX_FRAME_BYTES {
            return Err(Error::limit(format!(
                "a frame of {bytes} bytes; one frame is at most {MAX_FRAME_BYTES} bytes"
            )));
        }
        usize::try_from(bytes).map_err(|_| Error::limit("a frame larger than the address space"))
    }
}

/// The coding that a frame's own header declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Codestream {
    /// ISO/IEC 10918-1; the number of its SOF marker: 0 baseline, 1 extended, 2 progressive, 3 lossless, ...
    Jpeg { process: u8 },
    /// ISO/IEC 14495-1.
    JpegLs,
    /// ISO/IEC 15444-1, or -15 where `high_throughput`.
    Jpeg2000 { high_throughput: bool },
    /// ISO/IEC 18181.
    JpegXl,
}

impl Codestream {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg { .. } => "JPEG",
            Self::JpegLs => "JPEG-LS",
            Self::Jpeg2000 { high_throughput: false } => "JPEG 2000",
            Self::Jpeg2000 { high_throughput: true } => "HTJ2K",
            Self::JpegXl => "JPEG XL",
        }
    }
}

/// What the header of a codestream declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    pub codestream: Codestream,
    pub width: u32,
    pub height: u32,
    pub components: u16,
    /// Bits of a sample.
    pub bits: u8,
    pub signed: bool,
    /// Samples are floating point (JPEG XL).
    pub float: bool,
    /// The components' own marks of their colour.
    pub color: ColorMarks,
    /// Where the bare codestream lies within the frame: a JP2 wrapper is left out, all else is kept.
    pub start: usize,
    pub end: usize,
    /// The scans of a JPEG-LS stream hold one component each, so that a decoder gives the planes one after the other.
    pub by_planes: bool,
    /// The JPEG XL container can give back the JPEG stream that it was made of.
    pub has_jpeg_reconstruction: bool,
    /// Whether the coding itself loses nothing: a lossless JPEG process without a point transform, JPEG-LS with NEAR 0, the
    /// reversible transforms of JPEG 2000. None where the header doesn't tell (JPEG XL).
    pub reversible: Option<bool>,
    /// What a JPEG 2000 or HTJ2K stream says of its coding.
    pub wavelet: Option<WaveletCoding>,
}

/// How the packets of a JPEG 2000 stream are ordered (ISO/IEC 15444-1 table A.16): Layer, Resolution, Component, Position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Progression {
    Lrcp,
    Rlcp,
    Rpcl,
    Pcrl,
    Cprl,
}

impl Progression {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lrcp => "LRCP",
            Self::Rlcp => "RLCP",
            Self::Rpcl => "RPCL",
            Self::Pcrl => "PCRL",
            Self::Cprl => "CPRL",
        }
    }
}

/// The coding style of a JPEG 2000 stream: its main header's, held against those of the tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaveletCoding {
    /// None where POC, or a tile's own COD, gives another order than COD of the main header.
    pub progression: Option<Progression>,
    /// Quality layers.
    pub layers: u16,
    /// Decomposition levels: the image is given at so many halved sizes besides its own.
    pub levels: u8,
    /// The multiple component transform (RCT or ICT) is used, in the main header or in a tile.
    pub color_transform: bool,
    /// TLM stands in the main header: where each tile-part begins is known without reading those before it.
    pub has_tlm: bool,
    pub tiles: u32,
}

/// Marks of a JPEG stream that tell YCbCr from RGB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColorMarks {
    /// The transform byte of an Adobe APP14 segment: 0 none, 1 YCbCr, 2 YCCK.
    pub adobe_transform: Option<u8>,
    /// A JFIF APP0 segment stands in the header: its three components are YCbCr.
    pub jfif: bool,
}
