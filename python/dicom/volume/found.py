"""The series of a folder, and the place of each file.

In: a folder, a list of files, an archive, a DICOMDIR, a file. Out: `FoundSeries`: series that each make one volume, and
for every file its series, or the reason why it has none.
Standard: PS3.3 C.7.3.1 (General Series), C.7.6.2 (Image Plane), C.7.6.16 (Multi-frame Functional Groups).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np

from dicom.errors import DicomError
from dicom.volume.archive import LIMIT
from dicom.volume.dimension import Dimension, stacks_of
from dicom.volume.grouping import parts_of
from dicom.volume.headers import codes_of, is_multi_frame, read_headers, single_frame_planes
from dicom.volume.inputs import inputs_of, is_zip
from dicom.volume.locations import locations_of
from dicom.volume.planes import Planes

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from typing import Any

    from numpy.typing import NDArray

    from dicom.io.progress import Progress
    from dicom.volume.dimension import Stack
    from dicom.volume.grouping import Part

NO_POSITION = "no position: Image Position (Patient) (0020,0032) is missing, or isn't three numbers"
NO_PLACE = "no position: Image Position and Image Orientation (Patient) (0020,0032), (0020,0037) are missing"
NOTHING = "no pixels, nor anything else of an image: perhaps not DICOM"
ARCHIVE = "a zip archive, which isn't opened within a folder: give it by itself"
DIRECTORY = "a DICOMDIR"
CUT = "ends within its pixels"


class FileEntry(NamedTuple):
    """The place of a file.

    Attributes
    ----------
    path : str
        As it was found; ``archive.zip/member`` within an archive.
    series : int or None
        Index of its series in `FoundSeries`; the first, where its frames belong to several.
    reason : str or None
        Why it has no series, or what is to be said of it all the same.
    """

    path: str
    series: int | None
    reason: str | None


class Series:
    """Planes that make one volume.

    Attributes
    ----------
    dimension : Dimension or None
        The 4th axis: what tells planes at one position apart.
    uid, study_uid : str or None
        Series and Study Instance UID.
    number : int or None
        Series Number.
    modality, description : str or None
    kind : str
        What Image Type says: ``"original, primary"``, ``"localizer, ..."``, ``"phase, ..."``.
    is_localizer : bool
    has_positions : bool
        Whether any plane says where it lies: without, there is no volume.
    part, parts : int
        Of the volumes that one Series Instance UID falls into, the number of this one, from 1, and how many there are.
    reason : str
        What sets it apart from the other parts; empty where there is one.
    lost_files : list of str
        Files whose headers name this series, but which give no plane: they break off, or have no pixels or position.
    """

    def __init__(self, source: Planes, stack: Stack, part: Part) -> None:
        self._source = source
        self._stack = stack
        self._planes: Planes | None = None
        self._duplicates: tuple[tuple[int, ...], ...] | None = None
        self.dimension: Dimension | None = stack.dimension
        headers = source.headers
        row = int(stack.rows[0])
        file = int(source.file[row])
        self.uid: str | None = headers.text("SeriesInstanceUID")[file]
        self.study_uid: str | None = headers.text("StudyInstanceUID")[file]
        self.modality: str | None = headers.text("Modality")[file]
        self.description: str | None = headers.text("SeriesDescription")[file]
        number = headers.number("SeriesNumber")[file]
        self.number: int | None = int(number) if np.isfinite(number) else None
        self.kind = part.kind.words()
        self.is_localizer = part.kind.is_localizer
        self.has_positions = bool(np.isfinite(source.position[stack.rows]).all(axis=1).any())
        self.part = self.parts = 1
        self.lost_files: list[str] = []
        self.reason = "; ".join((*part.differences, *stack.reasons))

    @property
    def planes(self) -> Planes:
        """One row a frame; in the order of the files, which is no order in space."""
        if self._planes is None:
            rows = self._stack.rows
            self._planes = self._source if len(rows) == len(self._source) else self._source.take(rows)
        return self._planes

    @property
    def duplicates(self) -> tuple[tuple[int, ...], ...]:
        """Rows of `planes` that nothing tells apart: groups of frames at one position, and one t."""
        if self._duplicates is None:
            place = {row: index for index, row in enumerate(self._stack.rows.tolist())}
            self._duplicates = tuple(tuple(place[row] for row in group) for group in self._stack.duplicates)
        return self._duplicates

    @property
    def rows(self) -> int:
        """Rows of a frame."""
        return int(self._source.rows[self._stack.rows[0]])

    @property
    def columns(self) -> int:
        """Columns of a frame."""
        return int(self._source.columns[self._stack.rows[0]])

    @property
    def number_of_frames(self) -> int:
        """How many planes there are, duplicates included."""
        return len(self._stack.rows)

    @property
    def file_indices(self) -> NDArray[np.intp]:
        """Which of the headers' files the planes come from, ascending, each once."""
        found: NDArray[np.intp] = np.unique(self._source.file[self._stack.rows])
        return found

    @property
    def number_of_files(self) -> int:
        """How many files the planes come from."""
        return len(self.file_indices)

    @property
    def files(self) -> list[str]:
        """Paths of the files that the planes come from."""
        names = self._source.headers.names
        return [names[file] for file in self.file_indices]

    def to_dict(self) -> dict[str, Any]:
        """What a listing says of it, as plain values: for JSON, or a data frame.

        Descriptions of series are elements' values: what a person typed at the scanner.
        """
        dimension = self.dimension
        return {
            "number": self.number,
            "modality": self.modality,
            "description": self.description,
            "rows": self.rows,
            "columns": self.columns,
            "frames": self.number_of_frames,
            "files": self.number_of_files,
            "dimension": None if dimension is None else dimension.name,
            "points": None if dimension is None else len(dimension),
            "is_localizer": self.is_localizer,
            "has_positions": self.has_positions,
            "duplicates": len(self.duplicates),
            "lost_files": list(self.lost_files),
            "part": self.part,
            "parts": self.parts,
            "reason": self.reason,
            "kind": self.kind,
            "series_instance_uid": self.uid,
            "study_instance_uid": self.study_uid,
        }

    def read(self, **options: Any) -> Any:
        """The volume of the series; the options are those of `dicom.read_series`.

        Returns
        -------
        Volume, or list of Volume for a policy that splits

        Raises
        ------
        GeometryError
            The planes make no regular grid, and no option says what to do about it.
        """
        from dicom.volume.read import read_series

        return read_series(self, **options)

    def to_dask(self, **options: Any) -> Any:
        """A dask array that reads slices when they are asked for; see `dicom.volume.lazy.series_to_dask`."""
        from dicom.volume.lazy import series_to_dask

        return series_to_dask(self, **options)

    def __str__(self) -> str:
        from dicom.volume.listing import series_text

        return series_text(self)

    def __repr__(self) -> str:
        points = "" if self.dimension is None else f", {len(self.dimension)} x {self.dimension.name}"
        part = f", part {self.part} of {self.parts}" if self.parts > 1 else ""
        return (
            f"<Series {self.number}: {self.modality}, {self.number_of_frames} frames of "
            f"{self.rows} x {self.columns}{points}{part}>"
        )

    def _repr_html_(self) -> str:
        from dicom.volume.listing import series_html

        return series_html(self)


