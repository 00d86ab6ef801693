"""Regions: the voxels of each segment, slice by slice, whatever way the caller has them.

In: masks by label, an array of masks, or a label map. Out: `Regions`, asked for one slice of one segment; nothing is
copied but that slice. Standard: PS3.3 C.8.20.2.3 (what BINARY, FRACTIONAL and LABELMAP say).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import RegionError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

#: Maximum Fractional Value: all that the 8 bits of a FRACTIONAL segmentation have.
MAXIMUM_FRACTIONAL_VALUE = 255
#: Labels that a message counts up.
_SHOWN = 10


class Regions:
    """The voxels of segments.

    Attributes
    ----------
    numbers : tuple of int
        The Segment Number of each.
    shape : (k, j, i)
    present : ndarray of bool, shape (segments, k)
        Whether a segment has voxels in a slice.
    """

    numbers: tuple[int, ...]
    shape: tuple[int, int, int]
    present: NDArray[np.bool_]

    def frame(self, index: int, k: int) -> NDArray[Any]:
        """(j, i): slice k of a segment, of bool; of uint8, 0 to 255, where parts of voxels are kept."""
        raise NotImplementedError

    def labels(self, k: int) -> NDArray[Any]:
        """(j, i): slice k of the label map that the regions make, uint8 or uint16.

        Raises
        ------
        RegionError
            Segments overlap: a voxel of a label map has one.
        """
        raise NotImplementedError

    @property
    def overlap(self) -> bool:
        """Whether a voxel lies in more than one of them."""
        raise NotImplementedError


def label_type(numbers: Sequence[int]) -> type[np.uint8 | np.uint16]:
    """The least type of a label map that holds these Segment Numbers."""
    return np.uint8 if max(numbers) <= 0xFF else np.uint16


class LabelRegions(Regions):
    """Regions of a label map.

    Parameters
    ----------
    array : ndarray of integers, shape (k, j, i)
    numbers : sequence of int
        The value of each segment's voxels; 0 is none.
    fractional : bool
        Whether frames are to be 0 and 255.

    Raises
    ------
    RegionError
        A value that is no segment's.
    """

    def __init__(self, array: NDArray[Any], numbers: Sequence[int], fractional: bool = False) -> None:
        self.numbers = tuple(numbers)
        self.shape = (array.shape[0], array.shape[1], array.shape[2])
        low, high = int(array.min()), int(array.max())
        if low < 0 or high > 0xFFFF:
            raise RegionError("a label map has values of 0 to 65535: 0 for nothing, and the numbers of its segments")
        # One byte a voxel is compared several times as fast as eight are, and each segment is compared once.
        self._array = np.ascontiguousarray(array, label_type([high, *numbers]))
        self._fractional = fractional
        counts = max(high, *numbers) + 1
        found = np.array([_present(plane.ravel(), counts) for plane in self._array])
        unknown = sorted(set(np.flatnonzero(found.any(axis=0)).tolist()) - {0, *numbers})
        if unknown:
            shown = ", ".join(map(str, unknown[:_SHOWN])) + (", ..." if len(unknown) > _SHOWN else "")
            raise RegionError(f"the label map has values that no segment has as its number: {shown}")
        self.present = np.ascontiguousarray(found[:, list(numbers)].T)

    def frame(self, index: int, k: int) -> NDArray[Any]:
        """(j, i): slice k of a segment."""
        inside: NDArray[Any] = self._array[k] == self.numbers[index]
        if not self._fractional:
            return inside
        whole: NDArray[Any] = np.where(inside, np.uint8(MAXIMUM_FRACTIONAL_VALUE), np.uint8(0))
        return whole

    def labels(self, k: int) -> NDArray[Any]:
        """(j, i): slice k."""
        plane: NDArray[Any] = self._array[k].astype(label_type(self.numbers), copy=False)
        return plane

    @property
    def overlap(self) -> bool:
        """Never: a voxel has one value."""
        return False


def _present(labels: NDArray[Any], count: int) -> NDArray[np.bool_]:
    """(count,): whether each label is there. It is where a run of it ends, which few voxels do: those are counted."""
    last = np.append(np.flatnonzero(labels[:-1] != labels[1:]), len(labels) - 1)
    return np.bincount(labels[last], minlength=count) > 0


class MaskRegions(Regions):
    """Regions of a mask each.

    Parameters
    ----------
    masks : sequence of ndarray, shape (k, j, i)
        Of bool, or of 0 and 1; where parts of voxels are kept, of floats between.
    numbers : sequence of int
    fractional : bool
        Whether frames are to be 0 to 255, for 0 to 1.

    Raises
    ------
    RegionError
        A value that a mask can't have; the message says which segment's.
    """

    def __init__(self, masks: Sequence[NDArray[Any]], numbers: Sequence[int], fractional: bool = False) -> None:
        self.numbers = tuple(numbers)
        self._masks = masks
        self._fractional = fractional
        self.shape = (masks[0].shape[0], masks[0].shape[1], masks[0].shape[2])
        for number, mask in zip(numbers, masks, strict=True):
            _check(mask, number, fractional)
        self.present = np.array(
            [[bool(self.frame(index, k).any()) for k in range(self.shape[0])] for index in range(len(masks))]
        )

    def frame(self, index: int, k: int) -> NDArray[Any]:
        """(j, i): slice k of a segment."""
        plane = self._masks[index][k]
        if self._fractional:
            parts: NDArray[Any] = np.rint(plane * np.float64(MAXIMUM_FRACTIONAL_VALUE)).astype(np.uint8)
            return parts
        inside: NDArray[Any] = plane if plane.dtype == np.bool_ else plane != 0
        return inside

    def labels(self, k: int) -> NDArray[Any]:
        """(j, i): slice k of the label map."""
        made = np.zeros(self.shape[1:], label_type(self.numbers))
        for index in np.flatnonzero(self.present[:, k]).tolist():
            inside = self.frame(index, k)
            others = made[inside]
            if others.any():
                raise RegionError(
                    f"segments {int(others[others > 0][0])} and {self.numbers[index]} overlap, and a voxel of a label "
                    'map has one segment: take kind="BINARY"'
                )
            made[inside] = self.numbers[index]
        return made

    @property
    def overlap(self) -> bool:
        """Whether a voxel lies in more than one of them."""
        for k in np.flatnonzero(self.present.sum(axis=0) > 1).tolist():
            first, *rest = np.flatnonzero(self.present[:, k]).tolist()
            seen = self.frame(first, k) > 0
            for index in rest:
                inside = self.frame(index, k) > 0
                if (seen & inside).any():
                    return True
                seen |= inside
        return False


def _check(mask: NDArray[Any], number: int, fractional: bool) -> None:
    """Refuse values that a mask can't have, slice by slice."""
    kind = mask.dtype.kind
    if kind == "b":
        return
    if kind not in "iuf":
        raise RegionError(f"the mask of segment {number} is of {mask.dtype}: a mask is of truth values or numbers")
    for plane in mask:
        if fractional and kind == "f":
            # Comparisons with NaN are False.
            if not ((plane >= 0) & (plane <= 1)).all():
                raise RegionError(f"the mask of segment {number} has values that aren't between 0 and 1")
        elif not ((plane == 0) | (plane == 1)).all():
            raise RegionError(
                f"the mask of segment {number} has values other than 0 and 1: compare it with a limit "
                '(mask >= 0.5), or keep parts of voxels by kind="FRACTIONAL"'
            )
