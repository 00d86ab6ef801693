//! Columns of a sequence that is as it was read, straight from its bytes.

use crate::buffer::WritableBuffer;
use crate::changes::is_changed_in_place;
use crate::classes::vr_text;
use crate::dataset::DatasetBase;
use crate::element::ElementBase;
use crate::error::to_python;
use crate::overlay::Entry;
use crate::scope::{CharacterSet, Scope, TextKind};
use dcm_dictionary::{Additions, Vr};
use dcm_encoding::columns::{Collector, Column, Content, Values, Wanted, one_by_one};
use dcm_encoding::error::Result as CoreResult;
use dcm_encoding::index::items::{ItemRows, walk_items};
use dcm_encoding::input::Whole;
use dcm_encoding::row::{Flags, Row};
use dcm_encoding::scan::Text;
use dcm_encoding::value::text;
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};
use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::Arc;

/// A sequence that is as it was read.
struct Stored {
    scope: Arc<Scope>,
    at: u32,
    row: Row,
}

/// What is known of a sequence of a data set.
enum State {
    Absent,
    AsRead(Stored),
    /// Edited, made in memory, or read in a way of the caller's own.
    Other,
}

fn state(data_set: &Bound<'_, DatasetBase>, tag: u32) -> PyResult<State> {
    let py = data_set.py();
    enum Layer {
        Value(Py<PyAny>),
        Element(Py<PyAny>),
    }
    let (scope, layer) = {
        let state = data_set.get().state();
        let layer = match state.overlay.get(&tag) {
            Some(Entry::Deleted) => return Ok(State::Absent),
            Some(Entry::Value(value)) => Some(Layer::Value(value.clone_ref(py))),
            Some(Entry::Element(element)) => Some(Layer::Element(element.clone_ref(py))),
            None => None,
        };
        (state.scope.clone(), layer)
    };
    let Some(scope) = scope else {
        return Ok(if layer.is_some() { State::Other } else { State::Absent });
    };
    if scope.reading.decoder.is_some() || scope.reading.judge.is_some() {
        return Ok(State::Other);
    }
    let is_changed = match layer {
        None => false,
        Some(Layer::Value(value)) => is_changed_in_place(value.bind(py), 0)?,
        Some(Layer::Element(element)) => {
            ElementBase::is_changed_over(element.bind(py).cast::<ElementBase>()?, Some(&scope), 0)?
        }
    };
    if is_changed {
        return Ok(State::Other);
    }
    Ok(match scope.stored(tag) {
        None => State::Absent,
        Some((scope, at, row)) if scope.effective_vr(&row) == Vr::Sq => State::AsRead(Stored { scope, at, row }),
        Some(_) => State::Other,
    })
}

/// The VR by which a row's value is decoded; none where its neighbours decide.
fn vr_of(row: &Row, additions: &Additions, in_memory: bool) -> Option<Vr> {
    let is_private = (row.tag >> 16) & 1 == 1;
    let vr = match row.vr {
        Vr::Un if in_memory => Vr::Un,
        Vr::Un if is_private => return None,
        Vr::Un => {
            let known = additions.vr(row.tag).unwrap_or(Vr::Un);
            // As of any element that stands as UN because its own length field is too short (PS3.5 6.2.2).
            let too_long = row.length >= 0xFFFF && !known.has_long_length();
            if too_long && !row.flags.has(Flags::IMPLICIT_VR) {
                Vr::Un
            } else {
                known
            }
        }
        read if row.flags.has(Flags::IMPLICIT_VR) && !additions.is_empty() => {
            additions.attribute(row.tag).map_or(read, |added| added.vr)
        }
        read => read,
    };
    (!vr.is_ambiguous()).then_some(vr)
}

