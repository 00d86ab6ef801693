"""Write a data set as a Native DICOM Model document.

In: a data set. Out: the text of an XML document. Standard: PS3.19 A.1.5 (the model), A.1.6 (its schema).
What XML 1.0 has no letter for (most control characters) stands as InlineBinary, in UTF-8.
"""

from __future__ import annotations

import math

from dicom.elements.exchange import (
    BINARY,
    BULK_DATA_THRESHOLD,
    UnfitValueError,
    base64_of,
    definite_vr,
    is_big_endian,
    is_empty,
    is_multiple,
    name_groups,
    text_of_value,
)
from dicom.errors import BytesLengthException, LimitError, ValueRepresentationError
from dicom.tag import BaseTag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

#: The components of a group of a person's name, in their order (PS3.5 6.2.1.1).
COMPONENTS = ("FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix")
_WHOLE_NUMBERS = frozenset({"SL", "SS", "SV", "UL", "US", "UV"})
_FLOATS = frozenset({"FD", "FL"})
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\t": "&#9;", "\n": "&#10;"}
_IN_TEXT = str.maketrans({letter: _ESCAPES[letter] for letter in "&<>\r"})
_IN_ATTRIBUTES = str.maketrans(_ESCAPES)
# Data sets that a caller nested deeper than any file; each takes a call here.
_DEEPEST = 256


def to_xml(
    ds: Iterable[Any],
    bulk_data_threshold: int = BULK_DATA_THRESHOLD,
    bulk_data_element_handler: Callable[[Any], str] | None = None,
) -> str:
    """A data set as the text of a Native DICOM Model document.

    Group lengths are left out, as the standard asks, and so is the File Meta Information. Tags of private elements have
    ``00`` in place of their block, whose creator stands beside them. A value whose bytes don't divide into values of
    its VR is given as its bytes, with the VR UN.

    Parameters
    ----------
    ds : Dataset
    bulk_data_threshold : int, default 1024
        Letters of base64 above which a binary value is given by reference, if there is a handler.
    bulk_data_element_handler : callable, optional
        Gives the URI for an element. Without it binary values stand in the document, however large they are.

    Returns
    -------
    str
        To be encoded as UTF-8, which its first line names.

    Raises
    ------
    ValueRepresentationError
        A value that was put into an element doesn't fit its VR.
    """
    writer = _Writer(bulk_data_threshold, bulk_data_element_handler)
    writer.lines += ['<?xml version="1.0" encoding="UTF-8"?>', '<NativeDicomModel xml:space="preserve">']
    writer.data_set(ds, 0)
    writer.lines.append("</NativeDicomModel>\n")
    return "\n".join(writer.lines)


