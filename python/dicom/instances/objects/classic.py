"""Classic images of a volume: one SOP Instance for each slice of CT, MR or PET.

In: a volume with its kind, template, storage, planes and axis (`Order`). Out: data sets, t after t, slice after slice.
Standard: PS3.3 A.3, A.4, A.21; C.7.6.1 to C.7.6.3, C.8.2.1, C.8.3.1, C.8.9, C.11.1, C.12.1, C.12.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.instances.derivation import image_type, put_contribution, put_derivation
from dicom.instances.image_modules import put_image_pixel
from dicom.instances.items import code_item
from dicom.instances.modules import derived_data_set, put_frame_of_reference, take_over
from dicom.instances.plan.taken_over import agreed, copy_private, in_plane_keywords, keywords_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dicom.dataset.file_dataset import FileDataset
    from dicom.instances.plan.order import Order

#: Of type 2: present though nothing is known (C.7.5.1, C.8.2.1, C.8.3.1, C.8.9).
_PRESENT_EMPTY = {
    "CT": ("Manufacturer", "KVP", "AcquisitionNumber"),
    "MR": ("Manufacturer", "ScanOptions", "MRAcquisitionType", "RepetitionTime", "EchoTime", "EchoTrainLength"),
    "PT": ("Manufacturer", "CorrectedImage", "CollimatorType", "SeriesDate", "SeriesTime"),
}
#: Elements of the axis t that belong to what was acquired: kept as the sources have them, where these say the same.
_CLOCK = ("AcquisitionNumber", "AcquisitionDate", "AcquisitionTime", "AcquisitionDateTime")
_TEMPORAL = ("NumberOfTemporalPositions", "TemporalResolution", "TriggerTime", "CardiacNumberOfImages")


def classic_data_sets(order: Order) -> Iterator[FileDataset]:
    """The data sets of all slices, each when it is asked for."""
    slices = order.volume.grid_shape[0]
    of_t = order.axis.classic(order.began())
    keeps_clock = order.has_times_of_sources()
    for t, elements in enumerate(of_t):
        common = order.common_header(t)
        for k in range(slices):
            yield _slice(order, common, elements, keeps_clock, t, k)


def _slice(order: Order, common: Any, elements: dict[str, Any], keeps_clock: bool, t: int, k: int) -> FileDataset:
    kind, slices = order.kind, order.volume.grid_shape[0]
    own = order.template.of_slice(k, t)
    number = t * slices + k + 1
    ds = derived_data_set(
        order.template.header, kind.sop_class, modality=kind.modality, series=order.series, instance_number=number
    )
    copy_header(ds, order, own if own is not None else common, is_own=own is not None)
    if kind.modality == "PT":
        order.scan_times.put_series(ds)
        if own is None and order.axis.name is None and "AcquisitionTime" not in ds:
            order.scan_times.put_acquisition(ds)
    put_frame_of_reference(ds, order.frame_of_reference_uid)
    for keyword, value in elements.items():
        if not (keeps_clock and keyword in _CLOCK):
            setattr(ds, keyword, value)
    for keyword in _PRESENT_EMPTY[kind.modality]:
        if keyword not in ds:
            setattr(ds, keyword, None)
    ds.ImageType = image_type(own if own is not None else order.template.header, order, is_own=own is not None)
    order.planes.put(ds, k, own)
    ds.SliceThickness = order.thickness(own)
    ds.SliceLocation = order.planes.location(k)
    if kind.modality == "MR":
        ds.SpacingBetweenSlices = order.planes.spacing
    put_derivation(ds, order, k, t)
    put_contribution(ds, order.series)
    if kind.modality == "PT":
        _put_pet(ds, order, number)
    _put_pixels(ds, order, t * slices + k)
    return ds


def copy_header(ds: Any, order: Order, header: Any, *, is_own: bool) -> None:
    """Take over what holds of the sources."""
    modality = order.kind.modality
    left_out = set(_TEMPORAL) if order.axis.name is not None else set()
    wanted = keywords_of(modality, is_same_unit=order.is_same_unit)
    take_over(ds, header, [keyword for keyword in wanted if keyword not in left_out])
    if is_own and order.has_plane_of(header):
        take_over(ds, header, in_plane_keywords(modality))
    copy_private(ds, header, modality)
    if modality == "PT":
        put_patient_orientation(ds, header)
    else:
        put_patient_position(ds, ds)
    put_laterality(ds)
    if order.series.description is not None:
        ds.SeriesDescription = order.series.description


#: Patient Position -> codes of orientation, its modifier, and relationship to the gantry (PS3.16 CID 19, 20, 21).
_RECUMBENT = ("102538003", "recumbent")
_MODIFIERS = {
    "S": ("40199007", "supine"),
    "P": ("1240000", "prone"),
    "DL": ("102536004", "left lateral decubitus"),
    "DR": ("102535000", "right lateral decubitus"),
}
_ENDS = {"HF": ("102540008", "headfirst"), "FF": ("102541007", "feet-first")}


def put_patient_orientation(ds: Any, header: Any) -> None:
    """Patient Orientation and Gantry Relationship of PET (C.8.4.6), of Patient Position where they aren't said."""
    keywords = ("PatientOrientationCodeSequence", "PatientGantryRelationshipCodeSequence")
    take_over(ds, header, keywords)
    position = str(header.get("PatientPosition") or "")
    modifier, end = _MODIFIERS.get(position[2:]), _ENDS.get(position[:2])
    if keywords[0] not in ds and modifier is not None and end is not None:
        orientation = code_item("SCT", *_RECUMBENT)
        orientation.PatientOrientationModifierCodeSequence = [code_item("SCT", *modifier)]
        ds.PatientOrientationCodeSequence = [orientation]
        ds.PatientGantryRelationshipCodeSequence = [code_item("SCT", *end)]
    for keyword in keywords:
        if keyword not in ds:
            setattr(ds, keyword, [])
    if "PatientPosition" in ds:
        # One excludes the other (C.7.3.1.1.2).
        del ds.PatientPosition