/// Shows the items of a sequence one after the other, with their bytes, as long as `visit` says so. False where they are
/// perhaps not those that the table has.
fn each_item(stored: &Stored, mut visit: impl FnMut(ItemRows<'_>, &dyn Values) -> ControlFlow<()>) -> CoreResult<bool> {
    let Stored { scope, at, row } = stored;
    let table = &scope.table;
    let own = table.rows().get(*at as usize..row.end as usize).unwrap_or_default();
    // Sequences of defined length have no rows in those of undefined length: all is read again.
    let in_rows = !row.flags.has(Flags::UNPARSED);
    if row.vr != Vr::Un && !own.iter().any(|row| row.flags.has(Flags::UNPARSED)) {
        for (at, _) in table.siblings(at.saturating_add(1), row.end) {
            if let Some(item) = ItemRows::of_table(table.rows(), at)
                && visit(item, &**table.store()).is_break()
            {
                break;
            }
        }
        return Ok(true);
    }
    let value = table.value(row)?;
    let whole = Whole {
        offset: row.offset,
        bytes: &value,
    };
    let mut input = Whole { ..whole };
    let encoding = Scope::items_encoding(row);
    let findings = walk_items(&mut input, row, encoding, table.limits(), |item, _| {
        Ok(visit(item, &whole))
    })?;
    // What overruns its item reaches as far as the bytes at hand, which then were more.
    Ok(findings.is_empty() || !in_rows)
}

/// The columns of a sequence's items, where the sequence is as it was read and each value plainly what it should be;
/// None where it has to be looked at item by item.
///
/// `wanted` are paths, and whether their one tag may stand anywhere in an item. What an item lacks is taken from the
/// first item of the sequence `shared`.
#[pyfunction]
#[pyo3(signature = (data_set, sequence, shared, wanted, /))]
fn read_columns(
    py: Python<'_>,
    data_set: &Bound<'_, DatasetBase>,
    sequence: u32,
    shared: Option<u32>,
    wanted: Vec<(Vec<u32>, bool)>,
) -> PyResult<Option<(usize, Vec<StoredColumn>)>> {
    let State::AsRead(items) = state(data_set, sequence)? else {
        return Ok(None);
    };
    let shared = match shared.map(|tag| state(data_set, tag)).transpose()? {
        None | Some(State::Absent) => None,
        Some(State::AsRead(stored)) => Some(stored),
        Some(State::Other) => return Ok(None),
    };
    let wanted: Vec<Wanted> = wanted
        .into_iter()
        .map(|(path, anywhere)| Wanted { path, anywhere })
        .collect();
    let reading = Arc::clone(&items.scope.reading);
    let collected = py.detach(|| -> CoreResult<_> {
        let vr_of = |row: &Row| vr_of(row, &reading.additions, reading.in_memory);
        let mut collector = Collector::new(&wanted, &vr_of);
        let mut clean = true;
        if let Some(shared) = &shared {
            clean = each_item(shared, |item, values| {
                collector.item(item, values);
                ControlFlow::Break(())
            })?;
        }
        let shared = collector.take_shared();
        clean &= each_item(&items, |item, values| {
            collector.item(item, values);
            if collector.is_irregular() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        Ok(collector.finish(shared).filter(|_| clean))
    });
    let collected = collected.map_err(|error| to_python(py, error, Some(sequence)))?;
    let Some(collected) = collected else {
        return Ok(None);
    };
    let texts = Arc::new(collected.texts);
    let columns = collected
        .columns
        .into_iter()
        .map(|column| StoredColumn {
            column,
            texts: Arc::clone(&texts),
            scope: Arc::clone(&items.scope),
        })
        .collect();
    Ok(Some((collected.items, columns)))
}

/// The values of one element in the items of a sequence.
#[pyclass(frozen, module = "dicom._core")]
struct StoredColumn {
    column: Column,
    texts: Arc<Vec<Text>>,
    scope: Arc<Scope>,
}

#[pymethods]
impl StoredColumn {
    /// Which of the wanted elements it is.
    #[getter]
    fn wanted(&self) -> usize {
        self.column.wanted
    }

    /// The tags on the way to the element, its own last.
    #[getter]
    fn path(&self) -> Vec<u32> {
        self.column.path.clone()
    }

    #[getter]
    fn vr(&self, py: Python<'_>) -> Py<PyString> {
        vr_text(py, self.column.vr)
    }

    #[getter]
    fn is_text(&self) -> bool {
        self.column.content == Content::Texts
    }

    #[getter]
    fn is_number(&self) -> bool {
        matches!(self.column.content, Content::Numbers | Content::NumberTexts)
    }

    /// The most numbers that an item has.
    #[getter]
    fn width(&self) -> usize {
        self.column.width()
    }

    /// No number is missing.
    #[getter]
    fn is_whole(&self) -> bool {
        self.column.is_whole()
    }

    /// All numbers that there are.
    #[getter]
    fn number_of_values(&self) -> usize {
        self.column.number_of_values()
    }

    /// Fills an array of float64, (items, width), and one of bool, which says what is missing.
    #[pyo3(signature = (array, mask = None, /))]
    fn fill(&self, array: &Bound<'_, PyAny>, mask: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let mut buffer = WritableBuffer::new(array)?;
        let (places, _) = buffer.as_mut_slice().as_chunks_mut::<8>();
        let count = self.column.items().saturating_mul(self.column.width());
        let mut mask = mask.map(WritableBuffer::new).transpose()?;
        let mask = mask.as_mut().map(WritableBuffer::as_mut_slice);
        if places.len() != count || mask.as_ref().is_some_and(|mask| mask.len() != count) {
            return Err(PyValueError::new_err("the array has another size than the column"));
        }
        self.column.fill(places, mask);
        Ok(())
    }

    /// The text of each item, None where there is none; equal texts are one object.
    fn texts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let mut made: Vec<Option<Bound<'py, PyAny>>> = vec![None; self.texts.len()];
        let list = PyList::empty(py);
        for number in self.column.texts() {
            let Some(number) = number.map(|number| number as usize) else {
                list.append(py.None())?;
                continue;
            };
            if let Some(Some(text)) = made.get(number) {
                list.append(text)?;
                continue;
            }
            let decoded = self.decoded(py, number)?;
            // Escape sequences alone are no text.
            let decoded = if decoded.is_empty()? {
                py.None().into_bound(py)
            } else {
                decoded.into_any()
            };
            list.append(&decoded)?;
            if let Some(place) = made.get_mut(number) {
                *place = Some(decoded);
            }
        }
        Ok(list)
    }
}

impl StoredColumn {
    fn decoded<'py>(&self, py: Python<'py>, number: usize) -> PyResult<Bound<'py, PyString>> {
        let Some(given) = self.texts.get(number) else {
            return Ok(PyString::new(py, ""));
        };
        if given.character_set.is_none() {
            return Ok(PyString::new(py, &String::from_utf8_lossy(&given.bytes)));
        }
        let set = self.scope.character_set(py)?;
        let whole: Cow<'_, str> = if set.kind == TextKind::Other || given.bytes.contains(&0x1B) {
            Cow::Owned(self.decoded_by(&set, py, &given.bytes)?)
        } else if set.kind == TextKind::Utf8 {
            String::from_utf8_lossy(&given.bytes)
        } else {
            Cow::Owned(text::latin_1(&given.bytes))
        };
        Ok(PyString::new(py, &one_by_one(&whole, self.column.vr)))
    }

    fn decoded_by(&self, set: &CharacterSet, py: Python<'_>, bytes: &[u8]) -> PyResult<String> {
        set.object
            .bind(py)
            .call_method1(
                intern!(py, "decode"),
                (PyBytes::new(py, bytes), vr_text(py, self.column.vr)),
            )?
            .extract()
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<StoredColumn>()?;
    module.add_function(wrap_pyfunction!(read_columns, module)?)
}
