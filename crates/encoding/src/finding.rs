//! Deviations from the standard that were tolerated, as data.

use std::borrow::Cow;

/// One deviation: its name in the documentation, what was made of it, and where. Never an element's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub code: Cow<'static, str>,
    pub message: String,
    pub tag: Option<u32>,
    pub offset: Option<u64>,
}
