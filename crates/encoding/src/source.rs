//! Where bytes come from, read by position: a file, or bytes at hand. Nothing is mapped into memory, because a file
//! that shrinks under a mapping kills the process.

use crate::error::{Error, Kind, Result};
use std::fs::{File, Metadata};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Bytes that someone else owns: a `Vec`, or a Python `bytes` object.
pub type SharedBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// Positioned reads.
pub trait ByteSource: Send + Sync {
    /// Bytes from the beginning to the end.
    fn length(&self) -> u64;
    /// Fills `buffer` from `offset`; gives fewer bytes only at the end of the source.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize>;
    /// Refuses a source that is no longer the one that was read.
    fn ensure_unchanged(&self) -> Result<()> {
        Ok(())
    }
    /// Reads a value that was left in the source, once it is sure that the source is still the same.
    fn read_deferred(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        self.ensure_unchanged()?;
        let count = self.read_at(offset, buffer)?;
        // Asked again after the read, so that a change in the middle of it is seen too.
        self.ensure_unchanged()?;
        Ok(count)
    }
    /// Gives up what is held open.
    fn close(&self) {}
}

/// Descriptors that data sets hold for values that they left in their files.
static HELD: AtomicUsize = AtomicUsize::new(0);
/// Past this many the path is opened again when a value is asked for. Half of a common limit of 1024 stays free.
pub const MOST_HELD: usize = 256;

/// A file, and which one it was when it was opened.
pub struct FileSource {
    path: PathBuf,
    length: u64,
    identity: Identity,
    regular: bool,
    state: Mutex<State>,
}

enum State {
    Open(Arc<File>, Option<Held>),
    Released,
    Closed,
}

/// One place in the budget of held descriptors.
struct Held;

impl Held {
    fn take() -> Option<Self> {
        HELD.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
            (held < MOST_HELD).then(|| held.saturating_add(1))
        })
        .is_ok()
        // Not `then_some`: a `Self` that is made and thrown away would give back a place that nobody took.
        .then(|| Self)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HELD.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What tells one file from another that has its name, and one content from the next.
#[derive(PartialEq, Eq, Clone, Copy)]
struct Identity {
    file: (u64, u64),
    length: u64,
    modified: Option<std::time::SystemTime>,
}

