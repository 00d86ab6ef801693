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
    pub const fn from_bytes(bytes: [u8; 2]) -> Option<Vr> {
        Some(match &bytes {
            b"AE" => Vr::Ae,
            b"AS" => Vr::As,
            b"AT" => Vr::At,
            b"CS" => Vr::Cs,
            b"DA" => Vr::Da,
            b"DS" => Vr::Ds,
            b"DT" => Vr::Dt,
            b"FD" => Vr::Fd,
            b"FL" => Vr::Fl,
            b"IS" => Vr::Is,
            b"LO" => Vr::Lo,
            b"LT" => Vr::Lt,
            b"OB" => Vr::Ob,
            b"OD" => Vr::Od,
            b"OF" => Vr::Of,
            b"OL" => Vr::Ol,
            b"OV" => Vr::Ov,
            b"OW" => Vr::Ow,
            b"PN" => Vr::Pn,
            b"SH" => Vr::Sh,
            b"SL" => Vr::Sl,
            b"SQ" => Vr::Sq,
            b"SS" => Vr::Ss,
            b"ST" => Vr::St,
            b"SV" => Vr::Sv,
            b"TM" => Vr::Tm,
            b"UC" => Vr::Uc,
            b"UI" => Vr::Ui,
            b"UL" => Vr::Ul,
            b"UN" => Vr::Un,
            b"UR" => Vr::Ur,
            b"US" => Vr::Us,
            b"UT" => Vr::Ut,
            b"UV" => Vr::Uv,
            _ => return None,
        })
    }

    /// Whether the explicit VR header has a length of four bytes (PS3.5 7.1.2).
    pub const fn has_long_length(self) -> bool {
        matches!(
            self,
            Vr::Ob
                | Vr::Od
                | Vr::Of
                | Vr::Ol
                | Vr::Ov
                | Vr::Ow
                | Vr::Sq
                | Vr::Sv
                | Vr::Uc
                | Vr::Un
                | Vr::Ur
                | Vr::Ut
                | Vr::Uv
        )
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
