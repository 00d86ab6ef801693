//! Any bytes as a codestream: no panic, and a frame that passes the guard is what the data set describes.
#![no_main]

use dcm_pixels::{FrameDescription, guard};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [rows, columns, kind, frame @ ..] = data else {
        return;
    };
    let header = guard::read_header(frame);
    let mut description = FrameDescription {
        rows: u32::from(*rows),
        columns: u32::from(*columns),
        samples_per_pixel: if kind & 1 == 0 { 1 } else { 3 },
        bits_allocated: if kind & 2 == 0 { 8 } else { 16 },
    };
    for _ in 0..2 {
        if let Ok(passed) = guard::check_frame(frame, &description) {
            let read = header.as_ref().expect("what passed the guard has a header");
            assert_eq!(&passed, read);
            assert!(passed.start <= passed.end && passed.end <= frame.len());
            assert_eq!(passed.height, description.rows);
            assert_eq!(passed.width, description.columns);
            assert!(description.frame_bytes().is_ok());
        }
        // Again with the size that the header declares, so that the later checks are reached.
        if let Ok(read) = &header {
            description.rows = read.height;
            description.columns = read.width;
        }
    }
});
