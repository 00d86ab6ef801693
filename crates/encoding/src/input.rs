//! How the parser sees its bytes: all at hand, or a window that moves over a source and keeps what is wanted.

use crate::error::Result;
use crate::source::{ByteSource, SharedBytes};
use std::sync::Arc;

/// A run of bytes that was read, and where it stands in the source.
#[derive(Clone)]
pub struct Segment {
    pub offset: u64,
    pub bytes: SharedBytes,
}

/// What the parser asks of its bytes.
pub trait Input {
    /// Where the bytes end, counted from the beginning of the source.
    fn end(&self) -> u64;
    /// Up to `length` bytes from `offset`: fewer at the end only.
    fn peek(&mut self, offset: u64, length: usize) -> Result<&[u8]>;
    /// Sees to it that a value is in memory when the parser is done.
    fn keep(&mut self, offset: u64, length: u64) -> Result<()>;
    /// What is in memory from `offset` on, and stays there: perhaps nothing.
    fn at_hand(&self, offset: u64) -> &[u8];
}

/// All bytes at hand.
pub struct Whole<'a> {
    pub offset: u64,
    pub bytes: &'a [u8],
}

impl Input for Whole<'_> {
    fn end(&self) -> u64 {
        self.offset.saturating_add(self.bytes.len() as u64)
    }

    #[inline]
    fn peek(&mut self, offset: u64, length: usize) -> Result<&[u8]> {
        Ok(slice(self.bytes, self.offset, offset, length))
    }

    #[inline]
    fn keep(&mut self, _: u64, _: u64) -> Result<()> {
        Ok(())
    }

    #[inline]
    fn at_hand(&self, offset: u64) -> &[u8] {
        slice(self.bytes, self.offset, offset, usize::MAX)
    }
}

/// The part of `bytes`, which begin at `base`, that stands at `offset`, as far as there is one.
#[inline]
fn slice(bytes: &[u8], base: u64, offset: u64, length: usize) -> &[u8] {
    let Some(start) = offset.checked_sub(base).and_then(|start| usize::try_from(start).ok()) else {
        return &[];
    };
    let end = start.saturating_add(length).min(bytes.len());
    bytes.get(start..end).unwrap_or_default()
}

/// Read ahead for element headers. Large enough for the header of a CT, small beside its pixels.
const AHEAD: usize = 16 << 10;
/// Read ahead while passing over large values, one fragment after the other.
const HOP: usize = 4 << 10;

/// A window over a source: it grows while wanted bytes follow each other, and starts anew after what was passed over.
pub struct Window<'a> {
    source: &'a dyn ByteSource,
    end: u64,
    done: Vec<Segment>,
    start: u64,
    bytes: Vec<u8>,
    hop_start: u64,
    hop: Vec<u8>,
}

impl<'a> Window<'a> {
    /// A window that begins with bytes that were read from `start` already.
    pub fn new(source: &'a dyn ByteSource, start: u64, bytes: Vec<u8>) -> Self {
        Self {
            source,
            end: source.length(),
            done: Vec::new(),
            start,
            bytes,
            hop_start: 0,
            hop: Vec::new(),
        }
    }

    fn window_end(&self) -> u64 {
        self.start.saturating_add(self.bytes.len() as u64)
    }

    /// Makes the window cover `offset..offset + length`, as far as the source goes.
    fn cover(&mut self, offset: u64, length: u64, ahead: usize) -> Result<()> {
        let wanted = offset.saturating_add(length).min(self.end);
        if offset >= self.start && wanted <= self.window_end() {
            return Ok(());
        }
        if offset < self.start || offset > self.window_end() {
            let bytes = std::mem::take(&mut self.bytes);
            if !bytes.is_empty() {
                self.done.push(Segment {
                    offset: self.start,
                    bytes: Arc::new(bytes),
                });
            }
            self.start = offset;
        }
        let from = self.window_end();
        let until = wanted.max(from.saturating_add(ahead as u64)).min(self.end);
        let more = usize::try_from(until.saturating_sub(from)).unwrap_or(usize::MAX);
        let have = self.bytes.len();
        // `more` is bounded by the length of the source, so the allocation is too.
        self.bytes.resize(have.saturating_add(more), 0);
        let target = self.bytes.get_mut(have..).unwrap_or_default();
        let count = self.source.read_at(from, target)?;
        self.bytes.truncate(have.saturating_add(count));
        if count < more {
            // The source ended before its length said: it became shorter meanwhile.
            self.end = self.window_end();
        }
        Ok(())
    }

    /// What was kept, ascending by offset.
    pub fn into_segments(mut self) -> Vec<Segment> {
        if !self.bytes.is_empty() {
            self.done.push(Segment {
                offset: self.start,
                bytes: Arc::new(self.bytes),
            });
        }
        self.done.sort_by_key(|segment| segment.offset);
        self.done
    }
}

impl Input for Window<'_> {
    fn end(&self) -> u64 {
        self.end
    }

    fn peek(&mut self, offset: u64, length: usize) -> Result<&[u8]> {
        let beyond = offset.saturating_sub(self.window_end());
        if offset < self.start || beyond > AHEAD as u64 {
            // Far from the window: hop, so that passing over large values doesn't drag their bytes along.
            let hop_end = self.hop_start.saturating_add(self.hop.len() as u64);
            let wanted = offset.saturating_add(length as u64).min(self.end);
            if offset < self.hop_start || wanted > hop_end {
                let room = usize::try_from(self.end.saturating_sub(offset)).unwrap_or(usize::MAX);
                self.hop.resize(room.min(HOP.max(length)), 0);
                let count = self.source.read_at(offset, &mut self.hop)?;
                self.hop.truncate(count);
                self.hop_start = offset;
            }
            return Ok(slice(&self.hop, self.hop_start, offset, length));
        }
        if beyond > 0 {
            // A small gap is cheaper to read than to leave out.
            let gap_end = self.window_end();
            self.cover(gap_end, beyond.saturating_add(length as u64), AHEAD)?;
        } else {
            self.cover(offset, length as u64, AHEAD)?;
        }
        Ok(slice(&self.bytes, self.start, offset, length))
    }

    fn keep(&mut self, offset: u64, length: u64) -> Result<()> {
        self.cover(offset, length, 0)
    }

    fn at_hand(&self, offset: u64) -> &[u8] {
        slice(&self.bytes, self.start, offset, usize::MAX)
    }
}
