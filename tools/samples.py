"""The files that the documentation's examples read: a real CT, a real MR, and phantoms made by code.

In: nothing. Out: paths. The CT and the MR are files of the package pydicom-data, which holds no real patient's
identity; none of its code is run.
"""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from pathlib import Path

import numpy as np

from examples import make_head_phantom
from examples.make_pet_phantom import make_series

# CT: a head, native, with a window. MR: a shoulder of 1024 x 1024, JPEG 2000.
CT = "693_UNCR.dcm"
MR = "MR2_J2KR.dcm"


def packaged_file(name: str) -> Path:
    """Path of one file of the package pydicom-data.

    Raises
    ------
    FileNotFoundError
        The package, or the file in it, is not there.
    """
    spec = importlib.util.find_spec("data_store")
    for folder in [] if spec is None else spec.submodule_search_locations or []:
        path = Path(folder, "data", name)
        if path.is_file():
            return path
    raise FileNotFoundError(f"{name} is a file of the package pydicom-data: pip install pydicom-data")


def write_samples(folder: Path) -> dict[str, Path]:
    """Write ``ct.dcm``, ``mr.dcm`` and ``pet.dcm`` into a folder; gives their paths by those names."""
    paths = {name: folder / name for name in ("ct.dcm", "mr.dcm", "pet.dcm")}
    shutil.copyfile(packaged_file(CT), paths["ct.dcm"])
    shutil.copyfile(packaged_file(MR), paths["mr.dcm"])
    with tempfile.TemporaryDirectory() as temporary:
        slices = make_series(Path(temporary))
        shutil.copyfile(slices[len(slices) // 2], paths["pet.dcm"])
    return paths


def write_segmentation_sample(path: Path, head: Path) -> Path:
    """Write a segmentation of the head phantom: its brain, and the bleeding in it."""
    import dicom
    from dicom.sr import codes

    ct = dicom.read_series(head)
    x, y, z = np.moveaxis(ct.index_to_mm(np.moveaxis(np.indices(ct.grid_shape), 0, -1)), -1, 0)
    # The same ellipsoids as those of `examples/make_head_phantom.py`.
    bleeding = ((x - 38) / 14) ** 2 + ((y - 15) / 18) ** 2 + ((z - 30) / 15) ** 2 <= 1
    brain = ((x / 66) ** 2 + (y / 86) ** 2 + ((z - 15) / 62) ** 2 <= 1) & ~bleeding
    segments = [
        dicom.Segment(
            label,
            property_category=category,
            property_type=kind,
            algorithm_type="AUTOMATIC",
            algorithm_name="phantom",
            color=color,
        )
        for label, category, kind, color in (
            ("Brain", codes.SCT.AnatomicalStructure, codes.SCT.Brain, (80, 170, 220)),
            ("Bleeding", codes.SCT.MorphologicallyAbnormalStructure, codes.SCT.Hemorrhage, (200, 30, 60)),
        )
    ]
    masks = {"Brain": ct.with_array(brain), "Bleeding": ct.with_array(bleeding)}
    dicom.Segmentation.from_masks(masks, ct, segments).save(path)
    return path


def write_series_samples(folder: Path) -> list[Path]:
    """Write series into a folder, each in a folder of its own; gives those.

    ``head`` is a CT of the head phantom, ``gap`` the same without two of its slices, ``enhanced`` the same in one file,
    ``times`` an MR of it at four times, ``pet`` the PET phantom; ``study`` has all of ``head``, ``times`` and ``pet``,
    and a file that isn't DICOM.
    """
    names = ("head", "gap", "times", "enhanced", "pet", "study")
    head, gap, times, enhanced, pet, study = (folder / name for name in names)
    make_head_phantom.make_series(head)
    make_head_phantom.make_series(gap, leave_out=(14, 15))
    make_head_phantom.make_time_series(times)
    make_head_phantom.make_enhanced(enhanced)
    make_series(pet)
    for one in (head, times, pet):
        shutil.copytree(one, study / one.name)
    (study / "notes.txt").write_text("not DICOM\n", encoding="utf-8")
    return [head, gap, times, enhanced, pet, study]
