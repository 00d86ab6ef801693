"""Directory records made from instances.

In: the data set of an instance. Out: a data set with the keys of one level of the directory; `DIRECTORY_RECORDERS` has
the function for each Directory Record Type, and may be changed by the program that makes a File-set.
Standard: PS3.3 F.5.
"""

from __future__ import annotations

from copy import copy
from functools import partial

from dicom.dataset import Dataset
from dicom.dictionary import dictionary_description, tag_for_keyword
from dicom.elements.sequence import Sequence
from dicom.errors import DicomError
from dicom.tag import BaseTag

from .errors import FileSetError, MissingKeyError
from .record_types import KEYS, SINGLE_LEVEL, record_type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dicom.elements.mapping import ElementMapping

_CONTENT_SEQUENCE = 0x0040A730
_VERIFICATION_DATE_TIME = 0x0040A030


def record_of(dataset: ElementMapping, keys: tuple[tuple[str, str], ...]) -> Dataset:
    """A record with the keys of an instance.

    Parameters
    ----------
    dataset : Dataset
        The instance.
    keys : tuple of (str, str)
        Keyword and type of each key: ``"1"`` has to have a value, ``"1C"`` may be absent, ``"2"`` may be empty.

    Raises
    ------
    ValueError
        A key of type 1 is absent or empty.
    """
    record = Dataset()
    for keyword, kind in keys:
        tag = tag_for_keyword(keyword)
        if tag is None:
            raise MissingKeyError(f"{keyword} is no keyword of the dictionary")
        element = dataset._element(tag)
        value = _special_value(dataset, tag) if element is None else _key_value(element)
        if element is not None and element.VR != "SQ" and not _is_empty(value):
            # As it was read: a record says what its instance says, even where that breaks a rule of its VR.
            if element._is_edited:
                element = copy(element)
            else:
                element._is_judged = True
            record[tag] = element
        elif kind == "2" or isinstance(value, Sequence) or not _is_empty(value):
            setattr(record, keyword, value)
        elif kind == "1" or (element is not None and tag != _CONTENT_SEQUENCE):
            state = "is missing" if element is None else "has no value"
            raise MissingKeyError(
                f"{dictionary_description(tag)} {BaseTag(tag)} {state} in the instance, and a directory record has to "
                "have it (PS3.3 F.5)",
                tag=tag,
            )
    return record


def _is_empty(value: Any) -> bool:
    return value is None or (hasattr(value, "__len__") and len(value) == 0)


def _key_value(element: Any) -> Any:
    from copy import deepcopy

    value = element.value
    if not isinstance(value, Sequence):
        return None if _is_empty(value) else value
    if element.tag != _CONTENT_SEQUENCE:
        return deepcopy(value)
    # Only what modifies the title: the rest is the document itself (PS3.3 F.5.25, F.5.26).
    chosen = [deepcopy(item) for item in value if item.get("RelationshipType") == "HAS CONCEPT MOD"]
    return Sequence(chosen) if chosen or not len(value) else None


def _special_value(dataset: ElementMapping, tag: int) -> Any:
    """Keys that don't stand in the instance at this level: a report's latest verification."""
    if tag != _VERIFICATION_DATE_TIME or dataset.get("VerificationFlag") != "VERIFIED":
        return None
    observers = dataset.get("VerifyingObserverSequence") or ()
    times = [str(item.get("VerificationDateTime") or "") for item in observers]
    return max(times, default="") or None


#: Directory Record Type to the function that makes such a record from the data set of an instance.
DIRECTORY_RECORDERS: dict[str, Callable[[Any], Any]] = {
    kind: partial(record_of, keys=keys) for kind, keys in KEYS.items()
}


def records_of(dataset: ElementMapping) -> list[Dataset]:
    """The records of an instance from the root to its own, with their Directory Record Type.

    Raises
    ------
    FileSetError
        The instance lacks what a record is made from; a ValueError.
    """
    kind = record_type_of(dataset)
    levels = [kind] if kind in SINGLE_LEVEL else ["PATIENT", "STUDY", "SERIES", kind]
    records = []
    for level in levels:
        try:
            record = DIRECTORY_RECORDERS[level](dataset)
        except (ValueError, KeyError, AttributeError) as error:
            # The text of an error that isn't ours may quote a value.
            reason = str(error) if isinstance(error, DicomError) else type(error).__name__
            raise FileSetError(
                f"no {level} record can be made: {reason}. Complete the instance, put a function of your own into "
                "DIRECTORY_RECORDERS, or use FileSet.add_custom()",
                tag=getattr(error, "tag", None),
            ) from error
        record.DirectoryRecordType = level
        character_set = dataset._element(0x00080005)
        if character_set is not None:
            record.SpecificCharacterSet = character_set.value
        records.append(record)
    return records
