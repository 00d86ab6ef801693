"""``dicom convert``: pictures and videos of files, and volumes of series.

In: the names of files. Out: PNG, JPEG or TIFF of frames, GIF or MP4 of all, or the bitstream of a stored video; for an
output that holds volumes, `convert_series` takes over.
"""

from __future__ import annotations

import os

from dicom.cli import convert_series, terminal
from dicom.cli.plot import window_argument
from dicom.errors import PixelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

_PICTURES = ("png", "jpg", "jpeg", "tif", "tiff")
_ANIMATIONS = ("gif", "mp4")
_VIDEOS = (
    "ts",
    "m2ts",
    "mts",
    "mpg",
    "mpeg",
    "vob",
    "m2v",
    "mov",
    "m4v",
    "h264",
    "264",
    "avc",
    "hevc",
    "265",
    "h265",
    "bin",
)
#: ``--format``: each gives its suffix; ``video`` is the stored bitstream, which has its own.
_FORMATS = ("png", "jpg", "tiff", "gif", "mp4", "video")
#: The well-known palettes of PS3.6 annex B.
PALETTES = ("hot-iron", "pet", "hot-metal-blue", "pet-20-step", "spring", "summer", "fall", "winter")
#: Suffixes of DICOM files, which a picture's name goes without.
_DICOM_SUFFIXES = (".dcm", ".dicom", ".dic", ".ima")
_ALL = "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``dicom convert`` understands."""
    terminal.add_files_argument(parser)
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="OUTPUT",
        help="x.png, x.jpg, x.tiff, x.gif, x.mp4 of a file, x.nii.gz, x.nii, x.nrrd, x.mha, x.zarr of a series, or a "
        "folder; several files, or series, need a folder",
    )
    parser.add_argument(
        "--format",
        choices=(*_FORMATS, *convert_series.FORMATS),
        help="of the files in a folder (default png); video is the stored one",
    )
    parser.add_argument(
        "--frame",
        type=_frames,
        metavar="N",
        help="which frames, counted from 0: 5, or 2-10, or all; several become x-0001.png, ... by frame number from 1 "
        "(default: the first for a picture, all for an animation)",
    )
    parser.add_argument(
        "--window",
        type=window_argument,
        metavar="CENTER,WIDTH",
        help="values to show from black to white, in their unit (default: the file's window)",
    )
    parser.add_argument(
        "--preset", metavar="NAME", help="a window by its name in the file, or brain, lung, bone, ... for CT"
    )
    parser.add_argument("--palette", choices=PALETTES, help="colours for grey levels")
    parser.add_argument("--invert", action="store_true", help="show grey levels the other way round")
    parser.add_argument("--overlays", action="store_true", help="draw overlays, in white")
    parser.add_argument("--icc", action="store_true", help="convert colours to sRGB by the file's ICC profile")
    parser.add_argument("--size", type=_size, metavar="WxH", help="fit the picture into so many pixels, as in 512x512")
    parser.add_argument(
        "--no-square", dest="square", action="store_false", help="leave pixels that aren't square as they are"
    )
    parser.add_argument(
        "--values",
        choices=("display", "modality", "stored"),
        default="display",
        help="modality: numbers in their unit, 16 bits or what a TIFF needs; stored: as stored (default display)",
    )
    parser.add_argument("--fps", type=_rate, metavar="N", help="frames a second (default: what the file says, else 10)")
    parser.add_argument("--quality", type=_quality, metavar="N", help="of a JPEG, 1 to 100 (default 90)")
    convert_series.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Convert; give the exit status."""
    if convert_series.is_asked(arguments):
        return convert_series.run(arguments)
    try:
        if convert_series.is_given(arguments):
            raise PixelError("--series, --gaps and the like are of volumes: -o x.nii.gz, .nii, .nrrd, .mha or .zarr")
        target = _Target(arguments)
    except PixelError as error:
        terminal.complain(str(error))
        return 2
    return terminal.for_each_file(
        arguments.files, lambda path: _convert(path, target, arguments), terminal.is_debug(arguments), is_slow=True
    )


class _Target:
    """Where the pictures of a file go."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        output: str = arguments.output
        if output == "-":
            raise PixelError("a picture isn't written to standard output: -o needs the name of a file or a folder")
        suffix = os.path.splitext(output)[1].lstrip(".").lower()
        is_folder = os.path.isdir(output) or output.endswith(("/", os.sep)) or not suffix
        if not is_folder and len(arguments.files) > 1:
            raise PixelError(f"{len(arguments.files)} files need a folder to go to: -o FOLDER --format png")
        if not is_folder and arguments.format is not None and arguments.format not in (suffix, "video"):
            raise PixelError("--format is for a folder; here the name of the output says it")
        self._output = output
        self._is_folder = is_folder
        self.format: str = arguments.format or ("png" if is_folder else suffix)
        if arguments.fps is not None and self.format not in ("gif", "mp4", "video"):
            raise PixelError("--fps is for animations: gif and mp4")
        if arguments.quality is not None and self.format not in ("jpg", "jpeg"):
            raise PixelError("--quality is for JPEG")
        if self.format in _VIDEOS:
            self.format = "video"
        if self.format not in (*_PICTURES, *_ANIMATIONS, "video"):
            raise PixelError("the suffix of the output is none that is known: .png, .jpg, .tiff, .gif, .mp4, ...")
        self._taken: set[str] = set()

    def path(self, source: str) -> str:
        """The name of what a file becomes; without a suffix for a stored video in a folder."""
        if not self._is_folder:
            return self._output
        os.makedirs(self._output, exist_ok=True)
        stem = "stdin" if source == "-" else os.path.basename(source)
        if stem.lower().endswith(_DICOM_SUFFIXES):
            stem = os.path.splitext(stem)[0]
        # Files of one name in several folders: the second is x-2.
        name, number = stem, 1
        while name.lower() in self._taken:
            number += 1
            name = f"{stem}-{number}"
        self._taken.add(name.lower())
        return os.path.join(self._output, name + ("" if self.format == "video" else f".{self.format}"))


