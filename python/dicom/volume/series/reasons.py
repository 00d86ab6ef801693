"""Where each file belongs, and the words for why it belongs nowhere.

In: headers and the series that were made of them. Out: for each file the index of its series, and what is to be said of
it. No element's value stands in a reason; a SOP Class is called by its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.volume.series.inputs import GIVEN_TWICE, NOT_REGULAR, VISITED_LINK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.series.series import Series

NO_POSITION = "no position: Image Position (Patient) (0020,0032) is missing, or isn't three numbers"
NO_PLACE = "no position: Image Position and Image Orientation (Patient) (0020,0032), (0020,0037) are missing"
BROKEN = "no pixels, nor anything that says what it is: perhaps it breaks off"
NOTHING = "no pixels, nor anything else of an image: perhaps not DICOM"
ARCHIVE = "a zip archive, which isn't opened within a folder: give it by itself"
DIRECTORY = "a DICOMDIR"
CUT = "ends within its pixels"
SEVERAL = "its frames belong to several series"
# What an empty file is called by the scan; an empty one is what a broken transfer leaves.
_EMPTY = "not DICOM: it is empty"


def say_why(headers: Any, reasons: list[str | None], files: NDArray[np.intp], is_directory: NDArray[np.bool_]) -> None:
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
        elif modalities[file]:
            reasons[file] = "no pixels"
        else:
            # A few bytes of anything may look like an element.
            reasons[file] = BROKEN if syntaxes[file] or _has_preamble(headers.sources[file]) else NOTHING


def _has_preamble(source: str | bytes) -> bool:
    """Whether it begins as DICOM files do; False for a file that can't be read any more."""
    try:
        if isinstance(source, str):
            with open(source, "rb") as file:
                return file.read(132)[128:] == b"DICM"
        return source[128:132] == b"DICM"
    except OSError:
        return False


def places_of(
    headers: Any, series: Sequence[Series], unplaced: Sequence[Series], reasons: list[str | None]
) -> list[int | None]:
    """Of each file the index of its series; what is to be said of files goes to `reasons`."""
    count = len(headers.sources)
    place = np.full(count, -1, np.int64)
    for index in range(len(series) - 1, -1, -1):
        files = series[index].file_indices
        for file in files[place[files] >= 0].tolist():
            reasons[file] = SEVERAL
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


def name_lost(
    headers: Any,
    series: Sequence[Series],
    places: list[int | None],
    reasons: list[str | None],
    refused: Sequence[tuple[str, str]],
) -> None:
    """Note of each series the files that belong to it by their UID but give no plane, and those that nobody can tell.

    What isn't DICOM, or nothing to be read at all, belongs to no series.
    """
    lost = [file for file, place in enumerate(places) if place is None]
    unread = [headers.names[file] for file in lost if _is_unread(headers, file, reasons[file])]
    unread += [name for name, reason in refused if reason not in (NOT_REGULAR, VISITED_LINK, GIVEN_TWICE)]
    of_any = tuple(unread)
    for one in series:
        one.unread_files = of_any
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


def _is_unread(headers: Any, file: int, reason: str | None) -> bool:
    """Whether a file may be an image of any series, for all that can be read of it."""
    if reason == ARCHIVE or headers.text("SeriesInstanceUID")[file] is not None:
        return False
    problem = headers.problems[file]
    if problem is None:
        return reason == BROKEN
    return problem == _EMPTY or not problem.startswith("not DICOM")


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
