"""Multi-frame objects made by code, from the classic series of `made` and from arrays with an affine.

Each maker gives data sets that `made.write_series` can write. What an object can't say (the positions of a secondary
capture) it doesn't say; what it says is what the affine says.
"""

from __future__ import annotations

from math import isqrt
from struct import pack
from typing import TYPE_CHECKING

import numpy as np

import dicom
from dicom.uid import generate_uid
from tests.volume.made import decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from numpy.typing import NDArray

ENHANCED = {
    "CT": "1.2.840.10008.5.1.4.1.1.2.1",
    "MR": "1.2.840.10008.5.1.4.1.1.4.1",
    "PT": "1.2.840.10008.5.1.4.1.1.130",
}
_OTHER = {
    "NM": "1.2.840.10008.5.1.4.1.1.20",
    "RTDOSE": "1.2.840.10008.5.1.4.1.1.481.2",
    "SC": "1.2.840.10008.5.1.4.1.1.7.3",
    "US": "1.2.840.10008.5.1.4.1.1.6.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
}
_FRAME_TYPE = {"CT": "CTImageFrameTypeSequence", "MR": "MRImageFrameTypeSequence", "PT": "PETFrameTypeSequence"}
#: Of the whole object; the rest of a classic data set goes into functional groups.
_WHOLE = (
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "FrameOfReferenceUID",
    "Modality",
    "PatientID",
    "PatientName",
    "StudyDate",
    "StudyTime",
    "SeriesDate",
    "SeriesTime",
    "ImageType",
    "SeriesNumber",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "Units",
)
#: Sequence and attribute of an enhanced object, and the classic element whose value it has.
_GROUPS = (
    ("PlanePositionSequence", "ImagePositionPatient", "ImagePositionPatient"),
    ("PlaneOrientationSequence", "ImageOrientationPatient", "ImageOrientationPatient"),
    ("PixelMeasuresSequence", "PixelSpacing", "PixelSpacing"),
    ("PixelMeasuresSequence", "SliceThickness", "SliceThickness"),
    ("PixelMeasuresSequence", "SpacingBetweenSlices", "SpacingBetweenSlices"),
    ("PixelValueTransformationSequence", "RescaleSlope", "RescaleSlope"),
    ("PixelValueTransformationSequence", "RescaleIntercept", "RescaleIntercept"),
    ("PixelValueTransformationSequence", "RescaleType", "RescaleType"),
    ("FrameContentSequence", "FrameAcquisitionNumber", "AcquisitionNumber"),
    ("FrameContentSequence", "TemporalPositionIndex", "TemporalPositionIdentifier"),
    ("FrameContentSequence", "TemporalPositionIndex", "TemporalPositionIndex"),
    ("MRDiffusionSequence", "DiffusionBValue", "DiffusionBValue"),
    ("MRDiffusionSequence", "DiffusionDirectionality", "DiffusionDirectionality"),
    ("MREchoSequence", "EffectiveEchoTime", "EchoTime"),
    ("MRTimingAndRelatedParametersSequence", "RepetitionTime", "RepetitionTime"),
    ("MRTimingAndRelatedParametersSequence", "FlipAngle", "FlipAngle"),
    ("CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime", "TriggerTime"),
    (
        "RespiratorySynchronizationSequence",
        "NominalPercentageOfRespiratoryPhase",
        "NominalPercentageOfRespiratoryPhase",
    ),
)