class FoundSeries(Sequence[Series]):
    """The series that were found, and the place of every file. Printed, it is a table.

    Attributes
    ----------
    headers : Headers
        Columns of all files that could be tried.
    unplaced : tuple of Series
        Images without any position: no volumes, so they aren't items of the sequence, and their files say so.
    """

    def __init__(
        self,
        headers: Any,
        series: Sequence[Series],
        unplaced: Sequence[Series],
        places: list[int | None],
        reasons: list[str | None],
        refused: list[tuple[str, str]],
    ) -> None:
        self.headers = headers
        self._series = tuple(series)
        self.unplaced = tuple(unplaced)
        self._places = places
        self._reasons = reasons
        self._refused = refused
        self._files: list[FileEntry] | None = None

    @property
    def files(self) -> list[FileEntry]:
        """Every file of the input, in its order; those that couldn't be tried at all stand last."""
        if self._files is None:
            rows = zip(self.headers.names, self._places, self._reasons, strict=True)
            self._files = [FileEntry(*row) for row in rows]
            self._files += [FileEntry(name, None, reason) for name, reason in self._refused]
        return self._files

    @property
    def number_of_files(self) -> int:
        """How many files the input has."""
        return len(self._places) + len(self._refused)

    @overload
    def __getitem__(self, index: int) -> Series: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Series, ...]: ...

    def __getitem__(self, index: int | slice) -> Series | tuple[Series, ...]:
        return self._series[index]

    def __len__(self) -> int:
        return len(self._series)

    def select(self, series: int | str | Series) -> list[Series]:
        """The series that an index, a Series Instance UID or a description names; several where it isn't clear.

        Parameters
        ----------
        series : int, str or Series
            An index into this sequence, the UID, or the whole description, whose case doesn't matter.

        Raises
        ------
        IndexError
            There is no such index.
        """
        if isinstance(series, Series):
            return [series]
        if isinstance(series, str):
            by_uid = [one for one in self._series if one.uid == series]
            wanted = series.strip().casefold()
            return by_uid or [one for one in self._series if (one.description or "").strip().casefold() == wanted]
        if not -len(self) <= series < len(self):
            raise IndexError(f"{len(self)} series were found, so there is no number {series}")
        return [self._series[series]]

    @property
    def left_out(self) -> list[FileEntry]:
        """The files that have no series, with the reason."""
        return [entry for entry in self.files if entry.series is None]

    def to_dict(self) -> dict[str, Any]:
        """Series and files as plain values, for JSON."""
        return {
            "series": [one.to_dict() for one in self._series],
            "unplaced": [one.to_dict() for one in self.unplaced],
            "files": [entry._asdict() for entry in self.files],
        }

    def __str__(self) -> str:
        from dicom.volume.listing import listing_text

        return listing_text(self)

    def __repr__(self) -> str:
        return (
            f"<FoundSeries: {len(self)} series in {self.number_of_files} files, {len(self.left_out)} files without one>"
        )

    def _repr_html_(self) -> str:
        from dicom.volume.listing import listing_html

        return listing_html(self)


