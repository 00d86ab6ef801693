//! Tags (PS3.5 7.1.1): group and element number of a Data Element, as one `u32`.

/// A tag's parts and kinds; for tags as plain numbers, `0xGGGGEEEE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(pub u32);

impl Tag {
    pub const ITEM: Tag = Tag(0xFFFE_E000);
    pub const ITEM_DELIMITATION: Tag = Tag(0xFFFE_E00D);
    pub const SEQUENCE_DELIMITATION: Tag = Tag(0xFFFE_E0DD);

    pub const fn new(group: u16, element: u16) -> Tag {
        let [a, b] = group.to_be_bytes();
        let [c, d] = element.to_be_bytes();
        Tag(u32::from_be_bytes([a, b, c, d]))
    }

    pub const fn group(self) -> u16 {
        let [a, b, _, _] = self.0.to_be_bytes();
        u16::from_be_bytes([a, b])
    }

    pub const fn element(self) -> u16 {
        let [_, _, c, d] = self.0.to_be_bytes();
        u16::from_be_bytes([c, d])
    }

    /// Whether the group is odd (PS3.5 7.8).
    pub const fn is_private(self) -> bool {
        self.0 & 0x0001_0000 != 0
    }

    /// Whether the element names the owner of a block: (gggg,0010-00FF) with gggg odd (PS3.5 7.8.1).
    pub const fn is_private_creator(self) -> bool {
        self.is_private() && matches!(self.element(), 0x10..=0xFF)
    }

    /// Tag of the element that names the creator of this private element; `None` for what lies in no block.
    pub const fn private_creator(self) -> Option<Tag> {
        let block = self.element() >> 8;
        if self.is_private() && block >= 0x10 {
            Some(Tag::new(self.group(), block))
        } else {
            None
        }
    }
}

impl From<u32> for Tag {
    fn from(tag: u32) -> Tag {
        Tag(tag)
    }
}

impl From<Tag> for u32 {
    fn from(tag: Tag) -> u32 {
        tag.0
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "({:04X},{:04X})", self.group(), self.element())
    }
}

#[cfg(test)]
mod tests {
    use super::Tag;

    #[test]
    fn parts_and_text_of_a_tag() {
        let tag = Tag::new(0x7FE0, 0x00AB);
        assert_eq!((tag.0, tag.group(), tag.element()), (0x7FE0_00AB, 0x7FE0, 0xAB));
        assert_eq!(tag.to_string(), "(7FE0,00AB)");
    }

    #[test]
    fn the_creator_of_a_private_element_lies_in_its_group() {
        assert_eq!(Tag(0x0029_1008).private_creator(), Some(Tag(0x0029_0010)));
        assert_eq!(Tag(0x0029_0010).private_creator(), None);
        assert_eq!(Tag(0x0028_1008).private_creator(), None);
        assert!(Tag(0x0029_00FF).is_private_creator());
        assert!(!Tag(0x0029_0100).is_private_creator());
        assert!(!Tag(0x0028_0010).is_private_creator());
    }
}
