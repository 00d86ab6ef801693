"""Bytes of a value to its Python value: the plain way, for every VR.

In: VR, the bytes as they stand in the file, character sets, byte order. Out: the value, and what was wrong with it.
Standard: PS3.5 6.2 and Table 6.2-1. The Rust core decodes what is as it should be; what it can't, comes here.

Reading is patient: a number that isn't one is given as its text, an Attribute Tag that was cut off is left out, and
a finding says so. Only binary numbers whose bytes don't divide into whole values raise.
"""

from __future__ import annotations

from dicom.errors import BytesLengthException, ValueRepresentationError

from .multi_value import MultiValue
from .number import DS, IS, ISfloat
from .person_name import PersonName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dicom.charset import CharacterSets

_FORMATS = {
    "FD": "d",
    "FL": "f",
    "SL": "i",
    "SS": "h",
    "SV": "q",
    "UL": "I",
    "US": "H",
    "UV": "Q",
    "US or SS": "H",
}
_OTHER = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN", "SQ", "OB or OW", "US or OW", "US or SS or OW"})
_WIDE = frozenset({"LO", "LT", "SH", "ST", "UC", "UT"})
_WHOLE = frozenset({"LT", "ST", "UT", "UR"})
_BLANKS = " \0"
_WHITESPACE = "\t\n\r\v\f"


def decode_fallback(
    vr: str, raw: bytes, character_sets: CharacterSets | None = None, *, little_endian: bool = True
) -> tuple[Any, tuple[tuple[str, str], ...]]:
    """Value of an element's bytes, and a code and message for each deviation.

    Parameters
    ----------
    vr : str
    raw : bytes
        As they stand in the file, padding included.
    character_sets : CharacterSets, optional
        For LO, LT, PN, SH, ST, UC, UT, and DS and IS that are no numbers; the default character repertoire without it.

    Raises
    ------
    BytesLengthException
        Binary numbers whose bytes don't divide into whole values.
    """
    if not raw:
        from .convert import empty_value

        return empty_value(vr), ()
    if vr in _OTHER:
        return raw, ()
    if vr in _FORMATS:
        return _numbers(vr, raw, little_endian), ()
    if vr == "AT":
        return _tags(raw, little_endian)
    if vr == "PN":
        return _names(raw, character_sets), ()
    if vr in _WIDE:
        return _text(vr, raw, character_sets), ()
    text = raw.decode("latin-1")
    if vr == "DS":
        return _number_strings(vr, raw, DS, character_sets)
    if vr == "IS":
        return _number_strings(vr, raw, IS, character_sets)
    if vr == "UI":
        return _one_or_many([_uid(part) for part in text.rstrip(_BLANKS).split("\\")], vr), ()
    if vr == "AE":
        return _one_or_many([part.strip() for part in text.split("\\")], vr), ()
    if vr == "UR":
        return text.rstrip(), ()
    return _one_or_many(text.rstrip(_BLANKS).split("\\"), vr), ()


def _one_or_many(values: list[Any], vr: str) -> Any:
    return values[0] if len(values) == 1 else MultiValue._from_list(values, vr)


def _numbers(vr: str, raw: bytes, little_endian: bool) -> Any:
    from struct import calcsize, unpack

    code = _FORMATS[vr]
    size = calcsize("=" + code)
    if len(raw) % size:
        raise BytesLengthException(
            f"a {vr} element has {len(raw)} bytes; {vr} takes {size} a value (PS3.5 Table 6.2-1)"
        )
    return _one_or_many(list(unpack(f"{'<' if little_endian else '>'}{len(raw) // size}{code}", raw)), vr)


def _tags(raw: bytes, little_endian: bool) -> tuple[Any, tuple[tuple[str, str], ...]]:
    from dicom.tag import Tag

    order = "little" if little_endian else "big"
    tags = []
    for at in range(0, len(raw) - 3, 4):
        group = int.from_bytes(raw[at : at + 2], order)  # type: ignore[arg-type]
        tags.append(Tag(group << 16 | int.from_bytes(raw[at + 2 : at + 4], order)))  # type: ignore[arg-type]
    if len(raw) % 4 == 0:
        return _one_or_many(tags, "AT"), ()
    message = f"an AT element has {len(raw)} bytes; AT takes 4 a value, and what is over is left out"
    return MultiValue._from_list(tags, "AT"), (("value-length", message),)


def _names(raw: bytes, character_sets: CharacterSets | None) -> Any:
    sets = character_sets or _default_sets()
    parts = sets.split_values(raw.rstrip(b" \0"))
    return _one_or_many([PersonName._from_bytes(part, sets) for part in parts], "PN")


def _text(vr: str, raw: bytes, character_sets: CharacterSets | None) -> Any:
    text = (character_sets or _default_sets()).decode(raw.rstrip(b" \0"), vr)
    if vr in _WHOLE:
        return text.rstrip(_BLANKS)
    return _one_or_many([part.rstrip(_BLANKS) for part in text.split("\\")], vr)


def _default_sets() -> CharacterSets:
    from dicom.charset import DEFAULT

    return DEFAULT


def _number_strings(
    vr: str, raw: bytes, make: Any, character_sets: CharacterSets | None
) -> tuple[Any, tuple[tuple[str, str], ...]]:
    text = raw.decode("latin-1").rstrip(_BLANKS + _WHITESPACE)
    try:
        values = [make(part) for part in (text.lstrip() if vr == "DS" else text).split("\\")]
    except ValueRepresentationError:
        message = f"a {vr} element has a value that is no number; its text is given"
        return _text(vr, raw, character_sets), (("number-as-text", message),)
    if any(isinstance(value, ISfloat) for value in values):
        return _one_or_many(values, vr), (("fraction-in-integer", "an IS element has a value with a fraction"),)
    return _one_or_many(values, vr), ()


def _uid(text: str) -> Any:
    from dicom.uid import UID

    return UID(text.strip(), 0)
