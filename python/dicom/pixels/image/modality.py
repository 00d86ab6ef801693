"""Which modality transformation a frame has: rescale, Modality LUT, dose scaling, real world value mapping.

In: a data set, and what was asked for. Out: a `Transformation` for each frame. Standard: PS3.3 C.11.1, C.7.6.16.2.9
(Pixel Value Transformation), C.7.6.16.2.11 (Real World Value Mapping), C.8.8.3 (Dose Grid Scaling).

The order, where nothing else is asked for: the frame's own Pixel Value Transformation, the one shared by all frames,
the Modality LUT, Dose Grid Scaling, the data set's rescale. A real world value mapping is taken by itself only where
these change nothing and name no unit, and only the mappings that have the first one's unit and label. Where a frame's
Pixel Value Transformation names no unit and these mappings give the very same values, as in enhanced PET, the unit is
theirs.
"""

from __future__ import annotations

from dicom.errors import PixelError
from dicom.pixels.image.real_world import RealWorldMapping, real_world_mappings
from dicom.pixels.image.transformation import Linear, Piecewise, Table
from dicom.pixels.image.units import quantity_of_dose, unit_of_dose, unit_of_rescale, unit_of_table
from dicom.pixels.lenient import items, number
from dicom.pixels.lookup import read_table
from dicom.pixels.processing import is_big_endian
from dicom.pixels.spacing import functional_groups

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dicom.pixels.description import FrameDescription

    Transformation = Linear | Piecewise | Table

#: Why the unit isn't known where what is stated as a rescale is none.
UNUSABLE = "RescaleSlope or RescaleIntercept can't be used"
#: What `Image.modality` takes for ``source``.
SOURCES = ("PixelValueTransformationSequence", "ModalityLUTSequence", "DoseGridScaling", "RescaleSlope")


