"""Masks go to highdicom and rt-utils and come from them with equal voxels, whichever library those stand on.

rt-utils draws outlines through the centres of voxels at the edge, and counts what it touches in: so do masks of
``edges="outline"``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import dicom
from dicom.sr import codes
from tests.ecosystem import programs

KINDS = {"binary": "BINARY", "fractional": "FRACTIONAL", "labelmap": "LABELMAP"}


def thresholds(volume: dicom.Volume) -> dict[str, NDArray[np.bool_]]:
    """The two organs that the jobs draw."""
    return {"BONE": volume.array > 300, "BODY": volume.array > -500}


def test_structures_of_ours_are_masks_in_rt_utils(small_series: Path, tmp_path: Path) -> None:
    volume = dicom.read_series(small_series)
    drawn = thresholds(volume)
    masks = {name: volume.with_array(mask) for name, mask in drawn.items()}
    dicom.StructureSet.from_masks(masks, source=volume).save(tmp_path / "ours.dcm")
    found = programs.compare("rt_masks", small_series, tmp_path / "ours.dcm", target=tmp_path / "read").result
    assert found["names"] == list(drawn)
    read = np.load(tmp_path / "read" / "dicom" / "masks.npz")
    for name, mask in drawn.items():
        assert read[name].any()
        assert np.array_equal(read[name], mask)


def test_structures_of_rt_utils_are_masks_here(small_series: Path, tmp_path: Path) -> None:
    programs.compare("rt_structures", small_series, target=tmp_path, kept=False)
    volume = dicom.read_series(small_series)
    drawn = thresholds(volume)
    structures = dicom.read_structures(tmp_path / "dicom" / "structures.dcm")
    assert structures.names == list(drawn)
    for name, mask in drawn.items():
        found = structures.mask(name, on=volume, edges="outline").array
        assert found.any()
        assert np.array_equal(found, mask)
        # By centres a half of the edge, on which the outline lies, is outside.
        assert structures.mask(name, on=volume).array.sum() < mask.sum()


@pytest.mark.parametrize("kind", list(KINDS))
def test_segmentations_of_ours_have_equal_voxels_in_highdicom(series: Path, tmp_path: Path, kind: str) -> None:
    volume = dicom.read_series(series)
    bone, body = (volume.with_array(mask) for mask in thresholds(volume).values())
    if kind == "fractional":
        # Multiples of a 255th, which Maximum Fractional Value makes exact.
        bone, body = volume.with_array(np.float32(51 / 255) * bone.array), volume.with_array(np.float32(1) * body.array)
    if kind == "labelmap":
        body = volume.with_array(body.array & ~bone.array)
    organ = {"property_category": codes.SCT.Organ, "algorithm_type": "AUTOMATIC", "algorithm_name": "Thresholds"}
    segments = [
        dicom.Segment("Bone", property_type=codes.SCT.Bone, **organ),
        dicom.Segment("Body", property_type=codes.SCT.Abdomen, **organ),
    ]
    made = dicom.Segmentation.from_masks([bone, body], volume, segments, kind=KINDS[kind])
    made.save(tmp_path / "ours.dcm")
    found = programs.compare(
        "highdicom_read_segmentation", series, tmp_path / "ours.dcm", target=tmp_path / "read"
    ).result
    assert found["labels"] == ["Bone", "Body"]
    read = np.load(tmp_path / "read" / "dicom" / "volume.npz")
    expected = np.stack([bone.array, body.array], -1)
    here = [round(float(value), 3) for value in volume.affine[:3, 3]]
    k = [
        n
        for n in range(volume.shape[0])
        if np.allclose((volume.affine @ [n, 0, 0, 1])[:3], read["affine"][:3, 3], atol=1e-3)
    ]
    assert len(k) == 1, (here, read["affine"])
    step = 1 if read["affine"][:3, 0] @ volume.affine[:3, 0] > 0 else -1
    slices = k[0] + step * np.arange(len(read["array"]))
    assert np.allclose(read["array"], expected[slices], atol=1e-6)
    left_out = np.setdiff1d(np.arange(len(expected)), slices)
    assert not expected[left_out].any()


def test_segmentations_of_highdicom_have_equal_voxels_here(series: Path, tmp_path: Path) -> None:
    programs.compare("highdicom_segmentation", series, target=tmp_path, kept=False)
    volume = dicom.read_series(series)
    bone, body = thresholds(volume).values()
    expected = {
        "binary": (bone, body),
        "fractional": (bone * 0.75, body * 0.5),
        "fractional-rle": (bone * 0.25, body * 1.0),
        "labelmap": (bone, body & ~bone),
        "labelmap-jpegls": (np.zeros_like(bone), body),
    }
    for name, masks in expected.items():
        segmentation = dicom.read_segmentation(tmp_path / "dicom" / f"{name}.dcm")
        for label, mask in zip(("Bone", "Body"), masks, strict=True):
            found = segmentation.mask(label, on=volume).array
            # Fractions are kept in 255 steps.
            assert np.abs(found.astype(float) - mask).max() <= (0.5 / 255 + 1e-6 if name.startswith("fra") else 0), name
