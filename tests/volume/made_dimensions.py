"""Series with a 4th axis made by code: time, echoes, diffusion, cardiac phases, frames of a PET; and what the truth is.

Each function writes one Series Instance UID into a folder, t after t, and gives a `Made` whose arrays are (t, k, j, i).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.volume.made import Made, decimal, grid_affine, plane_data_sets, stored_values, values_of, write_series

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    import dicom

SHAPE = (6, 20, 24)


def make_dimension(
    folder: Path,
    name: str,
    values: list[Any],
    mark: Callable[[dicom.Dataset, int, int], None],
    *,
    modality: str = "MR",
    shape: tuple[int, int, int] = SHAPE,
    order: str = "tk",
    unit: str | None = None,
    affine: np.ndarray[Any, Any] | None = None,
    **options: Any,
) -> Made:
    """A series of len(values) times the planes of a grid; ``mark(ds, t, k)`` says on each plane which t it is of.

    ``order`` is how files and Instance Numbers go: ``"tk"`` one t after the other, ``"kt"`` all t of a slice first.
    """
    affine = grid_affine() if affine is None else affine
    base = stored_values(shape)
    per_t: list[list[dicom.Dataset]] = []
    for t in range(len(values)):
        like = per_t[0][0] if per_t else None
        planes = plane_data_sets(base + 7 * t, affine, modality=modality, like=like, **options)
        for k, ds in enumerate(planes):
            mark(ds, t, k)
        per_t.append(planes)
    pairs = [(t, k) for t in range(len(values)) for k in range(shape[0])]
    if order == "kt":
        pairs.sort(key=lambda pair: (pair[1], pair[0]))
    data_sets = []
    for number, (t, k) in enumerate(pairs, 1):
        per_t[t][k].InstanceNumber = number
        data_sets.append(per_t[t][k])
    truth = np.stack([values_of(planes) for planes in per_t])
    written = dict(zip(pairs, write_series(folder, data_sets), strict=True))
    paths = [written[t, k] for t in range(len(values)) for k in range(shape[0])]
    stored = np.stack([base + 7 * t for t in range(len(values))])
    return Made(folder, paths, stored, truth, affine, unit, name, values)


def clock(seconds: float) -> str:
    """A TM some seconds after a quarter past ten."""
    whole = 10 * 3600 + 15 * 60 + seconds
    return f"{int(whole // 3600):02d}{int(whole // 60 % 60):02d}{whole % 60:09.6f}"


def time_series(folder: Path, times: int = 4, **options: Any) -> Made:
    """MR (functional or dynamic): Temporal Position Identifier and Acquisition Time; 2 s from volume to volume."""

    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.TemporalPositionIdentifier, ds.NumberOfTemporalPositions = t + 1, times
        ds.TemporalResolution = 2000.0
        ds.AcquisitionTime, ds.AcquisitionNumber = clock(2.0 * t), t + 1
        ds.RepetitionTime, ds.EchoTime, ds.FlipAngle = 2000.0, 30.0, 70.0

    return make_dimension(folder, "time", [2000.0 * t for t in range(times)], mark, **options)


def acquired_series(folder: Path, times: int = 3, **options: Any) -> Made:
    """CT perfusion: nothing but Acquisition Number and Acquisition Time tells the time points apart; 1.5 s."""

    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.AcquisitionTime, ds.AcquisitionNumber = clock(1.5 * t), t + 1
        ds.AcquisitionDate = ds.ContentDate = "20260102"
        ds.ContentTime = clock(1.5 * t)

    values = [1500.0 * t for t in range(times)]
    return make_dimension(folder, "time", values, mark, modality="CT", unit="HU", **options)


def pet_frames(folder: Path, **options: Any) -> Made:
    """A dynamic PET: frames of growing duration, each with its own Rescale Slope."""
    durations = [10_000, 10_000, 30_000, 60_000]
    starts = [0, 10_000, 20_000, 50_000]

    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.SeriesType = ["DYNAMIC", "IMAGE"]
        ds.NumberOfTimeSlices, ds.NumberOfSlices = len(starts), options.get("shape", SHAPE)[0]
        ds.ImageIndex = t * ds.NumberOfSlices + k + 1
        ds.ActualFrameDuration = durations[t]
        ds.FrameReferenceTime = starts[t] + durations[t] / 2
        ds.AcquisitionTime, ds.AcquisitionDate = clock(starts[t] / 1000), "20260102"
        ds.RescaleSlope = decimal(0.5 + 0.25 * t + 0.01 * k)
        ds.CorrectedImage = ["DECY", "ATTN", "SCAT", "DTIM", "RAN", "NORM"]
        ds.DecayCorrection = "START"

    values = [start + duration / 2 for start, duration in zip(starts, durations, strict=True)]
    return make_dimension(folder, "pet-frame", values, mark, modality="PT", unit="Bq/ml", **options)


def echoes(folder: Path, times_ms: tuple[float, ...] = (4.5, 9.25, 14.0), **options: Any) -> Made:
    """A multi-echo MR: Echo Time and Echo Numbers."""

    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.EchoTime, ds.EchoNumbers = times_ms[t], t + 1
        ds.RepetitionTime, ds.FlipAngle = 600.0, 30.0

    return make_dimension(folder, "echo", list(times_ms), mark, **options)


#: b-value in s/mm², gradient direction in LPS.
DIFFUSION: list[tuple[float, tuple[float, float, float] | None]] = [
    (0.0, None),
    (1000.0, (1.0, 0.0, 0.0)),
    (1000.0, (0.0, 1.0, 0.0)),
    (1000.0, (0.0, 0.0, 1.0)),
    (1000.0, (0.6, 0.8, 0.0)),
    (2000.0, (0.0, -0.6, 0.8)),
]


def diffusion(folder: Path, **options: Any) -> Made:
    """Diffusion-weighted MR with the standard's elements, Diffusion b-value and Gradient Orientation."""

    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        b_value, direction = DIFFUSION[t]
        ds.DiffusionBValue = b_value
        ds.DiffusionDirectionality = "NONE" if direction is None else "DIRECTIONAL"
        if direction is not None:
            ds.DiffusionGradientOrientation = list(direction)
        ds.AcquisitionNumber, ds.AcquisitionTime = t + 1, clock(3.0 * t)
        ds.RepetitionTime, ds.EchoTime = 3000.0, 80.0

    return make_dimension(folder, "diffusion", [b_value for b_value, _ in DIFFUSION], mark, **options)


