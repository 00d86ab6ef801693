"""Tests of `dicom.radiotherapy`."""
