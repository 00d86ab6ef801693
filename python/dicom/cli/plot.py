"""``dicom plot``: draw an image, or three planes of a volume and what lies over it, to a file.

In: the name of a file, or a folder with a series; and of series, segmentations and structure sets to be laid over it.
Out: a picture in the format that the name of the output says (PNG, PDF, SVG, ...).
"""

from __future__ import annotations

import os
import sys

from dicom.cli import terminal
from dicom.errors import DicomError, GeometryError, PixelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import Any

    from matplotlib.axes import Axes

#: What `read_series` is told to do about a series that is no regular grid, as far as one volume comes of it.
_POLICIES = {
    "gaps": (("fill", "resample"), "what to do about missing slices"),
    "tilt": (("shear", "keep"), "what to do about a gantry tilt"),
    "duplicates": (("first",), "what to do about several slices at one place"),
}
#: Options that only a volume has.
_OF_VOLUMES = ("series", "at", "t", "suv", "fuse", "mask", "contours", *_POLICIES)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``dicom plot`` understands."""
    from dicom.cli.suv import add_given

    parser.add_argument(
        "file", metavar="FILE", help='a DICOM file with an image ("-" is standard input), or a folder with a series'
    )
    parser.add_argument(
        "-o", "--output", required=True, metavar="PICTURE", help='x.png, x.pdf, x.svg, ...; "-": PNG to standard output'
    )
    parser.add_argument("--frame", type=int, metavar="N", help="which frame, counted from 0 (default 0)")
    parser.add_argument(
        "--window",
        type=window_argument,
        metavar="CENTER,WIDTH",
        help="values to show from black to white, in the unit of the colour bar (default: the file's window)",
    )
    parser.add_argument("--cmap", metavar="NAME", help="a colour map of matplotlib (default: gray)")
    parser.add_argument("--no-colorbar", dest="colorbar", action="store_false", help="leave the colour bar out")
    volume = parser.add_argument_group("volumes", "Three planes of a series: of a folder, an archive or a DICOMDIR.")
    volume.add_argument("--volume", action="store_true", help="draw the planes of a file with several frames, not one")
    volume.add_argument("--series", type=_series, metavar="N", help="which series: its number from 0, or its UID")
    volume.add_argument(
        "--at", type=_position, metavar="X,Y,Z", help="where the planes meet, in mm, LPS (default: the middle)"
    )
    volume.add_argument("--t", type=int, metavar="N", help="which time point, b-value, ..., counted from 0 (default 0)")
    for name, (choices, summary) in _POLICIES.items():
        volume.add_argument(f"--{name}", choices=choices, help=f"{summary} (default: complain)")
    volume.add_argument(
        "--suv",
        nargs="?",
        const="bw",
        metavar="KIND",
        help="show PET as standardized uptake values: bw (the default), lbm, lbm-james128, lbm-janma, bsa or ibw",
    )
    add_given(parser, "For --suv; `dicom suv` prints what it rests on.")
    over = parser.add_argument_group("what is laid over a volume", "Each where it lies in mm, on whatever grid.")
    over.add_argument("--fuse", metavar="SERIES", help="PET or dose: a file, or a folder with a series")
    over.add_argument("--fuse-series", type=_series, metavar="N", help="which series of that folder, as --series")
    over.add_argument(
        "--fuse-window",
        type=window_argument,
        metavar="CENTER,WIDTH",
        help="its values from the first colour to the last",
    )
    over.add_argument("--fuse-cmap", metavar="NAME", help="its colour map (default: by what the values are of)")
    over.add_argument(
        "--levels", type=_levels, metavar="A,B,...", help="values of it at which lines are drawn: isodose lines"
    )
    over.add_argument("--mask", metavar="FILE", help="a segmentation")
    over.add_argument("--contours", metavar="FILE", help="an RT Structure Set")
    parser.add_argument("--dpi", type=_dpi, default=150, help="dots per inch of the picture (default 150)")


def run(arguments: argparse.Namespace) -> int:
    """Draw; give the exit status."""
    return terminal.for_each_file([arguments.file], lambda path: _draw(path, arguments), terminal.is_debug(arguments))


def _draw(path: str, arguments: argparse.Namespace) -> None:
    output = arguments.output
    suffix = "png" if output == "-" else os.path.splitext(os.fsdecode(output))[1].lstrip(".").lower() or "png"
    ax = _plot_volume(path, arguments) if _is_volume(path, arguments) else _plot_frame(path, arguments)
    figure = ax.get_figure(root=True)
    if figure is None:
        raise PixelError("the picture was drawn on no figure")
    if suffix not in figure.canvas.get_supported_filetypes():
        raise PixelError(f"pictures of the kind .{suffix} can't be written; .png, .pdf and .svg can")
    import io

    # Drawn in memory first: a failure leaves no half picture, and the old one as it was.
    picture = io.BytesIO()
    figure.savefig(picture, format=suffix, dpi=arguments.dpi)
    if output == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(picture.getbuffer())
        return
    try:
        with open(output, "wb") as file:
            file.write(picture.getbuffer())
    except OSError as error:
        raise PixelError(f"{terminal.safe_name(output)} can't be written: {error.strerror}") from error


def _plot_frame(path: str, arguments: argparse.Namespace) -> Axes:
    from dicom.plotting import plot

    with terminal.read(path) as ds:
        if "PixelData" not in ds and "FloatPixelData" not in ds and "DoubleFloatPixelData" not in ds:
            raise PixelError("has no image (no Pixel Data)")
        return plot(
            ds,
            frame=arguments.frame or 0,
            window=arguments.window,
            colorbar=arguments.colorbar,
            cmap=_known_map(arguments.cmap),
        )


def _plot_volume(path: str, arguments: argparse.Namespace) -> Axes:
    if arguments.frame is not None:
        raise PixelError("--frame is for one image; of a volume --at and --t say what is drawn")
    cmap, fuse_cmap = _known_map(arguments.cmap), _known_map(arguments.fuse_cmap)
    if arguments.fuse is None and any(
        given is not None for given in (arguments.fuse_series, arguments.fuse_window, fuse_cmap, arguments.levels)
    ):
        raise PixelError("--fuse-series, --fuse-window, --fuse-cmap and --levels are about a volume that --fuse names")
    volume = _read_volume(path, arguments.series, "--series", arguments)
    if arguments.suv is not None and arguments.fuse is None and volume.modality != "PT":
        raise PixelError("--suv is for PET, and this series is none")
    over: dict[str, Any] = {}
    if arguments.fuse is not None:
        over["fuse"] = _laid_over("--fuse", lambda: _read_fused(arguments))
    if arguments.mask is not None:
        from dicom.segmentation.read import read_segmentation

        over["mask"] = _laid_over("--mask", lambda: read_segmentation(arguments.mask))
    if arguments.contours is not None:
        from dicom.radiotherapy import read_structures

        over["contours"] = _laid_over("--contours", lambda: read_structures(arguments.contours))
    axes = volume.plot(
        center_mm=arguments.at,
        t=arguments.t or 0,
        window=arguments.window,
        colorbar=arguments.colorbar,
        cmap=cmap,
        fuse_window=arguments.fuse_window,
        fuse_cmap=fuse_cmap,
        fuse_levels=arguments.levels,
        **over,
    )
    first: Axes = axes[0]
    return first


def _read_volume(path: str, series: int | str | None, option: str, arguments: argparse.Namespace) -> Any:
    from dicom.volume import read_series

    policies = {name: given for name in _POLICIES if (given := getattr(arguments, name)) is not None}
    try:
        volume: Any = read_series(path, series=series, **policies)
    except GeometryError as error:
        found = getattr(error, "found", None)
        if found is None:
            raise
        # What there is to choose from, as a table.
        sys.stderr.write(terminal.safe_text(f"{found}\n"))
        raise GeometryError(f"has {len(found)} series; {option} N picks one, counted from 0") from error
    # No policy that could be asked for splits a series.
    terminal.complain_of_lost(path, volume.report)
    if arguments.suv is None or volume.modality != "PT":
        return volume
    from dicom.cli.suv import given_of, told_as_options
    from dicom.pet.suv import suv

    given = given_of(arguments)
    with told_as_options():
        return suv(volume, arguments.suv, **given)


def _read_fused(arguments: argparse.Namespace) -> Any:
    fuse = _read_volume(arguments.fuse, arguments.fuse_series, "--fuse-series", arguments)
    if arguments.suv is not None and fuse.modality != "PT":
        raise PixelError("--suv is for PET, and this series is none")
    return fuse


def _laid_over(option: str, read: Callable[[], Any]) -> Any:
    """What an option names; a failure says that it is about that, for the line begins with the volume's name."""
    try:
        return read()
    except OSError as error:
        raise DicomError(f"{option}: can't be read: {error.strerror or type(error).__name__}") from error
    except DicomError as error:
        raise DicomError(f"{option}: {error}") from error


