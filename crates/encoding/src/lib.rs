//! The wire format of DICOM (PS3.5, PS3.10), without an interpreter.
#![forbid(unsafe_code)]
