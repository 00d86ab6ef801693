"""What cases for both libraries are made from: files in memory, switches put back, outcomes as plain values.

In: functions, entered by `case`. Out: JSON, for each case what it gave (plain values, classes by name, errors by the
builtin classes that they derive from) and the classes of its warnings. Programs that end with `tell` are run once on
pydicom and once on the drop-in, and both have to be the same.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from collections.abc import Callable
from typing import Any

import pydicom
import pydicom.config
import pydicom.hooks
from pydicom import DataElement, Dataset, config
from pydicom.dataelem import RawDataElement
from pydicom.hooks import hooks

LONG = "x" * 70
_BEFORE = {
    name: getattr(config, name)
    for name in (
        "INVALID_KEYWORD_BEHAVIOR",
        "INVALID_KEY_BEHAVIOR",
        "allow_DS_float",
        "convert_wrong_length_to_UN",
        "data_element_callback",
        "data_element_callback_kwargs",
        "datetime_conversion",
        "enforce_valid_values",
        "replace_un_with_known_vr",
        "show_file_meta",
        "use_DS_decimal",
        "use_DS_numpy",
        "use_IS_numpy",
        "use_none_as_empty_text_VR_value",
    )
}


def reset() -> None:
    """All switches as they were."""
    for name, value in _BEFORE.items():
        setattr(config, name, value)
    config.future_behavior(False)
    config.DS_decimal(False)
    config.settings.reading_validation_mode = None
    config.settings.writing_validation_mode = None
    hooks.register_callback("raw_element_vr", pydicom.hooks.raw_element_vr)
    hooks.register_callback("raw_element_value", pydicom.hooks.raw_element_value)
    hooks.register_kwargs("raw_element_kwargs", {})


def element(tag: int, vr: str, value: bytes) -> bytes:
    """An element in explicit VR little endian, with a short length."""
    head = (tag >> 16).to_bytes(2, "little") + (tag & 0xFFFF).to_bytes(2, "little")
    if vr in ("OB", "OW", "UN", "SQ", "UT"):
        return head + vr.encode() + b"\0\0" + len(value).to_bytes(4, "little") + value
    return head + vr.encode() + len(value).to_bytes(2, "little") + value


def file_of(*elements: bytes) -> io.BytesIO:
    """A file of elements in explicit VR little endian."""
    uid = element(0x00020010, "UI", b"1.2.840.10008.1.2.1\0")
    length = element(0x00020000, "UL", len(uid).to_bytes(4, "little"))
    return io.BytesIO(b"\0" * 128 + b"DICM" + length + uid + b"".join(elements))


def raw(tag: int, vr: str | None, value: bytes | None, implicit: bool = False) -> Any:
    """A raw element, little endian."""
    return RawDataElement(pydicom.tag.Tag(tag), vr, len(value or b""), value, 0, implicit, True)


SAMPLE = (
    element(0x00080008, "CS", b"ORIGINAL\\PRIMARY"),
    element(0x00080020, "DA", b"20201231"),
    element(0x00080030, "TM", b"101112"),
    element(0x00080060, "CS", b"CT"),
    element(0x00100010, "PN", b""),
    element(0x00100020, "LO", LONG.encode()),
    element(0x00180050, "DS", b"1.50"),
    element(0x00200013, "IS", b"12"),
    element(0x00200032, "DS", b"1.5\\2\\3 "),
    element(0x00200060, "CS", b""),
    element(0x00201208, "IS", b"1\\2 "),
    element(0x00280010, "UN", b"\x05\x00"),
    element(0x00280011, "US", b"\x05\x00\x00"),
)


def shown(value: Any) -> Any:
    """A value in JSON's types, its class with it."""
    if isinstance(value, (list, tuple)) and type(value).__name__ in ("list", "tuple"):
        return [shown(item) for item in value]
    if isinstance(value, Dataset):
        return str(value)
    if isinstance(value, RawDataElement):
        return ["raw", str(value.tag), value.VR, value.length, repr(value.value)]
    if isinstance(value, DataElement):
        return [str(value), type(value.value).__name__]
    if value is None or isinstance(value, (bool, str)) or type(value) in (int, float):
        return value
    return [type(value).__name__, str(value)]


CASES: dict[str, Callable[[], Any]] = {}


def case(function: Callable[[], Any]) -> Callable[[], Any]:
    """Enter a case by its function's name."""
    CASES[function.__name__] = function
    return function


def outcome(function: Callable[[], Any]) -> Any:
    """What a case gives, and of which classes its warnings are."""
    with warnings.catch_warnings(record=True) as met:
        warnings.simplefilter("always")
        try:
            result = shown(function())
        except Exception as error:
            result = ["error", *(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")]
        finally:
            reset()
    return [result, sorted({one.category.__name__ for one in met})]


def tell() -> None:
    """Print what each case gives."""
    json.dump({name: outcome(function) for name, function in CASES.items()}, sys.stdout)
