"""Pixel data as arrays: what a data set's frames are, where they lie, and how they are decoded.

In: a data set (any mapping with ``get(keyword)``). Out: NumPy arrays, axes (frame, row, column, sample). Standard:
PS3.3 C.7.6.3 (Image Pixel), PS3.5 section 8 and annex A. numpy and the codecs are imported when pixels are asked for.

The rooms: `description` (what the Image Pixel module says), `source` (the bytes of the value), `frames` (which bytes
are which frame), `native` (frames without compression), `codecs` (how a frame is decoded and encoded), `decode` (the
pipeline), `frame_sequence` (`ds.frames`), `isolated` and `isolated_worker` (decoding in worker processes), `options`
(the pipeline with options by name). The way back: `encoding` (frames by several threads, in order), `encapsulation`
(frames into fragments; `fragments` takes them apart), `recode` over `target` (from one transfer syntax to another),
`lossy` (what is said of it), `put` (into a data set), `transcode` and `set_pixels` over `outdated` (other pixel data
for a data set). What the values mean: `image_pixel`, `bits`; for display `processing`, `color` over `lookup` and
`palette`, and `window`. Beside them `overlays`, `spacing`, and `plugins`, names that programs know.
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
