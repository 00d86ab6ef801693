"""Which values are shown: a window or a VOI LUT for each frame.

In: a data set with its modality transformations, and what was asked for. Out: for each frame what turns values into
grey levels from 0 (darkest) to 1 (brightest). Standard: PS3.3 C.11.2 (VOI LUT), C.7.6.16.2.10 (Frame VOI LUT).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import PixelError
from dicom.pixels.image.padding import mask_of, padding_range
from dicom.pixels.lenient import items, number, text
from dicom.pixels.lookup import LookupTable, read_table
from dicom.pixels.processing import is_big_endian
from dicom.pixels.spacing import functional_groups
from dicom.pixels.window import LINEAR_EXACT, Window, stated_windows, tally, window_of_values

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.image.modality import Modality
    from dicom.pixels.image.stored import StoredFrames

#: Windows for CT in Hounsfield units: (center, width). They are customs and no standard.
CT_PRESETS = {
    "abdomen": (50.0, 400.0),
    "angio": (300.0, 600.0),
    "bone": (450.0, 1500.0),
    "brain": (40.0, 80.0),
    "liver": (60.0, 160.0),
    "lung": (-600.0, 1500.0),
    "mediastinum": (40.0, 400.0),
    "pelvis": (40.0, 400.0),
    "soft tissue": (40.0, 400.0),
    "spine": (50.0, 250.0),
    "stroke": (35.0, 30.0),
    "subdural": (75.0, 215.0),
    "temporal bone": (600.0, 2800.0),
}
_FRAMES_LOOKED_AT = 9
#: Enough to settle the percentiles to a fraction of a grey level.
_PIXELS_LOOKED_AT = 1 << 17


class TableLevels:
    """A VOI LUT as grey levels.

    Attributes
    ----------
    table : LookupTable
    full : float
        The entry that is white: the greatest number of the descriptor's bits, or of as many as the entries take.
    """

    __slots__ = ("full", "table")

    def __init__(self, table: LookupTable) -> None:
        self.table = table
        bits = max(table.bits, int(table.entries.max()).bit_length())
        self.full = float(2**bits - 1)

    @property
    def key(self) -> Hashable:
        """Equal for tables that give equal levels."""
        return self.table.first, self.full, self.table.entries.tobytes()

    def apply(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Grey levels from 0 to 1; values that aren't whole are rounded down to a table's input."""
        inputs = np.floor(values) if values.dtype.kind == "f" else values
        levels: NDArray[np.float64] = self.table.apply(inputs) / self.full
        if values.dtype.kind == "f":
            levels[np.isnan(values)] = np.nan
        return levels