class _Writer:
    def __init__(self, threshold: int, handler: Callable[[Any], str] | None) -> None:
        self.lines: list[str] = []
        self.threshold = threshold
        self.handler = handler

    def data_set(self, ds: Iterable[Any], depth: int) -> None:
        if depth > _DEEPEST:
            raise LimitError(f"sequences are nested more than {_DEEPEST} deep, which no document can hold")
        big_endian = is_big_endian(ds)
        elements = [element for element in ds if int(element.tag) & 0xFFFF]
        twice = _creators_met_twice(elements)
        for element in elements:
            self.element(element, big_endian, twice, depth)

    def element(self, element: Any, big_endian: bool, twice: set[tuple[int, str]], depth: int) -> None:
        tag = int(element.tag)
        try:
            value = element.value
            vr = definite_vr(element.VR, value)
        except BytesLengthException:
            # What the bytes mean is lost, the bytes need not be: UN is for values of unclear VR (PS3.5 6.2.2).
            vr, value = "UN", element._raw
        self.lines.append(f"<DicomAttribute {_names(element, tag, vr, twice)}>")
        try:
            if vr == "SQ":
                for number, item in enumerate(value or (), 1):
                    self.lines.append(f'<Item number="{number}">')
                    self.data_set(item, depth + 1)
                    self.lines.append("</Item>")
            elif vr in BINARY:
                if value:
                    self.binary(element, value, vr, big_endian)
            elif not is_empty(value):
                self.values(list(value) if is_multiple(value) else [value], vr)
        except UnfitValueError:
            raise ValueRepresentationError(
                f"{BaseTag(tag)}: the value doesn't fit the VR {vr}, so no XML can be made of it", tag=tag
            ) from None
        self.lines.append("</DicomAttribute>")

    def binary(self, element: Any, value: Any, vr: str, big_endian: bool) -> None:
        inline = base64_of(value, vr, big_endian)
        if self.handler is not None and len(inline) > self.threshold:
            self.lines.append(f'<BulkData uri="{_checked(str(self.handler(element))).translate(_IN_ATTRIBUTES)}"/>')
        else:
            self.lines.append(f"<InlineBinary>{inline}</InlineBinary>")

    def values(self, values: list[Any], vr: str) -> None:
        before = len(self.lines)
        try:
            for number, value in enumerate(values, 1):
                if vr == "PN":
                    self.name({} if is_empty(value) else name_groups(value), number)
                else:
                    text = "" if is_empty(value) else _checked(_written(value, vr)).translate(_IN_TEXT)
                    self.lines.append(f'<Value number="{number}">{text}</Value>')
        except _NotXmlError:
            import base64

            del self.lines[before:]
            joined = "\\".join("" if is_empty(value) else str(value) for value in values)
            try:
                data = joined.encode()
            except UnicodeEncodeError:
                raise UnfitValueError from None
            self.lines.append(f"<InlineBinary>{base64.b64encode(data).decode('ascii')}</InlineBinary>")

    def name(self, groups: dict[str, str], number: int) -> None:
        self.lines.append(f'<PersonName number="{number}">')
        for group, text in groups.items():
            self.lines.append(f"<{group}>")
            # What goes beyond the five components stays with the last one.
            for component, part in zip(COMPONENTS, _checked(text).split("^", len(COMPONENTS) - 1), strict=False):
                self.lines.append(f"<{component}>{part.translate(_IN_TEXT)}</{component}>")
            self.lines.append(f"</{group}>")
        self.lines.append("</PersonName>")


class _NotXmlError(Exception):
    """Text that XML 1.0 can't hold. Carries none of it."""


def _checked(text: str) -> str:
    """The text, if XML 1.0 has all of its letters (section 2.2)."""
    if text.isprintable():
        return text
    for letter in text:
        if (letter < " " and letter not in "\t\n\r") or "\ud800" <= letter <= "\udfff" or letter in "\ufffe\uffff":
            raise _NotXmlError
    return text


def _written(value: Any, vr: str) -> str:
    try:
        if vr == "AT":
            return f"{int(value):08X}"
        if vr in _WHOLE_NUMBERS:
            return str(int(value))
        if vr in _FLOATS:
            return _float_text(float(value))
    except (ValueError, TypeError, OverflowError):
        # The message of Python would show the value.
        raise UnfitValueError from None
    return text_of_value(value, vr)


def _float_text(number: float) -> str:
    if math.isfinite(number):
        return repr(number)
    return "NaN" if math.isnan(number) else "INF" if number > 0 else "-INF"


def _creators_met_twice(elements: list[Any]) -> set[tuple[int, str]]:
    """Group and creator of private blocks that couldn't be told from one another by their creator."""
    seen: set[tuple[int, str]] = set()
    twice: set[tuple[int, str]] = set()
    for element in elements:
        tag = int(element.tag)
        if tag & 0x10000 and 0x10 <= tag & 0xFFFF <= 0xFF:
            try:
                block = (tag >> 16, str(element.value))
            except BytesLengthException:
                continue
            (twice if block in seen else seen).add(block)
    return twice


def _names(element: Any, tag: int, vr: str, twice: set[tuple[int, str]]) -> str:
    """The attributes ``tag``, ``vr``, and ``keyword`` or ``privateCreator``."""
    if tag & 0x10000 and tag & 0xFFFF >= 0x1000:
        creator = getattr(element, "private_creator", None)
        if isinstance(creator, str) and creator and (tag >> 16, creator) not in twice:
            try:
                creator = _checked(creator).translate(_IN_ATTRIBUTES)
            except _NotXmlError:
                return f'tag="{tag:08X}" vr="{vr}"'
            return f'tag="{tag & 0xFFFF00FF:08X}" vr="{vr}" privateCreator="{creator}"'
        return f'tag="{tag:08X}" vr="{vr}"'
    keyword = element.keyword
    return f'tag="{tag:08X}" vr="{vr}" keyword="{keyword}"' if keyword else f'tag="{tag:08X}" vr="{vr}"'
