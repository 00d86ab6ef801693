"""What a person sees of a volume: a line, a table, and a picture in a notebook.

In: a `Volume`. Out: text or HTML. Nothing about the patient stands in it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from dicom.volume.volume import Volume


def line_of(volume: Volume) -> str:
    """One line: what, how large, how fine, and in which directions."""
    parts = [volume.modality] if volume.modality else []
    parts.append(f"{_shape(volume)} {volume.array.dtype}")
    parts.append(f"{_spacing(volume)} mm")
    parts.append(volume.orientation)
    if volume.unit:
        parts.append(volume.unit)
    if volume.report is not None and not volume.report.is_clean:
        count = len(volume.report.defects)
        parts.append(f"{count} defect{'' if count == 1 else 's'}")
    return f"<Volume: {', '.join(parts)}>"


def table_of(volume: Volume) -> str:
    """The facts, one a line."""
    indent = "\n" + 19 * " "
    return "\n".join(f"{name:<18} {value.replace(chr(10), indent)}" for name, value in _facts(volume))


def html_of(volume: Volume) -> str:
    """The facts as a table beside a picture of the middle planes."""
    from binascii import b2a_base64

    data = b2a_base64(volume._repr_png_(), newline=False).decode("ascii")
    picture = f'<img alt="middle planes" style="margin:4px" src="data:image/png;base64,{data}">'
    rows = "".join(
        f'<tr><th style="text-align:left;white-space:nowrap">{escape(name)}</th>'
        f'<td style="text-align:left;white-space:pre-wrap">{escape(value)}</td></tr>'
        for name, value in _facts(volume)
    )
    return f'<div class="dicom-volume">{picture}<table>{rows}</table></div>'


def _facts(volume: Volume) -> list[tuple[str, str]]:
    facts = [("modality", volume.modality or "unknown")]
    facts.append(("array", f"{_shape(volume)} {volume.array.dtype}, {volume.array.nbytes / 2**20:.1f} MiB"))
    facts.append(("spacing (k, j, i)", f"{_spacing(volume)} mm"))
    facts.append(("orientation", f"{volume.orientation} (where i, j and k grow){_obliquity(volume)}"))
    facts.append(("origin", f"({', '.join(f'{x:.4g}' for x in volume.origin)}) mm, LPS"))
    if volume.quantity:
        facts.append(("quantity", volume.quantity))
    if not volume.is_color:
        facts.append(("unit", f"{volume.unit or 'unknown'}{f' ({volume.unit_source})' if volume.unit_source else ''}"))
    if volume.dimension is not None:
        facts.append(("axis t", _dimension(volume)))
    if volume.report is not None:
        facts.append(("geometry", str(volume.report)))
    return facts


def _shape(volume: Volume) -> str:
    names = "(k, j, i)" if volume.dimension is None else "(t, k, j, i)"
    sizes = volume.shape[:-1] if volume.is_color else volume.shape
    return f"{names} = ({', '.join(map(str, sizes))}){' colours' if volume.is_color else ''}"


def _spacing(volume: Volume) -> str:
    return " x ".join(f"{step:.4g}" for step in volume.spacing)


def _obliquity(volume: Volume) -> str:
    """How far the axes are from the patient's, and whether they are at right angles."""
    directions = volume.direction
    nearest = np.abs(directions).max(axis=0).min()
    angle = float(np.degrees(np.arccos(min(1.0, nearest))))
    words = f", oblique by {angle:.1f} degrees" if angle > 0.05 else ""
    off = float(np.abs(directions.T @ directions - np.eye(3)).max())
    return words + (", not at right angles" if off > 1e-4 else "")


def _dimension(volume: Volume) -> str:
    count = volume.shape[0]
    text = f"{volume.dimension}, {count} of them"
    values = volume.dimension_values
    if values is not None and values.ndim == 1 and len(values) == count and values.dtype.kind in "iuf":
        ends = [f"{float(values[n]):g}" for n in (0, -1)]
        unit = f" {volume.dimension_unit}" if volume.dimension_unit else ""
        text += f", {ends[0]} to {ends[1]}{unit}" if count > 1 else f", {ends[0]}{unit}"
    return text