class Voi:
    """The window or VOI LUT of each frame.

    Parameters
    ----------
    stored : StoredFrames
    modality : Modality
    indices : sequence of int
        The frames that a window is told from where the data set states none: it is one for all of them.
    window : Window, (center, width), int, optional
        A window, or the index of one that the data set states.
    lut : int, optional
        The index of an item of VOI LUT Sequence.
    preset : str, optional
        A window by its Window Center & Width Explanation, or one of `CT_PRESETS`.
    """

    __slots__ = (
        "_chosen",
        "_indices",
        "_known",
        "_lut",
        "_modality",
        "_of_values",
        "_preset",
        "_stored",
        "_window_index",
    )

    def __init__(
        self,
        stored: StoredFrames,
        modality: Modality,
        indices: Sequence[int],
        window: Window | tuple[float, float] | int | None = None,
        lut: int | None = None,
        preset: str | None = None,
    ) -> None:
        if sum(choice is not None for choice in (window, lut, preset)) > 1:
            raise PixelError("only one of window, lut and preset can be given")
        self._stored = stored
        self._modality = modality
        self._indices = indices
        self._window_index = window if isinstance(window, int) else None
        self._chosen = None if window is None or isinstance(window, int) else as_window(window)
        self._lut = lut
        self._preset = preset
        self._of_values: Window | None = None
        self._known: dict[int, Window | TableLevels] = {}

    def of_frame(self, frame: int) -> Window | TableLevels:
        """What turns the frame's values into grey levels.

        Raises
        ------
        PixelError
            What was asked for isn't there, or can't be used.
        """
        if self._chosen is not None:
            return self._chosen
        key = frame if self._modality.is_per_frame else 0
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._find(frame)
        return known

    def _find(self, frame: int) -> Window | TableLevels:
        if self._lut is not None:
            return self._stated_table(frame, self._lut)
        if self._preset is not None:
            return self._named(frame, self._preset)
        ds = self._stored.ds
        windows = stated_windows(ds, frame)
        if self._window_index is not None:
            if not -len(windows) <= self._window_index < len(windows):
                raise PixelError(f"there is no window {self._window_index}: {len(windows)} are stated", tag=0x00281050)
            return windows[self._window_index]
        # Stated windows are meant for rescaled values.
        if self._modality.keeps_stated_windows(frame):
            if windows:
                return windows[0]
            if _tables(ds, frame):
                return self._stated_table(frame, 0)
        return self._window_of_kind(frame) or self._window_of_frames()

    def _stated_table(self, frame: int, index: int) -> TableLevels:
        tables = _tables(self._stored.ds, frame)
        if not -len(tables) <= index < len(tables):
            raise PixelError(f"there is no VOI LUT {index}: {len(tables)} are stated", tag=0x00283010)
        lowest = self._modality.of_frame(frame).least(self._modality.stored_ends)
        big = is_big_endian(self._stored.ds)
        return TableLevels(read_table(tables[index], signed_inputs=lowest < 0, is_big_endian=big))

    def _named(self, frame: int, name: str) -> Window:
        if not isinstance(name, str):
            raise PixelError("a preset is said by its name")
        wanted = name.strip().casefold()
        for window in stated_windows(self._stored.ds, frame):
            if window.explanation.casefold() == wanted:
                return window
        known = CT_PRESETS.get(wanted.replace("_", " "))
        if known is None:
            raise PixelError(
                f"no window of the data set has this name; the presets for CT are {', '.join(CT_PRESETS)}",
                tag=0x00281055,
            )
        if self._modality.of_frame(frame).unit != "HU":
            raise PixelError("the presets are windows in HU, and the values of this image aren't known to be in HU")
        return Window(*known, LINEAR_EXACT, "preset")

    def _window_of_kind(self, frame: int) -> Window | None:
        """From 0 to the greatest value for a segmentation and for values of one bit."""
        description, ds = self._stored.description, self._stored.ds
        if not self._modality.of_frame(frame).is_identity:
            return None
        if description.bits_stored == 1:
            return Window(0.5, 1.0, LINEAR_EXACT, "BitsStored")
        greatest = number(ds.get("MaximumFractionalValue"))
        if text(ds.get("SegmentationType")) == "FRACTIONAL" and greatest is not None and greatest > 0:
            return Window(greatest / 2, greatest, LINEAR_EXACT, "MaximumFractionalValue")
        return None

    def _window_of_frames(self) -> Window:
        """From robust percentiles of the values of some frames, evenly spread over those that are shown."""
        if self._of_values is None:
            count = min(len(self._indices), _FRAMES_LOOKED_AT)
            picked = [self._indices[place * (len(self._indices) - 1) // max(count - 1, 1)] for place in range(count)]
            padding = padding_range(self._stored.ds, self._stored.description)
            values, counts = [], []
            for index, frame in zip(picked, self._stored.frames(picked), strict=True):
                flat = frame.reshape(-1)
                flat = flat[:: max(1, flat.size * count // _PIXELS_LOOKED_AT)]
                times = None
                if flat.dtype.kind in "iu" and flat.dtype.itemsize <= 2:
                    flat, times = tally(flat)
                if padding is not None and not (is_padding := mask_of(flat, padding)).all():
                    flat, times = flat[~is_padding], None if times is None else times[~is_padding]
                values.append(self._modality.of_frame(index).apply(flat))
                if times is not None:
                    counts.append(times)
            # Activity and dose: zero is meaningful, and the few hottest pixels are what one looks for.
            from_zero = text(self._stored.ds.get("Modality")) in ("PT", "NM", "RTDOSE")
            self._of_values = window_of_values(
                np.concatenate(values), np.concatenate(counts) if counts else None, from_zero=from_zero
            )
        return self._of_values


def as_window(window: Any) -> Window:
    """A window as it is given: a `Window`, or (center, width), which means from center - width/2 to center + width/2.

    Raises
    ------
    PixelError
        These aren't two numbers, or the width isn't positive.
    """
    if isinstance(window, Window):
        return window
    try:
        center, width = (float(part) for part in window)
    except (TypeError, ValueError):
        raise PixelError("a window is a Window, (center, width), or the index of one that is stated") from None
    if not (abs(center) < float("inf") and 0 < width < float("inf")):
        raise PixelError("the center of a window must be a number, its width a positive one")
    return Window(center, width, LINEAR_EXACT)


def _tables(ds: Any, frame: int) -> list[Any]:
    for group in functional_groups(ds, frame):
        sequence = items(group, "FrameVOILUTSequence")
        tables = items(sequence[0], "VOILUTSequence") if sequence else []
        if tables:
            return tables
    return items(ds, "VOILUTSequence")
