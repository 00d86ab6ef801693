"""Elements as they stand in a file, and what becomes of them under a behaviour that isn't the default.

In: a `RawDataElement` (tag, VR, bytes), the data set it stands in, a `Behaviour` of `dicom.settings`. Out: an element.
An ordinary read never comes here: the core decodes by itself. This is the plain way for what `Dataset.get_item` gives,
and for programs that set switches or register callbacks. Standard: PS3.5 6.2, 6.2.2 (UN), 7.1, 7.5.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

from dicom import settings
from dicom.charset import DEFAULT, CharacterSets
from dicom.dictionary import dictionary_has_tag, dictionary_VR
from dicom.errors import BytesLengthException, ValueRepresentationError
from dicom.settings import IGNORE, RAISE
from dicom.tag import BaseTag
from dicom.values.convert import empty_value
from dicom.values.decode import decode_fallback
from dicom.values.validate import validate_value
from dicom.vr import AMBIGUOUS_VR, EXPLICIT_VR_LENGTH_32, STANDARD_VR

from .element import DataElement
from .sequence import Sequence
from .store import _creator_of
from .warn import warn_caller

if TYPE_CHECKING:
    from collections.abc import Callable, MutableSequence
    from typing import Any

    from dicom._core import DatasetBase
    from dicom.settings import Behaviour

UNDEFINED_LENGTH = 0xFFFFFFFF
# The first of their three numbers counts entries, and is never negative, whatever VR the table has (PS3.3 C.7.6.3.1.5).
_LUT_DESCRIPTORS = frozenset((0x00281101, 0x00281102, 0x00281103, 0x00283002))
_PIXEL_REPRESENTATION, _LUT_DESCRIPTOR = 0x00280103, 0x00283002
_KNOWN_VRS = STANDARD_VR | AMBIGUOUS_VR


# Hooks call functions that take no behaviour: these find it here.
_standing: ContextVar[Behaviour | None] = ContextVar("_standing", default=None)


class RawDataElement(NamedTuple):
    """An element whose value is still the bytes of the file.

    Attributes
    ----------
    tag : BaseTag
    VR : str or None
        The VR in the file; None where the VR is implicit.
    length : int
        The length in the file; 0xFFFFFFFF where it is undefined.
    value : bytes or None
        None for a value that was left in the file.
    value_tell : int
        Offset in bytes of the value from the beginning of the file.
    is_implicit_VR, is_little_endian : bool
        How it is encoded.
    is_raw : bool
        Always true: what tells it from a DataElement.
    is_buffered : bool
        Whether the value is a stream.
    """

    tag: BaseTag
    VR: str | None
    length: int
    value: bytes | None
    value_tell: int
    is_implicit_VR: bool
    is_little_endian: bool
    is_raw: bool = True
    is_buffered: bool = False


def raw_element(dataset: DatasetBase, element: Any, keep_deferred: bool = False) -> Any:
    """The raw element of an element of `dataset` that was read and not decoded yet; else the element itself."""
    if not isinstance(element, DataElement) or element._is_loaded or element._is_edited or element.VR == "SQ":
        return element
    value = None if keep_deferred and _is_deferred(dataset, element) else element._raw
    implicit = dataset._is_implicit_vr is True
    length = UNDEFINED_LENGTH if element.is_undefined_length else dataset._value_length(element._tag)
    return RawDataElement(
        element.tag,
        None if implicit else element.VR,
        len(value or b"") if length is None else length,
        value,
        element.file_tell or 0,
        implicit,
        dataset._is_little_endian is not False,
    )


def _is_deferred(dataset: DatasetBase, element: DataElement) -> bool:
    """Whether the value was left in the file because it is longer than the caller wanted to read."""
    limit: int | None = dataset.__dict__.get("_defer_size")
    length = dataset._value_length(element._tag)
    return limit is not None and length is not None and length > limit


def convert_raw(
    raw: RawDataElement,
    dataset: DatasetBase | None,
    encoding: str | MutableSequence[str] | CharacterSets | None,
    behaviour: Behaviour,
) -> DataElement:
    """The element that a raw element becomes, by way of the callback and the hooks that `behaviour` names.

    Parameters
    ----------
    raw : RawDataElement
    dataset : Dataset or None
        Where it stands: it knows Private Creators, and what decides between two VRs.
    encoding : str, list of str, CharacterSets or None
        Python codecs of the text, as hooks have to get them, or what is made from them; the default character
        repertoire for None.
    behaviour : Behaviour

    Raises
    ------
    KeyError
        A hook didn't give what it has to: ``data["VR"]``, ``data["value"]``.
    ValueRepresentationError
        The value breaks its VR's rules, and `behaviour` is to raise for that.
    BytesLengthException
        The bytes don't divide into values of the VR.
    """
    if behaviour.data_element_callback is not None:
        raw = behaviour.data_element_callback(raw, **behaviour.data_element_callback_kwargs)
    data: dict[str, Any] = {}
    arguments: dict[str, Any] = {"encoding": encoding, "ds": dataset, **behaviour.raw_element_kwargs}
    before = _standing.set(behaviour)
    try:
        if behaviour.raw_element_vr is None:
            data["VR"] = vr_of(raw, dataset, behaviour)
        else:
            behaviour.raw_element_vr(raw, data, **arguments)
        if behaviour.raw_element_value is None:
            value_of(raw, data, encoding, behaviour)
        else:
            behaviour.raw_element_value(raw, data, **arguments)
    finally:
        _standing.reset(before)
    element = DataElement(
        raw.tag, data["VR"], data["value"], raw.value_tell, raw.length == UNDEFINED_LENGTH, already_converted=True
    )
    if raw.tag & 0x10000 and dataset is not None:
        element.private_creator = _creator_of(dataset, raw.tag)
    return element


def standing() -> Behaviour:
    """The behaviour of the read that an element is being made for; without one that which stands now."""
    return _standing.get() or settings.current


def vr_of(raw: RawDataElement, dataset: DatasetBase | None, behaviour: Behaviour) -> str:
    """The VR of a raw element: that of the file; where there is none, or UN, that of the dictionaries."""
    if raw.VR is not None and raw.VR != "UN":
        return raw.VR
    if raw.VR == "UN":
        if raw.length == UNDEFINED_LENGTH:
            return "SQ" if behaviour.infer_sq_for_un_vr else "UN"
        if not behaviour.replace_un_with_known_vr:
            return "UN"
    tag = raw.tag
    if tag & 0x10000:
        return _private_vr(tag, dataset)
    if dictionary_has_tag(tag):
        vr = str(dictionary_VR(tag))
        if raw.VR == "UN" and raw.length >= 0xFFFF and vr not in EXPLICIT_VR_LENGTH_32:
            return "UN"  # a value that is too long for the length field of its VR may stand so (PS3.5 6.2.2)
        return _decided(vr, raw, dataset) if vr in AMBIGUOUS_VR and dataset is not None else vr
    if tag & 0xFFFF == 0:
        return "UL"
    if raw.VR is None:
        warn_caller(f"{tag} is not in the dictionary and has no VR in the file: it is read as UN")
    return "UN"


def _private_vr(tag: BaseTag, dataset: DatasetBase | None) -> str:
    if tag.is_private_creator:
        return "LO"
    creator = None if dataset is None else _creator_of(dataset, tag)
    if creator is None:
        return "UN"
    from dicom._core import dictionary_private_attribute

    entry = dictionary_private_attribute(creator, tag)
    return "UN" if entry is None else entry[0]


def _decided(vr: str, raw: RawDataElement, dataset: DatasetBase) -> str:
    """The VR where PS3.6 leaves a choice to the data set (PS3.3 C.7.6.3.1, C.11.1.1.1; PS3.5 A.1 for pixels)."""
    if vr == "US or SS":
        return "SS" if _nearest_number(dataset, _PIXEL_REPRESENTATION) == 1 else "US"
    if vr == "OB or OW":
        return "OB" if raw.length == UNDEFINED_LENGTH else "OW"
    return "US" if _nearest_number(dataset, _LUT_DESCRIPTOR) == 1 else "OW"


def _nearest_number(dataset: DatasetBase, tag: int) -> object:
    """The first number of an element of the data set, or of the nearest one that it stands in."""
    holder: Any = dataset
    while holder is not None:
        element = holder._element(tag)
        if element is not None and element.value is not None:
            value = element.value
            return value[0] if isinstance(value, list) and value else value
        holder = holder.parent
    return None


def value_of(
    raw: RawDataElement,
    data: dict[str, Any],
    encoding: str | MutableSequence[str] | CharacterSets | None,
    behaviour: Behaviour,
) -> None:
    """Put the value of a raw element into ``data["value"]``, by the VR ``data["VR"]``.

    What isn't as its VR has it is the text or the bytes, as far as `behaviour` doesn't raise for it; ``data["VR"]``
    becomes UN where `behaviour` has bytes of a wrong length be so.
    """
    vr = data["VR"]
    if not raw.value:
        data["value"] = empty_of(vr, behaviour)
        return
    if vr not in _KNOWN_VRS:
        raise NotImplementedError(f"{raw.tag} has a VR that PS3.5 6.2 doesn't have, so its value can't be decoded")
    sets = encoding if isinstance(encoding, CharacterSets) else _sets_of(encoding)
    if vr == "SQ":
        data["value"] = _items(raw, sets)
        return
    try:
        value, deviations = decode_fallback(vr, raw.value, sets, little_endian=raw.is_little_endian)
    except BytesLengthException:
        if not behaviour.convert_wrong_length_to_UN:
            raise
        warn_caller(f"{raw.tag} has {len(raw.value)} bytes, which is no whole number of {vr}: it is read as UN")
        data["VR"], data["value"] = "UN", raw.value
        return
    if deviations and behaviour.reading_validation == RAISE:
        raise ValueRepresentationError(f"{raw.tag}: {deviations[0][1]}", tag=raw.tag, offset=raw.value_tell)
    _judge(raw.tag, vr, value, behaviour)
    if raw.tag in _LUT_DESCRIPTORS and isinstance(value, list) and value and value[0] < 0:
        list.__setitem__(value, 0, value[0] + 0x10000)  # it is read so, which is no edit
    data["value"] = _as_wanted(vr, value, behaviour)


def _sets_of(encoding: str | MutableSequence[str] | None) -> CharacterSets:
    return DEFAULT if encoding is None else CharacterSets.from_encodings(encoding)


def empty_of(vr: str, behaviour: Behaviour) -> Any:
    """The value of an element without bytes."""
    if vr == "SQ":
        return Sequence()
    return None if behaviour.use_none_as_empty_text_VR_value else empty_value(vr)


def _judge(tag: int, vr: str, value: Any, behaviour: Behaviour) -> None:
    """Warn of, or raise for, a value that breaks its VR's rules.

    Decimal Strings of files break them often, by their length or by not being numbers: pydicom never warned of these.
    """
    if behaviour.reading_validation == IGNORE or (vr == "DS" and behaviour.reading_validation != RAISE):
        return
    problem = validate_value(vr, value)
    if problem is None:
        return
    message = f"{BaseTag(tag)}: {problem}"
    if behaviour.reading_validation == RAISE:
        raise ValueRepresentationError(message, tag=tag)
    warn_caller(message)


def _as_wanted(vr: str, value: Any, behaviour: Behaviour) -> Any:
    """Decimals, arrays, dates: what a switch has values of these VRs be."""
    if vr == "DS" and behaviour.use_DS_decimal:
        from dicom.values.decimal_string import DSdecimal

        return _each(value, lambda item: DSdecimal(str(item)) if isinstance(item, float) else item)
    if (vr == "DS" and behaviour.use_DS_numpy) or (vr == "IS" and behaviour.use_IS_numpy):
        return _as_array(vr, value)
    if behaviour.datetime_conversion and vr in ("DA", "DT", "TM"):
        from dicom.values.convert import convert_item

        return _each(value, lambda item: convert_item(vr, item, datetime_conversion=True))
    return value


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    if not isinstance(value, list):
        return change(value)
    for index, item in enumerate(value):
        list.__setitem__(value, index, change(item))
    return value


def _as_array(vr: str, value: Any) -> Any:
    """Numbers as NumPy's, unless one of them is empty or none at all."""
    parts = value if isinstance(value, list) else [value]
    if not all(isinstance(part, (int, float)) for part in parts):
        return value
    import numpy as np

    array = np.array([float(part) if vr == "DS" else int(part) for part in parts])
    return array if isinstance(value, list) else array[0]


def _items(raw: RawDataElement, sets: CharacterSets) -> Sequence:
    """The items of a sequence whose bytes are at hand: those of a data set that holds nothing else."""
    from dicom._core import read_bytes

    from .mapping import ElementMapping

    content = raw.value or b""
    order: Any = "little" if raw.is_little_endian else "big"
    header = b"".join(part.to_bytes(2, order) for part in (0x0008, 0x1140))  # any sequence that the dictionary has
    header += (b"" if raw.is_implicit_VR else b"SQ\0\0") + len(content).to_bytes(4, order)
    arguments = {
        "defer_size": None,
        "stop_before_pixels": False,
        "force": True,
        "specific_tags": None,
        "limits": None,
        "character_sets": None if sets is DEFAULT else sets,
        "decoder": None,
        "judge": None,
    }
    holder: ElementMapping = read_bytes(ElementMapping, header + content, arguments)
    items = holder[0x00081140].value
    items.parent_dataset = None
    return items if isinstance(items, Sequence) else Sequence()
