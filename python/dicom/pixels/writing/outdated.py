"""What a data set says of its earlier pixels, when others take their place.

In: a data set, and what the new pixels are. Out: elements to set or to take out, and a `Finding` for each that was
taken out or that can't be known to hold still. Nothing is changed here.
Standard: PS3.3 C.7.6.3 (Image Pixel), C.7.6.6 (Multi-frame), C.7.6.16 (functional groups), C.7.5.1.1.2 (padding), C.9.2
(overlays), C.7.6.24 and C.7.6.25 (floating point pixels).
"""

from __future__ import annotations

from dicom.errors import PixelError
from dicom.finding import Finding
from dicom.pixels.writing.put import PIXEL_KEYWORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

#: Of the earlier pixels, whatever the new ones are.
_OF_THE_PIXELS = (
    "IconImageSequence",
    "PixelDataProviderURL",
    "SmallestImagePixelValueInPlane",
    "LargestImagePixelValueInPlane",
)
#: How stored values become others. They mean nothing for colours and for floating point.
_OF_GREY = (
    "RescaleSlope",
    "RescaleIntercept",
    "RescaleType",
    "ModalityLUTSequence",
    "WindowCenter",
    "WindowWidth",
    "WindowCenterWidthExplanation",
    "VOILUTFunction",
    "VOILUTSequence",
    "RealWorldValueMappingSequence",
)
_OF_FLOATS = ("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation", "RealWorldValueMappingSequence")
_PALETTE = (
    *(
        f"{color}PaletteColorLookupTable{part}"
        for part in ("Descriptor", "Data")
        for color in ("Red", "Green", "Blue", "Alpha")
    ),
    "SegmentedRedPaletteColorLookupTableData",
    "SegmentedGreenPaletteColorLookupTableData",
    "SegmentedBluePaletteColorLookupTableData",
    "SegmentedAlphaPaletteColorLookupTableData",
    "PaletteColorLookupTableUID",
)
_OF_COLOR = ("ICCProfile", "ColorSpace")
_PADDING = ("PixelPaddingValue", "PixelPaddingRangeLimit")
_FLOAT_PADDING = (
    "FloatPixelPaddingValue",
    "DoubleFloatPixelPaddingValue",
    "FloatPixelPaddingRangeLimit",
    "DoubleFloatPixelPaddingRangeLimit",
)
#: Where pixels lie in space or in the picture; other rows or columns may be a part of them, or larger pixels.
_OF_THE_GRID = (
    "PixelSpacing",
    "ImagerPixelSpacing",
    "NominalScannedPixelSpacing",
    "PixelAspectRatio",
    "ImagePositionPatient",
    "SequenceOfUltrasoundRegions",
    "TotalPixelMatrixRows",
    "TotalPixelMatrixColumns",
)
#: One value a frame.
_BY_FRAME = (
    "FrameTimeVector",
    "GridFrameOffsetVector",
    "EnergyWindowVector",
    "DetectorVector",
    "PhaseVector",
    "RotationVector",
    "RRIntervalVector",
    "TimeSlotVector",
    "SliceVector",
    "AngularViewVector",
    "TimeSliceVector",
    "SliceLocationVector",
    "FrameLabelVector",
    "FramePrimaryAngleVector",
    "FrameSecondaryAngleVector",
)
_FRAME_NUMBERS = ("RepresentativeFrameNumber", "StartTrim", "StopTrim", "FrameNumbersOfInterest")
_SIGNATURES = ("DigitalSignaturesSequence", "MACParametersSequence")
_EXTREMES = ("SmallestImagePixelValue", "LargestImagePixelValue")
_EXTREMES_OF_SERIES = ("SmallestPixelValueInSeries", "LargestPixelValueInSeries")
#: The only instances whose pixels may be of floating point (PS3.3 A.75).
_PARAMETRIC_MAP = "1.2.840.10008.5.1.4.1.1.30"


class NewPixels:
    """What describes the new pixels, by the names of `FrameDescription`.

    Attributes
    ----------
    rows, columns, samples_per_pixel, number_of_frames, bits_allocated, bits_stored : int
    is_signed, is_float : bool
    photometric_interpretation : str
    told : frozenset of str
        Keywords that the caller gave values for.
    """

    __slots__ = (
        "bits_allocated",
        "bits_stored",
        "columns",
        "is_float",
        "is_signed",
        "number_of_frames",
        "photometric_interpretation",
        "rows",
        "samples_per_pixel",
        "told",
    )

    rows: int
    columns: int
    samples_per_pixel: int
    number_of_frames: int
    bits_allocated: int
    bits_stored: int
    is_signed: bool
    is_float: bool
    photometric_interpretation: str
    told: frozenset[str]


