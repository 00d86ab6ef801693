//! The wire format of DICOM (PS3.5, PS3.10), without an interpreter.
//!
//! The data's way: [`source`] (bytes by position) -> [`part10`] (what stands before the data set) -> [`index`] (the
//! parser) -> [`table`] (flat, frozen rows) -> [`value`] (bytes to numbers and text, on ask). What the parser
//! tolerates stands in [`lenient`]; what it refuses in [`error`]; its ceilings in [`options`]. The way back: [`header`]
//! writes headers, [`recode`] turns bytes round, [`output`] is the plan of what is copied and what is made anew.
#![forbid(unsafe_code)]

pub mod columns;
pub mod deflate;
pub mod error;
pub mod finding;
pub mod fragments;
pub mod header;
pub mod index;
pub mod input;
pub mod json;
pub mod lenient;
pub mod options;
pub mod output;
pub mod part10;
pub mod recode;
pub mod row;
pub mod scan;
pub mod sniff;
pub mod source;
pub mod table;
pub mod transfer_syntax;
pub mod value;
