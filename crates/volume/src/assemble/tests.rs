#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::indexing_slicing
)]
use super::{Failure, Plane, Range, Reason, Region, SourceFile, assemble};
use crate::convert::{Conversion, Sample};
use dcm_encoding::source::modified_ns;
use std::path::PathBuf;

const ROWS: usize = 300;
const COLUMNS: usize = 130;
const HEADER: usize = 37;

/// Files of frames, which are gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dcm-volume-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, frames: usize) -> SourceFile {
        let path = self.0.join(name);
        let mut bytes = vec![0xEE; HEADER];
        for frame in 0..frames {
            bytes.extend((0..ROWS * COLUMNS).flat_map(|at| sample(frame, at).to_le_bytes()));
        }
        std::fs::write(&path, bytes).unwrap();
        source(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn source(path: PathBuf) -> SourceFile {
    let metadata = std::fs::metadata(&path).unwrap();
    SourceFile {
        size: metadata.len(),
        modified_ns: modified_ns(&metadata),
        path,
    }
}

fn sample(frame: usize, at: usize) -> i16 {
    ((frame * 7919 + at * 31) % 4096) as i16 - 1000
}

fn plane(file: usize, frame: usize, slot: usize, to: Sample) -> Plane {
    Plane {
        file,
        offset: (HEADER + frame * ROWS * COLUMNS * 2) as u64,
        slot,
        conversion: Conversion::new(Sample::I16, 16, 1.0, if to == Sample::I16 { 0.0 } else { -24.0 }, to),
        is_big_endian: false,
    }
}

fn range(first: usize, count: usize, step: usize) -> Range {
    Range { first, count, step }
}

fn whole() -> Region {
    Region {
        rows: range(0, ROWS, 1),
        columns: range(0, COLUMNS, 1),
        frame_columns: COLUMNS,
    }
}

fn fill(
    files: &[SourceFile],
    planes: &[Plane],
    region: &Region,
    slots: usize,
    threads: usize,
) -> Result<Vec<f32>, Failure> {
    let mut target = vec![0_u8; slots * region.rows.count * region.columns.count * 4];
    assemble(files, planes, region, &mut target, threads, &mut |_| true)?;
    Ok(target
        .as_chunks::<4>()
        .0
        .iter()
        .map(|word| f32::from_ne_bytes(*word))
        .collect())
}

#[test]
fn each_frame_comes_into_its_slot() {
    let folder = Folder::new("slots");
    let files = [folder.write("one", 40), folder.write("two", 1)];
    let mut planes: Vec<Plane> = (0..40).map(|frame| plane(0, frame, 40 - frame, Sample::F32)).collect();
    planes.push(plane(1, 0, 0, Sample::F32));
    for threads in [1, 2, 5] {
        let values = fill(&files, &planes, &whole(), 41, threads).unwrap();
        for one in &planes {
            let frame = (one.offset as usize - HEADER) / (ROWS * COLUMNS * 2);
            let slot = &values[one.slot * ROWS * COLUMNS..][..ROWS * COLUMNS];
            assert!(
                slot.iter()
                    .enumerate()
                    .all(|(at, value)| *value == f32::from(sample(frame, at)) - 24.0)
            );
        }
    }
}

#[test]
fn a_region_is_what_the_whole_has_there() {
    let folder = Folder::new("region");
    let files = [folder.write("one", 2)];
    for (rows, columns) in [
        (range(0, ROWS, 1), range(0, COLUMNS, 1)),
        (range(7, 250, 1), range(0, COLUMNS, 1)),
        (range(299, 1, 1), range(129, 1, 1)),
        (range(3, 40, 7), range(5, 60, 2)),
        (range(0, 3, 149), range(10, 100, 1)),
    ] {
        let region = Region {
            rows,
            columns,
            frame_columns: COLUMNS,
        };
        let values = fill(&files, &[plane(0, 1, 0, Sample::F32)], &region, 1, 1).unwrap();
        for j in 0..rows.count {
            for i in 0..columns.count {
                let at = (rows.first + j * rows.step) * COLUMNS + columns.first + i * columns.step;
                assert_eq!(
                    values[j * columns.count + i],
                    f32::from(sample(1, at)) - 24.0,
                    "{region:?} {j} {i}"
                );
            }
        }
    }
}

#[test]
fn samples_that_are_the_values_are_read_in_place() {
    let folder = Folder::new("place");
    let files = [folder.write("one", 1)];
    let mut target = vec![0_u8; ROWS * COLUMNS * 2];
    let mut big = plane(0, 0, 0, Sample::I16);
    for is_big_endian in [false, true] {
        big.is_big_endian = is_big_endian;
        assemble(
            &files,
            std::slice::from_ref(&big),
            &whole(),
            &mut target,
            1,
            &mut |_| true,
        )
        .unwrap();
        for (at, word) in target.as_chunks::<2>().0.iter().enumerate() {
            let expected = if is_big_endian {
                sample(0, at).swap_bytes()
            } else {
                sample(0, at)
            };
            assert_eq!(i16::from_ne_bytes(*word), expected);
        }
    }
}

#[test]
fn the_first_plane_that_fails_is_told() {
    let folder = Folder::new("failures");
    let good = folder.write("good", 4);
    let mut other = folder.write("other", 1);
    other.modified_ns += 1;
    let gone = SourceFile {
        path: folder.0.join("gone"),
        ..source(good.path.clone())
    };
    let files = [good, other, gone];
    let planes = |broken: Vec<Plane>| {
        let mut all: Vec<Plane> = (0..4).map(|frame| plane(0, frame, frame, Sample::F32)).collect();
        all.extend(broken);
        all
    };
    for threads in [1, 3] {
        let late = planes(vec![plane(2, 0, 4, Sample::F32), plane(1, 0, 5, Sample::F32)]);
        let failed = fill(&files, &late, &whole(), 6, threads);
        assert!(
            matches!(failed, Err(Failure::Plane(4, Reason::Changed("it has gone")))),
            "{failed:?}"
        );
        let changed = planes(vec![plane(1, 0, 4, Sample::F32)]);
        let failed = fill(&files, &changed, &whole(), 5, threads);
        assert!(
            matches!(failed, Err(Failure::Plane(4, Reason::Changed(_)))),
            "{failed:?}"
        );
        let short = planes(vec![plane(0, 4, 4, Sample::F32)]);
        let failed = fill(&files, &short, &whole(), 5, threads);
        assert!(
            matches!(failed, Err(Failure::Plane(4, Reason::Truncated(_)))),
            "{failed:?}"
        );
    }
}

#[test]
fn a_value_that_does_not_fit_is_told_with_its_plane() {
    let folder = Folder::new("misfit");
    let files = [folder.write("one", 1)];
    let mut one = plane(0, 0, 0, Sample::F32);
    one.conversion = Conversion::new(Sample::I16, 16, 1.0, 0.0, Sample::U8);
    let mut target = vec![0_u8; ROWS * COLUMNS];
    let failed = assemble(&files, &[one], &whole(), &mut target, 1, &mut |_| true);
    assert!(matches!(failed, Err(Failure::Plane(0, Reason::Misfit))), "{failed:?}");
}

#[test]
fn the_caller_can_end_the_work() {
    let folder = Folder::new("cancel");
    let files = [folder.write("one", 30)];
    let planes: Vec<Plane> = (0..30).map(|frame| plane(0, frame, frame, Sample::F32)).collect();
    let mut target = vec![0_u8; 30 * ROWS * COLUMNS * 4];
    let mut calls = 0;
    let ended = assemble(&files, &planes, &whole(), &mut target, 1, &mut |_| {
        calls += 1;
        calls < 3
    });
    assert!(matches!(ended, Err(Failure::Cancelled)));
    assert_eq!(calls, 3);
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let folder = Folder::new("mismatch");
    let files = [folder.write("one", 2)];
    let twice = [plane(0, 0, 0, Sample::F32), plane(0, 1, 0, Sample::F32)];
    assert!(matches!(
        fill(&files, &twice, &whole(), 2, 1),
        Err(Failure::Mismatch(_))
    ));
    let beyond = [plane(0, 0, 2, Sample::F32)];
    assert!(matches!(
        fill(&files, &beyond, &whole(), 2, 1),
        Err(Failure::Mismatch(_))
    ));
    let no_file = [plane(1, 0, 0, Sample::F32)];
    assert!(matches!(
        fill(&files, &no_file, &whole(), 1, 1),
        Err(Failure::Mismatch(_))
    ));
    let outside = Region {
        columns: range(100, 40, 1),
        ..whole()
    };
    assert!(matches!(
        fill(&files, &[plane(0, 0, 0, Sample::F32)], &outside, 1, 1),
        Err(Failure::Mismatch(_))
    ));
    let mixed = [plane(0, 0, 0, Sample::F32), plane(0, 1, 1, Sample::I16)];
    assert!(matches!(
        fill(&files, &mixed, &whole(), 2, 1),
        Err(Failure::Mismatch(_))
    ));
}
