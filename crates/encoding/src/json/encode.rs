//! A DICOM JSON Model object to the bytes of a data set: explicit VR little endian, text as its own Specific Character
//! Set has it (PS3.18 F.2). What such bytes can't say is left to the caller: numbers that the VR has no room for, text
//! whose character set isn't UTF-8, values by reference.
//!
//! A value decodes to what the model said: where decoding would change it (spaces at its ends), it is left too.

use super::node::{Node, View};
use super::{Error, Kind, base64};
use crate::value::{number, text};
use dcm_dictionary::Vr;

const SPECIFIC_CHARACTER_SET: u32 = 0x0008_0005;
/// The character set that JSON text is in, and that its attribute should name (PS3.18 F.2).
const UTF_8: &str = "ISO_IR 192";
/// A Decimal String has this many characters at most (PS3.5 Table 6.2-1).
const LONGEST_DECIMAL: usize = 16;
/// The most that a length field of two bytes holds, even.
const LONGEST_SHORT: usize = 0xFFFE;

/// An attribute that the caller has to make an element of.
pub struct Left<N> {
    /// From the top: a sequence, and the number of an item in it, from 0.
    pub path: Vec<(u32, u32)>,
    /// The name of the attribute as it stands, a tag if it is right.
    pub name: String,
    pub attribute: N,
}

/// What became of a model.
pub struct Encoded<N> {
    pub bytes: Vec<u8>,
    pub left: Vec<Left<N>>,
    /// A private creator is among what was left: the elements of its block hang on it.
    pub creator_left: bool,
}

/// Encodes the members of `root`, which is an object.
pub fn data_set<N: Node>(root: &N, depth: u64) -> Result<Encoded<N>, Error> {
    let mut encoder = Encoder {
        bytes: Vec::new(),
        left: Vec::new(),
        path: Vec::new(),
        creator_left: false,
        depth: depth.min(254),
    };
    encoder.members(root, false)?;
    Ok(Encoded {
        bytes: encoder.bytes,
        left: encoder.left,
        creator_left: encoder.creator_left,
    })
}

struct Encoder<N> {
    bytes: Vec<u8>,
    left: Vec<Left<N>>,
    path: Vec<(u32, u32)>,
    creator_left: bool,
    depth: u64,
}

/// The parts of an attribute object.
struct Attribute<N: Node> {
    vr: Vr,
    value: Option<N>,
    inline_binary: Option<N>,
}

/// The tag that eight hexadecimal digits say.
pub fn tag_of(name: &str) -> Option<u32> {
    let is_tag = name.len() == 8 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_tag {
        u32::from_str_radix(name, 16).ok()
    } else {
        None
    }
}

/// None for what the caller has to judge: another VR, two values, a reference.
fn parts<N: Node>(attribute: &N) -> Option<Attribute<N>> {
    if !matches!(attribute.view(), View::Object) {
        return None;
    }
    let (mut vr, mut value, mut inline_binary) = (None, None, None);
    for (name, node) in attribute.members() {
        match name.as_ref() {
            "vr" if vr.is_none() => match node.view() {
                View::Text(text) => vr = Vr::from_bytes(text.as_ref().as_bytes().try_into().ok()?),
                _ => return None,
            },
            "Value" if value.is_none() => value = Some(node),
            "InlineBinary" if inline_binary.is_none() => inline_binary = Some(node),
            "vr" | "Value" | "InlineBinary" | "BulkDataURI" => return None,
            _ => {}
        }
    }
    if value.is_some() && inline_binary.is_some() {
        return None;
    }
    Some(Attribute {
        vr: vr?,
        value,
        inline_binary,
    })
}

