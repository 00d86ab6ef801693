"""Enhanced CT, MR and PET of a volume: one multi-frame object.

In: an `Order`. Out: a data set. What all sources have alike and no functional group has a place for is kept as a
conversion keeps it, in Unassigned Shared Converted Attributes. Standard: PS3.3 A.36, A.38, A.56; C.7.6.16, C.7.6.17,
C.8.13 (MR), C.8.15 (CT), C.8.16 (common attributes), C.8.22 (PET).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.dataset.dataset import Dataset
from dicom.instances.derivation import put_contribution
from dicom.instances.image_modules import put_dimensions, put_image_pixel, put_loss
from dicom.instances.items import code_item, evidence_items, item_with
from dicom.instances.modules import derived_data_set, put_frame_of_reference, take_over
from dicom.instances.objects.classic import put_patient_orientation, put_patient_position
from dicom.instances.objects.functional_groups import derivation_of, dimensions, frame_groups, shared_groups
from dicom.instances.objects.pixel_bytes import frames_bytes
from dicom.instances.plan.kinds import ENHANCED
from dicom.instances.plan.scan_times import OF_FRAMES
from dicom.instances.plan.taken_over import EQUIPMENT, SERIES
from dicom.uid import generate_uid
from dicom.values.number import decimal_of

if TYPE_CHECKING:
    from typing import Any

    from dicom.dataset.file_dataset import FileDataset
    from dicom.instances.plan.order import Order

_FRAME_TYPE = {"CT": "CTImageFrameTypeSequence", "MR": "MRImageFrameTypeSequence", "PT": "PETFrameTypeSequence"}
#: Third value of Image Type (C.8.16.1.3).
_FLAVOR = {"CT": "VOLUME", "MR": "VOLUME", "PT": "VOLUME"}
#: Complex Image Component by the terms of classic Image Types.
_COMPONENTS = {
    "M": "MAGNITUDE",
    "P": "PHASE",
    "R": "REAL",
    "I": "IMAGINARY",
    "M_FFE": "MAGNITUDE",
    "PHASE MAP": "PHASE",
}
#: Required by Enhanced General Equipment, where the sources don't say it (C.7.5.2).
_EQUIPMENT_TYPE_1 = ("Manufacturer", "ManufacturerModelName", "DeviceSerialNumber", "SoftwareVersions")
_UNKNOWN = "UNKNOWN"
#: Body Part Examined -> code of Anatomic Region (PS3.16 annex L).
_REGIONS = {
    "HEAD": ("69536005", "Head"),
    "BRAIN": ("12738006", "Brain"),
    "NECK": ("45048000", "Neck"),
    "CHEST": ("51185008", "Chest"),
    "HEART": ("80891009", "Heart"),
    "BREAST": ("76752008", "Breast"),
    "ABDOMEN": ("818981001", "Abdomen"),
    "LIVER": ("10200004", "Liver"),
    "KIDNEY": ("64033007", "Kidney"),
    "PELVIS": ("816092008", "Pelvis"),
    "PROSTATE": ("41216001", "Prostate"),
    "SPINE": ("421060004", "Spine"),
    "KNEE": ("72696002", "Knee"),
}
_WHOLE_BODY = ("38266002", "Entire body")
#: Have a place of their own in enhanced objects.
_PLACED = frozenset(("ImageType", "WindowCenter", "WindowWidth", "RescaleSlope", "RescaleIntercept", "RescaleType"))
_RADIO = ("RadiopharmaceuticalInformationSequence",)

#: Of the sources' own axis.
_TEMPORAL = ("NumberOfTemporalPositions", "TemporalResolution", "TriggerTime", "CardiacNumberOfImages")
#: Said of the image as a whole.
_SAID_ABOVE = frozenset(("Units", "SUVType", "PatientOrientationCodeSequence", "PatientGantryRelationshipCodeSequence"))


def enhanced_data_set(order: Order) -> FileDataset:
    """The data set of all slices and all t."""
    kind = order.kind
    ds = derived_data_set(order.template.header, kind.sop_class, modality=kind.modality, series=order.series)
    put_general(ds, order)
    ds.ImageType = frame_type(order)
    _put_common(ds, order)
    ds.PresentationLUTShape = "IDENTITY"
    ds.ContentQualification = "RESEARCH"
    if kind.modality == "PT":
        _put_pet(ds, order)
        _put_times(ds, order)
        put_patient_orientation(ds, order.template.header)
    if kind.modality == "MR":
        ds.ApplicableSafetyStandardAgency = order.template.header.get("ApplicableSafetyStandardAgency") or _UNKNOWN
    shared = shared_groups(order)
    _add_shared(shared, order)
    put_frames(ds, order, shared)
    storage = order.storage
    if storage.is_uniform:
        shared.PixelValueTransformationSequence = [_transformation(order, 0)]
    else:
        for index, groups in enumerate(ds.PerFrameFunctionalGroupsSequence):
            groups.PixelValueTransformationSequence = [_transformation(order, index)]
    put_image_pixel(ds, 8 * storage.dtype.itemsize, is_signed=storage.dtype.kind == "i")
    ds.PixelData = frames_bytes((storage.stored(index) for index in range(len(order.values))), storage.dtype, order)
    return ds


def put_general(ds: Any, order: Order) -> None:
    """What enhanced objects of all kinds have: series, equipment, frame of reference, acquisition context."""
    header = order.template.header
    take_over(ds, header, [*SERIES, *EQUIPMENT])
    for keyword in _EQUIPMENT_TYPE_1:
        if not ds.get(keyword):
            setattr(ds, keyword, _UNKNOWN)
    if order.series.description is not None:
        ds.SeriesDescription = order.series.description
    put_frame_of_reference(ds, order.frame_of_reference_uid)
    put_contribution(ds, order.series)
    put_patient_position(ds, header)
    if "Laterality" in ds:
        # Frame Anatomy says it.
        del ds.Laterality
    ds.AcquisitionContextSequence = []
    began = order.began()
    if began is not None:
        ds.AcquisitionDateTime = began.strftime("%Y%m%d%H%M%S.%f")
    ds.BurnedInAnnotation = header.get("BurnedInAnnotation") or "NO"
    put_loss(ds, header)


def put_frames(ds: Any, order: Order, shared: Dataset, *, has_derivation: bool = True) -> None:
    """Rows, Columns, Number of Frames, the functional groups and their dimensions."""
    ds.NumberOfFrames = len(order.values)
    ds.Rows, ds.Columns = order.values.shape[1:3]
    ds.SharedFunctionalGroupsSequence = [shared]
    ds.PerFrameFunctionalGroupsSequence = frame_groups(order, has_derivation=has_derivation)
    put_dimensions(ds, dimensions(order))
    ds.InstanceNumber = 1
    if order.kind.modality == "PT" and order.kind.form == ENHANCED:
        # A converted object has the group for each frame (A.70).
        for number, groups in enumerate(ds.PerFrameFunctionalGroupsSequence, 1):
            if "UnassignedPerFrameConvertedAttributesSequence" not in groups:
                groups.UnassignedPerFrameConvertedAttributesSequence = [Dataset()]
            own = groups.UnassignedPerFrameConvertedAttributesSequence[0]
            own.ImageIndex = number
            t, k = divmod(number - 1, order.volume.grid_shape[0])
            header = order.template.of_slice(k, t)
            if header is not None:
                take_over(own, header, [keyword for keyword in OF_FRAMES if keyword not in own])
    evidence = evidence_items(order.template.all_instances()) if has_derivation else []
    if not evidence:
        # Nothing that could be referred to: what was done is said of the image as a whole.
        ds.DerivationDescription = order.derivation
        return
    ds.SourceImageEvidenceSequence = evidence
    if order.template.of_slice(0) is None:
        shared.DerivationImageSequence = [derivation_of(order, order.template.references())]


def frame_type(order: Order) -> list[str]:
    """Image Type and Frame Type of all frames (C.8.16.1)."""
    return ["DERIVED", "PRIMARY", _FLAVOR.get(order.kind.modality, "VOLUME"), "NONE"]


def anatomy(order: Order) -> Dataset:
    """An item of Frame Anatomy Sequence: the region that the sources name, else the whole body."""
    header = order.template.header
    given = header.get("AnatomicRegionSequence")
    code = _REGIONS.get(str(header.get("BodyPartExamined") or "").upper(), _WHOLE_BODY)
    region = list(given)[:1] if given else [code_item("SCT", *code)]
    laterality = str(header.get("FrameLaterality") or header.get("Laterality") or "U")
    return item_with(AnatomicRegionSequence=region, FrameLaterality=laterality)


def _put_common(ds: Any, order: Order) -> None:
    """Common attributes of CT, MR and PET (C.8.16.2), of the image and of its frames."""
    ds.PixelPresentation = "MONOCHROME"
    ds.VolumetricProperties = "VOLUME"
    ds.VolumeBasedCalculationTechnique = "MPR" if order.is_reformatted else "NONE"
    if order.kind.modality == "MR":
        header = order.template.header
        given = header.get("ImageType")
        terms = [] if given is None or isinstance(given, str) else [str(one) for one in given]
        found = next((_COMPONENTS[term] for term in terms[2:] if term in _COMPONENTS), "MAGNITUDE")
        ds.ComplexImageComponent = str(header.get("ComplexImageComponent") or found)
        ds.AcquisitionContrast = str(header.get("AcquisitionContrast") or _UNKNOWN)


def _put_pet(ds: Any, order: Order) -> None:
    ds.Units = order.kind.units
    if order.kind.suv_type is not None:
        ds.SUVType = order.kind.suv_type
    take_over(ds, order.template.header, _RADIO)
    for keyword in _RADIO:
        if keyword not in ds:
            setattr(ds, keyword, [])


def _put_times(ds: Any, order: Order) -> None:
    """Series Date and Time, and Acquisition DateTime: of slices that are none of the sources' that of all of them."""
    times = order.scan_times
    times.put_series(ds)
    if order.template.of_slice(0) is None and order.axis.name is None:
        first = Dataset()
        times.put_acquisition(first)
        if "AcquisitionTime" in first:
            ds.AcquisitionDateTime = f"{first.AcquisitionDate}{first.AcquisitionTime}"
        elif times.began is not None:
            del ds.AcquisitionDateTime


