"""``pydicom.util.codify``: the code that it makes is run, and gives the data set that it was made of."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import pydicom
import pydicom.util.codify
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dicom
from dicom import Dataset, FileMetaDataset, Sequence
from dicom.compat.util import codify
from tests.data_sources import dicom_files


def made_by(code: str, package: str = "dicom.compat") -> dict[str, Any]:
    """The variables of a program that was written for pydicom."""
    variables: dict[str, Any] = {}
    exec(code.replace("import pydicom\n", "").replace("from pydicom.", f"from {package}."), variables)
    return variables


def an_example() -> Dataset:
    ds, beam, point = Dataset(), Dataset(), Dataset()
    ds.ImageType = ["ORIGINAL", "PRIMARY"]
    ds.SOPInstanceUID = "1.2.3"
    ds.StudyDate = "20240101"
    ds.PatientName = "A'^\"B"
    ds.PatientComments = "line\nbreak"
    ds.PatientWeight = "70.50"
    ds.AcquisitionNumber = "03"
    ds.OtherPatientNames = None
    ds.FrameIncrementPointer = [0x00181063, 0x00181065]
    ds.Rows = 3
    ds.RecommendedDisplayFrameRateInFloat = 1.5
    ds.SmallestImagePixelValue = -2
    ds["SmallestImagePixelValue"].VR = "SS"
    point.CumulativeMetersetWeight = "1"
    beam.ControlPointSequence = [point]
    ds.BeamSequence = [beam, Dataset()]
    ds.add_new(0x60000010, "US", 5)
    ds.add_new(0x00091001, "LO", "private")
    ds.add_new(0x00091002, "SQ", Sequence([Dataset()]))
    ds.PixelData = b"\0\1" * 5
    ds["PixelData"].VR = "OW"
    return ds


def test_code_makes_the_data_set_again() -> None:
    ds = an_example()
    assert made_by(codify.code_imports() + "\n" + codify.code_dataset(ds, include_private=True))["ds"] == ds


def test_private_elements_are_left_out_unless_they_are_asked_for() -> None:
    ds = an_example()
    public = made_by(codify.code_imports() + "\n" + codify.code_dataset(ds))["ds"]
    ds.remove_private_tags()
    assert public == ds


def test_code_runs_on_pydicom_as_well() -> None:
    code = codify.code_imports() + "\n" + codify.code_dataset(an_example(), include_private=True)
    made = made_by(code, "pydicom")["ds"]
    assert isinstance(made, pydicom.Dataset)
    assert str(made) == str(an_example())


def test_code_is_laid_out_as_pydicoms() -> None:
    ours, theirs = an_example(), pydicom.Dataset()
    for ds in (ours, theirs):
        ds.clear()
        ds.PatientName = "A^B"
        ds.PatientWeight = "70.5"
        ds.BeamSequence = [type(ds)()]
        ds.BeamSequence[0].BeamName = "x"
        ds.ImageType = ["A", "B"]
        ds.FrameIncrementPointer = 0x00181063
    first, second = codify.code_dataset(ours), pydicom.util.codify.code_dataset(theirs)
    assert sorted(first.split("\n")) == sorted(second.split("\n"))


def test_a_whole_program_has_the_file_meta_information(tmp_path: Path) -> None:
    ds = an_example()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.set_original_encoding(False, True)
    made = made_by(codify.code_file_from_dataset(ds, include_private=True))["ds"]
    assert made == ds
    assert made.file_meta == ds.file_meta
    assert made.original_encoding == (False, True)
    path = tmp_path / "a'b.dcm"
    ds.save_as(path)
    code = codify.code_file(str(path), include_private=True)
    assert repr(str(path)) in code
    assert made_by(code)["ds"] == dicom.read(path)


def test_bytes_that_are_too_long_stop_the_program() -> None:
    code = codify.code_dataelem(an_example()["PixelData"], exclude_size=9)
    assert "# 10 bytes were left out" in code
    with pytest.raises(SyntaxError):
        compile(code, "", "exec")
    assert "excluded" not in codify.code_dataelem(an_example()["PixelData"], exclude_size=10)


def test_undefined_lengths_are_kept() -> None:
    ds, item = Dataset(), Dataset()
    ds.BeamSequence = [item]
    ds["BeamSequence"].is_undefined_length = True
    item.is_undefined_length_sequence_item = True
    ds.PixelData = b"\xfe\xff\x00\xe0\0\0\0\0"
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    made = made_by(codify.code_imports() + "\n" + codify.code_dataset(ds))["ds"]
    assert made.BeamSequence.is_undefined_length
    assert made.BeamSequence[0].is_undefined_length_sequence_item
    assert made["PixelData"].is_undefined_length


def test_a_stream_is_coded_by_what_it_holds() -> None:
    ds = Dataset()
    ds.PixelData = io.BytesIO(b"abcd")
    assert "b'abcd'" in codify.code_dataelem(ds["PixelData"])
    assert ds.PixelData.tell() == 0


def test_variables_of_nested_sequences_have_names_of_their_own() -> None:
    outer, middle, inner = Dataset(), Dataset(), Dataset()
    inner.BeamName = "in"
    middle.BeamSequence = [inner]
    outer.BeamSequence = [middle, Dataset()]
    code = codify.code_sequence(outer["BeamSequence"], "out", name_filter=str.upper)
    assert made_by(f"{codify.code_imports()}\nout = Dataset()\n{code}")["out"] == outer


@pytest.mark.parametrize(
    "keyword", ["BeamSequence", "PatientID", "ReferencedStudySequence", "ControlPointIndex", "FractionGroupSequence"]
)
def test_names_are_those_of_pydicom(keyword: str) -> None:
    for name in ("camel_to_underscore", "default_name_filter"):
        assert getattr(codify, name)(keyword) == getattr(pydicom.util.codify, name)(keyword)


@given(value=st.one_of(st.floats(), st.integers(0, 65535), st.text(max_size=20), st.binary(max_size=9)))
def test_any_value_is_a_literal(value: Any) -> None:
    assert repr(eval(codify._literal_of(value))) == repr(value)


@given(text=st.text(max_size=30))
def test_no_value_becomes_code(text: str) -> None:
    ds = Dataset()
    ds.add(dicom.DataElement(0x00104000, "LT", text, already_converted=True))
    (line,) = codify.code_dataset(ds).split("\n")[1:]
    assert line.startswith("ds.PatientComments = ")
    assert eval(line.removeprefix("ds.PatientComments = ")) == text


@pytest.mark.parametrize("name", list(dicom_files())[::8])
def test_the_code_of_a_file_makes_what_was_read(name: str) -> None:
    ds = dicom.read(dicom_files()[name], force=True)
    with warnings.catch_warnings():
        # Values that break their VR are read as they are, and judged when they are put in.
        warnings.simplefilter("ignore")
        made = made_by(codify.code_file_from_dataset(ds, include_private=True))["ds"]
    assert made == ds


def test_the_command_writes_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ds = an_example()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    path, out = tmp_path / "a.dcm", tmp_path / "out.py"
    ds.save_as(path, enforce_file_format=False)
    codify.main(100, [str(path)])
    code = capsys.readouterr().out
    assert code.endswith("ds.save_as('a_from_codify.dcm', enforce_file_format=True)\n")
    codify.main(100, [str(path), str(out), "-s", "b.dcm", "-p"])
    assert "ds.save_as('b.dcm'" in out.read_text()
    assert "private" in out.read_text()
    codify.main(100, [f"{path}::BeamSequence[0]"])
    assert "ControlPointSequence" in capsys.readouterr().out
    with pytest.raises(NotImplementedError, match="data set"):
        codify.main(100, [f"{path}::PatientName"])
