"""``pydicom.data``: where the files are that pydicom's documentation and tests read, if they are installed."""

from __future__ import annotations

from .data_manager import (
    DATA_ROOT,
    external_data_sources,
    fetch_data_files,
    get_charset_files,
    get_palette_files,
    get_testdata_file,
    get_testdata_files,
)

__all__ = [
    "DATA_ROOT",
    "external_data_sources",
    "fetch_data_files",
    "get_charset_files",
    "get_palette_files",
    "get_testdata_file",
    "get_testdata_files",
]
