//! The data dictionary of DICOM (PS3.6, PS3.7): attributes, private attributes and UIDs as tables compiled in.
//!
//! In: a tag, a keyword, a private creator, a UID. Out: the row, as a static reference. Nothing is built at run time:
//! the build script turns the files in `data/` into arrays with their hash slots, and into one text that holds all of
//! theirs: the rows hold no pointers, so that loading the library costs nothing.
#![forbid(unsafe_code)]

mod additions;
mod attribute;
mod hash;
mod private;
mod tag;
mod text;
mod uid;
mod vr;

pub use additions::{AddedAttribute, AddedPrivateAttribute, Additions};
pub use attribute::{
    Attribute, Repeater, attribute, attribute_of_possessive_name, attributes, exact_attribute, former_keywords,
    repeater, repeaters, tag_for_keyword,
};
pub use private::{PrivateAttribute, private_attribute, private_creators, private_entries};
pub use tag::Tag;
pub use uid::{Uid, uid, uids};
pub use vr::Vr;

/// Which edition of the standard the tables follow.
pub const EDITION: &str = include!(concat!(env!("OUT_DIR"), "/edition.rs"));

/// Walks a slot table from `home` until `accept` takes an entry or an empty slot ends the search.
fn probe<T>(slots: &'static [u16], home: usize, accept: impl Fn(usize) -> Option<T>) -> Option<T> {
    // Two passes over one table: probing wraps around. At least half of the slots are empty, so it ends early.
    for slot in slots.get(home..)?.iter().chain(slots) {
        let index = usize::from(*slot).checked_sub(1)?;
        if let Some(found) = accept(index) {
            return Some(found);
        }
    }
    None
}
