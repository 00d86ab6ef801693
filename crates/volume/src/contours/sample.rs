//! Voxels of any grid, asked one by one: for grids that are turned against the contours' planes, and for what lies between
//! planes.
use super::coverage::{add, part};
use super::inside::Plane;
use super::slices::each_slice;
use super::{Refusal, coordinate, whole};
use std::ops::Range;

/// In mm from column to column: what is less is an error of rounding.
const STRAIGHT: f64 = 1e-10;

/// How a region goes on between the planes of its contours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// Each plane holds within its slab.
    Slabs,
    /// The signed distances to the boundaries of two neighbours are interpolated; beyond the ends slabs hold.
    Distances,
}

/// Planes in the order of their distance along the normal, and the slab of each: from its low (which belongs to it) to its high.
pub struct Region {
    pub planes: Vec<Plane>,
    pub distances: Vec<f64>,
    pub lows: Vec<f64>,
    pub highs: Vec<f64>,
    pub between: Between,
}

/// A grid as the region sees it: (across, down, distance along the normal) of voxel (0, 0, 0), and the steps of k, j and i.
pub struct Lattice {
    pub origin: [f64; 3],
    pub steps: [[f64; 3]; 3],
    pub shape: [usize; 3],
}

impl Region {
    fn is_consistent(&self) -> bool {
        let count = self.planes.len();
        let lists = [&self.distances, &self.lows, &self.highs];
        lists.iter().all(|list| list.len() == count && list.is_sorted())
    }

    /// Least and greatest corner in which it lies.
    fn bounds(&self) -> Option<[[f64; 2]; 3]> {
        let (low, high) = (self.lows.first()?, self.highs.last()?);
        let mut found: Option<[f64; 4]> = None;
        for [left, top, right, bottom] in self.planes.iter().filter_map(|plane| plane.bounds) {
            let [l, t, r, b] = found.unwrap_or([left, top, right, bottom]);
            found = Some([l.min(left), t.min(top), r.max(right), b.max(bottom)]);
        }
        found.map(|[left, top, right, bottom]| [[left, right], [top, bottom], [*low, *high]])
    }

    /// The plane in whose slab something lies.
    fn slab(&self, distance: f64) -> Option<&Plane> {
        let slab = self.lows.partition_point(|low| *low <= distance).checked_sub(1)?;
        self.highs.get(slab).filter(|high| distance < **high)?;
        self.planes.get(slab)
    }

    /// The plane that decides, or the two between which something lies and its part of the way from the one to the other.
    fn deciding(&self, distance: f64) -> Option<(&Plane, Option<(&Plane, f64)>)> {
        if self.between == Between::Slabs {
            return self.slab(distance).map(|plane| (plane, None));
        }
        let after = self.distances.partition_point(|place| *place <= distance);
        let Some(before) = after.checked_sub(1) else {
            return self.slab(distance).map(|plane| (plane, None));
        };
        let Some(other) = self.planes.get(after) else {
            return self.slab(distance).map(|plane| (plane, None));
        };
        let (from, to) = (*self.distances.get(before)?, *self.distances.get(after)?);
        if distance <= from {
            // A point on the boundary has no distance to it, and is what its plane says all the same.
            return self.planes.get(before).map(|plane| (plane, None));
        }
        Some((self.planes.get(before)?, Some((other, (distance - from) / (to - from)))))
    }

    /// Whether a point is inside.
    fn contains(&self, [across, down, distance]: [f64; 3]) -> bool {
        let point = [across, down];
        let Some((one, next)) = self.deciding(distance) else {
            return false;
        };
        let is_in_one = one.contains(point);
        match next {
            Some((other, part)) if other.contains(point) != is_in_one => {
                is_nearer(one, other, part, point) == is_in_one
            }
            _ => is_in_one,
        }
    }

    /// Whether all of a cylinder around a point (its radius, and half its height along the normal) is inside or outside, or
    /// None where that can't be told at once.
    fn holds(&self, [across, down, distance]: [f64; 3], radius: f64, half: f64) -> Option<bool> {
        let point = [across, down];
        let (low, high) = (distance - half, distance + half);
        // Planes whose slab, or the space to whose neighbour, reaches into it.
        let (first, last) = match self.between {
            Between::Slabs => {
                let first = self.highs.partition_point(|end| *end <= low);
                (first, self.lows.partition_point(|start| *start <= high))
            }
            Between::Distances => {
                let first = self.distances.partition_point(|place| *place <= low).saturating_sub(1);
                let after = self.distances.partition_point(|place| *place < high).saturating_add(1);
                (first, after.min(self.planes.len()))
            }
        };
        let planes = self.planes.get(first..last)?;
        let Some(is_inside) = planes.first().map(|plane| plane.contains(point)) else {
            return Some(false);
        };
        if !planes
            .iter()
            .all(|plane| plane.is_clear(point, radius) && plane.contains(point) == is_inside)
        {
            return None;
        }
        if !is_inside {
            return Some(false);
        }
        let reaches =
            |ends: &[f64], starts: &[f64]| ends.iter().zip(starts.iter().skip(1)).all(|(end, start)| start <= end);
        let (lows, highs) = (self.lows.get(first..last)?, self.highs.get(first..last)?);
        let is_whole = *lows.first()? <= low && high < *highs.last()?;
        (is_whole && (self.between == Between::Distances || reaches(highs, lows))).then_some(true)
    }
}

