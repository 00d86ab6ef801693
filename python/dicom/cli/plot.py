"""``dicom plot``: draw an image to a file.

In: the name of a file. Out: a picture in the format that the name of the output says (PNG, PDF, SVG, ...).
"""

from __future__ import annotations

import os
import sys

from dicom.cli import terminal
from dicom.errors import PixelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``dicom plot`` understands."""
    parser.add_argument("file", metavar="FILE", help='a DICOM file with an image; "-" is standard input')
    parser.add_argument(
        "-o", "--output", required=True, metavar="PICTURE", help='x.png, x.pdf, x.svg, ...; "-": PNG to standard output'
    )
    parser.add_argument("--frame", type=int, default=0, metavar="N", help="which frame, counted from 0 (default 0)")
    parser.add_argument(
        "--window",
        type=window_argument,
        metavar="CENTER,WIDTH",
        help="values to show from black to white, in the unit of the colour bar (default: the file's window)",
    )
    parser.add_argument("--cmap", metavar="NAME", help="a colour map of matplotlib (default: gray)")
    parser.add_argument("--no-colorbar", dest="colorbar", action="store_false", help="leave the colour bar out")
    parser.add_argument("--dpi", type=_dpi, default=150, help="dots per inch of the picture (default 150)")


def run(arguments: argparse.Namespace) -> int:
    """Draw; give the exit status."""
    return terminal.for_each_file([arguments.file], lambda path: _draw(path, arguments), terminal.is_debug(arguments))


def _draw(path: str, arguments: argparse.Namespace) -> None:
    from dicom.plotting import plot

    output = arguments.output
    suffix = "png" if output == "-" else os.path.splitext(os.fsdecode(output))[1].lstrip(".").lower() or "png"
    with terminal.read(path) as ds:
        if "PixelData" not in ds and "FloatPixelData" not in ds and "DoubleFloatPixelData" not in ds:
            raise PixelError("has no image (no Pixel Data)")
        ax = plot(
            ds,
            frame=arguments.frame,
            window=arguments.window,
            colorbar=arguments.colorbar,
            cmap=_known_map(arguments.cmap),
        )
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


def _dpi(text: str) -> float:
    import argparse

    try:
        dpi = float(text)
    except ValueError:
        dpi = 0.0
    if not 10 <= dpi <= 2400:
        raise argparse.ArgumentTypeError("a number from 10 to 2400 was expected")
    return dpi
