"""``pydicom.values``: bytes of a value to its Python value, one function a kind of VR (PS3.5 6.2).

In: the bytes as they stand in a file, with byte order or character sets. Out: the value, in the classes that the
switches of ``config`` ask for. The work is that of `dicom.values.decode`.
"""

from __future__ import annotations

from importlib.util import find_spec
from struct import Struct, unpack_from
from typing import TYPE_CHECKING, Any

from dicom import settings
from dicom.charset import TEXT_VR_DELIMS as _TEXT_VR_DELIMS
from dicom.charset import CharacterSets, default_encoding
from dicom.errors import BytesLengthException, ValueRepresentationError
from dicom.tag import BaseTag, TupleTag
from dicom.values.convert import convert_item, empty_value
from dicom.values.decode import _FORMATS, decode_fallback
from dicom.values.multi_value import MultiValue
from dicom.vr import AMBIGUOUS_VR, CUSTOMIZABLE_CHARSET_VR, VR

from ._modes import RAISE, reading_validation
from .charset import convert_encodings
from .valuerep import validate_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableSequence

    from dicom.elements.sequence import Sequence

    from .dataelem import RawDataElement

__all__ = [
    "CUSTOMIZABLE_CHARSET_VR",
    "TEXT_VR_DELIMS",
    "convert_AE_string",
    "convert_ATvalue",
    "convert_DA_string",
    "convert_DS_string",
    "convert_DT_string",
    "convert_IS_string",
    "convert_OBvalue",
    "convert_OVvalue",
    "convert_OWvalue",
    "convert_PN",
    "convert_SQ",
    "convert_TM_string",
    "convert_UI",
    "convert_UN",
    "convert_UR_string",
    "convert_numbers",
    "convert_retry_VR_order",
    "convert_single_string",
    "convert_string",
    "convert_tag",
    "convert_text",
    "convert_value",
    "converters",
    "default_encoding",
    "have_numpy",
    "multi_string",
]

TEXT_VR_DELIMS = set(_TEXT_VR_DELIMS)
have_numpy = find_spec("numpy") is not None


def convert_tag(byte_string: bytes, is_little_endian: bool, offset: int = 0) -> BaseTag:
    """The tag at an offset in bytes.

    Raises
    ------
    ValueError
        There are fewer than 4 bytes from the offset on.
    """
    if len(byte_string) - offset < 4:
        raise ValueRepresentationError("a tag takes 4 bytes")
    order = "<HH" if is_little_endian else ">HH"
    return TupleTag(unpack_from(order, byte_string, offset))


def convert_numbers(byte_string: bytes, is_little_endian: bool, struct_format: str) -> Any:
    """The numbers of a binary VR.

    Parameters
    ----------
    byte_string : bytes
        The value.
    is_little_endian : bool
        Whether its lowest byte stands first.
    struct_format : str
        Format character of the `struct` module; its standard size counts, which no machine changes.

    Returns
    -------
    number, list of numbers, or str
        ``""`` for no bytes.

    Raises
    ------
    BytesLengthException
        The bytes don't divide into whole numbers.
    """
    if not byte_string:
        return ""
    number = Struct(("<" if is_little_endian else ">") + struct_format)
    if len(byte_string) % number.size:
        raise BytesLengthException(f"{len(byte_string)} bytes don't divide into numbers of {number.size}")
    values = [value for (value,) in number.iter_unpack(byte_string)]
    return values[0] if len(values) == 1 else MultiValue(_same, values)


def convert_ATvalue(byte_string: bytes, is_little_endian: bool, struct_format: str | None = None) -> Any:
    """The tags of an AT value; bytes over at its end are left out."""
    if not byte_string:
        return MultiValue._from_list([], "AT")
    return decode_fallback("AT", byte_string, little_endian=is_little_endian)[0]


def convert_AE_string(byte_string: bytes, is_little_endian: bool, struct_format: str | None = None) -> Any:
    """The application entity titles of an AE value, without the spaces around them."""
    return decode_fallback("AE", byte_string)[0]


def convert_string(byte_string: bytes, is_little_endian: bool, struct_format: str | None = None) -> Any:
    """The texts of a value in the default character repertoire, without their padding."""
    return multi_string(byte_string.decode(default_encoding))


def convert_UI(byte_string: bytes, is_little_endian: bool, struct_format: str | None = None) -> Any:
    """The UIDs of a UI value, without their padding."""
    return decode_fallback("UI", byte_string)[0]


def convert_UR_string(byte_string: bytes, is_little_endian: bool, struct_format: str | None = None) -> str:
    """The text of a UR value, without the spaces at its end."""
    return byte_string.decode(default_encoding).rstrip()


def convert_DA_string(byte_string: bytes, is_little_endian: bool, struct_format: str | None = None) -> Any:
    """The dates of a DA value: texts, or `DA` with ``config.datetime_conversion``."""
    return _moments("DA", byte_string)


