"""Tests of `dicom.volume.series`."""
