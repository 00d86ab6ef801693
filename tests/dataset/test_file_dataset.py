"""A data set that was read knows its file; `with` and `close` let go of it."""

from __future__ import annotations

import copy
import io
import pickle

import pytest

from dicom._core import read_bytes, read_path
from dicom.dataset import Dataset, FileDataset, FileMetaDataset
from dicom.finding import Finding
from dicom.testing.encoder import EXPLICIT_LITTLE, encode_file
from tests.elements.encoded import ELEMENTS, read_plan


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "plan.dcm"
    file.write_bytes(encode_file(ELEMENTS, EXPLICIT_LITTLE))
    return file


def test_what_stands_before_the_elements_is_known():
    ds = read_plan()
    assert ds.preamble == b"\0" * 128
    assert type(ds.file_meta) is FileMetaDataset
    assert ds.file_meta is ds.file_meta
    assert ds.file_meta.TransferSyntaxUID.name == "Explicit VR Little Endian"
    assert ds.original_encoding == (False, True)
    assert (ds.is_implicit_VR, ds.is_little_endian, ds.is_original_encoding) == (False, True, True)
    assert (ds.read_implicit_vr, ds.read_little_endian) == (False, True)


def test_items_are_encoded_as_the_file():
    item = read_plan().BeamSequence[0]
    assert type(item) is Dataset
    assert item.original_encoding == (False, True)


def test_changing_the_character_set_is_no_original_encoding():
    ds = read_plan()
    ds.SpecificCharacterSet = "ISO_IR 192"
    assert not ds.is_original_encoding


def test_changing_the_byte_order_is_no_original_encoding():
    ds = read_plan()
    ds.is_little_endian = False
    assert not ds.is_original_encoding
    assert ds.original_encoding == (False, True)


def test_the_time_of_the_file_is_known(path):
    ds = read_path(FileDataset, str(path))
    assert ds.timestamp == path.stat().st_mtime
    assert read_plan().timestamp is None


def test_it_is_made_from_a_path_and_elements(path):
    ds = FileDataset(path, Dataset(), b"p", FileMetaDataset(), False, True)
    assert ds.filename == str(path)
    assert ds.timestamp == path.stat().st_mtime
    assert ds.fileobj_type is open
    assert ds.buffer is None
    assert ds.original_encoding == (False, True)


def test_it_is_made_from_an_open_file(path):
    with path.open("rb") as file:
        ds = FileDataset(file, {})
    assert ds.filename == str(path)
    assert ds.buffer is None


def test_it_is_made_from_a_stream():
    stream = io.BytesIO(b"abc")
    ds = FileDataset(stream, {})
    assert (ds.filename, ds.timestamp, ds.buffer, ds.fileobj_type) == (None, None, stream, io.BytesIO)
    assert copy.deepcopy(ds).buffer is stream
    assert pickle.loads(pickle.dumps(ds)).buffer.getvalue() == b"abc"


def test_a_stream_that_can_t_be_pickled_is_left_out():
    ds = FileDataset(io.BufferedReader(io.BytesIO(b"abc")), {})
    assert pickle.loads(pickle.dumps(ds)).buffer is None


def test_the_elements_it_is_made_from_are_copied():
    source = read_plan()
    ds = FileDataset("x", source)
    assert ds == source
    ds.PatientName = "other"
    assert source.PatientName == "Secret^Name"


def test_with_closes(path):
    with read_path(FileDataset, str(path)) as ds:
        assert ds.Rows == 2
    ds.close()
    assert ds.PatientName == "Secret^Name"


def test_findings_say_what_was_tolerated():
    broken = encode_file(ELEMENTS, EXPLICIT_LITTLE)[:-10]
    ds = read_bytes(FileDataset, broken)
    assert all(type(finding) is Finding for finding in ds.findings)
    assert 0x7FE00010 in [finding.tag for finding in ds.findings]
    assert not any("Secret" in str(finding) for finding in ds.findings)
    assert read_plan().findings == []
    assert Dataset().findings == []


def test_file_meta_takes_nothing_of_other_groups():
    meta = read_plan().file_meta
    for add in (
        lambda: setattr(meta, "PatientName", "x"),
        lambda: meta.add_new(0x00100010, "PN", "x"),
        lambda: meta.__setitem__(0x00100010, read_plan()["PatientName"]),
        lambda: meta.setdefault("PatientName", "x"),
        lambda: meta.update(read_plan()),
    ):
        with pytest.raises(ValueError, match="group 0002 only"):
            add()
    assert "PatientName" not in meta


def test_two_reads_share_nothing(path):
    first, second = (read_path(FileDataset, str(path)) for _ in range(2))
    first.ImageType[0] = "DERIVED"
    first.file_meta.ImplementationVersionName = "X"
    assert second.ImageType[0] == "ORIGINAL"
    assert "ImplementationVersionName" not in second.file_meta
