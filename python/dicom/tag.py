"""Tags: the number that says which Data Element this is (PS3.5 7.1.1).

In: an int, (group, element), text such as ``"00100010"`` or ``"(0010,0010)"``, or a keyword. Out: `BaseTag`, an int
that knows its group and element and prints as ``(0010,0010)``.
"""

from __future__ import annotations

from dicom._core import tag_number

# Importing typing costs more than this room: type checkers know the name, the interpreter passes by.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex, TypeAlias

    TagType: TypeAlias = int | str | Sequence[int] | Sequence[str]


class BaseTag(int):
    """A tag as an int: ``0x00100010`` is group 0010, element 0010.

    Equal to, and ordered among, all spellings of a tag that `Tag` takes; its hash is the int's. Made without a check:
    use `Tag` for what isn't known to be one.
    """

    __slots__ = ()

    @property
    def group(self) -> int:
        """Group number, 0 to 0xFFFF."""
        return self >> 16

    @property
    def element(self) -> int:
        """Element number within the group, 0 to 0xFFFF."""
        return self & 0xFFFF

    elem = element

    @property
    def is_private(self) -> bool:
        """Whether the group is odd (PS3.5 7.8)."""
        return self & 0x10000 != 0

    @property
    def is_private_creator(self) -> bool:
        """Whether the element names the owner of a block, (gggg,0010-00FF) with an odd group (PS3.5 7.8.1)."""
        return self.is_private and 0x10 <= self.element <= 0xFF

    @property
    def private_creator(self) -> BaseTag:
        """Tag of the element that names the creator of this private element's block."""
        return int.__new__(BaseTag, (self & ~0xFFFF) | (self.element >> 8))

    @property
    def json_key(self) -> str:
        """The tag as the DICOM JSON Model writes it, ``"00100010"`` (PS3.18 F.2.2)."""
        return f"{int(self):08X}"

    def __str__(self) -> str:
        return f"({self >> 16:04X},{self & 0xFFFF:04X})"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (int, float)):
            return int(self) == other
        if not isinstance(other, (str, tuple, list)):
            return False
        try:
            return int(self) == tag_number(other)
        except (ValueError, TypeError, OverflowError):
            return False

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = int.__hash__

    def __lt__(self, other: TagType) -> bool:
        return int(self) < _comparable(other)

    def __le__(self, other: TagType) -> bool:
        return int(self) <= _comparable(other)

    def __gt__(self, other: TagType) -> bool:
        return int(self) > _comparable(other)

    def __ge__(self, other: TagType) -> bool:
        return int(self) >= _comparable(other)


def Tag(arg: TagType | SupportsIndex, arg2: int | str | None = None) -> BaseTag:
    """Give the tag of any of its spellings.

    Parameters
    ----------
    arg : int, str, or sequence of two
        A number; a keyword; hexadecimal digits with or without ``0x``; ``"(gggg,eeee)"``; (group, element) as two ints
        or as two texts of hexadecimal digits. With `arg2`, the group alone.
    arg2 : int or str, optional
        The element, of the same kind as the group.

    Returns
    -------
    BaseTag
        The tag; `arg` itself when it is one.

    Raises
    ------
    ValueError
        The text is neither a keyword nor hexadecimal, a number is negative, or the sequence hasn't two.
    TypeError
        Neither int nor text, or a group and an element of different kinds.
    OverflowError
        More than 2 bytes for the group or the element, or 4 for both.

    Examples
    --------
    >>> Tag(0x00100010) == Tag(0x10, 0x10) == Tag("PatientName")
    True
    >>> Tag("PatientName")
    (0010,0010)
    """
    if type(arg) is BaseTag and arg2 is None:
        return arg
    return int.__new__(BaseTag, tag_number(arg, arg2))


def TupleTag(group_elem: tuple[int, int]) -> BaseTag:
    """Give the tag of a group and an element that are known to be right: quicker than `Tag`, and without a check."""
    return int.__new__(BaseTag, (group_elem[0] << 16) | group_elem[1])


def _comparable(other: TagType) -> int | float:
    if isinstance(other, (int, float)):
        return other
    try:
        return tag_number(other)
    except (ValueError, TypeError, OverflowError):
        raise TypeError("a tag is compared with a tag: an int, (group, element), or a keyword") from None


ItemTag = BaseTag(0xFFFEE000)
ItemDelimiterTag = BaseTag(0xFFFEE00D)
SequenceDelimiterTag = BaseTag(0xFFFEE0DD)
