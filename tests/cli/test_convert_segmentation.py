"""`dicom convert` makes label maps and masks of segmentations, or says in one line why not."""

from __future__ import annotations

from pathlib import Path

import nibabel
import nrrd
import numpy as np
import pytest

from tests.segmentation.made import FRAME_OF_REFERENCE, Frame, segment_item, segmentation, written
from tests.volume.made import make_series, plane_affine

SHAPE = (6, 10, 14)


@pytest.fixture
def masks() -> np.ndarray:
    """(2, k, j, i): two masks that touch, and don't overlap."""
    masks = np.zeros((2, *SHAPE), bool)
    masks[0, 1:4, 2:6, 3:9], masks[1, 2:5, 6:9, 3:9] = True, True
    return masks


@pytest.fixture
def path(masks: np.ndarray, tmp_path: Path) -> Path:
    """A SEG of both."""
    return write(masks, tmp_path / "seg.dcm")


def write(masks: np.ndarray, path: Path) -> Path:
    affine = plane_affine()
    frames = [
        Frame(number, (affine @ (k, 0, 0, 1))[:3], plane)
        for number, mask in enumerate(masks, 1)
        for k, plane in enumerate(mask)
        if plane.any()
    ]
    return written(segmentation(frames, segments=[segment_item(1, "Liver"), segment_item(2, "2nd")]), path)


def test_all_segments_are_one_label_map(command, path, masks, tmp_path):
    assert command("convert", str(path), "-o", str(tmp_path / "x.nii.gz")) == (0, "", "")
    image = nibabel.load(tmp_path / "x.nii.gz")
    assert image.get_data_dtype() == "uint8"
    # Its own grid has the slices from the first to the last frame.
    assert np.array_equal(np.asarray(image.dataobj).T, (masks[0] + 2 * masks[1])[1:5])


@pytest.mark.parametrize(("which", "index"), [("Liver", 0), ("1", 0), ("2nd", 1), ("2", 1)])
def test_one_segment_on_the_grid_of_a_series(command, path, masks, tmp_path, which, index):
    make_series(tmp_path / "ct", SHAPE, affine=plane_affine(), FrameOfReferenceUID=FRAME_OF_REFERENCE)
    output = tmp_path / "x.nrrd"
    words = ("--segment", which, "--on", str(tmp_path / "ct"))
    assert command("convert", str(path), "-o", str(output), *words) == (0, "", "")
    assert np.array_equal(nrrd.read(str(output))[0].T, masks[index])


def test_segments_that_overlap_need_a_word(command, masks, tmp_path):
    masks[1, 2, 3, 4] = True
    path, output = write(masks, tmp_path / "seg.dcm"), tmp_path / "x.nrrd"
    status, _, error = command("convert", str(path), "-o", str(output))
    assert status == 1
    assert "segments 1 and 2 have voxels in common: --overlap first or last" in error
    assert not output.exists()
    assert command("convert", str(path), "-o", str(output), "--overlap", "first") == (0, "", "")
    assert nrrd.read(str(output))[0].T[1, 3, 4] == 1


def test_what_makes_no_sense_is_said_in_one_line(command, path, tmp_path):
    make_series(tmp_path / "ct", SHAPE)
    for words, expected in (
        ((str(path), "--segment", "7"), "there are the numbers 1, 2"),
        ((str(path), "--segment", "Spleen"), "no segment has this label"),
        ((str(path), "--gaps", "fill"), "this is a segmentation"),
        ((str(tmp_path / "ct"), "--segment", "1"), "are of one segmentation"),
    ):
        given, *options = words
        status, out, error = command("convert", given, "-o", str(tmp_path / "x.nii"), *options)
        assert (status, out) == (1, "")
        assert expected in error
        assert error.count("\n") == 1
