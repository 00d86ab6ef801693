"""What a person sees of a segmentation: a line, a table of its segments, and the same in a notebook.

In: a `Segmentation`. Out: text or HTML. Nothing about the patient stands in it but what a label says.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from dicom.segmentation.segment import Segment
    from dicom.segmentation.segmentation import Segmentation

_HEADS = ("number", "label", "property", "algorithm", "frames", "colour")
_WIDEST = 40


def line_of(segmentation: Segmentation) -> str:
    """One line: which kind, how many segments and frames."""
    frames, count = segmentation.frames, len(segmentation.segments)
    return (
        f"<Segmentation: {segmentation.type}, {count} segment{'' if count == 1 else 's'}, "
        f"{frames.count} frame{'' if frames.count == 1 else 's'} of {frames.rows} rows x {frames.columns} columns>"
    )


def table_of(segmentation: Segmentation) -> str:
    """The segments, one a line."""
    rows = [_HEADS, *(_shortened(row) for row in _rows(segmentation))]
    widths = [max(len(row[n]) for row in rows) for n in range(len(_HEADS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([line_of(segmentation)[1:-1], *lines])


def html_of(segmentation: Segmentation) -> str:
    """The segments as a table, each with its colour."""
    head = "".join(f'<th style="text-align:left">{name}</th>' for name in _HEADS)
    body = ""
    for segment, row in zip(segmentation.segments, _rows(segmentation), strict=True):
        cells = "".join(f'<td style="text-align:left">{escape(cell)}</td>' for cell in row[:-1])
        body += f"<tr>{cells}<td>{_swatch(segment)}</td></tr>"
    caption = escape(line_of(segmentation)[1:-1])
    return f'<div class="dicom-segmentation"><p>{caption}</p><table><tr>{head}</tr>{body}</table></div>'


def _rows(segmentation: Segmentation) -> list[tuple[str, ...]]:
    numbers, counts = np.unique(segmentation.frames.segment, return_counts=True)
    frames_of = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
    is_label_map = segmentation.type == "LABELMAP"
    return [
        (
            str(segment.number),
            segment.label,
            _property(segment),
            " ".join(part for part in (segment.algorithm_type, segment.algorithm_name) if part),
            # In a label map each frame may have something of each segment.
            "" if is_label_map else str(frames_of.get(segment.number, 0)),
            "" if segment.color is None else "#{:02x}{:02x}{:02x}".format(*segment.color),
        )
        for segment in segmentation.segments
    ]


def _property(segment: Segment) -> str:
    codes = [segment.property_type, *segment.property_type_modifiers]
    return ", ".join(code.meaning for code in codes if code is not None)


def _shortened(row: tuple[str, ...]) -> tuple[str, ...]:
    # A label that ends a line would be two segments.
    cells = ["".join(c if c.isprintable() else " " for c in cell) for cell in row]
    return tuple(cell if len(cell) <= _WIDEST else f"{cell[: _WIDEST - 3]}..." for cell in cells)


def _swatch(segment: Segment) -> str:
    if segment.color is None:
        return ""
    color = "#{:02x}{:02x}{:02x}".format(*segment.color)
    return f'<span style="display:inline-block;width:2em;height:1em;background:{color}" title="{color}"></span>'
