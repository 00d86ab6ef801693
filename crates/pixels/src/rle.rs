//! RLE Lossless (PS3.5 annex G): frames of byte segments, decoded and encoded.
//!
//! A frame is a header of sixteen little endian numbers (how many segments, and where each begins) and the segments: one
//! for each byte of each sample, the most significant first, coded as PackBits. Samples lie little endian in memory,
//! colour by pixel (R1 G1 B1 R2 ...), whatever Planar Configuration says about it (RLE is always by plane).
mod decode;
mod encode;

pub use decode::{Tolerated, decode_frame, decode_segment};
pub use encode::encode_frame;

const HEADER_BYTES: usize = 64;
/// What the header has room for.
const MAX_SEGMENTS: usize = 15;

#[cfg(test)]
mod tests;
