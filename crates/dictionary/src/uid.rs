//! Unique Identifiers that the standard registers (PS3.6 annex A).

use crate::hash::slot_of_text;
use crate::probe;
use crate::text::Text;

/// One row of the registry of UIDs.
#[derive(Debug, PartialEq, Eq)]
pub struct Uid {
    pub retired: bool,
    uid: Text,
    kind: Text,
    keyword: Text,
    name: Text,
    info: Text,
}

impl Uid {
    /// The UID itself.
    #[inline]
    pub fn uid(&self) -> &'static str {
        self.uid.as_str()
    }

    /// `"Transfer Syntax"`, `"SOP Class"`, ...
    #[inline]
    pub fn kind(&self) -> &'static str {
        self.kind.as_str()
    }

    /// The name as an identifier: `"CTImageStorage"`.
    #[inline]
    pub fn keyword(&self) -> &'static str {
        self.keyword.as_str()
    }

    /// The name in words: `"CT Image Storage"`.
    #[inline]
    pub fn name(&self) -> &'static str {
        self.name.as_str()
    }

    /// What the registry says beyond the name; mostly empty.
    #[inline]
    pub fn info(&self) -> &'static str {
        self.info.as_str()
    }
}

include!(concat!(env!("OUT_DIR"), "/uids.rs"));

/// The row of a UID.
pub fn uid(value: &str) -> Option<&'static Uid> {
    probe(&UID_SLOTS, slot_of_text(value, UID_BITS), |index| {
        UIDS.get(index).filter(|row| row.uid.is(value))
    })
}

/// All rows, in the order of their numbers.
pub fn uids() -> &'static [Uid] {
    &UIDS
}
