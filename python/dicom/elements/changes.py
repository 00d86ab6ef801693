"""What was changed in a data set since it was read.

In: a data set. Out: its changes, each with the place of its element. The core knows what lies over the table that was
read; here that is walked and named. No value is told, neither the old one nor the new.
"""

from __future__ import annotations

from dicom._core import dictionary_keyword
from dicom.tag import BaseTag

from .sequence import Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .element import DataElement
    from .mapping import ElementMapping


class Change:
    """One change.

    Attributes
    ----------
    kind : str
        ``"added"``, ``"changed"`` or ``"deleted"``; ``"items"`` for a sequence whose items are others, or in another
        order.
    tag : BaseTag
        The element.
    path : str
        Where it stands: keywords (tags where there is none) and, in brackets, numbers of items from 0, as in
        ``"BeamSequence[1].BeamName"``.
    """

    __slots__ = ("kind", "path", "tag")

    def __init__(self, kind: str, tag: int, path: str) -> None:
        self.kind = kind
        self.tag = BaseTag(tag)
        self.path = path

    def __repr__(self) -> str:
        named = not self.path.endswith(str(self.tag))
        return f"{self.path} {self.tag} {self.kind}" if named else f"{self.path} {self.kind}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Change):
            return NotImplemented
        return (self.kind, self.tag, self.path) == (other.kind, other.tag, other.path)

    def __hash__(self) -> int:
        return hash((self.kind, self.tag, self.path))


def changes_of(dataset: ElementMapping) -> list[Change]:
    """The changes of a data set at all depths, in the order of the tags; of its File Meta Information first."""
    found: list[Change] = []
    meta = dataset._file_meta_if_any()
    if meta is not None:
        _collect(meta, "file_meta.", found)
    _collect(dataset, "", found)
    return found


def _collect(dataset: ElementMapping, prefix: str, found: list[Change]) -> None:
    as_read = type(dataset).__new__(type(dataset))
    dataset._share_with(as_read)
    deleted = dataset._deleted_tags()
    for tag in sorted({*dataset._edited_tags(), *deleted}):
        path = prefix + (dictionary_keyword(tag) or str(BaseTag(tag)))
        element = dataset._element(tag)
        if element is None:
            found.append(Change("deleted", tag, path))
        elif tag in deleted or not as_read._has(tag):
            found.append(Change("added", tag, path))
        elif not _collect_items(element, as_read._element(tag), path, found):
            found.append(Change("changed", tag, path))


def _collect_items(element: DataElement, before: DataElement, path: str, found: list[Change]) -> bool:
    """Go into the items of a sequence that stands where it stood. False for what is no such sequence."""
    if element._is_edited or not isinstance(element.value, Sequence) or before.VR != "SQ":
        return False
    items = [item.seq_item_tell for item in element.value]
    if items != [item.seq_item_tell for item in before.value]:
        found.append(Change("items", int(element.tag), path))
    for number, item in enumerate(element.value):
        _collect(item, f"{path}[{number}].", found)
    return True
