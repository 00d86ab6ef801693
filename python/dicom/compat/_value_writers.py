"""The writers of ``pydicom.filewriter`` that know one kind of VR each (PS3.5 6.2).

In: a stream that knows its byte order, and an element. Out: the element's value in the stream, padded to an even
length, without its header.
"""

from __future__ import annotations

from io import BufferedIOBase
from struct import error as struct_error
from struct import pack
from typing import TYPE_CHECKING, Any

from dicom.charset import default_encoding
from dicom.elements.sequence import Sequence
from dicom.errors import ValueRepresentationError
from dicom.tag import Tag
from dicom.values.decode import _FORMATS
from dicom.values.person_name import PersonName
from dicom.values.temporal import DA, DT, TM, dicom_text
from dicom.vr import VR

from .charset import encode_string
from .fileutil import read_buffer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dicom.elements.element import DataElement

    from .filebase import DicomIO


def _is_multi_value(val: Any) -> bool:
    """Whether a value is several values; a sequence is one."""
    if isinstance(val, Sequence):
        return False
    return isinstance(val, (list, tuple)) or (hasattr(val, "__array__") and hasattr(val, "__len__"))


def _values(elem: DataElement) -> list[Any]:
    """The values of an element, none for an empty one."""
    value = elem.value
    if value is None or (isinstance(value, (str, bytes)) and not value):
        return []
    return list(value) if _is_multi_value(value) else [value]


def multi_string(val: str | Iterable[str]) -> str:
    """One text of several, with backslashes between."""
    return val if isinstance(val, str) else "\\".join(val)


def _write_padded(fp: DicomIO, content: bytes, padding: bytes = b" ") -> None:
    fp.write(content + padding * (len(content) % 2))


def write_string(fp: DicomIO, elem: DataElement, padding: str = " ") -> None:
    """Write text of the default character repertoire.

    Parameters
    ----------
    padding : str
        What makes an odd length even.
    """
    text = multi_string([str(value) for value in _values(elem)])
    _write_padded(fp, text.encode(default_encoding), padding.encode(default_encoding))


def write_UI(fp: DicomIO, elem: DataElement) -> None:
    """Write UIDs, padded with a NUL."""
    write_string(fp, elem, "\0")


def write_text(fp: DicomIO, elem: DataElement, encodings: list[str] | None = None) -> None:
    """Write text of the character sets that are given as Python codecs."""
    codecs = encodings or [default_encoding]
    parts = [value if isinstance(value, bytes) else encode_string(value, codecs) for value in _values(elem)]
    _write_padded(fp, b"\\".join(parts))


def write_PN(fp: DicomIO, elem: DataElement, encodings: list[str] | None = None) -> None:
    """Write names in the character sets that are given as Python codecs."""
    codecs = encodings or [default_encoding]
    parts = []
    for value in _values(elem):
        name = value if isinstance(value, PersonName) else PersonName(value)
        if name.original_string is not None and name.encodings == tuple(codecs):
            parts.append(name.original_string)
        else:
            # Each group has its own way into and out of the character sets (PS3.5 6.2.1.1).
            parts.append(b"=".join(encode_string(group, codecs) for group in name.components))
    _write_padded(fp, b"\\".join(parts))


def write_number_string(fp: DicomIO, elem: DataElement) -> None:
    """Write numbers as text, those that were read as they stood there."""
    write_string(fp, elem)


def write_numbers(fp: DicomIO, elem: DataElement, struct_format: str) -> None:
    """Write binary numbers.

    Parameters
    ----------
    struct_format : str
        Format character of the `struct` module.

    Raises
    ------
    ValueRepresentationError
        A value is no such number; a ValueError.
    """
    values = _values(elem)
    order = "<" if fp.is_little_endian else ">"
    try:
        fp.write(pack(f"{order}{len(values)}{struct_format}", *values))
    except (struct_error, TypeError, OverflowError):
        raise ValueRepresentationError(
            f"{elem.tag} has a value that VR {elem.VR} can't hold (PS3.5 Table 6.2-1)", tag=int(elem.tag)
        ) from None


def write_ATvalue(fp: DicomIO, elem: DataElement) -> None:
    """Write tags."""
    for value in _values(elem):
        fp.write_tag(Tag(value))


def write_OBvalue(fp: DicomIO, elem: DataElement) -> None:
    """Write bytes, padded with a NUL; those of a stream from its position on."""
    length = _write_bytes(fp, elem.value)
    fp.write(b"\0" * (length % 2))


def write_OWvalue(fp: DicomIO, elem: DataElement) -> None:
    """Write bytes of words, in the order that they have, padded with a NUL."""
    write_OBvalue(fp, elem)


def write_UN(fp: DicomIO, elem: DataElement) -> None:
    """Write bytes as they are."""
    _write_bytes(fp, elem.value)


def _write_bytes(fp: DicomIO, value: Any) -> int:
    if value is None:
        return 0
    if not isinstance(value, BufferedIOBase):
        return fp.write(bytes(value))
    position = value.tell()
    length = sum(fp.write(chunk) for chunk in read_buffer(value))
    value.seek(position)
    return length


def _format_DA(val: DA | None) -> str:
    """Text of a date; empty for None."""
    return "" if val is None else dicom_text(val)


def _format_DT(val: DT | None) -> str:
    """Text of a date with time; empty for None."""
    return "" if val is None else dicom_text(val)


def _format_TM(val: TM | None) -> str:
    """Text of a time; empty for None."""
    return "" if val is None else dicom_text(val)


def _write_moments(fp: DicomIO, elem: DataElement) -> None:
    parts = [value if isinstance(value, str) else dicom_text(value) for value in _values(elem)]
    _write_padded(fp, multi_string(parts).encode(default_encoding))


def write_DA(fp: DicomIO, elem: DataElement) -> None:
    """Write dates: texts, or objects of the datetime module."""
    _write_moments(fp, elem)


def write_DT(fp: DicomIO, elem: DataElement) -> None:
    """Write dates with time: texts, or objects of the datetime module."""
    _write_moments(fp, elem)


def write_TM(fp: DicomIO, elem: DataElement) -> None:
    """Write times: texts, or objects of the datetime module."""
    _write_moments(fp, elem)


# VR -> what writes a value of it, and the format of numbers; sequences are the writer's own.
writers_of_values: dict[str, tuple[Any, str | None]] = {
    **dict.fromkeys((VR.AE, VR.AS, VR.CS, VR.UR), (write_string, None)),
    **dict.fromkeys((VR.LO, VR.LT, VR.SH, VR.ST, VR.UC, VR.UT), (write_text, None)),
    **dict.fromkeys((VR.DS, VR.IS), (write_number_string, None)),
    **dict.fromkeys((VR.OB, VR.OB_OW), (write_OBvalue, None)),
    **dict.fromkeys((VR.OD, VR.OF, VR.OL, VR.OV, VR.OW), (write_OWvalue, None)),
    **dict.fromkeys((VR.US_SS, VR.US_OW, VR.US_SS_OW), (write_OWvalue, None)),
    **{VR[vr]: (write_numbers, code) for vr, code in _FORMATS.items() if " " not in vr},
    VR.AT: (write_ATvalue, None),
    VR.DA: (write_DA, None),
    VR.DT: (write_DT, None),
    VR.PN: (write_PN, None),
    VR.TM: (write_TM, None),
    VR.UI: (write_UI, None),
    VR.UN: (write_UN, None),
}
