//! Private elements whose creators published them (PS3.5 7.8): by private creator and tag.

use crate::hash::slot_of_text;
use crate::{Vr, probe};

/// One row of the private dictionary.
#[derive(Debug, PartialEq, Eq)]
pub struct PrivateAttribute {
    /// The tag as the row writes it, `x` being any digit: `"0029xx08"`.
    pub form: &'static str,
    /// A tag belongs to the row when `tag & mask == value`.
    pub mask: u32,
    pub value: u32,
    pub vr: Vr,
    pub vm: &'static str,
    pub name: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/private.rs"));

/// The row of a private element: the exact tag's, else the one whose form fits the tag in any block.
pub fn private_attribute(creator: &str, tag: u32) -> Option<&'static PrivateAttribute> {
    let entries = private_entries(creator);
    let mut rest = entries;
    // Rows are sorted by mask, the strictest first, then by value: one binary search for each mask that occurs.
    while let Some(first) = rest.first() {
        let mask = first.mask;
        let (same_mask, others) = rest.split_at_checked(rest.partition_point(|row| row.mask == mask))?;
        if let Ok(index) = same_mask.binary_search_by_key(&(tag & mask), |row| row.value) {
            return same_mask.get(index);
        }
        rest = others;
    }
    None
}

/// All rows of a private creator; none for a creator that isn't known.
pub fn private_entries(creator: &str) -> &'static [PrivateAttribute] {
    probe(&CREATOR_SLOTS, slot_of_text(creator, CREATOR_BITS), |index| {
        CREATORS
            .get(index)
            .filter(|(name, _)| *name == creator)
            .map(|(_, entries)| *entries)
    })
    .unwrap_or(&[])
}

/// All private creators that have rows, sorted.
pub fn private_creators() -> impl ExactSizeIterator<Item = &'static str> {
    CREATORS.iter().map(|(name, _)| *name)
}