impl<N: Node> Encoder<N> {
    /// The attributes of one data set, in the order of their tags. `utf_8`: the text around it is UTF-8.
    fn members(&mut self, object: &N, utf_8: bool) -> Result<(), Error> {
        let mut attributes: Vec<(u32, N)> = Vec::new();
        for (name, attribute) in object.members() {
            let name = name.as_ref();
            match tag_of(name) {
                // What stands in group FFFE is no attribute; (0000,0000) can't be told from padding.
                Some(tag) if tag >> 16 != 0xFFFE && tag != 0 => attributes.push((tag, attribute)),
                _ => self.leave(name.to_owned(), attribute),
            }
        }
        if !attributes.is_sorted_by(|one, next| one.0 < next.0) {
            attributes.sort_by_key(|(tag, _)| *tag);
            let mut last = None;
            for (tag, _) in &attributes {
                if last == Some(*tag) {
                    return Err(Error::new(Kind::Duplicate(*tag)));
                }
                last = Some(*tag);
            }
        }
        let utf_8 = attributes
            .binary_search_by_key(&SPECIFIC_CHARACTER_SET, |(tag, _)| *tag)
            .ok()
            .and_then(|at| attributes.get(at))
            .map_or(utf_8, |(_, attribute)| names_utf_8(attribute));
        for (tag, attribute) in attributes {
            let (start, left) = (self.bytes.len(), self.left.len());
            if self.attribute(tag, &attribute, utf_8)?.is_none() {
                self.bytes.truncate(start);
                self.left.truncate(left);
                self.creator_left |= (tag >> 16) & 1 == 1 && (0x10..=0xFF).contains(&(tag & 0xFFFF));
                self.leave(format!("{tag:08X}"), attribute);
            }
        }
        Ok(())
    }

    fn leave(&mut self, name: String, attribute: N) {
        self.left.push(Left {
            path: self.path.clone(),
            name,
            attribute,
        });
    }

    /// One element; none when it is left to the caller.
    fn attribute(&mut self, tag: u32, attribute: &N, utf_8: bool) -> Result<Option<()>, Error> {
        let Some(parts) = parts(attribute) else {
            return Ok(None);
        };
        let start = self.begin(tag, parts.vr);
        if let Some(binary) = &parts.inline_binary {
            if self.binary(parts.vr, binary).is_none() {
                return Ok(None);
            }
        } else if let Some(value) = &parts.value {
            if !matches!(value.view(), View::Array) {
                return Ok(None);
            }
            let whole = if parts.vr == Vr::Sq {
                self.items(tag, value, utf_8)?
            } else {
                self.values(parts.vr, value, utf_8)
            };
            if whole.is_none() {
                return Ok(None);
            }
        }
        let length = self.bytes.len().saturating_sub(start);
        if length % 2 == 1 {
            self.bytes.push(if parts.vr == Vr::Ui { 0 } else { b' ' });
        }
        Ok(self.finish(start, parts.vr))
    }

    /// Adds a header without its length; gives where the value begins.
    fn begin(&mut self, tag: u32, vr: Vr) -> usize {
        let [g0, g1, e0, e1] = tag.to_be_bytes();
        self.bytes.extend_from_slice(&[g1, g0, e1, e0]);
        self.bytes.extend_from_slice(vr.as_str().as_bytes());
        let room: &[u8] = if vr.has_long_length() { &[0; 6] } else { &[0; 2] };
        self.bytes.extend_from_slice(room);
        self.bytes.len()
    }

    /// Puts the length of the value that began at `start` into its header; none when the field is too small.
    fn finish(&mut self, start: usize, vr: Vr) -> Option<()> {
        let length = self.bytes.len().checked_sub(start)?;
        if vr.has_long_length() {
            return self.set_length(start, length);
        }
        if length > LONGEST_SHORT {
            return None;
        }
        let field = u16::try_from(length).ok()?.to_le_bytes();
        let place = self.bytes.get_mut(start.checked_sub(2)?..start)?;
        place.copy_from_slice(&field);
        Some(())
    }

    fn set_length(&mut self, start: usize, length: usize) -> Option<()> {
        let field = u32::try_from(length)
            .ok()
            .filter(|length| *length < u32::MAX)?
            .to_le_bytes();
        let place = self.bytes.get_mut(start.checked_sub(4)?..start)?;
        place.copy_from_slice(&field);
        Some(())
    }

    fn items(&mut self, tag: u32, array: &N, utf_8: bool) -> Result<Option<()>, Error> {
        if self.path.len() as u64 >= self.depth {
            return Err(Error::new(Kind::Limit("json_depth", self.depth)));
        }
        for (number, item) in (0_u32..).zip(array.items()) {
            self.bytes.extend_from_slice(&[0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0]);
            let start = self.bytes.len();
            match item.view() {
                View::Object => {
                    self.path.push((tag, number));
                    let done = self.members(&item, utf_8);
                    self.path.pop();
                    done?;
                }
                View::Null => {}
                _ => return Ok(None),
            }
            let length = self.bytes.len().saturating_sub(start);
            if self.set_length(start, length).is_none() {
                return Ok(None);
            }
        }
        Ok(Some(()))
    }

