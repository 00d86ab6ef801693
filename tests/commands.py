"""Commands that tests need: Debian packages that `.ci/run` brings, and those of packages in the environment.

An absent command skips the test on a person's machine; with ``DICOM_REQUIRE_TOOLS=1`` in the environment it fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import NoReturn

import pytest

PACKAGES = {"gdcmconv": "libgdcm-tools", "bash": "bash", "zsh": "zsh", "fish": "fish", "plastimatch": "plastimatch"}
#: What a command may take: all of ours take seconds.
PATIENCE_SECONDS = 200


def missing(message: str) -> NoReturn:
    """End the test: skipped, or failed when the tools are required."""
    if os.environ.get("DICOM_REQUIRE_TOOLS") == "1":
        pytest.fail(message)
    pytest.skip(message)


def require(command: str) -> str:
    """Path of a command, or the test ends."""
    found = shutil.which(command)
    if found is None:
        missing(f"the command {command} is not installed (Debian package {PACKAGES.get(command, 'dcmtk')})")
    return found


def require_installed(command: str, package: str) -> str:
    """Path of a command of a Python package, which lies beside the interpreter, or the test ends."""
    found = Path(sys.executable).parent / command
    if not found.is_file():
        missing(f"the command {command} is not installed (Python package {package}, in requirements/test.txt)")
    return str(found)


def run(command: str, *arguments: object) -> str:
    """What a command printed, both streams; one that doesn't end with 0 fails the test."""
    done = subprocess.run(
        [command, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{Path(command).name} ended with {done.returncode}:\n{done.stdout[-4000:]}"
    return done.stdout


def plastimatch(*arguments: object) -> str:
    """What plastimatch prints."""
    return run(require("plastimatch"), *arguments)


def dcmqi(command: str, *arguments: object) -> str:
    """What a command of dcmqi prints: ``segimage2itkimage``, ``itkimage2segimage``, ``paramap2itkimage``, ..."""
    return run(require_installed(command, "dcmqi"), *arguments)


def dciodvfy(path: os.PathLike[str] | str) -> list[str]:
    """The errors that dciodvfy finds in a file, one line each, in order; [] where it finds none.

    A line names the element by its path: ``Error - </OperatorsName(0008,1070)> - Missing attribute for Type 2 ...``.
    Warnings are left out; `dciodvfy_warnings` has them.

    dciodvfy of 2026 ends by an assertion of its own at native pixels of 32 bits, in every transfer syntax (RT Doses of
    other makers too). Of such a file a copy is checked that differs in Bits Allocated, Bits Stored and High Bit alone,
    and in the length of Pixel Data.
    """
    return [line for line in _findings(Path(path)) if line.startswith("Error")]


def dciodvfy_warnings(path: os.PathLike[str] | str) -> list[str]:
    """The warnings of dciodvfy, one line each, but for what a DICOMDIR would need: no instance has to have that.

    Some are normal: of a Retired Person Name form (a name without ``^``), of a coding scheme or a code that its own
    tables don't have, of a value of zero.
    """
    return [
        line for line in _findings(Path(path)) if line.startswith("Warning") and "needed to build DICOMDIR" not in line
    ]


def _findings(path: Path) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        checked = _with_16_bits(path, Path(folder))
        # -new: elements by their path.
        done = subprocess.run(
            [require_installed("dciodvfy", "dicom3tools"), "-new", str(checked)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    lines = done.stdout.splitlines()
    # It ends with 1 where it finds an error, or can't tell what the file is; anything else is its own fall.
    assert done.returncode in (0, 1), f"dciodvfy ended with {done.returncode}: {lines[-1:]}"
    assert lines, "dciodvfy said nothing, not even the name of the Information Object"
    assert done.returncode == any(line.startswith(("Error", "Abort")) for line in lines), lines
    # What ends its check early is an error too.
    return [f"Error - {line}" if line.startswith("Abort") else line for line in lines]


def _with_16_bits(path: Path, folder: Path) -> Path:
    """The path, or that of a copy whose native pixels of 32 bits are 16 bits."""
    import pydicom

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            head = pydicom.dcmread(path, stop_before_pixels=True)
        except pydicom.errors.InvalidDicomError:
            return path
        syntax = head.file_meta.get("TransferSyntaxUID")
        if head.get("BitsAllocated") != 32 or (syntax and syntax.is_compressed):
            return path
        ds = pydicom.dcmread(path)
        if "PixelData" not in ds:
            return path
        ds.BitsAllocated = ds.BitsStored = 16
        ds.HighBit = 15
        ds.PixelData = ds.PixelData[: len(ds.PixelData) // 2]
        copy = folder / "checked.dcm"
        ds.save_as(copy)
    return copy
