"""What a notebook shows of a data set: its thumbnail, its File Meta Information and its elements.

In: a data set. Out: HTML. The picture is left out where the pixels are missing or can't be decoded.
"""

from __future__ import annotations

from dicom.elements.html import folded, table_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .dataset import Dataset


def html_of(dataset: Dataset) -> str:
    """The data set as HTML that folds."""
    meta = dataset._file_meta_if_any()
    parts = [_picture(dataset)]
    if meta:
        parts.append(folded("File Meta Information", table_of(meta)))
    parts.append(folded(f"{type(dataset).__name__} ({len(dataset)} elements)", table_of(dataset), is_open=True))
    return f'<div class="dicom-dataset">{"".join(parts)}</div>'


def _picture(dataset: Dataset) -> str:
    from .thumbnail import thumbnail_png

    png = thumbnail_png(dataset)
    if png is None:
        return ""
    from binascii import b2a_base64

    data = b2a_base64(png, newline=False).decode("ascii")
    return f'<img alt="thumbnail" style="float:right;margin:4px" src="data:image/png;base64,{data}">'
