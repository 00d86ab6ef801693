//! Pixels whose centres lie inside: each crossing of a row flips all pixels from there on.
use super::edge::Edge;
use super::{coordinate, whole};

/// Sets bytes to 1 where a pixel's centre is inside, in coordinates in which the centre of row r, column c is (x = c, y = r).
/// A centre on a left or upper boundary is inside, on a right or lower one outside. `out` is zero before.
pub fn fill(edges: impl Iterator<Item = Edge>, rows: usize, columns: usize, out: &mut [u8]) {
    let (mut first_row, mut last_row) = (rows, 0_usize);
    let (mut first_column, mut last_column) = (columns, 0_usize);
    for edge in edges {
        let from = whole(edge.low[1].ceil(), rows);
        let to = whole(edge.high[1].ceil(), rows);
        if from >= to {
            continue;
        }
        first_row = first_row.min(from);
        last_row = last_row.max(to);
        for row in from..to {
            let column = whole(edge.x_at(coordinate(row)).ceil(), columns);
            last_column = last_column.max(column);
            if column < columns {
                first_column = first_column.min(column);
                if let Some(pixel) = out.get_mut(row.saturating_mul(columns).saturating_add(column)) {
                    *pixel ^= 1;
                }
            }
        }
    }
    // The last crossing's own pixel too: there the row is outside again.
    let width = last_column.saturating_add(1).min(columns).saturating_sub(first_column);
    for row in first_row..last_row {
        let start = row.saturating_mul(columns).saturating_add(first_column);
        let mut is_inside = 0;
        let pixels = out.get_mut(start..start.saturating_add(width)).unwrap_or_default();
        for pixel in pixels {
            is_inside ^= *pixel;
            *pixel = is_inside;
        }
    }
}
