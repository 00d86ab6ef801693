"""Hand the classes of elements, data sets, values and errors to the core, once, so that it can make them.

In: nothing. Out: nothing; from then on the core makes values of our classes and raises our errors.
"""

from __future__ import annotations

from dicom import errors
from dicom._core import register_classes
from dicom.charset import CharacterSets
from dicom.elements.element import DataElement
from dicom.elements.sequence import Sequence
from dicom.tag import BaseTag
from dicom.uid import UID
from dicom.values.multi_value import MultiValue
from dicom.values.number import IS, DSfloat
from dicom.values.person_name import PersonName

from .dataset import Dataset
from .file_dataset import FileDataset
from .file_meta import FileMetaDataset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _decode_fallback(vr: str, raw: bytes, sets: CharacterSets) -> tuple[Any, tuple[tuple[str, str], ...]]:
    from dicom.values.decode import decode_fallback  # few files have values that need it

    return decode_fallback(vr, raw, sets)


def _text_of(vr: str, value: object) -> str:
    from dicom.values.encode import text_of

    return text_of(vr, value)


def _json_model() -> Any:
    from dicom import json_model  # what isn't written as JSON doesn't need it

    return json_model


def register() -> None:
    """Make the classes known to the core, and the room of JSON to the elements."""
    DataElement._json_model = staticmethod(_json_model)
    register_classes(
        errors={name: kind for name, kind in vars(errors).items() if isinstance(kind, type)},
        BaseTag=BaseTag,
        CharacterSets=CharacterSets,
        DataElement=DataElement,
        Dataset=Dataset,
        DSfloat=DSfloat,
        FileDataset=FileDataset,
        FileMetaDataset=FileMetaDataset,
        IS=IS,
        MultiValue=MultiValue,
        PersonName=PersonName,
        Sequence=Sequence,
        UID=UID,
        decode_fallback=_decode_fallback,
        text_of=_text_of,
    )
