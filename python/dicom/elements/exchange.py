"""What the JSON and the XML of a data set have in common: the text of a value, its bytes, its one VR.

In: values as elements keep them. Out: text, or bytes in little endian. Standard: PS3.18 F.2, PS3.19 A.1.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: VRs whose value is bytes.
BINARY = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
#: Letters of base64 above which a binary value goes to the handler of bulk data, if there is one.
BULK_DATA_THRESHOLD = 1024
#: The parts of a person's name: as a model calls them, and as `PersonName` does.
NAME_GROUPS = (("Alphabetic", "alphabetic"), ("Ideographic", "ideographic"), ("Phonetic", "phonetic"))
_TIMES = {"DA": "%Y%m%d", "DT": "%Y%m%d%H%M%S", "TM": "%H%M%S"}
_BYTES_OF_WORD = {"OW": "H", "OF": "I", "OL": "I", "OD": "Q", "OV": "Q"}


class UnfitValueError(Exception):
    """A value that its VR has no form for. It carries nothing of it, and is turned into an error of the model."""


def is_multiple(value: Any) -> bool:
    """Whether there can be several values: a list, or an array of numbers."""
    return isinstance(value, list | tuple) or bool(getattr(value, "shape", ()))


def is_empty(value: Any) -> bool:
    """Whether there is no value; zero is one."""
    if value is None:
        return True
    if is_multiple(value):
        return len(value) == 0
    return not isinstance(value, int | float) and str(value) == ""


def text_of_value(value: Any, vr: str) -> str:
    """One value as text: as it stood in the file, for dates and numbers that keep that."""
    original = getattr(value, "original_string", None)
    if isinstance(original, str):
        return original.strip(" \0")
    if vr in _TIMES and not isinstance(value, str) and hasattr(value, "strftime"):
        text: str = value.strftime(_TIMES[vr])
        microseconds: int = 0 if vr == "DA" else value.microsecond
        if microseconds:
            text += f".{microseconds:06}"
        return text + value.strftime("%z")[:5] if vr == "DT" else text
    return str(value)


def name_groups(value: Any) -> dict[str, str]:
    """The groups of a person's name that aren't empty."""
    groups = {name: str(getattr(value, attribute, "") or "") for name, attribute in NAME_GROUPS}
    if not any(groups.values()) and isinstance(value, str):
        groups = dict(zip(groups, [*value.split("="), "", "", ""], strict=False))
    return {name: text for name, text in groups.items() if text}


def base64_of(value: Any, vr: str, big_endian: bool) -> str:
    """The base64 of a binary value, its words turned to little endian.

    Raises
    ------
    UnfitValueError
        The value isn't bytes.
    """
    import base64

    try:
        data = bytes(memoryview(value))
    except TypeError:
        raise UnfitValueError from None
    code = _BYTES_OF_WORD.get(vr) if big_endian else None
    if code is not None:
        from array import array

        words = array(code)
        whole = len(data) - len(data) % words.itemsize
        words.frombytes(data[:whole])
        words.byteswap()
        data = words.tobytes() + data[whole:]
    return base64.b64encode(data).decode("ascii")


def bytes_of_base64(text: str) -> bytes:
    """The bytes of base64 that may have white space in it; ValueError for what is none."""
    from base64 import b64decode

    return b64decode("".join(text.split()), validate=True)


def decoded_bytes(vr: str, data: bytes) -> Any:
    """The value of bytes as they would stand in a file of little endian and UTF-8."""
    from dicom.charset import CharacterSets
    from dicom.values.decode import decode_fallback

    decoded, _ = decode_fallback(vr, data, CharacterSets.from_terms("ISO_IR 192"))
    return decoded


def definite_vr(vr: str, value: Any) -> str:
    """One of the 34 VRs for those that PS3.6 leaves open; reading settles nearly all of them before."""
    if " " not in vr:
        return vr
    if isinstance(value, bytes):
        return "OW"
    if "SS" in vr:
        values = value if is_multiple(value) else [value]
        if any(isinstance(item, int) and item < 0 for item in values):
            return "SS"
    return "US" if "US" in vr else "OW"


def is_big_endian(ds: Any) -> bool:
    """Whether the bytes of a data set were big endian when it was read."""
    little = getattr(ds, "_is_little_endian", None)
    if little is None:
        little = getattr(ds, "is_little_endian", None)
    return little is False


def uniform_handler(handler: Callable[..., Any] | None) -> Callable[[str, str, str], Any] | None:
    """A handler of bulk data URIs as one that takes tag, VR and URI; it may take the URI alone."""
    if handler is None:
        return None
    from inspect import signature

    try:
        takes_one = len(signature(handler).parameters) == 1
    except ValueError:
        takes_one = True  # a builtin that doesn't say what it takes
    if not takes_one:
        return handler
    return lambda tag, vr, uri: handler(uri)
