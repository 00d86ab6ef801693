"""What the headers of a PET series say, slice by slice: the elements that an uptake value is computed from.

In: the sources of a volume, or a data set. Out: texts and numbers of elements: one that holds for all slices, or one a
slice. Of files that hold one frame each, all are scanned at once; functional groups are read per frame.
Standard: PS3.3 C.8.9 (PET), C.8.22 (enhanced PET), A.70 (legacy converted), PS3.5 7.8.1 (private blocks).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import QuantityError
from dicom.pet.elements import ELEMENTS, PRIVATE, RADIOPHARMACEUTICALS, SERIES_TYPE, Element
from dicom.pixels.lenient import items
from dicom.pixels.lenient import number as number_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.sources import Sources

_SHARED_UNASSIGNED = "UnassignedSharedConvertedAttributesSequence"
_FRAME_UNASSIGNED = "UnassignedPerFrameConvertedAttributesSequence"


class PetHeaders:
    """The elements of all frames of a series, be they among the slices that are wanted or not.

    Parameters
    ----------
    count : int
        How many frames there are, n.
    slots : ndarray of intp, shape (t, k)
        Which of them each slice is; -1 where none is.
    first : Dataset
        That of the first frame.
    texts : callable
        Element -> its text for each frame; None where it has none.
    """

    def __init__(
        self,
        count: int,
        slots: NDArray[np.intp],
        first: Any,
        texts: Callable[[Element], list[str | None]],
    ) -> None:
        self.count = count
        self._slots = slots
        self.first = first
        self._texts = texts
        self._known: dict[Element, list[str | None]] = {}

    def texts(self, element: Element) -> list[str | None]:
        """Of each frame."""
        known = self._known.get(element)
        if known is None:
            known = self._known[element] = self._texts(element)
        return known

    def text(self, element: Element) -> str | None:
        """What all frames say; None where none of them has the element.

        Raises
        ------
        QuantityError
            They differ.
        """
        distinct = dict.fromkeys(self.texts(element))
        if len(distinct) > 1 and len({_comparable(text) for text in distinct}) > 1:
            raise QuantityError(
                f"{element.label} isn't the same in all slices", keywords=(element.keyword,), tag=element.tag
            )
        return next(iter(distinct), None)

    def number(self, element: Element) -> float | None:
        """The number that all frames have; None where none of them has the element.

        Raises
        ------
        QuantityError
            They differ, or it is no single number.
        """
        text = self.text(element)
        return None if text is None else _number(element, text)

    def numbers(self, element: Element) -> NDArray[np.float64]:
        """(n,): of each frame; NaN where the element is absent.

        Raises
        ------
        QuantityError
            One is no single number.
        """
        known: dict[str | None, float] = {None: math.nan}
        for text in self.texts(element):
            if text not in known and text is not None:
                known[text] = _number(element, text)
        return np.array([known[text] for text in self.texts(element)], np.float64)

    def lay_out(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """One a frame, (n,), as one a slice: (k,), or (t, k) where there are several t; NaN where no frame is."""
        laid = np.where(self._slots < 0, np.nan, values[self._slots])
        return laid[0] if len(laid) == 1 else laid

    @property
    def is_dynamic(self) -> bool:
        """Whether the frames follow what happens after an injection, which may come when the scan has begun."""
        return len(self._slots) > 1 or (self.text(SERIES_TYPE) or "").upper().startswith("DYNAMIC")

    @property
    def number_of_radiopharmaceuticals(self) -> int:
        """Items of Radiopharmaceutical Information Sequence."""
        return max(len(items(holder, RADIOPHARMACEUTICALS)) for holder in _holders(self.first))


def _number(element: Element, text: str) -> float:
    try:
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise QuantityError(f"{element.label} is no single number", keywords=(element.keyword,), tag=element.tag)
    return value


def _comparable(text: str | None) -> object:
    """70 and 70.0 are one number."""
    try:
        return text if text is None else float(text)
    except ValueError:
        return text


def headers_of_sources(sources: Sources) -> PetHeaders:
    """The headers of the series that a volume's slices are of.

    Raises
    ------
    FileChangedError
        A file has gone, or has changed since the volume was read.
    """
    series, slots = sources.of_series()
    count = series.shape[1]
    first = series.dataset(0)
    if series.has_several_frames or _is_multi_frame(first):
        return PetHeaders(count, slots, first, _by_file(series))
    return PetHeaders(count, slots, first, _scanned(series, first))


def headers_of_data_set(ds: Any) -> PetHeaders:
    """The headers of the frames of one data set; k counts frames."""
    count = max(1, int(number_in(ds.get("NumberOfFrames")) or 1)) if _is_multi_frame(ds) else 1
    slots = np.arange(count).reshape(1, count)
    return PetHeaders(count, slots, ds, lambda element: _of_frames(ds, element, range(count)))


def _is_multi_frame(ds: Any) -> bool:
    return (number_in(ds.get("NumberOfFrames")) or 1) > 1 or "SharedFunctionalGroupsSequence" in ds


def _scanned(sources: Sources, first: Any) -> Callable[[Element], list[str | None]]:
    """Texts of files of one frame each, from one scan of them all."""
    block_of = {element: _block(first, element) for element in PRIVATE}
    paths: dict[str, tuple[int, ...]] = {element.keyword: element.path for element in ELEMENTS}
    for element, block in block_of.items():
        if block is not None:
            paths[element.keyword] = (element.tag | block << 8,)
            paths[f"creator of {element.keyword}"] = (element.tag & 0xFFFF0000 | block,)
    columns = sources.texts(paths)
    slow: Callable[[Element], list[str | None]] | None = None

    def texts(element: Element) -> list[str | None]:
        nonlocal slow
        column = columns.get(element.keyword)
        if element.creator and column is not None:
            creators = columns[f"creator of {element.keyword}"]
            column = [
                text if creator == element.creator else None for text, creator in zip(column, creators, strict=True)
            ]
        # A private element without a VR that anybody knows has no text in a scan.
        if column is None or column[0] is None:
            if _of_data_set(first, element) is None:
                return [None] * sources.shape[1] if column is None else column
            slow = slow or _by_file(sources)
            return slow(element)
        return column

    return texts


def _by_file(sources: Sources) -> Callable[[Element], list[str | None]]:
    """Texts from the data set of each file, which is opened once."""
    opened = sources.by_file()

    def texts(element: Element) -> list[str | None]:
        found: list[str | None] = [None] * sources.shape[1]
        for ds, places, frames in opened:
            for place, text in zip(places, _of_frames(ds, element, frames), strict=True):
                found[place] = text
        return found

    return texts


def _of_frames(ds: Any, element: Element, frames: Sequence[int]) -> list[str | None]:
    """What the functional groups of frames say, or else the data set."""
    whole = _of_data_set(ds, element)
    if "PerFrameFunctionalGroupsSequence" not in ds and "SharedFunctionalGroupsSequence" not in ds:
        return [whole] * len(frames)
    if element.creator or element.within:
        return [whole] * len(frames)
    for path in (*element.of_frames, f"{_FRAME_UNASSIGNED}.{element.keyword}"):
        column = ds.per_frame.get(path)
        if column is None:
            continue
        masked = np.ma.getmaskarray(column).ravel() if isinstance(column, np.ma.MaskedArray) else None
        values = [
            None if frame >= len(column) or (masked is not None and masked[frame]) else _text(column[frame])
            for frame in frames
        ]
        if any(value is not None for value in values):
            return [whole if value is None else value for value in values]
    return [whole] * len(frames)


def _of_data_set(ds: Any, element: Element) -> str | None:
    """What a data set says of all its frames."""
    for holder in _holders(ds):
        for sequence in element.within:
            found = items(holder, sequence)
            if not found:
                break
            holder = found[0]
        else:
            if element.creator:
                block = _block(holder, element)
                value = None if block is None else holder.get((element.tag >> 16, element.tag & 0xFFFF | block << 8))
                value = getattr(value, "value", value)
            else:
                value = holder.get(element.tag)
                value = getattr(value, "value", value)
            text = _text(value)
            if text is not None:
                return text
    return None


def _holders(ds: Any) -> list[Any]:
    """The data set, and what a conversion into an enhanced object keeps of the classic one's."""
    shared = items(ds, "SharedFunctionalGroupsSequence")[:1]
    return [ds, *(one for group in shared for one in items(group, _SHARED_UNASSIGNED)[:1])]


def _block(ds: Any, element: Element) -> int | None:
    """Where the block of a private element's creator lies: 0x10 to 0xFF."""
    group = element.tag >> 16
    if element.creator not in ds.private_creators(group):
        return None
    for block in range(0x10, 0x100):
        found = ds.get((group, block))
        if found is not None and _text(getattr(found, "value", None)) == element.creator:
            return block
    return None


def _text(value: Any) -> str | None:
    """A value as text, several with backslashes between them; None for nothing, and for what is no text or number."""
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace").rstrip("\0")
    if value is None or hasattr(value, "get"):
        return None
    if not isinstance(value, str) and hasattr(value, "__len__"):
        if len(value) and hasattr(value[0], "get"):
            return None
        value = "\\".join(str(one) for one in value)
    text = str(value).strip()
    return text or None
