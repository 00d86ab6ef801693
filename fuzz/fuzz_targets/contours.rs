//! Any bytes as polygons in three planes: no panic; centres of pixels are inside as the points there are; areas lie between 0
//! and 1 and sum up to what is measured; what lies between planes is inside where both of them are.
#![no_main]

use dcm_volume::contours::Polygons;
use dcm_volume::contours::coverage::measure;
use dcm_volume::contours::edge::Edge;
use dcm_volume::contours::inside::Plane;
use dcm_volume::contours::sample::{Between, Lattice, Region, Voxels, sample};
use dcm_volume::contours::slices::{Pixels, Slice, fill_slices};
use libfuzzer_sys::fuzz_target;

const ROWS: usize = 8;
const COLUMNS: usize = 10;
const PLANES: usize = 3;

/// Points on a grid of quarters, so that many lie on each other and on centres; or any numbers at all.
fn points(is_any: bool, data: &[u8]) -> Vec<[f64; 2]> {
    if is_any {
        let numbers = data.chunks_exact(8).map(|bytes| f64::from_le_bytes(bytes.try_into().expect("8 bytes")));
        let numbers: Vec<f64> = numbers.collect();
        return numbers.as_chunks::<2>().0.to_vec();
    }
    let quarter = |byte: u8| f64::from(byte % 64) / 4.0 - 3.0;
    data.as_chunks::<2>().0.iter().map(|pair| pair.map(quarter)).collect()
}

fuzz_target!(|data: &[u8]| {
    let [kind, first, second, third, rest @ ..] = data else {
        return;
    };
    let points = points(kind & 1 == 1, &rest[..rest.len().min(1024)]);
    let mut starts = [0, *first, *second, *third].map(|start| usize::from(start) % (points.len() + 1));
    starts.sort_unstable();
    let planes = [0, 1 + usize::from(kind >> 1 & 1), 3];
    let Ok(polygons) = Polygons::new(&points, &starts, &planes) else {
        assert!(!points.iter().flatten().all(|number| number.abs() <= 1e9));
        return;
    };
    let edges = |plane| -> Vec<Edge> { polygons.edges(plane).map(|(one, other)| Edge::new(one, other)).collect() };
    let asked: Vec<Plane> = (0..PLANES).map(|plane| Plane::new(edges(plane).into_iter())).collect();
    let slices: Vec<Slice> =
        (0..PLANES).map(|plane| Slice { slice: plane, plane, offset: [0.0; 2], weight: 1.0 }).collect();
    let mut centers = vec![0; PLANES * ROWS * COLUMNS];
    let mut areas = vec![0; 4 * PLANES * ROWS * COLUMNS];
    let shape = (ROWS, COLUMNS);
    fill_slices(&polygons, &slices, shape, Pixels::Centers, &mut centers, 1, &mut || true).expect("it fits");
    fill_slices(&polygons, &slices, shape, Pixels::Areas, &mut areas, 1, &mut || true).expect("it fits");
    for plane in 0..PLANES {
        let mut sum = 0.0;
        for place in 0..ROWS * COLUMNS {
            let at = plane * ROWS * COLUMNS + place;
            let center = [(place % COLUMNS) as f64, (place / COLUMNS) as f64];
            assert_eq!(asked[plane].contains(center), centers[at] == 1);
            let part = f32::from_ne_bytes(areas[4 * at..4 * at + 4].try_into().expect("4 bytes"));
            assert!((0.0..=1.0).contains(&part));
            sum += f64::from(part);
        }
        let edges = edges(plane);
        let is_within = edges.iter().flat_map(|edge| [edge.low, edge.high]).all(|[x, y]| {
            (-0.5..=COLUMNS as f64 - 0.5).contains(&x) && (-0.5..=ROWS as f64 - 0.5).contains(&y)
        });
        // Beyond that rows may be looked at line by line.
        if is_within && edges.len() < 60 {
            assert!((sum - measure(&edges)[0]).abs() < 1e-3);
        }
    }
    let (lows, highs) = (vec![-0.5, 0.5, 1.5], vec![0.5, 1.5, 2.5]);
    let distances = vec![0.0, 1.0, 2.0];
    let region = Region { planes: asked, distances, lows, highs, between: Between::Distances };
    let turn = f64::from(kind >> 2 & 1) * 0.25;
    let steps = [[0.0, 0.0, 0.5], [turn, 1.0, 0.0], [1.0, -turn, 0.0]];
    let lattice = Lattice { origin: [0.0; 3], steps, shape: [5, ROWS, COLUMNS] };
    let mut between = vec![0; 5 * ROWS * COLUMNS];
    sample(&region, &lattice, Voxels::Centers, &mut between, 1, &mut || true).expect("it fits");
    if turn == 0.0 {
        for place in 0..ROWS * COLUMNS {
            let at = |plane: usize| centers[plane * ROWS * COLUMNS + place];
            let found = |slice: usize| between[slice * ROWS * COLUMNS + place];
            for plane in 0..PLANES - 1 {
                assert_eq!(found(2 * plane), at(plane));
                assert!(at(plane) != at(plane + 1) || found(2 * plane + 1) == at(plane));
            }
        }
    }
    let mut parts = vec![0; 4 * 5 * ROWS * COLUMNS];
    sample(&region, &lattice, Voxels::Parts([2, 2, 2]), &mut parts, 1, &mut || true).expect("it fits");
});
