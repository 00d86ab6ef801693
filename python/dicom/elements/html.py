"""A data set as an HTML table, in which each sequence folds.

In: a data set. Out: HTML with every text of the file escaped; styles stand inline, so that it looks the same in any
notebook and touches nothing around it. Items past the first hundred of a sequence are counted, not shown.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .element import DataElement
    from .mapping import ElementMapping

ITEMS_SHOWN = 100
DEPTH_SHOWN = 16

_MONOSPACE = "font-family:monospace;white-space:nowrap"
_CELL = "text-align:left;vertical-align:top;padding:1px 8px"
_VALUE = f"{_CELL};white-space:pre-wrap;word-break:break-word"
_SUMMARY = "cursor:pointer;padding:1px 0"


def table_of(elements: Iterable[DataElement], depth: int = 0) -> str:
    """The elements as a table with the columns tag, name, VR and value."""
    return f'<table style="border-collapse:collapse;margin:2px 0">{"".join(_rows(elements, depth))}</table>'


def folded(title: str, content: str, is_open: bool = False) -> str:
    """`content` (HTML) under a line with `title` (text) that folds it."""
    state = " open" if is_open else ""
    return f'<details{state}><summary style="{_SUMMARY}">{_escape(title)}</summary>{content}</details>'


def _rows(elements: Iterable[DataElement], depth: int) -> Iterator[str]:
    for element in elements:
        value = _sequence(element, depth) if element.VR == "SQ" else _escape(element.repval)
        yield (
            f'<tr><td style="{_CELL};{_MONOSPACE}">{element.tag}</td><td style="{_CELL}">{_escape(element.name)}</td>'
            f'<td style="{_CELL};{_MONOSPACE}">{_escape(element.VR)}</td><td style="{_VALUE}">{value}</td></tr>'
        )


def _sequence(element: DataElement, depth: int) -> str:
    items: list[ElementMapping] = element.value or []
    title = f"{len(items)} item" if len(items) == 1 else f"{len(items)} items"
    if not items or depth >= DEPTH_SHOWN:
        return title
    shown = "".join(
        folded(f"Item {index}", table_of(item, depth + 1), is_open=index == 0)
        for index, item in enumerate(items[:ITEMS_SHOWN])
    )
    left = len(items) - ITEMS_SHOWN
    return folded(title, shown + (f"<div>and {left} more</div>" if left > 0 else ""))


def _escape(text: str) -> str:
    # html.escape imports the table of all entities, which takes longer than the whole repr.
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#x27;")
