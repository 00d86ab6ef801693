//! Binding of the dictionary crate, and the one place that keeps what a person added.
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use dcm_dictionary::{self as dictionary, AddedAttribute, AddedPrivateAttribute, Additions, Vr};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyList, PyString, PyTuple};

static ADDITIONS: LazyLock<RwLock<Arc<Additions>>> = LazyLock::new(RwLock::default);
/// How often they were changed.
static REVISION: AtomicU64 = AtomicU64::new(0);

/// The added entries as they stand now. A read takes this once, when it begins.
pub fn snapshot() -> Arc<Additions> {
    Arc::clone(&ADDITIONS.read().unwrap_or_else(PoisonError::into_inner))
}

/// Puts others in the place of the added entries.
fn replace(change: impl FnOnce(&Additions) -> Additions) {
    let mut current = ADDITIONS.write().unwrap_or_else(PoisonError::into_inner);
    *current = Arc::new(change(&current));
    REVISION.fetch_add(1, Ordering::Release);
}

/// How often entries were added or taken back: who keeps a copy of the dictionary sees by it whether the copy is out of date.
#[pyfunction]
fn dictionary_revision() -> u64 {
    REVISION.load(Ordering::Acquire)
}

/// (VR, VM, name, retired, keyword), with the texts of whoever owns them.
type Row<'a> = (&'a str, &'a str, &'a str, bool, &'a str);

/// Text of the VR in a row. Items and delimiters have none (PS3.5 7.5).
fn vr_text(tag: u32, vr: Vr) -> &'static str {
    if tag >> 16 == 0xFFFE { "NONE" } else { vr.as_str() }
}

fn added_row(added: &AddedAttribute) -> Row<'_> {
    (added.vr.as_str(), &added.vm, &added.name, added.retired, &added.keyword)
}

fn row(attribute: &dictionary::Attribute) -> Row<'static> {
    (
        vr_text(attribute.tag, attribute.vr),
        attribute.vm(),
        attribute.name(),
        attribute.retired,
        attribute.keyword(),
    )
}

/// Hands a tag's row, as added or as in the dictionary, to `give`.
fn with_row<T>(tag: u32, give: impl FnOnce(Row<'_>) -> T) -> Option<T> {
    let additions = snapshot();
    if let Some(added) = additions.attribute(tag) {
        return Some(give(added_row(added)));
    }
    dictionary::attribute(tag).map(|attribute| give(row(attribute)))
}

/// (VR, VM, name, retired, keyword) of a tag, repeating groups included.
#[pyfunction]
fn dictionary_attribute<'py>(py: Python<'py>, tag: u32) -> PyResult<Option<Bound<'py, PyAny>>> {
    with_row(tag, |row| row.into_pyobject(py).map(Bound::into_any)).transpose()
}

/// VR of a tag.
#[pyfunction]
fn dictionary_vr(py: Python<'_>, tag: u32) -> Option<Bound<'_, PyString>> {
    with_row(tag, |row| PyString::new(py, row.0))
}

/// Name of a tag.
#[pyfunction]
fn dictionary_name(py: Python<'_>, tag: u32) -> Option<Bound<'_, PyString>> {
    with_row(tag, |row| PyString::new(py, row.2))
}

/// Keyword of a tag.
#[pyfunction]
fn dictionary_keyword(py: Python<'_>, tag: u32) -> Option<Bound<'_, PyString>> {
    with_row(tag, |row| PyString::new(py, row.4))
}

/// Whether a tag has a row of its own: repeating groups don't count.
#[pyfunction]
fn dictionary_has_row(tag: u32) -> bool {
    dictionary::exact_attribute(tag).is_some() || snapshot().attribute(tag).is_some()
}

/// The form of the repeating group that a tag belongs to: `"60xx0010"`.
#[pyfunction]
fn dictionary_repeater(tag: u32) -> Option<&'static str> {
    dictionary::repeater(tag).map(dictionary::Repeater::form)
}

/// Tag of a keyword, former keywords included.
#[pyfunction]
fn dictionary_tag_for_keyword(keyword: &str) -> Option<u32> {
    snapshot().tag_for_keyword(keyword)
}

/// Today's keyword of a name as it was written before 2012: `"PatientsName"`.
#[pyfunction]
fn dictionary_keyword_of_possessive_name(name: &str) -> Option<&'static str> {
    dictionary::attribute_of_possessive_name(name).map(dictionary::Attribute::keyword)
}

/// Keywords of all attributes that have a row of their own, in the order of tags; added ones last.
#[pyfunction]
fn dictionary_keywords() -> Vec<String> {
    let additions = snapshot();
    let rows = dictionary::attributes()
        .iter()
        .filter(|row| additions.attribute(row.tag).is_none());
    let own = rows.map(|row| row.keyword());
    let added = additions.attributes().map(|row| row.keyword.as_str());
    own.chain(added)
        .filter(|keyword| !keyword.is_empty())
        .map(str::to_owned)
        .collect()
}

/// (tag, row) of all attributes that have a row of their own, in the order of tags; added ones last.
#[pyfunction]
fn dictionary_attributes<'py>(py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let additions = snapshot();
    let own = dictionary::attributes()
        .iter()
        .filter(|attribute| additions.attribute(attribute.tag).is_none())
        .map(|attribute| (attribute.tag, row(attribute)));
    let added = additions.attributes().map(|added| (added.tag, added_row(added)));
    own.chain(added)
        .map(|entry| entry.into_pyobject(py).map(Bound::into_any))
        .collect()
}

