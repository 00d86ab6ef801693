"""Make a data set of a DICOM JSON Model object.

In: JSON text or dictionaries. Out: a data set that counts as made in memory. The core makes it of all values that bytes
can say, which are then decoded when they are asked for; the rest are made here, element by element.
Standard: PS3.18 F.2. What other writers are known to give is taken: numbers as text, text as numbers, lower-case tags.
"""

from __future__ import annotations

from dicom import settings
from dicom._core import json_read_dict, json_read_text
from dicom.elements.element import DataElement
from dicom.elements.exchange import uniform_handler
from dicom.elements.warn import warn_caller
from dicom.errors import LimitError, ParseError, ValueRepresentationError
from dicom.tag import BaseTag, Tag

from .errors import JsonKeyError, JsonTypeError
from .values import KEYS, Decoded, convert_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

#: Sequences within sequences that a model may have, unless the caller raises it.
JSON_DEPTH = 64


def from_json(
    dataset_class: type[Any],
    json_dataset: Any,
    bulk_data_uri_handler: Callable[..., Any] | None = None,
    *,
    limits: Mapping[str, int] | None = None,
) -> Any:
    """The data set of a DICOM JSON Model object.

    Parameters
    ----------
    dataset_class : type
        What data sets are made of.
    json_dataset : dict, str, bytes or bytearray
        The object, or its text.
    bulk_data_uri_handler : callable, optional
        Gives the value for ``(tag, vr, uri)``, or for ``(uri)`` alone. Without it such an element is empty, and a
        warning says so.
    limits : mapping of str to int, optional
        The ceiling ``json_depth`` (64 sequences within sequences) for this call.

    Returns
    -------
    Dataset

    Raises
    ------
    ParseError
        The text isn't JSON, or an attribute stands twice (a ValueError too).
    JsonTypeError, JsonKeyError
        A value of another type stands where PS3.18 F.2 has one, or an attribute has no VR.
    ValueRepresentationError
        A VR isn't one, or a value can't be one of its VR.
    LimitError
        The sequences are nested too deep.
    """
    depth = _depth(limits)
    if isinstance(json_dataset, dict):
        made, left = json_read_dict(json_dataset, depth)
    else:
        text = _text_of(json_dataset)
        made, left = json_read_text(text, depth)
    handler = uniform_handler(bulk_data_uri_handler)
    if type(made) is dataset_class and not _is_value_changed():
        if not isinstance(json_dataset, dict):
            left = [(path, name, _loads(attribute)) for path, name, attribute in left]
        _put_left(made, left, handler, depth)
        return made
    if not isinstance(json_dataset, dict):
        json_dataset = _loads(text)
    return _plain(dataset_class, json_dataset, handler, depth)


def element_from_json(
    dataset_class: type[Any],
    tag: str,
    vr: str,
    value: Any,
    value_key: str | None,
    bulk_data_uri_handler: Callable[..., Any] | None = None,
) -> DataElement:
    """The data element of an attribute.

    Parameters
    ----------
    dataset_class : type
        What the items of a sequence are made of.
    tag : str
        Eight hexadecimal digits.
    vr : str
        The VR.
    value : object
        What stands under `value_key`.
    value_key : str or None
        ``"Value"``, ``"InlineBinary"`` or ``"BulkDataURI"``; None for an element without a value.
    bulk_data_uri_handler : callable, optional
        As in `from_json`.
    """
    return _element(dataset_class, tag, vr, value, value_key, uniform_handler(bulk_data_uri_handler), JSON_DEPTH)


def _depth(limits: Mapping[str, int] | None) -> int:
    depth = JSON_DEPTH
    for name, value in (limits or {}).items():
        if name != "json_depth":
            raise ValueError(f"no limit of JSON is called {name!r}; there is json_depth")
        depth = value
    if not 0 <= depth <= 128:
        raise ValueError("the limit json_depth is a number from 0 to 128")
    return depth


def _text_of(given: Any) -> str:
    """Text of JSON in any of its encodings."""
    if isinstance(given, (bytes, bytearray, memoryview)):
        data = bytes(given)
        if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or 0 in data[:4]:
            import json

            encoding = json.detect_encoding(data)
        else:
            encoding = "utf-8"
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            raise ParseError(f"not JSON: the bytes are no {encoding} text", offset=error.start) from None
    if not isinstance(given, str):
        raise JsonTypeError(f"a DICOM JSON Model object is a dict or its text, not {type(given).__name__}")
    try:
        given.encode()
    except UnicodeEncodeError as error:
        raise ParseError("not JSON: half of a surrogate pair stands in the text", offset=error.start) from None
    return given


