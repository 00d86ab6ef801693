"""Where things are on a figure of three planes: axes in which a mm is as long in one as in the other, bars, a legend.

In: planes, the number of bars, and the entries of the legend. Out: matplotlib's Axes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.plotting.figure import new_figure
from dicom.plotting.legend import legend_inches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage
    from numpy.typing import NDArray

    from dicom.plotting.legend import Entry
    from dicom.plotting.planes import Plane

    ThreeAxes = tuple[Axes, Axes, Axes]

# Inches that labels take at the left of an axes, below and above it, and a colour bar at the right.
_LEFT, _BELOW, _ABOVE, _BAR = 0.85, 0.55, 0.8, 1.3
# Inches that the images share, and that the highest of them may take.
_WIDTH, _HEIGHT = 9.6, 5.2


def own_axes(planes: Sequence[Plane], number_of_bars: int, entries: list[Entry]) -> ThreeAxes:
    """Axes in which a mm is as long in one as in the other, however the planes differ in size."""
    sizes = [(right - left, high - low) for left, right, low, high in (plane.bounds_mm for plane in planes)]
    scale = min(_WIDTH / sum(width for width, _ in sizes), _HEIGHT / max(height for _, height in sizes))
    tallest = max(max(height for _, height in sizes) * scale, 1.2)
    # Titles need room beside each other too.
    rooms = [max(width * scale, 0.25, 1.9) for width, _ in sizes]
    whole_width = sum(rooms) + 3 * _LEFT + (number_of_bars * _BAR if number_of_bars else 0.15)
    below = _BELOW + legend_inches(entries, whole_width)
    boxes = []
    x = 0.0
    for (width, height), room in zip(sizes, rooms, strict=True):
        x += _LEFT
        # A plane of a few thin slices is still an axes that can be seen.
        wide, high = max(width * scale, 0.25), max(height * scale, 0.12)
        boxes.append((x + (room - wide) / 2, below + (tallest - high) / 2, wide, high))
        x += room
    whole_height = below + tallest + _ABOVE
    figure = new_figure((whole_width, whole_height), None)
    made = [
        figure.add_axes((x / whole_width, y / whole_height, wide / whole_width, high / whole_height))
        for x, y, wide, high in boxes
    ]
    for ax, plane, (_, _, wide, high) in zip(made, planes, boxes, strict=True):
        # As many numbers as there is room for; in a strip that of the slice.
        ax.locator_params(axis="x", nbins=max(1, int(wide / 0.5)))
        if high < 0.5:
            ax.set_yticks([round(float(plane.mm_at((plane.row, plane.column))[1]), 2)])
        else:
            ax.locator_params(axis="y", nbins=int(high / 0.35))
    return made[0], made[1], made[2]


def bar_axes(axes: Sequence[Axes], number: int, number_of_bars: int) -> Axes:
    """Of a bar, counted from 0: beside the last plane, as high as the highest."""
    figure = axes[0].get_figure(root=True)
    assert figure is not None
    width, height = figure.get_figwidth(), figure.get_figheight()
    places = [ax.get_position() for ax in axes]
    low, high = min(place.y0 for place in places), max(place.y1 for place in places)
    if (high - low) * height < 1.2:
        middle, half = (low + high) / 2, 0.6 / height
        low, high = middle - half, middle + half
    left = 1.0 - ((number_of_bars - number) * _BAR - 0.15) / width
    made: Axes = figure.add_axes((left, low, 0.16 / width, high - low))
    return made


def place_image(ax: Axes, plane: Plane, values: NDArray[Any], options: dict[str, Any]) -> AxesImage:
    """Draw values of a plane's pixels, or of finer ones, where the plane lies."""
    left, right, low, high = plane.bounds_mm
    given = {"aspect": "equal", **options, "origin": "upper"}
    if not plane.is_slanted:
        # Row 0 has the least place along the vertical.
        return ax.imshow(values, **{**given, "extent": (left, right, high, low)})
    from matplotlib.transforms import Affine2D

    rows, columns = plane.values.shape[:2]
    matrix = [plane.to_mm[:, [1, 0, 2]][0], plane.to_mm[:, [1, 0, 2]][1], [0.0, 0.0, 1.0]]
    given["extent"] = (-0.5, columns - 0.5, rows - 0.5, -0.5)
    image = ax.imshow(values, **given)
    image.set_transform(Affine2D(matrix) + ax.transData)
    return image
