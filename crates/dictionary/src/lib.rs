//! The data dictionary of DICOM (PS3.6, PS3.7).
#![forbid(unsafe_code)]
