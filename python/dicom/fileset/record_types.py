"""Which directory record an instance gets, and which keys each type of record has.

In: an instance. Out: a Directory Record Type; for each type, its keys with their type 1, 1C or 2.
Standard: PS3.3 F.4 (the types and their levels), F.5 (their keys).
"""

from __future__ import annotations

from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.elements.mapping import ElementMapping

_CONTENT_IDENTIFICATION = (
    ("InstanceNumber", "1"),
    ("ContentLabel", "1"),
    ("ContentDescription", "2"),
    ("ContentCreatorName", "2"),
)
_CONTENT = (("ContentDate", "1"), ("ContentTime", "1"))
_IDENTIFIED_CONTENT = (*_CONTENT, *_CONTENT_IDENTIFICATION)
_NUMBERED_CONTENT = (*_CONTENT, ("InstanceNumber", "1"))

# Keyword and type of each key.
KEYS: dict[str, tuple[tuple[str, str], ...]] = {
    "PATIENT": (("PatientName", "2"), ("PatientID", "1")),
    "STUDY": (
        ("StudyDate", "1"),
        ("StudyTime", "1"),
        ("AccessionNumber", "2"),
        ("StudyDescription", "2"),
        ("StudyInstanceUID", "1C"),
        ("StudyID", "1"),
    ),
    "SERIES": (("Modality", "1"), ("SeriesInstanceUID", "1"), ("SeriesNumber", "1")),
    "IMAGE": (("InstanceNumber", "1"),),
    "RT DOSE": (("InstanceNumber", "1"), ("DoseSummationType", "1")),
    "RT STRUCTURE SET": (
        ("InstanceNumber", "1"),
        ("StructureSetLabel", "1"),
        ("StructureSetDate", "2"),
        ("StructureSetTime", "2"),
    ),
    "RT PLAN": (("InstanceNumber", "1"), ("RTPlanLabel", "1"), ("RTPlanDate", "2"), ("RTPlanTime", "2")),
    "RT TREAT RECORD": (("InstanceNumber", "1"), ("TreatmentDate", "2"), ("TreatmentTime", "2")),
    "PRESENTATION": (
        ("PresentationCreationDate", "1"),
        ("PresentationCreationTime", "1"),
        *_CONTENT_IDENTIFICATION,
        ("ReferencedSeriesSequence", "1C"),
        ("BlendingSequence", "1C"),
    ),
    "WAVEFORM": _NUMBERED_CONTENT,
    "SR DOCUMENT": (
        ("InstanceNumber", "1"),
        ("CompletionFlag", "1"),
        ("VerificationFlag", "1"),
        *_CONTENT,
        ("VerificationDateTime", "1C"),
        ("ConceptNameCodeSequence", "1"),
        ("ContentSequence", "1C"),
    ),
    "KEY OBJECT DOC": (*_NUMBERED_CONTENT, ("ConceptNameCodeSequence", "1"), ("ContentSequence", "1C")),
    "SPECTROSCOPY": (
        ("ImageType", "1"),
        *_NUMBERED_CONTENT,
        ("ReferencedImageEvidenceSequence", "1C"),
        ("NumberOfFrames", "1"),
        ("Rows", "1"),
        ("Columns", "1"),
        ("DataPointRows", "1"),
        ("DataPointColumns", "1"),
    ),
    "RAW DATA": _NUMBERED_CONTENT,
    "REGISTRATION": _IDENTIFIED_CONTENT,
    "FIDUCIAL": _IDENTIFIED_CONTENT,
    "HANGING PROTOCOL": (
        ("HangingProtocolCreator", "1"),
        ("HangingProtocolCreationDateTime", "1"),
        ("HangingProtocolDefinitionSequence", "1"),
        ("NumberOfPriorsReferenced", "1"),
        ("HangingProtocolUserIdentificationCodeSequence", "2"),
    ),
    "ENCAP DOC": (
        ("ContentDate", "2"),
        ("ContentTime", "2"),
        ("InstanceNumber", "1"),
        ("DocumentTitle", "2"),
        ("HL7InstanceIdentifier", "1C"),
        ("ConceptNameCodeSequence", "2"),
        ("MIMETypeOfEncapsulatedDocument", "1"),
    ),
    "VALUE MAP": _IDENTIFIED_CONTENT,
    "STEREOMETRIC": (),
    "PALETTE": (("ContentLabel", "1"), ("ContentDescription", "2")),
    "IMPLANT": (("Manufacturer", "1"), ("ImplantName", "1"), ("ImplantSize", "1C"), ("ImplantPartNumber", "1")),
    "IMPLANT ASSY": (
        ("ImplantAssemblyTemplateName", "1"),
        ("Manufacturer", "1"),
        ("ProcedureTypeCodeSequence", "1"),
    ),
    "IMPLANT GROUP": (("ImplantTemplateGroupName", "1"), ("ImplantTemplateGroupIssuer", "1")),
    "PLAN": (),
    "MEASUREMENT": _IDENTIFIED_CONTENT,
    "SURFACE": _IDENTIFIED_CONTENT,
    "SURFACE SCAN": _CONTENT,
    "TRACT": _IDENTIFIED_CONTENT,
    "ASSESSMENT": (("InstanceNumber", "1"), ("InstanceCreationDate", "1"), ("InstanceCreationTime", "2")),
    "RADIOTHERAPY": (
        ("InstanceNumber", "1"),
        ("UserContentLabel", "1C"),
        ("UserContentLongLabel", "1C"),
        ("ContentDescription", "2"),
        ("ContentCreatorName", "2"),
    ),
    "ANNOTATION": _IDENTIFIED_CONTENT,
    "INVENTORY": (
        *_CONTENT,
        ("InventoryPurpose", "2"),
        ("InventoryLevel", "1"),
        ("ScopeOfInventorySequence", "1C"),
        ("InventoryCompletionStatus", "1"),
        ("TotalNumberOfStudyRecords", "1"),
    ),
}

