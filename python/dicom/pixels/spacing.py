"""Say how large a pixel is, which element says so, and where the rows and columns lie.

In: a data set with an image. Out: the spacing in mm with its source (`PixelSpacing`), and the axes of one frame
(`Axes`: edges and centers of columns, rows and slices).
Standard: PS3.3 10.7 (Pixel Spacing and its calibration), C.7.6.16.2.1 (Pixel Measures), C.8.5.5 (ultrasound regions),
C.7.6.3.1.7 (Pixel Aspect Ratio). No pixel data is read here.
"""

from __future__ import annotations

import math
from itertools import pairwise

from dicom.errors import GeometryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

_TAGS = {
    "PixelSpacing": 0x00280030,
    "ImagerPixelSpacing": 0x00181164,
    "NominalScannedPixelSpacing": 0x00182010,
    "ImagePlanePixelSpacing": 0x30020011,
    "PixelAspectRatio": 0x00280034,
    "SequenceOfUltrasoundRegions": 0x00186011,
}
_CENTIMETER = 3  # Physical Units X Direction, PS3.3 C.8.5.5.1.15
_TWO_DIMENSIONAL = 1  # Region Spatial Format, PS3.3 C.8.5.5.1.1


class PixelSpacing(tuple["float", ...]):  # noqa: SLOT001 - a tuple's subclass can't have named slots
    """Distance between the centers of neighbouring pixels: ``row_spacing, column_spacing = pixel_spacing(ds)``.

    A tuple of two floats, in the order of the standard (PS3.3 10.7.1.3): first the distance from row to row
    (downward), then from column to column (rightward).

    Attributes
    ----------
    source : str
        Keyword of the element that says so: ``"PixelSpacing"``, ``"ImagerPixelSpacing"``,
        ``"NominalScannedPixelSpacing"``, ``"ImagePlanePixelSpacing"``, ``"SequenceOfUltrasoundRegions"`` or
        ``"PixelAspectRatio"``; ``"PixelMeasuresSequence.PixelSpacing"`` in the functional groups.
    unit : str
        ``"mm"``; ``"pixel"`` when only the Pixel Aspect Ratio is known: then the column spacing is 1.
    plane : str
        Where the spacing holds: ``"patient"``, ``"detector"`` (Imager Pixel Spacing: not corrected for magnification),
        ``"film"`` (a digitized film), ``"image plane"`` (RT images) or ``"pixel"``.
    calibration : str or None
        ``"GEOMETRY"`` or ``"FIDUCIAL"`` when a projection image was calibrated (Pixel Spacing Calibration Type).
    magnification : float or None
        Estimated Radiographic Magnification Factor. With ``plane == "detector"``, divide the spacing by it to estimate
        the spacing in the patient; it is never applied here, because an estimate is not a calibration.
    slice_thickness_mm : float or None
        Slice Thickness; None when it is absent or not a positive number.
    spacing_between_slices_mm : float or None
        Distance of neighbouring slices' centers: Spacing Between Slices (its sign dropped) or, for a dose, an even
        Grid Frame Offset Vector.
    slice_thickness_source, spacing_between_slices_source : str or None
        The elements that say so.
    """

    source: str
    unit: str
    plane: str
    calibration: str | None
    magnification: float | None
    slice_thickness_mm: float | None
    slice_thickness_source: str | None
    spacing_between_slices_mm: float | None
    spacing_between_slices_source: str | None

    @property
    def row_spacing(self) -> float:
        """Distance between the centers of neighbouring rows, in `unit`."""
        return self[0]

    @property
    def column_spacing(self) -> float:
        """Distance between the centers of neighbouring columns, in `unit`."""
        return self[1]

    def __repr__(self) -> str:
        return f"PixelSpacing({self[0]:g}, {self[1]:g}, unit={self.unit!r}, source={self.source!r})"

    def __getnewargs__(self) -> tuple[tuple[float, ...]]:
        return (tuple(self),)


