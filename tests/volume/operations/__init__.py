"""Tests of `dicom.volume.operations`."""
