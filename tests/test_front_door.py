"""The front door: what `import dicom` says of a relic that lies in the same folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import dicom


def imported_from(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ, PYTHONPATH=str(folder))
    command = [sys.executable, "-W", "error", "-c", "import dicom; print(dicom.__file__)"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_files_of_the_relic_of_2017_are_warned_of(tmp_path: Path) -> None:
    package = Path(dicom.__file__).parent
    shutil.copytree(package, tmp_path / "dicom", ignore=shutil.ignore_patterns("__pycache__"))
    clean = imported_from(tmp_path)
    assert (clean.returncode, clean.stderr) == (0, "")
    assert clean.stdout.strip() == str(tmp_path / "dicom" / "__init__.py")

    (tmp_path / "dicom" / "filereader.py").write_text("")
    mixed = imported_from(tmp_path)
    assert mixed.returncode == 1
    assert "UserWarning" in mixed.stderr
    assert "pip uninstall dicom" in mixed.stderr