class Axis:
    """One axis of an image: where its pixels begin, end and have their centers.

    Attributes
    ----------
    n : int
        How many pixels (or slices).
    spacing : float
        From center to center, in `unit`.
    unit : str
        ``"mm"`` or ``"pixel"``.
    source : str
        The element that says so; ``""`` when nothing does and the unit is the pixel.
    """

    __slots__ = ("n", "source", "spacing", "unit")

    def __init__(self, n: int, spacing: float, unit: str, source: str) -> None:
        self.n = n
        self.spacing = spacing
        self.unit = unit
        self.source = source

    @property
    def edges(self) -> NDArray[np.float64]:
        """Borders of the pixels, shape (n + 1,), in `unit`: 0 is the outer border of the first pixel."""
        import numpy as np

        return np.arange(self.n + 1, dtype=np.float64) * self.spacing

    @property
    def centers(self) -> NDArray[np.float64]:
        """Centers of the pixels, shape (n,), in `unit`: the first one is half a spacing from 0."""
        import numpy as np

        return (np.arange(self.n, dtype=np.float64) + 0.5) * self.spacing

    @property
    def length(self) -> float:
        """From the first border to the last, in `unit`."""
        return self.n * self.spacing

    def __repr__(self) -> str:
        return f"Axis(n={self.n}, spacing={self.spacing:g}, unit={self.unit!r}, source={self.source!r})"


class Axes:
    """The axes of an image: ``pcolormesh(axes.x.edges, axes.y.edges, frame)``.

    The origin is the outer corner of the first pixel (row 0, column 0); it isn't the origin of the patient.

    Attributes
    ----------
    x : Axis
        The columns, rightward: index 1 of a frame's array.
    y : Axis
        The rows, downward: index 0 of a frame's array.
    z : Axis or None
        The frames as slices; None when neither Spacing Between Slices nor Slice Thickness is known.
    spacing : PixelSpacing
        What the axes were made from.
    """

    __slots__ = ("spacing", "x", "y", "z")

    def __init__(self, x: Axis, y: Axis, z: Axis | None, spacing: PixelSpacing) -> None:
        self.x = x
        self.y = y
        self.z = z
        self.spacing = spacing

    @property
    def source(self) -> str:
        """Keyword of the element that the spacing of rows and columns comes from."""
        return self.spacing.source

    @property
    def unit(self) -> str:
        """Unit of x and y: ``"mm"`` or ``"pixel"``."""
        return self.spacing.unit

    def __repr__(self) -> str:
        return f"Axes(x={self.x!r}, y={self.y!r}, z={self.z!r})"


def pixel_spacing(ds: Any, frame: int = 0) -> PixelSpacing:
    """Distance between neighbouring rows and columns, in mm, and the element that says so.

    Looked for in this order; the first one that is there counts:

    1. the functional groups (Pixel Measures Sequence of `frame`, then of all frames),
    2. Pixel Spacing,
    3. Imager Pixel Spacing (at the detector: see `PixelSpacing.magnification`),
    4. Nominal Scanned Pixel Spacing (on the film),
    5. Image Plane Pixel Spacing (RT images),
    6. the largest two-dimensional ultrasound region that is calibrated in cm,
    7. Pixel Aspect Ratio: the unit is then ``"pixel"``, not mm.

    Parameters
    ----------
    ds : Dataset
        A data set with an image.
    frame : int
        The frame, counted from 0: frames of an enhanced object can differ.

    Returns
    -------
    PixelSpacing
        ``(row spacing, column spacing)`` with `source`, `unit` and the slice's thickness as attributes.

    Raises
    ------
    GeometryError
        No element gives a spacing; or the first that is there holds something other than two positive numbers.

    Examples
    --------
    >>> pixel_spacing({"PixelSpacing": ["0.7", "0.5"]})
    PixelSpacing(0.7, 0.5, unit='mm', source='PixelSpacing')
    """
    measures = _pixel_measures(ds, frame)
    if measures is not None and _is_present(measures, "PixelSpacing"):
        pair = _positive_pair(measures, "PixelSpacing")
        return _made(ds, measures, pair, "PixelMeasuresSequence.PixelSpacing", "patient")
    for keyword, plane in (
        ("PixelSpacing", "patient"),
        ("ImagerPixelSpacing", "detector"),
        ("NominalScannedPixelSpacing", "film"),
        ("ImagePlanePixelSpacing", "image plane"),
    ):
        if _is_present(ds, keyword):
            return _made(ds, measures, _positive_pair(ds, keyword), keyword, plane)
    region = _largest_ultrasound_region(ds)
    if region is not None:
        # Deltas are in cm a pixel; the sign tells the direction of the physical axis, not of the rows.
        row, column = (10.0 * abs(_region_delta(region, f"PhysicalDelta{axis}")) for axis in "YX")
        return _made(ds, measures, (row, column), "SequenceOfUltrasoundRegions", "patient")
    if _is_present(ds, "PixelAspectRatio"):
        vertical, horizontal = _positive_pair(ds, "PixelAspectRatio")
        return _made(ds, measures, (vertical / horizontal, 1.0), "PixelAspectRatio", "pixel")
    raise GeometryError(
        "No element gives the size of a pixel: looked for Pixel Spacing (0028,0030), also in the functional groups, "
        "Imager Pixel Spacing (0018,1164), Nominal Scanned Pixel Spacing (0018,2010), ultrasound regions in cm "
        "(0018,6011) and Pixel Aspect Ratio (0028,0034).",
        tag=_TAGS["PixelSpacing"],
    )


