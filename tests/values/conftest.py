"""A tag and a UID class to test with, for as long as the rooms that have them aren't there."""

from __future__ import annotations

import importlib.util
import sys
import types
from typing import Self

if importlib.util.find_spec("dicom.tag") is None:

    class BaseTag(int):
        def __str__(self) -> str:
            return f"({self >> 16:04X},{self & 0xFFFF:04X})"

        __repr__ = __str__

    def _tag(arg: object) -> BaseTag:
        if isinstance(arg, (tuple, list)):
            return BaseTag(int(arg[0]) << 16 | int(arg[1]))
        if isinstance(arg, str):
            return BaseTag(int(arg, 16))
        if isinstance(arg, int) and not 0 <= arg < 2**32:
            raise ValueError("no tag")
        return BaseTag(arg)  # type: ignore[call-overload]

    class UID(str):
        __slots__ = ()

        def __new__(cls, val: str, validation_mode: int | None = None) -> Self:
            return super().__new__(cls, val.strip())

    tag = types.ModuleType("dicom.tag")
    tag.__dict__.update(BaseTag=BaseTag, Tag=_tag)
    sys.modules["dicom.tag"] = tag
    uid = types.ModuleType("dicom.uid")
    uid.__dict__.update(UID=UID)
    sys.modules["dicom.uid"] = uid
