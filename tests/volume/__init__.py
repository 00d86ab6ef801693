"""Tests of `dicom.volume`: series, geometry, arrays."""
