//! What can be wrong with a frame, and where in it.
use std::fmt;

pub type Result<T> = std::result::Result<T, Error>;

/// The sort of failure: what a caller may want to tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The frame ends before what its header promises.
    Truncated,
    /// The bytes contradict the codestream's own standard.
    Malformed,
    /// The codestream contradicts the data set.
    Mismatch,
    /// A limit was met.
    Limit,
    /// Legal, but nothing here decodes it.
    Unsupported,
}

impl ErrorKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::Malformed => "malformed",
            Self::Mismatch => "mismatch",
            Self::Limit => "limit",
            Self::Unsupported => "unsupported",
        }
    }
}

/// A frame that can't be decoded. Messages name numbers of the pixel module and of the codestream, nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub kind: ErrorKind,
    /// Byte offset from the beginning of the frame, where one byte is to blame.
    pub offset: Option<usize>,
    pub message: String,
}

impl Error {
    pub fn new(kind: ErrorKind, offset: impl Into<Option<usize>>, message: impl Into<String>) -> Self {
        Self {
            kind,
            offset: offset.into(),
            message: message.into(),
        }
    }

    pub(crate) fn truncated(offset: usize, what: &str) -> Self {
        Self::new(ErrorKind::Truncated, offset, format!("the frame ends within {what}"))
    }

    pub(crate) fn malformed(offset: usize, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Malformed, offset, message)
    }

    pub(crate) fn mismatch(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Mismatch, None, message)
    }

    pub(crate) fn limit(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Limit, None, message)
    }

    pub(crate) fn unsupported(offset: usize, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, offset, message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.offset {
            Some(offset) => write!(f, " (byte {offset} of the frame)"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
