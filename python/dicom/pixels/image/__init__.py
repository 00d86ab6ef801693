"""An image that says what it is: pixels at each stage on the way to the display, with unit, colours and corrections.

In: a data set. Out: an `Image`. Standard: PS3.4 N.2 (the stages), PS3.3 C.7.6.3, C.11.

The rooms: `stored` (frames, decoded when they are asked for), `modality` with `transformation`, `real_world` and
`units` (what the values mean), `voi` (which of them are shown), `display` with `colors` and `polarity` (8 bits a
sample), `padding`, `overlay_planes`, `digest`, `png`. `facts`
and `stages` join them in `Image`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.pixels.image.stages import Image, image

__all__ = ["Image", "image"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from dicom.pixels.image import stages

        return getattr(stages, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
