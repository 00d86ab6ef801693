"""Pixel data as arrays: what a data set's frames are, where they lie, and how they are decoded.

In: a data set (any mapping with ``get(keyword)``). Out: NumPy arrays, axes (frame, row, column, sample). Standard:
PS3.3 C.7.6.3 (Image Pixel), PS3.5 section 8 and annex A. numpy and the codecs are imported when pixels are asked for.

The rooms: `description` (what the Image Pixel module says), `source` (the bytes of the value), `frames` (which bytes
are which frame), `native` (frames without compression), `codecs` (how a frame is decoded and encoded), `video`. Over
them `frame_decoder` (frames by their indices; `threads`, `isolated` and `isolated_worker` for where it is done), and
its doors `decode` (arrays), `frame_sequence` (`ds.frames`), `options` (with options by name). `image` says what the
values mean and shows them, over `window`, `color`, `lookup`, `palette` and `spacing`. The way back: `writing`, over
`encapsulation` (frames into fragments; `fragments` takes them apart). Functions and names that programs know:
`processing`, `image_pixel`, `bits`, `overlays`, `plugins`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.pixels.decode import decode_frame, iter_frames, pixel_array
    from dicom.pixels.description import FrameDescription, describe
    from dicom.pixels.frame_sequence import Frames

__all__ = ["FrameDescription", "Frames", "decode_frame", "describe", "iter_frames", "pixel_array"]


def __getattr__(name: str) -> object:
    if name in ("FrameDescription", "describe"):
        from dicom.pixels import description

        return getattr(description, name)
    if name in ("decode_frame", "iter_frames", "pixel_array"):
        from dicom.pixels import decode

        return getattr(decode, name)
    if name == "Frames":
        from dicom.pixels.frame_sequence import Frames

        return Frames
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
