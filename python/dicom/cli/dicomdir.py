"""``dicom dicomdir``: the tree of a File-set, or a new File-set of a folder.

In: a DICOMDIR, or a folder. Out: the tree on standard output; with ``--create`` a DICOMDIR, and with ``--output`` the
files beside it under names that a File-set may have. Standard: PS3.10 8, PS3.3 annex F.
"""

from __future__ import annotations

import os
import sys

from dicom.cli import terminal
from dicom.errors import InvalidDicomError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from dicom.fileset import FileSet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``dicom dicomdir`` understands."""
    parser.add_argument("path", metavar="PATH", help="a DICOMDIR, or the folder that it lies in")
    parser.add_argument(
        "--create",
        action="store_true",
        help="make a DICOMDIR for the DICOM files below the folder PATH; their names have to be File IDs (at most 8 "
        "characters A-Z, 0-9 and _), unless --output is given",
    )
    parser.add_argument(
        "--output", metavar="FOLDER", help="with --create: copy the files into this folder, named PT000000/ST000000/..."
    )
    parser.add_argument("--id", metavar="TEXT", help="with --create: the File-set ID, at most 16 characters")
    parser.add_argument(
        "--overwrite", action="store_true", help="with --create: replace a DICOMDIR and files that are there"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print a tree, or make a DICOMDIR; give the exit status."""
    if not arguments.create and (arguments.output or arguments.id or arguments.overwrite):
        terminal.complain("dicomdir: --output, --id and --overwrite go with --create")
        return 2
    try:
        return _create(arguments) if arguments.create else _show(arguments.path)
    except BrokenPipeError:
        raise
    except Exception as error:
        sys.stdout.flush()
        terminal.complain(f"{terminal.safe_name(arguments.path)}: {terminal.describe(error)}")
        if terminal.is_debug(arguments):
            terminal.print_traceback(error)
        return 1


def _show(path: str) -> int:
    """Print what a DICOMDIR says; what is wrong with it goes to standard error."""
    import warnings

    from dicom.fileset import FileSet

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the findings say the same, one by one
        file_set = FileSet(path)
    _print(file_set)
    sys.stdout.flush()
    for finding in file_set.findings:
        terminal.complain(f"{terminal.safe_name(path)}: {finding}")
    return 0


def _print(file_set: FileSet) -> None:
    terminal.write(f"File-set ID   {file_set.ID or ''}\nFile-set UID  {file_set.UID}\nInstances     {len(file_set)}\n")
    for line in file_set._tree.prettify():
        terminal.write(line.replace("\n", "\\n") + "\n")


def _create(arguments: argparse.Namespace) -> int:
    from dicom.fileset import FileSet

    failed = skipped = 0

    def complain(path: str, error: Exception) -> None:
        nonlocal failed, skipped
        if isinstance(error, InvalidDicomError):
            skipped += 1
            return
        failed += 1
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
        terminal.complain(f"{terminal.safe_name(path)}: {terminal.describe(error)}")

    if arguments.output:
        file_set = FileSet()
        file_set.add_folder(arguments.path, on_error=complain, progress=True)
    else:
        file_set = FileSet.from_folder(arguments.path, on_error=complain, progress=True)
    if len(file_set) == 0:
        terminal.complain(f"{terminal.safe_name(arguments.path)}: no file of the folder can be in a File-set")
        return 1
    if skipped:
        terminal.complain(f"{terminal.safe_name(arguments.path)}: {skipped} files left out, which are not DICOM")
    file_set.ID = arguments.id
    file_set.write(
        arguments.output,
        use_existing=not arguments.output,
        overwrite=arguments.overwrite,
        progress=True,
    )
    place = os.path.join(arguments.output or arguments.path, "DICOMDIR")
    terminal.write(f"{terminal.safe_name(place)}: {len(file_set)} instances\n")
    return 1 if failed else 0
