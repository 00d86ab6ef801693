"""The modules that every new instance has: what is taken over from what was read, and what is new.

In: a data set that the new one is derived from. Out: a data set with the patient, study, series, equipment, frame of
reference and SOP common modules, without pixels. Standard: PS3.3 C.7.1 to C.7.5, 10.9 (Content Identification macro),
C.12.1.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, NamedTuple

from dicom.dataset.file_dataset import FileDataset
from dicom.dataset.file_meta import FileMetaDataset
from dicom.errors import CharacterSetError, WriteError
from dicom.uid import UID, ExplicitVRLittleEndian, generate_uid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Any

    from dicom.dataset.dataset import Dataset

#: Taken over as they stand, where they are there: patient (C.7.1.1), clinical trial (C.7.1.3, C.7.2.3), study
#: (C.7.2.1), patient study (C.7.2.2).
PATIENT_AND_STUDY = (
    "SpecificCharacterSet",
    "TimezoneOffsetFromUTC",
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "IssuerOfPatientIDQualifiersSequence",
    "PatientBirthDate",
    "PatientBirthTime",
    "PatientSex",
    "OtherPatientIDsSequence",
    "OtherPatientNames",
    "EthnicGroup",
    "PatientComments",
    "PatientSpeciesDescription",
    "PatientSpeciesCodeSequence",
    "PatientBreedDescription",
    "PatientBreedCodeSequence",
    "BreedRegistrationSequence",
    "ResponsiblePerson",
    "ResponsiblePersonRole",
    "ResponsibleOrganization",
    "PatientIdentityRemoved",
    "DeidentificationMethod",
    "DeidentificationMethodCodeSequence",
    "ClinicalTrialSponsorName",
    "ClinicalTrialProtocolID",
    "ClinicalTrialProtocolName",
    "ClinicalTrialSiteID",
    "ClinicalTrialSiteName",
    "ClinicalTrialSubjectID",
    "ClinicalTrialSubjectReadingID",
    "ClinicalTrialTimePointID",
    "ClinicalTrialTimePointDescription",
    "StudyInstanceUID",
    "StudyDate",
    "StudyTime",
    "ReferringPhysicianName",
    "StudyID",
    "AccessionNumber",
    "IssuerOfAccessionNumberSequence",
    "StudyDescription",
    "PhysiciansOfRecord",
    "NameOfPhysiciansReadingStudy",
    "ReferencedStudySequence",
    "ProcedureCodeSequence",
    "PatientAge",
    "PatientSize",
    "PatientWeight",
    "PatientSexNeutered",
    "AdditionalPatientHistory",
    "Occupation",
    "AdmittingDiagnosesDescription",
)
#: Where positions are relative to (C.7.4.1).
FRAME_OF_REFERENCE = ("FrameOfReferenceUID", "PositionReferenceIndicator")
#: Manufacturer and model of what this library makes by itself.
MAKER = "dicom-py"
#: Of type 2: present though nothing is known (C.7.1.1, C.7.2.1).
_PRESENT_EMPTY = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "ReferringPhysicianName",
    "StudyID",
    "AccessionNumber",
)


class NewSeries(NamedTuple):
    """What the instances of a new series have in common."""

    uid: UID
    number: int | None
    description: str | None
    made: datetime

    @classmethod
    def begun(cls, description: str | None = None, number: int | None = None, uid: str | None = None) -> NewSeries:
        """A series that is made now, under a new UID unless one is given.

        Raises
        ------
        WriteError
            The description has a backslash.
        """
        from datetime import datetime

        if "\\" in (description or ""):
            raise WriteError("a backslash would part Series Description (0008,103E) into two values")
        return cls(UID(uid) if uid is not None else generate_uid(), number, description, datetime.now())


def derived_series_number(source: Dataset) -> int:
    """A Series Number that tells which series the new one belongs to, as scanners number what they derive: 3 -> 301."""
    try:
        return (int(source.get("SeriesNumber") or 0) * 100 + 1) % 2**31
    except (TypeError, ValueError):
        return 1


def take_over(target: Dataset, source: Dataset, keywords: Iterable[str]) -> None:
    """Copy elements as they stand, where the source has them."""
    for keyword in keywords:
        if keyword in source:
            target[keyword] = deepcopy(source[keyword])


def fit_character_set(made: Dataset, texts: Iterable[str | None]) -> None:
    """Let a data set hold texts that the caller chose: in UTF-8 where its own Specific Character Set hasn't them.

    Nothing that it holds already is lost: UTF-8 has all characters, and values are encoded when they are written.
    """
    from dicom.charset import CharacterSets

    sets = CharacterSets.from_terms(made.get("SpecificCharacterSet"))
    try:
        for text in texts:
            sets.encode(text or "", "LO")
    except CharacterSetError:
        made.SpecificCharacterSet = "ISO_IR 192"


def derived_data_set(
    source: Dataset,
    sop_class_uid: str,
    *,
    modality: str,
    series: NewSeries,
    instance_number: int = 1,
    sop_instance_uid: str | None = None,
    transfer_syntax_uid: str = ExplicitVRLittleEndian,
) -> FileDataset:
    """A data set of a SOP Class with all that isn't about its content.

    Parameters
    ----------
    source : Dataset
        An instance of the same study: patient, study and frame of reference are taken over from it.
    sop_class_uid : str
    modality : str
        Modality (0008,0060) of the new instance.
    series : NewSeries
    instance_number : int
    sop_instance_uid : str, optional
        A new one by default.
    transfer_syntax_uid : str

    Returns
    -------
    FileDataset
        With its File Meta Information; pixels, contours and what is said about them are added by the caller.

    Raises
    ------
    WriteError
        The source has no Study Instance UID, so that nothing new can belong to its study.
    """
    if not source.get("StudyInstanceUID"):
        raise WriteError("Study Instance UID (0020,000D) is absent or empty: a new instance has to belong to a study")
    meta = FileMetaDataset()
    made = FileDataset("", {}, file_meta=meta)
    take_over(made, source, PATIENT_AND_STUDY)
    for keyword in _PRESENT_EMPTY:
        if keyword not in made:
            setattr(made, keyword, None)
    take_over(made, source, FRAME_OF_REFERENCE)
    made.SOPClassUID = UID(sop_class_uid)
    made.SOPInstanceUID = UID(sop_instance_uid) if sop_instance_uid is not None else generate_uid()
    made.Modality = modality
    made.SeriesInstanceUID = series.uid
    made.SeriesNumber = series.number
    if series.description is not None:
        made.SeriesDescription = series.description
        fit_character_set(made, (series.description,))
    made.InstanceNumber = instance_number
    put_moment(made, series.made, "Series", "Content", "InstanceCreation")
    meta.MediaStorageSOPClassUID = made.SOPClassUID
    meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    meta.TransferSyntaxUID = UID(transfer_syntax_uid)
    return made


def put_moment(made: Dataset, moment: datetime, *kinds: str) -> None:
    """Date and time of each kind: ``"Series"`` is Series Date and Series Time."""
    there = in_zone_of(made, moment)
    for kind in kinds:
        setattr(made, f"{kind}Date", there.strftime("%Y%m%d"))
        setattr(made, f"{kind}Time", there.strftime("%H%M%S.%f"))


def in_zone_of(made: Dataset, moment: datetime) -> datetime:
    """A local time in the zone that the data set's other times are in (C.12.1.1.8); as it is where none is said."""
    from datetime import timedelta, timezone

    text = str(made.get("TimezoneOffsetFromUTC") or "").strip()
    if len(text) != 5 or text[0] not in "+-" or not (text[1:].isascii() and text[1:].isdigit()):
        return moment
    away = timedelta(hours=int(text[1:3]), minutes=int(text[3:]))
    if away >= timedelta(days=1):
        return moment
    return moment.astimezone(timezone(-away if text[0] == "-" else away))


def put_frame_of_reference(made: Any, uid: str) -> None:
    """Frame of Reference UID; the Position Reference Indicator that was taken over holds for its own frame only."""
    if made.get("FrameOfReferenceUID") != uid:
        made.FrameOfReferenceUID = uid
        made.PositionReferenceIndicator = None
    elif "PositionReferenceIndicator" not in made:
        made.PositionReferenceIndicator = None


def put_equipment(made: Any) -> None:
    """The Enhanced General Equipment module of an object that this library alone makes (C.7.5.2)."""
    from dicom._core import __version__

    made.Manufacturer = made.ManufacturerModelName = MAKER
    made.DeviceSerialNumber = made.SoftwareVersions = __version__


def put_content_identification(made: Any, label: str, description: str | None, creator: str | None = None) -> None:
    """The Content Identification macro (10.9): Content Label, Description and Creator's Name."""
    made.ContentLabel = label
    made.ContentDescription = description
    made.ContentCreatorName = creator
    fit_character_set(made, (description, creator))
