"""One Data Element: its tag, Value Representation and value.

In: a tag in any spelling, a VR, a value of Python's. Out: the element with its value in the class that its VR has,
its name from the dictionary, and its one line of text. Standard: PS3.5 7.1 (Data Elements).

The state (tag, VR, value and whether it was edited) lives in the base class of the core, so that a value that came
from a file is decoded when it is first asked for.
"""

from __future__ import annotations

import io

from dicom._core import ElementBase, dictionary_name, dictionary_private_attribute
from dicom.dictionary import dictionary_has_tag, dictionary_is_retired, keyword_for_tag
from dicom.errors import BytesLengthException, ValueRepresentationError
from dicom.tag import BaseTag, Tag
from dicom.uid import UID
from dicom.values.convert import empty_value
from dicom.values.person_name import PersonName
from dicom.vr import LONG_VALUE_VR

from .sequence import Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ClassVar

    import numpy as np

    from dicom.tag import TagType


# `dicom.elements.assign.converted`, once a value was assigned.
_converted: Callable[[DataElement, Any], Any] | None = None

# VRs whose value may be a stream that is read when the element is written.
_STREAMED = frozenset(("OB", "OB or OW", "OD", "OF", "OL", "OV", "OW"))
# An array says neither in which byte order nor in which encoding it is meant.
_PIXEL_DATA = 0x7FE00010


