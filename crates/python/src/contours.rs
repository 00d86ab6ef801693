//! Binding of `dcm_volume::contours`: closed contours into arrays of Python's, the GIL released.
use crate::buffer::{ReadableBuffer, WritableBuffer};
use dcm_volume::contours::coverage::measure;
use dcm_volume::contours::edge::Edge;
use dcm_volume::contours::inside::Plane;
use dcm_volume::contours::sample::{Between, Lattice, Region, Voxels, sample};
use dcm_volume::contours::slices::{Pixels, Slice, fill_slices};
use dcm_volume::contours::{Polygons, Refusal};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::time::{Duration, Instant};

/// So long Ctrl-C has to wait.
const INTERVAL: Duration = Duration::from_millis(50);

/// (x, y) of float64.
fn points_of(buffer: &ReadableBuffer) -> Vec<[f64; 2]> {
    let numbers = buffer.as_slice().as_chunks::<8>().0.iter();
    let numbers: Vec<f64> = numbers.map(|number| f64::from_ne_bytes(*number)).collect();
    numbers.as_chunks::<2>().0.to_vec()
}

/// Does the work without the GIL, but for asking for Ctrl-C now and then.
fn interruptible<T: Send>(
    py: Python<'_>,
    work: impl Send + FnOnce(&mut dyn FnMut() -> bool) -> Result<T, Refusal>,
) -> PyResult<T> {
    let mut interrupted = None;
    let done = py.detach(|| {
        let mut asked = Instant::now();
        work(&mut || {
            if asked.elapsed() < INTERVAL {
                return true;
            }
            let answer = Python::attach(|py| py.check_signals());
            asked = Instant::now();
            answer.map_err(|error| interrupted = Some(error)).is_ok()
        })
    });
    if let Some(error) = interrupted {
        return Err(error);
    }
    done.map_err(|refusal| {
        PyValueError::new_err(match refusal {
            Refusal::Coordinate => "a coordinate is no finite number, or is too large",
            Refusal::Mismatch => "the planes, slices and buffers don't fit each other",
            Refusal::Cancelled => "the work was given up",
        })
    })
}

/// Fills slices of `out`, which is zero before, with the polygons of planes; a slice is (its index, the plane's, and the
/// offset (x, y) of the plane's points in pixels, and its weight).
#[pyfunction]
#[pyo3(signature = (points, polygon_starts, plane_starts, slices, shape, out, /, is_area, threads))]
#[allow(clippy::too_many_arguments, reason = "one call crosses for a whole array")]
fn fill_contours(
    py: Python<'_>,
    points: &Bound<'_, PyAny>,
    polygon_starts: Vec<usize>,
    plane_starts: Vec<usize>,
    slices: Vec<(usize, usize, f64, f64, f64)>,
    shape: (usize, usize),
    out: &Bound<'_, PyAny>,
    is_area: bool,
    threads: usize,
) -> PyResult<()> {
    let points = ReadableBuffer::new(points)?;
    let mut target = WritableBuffer::new(out)?;
    target.ensure_apart_from(&points)?;
    let (points, target) = (points_of(&points), target.as_mut_slice());
    let slices: Vec<Slice> = slices
        .into_iter()
        .map(|(slice, plane, x, y, weight)| Slice {
            slice,
            plane,
            offset: [x, y],
            weight,
        })
        .collect();
    let pixels = if is_area { Pixels::Areas } else { Pixels::Centers };
    interruptible(py, |tick| {
        let polygons = Polygons::new(&points, &polygon_starts, &plane_starts)?;
        fill_slices(&polygons, &slices, shape, pixels, target, threads, tick)
    })
}

/// Fills a grid that may lie anyhow to the planes: `slabs` are the planes' distances, lows and highs along their normal,
/// `lattice` where voxel (0, 0, 0) is and the steps of k, j and i, as (x, y, distance).
#[pyfunction]
#[pyo3(signature = (points, polygon_starts, plane_starts, slabs, lattice, shape, out, /, is_interpolated, parts, threads))]
#[allow(clippy::too_many_arguments, reason = "one call crosses for a whole array")]
fn sample_contours(
    py: Python<'_>,
    points: &Bound<'_, PyAny>,
    polygon_starts: Vec<usize>,
    plane_starts: Vec<usize>,
    slabs: (Vec<f64>, Vec<f64>, Vec<f64>),
    lattice: ([f64; 3], [f64; 3], [f64; 3], [f64; 3]),
    shape: [usize; 3],
    out: &Bound<'_, PyAny>,
    is_interpolated: bool,
    parts: Option<[usize; 3]>,
    threads: usize,
) -> PyResult<()> {
    let points = ReadableBuffer::new(points)?;
    let mut target = WritableBuffer::new(out)?;
    target.ensure_apart_from(&points)?;
    let (points, target) = (points_of(&points), target.as_mut_slice());
    let (distances, lows, highs) = slabs;
    let (origin, k, j, i) = lattice;
    let lattice = Lattice {
        origin,
        steps: [k, j, i],
        shape,
    };
    interruptible(py, |tick| {
        let polygons = Polygons::new(&points, &polygon_starts, &plane_starts)?;
        let planes = (0..polygons.number_of_planes())
            .map(|plane| Plane::new(polygons.edges(plane).map(|(one, other)| Edge::new(one, other))))
            .collect();
        let region = Region {
            planes,
            distances,
            lows,
            highs,
            between: if is_interpolated {
                Between::Distances
            } else {
                Between::Slabs
            },
        };
        let voxels = parts.map_or(Voxels::Centers, Voxels::Parts);
        sample(&region, &lattice, voxels, target, threads, tick)
    })
}

/// Area of each plane's region, and its first moments along x and y.
#[pyfunction]
#[pyo3(signature = (points, polygon_starts, plane_starts, /))]
fn measure_contours(
    py: Python<'_>,
    points: &Bound<'_, PyAny>,
    polygon_starts: Vec<usize>,
    plane_starts: Vec<usize>,
) -> PyResult<Vec<(f64, f64, f64)>> {
    let points = ReadableBuffer::new(points)?;
    let points = points_of(&points);
    interruptible(py, |tick| {
        let polygons = Polygons::new(&points, &polygon_starts, &plane_starts)?;
        let mut measured = Vec::with_capacity(polygons.number_of_planes());
        for plane in 0..polygons.number_of_planes() {
            let edges: Vec<Edge> = polygons
                .edges(plane)
                .map(|(one, other)| Edge::new(one, other))
                .collect();
            measured.push(measure(&edges).into());
            if !tick() {
                return Err(Refusal::Cancelled);
            }
        }
        Ok(measured)
    })
}

/// Adds this room's functions to `_core`.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(fill_contours, module)?)?;
    module.add_function(wrap_pyfunction!(measure_contours, module)?)?;
    module.add_function(wrap_pyfunction!(sample_contours, module)?)
}