def convert_DT_string(byte_string: bytes, is_little_endian: bool, struct_format: str | None = None) -> Any:
    """The dates with time of a DT value: texts, or `DT` with ``config.datetime_conversion``."""
    return _moments("DT", byte_string)


def convert_TM_string(byte_string: bytes, is_little_endian: bool, struct_format: str | None = None) -> Any:
    """The times of a TM value: texts, or `TM` with ``config.datetime_conversion``."""
    return _moments("TM", byte_string)


def convert_DS_string(byte_string: bytes, is_little_endian: bool, struct_format: str | None = None) -> Any:
    """The numbers of a DS value.

    Returns
    -------
    DSfloat, DSdecimal, numpy.float64, or several of them
        `DSdecimal` with ``config.use_DS_decimal``, and an array with ``config.use_DS_numpy``.

    Raises
    ------
    ValueError
        A part is no number.
    """
    return _number_strings("DS", byte_string, settings.current.use_DS_numpy)


def convert_IS_string(byte_string: bytes, is_little_endian: bool, struct_format: str | None = None) -> Any:
    """The numbers of an IS value.

    Returns
    -------
    IS, numpy.int64, or several of them
        An array with ``config.use_IS_numpy``.

    Raises
    ------
    ValueError
        A part is no number.
    """
    return _number_strings("IS", byte_string, settings.current.use_IS_numpy)


def convert_OBvalue(byte_string: bytes, is_little_endian: bool, struct_format: str | None = None) -> bytes:
    """The bytes themselves."""
    return byte_string


def convert_OWvalue(byte_string: bytes, is_little_endian: bool, struct_format: str | None = None) -> bytes:
    """The bytes themselves, in the byte order that they have."""
    return byte_string


def convert_OVvalue(byte_string: bytes, is_little_endian: bool, struct_format: str | None = None) -> bytes:
    """The bytes themselves, in the byte order that they have."""
    return byte_string


def convert_UN(byte_string: bytes, is_little_endian: bool, struct_format: str | None = None) -> bytes:
    """The bytes themselves."""
    return byte_string


def convert_PN(byte_string: bytes, encodings: list[str] | None = None) -> Any:
    """The names of a PN value."""
    return decode_fallback("PN", byte_string, CharacterSets.from_encodings(encodings))[0]


def convert_text(byte_string: bytes, encodings: list[str] | None = None, vr: str | None = None) -> Any:
    """The texts of an LO, SH or UC value, judged by the VR when it is given."""
    value = decode_fallback("LO", byte_string, CharacterSets.from_encodings(encodings))[0]
    for text in value if isinstance(value, list) else [value]:
        _judge(vr, text)
    return value


def convert_single_string(byte_string: bytes, encodings: list[str] | None = None, vr: str | None = None) -> str:
    """The text of an LT, ST or UT value, in which a backslash parts nothing; judged by the VR when it is given."""
    text: str = decode_fallback("LT", byte_string, CharacterSets.from_encodings(encodings))[0]
    _judge(vr, text)
    return text


def convert_SQ(
    byte_string: bytes,
    is_implicit_VR: bool,
    is_little_endian: bool,
    encoding: list[str] | None = None,
    offset: int = 0,
) -> Sequence:
    """The items of a sequence's value.

    Parameters
    ----------
    byte_string : bytes
        The value: items, with or without a delimiter at their end.
    is_implicit_VR, is_little_endian : bool
        How they are encoded.
    encoding : list of str, optional
        Python codecs of text in items without a Specific Character Set.
    offset : int, optional
        Where the value begins in its file.
    """
    from io import BytesIO

    from .filereader import read_sequence

    return read_sequence(
        BytesIO(byte_string), is_implicit_VR, is_little_endian, len(byte_string), encoding or default_encoding, offset
    )


def multi_string(val: str, valtype: Callable[[str], Any] | None = None) -> Any:
    """The parts of a text between backslashes, without the padding at its end; the one part alone."""
    make = valtype or _same
    parts = val.rstrip(" \0").split("\\")
    return make(parts[0]) if len(parts) == 1 else MultiValue(make, parts)


