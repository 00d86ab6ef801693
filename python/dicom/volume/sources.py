"""Where the slices of a volume come from: file, frame, SOP Instance UID, and any element of their headers.

In: planes, and the slot of each. Out: `Sources`, asked by slice (k) and time point (t). Headers are read when they are
asked for. Standard: PS3.3 C.12.1 (SOP Common), C.7.6.16 (Multi-frame Functional Groups).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom.errors import FileChangedError, GeometryError
from dicom.volume.assembly.frame_kinds import name_of, naming, open_file
from dicom.volume.series.headers import is_multi_frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Self

    from numpy.typing import NDArray

    from dicom.dataset.file_dataset import FileDataset
    from dicom.volume.planes import Planes


class Reference(NamedTuple):
    """The image that a slice comes from, as other objects refer to it (PS3.3 10.3), and where it lies."""

    sop_class_uid: str
    sop_instance_uid: str
    #: From 1; None where the image has one frame only.
    frame_number: int | None
    #: Image Position (Patient), Image Orientation (Patient): mm, LPS. NaN where the slice is a part of the image only,
    #: as in a mosaic.
    position: NDArray[np.float64]
    orientation: NDArray[np.float64]
    #: Rows, Columns.
    frame_shape: tuple[int, int]


class Sources:
    """The files and frames of a volume's slices.

    Parameters
    ----------
    planes : Planes
    slots : ndarray of intp, shape (k,) or (t, k)
        The row of the plane that each slice is; -1 for a slice that was filled in.

    Attributes
    ----------
    shape : tuple of int
        (t, k); t is 1 without a 4th axis.
    """

    __slots__ = ("_planes", "_slots")

    def __init__(self, planes: Planes, slots: NDArray[np.intp]) -> None:
        self._planes = planes
        self._slots = np.atleast_2d(np.asarray(slots, np.intp))

    @property
    def shape(self) -> tuple[int, int]:
        """(t, k)."""
        t, k = self._slots.shape
        return t, k

    def of_series(self) -> tuple[Self, NDArray[np.intp]]:
        """All frames of the series as one row, (1, n), and which of them each slice is, (t, k): -1 where none is.

        What holds for a series, as the beginning of its scan, isn't told by the slices that were kept of it.
        """
        return type(self)(self._planes, np.arange(len(self._planes))), self._slots.copy()

    @property
    def has_several_frames(self) -> bool:
        """Whether a file gives more than one slice."""
        files = self._planes.file[self._slots[self._slots >= 0]]
        return len(np.unique(files)) < len(files)

    def take(self, k: NDArray[Any] | Sequence[int], t: NDArray[Any] | Sequence[int] | None = None) -> Self:
        """The sources of these slices, in their order; of these time points, or all."""
        slots = self._slots if t is None else self._slots[np.asarray(t, np.intp)]
        return type(self)(self._planes, slots[:, np.asarray(k, np.intp)])

    def file(self, k: int, t: int = 0) -> str | None:
        """Path of slice k's file, ``archive.zip/member`` within an archive; None for a slice that was filled in."""
        row = self._row(k, t)
        return None if row is None else name_of(self._planes.headers, int(self._planes.file[row]))

    def frame(self, k: int, t: int = 0) -> int | None:
        """Which frame of its file the slice is, from 0; None for a slice that was filled in."""
        row = self._row(k, t)
        return None if row is None else int(self._planes.frame[row])

    def sop_instance_uid(self, k: int, t: int = 0) -> str | None:
        """SOP Instance UID of the slice's file; None for a slice that was filled in, and where the file has none."""
        row = self._row(k, t)
        if row is None:
            return None
        uid: str | None = self._planes.headers.text("SOPInstanceUID")[self._planes.file[row]]
        return uid

    def references(self) -> list[list[Reference | None]]:
        """What an object that was made of the slices refers to: for each t a list, one entry a slice.

        Returns
        -------
        list of list
            None for a slice that was filled in, and where a file has no SOP Class or Instance UID.
        """
        planes, headers = self._planes, self._planes.headers
        classes, instances = headers.text("SOPClassUID"), headers.text("SOPInstanceUID")
        several = is_multi_frame(headers)

        def reference(row: int) -> Reference | None:
            if row < 0:
                return None
            file = int(planes.file[row])
            if not classes[file] or not instances[file]:
                return None
            shape = int(planes.rows[row]), int(planes.columns[row])
            place = planes.position[row], planes.orientation[row]
            if planes.tile is not None:
                return Reference(classes[file], instances[file], None, place[0] * np.nan, place[1], shape)
            frame = int(planes.frame[row]) + 1 if several[file] else None
            return Reference(classes[file], instances[file], frame, *place, shape)

        return [[reference(row) for row in slots] for slots in self._slots.tolist()]

    def rescales(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Slope and intercept of each slice, each (t, k); NaN where it was filled in, or has no linear rescale."""
        is_there = self._slots >= 0
        slope, intercept = (column[self._slots] for column in (self._planes.slope, self._planes.intercept))
        return np.where(is_there, slope, np.nan), np.where(is_there, intercept, np.nan)

    def dataset(self, k: int, t: int = 0) -> FileDataset:
        """The data set of the slice's file without its pixel data, read now.

        Raises
        ------
        GeometryError
            The slice was filled in: it has no file.
        FileChangedError
            The file has gone, or has changed since the volume was read.
        """
        row = self._row(k, t)
        if row is None:
            raise GeometryError(f"slice {k} was filled in: there is no file of it")
        return self._open(int(self._planes.file[row]))

    def first_dataset(self) -> FileDataset | None:
        """The data set of the first slice that has a file, as `dataset` reads it; None where all were filled in.

        Raises
        ------
        FileChangedError
            The file has gone, or has changed since the volume was read.
        """
        rows = self._slots[self._slots >= 0]
        return self._open(int(self._planes.file[rows[0]])) if rows.size else None

    def column(self, keyword: str) -> NDArray[Any] | list[Any]:
        """The value of an element for each slice, from the frame's functional groups or the file's data set.

        Parameters
        ----------
        keyword : str
            Such as ``"InstanceNumber"`` or ``"TriggerTime"``. Where one stands in several functional groups, the group
            before it: ``"PlanePositionSequence.ImagePositionPatient"``.

        Returns
        -------
        ndarray of float64, shape (k,) or (t, k), or with a last axis for elements of several numbers
            Where all values are numbers, and as many of them for each slice; NaN where one is absent.
        list
            Of values otherwise, or of a list for each t; None where one is absent.
        """
        of_file: dict[int, Any] = {}
        values = [
            [None if row < 0 else self._value(row, keyword, of_file) for row in slots] for slots in self._slots.tolist()
        ]
        numbers = _as_numbers([value for row in values for value in row])
        t, k = self.shape
        if numbers is not None:
            return numbers if t == 1 else numbers.reshape(t, k, *numbers.shape[1:])
        return values[0] if t == 1 else values

    def texts(self, paths: Mapping[str, Sequence[int]]) -> dict[str, list[str | None]]:
        """Elements of text of each slice's file, all of them from one scan of the files, which costs little for many.

        Parameters
        ----------
        paths : mapping of str to tags
            For each name the tags of the sequences on the way, which give their first item, and of the element.

        Returns
        -------
        dict of list of str or None
            For each name a text for each slice, k by k and then t by t; several values with backslashes between them.
            None where the element is absent, empty or no text, and for a slice that was filled in. Functional groups
            aren't asked.

        Raises
        ------
        FileChangedError
            A file has gone, or has changed since the volume was read.
        """
        from dicom.io.scan import scan_headers

        headers = self._planes.headers
        rows = self._slots.ravel()
        files = np.unique(self._planes.file[rows[rows >= 0]])
        scanned = scan_headers([headers.sources[file] for file in files.tolist()], {}, paths)
        same = (scanned.size == headers.size[files]) & (scanned.mtime_ns == headers.mtime_ns[files])
        if not same.all():
            name = name_of(headers, int(files[np.flatnonzero(~same)[0]]))
            raise FileChangedError(f"{name}: it has gone or has changed since its header was read", path=name)
        place = np.where(rows < 0, -1, np.searchsorted(files, self._planes.file[rows])).tolist()
        columns = {name: scanned.text(name) for name in paths}
        return {name: [None if at < 0 else column[at] for at in place] for name, column in columns.items()}

    def by_file(self) -> list[tuple[FileDataset, list[int], list[int]]]:
        """The data set of each file, with the slices that it holds: their places, k by k and then t by t, and frames.

        Raises
        ------
        FileChangedError
            A file has gone, or has changed since the volume was read.
        """
        places: dict[int, list[int]] = {}
        rows = self._slots.ravel().tolist()
        for place, row in enumerate(rows):
            if row >= 0:
                places.setdefault(int(self._planes.file[row]), []).append(place)
        return [
            (self._open(file), found, [int(self._planes.frame[rows[place]]) for place in found])
            for file, found in places.items()
        ]

    def __repr__(self) -> str:
        t, k = self.shape
        files = len(np.unique(self._planes.file[self._slots[self._slots >= 0]]))
        return f"Sources({files} file(s) of {k} slices{f' at {t} points' if t > 1 else ''})"

    def _row(self, k: int, t: int) -> int | None:
        row = int(self._slots[t, k])
        return None if row < 0 else row

    def _open(self, file: int) -> FileDataset:
        with naming(self._planes.headers, file):
            return open_file(self._planes.headers, file, stop_before_pixels=True)

    def _value(self, row: int, keyword: str, of_file: dict[int, Any]) -> Any:
        file, frame = int(self._planes.file[row]), int(self._planes.frame[row])
        known = of_file.get(file)
        if known is None:
            ds = self._open(file)
            known = of_file[file] = (None if "." in keyword else ds.get(keyword), _of_frames(ds, keyword))
        of_data_set, of_frames = known
        if of_frames is not None and frame < len(of_frames) and of_frames[frame] is not None:
            return of_frames[frame]
        return of_data_set if of_data_set != "" else None


def _of_frames(ds: FileDataset, keyword: str) -> list[Any] | None:
    """The value of an element in the functional groups of each frame; None for objects without any."""
    if "PerFrameFunctionalGroupsSequence" not in ds and "SharedFunctionalGroupsSequence" not in ds:
        return None
    column = ds.per_frame.get(keyword)
    if not isinstance(column, np.ma.MaskedArray):
        return None if column is None else list(column)
    masked = np.ma.getmaskarray(column).reshape(len(column), -1)
    return [None if one.any() else value for value, one in zip(column.data, masked, strict=True)]


def _as_numbers(values: list[Any]) -> NDArray[np.float64] | None:
    """Values as an array, NaN where one is None; None if they aren't numbers, or not as many each."""
    present = [value for value in values if value is not None]
    if not present or any(_is_text(value) for value in present):
        return None
    try:
        arrays = [np.asarray(value, np.float64) for value in present]
    except (TypeError, ValueError):
        return None
    if any(one.shape != arrays[0].shape or one.ndim > 1 for one in arrays):
        return None
    whole = np.full((len(values), *arrays[0].shape), np.nan)
    whole[[index for index, value in enumerate(values) if value is not None]] = arrays
    return whole


def _is_text(value: Any) -> bool:
    if hasattr(value, "__len__") and not isinstance(value, str | bytes):
        return any(isinstance(one, str | bytes) for one in value)
    return isinstance(value, str | bytes)
