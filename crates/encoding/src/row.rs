//! One row of an element table: an element, or an item, as it stands in the source.

use crate::transfer_syntax::Encoding;
use dcm_dictionary::Vr;

/// The item tag, whose rows stand between a sequence and its elements.
pub const ITEM: u32 = 0xFFFE_E000;
pub const ITEM_DELIMITER: u32 = 0xFFFE_E00D;
pub const SEQUENCE_DELIMITER: u32 = 0xFFFE_E0DD;

/// Facts of a row, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags(u8);

impl Flags {
    /// The length field says FFFFFFFF.
    pub const UNDEFINED_LENGTH: Self = Self(1);
    /// A value of undefined length that its delimiter closes; without it the end was reached otherwise.
    pub const DELIMITED: Self = Self(2);
    /// Encoded without a VR: by the data set's encoding, or within UN (CP-246).
    pub const IMPLICIT_VR: Self = Self(4);
    pub const BIG_ENDIAN: Self = Self(8);
    /// A sequence of defined length whose items have no rows here.
    pub const UNPARSED: Self = Self(16);
    /// The source ends within the value.
    pub const TRUNCATED: Self = Self(32);
    /// The value consists of fragments (PS3.5 A.4).
    pub const ENCAPSULATED: Self = Self(64);

    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The flags that say how the element is encoded.
    pub const fn of(encoding: Encoding) -> Self {
        let mut flags = Self(0);
        if encoding.implicit_vr {
            flags = flags.with(Self::IMPLICIT_VR);
        }
        if encoding.big_endian {
            flags = flags.with(Self::BIG_ENDIAN);
        }
        flags
    }
}

/// One element (or item) as it stands in the source.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Where the value begins, from the beginning of the source.
    pub offset: u64,
    /// Bytes of the value that are there; for an undefined length those before the delimiter.
    pub length: u64,
    pub tag: u32,
    /// The row after the last one of this element's items.
    pub end: u32,
    pub vr: Vr,
    /// Bytes of the header before the value.
    pub header: u8,
    /// Sequences around the element.
    pub depth: u8,
    pub flags: Flags,
}

impl Row {
    pub fn encoding(&self) -> Encoding {
        Encoding {
            implicit_vr: self.flags.has(Flags::IMPLICIT_VR),
            big_endian: self.flags.has(Flags::BIG_ENDIAN),
        }
    }

    pub fn is_undefined_length(&self) -> bool {
        self.flags.has(Flags::UNDEFINED_LENGTH)
    }
}
