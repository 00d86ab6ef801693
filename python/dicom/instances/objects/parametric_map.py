"""Parametric map of a volume: values of floating point as they are, with their unit and what they are of.

In: an `Order`. Out: a data set. 16-bit unsigned numbers stay such; other whole numbers become floating point that holds
them. Standard: PS3.3 A.75, C.8.32 (parametric map), C.7.6.24 and C.7.6.25 (floating point pixels), C.7.6.16.2.11 (real
world value mapping).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.instances.image_modules import put_image_pixel
from dicom.instances.items import code_item, item_with, put_references
from dicom.instances.modules import derived_data_set, put_content_identification
from dicom.instances.objects.enhanced import anatomy, put_frames, put_general, window
from dicom.instances.objects.functional_groups import shared_groups
from dicom.instances.objects.pixel_bytes import frames_bytes
from dicom.pixels.image.units import joined

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.dataset.dataset import Dataset
    from dicom.dataset.file_dataset import FileDataset
    from dicom.instances.plan.order import Order

_SOP_CLASS = "1.2.840.10008.5.1.4.1.1.30"
#: Units that have another code in UCUM than their usual name; all others are taken for UCUM codes.
_UCUM = {
    "HU": ("[hnsf'U]", "Hounsfield unit"),
    "°": ("deg", "degree"),
    "no unit": ("1", "no units"),
    "counts": ("{counts}", "counts"),
    "counts/s": ("{counts}/s", "counts per second"),
}
_ASCII = str.maketrans({"²": "2", "³": "3", "µ": "u", "μ": "u", "·": "."})
_NO_UNIT = ("1", "no units")
_WHOLE_IN_SINGLE = 2**24


def parametric_map_data_set(order: Order) -> FileDataset:
    """The data set of a parametric map."""
    kind = order.kind
    ds = derived_data_set(order.template.header, _SOP_CLASS, modality=kind.modality, series=order.series)
    put_general(ds, order)
    ds.ImageType = ["DERIVED", "PRIMARY", "VOLUME", "QUANTITY"]
    put_content_identification(ds, "MAP", order.volume.quantity or None)
    ds.PresentationLUTShape = "IDENTITY"
    ds.ContentQualification = "RESEARCH"
    ds.RecognizableVisualFeatures = "NO"
    values = _storable(order.values)
    shared = shared_groups(order)
    shared.FrameAnatomySequence = [anatomy(order)]
    shared.FrameVOILUTSequence = [window(order)]
    shared.ParametricMapFrameTypeSequence = [item_with(FrameType=ds.ImageType)]
    shared.PixelValueTransformationSequence = [item_with(RescaleIntercept=0.0, RescaleSlope=1.0, RescaleType="US")]
    shared.RealWorldValueMappingSequence = [_mapping(order, values)]
    put_frames(ds, order, shared)
    put_references(ds, order.template.all_instances())
    data = frames_bytes(values, values.dtype, order)
    if values.dtype.kind == "u":
        put_image_pixel(ds, 16)
        ds.PixelData = data
        return ds
    # The floating point image pixel modules have no more of it (C.7.6.24, C.7.6.25).
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated = 8 * values.dtype.itemsize
    if values.dtype.itemsize == 4:
        ds.FloatPixelData = data
    else:
        ds.DoubleFloatPixelData = data
    return ds


def _storable(values: NDArray[Any]) -> NDArray[Any]:
    """The values in a type that a parametric map has: 16-bit unsigned, or floating point."""
    if values.dtype.kind == "f" or values.dtype == np.uint16:
        return values
    least, greatest = int(values.min()), int(values.max())
    if least >= 0 and greatest < 2**16 and values.dtype == np.uint8:
        return values.astype(np.uint16)
    return values.astype(np.float32 if max(-least, greatest) <= _WHOLE_IN_SINGLE else np.float64)


def _mapping(order: Order, values: NDArray[Any]) -> Dataset:
    """An item of Real World Value Mapping Sequence that changes nothing, and says the unit."""
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    least, greatest = (finite.min(), finite.max()) if finite.size else (0, 0)
    made = item_with(
        RealWorldValueSlope=1.0,
        RealWorldValueIntercept=0.0,
        LUTLabel="VALUES",
        LUTExplanation=order.volume.quantity or "values",
        MeasurementUnitsCodeSequence=[_unit(joined(order.volume.unit, order.volume.quantity))],
    )
    if values.dtype.kind == "u":
        made.RealWorldValueFirstValueMapped, made.RealWorldValueLastValueMapped = int(least), int(greatest)
    else:
        made.DoubleFloatRealWorldValueFirstValueMapped = float(least)
        made.DoubleFloatRealWorldValueLastValueMapped = float(greatest)
    return made


def _unit(unit: str | None) -> Dataset:
    if unit is None:
        code, meaning = _NO_UNIT
    else:
        # UCUM has no letters but those of ASCII.
        plain = unit.translate(_ASCII)
        code, meaning = _UCUM.get(unit, (plain, plain))
    return code_item("UCUM", code, meaning)