def enhanced(
    classic: Sequence[dicom.Dataset],
    *,
    order: Iterable[int] | None = None,
    per_frame: bool = False,
    with_dimensions: bool = True,
) -> dicom.Dataset:
    """One enhanced object of the frames of classic data sets.

    Parameters
    ----------
    classic : sequence of Dataset
        Of one modality and size; ordered as the slices lie, t after t.
    order : iterable of int, optional
        Which of them becomes each frame; their own order otherwise.
    per_frame : bool
        Whether what all frames have alike is said for each frame too, instead of being shared.
    with_dimensions : bool
        Whether there are Dimension Index Values.
    """
    frames = [classic[index] for index in (range(len(classic)) if order is None else order)]
    first = frames[0]
    ds = dicom.Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = ENHANCED[first.Modality], generate_uid()
    for keyword in _WHOLE:
        if keyword in first:
            setattr(ds, keyword, first[keyword].value)
    ds.InstanceNumber = 1
    ds.NumberOfFrames = len(frames)
    ds.VolumetricProperties = "VOLUME"
    groups = [_groups_of(frame) for frame in frames]
    shared, own = (dicom.Dataset(), groups) if per_frame else _split(groups)
    if with_dimensions:
        _add_dimensions(ds, frames, own)
    ds.SharedFunctionalGroupsSequence = [shared]
    ds.PerFrameFunctionalGroupsSequence = own
    ds.PixelData = b"".join(
        frame.PixelData[: frame.Rows * frame.Columns * frame.BitsAllocated // 8] for frame in frames
    )
    return ds


def _groups_of(classic: dicom.Dataset) -> dicom.Dataset:
    made: dict[str, dicom.Dataset] = {"FrameContentSequence": dicom.Dataset()}
    for sequence, keyword, source in _GROUPS:
        if source in classic:
            setattr(made.setdefault(sequence, dicom.Dataset()), keyword, _plain(classic[source].value))
    if "DiffusionGradientOrientation" in classic:
        inner = dicom.Dataset()
        inner.DiffusionGradientOrientation = _plain(classic.DiffusionGradientOrientation)
        made["MRDiffusionSequence"].DiffusionGradientDirectionSequence = [inner]
    if "AcquisitionTime" in classic:
        day = classic.get("AcquisitionDate") or classic.StudyDate
        made["FrameContentSequence"].FrameAcquisitionDateTime = f"{day}{classic.AcquisitionTime}"
    kind = made[_FRAME_TYPE[classic.Modality]] = dicom.Dataset()
    kind.FrameType = list(classic.ImageType)
    if "FrameReferenceTime" in classic:
        # Where no macro has an attribute, it is kept as it was (PS3.3 A.70).
        made["UnassignedPerFrameConvertedAttributesSequence"] = dicom.Dataset()
        made["UnassignedPerFrameConvertedAttributesSequence"].FrameReferenceTime = classic.FrameReferenceTime
    group = dicom.Dataset()
    for sequence, item in made.items():
        setattr(group, sequence, [item])
    return group


def _plain(value: Any) -> Any:
    """A value as another VR takes it: numbers of a Decimal String, for a macro that has FD."""
    if isinstance(value, str):
        return value
    return [float(one) for one in value] if hasattr(value, "__len__") else type(value)(value)


def _split(groups: list[dicom.Dataset]) -> tuple[dicom.Dataset, list[dicom.Dataset]]:
    """What all groups have alike, and the rest of each; a frame's content is never shared (PS3.3 C.7.6.16.2.2)."""
    shared = dicom.Dataset()
    for element in list(groups[0]):
        if element.keyword != "FrameContentSequence" and all(one.get(element.tag) == element for one in groups):
            shared[element.tag] = element
            for one in groups:
                del one[element.tag]
    return shared, groups


def _add_dimensions(ds: dicom.Dataset, frames: list[dicom.Dataset], groups: list[dicom.Dataset]) -> None:
    """A stack and the place in it, as Dimension Index Values (PS3.3 C.7.6.17)."""
    organization = generate_uid()
    ds.DimensionOrganizationSequence = [dicom.Dataset()]
    ds.DimensionOrganizationSequence[0].DimensionOrganizationUID = organization
    pointers = []
    for keyword in ("StackID", "InStackPositionNumber"):
        item = dicom.Dataset()
        item.DimensionOrganizationUID = organization
        item.DimensionIndexPointer = dicom.tag.Tag(keyword)
        item.FunctionalGroupPointer = dicom.tag.Tag("FrameContentSequence")
        pointers.append(item)
    ds.DimensionIndexSequence = pointers
    orientation = np.array(frames[0].ImageOrientationPatient, float)
    normal = np.cross(orientation[:3], orientation[3:])
    heights = [round(float(normal @ np.array(one.ImagePositionPatient, float)), 4) for one in frames]
    places = {height: place for place, height in enumerate(sorted(set(heights)), 1)}
    for group, height in zip(groups, heights, strict=True):
        content = group.FrameContentSequence[0]
        content.StackID, content.InStackPositionNumber = "1", places[height]
        content.DimensionIndexValues = [1, places[height]]


def concatenation(ds: dicom.Dataset, sizes: Sequence[int]) -> list[dicom.Dataset]:
    """An enhanced object as several files of so many frames each (PS3.3 C.7.6.16.2.2.4)."""
    uid, source = generate_uid(), generate_uid()
    frame_bytes = len(ds.PixelData) // int(ds.NumberOfFrames)
    parts, begin = [], 0
    for number, size in enumerate(sizes, 1):
        part = ds.copy()
        part.SOPInstanceUID = generate_uid()
        part.ConcatenationUID, part.SOPInstanceUIDOfConcatenationSource = uid, source
        part.InConcatenationNumber, part.InConcatenationTotalNumber = number, len(sizes)
        part.ConcatenationFrameOffsetNumber = begin
        part.InstanceNumber, part.NumberOfFrames = number, size
        part.PerFrameFunctionalGroupsSequence = list(ds.PerFrameFunctionalGroupsSequence)[begin : begin + size]
        part.PixelData = ds.PixelData[begin * frame_bytes : (begin + size) * frame_bytes]
        parts.append(part)
        begin += size
    return parts


def image(kind: str, frames: NDArray[Any], **elements: Any) -> dicom.Dataset:
    """A data set with an Image Pixel module of these frames: (n, rows, columns)."""
    ds = dicom.Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = _OTHER[kind], generate_uid()
    ds.StudyInstanceUID, ds.SeriesInstanceUID = generate_uid(), generate_uid()
    ds.FrameOfReferenceUID = generate_uid()
    ds.Modality = "OT" if kind == "SC" else kind
    ds.PatientID, ds.PatientName = "MADE", "Made^By Code"
    ds.StudyDate, ds.StudyTime = "20260102", "101500"
    ds.ImageType = ["DERIVED", "SECONDARY"]
    ds.SeriesNumber = ds.InstanceNumber = 1
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    if len(frames) > 1:
        ds.NumberOfFrames = len(frames)
    ds.Rows, ds.Columns = frames.shape[1:3]
    ds.BitsAllocated = ds.BitsStored = 8 * frames.dtype.itemsize
    ds.HighBit, ds.PixelRepresentation = ds.BitsStored - 1, int(frames.dtype.kind == "i")
    for keyword, value in elements.items():
        setattr(ds, keyword, value)
    ds.PixelData = frames.tobytes()
    return ds


def plane_elements(affine: NDArray[np.float64], k: int = 0) -> dict[str, list[float]]:
    """Image Position, Image Orientation and Pixel Spacing of slice k of a grid."""
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    return {
        "ImagePositionPatient": [decimal(x) for x in (affine @ (k, 0, 0, 1))[:3]],
        "ImageOrientationPatient": [decimal(x) for x in (*affine[:3, 2] / spacing[2], *affine[:3, 1] / spacing[1])],
        "PixelSpacing": [decimal(spacing[1]), decimal(spacing[2])],
    }


def nm_reconstruction(
    array: NDArray[Any], affine: NDArray[np.float64], *, gates: int = 1, reverse: bool = False
) -> dicom.Dataset:
    """A tomographic reconstruction; ``array`` is (k, j, i), or (t, k, j, i) of the time slots of a gated one.

    ``reverse`` begins with the last slice: Spacing Between Slices is negative then.
    """
    slices = array.shape[-3]
    stacks = array.reshape(gates, slices, *array.shape[-2:])[:, :: -1 if reverse else 1]
    step = float(np.linalg.norm(affine[:3, 0]))
    plane = plane_elements(affine, slices - 1 if reverse else 0)
    detector = dicom.Dataset()
    detector.ImagePositionPatient = plane["ImagePositionPatient"]
    detector.ImageOrientationPatient = plane["ImageOrientationPatient"]
    gated = gates > 1
    ds = image(
        "NM",
        stacks.reshape(-1, *array.shape[-2:]),
        ImageType=["ORIGINAL", "PRIMARY", "RECON GATED TOMO" if gated else "RECON TOMO", "EMISSION"],
        PixelSpacing=plane["PixelSpacing"],
        SliceThickness=decimal(step),
        SpacingBetweenSlices=decimal(-step if reverse else step),
        NumberOfDetectors=1,
        DetectorInformationSequence=[detector],
        NumberOfSlices=slices,
        SliceVector=list(range(1, slices + 1)) * gates,
    )
    pointer = [0x00540080]
    if gated:
        ds.RRIntervalVector, ds.NumberOfRRIntervals = [1] * (slices * gates), 1
        ds.TimeSlotVector, ds.NumberOfTimeSlots = [t + 1 for t in range(gates) for _ in range(slices)], gates
        pointer = [0x00540060, 0x00540070, *pointer]
    ds.FrameIncrementPointer = pointer
    return ds


def nm_detectors(array: NDArray[Any], affines: Sequence[NDArray[np.float64]]) -> dicom.Dataset:
    """A static image: one frame of each detector, with the plane of each."""
    detectors = []
    for affine in affines:
        item = dicom.Dataset()
        plane = plane_elements(affine)
        item.ImagePositionPatient, item.ImageOrientationPatient = (
            plane["ImagePositionPatient"],
            plane["ImageOrientationPatient"],
        )
        detectors.append(item)
    return image(
        "NM",
        array,
        ImageType=["ORIGINAL", "PRIMARY", "STATIC", "EMISSION"],
        PixelSpacing=plane_elements(affines[0])["PixelSpacing"],
        EnergyWindowVector=[1] * len(array),
        DetectorVector=list(range(1, len(array) + 1)),
        NumberOfDetectors=len(array),
        DetectorInformationSequence=detectors,
        FrameIncrementPointer=[0x00540010, 0x00540020],
    )


def rt_dose(array: NDArray[Any], affine: NDArray[np.float64], *, kind: str = "relative") -> dicom.Dataset:
    """A dose grid; the kind of its Grid Frame Offset Vector is ``"relative"`` or ``"absolute"`` (PS3.3 C.8.8.3.2)."""
    step = float(np.linalg.norm(affine[:3, 0]))
    begin = 0.0 if kind == "relative" else float(affine[2, 3])
    return image(
        "RTDOSE",
        array,
        **plane_elements(affine),
        GridFrameOffsetVector=[decimal(begin + k * step) for k in range(len(array))],
        FrameIncrementPointer=0x3004000C,
        DoseUnits="GY",
        DoseType="PHYSICAL",
        DoseSummationType="PLAN",
        DoseGridScaling=0.0125,
    )


def secondary_capture(array: NDArray[Any], affine: NDArray[np.float64] | None = None) -> dicom.Dataset:
    """A multi-frame secondary capture; with an affine, its functional groups give the positions (PS3.3 A.8.4)."""
    ds = image("SC", array, ConversionType="WSD", FrameIncrementPointer=0x00181063, FrameTime=40.0)
    if affine is not None:
        _add_planes(ds, affine, len(array), "Patient")
    return ds


def ultrasound_volume(array: NDArray[Any], affine: NDArray[np.float64]) -> dicom.Dataset:
    """An enhanced ultrasound volume, in a frame of reference of its own (PS3.3 C.8.24.2)."""
    ds = image("US", array, VolumeFrameOfReferenceUID=generate_uid(), UltrasoundAcquisitionGeometry="APEX")
    _add_planes(ds, affine, len(array), "Volume")
    return ds


def _add_planes(ds: dicom.Dataset, affine: NDArray[np.float64], count: int, space: str) -> None:
    suffix = "" if space == "Patient" else "Volume"
    plane = plane_elements(affine)
    shared, measures, orientation = dicom.Dataset(), dicom.Dataset(), dicom.Dataset()
    measures.PixelSpacing, measures.SliceThickness = (
        plane["PixelSpacing"],
        decimal(float(np.linalg.norm(affine[:3, 0]))),
    )
    setattr(orientation, f"ImageOrientation{space}", plane["ImageOrientationPatient"])
    shared.PixelMeasuresSequence = [measures]
    setattr(shared, f"PlaneOrientation{suffix}Sequence", [orientation])
    groups = []
    for k in range(count):
        group, position = dicom.Dataset(), dicom.Dataset()
        setattr(position, f"ImagePosition{space}", plane_elements(affine, k)["ImagePositionPatient"])
        setattr(group, f"PlanePosition{suffix}Sequence", [position])
        groups.append(group)
    ds.SharedFunctionalGroupsSequence = [shared]
    ds.PerFrameFunctionalGroupsSequence = groups


def csa_header(entries: dict[str, tuple[str, list[str]]], *, newer: bool = True) -> bytes:
    """A private header of Siemens with these entries: name -> (VR, values); in the form CSA2, or the older CSA1."""
    items = 6
    parts = [b"SV10\x04\x03\x02\x01"] if newer else []
    parts.append(pack("<2I", len(entries), 77))
    for name, (vr, values) in entries.items():
        number_of_items = max(items, len(values)) if values else 0
        multiplicity = len(values)
        parts.append(pack("<64si4siiI", name.encode(), multiplicity, vr.encode(), 0, number_of_items, 77))
        for index in range(number_of_items):
            text = values[index].encode() + b"\0" if index < len(values) else b""
            # The older form adds the first entry's number of items.
            length = len(text) if newer else len(text) + items
            parts += [pack("<4i", length, len(text) if newer else 0, 77, length), text, bytes(-len(text) % 4)]
    return b"".join(parts)


def mosaic(
    array: NDArray[Any],
    affine: NDArray[np.float64],
    *,
    b_value: float | None = None,
    gradient: Sequence[float] | None = None,
    newer: bool = True,
    **elements: Any,
) -> dicom.Dataset:
    """A Siemens mosaic of the slices of (k, j, i), stacked to whichever side column 0 of the affine leads."""
    count, rows, columns = array.shape
    side = isqrt(count - 1) + 1
    whole = np.zeros((side * rows, side * columns), array.dtype)
    for k, plane in enumerate(array):
        row, column = k // side * rows, k % side * columns
        whole[row : row + rows, column : column + columns] = plane
    step = float(np.linalg.norm(affine[:3, 0]))
    # What is stated is the corner of a frame of the mosaic's size about the centre of the first slice.
    corner = affine @ (0, -(side - 1) * rows / 2, -(side - 1) * columns / 2, 1)
    plane = plane_elements(affine)
    entries = {
        "EchoLinePosition": ("IS", [str(rows // 2)]),
        "NumberOfImagesInMosaic": ("US", [str(count)]),
        "SliceNormalVector": ("FD", [f"{x:.8f}" for x in affine[:3, 0] / step]),
        "ImageOrientationPatient": ("DS", []),
    }
    if b_value is not None:
        entries["B_value"] = ("IS", [str(int(b_value))])
    if gradient is not None:
        entries["DiffusionGradientDirection"] = ("FD", [f"{x:.8f}" for x in gradient])
    ds = image(
        "MR",
        whole[None],
        ImageType=["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"],
        ImagePositionPatient=[decimal(x) for x in corner[:3]],
        ImageOrientationPatient=plane["ImageOrientationPatient"],
        PixelSpacing=plane["PixelSpacing"],
        SliceThickness=decimal(step),
        SpacingBetweenSlices=decimal(step),
        Manufacturer="SIEMENS",
        **elements,
    )
    ds.private_block(0x0029, "SIEMENS CSA HEADER", create=True).add_new(0x10, "OB", csa_header(entries, newer=newer))
    return ds
