"""The demo: the command on a real CT, a real MR, and a PET phantom that the project makes.

Run: ``make demo``, or ``python -m examples.demo [FOLDER]``. In: sample files of the package pydicom. Out: what the
command prints, and pictures in the folder (``demo`` by default).
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from dicom.cli import main as dicom_command
from examples.make_pet_phantom import make_series

HEADER_LINES = 24  # enough of a header to see what it looks like


def run(*words: str) -> None:
    """Show a command line, then do what it says."""
    print(f"\n$ dicom {' '.join(words)}", flush=True)
    status = dicom_command(words)
    if status:
        sys.exit(f"dicom {words[0]} ended with status {status}")


def run_shortened(*words: str) -> None:
    """The same, printing only the first lines."""
    import contextlib
    import io

    print(f"\n$ dicom {' '.join(words)} | head -n {HEADER_LINES}", flush=True)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = dicom_command(words)
    lines = printed.getvalue().splitlines()
    print("\n".join(lines[:HEADER_LINES]))
    print(f"... and {len(lines) - HEADER_LINES} lines more")
    if status:
        sys.exit(f"dicom {words[0]} ended with status {status}")


def main(arguments: list[str]) -> int:
    """Run the demo; the argument is the folder for the pictures."""
    from pydicom.data import get_testdata_file

    folder = Path(arguments[0] if arguments else "demo")
    folder.mkdir(parents=True, exist_ok=True)
    ct = os.path.relpath(str(get_testdata_file("CT_small.dcm")))
    mr = os.path.relpath(str(get_testdata_file("examples_overlay.dcm")))
    with tempfile.TemporaryDirectory() as temporary:
        series = make_series(Path(temporary))
        middle = series[len(series) // 2]
        print(f"A PET phantom was made: {len(series)} slices.")
        for title, file, name in (("CT", ct, "ct"), ("MR", mr, "mr"), ("PET phantom", str(middle), "pet")):
            print(f"\n=== {title} ===")
            run_shortened("show", file)
            run("info", file)
            run("show", file, "--tag", "Modality", "--tag", "Rows", "--tag", "Columns", "--tag", "PixelSpacing")
            run("plot", file, "-o", str(folder / f"{name}.png"))
    print("\nPictures:", *(str(path) for path in sorted(folder.glob("*.png"))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
