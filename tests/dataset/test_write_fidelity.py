"""What nobody touched is written byte for byte as it was, however it was read and looked at, whatever its oddities.

The files: all of the packages ``pydicom`` and ``pydicom-data`` that can be read, odd ones and broken ones that the
project makes, and what DCMTK and GDCM write.
"""

from __future__ import annotations

import copy
import io
import random
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

import dicom
from dicom.dataset import Dataset, FileDataset
from dicom.errors import DicomError
from dicom.testing.encoder import (
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    Element,
    Item,
    Items,
    encode_elements,
    encode_file,
    encode_meta,
    encoding_of,
)
from tests.data_sources import dicom_files, seed
from tests.hostile import absurd
from tests.hostile.test_absurd_files import mutated
from tests.parity.odd_files import odd_files
from tests.parity.test_made_files import ENCODINGS, HEADERS, IMAGES, PROCESSES, WITHOUT_META, make, pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILES = dicom_files()
GROUPS: dict[str, Callable[[], dict[str, bytes]]] = {
    "odd": odd_files,
    "lengths": absurd.lying_lengths,
    "representations": absurd.wrong_representations,
    "tags": absurd.odd_tags,
    "values": absurd.bad_values,
    "fragments": absurd.broken_fragments,
    "garbage": absurd.garbage,
    "mutated": mutated,
}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def written(dataset: Any) -> bytes:
    target = io.BytesIO()
    dicom.write(dataset, target)
    return target.getvalue()


@cache
def content(name: str) -> bytes:
    return FILES[name].read_bytes()


def read_or_none(source: Any, **options: Any) -> Any:
    try:
        return dicom.read(source, **options)
    except DicomError:
        return None


def look_at_everything(dataset: Any) -> None:
    """Ask for all that can be asked for."""

    def visit(holder: Any, element: Any) -> None:
        try:
            _ = (element.value, element.VM, element.name, element.repval, element.keyword, element.is_empty)
        except DicomError:
            pass

    def ask(question: Callable[[], Any]) -> None:
        try:
            question()
        except (DicomError, AttributeError, NotImplementedError, KeyError):
            pass

    dataset.walk(visit)
    if dataset.file_meta is not None:
        dataset.file_meta.walk(visit)
    for keyword in dataset.dir():
        ask(lambda keyword=keyword: getattr(dataset, keyword))
    ask(lambda: str(dataset))
    ask(lambda: dataset.top())
    ask(lambda: list(dataset.iterall()))
    ask(lambda: list(dataset.formatted_lines()))
    ask(lambda: dataset.pixel_array)
    ask(lambda: dataset == dataset.copy())
    ask(lambda: dataset.findings)
    ask(lambda: dataset.values())
    for group in {tag >> 16 for tag in list(dataset.keys()) if tag >> 16 & 1}:
        ask(lambda group=group: dataset.private_creators(group))


@pytest.mark.parametrize("name", FILES)
def test_file_is_written_as_it_was(name: str, tmp_path: Path) -> None:
    data = content(name)
    dataset = read_or_none(data)
    if dataset is None:
        dataset = dicom.read(data, force=True)
    assert written(dataset) == data
    look_at_everything(dataset)
    assert written(dataset) == data
    path = tmp_path / "copy.dcm"
    dataset.save_as(path)
    assert path.read_bytes() == data


READINGS: dict[str, Callable[[Any], Any]] = {
    "path": lambda path: dicom.read(path, force=True),
    "file": lambda path: _from_file(path),
    "unbuffered file": lambda path: _from_file(path, buffering=0),
    "stream": lambda path: dicom.read(io.BytesIO(path.read_bytes()), force=True),
    "memoryview": lambda path: dicom.read(memoryview(path.read_bytes()), force=True),
    "deferred": lambda path: dicom.read(path, defer_size=100, force=True),
    "all deferred": lambda path: dicom.read(path, defer_size=0, force=True),
    "deferred in a stream": lambda path: dicom.read(io.BytesIO(path.read_bytes()), defer_size=100, force=True),
    "another character set": lambda path: dicom.read(path, encoding="ISO_IR 100", force=True),
}


def _from_file(path: Path, buffering: int = -1) -> Any:
    with open(path, "rb", buffering) as file:
        return dicom.read(file, force=True)


@pytest.mark.parametrize("reading", READINGS)
def test_however_it_was_read(reading: str) -> None:
    for name, path in FILES.items():
        assert written(READINGS[reading](path)) == content(name), name


