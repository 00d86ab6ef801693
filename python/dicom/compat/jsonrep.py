"""``pydicom.jsonrep``: one attribute of a DICOM JSON Model object as the value of an element."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from dicom.json_model.read import element_from_json, from_json
from dicom.json_model.values import FLOATS, INTEGERS, KEYS, person_name, real_number, whole_number
from dicom.tag import Tag

if TYPE_CHECKING:
    from dicom.elements.element import DataElement

__all__ = [
    "FLOAT_VR",
    "INT_VR",
    "JSON_VALUE_KEYS",
    "BulkDataHandlerType",
    "BulkDataType",
    "JsonDataElementConverter",
    "convert_to_python_number",
]

BulkDataType: TypeAlias = str | int | float | bytes | None
BulkDataHandlerType: TypeAlias = Callable[[str, str, str], BulkDataType] | Callable[[str], BulkDataType] | None

JSON_VALUE_KEYS = KEYS
FLOAT_VR = set(FLOATS)
INT_VR = set(INTEGERS)


def convert_to_python_number(value: Any, vr: str) -> Any:
    """The number, or list of numbers, of a numeric VR; `value` as it is for another VR or when there is none.

    Parameters
    ----------
    value : object
        A number, a text of one, or a list of these.
    vr : str
        The VR; the texts of AT are tags, and stay.

    Raises
    ------
    ValueRepresentationError
        It is no number (a ValueError too).
    """
    if value is None or value == "" or vr == "AT" or (vr not in FLOAT_VR and vr not in INT_VR):
        return value
    if isinstance(value, (list, tuple)):
        return [convert_to_python_number(item, vr) for item in value]
    # The tag is only for messages, and there is none here.
    nowhere = Tag(0)
    return whole_number(nowhere, vr, value) if vr in INT_VR else real_number(nowhere, vr, value)


class JsonDataElementConverter:
    """Makes the value of an element of one attribute.

    Parameters
    ----------
    dataset_class : type
        What the items of a sequence are made of.
    tag : str
        Eight hexadecimal digits.
    vr : str
        The VR.
    value : object
        What stands under `value_key`; ``[""]`` where there is none.
    value_key : str or None
        ``"Value"``, ``"InlineBinary"`` or ``"BulkDataURI"``; None for an element without a value.
    bulk_data_uri_handler : callable, optional
        Gives the value for ``(tag, vr, uri)``, or for ``(uri)`` alone.
    """

    def __init__(
        self,
        dataset_class: type[Any],
        tag: str,
        vr: str,
        value: Any,
        value_key: str | None,
        bulk_data_uri_handler: BulkDataHandlerType = None,
    ) -> None:
        self.dataset_class = dataset_class
        self.tag = tag
        self.vr = vr
        self.value = value
        self.value_key = value_key
        self.bulk_data_element_handler = bulk_data_uri_handler

    def _element(self, value: Any, value_key: str | None) -> DataElement:
        return element_from_json(
            self.dataset_class, self.tag, self.vr, value, value_key, self.bulk_data_element_handler
        )

    def get_element_values(self) -> Any:
        """The value of the element, or the list of its values."""
        return self._element(self.value, self.value_key).value

    def get_regular_element_value(self, value: Any) -> Any:
        """The value that one entry of ``Value`` becomes."""
        return self._element([value], "Value").value if self.vr != "SQ" else self.get_sequence_item(value)

    def get_sequence_item(self, value: Any) -> Any:
        """The item that an object becomes; an empty one of None."""
        return from_json(self.dataset_class, {} if value is None else value, self.bulk_data_element_handler)

    def get_pn_element_value(self, value: Any) -> str:
        """The text of a name, its groups parted by ``=``."""
        return person_name(Tag(self.tag), value)
