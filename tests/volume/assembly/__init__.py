"""Tests of `dicom.volume.assembly`."""
