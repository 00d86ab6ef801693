"""Pictures hold what is shown, or the values themselves; they are right for every reader, and whole."""

from __future__ import annotations

import json
import os
import sys

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image as pillow

import dicom
from dicom.errors import LimitError, MissingDependencyError, MissingElementError, PixelError
from dicom.export import save_picture, save_pictures
from dicom.export.formats import for_png, for_tiff
from dicom.export.render import size_of
from dicom.pixels.description import FrameIndexError
from tests.export.made_images import ct, made


def opened(path) -> np.ndarray:
    with pillow.open(path) as picture:
        return np.asarray(picture)


@pytest.mark.parametrize("suffix", ["png", "tiff", "tif", "PNG"])
def test_display_is_what_the_image_shows(tmp_path, suffix):
    ds = ct()
    saved = save_picture(ds, tmp_path / f"x.{suffix}")
    shown = dicom.image(ds).display().array
    assert np.array_equal(opened(tmp_path / f"x.{suffix}"), shown)
    assert (saved.rows, saved.columns, saved.samples_per_pixel, saved.dtype) == (12, 20, 1, "uint8")


def test_jpeg_is_nearly_what_the_image_shows(tmp_path):
    colors = np.zeros((16, 24, 3), np.uint8)
    colors[..., 0], colors[:, 12:, 2] = 200, 250
    save_picture(made(colors), tmp_path / "x.jpg", quality=100)
    with pillow.open(tmp_path / "x.jpg") as picture:
        assert (picture.format, picture.mode) == ("JPEG", "RGB")
        assert np.abs(np.asarray(picture).astype(int) - colors).max() <= 4
    small = save_picture(made(colors), tmp_path / "y.jpg", quality=10)
    assert os.path.getsize(small.path) < os.path.getsize(tmp_path / "x.jpg")


def test_colours_palettes_and_inverted_grey_are_as_they_are_meant(tmp_path):
    colors = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    save_picture(made(colors), tmp_path / "rgb.png")
    assert np.array_equal(opened(tmp_path / "rgb.png"), colors)
    grey = np.arange(0, 240, 10, dtype=np.uint8).reshape(4, 6)
    window = {"WindowCenter": 128, "WindowWidth": 256}
    save_picture(made(grey, PhotometricInterpretation="MONOCHROME1", **window), tmp_path / "one.png")
    assert np.array_equal(opened(tmp_path / "one.png"), 255 - grey)
    save_picture(made(grey, **window), tmp_path / "inverted.png", invert=True)
    assert np.array_equal(opened(tmp_path / "inverted.png"), 255 - grey)
    save_picture(made(grey, **window), tmp_path / "hot.png", palette="HOT_IRON")
    save_picture(made(grey, **window), tmp_path / "cold.png", palette="HOT_IRON", invert=True)
    hot, cold = opened(tmp_path / "hot.png"), opened(tmp_path / "cold.png")
    assert hot.shape == (4, 6, 3)
    assert hot[0, 0].tolist() == [0, 0, 0]
    assert cold[0, 0].tolist() == [255, 255, 255]


def test_window_and_preset_choose_what_is_seen(tmp_path):
    ds = ct()
    for name, options in (("a", {"window": (300, 100)}), ("b", {"preset": "lung"})):
        save_picture(ds, tmp_path / f"{name}.png", **options)
        assert np.array_equal(opened(tmp_path / f"{name}.png"), dicom.image(ds).display(**options).array)


def test_stage_that_was_chosen_is_kept(tmp_path):
    image = dicom.image(ct())
    save_picture(image.voi(window=(300, 100)), tmp_path / "voi.png")
    save_picture(image.display(window=(300, 100)), tmp_path / "display.png")
    save_picture(image, tmp_path / "window.png", window=(300, 100))
    pictures = [opened(tmp_path / f"{name}.png") for name in ("voi", "display", "window")]
    assert np.array_equal(pictures[0], pictures[2])
    assert np.array_equal(pictures[1], pictures[2])
    with pytest.raises(PixelError, match="for display already"):
        save_picture(image.display(), tmp_path / "x.png", window=(300, 100))


