"""VRs for which PS3.6 leaves a choice, settled by the elements around them.

In: an element of such a VR, and the data sets that hold it, the nearest first. Out: the VR that it has, and the element
with its value in that VR. Standard: PS3.5 annex A (OB or OW), PS3.3 C.7.6.3.1.1 (US or SS by Pixel Representation),
C.11.1.1 (US or OW by LUT Descriptor). The core settles them likewise while it reads and writes.
"""

from __future__ import annotations

from dicom.errors import MissingElementError
from dicom.tag import BaseTag
from dicom.values.decode import decode_fallback
from dicom.vr import AMBIGUOUS_VR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .element import DataElement
    from .mapping import ElementMapping

_PIXEL_DATA = 0x7FE00010
_BITS_ALLOCATED = 0x00280100
_PIXEL_REPRESENTATION = 0x00280103
_LUT_DESCRIPTOR = 0x00283002
_LUT_DATA = 0x00283006
_WAVEFORM_BITS_ALLOCATED = 0x54001004
# Channel Minimum Value, Channel Maximum Value, Waveform Padding Value, Waveform Data.
_WAVEFORM_SAMPLES = frozenset((0x54000110, 0x54000112, 0x5400100A, 0x54001010))
# Their first value counts entries, and is unsigned whatever the pixels are.
_LUT_DESCRIPTORS = frozenset((0x00281101, 0x00281102, 0x00281103, _LUT_DESCRIPTOR))


def settled_vr(element: DataElement, holders: Sequence[ElementMapping]) -> str:
    """The VR of an element for which PS3.6 leaves a choice.

    Parameters
    ----------
    element : DataElement
        An element; one of any other VR keeps it.
    holders : sequence of Dataset
        The data set that holds it, the one that holds that, and so on.

    Returns
    -------
    str
        The VR; the ambiguous one where nothing settles it (private elements).

    Raises
    ------
    MissingElementError
        What settles it is missing; an AttributeError too.
    """
    vr, tag = element.VR, int(element.tag)
    if vr not in AMBIGUOUS_VR or tag & 0x10000:
        return vr
    if tag == _LUT_DATA:
        return _vr_of_lut_data(holders)
    if vr == "US or SS":
        return _signed_or_not(tag, holders)
    if tag == _PIXEL_DATA:
        if element.is_undefined_length:
            return "OB"
        return _bytes_or_words(tag, _BITS_ALLOCATED, holders)
    if tag in _WAVEFORM_SAMPLES:
        return _bytes_or_words(tag, _WAVEFORM_BITS_ALLOCATED, holders)
    # Overlay Data.
    return "OW" if tag & 0xFF00FFFF == 0x60003000 else vr


def settle(element: DataElement, holders: Sequence[ElementMapping], *, little_endian: bool) -> None:
    """Give an element the VR that it has, and the numbers that its bytes are where that is US or SS.

    Parameters
    ----------
    little_endian : bool
        The order of the bytes.
    """
    vr = settled_vr(element, holders)
    if vr == element.VR:
        return
    value = element.value
    raw = value if isinstance(value, bytes) or element._is_edited else element._raw
    if vr in ("US", "SS") and isinstance(raw, bytes) and raw:
        value = _numbers(int(element.tag), vr, raw, little_endian)
    element.VR = vr
    element._value = value
    element._is_edited = True


def settle_all(dataset: ElementMapping, holders: Sequence[ElementMapping] = (), *, little_endian: bool) -> None:
    """Settle the elements of a data set and of the items in it.

    Parameters
    ----------
    holders : sequence of Dataset
        The data sets that hold it, the nearest first; without them those that it knows of.
    """
    todo = [(dataset, (dataset, *(holders or holders_of(dataset))))]
    while todo:
        current, around = todo.pop()
        for tag in current._tags():
            element = current._element(tag)
            if element.VR == "SQ":
                todo.extend((item, (item, *around)) for item in element.value or ())
            elif element.VR in AMBIGUOUS_VR:
                settle(element, around, little_endian=little_endian)


def holders_of(dataset: ElementMapping) -> list[ElementMapping]:
    """The data sets that hold an item, the nearest first."""
    holders: list[ElementMapping] = []
    holder = dataset.parent
    while holder is not None:
        holders.append(holder)
        holder = holder.parent
    return holders


def _signed_or_not(tag: int, holders: Sequence[ElementMapping]) -> str:
    for holder in holders:
        if holder._has(_PIXEL_REPRESENTATION):
            return "SS" if holder._value(_PIXEL_REPRESENTATION) == 1 else "US"
    if holders and holders[0]._has(_PIXEL_DATA):
        raise _missing(tag, _PIXEL_REPRESENTATION)
    # Without pixels in the data set there is nothing to be signed.
    return "US"


def _vr_of_lut_data(holders: Sequence[ElementMapping]) -> str:
    descriptor: Any = holders[0]._value(_LUT_DESCRIPTOR) if holders else None
    if isinstance(descriptor, bytes):
        descriptor = decode_fallback("US", descriptor)[0]
    if not isinstance(descriptor, list) or not descriptor:
        raise _missing(_LUT_DATA, _LUT_DESCRIPTOR)
    # A table of one entry is a number.
    return "US" if descriptor[0] == 1 else "OW"


def _bytes_or_words(tag: int, bits_tag: int, holders: Sequence[ElementMapping]) -> str:
    if holders and getattr(holders[0], "original_encoding", (None, None))[0]:
        # Implicit VR has words alone (PS3.5 A.1).
        return "OW"
    bits = holders[0]._value(bits_tag) if holders else None
    if not isinstance(bits, int):
        raise _missing(tag, bits_tag)
    return "OW" if bits > 8 else "OB"


def _numbers(tag: int, vr: str, raw: bytes, little_endian: bool) -> Any:
    numbers = decode_fallback(vr, raw, little_endian=little_endian)[0]
    if tag in _LUT_DESCRIPTORS and isinstance(numbers, list):
        list.__setitem__(numbers, 0, numbers[0] & 0xFFFF)
    return numbers


def _missing(tag: int, needed: int) -> MissingElementError:
    return MissingElementError(
        f"the VR of {BaseTag(tag)} can't be told: {BaseTag(needed)} is missing, which settles it", tag=tag
    )
