"""Tests of `dicom.pet`."""
