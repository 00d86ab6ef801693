#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::indexing_slicing
)]
use super::coverage::measure;
use super::edge::Edge;
use super::inside::Plane;
use super::sample::{Between, Lattice, Region, Voxels, sample};
use super::slices::{Pixels, Slice, fill_slices};
use super::{Polygons, Refusal};

const ROWS: usize = 9;
const COLUMNS: usize = 11;

/// A number generator that gives the same numbers each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, range: f64) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1_u64 << 24) as f64 * range
    }

    fn polygon(&mut self, count: usize) -> Vec<[f64; 2]> {
        (0..count)
            .map(|_| [self.next(14.0) - 2.0, self.next(12.0) - 2.0])
            .collect()
    }
}

fn edges(points: &[[f64; 2]]) -> Vec<Edge> {
    let polygons = Polygons::new(points, &[0], &[0]).unwrap();
    polygons.edges(0).map(|(one, other)| Edge::new(one, other)).collect()
}

fn filled(points: &[[f64; 2]], starts: &[usize], pixels: Pixels) -> Vec<u8> {
    let mut out = vec![0; ROWS * COLUMNS * if pixels == Pixels::Areas { 4 } else { 1 }];
    let polygons = Polygons::new(points, starts, &[0]).unwrap();
    let slice = Slice {
        slice: 0,
        plane: 0,
        offset: [0.0; 2],
        weight: 1.0,
    };
    fill_slices(&polygons, &[slice], (ROWS, COLUMNS), pixels, &mut out, 1, &mut || true).unwrap();
    out
}

fn areas(points: &[[f64; 2]], starts: &[usize]) -> Vec<f64> {
    let bytes = filled(points, starts, Pixels::Areas);
    let parts = bytes.as_chunks::<4>().0.iter();
    parts.map(|part| f64::from(f32::from_ne_bytes(*part))).collect()
}

#[test]
fn a_square_between_centres_fills_its_pixels() {
    let out = filled(&[[1.5, 2.5], [4.5, 2.5], [4.5, 5.5], [1.5, 5.5]], &[0], Pixels::Centers);
    for row in 0..ROWS {
        for column in 0..COLUMNS {
            let is_inside = (3..=5).contains(&row) && (2..=4).contains(&column);
            assert_eq!(out[row * COLUMNS + column], u8::from(is_inside));
        }
    }
}

#[test]
fn points_and_pixels_agree() {
    let mut numbers = Numbers(1);
    for count in 3..40 {
        let points = numbers.polygon(count);
        let plane = Plane::new(edges(&points).into_iter());
        let out = filled(&points, &[0], Pixels::Centers);
        for (place, pixel) in out.iter().enumerate() {
            let center = [(place % COLUMNS) as f64, (place / COLUMNS) as f64];
            assert_eq!(plane.contains(center), *pixel == 1);
        }
    }
}

#[test]
fn areas_agree_with_many_points() {
    const FINE: usize = 40;
    let mut numbers = Numbers(2);
    for count in [3, 4, 5, 8, 13, 30] {
        let points = numbers.polygon(count);
        let plane = Plane::new(edges(&points).into_iter());
        for (place, area) in areas(&points, &[0]).into_iter().enumerate() {
            let center = [(place % COLUMNS) as f64, (place / COLUMNS) as f64];
            let mut inside = 0;
            for fine in 0..FINE * FINE {
                let within = [(fine % FINE) as f64, (fine / FINE) as f64];
                let at = |axis: usize| center[axis] - 0.5 + (within[axis] + 0.5) / FINE as f64;
                inside += usize::from(plane.contains([at(0), at(1)]));
            }
            assert!((inside as f64 / (FINE * FINE) as f64 - area).abs() < 0.07);
        }
    }
}

#[test]
fn areas_sum_up_to_what_is_measured() {
    let mut numbers = Numbers(3);
    for count in 3..30 {
        let points: Vec<[f64; 2]> = numbers
            .polygon(count)
            .iter()
            .map(|[x, y]| [(x + 2.0) * 0.7, (y + 2.0) * 0.6])
            .collect();
        let sum: f64 = areas(&points, &[0]).iter().sum();
        assert!((sum - measure(&edges(&points))[0]).abs() < 1e-4);
    }
}

#[test]
fn a_triangle_has_its_area_and_center() {
    let [area, across, down] = measure(&edges(&[[100.0, 50.0], [103.0, 50.0], [100.0, 56.0]]));
    assert!((area - 9.0).abs() < 1e-9);
    assert!((across / area - 101.0).abs() < 1e-9);
    assert!((down / area - 52.0).abs() < 1e-9);
}

#[test]
fn distances_are_those_of_all_edges() {
    let mut numbers = Numbers(4);
    for count in [3, 10, 100, 1000] {
        let points = numbers.polygon(count);
        let (plane, edges) = (Plane::new(edges(&points).into_iter()), edges(&points));
        for _ in 0..200 {
            let point = [numbers.next(30.0) - 10.0, numbers.next(30.0) - 10.0];
            let least = edges
                .iter()
                .map(|edge| edge.square_distance(point))
                .fold(f64::INFINITY, f64::min);
            assert!((plane.distance(point) - least.sqrt()).abs() < 1e-12);
        }
    }
}

