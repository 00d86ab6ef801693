"""Writing what was read in part, and writing from many threads at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import dicom
from dicom.errors import WriteError
from tests.data_sources import seed

from .written_file import FILE, names, read_file, written

if TYPE_CHECKING:
    from pathlib import Path

PARTS: dict[str, dict[str, Any]] = {
    "stop_before_pixels": {"stop_before_pixels": True},
    "specific_tags": {"specific_tags": ["PatientName"]},
}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_not_written_over_the_whole(part: str, tmp_path: Path) -> None:
    path, link = tmp_path / "a.dcm", tmp_path / "link.dcm"
    path.write_bytes(seed("CT_small.dcm").read_bytes())
    link.symlink_to(path)
    dataset = dicom.read(path, **PARTS[part])
    for target in (path, link):
        for one in (dataset, dataset.copy()):
            with pytest.raises(WriteError, match="read in part"):
                one.save_as(target)
            with pytest.raises(WriteError, match="read in part"):
                dicom.dcmwrite(target, one, force_encoding=True, implicit_vr=False, little_endian=True)
    assert path.read_bytes() == seed("CT_small.dcm").read_bytes()
    dataset.save_as(tmp_path / "part.dcm")
    assert dicom.read(tmp_path / "part.dcm") == dataset


def test_what_has_no_pixels_is_whole_though_it_was_read_before_the_pixels(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(FILE)
    dataset = dicom.read(path, stop_before_pixels=True)
    dataset.PatientName = "Other^Name"
    dataset.save_as(path)
    assert dicom.read(path).PatientName == "Other^Name"


# --- threads ---------------------------------------------------------------------------------------------------------


def test_one_data_set_from_eight_threads(tmp_path: Path) -> None:
    dataset = dicom.read(seed("rtplan.dcm"))
    dataset.BeamSequence[0].BeamName = "Another"
    expected = written(dicom.read(written(dataset)))
    start = threading.Barrier(8)

    def write(number: int) -> bytes:
        start.wait()
        path = tmp_path / f"{number}.dcm"
        dataset.save_as(path)
        return path.read_bytes()

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(write, range(8))) == {expected}


def test_eight_threads_over_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    versions = []
    for number in range(8):
        dataset = read_file()
        dataset.PatientName = f"Name^{number}"
        versions.append(dataset)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda dataset: [dataset.save_as(path) for _ in range(5)], versions))
    assert path.read_bytes() in [written(dataset) for dataset in versions]
    assert names(tmp_path) == ["a.dcm"]


def test_of_eight_threads_that_may_not_overwrite_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    start = threading.Barrier(8)

    def write(number: int) -> bool:
        dataset = read_file()
        dataset.PatientName = f"Name^{number}"
        start.wait()
        try:
            dataset.save_as(path, overwrite=False)
        except FileExistsError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(write, range(8)))
    assert won.count(True) == 1
    assert dicom.read(path).PatientName == f"Name^{won.index(True)}"
    assert names(tmp_path) == ["a.dcm"]
