"""``pydicom.tag``: tags, and an error's note of the tag at which it was met (PS3.5 7.1.1).

In: what `dicom.tag` takes. Out: the same objects. What a program may add to an error is told below its traceback.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from dicom.tag import BaseTag, ItemDelimiterTag, ItemTag, SequenceDelimiterTag, Tag, TupleTag

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "TAG_CHARSET",
    "TAG_PIXREP",
    "BaseTag",
    "ItemDelimiterTag",
    "ItemTag",
    "SequenceDelimiterTag",
    "Tag",
    "TagListType",
    "TagType",
    "TupleTag",
    "tag_in_exception",
]

TagType = "int | str | tuple[int, int] | BaseTag"
TagListType = list[int] | list[str] | list[tuple[int, int]] | list[BaseTag]

TAG_CHARSET = TupleTag((0x0008, 0x0005))
TAG_PIXREP = TupleTag((0x0028, 0x0103))
# The first value of a LUT Descriptor is a count, and unsigned whatever the pixels are (PS3.3 C.11.1.1).
_LUT_DESCRIPTOR_TAGS = (0x00281101, 0x00281102, 0x00281103, 0x00283002)


@contextmanager
def tag_in_exception(tag: BaseTag) -> Iterator[None]:
    """Tell in an error's traceback at which tag it was met.

    Parameters
    ----------
    tag : BaseTag
        The tag that is worked on.

    Notes
    -----
    The error goes on as it is, with a note: its class, attributes and message stay what they were.
    """
    try:
        yield
    except Exception as error:
        error.add_note(f"With tag {tag}")
        raise
