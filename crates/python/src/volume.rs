//! Binding of the volume crate: planes sorted, frames read into their slots of one array, the GIL released.
use crate::buffer::{ReadableBuffer, WritableBuffer};
use dcm_volume::order;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

const NUMBER_BYTES: usize = size_of::<f64>();

/// Rows of `N` numbers; what doesn't fill a row is left out.
fn rows_of<const N: usize>(bytes: &[u8]) -> Vec<[f64; N]> {
    let numbers: Vec<f64> = bytes
        .as_chunks::<NUMBER_BYTES>()
        .0
        .iter()
        .map(|number| f64::from_ne_bytes(*number))
        .collect();
    numbers.as_chunks::<N>().0.to_vec()
}

/// Unit vectors: row, column and normal.
type Directions = ([f64; 3], [f64; 3], [f64; 3]);

/// Writes, in the order of the planes along their normal, the row of each, and its distance, two offsets within the plane and
/// turn. Gives the directions that the planes have in common (row, column, normal), or None.
#[pyfunction]
#[pyo3(signature = (positions, orientations, order, measures, /))]
fn sort_planes(
    py: Python<'_>,
    positions: &Bound<'_, PyAny>,
    orientations: &Bound<'_, PyAny>,
    order: &Bound<'_, PyAny>,
    measures: &Bound<'_, PyAny>,
) -> PyResult<Option<Directions>> {
    let (positions, orientations) = (ReadableBuffer::new(positions)?, ReadableBuffer::new(orientations)?);
    let order_too = ReadableBuffer::new(order)?;
    let (mut order, mut measures) = (WritableBuffer::new(order)?, WritableBuffer::new(measures)?);
    measures.ensure_apart_from(&order_too)?;
    for source in [&positions, &orientations] {
        order.ensure_apart_from(source)?;
        measures.ensure_apart_from(source)?;
    }
    let (positions, orientations) = (positions.as_slice(), orientations.as_slice());
    let (order, measures) = (order.as_mut_slice(), measures.as_mut_slice());
    py.detach(|| {
        let (positions, orientations) = (rows_of::<3>(positions), rows_of::<6>(orientations));
        let sorted = order::sort_planes(&positions, &orientations);
        let (order, rest) = order.as_chunks_mut::<8>();
        let (measures, more) = measures.as_chunks_mut::<{ 4 * NUMBER_BYTES }>();
        let count = sorted.places.len();
        if order.len() != count || measures.len() != count || !rest.is_empty() || !more.is_empty() {
            return None;
        }
        for ((place, row), measured) in sorted.places.iter().zip(order).zip(measures) {
            *row = i64::try_from(place.plane).unwrap_or(-1).to_ne_bytes();
            let [across, down] = place.in_plane;
            let numbers = [place.distance, across, down, place.turn];
            for (target, number) in measured.as_chunks_mut::<NUMBER_BYTES>().0.iter_mut().zip(numbers) {
                *target = number.to_ne_bytes();
            }
        }
        Some(sorted.axes.map(|axes| (axes.row, axes.column, axes.normal)))
    })
    .ok_or_else(|| PyValueError::new_err("order takes one int64 a plane, and measures four float64"))
}

/// Adds this room's functions to `_core`.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(sort_planes, module)?)
}
