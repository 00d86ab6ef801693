"""Scan the headers of many files at once, into columns.

In: paths, or bytes at hand, and which elements are wanted. Out: `Headers`, one row a source, as whole columns; a source
that gives no row says why, and none of them raises. All is read in threads of the Rust core, with the interpreter
released; of a file only what stands before the pixels is read. Standard: PS3.10 section 7, PS3.5 section 7.
"""

from __future__ import annotations

import os

from dicom import _core
from dicom.io.progress import reporter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    import numpy as np
    from numpy.typing import NDArray

    from dicom.io.progress import Progress

    Source: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview

#: What the core tells of each source besides its columns, row by row of one array.
_SIZE, _MODIFIED, _PIXEL_OFFSET, _PIXEL_LENGTH, _FLAGS = range(5)
_HAS_PIXELS, _IMPLICIT_VR, _BIG_ENDIAN, _DEFLATED = 1, 2, 4, 8


class Headers:
    """Columns of the headers of many sources. Made by `scan_headers`.

    Attributes
    ----------
    sources : list
        As they were given.
    names : list of str
        What to call each source in a message: its path, or what whoever scans bytes at hand puts there.
    problems : list of str or None
        Why a source has no row: "not DICOM", "vanished ...", "can't be read ...", "breaks off ..."; None where it has
        one. Of a header that breaks off, the cells before the break are filled all the same.
    size, mtime_ns : ndarray of int64, shape (n,)
        Bytes of the source, and when the file was last changed: what tells whether it still is the file that was
        scanned. Of bytes at hand the time is 0.
    pixel_offset, pixel_length : ndarray of int64, shape (n,)
        Where the value of native Pixel Data (7FE0,0010) begins, in bytes from the beginning of the source, and how long
        it says that it is. -1 where there is none, where it is encapsulated, and in deflated files.
    has_pixels : ndarray of bool, shape (n,)
        Pixel Data, Float Pixel Data or Double Float Pixel Data is there.
    is_cut : ndarray of bool, shape (n,)
        The source ends within its native pixels.
    is_implicit_vr, is_big_endian, is_deflated : ndarray of bool, shape (n,)
        How the data set is encoded.
    """

    __slots__ = (
        "_numbers",
        "_scanned",
        "_texts",
        "_transfer_syntax",
        "has_pixels",
        "is_big_endian",
        "is_cut",
        "is_deflated",
        "is_implicit_vr",
        "mtime_ns",
        "names",
        "pixel_length",
        "pixel_offset",
        "problems",
        "size",
        "sources",
    )

    def __init__(
        self,
        sources: list[Source],
        scanned: _core.ScannedHeaders,
        numbers: Mapping[str, int],
        texts: Sequence[str],
    ) -> None:
        import numpy as np

        self.sources = sources
        self.names: list[str] = [one if isinstance(one, str) else _name_of(one) for one in sources]
        self._scanned = scanned
        # Columns are made when they are asked for, and kept.
        self._numbers: dict[str, NDArray[np.float64] | tuple[int, int]] = {
            name: (index, width) for index, (name, width) in enumerate(numbers.items())
        }
        self._texts: dict[str, list[str | None] | int] = {name: index for index, name in enumerate(texts)}
        self._transfer_syntax: list[str | None] | None = None
        self.problems: list[str | None] = scanned.problems
        facts = np.empty((5, len(sources)), np.int64)
        scanned.fill_facts(facts)
        self.size, self.mtime_ns = facts[_SIZE], facts[_MODIFIED]
        self.pixel_offset, self.pixel_length = facts[_PIXEL_OFFSET], facts[_PIXEL_LENGTH]
        flags = facts[_FLAGS]
        self.has_pixels: NDArray[np.bool_] = (flags & _HAS_PIXELS) != 0
        self.is_implicit_vr: NDArray[np.bool_] = (flags & _IMPLICIT_VR) != 0
        self.is_big_endian: NDArray[np.bool_] = (flags & _BIG_ENDIAN) != 0
        self.is_deflated: NDArray[np.bool_] = (flags & _DEFLATED) != 0
        self.is_cut: NDArray[np.bool_] = (self.pixel_offset >= 0) & (self.pixel_offset + self.pixel_length > self.size)

    def __len__(self) -> int:
        return len(self.sources)

    def __repr__(self) -> str:
        bad = len(self) - self.problems.count(None)
        return f"<Headers: {len(self)} sources, {bad} of them without a row>"

    def __getstate__(self) -> tuple[None, dict[str, object]]:
        """All columns: the core's table stays in its process."""
        for name in self._numbers:
            self.number(name)
        for name in self._texts:
            self.text(name)
        _ = self.transfer_syntax
        return None, {name: getattr(self, name) for name in self.__slots__ if name != "_scanned"}

    def number(self, name: str) -> NDArray[np.float64]:
        """A column of numbers.

        Parameters
        ----------
        name : str
            As it was given to `scan_headers`.

        Returns
        -------
        ndarray of float64, shape (n,) or (n, width)
            NaN where the element is absent, empty, no number, or has more than `width` values; with a width of one the
            first value of several. It is one array for all who ask: copy it to change it.

        Raises
        ------
        KeyError
            No column of numbers has this name.
        """
        column = self._numbers[name]
        if isinstance(column, tuple):
            import numpy as np

            index, width = column
            array = np.empty((len(self), width) if width > 1 else len(self), np.float64)
            self._scanned.fill_numbers(index, array)
            array.flags.writeable = False
            self._numbers[name] = column = array
        return column

    def text(self, name: str) -> list[str | None]:
        """A column of texts.

        Parameters
        ----------
        name : str
            As it was given to `scan_headers`.

        Returns
        -------
        list of str or None
            Without padding, several values with backslashes between them as they stand in the file; None where the
            element is absent or empty. Equal texts are one object.

        Raises
        ------
        KeyError
            No column of texts has this name.
        """
        column = self._texts[name]
        if isinstance(column, int):
            self._texts[name] = column = self._scanned.texts(column)
        return column

    @property
    def transfer_syntax(self) -> list[str | None]:
        """Transfer Syntax UID (0002,0010) of each source, None where it isn't said."""
        if self._transfer_syntax is None:
            self._transfer_syntax = self._scanned.texts(len(self._texts))
        return self._transfer_syntax

    def problem(self, index: int) -> str | None:
        """Why the source of this index has no row; None where it has one."""
        return self.problems[index]


