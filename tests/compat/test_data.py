"""Test files are found where they are installed, without importing what brought them; nothing is downloaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from dicom.compat import env_info, examples
from dicom.compat.data import data_manager
from dicom.compat.data.data_manager import DataTypes, get_files, get_testdata_file, get_testdata_files
from dicom.errors import MissingDependencyError
from tests.compat.processes import PACKAGES, run
from tests.data_sources import seed


def test_files_of_both_packages_are_found_by_name() -> None:
    assert get_testdata_file("CT_small.dcm") == str(seed("CT_small.dcm"))
    assert get_testdata_file("color3d_jpeg_baseline.dcm") == str(seed("color3d_jpeg_baseline.dcm"))
    found = get_testdata_file("dicomdirtests/DICOMDIR")
    assert isinstance(found, str)
    assert Path(found).parts[-2:] == ("dicomdirtests", "DICOMDIR")


def test_a_data_set_is_given_where_that_is_asked_for() -> None:
    ds = get_testdata_file("CT_small.dcm", read=True)
    assert not isinstance(ds, str)
    assert ds is not None
    assert ds.PatientID == "1CT1"


@pytest.mark.parametrize("name", ["nosuch.dcm", "../CT_small.dcm", "test_files/../CT_small.dcm", "*.dcm", ""])
def test_what_is_no_name_of_a_file_finds_none(name: str) -> None:
    assert get_testdata_file(name) is None


def test_absolute_paths_are_refused() -> None:
    with pytest.raises(ValueError, match="absolute"):
        get_testdata_file("/CT_small.dcm")
    with pytest.raises(ValueError, match="absolute"):
        get_testdata_files("/CT_small.dcm")


def test_files_that_match_a_pattern() -> None:
    assert get_testdata_files("CT_s*") == [str(seed("CT_small.dcm"))]
    assert len(get_testdata_files()) > 150
    assert get_files("/nosuch", "*.x") == []
    assert [Path(name).name for name in data_manager.get_charset_files("chrA*")] == ["chrArab.dcm"]
    assert "hotiron.dcm" in [Path(name).name for name in data_manager.get_palette_files("*.dcm")]


def test_the_external_source_answers_by_name_and_pattern() -> None:
    source = data_manager.external_data_sources()["pydicom-data"]
    assert source.get_path("color3d_jpeg_baseline.dcm") == str(seed("color3d_jpeg_baseline.dcm"))
    assert source.get_paths("color3d_jpeg*") == [str(seed("color3d_jpeg_baseline.dcm"))]
    with pytest.raises(ValueError, match="nosuch"):
        source.get_path("nosuch", DataTypes.DATASET)


def test_nothing_is_downloaded() -> None:
    assert data_manager.online_test_file_dummy_paths() == {}
    with pytest.raises(MissingDependencyError, match="pip install"):
        data_manager.fetch_data_files()


def test_examples_are_data_sets_and_paths() -> None:
    assert examples.ct.PatientID == "1CT1"
    assert examples.ct is not examples.ct
    assert examples.get_path("rt_plan").name == "rtplan.dcm"
    assert "waveform" in dir(examples)
    with pytest.raises(ValueError, match="nosuch"):
        examples.get_path("nosuch")
    with pytest.raises(AttributeError):
        _ = examples.nosuch


@pytest.mark.parametrize("name", sorted(examples._DATASETS))
def test_each_example_is_read(name: str) -> None:
    assert len(getattr(examples, name)) > 0


def test_where_none_is_installed_the_error_says_what_to_do() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(PACKAGES)!r})\n"
        "import dicom; dicom.install_as_pydicom(child_processes=False)\n"
        "from pydicom.data import get_testdata_file, get_charset_files\n"
        "import pydicom.examples\n"
        "assert get_charset_files() == []\n"
        "for ask in (lambda: get_testdata_file('CT_small.dcm'), lambda: pydicom.examples.ct):\n"
        "    try:\n"
        "        ask()\n"
        "    except ImportError as error:\n"
        "        print('pip install pydicom-data' in str(error), isinstance(error, dicom.errors.DicomError))\n"
    )
    done = run("-I", "-S", "-c", code)
    assert (done.stdout, done.stderr) == ("True True\nTrue True\n", "")


def test_the_report_of_the_environment_names_what_stands_in(capsys: pytest.CaptureFixture[str]) -> None:
    env_info.main()
    printed = capsys.readouterr().out
    assert "pydicom" in printed
    assert "stood in for by dicom-py" in printed
    assert [line.split(" | ")[0].strip() for line in printed.splitlines()][:3] == ["module", "------", "platform"]
    assert env_info.extract_version(pytest) == pytest.__version__
    assert env_info.extract_version(__import__("os")) is None
