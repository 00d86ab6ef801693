"""Run DCMTK's and GDCM's commands to make files in encodings that no package carries.

In: a seed file and a conversion. Out: the path of the file made.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.commands import require


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
