//! The DICOM JSON Model (PS3.18 Annex F), without an interpreter: text to a tape of tokens, a model to the bytes of a
//! data set, and what values look like as JSON.
//!
//! Reading: [`tape`] (RFC 8259, iterative, with a ceiling) -> [`encode`] (explicit VR little endian, which an
//! [`ElementTable`](crate::table::ElementTable) is made of). What can't be told by bytes alone is left to the caller.
//! Writing: [`text`] has strings, numbers and binary values.

pub mod base64;
pub mod encode;
pub mod node;
pub mod tape;
pub mod text;

use std::fmt;

/// Sequences within sequences that a JSON text may have.
pub const JSON_DEPTH: u64 = 64;

/// Why a text is no DICOM JSON Model object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Not JSON.
    Syntax(&'static str),
    /// A ceiling was met: its name and its value.
    Limit(&'static str, u64),
    /// Two attributes of one data set have the same tag.
    Duplicate(u32),
}

/// An error, with the byte offset in the text where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Error {
    pub kind: Kind,
    pub offset: Option<usize>,
}

impl Error {
    pub const fn new(kind: Kind) -> Self {
        Self { kind, offset: None }
    }

    pub const fn at(kind: Kind, offset: usize) -> Self {
        Self {
            kind,
            offset: Some(offset),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Syntax(what) => write!(out, "not JSON: {what}")?,
            Kind::Limit(name, limit) => write!(
                out,
                "the limit {name} = {limit} was met; raise it with limits={{\"{name}\": ...}} if the data is trusted"
            )?,
            Kind::Duplicate(tag) => write!(
                out,
                "the attribute ({:04X},{:04X}) stands twice in one data set of the JSON",
                tag >> 16,
                tag & 0xFFFF
            )?,
        }
        if let Some(offset) = self.offset {
            write!(out, ", at byte {offset} of the text")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
