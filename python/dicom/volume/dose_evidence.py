"""What an RT Dose says of its doses, as the evidence of its volume.

In: the sources of a volume. Out: `Evidence`. Standard: PS3.3 C.8.8.3 (RT Dose).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.pixels.lenient import number, text
from dicom.volume.evidence import Entry, Evidence

if TYPE_CHECKING:
    from typing import Any

    from dicom.volume.sources import Sources

#: The terms of the standard; whatever else stands there could be anything.
_TERMS = {
    "DoseUnits": ("Dose Units (3004,0002)", ("GY", "RELATIVE")),
    "DoseType": ("Dose Type (3004,0004)", ("PHYSICAL", "EFFECTIVE", "ERROR")),
    "DoseSummationType": (
        "Dose Summation Type (3004,000A)",
        (
            *("PLAN", "MULTI_PLAN", "PLAN_OVERVIEW", "FRACTION", "BEAM", "BRACHY", "CONTROL_POINT", "RECORD"),
            *("FRACTION_SESSION", "BEAM_SESSION", "BRACHY_SESSION"),
        ),
    ),
    "SpatialTransformOfDose": ("Spatial Transform of Dose (3004,0005)", ("NONE", "RIGID", "NON_RIGID")),
    "TissueHeterogeneityCorrection": (
        "Tissue Heterogeneity Correction (3004,0014)",
        ("IMAGE", "ROI_OVERRIDE", "WATER"),
    ),
}
_NAMES = {
    "DoseUnits": "unit",
    "DoseType": "type",
    "DoseSummationType": "summed over",
    "SpatialTransformOfDose": "spatial transform",
    "TissueHeterogeneityCorrection": "heterogeneity correction",
}


def dose_evidence(sources: Sources | None) -> Evidence | None:
    """The elements that say what the doses are; None for a volume whose files aren't known.

    Raises
    ------
    FileChangedError
        The file has gone, or has changed since it was read.
    """
    if sources is None:
        return None
    first = next((k for k in range(sources.shape[1]) if sources.file(k) is not None), None)
    if first is None:
        return None
    ds = sources.dataset(first)
    entries = [_entry(ds, keyword) for keyword in _TERMS if ds.get(keyword) or keyword == "DoseType"]
    scaling = number(ds.get("DoseGridScaling"))
    if scaling is not None:
        unit = "Gy" if text(ds.get("DoseUnits")) == "GY" else ""
        entries.append(Entry("scaling", scaling, unit, "Dose Grid Scaling (3004,000E)"))
    return Evidence("dose", entries)


def _entry(ds: Any, keyword: str) -> Entry:
    source, terms = _TERMS[keyword]
    value = ds.get(keyword)
    several = value if isinstance(value, list | tuple) or hasattr(value, "append") else [value]
    words = [text(one) for one in several]
    known = [word if word in terms else "no defined term" if word else "absent" for word in words]
    # An element of type 1: without one of its terms nobody says what the doses are of.
    assumption = "the doses are absorbed ones" if keyword == "DoseType" and known[0] not in terms else ""
    return Entry(_NAMES[keyword], ", ".join(known), "", source, assumption)