#[test]
fn a_bridge_bounds_nothing() {
    let outer = [[0.0, 0.0], [8.0, 0.0], [8.0, 8.0], [0.0, 8.0], [0.0, 0.0]];
    let hole = [[2.0, 2.0], [2.0, 6.0], [6.0, 6.0], [6.0, 2.0], [2.0, 2.0]];
    let points: Vec<[f64; 2]> = outer.into_iter().chain(hole).collect();
    let plane = Plane::new(edges(&points).into_iter());
    assert!((plane.distance([1.0, 1.0]) - 1.0).abs() < 1e-12);
    assert!(plane.contains([1.0, 1.0]) && !plane.contains([4.0, 4.0]));
    assert!((measure(&edges(&points))[0] - 48.0).abs() < 1e-9);
}

#[test]
fn what_does_not_fit_is_refused() {
    let points = [[0.0, 0.0], [f64::NAN, 1.0], [1.0, 1.0]];
    assert_eq!(Polygons::new(&points, &[0], &[0]).err(), Some(Refusal::Coordinate));
    assert_eq!(
        Polygons::new(&[[1e300, 0.0]], &[0], &[0]).err(),
        Some(Refusal::Coordinate)
    );
    assert_eq!(Polygons::new(&[[1.0, 0.0]], &[2], &[0]).err(), Some(Refusal::Mismatch));
    let polygons = Polygons::new(&points[..1], &[0], &[0]).unwrap();
    let slice = Slice {
        slice: 0,
        plane: 0,
        offset: [0.0; 2],
        weight: 1.0,
    };
    let mut out = vec![0; 4];
    let mut fill =
        |slices: &[Slice]| fill_slices(&polygons, slices, (2, 2), Pixels::Centers, &mut out, 2, &mut || true).err();
    assert_eq!(fill(&[slice]), None);
    assert_eq!(fill(&[slice, slice]), Some(Refusal::Mismatch));
    assert_eq!(fill(&[Slice { plane: 1, ..slice }]), Some(Refusal::Mismatch));
    assert_eq!(fill(&[Slice { slice: 1, ..slice }]), Some(Refusal::Mismatch));
}

#[test]
fn a_star_of_many_edges_is_covered_line_by_line() {
    // So many crossings in each row that bands between them would be too many.
    let points: Vec<[f64; 2]> = (0..3001_u32)
        .map(|place| {
            let angle = f64::from(place) * std::f64::consts::TAU * 1500.0 / 3001.0;
            [5.0 + 4.0 * angle.cos(), 4.0 + 4.0 * angle.sin()]
        })
        .collect();
    let parts = areas(&points, &[0]);
    assert!(parts.iter().all(|part| (0.0..=1.0).contains(part)));
    assert!(parts.iter().any(|part| *part > 0.1));
}

/// Whether points are inside a region that is interpolated between planes at 0, 1, 2, ...
fn between(planes: &[&[[f64; 2]]], step: f64, count: usize, [x, y]: [f64; 2]) -> Vec<u8> {
    let distances: Vec<f64> = (0..planes.len()).map(|plane| plane as f64).collect();
    let region = Region {
        planes: planes
            .iter()
            .map(|points| Plane::new(edges(points).into_iter()))
            .collect(),
        lows: distances.iter().map(|distance| distance - 0.5).collect(),
        highs: distances.iter().map(|distance| distance + 0.5).collect(),
        distances,
        between: Between::Distances,
    };
    let mut out = vec![0; count];
    for steps in [
        [[0.0, 0.0, step], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]],
        [[0.0, 0.0, step], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
    ] {
        let lattice = Lattice {
            origin: [x, y, 0.0],
            steps,
            shape: [count, 1, 1],
        };
        let before = std::mem::replace(&mut out, vec![0; count]);
        sample(&region, &lattice, Voxels::Centers, &mut out, 1, &mut || true).unwrap();
        // Row by row, and voxel by voxel.
        assert!(before.iter().all(|voxel| *voxel == 0) || before == out);
    }
    out
}

const SQUARE: [[f64; 2]; 4] = [[2.0, 2.0], [6.0, 2.0], [6.0, 6.0], [2.0, 6.0]];

#[test]
fn a_plane_without_boundary_takes_half_of_the_way() {
    let twice: Vec<[f64; 2]> = SQUARE
        .into_iter()
        .chain([SQUARE[0]])
        .chain(SQUARE)
        .chain([SQUARE[0]])
        .collect();
    assert_eq!(between(&[&SQUARE, &twice], 0.2, 6, [4.0, 4.0]), [1, 1, 1, 0, 0, 0]);
}

#[test]
fn a_boundary_in_its_plane_is_what_the_plane_says() {
    let small = [[4.0, 4.0], [5.0, 4.0], [5.0, 5.0]];
    assert_eq!(between(&[&small, &SQUARE, &small], 1.0, 3, [2.0, 2.0]), [0, 1, 0]);
}

#[test]
fn a_crossing_lies_between_the_ends() {
    let mut numbers = Numbers(5);
    for _ in 0..20_000 {
        let [low, high] = [
            [numbers.next(1.0), numbers.next(1e-3)],
            [numbers.next(1.0), 1e-3 + numbers.next(3.0)],
        ];
        let edge = Edge::new(low, high);
        for y in [low[1], f64::midpoint(low[1], high[1]), high[1].next_down()] {
            let x = edge.x_at(y);
            assert!(low[0].min(high[0]) <= x && x <= low[0].max(high[0]));
        }
    }
}