def axes(ds: Any, frame: int = 0) -> Axes:
    """Where the columns, rows and slices of an image lie, in mm from the outer corner of the first pixel.

    Parameters
    ----------
    ds : Dataset
        A data set with an image.
    frame : int
        The frame whose spacing is meant, counted from 0.

    Returns
    -------
    Axes
        ``x`` (columns, rightward), ``y`` (rows, downward) and ``z`` (frames as slices, or None); each has ``edges``
        (n + 1 values, as pcolormesh takes them) and ``centers`` (n values), both ascending.

    Raises
    ------
    GeometryError
        Rows or Columns is missing, or there is no usable spacing (see `pixel_spacing`).
    """
    spacing = pixel_spacing(ds, frame)
    rows = _positive_count(ds, "Rows", 0x00280010)
    columns = _positive_count(ds, "Columns", 0x00280011)
    z = None
    if spacing.spacing_between_slices_mm is not None:
        source = spacing.spacing_between_slices_source or ""
        z = Axis(number_of_frames(ds), spacing.spacing_between_slices_mm, "mm", source)
    elif spacing.slice_thickness_mm is not None:
        z = Axis(number_of_frames(ds), spacing.slice_thickness_mm, "mm", spacing.slice_thickness_source or "")
    x = Axis(columns, spacing[1], spacing.unit, spacing.source)
    y = Axis(rows, spacing[0], spacing.unit, spacing.source)
    return Axes(x, y, z, spacing)


def number_of_frames(ds: Any) -> int:
    """Number of Frames, 1 when it is absent or not a positive number."""
    frames = _number(_first(ds.get("NumberOfFrames")))
    return int(frames) if frames is not None and frames >= 1 else 1


def functional_groups(ds: Any, frame: int) -> Iterator[Any]:
    """Items that hold the functional groups of a frame: its own, then those shared by all frames (PS3.3 C.7.6.16.1)."""
    places = (("PerFrameFunctionalGroupsSequence", frame), ("SharedFunctionalGroupsSequence", 0))
    for keyword, index in places:
        groups = ds.get(keyword)
        # A hostile file has something else than items there.
        if hasattr(groups, "__len__") and 0 <= index < len(groups) and hasattr(groups[index], "get"):
            yield groups[index]


def _pixel_measures(ds: Any, frame: int) -> Any | None:
    for group in functional_groups(ds, frame):
        sequence = group.get("PixelMeasuresSequence")
        if sequence:
            return sequence[0]
    return None


def _made(ds: Any, measures: Any | None, pair: tuple[float, float], source: str, plane: str) -> PixelSpacing:
    spacing = PixelSpacing(pair)
    spacing.source = source
    spacing.plane = plane
    spacing.unit = "pixel" if plane == "pixel" else "mm"
    calibration = ds.get("PixelSpacingCalibrationType")
    spacing.calibration = str(calibration) if calibration and source == "PixelSpacing" else None
    spacing.magnification = _positive(ds.get("EstimatedRadiographicMagnificationFactor"))
    spacing.slice_thickness_mm = spacing.slice_thickness_source = None
    spacing.spacing_between_slices_mm = spacing.spacing_between_slices_source = None
    for holder, prefix in ((measures, "PixelMeasuresSequence."), (ds, "")):
        if holder is None:
            continue
        thickness = _positive(holder.get("SliceThickness"))
        if thickness is not None and spacing.slice_thickness_mm is None:
            spacing.slice_thickness_mm = thickness
            spacing.slice_thickness_source = f"{prefix}SliceThickness"
        # Negative in nuclear medicine, where the sign tells the direction (PS3.3 C.8.4.15).
        between = _number(_first(holder.get("SpacingBetweenSlices")))
        if between and spacing.spacing_between_slices_mm is None:
            spacing.spacing_between_slices_mm = abs(between)
            spacing.spacing_between_slices_source = f"{prefix}SpacingBetweenSlices"
    if spacing.spacing_between_slices_mm is None:
        step = _even_step(ds.get("GridFrameOffsetVector"))
        if step is not None:
            spacing.spacing_between_slices_mm = step
            spacing.spacing_between_slices_source = "GridFrameOffsetVector"
    return spacing


