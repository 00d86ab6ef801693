"""`dicom convert` makes volumes of series, or says in one line why not."""

from __future__ import annotations

import json
from pathlib import Path

import nibabel
import nrrd
import numpy as np
import pytest
import SimpleITK as sitk
import zarr

from tests.volume.made import grid_affine, make_series, plane_data_sets, stored_values, write_series

SHAPE = (6, 10, 14)


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """A folder with one CT series."""
    make_series(tmp_path / "ct", SHAPE)
    return tmp_path / "ct"


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A folder with a CT and an MR series, whose descriptions are no names of files."""
    make_series(tmp_path / "two" / "a", SHAPE, SeriesDescription="../Head: 1/2")
    make_series(tmp_path / "two" / "b", SHAPE, modality="MR", SeriesDescription="Kopf T1 (a)", SeriesNumber=12)
    return tmp_path / "two"


def in_hounsfield() -> np.ndarray:
    return stored_values(SHAPE) - 1024.0


def test_nifti_with_its_sidecar(command, series, tmp_path):
    assert command("convert", str(series), "-o", str(tmp_path / "x.nii.gz")) == (0, "", "")
    image = nibabel.load(tmp_path / "x.nii.gz")
    assert image.get_data_dtype() == "int16"
    assert np.array_equal(np.asarray(image.dataobj), in_hounsfield().T)
    lps = np.diag([-1, -1, 1, 1]) @ image.affine[:, [2, 1, 0, 3]]
    assert np.allclose(lps, grid_affine(), atol=1e-5)
    assert json.loads((tmp_path / "x.json").read_text())["Modality"] == "CT"
    assert "Made" not in (tmp_path / "x.json").read_text()


@pytest.mark.parametrize("suffix", ["nii", "nrrd", "mha", "mhd", "zarr"])
def test_other_formats_have_the_same_values(command, series, tmp_path, suffix):
    output = tmp_path / f"x.{suffix}"
    assert command("convert", str(series), "-o", str(output)) == (0, "", "")
    if suffix == "zarr":
        values = zarr.open_group(output, mode="r")["0"][:]
    elif suffix == "nrrd":
        values = nrrd.read(str(output))[0].T
    else:
        values = sitk.GetArrayFromImage(sitk.ReadImage(str(output)))
    assert np.array_equal(values, in_hounsfield())


def test_options_of_the_file(command, series, tmp_path):
    words = ["--dtype", "float32", "--no-sidecar", "--compression", "9"]
    assert command("convert", str(series), "-o", str(tmp_path / "x.nii.gz"), *words)[0] == 0
    assert nibabel.load(tmp_path / "x.nii.gz").get_data_dtype() == "float32"
    assert not (tmp_path / "x.json").exists()
    assert command("convert", str(series), "-o", str(tmp_path / "y.nii"), "--no-anonymize")[0] == 0
    assert json.loads((tmp_path / "y.json").read_text())["PatientName"] == "Made^By Code"
    assert command("convert", str(series), "-o", str(tmp_path / "z.zarr"), "--levels", "2")[0] == 0
    assert "1" in zarr.open_group(tmp_path / "z.zarr", mode="r")


def test_fractions_stay_what_they_are(command, tmp_path):
    make_series(tmp_path / "pt", SHAPE, modality="PT", slope=0.5, intercept=0.0)
    assert command("convert", str(tmp_path / "pt"), "-o", str(tmp_path / "x.nii"))[0] == 0
    image = nibabel.load(tmp_path / "x.nii")
    assert image.get_data_dtype() == "float32"
    assert np.array_equal(np.asarray(image.dataobj), (stored_values(SHAPE) * 0.5).T)


def test_whole_values_beyond_int16_are_not_cut(command, tmp_path):
    make_series(tmp_path / "ct", SHAPE, slope=100.0, intercept=0.0)
    assert command("convert", str(tmp_path / "ct"), "-o", str(tmp_path / "x.nii"))[0] == 0
    image = nibabel.load(tmp_path / "x.nii")
    assert np.array_equal(np.asarray(image.dataobj), (stored_values(SHAPE) * 100.0).T)


def test_files_by_name_are_one_series(command, series, tmp_path):
    files = sorted(map(str, series.iterdir()))
    assert command("convert", *files[:4], "-o", str(tmp_path / "x.nii"))[0] == 0
    assert nibabel.load(tmp_path / "x.nii").shape == (14, 10, 4)


def test_of_several_series_one_is_chosen(command, two, tmp_path):
    status, out, err = command("convert", str(two), "-o", str(tmp_path / "x.nii"))
    assert (status, out) == (1, "")
    assert "--series 0: number 3, CT, 6 frames of 10 x 14" in err
    assert "--series 1: number 12, MR, 6 frames of 10 x 14" in err
    assert "choose one" in err
    assert "Head" not in err, "a description may hold a name"
    assert not (tmp_path / "x.nii").exists()
    for which in ("1", "kopf t1 (a)"):
        assert command("convert", str(two), "-o", str(tmp_path / "x.nii"), "--series", which)[0] == 0
        assert json.loads((tmp_path / "x.json").read_text())["Modality"] == "MR"
    for which, message in (("7", "2 series were found"), ("other", "no series of this")):
        status, _, err = command("convert", str(two), "-o", str(tmp_path / "y.nii"), "--series", which)
        assert status == 1
        assert message in err


def test_all_series_of_a_folder_by_safe_names(command, two, tmp_path):
    output = tmp_path / "out"
    status, out, err = command("convert", str(two), "-o", str(output), "--format", "nii.gz")
    assert (status, err) == (0, "")
    made = sorted(path.name for path in output.iterdir())
    assert made == ["003_Head-1-2.json", "003_Head-1-2.nii.gz", "012_Kopf-T1-a.json", "012_Kopf-T1-a.nii.gz"]
    assert sorted(Path(line).name for line in out.splitlines()) == made


def test_what_is_wrong_with_a_series_is_said_and_the_others_are_made(command, two, tmp_path):
    broken = plane_data_sets(stored_values(SHAPE), grid_affine(), SeriesNumber=1)
    write_series(two / "c", [ds for k, ds in enumerate(broken) if k != 3])
    status, out, err = command("convert", str(two), "-o", str(tmp_path / "out"), "--format", "nrrd")
    assert status == 1
    assert len(out.splitlines()) == 2
    assert "gap" in err
    assert "1 of 3 series" in err
    words = ["--series", "0", "--gaps", "split"]
    index = next(n for n in range(3) if "number 1," in err and f"series {n} (number 1," in err)
    words[1] = str(index)
    assert command("convert", str(two), "-o", str(tmp_path / "s.nii"), *words)[0] == 0
    assert sorted(path.name for path in tmp_path.glob("s*.nii")) == ["s-1.nii", "s-2.nii"]
    words[3] = "fill"
    assert command("convert", str(two), "-o", str(tmp_path / "f.nii"), *words)[0] == 0
    image = nibabel.load(tmp_path / "f.nii")
    assert image.shape == SHAPE[::-1]
    assert np.isnan(np.asarray(image.dataobj)[:, :, 3]).all()


@pytest.mark.parametrize(
    ("output", "words", "message"),
    [
        ("x.nii", ["--window", "40,400"], "of pictures"),
        ("x.nii", ["--format", "nrrd"], "--format is for a folder"),
        ("x.png", ["--gaps", "fill"], "of volumes"),
        ("x.nii", ["--tolerance-mm", "-1"], "positive number of mm"),
        ("x.nii", ["--compression", "11"], "compression"),
    ],
)
def test_wrong_usage_is_status_2(command, series, tmp_path, output, words, message):
    status, _, err = command("convert", str(series), "-o", str(tmp_path / output), *words)
    assert status == 2
    assert message in err
    assert not (tmp_path / output).exists()


def test_what_is_no_series_is_one_line(command, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("no DICOM")
    status, _, err = command("convert", str(tmp_path / "notes"), "-o", str(tmp_path / "x.nii"))
    assert status == 1
    assert err.count("\n") == 1
    assert "no series" in err
    status, _, err = command("convert", str(tmp_path / "absent"), "-o", str(tmp_path / "x.nii"))
    assert status == 1
    assert "No such file" in err
    assert command("convert", "-", "-o", str(tmp_path / "x.nii"))[0] == 2


def test_a_folder_that_is_not_there_is_named(command, series, tmp_path):
    status, _, err = command("convert", str(series), "-o", str(tmp_path / "no" / "x.nii"))
    assert status == 1
    assert "x.nii can't be written: No such file or directory" in err


@pytest.mark.parametrize(
    "words", [("convert", "-o", "{}/x.nii.gz"), ("plot", "-o", "{}/x.png")], ids=["convert", "plot"]
)
def test_files_that_a_volume_may_lack_are_named(command, words: tuple[str, ...], tmp_path) -> None:
    folder = tmp_path / "scan"
    folder.mkdir()
    paths = write_series(folder, plane_data_sets(stored_values((5, 4, 4)), grid_affine()))
    paths[-1].write_bytes(paths[-1].read_bytes()[:800])
    status, _, said = command(words[0], str(folder), *(word.format(tmp_path) for word in words[1:]))
    assert status == 0
    assert "1 file of this series gave no plane" in said
    assert paths[-1].name in said
