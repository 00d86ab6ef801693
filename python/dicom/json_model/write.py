"""Turn data sets and elements into DICOM JSON Model objects.

In: a data set (or anything that gives data elements when iterated), an element. Out: JSON text, or dictionaries:
``{"00100020": {"vr": "LO", "Value": [...]}}``. What was only read goes from the bytes to JSON in the core.
Standard: PS3.18 F.2.2 (structure), F.2.3 (JSON types of the VRs), F.2.5 (empty values), F.2.7 (InlineBinary).
"""

from __future__ import annotations

import math

from dicom._core import DatasetBase, json_dict, json_text
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
from dicom.errors import BytesLengthException, ValueRepresentationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

_INTEGERS = frozenset({"SL", "SS", "SV", "UL", "US", "UV"})
_FLOATS = frozenset({"FL", "FD"})
# Past this a reader that makes floats of all numbers would round.
_LARGEST_EXACT = 1 << 53


def to_json(
    ds: Iterable[Any],
    bulk_data_threshold: int = BULK_DATA_THRESHOLD,
    bulk_data_element_handler: Callable[[Any], Any] | None = None,
    dump_handler: Callable[[dict[str, Any]], str] | None = None,
    suppress_invalid_tags: bool = False,
) -> str:
    """A data set as the text of a DICOM JSON Model object, ASCII only, its names in ascending order.

    Parameters
    ----------
    ds : Dataset
    bulk_data_threshold, bulk_data_element_handler, suppress_invalid_tags
        As in `to_json_dict`.
    dump_handler : callable, optional
        Makes the text of the dictionary that `to_json_dict` gives, in place of `json.dumps`.
    """
    if dump_handler is not None:
        model = to_json_dict(ds, bulk_data_threshold, bulk_data_element_handler, suppress_invalid_tags)
        return dump_handler(model)
    make = _maker(ds, bulk_data_threshold, bulk_data_element_handler, suppress_invalid_tags)

    def make_text(element: Any) -> str | None:
        attribute = make(element)
        return None if attribute is None else _dumps(attribute)

    if isinstance(ds, DatasetBase):
        return json_text(ds, make_text, _ceiling(bulk_data_threshold, bulk_data_element_handler))
    return _dumps(to_json_dict(ds, bulk_data_threshold, bulk_data_element_handler, suppress_invalid_tags))


def to_json_dict(
    ds: Iterable[Any],
    bulk_data_threshold: int = BULK_DATA_THRESHOLD,
    bulk_data_element_handler: Callable[[Any], Any] | None = None,
    suppress_invalid_tags: bool = False,
) -> dict[str, Any]:
    """A data set as a DICOM JSON Model object (PS3.18 F.2).

    Group lengths are left out, as the standard asks, and so is the File Meta Information, which isn't part of the data
    set. A value whose bytes don't divide into values of its VR is given as its bytes, with the VR UN.

    Parameters
    ----------
    ds : Dataset
    bulk_data_threshold : int, default 1024
        Letters of base64 above which a binary value is given by reference, if there is a handler.
    bulk_data_element_handler : callable, optional
        Gives the BulkDataURI for an element. Without it binary values stand in the object itself (``InlineBinary``,
        little endian), however large they are.
    suppress_invalid_tags : bool, default False
        Leave an element out that can't be made JSON of, and log that, rather than raise.

    Returns
    -------
    dict
        From tags of eight hexadecimal digits, ascending, to ``{"vr": ..., "Value": [...]}``. Numbers that JSON has no
        form for (NaN, infinity) and those that a float would round (DS, IS, SV and UV) are strings.

    Raises
    ------
    ValueRepresentationError
        A value that was put into an element doesn't fit its VR.

    Examples
    --------
    >>> import json
    >>> json.dumps(to_json_dict(ds), allow_nan=False)  # doctest: +SKIP
    '{"00080060": {"vr": "CS", "Value": ["CT"]}}'
    """
    make = _maker(ds, bulk_data_threshold, bulk_data_element_handler, suppress_invalid_tags)
    if isinstance(ds, DatasetBase):
        return _without_collecting(json_dict, ds, make, _ceiling(bulk_data_threshold, bulk_data_element_handler))
    made = ((int(element.tag), make(element)) for element in ds if int(element.tag) & 0xFFFF != 0)
    return {f"{tag:08X}": attribute for tag, attribute in made if attribute is not None}


def element_to_json(
    element: Any,
    bulk_data_threshold: int = BULK_DATA_THRESHOLD,
    bulk_data_element_handler: Callable[[Any], Any] | None = None,
    dump_handler: Callable[[dict[str, Any]], str] | None = None,
) -> str:
    """One data element as the text of an attribute object; the parameters are those of `to_json`."""
    attribute = to_json_attribute(element, None, bulk_data_element_handler, bulk_data_threshold)
    return _dumps(attribute) if dump_handler is None else dump_handler(attribute)


