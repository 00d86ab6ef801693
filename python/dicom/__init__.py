"""DICOM files in Python."""