    fn binary(&mut self, vr: Vr, node: &N) -> Option<()> {
        if !matches!(vr, Vr::Ob | Vr::Od | Vr::Of | Vr::Ol | Vr::Ov | Vr::Ow | Vr::Un) {
            return None;
        }
        let View::Text(text) = node.view() else {
            return None;
        };
        let start = self.bytes.len();
        base64::decode(&mut self.bytes, text.as_ref())?;
        let length = self.bytes.len().checked_sub(start)?;
        // No bytes aren't the same as no value; an odd number would need a padding that isn't in the value.
        (length > 0 && length % 2 == 0).then_some(())
    }

    fn values(&mut self, vr: Vr, array: &N, utf_8: bool) -> Option<()> {
        let mut values = array.items();
        let Some(first) = values.next() else {
            return Some(());
        };
        let mut values = std::iter::once(first).chain(values).peekable();
        let mut count = 0_usize;
        while let Some(node) = values.next() {
            let view = node.view();
            let alone = count == 0 && values.peek().is_none();
            if alone && matches!(view, View::Null) {
                return Some(());
            }
            if text::is_text(vr) {
                if count > 0 {
                    if text::is_single(vr) {
                        return None;
                    }
                    self.bytes.push(b'\\');
                }
                self.text_value(vr, &node, view, utf_8, alone)?;
            } else {
                self.binary_number(vr, &view)?;
            }
            count = count.saturating_add(1);
        }
        Some(())
    }

    fn text_value(&mut self, vr: Vr, node: &N, view: View<N::Text>, utf_8: bool, alone: bool) -> Option<()> {
        match (vr, view) {
            (Vr::Ds, view) => {
                let value = float(&view)?;
                let mut text = String::new();
                number::push_repr(&mut text, value)?;
                if text.len() > LONGEST_DECIMAL || !value.is_finite() {
                    return None;
                }
                self.bytes.extend_from_slice(text.as_bytes());
            }
            (Vr::Is, View::Integer(value)) => {
                let value = i32::try_from(value).ok()?;
                self.bytes.extend_from_slice(value.to_string().as_bytes());
            }
            (Vr::Is, _) => return None,
            (Vr::Pn, View::Object) => self.name(node, utf_8)?,
            (Vr::Pn, View::Null) | (_, View::Null) => {}
            (Vr::Pn, _) => return None,
            (_, View::Text(text)) => {
                let text = text.as_ref();
                if !alone && !text::is_single(vr) && text.contains('\\') {
                    return None;
                }
                self.letters(text, utf_8 && text::has_character_set(vr))?;
            }
            _ => return None,
        }
        Some(())
    }

    /// Text that its decoding gives back as it is.
    fn letters(&mut self, text: &str, utf_8: bool) -> Option<()> {
        let ends_in_padding = text.starts_with([' ', '\0']) || text.ends_with([' ', '\0']);
        if ends_in_padding || text.contains('\x1B') || !(utf_8 || text.is_ascii()) {
            return None;
        }
        self.bytes.extend_from_slice(text.as_bytes());
        Some(())
    }

    /// A person's name: up to three groups (PS3.18 F.2.2).
    fn name(&mut self, object: &N, utf_8: bool) -> Option<()> {
        let mut groups: [Option<N::Text>; 3] = [None, None, None];
        for (name, node) in object.members() {
            let place = match name.as_ref() {
                "Alphabetic" => 0,
                "Ideographic" => 1,
                "Phonetic" => 2,
                _ => continue,
            };
            let View::Text(text) = node.view() else {
                return None;
            };
            let group = groups.get_mut(place)?;
            if group.is_some() || text.as_ref().contains('\\') {
                return None;
            }
            *group = Some(text);
        }
        let groups = groups.each_ref().map(|group| group.as_ref().map_or("", AsRef::as_ref));
        let used = groups
            .iter()
            .rposition(|group| !group.is_empty())
            .map_or(0, |last| last.saturating_add(1));
        for (number, group) in groups.iter().take(used).enumerate() {
            if number > 0 {
                self.bytes.push(b'=');
            }
            self.letters(group, utf_8)?;
        }
        Some(())
    }

