"""``pydicom.data.data_manager``: finding test files that other distributions brought along.

In: names and patterns. Out: paths within the data folders of ``pydicom-data``, and of pydicom where that is installed
as well (it is not imported for it). None of these files ships with this library, and nothing is ever downloaded.
"""

from __future__ import annotations

import os
from enum import IntEnum
from fnmatch import fnmatch
from importlib.machinery import PathFinder
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from dicom.compat._reading import dcmread
from dicom.errors import MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dicom.dataset import FileDataset


class DataTypes(IntEnum):
    """Kinds of files."""

    DATASET = 0
    CHARSET = 1
    PALETTE = 2
    DICOMDIR = 3
    JPEG = 4


def _folder_of(package: str) -> Path | None:
    """The folder of an installed package, which isn't imported."""
    spec = PathFinder.find_spec(package)
    places = None if spec is None else spec.submodule_search_locations
    return None if not places else Path(next(iter(places)))


def _data_root() -> str:
    folder = _folder_of("pydicom")
    if folder is not None and (folder / "data" / "test_files").is_dir():
        return str(folder / "data")
    return str(Path(__file__).resolve().parent)


# The data folder of pydicom, where that is installed; else this one, which has no data.
DATA_ROOT: str = _data_root()


class _DataStore:
    """The files of the distribution ``pydicom-data``."""

    def __init__(self, root: Path) -> None:
        self.data_path = root

    def get_path(self, name: str, dtype: int = DataTypes.DATASET) -> str:
        """The path of the file of that name; ValueError when there is none."""
        for path in _files_in(self.data_path):
            if _is_named(path, name, self.data_path):
                return str(path)
        raise ValueError(f"{name!r} is not among the files of pydicom-data")

    def get_paths(self, pattern: str, dtype: int = DataTypes.DATASET) -> list[str]:
        """The paths whose names match a pattern."""
        return [str(path) for path in _files_in(self.data_path) if fnmatch(path.name, PurePath(pattern).name)]


def _files_in(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            yield path


def _is_named(path: Path, name: str, root: Path) -> bool:
    wanted = PurePath(name).parts
    return path.relative_to(root).parts[-len(wanted) :] == wanted


def get_external_sources() -> dict[str, _DataStore]:
    """Distributions besides pydicom that brought files along: ``{"pydicom-data": ...}`` or nothing."""
    folder = _folder_of("data_store")
    if folder is None or not (folder / "data").is_dir():
        return {}
    return {"pydicom-data": _DataStore(folder / "data")}


def external_data_sources() -> dict[str, _DataStore]:
    """`get_external_sources`."""
    return get_external_sources()


def online_test_file_dummy_paths() -> dict[str, str]:
    """Nothing: no file is ever downloaded."""
    return {}


def fetch_data_files() -> None:
    """Raise, for nothing is downloaded.

    Raises
    ------
    MissingDependencyError
        Always; it names what to install.
    """
    raise _no_data("all of them")


def _no_data(what: str) -> MissingDependencyError:
    return MissingDependencyError(
        f"no test files ship with this library and none are downloaded ({what}): run 'pip install pydicom-data'"
    )


def _require_data(what: str) -> None:
    if not (Path(DATA_ROOT) / "test_files").is_dir() and not get_external_sources():
        raise _no_data(what)


def _refuse_absolute(name: str, function: str) -> None:
    if os.path.isabs(name):
        raise ValueError(f"{function} finds test files by their names, and takes no absolute path: use dcmread for it")


def get_files(base: str | os.PathLike[str], pattern: str = "**/*", dtype: int = DataTypes.DATASET) -> list[str]:
    """The files below a folder that match a pattern, then those of `external_data_sources`.

    Parameters
    ----------
    base : str or os.PathLike
        The folder.
    pattern : str, default "**/*"
        As `pathlib.Path.glob` takes it.
    dtype : int, default DataTypes.DATASET
        The kind of files; the external ones are asked for data sets only.
    """
    paths = [str(path) for path in sorted(Path(base).glob(pattern)) if path.is_file() and path.suffix != ".pyc"]
    if dtype == DataTypes.DATASET:
        for source in get_external_sources().values():
            paths += source.get_paths(pattern, dtype)
    return paths


def get_testdata_file(name: str, read: bool = False, download: bool = True) -> str | FileDataset | None:
    """The path of a test file, or the data set in it.

    Parameters
    ----------
    name : str
        Its name, ``"CT_small.dcm"``, or the end of its path.
    read : bool, default False
        Give the data set rather than the path.
    download : bool, default True
        Taken for compatibility: nothing is downloaded.

    Returns
    -------
    str, FileDataset or None
        None when there is no such file.

    Raises
    ------
    ValueError
        `name` is an absolute path.
    MissingDependencyError
        No test files are installed at all.
    """
    _refuse_absolute(name, "get_testdata_file")
    _require_data(name)
    path = _find(name)
    return path if path is None or not read else dcmread(path, force=True)


def _find(name: str) -> str | None:
    roots = [Path(DATA_ROOT) / "test_files", *(source.data_path for source in get_external_sources().values())]
    for root in roots:
        for path in _files_in(root):
            if _is_named(path, name, root):
                return str(path)
    return None


def get_testdata_files(pattern: str = "**/*") -> list[str]:
    """The paths of the test files that match a pattern.

    Raises
    ------
    ValueError
        The pattern is an absolute path.
    MissingDependencyError
        No test files are installed at all.
    """
    _refuse_absolute(pattern, "get_testdata_files")
    _require_data(pattern)
    return get_files(Path(DATA_ROOT) / "test_files", pattern)


def get_charset_files(pattern: str = "**/*") -> list[str]:
    """The paths of files in various character sets that match a pattern; pydicom itself brings them along."""
    return get_files(Path(DATA_ROOT) / "charset_files", pattern, DataTypes.CHARSET)


def get_palette_files(pattern: str = "**/*") -> list[str]:
    """The paths of palettes that match a pattern; pydicom itself brings them along."""
    return get_files(Path(DATA_ROOT) / "palettes", pattern, DataTypes.PALETTE)
