"""The sidecar of an image: what its DICOM headers say of the measurement, in the words and units of BIDS.

In: a volume that was read from DICOM. Out: a dictionary for JSON. The names are those of the Brain Imaging Data
Structure (1.10: MRI and PET), and for what it doesn't name those of dcm2niix, so that programs find what they look
for. Times are in seconds. What the headers don't say isn't there: nothing is estimated. Values are those of the first
slice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.export import bids_mr, bids_pet
from dicom.export.bids_values import age, integer, manufacturer, milli, number, text, text_list, time_of_day
from dicom.export.source_headers import SourceHeaders

if TYPE_CHECKING:
    from typing import Any

    from dicom.export.bids_values import Field
    from dicom.export.space import VolumeLike

_EQUIPMENT: tuple[Field, ...] = (
    ("Modality", ("Modality",), text),
    ("Manufacturer", ("Manufacturer",), manufacturer),
    ("ManufacturersModelName", ("ManufacturerModelName",), text),
    ("InstitutionName", ("InstitutionName",), text),
    ("InstitutionalDepartmentName", ("InstitutionalDepartmentName",), text),
    ("InstitutionAddress", ("InstitutionAddress",), text),
    ("DeviceSerialNumber", ("DeviceSerialNumber",), text),
    ("StationName", ("StationName",), text),
    ("SoftwareVersions", ("SoftwareVersions",), text),
    ("BodyPart", ("BodyPartExamined",), text),
    ("PatientPosition", ("PatientPosition",), text),
    ("StudyDescription", ("StudyDescription",), text),
    ("SeriesDescription", ("SeriesDescription",), text),
    ("ProtocolName", ("ProtocolName",), text),
    ("ImageType", ("ImageType", "FrameType"), text_list),
    ("SeriesNumber", ("SeriesNumber",), integer),
    ("AcquisitionTime", ("AcquisitionTime", "FrameAcquisitionDateTime", "AcquisitionDateTime"), time_of_day),
    ("AcquisitionNumber", ("AcquisitionNumber",), integer),
    ("SliceThickness", ("SliceThickness",), number),
)
#: Who it is, which series, and when: left out of what is to be shared.
_IDENTIFYING: tuple[Field, ...] = (
    ("SeriesInstanceUID", ("SeriesInstanceUID",), text),
    ("StudyInstanceUID", ("StudyInstanceUID",), text),
    ("StudyID", ("StudyID",), text),
    ("ReferringPhysicianName", ("ReferringPhysicianName",), text),
    ("PatientName", ("PatientName",), text),
    ("PatientID", ("PatientID",), text),
    ("AccessionNumber", ("AccessionNumber",), text),
    ("PatientBirthDate", ("PatientBirthDate",), text),
    ("PatientSex", ("PatientSex",), text),
    ("PatientSize", ("PatientSize",), number),
    ("PatientWeight", ("PatientWeight",), number),
    ("PatientAge", ("PatientAge",), age),
    ("AcquisitionDate", ("AcquisitionDate",), text),
)
_CT: tuple[Field, ...] = (
    ("KVP", ("KVP",), number),
    ("ConvolutionKernel", ("ConvolutionKernel",), text),
    ("ExposureTime", ("ExposureTime", "ExposureTimeInms"), milli),
    ("XRayTubeCurrent", ("XRayTubeCurrent", "XRayTubeCurrentInmA"), number),
    ("XRayExposure", ("Exposure", "ExposureInmAs"), number),
    ("SpiralPitchFactor", ("SpiralPitchFactor",), number),
    ("ReconstructionDiameter", ("ReconstructionDiameter",), number),
    ("GantryDetectorTilt", ("GantryDetectorTilt",), number),
)


def sidecar(volume: VolumeLike, *, anonymize: bool = True) -> dict[str, Any]:
    """What the headers of a volume say, as BIDS names it.

    Parameters
    ----------
    volume : Volume
        With `sources`.
    anonymize : bool
        Whether the patient's name, identifiers, age, sex, size and weight, physicians' names, UIDs, the accession
        number and dates stay out. Equipment, institution and descriptions stay in, as BIDS asks for them, and so do
        times of day.

    Returns
    -------
    dict
        str -> str, number, bool or list of them.
    """
    headers = SourceHeaders(volume.sources)
    made = fields(headers, _EQUIPMENT)
    if not anonymize:
        made.update(fields(headers, _IDENTIFYING))
    modality = made.get("Modality", volume.modality)
    if modality == "MR":
        made.update(bids_mr.fields_of(volume, headers))
    elif modality == "PT":
        made.update(bids_pet.fields_of(volume, headers))
    elif modality == "CT":
        made.update(fields(headers, _CT))
    orientation = headers.value("ImageOrientationPatient")
    if orientation is not None and len(orientation) == 6:
        made["ImageOrientationPatientDICOM"] = [float(one) for one in orientation]
    if volume.unit and "Units" not in made and modality != "MR":
        made["Units"] = volume.unit
    made["ConversionSoftware"] = "dicom-py"
    return made


def fields(headers: SourceHeaders, table: tuple[Field, ...]) -> dict[str, Any]:
    """The fields of a table for which the headers have a value."""
    made = {}
    for name, keywords, convert in table:
        value = headers.value(*keywords)
        converted = None if value is None else convert(value)
        if converted is not None:
            made[name] = converted
    return made


def repetition_time(volume: VolumeLike) -> float | None:
    """Repetition Time in seconds."""
    return bids_mr.repetition_time(SourceHeaders(volume.sources))


def to_json(made: dict[str, Any]) -> str:
    """The text of a sidecar."""
    import json

    return json.dumps(made, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
