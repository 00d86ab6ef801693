//! Frames of DICOM images, without an interpreter.
//!
//! In: the bytes of one frame and a description of it. Out: the caller's buffer, filled, or an [`Error`] that says where.
//! The rooms: `guard` reads the header of a codestream before a native decoder does, `rle` decodes PS3.5 annex G,
//! `native` holds the forms without compression (PS3.5 section 8), `deflate` the Deflated Image Frame (PS3.5 A.4),
//! `color` turns YBR into RGB (PS3.3 C.7.6.3.1.2). Nothing here knows files or data sets: `dcm-encoding` does.
#![forbid(unsafe_code)]

mod bytes;
pub mod color;
pub mod deflate;
mod error;
pub mod frame;
pub mod guard;
pub mod native;
pub mod rle;

pub use error::{Error, ErrorKind, Result};
pub use frame::{Codestream, FrameDescription, FrameHeader, Progression, WaveletCoding};