/// (form, row) of all repeating groups.
#[pyfunction]
fn dictionary_repeaters() -> Vec<(&'static str, Row<'static>)> {
    dictionary::repeaters()
        .iter()
        .map(|repeater| (repeater.form(), row(&repeater.attribute)))
        .collect()
}

/// (VR, VM, name) of a private tag.
#[pyfunction]
fn dictionary_private_attribute<'py>(py: Python<'py>, creator: &str, tag: u32) -> PyResult<Option<Bound<'py, PyAny>>> {
    let additions = snapshot();
    let row = additions
        .private_attribute(creator, tag)
        .map(|added| (added.vr.as_str(), added.vm.as_str(), added.name.as_str()))
        .or_else(|| dictionary::private_attribute(creator, tag).map(|row| (row.vr.as_str(), row.vm(), row.name())));
    row.map(|row| row.into_pyobject(py).map(Bound::into_any)).transpose()
}

/// Private creators that have rows.
#[pyfunction]
fn dictionary_private_creators() -> Vec<String> {
    let additions = snapshot();
    let mut creators: Vec<String> = dictionary::private_creators().map(str::to_owned).collect();
    let known = |creator: &&str| dictionary::private_entries(creator).is_empty();
    creators.extend(additions.private_creators().filter(known).map(str::to_owned));
    creators
}

/// (form, VR, VM, name) of all rows of a private creator; added ones last, so that a dict made of them holds these.
#[pyfunction]
fn dictionary_private_entries(creator: &str) -> Vec<(String, &'static str, String, String)> {
    let own = dictionary::private_entries(creator)
        .iter()
        .map(|row| (row.form(), row.vr.as_str(), row.vm().to_owned(), row.name().to_owned()));
    let additions = snapshot();
    let added = additions.private_entries(creator).map(|added| {
        let form = format!("{:04X}xx{:02X}", added.tag >> 16, added.tag & 0xFF);
        (form, added.vr.as_str(), added.vm.clone(), added.name.clone())
    });
    own.chain(added).collect()
}

/// (name, kind, info, retired, keyword) of a UID.
#[pyfunction]
fn dictionary_uid(uid: &str) -> Option<Row<'static>> {
    dictionary::uid(uid).map(|row| (row.name(), row.kind(), row.info(), row.retired, row.keyword()))
}

/// (UID, row) of all registered UIDs, in the order of their numbers.
#[pyfunction]
fn dictionary_uids() -> Vec<(&'static str, Row<'static>)> {
    dictionary::uids()
        .iter()
        .map(|row| {
            (
                row.uid(),
                (row.name(), row.kind(), row.info(), row.retired, row.keyword()),
            )
        })
        .collect()
}

fn parse_vr(text: &str) -> PyResult<Vr> {
    Vr::parse(text).ok_or_else(|| PyValueError::new_err("a VR of PS3.5 Table 6.2-1 is expected"))
}

/// Forgets all that was added.
#[pyfunction]
fn dictionary_forget_added() {
    replace(|_| Additions::default());
}

/// Adds public attributes: (tag, VR, VM, name, retired, keyword). All or none.
#[pyfunction]
fn dictionary_add(entries: Vec<(u32, String, String, String, bool, String)>) -> PyResult<()> {
    let added = entries
        .into_iter()
        .map(|(tag, vr, vm, name, retired, keyword)| {
            Ok(AddedAttribute {
                tag,
                vr: parse_vr(&vr)?,
                vm,
                keyword,
                name,
                retired,
            })
        })
        .collect::<PyResult<Vec<_>>>()?;
    replace(|additions| additions.with_attributes(added));
    Ok(())
}

/// Adds private attributes of a creator: (tag, VR, VM, name). All or none.
#[pyfunction]
fn dictionary_add_private(creator: &str, entries: Vec<(u32, String, String, String)>) -> PyResult<()> {
    let added = entries
        .into_iter()
        .map(|(tag, vr, vm, name)| {
            Ok(AddedPrivateAttribute {
                creator: creator.to_owned(),
                tag,
                vr: parse_vr(&vr)?,
                vm,
                name,
            })
        })
        .collect::<PyResult<Vec<_>>>()?;
    replace(|additions| additions.with_private_attributes(added));
    Ok(())
}

fn not_a_tag(text: &str) -> PyErr {
    // Only what has the shape of a keyword is repeated: any other text may be a value that went astray.
    let is_shaped = text.len() <= 80
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric());
    if is_shaped {
        PyValueError::new_err(format!(
            "'{text}' is neither a keyword of the data dictionary nor a tag in hexadecimal digits"
        ))
    } else {
        PyValueError::new_err("a keyword or a tag in hexadecimal digits is expected")
    }
}