class Revision:
    """What becomes of elements: to be taken out, to be set, and what is to be said of it."""

    __slots__ = ("findings", "groups", "removed", "renewed")

    def __init__(self) -> None:
        self.removed: list[str] = []
        #: Overlay groups.
        self.groups: list[int] = []
        #: Set last, when Pixel Representation says what their VR is.
        self.renewed: dict[str, int] = {}
        self.findings: list[Finding] = []

    def remove(self, keyword: str, why: str) -> None:
        """Take an element out, and say so."""
        self.removed.append(keyword)
        self.findings.append(Finding("outdated-removed", f"{keyword} was taken out: {why}", _tag(keyword)))

    def keep(self, keyword: str, why: str) -> None:
        """Leave an element, and say what can't be known of it."""
        self.findings.append(Finding("unverified-kept", f"{keyword} was kept: {why}", _tag(keyword)))

    def lack(self, keyword: str, why: str) -> None:
        """Say what the new pixels would need."""
        self.findings.append(Finding("pixels-lack-description", why, _tag(keyword)))

    def apply(self, ds: Any) -> None:
        """Change the data set; the elements of the Image Pixel module have to be set already."""
        for keyword in self.removed:
            if keyword in ds:
                delattr(ds, keyword)
        for group in self.groups:
            for tag in [tag for tag in ds.keys() if int(tag) >> 16 == group]:  # noqa: SIM118
                del ds[tag]
        for keyword, value in self.renewed.items():
            if keyword in ds:
                delattr(ds, keyword)  # its VR may be another now
            setattr(ds, keyword, value)


def revise(ds: Any, new: NewPixels, array: NDArray[Any]) -> Revision:
    """What the new pixels make of the rest of a data set.

    Parameters
    ----------
    ds : Dataset
        As it was.
    new : NewPixels
    array : ndarray
        Its smallest and largest value are looked at.

    Raises
    ------
    PixelError
        There are as many items in the Per-Frame Functional Groups Sequence as there were frames, and now there are
        others: what lies where can't be known.
    """
    revision = Revision()
    had_pixels = any(keyword in ds for keyword in PIXEL_KEYWORDS)
    for keyword in _present(ds, _OF_THE_PIXELS):
        revision.remove(keyword, "it holds earlier pixels")
    _revise_values(ds, new, array, revision)
    _revise_colors(ds, new, revision)
    _revise_frames(ds, new, revision)
    _revise_grid(ds, new, revision)
    if had_pixels:
        for keyword in _present(ds, _SIGNATURES):
            revision.keep(keyword, "a signature over the earlier pixels doesn't hold for others")
    if new.is_float and ds.get("SOPClassUID") not in (None, "", _PARAMETRIC_MAP):
        revision.lack(
            "SOPClassUID", "floating point pixels belong into a Parametric Map (PS3.3 A.75), which this instance isn't"
        )
    return revision


def _revise_values(ds: Any, new: NewPixels, array: NDArray[Any], revision: Revision) -> None:
    is_grey = new.samples_per_pixel == 1
    for keyword in _present(ds, _OF_GREY):
        if keyword in new.told:
            continue
        if not is_grey or (new.is_float and keyword not in _OF_FLOATS):
            revision.remove(keyword, "it doesn't apply to colours" if not is_grey else "it isn't for floating point")
        else:
            revision.keep(keyword, "whether it holds for the new values can't be known")
    fits = is_grey and not new.is_float
    extremes = (int(array.min()), int(array.max())) if fits else (0, 0)
    low, high = (-(2**15), 2**15 - 1) if new.is_signed else (0, 2**16 - 1)
    for keyword, value in zip(_EXTREMES, extremes, strict=True):
        if keyword in ds:
            if fits and low <= value <= high:
                revision.renewed[keyword] = value
            else:
                revision.remove(keyword, "its 16 bits of one sample can't say it of these pixels")
    for keyword, value, is_bound in zip(_EXTREMES_OF_SERIES, extremes, (int.__le__, int.__ge__), strict=True):
        if keyword in ds:
            bound = _integer(ds.get(keyword))
            if bound is None or not fits or not is_bound(bound, value) or not low <= bound <= high:
                revision.remove(keyword, "the new values go beyond it, or can't have that value")
            else:
                revision.renewed[keyword] = bound
    for keyword in _present(ds, _PADDING):
        value_ = _integer(ds.get(keyword))
        lowest, highest = (
            (-(2 ** (new.bits_stored - 1)), 2 ** (new.bits_stored - 1) - 1)
            if new.is_signed
            else (0, 2**new.bits_stored - 1)
        )
        if not fits or value_ is None or not lowest <= value_ <= highest:
            revision.remove(keyword, "the new pixels can't have that value")
        else:
            revision.renewed[keyword] = value_
            revision.keep(keyword, "whether the new pixels are padded with it can't be known")
    for keyword in _present(ds, _FLOAT_PADDING):
        if not new.is_float or keyword.startswith("Double") != (new.bits_allocated == 64):
            revision.remove(keyword, "it is for another type of pixels")
        else:
            revision.keep(keyword, "whether the new pixels are padded with it can't be known")


