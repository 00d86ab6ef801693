"""The examples run, and show what they promise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import dicom
from examples import demo, edit_and_write, make_pet_phantom, read_dicom_into_python

ROOT = Path(__file__).parent.parent.parent
PNG = b"\x89PNG\r\n"


@pytest.fixture(scope="module")
def series(tmp_path_factory) -> list[Path]:
    return make_pet_phantom.make_series(tmp_path_factory.mktemp("pet"))


def test_tutorial_runs_on_its_sample(tmp_path, capsys):
    pytest.importorskip("pydicom")
    picture = tmp_path / "ct.png"
    assert read_dicom_into_python.main(["--output", str(picture)]) == 0
    out = capsys.readouterr().out
    assert "(0008,0060) Modality                            CS: 'CT'" in out
    assert "Array: (128, 128, 1) (rows, columns, slices), int16" in out
    assert "After setting: (0010,0010) Patient's Name                      PN: 'Test^Subject'" in out
    assert picture.read_bytes().startswith(PNG)


def test_tutorial_runs_as_a_program_on_a_folder_of_slices(series, tmp_path):
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join([str(Path(dicom.__file__).parent.parent), str(ROOT)]))
    words = [sys.executable, "-m", "examples.read_dicom_into_python", str(series[0].parent), "--output", "pet.png"]
    done = subprocess.run(words, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Array: (128, 144, 21)" in done.stdout
    assert "Size: 360.0 mm wide, 320.0 mm high, 63.0 mm deep" in done.stdout
    assert (tmp_path / "pet.png").read_bytes().startswith(PNG)


def test_slices_of_a_folder_stand_in_the_order_of_their_position(series, tmp_path):
    for number, path in enumerate(reversed(series)):
        (tmp_path / f"{number:02d}").write_bytes(path.read_bytes())
    (tmp_path / "notes.txt").write_text("not DICOM")
    files = read_dicom_into_python.dicom_files(str(tmp_path))
    positions = [dicom.read(file).ImagePositionPatient[2] for file in files]
    assert positions == sorted(positions)
    assert len(files) == 21


def test_picture_of_the_tutorial_stands_upright(tmp_path):
    array = np.zeros((4, 4, 1))
    array[0, 0, 0] = 1
    from matplotlib.axes import Axes

    drawn = []
    original = Axes.pcolormesh

    def record(self, x, y, values, **options):
        drawn.append((y, values))
        return original(self, x, y, values, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Axes, "pcolormesh", record)
        read_dicom_into_python.draw(array, np.arange(5.0), np.arange(5.0), str(tmp_path / "x.png"))
    assert drawn[0][1][-1, 0] == 1


def test_edited_slices_stay_one_series_and_keep_all_else(series, tmp_path, capsys):
    assert edit_and_write.main([str(series[0].parent), "--output", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert f"{series[0].name}: PatientName (0010,0010) changed" in out
    assert f"{len(series)} files edited." in out
    edited = sorted(tmp_path.iterdir())
    assert [path.name for path in edited] == sorted(path.name for path in series)
    uids = set()
    for before, after in ((dicom.read(series[0].parent / path.name), dicom.read(path)) for path in edited):
        assert after.PatientName.ideographic == "山田^太郎"
        assert after.findings == []
        assert after.file_meta.MediaStorageSOPInstanceUID == after.SOPInstanceUID != before.SOPInstanceUID
        assert after.SOPClassUID == before.SOPClassUID
        assert after.PixelData == before.PixelData
        changed = {element.tag for element in before if after.get(element.tag) != element}
        kinds = {before[tag].VR for tag in changed - {0x00080005, 0x00100010, 0x00100020, 0x00200010}}
        assert kinds <= {"UI", "SQ"}
        uids.add((after.StudyInstanceUID, after.SeriesInstanceUID, after.FrameOfReferenceUID))
    assert len(uids) == 1


def test_sample_is_edited(tmp_path, capsys):
    pytest.importorskip("pydicom")
    assert edit_and_write.main(["--output", str(tmp_path), "--patient", "Test^Case"]) == 0
    [edited] = tmp_path.iterdir()
    ds = dicom.read(edited)
    assert ds.PatientName == "Test^Case"
    assert ds.private_block(0x0099, "EXAMPLE OF DICOM-PY")[0x01].value == "edited"
    assert ds.DeidentificationMethodCodeSequence[0].CodeValue == "113109"
    assert "StudyID" not in ds


def test_phantom_is_the_same_on_each_run(series, tmp_path):
    again = make_pet_phantom.make_series(tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in series]


def test_phantom_reads_without_findings(series):
    for path in series:
        assert dicom.read(path).findings == []


def test_spheres_are_hot_where_they_should_be(series):
    ds = dicom.read(series[len(series) // 2])
    values = ds.pixel_array * float(ds.RescaleSlope)
    left, top = (float(value) for value in ds.ImagePositionPatient[:2])
    row_spacing, column_spacing = dicom.pixel_spacing(ds)
    measured = []
    for x, y in make_pet_phantom.sphere_centers():
        measured.append(values[round((y - top) / row_spacing), round((x - left) / column_spacing)])
    hot = make_pet_phantom.BACKGROUND_BQML * make_pet_phantom.CONTRAST
    assert measured[-1] == pytest.approx(hot, rel=0.1)
    assert all(value > 1.5 * make_pet_phantom.BACKGROUND_BQML for value in measured)
    assert values[round((0 - top) / row_spacing), round((0 - left) / column_spacing)] < 500


def test_demo_leaves_its_pictures(tmp_path, capsys):
    pytest.importorskip("pydicom")
    assert demo.main([str(tmp_path)]) == 0
    pictures = {path.stem for path in tmp_path.glob("*.png")}
    assert pictures == {"ct", "mr", "pet", "suv", "dose", "dvh", "seg"}
    out = capsys.readouterr().out
    assert "$ dicom info" in out
    assert "Positron Emission Tomography Image Storage (PT)" in out
    assert "weight              6.46 kg                        given by the caller" in out
    assert "<StructureSet: 5 ROIs" in out
    assert "<DVH 'PTV': 36.24 ml" in out
    assert "Segmentation: BINARY, 3 segments" in out
