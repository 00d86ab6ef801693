"""Writing what was read in part, what was copied or pickled, and from many threads at once."""

from __future__ import annotations

import copy
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import dicom
from dicom.errors import ValueRepresentationError, WriteError
from dicom.testing.encoder import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Element, encode_file
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


WRONG = (
    Element(0x00080008, "CS", b"lower\\case"),
    Element(0x00080020, "DA", b"1997.07.05"),
    Element(0x00100010, "PN", b"A=B=C=D=E "),
    Element(0x00280030, "DS", b"1.23456789012345678 "),
)


@pytest.mark.parametrize("transfer_syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG])
def test_a_pickle_of_what_was_read_wrong_is_written_as_it_was_read(transfer_syntax: str) -> None:
    data = encode_file(WRONG, transfer_syntax)
    dataset = pickle.loads(pickle.dumps(dicom.read(data)))
    assert written(dataset) == data


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda element: pickle.loads(pickle.dumps(element))])
def test_a_copy_of_an_element_that_was_read_wrong_is_written(make: Any) -> None:
    source, target = dicom.read(encode_file(WRONG)), dicom.read(encode_file(()))
    for element in source:
        target.add(make(element))
    assert written(target) == encode_file(WRONG)
    # What is put in by hand is judged, also in a copy.
    with pytest.warns(UserWarning, match="StudyDate"):
        source.StudyDate = "1997/07/05"
    target.add(make(source["StudyDate"]))
    with pytest.raises(ValueRepresentationError, match="StudyDate"):
        written(target)
