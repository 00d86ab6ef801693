"""Printing: the classic form, any depth, and nothing read that needn't be."""

from __future__ import annotations

import io
import pickle
from types import SimpleNamespace

import pydicom
import pytest

from dicom import read
from dicom.dataset import Dataset
from dicom.errors import BytesLengthException
from dicom.testing.encoder import EXPLICIT_LITTLE, Element, encode_file
from tests.elements.encoded import ELEMENTS, read_plan

CLASSIC = """\
Dataset.file_meta -------------------------------
(0002,0010) Transfer Syntax UID                 UI: Explicit VR Little Endian
-------------------------------------------------
(0008,0016) SOP Class UID                       UI: CT Image Storage
(0010,0010) Patient's Name                      PN: 'Test'
(300A,00B0)  Beam Sequence  2 item(s) ----\x20
   (300A,00C2) Beam Name                           LO: 'b'
   ---------

   ---------
(7FE0,0010) Pixel Data                          OB or OW: Array of 100 elements"""


def test_the_classic_form():
    ds = Dataset()
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    ds.PatientName = "Test"
    beam = Dataset()
    beam.BeamName = "b"
    ds.BeamSequence = [beam, Dataset()]
    ds.PixelData = b"\0" * 100
    assert str(ds) == CLASSIC
    assert repr(ds) == CLASSIC


def test_a_file_prints_as_in_pydicom():
    theirs = pydicom.dcmread(io.BytesIO(encode_file(ELEMENTS, EXPLICIT_LITTLE)))
    assert str(read_plan()) == str(theirs)


def test_the_value_of_long_bytes_isn_t_read_to_be_printed():
    ds = read_plan()
    assert "(7FE0,0010) Pixel Data                          OW: Array of 40 elements" in str(ds)
    assert not ds["PixelData"]._is_loaded


@pytest.mark.parametrize("depth", [1, 50, 3000])
def test_no_depth_is_too_deep(depth):
    ds = Dataset()
    inner = ds
    for _ in range(depth):
        item = Dataset()
        inner.BeamSequence = [item]
        inner = item
    inner.PatientName = "deep"
    assert str(ds).split("\n")[depth] == "   " * depth + "(0010,0010) Patient's Name                      PN: 'deep'"
    assert str(ds).count("item(s)") == depth
    assert sum(1 for _ in ds.iterall()) == depth + 1
    visited = []
    ds.walk(lambda dataset, element: visited.append(element.tag))
    assert len(visited) == depth + 1
    while depth:  # taken apart from the top, so that the end of the test doesn't recurse either
        item = ds.BeamSequence[0]
        ds.BeamSequence.clear()
        ds = item
        depth -= 1


def test_indentation_can_be_chosen():
    class Dotted(Dataset):
        indent_chars = ".."

    ds, item = Dotted(), Dotted()
    item.BeamName = "b"
    ds.BeamSequence = [item]
    assert str(ds).split("\n")[1:] == ["..(300A,00C2) Beam Name                           LO: 'b'", "..---------"]


def test_the_form_of_an_element_can_be_chosen(monkeypatch):
    ds = Dataset()
    ds.PatientName = "Test"
    ds["PatientName"].descripWidth = 20
    assert str(ds) == "(0010,0010) Patient's Name       PN: 'Test'"
    ds["PatientName"].showVR = False
    assert str(ds) == "(0010,0010) Patient's Name       'Test'"


def test_formats_ask_only_for_what_they_name():
    ds = read_plan()
    assert list(ds.formatted_lines("%(tag)s", "%(tag)s!"))[-1] == "(7FE0,0010)"
    assert not ds["PixelData"]._is_loaded


@pytest.mark.parametrize(
    ("terms", "name"),
    [
        ("ISO_IR 100", "Buc^Jérôme"),
        ("ISO_IR 144", "Люкceмбypг"),
        ("ISO_IR 192", "Wang^XiaoDong=王^小东"),
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동"),
        ("GB18030", "Wang^XiaoDong=王^小东"),
    ],
)
def test_names_in_each_script_print_as_in_pydicom(terms, name):
    shown = []
    for library in (SimpleNamespace(Dataset=Dataset), pydicom):
        ds = library.Dataset()
        ds.SpecificCharacterSet = terms
        ds.PatientName = name
        ds.PatientComments = name
        shown.append(str(ds))
    assert shown[0] == shown[1]
    assert name in shown[0]


def test_bytes_that_are_no_whole_values_are_counted():
    ds = read(encode_file([Element(0x00280010, "US", b"\1\0\2"), Element(0x00280011, "US", (7,))]))
    line, following = str(ds).splitlines()[-2:]
    assert line == "(0028,0010) Rows                                US: 3 bytes, no whole number of values"
    assert following.endswith("US: 7")
    assert "3 bytes, no whole number of values" in ds._repr_html_()
    with pytest.raises(BytesLengthException):
        ds["Rows"].value  # noqa: B018


def test_bytes_that_are_no_whole_values_are_pickled_as_bytes():
    ds = read(encode_file([Element(0x00280010, "US", b"\1\0\2"), Element(0x00280011, "US", (7,))]))
    again = pickle.loads(pickle.dumps(ds))
    assert (again["Rows"].VR, again.Rows, again.Columns) == ("UN", b"\1\0\2", 7)