# --- values ---------------------------------------------------------------------------------------------------------


def test_png_of_hounsfield_units_has_them_plus_32768(tmp_path):
    ds = ct()
    saved = save_picture(ds, tmp_path / "x.png", values="modality")
    samples = opened(tmp_path / "x.png")
    assert samples.dtype == np.uint16
    assert (saved.slope, saved.intercept, saved.unit, saved.has_nan) == (1.0, -32768.0, "HU", False)
    assert np.array_equal(samples.astype(int) - 32768, dicom.image(ds).modality().array)
    with pillow.open(tmp_path / "x.png") as picture:
        assert picture.text == {"Slope": "1.0", "Intercept": "-32768.0"}
    assert np.array_equal(imagecodecs.png_decode((tmp_path / "x.png").read_bytes()), samples)


def test_tiff_of_hounsfield_units_has_them_as_they_are(tmp_path):
    ds = ct()
    saved = save_picture(ds, tmp_path / "x.tiff", values="modality")
    values = tifffile.imread(tmp_path / "x.tiff")
    assert (saved.dtype, values.dtype, saved.slope, saved.intercept) == ("int16", np.int16, 1.0, 0.0)
    assert np.array_equal(values, dicom.image(ds).modality().array)


def test_fractions_are_float32_in_a_tiff(tmp_path):
    ds = ct(RescaleSlope="0.37", RescaleIntercept="-0.5")
    save_picture(ds, tmp_path / "x.tiff", values="modality")
    values = tifffile.imread(tmp_path / "x.tiff")
    assert values.dtype == np.float32
    assert np.array_equal(values, dicom.image(ds).modality().array.astype(np.float32))


def test_fractions_in_a_png_are_off_by_half_a_slope_at_most(tmp_path):
    ds = ct(RescaleSlope="0.37", RescaleIntercept="-0.5")
    saved = save_picture(ds, tmp_path / "x.png", values="modality")
    back = opened(tmp_path / "x.png") * saved.slope + saved.intercept
    assert np.abs(back - dicom.image(ds).modality().array).max() <= saved.slope * (0.5 + 1e-6)


@pytest.mark.parametrize("dtype", ["u1", "<u2", "<i2", "i1", "<i4", "<u4"])
@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_stored_values_come_back_exactly(tmp_path, dtype, suffix):
    limits = np.iinfo(dtype)
    spread = np.linspace(max(limits.min, -(2**15)), min(limits.max, 2**15 - 1), 24).round()
    pixels = spread.astype(dtype).reshape(4, 6)
    saved = save_picture(made(pixels), tmp_path / f"x.{suffix}", values="stored")
    read = opened(tmp_path / "x.png") if suffix == "png" else tifffile.imread(tmp_path / "x.tiff")
    assert np.array_equal(read.astype(np.int64) * int(saved.slope) + int(saved.intercept), pixels)


def test_float_pixel_data_comes_back(tmp_path):
    pixels = np.linspace(-3, 7, 24).astype("<f4").reshape(4, 6)
    save_picture(made(pixels), tmp_path / "x.tiff", values="modality")
    assert np.array_equal(tifffile.imread(tmp_path / "x.tiff"), pixels)


def test_no_number_is_sample_0_of_a_png():
    samples, slope, intercept, has_nan = for_png(np.array([[np.nan, 1.0], [2.0, 3.0]]))
    assert has_nan
    assert samples.tolist() == [[0, 1], [32768, 65535]]
    assert np.allclose(samples[0, 1] * slope + intercept, 1.0)
    samples, _, _, has_nan = for_png(np.array([[1.5, 1.5]]))
    assert (samples.tolist(), has_nan) == ([[0, 0]], False)


