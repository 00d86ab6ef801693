"""What may be assigned: more than what is given back. Nothing here is run."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import assert_type

import numpy as np

import dicom
from dicom.uid import UID, generate_uid
from dicom.values import DSfloat, PersonName

ds = dicom.Dataset()

ds.Rows = 512
ds.Rows = np.uint16(512)
ds.PatientName = "Family^Given"
ds.PatientName = PersonName("Family^Given")
assert_type(ds.PatientName, PersonName)
ds.PatientID = "1"
ds.StudyDate = "20260131"
ds.StudyDate = dt.date(2026, 1, 31)
ds.StudyTime = dt.time(12, 30)
ds.AcquisitionDateTime = dt.datetime(2026, 1, 31, 12, 30)
assert_type(ds.StudyDate, str)
ds.StudyInstanceUID = "1.2.3"
ds.SeriesInstanceUID = generate_uid()
assert_type(ds.StudyInstanceUID, UID)
ds.SliceThickness = 1
ds.SliceThickness = 1.5
ds.SliceThickness = "1.5"
ds.SliceThickness = Decimal("1.5")
ds.SliceThickness = np.float32(1.5)
assert_type(ds.SliceThickness, DSfloat)
ds.NumberOfFrames = 3
ds.NumberOfFrames = "3"
ds.DiffusionBValue = 1000
ds.DimensionIndexPointer = 0x00200032
ds.DimensionIndexPointer = (0x0020, 0x0032)
ds.DimensionIndexPointer = "ImagePositionPatient"
ds.PixelData = b"\0\0"
ds.PixelData = bytearray(2)
ds.PixelData = BytesIO(b"\0\0")
ds.LUTData = [0, 1, 2]
ds.LUTData = b"\0\0"

# Several values: a list, a tuple, an array, text with backslashes.
ds.ImageType = ["ORIGINAL", "PRIMARY"]
ds.ImageType = ("ORIGINAL", "PRIMARY")
ds.ImageType = "ORIGINAL\\PRIMARY"
ds.ImagePositionPatient = [0, 1.5, "2"]
ds.ImagePositionPatient = np.zeros(3)
ds.ImagePositionPatient = [np.float64(0), np.float64(1), np.float64(2)]
ds.PixelSpacing = ds.PixelSpacing[::-1]
ds.WindowCenter = 40
ds.WindowCenter = [40, 300.5]
ds.FrameIncrementPointer = [(0x0018, 0x1063), 0x00181065]
ds.SelectorUSValue = np.arange(3)

# In place.
ds.Rows += 1
ds.InstanceNumber += 1
ds.SliceThickness *= 2
ds.ImageType += ["AXIAL"]
ds.ImageType[0] = "DERIVED"
ds.PixelSpacing[0] = 1.5
ds.PixelSpacing.append("1.5")

# Items: any iterable of data sets.
ds.ReferencedImageSequence = [dicom.Dataset()]
ds.ReferencedImageSequence = dicom.Sequence([ds])
ds.ReferencedImageSequence = (dicom.Dataset() for _ in range(2))
ds.ReferencedImageSequence.append(dicom.Dataset())

# None empties an element, another element takes its place, del takes it out.
ds.Rows = None
ds.PatientName = None
ds.ReferencedImageSequence = None
ds.PatientName = ds["PatientName"]
del ds.PatientName

# File Meta Information is made of any data set.
ds.file_meta = dicom.FileMetaDataset()
ds.file_meta = dicom.Dataset()
ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"

ds.add_new("PatientID", "LO", "1")
ds.add_new((0x0010, 0x0020), "LO", "1")
ds[0x0010, 0x0020] = dicom.DataElement(0x00100020, "LO", "1")
