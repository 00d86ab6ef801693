//! Regions that closed contours bound: which voxels lie inside, and how much of each (PS3.3 C.8.8.6).
//!
//! In: the points of polygons, which polygons make one plane, and slices or a grid to be filled. Out: the caller's array.
//! A point is inside by the even-odd rule over all polygons of its plane, so that a hole needs no sense of direction and the
//! bridge of a keyhole, which is walked there and back, bounds nothing. The rooms: `edge` (where a line of points crosses an
//! edge, the one rule that all share) under `fill` (centres of pixels), `sweep` (bands between which edges cross, exact) with
//! `coverage` (area of pixels, and of all), and `inside` (any point, and its distance to the boundary) with `sample` (grids that
//! are turned against the planes, and what lies between planes). `slices` gives the work to threads.
pub mod coverage;
pub mod edge;
pub mod fill;
pub mod inside;
pub mod sample;
pub mod slices;
pub mod sweep;

/// Coordinates beyond this are refused: sums and products of them would lose what lies in the grid.
const GREATEST: f64 = 1e9;

/// Why nothing was filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A coordinate that is no finite number of a size that can be reckoned with.
    Coordinate,
    /// Starts that don't ascend, or a plane, slice or buffer that doesn't fit the others.
    Mismatch,
    /// The caller wanted no more.
    Cancelled,
}

/// Polygons in planes: all points one after the other, where each polygon begins, and at which polygon each plane does.
#[derive(Clone, Copy)]
pub struct Polygons<'a> {
    points: &'a [[f64; 2]],
    polygon_starts: &'a [usize],
    plane_starts: &'a [usize],
}

impl<'a> Polygons<'a> {
    /// # Errors
    /// A coordinate that can't be reckoned with, or starts that don't ascend within what they index.
    pub fn new(
        points: &'a [[f64; 2]],
        polygon_starts: &'a [usize],
        plane_starts: &'a [usize],
    ) -> Result<Self, Refusal> {
        let ascend = |starts: &[usize], end: usize| starts.is_sorted() && starts.last().is_none_or(|last| *last <= end);
        if !ascend(polygon_starts, points.len()) || !ascend(plane_starts, polygon_starts.len()) {
            return Err(Refusal::Mismatch);
        }
        // Not-a-number is less than nothing, so it is refused too.
        if !points.iter().flatten().all(|number| number.abs() <= GREATEST) {
            return Err(Refusal::Coordinate);
        }
        Ok(Self {
            points,
            polygon_starts,
            plane_starts,
        })
    }

    #[must_use]
    pub fn number_of_planes(&self) -> usize {
        self.plane_starts.len()
    }

    /// Both ends of each edge of a plane, from each polygon's last point to its first one too.
    pub fn edges(&self, plane: usize) -> impl Iterator<Item = ([f64; 2], [f64; 2])> + 'a {
        let (points, starts) = (self.points, self.polygon_starts);
        let range = extent(self.plane_starts, plane, starts.len());
        range.flat_map(move |polygon| {
            let of_polygon = points.get(extent(starts, polygon, points.len())).unwrap_or_default();
            let next = of_polygon.iter().skip(1).chain(of_polygon.first());
            of_polygon.iter().copied().zip(next.copied())
        })
    }
}

/// From where a part begins to where the next one does.
fn extent(starts: &[usize], part: usize, end: usize) -> std::ops::Range<usize> {
    let first = starts.get(part).copied().unwrap_or(end);
    first..starts.get(part.saturating_add(1)).copied().unwrap_or(end)
}

/// The whole number at or below `value`, from 0 to `most`.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "kept between 0 and a length first"
)]
fn whole(value: f64, most: usize) -> usize {
    value.clamp(0.0, most as f64) as usize
}

/// A length or an index as a coordinate.
#[allow(clippy::cast_precision_loss, reason = "lengths of arrays are far below 2^53")]
fn coordinate(index: usize) -> f64 {
    index as f64
}

#[cfg(test)]
mod tests;