def _convert(path: str, target: _Target, arguments: argparse.Namespace) -> None:
    from dicom import export
    from dicom.pixels.description import describe
    from dicom.pixels.video.bitstream import is_video

    with terminal.read(path) as ds:
        if "PixelData" not in ds and "FloatPixelData" not in ds and "DoubleFloatPixelData" not in ds:
            raise PixelError("has no image (no Pixel Data)")
        output = target.path(path)
        if path != "-" and os.path.exists(output) and os.path.samefile(path, output):
            raise PixelError("the output is the file itself")
        try:
            if target.format == "video" or (
                target.format == "mp4" and is_video(describe(ds).transfer_syntax) and _is_as_stored(arguments)
            ):
                export.save_video(ds, output, fps=arguments.fps)
            elif target.format in _ANIMATIONS:
                _animate(ds, output, arguments)
            else:
                _draw(ds, output, arguments)
        except OSError as error:
            if error.strerror is None:
                raise  # our own, of the file that is read
            raise PixelError(f"{terminal.safe_name(output)} can't be written: {error.strerror}") from error


def _is_as_stored(arguments: argparse.Namespace) -> bool:
    """Whether nothing is asked for that a stored video would have to be encoded again for."""
    return not (arguments.frame or arguments.overlays or arguments.icc or arguments.size)


def _display(arguments: argparse.Namespace) -> dict[str, Any]:
    palette = arguments.palette and arguments.palette.upper().replace("-", "_")
    return {
        "window": arguments.window,
        "preset": arguments.preset,
        "palette": palette,
        "invert": arguments.invert,
        "overlays": arguments.overlays,
        "icc": arguments.icc,
        "size": arguments.size,
        "square": arguments.square,
    }


def _animate(ds: Any, output: str, arguments: argparse.Namespace) -> None:
    from dicom import export
    from dicom.pixels.image import image

    if arguments.values != "display":
        raise PixelError(f"an animation can't hold {arguments.values} values; a PNG or a TIFF can")
    whole = image(ds)
    export.save_animation(
        whole, output, frames=_indices(arguments.frame, whole), fps=arguments.fps, **_display(arguments)
    )


def _draw(ds: Any, output: str, arguments: argparse.Namespace) -> None:
    from dicom import export
    from dicom.pixels.image import image

    options = {**_display(arguments), "values": arguments.values, "quality": arguments.quality or 90}
    if arguments.frame is None or isinstance(arguments.frame, int):
        saved = [export.save_picture(ds, output, frame=arguments.frame or 0, **options)]
    else:
        whole = image(ds)
        saved = list(export.save_pictures(whole, output, frames=_indices(arguments.frame, whole), **options))
    for one in saved:
        if one.values != "display" and (one.slope, one.intercept) != (1, 0):
            unit = f" {one.unit}" if one.unit else ""
            nothing = "; 0 is no value" if one.has_nan else ""
            terminal.write(
                f"{terminal.safe_name(one.path)}: value = sample * {one.slope!r} + {one.intercept!r}{unit}{nothing}\n"
            )


def _indices(frames: int | range | str | None, whole: Any) -> range | None:
    """Which frames; None for all."""
    if frames is None or frames == _ALL:
        return None
    if isinstance(frames, int):
        return range(frames, frames + 1)
    assert isinstance(frames, range)
    if frames.stop > whole.number_of_frames:
        raise PixelError(f"there is no frame {frames.stop - 1}: the image has {whole.number_of_frames}, counted from 0")
    return frames


def _frames(text: str) -> int | range | str:
    import argparse

    if text == _ALL:
        return _ALL
    first, dash, last = text.partition("-")
    if first.isdecimal() and (last.isdecimal() if dash else True):
        if not dash:
            return int(first)
        if int(first) <= int(last):
            return range(int(first), int(last) + 1)
    raise argparse.ArgumentTypeError("a frame (5), some of them (2-10) or all were expected, counted from 0")


def _size(text: str) -> tuple[int, int]:
    import argparse

    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and 1 <= int(width) <= 65535 and 1 <= int(height) <= 65535):
        raise argparse.ArgumentTypeError("width and height in pixels were expected, as in 512x512")
    return int(width), int(height)


def _rate(text: str) -> float:
    import argparse

    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0.01 <= rate <= 1000:
        raise argparse.ArgumentTypeError("a number from 0.01 to 1000 was expected")
    return rate


def _quality(text: str) -> int:
    import argparse

    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError("a number from 1 to 100 was expected")
    return int(text)
