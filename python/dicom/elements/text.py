"""A data set as text, a line an element.

In: a data set. Out: ``(0010,0010) Patient's Name                      PN: 'A'``, the File Meta Information first,
the items of a sequence indented under it.
"""

from __future__ import annotations

from dicom import settings
from dicom.vr import BYTES_VR

from .element import DataElement

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .mapping import ElementMapping

_FILE_META_TITLE = "Dataset.file_meta -------------------------------"
_FILE_META_END = "-------------------------------------------------"
_ITEM_END = "---------"


def text_of(dataset: ElementMapping, top_level_only: bool = False) -> str:
    """All lines of the data set; with `top_level_only` those of the sequences' items are left out."""
    return "\n".join(_lines(dataset, top_level_only))


def _lines(dataset: ElementMapping, top_level_only: bool) -> Iterator[str]:
    # Each entry is a level that is being printed: its data set, its lines or tags that are left, its depth, the items
    # of its sequence that are left. A level that ends prints the rule under the item, with the indentation of the data
    # set that holds the sequence.
    yield from _file_meta_lines(dataset, "")
    stack: list[tuple[ElementMapping, Iterator[str | int], int, list[ElementMapping]]]
    stack = [(dataset, _own_lines(dataset, ""), 0, [])]
    while stack:
        current, lines, depth, items = stack[-1]
        if items:
            item = items.pop()
            meta = list(_file_meta_lines(item, item.indent_chars * (depth + 1)))
            yield from meta
            if not meta and not len(item):
                yield ""
            stack.append((item, _own_lines(item, item.indent_chars * (depth + 1)), depth + 1, []))
            continue
        indent = current.indent_chars * depth
        for line in lines:
            if isinstance(line, str):
                yield line
                continue
            element = current._element(line)
            if element is None:
                continue
            if element.VR != "SQ":
                yield indent + line_of(current, element)
                continue
            value = element.value or ()
            yield f"{indent}{element.tag}  {element.name}  {len(value)} item(s) ---- "
            if not top_level_only and value:
                items.extend(reversed(value))
                break
        else:
            stack.pop()
            if stack:
                yield stack[-1][0].indent_chars * depth + _ITEM_END


def _own_lines(dataset: ElementMapping, indent: str) -> Iterator[str | int]:
    """The lines of one level: the core's for what was only read, the tag where a line has to be made here."""
    return iter(dataset._lines(indent, DataElement.descripWidth, DataElement.showVR, DataElement.maxBytesToDisplay))


def line_of(dataset: ElementMapping, element: DataElement) -> str:
    """The line of an element of `dataset`. A long value that was left in the file is counted, not read."""
    count = unread_length(dataset, element)
    return repr(element) if count is None else element._line(f"Array of {count} elements")


def unread_length(dataset: ElementMapping, element: DataElement) -> int | None:
    """Bytes of a long value that wasn't read yet and needn't be to be shown; None for any other."""
    if element.VR not in BYTES_VR or element._is_loaded:
        return None
    length = dataset._value_length(element._tag)
    return length if length is not None and length > element.maxBytesToDisplay else None


def _file_meta_lines(dataset: ElementMapping, indent: str) -> Iterator[str]:
    meta = dataset._file_meta_if_any() if settings.current.show_file_meta else None
    if meta:
        yield _FILE_META_TITLE
        for line in _own_lines(meta, indent):
            yield line if isinstance(line, str) else indent + repr(meta[line])
        yield _FILE_META_END


def formatted_lines(dataset: ElementMapping, element_format: str, sequence_format: str) -> Iterator[str]:
    """Each element at all depths by a format with the names of its attributes: ``"%(tag)s %(name)s"``."""
    for element in dataset.iterall():
        yield (sequence_format if element.VR == "SQ" else element_format) % _Attributes(element)


class _Attributes:
    """The attributes of an element as a mapping, each asked for only when a format names it."""

    def __init__(self, element: DataElement) -> None:
        self._element = element

    def __getitem__(self, name: str) -> object:
        return getattr(self._element, name)
