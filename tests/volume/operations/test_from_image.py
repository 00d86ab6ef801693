"""Images of nibabel and SimpleITK become volumes by where they lie, on the grid that they were made of."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

import dicom
from dicom.errors import GeometryError, PixelError
from tests.volume.made import grid_affine

SHAPE = (3, 4, 5)
#: No axis of it is one of the patient.
TURNED = grid_affine(angles=(25.0, -15.0, 40.0))


def volume(shape: tuple[int, int, int] = SHAPE) -> dicom.Volume:
    values = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    return dicom.Volume(values, TURNED, frame_of_reference_uid="1.2.3", modality="CT")


@pytest.mark.parametrize("shape", [SHAPE, (4, 4, 4)])
def test_prediction_turned_anyhow_comes_back_onto_its_grid(shape):
    nibabel = pytest.importorskip("nibabel")
    ct = volume(shape)
    image = ct.to_nibabel()
    for order in itertools.permutations(range(3)):
        for flips in itertools.product((1, -1), repeat=3):
            turning = np.array([[axis, flip] for axis, flip in zip(np.argsort(order), flips, strict=True)])
            back = dicom.Volume.from_nibabel(image.as_reoriented(turning), like=ct)
            assert np.array_equal(back.array, ct.array)
            assert np.array_equal(back.affine, ct.affine)
            assert (back.frame_of_reference_uid, back.quantity) == ("1.2.3", None)
    assert back.array.flags.c_contiguous
    assert isinstance(image, nibabel.Nifti1Image)


def test_file_that_was_saved_and_predicted_comes_back(tmp_path):
    nibabel = pytest.importorskip("nibabel")
    ct = volume()
    ct.save(tmp_path / "case.nii.gz")
    loaded = nibabel.as_closest_canonical(nibabel.load(tmp_path / "case.nii.gz"))
    nibabel.save(nibabel.Nifti1Image(np.asarray(loaded.dataobj) % 3, loaded.affine), tmp_path / "predicted.nii.gz")
    assert np.array_equal(dicom.Volume.from_nibabel(tmp_path / "predicted.nii.gz", like=ct).array, ct.array % 3)
    # A file that only has the rotation as floats of 32 bits, as many tools write it.
    image = nibabel.load(tmp_path / "case.nii.gz")
    image.set_sform(None, code=0)
    nibabel.save(image, tmp_path / "quaternion.nii")
    assert nibabel.load(tmp_path / "quaternion.nii").header["sform_code"] == 0
    assert np.array_equal(dicom.Volume.from_nibabel(tmp_path / "quaternion.nii", like=ct).array, ct.array)


def test_image_alone_keeps_its_axes_and_places():
    nibabel = pytest.importorskip("nibabel")
    values = np.arange(24, dtype=">i2").reshape(2, 3, 4, 1)
    image = nibabel.Nifti1Image(values, np.diag([2.0, 3.0, 4.0, 1.0]))
    found = dicom.Volume.from_nibabel(image)
    assert found.array.shape == (4, 3, 2)
    assert found.dtype == np.int16
    assert found.array[3, 2, 1] == values[1, 2, 3, 0]
    assert found.index_to_mm((3, 2, 1)).tolist() == [-2.0, -6.0, 12.0]
    assert found.frame_of_reference_uid is None
    image.header.set_xyzt_units("micron")
    assert dicom.Volume.from_nibabel(image).index_to_mm((3, 2, 1)) == pytest.approx([-0.002, -0.006, 0.012])


def test_sitk_gives_the_same():
    sitk = pytest.importorskip("SimpleITK")
    ct = volume()
    assert np.array_equal(dicom.Volume.from_sitk(ct.to_sitk(), like=ct).array, ct.array)
    flipped = sitk.Flip(sitk.PermuteAxes(_upright().to_sitk(), [2, 0, 1]), [True, False, True])
    assert np.array_equal(dicom.Volume.from_sitk(flipped, like=_upright()).array, ct.array)
    assert np.allclose(dicom.Volume.from_sitk(_upright().to_sitk()).affine, _upright().affine)
    with pytest.raises(GeometryError, match="3 axes and one value"):
        dicom.Volume.from_sitk(sitk.Image([4, 4], sitk.sitkUInt8))
    with pytest.raises(TypeError, match="SimpleITK was expected"):
        dicom.Volume.from_sitk(ct.array)


def _upright() -> dicom.Volume:
    affine = [[0, 0, 2, -10], [0, 3, 0, 5], [4, 0, 0, 1], [0, 0, 0, 1]]
    return dicom.Volume(volume().array, affine)


def test_what_lies_elsewhere_is_refused():
    pytest.importorskip("nibabel")
    ct = volume()
    moved = ct.affine.copy()
    moved[0, 3] += 0.5
    for other in (dicom.Volume(ct.array, moved), ct[1:], ct.resample(3.0, order=0), volume((5, 4, 3))):
        with pytest.raises(GeometryError, match="resample_to"):
            dicom.Volume.from_nibabel(other.to_nibabel(), like=ct)
    brought = dicom.Volume.from_nibabel(ct[1:].to_nibabel()).resample_to(ct, order=0, fill=0)
    assert np.array_equal(brought.array[1:], ct.array[1:])
    assert not brought.array[0].any()


def test_what_is_no_image_of_places_is_refused(tmp_path):
    nibabel = pytest.importorskip("nibabel")
    values = np.zeros((2, 3, 4), np.uint8)
    with pytest.raises(GeometryError, match="qform_code"):
        dicom.Volume.from_nibabel(nibabel.Nifti1Image(values, None))
    with pytest.raises(GeometryError, match="3 axes"):
        dicom.Volume.from_nibabel(nibabel.Nifti1Image(np.zeros((2, 3, 4, 2), np.uint8), np.eye(4)))
    with pytest.raises(GeometryError, match="affine"):
        dicom.Volume.from_nibabel(SimpleNamespace(dataobj=values, affine=np.zeros((4, 4)), header={}))
    colors = np.zeros((2, 3, 4), [("R", "u1"), ("G", "u1"), ("B", "u1")])
    with pytest.raises(PixelError, match="one number a voxel"):
        dicom.Volume.from_nibabel(nibabel.Nifti1Image(colors, np.eye(4)))
    with pytest.raises(TypeError, match="ndarray"):
        dicom.Volume.from_nibabel(values)
    (tmp_path / "words.nii").write_text("no image")
    with pytest.raises(PixelError, match="nibabel"):
        dicom.Volume.from_nibabel(tmp_path / "words.nii")
    with pytest.raises(FileNotFoundError):
        dicom.Volume.from_nibabel(tmp_path / "absent.nii")


def test_axes_in_the_order_of_nibabel_are_told_the_way():
    with pytest.raises(GeometryError, match="from_nibabel"):
        volume().with_array(np.zeros(SHAPE[::-1]))


def test_with_array_says_what_values_are_of():
    made = volume().with_array(np.zeros(SHAPE), unit="Gy", quantity="absorbed dose")
    assert (made.unit, made.quantity) == ("Gy", "absorbed dose")
    assert made.with_array(np.zeros(SHAPE)).quantity is None
