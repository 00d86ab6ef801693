//! The lines of a data set as text, made straight from the bytes for what was only read, as `DataElement.__str__` makes them.
//!
//! None means that Python has to make the line: edited elements, sequences, text beyond ASCII, names with several groups.

use crate::scope::Scope;
use dcm_dictionary::{Vr, attribute, private_attribute, uid};
use dcm_encoding::row::Row;
use dcm_encoding::value::{number, text};
use pyo3::prelude::*;
use pyo3::types::PyList;
use std::fmt::Write;

/// How lines look: the indentation of the level, and the class attributes of `DataElement`.
#[derive(Clone)]
pub struct Style {
    pub indent: String,
    /// Width of the name.
    pub name_width: usize,
    pub show_vr: bool,
    /// Longer values are counted, not shown.
    pub longest: usize,
}

/// Bytes of a usual line, for the first allocation.
const USUAL_LINE: usize = 80;

/// The lines of the elements of a data set: texts of one line or more, and in their place the tag of an element whose
/// line Python has to make.
pub fn lines_or_tags<'py>(
    py: Python<'py>,
    scope: &Scope,
    style: Style,
    tags: &[u32],
    is_touched: impl Fn(u32) -> bool,
) -> PyResult<Bound<'py, PyList>> {
    if !scope.reading.additions.is_empty() {
        // Names that a person added are for Python to find.
        return PyList::new(py, tags);
    }
    let pieces = PyList::empty(py);
    let mut lines = Lines::new(scope, style);
    let mut text = String::with_capacity(tags.len().saturating_mul(USUAL_LINE));
    // Both ascend: the rows are met on the way, none has to be sought.
    let mut index = scope.index().iter().peekable();
    for tag in tags {
        while index.next_if(|entry| entry.0 < *tag).is_some() {}
        let row = index
            .next_if(|entry| entry.0 == *tag && !is_touched(*tag))
            .map(|entry| entry.1);
        let before = text.len();
        if before > 0 {
            text.push('\n');
        }
        let pushed = row
            .and_then(|row| scope.table.row(row))
            .and_then(|row| lines.push(&mut text, row));
        if pushed.is_none() {
            text.truncate(before);
            if !text.is_empty() {
                pieces.append(&text)?;
                text.clear();
            }
            pieces.append(tag)?;
        }
    }
    if !text.is_empty() {
        pieces.append(&text)?;
    }
    Ok(pieces)
}

/// Makes the lines of one data set.
struct Lines<'s> {
    scope: &'s Scope,
    style: Style,
    /// The block of private elements that the last one stood in, and its creator.
    block: Option<(u32, Option<String>)>,
}

impl<'s> Lines<'s> {
    fn new(scope: &'s Scope, style: Style) -> Self {
        Self {
            scope,
            style,
            block: None,
        }
    }

    /// Adds the line of a row to `text`; none, and `text` as it was, when Python has to make it.
    fn push(&mut self, text: &mut String, row: &Row) -> Option<()> {
        let before = text.len();
        let pushed = self.push_line(text, row);
        if pushed.is_none() {
            text.truncate(before);
        }
        pushed
    }

    fn push_line(&mut self, line: &mut String, row: &Row) -> Option<()> {
        let vr = self.scope.effective_vr(row);
        line.push_str(&self.style.indent);
        push_tag(line, row.tag);
        line.push(' ');
        self.push_name(line, row.tag);
        if self.style.show_vr {
            line.push(' ');
            line.push_str(vr.as_str());
            line.push(':');
        }
        line.push(' ');
        push_value(line, self.scope, row, vr, self.style.longest)
    }

    fn push_name(&mut self, line: &mut String, tag: u32) {
        let width = self.style.name_width;
        if (tag >> 16) & 1 == 1 {
            return self.push_private_name(line, tag);
        }
        let name = match attribute(tag) {
            Some(attribute) => attribute.name(),
            None if tag & 0xFFFF == 0 => "Group Length",
            None => "",
        };
        push_padded(line, ["", name, ""], width);
    }

    fn push_private_name(&mut self, line: &mut String, tag: u32) {
        let width = self.style.name_width;
        let block = tag >> 8;
        if self.block.as_ref().is_none_or(|(known, _)| *known != block) {
            let creator = self.scope.private_creator(tag).filter(|creator| !creator.is_empty());
            self.block = Some((block, creator));
        }
        let creator = self.block.as_ref().and_then(|(_, creator)| creator.as_deref());
        match creator.map(|creator| private_attribute(creator, tag)) {
            Some(Some(entry)) => push_padded(line, ["[", entry.name(), "]"], width),
            None if tag & 0xFF00 == 0 => push_padded(line, ["", "Private Creator", ""], width),
            _ => push_padded(line, ["", "Private tag data", ""], width),
        }
    }
}

