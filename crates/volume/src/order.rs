//! Planes in the order in which they lie along their common normal, and how far apart they are (PS3.3 C.7.6.2.1.1).
//!
//! In: Image Position and Image Orientation (Patient) of each plane, LPS, mm. Out: the order, and for each plane how it
//! lies to the first one: along the normal, within the plane, and how far it is turned. Nothing is judged here, and a
//! number that isn't finite harms only its own plane, which comes last.
use std::cmp::Ordering;

/// Unit vectors, LPS: the direction in which columns count up, the one in which rows do, and their cross product.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axes {
    pub row: [f64; 3],
    pub column: [f64; 3],
    pub normal: [f64; 3],
}

/// How one plane lies to the first of the order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The plane, by its place in what was given.
    pub plane: usize,
    /// Along the normal from the first plane, in mm; NaN where position or axes are unknown.
    pub distance: f64,
    /// Along the row direction and along the column direction from the first plane, in mm.
    pub in_plane: [f64; 2],
    /// Angle in radians between this plane's directions and the common ones, the larger of the two.
    pub turn: f64,
}

/// What sorting gives: the axes that the planes have in common, and their places in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Sorted {
    /// None where no plane has an orientation, or where the orientations cancel one another.
    pub axes: Option<Axes>,
    pub places: Vec<Place>,
}

/// Sorts planes by their distance along the mean normal; planes at one distance stay in the order in which they came.
///
/// Where the lengths differ, planes without an orientation or a position count as unknown.
#[must_use]
pub fn sort_planes(positions: &[[f64; 3]], orientations: &[[f64; 6]]) -> Sorted {
    let axes = mean_axes(orientations);
    let directions = axes.unwrap_or(Axes {
        row: [f64::NAN; 3],
        column: [f64::NAN; 3],
        normal: [f64::NAN; 3],
    });
    // Near the planes, so that a patient far from the origin costs no digits.
    let near = positions.iter().copied().find(is_finite).unwrap_or([0.0; 3]);
    let count = positions.len().max(orientations.len());
    let mut keys: Vec<(f64, usize)> = positions
        .iter()
        .copied()
        .chain(std::iter::repeat([f64::NAN; 3]))
        .take(count)
        .map(|position| sortable(dot(&difference(&position, &near), &directions.normal)))
        .zip(0..)
        .collect();
    // The place decides between equals, so an unstable sort is a stable one.
    keys.sort_unstable_by(|one, other| match one.0.total_cmp(&other.0) {
        Ordering::Equal => one.1.cmp(&other.1),
        apart => apart,
    });
    let position_of = |plane: usize| positions.get(plane).copied().unwrap_or([f64::NAN; 3]);
    let first = keys.first().map_or([f64::NAN; 3], |key| position_of(key.1));
    let places = keys
        .iter()
        .map(|&(_, plane)| {
            let offset = difference(&position_of(plane), &first);
            Place {
                plane,
                distance: dot(&offset, &directions.normal) + 0.0,
                in_plane: [
                    dot(&offset, &directions.row) + 0.0,
                    dot(&offset, &directions.column) + 0.0,
                ],
                turn: orientations.get(plane).map_or(f64::NAN, |six| turn(six, &directions)),
            }
        })
        .collect();
    Sorted { axes, places }
}

/// The axes that the orientations have on average, with the column direction at a right angle to the row direction only
/// as far as the orientations have it so.
#[must_use]
pub fn mean_axes(orientations: &[[f64; 6]]) -> Option<Axes> {
    let mut sum = [0.0_f64; 6];
    for six in orientations {
        let (row, column) = halves(six);
        let (Some(row), Some(column)) = (unit(&row), unit(&column)) else {
            continue;
        };
        for (total, value) in sum.iter_mut().zip(row.iter().chain(&column)) {
            *total += value;
        }
    }
    let (row, column) = halves(&sum);
    let (row, column) = (unit(&row)?, unit(&column)?);
    let normal = unit(&cross(&row, &column))?;
    Some(Axes { row, column, normal })
}

/// What isn't finite sorts last, whatever its sign, and a zero of either sign is zero.
fn sortable(distance: f64) -> f64 {
    if distance.is_finite() {
        distance + 0.0
    } else {
        f64::NAN.abs()
    }
}

fn turn(six: &[f64; 6], axes: &Axes) -> f64 {
    let (row, column) = halves(six);
    let (row, column) = (angle(&row, &axes.row), angle(&column, &axes.column));
    // `max` alone would hide a NaN.
    if (row + column).is_nan() {
        f64::NAN
    } else {
        row.max(column)
    }
}

/// Angle between two directions, exact for small angles too, for which an arc cosine is not.
fn angle(one: &[f64; 3], other: &[f64; 3]) -> f64 {
    let sine = cross(one, other);
    dot(&sine, &sine).sqrt().atan2(dot(one, other))
}