def find_series(
    path: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    workers: int | None = None,
    progress: Progress | bool | None = None,
    archive_limit: int = LIMIT,
) -> FoundSeries:
    """The series of a folder, each of which makes one volume; and the place of every file.

    Files are grouped by what their headers say, never by their names: study and series, frame of reference, kind of
    image, size, orientation, pixel spacing. Frames that share a position are told apart by time, diffusion weighting,
    echo, phase of heart or breath, frame of a PET: that is the series' 4th axis. What nothing tells apart is named as
    duplicate.

    Parameters
    ----------
    path : str, os.PathLike, or iterable of them
        A folder, which is searched with all folders below it; files or folders; one file; a zip archive, which is read
        into memory; a DICOMDIR.
    workers : int, optional
        Threads that read headers; as many as there are CPUs by default.
    progress : callable, bool or None
        A function of how many files are done and how many there are; True draws a bar on a terminal.
    archive_limit : int, default 4 GiB
        How many bytes the members of an archive may hold together.

    Returns
    -------
    FoundSeries

    Raises
    ------
    FileNotFoundError
        `path` isn't there. No file that is found raises: what is wrong with it is its entry's reason.
    TypeError
        `path` is neither a path nor an iterable of paths.
    """
    inputs = inputs_of(path, archive_limit=archive_limit)
    headers = read_headers(inputs.sources, workers=workers, progress=progress)
    headers.names = inputs.names
    reasons: list[str | None] = list(headers.problems)
    planes = _planes(headers, reasons)
    series, unplaced = _series_of(planes) if len(planes) else ([], [])
    places = _places(headers, series, unplaced, reasons)
    _name_lost(headers, series, places)
    return FoundSeries(headers, series, unplaced, places, reasons, inputs.refused)


