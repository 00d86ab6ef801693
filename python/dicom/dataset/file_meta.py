"""File Meta Information: the elements of group 0002 that open a file. Standard: PS3.10 7.1."""

from __future__ import annotations

from dicom.elements.mapping import ElementMapping
from dicom.errors import ValueRepresentationError
from dicom.tag import BaseTag

from .dataset import Dataset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dicom.elements.element import DataElement


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


Dataset._file_meta_class = FileMetaDataset
