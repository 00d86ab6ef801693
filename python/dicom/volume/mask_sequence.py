"""`MaskSequence`: the masks of several regions, each made when it is asked for.

In: names and colours of regions, and how the mask of each is made. Out: a sequence of (name, colour, mask), of which no
more is in memory than its user keeps: a hundred masks of a CT are several GB.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dicom.volume.volume import Volume

    RGB = tuple[int, int, int]


class MaskSequence(Sequence["tuple[str, RGB | None, Volume]"]):
    """Name, colour and mask of each region; a mask is made each time that it is asked for.

    Parameters
    ----------
    regions : iterable of (str, (red, green, blue) or None)
        Name and colour of each.
    make : callable
        Index -> mask.
    """

    __slots__ = ("_make", "_regions")

    def __init__(self, regions: Iterable[tuple[str, RGB | None]], make: Callable[[int], Volume]) -> None:
        self._regions = list(regions)
        self._make = make

    @property
    def names(self) -> list[str]:
        """Of the regions, without making a mask."""
        return [name for name, _ in self._regions]

    def __len__(self) -> int:
        return len(self._regions)

    @overload
    def __getitem__(self, index: int) -> tuple[str, RGB | None, Volume]: ...

    @overload
    def __getitem__(self, index: slice) -> list[tuple[str, RGB | None, Volume]]: ...

    def __getitem__(self, index: int | slice) -> tuple[str, RGB | None, Volume] | list[tuple[str, RGB | None, Volume]]:
        if isinstance(index, slice):
            return [self[n] for n in range(*index.indices(len(self)))]
        # The one that is meant by a negative index too; beyond the end it is an IndexError.
        n = range(len(self))[index]
        return *self._regions[n], self._make(n)

    def __repr__(self) -> str:
        return f"<MaskSequence: {len(self)} regions, made one by one>"
