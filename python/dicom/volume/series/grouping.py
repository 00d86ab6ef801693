"""Which planes belong to one stack, and what sets stacks of one series apart.

In: planes and their headers. Out: `Part`s: rows of planes that agree in everything a volume needs, with the words for
what differs between the parts of one series. The 4th axis is told after that, in `dimension`.
Standard: PS3.3 C.7.3.1.1.1 (a series has one modality and frame of reference), C.7.6.2.1.1 (orientation, spacing).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.volume.series.headers import codes_of
from dicom.volume.series.image_kind import ImageKind, image_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from dicom.volume.planes import Planes

    Codes = NDArray[np.int64]

#: Directions that differ by less belong to one stack: what rounding in text does, and no scanner's next slice.
ANGLE_TOLERANCE_DEGREES = 0.1
#: Pixel spacings that differ by a smaller part of themselves are one: 0.488 and 0.48828.
_SPACING_TOLERANCE = 1e-3
# How far from 1 a direction's length may be before it tells nothing; geometry judges more strictly.
_LENGTH_TOLERANCE = 0.05
_UNKNOWN = -1
#: Texts of single frames that set volumes apart, with words for them, and whether they tell a reader anything.
_FRAME_TEXTS = (
    ("FrameOfReferenceUID", "frame of reference", False),
    ("StackID", "stack", True),
    ("DataType", "data type", True),
)


class Facet:
    """One thing that planes of a volume share: a number for each plane, and words for each number."""

    __slots__ = ("codes", "name", "words")

    def __init__(self, name: str, codes: Codes, words: Callable[[int], str]) -> None:
        self.name = name
        self.codes = codes
        self.words = words


class Part:
    """Planes that agree.

    Attributes
    ----------
    rows : ndarray of intp
        Of the planes, ascending.
    series : int
        Number of the series (study and Series Instance UID) that they belong to, as they were met.
    kind : ImageKind
    differences : tuple of str
        In what they differ from the other parts of the series: ``"orientation: sagittal"``.
    """

    __slots__ = ("differences", "kind", "rows", "series")

    def __init__(self, rows: NDArray[np.intp], series: int, kind: ImageKind) -> None:
        self.rows = rows
        self.series = series
        self.kind = kind
        self.differences: tuple[str, ...] = ()


def parts_of(planes: Planes) -> list[Part]:
    """The parts that planes fall into, in the order in which they were met."""
    if not len(planes):
        return []
    headers = planes.headers
    number_of_files = len(headers.sources)

    def by_file(name: str) -> tuple[Codes, list[str | None]]:
        codes, texts = codes_of(headers.text(name), number_of_files)
        return codes[planes.file], texts

    study, _ = by_file("StudyInstanceUID")
    uid, _ = by_file("SeriesInstanceUID")
    series = combined([study, uid])
    kind, kinds = _image_kinds(planes, by_file("ComplexImageComponent"))
    firm = [
        _text_facet("frame of reference", *by_file("FrameOfReferenceUID"), shown=False),
        _text_facet("modality", *by_file("Modality")),
        _text_facet("SOP Class", *by_file("SOPClassUID"), name=_uid_name),
        _text_facet("colours", *by_file("PhotometricInterpretation")),
        Facet("image type", kind, lambda code: kinds[code].words()),
        _size_facet(planes),
        *(
            _text_facet(title, *codes_of(planes.texts[keyword], len(planes)), shown=shown)
            for keyword, title, shown in _FRAME_TEXTS
            if keyword in planes.texts
        ),
    ]
    firm_codes = combined([series, *(facet.codes for facet in firm)])
    _join_unplaced_frames(planes, firm_codes)
    orientation = _orientation_facet(planes, series)
    spacing = _spacing_facet(planes)
    _join_loose(firm_codes, orientation.codes, spacing.codes)
    whole = combined([firm_codes, orientation.codes, spacing.codes])
    rows, starts = runs_of(whole)
    groups = [Part(np.sort(one), 0, ImageKind()) for one in np.split(rows, starts[1:])]
    groups.sort(key=lambda part: int(part.rows[0]))
    for part in groups:
        first = part.rows[0]
        part.series = int(series[first])
        part.kind = kinds[kind[first]]
    _say_differences(groups, [*firm, orientation, spacing])
    return groups


def combined(columns: Iterable[Codes]) -> Codes:
    """One number for each combination of numbers, from 0 in the order of the numbers."""
    whole: Codes | None = None
    for column in columns:
        codes = column - column.min() if len(column) else column
        if whole is None:
            whole = codes
            continue
        count = int(codes.max()) + 1 if len(codes) else 1
        if count == 1:
            continue
        whole = np.unique(whole * count + codes, return_inverse=True)[1].reshape(-1)
    assert whole is not None
    return whole


def runs_of(codes: Codes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows sorted by their numbers, and where each number's run begins."""
    rows = np.argsort(codes, kind="stable")
    ordered = codes[rows]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    return rows, starts