class Modality:
    """The transformations of a data set's frames.

    Parameters
    ----------
    ds : Dataset
    description : FrameDescription
    source : str, optional
        One of `SOURCES`: only that one.
    real_world : int, str or bool, optional
        A mapping's index, its label or its unit; True for the first; False for none in any case.
    """

    __slots__ = ("_description", "_ds", "_is_per_frame", "_known", "_real_world", "_source")

    def __init__(
        self,
        ds: Any,
        description: FrameDescription,
        source: str | None = None,
        real_world: int | str | bool | None = None,
    ) -> None:
        if source is not None and source not in SOURCES:
            raise PixelError(f"source has to be one of {', '.join(SOURCES)}")
        if source is not None and real_world is not None and real_world is not False:
            raise PixelError("either source or real_world can be given, not both")
        self._ds = ds
        self._description = description
        self._source = source
        self._real_world = real_world
        self._is_per_frame = bool(ds.get("PerFrameFunctionalGroupsSequence"))
        self._known: dict[int, Transformation] = {}

    def of_frame(self, frame: int) -> Transformation:
        """The transformation of a frame.

        Raises
        ------
        PixelError
            What was asked for isn't there, or a table can't be used.
        """
        key = frame if self._is_per_frame else 0
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._find(frame)
        return known

    @property
    def is_per_frame(self) -> bool:
        """Whether frames can have transformations of their own."""
        return self._is_per_frame

    @property
    def stored_ends(self) -> tuple[float, float]:
        """The least and the greatest stored value that Bits Stored and Pixel Representation allow."""
        bits = self._description.bits_stored
        if self._description.is_signed:
            return float(-(2 ** (bits - 1))), float(2 ** (bits - 1) - 1)
        return 0.0, float(2**bits - 1)

    def keeps_stated_windows(self, frame: int) -> bool:
        """Whether the frame's windows, which are stated for rescaled values, hold for these values too."""
        found = self.of_frame(frame)
        if not isinstance(found, Piecewise):
            return True
        stated = self._stated(frame)
        return isinstance(stated, Linear) and found.is_linear_as(stated.slope, stated.intercept)

    def _find(self, frame: int) -> Transformation:
        if self._real_world is not None and self._real_world is not False:
            return self._chosen_mapping(frame)
        found = self._stated(frame)
        if self._source is not None or self._real_world is False or found.unit is not None:
            return found
        is_transformed = isinstance(found, Linear) and found.source == "PixelValueTransformationSequence"
        if not found.is_identity and not is_transformed:
            return found
        mappings = real_world_mappings(self._ds, self._description, frame)
        if not mappings:
            return found
        first = mappings[0]
        alike = Piecewise(
            [one for one in mappings if (one.unit, one.label) == (first.unit, first.label)],
            "RealWorldValueMappingSequence",
        )
        if not isinstance(found, Linear) or found.is_identity:
            return alike
        if first.unit is None or not alike.is_linear_as(found.slope, found.intercept):
            return found
        return Linear(found.slope, found.intercept, (first.unit, first.unit_source), found.source)

    def _chosen_mapping(self, frame: int) -> Piecewise:
        mappings = real_world_mappings(self._ds, self._description, frame)
        if not mappings:
            raise PixelError("the frame has no usable Real World Value Mapping Sequence (0040,9096)", tag=0x00409096)
        wanted = self._real_world
        if wanted is True:
            wanted = 0
        if isinstance(wanted, int):
            if not -len(mappings) <= wanted < len(mappings):
                raise PixelError(f"there is no mapping {wanted}: the frame has {len(mappings)}", tag=0x00409096)
            return Piecewise([mappings[wanted]], "RealWorldValueMappingSequence")
        by_unit = [one for one in mappings if one.unit == wanted]
        alike = [one for one in mappings if one.label == wanted] or by_unit
        if not alike:
            raise PixelError("no mapping of the frame has the label or the unit that was asked for", tag=0x00409096)
        # Of several labels with one unit, the first: they are other quantities, not other ranges.
        alike = [one for one in alike if (one.unit, one.label) == (alike[0].unit, alike[0].label)]
        return Piecewise(alike, "RealWorldValueMappingSequence")

    def _stated(self, frame: int) -> Transformation:
        """The first of what the data set has, or the one that was asked for."""
        ds, wanted = self._ds, self._source
        holders = [ds]
        if self._description.samples_per_pixel > 1:
            return Linear(1.0, 0.0, (None, "the samples are colours"), "")
        if self._description.photometric_interpretation == "PALETTE COLOR":
            return Linear(1.0, 0.0, (None, "the values are indices of colours"), "")
        if wanted in (None, "PixelValueTransformationSequence"):
            for group in functional_groups(ds, frame):
                sequence = items(group, "PixelValueTransformationSequence")
                holders += sequence[:1]
                found = self._rescale(sequence[0], "PixelValueTransformationSequence") if sequence else None
                if found is not None:
                    return found
        if wanted in (None, "ModalityLUTSequence"):
            sequence = items(ds, "ModalityLUTSequence")
            if sequence:
                table = read_table(
                    sequence[0], signed_inputs=self._description.is_signed, is_big_endian=is_big_endian(ds)
                )
                return Table(table, unit_of_table(sequence[0]), "ModalityLUTSequence")
        if wanted in (None, "DoseGridScaling"):
            scaling = number(ds.get("DoseGridScaling"))
            if scaling is not None and scaling > 0:
                return Linear(scaling, 0.0, unit_of_dose(ds), "DoseGridScaling", quantity_of_dose(ds))
        found = self._rescale(ds, "RescaleSlope") if wanted in (None, "RescaleSlope") else None
        if found is not None:
            return found
        if wanted is not None:
            raise PixelError(f"the data set has no usable {wanted}")
        if any(name in holder for holder in holders for name in ("RescaleSlope", "RescaleIntercept")):
            # What the unit is said to be is that of values which can't be reckoned.
            return Linear(1.0, 0.0, (None, UNUSABLE), "")
        return Linear(1.0, 0.0, unit_of_rescale(ds, ds, has_rescale=False), "")

    def _rescale(self, holder: Any, source: str) -> Linear | None:
        slope, intercept = number(holder.get("RescaleSlope")), number(holder.get("RescaleIntercept"))
        # A slope of zero would make every pixel equal: no rescale was meant.
        if slope is None or intercept is None or slope == 0:
            return None
        return Linear(slope, intercept, unit_of_rescale(self._ds, holder, has_rescale=True), source)


__all__ = ["SOURCES", "Modality", "RealWorldMapping"]
