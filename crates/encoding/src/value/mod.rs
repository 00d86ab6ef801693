//! From the bytes of a value to numbers and text (PS3.5 section 6.2), without an interpreter.
pub mod number;
pub mod text;
