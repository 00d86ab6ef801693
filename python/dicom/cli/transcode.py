"""``dicom transcode``: bring the pixels of files into another transfer syntax.

In: names of files and folders. Out: files, one line each for what couldn't be done, and a count of what was.
"""

from __future__ import annotations

import os
import sys

from dicom.cli import terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from dicom.dataset.transcode import Transcoded

_OPTIONS = ("quality", "max_error", "ratio", "psnr", "effort", "predictor")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``dicom transcode`` understands."""
    parser.add_argument("sources", nargs="*", metavar="IN", help="a DICOM file, or a folder whose tree is kept")
    parser.add_argument(
        "-o", "--output", metavar="OUT", help="the file to make, or the folder that the files or the tree go into"
    )
    parser.add_argument(
        "--to", metavar="SYNTAX", choices=_Names(), help="transfer syntax: a name such as htj2k-lossless, or a UID"
    )
    parser.add_argument("--list", action="store_true", help="print the transfer syntaxes, and what is done with each")
    loss = parser.add_argument_group("how much may be lost")
    loss.add_argument("--quality", type=int, metavar="N", help="1 to 100; JPEG, JPEG 2000, HTJ2K, JPEG XL")
    loss.add_argument("--ratio", type=float, metavar="R", help="native bytes to encoded bytes; the same codecs")
    loss.add_argument("--psnr", type=float, metavar="DB", help="peak signal-to-noise ratio, dB; the same codecs")
    loss.add_argument("--max-error", type=int, metavar="N", help="how far a sample may be off; JPEG-LS Near-Lossless")
    parser.add_argument("--effort", type=int, metavar="N", help="1, fast, to 9, small; JPEG XL and deflated frames")
    parser.add_argument("--predictor", type=int, metavar="N", help="1 to 7; JPEG Lossless")
    parser.add_argument("--rgb", action="store_true", help="turn YBR_FULL samples into RGB, which rounds them")
    parser.add_argument(
        "--offset-table", choices=("basic", "extended", "none"), help="what encapsulated frames are found by"
    )
    parser.add_argument("--new-uid", action="store_true", help="a new SOP Instance UID, where nothing is lost too")
    parser.add_argument("--workers", type=int, metavar="N", help="threads (default: as many as there are CPUs)")
    parser.add_argument("--overwrite", action="store_true", help="replace files that are there")


class _Names:
    """The names of transfer syntaxes that pixels are brought into, for completion; a UID is taken too.

    They are looked up when they are asked for: the table needn't be read to print the help of another command.
    """

    def __iter__(self) -> Any:
        from dicom.pixels.codecs import SYNTAXES

        return (syntax.alias for syntax in SYNTAXES.values() if syntax.encodes)

    def __contains__(self, name: object) -> bool:
        from dicom.errors import TransferSyntaxError
        from dicom.pixels.codecs import resolve

        try:
            resolve(str(name))
        except TransferSyntaxError:
            return False
        return True


def run(arguments: argparse.Namespace) -> int:
    """Transcode; give the exit status."""
    if arguments.list:
        _print_list()
        return 0
    missing = [
        name
        for name, value in (("IN", arguments.sources), ("-o OUT", arguments.output), ("--to SYNTAX", arguments.to))
        if not value
    ]
    if missing:
        terminal.complain(f"transcode: {', '.join(missing)} is needed (--list prints the transfer syntaxes)")
        return 2
    if arguments.workers is not None and arguments.workers < 1:
        terminal.complain("transcode: --workers is 1 or more")
        return 2
    output = arguments.output
    if output == "-" or "-" in arguments.sources:
        terminal.complain('transcode: files are read and written by their names; "-" is none')
        return 2
    if len(arguments.sources) > 1 and os.path.lexists(output) and not os.path.isdir(output):
        terminal.complain(f"{terminal.safe_name(output)}: several sources go into a folder, and this is none")
        return 2
    return _transcode_all(arguments)


def _transcode_all(arguments: argparse.Namespace) -> int:
    from dicom.io.progress import reporter
    from dicom.pixels.threads import cpu_count
    from dicom.pixels.writing.encoding import in_order

    sources = arguments.sources
    several = len(sources) > 1
    workers = arguments.workers or cpu_count()
    # Many files are done side by side, few by their frames; a folder sees to that itself.
    by_files = len(sources) >= 2 * workers and not any(os.path.isdir(source) for source in sources)

    def act(source: str) -> Transcoded | Exception:
        try:
            return _transcode_one(source, arguments, 1 if by_files else workers, several)
        except Exception as error:
            return error

    status = 0
    counts = dict.fromkeys(("written", "copied", "left_out"), 0)
    report = reporter(several, "transcoding")
    done = in_order(act, sources, workers if by_files else 1)
    for number, (source, outcome) in enumerate(zip(sources, done, strict=True), 1):
        errors = [(source, outcome)] if isinstance(outcome, Exception) else outcome.errors
        for path, error in errors:
            _complain(path, error, arguments)
            status = 1
        if not isinstance(outcome, Exception):
            for name in counts:
                counts[name] += len(getattr(outcome, name))
        report(number, len(sources))
    if counts["left_out"]:
        terminal.complain(f"{counts['left_out']} files left out, which are not DICOM, or a DICOMDIR")
    if several or os.path.isdir(sources[0]):
        copied = f", {counts['copied']} copied as they are" if counts["copied"] else ""
        terminal.write(f"{counts['written']} files transcoded{copied}\n")
    return status


def _transcode_one(source: str, arguments: argparse.Namespace, workers: int, several: bool) -> Transcoded:
    from dicom.dataset.transcode import transcode

    target = arguments.output
    if several:
        # Trees go side by side, as files do.
        os.makedirs(target, exist_ok=True)
        target = os.path.join(target, os.path.basename(os.path.abspath(source)))
    elif target.endswith(os.sep):
        os.makedirs(target, exist_ok=True)
    return transcode(
        source,
        target,
        arguments.to,
        **{name: getattr(arguments, name) for name in _OPTIONS},
        as_rgb=arguments.rgb,
        offset_table=arguments.offset_table,
        generate_instance_uid=True if arguments.new_uid else None,
        workers=workers,
        overwrite=arguments.overwrite,
        # One bar at a time.
        progress=not several,
    )


def _complain(path: str, error: Exception, arguments: argparse.Namespace) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")  # the bar, if there is one
    terminal.complain(f"{terminal.safe_name(path)}: {terminal.describe(error)}")
    if terminal.is_debug(arguments):
        terminal.print_traceback(error)


def _print_list() -> None:
    from dicom.pixels.codecs import SYNTAXES

    rows = [("name", "UID", "read", "write", "keeps samples")]
    for syntax in SYNTAXES.values():
        kept = {"always": "yes", "never": "no", "may be": "by options"}[syntax.lossless] if syntax.encodes else ""
        read = f"with {syntax.extra}" if syntax.extra else _yes(syntax.decodes)
        rows.append((syntax.alias, syntax.uid, read, _yes(syntax.encodes), kept))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        terminal.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n")


def _yes(does: bool) -> str:
    return "yes" if does else "-"
