"""The fields of a sidecar that are of PET: tracer, frames and reconstruction.

In: a volume and its headers. Out: a dictionary. BIDS, positron emission tomography; DICOM PS3.3 C.8.9. Time zero is the
series' beginning (Series Time), to which DICOM corrects for decay too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dicom.export.bids_values import number, seconds_of_day, text, tidy, time_of_day
from dicom.export.source_headers import as_number
from dicom.export.space import number_of_times

if TYPE_CHECKING:
    from typing import Any

    from dicom.export.bids_values import Field
    from dicom.export.source_headers import SourceHeaders
    from dicom.export.space import VolumeLike

_FIELDS: tuple[Field, ...] = (
    ("DoseCalibrationFactor", ("DoseCalibrationFactor",), number),
    ("ConvolutionKernel", ("ConvolutionKernel",), text),
    ("DecayCorrection", ("DecayCorrection",), text),
    ("AttenuationCorrectionMethod", ("AttenuationCorrectionMethod",), text),
    (
        "AttenuationCorrection",
        ("AttenuationCorrectionMethod",),
        lambda value: (text(value) or "").split(",")[0] or None,
    ),
    ("RandomsCorrectionMethod", ("RandomsCorrectionMethod",), text),
    ("ScatterCorrectionMethod", ("ScatterCorrectionMethod",), text),
    ("ReconstructionMethod", ("ReconstructionMethod",), text),
)
_UNITS = {"BQML": "Bq/mL", "CNTS": "counts", "CPS": "counts/s", "PROPCNTS": "proportional to counts"}
_DAY = 86400


def fields_of(volume: VolumeLike, headers: SourceHeaders) -> dict[str, Any]:
    """What is said of a PET measurement."""
    made: dict[str, Any] = {}
    for name, keywords, convert in _FIELDS:
        value = headers.value(*keywords)
        converted = None if value is None else convert(value)
        if converted is not None:
            made[name] = converted
    units = text(headers.value("Units") or "")
    computed = getattr(volume, "evidence", None) is not None
    if computed and volume.unit is not None:
        # What was computed of the series, an uptake, isn't in its unit.
        made["Units"] = volume.unit
    elif units:
        made["Units"] = _UNITS.get(units, units)
    zero = _time(headers, "SeriesTime")
    made.update(_tracer(headers, zero))
    made.update(_frames(volume, headers, zero))
    made.update(_reconstruction(made))
    decay = made.get("DecayCorrection")
    if decay is not None:
        made["ImageDecayCorrected"] = decay != "NONE"
    if decay == "START":
        made["ImageDecayCorrectionTime"] = 0
    elif decay == "ADMIN" and "InjectionStart" in made:
        made["ImageDecayCorrectionTime"] = made["InjectionStart"]
    return made


def _tracer(headers: SourceHeaders, zero: float | None) -> dict[str, Any]:
    """The radiopharmaceutical, and when and how it was given."""
    found = headers.value("RadiopharmaceuticalInformationSequence")
    if not found:
        return {}
    item = found[0]
    name = text(item.get("Radiopharmaceutical") or "") or _meaning(item, "RadiopharmaceuticalCodeSequence")
    nuclide = _meaning(item, "RadionuclideCodeSequence")
    dose = as_number(item.get("RadionuclideTotalDose"))
    molar = as_number(item.get("RadiopharmaceuticalSpecificActivity"))
    route = text(item.get("RadiopharmaceuticalRoute") or "")
    made = {
        "TracerName": name,
        "TracerRadionuclide": nuclide,
        "RadionuclidePositronFraction": number(item.get("RadionuclidePositronFraction")),
        "RadionuclideHalfLife": number(item.get("RadionuclideHalfLife")),
        "InjectedVolume": number(item.get("RadiopharmaceuticalVolume")),
        "RadiopharmaceuticalRoute": route,
        # In the element Bq.
        "InjectedRadioactivity": None if dose is None else tidy(dose / 1e6),
        "InjectedRadioactivityUnits": None if dose is None else "MBq",
        "MolarActivity": tidy(molar),
        "MolarActivityUnits": None if molar is None else "Bq/umol",
    }
    for field, keywords in (
        ("InjectionStart", ("RadiopharmaceuticalStartTime", "RadiopharmaceuticalStartDateTime")),
        ("InjectionEnd", ("RadiopharmaceuticalStopTime", "RadiopharmaceuticalStopDateTime")),
    ):
        value = next((item.get(keyword) for keyword in keywords if item.get(keyword)), None)
        given = None if value is None else seconds_of_day(value)
        if given is not None and zero is not None:
            # The nearer day: a scan after midnight follows an injection before it.
            made[field] = tidy((given - zero + _DAY / 2) % _DAY - _DAY / 2)
    return {field: value for field, value in made.items() if value is not None}


def _meaning(item: Any, keyword: str) -> str | None:
    codes = item.get(keyword)
    if not codes:
        return None
    # ^18^Fluorine: carets are round what stands raised.
    return (text(codes[0].get("CodeMeaning") or "") or "").replace("^", "") or None


def _frames(volume: VolumeLike, headers: SourceHeaders, zero: float | None) -> dict[str, Any]:
    """When each frame began and how long it took; seconds from time zero."""
    times = range(number_of_times(volume))
    made: dict[str, Any] = {}
    if zero is not None:
        made["TimeZero"] = (time_of_day(headers.value("SeriesTime")) or "").partition(".")[0]
        made["ScanStart"] = 0
        starts = [_time(headers, "AcquisitionTime", t) for t in times]
        if all(one is not None for one in starts):
            made["FrameTimesStart"] = [tidy(round((one - zero) % _DAY, 6)) for one in starts if one is not None]
    for name, keywords, factor in (
        ("FrameDuration", ("ActualFrameDuration", "FrameAcquisitionDuration"), 1e-3),
        ("FrameReferenceTime", ("FrameReferenceTime",), 1e-3),
        ("DecayCorrectionFactor", ("DecayFactor",), 1.0),
        ("ScatterFraction", ("ScatterFractionFactor",), 1.0),
    ):
        values = [headers.number(*keywords, t=t) for t in times]
        if all(one is not None for one in values):
            made[name] = [tidy(one * factor) for one in values if one is not None]
    return made


def _time(headers: SourceHeaders, keyword: str, t: int = 0) -> float | None:
    value = headers.value(keyword, t=t)
    return None if value is None else seconds_of_day(value)


def _reconstruction(made: dict[str, Any]) -> dict[str, Any]:
    """Iterations, subsets and filter, where their usual spelling stands in the names: ``OSEM 3i21s``, ``Gauss5.00``."""
    parts: dict[str, Any] = {}
    method = made.get("ReconstructionMethod", "")
    counts = re.search(r"(\d+)\s*i\s*(\d+)\s*s\b", method)
    if counts:
        parts["ReconMethodParameterLabels"] = ["subsets", "iterations"]
        parts["ReconMethodParameterUnits"] = ["none", "none"]
        parts["ReconMethodParameterValues"] = [int(counts[2]), int(counts[1])]
    if method:
        name = method[: counts.start()] if counts else method
        parts["ReconMethodName"] = name.strip() or method
    kernel = re.fullmatch(r"(.*?[A-Za-z])\s*(\d+(?:\.\d+)?)\s*(?:mm)?", made.get("ConvolutionKernel", ""))
    if kernel:
        parts["ReconFilterType"] = kernel[1].strip()
        parts["ReconFilterSize"] = tidy(float(kernel[2]))
    return parts