fn halves(six: &[f64; 6]) -> ([f64; 3], [f64; 3]) {
    let [a, b, c, d, e, f] = *six;
    ([a, b, c], [d, e, f])
}

fn unit(vector: &[f64; 3]) -> Option<[f64; 3]> {
    let length = dot(vector, vector).sqrt();
    (length.is_finite() && length > 1e-9).then(|| vector.map(|part| part / length))
}

fn is_finite(vector: &[f64; 3]) -> bool {
    vector.iter().all(|part| part.is_finite())
}

fn difference(one: &[f64; 3], other: &[f64; 3]) -> [f64; 3] {
    let ([a, b, c], [d, e, f]) = (*one, *other);
    [a - d, b - e, c - f]
}

fn dot(one: &[f64; 3], other: &[f64; 3]) -> f64 {
    let ([a, b, c], [d, e, f]) = (*one, *other);
    a * d + b * e + c * f
}

fn cross(one: &[f64; 3], other: &[f64; 3]) -> [f64; 3] {
    let ([a, b, c], [d, e, f]) = (*one, *other);
    [b * f - c * e, c * d - a * f, a * e - b * d]
}

#[cfg(test)]
mod tests {
    use super::{mean_axes, sort_planes};

    const AXIAL: [f64; 6] = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];

    fn order(positions: &[[f64; 3]]) -> Vec<usize> {
        let orientations = vec![AXIAL; positions.len()];
        sort_planes(positions, &orientations)
            .places
            .iter()
            .map(|place| place.plane)
            .collect()
    }

    #[test]
    fn planes_are_sorted_along_row_cross_column() {
        assert_eq!(order(&[[0.0, 0.0, 4.0], [0.0, 0.0, -2.0], [0.0, 0.0, 1.0]]), [1, 2, 0]);
        // Rows that count up towards the front turn the normal round.
        let flipped = [1.0, 0.0, 0.0, 0.0, -1.0, 0.0];
        let sorted = sort_planes(&[[0.0, 0.0, 4.0], [0.0, 0.0, -2.0]], &[flipped, flipped]);
        assert_eq!(
            sorted.places.iter().map(|place| place.plane).collect::<Vec<_>>(),
            [0, 1]
        );
        assert_eq!(
            sorted.places.iter().map(|place| place.distance).collect::<Vec<_>>(),
            [0.0, 6.0]
        );
    }

    #[test]
    fn planes_at_one_distance_keep_their_order_whatever_the_sign_of_zero() {
        assert_eq!(
            order(&[[0.0, 0.0, 0.0], [0.0, 0.0, -0.0], [5.0, 0.0, 0.0], [0.0, 0.0, -0.0]]),
            [0, 1, 2, 3]
        );
    }

    #[test]
    fn numbers_that_are_not_finite_come_last() {
        let nan = f64::NAN;
        assert_eq!(
            order(&[
                [nan, 0.0, 0.0],
                [0.0, 0.0, 3.0],
                [0.0, 0.0, f64::NEG_INFINITY],
                [0.0, 0.0, -nan],
                [0.0, 0.0, 1.0],
                [f64::INFINITY, 0.0, 0.0]
            ]),
            [4, 1, 0, 2, 3, 5]
        );
    }

    #[test]
    fn distances_offsets_and_turns_are_measured_from_the_first_plane() {
        let turned = [0.0, 1.0, 0.0, -1.0, 0.0, 0.0];
        let sorted = sort_planes(
            &[[1.0, 2.0, 9.0], [1.5, 2.25, 6.0], [1.0, 2.0, 7.0]],
            &[AXIAL, AXIAL, turned],
        );
        let first = sorted.places.first().copied();
        assert_eq!(
            first.map(|place| (place.plane, place.distance, place.in_plane)),
            Some((1, 0.0, [0.0, 0.0]))
        );
        let last = sorted.places.last().copied();
        assert_eq!(last.map(|place| place.plane), Some(0));
        assert!(last.is_some_and(|place| (place.distance - 3.0).abs() < 1e-12));
        assert!(sorted.places.get(1).is_some_and(|place| place.turn > 1.0));
    }

    #[test]
    fn orientations_that_say_nothing_give_no_axes() {
        assert_eq!(mean_axes(&[]), None);
        assert_eq!(mean_axes(&[[f64::NAN; 6], [0.0; 6]]), None);
        let opposite = AXIAL.map(|value| -value);
        assert_eq!(mean_axes(&[AXIAL, opposite]), None);
        let sorted = sort_planes(&[[0.0; 3], [1.0; 3]], &[]);
        assert_eq!(sorted.axes, None);
        assert_eq!(
            sorted.places.iter().map(|place| place.plane).collect::<Vec<_>>(),
            [0, 1]
        );
        assert!(sorted.places.iter().all(|place| place.distance.is_nan()));
    }
}
