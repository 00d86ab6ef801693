"""Segmentations made by code, frame by frame: where each lies and what it holds is the caller's, right or wrong.

The bytes are packed here by NumPy alone, so that nothing of the library is proven by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import dicom
from dicom.uid import generate_uid
from tests.made_items import code, item

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
LABEL_MAP_SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.7"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"

#: What the frames lie in, and the image that they were drawn on.
FRAME_OF_REFERENCE = "1.2.3.4.5"
SERIES = "1.2.3.4.6"


class Frame(NamedTuple):
    """One frame; what is None is left out."""

    segment: int | None
    position: Sequence[float] | None
    pixels: NDArray[Any]
    source: str | None = None


def segment_item(number: int | None, label: str = "", **more: Any) -> dicom.Dataset:
    """An item of the Segment Sequence."""
    ds = item(
        SegmentLabel=label or f"part {number}",
        SegmentAlgorithmType="MANUAL",
        SegmentedPropertyCategoryCodeSequence=code("91723000", "SCT", "Anatomical structure"),
        SegmentedPropertyTypeCodeSequence=code("10200004", "SCT", "Liver"),
    )
    if number is not None:
        ds.SegmentNumber = number
    for keyword, value in more.items():
        setattr(ds, keyword, value)
    return ds


def segmentation(
    frames: Sequence[Frame],
    *,
    kind: str = "BINARY",
    segments: Sequence[dicom.Dataset] | None = None,
    orientation: Sequence[float] = (1, 0, 0, 0, 1, 0),
    pixel_spacing: Sequence[float] = (0.75, 0.5),
    spacing_between_slices: float | None = 2.0,
    thickness: float | None = 2.0,
    bits: int | None = None,
    maximum: int = 255,
    **changes: Any,
) -> dicom.FileDataset:
    """The data set of a segmentation; `changes` are set at last, None takes an element out."""
    ds = dicom.FileDataset("", {}, file_meta=dicom.FileMetaDataset())
    ds.SOPClassUID = LABEL_MAP_SEGMENTATION if kind == "LABELMAP" else SEGMENTATION
    ds.SOPInstanceUID, ds.StudyInstanceUID, ds.SeriesInstanceUID = generate_uid(), generate_uid(), generate_uid()
    ds.file_meta.MediaStorageSOPClassUID, ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPClassUID, ds.SOPInstanceUID
    ds.file_meta.TransferSyntaxUID = EXPLICIT_LITTLE
    ds.Modality = "SEG"
    ds.FrameOfReferenceUID = FRAME_OF_REFERENCE
    ds.SegmentationType = kind
    if kind == "FRACTIONAL":
        ds.SegmentationFractionalType, ds.MaximumFractionalValue = "PROBABILITY", maximum
    numbers = sorted({frame.segment for frame in frames if frame.segment})
    ds.SegmentSequence = [segment_item(n) for n in numbers] if segments is None else list(segments)
    ds.ReferencedSeriesSequence = [item(SeriesInstanceUID=SERIES)]
    measures = item(PixelSpacing=list(pixel_spacing))
    if thickness is not None:
        measures.SliceThickness = thickness
    if spacing_between_slices is not None:
        measures.SpacingBetweenSlices = spacing_between_slices
    ds.SharedFunctionalGroupsSequence = [
        item(
            PixelMeasuresSequence=[measures],
            PlaneOrientationSequence=[item(ImageOrientationPatient=list(orientation))],
        )
    ]
    ds.PerFrameFunctionalGroupsSequence = [_group(frame) for frame in frames]
    put_pixels(ds, [frame.pixels for frame in frames], bits or (1 if kind == "BINARY" else 8))
    for keyword, value in changes.items():
        if value is None:
            delattr(ds, keyword)
        else:
            setattr(ds, keyword, value)
    return ds


def _group(frame: Frame) -> dicom.Dataset:
    group = dicom.Dataset()
    if frame.position is not None:
        group.PlanePositionSequence = [item(ImagePositionPatient=[float(one) for one in frame.position])]
    if frame.segment is not None:
        group.SegmentIdentificationSequence = [item(ReferencedSegmentNumber=frame.segment)]
    if frame.source is not None:
        source = item(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.2", ReferencedSOPInstanceUID=frame.source)
        group.DerivationImageSequence = [item(SourceImageSequence=[source])]
    return group


def put_pixels(ds: dicom.Dataset, frames: Sequence[NDArray[Any]], bits: int) -> None:
    """Native pixels of a bit, a byte or two."""
    stacked = np.stack(frames)
    ds.NumberOfFrames, ds.Rows, ds.Columns = stacked.shape
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PixelRepresentation = 1, "MONOCHROME2", 0
    ds.BitsAllocated = ds.BitsStored = bits
    ds.HighBit = bits - 1
    if bits == 1:
        packed = np.packbits(stacked.astype(bool).ravel(), bitorder="little").tobytes()
    else:
        packed = stacked.astype(f"<u{bits // 8}").tobytes()
    ds["PixelData"] = dicom.DataElement(0x7FE00010, "OB" if bits <= 8 else "OW", packed + b"\0" * (len(packed) % 2))


def written(ds: dicom.FileDataset, path: Path) -> Path:
    """The same in a file."""
    dicom.write(ds, path)
    return path


def transcoded(ds: dicom.FileDataset, transfer_syntax: str, folder: Path) -> dicom.FileDataset:
    """The same in another transfer syntax, by way of files."""
    dicom.transcode(written(ds, folder / "native.dcm"), folder / "transcoded.dcm", transfer_syntax)
    return dicom.read(folder / "transcoded.dcm")