def _add_shared(shared: Dataset, order: Order) -> None:
    kind = order.kind
    typed = item_with(FrameType=frame_type(order))
    _put_common(typed, order)
    setattr(shared, _FRAME_TYPE[kind.modality], [typed])
    shared.FrameAnatomySequence = [anatomy(order)]
    shared.FrameVOILUTSequence = [window(order)]
    if kind.modality == "CT":
        # Which exposure it was is said, where the sources know it; an identifier of its own says no more than that.
        event = order.template.header.get("IrradiationEventUID") or generate_uid()
        shared.IrradiationEventIdentificationSequence = [item_with(IrradiationEventUID=event)]
    left = Dataset()
    for t in range(order.axis.count):
        common = order.common_header(t)
        source = common if common is not None else order.agreed_header()
        if t == 0:
            own = set(EQUIPMENT) | set(SERIES) | _PLACED | set(_RADIO) | _SAID_ABOVE
            take_over(left, source, [element.keyword for element in source if element.keyword not in own])
        for keyword in [element.keyword for element in left]:
            if keyword not in source or source[keyword].value != left[keyword].value:
                del left[keyword]
        if common is None:
            break
    for keyword in _TEMPORAL:
        if keyword in left and order.axis.name is not None:
            del left[keyword]
    resolution = order.axis.classic(order.began())[0].get("TemporalResolution")
    if resolution is not None:
        left.TemporalResolution = resolution
    if len(left):
        shared.UnassignedSharedConvertedAttributesSequence = [left]


def window(order: Order) -> Dataset:
    """An item of Frame VOI LUT: the sources' window where the unit is theirs, else from the least to the greatest."""
    header = order.template.header
    if order.is_same_unit and header.get("WindowCenter") is not None and header.get("WindowWidth") is not None:
        made = Dataset()
        take_over(made, header, ("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation", "VOILUTFunction"))
        return made
    found = [one[np.isfinite(one)] for one in order.values] if order.values.dtype.kind == "f" else [order.values]
    least = min((float(one.min()) for one in found if one.size), default=0.0)
    greatest = max((float(one.max()) for one in found if one.size), default=0.0)
    width = decimal_of(greatest - least) or 1.0
    return item_with(WindowCenter=decimal_of((least + greatest) / 2), WindowWidth=width, VOILUTFunction="LINEAR_EXACT")


def _transformation(order: Order, index: int) -> Dataset:
    rescale = order.storage.rescales[index]
    return item_with(
        RescaleIntercept=rescale.intercept, RescaleSlope=rescale.slope, RescaleType=order.kind.rescale_type or "US"
    )
