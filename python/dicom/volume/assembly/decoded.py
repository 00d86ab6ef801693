"""Frames that have to be decoded, into their slots: compressed, colours, tables, tiles, members of archives.

In: planes and their slots of an array. Out: the array, filled. Frames are decoded on threads, each with one frame at
most in flight; a file is open only while frames of it are wanted. Standard: PS3.5 section 8 and annex A.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from threading import Lock, local
from typing import TYPE_CHECKING

import numpy as np

from dicom.pixels.frame_decoder import MAX_EXPANSION, FrameDecoder
from dicom.pixels.image.modality import Modality
from dicom.pixels.threads import run_in_threads
from dicom.volume.assembly.frame_kinds import ensure_same, name_of, naming, open_file
from dicom.volume.assembly.value_types import misfit, rescale_into, store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.assembly.assemble import Wanted
    from dicom.volume.assembly.region import Ranges
    from dicom.volume.planes import Planes


def decode_planes(
    planes: Planes,
    wanted: Wanted,
    chosen: NDArray[np.intp],
    ranges: Ranges,
    array: NDArray[Any],
    threads: int,
    tell: Callable[[int], object],
) -> None:
    """Fill the slots of chosen planes.

    Parameters
    ----------
    planes, wanted
        As `dicom.volume.assembly.assemble` has them.
    chosen : ndarray of intp
        Which of `wanted`.
    ranges : (k, j, i)
        Rows and columns of a plane that go into its slot.
    array : ndarray
        C-contiguous.
    threads : int
    tell : callable
        Called with how many planes are done.

    Raises
    ------
    PixelError
        A frame isn't there or can't be decoded, or a value doesn't fit. `path` is the file.
    FileChangedError
        A file has gone, or is another.
    """
    headers = planes.headers
    # Planes of one frame (the tiles of a mosaic) are filled together, so that it is decoded once.
    groups: dict[tuple[int, int], list[int]] = {}
    rows = wanted.rows[chosen]
    for place, file, frame in zip(
        chosen.tolist(), planes.file[rows].tolist(), planes.frame[rows].tolist(), strict=True
    ):
        groups.setdefault((file, frame), []).append(place)
    work = list(groups.items())
    files = _OpenFiles(headers, [file for (file, _), _ in work])
    codec_threads = threads if len(work) == 1 else 1
    is_color = wanted.kinds[work[0][0][0]].is_color
    slots = array.reshape(-1, *array.shape[-3 if is_color else -2 :])
    of_thread = local()
    done = 0
    counting = Lock()

    def decode_one(index: int) -> None:
        nonlocal done
        (file, frame), places = work[index]
        with naming(headers, file), files.opened(file) as opened:
            is_whole = len(places) == 1 and _takes_all(wanted, places[0], ranges, planes, slots, opened.decoder)
            # Straight into its slot, or one frame a thread.
            target = slots[wanted.slots[places[0]]][np.newaxis] if is_whole else _scratch(of_thread, opened.decoder)
            opened.decoder.check(range(frame, frame + 1), MAX_EXPANSION)
            opened.decoder.fill(target, range(frame, frame + 1), codec_threads)
            for place in [] if is_whole else places:
                part = _part(planes, int(wanted.rows[place]), ranges, target[0])
                slot = slots[wanted.slots[place]]
                slope = float(wanted.slope[place])
                if slope == slope:
                    fits = rescale_into(slot, part, slope, float(wanted.intercept[place]))
                else:
                    fits = store(slot, opened.transformation(frame).apply(part))
                if not fits:
                    raise misfit(array.dtype, name_of(headers, file), frame)
            ensure_same(headers, file)
        with counting:
            done += len(places)
            tell(done)

    run_in_threads(decode_one, range(len(work)), threads)


class _OpenFile:
    """A data set whose frames are wanted."""

    __slots__ = ("_ds", "_modality", "decoder")

    def __init__(self, headers: Any, file: int) -> None:
        self._ds = open_file(headers, file)
        self.decoder = FrameDecoder(self._ds)
        self._modality: Modality | None = None

    def transformation(self, frame: int) -> Any:
        """What turns stored values of a frame into values."""
        if self._modality is None:
            self._modality = Modality(self._ds, self.decoder.description)
        return self._modality.of_frame(frame)


class _OpenFiles:
    """Files that are open as long as frames of them are left to decode."""

    def __init__(self, headers: Any, files: list[int]) -> None:
        self._headers = headers
        self._left = Counter(files)
        self._open: dict[int, _OpenFile] = {}
        self._lock = Lock()

    @contextmanager
    def opened(self, file: int) -> Iterator[_OpenFile]:
        """The file, for one of its frames."""
        if self._left[file] == 1 and file not in self._open:
            yield _OpenFile(self._headers, file)
            return
        with self._lock:
            known = self._open.get(file)
            if known is None:
                known = self._open[file] = _OpenFile(self._headers, file)
        yield known
        with self._lock:
            self._left[file] -= 1
            if not self._left[file]:
                del self._open[file]


def _takes_all(
    wanted: Wanted, place: int, ranges: Ranges, planes: Planes, slots: NDArray[Any], decoder: FrameDecoder
) -> bool:
    """Whether a slot is filled by what the decoder gives."""
    description = decoder.description
    return (
        planes.tile is None
        and slots.shape[1:] == description.frame_shape
        and slots.dtype.str == np.dtype(description.dtype).str
        and wanted.slope[place] == 1
        and wanted.intercept[place] == 0
    )


def _scratch(of_thread: Any, decoder: FrameDecoder) -> NDArray[Any]:
    """Room for one frame, which the thread keeps for the next one that is like it."""
    kept: NDArray[Any] | None = getattr(of_thread, "frame", None)
    description = decoder.description
    if kept is None or kept.shape[1:] != description.frame_shape or kept.dtype.str != np.dtype(description.dtype).str:
        of_thread.frame = kept = decoder.empty(1)
    return kept


def _part(planes: Planes, row: int, ranges: Ranges, frame: NDArray[Any]) -> NDArray[Any]:
    """What of a frame goes into the slot of a plane."""
    if planes.tile is not None:
        first_row, first_column, rows, columns = planes.tile[row].tolist()
        frame = frame[first_row : first_row + rows, first_column : first_column + columns]
    _, wanted_rows, wanted_columns = ranges
    return frame[
        wanted_rows.start : wanted_rows.stop : wanted_rows.step,
        wanted_columns.start : wanted_columns.stop : wanted_columns.step,
    ]
