"""The data set: `Dataset`, one that was read from a file, and File Meta Information.

Floor 5: here the mapping of elements gets its pixels, its file and its picture in a notebook.
"""

from __future__ import annotations

from .dataset import Dataset
from .file_dataset import FileDataset
from .file_meta import FileMetaDataset
from .registry import register

__all__ = ["Dataset", "FileDataset", "FileMetaDataset"]

register()
