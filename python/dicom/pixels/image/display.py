"""What a display is given: 8 bits a sample, grey or RGB.

In: stored values of a frame, with its modality and VOI transformations. Out: uint8, (rows, columns) or (rows, columns,
3). Standard: PS3.4 N.2 (the stages), PS3.3 C.11.4 and C.11.6 (Presentation LUT), C.7.6.3.1.2 (MONOCHROME1).

A grey level is ``floor(255 * y + 1/2)`` for a y from 0 to 1 that is reckoned in float64: halves are rounded up. Up to
16 bits a table of the stored values is made by the same functions that other values are put through one by one, so the
two ways can't differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom.errors import PixelError
from dicom.pixels.image import colors as coloring
from dicom.pixels.image.overlay_planes import overlay_planes
from dicom.pixels.image.padding import mask_of, padding_range
from dicom.pixels.image.polarity import is_inverted
from dicom.pixels.lenient import items
from dicom.pixels.lookup import LookupTable, read_table
from dicom.pixels.processing import is_big_endian

if TYPE_CHECKING:
    from collections.abc import Hashable
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import FrameDescription
    from dicom.pixels.image.modality import Modality, Transformation
    from dicom.pixels.image.stored import StoredFrames
    from dicom.pixels.image.voi import TableLevels, Voi
    from dicom.pixels.window import Window

#: Below so many pixels in a frame, and for wider values, there is no table.
_LEAST_PIXELS = 4096


class _GreyTable(NamedTuple):
    """The grey levels of the stored values that frames had so far: more of them would be reckoned in vain."""

    key: Hashable
    least: int
    greatest: int
    entries: NDArray[np.uint8]


class Display:
    """The last stage of a data set's frames.

    Parameters
    ----------
    stored : StoredFrames
    modality : Modality
    voi : Voi
    icc : bool
        Whether colours are converted to sRGB by the data set's ICC profile.
    palette : str or ndarray, optional
        Colours for grey levels.
    overlays : bool
        Whether overlays are drawn.
    """

    __slots__ = (
        "_colors",
        "_inverted",
        "_modality",
        "_overlays",
        "_padding",
        "_presentation",
        "_stored",
        "_supplement",
        "_table",
        "_transform",
        "_voi",
    )

    def __init__(
        self,
        stored: StoredFrames,
        modality: Modality,
        voi: Voi,
        icc: bool = False,
        palette: Any | None = None,
        overlays: bool = False,
    ) -> None:
        ds, description = stored.ds, stored.description
        self._stored = stored
        self._modality = modality
        self._voi = voi
        self._overlays = overlays
        self._transform: Any | None = None
        self._colors: tuple[int, NDArray[np.uint8]] | None = None
        self._supplement: tuple[int, NDArray[np.uint8]] | None = None
        self._table: _GreyTable | None = None
        self._presentation: LookupTable | None = None
        self._padding = padding_range(ds, description)
        self._inverted = False
        if description.samples_per_pixel == 1:
            if description.photometric_interpretation == "PALETTE COLOR":
                self._colors = coloring.palette_of(ds)
            else:
                self._prepare_grey(palette)
        elif palette is not None:
            raise PixelError("a palette is for grey images; this one has colours")
        if icc and self.is_color:
            self._transform = coloring.icc_transform(ds)

    def _prepare_grey(self, palette: Any | None) -> None:
        ds, description = self._stored.ds, self._stored.description
        if palette is not None:
            self._colors = (0, coloring.named_palette(palette))
        self._supplement = coloring.supplemental_palette(ds, description)
        sequence = items(ds, "PresentationLUTSequence")
        if sequence:
            self._presentation = read_table(sequence[0], signed_inputs=False, is_big_endian=is_big_endian(ds))
        self._inverted = is_inverted(ds, description)

    @property
    def is_color(self) -> bool:
        """Whether frames have three samples a pixel at this stage."""
        is_stored = self._stored.description.samples_per_pixel > 1
        return is_stored or self._colors is not None or self._supplement is not None

    @property
    def color_space(self) -> str:
        """``"MONOCHROME2"``, ``"RGB"``, or ``"sRGB"`` after an ICC profile."""
        return "MONOCHROME2" if not self.is_color else "RGB" if self._transform is None else "sRGB"

    @property
    def is_grey_before(self) -> bool:
        """Whether frames are put through a modality and a VOI transformation."""
        description = self._stored.description
        return description.samples_per_pixel == 1 and description.photometric_interpretation != "PALETTE COLOR"

    def of_frame(
        self, index: int, frame: NDArray[Any], decoded_by: FrameDescription | None = None
    ) -> NDArray[np.uint8]:
        """A frame as it is shown: (rows, columns), or (rows, columns, 3) red, green and blue."""
        shown = self._without_overlays(index, frame, decoded_by)
        if self._overlays:
            planes, _ = overlay_planes(self._stored, (index,))
            if planes and not shown.flags.writeable:
                shown = shown.copy()
            for plane in planes.values():
                shown[plane[0]] = 255
        return shown

    def _without_overlays(
        self, index: int, frame: NDArray[Any], decoded_by: FrameDescription | None
    ) -> NDArray[np.uint8]:
        description = self._stored.description
        if description.samples_per_pixel > 1:
            return coloring.to_srgb(coloring.rgb_of(frame, decoded_by or description), self._transform)
        if self._colors is not None and not self.is_grey_before:
            return coloring.to_srgb(coloring.colors_of_indices(frame, *self._colors), self._transform)
        shown = self._grey(index, frame)
        if self._colors is not None:
            shown = np.take(self._colors[1], shown, axis=0)
            if self._padding is not None:
                shown[mask_of(frame, self._padding)] = 0
        if self._supplement is not None:
            if shown.ndim == 2:
                shown = np.repeat(shown[..., None], 3, axis=-1)
            colored = frame >= self._supplement[0]
            shown[colored] = coloring.colors_of_indices(frame[colored], *self._supplement)
        return coloring.to_srgb(shown, self._transform) if shown.ndim == 3 else shown

    def _grey(self, index: int, frame: NDArray[Any]) -> NDArray[np.uint8]:
        transformation, levels = self._modality.of_frame(index), self._voi.of_frame(index)
        if frame.dtype.kind == "f" or frame.dtype.itemsize > 2 or frame.size < _LEAST_PIXELS:
            return self._levels(frame, transformation, levels)
        key = (transformation.key, levels.key)
        least, greatest = int(frame.min()), int(frame.max())
        table = self._table
        if table is None or table.key != key or least < table.least or greatest > table.greatest:
            if table is not None and table.key == key:
                least, greatest = min(least, table.least), max(greatest, table.greatest)
            entries = self._make_entries(frame.dtype, least, greatest, transformation, levels)
            table = self._table = _GreyTable(key, least, greatest, entries)
        # By bits: the entry of a negative number stands where its unsigned reading does.
        unsigned = np.ascontiguousarray(frame, dtype=frame.dtype.newbyteorder("="))
        unsigned = unsigned.view(np.uint8 if frame.dtype.itemsize == 1 else np.uint16)
        shown = np.empty(frame.shape, np.uint8)
        # "clip" only spares a copy: the table has an entry for every number of the type.
        np.take(table.entries, unsigned, out=shown, mode="clip")
        return shown

    def _make_entries(
        self,
        dtype: np.dtype[Any],
        least: int,
        greatest: int,
        transformation: Transformation,
        levels: Window | TableLevels,
    ) -> NDArray[np.uint8]:
        """The grey level of each stored value from `least` to `greatest`."""
        entries = np.zeros(2 ** (8 * dtype.itemsize), np.uint8)
        inputs = np.arange(least, greatest + 1).astype(dtype.newbyteorder("="))
        entries[inputs.view(np.uint8 if dtype.itemsize == 1 else np.uint16)] = self._levels(
            inputs, transformation, levels
        )
        return entries

    def _levels(
        self, frame: NDArray[Any], transformation: Transformation, levels: Window | TableLevels
    ) -> NDArray[np.uint8]:
        """Grey levels of stored values of any shape."""
        values = transformation.apply(frame)
        shades = np.array(levels.apply(values))
        if self._presentation is not None:
            # The range of inputs is spread over the table (PS3.3 C.11.6.1).
            entries = self._presentation.entries
            place = np.nan_to_num(shades * (entries.size - 1))
            shades = entries[place.astype(np.intp)] / float(2**self._presentation.bits - 1)
            np.clip(shades, 0.0, 1.0, out=shades)
        background = np.isnan(values) if values.dtype.kind == "f" else None
        if background is not None:
            shades[background] = 0.0
        shades *= 255.0
        shades += 0.5
        shown = shades.astype(np.uint8)
        if self._inverted:
            np.subtract(255, shown, out=shown)
        if background is not None:
            shown[background] = 0
        if self._padding is not None:
            shown[mask_of(frame, self._padding)] = 0
        return shown
