"""``pydicom.util.dump``: bytes as a table of hexadecimal digits, and a data set printed as it is walked.

In: bytes, a stream, a file or a data set. Out: lines of an address, 16 bytes and their characters; or printed elements.
"""

from __future__ import annotations

import os
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from dicom.elements.text import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dicom.dataset import Dataset

__all__ = ["datadump", "filedump", "hexdump", "pretty_print", "print_character"]

_WIDTH = 16


def print_character(ordchr: int) -> str:
    """The ASCII character of a code, ``"."`` for what can't be printed."""
    return chr(ordchr) if 0x20 <= ordchr < 0x7F else "."


def filedump(filename: str | bytes | os.PathLike[Any], start_address: int = 0, stop_address: int | None = None) -> str:
    """A file as `hexdump` shows it."""
    with open(filename, "rb") as file:
        return hexdump(file, start_address, stop_address)


def datadump(data: bytes, start_address: int = 0, stop_address: int | None = None) -> str:
    """Bytes as `hexdump` shows them."""
    return hexdump(BytesIO(data), start_address, stop_address)


def hexdump(f: BinaryIO, start_address: int = 0, stop_address: int | None = None, show_address: bool = True) -> str:
    """A stream as lines of an address, 16 bytes in hexadecimal digits, and their characters.

    Parameters
    ----------
    f : binary stream
        It stands after what was shown then.
    start_address : int
        Offset of the first byte that is shown.
    stop_address : int, optional
        Offset of the first that isn't any more; without it all are shown.
    show_address : bool
        Begin each line with the offset of its first byte.
    """
    end = f.seek(0, os.SEEK_END)
    end = end if stop_address is None else min(end, stop_address)
    digits = len(f"{max(end, 0):X}")
    f.seek(start_address)
    lines = []
    for address in range(start_address, end, _WIDTH):
        row = f.read(min(_WIDTH, end - address))
        shown = f"{row.hex(' ').upper():<{3 * _WIDTH - 1}}  {''.join(map(print_character, row))}"
        lines.append(f"{address:0{digits}X}  {shown}" if show_address else shown)
    return "\n".join(lines)


def pretty_print(ds: Dataset, indent_level: int = 0, indent_chars: str = "  ") -> None:
    """Print a data set, each element as it is reached, so that one sees how far it can be read.

    Parameters
    ----------
    ds : Dataset
        The data set; its File Meta Information isn't printed.
    indent_level : int
        How often `indent_chars` stand before each line; once more in the items of a sequence.
    indent_chars : str
        What stands there.
    """
    for line in _lines(ds, indent_level, indent_chars):
        sys.stdout.write(line + "\n")


def _lines(ds: Any, depth: int, indent_chars: str) -> Iterator[str]:
    # What is left to print of each level, the innermost last: elements, and the items of a sequence.
    stack: list[tuple[Any, Iterator[Any], int]] = [(ds, iter(ds), depth)]
    while stack:
        current, elements, depth = stack[-1]
        indent = indent_chars * depth
        element = next(elements, None)
        if element is None:
            stack.pop()
            if stack:
                yield f"{indent}---------"
        elif element.VR != "SQ":
            yield indent + line_of(current, element)
        else:
            items = element.value or ()
            yield f"{indent}{element.tag} {element.name} -- {len(items)} item(s)"
            stack.extend((item, iter(item), depth + 1) for item in reversed(items))
