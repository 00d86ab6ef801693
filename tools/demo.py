"""What `make demo` shows: the command on a real CT, a real MR and a PET phantom; pictures are left in demo/.

Run from the project's folder: ``python tools/demo.py``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tools.samples import write_samples  # noqa: E402  the path to it is set above

DEMO = PROJECT / "demo"


def run(*arguments: str) -> None:
    """Show a command, then run it; a failure ends the demo with the command's own exit status."""
    print(f"\n$ dicom {' '.join(arguments)}", flush=True)
    # The command that was installed beside this interpreter, not another that the PATH may name.
    command = shutil.which("dicom", path=str(Path(sys.executable).parent)) or "dicom"
    status = subprocess.run([command, *arguments], cwd=DEMO).returncode
    if status:
        sys.exit(status)


def main() -> None:
    """Run the demo."""
    DEMO.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        paths = write_samples(Path(folder))
        run("doctor")
        for name, path in paths.items():
            run("info", str(path))
            run("plot", str(path), "-o", name.replace(".dcm", ".png"))
        run("show", str(paths["pet.dcm"]))
    print("\nPictures:", *(str(path.relative_to(PROJECT)) for path in sorted(DEMO.glob("*.png"))))


if __name__ == "__main__":
    main()
