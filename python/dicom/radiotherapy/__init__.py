"""Radiotherapy: structures and the masks within them, dose, and dose-volume histograms.

In: RT Structure Sets, RT Doses and volumes. Out: `StructureSet` with its ROIs and contours in mm, masks on any grid,
numbers of dose and volume; and masks as an RT Structure Set again. Standard: PS3.3 C.8.8.3 (RT Dose), C.8.8.5
(Structure Set), C.8.8.6 (ROI Contour).

`read` (a data set to ROIs) -> `structures`, `roi` (what a person holds) -> `contours` (masks and numbers) -> `dose`
(histograms). The way back: `from_masks` -> `write_structures`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.radiotherapy.contours.trace import trace_mask
    from dicom.radiotherapy.dose.dose_volume import dvh
    from dicom.radiotherapy.dose.histogram import DVH
    from dicom.radiotherapy.dose.prescription import prescribed_gy
    from dicom.radiotherapy.dose.stored_dvh import stored_dvhs
    from dicom.radiotherapy.read import read_structures
    from dicom.radiotherapy.roi import ROI, Contour
    from dicom.radiotherapy.structures import StructureSet

__all__ = [
    "DVH",
    "ROI",
    "Contour",
    "StructureSet",
    "dvh",
    "prescribed_gy",
    "read_structures",
    "stored_dvhs",
    "trace_mask",
]

_HOMES = {
    "Contour": "roi",
    "DVH": "dose.histogram",
    "ROI": "roi",
    "StructureSet": "structures",
    "dvh": "dose.dose_volume",
    "prescribed_gy": "dose.prescription",
    "read_structures": "read",
    "stored_dvhs": "dose.stored_dvh",
    "trace_mask": "contours.trace",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"dicom.radiotherapy.{home}"), name)
    globals()[name] = value
    return value
