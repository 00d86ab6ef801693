"""What an image is, at whatever stage: its size, type, colours and unit, without its pixels.

In: the frames and transformations that an `Image` holds. Out: its properties. Standard: PS3.3 C.7.6.3, C.11.
"""

from __future__ import annotations

from dicom.pixels.image.units import is_known_unit, parted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import numpy as np

    from dicom.finding import Finding
    from dicom.pixels.image.display import Display
    from dicom.pixels.image.modality import Modality
    from dicom.pixels.image.real_world import RealWorldMapping
    from dicom.pixels.image.stored import StoredFrames
    from dicom.pixels.image.transformation import Linear, Piecewise, Table
    from dicom.pixels.image.voi import Voi
    from dicom.pixels.window import Window

#: Photometric Interpretations, PS3.3 C.7.6.3.1.2.
_INTERPRETATIONS = frozenset(
    {
        "MONOCHROME1",
        "MONOCHROME2",
        "PALETTE COLOR",
        "RGB",
        "XYB",
        "YBR_FULL",
        "YBR_FULL_422",
        "YBR_ICT",
        "YBR_PARTIAL_420",
        "YBR_PARTIAL_422",
        "YBR_RCT",
        "sRGB",
    }
)


class ImageFacts:
    """The part of an `Image` that says what it is."""

    __slots__ = ("__weakref__", "_array", "_display", "_indices", "_modality", "_stored", "_voi", "stage")

    stage: str
    _array: Any
    _display: Display | None
    _indices: Sequence[int] | None
    _modality: Modality | None
    _stored: StoredFrames
    _voi: Voi | None

    @property
    def rows(self) -> int:
        """Pixels from top to bottom."""
        return self._stored.description.rows

    @property
    def columns(self) -> int:
        """Pixels from left to right."""
        return self._stored.description.columns

    @property
    def samples_per_pixel(self) -> int:
        """Samples a pixel at this stage: 1, or 3 for colours."""
        if self._display is not None:
            return 3 if self._display.is_color else 1
        return self._stored.description.samples_per_pixel

    @property
    def number_of_frames(self) -> int:
        """How many frames this image has; can be more than Number of Frames says, if there are (a finding)."""
        return len(self._frame_indices)

    @property
    def bits_allocated(self) -> int:
        """Bits Allocated of the stored values."""
        return self._stored.description.bits_allocated

    @property
    def bits_stored(self) -> int:
        """Bits Stored of the stored values."""
        return self._stored.description.bits_stored

    @property
    def is_signed(self) -> bool:
        """Whether stored values can be negative: Pixel Representation, or floating point pixel data."""
        return self._stored.description.is_signed or "f" in self._stored.description.dtype

    @property
    def transfer_syntax(self) -> str:
        """Transfer Syntax UID of the pixel data."""
        return self._stored.description.transfer_syntax

    @property
    def color_space(self) -> str:
        """What the samples are at this stage, in the words of Photometric Interpretation.

        ``"MONOCHROME1"``, ``"MONOCHROME2"``, ``"PALETTE COLOR"`` (indices), ``"RGB"``, ``"YBR_FULL"`` (stored values
        aren't converted); after `display` ``"MONOCHROME2"``, ``"RGB"`` or, converted by an ICC profile, ``"sRGB"``.
        """
        if self._display is not None:
            return self._display.color_space
        return self._stored.interpretation

    @property
    def has_colors(self) -> bool:
        """Whether `display` gives colours: three samples a pixel, a palette, or one that some values have."""
        if not self._is_grey:
            return True
        if self._display is not None:
            return self._display.is_color
        from dicom.pixels.image.colors import supplemental_palette

        return supplemental_palette(self._stored.ds, self._stored.description) is not None

    @property
    def is_inverted(self) -> bool:
        """Whether `display` shows the lowest value white: MONOCHROME1, or Presentation LUT Shape INVERSE."""
        from dicom.pixels.image.polarity import is_inverted

        return self._is_grey and is_inverted(self._stored.ds, self._stored.description)

    @property
    def unit(self) -> str | None:
        """The unit of the values after the modality's transformation; None when it isn't known.

        ``"HU"``, ``"Bq/ml"``, ``"g/ml"``, ``"Gy"``, ...; a UCUM code where the data set codes it. The same at each
        stage: what the values stand for. Where frames differ, that of the first.
        """
        return parted(self._transformation.unit)[0]

    @property
    def quantity(self) -> str | None:
        """What the values are of, where a unit alone doesn't say it: ``"SUVbw"``, ``"absorbed dose"``; else None."""
        return parted(self._transformation.unit)[1] or self._transformation.quantity

    @property
    def unit_source(self) -> str:
        """Which element says the unit, or why it isn't known."""
        return self._transformation.unit_source

    @property
    def modality_source(self) -> str:
        """The element that the modality's transformation is from; ``""`` when the stored values are the values."""
        return self._transformation.source

    @property
    def real_world_mappings(self) -> tuple[RealWorldMapping, ...]:
        """The Real World Value Mappings of the first frame, for `modality`."""
        from dicom.pixels.image.real_world import real_world_mappings

        return tuple(real_world_mappings(self._stored.ds, self._stored.description, self._frame_indices[0]))

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows that the data set states for the first frame, each with its explanation."""
        from dicom.pixels.window import stated_windows

        return tuple(stated_windows(self._stored.ds, self._frame_indices[0]))

    @property
    def window(self) -> Window | None:
        """The window that the first frame is shown with; None for a VOI LUT, for colours and before `voi`."""
        from dicom.pixels.window import Window

        if self._voi is None or not self._is_grey:
            return None
        chosen = self._voi.of_frame(self._frame_indices[0])
        return chosen if isinstance(chosen, Window) else None

    @property
    def corrections(self) -> tuple[Finding, ...]:
        """What was put right on the way to the array; a frame is decoded for it if none was yet."""
        return self._stored.findings

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of `array`, without making it."""
        frames = (self.number_of_frames,) if self.number_of_frames > 1 else ()
        samples = (self.samples_per_pixel,) if self.samples_per_pixel > 1 else ()
        return (*frames, self.rows, self.columns, *samples)

    @property
    def ndim(self) -> int:
        """How many axes `array` has."""
        return len(self.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of `array`, without making it."""
        import numpy as np

        if self._display is not None:
            return np.dtype(np.uint8)
        stored = np.dtype(self._stored.description.dtype)
        if self._voi is not None and self._is_grey:
            return np.dtype(np.float64)
        if self._modality is None:
            return stored
        frames = self._frame_indices if self._modality.is_per_frame else self._frame_indices[:1]
        types = {self._modality.of_frame(index).dtype(stored) for index in frames}
        # A single one is kept with its byte order, which numpy.result_type would turn.
        return types.pop() if len(types) == 1 else np.result_type(*types)

    # --- within ----------------------------------------------------------------------------------------------------

    @property
    def _frame_indices(self) -> Sequence[int]:
        return range(self._stored.count) if self._indices is None else self._indices

    @property
    def _is_grey(self) -> bool:
        description = self._stored.description
        return description.samples_per_pixel == 1 and description.photometric_interpretation != "PALETTE COLOR"

    @property
    def _transformation(self) -> Linear | Piecewise | Table:
        return self._need_modality().of_frame(self._frame_indices[0])

    @property
    def _shown_space(self) -> str:
        # Nothing is decoded for a description, and no free text is shown.
        description = self._stored.description
        space = self._display.color_space if self._display is not None else description.photometric_interpretation
        return space if space in _INTERPRETATIONS else "unknown colours"

    @property
    def _shown_unit(self) -> str:
        # A unit can be free text, which can be anything.
        if self.unit is None:
            return "unit unknown"
        return self.unit if is_known_unit(self.unit, self.unit_source) else "unit by a name of its own"

    def _need_modality(self) -> Modality:
        if self._modality is not None:
            return self._modality
        from dicom.pixels.image.modality import Modality

        return Modality(self._stored.ds, self._stored.description)
