"""What the reader tolerated: one record a deviation from the standard, without any element's value."""

from __future__ import annotations


class Finding:
    """A deviation that was tolerated while reading.

    Attributes
    ----------
    code : str
        Short name of the deviation, as listed in the documentation: ``"file-ends-early"``.
    message : str
        What was met and what was made of it; never an element's value.
    tag : int or None
        The element.
    offset : int or None
        Byte offset from the beginning of the source (of the inflated data set, for a deflated one).
    """

    __slots__ = ("code", "message", "offset", "tag")

    def __init__(self, code: str, message: str, tag: int | None = None, offset: int | None = None) -> None:
        self.code = code
        self.message = message
        self.tag = tag
        self.offset = offset

    def __str__(self) -> str:
        where = "" if self.tag is None else f" ({self.tag >> 16:04X},{self.tag & 0xFFFF:04X})"
        at = "" if self.offset is None else f" at byte {self.offset}"
        return f"{self.code}{where}{at}: {self.message}"

    def __repr__(self) -> str:
        return f"Finding({self.code!r}, {self.message!r}, tag={self.tag!r}, offset={self.offset!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Finding):
            return NotImplemented
        return (self.code, self.message, self.tag, self.offset) == (
            other.code,
            other.message,
            other.tag,
            other.offset,
        )

    def __hash__(self) -> int:
        return hash((self.code, self.message, self.tag, self.offset))