#[cfg(unix)]
fn file_number(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

/// Windows tells a file's number only to nightly Rust; the time of its creation stands in for it.
#[cfg(windows)]
fn file_number(metadata: &Metadata) -> (u64, u64) {
    use std::os::windows::fs::MetadataExt;
    (metadata.creation_time(), 0)
}

#[cfg(not(any(unix, windows)))]
fn file_number(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        Self {
            file: file_number(metadata),
            length: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }
}

#[cfg(unix)]
fn read_some(file: &File, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_some(file: &File, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

#[cfg(not(any(unix, windows)))]
fn read_some(mut file: &File, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
    use std::io::{Read, Seek, SeekFrom};
    file.seek(SeekFrom::Start(offset))?;
    file.read(buffer)
}

/// Fills `buffer` from `offset` of a file; gives fewer bytes only at its end.
pub fn read_full(file: &File, mut buffer: &mut [u8], mut offset: u64) -> std::io::Result<usize> {
    let mut total = 0_usize;
    while !buffer.is_empty() {
        match read_some(file, buffer, offset) {
            Ok(0) => break,
            Ok(count) => {
                total = total.saturating_add(count);
                offset = offset.saturating_add(count as u64);
                buffer = buffer.get_mut(count..).unwrap_or_default();
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(total)
}

/// When a file was last changed, in nanoseconds since 1970; 0 where the system doesn't say.
#[cfg(unix)]
pub fn modified_ns(metadata: &Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt;
    metadata
        .mtime()
        .saturating_mul(1_000_000_000)
        .saturating_add(metadata.mtime_nsec())
}

#[cfg(not(unix))]
pub fn modified_ns(metadata: &Metadata) -> i64 {
    let modified = metadata.modified().ok();
    let since = modified.and_then(|modified| modified.duration_since(std::time::UNIX_EPOCH).ok());
    since.map_or(0, |since| i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

impl FileSource {
    /// Opens the file for positioned reads.
    pub fn open(path: &Path) -> Result<Self> {
        Self::new(File::open(path)?, path.to_path_buf())
    }

    fn new(file: File, path: PathBuf) -> Result<Self> {
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            // Opening a folder works on some systems and fails only at the first read.
            return Err(std::io::Error::from(std::io::ErrorKind::IsADirectory).into());
        }
        let identity = Identity::of(&metadata);
        Ok(Self {
            path,
            length: identity.length,
            identity,
            regular: metadata.is_file(),
            state: Mutex::new(State::Open(Arc::new(file), None)),
        })
    }

    /// True for what has a length and can be read by position; a pipe can't.
    pub const fn is_regular(&self) -> bool {
        self.regular
    }

    /// When the file was last changed.
    pub fn modified(&self) -> Option<std::time::SystemTime> {
        self.identity.modified
    }

    /// Reads from the beginning to the end, but no more than `limit` bytes. For a source that was not read before.
    pub fn read_whole(&self, limit: u64) -> Result<Vec<u8>> {
        use std::io::Read;
        let expected = self.length.min(limit);
        let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(usize::MAX));
        let file = self.file()?;
        (&*file).take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Keeps the descriptor for values that were left in the file, or gives it up when enough are held.
    pub fn hold(&self) {
        let mut state = self.state();
        if let State::Open(_, held) = &mut *state {
            *held = Held::take();
            if held.is_none() {
                *state = State::Released;
            }
        }
    }

    /// Gives the descriptor up: nothing was left in the file.
    pub fn release(&self) {
        let mut state = self.state();
        if matches!(*state, State::Open(..)) {
            *state = State::Released;
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn file(&self) -> Result<Arc<File>> {
        match &*self.state() {
            State::Open(file, _) => return Ok(Arc::clone(file)),
            State::Closed => return Err(Error::new(Kind::Closed)),
            State::Released => {}
        }
        let file = File::open(&self.path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::new(Kind::Changed("it has gone")),
            _ => error.into(),
        })?;
        if Identity::of(&file.metadata()?) != self.identity {
            return Err(Error::new(Kind::Changed(
                "another file has its name, or its size or time is another",
            )));
        }
        Ok(Arc::new(file))
    }

    fn check(&self, file: &File) -> Result<()> {
        let now = Identity::of(&file.metadata()?);
        if now.length != self.identity.length || now.modified != self.identity.modified {
            return Err(Error::new(Kind::Changed("its size or time is another")));
        }
        Ok(())
    }
}

impl ByteSource for FileSource {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        Ok(read_full(&*self.file()?, buffer, offset)?)
    }

    fn ensure_unchanged(&self) -> Result<()> {
        self.check(&*self.file()?)
    }

    fn read_deferred(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        // One descriptor for all three: the path may have to be opened for it.
        let file = self.file()?;
        self.check(&file)?;
        let count = read_full(&file, buffer, offset)?;
        self.check(&file)?;
        Ok(count)
    }

    fn close(&self) {
        *self.state() = State::Closed;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
    use super::*;

    /// The budget of descriptors is one for the process: a test that needs a place, and one that takes all, have it
    /// one after the other.
    static BUDGET: Mutex<()> = Mutex::new(());

    fn scratch(name: &str, bytes: &[u8]) -> PathBuf {
        let path = std::env::temp_dir().join(format!("dcm-encoding-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        path
    }

    #[test]
    fn a_held_descriptor_outlives_the_name() {
        let _alone = BUDGET.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let path = scratch("unlinked", b"0123456789");
        let source = FileSource::open(&path).unwrap();
        source.hold();
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, b"other byte").unwrap();
        let mut buffer = [0; 4];
        assert_eq!(source.read_deferred(3, &mut buffer).unwrap(), 4);
        assert_eq!(&buffer, b"3456");
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_released_file_that_was_replaced_is_refused() {
        let path = scratch("replaced", b"0123456789");
        let source = FileSource::open(&path).unwrap();
        source.release();
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, b"other bytes").unwrap();
        let error = source.read_deferred(3, &mut [0; 4]).unwrap_err();
        assert!(matches!(error.kind, Kind::Changed(_)));
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_released_file_that_is_the_same_is_opened_again() {
        let path = scratch("released", b"0123456789");
        let source = FileSource::open(&path).unwrap();
        source.release();
        let mut buffer = [0; 20];
        assert_eq!(source.read_deferred(3, &mut buffer).unwrap(), 7);
        assert_eq!(&buffer[..7], b"3456789");
        std::fs::remove_file(&path).unwrap();
        let error = source.read_deferred(3, &mut buffer).unwrap_err();
        assert!(matches!(error.kind, Kind::Changed("it has gone")));
    }

    #[test]
    fn no_more_than_a_number_of_descriptors_are_held() {
        let _alone = BUDGET.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let path = scratch("held", b"0123456789");
        let is_open = |source: &FileSource| matches!(*source.state(), State::Open(..));
        for _ in 0..3 {
            let sources: Vec<_> = (0..MOST_HELD * 2)
                .map(|_| {
                    let source = FileSource::open(&path).unwrap();
                    source.hold();
                    source
                })
                .collect();
            // Tests beside this one hold a few too.
            let held = sources.iter().filter(|source| is_open(source)).count();
            assert!((MOST_HELD - 8..=MOST_HELD).contains(&held), "{held}");
            for source in &sources {
                assert_eq!(source.read_deferred(9, &mut [0; 4]).unwrap(), 1);
            }
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_that_was_changed_in_place_is_refused() {
        let path = scratch("changed", b"0123456789");
        let source = FileSource::open(&path).unwrap();
        source.hold();
        std::fs::write(&path, b"0123").unwrap();
        let error = source.read_deferred(0, &mut [0; 2]).unwrap_err();
        assert!(matches!(error.kind, Kind::Changed(_)));
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_closed_file_gives_nothing_more() {
        let path = scratch("closed", b"0123456789");
        let source = FileSource::open(&path).unwrap();
        source.hold();
        source.close();
        assert!(matches!(
            source.read_deferred(0, &mut [0; 1]).unwrap_err().kind,
            Kind::Closed
        ));
        std::fs::remove_file(&path).unwrap();
    }
}