def test_range_that_a_format_lacks_is_an_error_and_never_clipped():
    assert for_png(np.array([[100_000, 165_535]]))[0].tolist() == [[0, 65535]]
    with pytest.raises(PixelError, match="65,536"):
        for_png(np.array([[100_000, 165_536]]))
    with pytest.raises(PixelError, match="infinite"):
        for_png(np.array([[np.inf, 1.0]]))
    with pytest.raises(PixelError, match="32 bits"):
        for_tiff(np.array([[2**40]]))
    assert for_tiff(np.array([[-(2**31), 2**31 - 1]])).dtype == np.int32


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"values": "modality", "size": (5, 5)}, "as they are"),
        ({"values": "stored", "palette": "PET"}, "as they are"),
        ({"values": "modality", "window": (1, 2)}, "no window"),
        ({"values": "volume"}, "one of"),
        ({"size": (0, 5)}, "two positive numbers"),
        ({"quality": 0}, "1 to 100"),
        ({"format": "bmp"}, "no format"),
        ({"format": "gif"}, "save_animation"),
        ({"format": "jpeg", "values": "modality"}, "can't hold"),
    ],
)
def test_what_does_not_go_together_is_an_error_and_no_file(tmp_path, options, words):
    with pytest.raises(PixelError, match=words):
        save_picture(ct(), tmp_path / "x.png", **options)
    assert os.listdir(tmp_path) == []


def test_colour_has_neither_values_nor_inversion(tmp_path):
    ds = made(np.zeros((4, 6, 3), np.uint8))
    with pytest.raises(PixelError, match="colour"):
        save_picture(ds, tmp_path / "x.png", values="modality")
    with pytest.raises(PixelError, match="colour"):
        save_picture(ds, tmp_path / "x.png", invert=True)


# --- size -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spacing", "fit", "size"),
    [
        (None, None, (100, 200)),
        ((1.0, 1.0), None, (100, 200)),
        ((1.0, 1.005), None, (100, 200)),
        ((2.0, 1.0), None, (200, 200)),
        ((1.0, 2.0), None, (100, 400)),
        (None, (100, 100), (50, 100)),
        (None, (400, 1000), (200, 400)),
        ((2.0, 1.0), (100, 50), (50, 50)),
        ((1.0, 1000.0), (10, 10), (1, 10)),
    ],
)
def test_size_keeps_the_proportions(spacing, fit, size):
    assert size_of(100, 200, spacing, fit) == size


def test_absurd_spacing_is_a_limit():
    with pytest.raises(LimitError, match="limit"):
        size_of(100, 200, (1e9, 1.0), None)


def test_pixels_become_square_unless_that_is_declined(tmp_path):
    ds = ct(PixelSpacing=[1, 0.5])
    assert (save_picture(ds, tmp_path / "x.png").rows, save_picture(ds, tmp_path / "x.png").columns) == (24, 20)
    left = save_picture(ds, tmp_path / "x.png", square=False)
    assert (left.rows, left.columns) == (12, 20)
    values = save_picture(ds, tmp_path / "x.png", values="modality")
    assert (values.rows, values.columns) == (12, 20)
    ratio = save_picture(ct(PixelAspectRatio=[1, 2]), tmp_path / "x.png")
    assert (ratio.rows, ratio.columns) == (12, 40)


def test_spacing_that_is_none_leaves_pixels_as_they_are(tmp_path):
    saved = save_picture(ct(PixelSpacing=[0, 0]), tmp_path / "x.png")
    assert (saved.rows, saved.columns) == (12, 20)


def test_smaller_picture_is_the_mean_of_what_it_covers(tmp_path):
    checks = np.indices((64, 64)).sum(axis=0) % 2 * 255
    ds = made(checks.astype(np.uint8), WindowCenter=128, WindowWidth=256)
    save_picture(ds, tmp_path / "x.png", size=(16, 16))
    assert np.abs(opened(tmp_path / "x.png")[2:-2, 2:-2].astype(int) - 127).max() <= 2


