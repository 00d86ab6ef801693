"""Save several frames as something that moves: GIF by Pillow, MP4 (H.264) by PyAV.

In: a data set or an `Image`, and a path. Out: a file, and what it holds. Standard: PS3.3 C.7.6.5 (Cine).
"""

from __future__ import annotations

import os
from itertools import pairwise

from dicom.errors import MissingDependencyError, PixelError
from dicom.export.formats import GIF, MP4, format_of
from dicom.export.picture import PictureOptions, as_image, write_file
from dicom.export.render import require_pillow
from dicom.export.timing import as_fraction, frame_rate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from dicom.pixels.window import Window

#: A GIF counts in hundredths of a second, and players take less than two of them for a tenth.
_LEAST_DELAY = 2
#: x264's measure of quality; at 18 losses can hardly be seen.
_CONSTANT_RATE_FACTOR = "18"
_BT709 = 1
_PARTIAL, _FULL = 1, 2


class SavedAnimation:
    """An animation that was written.

    Attributes
    ----------
    path : str
    rows, columns : int
        Of the picture. In an MP4 they are even: an odd one is filled up by its last row or column.
    number_of_frames : int
    rate : float
        Frames a second. In a GIF the delays are whole hundredths of a second, and their mean is as near as can be.
    rate_source : str
        Keyword of the element that says the rate; ``""`` when it was given, or 10 as no element says it.
    """

    __slots__ = ("columns", "number_of_frames", "path", "rate", "rate_source", "rows")

    def __init__(self, path: str, rate: float, rate_source: str) -> None:
        self.path = path
        self.rate = rate
        self.rate_source = rate_source
        self.rows = self.columns = self.number_of_frames = 0

    def __repr__(self) -> str:
        return (
            f"SavedAnimation({os.path.basename(self.path)!r}, {self.number_of_frames} frames of {self.columns} x "
            f"{self.rows}, {self.rate:g} a second)"
        )


def save_animation(
    source: Any,
    path: str | os.PathLike[str],
    *,
    frames: Iterable[int] | None = None,
    fps: float | None = None,
    window: Window | tuple[float, float] | int | None = None,
    lut: int | None = None,
    preset: str | None = None,
    palette: str | NDArray[np.uint8] | None = None,
    invert: bool = False,
    overlays: bool = False,
    icc: bool = False,
    size: tuple[int, int] | None = None,
    square: bool = True,
    format: str | None = None,
    overwrite: bool = True,
) -> SavedAnimation:
    """Save the frames of an image as an animation, as they are shown.

    An MP4 is encoded anew, with losses (H.264, 4:2:0, quality 18), a frame at a time. `save_video` saves a stored video
    without. A GIF has 256 colours a frame, and all frames are in memory while it is made.

    Parameters
    ----------
    source : Dataset or Image
    path : str or os.PathLike
        The suffix says the format: ``.mp4``, ``.gif``. The file is there whole or not at all.
    frames : iterable of int, optional
        Which frames, counted from 0; all when not given.
    fps : float, optional
        Frames a second; what the data set says when not given (see `frame_rate`).
    window, lut, preset, palette, invert, overlays, icc, size, square
        As for `save_picture`. A window that the data set doesn't state is found once, from all frames.
    format : str, optional
        ``"mp4"`` or ``"gif"``, when the suffix doesn't say it.
    overwrite : bool
        Whether there may be a file already.

    Returns
    -------
    SavedAnimation

    Raises
    ------
    MissingDependencyError
        A GIF needs Pillow, an MP4 PyAV.
    FrameIndexError, PixelError, LimitError, OSError
        As `save_picture`.
    """
    options = PictureOptions("display", palette, invert, overlays, icc, size, square, 90)
    kind = format_of(os.fspath(path), format)
    if kind not in (GIF, MP4):
        raise PixelError(f"a {kind} holds one frame: save_picture writes it, save_pictures several")
    if fps is not None and not 0.01 <= fps <= 1000:
        raise PixelError("frames a second are a number from 0.01 to 1000")
    whole = as_image(source)
    rate, rate_source = (float(fps), "") if fps is not None else frame_rate(whole._stored.ds)
    saved = SavedAnimation(os.fspath(path), rate, rate_source)
    shown = options.prepare(whole, window, lut, preset)

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for index in range(whole.number_of_frames) if frames is None else frames:
            picture = options.render(shown.frame(index))
            if saved.number_of_frames and picture.shape[:2] != (saved.rows, saved.columns):
                raise PixelError(
                    "frames get different proportions, as their spacing differs: square=False leaves them as they are"
                )
            saved.rows, saved.columns = picture.shape[:2]
            saved.number_of_frames += 1
            yield picture

    write = _write_gif if kind == GIF else _write_mp4
    write_file(saved.path, lambda file: write(file, pictures(), rate), overwrite)
    if kind == MP4:
        saved.rows, saved.columns = saved.rows + saved.rows % 2, saved.columns + saved.columns % 2
    return saved


def _write_gif(file: Any, pictures: Iterator[NDArray[np.uint8]], rate: float) -> None:
    pillow = require_pillow("a GIF")

    frames = [pillow.fromarray(picture) for picture in pictures]
    if not frames:
        raise PixelError("no frame was chosen")
    # The end of each frame is rounded, not its duration: so that errors don't add up.
    ends = [round(number * 100 / rate) for number in range(len(frames) + 1)]
    delays = [max(_LEAST_DELAY, after - before) * 10 for before, after in pairwise(ends)]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=delays, loop=0, optimize=False)


def _write_mp4(file: Any, pictures: Iterator[NDArray[np.uint8]], rate: float) -> None:
    try:
        import av
        from av.video.reformatter import Interpolation
    except ImportError as error:
        raise MissingDependencyError("an MP4 needs PyAV: pip install dicom-py[video]") from error
    import numpy as np

    exact = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
    stream: Any = None
    with av.open(file, "w", format="mp4") as container:
        for number, picture in enumerate(pictures):
            rows, columns = picture.shape[:2]
            colors = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=-1)
            if rows % 2 or columns % 2:
                colors = np.pad(colors, ((0, rows % 2), (0, columns % 2), (0, 0)), mode="edge")
            if stream is None:
                options = {"crf": _CONSTANT_RATE_FACTOR}
                stream = container.add_stream("libx264", rate=as_fraction(rate), options=options)
                stream.height, stream.width = colors.shape[:2]
                stream.pix_fmt = "yuv420p"
                context = stream.codec_context
                context.colorspace = context.color_primaries = context.color_trc = _BT709
                context.color_range = _PARTIAL
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(colors), format="rgb24").reformat(
                format="yuv420p",
                src_colorspace=_BT709,
                dst_colorspace=_BT709,
                src_color_range=_FULL,
                dst_color_range=_PARTIAL,
                interpolation=exact,
                threads=1,
            )
            frame.pts, frame.time_base = number, 1 / as_fraction(rate)
            container.mux(stream.encode(frame))
        if stream is None:
            raise PixelError("no frame was chosen")
        container.mux(stream.encode(None))