def scan_headers(
    sources: Sequence[Source],
    numbers: Mapping[str, tuple[Sequence[int], int] | tuple[Sequence[int], int, str]],
    texts: Mapping[str, Sequence[int]],
    *,
    workers: int | None = None,
    progress: Progress | bool | None = None,
) -> Headers:
    """Read columns of many headers, in threads.

    Parameters
    ----------
    sources : sequence of paths or bytes-like
        Files, or their bytes. Bytes must not change meanwhile.
    numbers : mapping of str to (path, width) or (path, width, VR)
        Columns of float64. A path is the tags of the sequences on the way, each of which gives its first item, and
        of the element: ``(0x00200032,)``, ``(0x52009229, 0x00289110, 0x00280030)``; group 0002 is found in the File
        Meta Information. The width is how many values the element has. The VR counts where neither the file nor the
        dictionary of the standard says it: of private elements in files without VRs.
    texts : mapping of str to path
        Columns of text; the VR of the elements has to be one of text.
    workers : int, optional
        Threads; as many as there are CPUs by default.
    progress : callable, bool or None
        A function of how many are done and how many there are; True draws a bar on a terminal.

    Returns
    -------
    Headers
        One row a source, in their order. No source raises an error: see `Headers.problems`.

    Raises
    ------
    TypeError
        A source is neither a path nor bytes.
    ValueError
        `workers` or a width is below one, a path is empty, or a VR isn't one of the standard's.
    """
    if workers is None:
        workers = _cpu_count()
    if workers < 1:
        raise ValueError("workers has to be 1 or more")
    columns = [([int(tag) for tag in path], width, vr[0] if vr else "UN") for path, width, *vr in numbers.values()]
    paths = [[int(tag) for tag in path] for path in texts.values()]
    if any(width < 1 for _, width, _ in columns):
        raise ValueError("the width of a column has to be 1 or more")
    if not all(path for path, _, _ in columns) or not all(paths):
        raise ValueError("the path of a column has to have a tag")
    listed = list(sources)
    total = len(listed)
    tell = reporter(progress, "scanning")
    scanned = _core.scan_headers(
        listed, columns, paths, workers, (lambda done: tell(done, total)) if progress else None
    )
    tell(total, total)
    return Headers(listed, scanned, {name: asked[1] for name, asked in numbers.items()}, list(texts))


def _name_of(source: Source) -> str:
    return f"<{memoryview(source).nbytes} bytes>" if not isinstance(source, (str, os.PathLike)) else os.fsdecode(source)


def _cpu_count() -> int:
    try:
        return len(os.sched_getaffinity(0)) or 1
    except AttributeError:
        # Not on macOS and Windows.
        return os.cpu_count() or 1
