"""Objects of several frames that are held against references, as `cases` has the series of single frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import dicom
from tests.volume.made import Made, grid_affine, plane_affine, plane_data_sets, stored_values, values_of, write_series
from tests.volume.made_dimensions import DIFFUSION, DIMENSIONS
from tests.volume.made_multiframe import (
    enhanced,
    mosaic,
    nm_reconstruction,
    rt_dose,
    secondary_capture,
    ultrasound_volume,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

SHAPE = (9, 20, 24)
OBLIQUE = grid_affine((2.5, 0.9, 0.7), angles=(20.0, -35.0, 12.0))


def made_of(
    folder: Path,
    data_sets: list[dicom.Dataset],
    stored: NDArray[Any],
    affine: NDArray[np.float64],
    *,
    values: NDArray[np.float64] | None = None,
    **facts: Any,
) -> Made:
    """What is written of data sets that hold all frames."""
    paths = write_series(folder, data_sets)
    return Made(folder, paths, stored, stored.astype(np.float64) if values is None else values, affine, **facts)


def enhanced_of(modality: str, affine: NDArray[np.float64], **options: Any) -> Callable[[Path], Made]:
    """What makes the enhanced version of a classic series."""

    def make(folder: Path) -> Made:
        stored = stored_values(SHAPE)
        classic = plane_data_sets(stored, affine, modality=modality, **options)
        ds = enhanced(classic)
        unit = {"CT": "HU", "PT": "Bq/ml"}.get(modality)
        return made_of(folder, [ds], stored, affine, values=values_of(classic), unit=unit)

    return make


def enhanced_dimension(name: str) -> Callable[[Path], Made]:
    """What makes the enhanced version of a series with a 4th axis, which is a dimension of its Dimension Index, too."""

    def make(folder: Path) -> Made:
        made = DIMENSIONS[name](folder / "classic")
        ds = enhanced([dicom.read(path) for path in made.paths])
        _add_time_index(ds, [index // made.stored.shape[1] for index in range(len(made.paths))])
        for path in made.paths:
            path.unlink()
        (folder / "classic").rmdir()
        return made_of(
            folder,
            [ds],
            made.stored,
            made.affine,
            values=made.values,
            unit=made.unit,
            dimension=made.dimension,
            dimension_values=made.dimension_values,
        )

    return make


def _add_time_index(ds: dicom.Dataset, times: list[int]) -> None:
    """Name Temporal Position Index as the last dimension of each frame, without which dcm2niix mixes the times."""
    stack, place = ds.DimensionIndexSequence
    time = dicom.Dataset()
    time.DimensionOrganizationUID = stack.DimensionOrganizationUID
    time.DimensionIndexPointer = dicom.tag.Tag("TemporalPositionIndex")
    time.FunctionalGroupPointer = dicom.tag.Tag("FrameContentSequence")
    ds.DimensionIndexSequence = [stack, place, time]
    for group, t in zip(ds.PerFrameFunctionalGroupsSequence, times, strict=True):
        content = group.FrameContentSequence[0]
        content.TemporalPositionIndex = t + 1
        content.DimensionIndexValues = [*content.DimensionIndexValues, t + 1]


def nm(folder: Path) -> Made:
    """A SPECT."""
    stored = stored_values(SHAPE, "<u2")
    return made_of(folder, [nm_reconstruction(stored, plane_affine())], stored, plane_affine())


def dose(folder: Path) -> Made:
    """A dose grid, in Gy."""
    stored = stored_values(SHAPE, "<u4")
    return made_of(folder, [rt_dose(stored, plane_affine())], stored, plane_affine(), values=stored * 0.0125, unit="Gy")


def capture(folder: Path) -> Made:
    """Secondary captures of many frames that say where they lie."""
    stored = stored_values(SHAPE, "<u2")
    return made_of(folder, [secondary_capture(stored, OBLIQUE)], stored, OBLIQUE)


def ultrasound(folder: Path) -> Made:
    """A volume of ultrasound."""
    stored = (stored_values(SHAPE, "<u2") % 256).astype("u1")
    return made_of(folder, [ultrasound_volume(stored, plane_affine())], stored, plane_affine())


def mosaics(folder: Path) -> Made:
    """A mosaic for each b-value and direction."""
    stored = np.stack([stored_values(SHAPE, "<u2") + 7 * t for t in range(len(DIFFUSION))])
    data_sets = []
    for t, (b_value, direction) in enumerate(DIFFUSION):
        ds = mosaic(stored[t], OBLIQUE, b_value=b_value, gradient=direction)
        ds.InstanceNumber = ds.AcquisitionNumber = t + 1
        if data_sets:
            for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"):
                setattr(ds, keyword, data_sets[0][keyword].value)
        data_sets.append(ds)
    return made_of(
        folder,
        data_sets,
        stored,
        OBLIQUE,
        dimension="diffusion",
        dimension_values=[b_value for b_value, _ in DIFFUSION],
    )


MULTI_FRAME: dict[str, Callable[[Path], Made]] = {
    "enhanced-ct": enhanced_of("CT", plane_affine()),
    "enhanced-ct-oblique": enhanced_of("CT", OBLIQUE),
    "enhanced-mr-sagittal": enhanced_of("MR", plane_affine("sagittal")),
    "enhanced-mr-coronal": enhanced_of("MR", plane_affine("coronal")),
    "enhanced-pt-slopes": enhanced_of("PT", plane_affine(), slope=[0.37 + 0.011 * k for k in range(SHAPE[0])]),
    **{f"enhanced-{name}": enhanced_dimension(name) for name in ("time", "diffusion", "echo", "cardiac")},
    "nm-spect": nm,
    "dose-grid": dose,
    "secondary-capture": capture,
    "us-volume": ultrasound,
    "mosaics": mosaics,
}
