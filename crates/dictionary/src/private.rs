//! Private elements whose creators published them (PS3.5 7.8): by private creator and tag.

use crate::hash::slot_of_text;
use crate::text::Text;
use crate::{Vr, probe};

/// One row of the private dictionary.
#[derive(Debug, PartialEq, Eq)]
#[repr(align(32))] // a power of two, for a binary search multiplies with it at each step
pub struct PrivateAttribute {
    /// A tag belongs to the row when `tag & mask == value`.
    pub mask: u32,
    pub value: u32,
    pub vr: Vr,
    vm: Text,
    name: Text,
}

impl PrivateAttribute {
    /// The tag with an `x` for each digit that may be any: `"0029xx08"`.
    pub fn form(&self) -> String {
        let digits = format!("{:08X}", self.value);
        let fixed = format!("{:08X}", self.mask);
        let digit = |(digit, fixed)| if fixed == 'F' { digit } else { 'x' };
        digits.chars().zip(fixed.chars()).map(digit).collect()
    }

    /// Value Multiplicity: `"1"`, `"2-n"`.
    #[inline]
    pub fn vm(&self) -> &'static str {
        self.vm.as_str()
    }

    /// The name in words.
    #[inline]
    pub fn name(&self) -> &'static str {
        self.name.as_str()
    }
}

/// A private creator and its rows: `PRIVATE_ATTRIBUTES[first..end]`.
struct Creator {
    name: Text,
    first: u16,
    end: u16,
}

impl Creator {
    fn entries(&self) -> &'static [PrivateAttribute] {
        PRIVATE_ATTRIBUTES
            .get(usize::from(self.first)..usize::from(self.end))
            .unwrap_or_default()
    }
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
            .filter(|row| row.name.is(creator))
            .map(Creator::entries)
    })
    .unwrap_or_default()
}

/// All private creators that have rows, sorted.
pub fn private_creators() -> impl ExactSizeIterator<Item = &'static str> {
    CREATORS.iter().map(|row| row.name.as_str())
}
