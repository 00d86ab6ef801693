"""Pictures and videos of DICOM images, in the formats that all other programs read.

In: a data set or an `Image`. Out: a file: PNG, JPEG or TIFF of a frame, GIF or MP4 of several, and the bitstream of a
stored video as it is. Nothing about the patient goes into a file's metadata; what is burnt into the pixels stays there.

The rooms: `picture` (which values, how large) over `render` (arrays) and `formats` (bytes of a PNG, a JPEG, a TIFF);
`animation` with `timing`, and `video` (what is stored as one).

PNG and JPEG are written by imagecodecs, which reading needs anyway. TIFF, GIF and resampling need Pillow (the extra
``pictures``), MP4 needs PyAV (the extra ``video``).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.export.animation import save_animation
    from dicom.export.picture import SavedPicture, save_picture, save_pictures
    from dicom.export.timing import frame_rate
    from dicom.export.video import save_video

__all__ = ["SavedPicture", "frame_rate", "save_animation", "save_picture", "save_pictures", "save_video"]

_HOMES = {
    "SavedPicture": "picture",
    "frame_rate": "timing",
    "save_animation": "animation",
    "save_picture": "picture",
    "save_pictures": "picture",
    "save_video": "video",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"dicom.export.{home}"), name)
    globals()[name] = value
    return value
