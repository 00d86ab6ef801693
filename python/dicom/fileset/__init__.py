"""File-sets: folders of DICOM files with a directory, the DICOMDIR; read, made, changed and written.

Standard: PS3.10 8 (DICOM File Service), PS3.3 annex F (Basic Directory IOD), PS3.11 (application profiles).
"""

from __future__ import annotations

from .errors import FileSetError, MissingKeyError, NotListedError, OccupiedError
from .file_id import generate_filename, is_conformant_file_id
from .file_instance import FileInstance
from .file_set import FileSet
from .record_node import RecordNode, RootNode
from .recorders import DIRECTORY_RECORDERS

__all__ = [
    "DIRECTORY_RECORDERS",
    "FileInstance",
    "FileSet",
    "FileSetError",
    "MissingKeyError",
    "NotListedError",
    "OccupiedError",
    "RecordNode",
    "RootNode",
    "generate_filename",
    "is_conformant_file_id",
]
