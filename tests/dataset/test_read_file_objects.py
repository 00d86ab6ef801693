"""File objects: what `dicom.read` gives does not depend on the source staying open, and moves no position."""

from __future__ import annotations

import copy
import io
import os
import pickle

import pytest

import dicom
from dicom.testing.encoder import Element, encode_file
from dicom.values import PersonName

PIXELS = bytes(range(256)) * 4
LARGE = b"\1\2" * (9 << 20)


def file_of(pixels):
    return encode_file(
        [
            Element(0x00100010, "PN", b"Test^Case "),
            Element(0x00280010, "US", (2,)),
            Element(0x7FE00010, "OW", pixels),
        ]
    )


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "a.dcm"
    file.write_bytes(file_of(PIXELS))
    return file


@pytest.fixture(scope="module")
def large_path(tmp_path_factory):
    file = tmp_path_factory.mktemp("large") / "a.dcm"
    file.write_bytes(file_of(LARGE))
    return file


class BytesPath:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return os.fsencode(self.path)


def test_a_path_of_bytes_is_a_path(path):
    ds = dicom.read(BytesPath(path))
    assert ds.PatientName == "Test^Case"
    assert ds.filename == str(path)


@pytest.mark.parametrize(
    "options",
    [{}, {"force": True}, {"encoding": "latin-1"}, {"defer_size": 100}, {"specific_tags": ["PixelData"]}],
    ids=str,
)
def test_a_file_that_was_opened_may_be_closed_after_the_read(large_path, options):
    with open(large_path, "rb") as file:
        ds = dicom.read(file, **options)
    assert ds.PixelData == LARGE
    assert ds.filename == str(large_path)


@pytest.mark.parametrize("options", [{"force": True}, {"specific_tags": ["PixelData"]}], ids=str)
def test_a_stream_may_be_closed_after_a_read_that_left_nothing_in_it(options):
    with io.BytesIO(file_of(LARGE)) as stream:
        ds = dicom.read(stream, **options)
    assert ds.PixelData == LARGE


def test_a_copy_and_a_pickle_have_what_was_left_in_a_file_that_is_closed(path):
    with open(path, "rb") as file:
        ds = dicom.read(file, defer_size=100)
    assert copy.deepcopy(ds).PixelData == PIXELS
    assert pickle.loads(pickle.dumps(ds)).PixelData == PIXELS


def test_reading_what_was_left_in_a_file_moves_no_one_elses_position(path):
    with open(path, "rb") as file:
        ds = dicom.read(file, defer_size=100)
        file.seek(7)
        assert ds.PixelData == PIXELS
        assert file.tell() == 7


def test_a_file_that_stands_elsewhere_is_read_from_there(tmp_path):
    path = tmp_path / "two.bin"
    path.write_bytes(b"junk" + file_of(PIXELS))
    with open(path, "rb") as file:
        file.seek(4)
        ds = dicom.read(file, defer_size=100)
        assert (ds.PatientName, ds.PixelData) == ("Test^Case", PIXELS)


def test_a_file_whose_path_leads_to_another_one_by_now_is_the_one_that_was_opened(path, tmp_path):
    with open(path, "rb") as file:
        other = tmp_path / "b.dcm"
        other.write_bytes(file_of(PIXELS[::-1]))
        os.replace(other, path)
        assert dicom.read(file, defer_size=100).PixelData == PIXELS


@pytest.mark.parametrize("tags", [[], (), None])
def test_no_specific_tags_are_all(path, tags):
    assert len(dicom.read(path, specific_tags=tags)) == 3


def test_a_path_with_a_nul_is_a_value_error_as_in_open(path):
    for opened in (open, dicom.read):
        with pytest.raises(ValueError, match="null"):
            opened(f"{path}\0")


def test_a_name_with_half_of_a_letter_that_is_a_backslash_is_one_name():
    written = "Люк^A".encode("iso2022_jp")
    assert b"\\" in written
    for terms in (b"ISO 2022 IR 87", b"\\ISO 2022 IR 87 "):
        file = encode_file([Element(0x00080005, "CS", terms), Element(0x00100010, "PN", written)])
        name = dicom.read(file).PatientName
        assert type(name) is PersonName
        assert name == "Люк^A"
