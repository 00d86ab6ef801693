//! Each text once, by number: most texts of a series are the same in all of its files.

use super::NO_TEXT;
use std::collections::HashMap;
use std::sync::Arc;

/// A text of a header. Its bytes mean what the terms of its Specific Character Set say; none for plain ASCII.
#[derive(PartialEq, Eq, Hash, Clone, Debug)]
pub struct Text {
    pub bytes: Arc<[u8]>,
    pub character_set: Option<Box<[u8]>>,
}

/// The texts that were met.
#[derive(Default)]
pub struct Texts {
    plain: HashMap<Arc<[u8]>, u32>,
    coded: HashMap<Text, u32>,
    list: Vec<Text>,
}

impl Texts {
    /// The number of a plain text. `guess` is one that may be it: that of the file before.
    pub fn plain(&mut self, bytes: &[u8], guess: u32) -> u32 {
        if let Some(text) = self.list.get(guess as usize)
            && text.character_set.is_none()
            && *text.bytes == *bytes
        {
            return guess;
        }
        if let Some(number) = self.plain.get(bytes) {
            return *number;
        }
        self.number_of(Text {
            bytes: bytes.into(),
            character_set: None,
        })
    }

    /// The number of a text.
    pub fn number_of(&mut self, text: Text) -> u32 {
        let seen = match &text.character_set {
            None => self.plain.get(&text.bytes),
            Some(_) => self.coded.get(&text),
        };
        if let Some(number) = seen {
            return *number;
        }
        let Ok(number) = u32::try_from(self.list.len()) else {
            return NO_TEXT;
        };
        if text.character_set.is_none() {
            self.plain.insert(Arc::clone(&text.bytes), number);
        } else {
            self.coded.insert(text.clone(), number);
        }
        self.list.push(text);
        number
    }

    /// The texts, by their numbers.
    pub fn into_list(self) -> Vec<Text> {
        self.list
    }
}
