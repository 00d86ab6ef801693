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
from dicom.volume.planes import Planes
from dicom.volume.series.archive import LIMIT
from dicom.volume.series.dimension import UnorderedStack, stacks_of
from dicom.volume.series.grouping import parts_of
from dicom.volume.series.headers import is_multi_frame, read_headers, single_frame_planes
from dicom.volume.series.inputs import inputs_of, is_zip
from dicom.volume.series.locations import instances_of, locations_of
from dicom.volume.series.reasons import ARCHIVE, name_lost, places_of, say_why
from dicom.volume.series.series import Series

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from typing import Any

    from dicom.io.progress import Progress
    from dicom.volume.geometry.report import GeometryReport
    from dicom.volume.series.inputs import Inputs

__all__ = ["FileEntry", "FoundSeries", "Series", "find_series"]


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
        TypeError
            It is neither a number nor a text.
        """
        if isinstance(series, Series):
            return [series]
        if isinstance(series, str):
            return _named(self._series, series)
        if isinstance(series, bool) or not hasattr(series, "__index__"):
            raise TypeError(f"series is an index, a Series Instance UID or a description, not {type(series).__name__}")
        if not -len(self) <= series < len(self):
            raise IndexError(f"{len(self)} series were found, so there is no number {series}")
        return [self._series[series]]

    def report_of(self, series: int | str | Series) -> GeometryReport:
        """What is wrong with all planes of a Series Instance UID, whether they are one volume or several.

        Parameters
        ----------
        series : int, str or Series
            As for `select`; any of its parts will do.

        Returns
        -------
        GeometryReport
            Where the series falls into volumes of several orientations, sizes or pixel spacings, this is its defect:
            ``mixed-orientation``, ``mixed-size``, ``mixed-spacing``. Otherwise the report of the volume.

        Raises
        ------
        IndexError
            There is no such series.
        """
        from dicom.volume.series.reports import report_of_parts, report_of_series

        chosen = self.select(series) or self.select_unplaced(series)
        if not chosen:
            raise IndexError(f"none of the {len(self)} series has that Series Instance UID or description")
        together = report_of_parts(chosen[0].siblings) if chosen[0].parts > 1 else None
        return report_of_series(chosen[0]) if together is None else together

    def select_unplaced(self, series: int | str | Series) -> list[Series]:
        """Images without any position that a Series Instance UID or a description names; see `select`."""
        return _named(self.unplaced, series) if isinstance(series, str) else []

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
        from dicom.volume.series.listing import listing_text

        return listing_text(self)

    def __repr__(self) -> str:
        return (
            f"<FoundSeries: {len(self)} series in {self.number_of_files} files, {len(self.left_out)} files without one>"
        )

    def _repr_html_(self) -> str:
        from dicom.volume.series.listing import listing_html

        return listing_html(self)


def _named(several: Sequence[Series], name: str) -> list[Series]:
    """Those with this UID, or else this description; no description is no name."""
    wanted = name.strip().casefold()
    return [one for one in several if one.uid == name] or [
        one for one in several if wanted and (one.description or "").strip().casefold() == wanted
    ]


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
    return found_in(inputs_of(path, archive_limit=archive_limit), workers=workers, progress=progress)


def found_in(inputs: Inputs, *, workers: int | None = None, progress: Progress | bool | None = None) -> FoundSeries:
    """The series of what was taken for input: `find_series` for sources that are at hand, as bytes too."""
    headers = read_headers(inputs.sources, workers=workers, progress=progress)
    headers.names = inputs.names
    reasons: list[str | None] = list(headers.problems)
    planes = _planes(headers, reasons)
    # Numbers without measure are told of by the report, and warned of nowhere.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        series, unplaced = _series_of(planes) if len(planes) else ([], [])
    places = places_of(headers, series, unplaced, reasons)
    name_lost(headers, series, places, reasons, inputs.refused)
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
    say_why(headers, reasons, np.flatnonzero(has_row & ~headers.has_pixels), is_directory)
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


def _multi_frame(headers: Any, file: int) -> tuple[Planes | None, str]:
    from dicom.dataset.read import read
    from dicom.volume.frames.multiframe import multi_frame_planes

    source = headers.sources[file]
    try:
        ds = read(source, stop_before_pixels=True)
        planes = multi_frame_planes(ds, headers, file)
    except (DicomError, OSError) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return None, f"its frames can't be told: {words}"
    except Exception as error:
        # Whatever a hostile file does, the others are listed; what the text of such an error holds isn't known.
        return None, f"its frames can't be told: {type(error).__name__}"
    return (planes, "") if len(planes) else (None, "no frames")


def _series_of(planes: Planes) -> tuple[list[Series], list[Series]]:
    """The series that planes make, and those that can't be placed."""
    parts = parts_of(planes)
    location, is_shared = locations_of(planes, [part.rows for part in parts])
    instance = None
    made: list[tuple[int, Series]] = []
    for part, shared in zip(parts, is_shared, strict=True):
        if not shared:
            made.append((part.series, Series(planes, UnorderedStack(part.rows), part)))
            continue
        if instance is None:
            instance = instances_of(planes)
        for stack in stacks_of(planes.take(part.rows), location[part.rows], instance[part.rows]):
            stack.rows = part.rows[stack.rows]
            stack.duplicates = tuple(tuple(int(part.rows[row]) for row in group) for group in stack.duplicates)
            made.append((part.series, Series(planes, stack, part)))
    _number_parts(made)
    order = _order(made)
    series = [made[index][1] for index in order]
    return [one for one in series if one.has_positions], [one for one in series if not one.has_positions]


def _number_parts(made: list[tuple[int, Series]]) -> None:
    by_series: dict[int, list[Series]] = {}
    for number, one in made:
        by_series.setdefault(number, []).append(one)
    for parts in by_series.values():
        for index, one in enumerate(parts, 1):
            one.part, one.parts = index, len(parts)
            one.siblings = tuple(parts)


def _order(made: list[tuple[int, Series]]) -> list[int]:
    """By study as they were met, then by Series Number; the parts of a series stay together."""
    studies: dict[str | None, int] = {}
    for _, one in made:
        studies.setdefault(one.study_uid, len(studies))
    keys = [
        (studies[one.study_uid], np.inf if one.number is None else one.number, number, one.part) for number, one in made
    ]
    return sorted(range(len(made)), key=keys.__getitem__)