    fn binary_number(&mut self, vr: Vr, view: &View<N::Text>) -> Option<()> {
        macro_rules! whole {
            ($type:ty) => {{
                let View::Integer(value) = view else {
                    return None;
                };
                self.bytes
                    .extend_from_slice(&<$type>::try_from(*value).ok()?.to_le_bytes());
            }};
        }
        match vr {
            Vr::Us => whole!(u16),
            Vr::Ss => whole!(i16),
            Vr::Ul => whole!(u32),
            Vr::Sl => whole!(i32),
            Vr::Uv => whole!(u64),
            Vr::Sv => whole!(i64),
            Vr::Fd => self.bytes.extend_from_slice(&float(view)?.to_le_bytes()),
            Vr::Fl => {
                let value = float(view)?;
                // To be rounded on purpose: only what comes back the same is taken.
                #[allow(clippy::cast_possible_truncation)]
                let single = value as f32;
                if f64::from(single).to_bits() != value.to_bits() {
                    return None;
                }
                self.bytes.extend_from_slice(&single.to_le_bytes());
            }
            Vr::At => {
                let View::Text(text) = view else {
                    return None;
                };
                let [g0, g1, e0, e1] = tag_of(text.as_ref())?.to_be_bytes();
                self.bytes.extend_from_slice(&[g1, g0, e1, e0]);
            }
            _ => return None,
        }
        Some(())
    }
}

/// The number that Python's `float` gives.
fn float<T>(view: &View<T>) -> Option<f64> {
    match view {
        View::Float(value) => Some(*value),
        #[allow(clippy::cast_precision_loss)] // rounded to the nearest, as Python does
        View::Integer(value) => Some(*value as f64),
        _ => None,
    }
}