def _revise_colors(ds: Any, new: NewPixels, revision: Revision) -> None:
    is_palette = new.photometric_interpretation == "PALETTE COLOR"
    # A supplemental palette colours a part of the grey values (PS3.3 C.7.6.19).
    is_supplemental = new.photometric_interpretation == "MONOCHROME2" and ds.get("PixelPresentation") in (
        "COLOR",
        "MIXED",
    )
    for keyword in _present(ds, _PALETTE):
        if is_palette or is_supplemental:
            revision.keep(keyword, "whether the palette is the one of the new values can't be known")
        else:
            revision.remove(keyword, "the new pixels are no indices of a palette")
    if is_palette and "RedPaletteColorLookupTableDescriptor" not in ds:
        revision.lack("RedPaletteColorLookupTableDescriptor", "PALETTE COLOR needs a palette, and there is none")
    for keyword in _present(ds, _OF_COLOR):
        if new.samples_per_pixel == 3 or is_palette:
            revision.keep(keyword, "whether the new colours are of that colour space can't be known")
        else:
            revision.remove(keyword, "the new pixels have no colours")


def _revise_frames(ds: Any, new: NewPixels, revision: Revision) -> None:
    count = new.number_of_frames
    groups = ds.get("PerFrameFunctionalGroupsSequence")
    if groups:
        if len(groups) != count:
            raise PixelError(
                f"the array has {count} frame(s), and there are {len(groups)} items in the Per-Frame Functional Groups "
                "Sequence, which say where each frame lies: make it one item a frame, or take it out, and set the "
                "pixels then (PS3.3 C.7.6.16)",
                tag=0x52009230,
            )
        revision.keep("PerFrameFunctionalGroupsSequence", "its items are taken for those of the new frames")
    for keyword in _present(ds, _BY_FRAME):
        value = ds.get(keyword)
        length = 1 if isinstance(value, (str, int, float)) or not hasattr(value, "__len__") else len(value)
        if length != count:
            revision.remove(keyword, f"it has {length} value(s), and there are {count} frame(s)")
        else:
            revision.keep(keyword, "its values are taken for those of the new frames")
    for keyword in _present(ds, _FRAME_NUMBERS):
        value = ds.get(keyword)
        numbers = [value] if isinstance(value, (str, int)) or value is None else list(value)
        if any((_integer(number) or 0) > count for number in numbers):
            revision.remove(keyword, f"it names a frame beyond the {count} that there are")
    is_new = count > 1 and _integer(ds.get("NumberOfFrames")) in (None, 1)
    if is_new and not groups and "FrameIncrementPointer" not in ds:
        message = "nothing says what goes on from frame to frame (time, place; PS3.3 C.7.6.6)"
        revision.lack("FrameIncrementPointer", message)


def _revise_grid(ds: Any, new: NewPixels, revision: Revision) -> None:
    rows, columns = _integer(ds.get("Rows")), _integer(ds.get("Columns"))
    if rows is not None and (rows, columns) != (new.rows, new.columns):
        for keyword in _present(ds, _OF_THE_GRID):
            if keyword not in new.told:
                revision.keep(
                    keyword, "rows or columns are others now; whether pixels lie where they lay can't be known"
                )
        if "SharedFunctionalGroupsSequence" in ds and "PixelSpacing" not in new.told:
            revision.keep(
                "SharedFunctionalGroupsSequence", "rows and columns are others now, and it may say their size"
            )
    for group in range(0x6000, 0x6020, 2):
        if (group, 0x0010) not in ds:
            continue
        tag = group << 16 | 0x3000
        if (group, 0x3000) not in ds:
            revision.groups.append(group)
            message = "an overlay was taken out: it lay in unused bits of the earlier pixels"
            revision.findings.append(Finding("outdated-removed", message, tag))
        elif (ds[group, 0x0010].value, ds[group, 0x0011].value) != (new.rows, new.columns):
            message = "an overlay was kept: it has other rows and columns than the new pixels"
            revision.findings.append(Finding("unverified-kept", message, tag))


def _present(ds: Any, keywords: tuple[str, ...]) -> list[str]:
    return [keyword for keyword in keywords if keyword in ds]


def _integer(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _tag(keyword: str) -> int | None:
    from dicom.dictionary import tag_for_keyword

    return tag_for_keyword(keyword)
