"""``pydicom.dataelem``: the element, the raw element, and the kinds of VRs.

In: raw elements. Out: elements, made by the switches and hooks that stand at the moment of the call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom import settings
from dicom.elements.element import DataElement
from dicom.elements.raw import RawDataElement, convert_raw
from dicom.values.convert import empty_value
from dicom.values.person_name import PersonName
from dicom.vr import (
    ALLOW_BACKSLASH,
    AMBIGUOUS_VR,
    BUFFERABLE_VRS,
    BYTES_VR,
    DEFAULT_CHARSET_VR,
    LONG_VALUE_VR,
    STR_VR,
)
from dicom.vr import VR as VR_

if TYPE_CHECKING:
    from collections.abc import MutableSequence
    from typing import Any

    from dicom.dataset import Dataset

__all__ = [
    "ALLOW_BACKSLASH",
    "AMBIGUOUS_VR",
    "BUFFERABLE_VRS",
    "BYTES_VR",
    "DEFAULT_CHARSET_VR",
    "LONG_VALUE_VR",
    "STR_VR",
    "VR_",
    "DataElement",
    "PersonName",
    "RawDataElement",
    "convert_raw_data_element",
    "empty_value_for_VR",
]


def empty_value_for_VR(VR: str | None, raw: bool = False) -> Any:
    """What stands for "no value" in a VR.

    Parameters
    ----------
    VR : str or None
    raw : bool, default False
        Give what it is as bytes.

    Returns
    -------
    bytes, str, list, PersonName or None
        Empty text for text (None with ``config.use_none_as_empty_text_VR_value``), an empty list for SQ, else None.
    """
    if VR is None:
        return None
    if VR != "SQ" and settings.current.use_none_as_empty_text_VR_value:
        return None
    return empty_value(VR, raw)


def convert_raw_data_element(
    raw: RawDataElement, *, encoding: str | MutableSequence[str] | None = None, ds: Dataset | None = None
) -> DataElement:
    """The element that a raw element becomes, by way of the hooks that are registered.

    Parameters
    ----------
    raw : RawDataElement
    encoding : str or list of str, optional
        Python codecs of the text.
    ds : Dataset, optional
        The data set that it stands in.

    Raises
    ------
    KeyError
        A hook didn't put what it has to into ``data``.
    """
    return convert_raw(raw, ds, encoding, settings.current)


def DataElement_from_raw(
    raw_data_element: RawDataElement,
    encoding: str | MutableSequence[str] | None = None,
    dataset: Dataset | None = None,
) -> DataElement:
    """`convert_raw_data_element` by its older name."""
    return convert_raw_data_element(raw_data_element, encoding=encoding, ds=dataset)


_DataElement_from_raw = DataElement_from_raw
