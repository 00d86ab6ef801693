"""`FileDataset`: a data set that was read from a file, with the preamble and the File Meta Information.

In: a path or a stream, elements, preamble, File Meta Information. Out: the data set that knows them.
Standard: PS3.10 7.
"""

from __future__ import annotations

import io
import os

from .dataset import Dataset
from .file_meta import FileMetaDataset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class FileDataset(Dataset):
    """A data set from a file.

    Parameters
    ----------
    filename_or_obj : str, os.PathLike or binary stream
        Where it was read from.
    dataset : Dataset or dict
        The elements.
    preamble : bytes, optional
        The 128 bytes before ``DICM``.
    file_meta : FileMetaDataset, optional
        The File Meta Information.
    is_implicit_VR : bool, default True
        Whether the VR was implicit.
    is_little_endian : bool, default True
        Whether the bytes were little endian.

    Attributes
    ----------
    filename : str or None
        The path; for a stream its name, if it has one that is a path.
    buffer : binary stream or None
        The stream, if it was read from one without a path. A pickle leaves it out.
    fileobj_type : type
        The function or class that opens the source.
    timestamp : float or None
        When the file was changed last, in seconds since 1970.
    """

    preamble: bytes | None = None
    timestamp: float | None = None
    filename: Any = None
    buffer: Any = None
    fileobj_type: Any = open

    def __init__(
        self,
        filename_or_obj: Any,
        dataset: Any,
        preamble: bytes | None = None,
        file_meta: Any = None,
        is_implicit_VR: bool = True,
        is_little_endian: bool = True,
    ) -> None:
        super().__init__(dataset)
        self.preamble = preamble
        self.file_meta = FileMetaDataset() if file_meta is None else file_meta
        self.set_original_encoding(is_implicit_VR, is_little_endian)
        self.is_implicit_VR = is_implicit_VR
        self.is_little_endian = is_little_endian
        self._set_source(filename_or_obj)

    def _set_source(self, source: Any) -> None:
        """Note where the data set came from: a path, or a stream with or without one."""
        path = source if isinstance(source, (str, bytes, os.PathLike)) else getattr(source, "name", None)
        if isinstance(path, (str, bytes, os.PathLike)):
            self.filename = os.fspath(path)
            try:
                self.timestamp = os.stat(path).st_mtime
            except (OSError, ValueError):
                self.timestamp = None
        else:
            self.timestamp = None
            if source is not None:
                self.buffer = source
                self.fileobj_type = type(source)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        # A stream has one position for all who read it: copies share it.
        if self.buffer is not None:
            memo[id(self.buffer)] = self.buffer
        return super().__deepcopy__(memo)

    def __reduce_ex__(self, protocol: Any) -> Any:
        make, (kind, elements, state) = super().__reduce_ex__(protocol)
        if not isinstance(self.buffer, io.BytesIO):
            state.pop("buffer", None)
        return make, (kind, elements, state)
