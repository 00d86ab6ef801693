//! A plane of which any point can be asked whether it is inside, and how far the boundary is.
use super::edge::Edge;
use super::{coordinate, whole};
use std::collections::HashMap;

/// Bands of a plane at the most, and how often its edges may be listed in them: what is kept is linear in the edges.
const MOST_BANDS: usize = 4096;
const LISTED_PER_EDGE: usize = 4;

/// The edges of a plane, listed by the bands of y that they reach into.
pub struct Plane {
    edges: Vec<Edge>,
    starts: Vec<usize>,
    members: Vec<usize>,
    bands_per_y: f64,
    /// Least x and y, greatest x and y; None where there are no edges.
    pub bounds: Option<[f64; 4]>,
}

impl Plane {
    /// Edges that are there twice bound nothing (the bridge of a keyhole) and are left out, for their distance counts.
    pub fn new(edges: impl Iterator<Item = Edge>) -> Self {
        let edges = bounding(edges);
        let mut bounds: Option<[f64; 4]> = None;
        for edge in &edges {
            for [x, y] in [edge.low, edge.high] {
                let [left, top, right, bottom] = bounds.unwrap_or([x, y, x, y]);
                bounds = Some([left.min(x), top.min(y), right.max(x), bottom.max(y)]);
            }
        }
        let mut made = Self {
            edges,
            starts: Vec::new(),
            members: Vec::new(),
            bands_per_y: 0.0,
            bounds,
        };
        let mut bands = made.edges.len().clamp(1, MOST_BANDS);
        while !made.list(bands) && bands > 1 {
            bands = bands.div_euclid(2).max(1);
        }
        made
    }

    /// Lists the edges by so many bands; false where that makes too many entries.
    fn list(&mut self, bands: usize) -> bool {
        let Some([_, top, _, bottom]) = self.bounds else {
            return true;
        };
        let height = bottom - top;
        self.bands_per_y = if height > 0.0 { coordinate(bands) / height } else { 0.0 };
        let last = bands.saturating_sub(1);
        let band_of = |y: f64| whole((y - top) * self.bands_per_y, last);
        let ranges = || {
            self.edges
                .iter()
                .map(|edge| band_of(edge.low[1])..=band_of(edge.high[1]))
        };
        let entries: usize = ranges()
            .map(|range| range.end().saturating_sub(*range.start()).saturating_add(1))
            .sum();
        if bands > 1 && entries > self.edges.len().saturating_mul(LISTED_PER_EDGE) {
            return false;
        }
        // Counted, summed up, and put in their places.
        let mut starts = vec![0_usize; bands.saturating_add(1)];
        for band in ranges().flatten() {
            if let Some(count) = starts.get_mut(band.saturating_add(1)) {
                *count = count.saturating_add(1);
            }
        }
        let mut sum = 0_usize;
        for start in &mut starts {
            sum = sum.saturating_add(*start);
            *start = sum;
        }
        let mut places = starts.clone();
        let mut members = vec![0_usize; entries];
        for (edge, range) in ranges().enumerate() {
            for band in range {
                if let Some(place) = places.get_mut(band) {
                    if let Some(member) = members.get_mut(*place) {
                        *member = edge;
                    }
                    *place = place.saturating_add(1);
                }
            }
        }
        self.starts = starts;
        self.members = members;
        true
    }

    fn band(&self, band: usize) -> impl Iterator<Item = &Edge> {
        let range = super::extent(&self.starts, band, self.members.len());
        let members = self.members.get(range).unwrap_or_default();
        members.iter().filter_map(|member| self.edges.get(*member))
    }

    fn last_band(&self) -> usize {
        self.starts.len().saturating_sub(2)
    }

    /// Whether a point is inside, by the rule of `fill`.
    #[must_use]
    pub fn contains(&self, [x, y]: [f64; 2]) -> bool {
        let Some([left, top, right, bottom]) = self.bounds else {
            return false;
        };
        if !(left <= x && x < right && top <= y && y < bottom) {
            return false;
        }
        let band = whole((y - top) * self.bands_per_y, self.last_band());
        let crossed = self.band(band).filter(|edge| edge.crosses(y) && edge.x_at(y) <= x);
        crossed.count() & 1 == 1
    }

    /// Where the line of this y crosses the boundary, in no order.
    pub fn crossings(&self, y: f64) -> impl Iterator<Item = f64> {
        let bounds = self.bounds.filter(|[_, top, _, bottom]| *top <= y && y < *bottom);
        let band = bounds.map(|[_, top, _, _]| whole((y - top) * self.bands_per_y, self.last_band()));
        let edges = band.into_iter().flat_map(|band| self.band(band));
        edges.filter(move |edge| edge.crosses(y)).map(move |edge| edge.x_at(y))
    }

    /// Whether the boundary is farther from a point than this.
    #[must_use]
    pub fn is_clear(&self, point: [f64; 2], radius: f64) -> bool {
        let Some([left, top, right, bottom]) = self.bounds else {
            return true;
        };
        let [x, y] = point;
        if x < left - radius || x > right + radius || y < top - radius || y > bottom + radius {
            return true;
        }
        let last = self.last_band();
        let band_of = |y: f64| whole((y - top) * self.bands_per_y, last);
        let mut near = (band_of(y - radius)..=band_of(y + radius)).flat_map(|band| self.band(band));
        !near.any(|edge| edge.square_distance(point) <= radius * radius)
    }

    /// How far a point is from the boundary; infinite where there is none.
    #[must_use]
    pub fn distance(&self, point: [f64; 2]) -> f64 {
        let Some([_, top, _, _]) = self.bounds else {
            return f64::INFINITY;
        };
        let last = self.last_band();
        let at = (point[1] - top) * self.bands_per_y;
        let middle = whole(at, last);
        let mut nearest = self.nearest_in(middle, point, f64::INFINITY);
        // Outward, until the bands on both sides are farther than what was found.
        for step in 1..=last {
            let (before, after) = (middle.checked_sub(step), middle.saturating_add(step));
            let mut is_done = true;
            let sides = [
                before.map(|band| (band, at - coordinate(band.saturating_add(1)))),
                (after <= last).then(|| (after, coordinate(after) - at)),
            ];
            for (band, gap) in sides.into_iter().flatten() {
                let far = gap.max(0.0) / self.bands_per_y;
                if far * far < nearest {
                    is_done = false;
                    nearest = self.nearest_in(band, point, nearest);
                }
            }
            if is_done {
                break;
            }
        }
        nearest.sqrt()
    }

    fn nearest_in(&self, band: usize, point: [f64; 2], nearest: f64) -> f64 {
        self.band(band)
            .fold(nearest, |nearest, edge| nearest.min(edge.square_distance(point)))
    }
}

/// The edges that are there an odd number of times, once each, in the order in which they come.
fn bounding(edges: impl Iterator<Item = Edge>) -> Vec<Edge> {
    let mut places: HashMap<[u64; 4], usize> = HashMap::new();
    let mut kept: Vec<Option<Edge>> = Vec::new();
    for edge in edges.filter(|edge| edge.low != edge.high) {
        // -0 and 0 are one place.
        let [a, b, c, d] =
            [edge.low[0], edge.low[1], edge.high[0], edge.high[1]].map(|number| (number + 0.0).to_bits());
        let key = [a, b, c, d];
        if let Some(place) = places.remove(&key) {
            if let Some(twin) = kept.get_mut(place) {
                *twin = None;
            }
        } else {
            places.insert(key, kept.len());
            kept.push(Some(edge));
        }
    }
    kept.into_iter().flatten().collect()
}
