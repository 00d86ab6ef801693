"""The legend of what lies over the images: names and colours, outside of the images.

In: entries. Out: matplotlib's Legend, below or above the planes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from unicodedata import east_asian_width

from dicom.plotting.color_maps import plain_text

if TYPE_CHECKING:
    from typing import Any

    from matplotlib.axes import Axes

    from dicom.plotting.palette import RGB

#: Entries that are named; of the others only the number is.
_NAMED = 20
#: Signs of a name; names that are told apart by their ends are seldom longer.
_LONGEST = 36
_FONT_SIZE = 8
#: Inches: of a line, of a sign (an ideograph is two), and of the handle with the room around it.
_LINE, _SIGN, _HANDLE = 0.18, 0.075, 0.65
#: Luminance from which a colour is hardly seen on white.
_BRIGHT = 0.65
#: Inches between the axes' labels and the legend, and below it.
_ROOM = 0.25
_NOT_SEEN = " (not in these planes)"


class Entry(NamedTuple):
    """One line of the legend."""

    name: str
    color: RGB | None
    #: ``"mask"``, ``"contour"``, or ``""`` for words alone.
    kind: str
    #: How opaque the filling of a mask is.
    alpha: float
    #: Whether anything of it lies in the planes.
    is_seen: bool


def shown_entries(entries: list[Entry]) -> list[Entry]:
    """What the legend names: what is seen comes first, and where there are too many, the rest are counted."""
    # What is drawn keeps its place in the caller's order; sorting is stable.
    ordered = sorted(entries, key=lambda entry: not entry.is_seen)
    if len(ordered) <= _NAMED + 1:
        return ordered
    return [*ordered[:_NAMED], Entry(f"and {len(ordered) - _NAMED} more", None, "", 0.0, True)]


def legend_inches(entries: list[Entry], width: float) -> float:
    """How high the legend will be below planes of this width in inches; 0 where there is nothing to say."""
    rows, _ = _rows_and_columns(entries, width)
    return rows * _LINE + _ROOM if rows else 0.0


def draw_legend(axes: tuple[Axes, ...], entries: list[Entry], *, is_own_figure: bool, is_below: bool) -> None:
    """Draw the entries below the planes or above them; on a figure of the caller's where that leaves room."""
    shown = shown_entries(entries)
    if not shown:
        return
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch
    from matplotlib.patheffects import Normal, Stroke

    handles: list[Any] = []
    for entry in shown:
        if entry.color is None:
            handles.append(Line2D([], [], linestyle="none"))
        elif entry.kind == "mask":
            edge = "0.35" if _is_bright(entry.color) else entry.color
            handles.append(Patch(facecolor=(*entry.color, entry.alpha), edgecolor=edge, linewidth=1.5))
        else:
            # On the white page a bright line is seen by its edges.
            edges = [Stroke(linewidth=3.2, foreground="0.35"), Normal()] if _is_bright(entry.color) else None
            handles.append(Line2D([], [], color=entry.color, linewidth=1.8, path_effects=edges))
    figure: Any = axes[0].figure
    root: Any = axes[0].get_figure(root=True)
    _, columns = _rows_and_columns(entries, root.get_figwidth())
    # The layout of a figure of ours has room for it; one that matplotlib lays out makes room for what lies outside.
    layout = None if is_own_figure else root.get_layout_engine()
    place = "lower center" if is_below else "upper center"
    if getattr(layout, "adjust_compatible", True) is False:
        place = f"outside {place}"
    legend = figure.legend(
        handles,
        ["name"] * len(handles),
        loc=place,
        ncols=columns,
        fontsize=_FONT_SIZE,
        frameon=False,
        borderaxespad=0.3,
        labelspacing=0.35,
    )
    for text, entry in zip(legend.get_texts(), shown, strict=True):
        # Set afterwards, for matplotlib leaves out what begins with an underscore.
        text.set_text(_words(entry))
        if not entry.is_seen or entry.color is None:
            text.set_color("#666666")
            text.set_fontstyle("italic")


def _is_bright(color: RGB) -> bool:
    return 0.21 * color[0] + 0.72 * color[1] + 0.07 * color[2] > _BRIGHT


def _words(entry: Entry) -> str:
    return plain_text(entry.name, _LONGEST) + ("" if entry.is_seen else _NOT_SEEN)


def _rows_and_columns(entries: list[Entry], width: float) -> tuple[int, int]:
    shown = shown_entries(entries)
    if not shown:
        return 0, 1
    longest = max(sum(2 if east_asian_width(sign) in "WF" else 1 for sign in _words(entry)) for entry in shown)
    columns = max(1, min(len(shown), int((width - 0.4) / (longest * _SIGN + _HANDLE))))
    rows = -(-len(shown) // columns)
    # No more columns than the rows fill.
    return rows, -(-len(shown) // rows)
