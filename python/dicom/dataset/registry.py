"""Hand the classes of elements, data sets and values to the core, once, so that it can make them from bytes."""

from __future__ import annotations

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


def register() -> None:
    """Make the classes known to the core."""
    register_classes(
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
    )
