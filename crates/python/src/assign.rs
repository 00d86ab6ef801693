//! `ds.Rows = 512`: values that are plainly right for their VR are kept without a detour through Python.
//!
//! What this doesn't take (lists, other types, text that has to be judged with care) goes the general way, which converts,
//! validates and warns; a test holds that both ways make the same of what both take.

use crate::classes::{Classes, vr_text};
use dcm_dictionary::Vr;
use dcm_encoding::value::number;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyFloat, PyInt, PyList, PyString};
use std::sync::atomic::{AtomicBool, Ordering};

/// False while a program has changed how values are judged or made.
static PLAIN: AtomicBool = AtomicBool::new(true);

/// Says whether values may be kept without asking Python how they are judged and made.
#[pyfunction]
fn set_plain_assignment(plain: bool) {
    PLAIN.store(plain, Ordering::Relaxed);
}

pub fn is_plain() -> bool {
    PLAIN.load(Ordering::Relaxed)
}

/// What is kept for a value, and whether it was found to be right for good; none for what has to go the general way.
pub fn plain_value<'py>(
    py: Python<'py>,
    vr: Vr,
    value: &Bound<'py, PyAny>,
) -> PyResult<Option<(Bound<'py, PyAny>, bool)>> {
    if let Ok(list) = value.cast_exact::<PyList>() {
        return decimals(py, vr, list).map(|made| made.map(|made| (made, false)));
    }
    Ok(one(py, vr, value)?.map(|made| (made, true)))
}

fn one<'py>(py: Python<'py>, vr: Vr, value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    if let Ok(text) = value.cast_exact::<PyString>() {
        let Ok(plain) = text.to_str() else {
            return Ok(None);
        };
        return of_text(py, vr, plain, value);
    }
    if value.cast_exact::<PyInt>().is_ok() {
        return of_int(py, vr, value);
    }
    if value.cast_exact::<PyFloat>().is_ok() {
        return match vr {
            Vr::Fl | Vr::Fd => Ok(Some(value.clone())),
            Vr::Ds => decimal(py, value),
            _ => Ok(None),
        };
    }
    let is_bytes = matches!(
        vr,
        Vr::Ob | Vr::Od | Vr::Of | Vr::Ol | Vr::Ov | Vr::Ow | Vr::Un | Vr::ObOrOw
    );
    if is_bytes && value.cast_exact::<PyBytes>().is_ok() {
        return Ok(Some(value.clone()));
    }
    Ok(None)
}

fn of_int<'py>(py: Python<'py>, vr: Vr, value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let fits = match vr {
        Vr::Us => value.extract::<u16>().is_ok(),
        Vr::Ss => value.extract::<i16>().is_ok(),
        Vr::Ul => value.extract::<u32>().is_ok(),
        Vr::Sl => value.extract::<i32>().is_ok(),
        Vr::Uv => value.extract::<u64>().is_ok(),
        Vr::Sv => value.extract::<i64>().is_ok(),
        Vr::Is if value.extract::<i32>().is_ok() => {
            return Ok(Some(Classes::get(py)?.integer_string.make(py, value)?));
        }
        _ => false,
    };
    Ok(fits.then(|| value.clone()))
}

/// A float as a Decimal String, where its text isn't too long for one.
fn decimal<'py>(py: Python<'py>, value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let number: f64 = value.extract()?;
    if !number.is_finite() || value.repr()?.len()? > 16 {
        return Ok(None);
    }
    Ok(Some(Classes::get(py)?.ds_float.make(py, number)?))
}

/// Several Decimal Strings, as a position has.
fn decimals<'py>(py: Python<'py>, vr: Vr, list: &Bound<'py, PyList>) -> PyResult<Option<Bound<'py, PyAny>>> {
    if vr != Vr::Ds || list.len() < 2 {
        return Ok(None);
    }
    let values = PyList::empty(py);
    for value in list.iter() {
        if value.cast_exact::<PyFloat>().is_err() {
            return Ok(None);
        }
        match decimal(py, &value)? {
            Some(made) => values.append(made)?,
            None => return Ok(None),
        }
    }
    let made = Classes::get(py)?
        .multi_value_from_list
        .bind(py)
        .call1((values, vr_text(py, vr)))?;
    Ok(Some(made))
}

