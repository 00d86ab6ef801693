"""The frames of a segmentation: which segment each is of, where it lies, which image it was drawn on, and its values.

In: the data set of a segmentation. Out: `Frames`, a table of one row a frame, and the values of frames put where they
belong. Nothing is told by the order of frames; of the pixel data only what is asked for is read.
Standard: PS3.3 C.8.20.2 (Segmentation Image), C.8.20.3 (Segmentation Multi-frame Functional Groups), PS3.5 8.1.1 and
annex D (frames of single bits follow one another without padding).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom import _core
from dicom.errors import ColumnError, GeometryError, RegionError
from dicom.pixels.frame_decoder import FrameDecoder
from dicom.pixels.lenient import number, text
from dicom.volume.frames.multiframe import multi_frame_planes

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.planes import Planes

#: As `tolerance_of` of a grid, at the least.
_SAME_PLACE_MM = 0.01
TYPES = ("BINARY", "FRACTIONAL", "LABELMAP")
_SOURCE = "DerivationImageSequence.SourceImageSequence.ReferencedSOPInstanceUID"
_NAMED_FRAMES = 5


class Frames:
    """The frames of one segmentation.

    Attributes
    ----------
    type : str
        ``"BINARY"``, ``"FRACTIONAL"`` or ``"LABELMAP"``.
    count : int
        How many frames there are.
    segment : ndarray of int64, shape (n,)
        Referenced Segment Number of each frame; zeros in a label map, whose pixels say it.
    planes : Planes
        Where each lies: `position` (n, 3) and so on.
    rows, columns : int
    maximum : float
        The stored value of what is wholly of the segment: Maximum Fractional Value of a fractional one, else 1.
    """

    __slots__ = ("_dataset", "_decoder", "columns", "count", "is_tiled", "maximum", "planes", "rows", "segment", "type")

    planes: Planes

    def __init__(self, dataset: Any, name: str) -> None:
        self._dataset = dataset
        self.type = _type_of(dataset)
        self._decoder = FrameDecoder(dataset)
        description = self._decoder.description
        if description.samples_per_pixel != 1:
            raise RegionError("Samples per Pixel (0028,0002) of a segmentation is 1", tag=0x00280002)
        self.rows, self.columns = description.rows, description.columns
        self.count = description.number_of_frames
        self.maximum = _maximum(dataset) if self.type == "FRACTIONAL" else 1.0
        self.is_tiled = "TotalPixelMatrixOriginSequence" in dataset or text(
            dataset.get("DimensionOrganizationType")
        ) in ("TILED_FULL", "TILED_SPARSE")
        _check_count(dataset, self.count, is_tiled=self.is_tiled)
        self.segment = np.zeros(self.count, np.int64)
        if self.is_tiled:
            return
        self.planes = multi_frame_planes(dataset, None, 0)
        self.planes.headers = _Named(name)
        if self.type != "LABELMAP":
            self.segment = self._referenced()

    def _referenced(self) -> NDArray[np.int64]:
        """Referenced Segment Number of each frame."""
        told = self.planes.dimensions.get("ReferencedSegmentNumber", np.full(self.count, np.nan))
        is_bad = ~(np.isfinite(told) & (told == np.rint(told)) & (told >= 0) & (told <= 0xFFFF))
        if is_bad.any():
            raise RegionError(
                f"{_frames(is_bad)}: Referenced Segment Number (0062,000B) is absent or no such number, so that "
                "nothing says which segment they are of",
                tag=0x0062000B,
            )
        return told.astype(np.int64)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of masks: bool, or float32 where they are fractions."""
        return np.dtype(np.float32 if self.type == "FRACTIONAL" else bool)

    def of_segment(self, segment: int) -> NDArray[np.intp]:
        """Which frames have something of a segment, in the order of the pixel data; all of a label map.

        Frames of one place are those whose positions are no farther apart than those of a regular grid may be from it.

        Raises
        ------
        RegionError
            Two of them lie at one place, so that they contradict each other.
        """
        is_label_map = self.type == "LABELMAP"
        chosen = np.arange(self.count) if is_label_map else np.flatnonzero(self.segment == segment)
        if len(chosen) > 1 and not self.is_tiled:
            positions, orientation = self.planes.position[chosen], self.planes.orientation[chosen[0]]
            along = np.argsort(positions @ np.cross(orientation[:3], orientation[3:]), kind="stable")
            near = np.flatnonzero(np.abs(np.diff(positions[along], axis=0)).max(axis=1) <= _SAME_PLACE_MM)
            if len(near):
                twice = np.zeros(self.count, bool)
                twice[chosen[along[near[0] : near[0] + 2]]] = True
                whose = "" if is_label_map else f"are of segment {segment} and "
                raise RegionError(
                    f"{_frames(twice)} {whose}lie at one place: nothing says which of them counts", tag=0x00200032
                )
        return chosen

    def ensure_apart(self, chosen: NDArray[np.intp], slices: NDArray[np.intp]) -> None:
        """Refuse frames of one segment that have come to the same slice of a grid.

        Parameters
        ----------
        chosen : ndarray of intp
            Frames, of several segments too.
        slices : ndarray of intp
            Of each its slice.
        """
        order = np.lexsort((slices, self.segment[chosen]))
        one, two = chosen[order[:-1]], chosen[order[1:]]
        same = np.flatnonzero((slices[order[:-1]] == slices[order[1:]]) & (self.segment[one] == self.segment[two]))
        if len(same):
            twice = np.zeros(self.count, bool)
            twice[[one[same[0]], two[same[0]]]] = True
            raise RegionError(
                f"{_frames(twice)} lie in one slice of the grid: nothing says which of them counts", tag=0x00200032
            )

    def sources(self) -> list[str | None]:
        """SOP Instance UID of the image that each frame was derived from, the first where there are several."""
        try:
            found = self._dataset.per_frame.columns([_SOURCE]).get(_SOURCE)
        except (KeyError, ColumnError):
            found = None
        told = found if isinstance(found, list) else []
        return [*told[: self.count], *[None] * (self.count - len(told))]

    def stored(self, frame: int) -> NDArray[Any]:
        """Stored values (rows, columns) of a frame: 0 and 1, parts of `maximum`, or segment numbers."""
        return self._decoder.decode(frame)

    def label_dtype(self, numbers: list[int]) -> np.dtype[Any]:
        """The least type that holds these segment numbers, and all stored values of a label map."""
        if self.type == "LABELMAP":
            return np.dtype(self._decoder.description.dtype).newbyteorder("=")
        return np.dtype(np.uint8 if max(numbers) < 1 << 8 else np.uint16)

    def marked(self, frame: int, threshold: float) -> tuple[int, int, NDArray[np.bool_]]:
        """The part of a frame that has all of its segment: the row and the column where it begins, and it.

        Most of a frame is empty in most segmentations. Of bits as they lie in a file, only that part is unpacked.
        """
        description = self._decoder.description
        if description.bits_allocated == 1 and not description.is_encapsulated and not description.is_big_endian:
            return self._marked_bits(self._decoder.encoded(frame), frame * description.native_frame_bits % 8)
        stored = self.stored(frame)
        mask = stored != 0 if self.type == "BINARY" else stored >= threshold * self.maximum
        rows = _extent(mask.any(axis=1))
        return rows.start, 0, mask[rows]

    def _marked_bits(self, data: bytes | memoryview, bit: int) -> tuple[int, int, NDArray[np.bool_]]:
        """`marked` of packed bits, of which the frame begins with the one numbered `bit`."""
        # Eight bytes at once, where there is a whole number of them.
        words = np.frombuffer(data, np.uint8 if len(data) % 8 else np.uint64)
        full = _extent(words != 0)
        first = max(full.start * words.itemsize * 8 - bit, 0) // self.columns
        end = min(-(-(full.stop * words.itemsize * 8 - bit) // self.columns), self.rows)
        begin = bit + first * self.columns
        if end <= first:
            return 0, 0, np.zeros((0, self.columns), bool)
        if bit or self.columns % 8:
            rows = np.empty((end - first, self.columns), np.uint8)
            _core.unpack_bits(memoryview(data)[begin // 8 :], rows, begin % 8)
            return first, 0, rows.view(bool)
        # Each row has bytes of its own.
        packed = np.frombuffer(data, np.uint8).reshape(self.rows, -1)[first:end]
        across = _extent(np.bitwise_or.reduce(packed, axis=0) != 0)
        packed = np.ascontiguousarray(packed[:, across])
        rows = np.empty((len(packed), packed.shape[1] * 8), np.uint8)
        _core.unpack_bits(packed, rows, 0)
        return first, across.start * 8, rows.view(bool)

    def put(self, frame: int, segment: int, target: NDArray[Any], rows: slice, columns: slice) -> None:
        """Put the mask of a segment in a frame into an array.

        Parameters
        ----------
        frame : int
        segment : int
        target : ndarray of bool or float32, shape (rows, columns) of the part
        rows, columns : slice
            The part of the frame that is wanted.
        """
        description = self._decoder.description
        if (
            self.type == "BINARY"
            and description.bits_allocated == 1
            and target.shape == (self.rows, self.columns)
            and (rows.step or 1) > 0
            and (columns.step or 1) > 0
            and target.flags.c_contiguous
        ):
            # Bits become bytes where they belong; those of bool and uint8 are the same.
            self._decoder.fill(target.view(np.uint8)[None], range(frame, frame + 1), 1)
            return
        part = self.stored(frame)[rows, columns]
        if self.type == "LABELMAP":
            np.equal(part, segment, out=target)
        elif self.type == "BINARY":
            np.not_equal(part, 0, out=target)
        else:
            np.divide(part, np.float32(self.maximum), out=target, casting="same_kind")
            if target.size and float(target.max()) > 1.0:
                raise RegionError(
                    f"frame {frame} has values beyond Maximum Fractional Value (0062,000E)", tag=0x0062000E
                )

    def check_places(self) -> None:
        """Refuse frames that have no place in the patient at all."""
        if self.is_tiled:
            raise GeometryError(
                "the frames are tiles of a slide: they lie on it by Total Pixel Matrix positions "
                "(PS3.3 C.8.12.14), not in the patient, and make no volume"
            )


def _extent(is_one: NDArray[np.bool_]) -> slice:
    """From the first that is one to the last; nothing where none is."""
    first = int(is_one.argmax()) if len(is_one) else 0
    if not len(is_one) or not is_one[first]:
        return slice(0, 0)
    return slice(first, len(is_one) - int(is_one[::-1].argmax()))


class _Named:
    """What messages call the source of planes."""

    __slots__ = ("names",)

    def __init__(self, name: str) -> None:
        self.names = [name]


def _type_of(dataset: Any) -> str:
    told = text(dataset.get("SegmentationType"))
    if told not in TYPES:
        raise RegionError(
            f"Segmentation Type (0062,0001) is absent or none of {', '.join(TYPES)}: this is no segmentation",
            tag=0x00620001,
        )
    return told


def _maximum(dataset: Any) -> float:
    told = number(dataset.get("MaximumFractionalValue"))
    if told is None or told < 1:
        raise RegionError(
            "Maximum Fractional Value (0062,000E) is absent or zero, so that fractions can't be told", tag=0x0062000E
        )
    return told


def _check_count(dataset: Any, count: int, *, is_tiled: bool) -> None:
    """Refuses another number of frames than are described: what is made for each is bounded by what was read."""
    groups = dataset.get("PerFrameFunctionalGroupsSequence")
    described = len(groups) if groups is not None and hasattr(groups, "__len__") else 0
    if count != max(described, 1) and not is_tiled:
        raise RegionError(
            f"Number of Frames (0028,0008) is {count}; Per-frame Functional Groups Sequence (5200,9230) has "
            f"{described} items: nothing says of which segment and where the others are",
            tag=0x52009230,
        )


def _frames(is_one: NDArray[np.bool_]) -> str:
    """Frames by number, from 0, the first of them."""
    found = np.flatnonzero(is_one).tolist()
    told = ", ".join(map(str, found[:_NAMED_FRAMES]))
    more = f" and {len(found) - _NAMED_FRAMES} more" if len(found) > _NAMED_FRAMES else ""
    return f"frame{'s' if len(found) > 1 else ''} {told}{more}"
