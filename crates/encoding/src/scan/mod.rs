//! The headers of many files as columns: numbers and texts by path, and where the pixels stand (PS3.10 section 7).
//!
//! In: files or bytes, and a [`Plan`]. Out: [`Scanned`], one row a source; a source that gives none says why. Threads take
//! the sources in runs; each reads only what stands before the pixels, into buffers that it uses again.

mod file;
mod header;
mod texts;

pub use texts::{Text, Texts};

use crate::options::PrivateSyntaxes;
use crate::source::SharedBytes;
use dcm_dictionary::Vr;
use file::Buffers;
use header::Header;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is scanned.
pub enum Source {
    File(PathBuf),
    Bytes(SharedBytes),
}

/// A column of numbers: `width` of them a source.
pub struct Numbers {
    /// Sequences, each of which gives its first item, and the element.
    pub path: Vec<u32>,
    pub width: usize,
    /// What the value is read as where neither the file nor the dictionary says it: of private elements.
    pub vr: Vr,
}

/// Which columns are wanted.
pub struct Plan {
    pub numbers: Vec<Numbers>,
    /// Columns of texts, by path.
    pub texts: Vec<Vec<u32>>,
    pub private_syntaxes: PrivateSyntaxes,
}

/// What is known of a source besides its columns.
#[derive(Default, Clone)]
pub struct Facts {
    /// Why the source has no row.
    pub problem: Option<String>,
    /// Bytes of the source.
    pub size: u64,
    /// When the file was last changed, in ns since 1970; 0 for bytes.
    pub modified_ns: i64,
    /// (7FE0,0010), or one of the pixel data of floats, is there.
    pub has_pixels: bool,
    /// Where the value of native (7FE0,0010) begins, and its declared length.
    pub pixels: Option<(u64, u64)>,
    pub implicit_vr: bool,
    pub big_endian: bool,
    pub deflated: bool,
}

/// No text stands there.
pub const NO_TEXT: u32 = u32::MAX;

/// What was scanned, in the order of the sources.
pub struct Scanned {
    pub facts: Vec<Facts>,
    /// Row by row: the columns of numbers one after the other; NaN where there is none.
    pub numbers: Vec<f64>,
    /// Row by row: the number of a text in `known`, or [`NO_TEXT`]; the Transfer Syntax UID behind the columns.
    pub texts: Vec<u32>,
    pub known: Vec<Text>,
}

/// Sources that a thread takes at a time: few enough for all threads to end together.
const RUN: usize = 32;
/// How often the caller is told how far it is.
const INTERVAL: Duration = Duration::from_millis(40);

/// A run of sources, scanned by one thread.
struct Part {
    first: usize,
    worker: usize,
    facts: Vec<Facts>,
    numbers: Vec<f64>,
    texts: Vec<u32>,
}

/// Scans the sources on `workers` threads, of which the caller's is one.
///
/// `tick` is called on the caller's thread with how many are done, and says whether to go on; without it there is nothing.
pub fn scan(sources: &[Source], plan: &Plan, workers: usize, tick: &mut dyn FnMut(usize) -> bool) -> Option<Scanned> {
    let work = Work {
        sources,
        plan,
        next: AtomicUsize::new(0),
        done: AtomicUsize::new(0),
        stopped: AtomicBool::new(false),
        parts: Mutex::new(Vec::new()),
    };
    let runs = sources.len().div_ceil(RUN);
    let known = std::thread::scope(|scope| {
        let others: Vec<_> = (1..workers.min(runs))
            .filter_map(|worker| {
                let work = &work;
                // A thread that the system refuses is work for the others.
                std::thread::Builder::new()
                    .spawn_scoped(scope, move || work.run(worker, &mut || true))
                    .ok()
            })
            .collect();
        let mut last = Instant::now();
        let mut go_on = || {
            let now = Instant::now();
            if now.saturating_duration_since(last) < INTERVAL {
                return true;
            }
            last = now;
            tick(work.done.load(Ordering::Relaxed))
        };
        let mut known = vec![(0, work.run(0, &mut go_on))];
        for (other, worker) in others.into_iter().zip(1..) {
            while !other.is_finished() && !work.stopped.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(1));
                if !go_on() {
                    work.stopped.store(true, Ordering::Relaxed);
                }
            }
            if let Ok(texts) = other.join() {
                known.push((worker, texts));
            }
        }
        known
    });
    if work.stopped.load(Ordering::Relaxed) {
        return None;
    }
    let parts = work.parts.into_inner().unwrap_or_else(PoisonError::into_inner);
    Some(merge(parts, known, plan, sources.len()))
}

