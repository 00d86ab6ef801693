//! The even-odd region of polygons, cut into bands in which no edge begins, ends or crosses another: there it is made of
//! trapezoids, left and right edges in turns.
use super::edge::Edge;

/// So many steps a row may take before crossings are looked for line by line instead. Contours that a person drew
/// take some hundreds.
const MOST_STEPS: usize = 1 << 18;
/// So many lines a row then has at the most; fewer where its edges are so many that these would take too many steps too.
const MOST_LINES: usize = 64;

/// A part of an edge that bounds the region: from (x0, at the top of a band) to (x1, at its bottom).
pub struct Side {
    pub x0: f64,
    pub x1: f64,
    pub top: f64,
    pub bottom: f64,
    /// Whether the region is to the right of it (greater x).
    pub is_left: bool,
}

/// Edges in the order of their lower ends, of which rows ask one after the other, downward.
pub struct Sweep {
    waiting: std::vec::IntoIter<Edge>,
    next: Option<Edge>,
    active: Vec<Edge>,
    events: Vec<f64>,
    spans: Vec<(f64, f64)>,
}

impl Sweep {
    pub fn new(edges: impl Iterator<Item = Edge>) -> Self {
        let mut edges: Vec<Edge> = edges.filter(|edge| edge.low[1] < edge.high[1]).collect();
        edges.sort_by(|one, other| one.low[1].total_cmp(&other.low[1]));
        let mut waiting = edges.into_iter();
        let next = waiting.next();
        Self {
            waiting,
            next,
            active: Vec::new(),
            events: Vec::new(),
            spans: Vec::new(),
        }
    }

    /// The least y that is left.
    #[must_use]
    pub fn top(&self) -> Option<f64> {
        self.next.map(|edge| edge.low[1])
    }

    /// Gives the sides of the region between two lines, `top` being the bottom of the row before, or below it.
    pub fn row(&mut self, top: f64, bottom: f64, emit: &mut impl FnMut(&Side)) {
        self.active.retain(|edge| edge.high[1] > top);
        while let Some(edge) = self.next.filter(|edge| edge.low[1] < bottom) {
            if edge.high[1] > top {
                self.active.push(edge);
            }
            self.next = self.waiting.next();
        }
        if self.active.is_empty() {
            return;
        }
        self.events.clear();
        let ends = self.active.iter().flat_map(|edge| [edge.low[1], edge.high[1]]);
        self.events.extend(ends.filter(|y| top < *y && *y < bottom));
        self.events.extend([top, bottom]);
        tidy(&mut self.events);
        let steps = self.events.len().saturating_mul(self.active.len());
        if steps > MOST_STEPS || !self.bands(emit, MOST_STEPS.saturating_sub(steps)) {
            self.lines(top, bottom, emit);
        }
    }

    /// Band by band; false, with nothing given, where that would take too many steps.
    fn bands(&mut self, emit: &mut impl FnMut(&Side), mut steps_left: usize) -> bool {
        // Crossings first, so that nothing is given before it is known that all will be.
        let mut crossings = Vec::new();
        for (top, bottom) in pairs(&self.events) {
            spans_of(&self.active, top, bottom, &mut self.spans);
            if self
                .spans
                .is_sorted_by(|one, other| one.0 <= other.0 && one.1 <= other.1)
            {
                continue;
            }
            for (place, one) in self.spans.iter().enumerate() {
                let others = self.spans.get(place.saturating_add(1)..).unwrap_or_default();
                let Some(left) = steps_left.checked_sub(others.len()) else {
                    return false;
                };
                steps_left = left;
                for other in others {
                    let (above, below) = (other.0 - one.0, other.1 - one.1);
                    if (above < 0.0) != (below < 0.0) && above != below {
                        crossings.push(top + (bottom - top) * (above / (above - below)));
                    }
                }
            }
        }
        if !crossings.is_empty() {
            if crossings.len().saturating_mul(self.active.len()) > steps_left {
                return false;
            }
            let (first, last) = (self.events.first().copied(), self.events.last().copied());
            self.events.extend(
                crossings
                    .into_iter()
                    .filter(|y| first.is_some_and(|first| first < *y) && last.is_some_and(|last| *y < last)),
            );
            tidy(&mut self.events);
        }
        for (top, bottom) in pairs(&self.events) {
            spans_of(&self.active, top, bottom, &mut self.spans);
            let mut is_left = true;
            for &(x0, x1) in &self.spans {
                emit(&Side {
                    x0,
                    x1,
                    top,
                    bottom,
                    is_left,
                });
                is_left = !is_left;
            }
        }
        true
    }

    /// On equidistant lines, each standing for the band around it: exact along x, and to a line's band along y.
    fn lines(&mut self, top: f64, bottom: f64, emit: &mut impl FnMut(&Side)) {
        let lines = MOST_STEPS
            .checked_div(self.active.len())
            .unwrap_or(1)
            .clamp(1, MOST_LINES);
        let height = (bottom - top) / super::coordinate(lines);
        for line in 0..lines {
            let above = top + super::coordinate(line) * height;
            let y = above + height / 2.0;
            self.spans.clear();
            let crossed = self.active.iter().filter(|edge| edge.crosses(y));
            self.spans.extend(crossed.map(|edge| (edge.x_at(y), 0.0)));
            self.spans.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
            let mut is_left = true;
            for &(x, _) in &self.spans {
                emit(&Side {
                    x0: x,
                    x1: x,
                    top: above,
                    bottom: above + height,
                    is_left,
                });
                is_left = !is_left;
            }
        }
    }
}

/// Ascending, each once.
fn tidy(events: &mut Vec<f64>) {
    events.sort_by(f64::total_cmp);
    events.dedup();
}

fn pairs(events: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    events.iter().copied().zip(events.iter().skip(1).copied())
}

/// Where the edges that cross the band have its top and its bottom, from left to right in the middle.
fn spans_of(edges: &[Edge], top: f64, bottom: f64, spans: &mut Vec<(f64, f64)>) {
    let middle = top + (bottom - top) / 2.0;
    spans.clear();
    let crossing = edges.iter().filter(|edge| edge.crosses(middle));
    spans.extend(crossing.map(|edge| (edge.x_at(top.max(edge.low[1])), edge.x_at(bottom.min(edge.high[1])))));
    spans.sort_by(|one, other| (one.0 + one.1).total_cmp(&(other.0 + other.1)));
}
