"""``pydicom.cli.main``: the command ``pydicom`` with its subcommands ``show``, ``codify`` and ``help``.

In: the command line; files as ``[pydicom::]name[::element]``. Out: text, on standard output. Our own command, `dicom`,
does more.
"""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING

from dicom.compat._reading import dcmread
from dicom.compat.data.data_manager import get_testdata_file
from dicom.dataset import Dataset
from dicom.elements.sequence import Sequence
from dicom.errors import DicomError

if TYPE_CHECKING:
    from collections.abc import Sequence as Words
    from typing import Any

filespec_help = (
    "a file, as [pydicom::]name[::element]: with 'pydicom::' a test file of that name, where one is installed; with an "
    "element only that, as in your_file.dcm::StudyDate or plan.dcm::BeamSequence[0].BeamNumber"
)
_STEP = re.compile(r"([A-Za-z0-9_]+)((?:\[-?\d+\])*)\Z")


def filespec_parts(filespec: str) -> tuple[str, str, str]:
    """The prefix, the file's name and the element of a `filespec`; empty text for what isn't there."""
    prefix, rest = ("pydicom", filespec[len("pydicom::") :]) if filespec.startswith("pydicom::") else ("", filespec)
    name, separator, element = rest.rpartition("::")
    return (prefix, name, element) if separator else (prefix, element, "")


def filespec_parser(filespec: str) -> list[tuple[Dataset, Any]]:
    """The data set that a `filespec` names, and what of it: an element, an item, or None for all of it.

    Raises
    ------
    argparse.ArgumentTypeError
        The file can't be read, or has no such element.
    """
    prefix, name, wanted = filespec_parts(filespec)
    path: Any = get_testdata_file(name) if prefix else name
    if path is None:
        raise argparse.ArgumentTypeError(f"no test file of the name {name!r} is installed")
    try:
        dataset = dcmread(path, force=True)
    except (DicomError, OSError) as error:
        raise argparse.ArgumentTypeError(f"{name} can't be read: {error}") from error
    return [(dataset, _part(dataset, wanted) if wanted else None)]


def _part(dataset: Dataset, wanted: str) -> Any:
    found: Any = dataset
    for step in wanted.split("."):
        match = _STEP.match(step)
        try:
            if match is None:
                raise KeyError(step)
            found = found[match[1]]
            for index in re.findall(r"-?\d+", match[2]):
                found = found.value[int(index)] if hasattr(found, "VR") else found[int(index)]
        except (KeyError, IndexError, TypeError) as error:
            raise argparse.ArgumentTypeError(f"the file has no element {wanted!r}") from error
    return found


def _add_show(subparsers: Any) -> None:
    parser = subparsers.add_parser("show", description="Print all of a DICOM file, or a part of it.")
    parser.add_argument("filespec", help=filespec_help, type=filespec_parser)
    parser.add_argument("-x", "--exclude-private", action="store_true", help="leave out private elements")
    parser.add_argument("-t", "--top", action="store_true", help="leave out the items of sequences")
    parser.add_argument("-q", "--quiet", action="store_true", help="only what kind of object it is, and of whom")
    parser.set_defaults(func=do_command)


def do_command(args: argparse.Namespace) -> None:
    """Print what ``pydicom show`` was asked for."""
    for dataset, part in args.filespec:
        shown = dataset if part is None else part
        if args.exclude_private and isinstance(shown, Dataset):
            shown.remove_private_tags()
        if args.quiet and isinstance(shown, Dataset):
            _print_summary(shown)
        elif args.top and isinstance(shown, Dataset):
            _print(shown.top())
        else:
            _print(shown)


_SUMMARY = (
    "SOPClassUID",
    "PatientName",
    "PatientID",
    "StudyID",
    "StudyDate",
    "StudyTime",
    "StudyDescription",
    "BodyPartExamined",
    "Modality",
    "Rows",
    "Columns",
    "SliceLocation",
)


def _print_summary(dataset: Dataset) -> None:
    for keyword in _SUMMARY:
        if keyword in dataset:
            element = dataset[keyword]
            _print(f"{keyword}: {getattr(element.value, 'name', element.value)}")


def _print(shown: object) -> None:
    text = "\n".join(map(str, shown)) if isinstance(shown, Sequence) else str(shown)
    sys.stdout.write(text + "\n")


def _add_codify(subparsers: Any) -> None:
    from dicom.compat.util.codify import do_codify, set_parser_arguments

    parser = subparsers.add_parser("codify", description="Print the Python code that makes the data set of a file.")
    set_parser_arguments(parser, 100)
    parser.set_defaults(func=do_codify)


def main(args: Words[str] | None = None) -> None:
    """Run the command.

    Parameters
    ----------
    args : list of str, optional
        The command line without the program's name; by default `sys.argv`'s.
    """
    words = list(sys.argv[1:] if args is None else args)
    parser = argparse.ArgumentParser(prog="pydicom", description="Look at DICOM files, as pydicom's command does.")
    subparsers = parser.add_subparsers(dest="command", metavar="{help,codify,show}")
    helper = subparsers.add_parser("help", description="Print how a subcommand is used.")
    helper.add_argument("subcommand", nargs="?", choices=("codify", "show"))
    _add_show(subparsers)
    if "codify" in words[:2]:  # codify brings in all that it can write code for
        _add_codify(subparsers)
    if words[:1] == ["help"]:
        options = parser.parse_args(words)
        parser.parse_args([options.subcommand, "--help"] if options.subcommand else ["--help"])
    options = parser.parse_args(words)
    if options.command is None:
        parser.print_help()
    else:
        options.func(options)
