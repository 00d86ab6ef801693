//! What can go wrong while reading, with the place. No message holds an element's value.

use std::fmt;

/// Why the bytes could not be read further.
#[derive(Debug)]
pub enum Kind {
    /// The source could not be read.
    Io(std::io::Error),
    /// Neither a Part 10 file nor a data set that can be recognised.
    NotDicom(&'static str),
    /// A limit of [`crate::options::Limits`] was met: its name and its value.
    Limit(&'static str, u64),
    /// The file of a value that was left in it is no longer the file that was read.
    Changed(&'static str),
    /// The file of a value that was left in it was closed.
    Closed,
    /// Deflated data that can't be inflated.
    Deflate,
    /// Fragments that don't follow PS3.5 A.4.
    Fragments(&'static str),
}

/// An error with the byte offset, from the beginning of the source, where it was met.
#[derive(Debug)]
pub struct Error {
    pub kind: Kind,
    pub offset: Option<u64>,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub const fn new(kind: Kind) -> Self {
        Self { kind, offset: None }
    }

    pub const fn at(kind: Kind, offset: u64) -> Self {
        Self {
            kind,
            offset: Some(offset),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::new(Kind::Io(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Io(error) => write!(out, "{error}")?,
            Kind::NotDicom(why) => write!(out, "not a DICOM file: {why}")?,
            Kind::Limit(name, limit) => write!(
                out,
                "the limit {name} = {limit} was met; raise it with limits={{\"{name}\": ...}} if the data is trusted"
            )?,
            Kind::Changed(what) => write!(out, "the file changed after it was read ({what}); read it again")?,
            Kind::Closed => write!(out, "the value was left in the file, and the data set was closed")?,
            Kind::Deflate => write!(out, "the deflated data set can't be inflated")?,
            Kind::Fragments(what) => write!(out, "the fragments of the value are broken: {what} (PS3.5 A.4)")?,
        }
        if let Some(offset) = self.offset {
            write!(out, ", at byte {offset}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
