"""``dicom series``: the series below a folder, as volumes; and which files have none, and why.

In: folders, files, zip archives or DICOMDIRs. Out: a table on standard output, or JSON. Nothing about the patient but
what Series Description says. Standard: PS3.3 C.7.3.1 (General Series).
"""

from __future__ import annotations

import sys

from dicom.cli import terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from dicom.volume.series.found import FoundSeries


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``dicom series`` understands."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="a folder, a file, a zip archive or a DICOMDIR; all below are searched"
    )
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print series and files as JSON")
    output.add_argument("--files", action="store_true", help="print the place of each file too, or why it has none")


def run(arguments: argparse.Namespace) -> int:
    """Print the series; give the exit status: 1 when there is none."""
    paths = arguments.paths
    try:
        from dicom.volume import find_series

        found = find_series(paths[0] if len(paths) == 1 else paths, progress=True)
    except Exception as error:
        terminal.complain(f"{terminal.safe_name(paths[0])}: {terminal.describe(error)}")
        if terminal.is_debug(arguments):
            terminal.print_traceback(error)
        return 1
    if arguments.json:
        import json

        sys.stdout.write(json.dumps(found.to_dict(), indent=1) + "\n")
    else:
        terminal.write(f"{found}\n")
        if arguments.files:
            _print_files(found)
    return 0 if len(found) else 1


def _print_files(found: FoundSeries) -> None:
    """A line a file: the number of its series, or a dash; its name; what is to be said of it."""
    width = len(str(len(found)))
    sys.stdout.write("\n")
    for entry in found.files:
        place = "-" if entry.series is None else str(entry.series)
        reason = f"  ({terminal.safe_text(entry.reason)})" if entry.reason else ""
        sys.stdout.write(f"{place:>{width}}  {terminal.safe_name(entry.path)}{reason}\n")
