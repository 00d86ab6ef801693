"""``dicom doctor``: versions, codecs, and what is wrong with the installation.

In: nothing. Out: a report on standard output; exit status 1 when something needs mending.
Each codec is tried: a small image is encoded, read as a DICOM file and decoded.
"""

from __future__ import annotations

import sys

from dicom.cli import terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

#: Distribution -> the extra that brings it; "" for what is always needed.
_PACKAGES = {"numpy": "", "imagecodecs": "", "matplotlib": "plot", "pillow": "pictures", "av": "video"}
_RELIC = "dicom"  # the distribution of 2017 that installs a package of our name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``dicom doctor`` understands: colours only."""
    terminal.add_color_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the report; 1 when something needs mending."""
    colored = terminal.wants_color(arguments.color)
    _print_lines(_versions())
    sys.stdout.write("\ncodecs\n")
    sys.stdout.flush()
    failed = _print_codecs(colored, terminal.is_debug(arguments))
    complaints = list(_complaints())
    if failed:
        complaints.append(f"{failed} of the codecs don't work; --debug says why")
    sys.stdout.write("\n")
    for complaint in complaints:
        sys.stdout.write(_colored(f"warning: {complaint}", "33", colored) + "\n")
    if not complaints:
        sys.stdout.write(_colored("all is well", "32", colored) + "\n")
    return 1 if complaints else 0


def _print_lines(lines: Iterator[tuple[str, str]]) -> None:
    for label, text in lines:
        terminal.write(f"{label:<14}{text}\n")


def _versions() -> Iterator[tuple[str, str]]:
    import os
    import platform

    yield "dicom", f"{terminal.version()}  {os.path.dirname(os.path.dirname(os.path.abspath(__file__)))}"
    for name, extra in _PACKAGES.items():
        version = _installed_version(name)
        yield name, version or (f"not installed  (pip install dicom-py[{extra}])" if extra else "not installed")
    yield "Python", f"{platform.python_version()} {platform.python_implementation()}  {sys.executable}"
    yield "platform", platform.platform()
    yield "processor", f"{_processor()}, {os.cpu_count() or 1} logical processors"


def _processor() -> str:
    import platform

    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return f"{platform.machine()}, {line.partition(':')[2].strip()}"
    except OSError:
        # Not Linux: platform's word is what there is.
        pass
    return ", ".join(part for part in (platform.machine(), platform.processor()) if part) or "unknown"


def _installed_version(distribution: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _print_codecs(colored: bool, debug: bool) -> int:
    """Try each codec and print a line for it; give how many failed."""
    from dicom.cli.codec_trials import trials

    failed = 0
    for trial in trials():
        try:
            trial.run()
        except Exception as error:
            failed += 1
            answer = _colored("no ", "31", colored) + f" {terminal.describe(error)}"
            if debug:
                terminal.print_traceback(error)
        else:
            answer = _colored("yes", "32", colored)
        sys.stdout.write(f"  {trial.name:<46} {answer}".rstrip() + "\n")
    return failed


def _complaints() -> Iterator[str]:
    relic = _installed_version(_RELIC)
    if relic is not None:
        yield (
            f"the distribution 'dicom' {relic} of 2017 is installed and owns the same package name, so its files and "
            "ours overwrite each other: pip uninstall dicom, then pip install --force-reinstall dicom-py"
        )
    for name in ("numpy", "imagecodecs"):
        if _installed_version(name) is None:
            yield f"{name} is missing: pip install {name}"


def _colored(text: str, code: str, colored: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colored else text
