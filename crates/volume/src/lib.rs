//! Image planes in patient space, without an interpreter.
//!
//! In: positions and orientations in LPS, mm, and where the frames' bytes are. Out: the order of the planes, and the
//! caller's array, filled. The rooms: `order` sorts planes along their common normal (PS3.3 C.7.6.2.1.1); `convert` turns
//! stored samples into values, and `assemble` reads frames straight into their slots. What is wrong with a stack is named
//! by the caller, who knows the policy.
#![forbid(unsafe_code)]

pub mod assemble;
pub mod contours;
pub mod convert;
pub mod order;