struct Work<'a> {
    sources: &'a [Source],
    plan: &'a Plan,
    next: AtomicUsize,
    done: AtomicUsize,
    stopped: AtomicBool,
    parts: Mutex<Vec<Part>>,
}

impl Work<'_> {
    /// Scans runs of sources until none is left; gives the texts that were met.
    fn run(&self, worker: usize, go_on: &mut dyn FnMut() -> bool) -> Texts {
        let mut header = Header::new(self.plan);
        let mut buffers = Buffers::default();
        let mut texts = Texts::default();
        loop {
            let first = self.next.fetch_add(RUN, Ordering::Relaxed);
            let end = first.saturating_add(RUN).min(self.sources.len());
            let Some(run) = self.sources.get(first..end).filter(|run| !run.is_empty()) else {
                break;
            };
            let mut part = Part {
                first,
                worker,
                facts: Vec::with_capacity(run.len()),
                numbers: Vec::with_capacity(run.len().saturating_mul(header.width())),
                texts: Vec::with_capacity(run.len().saturating_mul(header.number_of_texts())),
            };
            for source in run {
                header.clear();
                let mut facts = Facts::default();
                if let Err(problem) = header.read(source, &mut buffers, &mut texts, &mut facts) {
                    facts.problem = Some(problem);
                }
                part.facts.push(facts);
                part.numbers.extend_from_slice(&header.numbers);
                part.texts.extend_from_slice(&header.texts);
            }
            self.parts.lock().unwrap_or_else(PoisonError::into_inner).push(part);
            self.done.fetch_add(run.len(), Ordering::Relaxed);
            if !go_on() {
                self.stopped.store(true, Ordering::Relaxed);
            }
            if self.stopped.load(Ordering::Relaxed) {
                break;
            }
        }
        texts
    }
}

/// Puts the parts in order, and gives equal texts of several threads one number.
fn merge(mut parts: Vec<Part>, known: Vec<(usize, Texts)>, plan: &Plan, count: usize) -> Scanned {
    parts.sort_unstable_by_key(|part| part.first);
    let width: usize = plan.numbers.iter().map(|column| column.width).sum();
    let mut scanned = Scanned {
        facts: Vec::with_capacity(count),
        numbers: Vec::with_capacity(count.saturating_mul(width)),
        texts: Vec::with_capacity(count.saturating_mul(plan.texts.len().saturating_add(1))),
        known: Vec::new(),
    };
    let mut known = known.into_iter();
    // The first thread's keep their numbers.
    let (first, mut all) = known.next().unwrap_or_default();
    let mut renumbered: Vec<Vec<u32>> = Vec::new();
    for (worker, texts) in known {
        renumbered.resize(worker.saturating_add(1).max(renumbered.len()), Vec::new());
        if let Some(numbers) = renumbered.get_mut(worker) {
            *numbers = texts.into_list().into_iter().map(|text| all.number_of(text)).collect();
        }
    }
    for part in parts {
        if part.worker == first {
            scanned.texts.extend_from_slice(&part.texts);
        } else {
            let numbers = renumbered.get(part.worker).map_or(&[][..], Vec::as_slice);
            let renumber = |text: &u32| numbers.get(*text as usize).copied().unwrap_or(NO_TEXT);
            scanned.texts.extend(part.texts.iter().map(renumber));
        }
        scanned.numbers.extend_from_slice(&part.numbers);
        scanned.facts.extend(part.facts);
    }
    scanned.known = all.into_list();
    scanned
}