def _planes(headers: Any, reasons: list[str | None]) -> Planes:
    """The planes of all files that hold images; why the others hold none goes to `reasons`."""
    count = len(headers.sources)
    has_row = np.ones(count, bool)
    for file in [file for file, reason in enumerate(reasons) if reason is not None]:
        has_row[file] = False
        if headers.names[file][-4:].lower() == ".zip" and is_zip(headers.names[file]):
            reasons[file] = ARCHIVE
    is_directory = np.isfinite(headers.number("OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity"))
    is_image = has_row & headers.has_pixels
    _say_why(headers, reasons, np.flatnonzero(has_row & ~headers.has_pixels), is_directory)
    is_several = is_image & is_multi_frame(headers)
    parts = [single_frame_planes(headers, np.flatnonzero(is_image & ~is_several))]
    for file in np.flatnonzero(is_several).tolist():
        part, reason = _multi_frame(headers, file)
        if part is None:
            reasons[file] = reason
        else:
            parts.append(part)
    kept = [part for part in parts if len(part)]
    if not kept:
        return parts[0]
    return kept[0] if len(kept) == 1 else Planes.joined(kept)


def _say_why(headers: Any, reasons: list[str | None], files: NDArray[np.intp], is_directory: NDArray[np.bool_]) -> None:
    """The reasons of files without pixels: what they are instead."""
    if not len(files):
        return
    from dicom.uid import UID

    classes, modalities, syntaxes = headers.text("SOPClassUID"), headers.text("Modality"), headers.transfer_syntax
    for file in files.tolist():
        if is_directory[file]:
            reasons[file] = DIRECTORY
            continue
        uid = classes[file]
        if uid:
            reasons[file] = f"no pixels: {UID(uid, validation_mode=0).name}"
        else:
            # A few bytes of anything may look like an element.
            reasons[file] = "no pixels" if syntaxes[file] or modalities[file] else NOTHING


def _multi_frame(headers: Any, file: int) -> tuple[Planes | None, str]:
    from dicom.dataset.read import read
    from dicom.volume.multiframe import multi_frame_planes

    source = headers.sources[file]
    try:
        ds = read(source, stop_before_pixels=True)
        planes = multi_frame_planes(ds, headers, file)
    except (DicomError, OSError) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return None, f"its frames can't be told: {words}"
    return (planes, "") if len(planes) else (None, "no frames")


def _series_of(planes: Planes) -> tuple[list[Series], list[Series]]:
    """The series that planes make, and those that can't be placed."""
    headers = planes.headers
    parts = parts_of(planes)
    location, is_shared = locations_of(planes, [part.rows for part in parts])
    instance = None
    made: list[tuple[int, Series]] = []
    for part, shared in zip(parts, is_shared, strict=True):
        if not shared:
            made.append((part.series, Series(planes, _alone(part.rows), part)))
            continue
        if instance is None:
            codes, _ = codes_of(headers.text("SOPInstanceUID"), len(headers.sources))
            instance = _frame_codes(planes, headers, codes)
        for stack in stacks_of(planes.take(part.rows), location[part.rows], instance[part.rows]):
            stack.rows = part.rows[stack.rows]
            stack.duplicates = tuple(tuple(int(part.rows[row]) for row in group) for group in stack.duplicates)
            made.append((part.series, Series(planes, stack, part)))
    _number_parts(made)
    order = _order(made)
    series = [made[index][1] for index in order]
    return [one for one in series if one.has_positions], [one for one in series if not one.has_positions]


def _alone(rows: NDArray[np.intp]) -> Stack:
    from dicom.volume.dimension import Stack

    return Stack(rows)


