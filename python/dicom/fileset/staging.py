"""The temporary folder where instances wait until their File-set is written.

In: data sets and files. Out: paths of copies: of a file byte for byte, of a data set as a file of PS3.10. The folder
goes with the File-set that it belongs to.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref

from dicom.dataset import Dataset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class StagingFolder:
    """Copies of instances, in a folder that is made when the first one comes."""

    def __init__(self) -> None:
        self._path: str | None = None
        self._number = 0
        self._end: Any = None

    def take(self, source: Dataset | str | os.PathLike[str]) -> str:
        """Copy an instance; give the path of the copy."""
        if self._path is None:
            self._path = tempfile.mkdtemp(prefix="dicom-file-set-")
            self._end = weakref.finalize(self, shutil.rmtree, self._path, True)
        path = os.path.join(self._path, f"{self._number:08d}")
        self._number += 1
        try:
            if isinstance(source, Dataset):
                from dicom.dataset.write import write

                write(source, path, enforce_file_format=True)
            else:
                shutil.copyfile(source, path)
        except BaseException:
            self.drop(path)
            raise
        return path

    def drop(self, path: str) -> None:
        """Delete a copy; one that is gone already does no harm."""
        try:
            os.unlink(path)
        except OSError:
            return

    def clear(self) -> None:
        """Delete all copies."""
        if self._end is not None:
            self._end()
        self._path = None
