//! Any bytes as an RLE frame of a small image: no panic, no write past the buffer, the same result twice. The same bytes as
//! samples: encoded and decoded they come back.
#![no_main]

use dcm_pixels::{FrameDescription, rle};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [rows, columns, kind, frame @ ..] = data else {
        return;
    };
    let description = FrameDescription {
        rows: u32::from(*rows % 65),
        columns: u32::from(*columns % 65),
        samples_per_pixel: if kind & 1 == 0 { 1 } else { 3 },
        bits_allocated: [1, 8, 16, 32][usize::from(kind >> 1) % 4],
    };
    let Ok(size) = description.frame_bytes() else {
        return;
    };
    let mut first = vec![0; size];
    let mut second = vec![0xFF; size];
    let one = rle::decode_frame(frame, &description, &mut first);
    let other = rle::decode_frame(frame, &description, &mut second);
    assert_eq!(one.is_ok(), other.is_ok());
    if one.is_ok() {
        assert_eq!(first, second, "a byte of the frame was not written");
    }
    let samples: Vec<u8> = frame.iter().copied().chain(std::iter::repeat(0)).take(size).collect();
    let encoded = rle::encode_frame(&samples, &description).expect("at most 12 bytes a pixel");
    rle::decode_frame(&encoded, &description, &mut first).expect("what was just encoded");
    assert_eq!(first, samples);
    let mut segment = vec![0; 256];
    let (written, _) = rle::decode_segment(frame, &mut segment);
    assert!(written <= segment.len());
});
