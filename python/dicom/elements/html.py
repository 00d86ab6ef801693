"""A data set as an HTML table, in which each sequence folds.

In: a data set. Out: HTML with every text of the file escaped; styles stand inline, so that it looks the same in any
notebook and touches nothing around it. Items past the first hundred of a sequence, and elements past the first five
thousand in all, are counted and not shown: a browser has to hold every row.
"""

from __future__ import annotations

from dicom.errors import BytesLengthException

from .text import unread_length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .element import DataElement
    from .mapping import ElementMapping

ITEMS_SHOWN = 100
DEPTH_SHOWN = 16
ROWS_SHOWN = 5000
TEXT_SHOWN = 500

_MONOSPACE = "font-family:monospace;white-space:nowrap"
_CELL = "text-align:left;vertical-align:top;padding:1px 8px"
_VALUE = f"{_CELL};white-space:pre-wrap;word-break:break-word"
_SUMMARY = "cursor:pointer;padding:1px 0"


class _Budget:
    """How many rows may still be shown."""

    def __init__(self) -> None:
        self.rows = ROWS_SHOWN


def table_of(dataset: ElementMapping) -> str:
    """The elements as a table with the columns tag, name, VR and value."""
    return _table(dataset, 0, _Budget())


def _table(dataset: ElementMapping, depth: int, budget: _Budget) -> str:
    return f'<table style="border-collapse:collapse;margin:2px 0">{"".join(_rows(dataset, depth, budget))}</table>'


def folded(title: str, content: str, is_open: bool = False) -> str:
    """`content` (HTML) under a line with `title` (text) that folds it."""
    state = " open" if is_open else ""
    return f'<details{state}><summary style="{_SUMMARY}">{_escape(title)}</summary>{content}</details>'


def _rows(dataset: ElementMapping, depth: int, budget: _Budget) -> Iterator[str]:
    for shown, element in enumerate(dataset):
        if budget.rows <= 0:
            yield f'<tr><td colspan="4" style="{_CELL}">and {len(dataset) - shown} more elements</td></tr>'
            return
        budget.rows -= 1
        value = _sequence(element, depth, budget) if element.VR == "SQ" else _escape(_shown(dataset, element))
        yield (
            f'<tr><td style="{_CELL};{_MONOSPACE}">{element.tag}</td><td style="{_CELL}">{_escape(element.name)}</td>'
            f'<td style="{_CELL};{_MONOSPACE}">{_escape(element.VR)}</td><td style="{_VALUE}">{value}</td></tr>'
        )


def _shown(dataset: ElementMapping, element: DataElement) -> str:
    count = unread_length(dataset, element)
    if count is not None:
        return f"Array of {count} elements"
    try:
        value = element.value
    except BytesLengthException:
        return element.repval
    if isinstance(value, str) and element.VR != "UI":
        # On a line of its own in the table, text needn't be counted before it is long.
        return repr(value if len(value) <= TEXT_SHOWN else value[:TEXT_SHOWN] + "…")
    return element.repval


def _sequence(element: DataElement, depth: int, budget: _Budget) -> str:
    items: list[ElementMapping] = element.value or []
    title = f"{len(items)} item" if len(items) == 1 else f"{len(items)} items"
    if not items or depth >= DEPTH_SHOWN or budget.rows <= 0:
        return title
    shown = "".join(
        folded(f"Item {index}", _table(item, depth + 1, budget), is_open=index == 0)
        for index, item in enumerate(items[:ITEMS_SHOWN])
    )
    left = len(items) - ITEMS_SHOWN
    return folded(title, shown + (f"<div>and {left} more</div>" if left > 0 else ""))


def _escape(text: str) -> str:
    # html.escape imports the table of all entities, which takes longer than the whole repr.
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#x27;")
