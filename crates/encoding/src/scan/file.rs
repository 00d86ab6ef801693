//! The beginning of a file, read into buffers that are used again for the next one.

use crate::error::{Error, Kind, Result};
use crate::input::Input;
use crate::part10::FIRST_READ;
use crate::source::read_full;
use std::fs::{File, Metadata};
use std::path::Path;

/// What a thread keeps from file to file.
#[derive(Default)]
pub struct Buffers {
    start: Vec<u8>,
    hop: Vec<u8>,
}

/// More of the beginning than this is not kept in one piece; what stands further on is read where it is asked for.
const MOST_START: usize = 4 << 20;
/// Read at a time further on.
const HOP: usize = 4 << 10;

/// A file, read by position: its beginning stays in memory, and beside it what was asked for last.
pub struct FileInput<'b> {
    file: File,
    end: u64,
    start: &'b mut Vec<u8>,
    hop: &'b mut Vec<u8>,
    hop_start: u64,
}

impl<'b> FileInput<'b> {
    /// Opens a file and reads its first bytes; gives too what the system says of it.
    pub fn open(path: &Path, buffers: &'b mut Buffers) -> Result<(Self, Metadata)> {
        let file = open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(std::io::Error::from(std::io::ErrorKind::IsADirectory).into());
        }
        if !metadata.is_file() {
            return Err(Error::new(Kind::NotDicom("it is no regular file")));
        }
        buffers.start.clear();
        buffers.hop.clear();
        let mut input = Self {
            file,
            end: metadata.len(),
            start: &mut buffers.start,
            hop: &mut buffers.hop,
            hop_start: 0,
        };
        input.grow(FIRST_READ)?;
        Ok((input, metadata))
    }

    /// All of the file from `offset` on.
    pub fn rest(&mut self, offset: u64) -> Result<Vec<u8>> {
        let length = usize::try_from(self.end.saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut rest = vec![0; length];
        let count = read_full(&self.file, &mut rest, offset)?;
        rest.truncate(count);
        Ok(rest)
    }

    /// Makes the beginning at least `wanted` bytes long, as far as the file goes.
    fn grow(&mut self, wanted: usize) -> Result<()> {
        let have = self.start.len();
        let room = usize::try_from(self.end).unwrap_or(usize::MAX);
        let more = wanted.min(room).saturating_sub(have);
        if more == 0 {
            return Ok(());
        }
        self.start.resize(have.saturating_add(more), 0);
        let target = self.start.get_mut(have..).unwrap_or_default();
        let count = read_full(&self.file, target, have as u64)?;
        self.start.truncate(have.saturating_add(count));
        if count < more {
            // It became shorter since the system told its length.
            self.end = self.start.len() as u64;
        }
        Ok(())
    }
}

impl Input for FileInput<'_> {
    fn end(&self) -> u64 {
        self.end
    }

    fn peek(&mut self, offset: u64, length: usize) -> Result<&[u8]> {
        let place = usize::try_from(offset).unwrap_or(usize::MAX);
        let end = place.saturating_add(length);
        let near = place <= self.start.len().saturating_add(FIRST_READ) && end <= MOST_START;
        if near && end > self.start.len() {
            self.grow(end.saturating_add(FIRST_READ))?;
        }
        if end <= self.start.len() || near {
            let end = end.min(self.start.len());
            return Ok(self.start.get(place..end).unwrap_or_default());
        }
        let wanted = offset.saturating_add(length as u64).min(self.end);
        let hop_end = self.hop_start.saturating_add(self.hop.len() as u64);
        if offset < self.hop_start || wanted > hop_end {
            let room = usize::try_from(self.end.saturating_sub(offset)).unwrap_or(usize::MAX);
            self.hop.clear();
            self.hop.resize(room.min(HOP.max(length)), 0);
            let count = read_full(&self.file, self.hop, offset)?;
            self.hop.truncate(count);
            self.hop_start = offset;
        }
        let start = usize::try_from(offset.saturating_sub(self.hop_start)).unwrap_or(usize::MAX);
        let end = start.saturating_add(length).min(self.hop.len());
        Ok(self.hop.get(start..end).unwrap_or_default())
    }

    fn keep(&mut self, _: u64, _: u64) -> Result<()> {
        // Values are read when the rows are known.
        Ok(())
    }

    fn at_hand(&self, offset: u64) -> &[u8] {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        self.start.get(start..).unwrap_or_default()
    }
}

/// Opening a pipe would wait for a writer, unless the system is told not to wait.
#[cfg(unix)]
fn open(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    const O_NONBLOCK: i32 = if cfg!(any(target_os = "linux", target_os = "android")) {
        0o4000
    } else {
        0x0004
    };
    File::options().read(true).custom_flags(O_NONBLOCK).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> std::io::Result<File> {
    File::open(path)
}
