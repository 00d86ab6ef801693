"""Make a data set of a Native DICOM Model document.

In: the text or the bytes of a document. Out: a data set that counts as made in memory.
Standard: PS3.19 A.1.5. The document is read by expat; document types, and with them all entities, are refused.
"""

from __future__ import annotations

from dicom.elements.element import DataElement
from dicom.elements.exchange import BINARY, NAME_GROUPS, bytes_of_base64, decoded_bytes, uniform_handler
from dicom.elements.warn import warn_caller
from dicom.errors import DicomError, ParseError, ValueRepresentationError
from dicom.tag import BaseTag
from dicom.values.convert import convert_value, empty_value
from dicom.vr import STANDARD_VR

from .document import parse
from .write import COMPONENTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .document import Attribute, Document

#: Sequences within sequences that a document may have, unless the caller raises it.
XML_DEPTH = 64
_GROUPS = tuple(name for name, _ in NAME_GROUPS)
_WHOLE_NUMBERS = frozenset({"SL", "SS", "SV", "UL", "US", "UV"})
_FLOATS = frozenset({"FD", "FL"})


def from_xml(
    dataset_class: type[Any],
    document: str | bytes | bytearray,
    bulk_data_uri_handler: Callable[..., Any] | None = None,
    *,
    limits: Mapping[str, int] | None = None,
) -> Any:
    """The data set of a Native DICOM Model document.

    Parameters
    ----------
    dataset_class : type
        What data sets are made of.
    document : str, bytes or bytearray
        The document.
    bulk_data_uri_handler : callable, optional
        Gives the value for ``(tag, vr, uri)``, or for ``(uri)`` alone; of a UUID the URI is ``"urn:uuid:..."``. Without
        it such an element is empty, and a warning says so.
    limits : mapping of str to int, optional
        The ceiling ``xml_depth`` (64 sequences within sequences) for this call.

    Returns
    -------
    Dataset

    Raises
    ------
    ParseError
        It is no such document, or has a document type (a ValueError too).
    ValueRepresentationError
        A VR isn't one, or a value can't be one of its VR.
    LimitError
        The sequences are nested too deep.
    """
    return _data_set(dataset_class, parse(document, _depth(limits)), uniform_handler(bulk_data_uri_handler))


def _depth(limits: Mapping[str, int] | None) -> int:
    depth = XML_DEPTH
    for name, value in (limits or {}).items():
        if name != "xml_depth":
            raise ValueError(f"no limit of XML is called {name!r}; there is xml_depth")
        depth = value
    if not 0 <= depth <= 128:
        raise ValueError("the limit xml_depth is a number from 0 to 128")
    return depth


def _data_set(dataset_class: type[Any], document: Document, handler: Any) -> Any:
    made = dataset_class()
    # Creators of private blocks come before the elements that hang on them.
    for attribute in sorted(document, key=lambda one: (one.creator is not None, one.tag)):
        tag = _place(made, attribute)
        if made._has(tag):
            raise ParseError(f"the attribute {BaseTag(tag)} stands twice in one data set of the XML", tag=tag)
        made._put(tag, _element(dataset_class, attribute, tag, handler))
    return made


def _place(made: Any, attribute: Attribute) -> int:
    """The tag of an attribute: of a private one in the block of its creator, which is reserved if need be."""
    tag = attribute.tag
    if attribute.creator is None or not tag & 0x10000 or tag & 0xFF00:
        return tag
    try:
        block = made.private_block(tag >> 16, attribute.creator, create=True)
    except (ValueError, KeyError):
        raise ParseError(f"group {tag >> 16:04X} has no block for a private creator of the XML", tag=tag) from None
    return int(block.get_tag(tag & 0xFF))


def _element(dataset_class: type[Any], attribute: Attribute, tag: int, handler: Any) -> DataElement:
    vr, where = attribute.vr, BaseTag(tag)
    if vr not in STANDARD_VR:
        raise ValueRepresentationError(f"the VR of the attribute {where} is none of PS3.5 6.2", tag=tag)
    if vr == "SQ":
        return DataElement(where, vr, [_data_set(dataset_class, item, handler) for item in attribute.items])
    try:
        value = _value(attribute, where, handler)
    except DicomError:
        raise
    except (ValueError, TypeError, OverflowError):
        # The message of Python would show the value.
        raise ValueRepresentationError(
            f"the value of {where} can't be one of VR {vr} (PS3.19 A.1.5)", tag=tag
        ) from None
    # As of a file, values aren't judged.
    return DataElement(where, vr, value, already_converted=True)


def _value(attribute: Attribute, tag: BaseTag, handler: Any) -> Any:
    vr = attribute.vr
    if attribute.uri is not None:
        return _bulk_data(attribute, tag, handler)
    if attribute.inline is not None:
        data = bytes_of_base64(attribute.inline)
        return data if vr in BINARY else decoded_bytes(vr, data)
    if vr == "PN":
        names = ["=".join(_group_text(name.get(group)) for group in _GROUPS).rstrip("=") for name in attribute.names]
        return convert_value(vr, names) if names else empty_value(vr)
    texts = attribute.values
    if not any(texts) and len(texts) < 2:
        return empty_value(vr)
    if vr in BINARY:
        raise ValueError
    if vr in _WHOLE_NUMBERS or vr == "AT":
        numbers = [int(text, 16 if vr == "AT" else 10) if text else None for text in texts]
        return convert_value(vr, numbers)
    if vr in _FLOATS:
        return convert_value(vr, [float(text) if text else None for text in texts])
    try:
        return convert_value(vr, texts)
    except ValueError:
        # A number string that is no number, as reading a file leaves it.
        return decoded_bytes(vr, "\\".join(texts).encode())


def _group_text(components: dict[str, str] | None) -> str:
    """The components of a group up to the last one that is there."""
    if not components:
        return ""
    last = max(COMPONENTS.index(component) for component in components)
    return "^".join(components.get(component, "") for component in COMPONENTS[: last + 1])


def _bulk_data(attribute: Attribute, tag: BaseTag, handler: Any) -> Any:
    if handler is None:
        warn_caller(f"no bulk_data_uri_handler was given to get the value of {tag}: the element is empty")
        return empty_value(attribute.vr)
    return convert_value(attribute.vr, handler(f"{int(tag):08X}", attribute.vr, attribute.uri))
