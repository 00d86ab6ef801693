//! Inflating a deflated data set (PS3.5 A.5), with a ceiling on what comes out; and deflating one.

use crate::error::{Error, Kind, Result};
use crate::options::Limits;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Decompress, FlushDecompress, Status};
use std::io::Write;

/// The inflated bytes, and whether the stream came to its end.
pub struct Inflated {
    pub bytes: Vec<u8>,
    pub complete: bool,
    /// The stream carried a zlib header, which PS3.5 A.5 does not allow.
    pub zlib_header: bool,
}

const STEP: usize = 1 << 18;
/// Below this many bytes the ratio is no matter: small text compresses well.
const RATIO_FREE: u64 = 16 << 20;

/// Inflates a raw deflate stream (RFC 1951), or a zlib one (RFC 1950) that some writers make instead.
pub fn inflate(deflated: &[u8], limits: &Limits) -> Result<Inflated> {
    if !looks_like_zlib(deflated) {
        return run(deflated, false, limits);
    }
    let wrapped = match run(deflated, true, limits) {
        Ok(inflated) if inflated.complete => return Ok(inflated),
        Err(error) if !matches!(error.kind, Kind::Deflate) => return Err(error),
        other => other,
    };
    // By chance a raw stream can begin with the same two bytes.
    match run(deflated, false, limits) {
        Ok(inflated) if inflated.complete => Ok(inflated),
        raw => wrapped.or(raw),
    }
}

/// Deflates a data set: a raw stream (RFC 1951), padded to an even length.
///
/// # Errors
/// None in practice: the bytes go to memory.
pub fn deflate(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    let mut deflated = encoder.finish()?;
    if !deflated.len().is_multiple_of(2) {
        deflated.push(0);
    }
    Ok(deflated)
}

/// The two bytes with which RFC 1950 begins.
fn looks_like_zlib(bytes: &[u8]) -> bool {
    match bytes {
        [method, flags, ..] => method & 0x0F == 8 && u16::from_be_bytes([*method, *flags]).checked_rem(31) == Some(0),
        _ => false,
    }
}

fn run(deflated: &[u8], zlib_header: bool, limits: &Limits) -> Result<Inflated> {
    let ratio_ceiling = (deflated.len() as u64)
        .saturating_mul(limits.inflation_ratio)
        .max(RATIO_FREE);
    let mut stream = Decompress::new(zlib_header);
    let mut bytes = Vec::new();
    // Inflated step by step, so that no more than a step is written past a limit: a vector's spare room doubles.
    let mut step = vec![0; STEP];
    loop {
        let consumed = usize::try_from(stream.total_in()).unwrap_or(usize::MAX);
        let rest = deflated.get(consumed..).unwrap_or_default();
        let before = stream.total_out();
        let status = stream.decompress(rest, &mut step, FlushDecompress::None);
        let count = usize::try_from(stream.total_out().saturating_sub(before)).unwrap_or(usize::MAX);
        bytes.extend_from_slice(step.get(..count).unwrap_or_default());
        let produced = bytes.len() as u64;
        if produced > limits.inflated_bytes {
            return Err(Error::new(Kind::Limit("inflated_bytes", limits.inflated_bytes)));
        }
        if produced > ratio_ceiling {
            return Err(Error::new(Kind::Limit("inflation_ratio", limits.inflation_ratio)));
        }
        let stalled = count == 0 && stream.total_in() == consumed as u64;
        match status {
            Ok(Status::StreamEnd) => {
                return Ok(Inflated {
                    bytes,
                    complete: true,
                    zlib_header,
                });
            }
            Ok(_) if !stalled => {}
            // What came out before the stream broke is worth having; nothing at all is an error.
            _ if !bytes.is_empty() => {
                return Ok(Inflated {
                    bytes,
                    complete: false,
                    zlib_header,
                });
            }
            _ => return Err(Error::new(Kind::Deflate)),
        }
    }
}
