"""The files that the tests read: every file that the packages ``pydicom`` and ``pydicom-data`` carry.

In: two installed packages. Out: paths, each with a short stable name, and whether it is DICOM. Besides the
radiotherapy of ``dicompyler-core``, which only its source distribution has.
No real patient is in them: all three packages publish them as test files.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from tests.commands import missing
from tools import fetch_test_data

#: Name endings of what the packages carry besides DICOM files: texts, dumps, JSON, a colour profile, an archive.
NOT_DICOM_ENDINGS = (".txt", ".json", ".md", ".dump", ".icc", ".gz")


def package_folder(name: str) -> Path:
    """Folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"the tests need the package {name}; it is in the extra 'test'")
    return Path(next(iter(spec.submodule_search_locations)))


def _files(folder: Path, prefix: str) -> dict[str, Path]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            found[f"{prefix}/{path.relative_to(folder).as_posix()}"] = path
    return found


def package_files() -> dict[str, Path]:
    """Every data file of both packages: name to path, in order of name."""
    data = package_folder("pydicom") / "data"
    files: dict[str, Path] = {}
    for folder in ("test_files", "charset_files", "palettes"):
        files |= _files(data / folder, f"pydicom/{folder}")
    files |= _files(package_folder("data_store") / "data", "pydicom-data")
    return files


def is_dicom(name: str) -> bool:
    """Whether the file of this name is DICOM: all are but the texts, dumps and archives."""
    return not name.endswith(NOT_DICOM_ENDINGS) and not name.endswith("/README")


def dicom_files() -> dict[str, Path]:
    """The DICOM files of both packages."""
    return {name: path for name, path in package_files().items() if is_dicom(name)}


def other_files() -> dict[str, Path]:
    """The files of both packages that are not DICOM."""
    return {name: path for name, path in package_files().items() if not is_dicom(name)}


def seed(name: str) -> Path:
    """Path of one test file of either package: ``seed("MR_small.dcm")``."""
    for folder in (package_folder("pydicom") / "data" / "test_files", package_folder("data_store") / "data"):
        path = folder / name
        if path.is_file():
            return path
    raise LookupError(f"neither pydicom nor pydicom-data carries a test file {name}")


def dicompyler_file(name: str) -> Path:
    """Path of a file of dicompyler-core's: ``ct.0.dcm``, ``rtss.dcm``, ``rtplan.dcm`` or ``rtdose.dcm``.

    The four belong together; the CT is one slice of its series. ``make test`` brings them; where they are absent, the
    test ends as at an absent command.
    """
    if name not in fetch_test_data.NAMES:
        raise LookupError(f"dicompyler-core's data has no file {name}")
    path = fetch_test_data.FOLDER / name
    if not path.is_file():
        missing("dicompyler-core's data is not there: python tools/fetch_test_data.py")
    return path
