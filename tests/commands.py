"""Commands that tests need and that pip doesn't install: Debian packages that `.ci/run` brings.

An absent command skips the test on a person's machine; with ``DICOM_REQUIRE_TOOLS=1`` in the environment it fails.
"""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

PACKAGES = {"gdcmconv": "libgdcm-tools", "bash": "bash", "zsh": "zsh", "fish": "fish"}


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
