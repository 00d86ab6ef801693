//! The yardstick of `benches/rows_volume.py`: a plain program that reads whole files and converts.
//!
//! `plain_volume THREADS ROUNDS SLICE_BYTES SLOPE INTERCEPT FILE...` takes the last bytes of each file as slices of 16-bit
//! signed samples, makes one array of `f32` of them, and prints the seconds of the best round (of one thread its CPU time,
//! where the system tells it) and a sum of the values. Standard library only; nothing is looked up in a header.
use std::error::Error;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

type Slots<'a> = Vec<(&'a PathBuf, &'a mut [f32])>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || {
        arguments
            .next()
            .ok_or("THREADS ROUNDS SLICE_BYTES SLOPE INTERCEPT FILE...")
    };
    let (threads, rounds) = (next()?.parse::<usize>()?, next()?.parse::<usize>()?);
    let slice_bytes = next()?.parse::<usize>()?;
    let (slope, intercept) = (next()?.parse::<f32>()?, next()?.parse::<f32>()?);
    let files: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    let mut best = f64::INFINITY;
    let mut sum = 0.0;
    for _ in 0..rounds {
        let (started, busy) = (Instant::now(), cpu_seconds());
        let volume = read(&files, slice_bytes, slope, intercept, threads)?;
        best = best.min(match (busy, cpu_seconds()) {
            (Some(before), Some(after)) if threads == 1 => after - before,
            _ => started.elapsed().as_secs_f64(),
        });
        sum = volume.iter().map(|value| f64::from(*value)).sum();
    }
    println!("{best} {sum}");
    Ok(())
}

/// For how long this thread has been on a CPU.
fn cpu_seconds() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(status.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}

fn read(
    files: &[PathBuf],
    slice_bytes: usize,
    slope: f32,
    intercept: f32,
    threads: usize,
) -> std::io::Result<Vec<f32>> {
    let pixels = slice_bytes / 2;
    let mut volume = vec![0.0_f32; files.len().saturating_mul(pixels)];
    let mut work: Slots<'_> = files.iter().zip(volume.chunks_mut(pixels.max(1))).collect();
    let share = files.len().div_ceil(threads.max(1)).max(1);
    let failed = AtomicUsize::new(0);
    let convert = |slots: &mut [(&PathBuf, &mut [f32])]| {
        for (path, slot) in slots {
            let Ok(bytes) = std::fs::read(path) else {
                failed.fetch_add(1, Ordering::Relaxed);
                continue;
            };
            let samples = bytes.get(bytes.len().saturating_sub(slice_bytes)..).unwrap_or_default();
            for (value, sample) in slot.iter_mut().zip(samples.as_chunks::<2>().0) {
                *value = f32::from(i16::from_le_bytes(*sample)) * slope + intercept;
            }
        }
    };
    if threads < 2 {
        convert(&mut work);
    } else {
        std::thread::scope(|scope| {
            for slots in work.chunks_mut(share) {
                scope.spawn(|| convert(slots));
            }
        });
    }
    match failed.into_inner() {
        0 => Ok(volume),
        count => Err(std::io::Error::other(format!("{count} files couldn't be read"))),
    }
}
