"""What tests of DICOM software need: a plain encoder of test files, and Hypothesis strategies that make them.

``dicom.testing.encoder`` writes any element, right or wrong, byte by byte; it shares no code with the library that it
tests. ``dicom.testing.strategies`` needs the extra ``testing`` (Hypothesis).
"""
