"""What the subcommands share: streams, safe text, colours, failures, and going through several files.

In: names of files and text with anything in it. Out: bytes that a terminal or a pipe can take.
"""

from __future__ import annotations

import os
import sys

from dicom.errors import DicomError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from typing import Any, TextIO

_PROGRESS_FROM = 20  # below so many files a progress line is only noise
_BAR_WIDTH = 20

# Control characters in a value could move the cursor or rename the window of a terminal: shown as \x1b. New line and
# tab stay. U+0080 to U+009F are control characters too.
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in {0x09, 0x0A}}


def prepare_streams() -> None:
    """Let characters that the terminal's encoding lacks print as escapes, not fail."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def discard_output() -> None:
    """Send what is still buffered nowhere: the reader has gone, and Python would complain at exit."""
    try:
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, sys.stdout.fileno())
        os.close(descriptor)
    except (OSError, ValueError, AttributeError):
        # Not a real file, as in a test: nothing to redirect.
        return


def version() -> str:
    """Version of this library, without importing all of it."""
    from dicom._core import __version__

    return str(__version__)


def safe_text(text: str) -> str:
    """Text without control characters other than new line and tab."""
    return text.translate(_CONTROLS)


def complain_of_lost(path: str, report: Any) -> None:
    """Say of a volume which files may be missing from it: at an end nobody would see that."""
    for note in (*report.of_kind("lost-file"), *report.of_kind("unread-file")):
        more = ", ..." if len(note.files) > 1 else ""
        complain(f"{safe_name(path)}: {note.message}: {safe_name(note.files[0])}{more}")


def safe_name(path: str) -> str:
    """A file's name on one line; bytes that aren't in the system's encoding appear as hexadecimal escapes."""
    name = os.fsencode(path).decode("utf-8", "backslashreplace") if os.name == "posix" else path
    return safe_text(name).replace("\n", "\\n").replace("\t", "\\t")


def write(text: str) -> None:
    """Print text from a file, made safe."""
    sys.stdout.write(safe_text(text))


def complain(message: str) -> None:
    """One line on standard error."""
    line = safe_text(message).replace("\n", " ")
    sys.stderr.write(f"dicom: {line}\n")


def wants_color(choice: str, stream: TextIO | None = None) -> bool:
    """Whether to colour: ``auto`` is a terminal that isn't dumb, with NO_COLOR unset (https://no-color.org)."""
    if choice != "auto":
        return choice == "always"
    stream = sys.stdout if stream is None else stream
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return False
    # Consoles of Windows before its Terminal print the codes as they stand.
    return os.name != "nt" or "WT_SESSION" in os.environ


def add_color_argument(parser: argparse.ArgumentParser) -> None:
    """``--color auto|always|never``."""
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal only)"
    )


def add_files_argument(parser: argparse.ArgumentParser) -> None:
    """One or more files."""
    parser.add_argument("files", nargs="+", metavar="FILE", help='a DICOM file; "-" is standard input')


def read(path: str, **options: Any) -> Any:
    """Read a file, or standard input for ``-``."""
    from dicom.dataset.read import read as read_source

    return read_source(sys.stdin.buffer.read() if path == "-" else path, **options)


def for_each_file(files: Sequence[str], act: Callable[[str], None], debug: bool, *, is_slow: bool = False) -> int:
    """Act on each file; go on after a failure, with one line about it on standard error.

    Parameters
    ----------
    files : sequence of str
    act : callable
    debug : bool
        Whether failures come with a traceback.
    is_slow : bool
        Whether a progress bar is shown from two files on, and where standard output is a terminal too: for commands
        that write files, not text.

    Returns
    -------
    int
        The exit status: 1 when any file failed.
    """
    status = 0
    is_long = len(files) > 1 if is_slow else len(files) >= _PROGRESS_FROM and not sys.stdout.isatty()
    shows_progress = is_long and sys.stderr.isatty()
    for index, path in enumerate(files):
        if shows_progress:
            sys.stderr.write(f"\r\x1b[K{_bar(index, len(files))} [{index + 1}/{len(files)}] {safe_name(path)[-40:]}")
            sys.stderr.flush()
        try:
            act(path)
        except BrokenPipeError:
            raise
        except Exception as error:
            # A person gets a line, and a traceback only on asking.
            if shows_progress:
                sys.stderr.write("\r\x1b[K")
            # What was printed before comes before the complaint where both go to one terminal.
            sys.stdout.flush()
            complain(f"{safe_name(path)}: {describe(error)}")
            if debug:
                print_traceback(error)
            status = 1
    if shows_progress:
        sys.stderr.write("\r\x1b[K")
    return status


def _bar(done: int, count: int) -> str:
    """How much is done, in characters that every terminal has."""
    filled = _BAR_WIDTH * done // count
    return "#" * filled + "." * (_BAR_WIDTH - filled)


def describe(error: BaseException) -> str:
    """What went wrong, on one line, without any element's value."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, DicomError):
        return str(error) or type(error).__name__
    if isinstance(error, MemoryError):
        return "not enough memory"
    # The text of an error that isn't ours may quote a value.
    return f"{type(error).__name__}: this shouldn't happen; --debug prints the traceback, please report it"


def print_traceback(error: BaseException) -> None:
    """The traceback, on standard error."""
    import traceback

    sys.stderr.write(safe_text("".join(traceback.format_exception(error))))


def is_debug(arguments: argparse.Namespace) -> bool:
    """Whether ``--debug`` was given, before or after the subcommand."""
    return bool(getattr(arguments, "debug", False))
