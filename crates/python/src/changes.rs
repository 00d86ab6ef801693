//! What was changed since a data set was read: elements that lie over its table and differ from it.

use crate::classes::Classes;
use crate::dataset::DatasetBase;
use crate::element::ElementBase;
use crate::error::raise;
use crate::overlay::Layer;
use crate::scope::Scope;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyList;
use std::sync::Arc;

/// Data sets within data sets: more than the reader's limit, and little enough for the stack. A data set that was put
/// into itself ends here.
pub const MOST_DEPTH: usize = 256;

/// What stands in the place of what was read.
pub enum Change {
    Element(Py<PyAny>),
    /// A list that was changed in place, without an element having been made for it.
    Value(Py<PyAny>),
    Deleted,
}

/// The changes of one data set, ascending by tag.
pub struct Changes {
    pub scope: Option<Arc<Scope>>,
    pub list: Vec<(u32, Change)>,
}

impl Changes {
    /// The changes of a data set that lies `depth` deep in others.
    pub fn of(data_set: &Bound<'_, DatasetBase>, depth: usize) -> PyResult<Self> {
        let py = data_set.py();
        ensure_depth(py, depth)?;
        let this = data_set.get();
        let scope = this.scope();
        let mut list = Vec::new();
        for (tag, layer) in this.entries() {
            match layer {
                Layer::Deleted => list.push((tag, Change::Deleted)),
                Layer::Value(value) => {
                    if is_changed_in_place(value.bind(py), depth)? {
                        list.push((tag, Change::Value(value)));
                    }
                }
                Layer::Element(element) => {
                    if ElementBase::is_changed_over(element.bind(py).cast::<ElementBase>()?, scope.as_ref(), depth)? {
                        list.push((tag, Change::Element(element)));
                    }
                }
            }
        }
        list.sort_unstable_by_key(|(tag, _)| *tag);
        Ok(Self { scope, list })
    }

    pub fn find(&self, tag: u32) -> Option<&Change> {
        let at = self.list.binary_search_by_key(&tag, |(tag, _)| *tag).ok()?;
        self.list.get(at).map(|(_, change)| change)
    }
}

/// Was the data set changed at any depth?
pub fn is_changed(data_set: &Bound<'_, DatasetBase>, depth: usize) -> PyResult<bool> {
    Ok(!data_set.get().keeps_item_length() || !Changes::of(data_set, depth)?.list.is_empty())
}

/// Was a value that was read changed in place: items exchanged or edited, values put into a list?
pub fn is_changed_in_place(value: &Bound<'_, PyAny>, depth: usize) -> PyResult<bool> {
    let py = value.py();
    let Ok(list) = value.cast::<PyList>() else {
        return Ok(false);
    };
    if !list.is_instance(Classes::get(py)?.sequence.bind(py))? {
        return match value.getattr_opt(intern!(py, "_edited"))? {
            Some(edited) => edited.extract(),
            // A plain list keeps no account of what is done to it.
            None => Ok(true),
        };
    }
    if value.getattr(intern!(py, "_is_edited"))?.extract()? {
        return Ok(true);
    }
    for item in list.iter() {
        if is_changed(item.cast::<DatasetBase>()?, depth.saturating_add(1))? {
            return Ok(true);
        }
    }
    Ok(false)
}

pub fn ensure_depth(py: Python<'_>, depth: usize) -> PyResult<()> {
    if depth < MOST_DEPTH {
        return Ok(());
    }
    let message = format!("data sets lie more than {MOST_DEPTH} deep in each other; is one of them within itself?");
    Err(raise(py, "LimitError", &message, None, None))
}
