"""dcm2niix, which comes as a package, and SimpleITK told to keep its warnings to itself."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.commands import missing


@pytest.fixture(scope="session")
def dcm2niix() -> str:
    """The command that the package brings, beside this interpreter; else the one on the path."""
    beside = Path(sys.executable).parent
    found = shutil.which("dcm2niix", path=os.pathsep.join([str(beside), os.environ.get("PATH", "")]))
    if found is None:
        missing("the command dcm2niix is not installed (requirements/test.txt)")
    return found


@pytest.fixture(scope="session", autouse=True)
def quiet_simpleitk() -> None:
    """ITK writes its warnings to the standard error by itself."""
    import SimpleITK

    SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)