class DataElement(ElementBase):
    """One Data Element.

    Parameters
    ----------
    tag : int, str or (int, int)
        The tag: ``0x00100010``, ``"PatientName"``, ``"00100010"`` or ``(0x0010, 0x0010)``.
    VR : str
        The Value Representation, two letters (PS3.5 6.2).
    value : object
        A value, or a list of values, that the VR can hold; text is split at backslashes where the VR allows it.
    file_value_tell : int, optional
        Offset in bytes of the value from the beginning of its file.
    is_undefined_length : bool, default False
        Whether the length was undefined in the file.
    already_converted : bool, default False
        Keep `value` as it is, neither converted nor validated.
    validation_mode : int, optional
        What is done about a value that breaks the VR, now and when another is assigned: 0 nothing, 1 a warning (the
        default), 2 an error.

    Raises
    ------
    ValueError
        `tag` is no tag, or `value` can't be made a value of the VR.
    TypeError
        `value` is of a type that the VR has no use for, or an array for Pixel Data.
    """

    descripWidth: int = 35
    maxBytesToDisplay: int = 16
    showVR: bool = True
    is_raw: ClassVar[bool] = False
    validation_mode: int | None = None
    # Gives the module `dicom.json_model`, which lies a floor above; entered by `dicom.dataset`.
    _json_model: ClassVar[Any]
    __hash__ = None  # type: ignore[assignment]  # an element changes, so it can't be a key

    def __init__(
        self,
        tag: TagType,
        VR: str,
        value: Any,
        file_value_tell: int | None = None,
        is_undefined_length: bool = False,
        already_converted: bool = False,
        validation_mode: int | None = None,
    ) -> None:
        self.tag = tag if type(tag) is BaseTag else Tag(tag)
        self.VR = VR
        self.file_tell = file_value_tell
        self.is_undefined_length = is_undefined_length
        if validation_mode is not None:
            self.validation_mode = validation_mode
        if already_converted:
            self._value = value
        else:
            self.value = value

    def _convert(self, value: Any) -> Any:
        """What is stored when `value` is assigned; called by the core."""
        if self.VR != "SQ":
            if type(value) is not str:
                self._refuse(value)
            return (_converted or _import_converted())(self, value)
        items = value if isinstance(value, Sequence) else Sequence(value)
        if items.parent_dataset is None:
            before = self._value
            if isinstance(before, Sequence):
                items.parent_dataset = before.parent_dataset
        return items

    def _refuse(self, value: Any) -> None:
        """Raise for a value that couldn't be written, and that no warning would keep from being lost."""
        if isinstance(value, io.BufferedIOBase) and self.VR not in _STREAMED:
            raise ValueRepresentationError(
                f"{self.tag}: a stream can be the value of the VRs {', '.join(sorted(_STREAMED))}, not of {self.VR}",
                tag=int(self.tag),
            )
        if self._tag == _PIXEL_DATA and hasattr(value, "tobytes") and hasattr(value, "__array__"):
            raise TypeError(f"{self.tag} {self.keyword} holds bytes, not an array: assign what its tobytes() gives")

    def validate(self, value: Any) -> None:
        """Warn when `value` breaks the rules of the VR (PS3.5 Table 6.2-1); the warning doesn't show the value.

        By `validation_mode` it is an error, or nothing.
        """
        from .assign import judge

        judge(self, value)

    @property
    def VM(self) -> int:
        """Number of values (the Value Multiplicity); 1 for a sequence, 0 when there is no value."""
        if self.VR == "SQ":
            return 1
        value = self.value
        if value is None:
            return 0
        if isinstance(value, (str, bytes, PersonName)):
            return 1 if value else 0
        if isinstance(value, (list, tuple)) or hasattr(value, "__array__"):
            return len(value) if getattr(value, "shape", True) else 1
        return 1

    @property
    def name(self) -> str:
        """The name in the dictionary: ``"Patient's Name"``, ``"[Suite id]"`` for a private element that is known."""
        tag = self._tag
        if tag & 0x10000:
            return self._private_name(tag)
        return dictionary_name(tag) or ("" if tag & 0xFFFF else "Group Length")

    def _private_name(self, tag: int) -> str:
        creator = self.private_creator
        if creator:
            entry = dictionary_private_attribute(creator, tag)
            return "Private tag data" if entry is None else f"[{entry[2]}]"
        return "Private tag data" if tag & 0xFF00 else "Private Creator"

    @property
    def keyword(self) -> str:
        """The keyword in the dictionary, ``"PatientName"``; empty for what has none or repeats (50xx, 60xx)."""
        return keyword_for_tag(self.tag) if dictionary_has_tag(self.tag) else ""

    @property
    def is_private(self) -> bool:
        """Whether the group is odd (PS3.5 7.8)."""
        return self.tag.is_private

    @property
    def is_retired(self) -> bool:
        """Whether the standard has retired the element."""
        return bool(dictionary_has_tag(self.tag)) and dictionary_is_retired(self.tag)

    @property
    def is_empty(self) -> bool:
        """Whether there is no value."""
        return not self.value if self.VR == "SQ" else self.VM == 0

    @property
    def empty_value(self) -> Any:
        """What stands for "no value" in this VR: ``""`` for text, ``[]`` for a sequence, else None."""
        if self.VR == "SQ":
            return []
        from .assign import empty_value_now

        return empty_value_now(empty_value(self.VR))

    @property
    def is_buffered(self) -> bool:
        """Whether the value is a binary stream rather than a value."""
        return isinstance(self.value, io.BufferedIOBase)

    def to_numpy(self) -> np.ndarray[Any, Any]:
        """The numbers of the value as an array, straight from the bytes that were read where it was not changed.

        Returns
        -------
        ndarray, shape (number of values,)
            float64 for DS, int64 for IS; for binary numbers the type of the VR: uint16 for US, float32 for FL, ... A DS
            value without content is not-a-number.

        Raises
        ------
        ValueError
            A value is no number, or an IS one is empty or has a fraction.
        TypeError
            The VR has no numbers.
        """
        from .numbers import to_numpy

        return to_numpy(self)

    def clear(self) -> None:
        """Put the VR's empty value in the place of the value."""
        self.value = self.empty_value

    @property
    def repval(self) -> str:
        """The value as text on one line; a long value of bytes as ``Array of N elements``.

        Bytes that don't divide into values of the VR are counted: one broken element shall not hide all others.
        """
        try:
            value = self.value
        except BytesLengthException:
            return f"{len(self._raw or b'')} bytes, no whole number of values"
        if isinstance(value, (str, bytes, bytearray, memoryview)):
            if self.VR in LONG_VALUE_VR and len(value) > self.maxBytesToDisplay:
                return f"Array of {len(value)} elements"
            if isinstance(value, UID):
                return value.name
        elif isinstance(value, list) and self.VR != "SQ" and len(value) > self.maxBytesToDisplay:
            return f"Array of {len(value)} elements"
        return repr(value)

    def _line(self, shown_value: str) -> str:
        """The line of the element, with its value as `shown_value`."""
        tag, width = self._tag, self.descripWidth
        vr = f" {self.VR}:" if self.showVR else ""
        return f"({tag >> 16:04X},{tag & 0xFFFF:04X}) {self.name[:width]:<{width}}{vr} {shown_value}"

    def __str__(self) -> str:
        return self._line(self.repval)

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, ElementBase):
            return NotImplemented
        if self.tag != other.tag or self.VR != other.VR:
            return False
        equal = self.value == other.value
        # An array that someone put in compares element by element.
        return bool(equal.all()) if hasattr(equal, "all") else bool(equal)

    def __getitem__(self, index: Any) -> Any:
        """The value at `index`, from 0.

        Raises
        ------
        TypeError
            The value is a single one without parts.
        """
        value = self.value
        if not hasattr(type(value), "__getitem__"):
            raise TypeError(f"{self.tag} holds a single {self.VR} value, which has no items")
        return value[index]

    def to_json(
        self,
        bulk_data_threshold: int = 1024,
        bulk_data_element_handler: Callable[[DataElement], Any] | None = None,
        dump_handler: Callable[[dict[str, Any]], str] | None = None,
    ) -> str:
        """The element as the text of an attribute object of the DICOM JSON Model (PS3.18 F.2).

        Parameters
        ----------
        bulk_data_threshold : int, default 1024
            Letters of base64 above which a binary value is given by reference, if there is a handler.
        bulk_data_element_handler : callable, optional
            Gives the BulkDataURI for the element.
        dump_handler : callable, optional
            Makes the text of the dictionary that `to_json_dict` gives, in place of `json.dumps`.
        """
        text: str = self._json_model().element_to_json(
            self, bulk_data_threshold, bulk_data_element_handler, dump_handler
        )
        return text

    def to_json_dict(
        self, bulk_data_element_handler: Callable[[DataElement], Any] | None = None, bulk_data_threshold: int = 1024
    ) -> dict[str, Any]:
        """The element as an attribute object of the DICOM JSON Model; the parameters are those of `to_json`."""
        model: dict[str, Any] = self._json_model().to_json_attribute(
            self, None, bulk_data_element_handler, bulk_data_threshold
        )
        return model

    @classmethod
    def from_json(
        cls,
        dataset_class: type[Any],
        tag: str,
        vr: str,
        value: Any,
        value_key: str | None,
        bulk_data_uri_handler: Callable[..., Any] | None = None,
    ) -> DataElement:
        """The element of an attribute of a DICOM JSON Model object.

        Parameters
        ----------
        dataset_class : type
            What the items of a sequence are made of.
        tag : str
            Eight hexadecimal digits.
        vr : str
            The VR.
        value : object
            What stands under `value_key`.
        value_key : str or None
            ``"Value"``, ``"InlineBinary"`` or ``"BulkDataURI"``; None for an element without a value.
        bulk_data_uri_handler : callable, optional
            Gives the value for ``(tag, vr, uri)``, or for ``(uri)`` alone.
        """
        element: DataElement = cls._json_model().element_from_json(
            dataset_class, tag, vr, value, value_key, bulk_data_uri_handler
        )
        return element

    def __copy__(self) -> DataElement:
        return self._twin(self.value)

    def __deepcopy__(self, memo: dict[int, Any]) -> DataElement:
        from copy import deepcopy

        return self._twin(deepcopy(self.value, memo))

    def _twin(self, value: Any) -> DataElement:
        return _rebuild(type(self), *self._state(), value)

    def _state(self) -> tuple[int, str, int | None, bool, str | None, bool, dict[str, Any]]:
        # What was read isn't judged when it is written, and neither is its copy.
        is_judged = self._is_judged if self._is_edited else not self._is_changed_in_place()
        attributes = dict(self.__dict__)
        facts = (int(self.tag), self.VR, self.file_tell, self.is_undefined_length, self.private_creator)
        return *facts, is_judged, attributes

    def _is_changed_in_place(self) -> bool:
        try:
            return bool(getattr(self._value, "_edited", False))
        except BytesLengthException:
            return False

    def __reduce_ex__(self, protocol: Any) -> tuple[Callable[..., DataElement], tuple[Any, ...]]:
        try:
            value = self.value
        except BytesLengthException:
            # Without its table only the bytes can travel; UN is what bytes of an unclear VR are (PS3.5 6.2.2).
            state = self._state()
            return _rebuild, (type(self), state[0], "UN", *state[2:], self._raw)
        return _rebuild, (type(self), *self._state(), value)


def _rebuild(
    kind: type[DataElement],
    tag: int,
    vr: str,
    file_tell: int | None,
    is_undefined_length: bool,
    private_creator: str | None,
    is_judged: bool,
    attributes: dict[str, Any],
    value: Any,
) -> DataElement:
    """The element that was taken apart by `DataElement._state`; counts as made in memory."""
    element = kind.__new__(kind)
    element.__dict__.update(attributes)
    element.tag = tag
    element.VR = vr
    element.file_tell = file_tell
    element.is_undefined_length = is_undefined_length
    element.private_creator = private_creator
    element._value = value
    element._is_edited = True
    element._is_judged = is_judged
    return element


def _import_converted() -> Callable[[DataElement, Any], Any]:
    global _converted
    from .assign import converted

    _converted = converted
    return converted
