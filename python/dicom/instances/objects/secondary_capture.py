"""Multi-frame secondary capture of a volume: grey values of 8 or 16 bits, or colours, that no modality's image holds.

In: an `Order`. Out: a data set whose functional groups say where its frames lie. Standard: PS3.3 A.8.3 to A.8.5,
C.8.6.3 (frame increment by functional groups), C.7.6.16.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.errors import WriteError
from dicom.instances.derivation import put_contribution
from dicom.instances.image_modules import put_image_pixel
from dicom.instances.modules import derived_data_set, put_frame_of_reference, take_over
from dicom.instances.objects.classic import put_laterality
from dicom.instances.objects.enhanced import put_frames
from dicom.instances.objects.functional_groups import shared_groups
from dicom.instances.objects.pixel_bytes import frames_bytes
from dicom.instances.plan.taken_over import EQUIPMENT, SERIES

if TYPE_CHECKING:
    from dicom.dataset.file_dataset import FileDataset
    from dicom.instances.plan.order import Order

_BYTE, _WORD, _TRUE_COLOR = (f"1.2.840.10008.5.1.4.1.1.7.{number}" for number in (2, 3, 4))
_PER_FRAME_GROUPS = 0x52009230


def secondary_capture_data_set(order: Order) -> FileDataset:
    """The data set of a secondary capture.

    Raises
    ------
    WriteError
        Values are of another type than uint8 and uint16, colours than uint8.
    """
    dtype = order.values.dtype
    is_color = order.volume.is_color
    if dtype.name not in (("uint8",) if is_color else ("uint8", "uint16")):
        what = "colours of a secondary capture are uint8" if is_color else "a secondary capture holds uint8 or uint16"
        raise WriteError(f"{what}, and these values are {dtype.name}: Volume.astype, or form='parametric-map'")
    sop_class = _TRUE_COLOR if is_color else _BYTE if dtype.itemsize == 1 else _WORD
    ds = derived_data_set(order.template.header, sop_class, modality=order.kind.modality, series=order.series)
    take_over(ds, order.template.header, [*EQUIPMENT, *SERIES])
    if order.series.description is not None:
        ds.SeriesDescription = order.series.description
    if "Manufacturer" not in ds:
        ds.Manufacturer = None
    put_laterality(ds)
    put_frame_of_reference(ds, order.frame_of_reference_uid)
    put_contribution(ds, order.series)
    ds.ConversionType = "WSD"
    ds.PatientOrientation = None
    ds.ImageType = ["DERIVED", "SECONDARY"]
    ds.DerivationDescription = order.derivation
    ds.BurnedInAnnotation = order.template.header.get("BurnedInAnnotation") or "NO"
    put_frames(ds, order, shared_groups(order), has_derivation=False)
    ds.FrameIncrementPointer = _PER_FRAME_GROUPS
    put_image_pixel(ds, 8 * dtype.itemsize)
    if is_color:
        ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = 3, "RGB", 0
    else:
        ds.PresentationLUTShape = "IDENTITY"
        ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = 0.0, 1.0, "US"
    ds.PixelData = frames_bytes(order.values, dtype, order)
    return ds
