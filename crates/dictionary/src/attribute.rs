//! Attributes of the Data Dictionary (PS3.6, PS3.7 annex E): by tag, by keyword, repeating groups.

use crate::hash::{slot_of_number, slot_of_text};
use crate::text::Text;
use crate::{Vr, probe};

/// One row of the data dictionary.
#[derive(Debug, PartialEq, Eq)]
pub struct Attribute {
    pub tag: u32,
    /// UN for items and delimiters, which have no VR (PS3.5 7.5).
    pub vr: Vr,
    pub retired: bool,
    vm: Text,
    keyword: Text,
    name: Text,
}

impl Attribute {
    /// Value Multiplicity as PS3.6 writes it: `"1"`, `"2-n"`.
    #[inline]
    pub fn vm(&self) -> &'static str {
        self.vm.as_str()
    }

    /// The name as an identifier: `"PatientName"`. Empty for a few retired rows without a name.
    #[inline]
    pub fn keyword(&self) -> &'static str {
        self.keyword.as_str()
    }

    /// The name in words: `"Patient's Name"`.
    #[inline]
    pub fn name(&self) -> &'static str {
        self.name.as_str()
    }
}

/// A row that stands for many tags: the repeating groups (PS3.5 7.6) and a few retired elements.
#[derive(Debug, PartialEq, Eq)]
pub struct Repeater {
    form: Text,
    /// A tag belongs to the row when `tag & mask == attribute.tag`.
    pub mask: u32,
    /// The row; its tag has 0 where any digit may stand.
    pub attribute: Attribute,
}

impl Repeater {
    /// The tag as PS3.6 writes it: `"60xx0010"`.
    pub fn form(&self) -> &'static str {
        self.form.as_str()
    }
}

include!(concat!(env!("OUT_DIR"), "/attributes.rs"));

/// The attribute of a tag: its own row, else the repeating group that it belongs to.
pub fn attribute(tag: u32) -> Option<&'static Attribute> {
    exact_attribute(tag).or_else(|| repeater(tag).map(|row| &row.attribute))
}

/// The attribute that has a row of its own.
pub fn exact_attribute(tag: u32) -> Option<&'static Attribute> {
    probe(&TAG_SLOTS, slot_of_number(tag, TAG_BITS), |index| {
        ATTRIBUTES.get(index).filter(|row| row.tag == tag)
    })
}

/// The repeating group that a tag belongs to.
pub fn repeater(tag: u32) -> Option<&'static Repeater> {
    // Most tags belong to none: tell so before the list is walked. Odd groups are private.
    let may_repeat = match tag >> 16 {
        0x0020 | 0x0028 | 0x1000 | 0x1010 => true,
        group => group & 1 == 0 && matches!(group >> 8, 0x50 | 0x60 | 0x7F),
    };
    if !may_repeat {
        return None;
    }
    REPEATERS.iter().find(|row| tag & row.mask == row.attribute.tag)
}

/// The tag of a keyword, former keywords included; none for repeating groups, whose keywords name many tags.
pub fn tag_for_keyword(keyword: &str) -> Option<u32> {
    if keyword.is_empty() {
        return None;
    }
    probe(&KEYWORD_SLOTS, slot_of_text(keyword, KEYWORD_BITS), |index| {
        let row = ATTRIBUTES.get(index)?;
        let is_former = || {
            FORMER_KEYWORDS
                .iter()
                .any(|(former, tag)| *tag == row.tag && *former == keyword)
        };
        (row.keyword.is(keyword) || is_former()).then_some(row.tag)
    })
}

/// The attribute whose name, without blanks and apostrophes, is this text: how names with a possessive were written
/// before 2012, when they got keywords (`PatientsName`). None when that is the keyword anyway.
pub fn attribute_of_possessive_name(text: &str) -> Option<&'static Attribute> {
    let rows = POSSESSIVE_NAMES
        .iter()
        .filter_map(|index| ATTRIBUTES.get(usize::from(*index)));
    let is_meant = |row: &&Attribute| {
        let name = row.name();
        let letters = name.bytes().filter(|byte| !matches!(byte, b'\'' | b' '));
        name.len() > text.len() && letters.eq(text.bytes()) && !row.keyword.is(text)
    };
    rows.into_iter().find(is_meant)
}

/// All rows that stand for one tag, in the order of tags.
pub fn attributes() -> &'static [Attribute] {
    &ATTRIBUTES
}

/// All rows that stand for many tags.
pub fn repeaters() -> &'static [Repeater] {
    &REPEATERS
}

/// Keywords that a later edition corrected, with their tags.
pub fn former_keywords() -> &'static [(&'static str, u32)] {
    &FORMER_KEYWORDS
}
