//! Native frames straight from their files into their slots of one array, on several threads.
//!
//! In: files as they were when their headers were read, where each frame begins, how its samples become values, and which
//! of its rows and columns are wanted. Out: the array of all slots, filled. A frame is read in pieces that stay in the
//! cache until they are converted; a file is asked before and after whether it is still the same.
use crate::convert::Conversion;
use dcm_encoding::source::{modified_ns, read_full};
use dcm_pixels::native::swap_bytes;
use std::collections::VecDeque;
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// A file, and what it was when its headers were read.
#[derive(Debug)]
pub struct SourceFile {
    pub path: PathBuf,
    pub size: u64,
    /// As [`modified_ns`] tells it.
    pub modified_ns: i64,
}

/// One frame, and what becomes of it.
#[derive(Debug)]
pub struct Plane {
    /// Its file, by index.
    pub file: usize,
    /// Where it begins in the file.
    pub offset: u64,
    /// The slot that it fills, by index.
    pub slot: usize,
    pub conversion: Conversion,
    pub is_big_endian: bool,
}

/// Which of so many numbers: `first`, `first + step`, ...
#[derive(Clone, Copy, Debug)]
pub struct Range {
    pub first: usize,
    pub count: usize,
    pub step: usize,
}

/// Which samples of each frame are wanted: rows, and columns of all columns that the frame has.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    pub rows: Range,
    pub columns: Range,
    pub frame_columns: usize,
}

impl Region {
    const fn has_whole_rows(&self) -> bool {
        self.columns.first == 0 && self.columns.step == 1 && self.columns.count == self.frame_columns
    }
}

/// What became of the work.
#[derive(Debug)]
pub enum Failure {
    /// Slots, planes and files that don't belong together; nothing was read.
    Mismatch(&'static str),
    /// The caller wanted no more.
    Cancelled,
    /// The first plane that could not be had, by its place in the list.
    Plane(usize, Reason),
}

/// Why a plane could not be had.
#[derive(Debug)]
pub enum Reason {
    Io(std::io::Error),
    /// The file is no longer the one whose header was read.
    Changed(&'static str),
    /// Bytes of the frame that the file doesn't have.
    Truncated(u64),
    /// A value that the type of the array can't hold.
    Misfit,
}

/// Source bytes that are read at once. They and their values stay in the second cache.
const PIECE_BYTES: usize = 1 << 16;
/// Planes of one file are shared out in runs of about so many bytes, so that several threads can have one file.
const RUN_BYTES: usize = 1 << 22;

/// Neighbours in the list that lie in one file, and their slots.
struct Run<'a> {
    first: usize,
    slots: &'a mut [&'a mut [u8]],
}

struct Work<'a> {
    files: &'a [SourceFile],
    planes: &'a [Plane],
    region: &'a Region,
    is_cancelled: AtomicBool,
    /// The first plane that failed; those before it are still wanted, for one of them may fail as well.
    failed: AtomicUsize,
    done: AtomicUsize,
    reason: Mutex<Option<(usize, Reason)>>,
}

/// Fills the slots of `target`, each of `region.rows.count * region.columns.count` values.
///
/// # Arguments
/// `tick` is called on the calling thread, which works too, with how many planes are done; false ends the work.
///
/// # Errors
/// The first plane that failed, by its place in the list.
pub fn assemble(
    files: &[SourceFile],
    planes: &[Plane],
    region: &Region,
    target: &mut [u8],
    threads: usize,
    tick: &mut dyn FnMut(usize) -> bool,
) -> Result<(), Failure> {
    let Some(first) = planes.first() else {
        return Ok(());
    };
    let value_bytes = first.conversion.to().bytes();
    if planes
        .iter()
        .any(|plane| plane.conversion.to() != first.conversion.to())
    {
        return Err(Failure::Mismatch("planes of one array have values of one type"));
    }
    check(region)?;
    let slot_bytes = region
        .rows
        .count
        .saturating_mul(region.columns.count)
        .saturating_mul(value_bytes);
    let mut slots: Vec<Option<&mut [u8]>> = target.chunks_exact_mut(slot_bytes.max(1)).map(Some).collect();
    let mut taken = Vec::with_capacity(planes.len());
    for plane in planes {
        if plane.file >= files.len() {
            return Err(Failure::Mismatch("a plane's file isn't in the list"));
        }
        let slot = slots.get_mut(plane.slot).and_then(Option::take);
        taken.push(slot.ok_or(Failure::Mismatch("each plane needs a slot of its own in the array"))?);
    }
    drop(slots);
    let queue = Mutex::new(runs(planes, slot_bytes, &mut taken));
    let work = Work {
        files,
        planes,
        region,
        is_cancelled: AtomicBool::new(false),
        failed: AtomicUsize::new(usize::MAX),
        done: AtomicUsize::new(0),
        reason: Mutex::new(None),
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(planes.len()) {
            // A system that gives no more threads leaves the work to fewer.
            let _ = std::thread::Builder::new().spawn_scoped(scope, || work.work_on(&queue, &mut |_| true));
        }
        work.work_on(&queue, tick);
    });
    let reason = work.reason.into_inner().unwrap_or_else(PoisonError::into_inner);
    match reason {
        Some((plane, reason)) => Err(Failure::Plane(plane, reason)),
        None if work.is_cancelled.into_inner() => Err(Failure::Cancelled),
        None => Ok(()),
    }
}

