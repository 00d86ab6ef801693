//! Value Representations (PS3.5 6.2): how the bytes of a value are to be read.

macro_rules! value_representations {
    ($($variant:ident $text:literal,)*) => {
        /// A Value Representation, or a choice of several that PS3.6 leaves to the data set.
        #[repr(u8)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Vr {
            $(#[doc = $text] $variant,)*
        }

        impl Vr {
            /// Every VR, then the ambiguous ones.
            pub const ALL: &'static [Vr] = &[$(Vr::$variant,)*];

            /// The text of PS3.6: `"AE"`, `"US or SS"`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Vr::$variant => $text,)*
                }
            }

            /// The VR of a text as PS3.6 writes it, ambiguous ones included.
            pub fn parse(text: &str) -> Option<Vr> {
                match text {
                    $($text => Some(Vr::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

value_representations! {
    Ae "AE", As "AS", At "AT", Cs "CS", Da "DA", Ds "DS", Dt "DT", Fd "FD", Fl "FL", Is "IS", Lo "LO", Lt "LT",
    Ob "OB", Od "OD", Of "OF", Ol "OL", Ov "OV", Ow "OW", Pn "PN", Sh "SH", Sl "SL", Sq "SQ", Ss "SS", St "ST",
    Sv "SV", Tm "TM", Uc "UC", Ui "UI", Ul "UL", Un "UN", Ur "UR", Us "US", Ut "UT", Uv "UV",
    ObOrOw "OB or OW", UsOrSs "US or SS", UsOrOw "US or OW", UsOrSsOrOw "US or SS or OW",
}

impl Vr {
    /// The VR of the two bytes of an explicit VR header; `None` when they name none of the 34.
    #[inline]
    pub fn from_bytes([first, second]: [u8; 2]) -> Option<Vr> {
        let (row, column) = (first.wrapping_sub(b'A'), second.wrapping_sub(b'A'));
        *BY_LETTERS.get(usize::from(row))?.get(usize::from(column))?
    }

    /// Whether the explicit VR header has a length of four bytes (PS3.5 7.1.2).
    #[inline]
    pub const fn has_long_length(self) -> bool {
        LONG_LENGTH >> (self as u8) & 1 == 1
    }

    /// Whether PS3.6 leaves the choice among several VRs to the data set.
    pub const fn is_ambiguous(self) -> bool {
        matches!(self, Vr::ObOrOw | Vr::UsOrSs | Vr::UsOrOw | Vr::UsOrSsOrOw)
    }
}

impl std::fmt::Display for Vr {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// OB OD OF OL OV OW SQ SV UC UN UR UT UV, a bit each.
const LONG_LENGTH: u64 = bits(&[
    Vr::Ob,
    Vr::Od,
    Vr::Of,
    Vr::Ol,
    Vr::Ov,
    Vr::Ow,
    Vr::Sq,
    Vr::Sv,
    Vr::Uc,
    Vr::Un,
    Vr::Ur,
    Vr::Ut,
    Vr::Uv,
]);

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
const fn bits(vrs: &[Vr]) -> u64 {
    let mut bits = 0;
    let mut at = 0;
    while at < vrs.len() {
        bits |= 1 << vrs[at] as u8;
        at += 1;
    }
    bits
}

/// The VRs by their two letters, for every header of explicit VR is looked up here.
static BY_LETTERS: [[Option<Vr>; 26]; 26] = by_letters();

// Evaluated while compiling, where an index out of bounds is an error of the build.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
const fn by_letters() -> [[Option<Vr>; 26]; 26] {
    let mut table = [[None; 26]; 26];
    let mut at = 0;
    while at < Vr::ALL.len() {
        if let [first, second] = Vr::ALL[at].as_str().as_bytes() {
            table[(*first - b'A') as usize][(*second - b'A') as usize] = Some(Vr::ALL[at]);
        }
        at += 1;
    }
    table
}
