"""``dicom convert`` where it makes volumes: NIfTI, NRRD, MetaImage or OME-Zarr of a series, or of all in a folder.

In: names of folders and files. Out: one file a series, or for each series a file in a folder. A single segmentation is
given to `convert_segmentation`.
"""

from __future__ import annotations

import os

from dicom.cli import convert_segmentation, terminal
from dicom.errors import DicomError, GeometryError, PixelError
from dicom.export.save import VOLUME_FORMATS, volume_suffix

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from dicom.volume.series.found import FoundSeries, Series
    from dicom.volume.volume import Volume

#: ``--format``, by the suffix without its dot.
FORMATS = tuple(suffix[1:] for suffix in VOLUME_FORMATS)
_LONGEST_NAME = 80
#: Options that are of pictures alone, by their names among the arguments, with what they are when they aren't given.
_OF_PICTURES = {
    "frame": None,
    "window": None,
    "preset": None,
    "palette": None,
    "invert": False,
    "overlays": False,
    "icc": False,
    "size": None,
    "square": True,
    "values": "display",
    "fps": None,
    "quality": None,
}
_OF_SERIES = {
    "series": None,
    "dtype": None,
    "gaps": "raise",
    "tilt": "raise",
    "duplicates": "raise",
    "tolerance_mm": None,
    "slice_spacing_mm": None,
    "compression": None,
    "sidecar": True,
    "anonymize": True,
    "levels": None,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``dicom convert`` understands for volumes."""
    group = parser.add_argument_group("volumes", "for the outputs .nii, .nii.gz, .nrrd, .mha, .mhd and .zarr")
    group.add_argument(
        "--series",
        metavar="WHICH",
        help="of several series: its index (from 0, as `dicom.find_series` lists them), its Series Instance UID or its "
        "description",
    )
    group.add_argument(
        "--dtype",
        choices=("uint8", "int16", "uint16", "int32", "float32", "float64"),
        help="type of the stored values (default: the smallest that holds them)",
    )
    group.add_argument(
        "--gaps",
        choices=("raise", "fill", "resample", "split"),
        default="raise",
        help="what to do about missing slices",
    )
    group.add_argument(
        "--tilt", choices=("raise", "shear", "keep"), default="raise", help="what to do about a tilted gantry"
    )
    group.add_argument(
        "--duplicates", choices=("raise", "first", "split"), default="raise", help="what to do about slices twice there"
    )
    group.add_argument(
        "--tolerance-mm",
        type=_length,
        metavar="MM",
        help="how far steps between slices may differ (default: 1 percent)",
    )
    group.add_argument(
        "--slice-spacing-mm",
        type=_length,
        metavar="MM",
        help="the step of a single slice that doesn't say its thickness",
    )
    group.add_argument(
        "--compression", type=int, choices=range(10), metavar="N", help="0 or 1 (quick) to 9 (small); default 1, .mha 0"
    )
    group.add_argument(
        "--levels", type=int, choices=range(1, 11), metavar="N", help="resolutions of a .zarr (default 1)"
    )
    group.add_argument(
        "--no-sidecar", dest="sidecar", action="store_false", help="NIfTI alone, without .json, .bval and .bvec"
    )
    group.add_argument(
        "--no-anonymize",
        dest="anonymize",
        action="store_false",
        help="leave names, identifiers and dates in the sidecar",
    )
    convert_segmentation.add_arguments(parser)


def is_asked(arguments: argparse.Namespace) -> bool:
    """Whether the output is a volume."""
    if arguments.format is not None:
        return arguments.format in FORMATS
    return volume_suffix(arguments.output) is not None


def is_given(arguments: argparse.Namespace) -> bool:
    """Whether an option was given that is of volumes alone."""
    is_of_series = any(getattr(arguments, name) != default for name, default in _OF_SERIES.items())
    return is_of_series or convert_segmentation.is_given(arguments)


def run(arguments: argparse.Namespace) -> int:
    """Convert; give the exit status."""
    suffix = volume_suffix(arguments.output)
    try:
        if any(getattr(arguments, name) != default for name, default in _OF_PICTURES.items()):
            raise PixelError(
                "windows, palettes, frames and the like are of pictures: a volume has the values themselves"
            )
        if "-" in arguments.files:
            raise PixelError("a series is read from files, not from standard input")
        if suffix is not None and arguments.format is not None:
            raise PixelError("--format is for a folder; here the name of the output says it")
    except PixelError as error:
        terminal.complain(str(error))
        return 2
    shown = arguments.files[0]
    return terminal.for_each_file([shown], lambda _: _convert(arguments, suffix), terminal.is_debug(arguments))


def _convert(arguments: argparse.Namespace, suffix: str | None) -> None:
    from dicom.volume.series.found import find_series

    if suffix is not None and convert_segmentation.is_asked(arguments):
        _save(convert_segmentation.volume(arguments), arguments.output, arguments)
        return
    if convert_segmentation.is_given(arguments):
        raise PixelError("--segment, --on and --overlap are of one segmentation, whose file is given alone")
    sources = arguments.files[0] if len(arguments.files) == 1 else arguments.files
    found = find_series(sources, progress=True)
    chosen = list(found) if arguments.series is None else _chosen(found, arguments.series)
    if found.unplaced and arguments.series is None:
        terminal.complain(f"{len(found.unplaced)} series without positions, which make no volume")
    if not chosen:
        raise GeometryError("has no series that makes a volume")
    if suffix is not None:
        if len(chosen) > 1:
            for index, one in enumerate(found):
                terminal.complain(f"--series {index}: {_words(one)}")
            raise GeometryError(f"has {len(chosen)} series that this may be: choose one, or give a folder and --format")
        _write(chosen[0], arguments.output[: -len(suffix)], arguments.output[-len(suffix) :], arguments)
        return
    os.makedirs(arguments.output, exist_ok=True)
    failed = 0
    for number, (one, name) in enumerate(zip(chosen, _names(chosen), strict=True)):
        try:
            for path in _write(one, os.path.join(arguments.output, name), f".{arguments.format}", arguments):
                terminal.write(f"{terminal.safe_name(path)}\n")
        except DicomError as error:
            if terminal.is_debug(arguments):
                terminal.print_traceback(error)
            terminal.complain(f"series {number} ({_words(one)}): {terminal.describe(error)}")
            failed += 1
    if failed:
        raise GeometryError(f"{failed} of {len(chosen)} series were not converted")


def _write(series: Series, stem: str, suffix: str, arguments: argparse.Namespace) -> list[str]:
    """Read one series and write what it gives; a policy that splits gives several, ``x-1``, ``x-2``, ..."""
    if series.lost_files or series.unread_files:
        terminal.complain_of_lost(arguments.files[0], series.report)
    try:
        if suffix.lower() != ".zarr":
            written = _write_in_turn(series, f"{stem}{suffix}", arguments)
            if written is not None:
                return written
        read = _read(series, arguments)
        volumes = read if isinstance(read, list) else [read]
        written = []
        for number, volume in enumerate(volumes, 1):
            written += _save(volume, f"{stem}{suffix}" if len(volumes) == 1 else f"{stem}-{number}{suffix}", arguments)
        return written
    except OSError as error:
        if error.strerror is None or error.filename in series.files:
            raise  # of a file that is read
        name = terminal.safe_name(error.filename or f"{stem}{suffix}")
        raise PixelError(f"{name} can't be written: {error.strerror}") from error


def _write_in_turn(series: Series, path: str, arguments: argparse.Namespace) -> list[str] | None:
    """Read slices while others are written, so that the whole is never in memory; None where that can't be done."""
    from dicom.volume.lazy import lazy_volume

    for dtype in _types(series, arguments):
        try:
            volume = lazy_volume(series, dtype=dtype, **_policies(arguments))
            return None if volume is None else _save(volume, path, arguments)
        except PixelError:
            pass  # a value doesn't fit, or the error will come again
    return None


def _save(volume: Volume, path: str, arguments: argparse.Namespace) -> list[str]:
    from dicom.export.save import save_volume

    return save_volume(volume, path, **_options(volume_suffix(path) or "", arguments))


def _policies(arguments: argparse.Namespace) -> dict[str, Any]:
    names = ("gaps", "tilt", "duplicates", "tolerance_mm", "slice_spacing_mm")
    return {name: getattr(arguments, name) for name in names}


def _read(series: Series, arguments: argparse.Namespace) -> Any:
    options = {**_policies(arguments), "progress": True}
    *first, last = _types(series, arguments)
    for dtype in first:
        try:
            return series.read(dtype=dtype, **options)
        except PixelError:
            pass  # a value doesn't fit, or the error will come again
    return series.read(dtype=last, **options)


def _types(series: Series, arguments: argparse.Namespace) -> list[str | None]:
    """What values are read as: as they will be stored, where they fit, which is half the memory of float32."""
    is_likely = arguments.dtype is None and arguments.gaps == "raise" and arguments.tilt != "shear"
    return ["int16", None] if is_likely and _is_whole(series) else [None]


def _is_whole(series: Series) -> bool:
    """Whether stored values become whole numbers, and others than they are."""
    import numpy as np

    slope, intercept = series.planes.slope, series.planes.intercept
    both = np.concatenate([slope, intercept])
    return bool(np.isfinite(both).all() and (both == np.rint(both)).all() and ((slope != 1) | (intercept != 0)).any())


def _options(suffix: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """What the writer of a format is given."""
    options: dict[str, Any] = {"dtype": arguments.dtype, "progress": True}
    if suffix in (".nii", ".nii.gz"):
        options |= {"sidecar": arguments.sidecar, "anonymize": arguments.anonymize}
    if suffix == ".zarr":
        return options | ({} if arguments.levels is None else {"levels": arguments.levels})
    if arguments.compression is not None and suffix != ".nii":
        options["compression"] = arguments.compression
    return options


def _names(series: list[Series]) -> list[str]:
    """A name for each: its number and what its description has of letters and digits; nothing about the patient."""
    names: list[str] = []
    taken: set[str] = set()
    for one in series:
        words = "".join(c if c.isascii() and c.isalnum() else "-" for c in one.description or one.modality or "series")
        label = "-".join(part for part in words.split("-") if part)[:_LONGEST_NAME] or "series"
        base = label if one.number is None else f"{one.number:03}_{label}"
        name, count = base, 1
        while name.lower() in taken:
            count += 1
            name = f"{base}-{count}"
        taken.add(name.lower())
        names.append(name)
    return names


def _words(series: Series) -> str:
    """What a series is, on one line; not its description, which may hold a name."""
    parts = [str(series.modality), f"{series.number_of_frames} frames of {series.rows} x {series.columns}"]
    if series.number is not None:
        parts.insert(0, f"number {series.number}")
    if series.dimension is not None:
        parts.append(f"{len(series.dimension)} x {series.dimension.name}")
    if series.reason:
        parts.append(series.reason)
    return ", ".join(parts)


def _chosen(found: FoundSeries, which: str) -> list[Series]:
    try:
        chosen = found.select(int(which) if which.isdecimal() else which)
    except IndexError as error:
        raise GeometryError(str(error)) from error
    if not chosen:
        raise GeometryError("has no series of this UID or description")
    return chosen


def _length(text: str) -> float:
    import argparse
    import math

    try:
        length = float(text)
    except ValueError:
        length = math.nan
    if not 0 < length < math.inf:
        raise argparse.ArgumentTypeError("a positive number of mm was expected")
    return length
