"""What a data set gives: each line is a promise to those who read one."""

from typing import Any, assert_type

import numpy as np

import dicom
from dicom.tag import BaseTag
from dicom.uid import UID
from dicom.values import IS, DSfloat, MultiValue, PersonName

ds = dicom.read_file("ct.dcm")
assert_type(ds, dicom.FileDataset)

# One value: by VR.
assert_type(ds.Rows, int)
assert_type(ds.PatientName, PersonName)
assert_type(ds.PatientID, str)
assert_type(ds.StudyDate, str)
assert_type(ds.StudyInstanceUID, UID)
assert_type(ds.SliceThickness, DSfloat)
assert_type(ds.InstanceNumber, IS)
assert_type(ds.DiffusionBValue, float)
assert_type(ds.SmallestImagePixelValue, int)
assert_type(ds.DimensionIndexPointer, BaseTag)
assert_type(ds.PixelData, bytes)
assert_type(ds.FloatPixelData, bytes)
assert_type(ds.SelectorUNValue, bytes)

# Several: by VM.
assert_type(ds.ImageType, MultiValue[str])
assert_type(ds.ImagePositionPatient, MultiValue[DSfloat])
assert_type(ds.PixelSpacing[0], DSfloat)
assert_type(ds.PixelSpacing[:1], MultiValue[DSfloat])
assert_type([spacing for spacing in ds.PixelSpacing], list[DSfloat])
assert_type(ds.ReferencedImageRealWorldValueMappingSequence if "ReferencedImageRealWorldValueMappingSequence" in ds else None, dicom.Sequence | None)

# One or several.
assert_type(ds.WindowCenter, DSfloat | MultiValue[DSfloat])
assert_type(ds.FrameIncrementPointer, BaseTag | MultiValue[BaseTag])
