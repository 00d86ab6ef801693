"""Run DCMTK's and GDCM's commands to make files in encodings that no package carries.

In: a seed file and a conversion. Out: the path of the file made. An absent tool skips the test; with
``DICOM_REQUIRE_TOOLS=1`` in the environment it fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest


def missing(message: str) -> NoReturn:
    """End the test: skipped, or failed when the tools are required."""
    if os.environ.get("DICOM_REQUIRE_TOOLS") == "1":
        pytest.fail(message)
    pytest.skip(message)


def require(tool: str) -> str:
    """Path of a command, or the test ends."""
    found = shutil.which(tool)
    if found is None:
        missing(f"the command {tool} is not installed (Debian packages dcmtk and libgdcm-tools)")
    return found


def convert(command: tuple[str, ...], seed: Path, folder: Path) -> Path | None:
    """The file that a command makes of a seed; None when it refuses the seed."""
    made = folder / "made.dcm"
    tool = require(command[0])
    if tool.endswith("gdcmconv"):
        arguments = [tool, *command[1:], "-i", str(seed), "-o", str(made)]
    else:
        arguments = [tool, *command[1:], str(seed), str(made)]
    done = subprocess.run(arguments, capture_output=True, timeout=60, check=False)
    return made if done.returncode == 0 and made.is_file() else None