/// `(GGGG,EEEE)`.
fn push_tag(line: &mut String, tag: u32) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |shift: u32| DIGITS.get(((tag >> shift) & 0xF) as usize).copied().unwrap_or(b'0');
    let text = [
        b'(',
        digit(28),
        digit(24),
        digit(20),
        digit(16),
        b',',
        digit(12),
        digit(8),
        digit(4),
        digit(0),
        b')',
    ];
    line.push_str(std::str::from_utf8(&text).unwrap_or_default());
}

/// The parts of a name one after the other, cut or filled to the width in letters.
fn push_padded(line: &mut String, parts: [&str; 3], width: usize) {
    const SPACES: &str = "                                                                ";
    if let ["", name, ""] = parts
        && name.is_ascii()
        && let Some(spaces) = width.checked_sub(name.len()).and_then(|room| SPACES.get(..room))
    {
        line.push_str(name);
        line.push_str(spaces);
        return;
    }
    let mut room = width;
    for part in parts {
        let count = if part.is_ascii() {
            part.len()
        } else {
            part.chars().count()
        };
        if count <= room {
            line.push_str(part);
        } else {
            line.extend(part.chars().take(room));
        }
        room = room.saturating_sub(count);
    }
    while room > 0 {
        let some = SPACES.get(..room).unwrap_or(SPACES);
        line.push_str(some);
        room = room.saturating_sub(some.len());
    }
}

fn push_count(line: &mut String, count: usize) -> Option<()> {
    write!(line, "Array of {count} elements").ok()
}

fn push_value(line: &mut String, scope: &Scope, row: &Row, vr: Vr, longest: usize) -> Option<()> {
    let length = usize::try_from(row.length).ok()?;
    let is_number = number::width(vr).is_some();
    if !text::is_text(vr) && !is_number && vr != Vr::Sq && length > longest {
        return push_count(line, length);
    }
    let bytes = scope.table.store().bytes(row.offset, row.length)?;
    if is_number {
        return push_numbers(line, bytes, vr, row.encoding().big_endian, longest);
    }
    if vr == Vr::Sq {
        return None;
    }
    if text::is_text(vr) {
        let trimmed = text::trim(bytes, vr);
        if !text::is_plain(trimmed) {
            return None;
        }
        let plain = std::str::from_utf8(trimmed).ok()?;
        return match vr {
            Vr::Ds | Vr::Is => push_number_strings(line, plain, vr, bytes.is_empty(), longest),
            Vr::Ui => push_uids(line, plain, longest),
            Vr::Pn => push_person_names(line, plain, longest),
            _ => push_texts(line, plain, vr, longest),
        };
    }
    if bytes.is_empty() {
        line.push_str("None");
    } else {
        push_quoted(line, bytes, "b");
    }
    Some(())
}

/// `[one, another]` for several values, else the one alone.
fn push_list<T>(
    line: &mut String,
    mut values: impl ExactSizeIterator<Item = T>,
    longest: usize,
    push: impl Fn(&mut String, T) -> Option<()>,
) -> Option<()> {
    match values.len() {
        0 => line.push_str("None"),
        1 => push(line, values.next()?)?,
        count if count > longest => push_count(line, count)?,
        _ => {
            line.push('[');
            for (at, value) in values.enumerate() {
                if at > 0 {
                    line.push_str(", ");
                }
                push(line, value)?;
            }
            line.push(']');
        }
    }
    Some(())
}

fn push_numbers(line: &mut String, bytes: &[u8], vr: Vr, big: bool, longest: usize) -> Option<()> {
    if bytes.len().checked_rem(number::width(vr)?) != Some(0) {
        return None;
    }
    /// Integers look alike in both languages.
    macro_rules! integers {
        ($numbers:expr) => {
            push_list(line, $numbers, longest, |line, one| write!(line, "{one}").ok())
        };
    }
    match vr {
        Vr::Us => integers!(number::u16s(bytes, big)),
        Vr::Ss => integers!(number::i16s(bytes, big)),
        Vr::Ul => integers!(number::u32s(bytes, big)),
        Vr::Sl => integers!(number::i32s(bytes, big)),
        Vr::Uv => integers!(number::u64s(bytes, big)),
        Vr::Sv => integers!(number::i64s(bytes, big)),
        Vr::Fl => push_list(line, number::f32s(bytes, big), longest, |line, one| {
            number::push_repr(line, f64::from(one))
        }),
        Vr::Fd => push_list(line, number::f64s(bytes, big), longest, number::push_repr),
        _ => push_list(line, number::tags(bytes, big), longest, |line, tag| {
            push_tag(line, tag);
            Some(())
        }),
    }
}