def _frame_codes(planes: Planes, headers: Any, codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number for each frame of each SOP Instance; files without a UID are themselves only."""
    uids = headers.text("SOPInstanceUID")
    own = np.fromiter((uid is None for uid in uids), bool, len(uids))
    codes = np.where(own, len(uids) + np.arange(len(uids)), codes)
    tiles = np.zeros(len(planes), np.int64)
    if planes.tile is not None:
        # Parts of one frame are frames of their own.
        tiles = np.unique(planes.tile, axis=0, return_inverse=True)[1].reshape(-1)
    frames = (planes.frame + 1) * (int(tiles.max()) + 1) + tiles
    whole: NDArray[np.int64] = codes[planes.file] * (int(frames.max()) + 1) + frames
    return whole


def _number_parts(made: list[tuple[int, Series]]) -> None:
    by_series: dict[int, list[Series]] = {}
    for number, one in made:
        by_series.setdefault(number, []).append(one)
    for parts in by_series.values():
        for index, one in enumerate(parts, 1):
            one.part, one.parts = index, len(parts)


def _order(made: list[tuple[int, Series]]) -> list[int]:
    """By study as they were met, then by Series Number; the parts of a series stay together."""
    studies: dict[str | None, int] = {}
    for _, one in made:
        studies.setdefault(one.study_uid, len(studies))
    keys = [
        (studies[one.study_uid], np.inf if one.number is None else one.number, number, one.part) for number, one in made
    ]
    return sorted(range(len(made)), key=keys.__getitem__)


def _places(headers: Any, series: list[Series], unplaced: list[Series], reasons: list[str | None]) -> list[int | None]:
    """Of each file the index of its series; what is to be said of files goes to `reasons`."""
    count = len(headers.sources)
    place = np.full(count, -1, np.int64)
    for index in range(len(series) - 1, -1, -1):
        files = series[index].file_indices
        for file in files[place[files] >= 0].tolist():
            reasons[file] = "its frames belong to several series"
        place[files] = index
    for one in unplaced:
        for file in one.file_indices.tolist():
            if place[file] < 0:
                reasons[file] = _why_unplaced(one, file)
    for file in np.flatnonzero(headers.is_cut & (place >= 0)).tolist():
        _add(reasons, file, CUT)
    for one in series:
        for group in one.duplicates:
            files = one.planes.file[list(group)]
            first = int(files[0])
            for file in files[1:].tolist():
                if file != first:
                    _add(reasons, file, _why_duplicate(headers, first, file))
    return [None if index < 0 else index for index in place.tolist()]


def _name_lost(headers: Any, series: list[Series], places: list[int | None]) -> None:
    """Note of each series the files that belong to it by their UID, but give no plane."""
    lost = [file for file, place in enumerate(places) if place is None]
    if not lost:
        return
    uids = headers.text("SeriesInstanceUID")
    by_uid: dict[str, list[Series]] = {}
    for one in series:
        if one.uid is not None:
            by_uid.setdefault(one.uid, []).append(one)
    for file in lost:
        for one in by_uid.get(uids[file] or "", ()):
            one.lost_files.append(headers.names[file])


def _add(reasons: list[str | None], file: int, reason: str) -> None:
    before = reasons[file]
    reasons[file] = reason if before is None or reason in before else f"{before}; {reason}"


def _why_unplaced(series: Series, file: int) -> str:
    planes = series.planes
    rows = np.flatnonzero(planes.file == file)
    said = next((reason for row in rows if (reason := planes.reasons[row])), None)
    if said:
        return said
    return NO_POSITION if np.isfinite(planes.orientation[rows]).all() else NO_PLACE


def _why_duplicate(headers: Any, first: int, file: int) -> str:
    uids = headers.text("SOPInstanceUID")
    same = uids[first] is not None and uids[first] == uids[file]
    what = "the same SOP Instance as" if same else "nothing tells it apart from"
    return f"duplicate: {what} {headers.names[first]}"
