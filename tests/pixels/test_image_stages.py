"""An image says what it is at each stage, and decodes only what it is asked for."""

from __future__ import annotations

import copy
import io
import pickle
import subprocess
import sys

import numpy as np
import pytest

import dicom
from dicom.errors import MissingElementError, PixelError
from dicom.pixels.description import FrameIndexError
from dicom.pixels.frame_decoder import FrameDecoder
from dicom.pixels.image import Image
from tests.data_sources import seed
from tests.plotting.made_images import image as made_image

RAMP = np.arange(12, dtype=np.int16).reshape(3, 4)
CT = {"Modality": "CT", "RescaleSlope": 1, "RescaleIntercept": -1024, "WindowCenter": 40, "WindowWidth": 400}
FRAMES = np.stack([RAMP, RAMP + 100, RAMP + 200])


def test_the_front_door_and_the_data_set_give_an_image_of_stored_values():
    ds = made_image(RAMP)
    for image in (dicom.image(ds), ds.image()):
        assert isinstance(image, Image)
        assert image.stage == "stored"
        np.testing.assert_array_equal(image.array, RAMP)


def test_an_image_knows_its_module():
    image = made_image(RAMP, BitsStored=12, **CT).image()
    assert (image.rows, image.columns, image.samples_per_pixel, image.number_of_frames) == (3, 4, 1, 1)
    assert (image.bits_allocated, image.bits_stored, image.is_signed) == (16, 12, True)
    assert (image.color_space, image.transfer_syntax) == ("MONOCHROME2", "1.2.840.10008.1.2.1")


def test_stages_follow_each_other_and_leave_the_image_as_it_was():
    image = made_image(RAMP, **CT).image()
    stages = [image, image.modality(), image.voi(), image.display(), image.display().stored()]
    assert [one.stage for one in stages] == ["stored", "modality", "voi", "display", "stored"]
    assert [one.dtype for one in stages] == [np.int16, np.int32, np.float64, np.uint8, np.int16]
    np.testing.assert_array_equal(stages[1].array, RAMP.astype(int) - 1024)
    assert image.stage == "stored"
    np.testing.assert_array_equal(stages[-1].array, RAMP)


@pytest.mark.parametrize("array", [RAMP, FRAMES, RAMP.astype(np.float32), np.zeros((2, 3, 4, 3), np.uint8)])
@pytest.mark.parametrize("stage", ["stored", "modality", "voi", "display"])
def test_shape_and_type_are_known_before_the_array_is_made(array, stage):
    color = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"} if array.ndim == 4 else {}
    image = getattr(made_image(array, **color, **({} if color else CT)).image(), stage)()
    assert (image.shape, image.dtype, image.ndim) == (image.array.shape, image.array.dtype, image.array.ndim)


def test_an_image_and_its_array_cannot_be_changed():
    image = made_image(RAMP).image()
    with pytest.raises(AttributeError, match="can't be changed"):
        image.stage = "display"
    for array in (image.array, image.modality().array, image.display().array):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1


def test_the_array_is_made_once():
    image = made_image(RAMP).image().display()
    assert image.array is image.array


def test_numpy_takes_an_image_for_its_array():
    image = made_image(RAMP).image()
    np.testing.assert_array_equal(np.asarray(image), RAMP)
    np.testing.assert_array_equal(np.array(image, dtype=np.float32), RAMP)
    copy = np.array(image)
    copy[0, 0] = 77
    assert image.array[0, 0] == 0


def test_pillow_takes_a_displayed_image():
    pil_image = pytest.importorskip("PIL.Image")
    image = made_image(RAMP).image().display()
    np.testing.assert_array_equal(np.asarray(pil_image.fromarray(image)), image.array)


def test_a_frame_is_an_image_of_the_same_stage():
    image = made_image(FRAMES, **CT).image()
    np.testing.assert_array_equal(image.frame(1).array, FRAMES[1])
    np.testing.assert_array_equal(image.frame(-1).modality().array, FRAMES[2].astype(int) - 1024)
    shown = image.display()
    assert shown.frame(2).stage == "display"
    np.testing.assert_array_equal(shown.frame(2).array, shown.array[2])


@pytest.mark.parametrize("index", [3, -4])
def test_a_frame_that_is_not_there_is_refused(index):
    with pytest.raises(FrameIndexError, match="counted from 0"):
        made_image(FRAMES).image().frame(index)


