"""`dicom dvh` prints how much dose regions get, draws it, or says in one line a region why not."""

from __future__ import annotations

import json

import numpy as np
import pytest

import dicom
from tests.radiotherapy.made_doses import write_dose
from tests.radiotherapy.made_structures import circle, prism, rectangle, write_structure_set
from tests.volume.made import grid_affine

AFFINE = grid_affine()
SHAPE = (6, 40, 50)


@pytest.fixture
def files(tmp_path):
    """A dose that grows with the slice, and three regions, the last far away."""
    values = np.broadcast_to(np.arange(10.0, 16.0)[:, None, None], SHAPE)
    regions = [
        prism("box", rectangle((4.5, 7.5), (19.5, 29.5)), range(1, 5), AFFINE, number=4),
        prism("3", circle((20, 20), 9), range(1, 4), AFFINE, number=9),
        prism("far", circle((900, 900), 5), range(1, 4), AFFINE, number=12),
    ]
    dose = write_dose(tmp_path / "dose.dcm", values, AFFINE)
    structures = write_structure_set(tmp_path / "rtss.dcm", regions)
    ds = dicom.read(dose)
    ds.FrameOfReferenceUID = dicom.read_structures(structures).frame_of_reference_uid
    ds.save_as(dose)
    return str(dose), str(structures)


def computed(files, region):
    return dicom.dvh(dicom.read_series(files[0]), (dicom.read_structures(files[1]), region))


def test_table_has_each_region_and_its_numbers(command, files):
    status, out, err = command("dvh", *files)
    lines = out.splitlines()
    assert lines[0].split() == ["number", "name", "volume/ml", "min/Gy", "mean/Gy", "max/Gy", "D95%/Gy", "D2%/Gy"]
    assert [line.split()[:2] for line in lines[1:]] == [["4", "box"], ["9", "3"]]
    found = computed(files, 4)
    numbers = [found.volume_ml, found.min, found.mean, found.max, found["D95%"], found["D2%"]]
    np.testing.assert_allclose([float(word) for word in lines[1].split()[2:]], numbers, rtol=1e-3)
    # One has no histogram: that is told by its number, and the status says so.
    assert status == 1
    assert err.startswith("dicom: ROI 12: ")
    assert "far" not in err


@pytest.mark.parametrize(("which", "number"), [("box", 4), ("4", 4), ("3", 9), ("9", 9)])
def test_a_region_is_chosen_by_name_or_else_by_number(command, files, which, number):
    status, out, err = command("dvh", *files, "--roi", which)
    assert (status, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()[1:]] == [str(number)]


def test_json_has_the_table_of_each(command, files):
    status, out, _ = command("dvh", *files, "--roi", "box", "--roi", "9", "--json")
    found = json.loads(out)
    assert status == 0
    assert found["refused"] == []
    assert [one["name"] for one in found["regions"]] == ["box", "3"]
    expected = computed(files, 4).as_dict()
    assert {name: found["regions"][0][name] for name in expected} == pytest.approx(expected)


def test_histograms_are_drawn(command, files, tmp_path):
    picture = tmp_path / "dvh.png"
    assert command("dvh", *files, "--roi", "box", "-o", str(picture))[0] == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert command("dvh", *files, "-o", str(tmp_path / "dvh.dcm"))[0] == 2
    status, _, err = command("dvh", *files, "--roi", "box", "-o", str(tmp_path / "none" / "dvh.png"))
    assert status == 1
    assert err.count("\n") == 1


def test_what_cannot_be_used_is_one_line(command, files, tmp_path):
    status, out, err = command("dvh", *files, "--roi", "no such name")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "no such name" not in err
    status, out, err = command("dvh", files[1], files[0])
    assert (status, out, err.count("\n")) == (1, "", 2)
    assert command("dvh", files[0], "-")[0] == 2
    ds = dicom.read(files[0])
    ds.DoseUnits = "RELATIVE"
    ds.save_as(tmp_path / "relative.dcm")
    status, out, err = command("dvh", str(tmp_path / "relative.dcm"), files[1])
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "relative.dcm: Dose Units (3004,0002)" in err
