"""The command ``dicom``: look at DICOM files from a shell.

In: the command line. Out: text on standard output, one line a failure on standard error, and an exit status: 0, 1 when
a file couldn't be dealt with, 2 for wrong usage, 130 for an interrupt, 141 when the reader of our output went away.
Each subcommand is a module of this package with ``add_arguments(parser)`` and ``run(arguments) -> int``, imported only
when it is asked for.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from types import ModuleType

COMMANDS = {
    "show": "print the header of files: as text, as JSON, or single elements",
    "info": "what is in a file, on one screen",
    "series": "the series below a folder: what makes one volume, and why a file is in none",
    "suv": "standardized uptake values of a PET series, with what they rest on",
    "dvh": "how much dose the regions of a structure set get: a table, and a picture of the histograms",
    "plot": "draw an image, or three planes of a series with what lies over it, to a file, in mm",
    "convert": "save images as PNG, JPEG, TIFF, GIF or MP4, stored videos as they are, series as NIfTI, NRRD, ...",
    "transcode": "bring the pixels of files into another transfer syntax",
    "dicomdir": "print the tree of a File-set, or make the DICOMDIR of a folder",
    "doctor": "versions, codecs and what is wrong with the installation",
    "completion": "print a script that completes this command in bash, zsh or fish",
}

#: Options whose value can begin with a minus.
_TAKE_NUMBERS = ("--window", "--at", "--fuse-window", "--levels")
_INTERRUPTED = 130
_BROKEN_PIPE = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line without the program's name; by default `sys.argv`'s.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if sys.stdout is None or sys.stderr is None:
        _open_closed_streams()
    from dicom.cli import terminal

    try:
        try:
            return _run(words)
        finally:
            # Here, while we can still answer: at exit, Python would print a traceback for what can't be written.
            sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        terminal.discard_output()
        return _BROKEN_PIPE
    except OSError as error:
        terminal.discard_output()
        terminal.complain(f"standard output: {error.strerror or type(error).__name__}")
        return 1


def _run(words: list[str]) -> int:
    words = _with_negative_numbers(words)
    parser = build_parser(words)
    try:
        options = parser.parse_args(words)
    except SystemExit as stop:
        # argparse has printed what there was to say: usage (2), or the help that was asked for (0).
        return stop.code if isinstance(stop.code, int) else 2
    if options.version:
        from dicom.cli.terminal import version

        sys.stdout.write(f"dicom {version()}\n")
        return 0
    if options.command is None:
        parser.print_help(sys.stderr)
        return 2
    from dicom.cli import terminal

    terminal.prepare_streams()
    status = load_command(options.command).run(options)
    return int(status)


def _with_negative_numbers(words: list[str]) -> list[str]:
    """``--window -600,1500`` as one word: argparse would take what begins with a dash for another option."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _TAKE_NUMBERS and word[:1] == "-" and word[1:2].isdigit():
            joined[-1] = f"{joined[-1]}={word}"
        else:
            joined.append(word)
    return joined


def _open_closed_streams() -> None:
    """Give a program that was started with closed streams somewhere to write to."""
    import os

    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open for as long as we run
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def load_command(name: str) -> ModuleType:
    """The module of a subcommand."""
    import importlib

    return importlib.import_module(f"dicom.cli.{name}")


def build_parser(words: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The parser of the whole command.

    Parameters
    ----------
    words : sequence of str, optional
        The command line: only the subcommand that it names is filled in, so that the others needn't be imported. None
        fills in all.
    """
    import argparse

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--debug", action="store_true", default=argparse.SUPPRESS, help="on failure, print the whole traceback"
    )
    parser = argparse.ArgumentParser(prog="dicom", description="Look at DICOM files.", parents=[common])
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    named = next((word for word in words if not word.startswith("-")), None) if words is not None else None
    for name, summary in COMMANDS.items():
        description = f"{summary[0].upper()}{summary[1:]}."
        subparser = subparsers.add_parser(name, help=summary, description=description, parents=[common])
        if words is None or name == named:
            load_command(name).add_arguments(subparser)
    return parser