/// Of a point that is inside one of two planes only: whether the first decides, its boundary being relatively farther away.
/// Where one has no boundary at all the nearer plane does.
fn is_nearer(one: &Plane, other: &Plane, part: f64, point: [f64; 2]) -> bool {
    let (from_one, from_other) = (one.distance(point), other.distance(point));
    if from_one.is_finite() && from_other.is_finite() {
        (1.0 - part) * from_one > part * from_other
    } else {
        part < 0.5
    }
}

/// How values are found in a voxel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voxels {
    /// One byte each: whether the centre is inside.
    Centers,
    /// A float32 in native order: the part of so many points along k, j and i that are inside.
    Parts([usize; 3]),
}

impl Voxels {
    fn bytes(self) -> usize {
        match self {
            Self::Centers => 1,
            Self::Parts(_) => size_of::<f32>(),
        }
    }
}

/// Fills the grid; `out` is zero before. `tick` is asked now and then, and says whether to go on.
///
/// # Errors
/// The region or the buffer doesn't fit, or `tick` wants no more.
pub fn sample(
    region: &Region,
    lattice: &Lattice,
    voxels: Voxels,
    out: &mut [u8],
    threads: usize,
    tick: &mut dyn FnMut() -> bool,
) -> Result<(), Refusal> {
    let [slices, rows, columns] = lattice.shape;
    let slice_bytes = rows.saturating_mul(columns).saturating_mul(voxels.bytes());
    let numbers = lattice.origin.iter().chain(lattice.steps.iter().flatten());
    let is_whole = slice_bytes > 0 && slice_bytes.checked_mul(slices) == Some(out.len());
    if !region.is_consistent() || !is_whole || !numbers.copied().all(f64::is_finite) {
        return Err(Refusal::Mismatch);
    }
    let Some(bounds) = region.bounds() else {
        return Ok(());
    };
    let reach = |size: fn(&[f64; 3]) -> f64| lattice.steps.iter().map(size).sum::<f64>() / 2.0;
    let task = Task {
        radius: reach(|step| step[0].hypot(step[1])),
        half_height: reach(|step| step[2].abs()),
        region,
        lattice,
        bounds,
        points: points_of(voxels),
        voxels,
    };
    let work = out.chunks_exact_mut(slice_bytes).enumerate().collect();
    each_slice(work, threads, tick, &|k, target| task.fill_slice(k, target))
}

/// Sets voxels of a row to 1 whose centres are inside a plane; the row is zero before.
fn flip(plane: &Plane, y: f64, x: f64, step: f64, row: &mut [u8]) {
    let columns = row.len();
    let (mut first, mut last) = (columns, 0);
    for crossing in plane.crossings(y) {
        let column = whole(((crossing - x) / step).ceil(), columns);
        first = first.min(column);
        last = last.max(column);
        if let Some(voxel) = row.get_mut(column) {
            *voxel ^= 1;
        }
    }
    let mut is_inside = 0;
    for voxel in row.iter_mut().take(last.saturating_add(1)).skip(first) {
        is_inside ^= *voxel;
        *voxel = is_inside;
    }
}

/// Places within a voxel, in its steps, that are asked.
fn points_of(voxels: Voxels) -> Vec<[f64; 3]> {
    let Voxels::Parts(counts) = voxels else {
        return vec![[0.0; 3]];
    };
    let along = |axis: usize| {
        let count = counts.get(axis).copied().unwrap_or(1).max(1);
        (0..count).map(move |place| (coordinate(place) + 0.5) / coordinate(count) - 0.5)
    };
    let of_slice = |k: f64| along(1).flat_map(move |j| along(2).map(move |i| [k, j, i]));
    along(0).flat_map(of_slice).collect()
}

struct Task<'a> {
    region: &'a Region,
    lattice: &'a Lattice,
    bounds: [[f64; 2]; 3],
    points: Vec<[f64; 3]>,
    voxels: Voxels,
    /// Of a cylinder along the normal that a voxel lies in.
    radius: f64,
    half_height: f64,
}

