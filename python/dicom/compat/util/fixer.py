"""``pydicom.util.fixer``: callbacks that mend raw elements of wrong files before they are decoded.

In: what shall be mended; it is set in ``config`` and holds for the files that are read from then on. Out: raw elements
with another value or VR. `dicom.compat.hooks` is the younger way to do so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dicom.compat import config
from dicom.compat.values import converters
from dicom.dictionary import dictionary_has_tag, dictionary_VR
from dicom.vr import VR

if TYPE_CHECKING:
    from dicom.compat.dataelem import RawDataElement

__all__ = ["fix_mismatch", "fix_mismatch_callback", "fix_separator", "fix_separator_callback"]

_NUMBER_STRINGS = (VR.DS, VR.IS)


def fix_separator(
    invalid_separator: bytes, for_VRs: tuple[str, ...] = ("DS", "IS"), process_unknown_VRs: bool = True
) -> None:
    """Let values be parted by something else than a backslash, in files that are read from now on.

    Parameters
    ----------
    invalid_separator : bytes
        The byte that parts them.
    for_VRs : tuple of str
        In which VRs.
    process_unknown_VRs : bool
        Also where the VR isn't known, as in private elements of implicit VR.
    """
    config.data_element_callback = fix_separator_callback
    config.data_element_callback_kwargs = {
        "invalid_separator": invalid_separator,
        "for_VRs": for_VRs,
        "process_unknown_VRs": process_unknown_VRs,
    }


def fix_separator_callback(raw_elem: RawDataElement, **kwargs: Any) -> RawDataElement:
    """The raw element with backslashes, as `fix_separator` was told; its arguments are the keywords."""
    vr = _vr_of(raw_elem)
    wanted = kwargs["process_unknown_VRs"] if vr is None else vr in kwargs["for_VRs"]
    if not wanted or not raw_elem.value:
        return raw_elem
    return raw_elem._replace(value=raw_elem.value.replace(kwargs["invalid_separator"], b"\\"))


def fix_mismatch(with_VRs: tuple[str, ...] = (VR.PN, VR.DS, VR.IS)) -> None:
    """Let values that their VR can't hold be decoded by another, in files that are read from now on.

    Parameters
    ----------
    with_VRs : tuple of str
        The VRs that are tried, in their order.
    """
    config.data_element_callback = fix_mismatch_callback
    config.data_element_callback_kwargs = {"with_VRs": with_VRs}


def fix_mismatch_callback(raw_elem: RawDataElement, **kwargs: Any) -> RawDataElement:
    """The raw element with the first VR that its value can be decoded by: its own, or one of `with_VRs`."""
    vr = _vr_of(raw_elem)
    if vr is None or not raw_elem.value or _fits(raw_elem, vr):
        return raw_elem
    fitting = next((other for other in kwargs["with_VRs"] if _fits(raw_elem, other)), None)
    return raw_elem if fitting is None else raw_elem._replace(VR=str(fitting))


def _vr_of(raw: RawDataElement) -> str | None:
    """The VR in the file, or in the dictionary; None where neither knows it."""
    if raw.VR is not None:
        return raw.VR
    return dictionary_VR(raw.tag) if dictionary_has_tag(raw.tag) else None


def _fits(raw: RawDataElement, vr: str) -> bool:
    converter = converters.get(vr)
    value = raw.value or b""
    try:
        if isinstance(converter, tuple):
            converter[0](value, raw.is_little_endian, converter[1])
        elif vr in _NUMBER_STRINGS and converter is not None:
            converter(value, raw.is_little_endian)
    except ValueError:
        return False
    # Text is anything at all.
    return converter is not None
