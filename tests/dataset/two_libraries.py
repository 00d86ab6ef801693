"""Run one program on pydicom and on this library, and compare what comes out.

A program is a function that takes a namespace of classes (`Dataset`, `DataElement`, ...) and gives a value. Data sets
and elements are compared by their text, errors by the builtin class that both derive from.
"""

from __future__ import annotations

import warnings
from types import SimpleNamespace
from typing import Any

import pydicom
import pydicom.dataelem
import pydicom.dataset
import pydicom.sequence
import pydicom.tag

import dicom.dataset
import dicom.elements.element
import dicom.elements.sequence
import dicom.tag

OURS = SimpleNamespace(
    Dataset=dicom.dataset.Dataset,
    FileDataset=dicom.dataset.FileDataset,
    FileMetaDataset=dicom.dataset.FileMetaDataset,
    DataElement=dicom.elements.element.DataElement,
    Sequence=dicom.elements.sequence.Sequence,
    Tag=dicom.tag.Tag,
)
THEIRS = SimpleNamespace(
    Dataset=pydicom.dataset.Dataset,
    FileDataset=pydicom.dataset.FileDataset,
    FileMetaDataset=pydicom.dataset.FileMetaDataset,
    DataElement=pydicom.dataelem.DataElement,
    Sequence=pydicom.sequence.Sequence,
    Tag=pydicom.tag.Tag,
)


def outcome(program: Any, library: SimpleNamespace) -> Any:
    """What a program gives, as plain values: ``("error", class)`` when it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return plain(program(library), library)
        except Exception as error:
            return "error", next(kind for kind in type(error).__mro__ if kind.__module__ == "builtins")


def plain(value: Any, library: SimpleNamespace) -> Any:
    """Lists, numbers and text in the place of a library's own classes."""
    if isinstance(value, library.Dataset):
        return "Dataset", str(value)
    if isinstance(value, library.DataElement):
        return "DataElement", str(value), value.VM, value.keyword
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return value + 0
    if isinstance(value, dict):
        return {plain(key, library): plain(item, library) for key, item in value.items()}
    if hasattr(value, "__iter__") and not isinstance(value, (bytes, bytearray)) and not hasattr(value, "components"):
        return [plain(item, library) for item in value]
    if hasattr(value, "components"):
        return "PersonName", str(value)
    return value
