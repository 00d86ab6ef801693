"""The demo: the command on a real CT and a real MR, and on phantoms that the project makes: a PET, a treated head.

Run: ``make demo``, or ``python -m examples.demo [FOLDER]``. In: sample files of the package pydicom. Out: what the
command prints, and pictures in the folder (``demo`` by default): slices, uptake values, dose with structures and their
histogram, a segmentation.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import dicom
from dicom.cli import main as dicom_command
from dicom.sr import codes
from examples.make_head_phantom import make_series as make_head
from examples.make_pet_phantom import make_series
from examples.make_treatment_phantom import PRESCRIPTION_GY, TARGET_MM, make_treatment

HEADER_LINES = 24  # enough of a header to see what it looks like
#: Of the PET phantom's "patient": what its warm body of water weighs.
WEIGHT_KG = "6.46"


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


def show_uptake(pet: Path, folder: Path) -> None:
    """Uptake values of the PET phantom: what they rest on, and three planes."""
    print("\n=== Uptake values (SUV) ===")
    run("suv", str(pet), "--weight-kg", WEIGHT_KG)
    words = ("--suv", "--weight-kg", WEIGHT_KG, "--window", "2.5,5", "--at", "29,-49,0")
    run("plot", str(pet), *words, "-o", str(folder / "suv.png"))


def show_treatment(temporary: Path, folder: Path) -> None:
    """Dose and structures on the CT of a head, the histograms, and the structures as a segmentation."""
    print("\n=== Radiotherapy ===")
    head = temporary / "head"
    make_head(head)
    structures_file, dose_file = make_treatment(head, temporary)
    at = ",".join(str(part) for part in TARGET_MM)
    over = ("--fuse", str(dose_file), "--levels", "20,30,40,47.5", "--contours", str(structures_file))
    run("plot", str(head), *over, "--at", at, "-o", str(folder / "dose.png"))

    ct, dose = dicom.read_series(head), dicom.read_series(dose_file)
    structures = dicom.read_structures(structures_file)
    print(f"\n{structures}\n")
    histograms = [dicom.dvh(dose, roi, prescription_gy=PRESCRIPTION_GY) for roi in structures]
    print(histograms[0])
    histograms[0].plot(*histograms[1:]).figure.savefig(folder / "dvh.png")

    print("\n=== Segmentation ===")
    organ = {"property_category": codes.SCT.AnatomicalStructure, "algorithm_type": "MANUAL"}
    kinds = {"Brain": codes.SCT.Brain, "Eye left": codes.SCT.Eye, "Eye right": codes.SCT.Eye}
    segments = [
        dicom.Segment(name, **organ, property_type=kind, color=structures[name].color) for name, kind in kinds.items()
    ]
    dicom.Segmentation.from_masks(structures, ct, segments).save(temporary / "seg.dcm")
    print(dicom.read_segmentation(temporary / "seg.dcm"))
    run("plot", str(head), "--mask", str(temporary / "seg.dcm"), "--at", "30,-72,-12", "-o", str(folder / "seg.png"))


def main(arguments: list[str]) -> int:
    """Run the demo; the argument is the folder for the pictures."""
    from pydicom.data import get_testdata_file

    folder = Path(arguments[0] if arguments else "demo")
    folder.mkdir(parents=True, exist_ok=True)
    ct = os.path.relpath(str(get_testdata_file("CT_small.dcm")))
    mr = os.path.relpath(str(get_testdata_file("examples_overlay.dcm")))
    with tempfile.TemporaryDirectory() as temporary:
        series = make_series(Path(temporary) / "pet")
        middle = series[len(series) // 2]
        print(f"A PET phantom was made: {len(series)} slices.")
        for title, file, name in (("CT", ct, "ct"), ("MR", mr, "mr"), ("PET phantom", str(middle), "pet")):
            print(f"\n=== {title} ===")
            run_shortened("show", file)
            run("info", file)
            run("show", file, "--tag", "Modality", "--tag", "Rows", "--tag", "Columns", "--tag", "PixelSpacing")
            run("plot", file, "-o", str(folder / f"{name}.png"))
        show_uptake(series[0].parent, folder)
        show_treatment(Path(temporary), folder)
    print("\nPictures:", *(str(path) for path in sorted(folder.glob("*.png"))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