def _is_value_changed() -> bool:
    """Whether switches of the drop-in make other values than the core does, or ask for each to be judged."""
    current = settings.current
    return (
        current.datetime_conversion
        or current.use_DS_decimal
        or current.use_none_as_empty_text_VR_value
        or current.reading_validation == settings.RAISE
    )


def _put_left(made: Any, left: list[Any], handler: Any, depth: int) -> None:
    """Make the elements that the core left, and put each in its place."""
    place: tuple[Any, Any] = ((), made)
    for path, name, attribute in left:
        key = tuple(path)
        if place[0] != key:
            target = made
            for tag, item in path:
                target = target._value(tag)[item]
            place = (key, target)
        _put(place[1], _attribute_element(type(made), name, attribute, handler, depth - len(key)))


def _loads(text: str) -> Any:
    import json

    try:
        return json.loads(text)
    except ValueError:
        # It was parsed before, so that only a number of thousands of digits comes here; the message would show it.
        raise ParseError("a number of the JSON has more digits than Python reads") from None


def _put(target: Any, element: DataElement) -> None:
    tag = int(element.tag)
    if target._has(tag):
        raise ParseError(f"the attribute {element.tag} stands twice in one data set of the JSON", tag=tag)
    target._put(tag, element)


def _plain(dataset_class: type[Any], model: dict[str, Any], handler: Any, depth: int) -> Any:
    """A data set made element by element."""
    made = dataset_class()
    # Creators of private blocks come before the elements that hang on them.
    for name in sorted(model, key=str):
        _put(made, _attribute_element(dataset_class, name, model[name], handler, depth))
    return made


def _attribute_element(dataset_class: type[Any], name: Any, attribute: Any, handler: Any, depth: int) -> DataElement:
    if not isinstance(attribute, dict):
        raise JsonTypeError(f"an attribute of a DICOM JSON Model is an object, not {type(attribute).__name__}")
    tag = _tag(name)
    if "vr" not in attribute:
        raise JsonKeyError(f"the attribute {tag} has no member 'vr'", tag=int(tag))
    keys = [key for key in KEYS if key in attribute]
    if len(keys) > 1:
        raise ParseError(f"the attribute {tag} has {' and '.join(keys)}; only one may stand there", tag=int(tag))
    key = keys[0] if keys else None
    value = None if key is None else attribute[key]
    return _element(dataset_class, name, attribute["vr"], value, key, handler, depth)


def _tag(name: Any) -> BaseTag:
    try:
        if not isinstance(name, str):
            raise TypeError
        return Tag(name)
    except (ValueError, TypeError, OverflowError):
        raise ValueRepresentationError("an attribute of the JSON has a name that is no tag") from None


def _element(
    dataset_class: type[Any], name: str, vr: Any, value: Any, key: str | None, handler: Any, depth: int
) -> DataElement:
    tag = _tag(name)
    if key == "BulkDataURI":
        converted = _bulk_data(tag, name, vr, value, handler)
    elif vr == "SQ" and key == "Value":
        converted = _items(dataset_class, tag, value, handler, depth)
    else:
        converted = convert_values(tag, vr, value, key)
    try:
        if isinstance(converted, Decoded):
            return DataElement(tag, vr, converted.value, already_converted=True)
        return DataElement(tag, vr, converted)
    except (ValueError, TypeError) as error:
        raise ValueRepresentationError(f"the attribute {tag} can't be made an element of VR {vr}", tag=int(tag)) from (
            error if isinstance(error, ValueRepresentationError) else None
        )


def _items(dataset_class: type[Any], tag: BaseTag, value: Any, handler: Any, depth: int) -> list[Any]:
    if not isinstance(value, list):
        raise JsonTypeError(f"the Value of {tag} has to be an array, not {type(value).__name__}", tag=int(tag))
    if depth <= 0:
        raise LimitError("the limit json_depth was met; raise it with limits={'json_depth': ...}", tag=int(tag))
    items = []
    for item in value:
        if not isinstance(item, dict) and item is not None:
            raise JsonTypeError(f"an item of {tag} has to be an object, not {type(item).__name__}", tag=int(tag))
        items.append(_plain(dataset_class, item or {}, handler, depth - 1))
    return items


def _bulk_data(tag: BaseTag, name: str, vr: str, uri: Any, handler: Any) -> Any:
    if not isinstance(uri, str):
        raise JsonTypeError(f"the BulkDataURI of {tag} has to be a string, not {type(uri).__name__}", tag=int(tag))
    if handler is None:
        warn_caller(f"no bulk_data_uri_handler was given to get the value of {tag}: the element is empty")
        return convert_values(tag, vr, None, None)
    return handler(name, vr, uri)
