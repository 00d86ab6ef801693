"""Make the treatment of a head that was never anybody's: structures drawn on its CT, and a dose with its histogram.

Run: ``python -m examples.make_treatment_phantom CT FOLDER``. In: the folder of the head phantom's CT, and one to write
into. Out: ``structures.dcm``, an RT Structure Set, and ``dose.dcm``, an RT Dose on a grid of its own, which holds a DVH
of the target. The target is the bleeding with a margin. Standard: PS3.3 A.18.3, A.19.3.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import dicom
from dicom.uid import generate_uid

#: Of the dose grid: first voxel and steps in mm, number of slices, rows and columns.
FIRST_MM, STEP_MM, SHAPE = (-85.0, -110.0, -50.0), 3.0, (48, 66, 57)
PRESCRIPTION_GY = 50.0
TARGET_MM = (38.0, 15.0, 30.0)
COLORS = {
    "PTV": (220, 50, 47),
    "Brain": (38, 139, 210),
    "Eye left": (133, 153, 0),
    "Eye right": (181, 137, 0),
    "Ventricles": (108, 113, 196),
}


def distance(volume: dicom.Volume, center: tuple[float, ...], radii: tuple[float, ...]) -> np.ndarray:
    """How far each voxel lies from the centre of an ellipsoid, whose surface is 1."""
    points = volume.index_to_mm(np.moveaxis(np.indices(volume.grid_shape), 0, -1))
    found: np.ndarray = np.sqrt((((points - center) / radii) ** 2).sum(axis=-1))
    return found


def make_structures(ct: dicom.Volume) -> dicom.StructureSet:
    """Structures of the head phantom, whose shapes are known, as masks on its CT."""
    shapes: dict[str, list[tuple[tuple[float, ...], tuple[float, ...]]]] = {
        "PTV": [(TARGET_MM, (19, 23, 20))],
        "Brain": [((0, 0, 15), (66, 86, 62))],
        "Eye left": [((30, -72, -12), (13, 12, 12))],
        "Eye right": [((-30, -72, -12), (13, 12, 12))],
        "Ventricles": [((13, -5, 22), (7, 30, 12)), ((-13, -5, 22), (7, 30, 12))],
    }
    inside = {
        name: np.any([distance(ct, center, radii) <= 1 for center, radii in ellipsoids], axis=0)
        for name, ellipsoids in shapes.items()
    }
    types = dict.fromkeys(inside, "ORGAN") | {"PTV": "PTV"}
    masks = {name: ct.with_array(mask) for name, mask in inside.items()}
    return dicom.StructureSet.from_masks(masks, ct, colors=COLORS, interpreted_types=types, label="HEAD")


def make_dose(ct: dicom.Volume) -> dicom.Volume:
    """A dose in Gy: even within the target, falling off around it, and two beams, one past the left eye."""
    affine = np.zeros((4, 4))
    affine[[2, 1, 0], [0, 1, 2]] = STEP_MM
    affine[:, 3] = (*FIRST_MM, 1.0)
    grid = dicom.Volume(np.zeros(SHAPE, np.float32), affine)
    around = distance(grid, TARGET_MM, (19, 23, 20))
    dose = 1.01 * PRESCRIPTION_GY / (1 + (around / 1.35) ** 9)
    points = grid.index_to_mm(np.moveaxis(np.indices(SHAPE), 0, -1)) - TARGET_MM
    for direction, gy in (((0.9, 0.44, 0.0), 22.0), ((-0.083, -0.898, -0.434), 14.0)):
        along = points @ direction
        across = np.sqrt(np.maximum((points**2).sum(axis=-1) - along**2, 0.0))
        entry = gy / (1 + (across / 18.0) ** 8) / (1 + np.exp(-along / 12.0))
        # Within the target the dose is even.
        dose = np.where(dose < 25.0, np.maximum(dose, entry), dose)
    # Whole hundredths, as a planning system stores.
    stored = np.round(dose, 2).astype(np.float32)
    return dicom.Volume(
        stored,
        affine,
        unit="Gy",
        quantity="absorbed dose",
        modality="RTDOSE",
        frame_of_reference_uid=ct.frame_of_reference_uid,
    )


def make_treatment(ct_folder: Path, folder: Path) -> list[Path]:
    """Write both; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    ct = dicom.read_series(ct_folder)
    structures, dose = make_structures(ct), make_dose(ct)
    paths = [folder / "structures.dcm", folder / "dose.dcm"]
    structures.save(paths[0])
    template = ct.sources.dataset(0)
    template.DoseType, template.DoseSummationType = "PHYSICAL", "PLAN"
    plan, reference = dicom.Dataset(), dicom.Dataset()
    plan.ReferencedSOPClassUID, plan.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.481.5", generate_uid()
    template.ReferencedRTPlanSequence = [plan]
    (ds,) = dose.to_dicom(template, tolerance=0.001, description="Dose")
    ds.DVHSequence = [_stored(dicom.dvh(dose, (structures, "PTV"), bin_width_gy=0.1))]
    drawn = dicom.read(paths[0])
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = drawn.SOPClassUID, drawn.SOPInstanceUID
    ds.ReferencedStructureSetSequence = [reference]
    ds.save_as(paths[1], enforce_file_format=True)
    return paths


def _stored(histogram: dicom.radiotherapy.DVH) -> dicom.Dataset:
    item, reference = dicom.Dataset(), dicom.Dataset()
    reference.DVHROIContributionType, reference.ReferencedROINumber = "INCLUDED", histogram.number
    item.DVHReferencedROISequence = [reference]
    item.DVHType, item.DoseUnits, item.DoseType = "DIFFERENTIAL", "GY", "PHYSICAL"
    item.DVHDoseScaling, item.DVHVolumeUnits = 1, "CM3"
    item.DVHNumberOfBins = len(histogram.differential)
    pairs = zip(np.diff(histogram.edges).tolist(), histogram.differential.tolist(), strict=True)
    item.DVHData = [f"{value:.6g}" for pair in pairs for value in pair]
    return item


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m examples.make_treatment_phantom CT FOLDER")
    for path in make_treatment(Path(sys.argv[1]), Path(sys.argv[2])):
        print(path)