COPIES: dict[str, Callable[[Any], Any]] = {
    "copy.copy": copy.copy,
    "copy.deepcopy": copy.deepcopy,
    "Dataset.copy": lambda dataset: dataset.copy(),
    "copy of a copy": lambda dataset: copy.deepcopy(copy.copy(dataset)),
}


@pytest.mark.parametrize("is_looked_at", [False, True], ids=["untouched", "looked at"])
@pytest.mark.parametrize("made", COPIES)
def test_a_copy_is_written_as_what_it_is_a_copy_of(made: str, is_looked_at: bool) -> None:
    for name in FILES:
        dataset = dicom.read(content(name), force=True)
        if is_looked_at:
            for element in dataset.iterall():
                _ = element.VM
        twin = COPIES[made](dataset)
        if is_looked_at:
            str(twin)
        assert written(twin) == content(name), name
        assert written(dataset) == content(name), name


def test_a_file_is_written_over_itself() -> None:
    """Reading again and again what was written: no generation differs."""
    for name in FILES:
        data = content(name)
        for _ in range(3):
            data = written(dicom.read(data, force=True))
        assert data == content(name), name


@pytest.mark.parametrize("name", ["CT_small.dcm", "rtplan.dcm", "image_dfl.dcm", "dicomdirtests/DICOMDIR"])
def test_a_path_is_written_over_the_file_that_was_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(seed(name).read_bytes())
    for options in ({}, {"defer_size": 0}, {"defer_size": 1000}):
        dataset = dicom.read(path, **options)
        dataset.save_as(path)
        dataset.save_as(path)
        assert path.read_bytes() == seed(name).read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == ["a.dcm"]


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_odd_or_broken_stays_so(group: str) -> None:
    number = 0
    for name, data in GROUPS[group]().items():
        for force in (False, True):
            dataset = read_or_none(data, force=force)
            if dataset is None:
                continue
            number += 1
            assert written(dataset) == data, name
            look_at_everything(dataset)
            assert written(dataset) == data, name
            assert written(copy.deepcopy(dataset)) == data, name
    assert number > 3


