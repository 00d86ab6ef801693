//! What will be written: runs of bytes that are copied from where they were read, and bytes that were made anew.
//!
//! The whole output is planned before a byte is written, so that every length is known and every error comes first. A
//! run that was left in its source is copied from there, block by block.

use crate::error::{Error, Kind, Result};
use crate::source::SharedBytes;
use crate::table::Store;
use std::sync::Arc;

enum Piece {
    Stored {
        store: Arc<Store>,
        offset: u64,
        length: u64,
    },
    Made(Vec<u8>),
}

/// Runs of bytes, in the order in which they are written.
#[derive(Default)]
pub struct Output {
    pieces: Vec<Piece>,
    length: u64,
}

/// A place in the output that is filled in later.
#[derive(Clone, Copy)]
pub struct Mark {
    piece: usize,
    at: usize,
}

/// Bytes that are copied at a time from a source.
const BLOCK: usize = 1 << 20;

impl Output {
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes planned so far.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Plans to copy what stands in `store`; runs that follow each other become one.
    pub fn copy(&mut self, store: &Arc<Store>, offset: u64, length: u64) {
        if length == 0 {
            return;
        }
        self.length = self.length.saturating_add(length);
        if let Some(Piece::Stored {
            store: last,
            offset: start,
            length: so_far,
        }) = self.pieces.last_mut()
            && Arc::ptr_eq(last, store)
            && start.checked_add(*so_far) == Some(offset)
        {
            *so_far = so_far.saturating_add(length);
            return;
        }
        self.pieces.push(Piece::Stored {
            store: Arc::clone(store),
            offset,
            length,
        });
    }

    /// Plans bytes that were made anew, which `make` appends to what it is given.
    pub fn make<T>(&mut self, make: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        if !matches!(self.pieces.last(), Some(Piece::Made(_))) {
            self.pieces.push(Piece::Made(Vec::with_capacity(256)));
        }
        let mut none = Vec::new();
        let bytes = match self.pieces.last_mut() {
            Some(Piece::Made(bytes)) => bytes,
            _ => &mut none,
        };
        let before = bytes.len();
        let made = make(bytes);
        let added = bytes.len().saturating_sub(before);
        self.length = self.length.saturating_add(added as u64);
        made
    }

    /// Plans bytes at hand.
    pub fn append(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.make(|made| made.extend_from_slice(bytes));
        }
    }

    /// Plans four bytes that are known later.
    pub fn reserve(&mut self) -> Mark {
        self.make(|bytes| bytes.extend_from_slice(&[0; 4]));
        let piece = self.pieces.len().saturating_sub(1);
        let at = match self.pieces.last() {
            Some(Piece::Made(bytes)) => bytes.len().saturating_sub(4),
            _ => 0,
        };
        Mark { piece, at }
    }

    /// Fills in what was reserved.
    pub fn fill(&mut self, mark: Mark, value: u32, big_endian: bool) {
        let value = if big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        };
        if let Some(Piece::Made(bytes)) = self.pieces.get_mut(mark.piece)
            && let Some(place) = bytes.get_mut(mark.at..mark.at.saturating_add(4))
        {
            place.copy_from_slice(&value);
        }
    }

    /// Whether something follows a run that is copied from `store` up to `end`.
    pub fn goes_on_after(&self, store: &Arc<Store>, end: u64) -> bool {
        let copied = self.pieces.iter().position(|piece| {
            matches!(piece, Piece::Stored { store: from, offset, length }
                if Arc::ptr_eq(from, store) && offset.checked_add(*length) == Some(end))
        });
        copied.is_some_and(|at| at.saturating_add(1) < self.pieces.len())
    }

    /// Gives the bytes to `sink`, piece by piece.
    ///
    /// # Errors
    /// What `sink` says; [`Kind::Changed`] when a source no longer has the bytes.
    pub fn write<E: From<Error>>(
        &self,
        mut sink: impl FnMut(&[u8]) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        self.write_lending(u64::MAX, |_, _, _| Ok(()), &mut sink)
    }

    /// Gives runs of at least `least` bytes that are in memory to `lend`, whole; all other bytes to `sink`.
    ///
    /// # Errors
    /// What either says; [`Kind::Changed`] when a source no longer has the bytes.
    pub fn write_lending<E: From<Error>>(
        &self,
        least: u64,
        mut lend: impl FnMut(SharedBytes, usize, usize) -> std::result::Result<(), E>,
        mut sink: impl FnMut(&[u8]) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut block = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Made(bytes) => sink(bytes)?,
                Piece::Stored { store, offset, length } if *length >= least => match store.shared(*offset, *length) {
                    Some((bytes, start, end)) => lend(bytes, start, end)?,
                    None => copy_blocks(store, *offset, *length, &mut block, &mut sink)?,
                },
                Piece::Stored { store, offset, length } => match store.bytes(*offset, *length) {
                    Some(bytes) => sink(bytes)?,
                    None => copy_blocks(store, *offset, *length, &mut block, &mut sink)?,
                },
            }
        }
        Ok(())
    }

    /// All bytes at once.
    ///
    /// # Errors
    /// [`Kind::Changed`] when a source no longer has the bytes.
    pub fn into_bytes(self) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.length).unwrap_or(0));
        self.write(|more| -> Result<()> {
            bytes.extend_from_slice(more);
            Ok(())
        })?;
        Ok(bytes)
    }
}