def cardiac_phases(folder: Path, phases: int = 5, **options: Any) -> Made:
    """A cine MR: Trigger Time, in ms after the R-wave; files go slice after slice, as scanners of hearts write them."""

    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.TriggerTime, ds.NominalInterval, ds.CardiacNumberOfImages = 40.0 * t + 12.5, 800, phases
        ds.RepetitionTime, ds.EchoTime = 3.2, 1.6

    values = [40.0 * t + 12.5 for t in range(phases)]
    return make_dimension(folder, "cardiac", values, mark, order="kt", **options)


def respiratory_phases(folder: Path, phases: int = 4, **options: Any) -> Made:
    """A CT of a breath: Nominal Percentage of Respiratory Phase and Temporal Position Index are said by each file."""

    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.NominalPercentageOfRespiratoryPhase = 100.0 * t / phases
        ds.TemporalPositionIndex = t + 1
        ds.AcquisitionNumber = 1

    values = [100.0 * t / phases for t in range(phases)]
    return make_dimension(folder, "respiratory", values, mark, modality="CT", unit="HU", **options)


def magnitude_and_phase(folder: Path, shape: tuple[int, int, int] = SHAPE) -> tuple[Made, Made]:
    """An MR whose magnitude and phase images have one Series Instance UID: two volumes."""
    affine = grid_affine()
    base = stored_values(shape)
    magnitude = plane_data_sets(base, affine, modality="MR", ImageType=["ORIGINAL", "PRIMARY", "M", "NONE"])
    phase = plane_data_sets(
        4000 - base,
        affine,
        modality="MR",
        like=magnitude[0],
        ImageType=["ORIGINAL", "PRIMARY", "P", "NONE"],
        InstanceNumber=lambda k: shape[0] + k + 1,
        RescaleSlope=2.0,
        RescaleIntercept=-4096.0,
    )
    paths = write_series(folder, magnitude + phase)
    return (
        Made(folder, paths[: shape[0]], base, values_of(magnitude), affine),
        Made(folder, paths[shape[0] :], 4000 - base, values_of(phase), affine),
    )


#: Name -> what makes it; each a series of one volume with a 4th axis.
DIMENSIONS: dict[str, Callable[..., Made]] = {
    "time": time_series,
    "acquired": acquired_series,
    "pet-frame": pet_frames,
    "echo": echoes,
    "diffusion": diffusion,
    "cardiac": cardiac_phases,
    "respiratory": respiratory_phases,
}
