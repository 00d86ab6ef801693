"""Tests of `dicom.segmentation`."""
