"""Which columns of the headers volumes are made of, and the planes of files that hold one frame.

In: sources of files. Out: `Headers` with these columns, and `Planes` of single-frame files. Columns bear the keywords
of the standard; those of private elements are named in `private_elements`.
Standard: PS3.3 C.7.3.1 (General Series), C.7.6.1 (General Image), C.7.6.2 (Image Plane), C.8.2 to C.8.9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.dictionary import tag_for_keyword
from dicom.volume.planes import Planes
from dicom.volume.series.private_elements import PRIVATE_NUMBERS, PRIVATE_TEXTS, diffusion_columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.io.progress import Progress

_WIDTHS = {
    "ImagePositionPatient": 3,
    "ImageOrientationPatient": 6,
    "PixelSpacing": 2,
    "ImagerPixelSpacing": 2,
    "DiffusionGradientOrientation": 3,
}

#: Numbers that may tell frames at one position apart, besides those of diffusion.
DIMENSION_NUMBERS = (
    "TemporalPositionIdentifier",
    "TemporalPositionIndex",
    "TemporalPositionTimeOffset",
    "AcquisitionNumber",
    "EchoTime",
    "EchoNumbers",
    "InversionTime",
    "FlipAngle",
    "KVP",
    "TriggerTime",
    "NominalCardiacTriggerDelayTime",
    "NominalPercentageOfCardiacPhase",
    "NominalPercentageOfRespiratoryPhase",
    "FrameReferenceTime",
    "ActualFrameDuration",
    "ImageIndex",
)

#: Texts that may tell frames at one position apart.
DIMENSION_TEXTS = (
    "ImageType",
    "ConvolutionKernel",
    "ReceiveCoilName",
    "AcquisitionDate",
    "AcquisitionTime",
    "AcquisitionDateTime",
    "ContentDate",
    "ContentTime",
)

_NUMBERS = (
    *("SeriesNumber", "InstanceNumber", "NumberOfFrames", "Rows", "Columns"),
    *("SamplesPerPixel", "PlanarConfiguration", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"),
    *("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "SpacingBetweenSlices"),
    *("RescaleSlope", "RescaleIntercept", "OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity"),
    *("NumberOfTemporalPositions", "TemporalResolution", "NumberOfSlices", "NumberOfTimeSlices"),
    *("CardiacNumberOfImages", "NominalInterval", "GantryDetectorTilt", "DoseGridScaling"),
    *("DiffusionBValue", "DiffusionGradientOrientation"),
    *DIMENSION_NUMBERS,
)

_TEXTS = (
    *("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID", "FrameOfReferenceUID"),
    *("Modality", "SeriesDescription", "PhotometricInterpretation", "ComplexImageComponent", "SeriesType"),
    *("RescaleType", "Units", "Manufacturer"),
    *DIMENSION_TEXTS,
)


def _tag(keyword: str) -> int:
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise ValueError(f"{keyword!r} is no keyword of the standard")
    return tag


_POSITION = _tag("ImagePositionPatient")

#: What is asked of each file: name -> (path of tags, how many numbers).
NUMBERS: dict[str, tuple[tuple[int, ...], int] | tuple[tuple[int, ...], int, str]] = {
    **{keyword: ((_tag(keyword),), _WIDTHS.get(keyword, 1)) for keyword in _NUMBERS},
    # Functional groups with positions, of whatever SOP Class.
    "FramePosition": ((_tag("PerFrameFunctionalGroupsSequence"), _tag("PlanePositionSequence"), _POSITION), 3),
    "SharedPosition": ((_tag("SharedFunctionalGroupsSequence"), _tag("PlanePositionSequence"), _POSITION), 3),
    # What stands in a sequence that changes what a rescale means.
    "ModalityLUT": ((_tag("ModalityLUTSequence"), _tag("LUTDescriptor")), 3),
    "RealWorldValue": ((_tag("RealWorldValueMappingSequence"), _tag("RealWorldValueFirstValueMapped")), 1),
    "RealWorldValueDouble": (
        (_tag("RealWorldValueMappingSequence"), _tag("DoubleFloatRealWorldValueFirstValueMapped")),
        1,
    ),
    **PRIVATE_NUMBERS,
}
#: Name -> path of tags.
TEXTS: dict[str, tuple[int, ...]] = {**{keyword: (_tag(keyword),) for keyword in _TEXTS}, **PRIVATE_TEXTS}

# Multi-frame objects whose frames are described by functional groups, even when there is one frame only.
_ENHANCED = frozenset(
    f"1.2.840.10008.5.1.4.1.1.{tail}"
    for tail in (
        *("2.1", "2.2", "4.1", "4.3", "4.4", "6.2", "6.3", "12.1.1", "12.2.1", "13.1.1", "13.1.2", "13.1.3"),
        *("13.1.4", "13.1.5", "14.1", "14.2", "30", "66.4", "66.7", "77.1.5.4", "77.1.5.5", "77.1.5.6", "77.1.6"),
        *("128.1", "130", "20", "481.2"),
    )
)


def read_headers(
    sources: Sequence[str | bytes], *, workers: int | None = None, progress: Progress | bool | None = None
) -> Any:
    """The columns of all files' headers.

    Parameters
    ----------
    sources : sequence of str or bytes
        Paths, or whole files.
    workers, progress
        As of `dicom.io.scan.scan_headers`.
    """
    from dicom.io.scan import scan_headers

    return scan_headers(list(sources), NUMBERS, TEXTS, workers=workers, progress=progress)


def codes_of(texts: Sequence[str | None], count: int) -> tuple[NDArray[np.int64], list[str | None]]:
    """Texts as numbers from 0 in the order in which they were met, and the text of each number."""
    # The interpreter's own loops: this is done for a dozen columns of all files.
    distinct = list(dict.fromkeys(texts))
    if len(distinct) == 1:
        return np.zeros(count, np.int64), distinct
    number_of = {text: number for number, text in enumerate(distinct)}
    return np.fromiter(map(number_of.__getitem__, texts), np.int64, count), distinct


def is_multi_frame(headers: Any) -> NDArray[np.bool_]:
    """(files,): whether the frames of a file have to be told from its own sequences or vectors."""
    count = len(headers.sources)
    frames = headers.number("NumberOfFrames")
    classes, class_names = codes_of(headers.text("SOPClassUID"), count)
    types, type_names = codes_of(headers.text("ImageType"), count)
    is_enhanced = np.array([name in _ENHANCED for name in class_names], bool)
    is_mosaic = np.array([name is not None and "MOSAIC" in name.split("\\") for name in type_names], bool)
    found: NDArray[np.bool_] = (frames > 1) | is_enhanced[classes] | is_mosaic[types]
    for name in ("FramePosition", "SharedPosition"):
        found |= np.isfinite(headers.number(name)).all(axis=1)
    return found


def single_frame_planes(headers: Any, files: NDArray[np.intp]) -> Planes:
    """The planes of files that hold one frame each, in the order of `files`."""

    def column(name: str) -> NDArray[np.float64]:
        numbers: NDArray[np.float64] = headers.number(name)
        return numbers if len(files) == len(numbers) else numbers[files]

    dimensions = {}
    for name in DIMENSION_NUMBERS:
        numbers = column(name)
        if not np.isnan(numbers).all():
            dimensions[name] = numbers
    dimensions.update(diffusion_columns(headers, files))
    texts = {}
    for name in DIMENSION_TEXTS:
        listed = headers.text(name)
        texts[name] = listed if len(files) == len(listed) else [listed[file] for file in files]
    slope, intercept = _rescale(headers, files)
    return Planes(
        headers,
        files,
        np.zeros(len(files), np.intp),
        np.nan_to_num(column("Rows")),
        np.nan_to_num(column("Columns")),
        {
            "position": column("ImagePositionPatient"),
            "orientation": column("ImageOrientationPatient"),
            "pixel_spacing": column("PixelSpacing"),
            "thickness": column("SliceThickness"),
            "spacing_between_slices": column("SpacingBetweenSlices"),
            "slope": slope,
            "intercept": intercept,
        },
        dimensions,
        texts,
    )


def _rescale(headers: Any, files: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Slope and intercept of files of one frame; NaN where `dicom.pixels` has to find another transformation.

    In the order of `dicom.pixels.image.modality`: a Modality LUT, Dose Grid Scaling, the rescale, and a real world
    value mapping where that changes nothing; none for colours and indices of colours.
    """
    slope, intercept = headers.number("RescaleSlope")[files], headers.number("RescaleIntercept")[files]
    is_unusable = ~np.isfinite(slope) | ~np.isfinite(intercept) | (slope == 0)
    slope[is_unusable], intercept[is_unusable] = 1.0, 0.0
    is_mapped = ~np.isnan(headers.number("RealWorldValue")[files]) | ~np.isnan(
        headers.number("RealWorldValueDouble")[files]
    )
    is_other = is_mapped & (slope == 1) & (intercept == 0)
    scaling = headers.number("DoseGridScaling")[files]
    is_dose = scaling > 0
    slope[is_dose], intercept[is_dose] = scaling[is_dose], 0.0
    is_other = (is_other & ~is_dose) | ~np.isnan(headers.number("ModalityLUT")[files]).any(axis=1)
    slope[is_other] = intercept[is_other] = np.nan
    codes, names = codes_of(headers.text("PhotometricInterpretation"), len(headers.sources))
    has_colors = np.array([name == "PALETTE COLOR" for name in names], bool)[codes[files]]
    has_colors |= headers.number("SamplesPerPixel")[files] > 1
    slope[has_colors], intercept[has_colors] = 1.0, 0.0
    return slope, intercept