impl Task<'_> {
    fn fill_slice(&self, k: usize, target: &mut [u8]) {
        let [_, _, columns] = self.lattice.shape;
        let row_bytes = columns.saturating_mul(self.voxels.bytes()).max(1);
        let mut scratch = vec![0; columns];
        let mut sums = vec![0.0; columns.saturating_add(1)];
        for (j, row) in target.chunks_exact_mut(row_bytes).enumerate() {
            let start = self.at([coordinate(k), coordinate(j), 0.0]);
            let range = self.columns_within(start);
            if range.is_empty() {
                continue;
            }
            match self.voxels {
                Voxels::Centers if self.has_straight_rows() => self.fill_row(start, row, &mut scratch),
                Voxels::Parts(_) if self.has_straight_rows() && self.region.between == Between::Slabs => {
                    self.cover_row([coordinate(k), coordinate(j), 0.0], row, &mut sums);
                }
                Voxels::Centers => {
                    for (i, voxel) in row.iter_mut().enumerate().take(range.end).skip(range.start) {
                        let place = self.at([coordinate(k), coordinate(j), coordinate(i)]);
                        *voxel = u8::from(self.region.contains(place));
                    }
                }
                Voxels::Parts(_) => {
                    let voxels = row.as_chunks_mut::<4>().0.iter_mut().enumerate();
                    for (i, voxel) in voxels.take(range.end).skip(range.start) {
                        *voxel = self.part([coordinate(k), coordinate(j), coordinate(i)]).to_ne_bytes();
                    }
                }
            }
        }
    }

    /// Whether a row lies in a plane across the normal, and along x.
    fn has_straight_rows(&self) -> bool {
        let [_, _, [x, y, distance]] = self.lattice.steps;
        x > 0.0 && y.abs() < STRAIGHT && distance.abs() < STRAIGHT
    }

    /// A row by where it crosses the boundary, as `fill` does it.
    fn fill_row(&self, start: [f64; 3], row: &mut [u8], scratch: &mut [u8]) {
        let [x, y, distance] = start;
        let Some((one, next)) = self.region.deciding(distance) else {
            return;
        };
        let step = self.lattice.steps[2][0];
        flip(one, y, x, step, row);
        let Some((other, part)) = next else {
            return;
        };
        scratch.fill(0);
        flip(other, y, x, step, scratch);
        for (i, (voxel, in_other)) in row.iter_mut().zip(scratch).enumerate() {
            if voxel != in_other {
                let point = [x + coordinate(i) * step, y];
                *voxel ^= u8::from(!is_nearer(one, other, part, point));
            }
        }
    }

    /// The parts of a row's voxels: counted along k and j, exact along i.
    fn cover_row(&self, index: [f64; 3], row: &mut [u8], sums: &mut [f64]) {
        let columns = self.lattice.shape[2];
        let step = self.lattice.steps[2][0];
        let lines = self
            .points
            .iter()
            .filter(|point| point[2] == self.points.first().map_or(0.0, |first| first[2]));
        let height = 1.0 / coordinate(lines.clone().count().max(1));
        let mut crossings = Vec::new();
        sums.fill(0.0);
        for point in lines {
            let [x, y, distance] = self.at([index[0] + point[0], index[1] + point[1], -0.5]);
            let Some(plane) = self.region.slab(distance) else {
                continue;
            };
            crossings.clear();
            crossings.extend(plane.crossings(y).map(|crossing| (crossing - x) / step));
            crossings.sort_by(f64::total_cmp);
            let mut sign = height;
            for crossing in &crossings {
                add(*crossing, *crossing, sign, columns, sums);
                sign = -sign;
            }
        }
        let mut sum = 0.0;
        for (voxel, change) in row.as_chunks_mut::<4>().0.iter_mut().zip(sums) {
            sum += *change;
            *voxel = part(sum).to_ne_bytes();
        }
    }

    #[allow(clippy::cast_possible_truncation, reason = "float32 is what is written")]
    fn part(&self, [k, j, i]: [f64; 3]) -> f32 {
        if let Some(is_inside) = self.region.holds(self.at([k, j, i]), self.radius, self.half_height) {
            return f32::from(u8::from(is_inside));
        }
        let places = self
            .points
            .iter()
            .map(|point| self.at([k + point[0], j + point[1], i + point[2]]));
        let inside = places.filter(|place| self.region.contains(*place)).count();
        (coordinate(inside) / coordinate(self.points.len())) as f32
    }

    /// Where an index lies, as the region sees it.
    fn at(&self, index: [f64; 3]) -> [f64; 3] {
        let mut place = self.lattice.origin;
        for (step, number) in self.lattice.steps.iter().zip(index) {
            for (sum, part) in place.iter_mut().zip(step) {
                *sum += number * part;
            }
        }
        place
    }

    /// The columns of a row, given where it starts, that may hold anything of the region.
    fn columns_within(&self, start: [f64; 3]) -> Range<usize> {
        let [k, j, i] = &self.lattice.steps;
        let columns = self.lattice.shape[2];
        let (mut first, mut last) = (0.0_f64, coordinate(columns));
        for (axis, ([low, high], from)) in self.bounds.iter().zip(start).enumerate() {
            let along = |step: &[f64; 3]| step.get(axis).copied().unwrap_or_default();
            // A voxel's points lie up to half a step of each axis around its centre.
            let around = (along(k).abs() + along(j).abs() + along(i).abs()) / 2.0;
            let (low, high, step) = (low - around - from, high + around - from, along(i));
            if step.abs() > 1e-12 {
                let (one, other) = (low / step, high / step);
                first = first.max(one.min(other).floor());
                last = last.min(one.max(other).ceil() + 1.0);
            } else if low > 0.0 || high < 0.0 {
                return 0..0;
            }
        }
        whole(first, columns)..whole(last, columns)
    }
}