fn check(region: &Region) -> Result<(), Failure> {
    let columns = &region.columns;
    let last = columns
        .step
        .checked_mul(columns.count.saturating_sub(1))
        .and_then(|reach| reach.checked_add(columns.first));
    let is_within = last.is_some_and(|last| last < region.frame_columns);
    if columns.count == 0 || region.rows.count == 0 || columns.step == 0 || region.rows.step == 0 || !is_within {
        return Err(Failure::Mismatch(
            "a region has rows and columns, and lies within the frame",
        ));
    }
    Ok(())
}

/// The planes and their slots in runs.
fn runs<'a>(planes: &[Plane], slot_bytes: usize, slots: &'a mut [&'a mut [u8]]) -> VecDeque<Run<'a>> {
    let most = RUN_BYTES.checked_div(slot_bytes).unwrap_or(1).max(1);
    let mut found = VecDeque::new();
    let mut first = 0_usize;
    let mut rest = slots;
    for of_file in planes.chunk_by(|one, other| one.file == other.file) {
        for run in of_file.chunks(most) {
            let (head, tail) = rest.split_at_mut(run.len().min(rest.len()));
            found.push_back(Run { first, slots: head });
            first = first.saturating_add(run.len());
            rest = tail;
        }
    }
    found
}

impl Work<'_> {
    fn work_on(&self, queue: &Mutex<VecDeque<Run<'_>>>, tick: &mut dyn FnMut(usize) -> bool) {
        let mut buffers = Buffers::default();
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some(run) = next else {
                return;
            };
            if !self.is_wanted(run.first) {
                return;
            }
            let mut at = run.first;
            if let Err(reason) = self.fill_run(run, &mut at, &mut buffers, tick) {
                self.failed.fetch_min(at, Ordering::Relaxed);
                let mut known = self.reason.lock().unwrap_or_else(PoisonError::into_inner);
                if known.as_ref().is_none_or(|(plane, _)| at < *plane) {
                    *known = Some((at, reason));
                }
            }
        }
    }

    fn is_wanted(&self, plane: usize) -> bool {
        !self.is_cancelled.load(Ordering::Relaxed) && plane < self.failed.load(Ordering::Relaxed)
    }

    /// Reads planes of one file; `at` is the one that it is at.
    fn fill_run(
        &self,
        run: Run<'_>,
        at: &mut usize,
        buffers: &mut Buffers,
        tick: &mut dyn FnMut(usize) -> bool,
    ) -> Result<(), Reason> {
        let Some(source) = self.planes.get(run.first).and_then(|plane| self.files.get(plane.file)) else {
            return Ok(());
        };
        let gone = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => Reason::Changed("it has gone"),
            _ => Reason::Io(error),
        };
        // A pipe that took the file's place would keep whoever opens it waiting.
        let before = std::fs::metadata(&source.path).map_err(gone)?;
        if !before.is_file() {
            return Err(Reason::Changed("something else stands in its place"));
        }
        let file = File::open(&source.path).map_err(gone)?;
        ensure_same(&file, source)?;
        let planes = self.planes.get(run.first..).unwrap_or_default();
        for (plane, slot) in planes.iter().zip(run.slots) {
            if !self.is_wanted(*at) {
                return Ok(());
            }
            fill_slot(&file, plane, self.region, slot, buffers)?;
            *at = at.saturating_add(1);
            let done = self.done.fetch_add(1, Ordering::Relaxed).saturating_add(1);
            if !tick(done) {
                self.is_cancelled.store(true, Ordering::Relaxed);
            }
        }
        *at = run.first;
        // Asked again, so that a change in the middle of it is seen too.
        ensure_same(&file, source)
    }
}