#: Types whose records stand at the root and refer to an instance themselves.
SINGLE_LEVEL = frozenset(("HANGING PROTOCOL", "PALETTE", "IMPLANT", "IMPLANT ASSY", "IMPLANT GROUP", "INVENTORY"))

# Last components of the SOP Class UIDs below 1.2.840.10008.5.1.4, by the type of their record.
_SOP_CLASSES = {
    "HANGING PROTOCOL": "38.1",
    "PALETTE": "39.1",
    "IMPLANT": "43.1",
    "IMPLANT ASSY": "44.1",
    "IMPLANT GROUP": "45.1",
    "INVENTORY": "1.1.201.1",
    "RT DOSE": "1.1.481.2",
    "RT STRUCTURE SET": "1.1.481.3",
    "RT PLAN": "1.1.481.5 1.1.481.8",
    "RT TREAT RECORD": "1.1.481.4 1.1.481.6 1.1.481.7 1.1.481.9",
    "PLAN": "34.7 34.10",
    "PRESENTATION": "1.1.11.1 1.1.11.2 1.1.11.3 1.1.11.4 1.1.11.5 1.1.11.6 1.1.11.7 1.1.11.8 1.1.11.9 1.1.11.10 "
    "1.1.11.11 1.1.11.12 1.1.131",
    "WAVEFORM": "1.1.9.1.1 1.1.9.1.2 1.1.9.1.3 1.1.9.1.4 1.1.9.2.1 1.1.9.3.1 1.1.9.4.1 1.1.9.4.2 1.1.9.5.1 1.1.9.6.1 "
    "1.1.9.6.2 1.1.9.7.1 1.1.9.7.2 1.1.9.7.3 1.1.9.7.4 1.1.9.8.1",
    "SR DOCUMENT": "1.1.88.11 1.1.88.22 1.1.88.33 1.1.88.34 1.1.88.35 1.1.88.40 1.1.88.50 1.1.88.65 1.1.88.67 "
    "1.1.88.68 1.1.88.69 1.1.88.70 1.1.88.71 1.1.88.72 1.1.88.73 1.1.88.74 1.1.88.75 1.1.88.76 1.1.88.77 1.1.78.6 "
    "1.1.79.1",
    "KEY OBJECT DOC": "1.1.88.59",
    "SPECTROSCOPY": "1.1.4.2",
    "RAW DATA": "1.1.66",
    "REGISTRATION": "1.1.66.1 1.1.66.3",
    "FIDUCIAL": "1.1.66.2",
    "SURFACE": "1.1.66.5",
    "TRACT": "1.1.66.6",
    "VALUE MAP": "1.1.67",
    "SURFACE SCAN": "1.1.68.1 1.1.68.2",
    "STEREOMETRIC": "1.1.77.1.5.3",
    "MEASUREMENT": "1.1.78.1 1.1.78.2 1.1.78.3 1.1.78.4 1.1.78.5 1.1.78.7 1.1.78.8 1.1.80.1",
    "ASSESSMENT": "1.1.90.1",
    "ANNOTATION": "1.1.91.1",
    "ENCAP DOC": "1.1.104.1 1.1.104.2 1.1.104.3 1.1.104.4 1.1.104.5",
}
# Modality tells these apart from images (PS3.3 A.86.1, F.5.40).
_MODALITIES = {"RTINTENT": "RADIOTHERAPY", "RTSEGANN": "RADIOTHERAPY", "RTRAD": "RADIOTHERAPY", "PLAN": "PLAN"}


@cache
def types_by_sop_class() -> dict[str, str]:
    """SOP Class UID to Directory Record Type, for the classes that have a type of their own."""
    return {f"1.2.840.10008.5.1.4.{end}": kind for kind, ends in _SOP_CLASSES.items() for end in ends.split()}


def record_type_of(dataset: ElementMapping) -> str:
    """The Directory Record Type of an instance: by its SOP class, else by what it holds; IMAGE is what remains."""
    kind = types_by_sop_class().get(str(dataset.get("SOPClassUID") or ""))
    if kind is not None:
        return kind
    if "RTPlanLabel" in dataset:
        return "RT PLAN"
    if "EncapsulatedDocument" in dataset:
        return "ENCAP DOC"
    return _MODALITIES.get(str(dataset.get("Modality") or ""), "IMAGE")
