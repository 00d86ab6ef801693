"""``pydicom.charset``: the tables and functions of character sets (PS3.5 6.1, PS3.3 C.12.1.1.2).

In: bytes or text with names of Python codecs, or the terms of Specific Character Set (0008,0005). Out: text or bytes.
The work is that of `dicom.charset`; here its deviations are warnings, or errors where ``config`` says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from warnings import warn

from dicom.charset import (
    CODES_TO_ENCODINGS,
    ENCODINGS_TO_CODES,
    STAND_ALONE_ENCODINGS,
    CharacterSets,
    default_encoding,
    python_encoding,
)
from dicom.charset import TEXT_VR_DELIMS as _TEXT_VR_DELIMS
from dicom.charset.code_extension import ESC, decode_extended, encode_in_set
from dicom.values.convert import convert_value
from dicom.values.person_name import PersonName
from dicom.vr import CUSTOMIZABLE_CHARSET_VR

from ._modes import RAISE, reading_validation, writing_validation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dicom.elements.element import DataElement

__all__ = [
    "CODES_TO_ENCODINGS",
    "CUSTOMIZABLE_CHARSET_VR",
    "ENCODINGS_TO_CODES",
    "ESC",
    "STAND_ALONE_ENCODINGS",
    "TEXT_VR_DELIMS",
    "convert_encodings",
    "custom_encoders",
    "decode_bytes",
    "decode_element",
    "decode_string",
    "default_encoding",
    "encode_string",
    "handled_encodings",
    "need_tail_escape_sequence_encodings",
    "python_encoding",
]

TEXT_VR_DELIMS = set(_TEXT_VR_DELIMS)

# Codecs that write their own escape sequences, and those whose text ends with a return to the initial set.
handled_encodings = ("iso2022_jp", "iso2022_jp_2", "iso_ir_58")
need_tail_escape_sequence_encodings = ("iso2022_jp", "iso2022_jp_2")


def convert_encodings(encodings: str | Iterable[str] | None) -> list[str]:
    """Python codecs for the value of Specific Character Set.

    Parameters
    ----------
    encodings : str, iterable of str, or None
        Terms, one or several; names of Python codecs are kept.

    Returns
    -------
    list of str
        The codecs, the initial one first; the default character repertoire for an unknown term. UTF-8, GBK and GB18030
        stand alone: first, they end the list; later, they are left out. Each deviation is a UserWarning.

    Raises
    ------
    LookupError
        A term is unknown, and ``config.settings.reading_validation_mode`` is RAISE.
    """
    sets = CharacterSets.from_terms(encodings)
    for code, message in sets.problems:
        if code == "charset-unknown" and reading_validation() == RAISE:
            raise LookupError("a term of Specific Character Set is unknown (PS3.3 C.12.1.1.2)")
        if code != "charset-not-a-defined-term":
            warn(message, UserWarning, stacklevel=2)
    return list(sets.encodings)


def decode_bytes(value: bytes, encodings: Sequence[str], delimiters: set[int]) -> str:
    """Text of a value's bytes.

    Parameters
    ----------
    value : bytes
        The value, or a part of it.
    encodings : sequence of str
        Python codecs, the initial one first.
    delimiters : set of int
        Characters after which the initial set holds again.

    Returns
    -------
    str
        What doesn't decode is replaced, an undeclared escape sequence is left in; each is a UserWarning.

    Raises
    ------
    UnicodeDecodeError
        The bytes don't decode, and ``config.settings.reading_validation_mode`` is RAISE.
    LookupError
        There is no such codec, with the same mode.
    ValueError
        An escape sequence isn't declared, with the same mode.
    """
    strict = reading_validation() == RAISE
    known = tuple(_known_codec(name, strict) for name in encodings) or (default_encoding,)
    if ESC not in value:
        try:
            return value.decode(known[0])
        except UnicodeDecodeError:
            if strict:
                raise
        warn("the value doesn't decode in its character set: characters are replaced", UserWarning, stacklevel=2)
        return value.decode(known[0], "replace")
    text = decode_extended(value, known, frozenset(delimiters))
    if "\x1b" in text:
        message = "the value has an escape sequence that Specific Character Set doesn't declare"
        if strict:
            raise ValueError(message)
        warn(f"{message}: it is left in the text", UserWarning, stacklevel=2)
    elif "\ufffd" in text and strict:
        raise UnicodeDecodeError(known[0], b"", 0, 0, "the value doesn't decode in its character sets")
    return text


decode_string = decode_bytes


def encode_string(value: str, encodings: Sequence[str]) -> bytes:
    """Bytes of a text, with the escape sequences that it needs.

    Parameters
    ----------
    value : str
        The text.
    encodings : sequence of str
        Python codecs, the initial one first.

    Returns
    -------
    bytes
        Characters that none of the codecs has are replaced by ``?``, with a UserWarning.

    Raises
    ------
    UnicodeEncodeError
        A character is in none of them, and ``config.settings.writing_validation_mode`` is RAISE.
    LookupError
        There is no such codec.
    """
    for name in encodings:
        _check_codec(name)
    sets = CharacterSets.from_encodings(encodings)
    # The default repertoire is written as Latin-1 by programs of this interface, which its codec's name promises.
    if sets.encodings == (default_encoding,):
        sets = CharacterSets.from_encodings("latin_1")
    try:
        return sets.encode(value, "LO")
    except ValueError:
        if writing_validation() == RAISE:
            # The text itself is not handed on with the error: it can be a name.
            raise UnicodeEncodeError(
                sets.encodings[0], "", 0, 0, "the text has a character outside its character sets"
            ) from None
    warn("the text has characters outside its character sets: they are replaced", UserWarning, stacklevel=2)
    return b"".join(_encode_or_replace(character, sets) for character in value)


def _encode_or_replace(character: str, sets: CharacterSets) -> bytes:
    try:
        return sets.encode(character, "LO")
    except ValueError:
        return b"?"


def decode_element(elem: DataElement, dicom_character_set: str | list[str] | None) -> None:
    """Turn the bytes of a text element into text, in place.

    Parameters
    ----------
    elem : DataElement
        An element; only LO, LT, PN, SH, ST, UC and UT hold text that a character set governs.
    dicom_character_set : str, list of str, or None
        The value of Specific Character Set.
    """
    if elem.is_empty or elem.VR not in CUSTOMIZABLE_CHARSET_VR:
        return
    sets = CharacterSets.from_encodings(convert_encodings(dicom_character_set or "ISO_IR 6"))

    def decoded(part: object) -> object:
        if isinstance(part, PersonName):
            return part.decode(sets.encodings)
        return sets.decode(part, elem.VR) if isinstance(part, bytes) else part

    value = elem.value
    if isinstance(value, (list, tuple)):
        elem.value = convert_value(elem.VR, [decoded(part) for part in value])
    else:
        elem.value = decoded(value)


def _known_codec(name: str, strict: bool) -> str:
    try:
        _check_codec(name)
    except LookupError:
        if strict:
            raise
        warn("a character set's codec is unknown: the default character repertoire is used", UserWarning, stacklevel=3)
        return default_encoding
    return name


def _check_codec(name: str) -> None:
    "".encode(name)


def _encoder_of(codec: str) -> Callable[..., bytes]:
    def encode(value: str, errors: str = "strict") -> bytes:
        parts = [encode_in_set(character, codec) for character in value]
        if None in parts and errors == "strict":
            raise UnicodeEncodeError(codec, "", 0, 0, "the text has a character outside the character set")
        replacement = b"" if errors == "ignore" else b"?"
        body = b"".join(replacement if part is None else part for part in parts)
        return ENCODINGS_TO_CODES[codec] + body if codec in need_tail_escape_sequence_encodings else body

    return encode


# Codecs of Python that have more characters than the set that DICOM means by them: what writes the set alone.
custom_encoders: dict[str, Callable[..., bytes]] = {
    codec: _encoder_of(codec) for codec in ("shift_jis", "iso2022_jp", "iso2022_jp_2")
}
_encode_to_jis_x_0201 = custom_encoders["shift_jis"]
_encode_to_jis_x_0208 = custom_encoders["iso2022_jp"]
_encode_to_jis_x_0212 = custom_encoders["iso2022_jp_2"]
