"""Paths to elements: ``ReferencedStudySequence[0].ReferencedSOPInstanceUID``.

In: text. Out: an `ElementPath` that finds its element in a data set. Steps are keywords or tags; items of sequences are
numbered from 0, and an item that isn't named is the first.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class ElementPath:
    """Steps from a data set to an element in it.

    Attributes
    ----------
    text : str
        As it was written.
    steps : tuple of (int, int)
        Tag and number of the item; the last step's item is not used.
    """

    __slots__ = ("steps", "text")

    def __init__(self, text: str, steps: tuple[tuple[int, int], ...]) -> None:
        self.text = text
        self.steps = steps

    def __str__(self) -> str:
        return self.text

    def find(self, ds: Any) -> Any | None:
        """The data element, or None when the data set has no such element or item."""
        for tag, item in self.steps[:-1]:
            if tag not in ds:
                return None
            element = ds[tag]
            if element.VR != "SQ" or not 0 <= item < len(element.value):
                return None
            ds = element.value[item]
        tag = self.steps[-1][0]
        if tag >> 16 == 0x0002:
            ds = getattr(ds, "file_meta", ds)
        return ds[tag] if tag in ds else None  # noqa: SIM401 - get() of a data set may give the value, not the element


def parse_element_path(text: str) -> ElementPath:
    """Read a path.

    Raises
    ------
    ValueError
        A step is neither a keyword of the dictionary nor a tag; the message names one that is near.
    """
    return ElementPath(text, tuple(_parse_step(step.strip()) for step in text.split(".")))


def _parse_step(step: str) -> tuple[int, int]:
    name, bracket, rest = step.partition("[")
    item = 0
    if bracket:
        if not rest.endswith("]") or not rest[:-1].isdecimal():
            raise ValueError(f"{step!r}: an item is a number from 0 in square brackets, as in Sequence[0]")
        item = int(rest[:-1])
    return _parse_tag(name.strip()), item


def _parse_tag(name: str) -> int:
    digits = name.strip("()").replace(",", "").replace(" ", "").lower().removeprefix("0x")
    if len(digits) == 8 and all(character in "0123456789abcdef" for character in digits):
        return int(digits, 16)
    from dicom.dictionary import tag_for_keyword

    tag = tag_for_keyword(name)
    if tag is None:
        raise ValueError(f"{name!r} is neither a keyword nor a tag{_suggestion(name)}")
    return int(tag)


def _suggestion(name: str) -> str:
    from dicom.dictionary import nearest_keyword

    near = nearest_keyword(name)
    return f"; did you mean {near}?" if near else ""
