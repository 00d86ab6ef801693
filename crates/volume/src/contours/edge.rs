//! An edge of a polygon, and where a line of constant y crosses it: the rule by which all rooms decide what is inside.

/// An edge, the end of lesser y first (of lesser x where y is the same): walked in either sense it gives the same crossings,
/// bit by bit, so that two regions with a common edge part the points along it between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    pub low: [f64; 2],
    pub high: [f64; 2],
}

impl Edge {
    #[must_use]
    pub fn new(one: [f64; 2], other: [f64; 2]) -> Self {
        let is_turned = (other[1], other[0]) < (one[1], one[0]);
        let (low, high) = if is_turned { (other, one) } else { (one, other) };
        Self { low, high }
    }

    /// Whether the line of this y crosses it. The lower end belongs to it and the upper doesn't, so that a line through a
    /// corner crosses one of two edges that go on upward, and both or neither of two that turn back.
    #[must_use]
    pub fn crosses(&self, y: f64) -> bool {
        self.low[1] <= y && y < self.high[1]
    }

    /// Where it has this y, which has to lie between its ends.
    #[must_use]
    pub fn x_at(&self, y: f64) -> f64 {
        let height = self.high[1] - self.low[1];
        if height > 0.0 {
            let x = self.low[0] + (y - self.low[1]) / height * (self.high[0] - self.low[0]);
            // Rounding shall not lead beyond its ends, where a plane is taken to be empty.
            x.max(self.low[0].min(self.high[0])).min(self.low[0].max(self.high[0]))
        } else {
            self.low[0]
        }
    }

    /// The square of its least distance to a point.
    #[must_use]
    pub fn square_distance(&self, point: [f64; 2]) -> f64 {
        let along = [self.high[0] - self.low[0], self.high[1] - self.low[1]];
        let from = [point[0] - self.low[0], point[1] - self.low[1]];
        let square = along[0] * along[0] + along[1] * along[1];
        let part = if square > 0.0 {
            ((from[0] * along[0] + from[1] * along[1]) / square).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let apart = [from[0] - part * along[0], from[1] - part * along[1]];
        apart[0] * apart[0] + apart[1] * apart[1]
    }
}