fn copy_blocks<E: From<Error>>(
    store: &Store,
    mut offset: u64,
    mut left: u64,
    block: &mut Vec<u8>,
    sink: &mut impl FnMut(&[u8]) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(BLOCK);
        block.resize(wanted, 0);
        if store.read_into(offset, block)? < wanted {
            return Err(Error::at(Kind::Changed("it is shorter"), offset).into());
        }
        sink(block)?;
        offset = offset.saturating_add(wanted as u64);
        left = left.saturating_sub(wanted as u64);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::input::Segment;

    fn store(bytes: &'static [u8]) -> Arc<Store> {
        let segment = Segment {
            offset: 0,
            bytes: Arc::new(bytes),
        };
        Arc::new(Store::new(vec![segment], None))
    }

    #[test]
    fn runs_that_follow_each_other_are_copied_as_one() {
        let store = store(b"0123456789");
        let mut output = Output::new();
        output.copy(&store, 2, 3);
        output.copy(&store, 5, 2);
        output.append(b"ab");
        output.copy(&store, 7, 1);
        assert_eq!(output.pieces.len(), 3);
        assert_eq!(output.length(), 8);
        assert_eq!(output.into_bytes().unwrap(), b"23456ab7");
    }

    #[test]
    fn a_reserved_place_is_filled_in_after_more_was_planned() {
        let store = store(b"0123456789");
        let mut output = Output::new();
        output.append(b"x");
        let mark = output.reserve();
        output.append(b"y");
        output.copy(&store, 0, 2);
        output.append(b"z");
        output.fill(mark, 0x0102, false);
        assert_eq!(output.into_bytes().unwrap(), b"x\x02\x01\0\0y01z");
    }

    #[test]
    fn what_follows_the_end_of_a_store_is_noticed() {
        let store = store(b"0123456789");
        let mut output = Output::new();
        output.copy(&store, 8, 2);
        assert!(!output.goes_on_after(&store, 10));
        output.append(b"a");
        assert!(output.goes_on_after(&store, 10));
        assert!(!output.goes_on_after(&store, 9));
    }

    #[test]
    fn a_run_that_the_store_does_not_have_is_an_error() {
        let store = store(b"0123456789");
        let mut output = Output::new();
        output.copy(&store, 8, 5);
        assert!(matches!(output.into_bytes().unwrap_err().kind, Kind::Changed(_)));
    }
}