def _text_facet(
    title: str, codes: Codes, texts: list[str | None], *, shown: bool = True, name: Callable[[str], str] | None = None
) -> Facet:
    def words(code: int) -> str:
        text = texts[code]
        if text is None:
            return "not said"
        # A UID of a frame of reference tells a reader nothing: which one of the series it is does.
        return (name(text) if name else text) if shown else "another"

    return Facet(title, codes, words)


def _uid_name(uid: str) -> str:
    from dicom.uid import UID

    return UID(uid, validation_mode=0).name


def _image_kinds(planes: Planes, by_file: tuple[Codes, list[str | None]]) -> tuple[Codes, list[ImageKind]]:
    """Of each plane the number of its kind, and the kinds."""
    count = len(planes)
    columns: list[tuple[Codes, list[str | None]]] = [
        codes_of(planes.texts.get(name, [None] * count), count)
        for name in ("FrameType", "ImageType", "ComplexImageComponent")
    ]
    (frame_type, frame_types), (image_type, image_types), (component, components) = columns
    file_component, file_components = by_file
    whole = combined([frame_type, image_type, component, file_component])
    rows, starts = runs_of(whole)
    known: dict[ImageKind, int] = {}
    kind_of_whole = np.empty(len(starts), np.int64)
    for index, row in enumerate(rows[starts]):
        said = frame_types[frame_type[row]] or image_types[image_type[row]]
        its_component = components[component[row]] or file_components[file_component[row]]
        kind_of_whole[index] = known.setdefault(image_kind(said, its_component), len(known))
    return kind_of_whole[whole], list(known)


def _size_facet(planes: Planes) -> Facet:
    codes = combined([planes.rows, planes.columns])

    def words(code: int) -> str:
        row = int((codes == code).argmax())
        rows, columns = int(planes.rows[row]), int(planes.columns[row])
        return f"{rows} x {columns}" if rows and columns else "unknown"

    return Facet("rows and columns", codes, words)


def _spacing_facet(planes: Planes) -> Facet:
    """Spacings that agree, either way round: where one plane's are swapped, reading has to say so, not part it off."""
    spacing = planes.pixel_spacing
    is_known = np.isfinite(spacing).all(axis=1) & (spacing > 0).all(axis=1)
    codes = np.full(len(planes), _UNKNOWN, np.int64)
    known = spacing[is_known]
    if len(known):
        codes[is_known] = combined([_near(known.min(axis=1)), _near(known.max(axis=1))])

    def words(code: int) -> str:
        if code == _UNKNOWN:
            return "unknown"
        row, column = spacing[(codes == code).argmax()]
        return f"{row:.4g} x {column:.4g} mm"

    return Facet("pixel spacing", codes, words)


def _near(numbers: NDArray[np.float64]) -> Codes:
    """Numbers for numbers that are nearly the same."""
    distinct, codes = np.unique(numbers, return_inverse=True)
    is_next = np.diff(distinct) > _SPACING_TOLERANCE * distinct[1:]
    near: Codes = np.concatenate([[0], np.cumsum(is_next)]).astype(np.int64)[codes.reshape(-1)]
    return near


def _orientation_facet(planes: Planes, series: Codes) -> Facet:
    """Directions within a small angle of each other, per series."""
    directions = planes.orientation
    lengths = np.sqrt(np.stack([(directions[:, :3] ** 2).sum(axis=1), (directions[:, 3:] ** 2).sum(axis=1)], axis=1))
    with np.errstate(invalid="ignore"):
        is_known = (np.abs(lengths - 1) < _LENGTH_TOLERANCE).all(axis=1)
        is_known &= np.abs((directions[:, :3] * directions[:, 3:]).sum(axis=1)) < _LENGTH_TOLERANCE
    codes = np.full(len(planes), _UNKNOWN, np.int64)
    known = np.flatnonzero(is_known)
    if len(known):
        units = directions[known] / np.repeat(lengths[known], 3, axis=1)
        codes[known] = _alike(units, series[known])

    def words(code: int) -> str:
        return "unknown" if code == _UNKNOWN else plane_name(directions[(codes == code).argmax()])

    return Facet("orientation", codes, words)


