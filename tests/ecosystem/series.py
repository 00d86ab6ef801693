"""A CT series of a phantom, made by code: what the dependents' jobs work on.

In: a folder. Out: one DICOM file a slice in it, the same bytes on each run. The phantom: an ellipsoid in air, with a
ball of bone and an off-centre cylinder in it. Its pretended patient has a name in three scripts, other identifiers in
a sequence and a private block, so that there is something to take out. No real patient.
Standard: PS3.3 A.3 (CT Image IOD). Written by `dicom.testing.encoder`, which shares nothing with the library's writer.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dicom import dictionary
from dicom.testing.encoder import (
    EXPLICIT_LITTLE,
    Element,
    Encoding,
    Item,
    Items,
    encode_element,
    encode_elements,
    encoding_of,
    padded,
)

CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
#: Below a root that was given for examples; the parts after it name study, series and instance.
ROOT = "1.2.826.0.1.3680043.9.7433.9"
STUDY = f"{ROOT}.1"
FRAME_OF_REFERENCE = f"{ROOT}.4"
PRIVATE_CREATOR = "PHANTOM MAKER"
PATIENT_NAME = "Yamada^Tarou=山田^太郎=やまだ^たろう"
INTERCEPT = -1024


class Geometry(NamedTuple):
    """Size of a series, and where it lies (LPS, mm)."""

    slices: int = 16
    rows: int = 96
    columns: int = 96
    pixel_mm: float = 2.5
    slice_mm: float = 4.0


def hounsfield(geometry: Geometry) -> np.ndarray:
    """The phantom, shape (slices, rows, columns), int16, in HU."""
    slices, rows, columns = np.meshgrid(
        *(np.linspace(-1.0, 1.0, count) for count in geometry[:3]), indexing="ij", sparse=True
    )
    volume = np.full(geometry[:3], -1000, np.int16)
    volume[(slices / 1.2) ** 2 + (rows / 0.8) ** 2 + (columns / 0.9) ** 2 <= 1.0] = 40
    volume[(rows - 0.2) ** 2 + (columns + 0.35) ** 2 + 0 * slices <= 0.15**2] = -120
    volume[(slices * 0.6) ** 2 + (rows + 0.1) ** 2 + (columns - 0.3) ** 2 <= 0.3**2] = 700
    return volume


def make_ct_series(
    folder: Path,
    geometry: Geometry | None = None,
    *,
    transfer_syntax: str = EXPLICIT_LITTLE,
    series: int = 1,
    patient_name: str = PATIENT_NAME,
) -> list[Path]:
    """Write the series; give the files in the order of their position, feet first."""
    geometry = geometry or Geometry()
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for index, elements in enumerate(ct_elements(geometry, series, patient_name)):
        meta = _meta(transfer_syntax, f"{STUDY}.{series}.{index + 1}")
        path = folder / f"slice{index + 1:03}.dcm"
        path.write_bytes(bytes(128) + b"DICM" + meta + encode_elements(elements, encoding_of(transfer_syntax)))
        paths.append(path)
    return paths


def ct_elements(
    geometry: Geometry | None = None, series: int = 1, patient_name: str = PATIENT_NAME
) -> list[list[Element]]:
    """The Data Elements of each slice, in the order of their tags."""
    geometry = geometry or Geometry()
    stored = (hounsfield(geometry) - INTERCEPT).astype("<u2")
    return [
        _elements(geometry, index, f"{STUDY}.{series}.{index + 1}", series, patient_name, stored[index].tobytes())
        for index in range(geometry.slices)
    ]


def _meta(transfer_syntax: str, instance: str) -> bytes:
    encoding = Encoding(explicit=True, little=True)
    content = encode_elements(
        [
            Element(0x00020001, "OB", b"\0\1"),
            _text("MediaStorageSOPClassUID", CT_IMAGE_STORAGE),
            _text("MediaStorageSOPInstanceUID", instance),
            _text("TransferSyntaxUID", transfer_syntax),
            _text("ImplementationClassUID", f"{ROOT}.99"),
        ],
        encoding,
    )
    return encode_element(Element(0x00020000, "UL", (len(content),)), encoding) + content


def _elements(
    geometry: Geometry, index: int, instance: str, series: int, patient_name: str, pixels: bytes
) -> list[Element]:
    height, width = geometry.rows * geometry.pixel_mm, geometry.columns * geometry.pixel_mm
    position = (-width / 2, -height / 2, (index - geometry.slices / 2) * geometry.slice_mm)
    other_ids = Items((Item((_text("PatientID", "OTHER-1"), _text("TypeOfPatientID", "TEXT"))),))
    texts = {
        "SpecificCharacterSet": "ISO_IR 192",
        "ImageType": r"ORIGINAL\PRIMARY\AXIAL",
        "SOPClassUID": CT_IMAGE_STORAGE,
        "SOPInstanceUID": instance,
        "StudyDate": "20240305",
        "SeriesDate": "20240305",
        "AcquisitionDate": "20240305",
        "ContentDate": "20240305",
        "StudyTime": "101500",
        "SeriesTime": "101530.5",
        "AcquisitionTime": f"1016{index:02}.25",
        "ContentTime": f"1017{index:02}",
        "AccessionNumber": "A-2024-17",
        "Modality": "CT",
        "Manufacturer": "Phantom Maker",
        "InstitutionName": "Haus der Phantome",
        "ReferringPhysicianName": "Überweis^Ute",
        "StationName": "CT1",
        "StudyDescription": "Phantom, abdomen",
        "SeriesDescription": "Axial 4 mm",
        "ManufacturerModelName": "Ellipsoid",
        "PatientName": patient_name,
        "PatientID": "PHANTOM-1",
        "PatientBirthDate": "19700101",
        "PatientSex": "O",
        "PatientAge": "054Y",
        "PatientWeight": "70.5",
        "PatientComments": "Not a person",
        "BodyPartExamined": "ABDOMEN",
        "SliceThickness": f"{geometry.slice_mm:g}",
        "KVP": "120",
        "DeviceSerialNumber": "0815",
        "SoftwareVersions": r"1.0\build 7",
        "PatientPosition": "HFS",
        "StudyInstanceUID": STUDY,
        "SeriesInstanceUID": f"{STUDY}.{series}",
        "StudyID": "17",
        "SeriesNumber": str(series),
        "InstanceNumber": str(index + 1),
        "ImagePositionPatient": "\\".join(f"{value:g}" for value in position),
        "ImageOrientationPatient": r"1\0\0\0\1\0",
        "FrameOfReferenceUID": FRAME_OF_REFERENCE,
        "PositionReferenceIndicator": "",
        "SliceLocation": f"{position[2]:g}",
        "PhotometricInterpretation": "MONOCHROME2",
        "PixelSpacing": rf"{geometry.pixel_mm:g}\{geometry.pixel_mm:g}",
        "WindowCenter": r"40\600",
        "WindowWidth": r"400\2000",
        "RescaleIntercept": str(INTERCEPT),
        "RescaleSlope": "1",
        "RescaleType": "HU",
    }
    numbers = {
        "SamplesPerPixel": 1,
        "Rows": geometry.rows,
        "Columns": geometry.columns,
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
    }
    elements = [_text(keyword, value) for keyword, value in texts.items()]
    elements += [Element(dictionary.tag_for_keyword(keyword), "US", (value,)) for keyword, value in numbers.items()]  # type: ignore[arg-type]
    elements += [
        Element(0x00101002, "SQ", other_ids),
        Element(0x00190010, "LO", padded(PRIVATE_CREATOR.encode())),
        Element(0x00191001, "DS", b"1.25\\2.5"),
        Element(0x00191002, "LO", padded("Tube 3, Müller".encode())),
        Element(0x00191003, "OB", struct.pack("<4H", 1, 2, 3, 4)),
        Element(0x7FE00010, "OW", pixels),
    ]
    return sorted(elements)


def _text(keyword: str, text: str) -> Element:
    tag = dictionary.tag_for_keyword(keyword)
    assert tag is not None, keyword
    vr = dictionary.dictionary_VR(tag)
    return Element(tag, vr, padded(text.encode(), b"\0" if vr == "UI" else b" "))