/// Refuses a file that isn't the one whose header was read.
fn ensure_same(file: &File, source: &SourceFile) -> Result<(), Reason> {
    let metadata = file.metadata().map_err(Reason::Io)?;
    if metadata.len() != source.size || modified_ns(&metadata) != source.modified_ns {
        return Err(Reason::Changed("its size or time has changed"));
    }
    Ok(())
}

/// What a thread keeps from plane to plane.
#[derive(Default)]
struct Buffers {
    piece: Vec<u8>,
    chosen: Vec<u8>,
}

/// Reads and converts one plane.
fn fill_slot(
    file: &File,
    plane: &Plane,
    region: &Region,
    slot: &mut [u8],
    buffers: &mut Buffers,
) -> Result<(), Reason> {
    let sample_bytes = plane.conversion.from().bytes();
    let row_bytes = region.frame_columns.saturating_mul(sample_bytes);
    let slot_row_bytes = region.columns.count.saturating_mul(plane.conversion.to().bytes());
    // Rows that aren't wanted aren't read.
    let at_once = match region.rows.step {
        1 => PIECE_BYTES.checked_div(row_bytes).unwrap_or(1).max(1),
        _ => 1,
    };
    let mut row = region.rows.first as u64;
    for target in slot.chunks_mut(at_once.saturating_mul(slot_row_bytes).max(1)) {
        let rows = target.len().checked_div(slot_row_bytes).unwrap_or(0);
        let offset = plane.offset.saturating_add(row.saturating_mul(row_bytes as u64));
        row = row.saturating_add(rows.max(region.rows.step) as u64);
        let length = rows.saturating_mul(row_bytes);
        if region.has_whole_rows() && plane.conversion.keeps_samples() {
            read_exact(file, target, offset)?;
            to_little_endian(plane, target);
            plane.conversion.settle(target);
            continue;
        }
        if buffers.piece.len() < length {
            buffers.piece.resize(length, 0);
        }
        let piece = buffers.piece.get_mut(..length).unwrap_or_default();
        read_exact(file, piece, offset)?;
        to_little_endian(plane, piece);
        let samples = if region.has_whole_rows() {
            &*piece
        } else {
            choose(piece, row_bytes, sample_bytes, &region.columns, &mut buffers.chosen);
            &buffers.chosen
        };
        plane.conversion.apply(samples, target).map_err(|_| Reason::Misfit)?;
    }
    Ok(())
}

fn to_little_endian(plane: &Plane, samples: &mut [u8]) {
    if plane.is_big_endian {
        swap_bytes(samples, plane.conversion.from().bytes());
    }
}

/// The samples of the wanted columns, row after row.
fn choose(rows: &[u8], row_bytes: usize, sample_bytes: usize, columns: &Range, chosen: &mut Vec<u8>) {
    chosen.clear();
    let first = columns.first.saturating_mul(sample_bytes);
    for row in rows.chunks_exact(row_bytes.max(1)) {
        let row = row.get(first..).unwrap_or_default();
        if columns.step == 1 {
            chosen.extend_from_slice(
                row.get(..columns.count.saturating_mul(sample_bytes))
                    .unwrap_or_default(),
            );
        } else {
            let samples = row.chunks_exact(sample_bytes).step_by(columns.step).take(columns.count);
            samples.for_each(|sample| chosen.extend_from_slice(sample));
        }
    }
}

/// Fills the buffer from `offset` of the file.
fn read_exact(file: &File, buffer: &mut [u8], offset: u64) -> Result<(), Reason> {
    let count = read_full(file, buffer, offset).map_err(Reason::Io)?;
    match buffer.len().saturating_sub(count) {
        0 => Ok(()),
        missing => Err(Reason::Truncated(missing as u64)),
    }
}

#[cfg(test)]
mod tests;
