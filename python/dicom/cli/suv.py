"""``dicom suv``: the standardized uptake values of a PET series: what they rest on, and a volume of them.

In: a folder, files, an archive or a DICOMDIR with a series. Out: the table of evidence on standard output, or JSON;
with ``-o`` a NIfTI, NRRD, MetaImage or OME-Zarr file, with ``--dicom`` a series. The table has the patient's weight and
the times of the scan: whoever asks for it wants them.
"""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager

from dicom.cli import terminal
from dicom.errors import DicomError, GeometryError, PixelError, QuantityError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Any

    from dicom.pet.factors import SUVFactors
    from dicom.volume.volume import Volume

_KINDS = ("bw", "lbm", "lbm-james128", "lbm-janma", "bsa", "ibw")
#: What the caller may say in the place of the header.
_GIVEN = (
    *("weight_kg", "height_m", "sex", "dose_bq", "injection", "half_life_s", "reference_time", "decay_correction"),
    "corrected_image",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``dicom suv`` understands."""
    parser.add_argument(
        "files", nargs="+", metavar="SERIES", help="a folder with a PET series, files, a zip archive or a DICOMDIR"
    )
    parser.add_argument("-o", "--output", metavar="VOLUME", help="x.nii.gz, x.nii, x.nrrd, x.mha, x.mhd or x.zarr")
    parser.add_argument("--dicom", metavar="FOLDER", help="write a DICOM series into a folder, in GML or CM2ML")
    parser.add_argument(
        "--tolerance",
        type=float,
        default=0.0,
        metavar="UPTAKE",
        help="by how much a value of that series may differ, for it holds whole numbers and a factor (default: 0)",
    )
    parser.add_argument("--kind", choices=_KINDS, default="bw", help="what it is normalised by (default: body weight)")
    parser.add_argument("--series", metavar="WHICH", help="of several series: its index, UID or description")
    parser.add_argument("--factors", action="store_true", help="print the factor of each slice below the table")
    parser.add_argument("--json", action="store_true", help="print factors and evidence as JSON")
    parser.add_argument("--gaps", choices=("raise", "fill"), default="raise", help="what to do about missing slices")
    parser.add_argument(
        "--no-sidecar", dest="sidecar", action="store_false", help="NIfTI alone, without the .json beside it"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace files of the same name in FOLDER")
    add_given(parser, "The table says what was given here.")


def add_given(parser: argparse.ArgumentParser, description: str) -> None:
    """The options that stand in the place of what the header lacks."""
    given = parser.add_argument_group("in the place of the header", description)
    given.add_argument("--weight-kg", type=float, metavar="KG")
    given.add_argument("--height-m", type=float, metavar="M")
    given.add_argument("--sex", choices=("M", "F"))
    given.add_argument("--dose-bq", type=float, metavar="BQ", help="at the time of the injection")
    given.add_argument("--injection", type=_moment, metavar="TIME", help="2026-01-02T09:15:00, on the series' clock")
    given.add_argument("--half-life-s", type=float, metavar="S")
    given.add_argument(
        "--reference-time", type=_moment, metavar="TIME", help="to which the images are corrected for decay"
    )
    given.add_argument("--decay-correction", choices=("START", "ADMIN", "NONE"))
    given.add_argument(
        "--corrected-image", type=_terms, metavar="TERMS", help="what was corrected for, with commas: ATTN,DECY"
    )


def run(arguments: argparse.Namespace) -> int:
    """Compute; give the exit status."""
    from dicom.export.save import volume_suffix

    output = arguments.output
    if output is not None and volume_suffix(output) is None:
        terminal.complain(f"{terminal.safe_name(output)}: the name ends in no format of volumes: .nii.gz, .nrrd, ...")
        return 2
    if "-" in arguments.files:
        terminal.complain("a series is read from files, not from standard input")
        return 2
    return terminal.for_each_file(arguments.files[:1], lambda _: _compute(arguments), terminal.is_debug(arguments))


def _compute(arguments: argparse.Namespace) -> None:
    from dicom.pet.suv import suv

    sources = arguments.files[0] if len(arguments.files) == 1 else arguments.files
    given = given_of(arguments)
    series = arguments.series
    if series is not None and series.isdecimal():
        series = int(series)
    options: dict[str, Any] = {"series": series, "gaps": arguments.gaps, **given}
    try:
        with told_as_options():
            factors = suv(sources, arguments.kind, factors=True, **options)
        is_written = arguments.output is not None or arguments.dicom is not None
        written = _write(sources, arguments, options) if is_written else []
    except GeometryError as error:
        found = getattr(error, "found", None)
        if found is None:
            raise
        sys.stderr.write(terminal.safe_text(f"{found}\n"))
        raise GeometryError(f"has {len(found)} series; --series N picks one, counted from 0") from error
    if arguments.json:
        import json

        sys.stdout.write(json.dumps({**_as_dict(factors), "files": written}, indent=1) + "\n")
        return
    terminal.write(f"{factors}\n")
    if arguments.factors:
        _print_factors(factors)


def given_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the caller says in the place of the header."""
    from dicom.pet.given import checked

    given = {name: value for name in _GIVEN if (value := getattr(arguments, name)) is not None}
    try:
        with told_as_options():
            checked(given)
    except ValueError as error:
        raise PixelError(str(error)) from error
    return given


@contextmanager
def told_as_options() -> Iterator[None]:
    """Name options as they are typed here: an error of the library names its arguments."""
    try:
        yield
    except (DicomError, ValueError) as error:
        words = str(error).partition("; form=")[0]
        for name in (*_GIVEN, "tolerance"):
            words = re.sub(rf"\b{name}(=|\b(?= is ))", "--" + name.replace("_", "-"), words)
        if words == str(error):
            raise
        raise (QuantityError if isinstance(error, QuantityError) else PixelError)(words) from error


def _write(sources: Any, arguments: argparse.Namespace, options: dict[str, Any]) -> list[str]:
    """The files that were written, after the factors are known: a series that gives none isn't read."""
    from dicom.pet.suv import suv

    volume = suv(sources, arguments.kind, progress=True, **options)
    terminal.complain_of_lost(arguments.files[0], volume.report)
    return _write_volume(volume, arguments) + _write_dicom(volume, arguments)


def _write_volume(volume: Volume, arguments: argparse.Namespace) -> list[str]:
    if arguments.output is None:
        return []
    extra = {"sidecar": arguments.sidecar} if arguments.output.lower().endswith((".nii", ".nii.gz")) else {}
    try:
        written: list[str] = volume.save(arguments.output, progress=True, **extra)
    except OSError as error:
        if error.strerror is None:
            raise
        raise PixelError(f"{terminal.safe_name(arguments.output)} can't be written: {error.strerror}") from error
    return written


def _write_dicom(volume: Volume, arguments: argparse.Namespace) -> list[str]:
    if arguments.dicom is None:
        return []
    try:
        with told_as_options():
            written = volume.to_dicom(
                folder=arguments.dicom, tolerance=arguments.tolerance, overwrite=arguments.overwrite, progress=True
            )
    except FileExistsError as error:
        raise PixelError(
            f"{terminal.safe_name(arguments.dicom)} holds files already: --overwrite replaces those of the same name"
        ) from error
    except OSError as error:
        if error.strerror is None:
            raise
        raise PixelError(f"{terminal.safe_name(arguments.dicom)} can't be written: {error.strerror}") from error
    return [str(path) for path in written]


def _as_dict(factors: SUVFactors) -> dict[str, Any]:
    import numpy as np

    values = np.where(np.isnan(factors.values), None, factors.values)  # type: ignore[call-overload]
    return {
        "kind": factors.kind,
        "quantity": factors.quantity,
        "unit": factors.unit,
        "factors": values.tolist(),
        "evidence": factors.evidence.as_dicts(),
    }


def _print_factors(factors: SUVFactors) -> None:
    """A line a slice: its index, after that of its time where there are several, and its factor."""
    import numpy as np

    sys.stdout.write("\n")
    for place in np.ndindex(factors.values.shape):
        sys.stdout.write(f"{' '.join(map(str, place))}  {float(factors.values[place])!r}\n")


def _moment(text: str) -> datetime:
    """A date and time of ISO 8601."""
    import argparse
    from datetime import datetime

    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a date and time was expected, as in 2026-01-02T09:15:00") from None


def _terms(text: str) -> tuple[str, ...]:
    """Terms with commas between them."""
    return tuple(part.strip().upper() for part in text.split(","))
