"""What `importlib.metadata` says of the distribution ``pydicom`` while this library stands in for it."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from ._version import __version__

if TYPE_CHECKING:
    import os

_METADATA = f"""Metadata-Version: 2.1
Name: pydicom
Version: {__version__}
Summary: Stood in for by dicom-py
Requires-Python: >=3.11
"""


class PydicomDistribution(metadata.Distribution):
    """The distribution ``pydicom`` in the version that is stood in for; it has no files of its own."""

    def read_text(self, filename: str) -> str | None:
        """The text of a metadata file; None for those that there aren't."""
        return _METADATA if filename in ("METADATA", "PKG-INFO") else None

    def locate_file(self, path: str | os.PathLike[str]) -> Path:
        """Where a file of the distribution would be."""
        return Path(__file__).resolve().parent.parent.parent / path
