//! Big endian numbers at an offset, checked against the end of the slice.
use crate::error::{Error, Result};

pub(crate) fn u8_at(data: &[u8], offset: usize, what: &str) -> Result<u8> {
    data.get(offset).copied().ok_or_else(|| Error::truncated(offset, what))
}

pub(crate) fn array_at<const N: usize>(data: &[u8], offset: usize, what: &str) -> Result<[u8; N]> {
    data.get(offset..)
        .and_then(|rest| rest.first_chunk::<N>())
        .copied()
        .ok_or_else(|| Error::truncated(offset.min(data.len()), what))
}

pub(crate) fn u16_at(data: &[u8], offset: usize, what: &str) -> Result<u16> {
    array_at(data, offset, what).map(u16::from_be_bytes)
}

pub(crate) fn u32_at(data: &[u8], offset: usize, what: &str) -> Result<u32> {
    array_at(data, offset, what).map(u32::from_be_bytes)
}

/// `a + b` for offsets; a sum beyond the address space is beyond any frame.
pub(crate) fn add(a: usize, b: usize) -> usize {
    a.saturating_add(b)
}
