//! The deviations that the reader tolerates: one function each, with the reason, and the finding that it leaves.
//!
//! The list of codes stands in the documentation too (`docs/findings.md`). No message holds an element's value.

use crate::finding::Finding;

fn finding(code: &'static str, message: impl Into<String>, tag: Option<u32>, offset: Option<u64>) -> Finding {
    Finding {
        code: code.into(),
        message: message.into(),
        tag,
        offset,
    }
}

/// A transfer that broke off, or a full disk: what is there of the value is kept.
pub fn file_ends_in_value(tag: u32, offset: u64, declared: u64, there: u64) -> Finding {
    finding(
        "file-ends-early",
        format!("the value should have {declared} bytes and the source ends after {there}"),
        Some(tag),
        Some(offset),
    )
}

/// The same, within the eight to twelve bytes before a value: the elements before it are kept.
pub fn file_ends_in_header(offset: u64) -> Finding {
    finding(
        "file-ends-early",
        "the source ends within the header of an element, which is left out",
        None,
        Some(offset),
    )
}

/// The source ends before an item or a sequence was closed.
pub fn file_ends_in_sequence(tag: u32, offset: u64) -> Finding {
    finding(
        "file-ends-early",
        "the source ends before the delimiter of the value",
        Some(tag),
        Some(offset),
    )
}

/// Blocks of a tape or of an old archive are filled up with zeros.
pub fn trailing_zeros(offset: u64, count: u64) -> Finding {
    finding(
        "trailing-padding",
        format!("{count} zero bytes follow the last element"),
        None,
        Some(offset),
    )
}

/// Some writers mix implicit elements into an explicit data set: two capital letters are missing where the VR stands.
pub fn element_without_vr(tag: u32, offset: u64) -> Finding {
    finding(
        "element-without-vr",
        "no VR stands in this element of an explicit data set; it is read as implicit (PS3.5 7.1.3)",
        Some(tag),
        Some(offset),
    )
}

/// A VR that the standard does not know (yet, or ever); PS3.5 6.2.2 says to treat it as UN.
pub fn unknown_vr(tag: u32, offset: u64) -> Finding {
    finding(
        "unknown-vr",
        "the VR is none of PS3.5 Table 6.2-1; the value is kept as UN",
        Some(tag),
        Some(offset),
    )
}

/// A sequence whose next bytes are no item: its end was not marked.
pub fn sequence_not_closed(tag: u32, offset: u64) -> Finding {
    finding(
        "sequence-not-closed",
        "something else than an item or a delimiter follows; the sequence is taken to end here",
        Some(tag),
        Some(offset),
    )
}

/// An item of undefined length that the next item, or the end of its sequence, closes.
pub fn item_not_closed(tag: u32, offset: u64) -> Finding {
    finding(
        "item-not-closed",
        "an item ends without its delimiter",
        Some(tag),
        Some(offset),
    )
}

/// A delimiter that closes nothing: left behind by writers that change undefined lengths to defined ones.
pub fn stray_delimiter(offset: u64) -> Finding {
    finding(
        "stray-delimiter",
        "a delimiter closes nothing and is passed over",
        None,
        Some(offset),
    )
}

/// An element that is longer than the item around it: its own length is believed, as far as the bytes at hand go, which
/// for a sequence of defined length are its own.
pub fn element_overruns_item(tag: u32, offset: u64) -> Finding {
    finding(
        "element-overruns-item",
        "the element reaches past the end of the item or sequence that holds it",
        Some(tag),
        Some(offset),
    )
}

/// The same of bytes too few for a header, at the end of a sequence of defined length: they are left out.
pub fn header_overruns_item(offset: u64) -> Finding {
    finding(
        "element-overruns-item",
        "the header of an element reaches past the end of the sequence that holds it, and is left out",
        None,
        Some(offset),
    )
}

/// Fragments that break off: the value is what stands before.
pub fn fragments_broken(tag: u32, offset: u64) -> Finding {
    finding(
        "fragments-broken",
        "something else than an item or a delimiter stands among the fragments (PS3.5 A.4)",
        Some(tag),
        Some(offset),
    )
}

/// Private Philips and other elements of undefined length that aren't sequences: read up to the next delimiter.
pub fn undefined_length_without_items(tag: u32, offset: u64) -> Finding {
    finding(
        "undefined-length-without-items",
        "a value of undefined length holds no items; it is read up to the next sequence delimiter",
        Some(tag),
        Some(offset),
    )
}

/// Tags of one level should ascend (PS3.5 7.1).
pub fn not_ascending(tag: u32, offset: u64) -> Finding {
    finding(
        "elements-not-ascending",
        "the element stands after one with a greater tag, or twice; of two the last counts",
        Some(tag),
        Some(offset),
    )
}

/// Values have an even number of bytes (PS3.5 7.1.1).
pub fn odd_length(tag: u32, offset: u64) -> Finding {
    finding(
        "odd-length",
        "the value has an odd number of bytes",
        Some(tag),
        Some(offset),
    )
}

/// A part 10 file without the 128 bytes before `DICM` (PS3.10 7.1), or without both.
pub fn no_preamble(message: &'static str) -> Finding {
    finding("no-preamble", message, None, Some(0))
}

/// A data set on its own: its encoding is told from its first elements.
pub fn no_file_meta(message: &'static str) -> Finding {
    finding("no-file-meta", message, None, Some(0))
}

/// (0002,0000) disagrees with where group 0002 ends; the tags are believed.
pub fn wrong_meta_length(offset: u64) -> Finding {
    finding(
        "wrong-file-meta-length",
        "the File Meta Information ends elsewhere than its group length says",
        Some(0x0002_0000),
        Some(offset),
    )
}

/// Group 0002 is explicit VR little endian whatever follows (PS3.10 7.1); some writers make it implicit.
pub fn implicit_file_meta() -> Finding {
    finding(
        "implicit-file-meta",
        "the File Meta Information is encoded without VRs (PS3.10 7.1)",
        None,
        None,
    )
}

/// Without (0002,0010) the encoding is told from the first element.
pub fn no_transfer_syntax() -> Finding {
    finding(
        "no-transfer-syntax",
        "the File Meta Information names no Transfer Syntax; the encoding is told from the first element",
        Some(0x0002_0010),
        None,
    )
}

/// A transfer syntax that isn't the standard's is read as explicit VR little endian unless the bytes speak against it.
pub fn unknown_transfer_syntax() -> Finding {
    finding(
        "unknown-transfer-syntax",
        "the Transfer Syntax is not one of the standard; read as the first element looks",
        Some(0x0002_0010),
        None,
    )
}

/// The first element is encoded otherwise than the transfer syntax says; the bytes are believed.
pub fn encoding_contradicts_transfer_syntax(offset: u64) -> Finding {
    finding(
        "encoding-contradicts-transfer-syntax",
        "the first element is encoded otherwise than the Transfer Syntax says; the bytes are believed",
        Some(0x0002_0010),
        Some(offset),
    )
}

/// PS3.5 A.5 wants a raw deflate stream; some writers wrap it as zlib does.
pub fn zlib_header(offset: u64) -> Finding {
    finding(
        "deflate-with-zlib-header",
        "the deflated data set has a zlib header (PS3.5 A.5 wants none)",
        None,
        Some(offset),
    )
}

/// What came out before the stream ended or broke is kept.
pub fn deflate_breaks_off(offset: u64) -> Finding {
    finding(
        "file-ends-early",
        "the deflated data set breaks off; what could be inflated is kept",
        None,
        Some(offset),
    )
}
