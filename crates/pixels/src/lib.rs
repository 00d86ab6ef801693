//! Frames of DICOM images, without an interpreter.
#![forbid(unsafe_code)]