fn names_utf_8<N: Node>(attribute: &N) -> bool {
    let Some(value) = parts(attribute).and_then(|parts| parts.value) else {
        return false;
    };
    let mut terms = value.items();
    let first = terms.next().map(|term| term.view());
    matches!(first, Some(View::Text(term)) if term.as_ref() == UTF_8) && terms.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::super::tape::Tape;
    use super::*;

    /// The bytes, and the names of what was left.
    fn encoded(json: &str) -> Result<(Vec<u8>, Vec<String>), Error> {
        let tape = Tape::parse(json, 64)?;
        let encoded = data_set(&tape.root(), 64)?;
        Ok((encoded.bytes, encoded.left.into_iter().map(|left| left.name).collect()))
    }

    fn value_of(attribute: &str) -> Option<Vec<u8>> {
        let (bytes, left) = encoded(&format!("{{\"00091001\": {attribute}}}")).unwrap();
        if left.is_empty() { Some(bytes) } else { None }
    }

    #[test]
    fn elements_stand_in_the_order_of_their_tags() {
        let (bytes, left) =
            encoded(r#"{"00100020": {"Value": ["a"], "vr": "LO"}, "00080060": {"vr": "CS", "Value": ["CT"]}}"#)
                .unwrap();
        assert_eq!(bytes, b"\x08\0\x60\0CS\x02\0CT\x10\0\x20\0LO\x02\0a ");
        assert!(left.is_empty());
    }

    #[test]
    fn values_of_each_kind_are_encoded() {
        for (attribute, bytes) in [
            (r#"{"vr": "US", "Value": [1, 65535]}"#, &b"US\x04\0\x01\0\xff\xff"[..]),
            (r#"{"vr": "AT", "Value": ["00100020"]}"#, b"AT\x04\0\x10\0\x20\0"),
            (r#"{"vr": "DS", "Value": [1, 2.5]}"#, b"DS\x08\x001.0\\2.5 "),
            (r#"{"vr": "IS", "Value": [-7]}"#, b"IS\x02\0-7"),
            (r#"{"vr": "UI", "Value": ["1.2"]}"#, b"UI\x04\x001.2\0"),
            (r#"{"vr": "LO", "Value": ["a", null]}"#, b"LO\x02\0a\\"),
            (r#"{"vr": "LO"}"#, b"LO\0\0"),
            (r#"{"vr": "LO", "Value": [null]}"#, b"LO\0\0"),
            (
                r#"{"vr": "PN", "Value": [{"Alphabetic": "A", "Phonetic": "P"}]}"#,
                b"PN\x04\0A==P",
            ),
            (r#"{"vr": "OB", "InlineBinary": "AAE="}"#, b"OB\0\0\x02\0\0\0\0\x01"),
            (
                r#"{"vr": "SQ", "Value": [{}, null]}"#,
                b"SQ\0\0\x10\0\0\0\xfe\xff\0\xe0\0\0\0\0\xfe\xff\0\xe0\0\0\0\0",
            ),
        ] {
            let mut whole = b"\x09\0\x01\x10".to_vec();
            whole.extend_from_slice(bytes);
            assert_eq!(value_of(attribute), Some(whole), "{attribute}");
        }
    }

    #[test]
    fn what_bytes_cannot_say_is_left() {
        for attribute in [
            r#"{"vr": "US", "Value": [70000]}"#,
            r#"{"vr": "US", "Value": [1.0]}"#,
            r#"{"vr": "US", "Value": ["1"]}"#,
            r#"{"vr": "US", "Value": [null, 1]}"#,
            r#"{"vr": "FL", "Value": [0.1]}"#,
            r#"{"vr": "DS", "Value": [0.12345678901234567]}"#,
            r#"{"vr": "LO", "Value": [" a"]}"#,
            r#"{"vr": "LO", "Value": ["\u00e9"]}"#,
            r#"{"vr": "LO", "Value": ["a\\b", "c"]}"#,
            r#"{"vr": "LT", "Value": ["a", "b"]}"#,
            r#"{"vr": "PN", "Value": ["A"]}"#,
            r#"{"vr": "OB", "InlineBinary": "AA=="}"#,
            r#"{"vr": "OB", "BulkDataURI": "u"}"#,
            r#"{"vr": "XX", "Value": ["a"]}"#,
            r#"{"vr": "SQ", "Value": [5]}"#,
            r#"{"Value": ["a"]}"#,
            r#"{"vr": "LO", "Value": "a"}"#,
            r#"{"vr": "LO", "Value": ["a"], "InlineBinary": "AAE="}"#,
            "[]",
        ] {
            assert_eq!(value_of(attribute), None, "{attribute}");
        }
    }

    #[test]
    fn a_value_too_long_for_its_length_field_is_left() {
        let long = |length: usize| value_of(&format!(r#"{{"vr": "LO", "Value": ["{}"]}}"#, "a".repeat(length)));
        assert!(long(0xFFFE).is_some());
        assert!(long(0xFFFF).is_none());
    }

    #[test]
    fn letters_beyond_ascii_stand_where_the_character_set_is_utf_8() {
        let json = |term: &str| {
            format!(
                r#"{{"00080005": {{"vr": "CS", "Value": ["{term}"]}},
                "00081140": {{"vr": "SQ", "Value": [{{"00100020": {{"vr": "LO", "Value": ["\u00e9"]}}}}]}}}}"#
            )
        };
        assert!(encoded(&json("ISO_IR 192")).unwrap().1.is_empty());
        let tape_text = json("ISO_IR 100");
        let tape = Tape::parse(&tape_text, 64).unwrap();
        let left = data_set(&tape.root(), 64).unwrap().left;
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].path, [(0x0008_1140, 0)]);
        assert_eq!(left[0].name, "00100020");
    }

    #[test]
    fn a_tag_that_stands_twice_is_an_error() {
        let twice = r#"{"00100020": {"vr": "LO"}, "00100020": {"vr": "LO"}}"#;
        assert_eq!(encoded(twice).unwrap_err().kind, Kind::Duplicate(0x0010_0020));
    }

    #[test]
    fn sequences_have_a_ceiling() {
        let nested = |depth: usize| {
            let open = r#"{"0040A730":{"vr":"SQ","Value":["#.repeat(depth);
            format!("{open}{{}}{}", "]}}".repeat(depth))
        };
        assert!(encoded(&nested(63)).is_ok());
        assert!(encoded(&nested(64)).is_ok());
        assert_eq!(encoded(&nested(65)).unwrap_err().kind, Kind::Limit("json_depth", 64));
        assert_eq!(encoded(&nested(66)).unwrap_err().kind, Kind::Limit("json_depth", 64));
    }
}
