//! Slices of an array given to threads, one after the other; and the planes of contours filled into those that they lie in.
use super::coverage::cover;
use super::edge::Edge;
use super::fill::fill;
use super::{Polygons, Refusal};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// A slice, and a plane whose polygons fill it, moved by an offset (x, y) in pixels.
#[derive(Debug, Clone, Copy)]
pub struct Slice {
    pub slice: usize,
    pub plane: usize,
    pub offset: [f64; 2],
    /// Which part of the slice's thickness is the plane's; of areas only.
    pub weight: f64,
}

/// What is asked of a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pixels {
    /// One byte: whether its centre is inside.
    Centers,
    /// A float32 in native order: the part of it that is inside.
    Areas,
}

/// Fills slices of `out`, which is zero before; slices that aren't named stay as they are. Points are (x, y) with x counting
/// columns and y rows. A slice may have areas of several planes, which are added up by their weights; they are named one
/// after the other. `tick` is asked now and then, and says whether to go on.
///
/// # Errors
/// A slice or plane that isn't there, a slice that is named again, a buffer of another size, or `tick` wants no more.
pub fn fill_slices(
    polygons: &Polygons<'_>,
    slices: &[Slice],
    (rows, columns): (usize, usize),
    pixels: Pixels,
    out: &mut [u8],
    threads: usize,
    tick: &mut dyn FnMut() -> bool,
) -> Result<(), Refusal> {
    let pixel_bytes = match pixels {
        Pixels::Centers => 1,
        Pixels::Areas => size_of::<f32>(),
    };
    let slice_bytes = rows
        .checked_mul(columns)
        .and_then(|count| count.checked_mul(pixel_bytes));
    let slice_bytes = slice_bytes.filter(|bytes| *bytes > 0).ok_or(Refusal::Mismatch)?;
    let mut targets: Vec<Option<&mut [u8]>> = out.chunks_exact_mut(slice_bytes).map(Some).collect();
    let groups: Vec<&[Slice]> = slices.chunk_by(|one, other| one.slice == other.slice).collect();
    let mut work = Vec::with_capacity(groups.len());
    for (place, group) in groups.iter().enumerate() {
        let is_known = (pixels == Pixels::Areas || group.len() == 1)
            && group.iter().all(|named| {
                let numbers = [named.offset[0], named.offset[1], named.weight];
                named.plane < polygons.number_of_planes() && numbers.iter().all(|number| number.is_finite())
            });
        let target = group.first().and_then(|named| targets.get_mut(named.slice));
        let target = target.filter(|_| is_known).and_then(Option::take);
        work.push((place, target.ok_or(Refusal::Mismatch)?));
    }
    each_slice(work, threads, tick, &|place, target| {
        for slice in groups.get(place).copied().unwrap_or_default() {
            let moved = |point: [f64; 2]| [point[0] + slice.offset[0], point[1] + slice.offset[1]];
            let edges = polygons
                .edges(slice.plane)
                .map(|(one, other)| Edge::new(moved(one), moved(other)));
            match pixels {
                Pixels::Centers => fill(edges, rows, columns, target),
                Pixels::Areas => cover(edges, rows, columns, slice.weight, target),
            }
        }
    })
}

/// Calls with each number and its slice, on so many threads; this one asks `tick` after each of its own.
pub(super) fn each_slice(
    work: Vec<(usize, &mut [u8])>,
    threads: usize,
    tick: &mut dyn FnMut() -> bool,
    fill: &(dyn Fn(usize, &mut [u8]) + Sync),
) -> Result<(), Refusal> {
    let threads = threads.min(work.len());
    let queue = Mutex::new(VecDeque::from(work));
    let is_cancelled = AtomicBool::new(false);
    let work_on = |tick: &mut dyn FnMut() -> bool| {
        while !is_cancelled.load(Ordering::Relaxed) {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some((number, target)) = next else { return };
            fill(number, target);
            if !tick() {
                is_cancelled.store(true, Ordering::Relaxed);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            // A system that gives no more threads leaves the work to fewer.
            let _ = std::thread::Builder::new().spawn_scoped(scope, || work_on(&mut || true));
        }
        work_on(tick);
    });
    if is_cancelled.into_inner() {
        return Err(Refusal::Cancelled);
    }
    Ok(())
}
