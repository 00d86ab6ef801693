"""``pydicom.dataset``: the data set, private blocks, and the check of File Meta Information."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom._core import __version__
from dicom.dataset import Dataset, FileDataset, FileMetaDataset
from dicom.elements.element import DataElement
from dicom.elements.private import PrivateBlock
from dicom.elements.raw import RawDataElement
from dicom.elements.sequence import Sequence
from dicom.errors import ValueRepresentationError
from dicom.tag import BaseTag, Tag
from dicom.uid import IMPLEMENTATION_CLASS_UID, UID
from dicom.vr import AMBIGUOUS_VR
from dicom.vr import VR as VR_

from .dataelem import convert_raw_data_element

if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "AMBIGUOUS_VR",
    "PIXEL_KEYWORDS",
    "UID",
    "VR_",
    "BaseTag",
    "DataElement",
    "Dataset",
    "FileDataset",
    "FileMetaDataset",
    "PrivateBlock",
    "RawDataElement",
    "Sequence",
    "Tag",
    "TagType",
    "convert_raw_data_element",
    "default_encoding",
    "validate_file_meta",
]

default_encoding: str = "iso8859"
TagType: str = "int | str | tuple[int, int] | BaseTag"

# Float Pixel Data, Double Float Pixel Data, Pixel Data.
PIXEL_KEYWORDS: set[int] = {0x7FE00008, 0x7FE00009, 0x7FE00010}

_IMPLEMENTATION_VERSION_NAME = f"DICOM-PY {__version__}"[:16]
_REQUIRED = ("MediaStorageSOPClassUID", "MediaStorageSOPInstanceUID", "TransferSyntaxUID")


class FileMetaError(ValueRepresentationError, AttributeError):
    """File Meta Information lacks what a file must have: a ValueError, as documented, and an AttributeError."""


def validate_file_meta(file_meta: Any, enforce_standard: bool = True) -> None:
    """Raise for File Meta Information that a file can't have; put in what can be known (PS3.10 7.1).

    Parameters
    ----------
    file_meta : FileMetaDataset
    enforce_standard : bool, default True
        Put in File Meta Information Version, Implementation Class UID and Implementation Version Name where they are
        missing, and raise where what only the caller knows is. Without it only the groups are checked.

    Raises
    ------
    ValueRepresentationError
        An element isn't of group 0002.
    FileMetaError
        Media Storage SOP Class UID, Media Storage SOP Instance UID or Transfer Syntax UID is missing or empty.
    """
    FileMetaDataset.validate(file_meta)
    if not enforce_standard:
        return
    if not _value(file_meta, "FileMetaInformationVersion"):
        file_meta.FileMetaInformationVersion = b"\x00\x01"
    if not _value(file_meta, "ImplementationClassUID"):
        file_meta.ImplementationClassUID = IMPLEMENTATION_CLASS_UID
    if "ImplementationVersionName" not in file_meta:
        file_meta.ImplementationVersionName = _IMPLEMENTATION_VERSION_NAME
    missing = [keyword for keyword in _REQUIRED if not _value(file_meta, keyword)]
    if missing:
        raise FileMetaError(f"File Meta Information lacks {', '.join(missing)}, or they are empty (PS3.10 7.1)")


def _value(file_meta: Any, keyword: str) -> Any:
    return getattr(file_meta, keyword, None)
