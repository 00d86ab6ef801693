"""`Series`: planes that make one volume, and what a listing says of them.

In: planes, and which of them belong together. Out: a series that can be read. Standard: PS3.3 C.7.3.1 (General Series).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.geometry.report import GeometryReport
    from dicom.volume.planes import Planes
    from dicom.volume.series.dimension import Dimension, UnorderedStack
    from dicom.volume.series.grouping import Part


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
    apart_by : tuple of str
        The same without the values: ``("orientation",)``.
    siblings : tuple of Series
        All parts of the Series Instance UID, this one among them.
    lost_files : list of str
        Files whose headers name this series, but which give no plane: they break off, or have no pixels or position.
    unread_files : sequence of str
        Files that couldn't be read, so that nobody knows whether they belong to this series; the same for all series.
    """

    def __init__(self, source: Planes, stack: UnorderedStack, part: Part) -> None:
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
        self.siblings: tuple[Series, ...] = (self,)
        self.lost_files: list[str] = []
        self.unread_files: tuple[str, ...] = ()
        self.reason = "; ".join((*part.differences, *stack.reasons))
        self.apart_by = tuple(said.partition(":")[0] for said in (*part.differences, *stack.reasons))

    @property
    def planes(self) -> Planes:
        """One row a frame; in the order of the files, which is no order in space."""
        if self._planes is None:
            rows = self._stack.rows
            self._planes = self._source if len(rows) == len(self._source) else self._source.take(rows)
        return self._planes

    @property
    def source(self) -> Planes:
        """The planes of all series that were found together."""
        return self._source

    @property
    def source_rows(self) -> NDArray[np.intp]:
        """Which of `source` are the planes of this one."""
        return self._stack.rows

    @property
    def report(self) -> GeometryReport:
        """What `read` will say of the planes' geometry, and what it would refuse; made anew each time.

        Its notes tell of planes of the same series that are another volume, and of files that are lost.
        """
        from dicom.volume.series.reports import report_of_series

        return report_of_series(self)

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
        from dicom.volume.series.listing import series_text

        return series_text(self)

    def __repr__(self) -> str:
        points = "" if self.dimension is None else f", {len(self.dimension)} x {self.dimension.name}"
        part = f", part {self.part} of {self.parts}" if self.parts > 1 else ""
        return (
            f"<Series {self.number}: {self.modality}, {self.number_of_frames} frames of "
            f"{self.rows} x {self.columns}{points}{part}>"
        )

    def _repr_html_(self) -> str:
        from dicom.volume.series.listing import series_html

        return series_html(self)