def convert_value(
    VR: str,
    raw_data_element: RawDataElement,
    encodings: str | MutableSequence[str] | None = None,
) -> Any:
    """The value of an element that is still as it was read.

    Parameters
    ----------
    VR : str
        The VR to decode by.
    raw_data_element : RawDataElement
        The element; its own VR isn't asked.
    encodings : str or list of str, optional
        Python codecs, or terms of Specific Character Set.

    Returns
    -------
    object
        A number string that is none is given as its text, unless ``config.settings.reading_validation_mode`` is RAISE.

    Raises
    ------
    NotImplementedError
        There is no such VR.
    BytesLengthException
        Binary numbers whose bytes don't divide into whole ones.
    """
    converter = converters.get(VR)
    if converter is None:
        raise NotImplementedError("the element's VR is none of PS3.5 Table 6.2-1")
    raw: bytes = raw_data_element.value or b""
    is_little_endian = raw_data_element.is_little_endian
    if not raw and VR != "SQ":
        empty = empty_value(VR)
        return None if empty == "" and settings.current.use_none_as_empty_text_VR_value else empty
    if VR == "SQ":
        is_implicit_vr = raw_data_element.is_implicit_VR
        return convert_SQ(raw, is_implicit_vr, is_little_endian, _codecs(encodings), raw_data_element.value_tell)
    if VR == "PN":
        return convert_PN(raw, _codecs(encodings))
    if VR in CUSTOMIZABLE_CHARSET_VR:
        return converter(raw, _codecs(encodings), VR)
    if isinstance(converter, tuple):
        return converter[0](raw, is_little_endian, converter[1])
    try:
        return converter(raw, is_little_endian)
    except BytesLengthException:
        raise
    except ValueRepresentationError:
        if reading_validation() == RAISE:
            raise
        return decode_fallback(VR, raw, CharacterSets.from_encodings(_codecs(encodings)))[0]


def _codecs(encodings: str | Iterable[str] | None) -> list[str]:
    return convert_encodings(encodings) if encodings else [default_encoding]


def _same(value: Any) -> Any:
    return value


def _judge(vr: str | None, text: str) -> None:
    if vr is not None:
        validate_value(vr, text, reading_validation())


def _moments(vr: str, byte_string: bytes) -> Any:
    text = byte_string.decode(default_encoding)
    if not settings.current.datetime_conversion:
        return multi_string(text)

    def moment(part: Any) -> Any:
        try:
            return convert_item(vr, part, datetime_conversion=True)
        except ValueRepresentationError:
            # Ranges, and what is no date at all, stay text.
            return part

    return multi_string(text, moment)


def _number_strings(vr: str, byte_string: bytes, as_array: bool) -> Any:
    text = byte_string.decode(default_encoding).strip(" \0\t\r\n\v\f")
    if as_array:
        return _number_array(vr, text)
    decimal = settings.current.use_DS_decimal

    def number(part: str) -> Any:
        return convert_item(vr, part.strip(" "), decimal=decimal) if part.strip(" ") else ""

    parts = [number(part) for part in text.split("\\")]
    return parts[0] if len(parts) == 1 else MultiValue._from_list(parts, vr)


def _number_array(vr: str, text: str) -> Any:
    import numpy as np

    dtype = np.dtype("f8" if vr == "DS" else "i8")
    if not text:
        return ""
    try:
        # A whole number may have been written with a point.
        numbers = np.array([float(part) if vr == "DS" else int(part) for part in text.split("\\")], dtype)
    except (ValueError, OverflowError):
        raise ValueRepresentationError(f"a part of the value is no number of VR {vr} (PS3.5 Table 6.2-1)") from None
    return numbers[0] if len(numbers) == 1 else numbers


# In which order the VRs are tried for a value that its own VR can't decode.
convert_retry_VR_order = [
    *(VR.SH, VR.UL, VR.SL, VR.US, VR.SS, VR.FL, VR.FD, VR.OF, VR.OB, VR.UI, VR.DA),
    *(VR.TM, VR.PN, VR.IS, VR.DS, VR.LT, VR.SQ, VR.UN, VR.AT, VR.OW, VR.DT, VR.UT),
]

# VR -> what decodes it: a function, or for numbers one with the format that it takes.
converters: dict[str, Any] = {
    **{VR[vr]: (convert_numbers, code) for vr, code in _FORMATS.items() if vr not in AMBIGUOUS_VR},
    **dict.fromkeys((VR.AS, VR.CS), convert_string),
    **dict.fromkeys((VR.LO, VR.SH, VR.UC), convert_text),
    **dict.fromkeys((VR.LT, VR.ST, VR.UT), convert_single_string),
    **dict.fromkeys((VR.OB, VR.OD, VR.OL, VR.OB_OW), convert_OBvalue),
    **dict.fromkeys((VR.OF, VR.OW, VR.US_OW, VR.US_SS, VR.US_SS_OW), convert_OWvalue),
    VR.AE: convert_AE_string,
    VR.AT: convert_ATvalue,
    VR.DA: convert_DA_string,
    VR.DS: convert_DS_string,
    VR.DT: convert_DT_string,
    VR.IS: convert_IS_string,
    VR.OV: convert_OVvalue,
    VR.PN: convert_PN,
    VR.SQ: convert_SQ,
    VR.TM: convert_TM_string,
    VR.UI: convert_UI,
    VR.UN: convert_UN,
    VR.UR: convert_UR_string,
}