fn push_texts(line: &mut String, plain: &str, vr: Vr, longest: usize) -> Option<()> {
    if text::is_single(vr) || !plain.contains('\\') {
        let one = text::trim_one(plain, vr);
        if matches!(vr, Vr::Ut | Vr::Lt | Vr::Uc) && one.len() > longest {
            return None;
        }
        push_quoted(line, one.as_bytes(), "");
        return Some(());
    }
    let parts: Vec<&str> = plain.split('\\').collect();
    push_list(line, parts.into_iter(), longest, |line, one| {
        push_quoted(line, text::trim_one(one, vr).as_bytes(), "");
        Some(())
    })
}

fn push_uids(line: &mut String, plain: &str, longest: usize) -> Option<()> {
    if plain.contains('\\') {
        return push_texts(line, plain, Vr::Ui, longest);
    }
    let one = text::trim_one(plain, Vr::Ui);
    if one.is_empty() {
        return None;
    }
    line.push_str(uid(one).map_or(one, |known| known.name()));
    Some(())
}

/// One name without groups and without a backslash: what nearly all names are.
fn push_person_names(line: &mut String, plain: &str, _: usize) -> Option<()> {
    if plain.contains(['\\', '=']) {
        return None;
    }
    push_quoted(line, plain.as_bytes(), "");
    Some(())
}

fn push_number_strings(line: &mut String, plain: &str, vr: Vr, empty: bool, longest: usize) -> Option<()> {
    if empty {
        line.push_str("None");
        return Some(());
    }
    if plain.is_empty() {
        line.push_str("''");
        return Some(());
    }
    if !plain.contains('\\') {
        line.push('\'');
        push_number_string(line, plain, vr)?;
        line.push('\'');
        return Some(());
    }
    let parts: Vec<&str> = plain.split('\\').collect();
    push_list(line, parts.into_iter(), longest, |line, one| {
        if one.trim_matches(' ').is_empty() {
            line.push_str("''");
            return Some(());
        }
        // In a list each is shown as it was written.
        if vr == Vr::Is {
            number::integer(one)?;
        } else {
            number::decimal(one)?;
        }
        line.push_str(one.trim_matches(' '));
        Some(())
    })
}

/// A single one: DS as it was written, IS as the number.
fn push_number_string(line: &mut String, one: &str, vr: Vr) -> Option<()> {
    if vr == Vr::Is {
        return write!(line, "{}", number::integer(one)?).ok();
    }
    number::decimal(one)?;
    line.push_str(one.trim_matches(' '));
    Some(())
}

/// ASCII as Python's `repr` writes it, after `prefix`.
fn push_quoted(line: &mut String, bytes: &[u8], prefix: &str) {
    line.push_str(prefix);
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    line.push(quote);
    if !bytes
        .iter()
        .any(|byte| matches!(*byte, b'\\' | b'\'' | 0..0x20 | 0x7F..))
    {
        line.push_str(std::str::from_utf8(bytes).unwrap_or_default());
        line.push(quote);
        return;
    }
    for byte in bytes {
        match *byte {
            b'\\' => line.push_str("\\\\"),
            b'\n' => line.push_str("\\n"),
            b'\r' => line.push_str("\\r"),
            b'\t' => line.push_str("\\t"),
            b'\'' if quote == '\'' => line.push_str("\\'"),
            0x20..0x7F => line.push(char::from(*byte)),
            // Writing to a String can't fail.
            other => _ = write!(line, "\\x{other:02x}"),
        }
    }
    line.push(quote);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn float(value: f64) -> Option<String> {
        let mut line = String::new();
        number::push_repr(&mut line, value)?;
        Some(line)
    }

    #[test]
    fn floats_look_as_in_python() {
        let cases = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.5e300, "1.5e+300"),
            (178.079_925_537_109_38, "178.07992553710938"),
            (-180.535_797_119_140_62, "-180.53579711914062"),
            (0.012_5, "0.0125"),
            (100.0, "100.0"),
            (1.234e-7, "1.234e-07"),
            (123_456.789, "123456.789"),
            (5e-324, "5e-324"),
            (f64::INFINITY, "inf"),
        ];
        for (value, text) in cases {
            assert_eq!(float(value).as_deref(), Some(text));
        }
    }

    #[test]
    fn text_is_quoted_as_in_python() {
        for (bytes, text) in [
            (&b"it's"[..], "\"it's\""),
            (b"a\\b\n", "'a\\\\b\\n'"),
            (b"'\"", "'\\'\"'"),
            (b"\x00\x7f", "'\\x00\\x7f'"),
        ] {
            let mut line = String::new();
            push_quoted(&mut line, bytes, "");
            assert_eq!(line, text);
        }
    }
}