def test_only_the_frame_that_is_asked_for_is_decoded(monkeypatch):
    asked = []
    decode = FrameDecoder.decode
    monkeypatch.setattr(
        FrameDecoder, "decode", lambda self, index, *more: asked.append(index) or decode(self, index, *more)
    )
    image = made_image(FRAMES, **CT).image()
    assert asked == []
    one = image.frame(1)
    for stage in (one, one.modality(), one.display(), one.display(window=(0, 10))):
        _ = stage.array
    assert asked == [1]


def test_going_through_an_image_gives_its_frames():
    image = made_image(FRAMES, **CT).image().display()
    assert len(image) == 3
    np.testing.assert_array_equal(np.stack([frame.array for frame in image]), image.array)


def test_the_data_set_need_not_be_ours():
    pydicom = pytest.importorskip("pydicom")
    path = seed("MR_small.dcm")
    np.testing.assert_array_equal(
        dicom.image(pydicom.dcmread(path)).display().array, dicom.read(path).image().display().array
    )


def test_big_endian_values_are_shown_as_little_endian_ones():
    big, little = (dicom.read(seed(name)).image() for name in ("MR_small_bigendian.dcm", "MR_small.dcm"))
    np.testing.assert_array_equal(big.display().array, little.display().array)
    np.testing.assert_array_equal(big.modality().array, little.modality().array)


def test_the_text_says_stage_size_type_and_unit_but_no_patient():
    ds = made_image(FRAMES, PatientName="Test^Subject", PatientID="7", **CT)
    assert repr(ds.image()) == "<Image, stage 'stored': 3 frames of 3 rows x 4 columns, int16, MONOCHROME2>"
    assert repr(ds.image().frame(0).modality()) == (
        "<Image, stage 'modality': 3 rows x 4 columns, int32, MONOCHROME2, HU>"
    )
    assert "unit unknown" in repr(made_image(RAMP).image().modality())


def test_free_text_is_no_part_of_the_text():
    ds = made_image(RAMP, RescaleSlope=2, RescaleIntercept=0, RescaleType="TEST^SUBJECT", Modality="OT")
    assert "SUBJECT" not in repr(ds.image().modality())
    assert "SUBJECT" not in repr(made_image(RAMP, PhotometricInterpretation="TEST_SUBJECT").image())


def test_a_notebook_is_given_a_png_of_the_middle_frame():
    pil_image = pytest.importorskip("PIL.Image")
    from io import BytesIO

    image = made_image(FRAMES, **CT).image()
    png = image._repr_png_()
    np.testing.assert_array_equal(np.asarray(pil_image.open(BytesIO(png))), image.frame(1).display().array)


def test_pixels_that_cannot_be_shown_have_no_png():
    ds = made_image(RAMP)
    ds.PixelData = b"\0\0"
    assert ds.image()._repr_png_() is None


def test_without_pixels_there_is_no_image():
    with pytest.raises(MissingElementError):
        dicom.Dataset().image()
    ds = made_image(RAMP)
    ds.PixelData = b"\0\0"
    with pytest.raises(PixelError, match="are needed"):
        _ = ds.image().array


def test_the_front_door_does_not_import_numpy_for_it():
    script = "import dicom, sys; dicom.image; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda image: pickle.loads(pickle.dumps(image))])
def test_image_of_each_stage_is_copied_and_pickled(copied):
    ds = dicom.Dataset()
    ds.set_pixels(np.arange(2 * 4 * 4, dtype=np.uint16).reshape(2, 4, 4), axes=("frame", "row", "column"))
    image = ds.image()
    for stage in (image, image.modality(), image.voi(window=(8, 16)), image.display(), image.frame(1)):
        expected = stage.array
        again = copied(stage)
        assert (again.stage, again.shape, again.dtype) == (stage.stage, stage.shape, stage.dtype)
        assert np.array_equal(again.array, expected)
        assert not again.array.flags.writeable


def test_type_of_big_endian_values_is_that_of_the_array():
    ds = dicom.Dataset()
    ds.set_pixels(np.arange(16, dtype=np.uint16).reshape(4, 4))
    ds.transcode("1.2.840.10008.1.2.2")
    image = dicom.read(_written(ds)).image()
    assert image.dtype == image.array.dtype
    assert image.modality().dtype == image.modality().array.dtype


def test_preset_that_is_no_name_is_refused():
    ds = dicom.Dataset()
    ds.set_pixels(np.zeros((4, 4), np.uint16))
    with pytest.raises(PixelError, match="by its name"):
        ds.image().voi(preset=5)


def _written(ds):
    target = io.BytesIO()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "2.25.1"
    dicom.write(ds, target)
    return target.getvalue()
