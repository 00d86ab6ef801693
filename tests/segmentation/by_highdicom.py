"""Segmentations and parametric maps as highdicom writes and reads them.

In: masks or values and the series that they lie on. Out: files; or what highdicom gives of a file, placed on a grid.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import highdicom
    import pydicom
    from highdicom import pm, seg
    from pydicom.sr.codedict import codes
    from pydicom.sr.coding import Code
    from pydicom.uid import UID, generate_uid

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from tests.volume.made import Made

EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
#: Of the third segment; the others have none.
COLOR = (221, 130, 101)

ADC = Code("113041", "DCM", "Apparent Diffusion Coefficient")
ANISOTROPY = Code("110808", "DCM", "Fractional Anisotropy")
SQUARE_MM_A_SECOND = Code("mm2/s", "UCUM", "square millimeter per second")
NO_UNITS = Code("1", "UCUM", "no units")


def sources(series: Made) -> list[pydicom.Dataset]:
    """The data sets of a series, with what highdicom asks for and the maker leaves out."""
    found = []
    for path in series.paths:
        ds = pydicom.dcmread(path)
        for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime"):
            if keyword not in ds:
                setattr(ds, keyword, "")
        for keyword in ("StudyID", "AccessionNumber", "ReferringPhysicianName", "PositionReferenceIndicator"):
            if keyword not in ds:
                setattr(ds, keyword, "")
        found.append(ds)
    return found


def write_segmentation(
    masks: NDArray[Any],
    series: Made,
    path: Path,
    *,
    kind: str = "BINARY",
    omit_empty_frames: bool = True,
    transfer_syntax: str = EXPLICIT_LITTLE,
    fractional_type: str = "PROBABILITY",
) -> Path:
    """A SEG of masks (k, j, i, segment), or of a label map (k, j, i)."""
    count = masks.shape[3] if masks.ndim == 4 else int(masks.max())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = seg.Segmentation(
            sources(series),
            masks,
            kind,
            [_description(number) for number in range(1, count + 1)],
            generate_uid(),
            2,
            generate_uid(),
            1,
            "Made",
            "By Code",
            "1",
            "1",
            fractional_type=fractional_type,
            omit_empty_frames=omit_empty_frames,
            transfer_syntax_uid=UID(transfer_syntax),
        )
        made.save_as(path)
    return path


def _description(number: int) -> seg.SegmentDescription:
    return seg.SegmentDescription(
        number,
        f"part {number}",
        codes.SCT.AnatomicalStructure,
        codes.SCT.Kidney,
        "AUTOMATIC",
        highdicom.AlgorithmIdentificationSequence("maker", codes.DCM.ArtificialIntelligence, "1"),
        tracking_uid="1.2.3.4",
        tracking_id=f"tracked {number}",
        anatomic_regions=[codes.SCT.Abdomen],
        display_color=highdicom.color.CIELabColor.from_rgb(*COLOR) if number == 3 else None,
    )


def read_masks(path: Path, numbers: list[int], shape: tuple[int, int, int], affine: NDArray[Any]) -> NDArray[Any]:
    """(segment, k, j, i): what highdicom gives, put onto a grid whose voxels are its voxels."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = seg.segread(path).get_volume(segment_numbers=numbers, combine_segments=False)
    placed = np.linalg.inv(affine) @ read.affine
    turn, first = np.rint(placed[:3, :3]).astype(int), np.rint(placed[:3, 3]).astype(int)
    assert np.abs(placed[:3, :3] - turn).max() < 1e-4, "the axes are others"
    found = np.zeros((len(numbers), *shape), read.array.dtype)
    where = np.argwhere(np.ones(read.array.shape[:3], bool))
    at = where @ turn.T + first
    inside = ((at >= 0) & (at < shape)).all(axis=1)
    found[(slice(None), *at[inside].T)] = read.array[tuple(where[inside].T)].T
    return found


def write_map(
    values: NDArray[Any],
    series: Made,
    path: Path,
    mappings: list[Any],
    *,
    transfer_syntax: str = EXPLICIT_LITTLE,
) -> Path:
    """A parametric map of stored values (k, j, i[, map])."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = pm.ParametricMap(
            sources(series),
            values,
            generate_uid(),
            1,
            generate_uid(),
            1,
            "Made",
            "By Code",
            "1",
            "1",
            contains_recognizable_visual_features=False,
            real_world_value_mappings=mappings,
            window_center=1,
            window_width=2,
            transfer_syntax_uid=UID(transfer_syntax),
        )
        made.save_as(path)
    return path


def mapping(
    first: float, last: float, *, quantity: Code = ADC, unit: Code = SQUARE_MM_A_SECOND, **line_or_table: Any
) -> pm.RealWorldValueMapping:
    """What stored values mean: ``slope=`` and ``intercept=``, or ``lut_data=``."""
    return pm.RealWorldValueMapping(
        lut_label="1",
        lut_explanation="made",
        unit=unit,
        value_range=(first, last),
        quantity_definition=quantity,
        **line_or_table,
    )


def read_map(path: Path) -> NDArray[np.float64]:
    """The values that highdicom gives, sorted: its order of slices is its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        array = highdicom.imread(path).get_volume(apply_real_world_transform=True).array
    return np.sort(array.ravel())