def put_laterality(ds: Any) -> None:
    """Laterality, empty where no body part says that it has none."""
    if not any(ds.get(keyword) for keyword in ("BodyPartExamined", "AnatomicRegionSequence", "Laterality")):
        ds.Laterality = None


def put_patient_position(ds: Any, header: Any) -> None:
    """Patient Position, empty where it isn't known; Patient Orientation Code Sequence excludes it."""
    if header.get("PatientOrientationCodeSequence"):
        if "PatientPosition" in ds:
            del ds.PatientPosition
    elif "PatientPosition" not in ds:
        ds.PatientPosition = None


def _put_pet(ds: Any, order: Order, number: int) -> None:
    slices = order.volume.grid_shape[0]
    ds.Units = order.kind.units
    if order.kind.suv_type is not None:
        ds.SUVType = order.kind.suv_type
    elif "SUVType" in ds:
        del ds.SUVType
    ds.NumberOfSlices = slices
    ds.ImageIndex = number
    if order.axis.name == "pet-frame":
        ds.SeriesType = ["DYNAMIC", "IMAGE"]
    elif order.axis.name == "cardiac":
        ds.SeriesType = ["GATED", "IMAGE"]
    elif "SeriesType" not in ds:
        ds.SeriesType = ["STATIC", "IMAGE"]
    if str(ds.SeriesType[0]) == "DYNAMIC":
        ds.NumberOfTimeSlices = order.axis.count
    if str(ds.SeriesType[0]) == "GATED":
        ds.NumberOfTimeSlots = order.axis.count


def _put_pixels(ds: Any, order: Order, index: int) -> None:
    storage = order.storage
    stored, rescale = storage.stored(index), storage.rescales[index]
    put_image_pixel(ds, 8 * stored.itemsize, is_signed=stored.dtype.kind == "i")
    ds.Rows, ds.Columns = stored.shape
    if order.kind.modality in ("CT", "PT") or not storage.is_identity or order.kind.rescale_type != "US":
        ds.RescaleIntercept, ds.RescaleSlope = rescale.intercept, rescale.slope
        if order.kind.rescale_type is not None:
            ds.RescaleType = order.kind.rescale_type
    ds.PixelData = stored.tobytes()


def common_header(order: Order, t: int | None) -> Any:
    """A data set of what all sources of one t, or of all, have alike."""
    from dicom.dataset.dataset import Dataset

    headers = order.template.all_headers(t)
    made = Dataset()
    keywords = keywords_of(order.kind.modality, is_same_unit=order.is_same_unit)
    alike = agreed(headers, keywords)
    if order.kind.modality == "PT" and "AcquisitionTime" not in alike and headers[0].get("DecayCorrection") == "NONE":
        # What was acquired one after another, and isn't corrected for decay, has no time at which its rate is one.
        alike = [keyword for keyword in alike if keyword != "FrameReferenceTime"]
    take_over(made, headers[0], alike)
    copy_private(made, headers[0], order.kind.modality)
    return made
