"""``pydicom.env_info``: what a report of an error should name: Python, this library, the packages it works with.

In: nothing. Out: a table on standard output; also as ``python -m pydicom.env_info``.
"""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from typing import TYPE_CHECKING

from dicom._core import __version__

from . import _version

if TYPE_CHECKING:
    from types import ModuleType

_PACKAGES = ("numpy", "imagecodecs", "matplotlib", "pydicom-data")


def main() -> None:
    """Print the table."""
    rows = [
        ("platform", platform.platform()),
        ("Python", sys.version.replace("\n", "")),
        ("pydicom", f"{_version.__version__} (stood in for by dicom-py {__version__})"),
        *((package, _installed_version(package)) for package in _PACKAGES),
    ]
    print_table(rows)


def print_table(version_rows: list[tuple[str, str]]) -> None:
    """Print rows of name and version under a heading."""
    rows = [("module", "version"), ("------", "-------"), *version_rows]
    width = max(len(name) for name, _ in rows)
    sys.stdout.write("".join(f"{name:<{width}} | {version}\n" for name, version in rows))


def extract_version(module: ModuleType) -> str | None:
    """The version that a module says it has, as text; None when it says none."""
    version = getattr(module, "__version__", None)
    return None if version is None else str(version)


def _installed_version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
