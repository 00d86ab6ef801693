"""Hand the classes of elements, data sets and values to the core, once, so that it can make them from bytes."""

from __future__ import annotations

from .._core import register_classes
from ..charset import CharacterSets
from ..elements.element import DataElement
from ..elements.sequence import Sequence
from ..tag import BaseTag
from ..uid import UID
from ..values.multi_value import MultiValue
from ..values.number import IS, DSfloat
from ..values.person_name import PersonName
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
