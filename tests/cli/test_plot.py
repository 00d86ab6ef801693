"""`dicom plot` writes a picture or one clear line."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

import dicom
from dicom.segmentation.writing.write import new_segmentation
from dicom.sr import codes
from tests.cli.made_files import element, file_bytes, write_ct
from tests.pet.made_vendors import made_pet
from tests.volume.made import grid_affine, make_series, plane_data_sets, stored_values, write_series
from tests.volume.made_multiframe import enhanced

PNG = b"\x89PNG\r\n"


def test_plot_writes_a_png(command, ct, tmp_path):
    output = tmp_path / "x.png"
    assert command("plot", ct, "-o", str(output)) == (0, "", "")
    assert output.read_bytes().startswith(PNG)


def test_name_of_the_output_says_the_format(command, ct, tmp_path):
    command("plot", ct, "-o", str(tmp_path / "x.svg"))
    assert b"<svg" in (tmp_path / "x.svg").read_bytes()


def test_dash_writes_the_png_to_standard_output(process, ct):
    done = process("plot", ct, "-o", "-")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(PNG)


def test_frame_and_window_change_the_picture(command, tmp_path):
    ct = write_ct(tmp_path / "ct.dcm", frames=3)
    pictures = set()
    for number, words in enumerate(([], ["--frame", "2"], ["--window", "-1010,20"], ["--no-colorbar"])):
        output = tmp_path / f"{number}.png"
        assert command("plot", ct, "-o", str(output), *words)[0] == 0
        pictures.add(output.read_bytes())
    assert len(pictures) == 4


def test_frame_that_is_not_there_is_one_line(command, ct, tmp_path):
    output = tmp_path / "x.png"
    status, out, err = command("plot", ct, "-o", str(output), "--frame", "1")
    assert (status, out) == (1, "")
    assert err == f"dicom: {ct}: there is no frame 1: the image has 1, counted from 0\n"
    assert not output.exists()


def test_file_without_an_image_is_one_line(command, tmp_path):
    path = tmp_path / "none.dcm"
    path.write_bytes(file_bytes(element(0x00080060, "CS", "SR")))
    status, _, err = command("plot", str(path), "-o", str(tmp_path / "x.png"))
    assert (status, err) == (1, f"dicom: {path}: has no image (no Pixel Data)\n")


@pytest.mark.parametrize("name", ["x.xyz", "missing/x.png"])
def test_output_that_cannot_be_written_is_one_line(command, ct, tmp_path, name):
    status, _, err = command("plot", ct, "-o", str(tmp_path / name))
    assert status == 1
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("window", ["40", "a,b", "40,0", "40,-1", "nan,1", "1,2,3"])
def test_window_that_is_none_is_wrong_usage(command, ct, window):
    status, _, err = command("plot", ct, "-o", "x.png", f"--window={window}")
    assert status == 2
    assert "--window" in err


def test_output_is_required(command, ct):
    assert command("plot", ct)[0] == 2


@pytest.fixture
def series(tmp_path):
    make_series(tmp_path / "ct", (6, 20, 24), PatientName="Secret^Name", SeriesDescription="first")
    return tmp_path / "ct"


def test_folder_with_a_series_is_drawn_as_three_planes(command, series, tmp_path):
    pictures = set()
    for number, words in enumerate(([], ["--at", "-12,-25,48"], ["--window", "-900,400"], ["--no-colorbar"])):
        output = tmp_path / f"{number}.png"
        assert command("plot", str(series), "-o", str(output), *words) == (0, "", "")
        assert output.read_bytes().startswith(PNG)
        pictures.add(output.read_bytes())
    assert len(pictures) == 4


def test_several_series_are_listed_and_one_can_be_picked(command, series, tmp_path):
    make_series(series / "other", (3, 8, 8))
    output = tmp_path / "x.png"
    status, out, err = command("plot", str(series), "-o", str(output))
    assert (status, out) == (1, "")
    *table, last = err.splitlines()
    assert last == f"dicom: {series}: has 2 series; --series N picks one, counted from 0"
    assert len(table) >= 2
    assert "Secret" not in err
    assert command("plot", str(series), "-o", str(output), "--series", "1")[0] == 0
    assert command("plot", str(series), "-o", str(output), "--series", "7")[0] == 1


def test_defect_is_one_line_and_a_policy_goes_on(command, series, tmp_path):
    (series / "IM0003.dcm").unlink()
    output = str(tmp_path / "x.png")
    status, _, err = command("plot", str(series), "-o", output)
    assert status == 1
    assert len(err.splitlines()) == 1
    assert "gaps=" in err
    assert command("plot", str(series), "-o", output, "--gaps", "fill") == (0, "", "")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--at", "900,0,0"], "outside"),
        (["--t", "1"], "no axis t"),
        (["--frame", "1"], "--frame"),
        (["--cmap", "no such map"], "colour map"),
    ],
)
def test_what_a_series_has_not_is_one_line(command, series, tmp_path, words, complaint):
    status, _, err = command("plot", str(series), "-o", str(tmp_path / "x.png"), *words)
    assert status == 1
    assert len(err.splitlines()) == 1
    assert complaint in err


@pytest.mark.parametrize("position", ["1,2", "a,b,c", "1,2,nan", ""])
def test_position_that_is_none_is_wrong_usage(command, series, position):
    status, _, err = command("plot", str(series), "-o", "x.png", f"--at={position}")
    assert status == 2
    assert "--at" in err


def test_folder_without_images_is_one_line(command, tmp_path):
    (tmp_path / "empty").mkdir()
    status, _, err = command("plot", str(tmp_path / "empty"), "-o", str(tmp_path / "x.png"))
    assert status == 1
    assert len(err.splitlines()) == 1


def test_archive_of_a_series_is_drawn(command, series, tmp_path):
    archive = shutil.make_archive(str(tmp_path / "series"), "zip", series)
    assert command("plot", archive, "-o", str(tmp_path / "x.png")) == (0, "", "")


def test_file_of_several_frames_is_a_volume_when_that_is_said(command, tmp_path):
    path = tmp_path / "enhanced.dcm"
    classic = plane_data_sets(stored_values((6, 20, 24)), grid_affine())
    write_series(tmp_path, [enhanced(classic)], lambda _: path.name)
    one, three = tmp_path / "1.png", tmp_path / "3.png"
    assert command("plot", str(path), "-o", str(one)) == (0, "", "")
    assert command("plot", str(path), "--volume", "-o", str(three)) == (0, "", "")
    assert one.read_bytes() != three.read_bytes()


def test_frames_without_positions_are_no_volume(command, tmp_path):
    ct = write_ct(tmp_path / "ct.dcm", frames=3)
    status, _, err = command("plot", ct, "--volume", "-o", str(tmp_path / "x.png"))
    assert status == 1
    assert len(err.splitlines()) == 1


@pytest.fixture
def over(series, tmp_path):
    """A segmentation and a structure set on the series, and a PET at its place."""
    volume = dicom.read_series(series)
    mask = np.zeros(volume.grid_shape, bool)
    mask[2:5, 6:15, 8:19] = True
    segment = dicom.Segment("block", number=1, property_category=codes.SCT.Organ, property_type=codes.SCT.Liver)
    new_segmentation({"block": mask}, volume, [segment]).save(tmp_path / "seg.dcm")
    region, drawn, contour = dicom.Dataset(), dicom.Dataset(), dicom.Dataset()
    region.ROINumber, region.ROIName = 1, "block"
    corners = volume.index_to_mm([(3, 6, 8), (3, 6, 18), (3, 14, 18), (3, 14, 8)])
    contour.ContourGeometricType = "CLOSED_PLANAR"
    contour.NumberOfContourPoints, contour.ContourData = 4, corners.reshape(-1).tolist()
    drawn.ReferencedROINumber, drawn.ContourSequence = 1, [contour]
    structures = dicom.Dataset()
    structures.SOPClassUID, structures.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.481.3", "1.2.3.4"
    structures.StructureSetROISequence, structures.ROIContourSequence = [region], [drawn]
    structures.save_as(tmp_path / "rtss.dcm", implicit_vr=False, enforce_file_format=True)
    make_series(
        tmp_path / "pet", (6, 20, 24), Modality="PT", Units="BQML", FrameOfReferenceUID=volume.frame_of_reference_uid
    )
    return tmp_path


def test_what_lies_over_a_series_is_drawn(command, series, over):
    pictures = set()
    pet = str(over / "pet")
    for number, words in enumerate(
        (
            [],
            ["--fuse", pet],
            ["--fuse", pet, "--fuse-window", "-10,400", "--fuse-cmap", "hot"],
            ["--fuse", pet, "--levels=-10,40"],
            ["--mask", str(over / "seg.dcm")],
            ["--contours", str(over / "rtss.dcm")],
            ["--mask", str(over / "seg.dcm"), "--contours", str(over / "rtss.dcm"), "--fuse", pet],
        )
    ):
        output = over / f"{number}.png"
        assert command("plot", str(series), "-o", str(output), *words) == (0, "", "")
        pictures.add(output.read_bytes())
    assert len(pictures) == 7


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--mask", "rtss.dcm"], "--mask: "),
        (["--contours", "seg.dcm"], "--contours: "),
        (["--contours", "none.dcm"], "--contours: "),
        (["--fuse", "none"], "--fuse: "),
        (["--fuse", "both"], "--fuse-series N"),
        (["--levels", "1"], "--fuse"),
        (["--fuse-series", "1"], "--fuse"),
        (["--suv"], "PET"),
        (["--fuse", "pet", "--suv"], "--fuse: "),
        (["--fuse", "pet", "--fuse-cmap", "no such map"], "colour map"),
    ],
)
def test_what_cannot_be_laid_over_is_one_line(command, series, over, monkeypatch, words, complaint):
    monkeypatch.chdir(over)
    shutil.copytree(over / "pet", over / "both")
    shutil.copytree(series, over / "both" / "ct")
    status, out, err = command("plot", str(series), "-o", "x.png", *words)
    assert (status, out) == (1, "")
    assert complaint in err.splitlines()[-1]
    assert len(err.splitlines()) == 1 or "both" in words
    assert "Secret" not in err
    assert not (over / "x.png").exists()


def test_one_of_several_series_is_fused(command, series, over):
    shutil.copytree(over / "pet", over / "both")
    shutil.copytree(series, over / "both" / "ct")
    words = ["--fuse", str(over / "both"), "--fuse-series", "1"]
    assert command("plot", str(series), "-o", str(over / "x.png"), *words)[0] == 0


@pytest.mark.parametrize("levels", ["", "a", "1,nan", "1,,2"])
def test_levels_that_are_none_are_wrong_usage(command, series, levels):
    status, _, err = command("plot", str(series), "-o", "x.png", "--fuse", "pet", f"--levels={levels}")
    assert status == 2
    assert "--levels" in err


def test_pet_is_shown_as_uptake(command, series, tmp_path):
    place = {"FrameOfReferenceUID": dicom.read_series(series).frame_of_reference_uid}
    pet = made_pet(tmp_path / "pet", shape=(6, 20, 24), affine=grid_affine(), **place).made.folder
    pictures = []
    for number, words in enumerate(([], ["--suv"], ["--suv", "bw"])):
        output = tmp_path / f"{number}.png"
        assert command("plot", str(pet), "-o", str(output), *words) == (0, "", "")
        pictures.append(output.read_bytes())
        assert command("plot", str(series), "-o", str(output), "--fuse", str(pet), *words) == (0, "", "")
        pictures.append(output.read_bytes())
    assert pictures[2:4] == pictures[4:]
    assert len(set(pictures)) == 4
    status, _, err = command("plot", str(pet), "-o", str(tmp_path / "x.png"), "--suv", "no such kind")
    assert (status, len(err.splitlines())) == (1, 1)
