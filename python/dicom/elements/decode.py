"""Text that stands as bytes in elements made in memory, decoded by the Specific Character Set.

In: a data set. Out: the same, its bytes in text VRs turned to text and its names decoded anew. What was read from a
file was decoded by the character set of its own time, and stays. Standard: PS3.5 6.1, PS3.3 C.12.1.1.2.
"""

from __future__ import annotations

from dicom.charset import CharacterSets
from dicom.values.convert import convert_value
from dicom.values.person_name import PersonName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .element import DataElement
    from .mapping import ElementMapping

_SPECIFIC_CHARACTER_SET = 0x00080005
_TEXT_VRS = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))


def decode_text(dataset: ElementMapping) -> None:
    """Decode the text of a data set and of the items in it, each by its own character set or its holder's."""
    todo = [(dataset, _character_sets(dataset))]
    while todo:
        current, sets = todo.pop()
        for element in current:
            if element.VR == "SQ":
                todo.extend((item, _own_character_sets(item) or sets) for item in element.value or ())
            elif element.VR in _TEXT_VRS and element._is_loaded:
                _decode_element(element, sets)


def _decode_element(element: DataElement, sets: CharacterSets) -> None:
    value = element._value
    if isinstance(value, bytes):
        element._value = convert_value(element.VR, sets.decode(value, element.VR))
    elif isinstance(value, PersonName):
        element._value = value.decode(sets.encodings)
    elif isinstance(value, list) and any(isinstance(part, (bytes, PersonName)) for part in value):
        element._value = convert_value(element.VR, [_decode_part(part, element.VR, sets) for part in value])


def _decode_part(part: Any, vr: str, sets: CharacterSets) -> Any:
    if isinstance(part, bytes):
        return sets.decode(part, vr)
    return part.decode(sets.encodings) if isinstance(part, PersonName) else part


def _own_character_sets(dataset: ElementMapping) -> CharacterSets | None:
    element = dataset._element(_SPECIFIC_CHARACTER_SET)
    return None if element is None else CharacterSets.from_terms(element.value)


def _character_sets(dataset: ElementMapping) -> CharacterSets:
    """The character sets of the data set itself, of the nearest one that holds it, or the default repertoire."""
    holder: ElementMapping | None = dataset
    while holder is not None:
        sets = _own_character_sets(holder)
        if sets is not None:
            return sets
        holder = holder.parent
    return CharacterSets.from_terms(None)