fn too_large(what: &str) -> PyErr {
    PyOverflowError::new_err(format!(
        "{what} is larger than its bytes hold: a tag has 2 for the group and 2 for the element"
    ))
}

fn negative() -> PyErr {
    PyValueError::new_err("a tag's numbers are not negative")
}

/// A hexadecimal number as Python's `int(text, 16)` reads it; `None` when the text is none.
fn parse_hexadecimal(text: &str) -> PyResult<Option<u64>> {
    let trimmed = text.trim();
    let (is_negative, unsigned) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let digits = unsigned
        .strip_prefix("0x")
        .or_else(|| unsigned.strip_prefix("0X"))
        .unwrap_or(unsigned);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let number = u64::from_str_radix(digits, 16).map_err(|_| too_large("the number"))?;
    if is_negative && number != 0 {
        Err(negative())
    } else {
        Ok(Some(number))
    }
}

fn number_of_text(text: &str) -> PyResult<u32> {
    if let Some(tag) = snapshot().tag_for_keyword(text) {
        return Ok(tag);
    }
    if let Some(number) = parse_hexadecimal(text)? {
        return u32::try_from(number).map_err(|_| too_large("the number"));
    }
    let inside = text
        .trim()
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap_or(text);
    let (group, element) = inside.split_once(',').ok_or_else(|| not_a_tag(text))?;
    match (parse_hexadecimal(group)?, parse_hexadecimal(element)?) {
        (Some(group), Some(element)) => join(group, element),
        _ => Err(not_a_tag(text)),
    }
}

fn join(group: u64, element: u64) -> PyResult<u32> {
    let group = u16::try_from(group).map_err(|_| too_large("the group"))?;
    let element = u16::try_from(element).map_err(|_| too_large("the element"))?;
    Ok(dictionary::Tag::new(group, element).0)
}

/// A Python integer, or what gives one by `__index__`.
fn integer(value: &Bound<'_, PyAny>) -> PyResult<u64> {
    value.extract::<u64>().or_else(|error| {
        if !error.is_instance_of::<PyOverflowError>(value.py()) {
            return Err(PyTypeError::new_err(
                "a tag is an int, a str, or two of one kind for group and element",
            ));
        }
        if value.lt(0)? {
            Err(negative())
        } else {
            Err(too_large("the number"))
        }
    })
}

fn number_of_pair(group: &Bound<'_, PyAny>, element: &Bound<'_, PyAny>) -> PyResult<u32> {
    if let (Ok(group), Ok(element)) = (group.cast::<PyString>(), element.cast::<PyString>()) {
        let number = |text: &Bound<'_, PyString>| parse_hexadecimal(text.to_str()?)?.ok_or_else(|| not_a_tag(""));
        return join(number(group)?, number(element)?);
    }
    join(integer(group)?, integer(element)?)
}

/// The number of a tag in any of its spellings: int, (group, element), text, keyword.
#[pyfunction]
#[pyo3(signature = (arg, arg2 = None))]
pub fn tag_number(arg: &Bound<'_, PyAny>, arg2: Option<&Bound<'_, PyAny>>) -> PyResult<u32> {
    if let Some(element) = arg2 {
        return number_of_pair(arg, element);
    }
    if let Ok(number) = arg.cast::<PyInt>() {
        return u32::try_from(integer(number)?).map_err(|_| too_large("the number"));
    }
    if let Ok(text) = arg.cast::<PyString>() {
        return number_of_text(text.to_str()?);
    }
    let pair = |length: usize| {
        if length == 2 {
            Ok(())
        } else {
            Err(PyValueError::new_err(
                "a tag of several numbers has two: group and element",
            ))
        }
    };
    if let Ok(numbers) = arg.cast::<PyTuple>() {
        pair(numbers.len())?;
        return number_of_pair(&numbers.get_item(0)?, &numbers.get_item(1)?);
    }
    if let Ok(numbers) = arg.cast::<PyList>() {
        pair(numbers.len())?;
        return number_of_pair(&numbers.get_item(0)?, &numbers.get_item(1)?);
    }
    u32::try_from(integer(arg)?).map_err(|_| too_large("the number"))
}

/// Adds this room's functions to `_core`.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("DICTIONARY_EDITION", dictionary::EDITION)?;
    module.add_function(wrap_pyfunction!(dictionary_attribute, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_vr, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_name, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_keyword, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_has_row, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_repeater, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_tag_for_keyword, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_keyword_of_possessive_name, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_keywords, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_attributes, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_repeaters, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_revision, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_private_attribute, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_private_creators, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_private_entries, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_uid, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_uids, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_add, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_forget_added, module)?)?;
    module.add_function(wrap_pyfunction!(dictionary_add_private, module)?)?;
    module.add_function(wrap_pyfunction!(tag_number, module)?)?;
    Ok(())
}
