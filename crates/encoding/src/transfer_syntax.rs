//! What a transfer syntax says of the encoding of the data set (PS3.5 section 10, annex A).

/// How the elements of a data set are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding {
    pub implicit_vr: bool,
    pub big_endian: bool,
}

impl Encoding {
    pub const IMPLICIT_LITTLE: Self = Self {
        implicit_vr: true,
        big_endian: false,
    };
    pub const EXPLICIT_LITTLE: Self = Self {
        implicit_vr: false,
        big_endian: false,
    };
    pub const EXPLICIT_BIG: Self = Self {
        implicit_vr: false,
        big_endian: true,
    };
}

/// A transfer syntax as the reader needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferSyntax {
    pub encoding: Encoding,
    /// The whole data set is deflated (not to be confused with deflated frames).
    pub deflated: bool,
    /// The standard names it, so that nothing was assumed.
    pub known: bool,
}

/// What the UID says. All but four are explicit VR little endian (PS3.5 A.4); so is one that is not known.
pub fn transfer_syntax(uid: &str) -> TransferSyntax {
    let (encoding, deflated) = match uid {
        "1.2.840.10008.1.2" => (Encoding::IMPLICIT_LITTLE, false),
        "1.2.840.10008.1.2.2" => (Encoding::EXPLICIT_BIG, false),
        "1.2.840.10008.1.2.1.99" | "1.2.840.10008.1.2.4.95" | "1.2.840.10008.1.2.4.205" => {
            (Encoding::EXPLICIT_LITTLE, true)
        }
        // GE's private syntax: the data set is implicit little endian, and only the pixels are big endian.
        "1.2.840.113619.5.2" => (Encoding::IMPLICIT_LITTLE, false),
        _ => (Encoding::EXPLICIT_LITTLE, false),
    };
    TransferSyntax {
        encoding,
        deflated,
        known: uid.starts_with("1.2.840.10008.1.2") || uid == "1.2.840.113619.5.2",
    }
}
