//! The texts of all tables: names, keywords, creators, UIDs, value multiplicities.
//!
//! A static `&str` is a pointer, which the loader has to adjust when the library is loaded, before anything is looked
//! up: tens of thousands of them cost a millisecond of each start. So the texts stand in one piece, each once, and the
//! rows say where.

/// All texts, one after the other.
const TEXTS: &str = include_str!(concat!(env!("OUT_DIR"), "/texts.txt"));

/// Where a text stands: offset and length in bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) u32, pub(crate) u16);

impl Text {
    /// The text itself.
    #[inline]
    pub(crate) fn as_str(self) -> &'static str {
        let start = self.0 as usize;
        TEXTS
            .get(start..start.saturating_add(usize::from(self.1)))
            .unwrap_or_default()
    }

    /// Whether this is the text that stands there, told without looking at it where the lengths differ.
    #[inline]
    pub(crate) fn is(self, text: &str) -> bool {
        let start = self.0 as usize;
        let bytes = TEXTS.as_bytes().get(start..).and_then(|rest| rest.get(..text.len()));
        usize::from(self.1) == text.len() && bytes == Some(text.as_bytes())
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_str().fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::{TEXTS, Text};

    #[test]
    fn a_place_outside_the_texts_is_an_empty_text() {
        let end = u32::try_from(TEXTS.len()).unwrap_or(u32::MAX);
        for outside in [Text(end, 1), Text(u32::MAX, u16::MAX)] {
            assert_eq!(outside.as_str(), "");
            assert!(!outside.is("a") && !outside.is(""));
        }
    }
}