@pytest.mark.parametrize("end", [b"\0", b"\0" * 3, b"\0" * 7, b"\0" * 128, b"\xff" * 5, b"\x08\0\x10\0CS", b"garbage"])
@pytest.mark.parametrize("transfer_syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED])
def test_bytes_behind_the_last_element_stay(transfer_syntax: str, end: bytes) -> None:
    data = encode_file((Element(0x00080060, "CS", b"CT"), Element(0x00100020, "LO", b"ab")), transfer_syntax)
    assert written(dicom.read(data + end)) == data + end
    if transfer_syntax != DEFLATED:
        dataset = dicom.read(data + end)
        dataset.PatientID = "cd"
        assert written(dataset) == data.replace(b"ab", b"cd") + end


@pytest.mark.parametrize("cut", range(1, 60, 3))
def test_a_file_that_breaks_off_stays_so(cut: int) -> None:
    for transfer_syntax in (IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED):
        data = encode_file(absurd.small_data_set(), transfer_syntax)[:-cut]
        dataset = read_or_none(data)
        if dataset is not None:
            assert written(dataset) == data
            look_at_everything(dataset)
            assert written(dataset) == data


@pytest.mark.parametrize("number", range(40))
def test_a_real_file_that_breaks_off_stays_so(number: int) -> None:
    chance = random.Random(number)
    name = chance.choice(sorted(FILES))
    data = content(name)[: chance.randrange(200, max(len(content(name)), 201))]
    dataset = read_or_none(data, force=True)
    if dataset is not None:
        assert written(dataset) == data, name
        look_at_everything(dataset)
        assert written(dataset) == data, name


META_ODDITIES = {
    "no preamble": encode_file((Element(0x00080060, "CS", b"CT"),), preamble=None),
    "no File Meta Information": encode_file((Element(0x00080060, "CS", b"CT"),), meta=False),
    "a preamble with text": encode_file((Element(0x00080060, "CS", b"CT"),), preamble=b"II*\0" * 32),
    "a wrong group length": encode_file((Element(0x00080060, "CS", b"CT"),)).replace(
        b"UL\x04\0\x72\0\0\0", b"UL\x04\0\x10\0\0\0", 1
    ),
    "File Meta Information alone": encode_file(()),
    "no group length": bytes(128)
    + b"DICM"
    + encode_meta(EXPLICIT_LITTLE)[12:]
    + encode_elements((Element(0x00080060, "CS", b"CT"),), encoding_of(EXPLICIT_LITTLE)),
    "implicit File Meta Information": bytes(128)
    + b"DICM"
    + encode_elements((Element(0x00020010, "UI", b"1.2.840.10008.1.2\0"),), encoding_of(IMPLICIT_LITTLE))
    + encode_elements((Element(0x00080060, "CS", b"CT"),), encoding_of(IMPLICIT_LITTLE)),
}


@pytest.mark.parametrize("oddity", META_ODDITIES)
def test_what_stands_before_the_data_set_stays(oddity: str) -> None:
    data = META_ODDITIES[oddity]
    dataset = dicom.read(data, force=True)
    assert written(dataset) == data
    look_at_everything(dataset)
    assert written(dataset) == data
    # An edit of the data set leaves it alone.
    dataset.Modality = "MR"
    if b"CS\x02\0CT" in data or data.endswith(b"CT"):
        assert written(dataset) == data[:-2] + b"MR"


def test_an_item_keeps_its_lengths_and_what_lies_between() -> None:
    content_of_item = (Element(0x00080100, "SH", b"abcd"), Element(0x00080104, "LO", b"x" * 6))
    items = Items((Item(content_of_item), Item(content_of_item, undefined_length=True), Item(())))
    for undefined in (False, True):
        elements = (Element(0x00081140, "SQ", items, undefined), Element(0x00100010, "PN", b"A^B "))
        data = encode_file(elements)
        dataset = dicom.read(data)
        dataset.ReferencedImageSequence[1].CodeValue = "efgh"
        at = data.rindex(b"abcd")
        assert written(dataset) == data[:at] + b"efgh" + data[at + 4 :]


def test_a_value_that_is_set_to_what_it_was_is_encoded_as_the_standard_has_it() -> None:
    data = encode_file((Element(0x00100020, "LO", b"ab\0\0"), Element(0x00280030, "DS", b" 1.50 \\ 2 ")))
    dataset = dicom.read(data)
    dataset.PatientID = dataset.PatientID
    assert written(dataset) == data.replace(b"\x04\0ab\0\0", b"\x02\0ab", 1)


@pytest.mark.parametrize(("name", "conversion"), pairs(HEADERS, ENCODINGS))
def test_what_other_software_encodes_is_written_as_it_was(name: str, conversion: str, tmp_path: Path) -> None:
    data = make(name, ENCODINGS[conversion], tmp_path).read_bytes()
    dataset = dicom.read(data)
    assert written(dataset) == data
    str(dataset)
    assert written(dataset) == data


@pytest.mark.parametrize(("name", "conversion"), pairs(HEADERS, WITHOUT_META))
def test_what_other_software_writes_without_meta_is_written_as_it_was(
    name: str, conversion: str, tmp_path: Path
) -> None:
    data = make(name, WITHOUT_META[conversion][0], tmp_path).read_bytes()
    dataset = read_or_none(data)
    if dataset is None:
        dataset = dicom.read(data, force=True)
    assert written(dataset) == data


@pytest.mark.parametrize(("name", "conversion"), pairs(IMAGES, PROCESSES))
def test_what_other_software_compresses_is_written_as_it_was(name: str, conversion: str, tmp_path: Path) -> None:
    data = make(name, PROCESSES[conversion], tmp_path).read_bytes()
    dataset = dicom.read(data)
    assert written(dataset) == data


def test_what_stops_before_the_pixels_is_written_as_far_as_it_was_read() -> None:
    data = seed("CT_small.dcm").read_bytes()
    for options in ({"stop_before_pixels": True}, {"specific_tags": ["PatientName", "Rows", "ImageType"]}):
        dataset = dicom.read(data, **options)
        again = dicom.read(written(dataset))
        assert again == dataset
        assert again.file_meta == dataset.file_meta
        assert "PixelData" not in again


def test_a_data_set_made_of_another_one_keeps_the_bytes_of_its_elements() -> None:
    source = dicom.read(seed("rtplan.dcm"))
    for made in (Dataset(source), FileDataset(None, source, bytes(128), source.file_meta)):
        made.file_meta = source.file_meta
        assert written(made).endswith(seed("rtplan.dcm").read_bytes()[0x180:])
