"""Tests of `dicom.volume.frames`."""