def to_json_attribute(
    element: Any,
    big_endian: bool | None = None,
    bulk_data_element_handler: Callable[[Any], Any] | None = None,
    bulk_data_threshold: int = BULK_DATA_THRESHOLD,
) -> dict[str, Any]:
    """One data element as an attribute object: ``{"vr": "CS", "Value": ["CT"]}``.

    Parameters
    ----------
    element : DataElement
    big_endian : bool, optional
        Whether bytes of the element's value are big endian, as JSON holds them little endian; without it, whether they
        were when it was read.
    bulk_data_element_handler, bulk_data_threshold
        As in `to_json_dict`.
    """
    try:
        value = element.value
    except BytesLengthException:
        # What the bytes mean is lost, the bytes need not be: UN is for values of unclear VR (PS3.5 6.2.2).
        return {"vr": "UN", "InlineBinary": base64_of(element._raw, "UN", False)}
    vr = definite_vr(element.VR, value)
    attribute: dict[str, Any] = {"vr": vr}
    try:
        if vr == "SQ":
            if value:
                attribute["Value"] = [
                    to_json_dict(item, bulk_data_threshold, bulk_data_element_handler) for item in value
                ]
        elif vr in BINARY:
            if value:
                if big_endian is None:
                    big_endian = getattr(element, "_is_big_endian", False)
                inline = base64_of(value, vr, big_endian)
                if bulk_data_element_handler is not None and len(inline) > bulk_data_threshold:
                    attribute["BulkDataURI"] = bulk_data_element_handler(element)
                else:
                    attribute["InlineBinary"] = inline
        elif not is_empty(value):
            values = list(value) if is_multiple(value) else [value]
            attribute["Value"] = [None if is_empty(item) else _json_value(item, vr) for item in values]
    except UnfitValueError:
        tag = int(element.tag)
        raise ValueRepresentationError(
            f"({tag >> 16:04X},{tag & 0xFFFF:04X}): the value doesn't fit the VR {vr}, so no JSON can be made of it",
            tag=tag,
        ) from None
    return attribute


def _maker(ds: Any, threshold: int, handler: Any, suppress: bool) -> Callable[[Any], dict[str, Any] | None]:
    """What makes the attribute object of an element; None for one that is suppressed."""
    big_endian = is_big_endian(ds)

    def make(element: Any) -> dict[str, Any] | None:
        return to_json_attribute(element, big_endian, handler, threshold)

    def make_or_drop(element: Any) -> dict[str, Any] | None:
        try:
            return make(element)
        except Exception as error:
            from dicom.settings import logger

            logger().warning("%08X is left out of the JSON: %s", int(element.tag), type(error).__name__)
            return None

    return make_or_drop if suppress else make


def _without_collecting(make: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """What `make` gives, while no garbage is looked for.

    Each of the dictionaries and lists stays, but the collector would go over all of them again and again: of a report
    of 88,000 elements it would take three quarters of the time.
    """
    import gc

    if not gc.isenabled():
        return make(*arguments)
    gc.disable()
    try:
        return make(*arguments)
    finally:
        gc.enable()


def _ceiling(threshold: int, handler: object) -> int | None:
    return None if handler is None else max(int(threshold), 0)


def _dumps(model: dict[str, Any]) -> str:
    import json

    return json.dumps(model, sort_keys=True)


def _json_value(value: Any, vr: str) -> Any:
    if vr == "PN":
        return name_groups(value)
    if vr == "IS":
        return _json_whole_number(value)
    if vr == "DS":
        return _json_decimal(value)
    try:
        if vr == "AT":
            return f"{int(value):08X}"
        if vr in _INTEGERS:
            number = int(value)
            return number if abs(number) <= _LARGEST_EXACT else str(number)
        if vr in _FLOATS:
            return _json_float(float(value))
    except (ValueError, TypeError, OverflowError):
        # The message of Python would show the value.
        raise UnfitValueError from None
    return text_of_value(value, vr)


def _json_float(number: float) -> float | str:
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "inf" if number > 0 else "-inf"


def _json_whole_number(value: Any) -> int | str:
    try:
        number = int(value)
    except (ValueError, OverflowError):
        # What should have been a number, kept as it stands.
        return text_of_value(value, "IS")
    if isinstance(value, float) and number != value:
        return text_of_value(value, "IS")
    return number if abs(number) <= _LARGEST_EXACT else str(number)


def _json_decimal(value: Any) -> float | str:
    text = text_of_value(value, "DS")
    try:
        number = float(value)
    except ValueError:
        return text
    if not math.isfinite(number):
        return text
    # Up to 15 digits survive a float; DS has 16 characters at most, so this is rare.
    if len(text) > 15:
        from decimal import Decimal, InvalidOperation

        try:
            if Decimal(text) != Decimal(repr(number)):
                return text
        except InvalidOperation:
            return text
    return number
