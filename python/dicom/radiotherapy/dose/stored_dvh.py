"""The dose-volume histograms that an RT Dose holds.

In: the DVH Sequence. Out: a `DVH` for each region. Standard: PS3.3 C.8.8.4 (RT DVH).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from dicom.dataset.read import read
from dicom.errors import QuantityError
from dicom.radiotherapy.dose.histogram import DVH

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.dataset.dataset import Dataset

#: Volumes of a cumulative histogram fall; what rises by less than this part of the whole does so by rounding.
_ROUNDED = 1e-6
_VOLUMES = {"CM3": "ml", "PERCENT": "%", "PER_U": "ml"}
_DOSES = {"GY": "Gy", "RELATIVE": "relative dose"}


def stored_dvhs(dose: Dataset | str | os.PathLike[str]) -> dict[int | tuple[int, ...], DVH]:
    """The histograms in the DVH Sequence of an RT Dose.

    A planning system computed them; `dicom.dvh` computes them from dose and structures. Differential, cumulative and
    natural ones come alike. DVH Minimum, Maximum and Mean Dose are taken where they agree with the histogram: there are
    systems that write them in percent of something; else they are computed, and a note says so.

    Parameters
    ----------
    dose : Dataset or path
        An RT Dose, or any data set with a DVH Sequence (3004,0050).

    Returns
    -------
    dict
        By ROI Number of the referenced structure set, the volumes in ml or, where only these are stored, in percent.
        For a histogram of several ROIs by the tuple of their numbers, those that were taken away (EXCLUDED) negative.
        Of several histograms of a region the first; the note of it says how many there were. Empty without the
        sequence.

    Raises
    ------
    QuantityError
        A histogram contradicts itself, or lacks its type, units or data.
    """
    ds = read(dose, stop_before_pixels=True) if isinstance(dose, (str, os.PathLike)) else dose
    prescription = _number(ds.get("DVHNormalizationDoseValue"))
    found: dict[int | tuple[int, ...], DVH] = {}
    more: dict[int | tuple[int, ...], int] = {}
    for index, item in enumerate(ds.get("DVHSequence") or []):
        key = _regions(item, index)
        if key in found:
            more[key] = more.get(key, 1) + 1
            continue
        found[key] = _histogram(item, index, key, prescription)
    for key, count in more.items():
        found[key].notes += (f"the DVH Sequence (3004,0050) has {count} histograms of this region: this is the first",)
    return found


def _histogram(item: Any, index: int, key: int | tuple[int, ...], prescription: float | None) -> DVH:
    where = f"item {index + 1} of the DVH Sequence (3004,0050)"
    kind, volume_units, dose_units = (str(item.get(name) or "") for name in ("DVHType", "DVHVolumeUnits", "DoseUnits"))
    if kind not in ("CUMULATIVE", "DIFFERENTIAL", "NATURAL"):
        raise QuantityError(
            f"{where}: DVH Type (3004,0001) is neither DIFFERENTIAL, CUMULATIVE nor NATURAL", keywords=("DVHType",)
        )
    if volume_units not in _VOLUMES or (volume_units == "PER_U") != (kind == "NATURAL"):
        raise QuantityError(
            f"{where}: DVH Volume Units (3004,0054) is absent, unknown, or doesn't go with DVH Type (3004,0001)",
            keywords=("DVHVolumeUnits", "DVHType"),
        )
    if dose_units not in _DOSES:
        raise QuantityError(f"{where}: Dose Units (3004,0002) is neither GY nor RELATIVE", keywords=("DoseUnits",))
    widths, values = _pairs(item, where)
    edges = np.concatenate([[0.0], np.cumsum(widths)])
    if kind == "CUMULATIVE":
        edges, volumes = _differences(widths, values, where)
    elif kind == "NATURAL":
        volumes = _of_natural(edges, values, where)
    else:
        volumes = values
    # Rounding leaves traces below zero.
    traces = (volumes < 0) & (volumes > -_ROUNDED * np.abs(volumes).sum())
    volumes = np.where(traces, 0.0, volumes)
    if (volumes < 0).any() or not volumes.any():
        raise QuantityError(f"{where}: DVH Data (3004,0058) has volumes below zero, or none", keywords=("DVHData",))
    if edges[1] == 0:
        raise QuantityError(f"{where}: DVH Data (3004,0058) has bins without a width", keywords=("DVHData",))
    plain = DVH(edges, volumes)
    minimum, maximum, mean, notes = _stated(item, plain)
    return DVH(
        edges,
        volumes,
        dose_unit=_DOSES[dose_units],
        volume_unit=_VOLUMES[volume_units],
        number=key if isinstance(key, int) else None,
        name=f"ROI {key}" if isinstance(key, int) else f"ROIs {', '.join(map(str, key))}",
        prescription_gy=prescription if dose_units == "GY" else None,
        minimum=minimum,
        maximum=maximum,
        mean=mean,
        notes=notes,
    )


def _pairs(item: Any, where: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Widths of the bins in the unit of the dose, and what is stored of each."""
    try:
        numbers = np.array([float(value) for value in np.atleast_1d(item.get("DVHData") or [])])
    except (TypeError, ValueError):
        numbers = np.array([np.nan])
    scaling = _number(item.get("DVHDoseScaling"))
    count = _number(item.get("DVHNumberOfBins"))
    if scaling is None or not scaling > 0:
        raise QuantityError(
            f"{where}: DVH Dose Scaling (3004,0052) is absent or no scale", keywords=("DVHDoseScaling",)
        )
    if len(numbers) < 2 or len(numbers) % 2 or not np.isfinite(numbers).all():
        raise QuantityError(f"{where}: DVH Data (3004,0058) isn't pairs of numbers", keywords=("DVHData",))
    if count is not None and count != len(numbers) // 2:
        raise QuantityError(
            f"{where}: DVH Number of Bins (3004,0056) isn't that of the pairs of DVH Data (3004,0058)",
            keywords=("DVHNumberOfBins", "DVHData"),
        )
    widths, values = scaling * numbers[0::2], numbers[1::2]
    if (widths < 0).any() or (widths[1:] == 0).any() or (widths[0] == 0 and len(widths) == 1):
        raise QuantityError(f"{where}: DVH Data (3004,0058) has bins without a width", keywords=("DVHData",))
    return widths, values


