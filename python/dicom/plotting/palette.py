"""The colours of regions that were given none: in pictures, in diagrams, and in the objects that are written.

In: the number of a region, from 0. Out: its colour, the same in all of these.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    RGB = tuple[float, float, float]

#: Seven colours that people with any of the common forms of colour blindness tell apart (Okabe and Ito, "Color
#: Universal Design", 2008), without black and grey, which the images are of.
_PALETTE = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#d55e00", "#cc79a7", "#0072b2")
#: What the colours are mixed with when all have been used: toward white, then toward black.
_SHADES = ((1.0, 0.0), (0.5, 0.5), (0.6, 0.0))
#: Then turns of hue by the golden ratio: neighbours in number are far apart in colour, however many there are.
_HUE_STEP = 0.6180339887498949
_SATURATION, _BRIGHTNESS = 0.7, 0.95


def palette_color(number: int) -> RGB:
    """Red, green and blue, 0 to 1, of the region with this number, from 0."""
    shade = number // len(_PALETTE)
    if shade < len(_SHADES):
        color = _PALETTE[number % len(_PALETTE)]
        factor, white = _SHADES[shade]
        red, green, blue = (factor * int(color[at : at + 2], 16) / 255 + white for at in (1, 3, 5))
        return red, green, blue
    from colorsys import hsv_to_rgb

    return hsv_to_rgb(number * _HUE_STEP % 1.0, _SATURATION, _BRIGHTNESS)


def palette_rgb(number: int) -> tuple[int, int, int]:
    """The same, 0 to 255, as DICOM has them."""
    red, green, blue = palette_color(number)
    return round(red * 255), round(green * 255), round(blue * 255)
