//! Unique Identifiers that the standard registers (PS3.6 annex A).

use crate::hash::slot_of_text;
use crate::probe;

/// One row of the registry of UIDs.
#[derive(Debug, PartialEq, Eq)]
pub struct Uid {
    pub uid: &'static str,
    /// `"Transfer Syntax"`, `"SOP Class"`, ...
    pub kind: &'static str,
    pub keyword: &'static str,
    pub name: &'static str,
    pub info: &'static str,
    pub retired: bool,
}

include!(concat!(env!("OUT_DIR"), "/uids.rs"));

/// The row of a UID.
pub fn uid(value: &str) -> Option<&'static Uid> {
    probe(&UID_SLOTS, slot_of_text(value, UID_BITS), |index| {
        UIDS.get(index).filter(|row| row.uid == value)
    })
}

/// All rows, in the order of their numbers.
pub fn uids() -> &'static [Uid] {
    &UIDS
}
