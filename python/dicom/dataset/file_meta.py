"""File Meta Information: the elements of group 0002 that open a file. Standard: PS3.10 7.1."""

from __future__ import annotations

from dicom.elements.mapping import ElementMapping
from dicom.errors import FileMetaError, ValueRepresentationError
from dicom.tag import BaseTag

from .dataset import Dataset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dicom.elements.element import DataElement

    from .encoding_choice import Encoding


_GROUP_LENGTH = 0x00020000
_VERSION = 0x00020001
_SOP_CLASS = 0x00020002
_SOP_INSTANCE = 0x00020003
_TRANSFER_SYNTAX = 0x00020010
_IMPLEMENTATION_CLASS = 0x00020012
_IMPLEMENTATION_VERSION = 0x00020013


class FileMetaDataset(Dataset):
    """A data set that takes elements of group 0002 only.

    Parameters
    ----------
    elements : Dataset or dict, optional
        The first positional argument: elements to begin with.

    Raises
    ------
    TypeError
        It is made from something that is neither a data set nor a dict.
    ValueError
        An element stands in another group.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args and args[0] is not None:
            self.validate(args[0])
        super().__init__(*args, **kwargs)

    @staticmethod
    def validate(init_value: Any) -> None:
        """Raise unless `init_value` is a data set or a dict, and all its tags are of group 0002."""
        if not isinstance(init_value, (ElementMapping, dict)):
            raise TypeError(f"File Meta Information is made from a data set or a dict, not {type(init_value).__name__}")
        tags = init_value._tags() if isinstance(init_value, ElementMapping) else init_value
        strays = [str(BaseTag(tag)) for tag in tags if tag >> 16 != 2]
        if strays:
            raise ValueRepresentationError(
                f"File Meta Information holds elements of group 0002 only, not {', '.join(strays)} (PS3.10 7.1)"
            )

    def _put(self, tag: int, element: DataElement) -> None:
        if tag >> 16 != 2:
            raise ValueRepresentationError(
                f"File Meta Information holds elements of group 0002 only, not {BaseTag(tag)} (PS3.10 7.1)",
                tag=tag,
            )
        super()._put(tag, element)


def validate_file_meta(file_meta: ElementMapping, enforce_standard: bool = True) -> None:
    """Check File Meta Information, and put in what can be known of what is missing.

    Parameters
    ----------
    file_meta : Dataset
        Changed in place: File Meta Information Version, Implementation Class UID and Version Name are put in where
        they are missing.
    enforce_standard : bool, default True
        Without it only the group of the elements is looked at.

    Raises
    ------
    ValueError
        An element stands in another group than 0002.
    FileMetaError
        A required element is missing or empty (PS3.10 Table 7.1-1). An AttributeError too.
    """
    FileMetaDataset.validate(file_meta)
    if not enforce_standard:
        return
    from dicom._core import __version__
    from dicom.uid import IMPLEMENTATION_CLASS_UID

    for tag, vr, value in (
        (_VERSION, "OB", b"\0\1"),
        (_IMPLEMENTATION_CLASS, "UI", IMPLEMENTATION_CLASS_UID),
        (_IMPLEMENTATION_VERSION, "SH", f"DICOM-PY {__version__}"[:16]),
    ):
        if not file_meta._has(tag):
            file_meta.add_new(tag, vr, value)
    required = (_VERSION, _SOP_CLASS, _SOP_INSTANCE, _TRANSFER_SYNTAX, _IMPLEMENTATION_CLASS)
    missing = [str(file_meta_name(tag)) for tag in required if not file_meta._value(tag)]
    if missing:
        raise FileMetaError(
            f"the File Meta Information lacks what it has to have, or it is empty: {', '.join(missing)} "
            "(PS3.10 Table 7.1-1)"
        )


def file_meta_name(tag: int) -> str:
    """Tag and name of an element, as messages have them."""
    from dicom._core import dictionary_name

    return f"{BaseTag(tag)} {dictionary_name(tag)}"


def complete_file_meta(
    file_meta: ElementMapping | None, dataset: ElementMapping | None = None, encoding: Encoding | None = None
) -> ElementMapping:
    """A copy with all that PS3.10 asks for: UIDs of the data set, transfer syntax, who wrote it, the group's length.

    Raises
    ------
    FileMetaError
        What is required can't be known.
    """
    meta: ElementMapping = FileMetaDataset() if file_meta is None else file_meta.copy()
    if not meta._has(_GROUP_LENGTH):
        meta.add_new(_GROUP_LENGTH, "UL", 0)
    if dataset is not None:
        for tag, source in ((_SOP_CLASS, 0x00080016), (_SOP_INSTANCE, 0x00080018)):
            uid = dataset._value(source)
            if isinstance(uid, str) and uid and uid != meta._value(tag):
                meta.add_new(tag, "UI", uid)
    if encoding is not None and not meta._value(_TRANSFER_SYNTAX):
        from dicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

        by_order = ExplicitVRLittleEndian if encoding.little_endian else ExplicitVRBigEndian
        meta.add_new(_TRANSFER_SYNTAX, "UI", ImplicitVRLittleEndian if encoding.implicit_vr else by_order)
    validate_file_meta(meta)
    return meta


Dataset._file_meta_class = FileMetaDataset
