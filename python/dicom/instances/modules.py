"""The modules that every new instance has: what is taken over from what was read, and what is new.

In: a data set that the new one is derived from. Out: a data set with the patient, study, series, equipment, frame of
reference and SOP common modules, without pixels. Standard: PS3.3 C.7.1 to C.7.5, C.12.1.
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
        """A series that is made now, under a new UID unless one is given."""
        from datetime import datetime

        return cls(UID(uid) if uid is not None else generate_uid(), number, description, datetime.now())


def take_over(target: Dataset, source: Dataset, keywords: tuple[str, ...] | list[str]) -> None:
    """Copy elements as they stand, where the source has them."""
    for keyword in keywords:
        element = source.get_item(keyword) if keyword in source else None
        if element is not None:
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
    made.InstanceNumber = instance_number
    date, time = series.made.strftime("%Y%m%d"), series.made.strftime("%H%M%S.%f")
    for kind in ("Series", "Content", "InstanceCreation"):
        setattr(made, f"{kind}Date", date)
        setattr(made, f"{kind}Time", time)
    meta.MediaStorageSOPClassUID = made.SOPClassUID
    meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    meta.TransferSyntaxUID = UID(transfer_syntax_uid)
    return made
