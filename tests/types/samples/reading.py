"""What a data set gives. Each line is a promise that type checkers confirm; nothing here is run."""

from typing import Any, assert_type

import numpy as np

import dicom
from dicom.finding import Finding
from dicom.tag import BaseTag
from dicom.uid import UID
from dicom.values import IS, DSfloat, MultiValue, PersonName

ds = dicom.read_file("ct.dcm")
assert_type(ds, dicom.FileDataset)
with dicom.read(b"") as opened:
    assert_type(opened, dicom.FileDataset)

# One value: the type goes by the VR.
assert_type(ds.Rows, int)
assert_type(ds.PatientName, PersonName)
assert_type(ds.PatientName.family_name, str)
assert_type(ds.PatientID, str)
assert_type(ds.StudyDate, str)
assert_type(ds.StudyInstanceUID, UID)
assert_type(ds.SliceThickness, DSfloat)
assert_type(ds.InstanceNumber, IS)
assert_type(ds.DiffusionBValue, float)
assert_type(ds.DimensionIndexPointer, BaseTag)
assert_type(ds.PixelData, bytes)
assert_type(ds.FloatPixelData, bytes)
assert_type(ds.SelectorUNValue, bytes)
# A choice of VRs, and a retired attribute.
assert_type(ds.SmallestImagePixelValue, int)
assert_type(ds.GrayLookupTableData, bytes | int | MultiValue[int])
assert_type(ds.StudyStatusID, str)
# Their VM is 1 in every file, though PS3.6 has "1-n" for them.
assert_type(ds.WaveDimensionValuesSequence, dicom.Sequence)
assert_type(ds.DataStreamingProtocol, str)

# Several values, or one and several: that goes by the VM.
assert_type(ds.ImageType, MultiValue[str])
assert_type(ds.ImagePositionPatient, MultiValue[DSfloat])
assert_type(ds.PixelSpacing[0], DSfloat)
assert_type(ds.PixelSpacing[:1], MultiValue[DSfloat])
assert_type([spacing * 2 for spacing in ds.PixelSpacing], list[float])
assert_type(ds.WindowCenter, DSfloat | MultiValue[DSfloat])
assert_type(ds.FrameIncrementPointer, BaseTag | MultiValue[BaseTag])
if isinstance(ds.WindowCenter, MultiValue):
    assert_type(ds.WindowCenter[0], DSfloat)

# Items are data sets with the same attributes.
assert_type(ds.ReferencedImageSequence, dicom.Sequence)
assert_type(ds.ReferencedImageSequence[0], dicom.Dataset)
assert_type(ds.ReferencedImageSequence[0].ReferencedSOPInstanceUID, UID)
for item in ds.ReferencedImageSequence:
    assert_type(item, dicom.Dataset)

# Elements by tag and keyword, and parts.
assert_type(ds[0x0010, 0x0010], dicom.DataElement)
assert_type(ds[0x00100010], dicom.DataElement)
assert_type(ds["PatientName"], dicom.DataElement)
assert_type(ds[dicom.Tag("PatientName")].tag, BaseTag)
assert_type(ds["PatientName"].value, Any)
assert_type(ds[0x00100000:0x00110000], dicom.Dataset)
assert_type(ds.group_dataset(0x0010).PatientID, str)
assert_type(ds.get("PatientName"), Any)
assert_type(ds.get("PatientName", ""), Any)
assert_type(ds.get(0x00100010), dicom.DataElement | None)
assert_type(ds.get((0x0010, 0x0010)), dicom.DataElement | None)
assert_type(ds.get(dicom.Tag(0x00100010), 0), dicom.DataElement | int)
assert_type(ds.private_block(0x0011, "ACME")[0x01], dicom.DataElement)
assert_type([element.VR for element in ds], list[str])
assert_type("PatientName" in ds, bool)
assert_type(len(ds), int)


def visit(dataset: dicom.Dataset, element: dicom.DataElement) -> None:
    """Be called by `walk`."""
    assert_type(dataset.Modality, str)
    assert_type(element.VM, int)


ds.walk(visit)
visit(ds.ReferencedImageSequence[0], next(ds.iterall()))

# What isn't an element.
assert_type(ds.pixel_array, np.ndarray[Any, Any])
assert_type(ds.file_meta, dicom.FileMetaDataset)
assert_type(ds.file_meta.TransferSyntaxUID, UID)
assert_type(ds.file_meta.TransferSyntaxUID.is_compressed, bool)
assert_type(ds.copy(), dicom.FileDataset)
assert_type(ds.findings, list[Finding])
assert_type(dicom.pixel_spacing(ds).unit, str)
assert_type(dicom.axes(ds).x.spacing, float)
