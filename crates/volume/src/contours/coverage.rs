//! How much of each pixel lies inside, and how much in all: exact areas of the trapezoids that `sweep` gives.
use super::edge::Edge;
use super::sweep::{Side, Sweep};
use super::{coordinate, whole};

/// What sums of rounded numbers leave where nothing is.
const SLACK: f64 = 1e-9;
/// And what they miss where everything is: float32 has seven digits.
const SLACK_BELOW_ONE: f64 = 1e-6;
/// Bands in which a region is measured, so that few edges are looked at together.
const BANDS: usize = 256;

/// Adds, in float32 of native order, the part of each pixel that is inside, times a weight. The pixel of row r, column c has
/// its centre at (x = c, y = r) and sides of 1.
pub fn cover(edges: impl Iterator<Item = Edge>, rows: usize, columns: usize, weight: f64, out: &mut [u8]) {
    // From here on a pixel begins at its whole number.
    let shifted = edges.map(|edge| Edge {
        low: edge.low.map(|number| number + 0.5),
        high: edge.high.map(|number| number + 0.5),
    });
    let mut sweep = Sweep::new(shifted);
    let Some(top) = sweep.top() else {
        return;
    };
    let mut sums = vec![0.0; columns.saturating_add(1)];
    let row_bytes = columns.saturating_mul(size_of::<f32>()).max(1);
    for (row, target) in out
        .chunks_exact_mut(row_bytes)
        .enumerate()
        .take(rows)
        .skip(whole(top, rows))
    {
        sums.fill(0.0);
        let mut is_empty = true;
        sweep.row(coordinate(row), coordinate(row.saturating_add(1)), &mut |side| {
            is_empty = false;
            let sign = if side.is_left { 1.0 } else { -1.0 };
            add(side.x0, side.x1, (side.bottom - side.top) * sign, columns, &mut sums);
        });
        if is_empty {
            continue;
        }
        let mut sum = 0.0;
        for (pixel, change) in target.as_chunks_mut::<4>().0.iter_mut().zip(&sums) {
            sum += change;
            let before = f32::from_ne_bytes(*pixel);
            *pixel = part(f64::from(before) + weight * sum).to_ne_bytes();
        }
    }
}

#[allow(clippy::cast_possible_truncation, reason = "float32 is what is written")]
pub(super) fn part(sum: f64) -> f32 {
    if sum < SLACK {
        0.0
    } else if sum > 1.0 - SLACK_BELOW_ONE {
        1.0
    } else {
        sum as f32
    }
}

/// Adds the area to the right of a side: the running sum over `sums` is then each pixel's part of it.
pub(super) fn add(x0: f64, x1: f64, height: f64, columns: usize, sums: &mut [f64]) {
    let (mut low, mut high) = if x0 < x1 { (x0, x1) } else { (x1, x0) };
    let end = coordinate(columns);
    let per_x = height / (high - low);
    let mut height = height;
    if high <= 0.0 {
        return change(sums, 0, height);
    }
    if low >= end {
        return;
    }
    if low < 0.0 {
        change(sums, 0, -low * per_x);
        height += low * per_x;
        low = 0.0;
    }
    if high > end {
        height -= (high - end) * per_x;
        high = end;
    }
    let (first, last) = (whole(low, columns), whole((high.ceil() - 1.0).max(low), columns));
    if first == last {
        return put(sums, first, (low + high) / 2.0, height);
    }
    for column in first..=last {
        let from = low.max(coordinate(column));
        let to = high.min(coordinate(column.saturating_add(1)));
        put(sums, column, (from + to) / 2.0, (to - from) * per_x);
    }
}

/// A side of a height within one column, in the mean at x.
fn put(sums: &mut [f64], column: usize, x: f64, height: f64) {
    let right = height * (x - coordinate(column));
    change(sums, column, height - right);
    change(sums, column.saturating_add(1), right);
}

fn change(sums: &mut [f64], column: usize, by: f64) {
    if let Some(sum) = sums.get_mut(column) {
        *sum += by;
    }
}

/// Area, and its first moments along x and y, of the region.
#[must_use]
pub fn measure(edges: &[Edge]) -> [f64; 3] {
    let low = edges.iter().fold(f64::INFINITY, |least, edge| least.min(edge.low[1]));
    let high = edges
        .iter()
        .fold(f64::NEG_INFINITY, |most, edge| most.max(edge.high[1]));
    let left = edges
        .iter()
        .fold(f64::INFINITY, |least, edge| least.min(edge.low[0]).min(edge.high[0]));
    if low >= high || !(high - low).is_finite() {
        return [0.0; 3];
    }
    // Moments are taken about a corner of the region: about a far origin they would lose digits.
    let near = |point: [f64; 2]| [point[0] - left, point[1] - low];
    let moved = edges.iter().map(|edge| Edge {
        low: near(edge.low),
        high: near(edge.high),
    });
    let mut sweep = Sweep::new(moved);
    let height = (high - low) / coordinate(BANDS);
    let mut sums = [0.0; 3];
    for band in 0..BANDS {
        let top = coordinate(band) * height;
        let bottom = if band.saturating_add(1) == BANDS {
            high - low
        } else {
            top + height
        };
        sweep.row(top, bottom, &mut |side| {
            let sign = if side.is_left { -1.0 } else { 1.0 };
            for (sum, part) in sums.iter_mut().zip(left_of(side)) {
                *sum += sign * part;
            }
        });
    }
    let [area, across, down] = sums;
    [area, across + area * left, down + area * low]
}

/// Area, and first moments, of the trapezoid between x = 0 and a side.
fn left_of(side: &Side) -> [f64; 3] {
    let (a, b, height) = (side.x0, side.x1, side.bottom - side.top);
    let area = height * (a + b) / 2.0;
    let across = height * (a * a + a * b + b * b) / 6.0;
    let down = side.top * area + height * height * (a + 2.0 * b) / 6.0;
    [area, across, down]
}
