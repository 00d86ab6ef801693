"""Bring the test data of dicompyler-core: an RT Structure Set, a dose and a plan, with DVHs from a planning system.

In: the pin and the hash in requirements/data.txt. Out: the files in target/data/dicompyler-core/. Only the source
distribution has them, so pip downloads that, and nothing of it is installed. What is there already is left alone.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
REQUIREMENT = PROJECT / "requirements" / "data.txt"
FOLDER = PROJECT / "target" / "data" / "dicompyler-core"
NAMES = ("ct.0.dcm", "rtss.dcm", "rtplan.dcm", "rtdose.dcm")
_WITHIN = "tests/testdata/example_data"


def fetch(folder: Path = FOLDER) -> None:
    """Download the source distribution, check its hash, and unpack the data files."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--no-binary", "dicompyler-core", "--require-hashes", "--dest", scratch]
        subprocess.run([*command, "--requirement", str(REQUIREMENT)], check=True)
        (archive,) = Path(scratch).glob("dicompyler*.tar.gz")
        unpack(archive, folder)


def unpack(archive: Path, folder: Path) -> None:
    """The data files out of the archive; each appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as opened:
        members = {member.name.partition("/")[2]: member for member in opened.getmembers() if member.isfile()}
        for name in NAMES:
            data = opened.extractfile(members[f"{_WITHIN}/{name}"])
            assert data is not None
            part = folder / f"{name}.part"
            part.write_bytes(data.read())
            part.replace(folder / name)


if __name__ == "__main__":
    if not all((FOLDER / name).is_file() for name in NAMES):
        fetch()
