"""``dicom dvh``: how much dose the regions of a structure set get.

In: an RT Dose and an RT Structure Set. Out: a table of all regions on standard output, or JSON; with ``-o`` a picture
of the histograms. The table has the names of the regions: whoever asks for it wants them. Messages have numbers only.
"""

from __future__ import annotations

import sys

from dicom.cli import terminal
from dicom.errors import GeometryError, LimitError, PixelError, RegionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from dicom.radiotherapy.dose.histogram import DVH
    from dicom.radiotherapy.roi import ROI
    from dicom.radiotherapy.structures import StructureSet

_HEAD = ("number", "name", "volume/ml", "min/Gy", "mean/Gy", "max/Gy", "D95%/Gy", "D2%/Gy")
_PICTURES = (".png", ".pdf", ".svg", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``dicom dvh`` understands."""
    parser.add_argument("dose", metavar="DOSE", help="an RT Dose")
    parser.add_argument("structures", metavar="STRUCTURES", help="an RT Structure Set")
    parser.add_argument(
        "--roi", action="append", metavar="WHICH", help="a region's name or number; may be there several times"
    )
    parser.add_argument("-o", "--output", metavar="PICTURE", help="draw the histograms: x.png, x.pdf, x.svg")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Compute; give the exit status."""
    output = arguments.output
    if output is not None and not output.lower().endswith(_PICTURES):
        terminal.complain(f"{terminal.safe_name(output)}: the name ends in no format of pictures: .png, .pdf, .svg")
        return 2
    if "-" in (arguments.dose, arguments.structures):
        terminal.complain("dose and structures are read from files, not from standard input")
        return 2
    is_debug = terminal.is_debug(arguments)
    opened: dict[str, Any] = {}

    def open_files(path: str) -> None:
        from dicom.radiotherapy.read import read_structures
        from dicom.volume.read import read_series

        opened[path] = read_series(path) if path == arguments.dose else read_structures(path)

    status = terminal.for_each_file([arguments.dose, arguments.structures], open_files, is_debug)
    if status:
        return status
    kept: list[int] = []

    def compute(path: str) -> None:
        kept.append(_compute(opened[path], opened[arguments.structures], arguments))

    return terminal.for_each_file([arguments.dose], compute, is_debug) or kept[0]


def _compute(dose: Any, structures: StructureSet, arguments: argparse.Namespace) -> int:
    """The exit status: 1 where a region has no histogram."""
    from dicom.radiotherapy.dose.dose_volume import dvh

    chosen = [_region(structures, which) for which in arguments.roi or ()]
    made: list[DVH] = []
    refused: list[dict[str, Any]] = []
    # Points and lines have no volume: no failure of those who asked for all.
    for roi in chosen or [roi for roi in structures if roi.has_area]:
        try:
            made.append(dvh(dose, roi))
        except (RegionError, GeometryError, LimitError) as error:
            # The others may well have one; what is wrong with the dose is another error, and one for all.
            refused.append({"number": roi.number, "reason": str(error)})
    if not made and not refused:
        raise RegionError("no region has a closed contour")
    if arguments.output is not None and made:
        _draw(made, arguments.output)
    if arguments.json:
        import json

        found = [{"number": one.number, "name": one.name, **one.as_dict(), "notes": [*one.notes]} for one in made]
        sys.stdout.write(json.dumps({"regions": found, "refused": refused}, indent=1) + "\n")
    else:
        terminal.write(_table(made))
    sys.stdout.flush()
    for one in refused:
        terminal.complain(f"ROI {one['number']}: {one['reason']}")
    return 1 if refused else 0


def _region(structures: StructureSet, which: str) -> ROI:
    """The region of a name, or else of a number."""
    if which not in structures and which.isdecimal():
        return structures[int(which)]
    return structures[which]


def _table(found: list[DVH]) -> str:
    rows: list[tuple[str, ...]] = [_HEAD]
    for one in found:
        numbers = (one.min, one.mean, one.max, one.dose_at(95), one.dose_at(2))
        name = " ".join(one.name.split())
        rows.append((str(one.number), name, f"{one.volume_ml:.4g}", *(f"{number:.2f}" for number in numbers)))
    widths = [max(len(row[n]) for row in rows) for n in range(len(_HEAD))]
    lines = [
        "  ".join(
            cell.ljust(width) if n == 1 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    notes = [f"ROI {one.number}: {note}" for one in found for note in one.notes]
    return "".join(f"{line}\n" for line in [*lines, *notes])


def _draw(found: list[DVH], output: str) -> None:
    from dicom.plotting.dvh import plot_dvhs

    figure: Any = plot_dvhs(found).figure
    try:
        figure.savefig(output, dpi=150)
    except OSError as error:
        raise PixelError(f"{terminal.safe_name(output)} can't be written: {error.strerror}") from error
