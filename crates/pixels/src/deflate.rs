//! Deflated Image Frame Compression (PS3.5 A.4.13): one frame, inflated into the caller's buffer and no further.
use crate::error::{Error, Result};
use flate2::{Decompress, FlushDecompress, Status};

/// Inflates one frame (RFC 1951) into `out`; what the stream holds beyond it is left out. Gives the bytes written.
///
/// # Errors
/// `Malformed` when the stream is damaged, `Truncated` when it ends before `out` is full.
pub fn inflate_frame(frame: &[u8], out: &mut [u8]) -> Result<usize> {
    let mut inflater = Decompress::new(false);
    let damaged = |_| Error::malformed(frame.len(), "a deflated frame that doesn't inflate");
    let status = inflater
        .decompress(frame, out, FlushDecompress::Finish)
        .map_err(damaged)?;
    let written = usize::try_from(inflater.total_out()).unwrap_or(0);
    if written < out.len() {
        let what = format!("{written} of {} inflated bytes", out.len());
        return Err(match status {
            Status::StreamEnd => Error::mismatch(format!("a deflated frame of {what}")),
            _ => Error::truncated(frame.len(), &what),
        });
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::inflate_frame;
    use crate::ErrorKind;
    use std::io::Write;

    fn deflate(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_frame_is_inflated_to_its_size() {
        let pixels: Vec<u8> = (0..=255).cycle().take(5000).collect();
        let mut out = vec![0; 5000];
        assert_eq!(inflate_frame(&deflate(&pixels), &mut out).unwrap(), 5000);
        assert_eq!(out, pixels);
    }

    #[test]
    fn what_is_inflated_beyond_the_frame_is_left_out() {
        let mut out = vec![0; 100];
        assert_eq!(inflate_frame(&deflate(&vec![7; 1_000_000]), &mut out).unwrap(), 100);
        assert_eq!(out, vec![7; 100]);
    }

    #[test]
    fn a_short_or_damaged_stream_is_an_error() {
        let stream = deflate(&(0..=255).cycle().take(5000).collect::<Vec<u8>>());
        let mut out = vec![0; 5000];
        assert_eq!(
            inflate_frame(&stream[..stream.len() / 2], &mut out).unwrap_err().kind,
            ErrorKind::Truncated
        );
        assert_eq!(
            inflate_frame(&stream, &mut vec![0; 6000]).unwrap_err().kind,
            ErrorKind::Mismatch
        );
        assert_eq!(
            inflate_frame(&[0xFF; 20], &mut out).unwrap_err().kind,
            ErrorKind::Malformed
        );
        assert!(inflate_frame(&[], &mut out).is_err());
    }
}