def _is_volume(path: str, arguments: argparse.Namespace) -> bool:
    """A folder, an archive and a DICOMDIR hold series; of one file it is to be said."""
    asked = arguments.volume or any(getattr(arguments, name) is not None for name in _OF_VOLUMES)
    name = os.path.basename(path).lower()
    return asked or os.path.isdir(path) or name == "dicomdir" or name.endswith(".zip")


def _known_map(name: str | None) -> str | None:
    import matplotlib as mpl

    if name is not None and name not in mpl.colormaps:
        raise PixelError(f"matplotlib has no colour map {name!r}")
    return name


def window_argument(text: str) -> tuple[float, float]:
    """Center and width, as in ``40,400``."""
    import argparse
    import math

    try:
        center, width = (float(part) for part in text.replace("/", ",").split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("two numbers were expected: CENTER,WIDTH, as in 40,400") from None
    if not (math.isfinite(center) and math.isfinite(width) and width > 0):
        raise argparse.ArgumentTypeError("the width must be a positive number")
    return center, width


def _series(text: str) -> int | str:
    """A number, or a UID."""
    return int(text) if text.isdecimal() else text


def _position(text: str) -> tuple[float, float, float]:
    """x, y and z, as in ``0,-12.5,80``."""
    import argparse
    import math

    try:
        x, y, z = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("three numbers were expected: X,Y,Z in mm, as in 0,-12.5,80") from None
    if not (math.isfinite(x) and math.isfinite(y) and math.isfinite(z)):
        raise argparse.ArgumentTypeError("a position is three finite numbers")
    return x, y, z


def _levels(text: str) -> list[float]:
    """Numbers, as in ``10,20,30``."""
    import argparse
    import math

    try:
        levels = [float(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError("numbers were expected: A,B,..., as in 10,20,30") from None
    if not all(math.isfinite(level) for level in levels):
        raise argparse.ArgumentTypeError("a value is a finite number")
    return levels


def _dpi(text: str) -> float:
    import argparse

    try:
        dpi = float(text)
    except ValueError:
        dpi = 0.0
    if not 10 <= dpi <= 2400:
        raise argparse.ArgumentTypeError("a number from 10 to 2400 was expected")
    return dpi
