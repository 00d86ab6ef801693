//! Bytes of a value by position: as they stand in the source, or those of an element that was edited.

use crate::buffer::{ReadableBuffer, Run, WritableBuffer};
use crate::error::to_python;
use crate::scope::Scope;
use dcm_encoding::fragments;
use dcm_encoding::options::Limits;
use dcm_encoding::row::Row;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView};
use std::sync::Arc;

/// (offset, length) of each item's content within a value, the Basic Offset Table first.
pub type FragmentPlaces = Vec<(u64, u64)>;

/// From this many bytes on, a copy costs more than a view.
const LENT_BYTES: u64 = 1 << 14;

/// With this the first item of an encapsulated value begins.
const ITEM_TAG: [u8; 4] = [0xFE, 0xFF, 0x00, 0xE0];

/// The value of an element, as bytes.
pub enum StoredValue<'py> {
    Absent,
    /// What was set in place of the value that was read.
    Edited(Bound<'py, PyBytes>),
    Read {
        scope: Arc<Scope>,
        row: u32,
        element: Row,
    },
}

impl<'py> StoredValue<'py> {
    /// The bytes of a value that was set: `bytes`, or anything with a buffer.
    pub fn of_object(value: Bound<'py, PyAny>) -> PyResult<Self> {
        let py = value.py();
        if value.is_none() {
            return Ok(Self::Edited(PyBytes::new(py, &[])));
        }
        match value.cast_into::<PyBytes>() {
            Ok(bytes) => Ok(Self::Edited(bytes)),
            Err(error) => {
                let buffer = ReadableBuffer::new(&error.into_inner())
                    .map_err(|_| PyTypeError::new_err("the value of the element is no bytes"))?;
                Ok(Self::Edited(PyBytes::new(py, buffer.as_slice())))
            }
        }
    }

    /// Bytes of the value; of an encapsulated one those of its items, without the delimiter.
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::Absent => None,
            Self::Edited(bytes) => Some(bytes.as_bytes().len() as u64),
            Self::Read { element, .. } => Some(element.length),
        }
    }

    /// Bytes within the value, fewer at its end.
    pub fn read(&self, py: Python<'py>, offset: u64, length: u64) -> PyResult<Bound<'py, PyBytes>> {
        match self {
            Self::Absent => Ok(PyBytes::new(py, &[])),
            Self::Edited(bytes) => Ok(PyBytes::new(py, part(bytes.as_bytes(), offset, length))),
            Self::Read { scope, element, .. } => {
                let start = element.offset.saturating_add(offset.min(element.length));
                let length = length.min(element.length.saturating_sub(offset));
                let store = scope.table.store();
                if let Some(bytes) = store.bytes(start, length) {
                    return Ok(PyBytes::new(py, bytes));
                }
                let mut count = 0;
                let whole = PyBytes::new_with(py, usize::try_from(length).unwrap_or(usize::MAX), |buffer| {
                    count = py
                        .detach(|| store.read_into(start, buffer))
                        .map_err(|error| to_python(py, error, Some(element.tag)))?;
                    Ok(())
                })?;
                match whole.as_bytes().get(..count) {
                    Some(there) if there.len() < whole.as_bytes().len() => Ok(PyBytes::new(py, there)),
                    _ => Ok(whole),
                }
            }
        }
    }

    /// Bytes within the value, fewer at its end: a view of them where they are in memory and many, else `bytes`.
    pub fn lend(&self, py: Python<'py>, offset: u64, length: u64) -> PyResult<Bound<'py, PyAny>> {
        if let Self::Read { scope, element, .. } = self {
            let start = element.offset.saturating_add(offset.min(element.length));
            let length = length.min(element.length.saturating_sub(offset));
            if length >= LENT_BYTES
                && let Some((bytes, start, end)) = scope.table.store().shared(start, length)
            {
                let run = Bound::new(py, Run::new(bytes, start, end))?;
                return Ok(PyMemoryView::from(run.as_any())?.into_any());
            }
        }
        self.read(py, offset, length).map(Bound::into_any)
    }

    /// Fills a writable buffer with bytes of the value; gives how many there were.
    ///
    /// It is filled in pieces of `piece_bytes`, and `finish` sees each of them once it was read.
    pub fn read_into(
        &self,
        py: Python<'py>,
        offset: u64,
        buffer: &Bound<'_, PyAny>,
        piece_bytes: usize,
        finish: impl Fn(&mut [u8]) + Send + Sync,
    ) -> PyResult<usize> {
        let mut buffer = WritableBuffer::new(buffer)?;
        let target = buffer.as_mut_slice();
        match self {
            Self::Absent => Ok(0),
            Self::Edited(bytes) => {
                let there = part(bytes.as_bytes(), offset, target.len() as u64);
                if let Some(target) = target.get_mut(..there.len()) {
                    target.copy_from_slice(there);
                    py.detach(|| finish(target));
                }
                Ok(there.len())
            }
            Self::Read { scope, element, .. } => {
                let start = element.offset.saturating_add(offset.min(element.length));
                let room = usize::try_from(element.length.saturating_sub(offset)).unwrap_or(usize::MAX);
                let wanted = room.min(target.len());
                let target = target.get_mut(..wanted).unwrap_or_default();
                py.detach(|| scope.table.store().read_in_pieces(start, target, piece_bytes, finish))
                    .map_err(|error| to_python(py, error, Some(element.tag)))
            }
        }
    }

    /// The items of an encapsulated value; None for another.
    pub fn fragments(&self, py: Python<'py>) -> PyResult<Option<FragmentPlaces>> {
        match self {
            Self::Absent => Ok(None),
            Self::Edited(bytes) => bytes
                .as_bytes()
                .starts_with(&ITEM_TAG)
                .then(|| scan_fragments(py, bytes))
                .transpose(),
            Self::Read { scope, row, element } => Ok(scope.table.fragments(*row).map(|fragments| {
                fragments
                    .iter()
                    .map(|fragment| (fragment.offset.saturating_sub(element.offset), fragment.length))
                    .collect()
            })),
        }
    }
}

/// The part of `bytes` from `offset` on, up to `length`.
fn part(bytes: &[u8], offset: u64, length: u64) -> &[u8] {
    let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
    let rest = bytes.get(start..).unwrap_or_default();
    let length = usize::try_from(length).unwrap_or(usize::MAX).min(rest.len());
    rest.get(..length).unwrap_or_default()
}

/// (offset, length) of each item's content in an encapsulated value at hand, the Basic Offset Table first.
#[pyfunction]
fn scan_fragments(py: Python<'_>, value: &Bound<'_, PyBytes>) -> PyResult<FragmentPlaces> {
    let fragments = fragments::of_value(value.as_bytes(), false, Limits::default().fragments)
        .map_err(|error| to_python(py, error, None))?;
    Ok(fragments
        .iter()
        .map(|fragment| (fragment.offset, fragment.length))
        .collect())
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(scan_fragments, module)?)
}
