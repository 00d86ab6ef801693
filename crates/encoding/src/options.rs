//! What a caller may choose, as frozen values that travel down the call.

use crate::transfer_syntax::{Encoding, TransferSyntax, transfer_syntax};
use std::sync::Arc;

/// Ceilings for hostile input. Each has a name, a default, and is an argument of the read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Sequences within sequences.
    pub sequence_depth: u64,
    /// Items in one table.
    pub items: u64,
    /// Fragments of one value.
    pub fragments: u64,
    /// Bytes of an inflated data set.
    pub inflated_bytes: u64,
    /// Inflated bytes for each deflated one, past the first 16 MiB.
    pub inflation_ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sequence_depth: 128,
            items: 1_000_000,
            fragments: 1 << 20,
            inflated_bytes: 512 << 20,
            inflation_ratio: 100,
        }
    }
}

/// Values of this size or more stay in the file until they are asked for.
pub const LARGE_VALUE: u64 = 16 << 20;

/// UIDs of private transfer syntaxes, and how they encode.
pub type PrivateSyntaxes = Arc<Vec<(String, Encoding)>>;

/// How to read a data set.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Values longer than this stay in the source until asked for (never above [`LARGE_VALUE`] for a file).
    pub defer_size: Option<u64>,
    /// Stop before (7FE0,0008), (7FE0,0009) or (7FE0,0010) of the top level.
    pub stop_before_pixels: bool,
    /// Read what can't be recognised as DICOM too.
    pub force: bool,
    /// Elements of the top level to keep, ascending; none for all.
    pub specific_tags: Option<Vec<u32>>,
    /// Of sequences of undefined length at the top level keep the first item only.
    pub first_items_only: bool,
    pub limits: Limits,
    /// Private transfer syntaxes whose encoding somebody has told, as they stood when the read began.
    pub private_syntaxes: PrivateSyntaxes,
}

impl ReadOptions {
    /// What a Transfer Syntax UID says of the encoding.
    pub fn transfer_syntax(&self, uid: &str) -> TransferSyntax {
        match self.private_syntaxes.iter().find(|(known, _)| known == uid) {
            Some((_, encoding)) => TransferSyntax {
                encoding: *encoding,
                deflated: false,
                known: true,
            },
            None => transfer_syntax(uid),
        }
    }

    /// True when a part of the source may be left unread, so that it is read piece by piece.
    pub const fn is_partial(&self) -> bool {
        self.defer_size.is_some() || self.stop_before_pixels || self.specific_tags.is_some()
    }

    /// Values of this size or more stay in the source.
    pub fn large_value(&self) -> u64 {
        self.defer_size
            .map_or(LARGE_VALUE, |size| size.saturating_add(1).min(LARGE_VALUE))
    }

    /// Does the caller want this element of the top level? Specific Character Set always comes along.
    pub fn wants(&self, tag: u32) -> bool {
        match &self.specific_tags {
            None => true,
            Some(tags) => is_wanted(tags, tag),
        }
    }
}

/// Is the tag among those that the caller wants, ascending? Specific Character Set always is.
#[inline]
pub fn is_wanted(tags: &[u32], tag: u32) -> bool {
    tag == 0x0008_0005 || tags.binary_search(&tag).is_ok()
}
