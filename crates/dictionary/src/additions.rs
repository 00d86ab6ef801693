//! Entries that a person adds to the dictionary while the program runs.
//!
//! An `Additions` never changes: adding makes another one. So a read that holds one sees the entries that stood when it
//! began, whatever is added meanwhile.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::{Vr, attribute, private_attribute, tag_for_keyword};

/// A public attribute that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedAttribute {
    pub tag: u32,
    pub vr: Vr,
    pub vm: String,
    pub keyword: String,
    pub name: String,
    pub retired: bool,
}

/// A private attribute that was added; it holds in every block that its creator reserves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedPrivateAttribute {
    pub creator: String,
    /// Group and the low byte of the element number; the block doesn't count.
    pub tag: u32,
    pub vr: Vr,
    pub vm: String,
    pub name: String,
}

/// Digits of a private tag that tell the element within its creator's block.
const OUTSIDE_BLOCK: u32 = 0xFFFF_00FF;

/// The added entries at one moment.
#[derive(Clone, Debug, Default)]
pub struct Additions {
    attributes: BTreeMap<u32, Arc<AddedAttribute>>,
    keywords: HashMap<String, u32>,
    private: HashMap<String, BTreeMap<u32, Arc<AddedPrivateAttribute>>>,
}

impl Additions {
    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.private.is_empty()
    }

    /// These entries and more; a later entry for a tag takes the place of an earlier one.
    pub fn with_attributes(&self, added: impl IntoIterator<Item = AddedAttribute>) -> Additions {
        let mut all = self.clone();
        for entry in added {
            if let Some(earlier) = all.attributes.remove(&entry.tag) {
                all.keywords.remove(&earlier.keyword);
            }
            if !entry.keyword.is_empty() {
                all.keywords.insert(entry.keyword.clone(), entry.tag);
            }
            all.attributes.insert(entry.tag, Arc::new(entry));
        }
        all
    }

    /// These entries and more private ones.
    pub fn with_private_attributes(&self, added: impl IntoIterator<Item = AddedPrivateAttribute>) -> Additions {
        let mut all = self.clone();
        for mut entry in added {
            entry.tag &= OUTSIDE_BLOCK;
            all.private
                .entry(entry.creator.clone())
                .or_default()
                .insert(entry.tag, Arc::new(entry));
        }
        all
    }

    /// The added attribute of a tag.
    pub fn attribute(&self, tag: u32) -> Option<&AddedAttribute> {
        self.attributes.get(&tag).map(Arc::as_ref)
    }

    /// The added private attribute of a tag, in any block.
    pub fn private_attribute(&self, creator: &str, tag: u32) -> Option<&AddedPrivateAttribute> {
        self.private.get(creator)?.get(&(tag & OUTSIDE_BLOCK)).map(Arc::as_ref)
    }

    /// All added attributes, in the order of tags.
    pub fn attributes(&self) -> impl Iterator<Item = &AddedAttribute> {
        self.attributes.values().map(Arc::as_ref)
    }

    /// All added private attributes of a creator, in the order of tags.
    pub fn private_entries(&self, creator: &str) -> impl Iterator<Item = &AddedPrivateAttribute> {
        self.private
            .get(creator)
            .into_iter()
            .flat_map(BTreeMap::values)
            .map(Arc::as_ref)
    }

    /// Creators of added private attributes, in no order.
    pub fn private_creators(&self) -> impl Iterator<Item = &str> {
        self.private.keys().map(String::as_str)
    }

    /// VR of a public tag: as added, else as in the dictionary.
    pub fn vr(&self, tag: u32) -> Option<Vr> {
        if !self.attributes.is_empty()
            && let Some(added) = self.attributes.get(&tag)
        {
            return Some(added.vr);
        }
        attribute(tag).map(|row| row.vr)
    }

    /// VR of a private tag: as added, else as in the dictionary.
    pub fn private_vr(&self, creator: &str, tag: u32) -> Option<Vr> {
        if !self.private.is_empty()
            && let Some(added) = self.private_attribute(creator, tag)
        {
            return Some(added.vr);
        }
        private_attribute(creator, tag).map(|row| row.vr)
    }

    /// Tag of a keyword: as added, else as in the dictionary.
    pub fn tag_for_keyword(&self, keyword: &str) -> Option<u32> {
        if !self.keywords.is_empty()
            && let Some(tag) = self.keywords.get(keyword)
        {
            return Some(*tag);
        }
        tag_for_keyword(keyword)
    }
}
