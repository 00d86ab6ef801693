"""``pydicom.fileset``: File-sets and their DICOMDIR.

All of it is `dicom.fileset`'s. Names that pydicom's module shows because it imports them are fetched from the modules
beside this one when they are asked for.
"""

from __future__ import annotations

import importlib
from typing import Any

from dicom.charset import default_encoding
from dicom.dataset import Dataset, FileDataset, FileMetaDataset
from dicom.dictionary import dictionary_description, tag_for_keyword
from dicom.elements.element import DataElement
from dicom.fileset import (
    DIRECTORY_RECORDERS,
    FileInstance,
    FileSet,
    RecordNode,
    RootNode,
    generate_filename,
    is_conformant_file_id,
)
from dicom.tag import BaseTag, Tag
from dicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian, MediaStorageDirectoryStorage, generate_uid

__all__ = [
    "DIRECTORY_RECORDERS",
    "UID",
    "BaseTag",
    "DataElement",
    "Dataset",
    "ExplicitVRLittleEndian",
    "FileDataset",
    "FileInstance",
    "FileMetaDataset",
    "FileSet",
    "ImplicitVRLittleEndian",
    "MediaStorageDirectoryStorage",
    "RecordNode",
    "RootNode",
    "Tag",
    "default_encoding",
    "dictionary_description",
    "generate_filename",
    "generate_uid",
    "is_conformant_file_id",
    "tag_for_keyword",
]

_ELSEWHERE = {
    "DicomBytesIO": "filebase",
    "DicomFileLike": "filebase",
    "dcmread": "filereader",
    "warn_and_log": "misc",
    "write_data_element": "filewriter",
    "write_dataset": "filewriter",
    "write_file_meta_info": "filewriter",
}


def __getattr__(name: str) -> Any:
    module = _ELSEWHERE.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"dicom.compat.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_ELSEWHERE})
