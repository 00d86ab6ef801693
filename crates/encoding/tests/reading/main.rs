//! Reading, from bytes to rows: what each encoding looks like, what is tolerated, what is refused, what is left unread.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation
)]

mod made;

mod columns;
mod deflated;
mod deviations;
mod equal_ways;
mod fragments;
mod front;
mod headers;
mod limits;
mod partial;
mod sequences;
mod sniffed;
mod values;
