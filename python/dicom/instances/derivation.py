"""What derived images say of their making: Image Type, description, sources, and what made them.

In: an `Order` and a data set. Out: the data set, with these elements. Standard: PS3.3 C.7.6.1.1.2 (Image Type), C.12.4
(derivation and source images), C.7.5.2 (contributing equipment), PS3.16 CID 7202, 7203 and 7005.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.dataset.dataset import Dataset
from dicom.instances.modules import fit_character_set

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from dicom.instances.modules import NewSeries
    from dicom.instances.plan.order import Order

_SOURCE_OF_PROCESSING = ("121322", "Source image for image processing operation")
_REFORMATTING = ("113072", "Multiplanar reformatting")
_PROCESSING_EQUIPMENT = ("109102", "Processing Equipment")
_MAKER = "dicom-py"
#: Third value of Image Type where the standard wants one and the sources have none.
_THIRD = {"CT": "AXIAL", "MR": "OTHER"}
#: What isn't true of slices of a volume any more.
_LEFT_OUT = frozenset(("MOSAIC",))


def image_type(header: Any, order: Order, *, is_own: bool) -> list[str]:
    """DERIVED, SECONDARY (made after the examination), and what the sources say beyond that."""
    given = header.get("ImageType")
    values = [] if given is None else [given] if isinstance(given, str) else [str(one) for one in given]
    later = [one for one in values[2:] if one not in _LEFT_OUT]
    if not later and order.kind.modality in _THIRD:
        later = [_THIRD[order.kind.modality]]
    # Of PET the standard has no other value (C.8.9.4.1.3).
    return ["DERIVED", "PRIMARY" if order.kind.modality == "PT" else "SECONDARY", *later]


def put_derivation(ds: Any, order: Order, k: int, t: int) -> None:
    """Derivation Description and Code, and the source of the slice where it has one."""
    ds.DerivationDescription = order.derivation
    reference = order.template.reference(k, t)
    if reference is not None:
        ds.SourceImageSequence = [reference_item(*reference)]
    elif order.is_reformatted:
        ds.DerivationCodeSequence = [code_item("DCM", *_REFORMATTING)]


def reference_item(sop_class: str, instance: str, frame_number: int | None) -> Dataset:
    """An item of Source Image Sequence (0008,2112)."""
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, instance
    if frame_number is not None:
        item.ReferencedFrameNumber = frame_number
    item.PurposeOfReferenceCodeSequence = [code_item("DCM", *_SOURCE_OF_PROCESSING)]
    return item


def put_references(ds: Any, order: Order) -> None:
    """The Common Instance Reference module: all sources, by study and series (C.12.2)."""
    others = []
    for study in evidence_items(order.template.all_instances()):
        series = []
        for entry in study.ReferencedSeriesSequence:
            one = Dataset()
            one.SeriesInstanceUID = entry.SeriesInstanceUID
            one.ReferencedInstanceSequence = list(entry.ReferencedSOPSequence)
            series.append(one)
        if study.StudyInstanceUID == ds.StudyInstanceUID:
            ds.ReferencedSeriesSequence = series
        else:
            other = Dataset()
            other.StudyInstanceUID = study.StudyInstanceUID
            other.ReferencedSeriesSequence = series
            others.append(other)
    if others:
        ds.StudiesContainingOtherReferencedInstancesSequence = others


def evidence_items(references: Iterable[tuple[str, str, str, str]]) -> list[Dataset]:
    """Items of Source Image Evidence Sequence (0008,9154): study, series and instances of all that is referred to.

    Parameters
    ----------
    references : iterable of (study, series, SOP class, SOP instance)
        UIDs; each instance counts once.
    """
    tree: dict[str, dict[str, dict[str, str]]] = {}
    for study, series, sop_class, instance in references:
        tree.setdefault(study, {}).setdefault(series, {})[instance] = sop_class
    studies = []
    for study, by_series in tree.items():
        all_series = []
        for series, instances in by_series.items():
            entry = Dataset()
            entry.SeriesInstanceUID = series
            entry.ReferencedSOPSequence = [_instance(sop_class, instance) for instance, sop_class in instances.items()]
            all_series.append(entry)
        one = Dataset()
        one.StudyInstanceUID = study
        one.ReferencedSeriesSequence = all_series
        studies.append(one)
    return studies


def _instance(sop_class: str, instance: str) -> Dataset:
    made = Dataset()
    made.ReferencedSOPClassUID, made.ReferencedSOPInstanceUID = sop_class, instance
    return made


def code_item(scheme: str, value: str, meaning: str) -> Dataset:
    """An item that holds a code (PS3.3 8.8)."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def put_contribution(ds: Any, series: NewSeries) -> None:
    """Contributing Equipment: that a program made the instance; Manufacturer and Model stay those of the scanner.

    With that all of the caller's own texts are there, and Specific Character Set has to hold them.
    """
    from dicom._core import __version__

    item = Dataset()
    item.PurposeOfReferenceCodeSequence = [code_item("DCM", *_PROCESSING_EQUIPMENT)]
    item.Manufacturer = _MAKER
    item.ManufacturerModelName = _MAKER
    item.SoftwareVersions = __version__
    item.ContributionDateTime = series.made.strftime("%Y%m%d%H%M%S.%f")
    ds.ContributingEquipmentSequence = [item]
    fit_character_set(ds, (series.description, ds.get("DerivationDescription")))
