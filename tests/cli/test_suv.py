"""`dicom suv` prints what the numbers rest on, and writes them, or says in one line why there are none."""

from __future__ import annotations

import json

import numpy as np
import pytest

import dicom
from tests.pet.made import HOUR_S, decayed, pet_series

PLAIN = 70e3 / decayed(HOUR_S)


@pytest.fixture
def folder(tmp_path):
    return str(pet_series(tmp_path / "pet"))


def test_table_is_the_evidence(command, folder):
    status, out, err = command("suv", folder)
    assert (status, err) == (0, "")
    assert out == f"{dicom.suv(folder, factors=True).evidence}\n"


def test_kind_and_what_is_given_count(command, folder):
    status, out, _ = command(
        *("suv", folder, "--kind", "lbm-janma", "--weight-kg", "80", "--height-m", "1.8", "--sex", "M"),
        *("--dose-bq", "4e8", "--injection", "2026-01-02T09:45:00", "--half-life-s", "6586"),
        *("--reference-time", "2026-01-02T10:00:00", "--decay-correction", "START", "--corrected-image", "attn,decy"),
    )
    assert status == 0
    assert out.startswith("SUVlbm(Janma)\n")
    assert out.count("given by the caller") == 9


def test_factors_are_printed_slice_by_slice(command, folder):
    _, out, _ = command("suv", folder, "--factors")
    lines = out.split("\n\n")[1].splitlines()
    assert [line.split()[0] for line in lines] == ["0", "1", "2"]
    np.testing.assert_allclose([float(line.split()[1]) for line in lines], PLAIN, rtol=1e-12)


def test_json_has_factors_and_evidence(command, folder):
    status, out, _ = command("suv", folder, "--json")
    found = json.loads(out)
    assert status == 0
    assert (found["kind"], found["quantity"], found["unit"], found["files"]) == ("bw", "SUVbw", "g/ml", [])
    np.testing.assert_allclose(found["factors"], PLAIN, rtol=1e-12)
    assert found["evidence"] == dicom.suv(folder, factors=True).evidence.as_dicts()


def test_json_has_null_for_a_slice_that_is_missing(command, tmp_path):
    folder = pet_series(tmp_path / "pet", slices=5)
    sorted(folder.iterdir())[2].unlink()
    assert command("suv", str(folder))[0] == 1
    found = json.loads(command("suv", str(folder), "--gaps", "fill", "--json")[1])
    assert [factor is None for factor in found["factors"]] == [False, False, True, False, False]


@pytest.mark.parametrize("name", ["suv.nii.gz", "suv.nrrd", "suv.mha"])
def test_volume_is_written(command, folder, tmp_path, name):
    status, out, err = command("suv", folder, "-o", str(tmp_path / name))
    assert (status, err) == (0, "")
    assert out.startswith("SUVbw\n")
    image = pytest.importorskip("SimpleITK").ReadImage(str(tmp_path / name))
    array = pytest.importorskip("SimpleITK").GetArrayFromImage(image)
    assert array.sum() == pytest.approx(float(dicom.suv(folder).array.sum()), rel=1e-5)


def test_series_is_written_within_a_tolerance(command, folder, tmp_path):
    status, _, err = command("suv", folder, "--dicom", str(tmp_path / "uptake"))
    assert status == 1
    assert "tolerance" in err
    status, out, err = command("suv", folder, "--dicom", str(tmp_path / "uptake"), "--tolerance", "0.01", "--json")
    assert (status, err) == (0, "")
    assert len(json.loads(out)["files"]) == 3
    written = dicom.read_series(tmp_path / "uptake")
    assert written.quantity == "SUVbw"
    np.testing.assert_allclose(written.array, dicom.suv(folder).array, atol=0.01)
    status, _, err = command("suv", folder, "--dicom", str(tmp_path / "uptake"), "--tolerance", "0.01")
    assert status == 1
    assert "holds files already" in err


def test_sidecar_says_the_unit_of_the_uptake(command, folder, tmp_path):
    command("suv", folder, "-o", str(tmp_path / "suv.nii.gz"))
    assert json.loads((tmp_path / "suv.json").read_text(encoding="utf-8"))["Units"] == "g/ml"
    command("suv", folder, "-o", str(tmp_path / "alone.nii.gz"), "--no-sidecar")
    assert not (tmp_path / "alone.json").exists()


def test_header_that_does_not_decide_is_one_line_and_no_file(command, tmp_path):
    folder = str(pet_series(tmp_path / "pet", PatientWeight=None))
    status, out, err = command("suv", folder, "-o", str(tmp_path / "x.nii.gz"))
    assert (status, out) == (1, "")
    assert err.startswith(f"dicom: {folder}: PatientWeight (0010,1030) is absent")
    assert err.endswith("is needed: --weight-kg gives it\n")
    assert err.count("\n") == 1
    assert not (tmp_path / "x.nii.gz").exists()


def test_several_series_are_listed(command, tmp_path):
    pet_series(tmp_path / "both" / "a")
    pet_series(tmp_path / "both" / "b", PatientWeight="80")
    status, _, err = command("suv", str(tmp_path / "both"))
    assert status == 1
    assert "--series N picks one" in err
    status, out, _ = command("suv", str(tmp_path / "both"), "--series", "1", "--json")
    assert (status, json.loads(out)["evidence"][3]["value"]) == (0, 80.0)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("-o", "x.dcm"), 2, "no format"),
        (("--weight-kg", "0"), 1, "--weight-kg is a positive number"),
        (("--injection", "9 o'clock"), 2, "date and time"),
        (("--kind", "fat"), 2, "invalid choice"),
    ],
)
def test_wrong_usage_is_told(command, folder, words, status, said):
    found, _, err = command("suv", folder, *words)
    assert found == status
    assert said in err


def test_series_is_replaced_only_on_asking(command, folder, tmp_path):
    words = ("suv", folder, "--dicom", str(tmp_path / "made"))
    status, _, err = command(*words)
    assert status == 1
    assert "--tolerance accepts an error\n" in err
    assert "form=" not in err
    assert command(*words, "--tolerance", "0.01")[0] == 0
    status, _, err = command(*words, "--tolerance", "0.01")
    assert status == 1
    assert "--overwrite replaces those" in err
    assert command(*words, "--tolerance", "0.01", "--overwrite")[0] == 0


def test_picture_takes_what_the_header_lacks(command, tmp_path):
    pytest.importorskip("matplotlib")
    folder = str(pet_series(tmp_path / "pet", PatientWeight=None))
    words = ("plot", folder, "--suv", "-o", str(tmp_path / "x.png"))
    status, _, err = command(*words)
    assert (status, err.endswith("--weight-kg gives it\n")) == (1, True)
    assert command(*words, "--weight-kg", "80")[0] == 0
    assert (tmp_path / "x.png").stat().st_size > 10_000


def test_output_that_cannot_be_written_is_one_line(command, folder, tmp_path):
    status, _, err = command("suv", folder, "-o", str(tmp_path / "missing" / "x.nii.gz"))
    assert status == 1
    assert "can't be written" in err


def test_standard_input_is_no_series(command):
    assert command("suv", "-")[0] == 2