def _differences(
    widths: NDArray[np.float64], values: NDArray[np.float64], where: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Edges and volumes of the bins of a cumulative histogram.

    The standard doesn't say which dose of its bin a value is the volume of. The middle is at most half a bin wrong, and
    it is the one with which Eclipse's histograms agree with the minima, maxima and means that it stores beside them.
    The first value is the whole volume. Where the first bin has no width it is there for that alone, and each value is
    that at the end of its bin.
    """
    if (np.diff(values) > _ROUNDED * values.max(initial=0.0)).any():
        raise QuantityError(f"{where}: DVH Data (3004,0058) of a cumulative histogram rises", keywords=("DVHData",))
    ends = np.append(values, 0.0)
    edges = np.cumsum(np.append(widths, widths[-1]))
    if widths[0] > 0:
        edges[:-1] -= widths / 2
        edges[0], edges[-1] = 0.0, edges[-2] + widths[-1]
    ends = np.where(np.abs(ends) <= _ROUNDED**2 * values.max(initial=0.0), 0.0, ends)
    return edges, np.maximum(-np.diff(ends), 0.0)


def _of_natural(edges: NDArray[np.float64], values: NDArray[np.float64], where: str) -> NDArray[np.float64]:
    """Volumes of a natural histogram: volume by u = dose to the power of -3/2."""
    if values[0] != 0 and edges[0] == 0:
        raise QuantityError(
            f"{where}: DVH Data (3004,0058) of a natural histogram has volume at no dose, of which there is no measure",
            keywords=("DVHData",),
        )
    with np.errstate(divide="ignore"):
        u = edges**-1.5
    volumes = np.zeros(len(values))
    volumes[1:] = values[1:] * (u[1:-1] - u[2:])
    return volumes


def _stated(item: Any, plain: DVH) -> tuple[float | None, float | None, float | None, tuple[str, ...]]:
    """DVH Minimum, Maximum and Mean Dose where the bins allow them."""
    slack = plain.bin_width * (1 + _ROUNDED)
    known: list[float | None] = []
    wrong = []
    for keyword, tag, own in (
        ("DVHMinimumDose", "DVH Minimum Dose (3004,0070)", plain.min),
        ("DVHMaximumDose", "DVH Maximum Dose (3004,0072)", plain.max),
        ("DVHMeanDose", "DVH Mean Dose (3004,0074)", plain.mean),
    ):
        value = _number(item.get(keyword))
        known.append(value)
        if value is not None and abs(value - own) > slack:
            wrong.append(tag)
    if not wrong:
        return known[0], known[1], known[2], ()
    # What is of another scale in one of them is of none in the others.
    return None, None, None, (f"{', '.join(wrong)}: not of this histogram; computed from its bins instead",)


def _regions(item: Any, index: int) -> int | tuple[int, ...]:
    numbers = []
    for reference in item.get("DVHReferencedROISequence") or []:
        number = _number(reference.get("ReferencedROINumber"))
        if number is None:
            continue
        numbers.append(-int(number) if reference.get("DVHROIContributionType") == "EXCLUDED" else int(number))
    if not numbers:
        raise QuantityError(
            f"item {index + 1} of the DVH Sequence (3004,0050) has no Referenced ROI Number (3006,0084)",
            keywords=("DVHReferencedROISequence",),
        )
    return numbers[0] if len(numbers) == 1 else tuple(numbers)


def _number(value: Any) -> float | None:
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if np.isfinite(found) else None