fn of_text<'py>(py: Python<'py>, vr: Vr, text: &str, value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    match vr {
        Vr::Ui if is_right(vr, text) => Ok(Some(Classes::get(py)?.uid.make(py, value)?)),
        Vr::Pn if is_right(vr, text) => Ok(Some(Classes::get(py)?.person_name.bind(py).call1((value,))?)),
        Vr::Ds if is_right(vr, text) => decimal_text(py, text),
        // What text an Integer String keeps is the general way's to say; the rest isn't kept as text.
        Vr::Is | Vr::Ui | Vr::Pn | Vr::Ds => Ok(None),
        vr => Ok(is_right(vr, text).then(|| value.clone())),
    }
}

/// Does a text keep the rules of its VR plainly, as one value in ASCII? Where this says no, it has to be judged with care.
pub fn is_right(vr: Vr, text: &str) -> bool {
    let printable = text.bytes().all(|byte| (0x20..0x7F).contains(&byte));
    let one_value = !text.contains('\\');
    let right = match vr {
        Vr::Lo => one_value && text.len() <= 64,
        Vr::Sh => one_value && text.len() <= 16,
        Vr::Uc => one_value,
        Vr::St => text.len() <= 1024,
        Vr::Lt => text.len() <= 10240,
        Vr::Ut => true,
        Vr::Ae => one_value && text.len() <= 16 && (text.is_empty() || !text.trim_matches(' ').is_empty()),
        Vr::Cs => text.len() <= 16 && text.bytes().all(is_code),
        Vr::Da => text.is_empty() || is_date(text),
        Vr::Tm => text.is_empty() || is_time(text),
        Vr::Ui => is_uid(text),
        Vr::Ds => is_decimal(text),
        Vr::Is => is_integer(text),
        Vr::Pn => one_value && text.split('=').count() <= 3 && text.split('=').all(|group| group.len() <= 64),
        _ => false,
    };
    printable && right
}

fn is_decimal(text: &str) -> bool {
    let plain = text.trim_matches(' ');
    text.len() <= 16
        && plain
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'))
        && number::decimal(plain).is_some_and(f64::is_finite)
}

fn is_integer(text: &str) -> bool {
    text.len() <= 12 && number::integer(text).is_some_and(|number| i32::try_from(number).is_ok())
}

fn decimal_text<'py>(py: Python<'py>, text: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let plain = text.trim_matches(' ');
    let Some(number) = number::decimal(plain) else {
        return Ok(None);
    };
    let made = Classes::get(py)?.ds_float.make(py, number)?;
    made.setattr(intern!(py, "original_string"), plain)?;
    Ok(Some(made))
}

const fn is_code(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ' || byte == b'_'
}

fn digits(text: &str, from: usize, to: usize) -> Option<u32> {
    let part = text.get(from..to)?;
    if part.bytes().all(|byte| byte.is_ascii_digit()) {
        part.parse().ok()
    } else {
        None
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 8
        && digits(text, 0, 4).is_some()
        && digits(text, 4, 6).is_some_and(|month| (1..=12).contains(&month))
        && digits(text, 6, 8).is_some_and(|day| (1..=31).contains(&day))
}

/// Hour, minute and second, the usual form; others go the general way.
fn is_time(text: &str) -> bool {
    let (whole, fraction) = text.split_at_checked(6).unwrap_or(("", ""));
    digits(whole, 0, 2).is_some_and(|hour| hour < 24)
        && digits(whole, 2, 4).is_some_and(|minute| minute < 60)
        && digits(whole, 4, 6).is_some_and(|second| second < 60)
        && (fraction.is_empty()
            || fraction.strip_prefix('.').is_some_and(|fraction| {
                (1..=6).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit())
            }))
}

fn is_uid(text: &str) -> bool {
    text.len() <= 64
        && text.split('.').all(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_digit())
                && (part == "0" || !part.starts_with('0'))
        })
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(set_plain_assignment, module)?)
}