def _even_step(offsets: Any) -> float | None:
    """Step of an evenly spaced Grid Frame Offset Vector (PS3.3 C.8.8.3.2); None when it isn't one."""
    if offsets is None or isinstance(offsets, str | bytes | int | float) or len(offsets) < 2:
        return None
    numbers = [_number(offset) for offset in offsets]
    steps = [b - a for a, b in pairwise(numbers) if a is not None and b is not None]
    if len(steps) != len(numbers) - 1 or not steps[0]:
        return None
    # Offsets are decimal strings of a few digits: a thousandth of the step is rounding, not geometry.
    if any(abs(step - steps[0]) > abs(steps[0]) * 1e-3 for step in steps):
        return None
    return abs(numbers[-1] - numbers[0]) / len(steps) if numbers[-1] is not None and numbers[0] is not None else None


def _largest_ultrasound_region(ds: Any) -> Any | None:
    largest, largest_area = None, -1.0
    for region in ds.get("SequenceOfUltrasoundRegions") or ():
        if _number(region.get("RegionSpatialFormat")) != _TWO_DIMENSIONAL:
            continue
        if any(_number(region.get(f"PhysicalUnits{axis}Direction")) != _CENTIMETER for axis in "XY"):
            continue
        corners = [_number(region.get(f"RegionLocation{name}")) or 0.0 for name in ("MinX0", "MinY0", "MaxX1", "MaxY1")]
        area = max(corners[2] - corners[0], 0.0) * max(corners[3] - corners[1], 0.0)
        if area > largest_area:
            largest, largest_area = region, area
    return largest


def _region_delta(region: Any, keyword: str) -> float:
    delta = _number(region.get(keyword))
    if not delta:
        raise GeometryError(
            f"{keyword} of an ultrasound region (0018,6011) must be a number other than zero.",
            tag=_TAGS["SequenceOfUltrasoundRegions"],
        )
    return delta


def _is_present(ds: Any, keyword: str) -> bool:
    """The element is there and has a value; one without is as good as absent."""
    value = ds.get(keyword)
    return value is not None and value != "" and not (hasattr(value, "__len__") and len(value) == 0)


def _positive_pair(ds: Any, keyword: str) -> tuple[float, float]:
    value = ds.get(keyword)
    tag = _TAGS[keyword]
    name = f"{keyword} ({tag >> 16:04X},{tag & 0xFFFF:04X})"
    values = [value] if isinstance(value, str | bytes | int | float) or not hasattr(value, "__len__") else list(value)
    if len(values) != 2:
        raise GeometryError(f"{name} has {len(values)} values; 2 were expected: row spacing, column spacing.", tag=tag)
    first, second = (_positive(item) for item in values)
    if first is None or second is None:
        raise GeometryError(f"{name} must hold two positive numbers: one is zero, negative or not a number.", tag=tag)
    return first, second


def _positive_count(ds: Any, keyword: str, tag: int) -> int:
    count = _number(ds.get(keyword))
    if count is None or count < 1 or count != int(count):
        raise GeometryError(
            f"{keyword} ({tag >> 16:04X},{tag & 0xFFFF:04X}) is missing or not a positive whole number.", tag=tag
        )
    return int(count)


def _first(value: Any) -> Any:
    """The first of several values, for elements that should have one."""
    if hasattr(value, "__getitem__") and not isinstance(value, str | bytes):
        return value[0] if len(value) else None
    return value


def _positive(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and number > 0 else None


def _number(value: Any) -> float | None:
    """A finite float, or None for what isn't one: absent, empty, text, NaN."""
    if value is None or isinstance(value, bytes):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
