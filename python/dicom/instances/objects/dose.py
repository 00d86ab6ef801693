"""RT Dose of a dose volume: one multi-frame grid of unsigned 32-bit numbers and Dose Grid Scaling.

In: an `Order`. Out: a data set. Standard: PS3.3 A.18.3, C.8.8.3 (RT Dose), C.8.8.3.2 (Grid Frame Offset Vector: offsets
along the normal from Image Position (Patient)).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.errors import GeometryError, WriteError
from dicom.instances.derivation import put_contribution
from dicom.instances.image_modules import put_image_pixel
from dicom.instances.modules import derived_data_set, put_frame_of_reference, take_over
from dicom.instances.objects.pixel_bytes import frames_bytes
from dicom.instances.plan.taken_over import EQUIPMENT
from dicom.values.number import decimal_of

if TYPE_CHECKING:
    from dicom.dataset.file_dataset import FileDataset
    from dicom.instances.plan.order import Order

_UNITS = {"Gy": "GY", "relative dose": "RELATIVE"}
_GRID_FRAME_OFFSET_VECTOR = 0x3004000C
_TAKEN_OVER = (
    *("DoseType", "DoseSummationType", "DoseComment", "NormalizationPoint", "TissueHeterogeneityCorrection"),
    *("SpatialTransformOfDose", "ReferencedRTPlanSequence", "ReferencedTreatmentRecordSequence"),
    *("ReferencedStructureSetSequence", "PlanOverviewSequence", "SeriesDescription", "OperatorsName"),
)
#: Of type 1, and nothing that a grid of values says by itself.
_REQUIRED = (("DoseType", "(3004,0004)"), ("DoseSummationType", "(3004,000A)"))


def dose_data_set(order: Order) -> FileDataset:
    """The data set of a dose grid.

    Raises
    ------
    WriteError
        The template doesn't say which dose it is, or the volume has a 4th axis.
    GeometryError
        Slices are moved along each other, which the Grid Frame Offset Vector can't say.
    """
    if order.axis.name is not None:
        raise WriteError("an RT Dose has no 4th axis: write the volumes one by one, volume[t].to_dicom")
    if order.planes.is_slanted:
        raise GeometryError(
            "slices of the volume are moved along each other, which the Grid Frame Offset Vector (3004,000C) can't "
            "say: Volume.resample_to gives it a grid at right angles"
        )
    header, kind = order.template.header, order.kind
    for keyword, tag in _REQUIRED:
        if not header.get(keyword):
            raise WriteError(
                f"{keyword} {tag} isn't said by the template, and only the caller knows it: template= an RT Dose, or a "
                f"data set where it is set"
            )
    ds = derived_data_set(header, kind.sop_class, modality=kind.modality, series=order.series)
    take_over(ds, header, [*EQUIPMENT, *_TAKEN_OVER])
    for keyword in ("Manufacturer", "OperatorsName"):
        if keyword not in ds:
            setattr(ds, keyword, None)
    if order.series.description is not None:
        ds.SeriesDescription = order.series.description
    put_frame_of_reference(ds, order.frame_of_reference_uid)
    put_contribution(ds, order.series)
    ds.DoseUnits = _UNITS[str(order.volume.unit)]
    order.planes.put(ds, 0)
    ds.SliceThickness = order.planes.spacing
    count = len(order.values)
    sign = -1.0 if order.planes.is_reversed else 1.0
    ds.GridFrameOffsetVector = [decimal_of(sign * order.planes.spacing * k + 0.0) for k in range(count)]
    ds.FrameIncrementPointer = _GRID_FRAME_OFFSET_VECTOR
    ds.NumberOfFrames = count
    ds.Rows, ds.Columns = order.values.shape[1:]
    storage = order.storage
    put_image_pixel(ds, 8 * storage.dtype.itemsize, is_signed=storage.dtype.kind == "i")
    ds.DoseGridScaling = storage.rescales[0].slope
    ds.PixelData = frames_bytes((storage.stored(k) for k in range(count)), storage.dtype, order)
    return ds
