"""Tests of `dicom.volume.geometry`."""