# --- several frames -------------------------------------------------------------------------------------------------


def frames_of_levels(count: int = 3) -> dicom.FileDataset:
    levels = np.arange(count, dtype=np.uint8)[:, None, None] * 20 + np.arange(24, dtype=np.uint8).reshape(4, 6)
    return made(levels, WindowCenter=128, WindowWidth=256)


def test_frames_are_numbered_from_one(tmp_path):
    ds = frames_of_levels()
    saved = list(save_pictures(ds, tmp_path / "x.png"))
    assert [os.path.basename(one.path) for one in saved] == ["x-0001.png", "x-0002.png", "x-0003.png"]
    for index, one in enumerate(saved):
        assert np.array_equal(opened(one.path), ds.pixel_array[index])
    some = list(save_pictures(ds, tmp_path / "y.png", frames=[2, -2]))
    assert [os.path.basename(one.path) for one in some] == ["y-0003.png", "y-0002.png"]


def test_window_of_percentiles_is_one_for_all_frames(tmp_path):
    levels = np.stack([np.full((4, 6), 10), np.full((4, 6), 200)]).astype(np.uint8)
    first, second = (opened(one.path) for one in save_pictures(made(levels), tmp_path / "x.png"))
    assert int(second.min()) - int(first.max()) > 100


def test_one_frame_is_chosen_by_its_index(tmp_path):
    ds = frames_of_levels()
    for frame in (1, -1):
        save_picture(ds, tmp_path / "x.png", frame=frame)
        assert np.array_equal(opened(tmp_path / "x.png"), ds.pixel_array[frame])
    with pytest.raises(FrameIndexError):
        save_picture(ds, tmp_path / "y.png", frame=3)
    assert not (tmp_path / "y.png").exists()


# --- the file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "values"), [("png", "display"), ("png", "modality"), ("jpg", "display"), ("tiff", "stored")]
)
def test_nothing_of_the_patient_is_in_the_file(tmp_path, suffix, values):
    ds = ct(PatientName="Secret^Jane", PatientID="S3CRET-ID", RescaleType="JANE", StudyDescription="S3CRET")
    save_picture(ds, tmp_path / f"x.{suffix}", values=values)
    content = (tmp_path / f"x.{suffix}").read_bytes().upper()
    for word in (b"JANE", b"S3CRET"):
        assert word not in content


def test_failure_leaves_the_old_picture_and_no_other_file(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(b"old")
    ds = ct()
    with pytest.raises(FileExistsError):
        save_picture(ds, path, overwrite=False)
    ds.PixelData = ds.PixelData[:-40]
    with pytest.raises(PixelError):
        save_picture(ds, path)
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"old", ["x.png"])


def test_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        save_picture(ct(), tmp_path / "none" / "x.png")


def test_data_set_without_pixels_is_an_error(tmp_path):
    with pytest.raises(MissingElementError):
        save_picture(dicom.Dataset(), tmp_path / "x.png")


def test_png_and_jpeg_need_no_pillow_and_the_rest_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    for name in ("x.png", "x.jpg"):
        save_picture(ct(), tmp_path / name)
    for name, options in (("x.tiff", {}), ("x.png", {"size": (5, 5)})):
        with pytest.raises(MissingDependencyError, match=r"pip install dicom-py\[pictures\]"):
            save_picture(ct(), tmp_path / name, **options)


def test_result_can_be_written_down(tmp_path):
    saved = save_picture(ct(), tmp_path / "x.png", values="modality")
    assert json.dumps([saved.rows, saved.slope, saved.intercept, saved.unit]) == '[12, 1.0, -32768.0, "HU"]'
    assert repr(saved) == "SavedPicture('x.png', 20 x 12, uint16, modality, slope=1.0, intercept=-32768.0)"
