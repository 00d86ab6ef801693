"""Tests of `dicom.instances`."""
