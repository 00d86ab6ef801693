"""Items that objects of all kinds have: codes, references to other instances, and how frames were derived.

In: values. Out: items. Standard: PS3.3 8.8 (Code Sequence macro), 10.3 (Image SOP Instance Reference macro),
C.7.6.16.2.6 (Derivation Image), C.12.2 (Common Instance Reference), C.12.4 (source images), PS3.16 CID 7202.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.dataset.dataset import Dataset

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_SOURCE_OF_PROCESSING = ("DCM", "121322", "Source image for image processing operation")
#: Longer values, and URNs, have elements of their own (PS3.3 8.8).
_LONGEST_CODE_VALUE = 16
_URNS = ("urn:", "http:", "https:")


def item_with(**elements: Any) -> Dataset:
    """An item of these elements, by keyword."""
    made = Dataset()
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def code_item(scheme: str | None, value: str, meaning: str, version: str | None = None) -> Dataset:
    """An item of a code sequence.

    Parameters
    ----------
    scheme : str or None
        Coding Scheme Designator; a URN needs none.
    value, meaning : str
    version : str, optional
        Coding Scheme Version.
    """
    made = Dataset()
    if value.lower().startswith(_URNS):
        made.URNCodeValue = value
    elif len(value) > _LONGEST_CODE_VALUE:
        made.LongCodeValue = value
    else:
        made.CodeValue = value
    if scheme:
        made.CodingSchemeDesignator = scheme
    if version:
        made.CodingSchemeVersion = version
    made.CodeMeaning = meaning
    return made


def instance_item(sop_class: str, instance: str, frame_number: int | None = None) -> Dataset:
    """A reference to an instance by its UIDs, or to one frame of it, counted from 1."""
    made = item_with(ReferencedSOPClassUID=sop_class, ReferencedSOPInstanceUID=instance)
    if frame_number is not None:
        made.ReferencedFrameNumber = frame_number
    return made


def source_image_item(
    sop_class: str, instance: str, frame_number: int | None = None, *, has_same_pixels: bool = False
) -> Dataset:
    """An item of the Source Image Sequence (0008,2112): an image that this one was derived from.

    Parameters
    ----------
    sop_class, instance : str
        UIDs.
    frame_number : int, optional
        From 1.
    has_same_pixels : bool
        Whether its pixels lie where those of the new image do, pixel by pixel.
    """
    made = instance_item(sop_class, instance, frame_number)
    if has_same_pixels:
        made.SpatialLocationsPreserved = "YES"
    made.PurposeOfReferenceCodeSequence = [code_item(*_SOURCE_OF_PROCESSING)]
    return made


def derivation_item(code: Dataset, sources: list[Dataset], description: str | None = None) -> Dataset:
    """An item of the Derivation Image Sequence (0008,9124): what was done, and of what.

    Parameters
    ----------
    code : Dataset
        What was done (PS3.16 CID 7203).
    sources : list of Dataset
        As `source_image_item` makes them.
    description : str, optional
        Derivation Description.
    """
    made = item_with(DerivationCodeSequence=[code], SourceImageSequence=sources)
    if description is not None:
        made.DerivationDescription = description
    return made


def evidence_items(references: Iterable[tuple[str, str, str, str]]) -> list[Dataset]:
    """Items of the Source Image Evidence Sequence (0008,9154): study, series and instances of all that is referred to.

    Parameters
    ----------
    references : iterable of (study, series, SOP class, SOP instance)
        UIDs; each instance counts once.
    """
    tree: dict[str, dict[str, dict[str, str]]] = {}
    for study, series, sop_class, instance in references:
        tree.setdefault(study, {}).setdefault(series, {})[instance] = sop_class
    return [
        item_with(
            StudyInstanceUID=study,
            ReferencedSeriesSequence=[
                item_with(
                    SeriesInstanceUID=series,
                    ReferencedSOPSequence=[instance_item(sop_class, uid) for uid, sop_class in instances.items()],
                )
                for series, instances in by_series.items()
            ],
        )
        for study, by_series in tree.items()
    ]


def put_references(ds: Any, references: Iterable[tuple[str, str, str, str]]) -> None:
    """The Common Instance Reference module: all that is referred to, of the data set's own study and of others.

    Parameters
    ----------
    ds : Dataset
        With its Study Instance UID.
    references : iterable of (study, series, SOP class, SOP instance)
        UIDs; each instance counts once.
    """
    others = []
    for study in evidence_items(references):
        series = [
            item_with(
                SeriesInstanceUID=one.SeriesInstanceUID, ReferencedInstanceSequence=list(one.ReferencedSOPSequence)
            )
            for one in study.ReferencedSeriesSequence
        ]
        if study.StudyInstanceUID == ds.StudyInstanceUID:
            ds.ReferencedSeriesSequence = series
        else:
            others.append(item_with(StudyInstanceUID=study.StudyInstanceUID, ReferencedSeriesSequence=series))
    if others:
        ds.StudiesContainingOtherReferencedInstancesSequence = others