def plane_name(orientation: NDArray[np.float64]) -> str:
    """``"axial"``, ``"sagittal"``, ``"coronal"``, or how far it is off the nearest of them."""
    normal = np.cross(orientation[:3], orientation[3:])
    length = float(np.linalg.norm(normal))
    if not length > 0:
        return "unknown"
    axis = int(np.abs(normal).argmax())
    angle = float(np.degrees(np.arccos(min(1.0, abs(float(normal[axis])) / length))))
    name = ("sagittal", "coronal", "axial")[axis]
    return name if angle < 1 else f"{name}, {angle:.0f}° oblique"


def _alike(units: NDArray[np.float64], series: Codes) -> Codes:
    """Numbers of directions that lie within the tolerance of the first of their number."""
    # Two unit vectors lie apart by twice the sine of half their angle.
    limit = 2 * np.sin(np.radians(ANGLE_TOLERANCE_DEGREES) / 2)
    _, first, code_of_series = np.unique(series, return_index=True, return_inverse=True)
    leader = first[code_of_series.reshape(-1)]
    codes: Codes = series - series.min()
    away = _distance(units, units[leader]) > limit
    if not away.any():
        return codes
    following = int(codes.max()) + 1
    for one in np.unique(series[away]):
        rest = np.flatnonzero((series == one) & away)
        # Only those whose projection onto some direction is near can be near themselves.
        shadow = units[rest] @ np.array([0.31, 0.59, 0.17, 0.43, 0.73, 0.23])
        rest = rest[np.argsort(shadow, kind="stable")]
        shadow = np.sort(shadow)
        reach = limit * 1.6  # that direction is 0.69 long for rows and 0.88 for columns
        is_open = np.ones(len(rest), bool)
        for index in np.argsort(rest, kind="stable"):
            if not is_open[index]:
                continue
            low, high = np.searchsorted(shadow, [shadow[index] - reach, shadow[index] + reach])
            near = np.arange(low, high)[is_open[low:high]]
            near = near[_distance(units[rest[near]], units[rest[index]][None]) <= limit]
            is_open[near] = False
            codes[rest[near]] = following
            following += 1
    return codes


def _distance(units: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the direction that is further away lies, of rows and of columns."""
    apart = (units - others) ** 2
    found: NDArray[np.float64] = np.sqrt(np.maximum(apart[:, :3].sum(axis=1), apart[:, 3:].sum(axis=1)))
    return found


def _join_unplaced_frames(planes: Planes, firm: Codes) -> None:
    """Put frames without a position to those of their file that have one, as many as there are of a kind.

    What lacks its functional groups lacks all that tells its part. Set apart, it would be missing from the volume.
    """
    is_placed = np.isfinite(planes.position).all(axis=1)
    if is_placed.all() or not planes.frame.any():
        return
    for file in np.intersect1d(planes.file[~is_placed], planes.file[is_placed]):
        of_file = planes.file == file
        codes, counts = np.unique(firm[of_file & is_placed], return_counts=True)
        firm[of_file & ~is_placed] = codes[counts.argmax()]


def _join_loose(firm: Codes, orientation: Codes, spacing: Codes) -> None:
    """Put planes that lack what would tell their part into the largest one that they could belong to.

    A plane with directions or spacings that are none belongs to a volume all the same: were it set apart, the volume
    would be short of a slice and nobody would know. So reading meets it, and names it.
    """
    is_loose = (orientation == _UNKNOWN) | (spacing == _UNKNOWN)
    if not is_loose.any():
        return
    for one in np.unique(firm[is_loose]):
        members = np.flatnonzero(firm == one)
        solid = members[~is_loose[members]]
        if not len(solid):
            # Where nothing is known of one of the two, the other one tells parts apart alone.
            continue
        pairs, counts = np.unique(np.stack([orientation[solid], spacing[solid]], axis=1), axis=0, return_counts=True)
        for row in members[is_loose[members]]:
            fits = np.ones(len(pairs), bool)
            for own, column in ((orientation[row], 0), (spacing[row], 1)):
                if own != _UNKNOWN and (pairs[:, column] == own).any():
                    fits &= pairs[:, column] == own
            if not fits.any():
                fits[:] = True
            orientation[row], spacing[row] = pairs[np.argmax(np.where(fits, counts, -1))]


def _say_differences(groups: list[Part], facets: list[Facet]) -> None:
    """Note of each part in what it differs from the others of its series."""
    by_series: dict[int, list[Part]] = {}
    for part in groups:
        by_series.setdefault(part.series, []).append(part)
    for parts in by_series.values():
        if len(parts) == 1:
            continue
        firsts = np.array([part.rows[0] for part in parts])
        for facet in facets:
            codes = facet.codes[firsts]
            if (codes == codes[0]).all():
                continue
            for part, code in zip(parts, codes, strict=True):
                part.differences += (f"{facet.name}: {facet.words(int(code))}",)
