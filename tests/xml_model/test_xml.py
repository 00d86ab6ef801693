"""The Native DICOM Model (PS3.19 A.1): what is written, what comes back, and what is refused."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings

import dicom
from dicom.dataset import Dataset
from dicom.errors import DicomError, LimitError, ParseError, ValueRepresentationError
from dicom.testing.encoder import EXPLICIT_BIG, EXPLICIT_LITTLE, Element, encode_file
from dicom.testing.strategies import GeneratedFile, files
from tests.data_sources import dicom_files

MANY = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<NativeDicomModel xml:space="preserve">\n'
TAIL = "\n</NativeDicomModel>\n"
FILES = dicom_files()


def document(inner: str) -> str:
    return HEAD + inner + TAIL


def written(vr: str, value: Any, tag: int = 0x00091001) -> str:
    ds = Dataset()
    ds.add(dicom.DataElement(tag, vr, value, already_converted=True))
    text = ds.to_xml()
    assert text.startswith(HEAD)
    assert text.endswith(TAIL)
    ET.fromstring(text)
    return text.removeprefix(HEAD).removesuffix(TAIL)


def read(inner: str, **arguments: Any) -> Any:
    return Dataset.from_xml(document(inner), **arguments)


def attribute(vr: str, inner: str) -> str:
    return f'<DicomAttribute tag="00091001" vr="{vr}">{inner}</DicomAttribute>'


def test_a_data_set_is_written_as_the_standard_has_it():
    ds = Dataset()
    ds.PatientName = "Yamada^Tarou=\u5c71\u7530^\u592a\u90ce"
    ds.ImageType = ["A", "B"]
    ds.Rows = 5
    ds.add_new(0x00080000, "UL", 10)
    ds.AccessionNumber = ""
    ds.add_new_private("ACME", 0x0009, 1, "x", "LO")
    item = Dataset()
    item.CodeValue = "1"
    ds.ConceptNameCodeSequence = [item, Dataset()]
    assert ds.to_xml() == document(
        """\
<DicomAttribute tag="00080008" vr="CS" keyword="ImageType">
<Value number="1">A</Value>
<Value number="2">B</Value>
</DicomAttribute>
<DicomAttribute tag="00080050" vr="SH" keyword="AccessionNumber">
</DicomAttribute>
<DicomAttribute tag="00090010" vr="LO">
<Value number="1">ACME</Value>
</DicomAttribute>
<DicomAttribute tag="00090001" vr="LO" privateCreator="ACME">
<Value number="1">x</Value>
</DicomAttribute>
<DicomAttribute tag="00100010" vr="PN" keyword="PatientName">
<PersonName number="1">
<Alphabetic>
<FamilyName>Yamada</FamilyName>
<GivenName>Tarou</GivenName>
</Alphabetic>
<Ideographic>
<FamilyName>\u5c71\u7530</FamilyName>
<GivenName>\u592a\u90ce</GivenName>
</Ideographic>
</PersonName>
</DicomAttribute>
<DicomAttribute tag="00280010" vr="US" keyword="Rows">
<Value number="1">5</Value>
</DicomAttribute>
<DicomAttribute tag="0040A043" vr="SQ" keyword="ConceptNameCodeSequence">
<Item number="1">
<DicomAttribute tag="00080100" vr="SH" keyword="CodeValue">
<Value number="1">1</Value>
</DicomAttribute>
</Item>
<Item number="2">
</Item>
</DicomAttribute>"""
    )


@pytest.mark.parametrize(
    ("vr", "value", "text"),
    [("LO", "a<b>&\"c", "a&lt;b&gt;&amp;\"c"), ("LT", "a\r\nb", "a&#13;\nb"), ("LO", " a ", " a "),
     ("DS", dicom.read, None), ("AT", 0x00100020, "00100020"), ("FD", 0.1, "0.1"), ("FD", math.inf, "INF"),
     ("FD", -math.inf, "-INF"), ("UV", 2**64 - 1, "18446744073709551615")],
)  # fmt: skip
def test_values_are_text(vr, value, text):
    if text is None:
        ds = Dataset()
        ds.SliceThickness = "1.50"
        assert '<Value number="1">1.50</Value>' in ds.to_xml()
        return
    assert f'<Value number="1">{text}</Value>' in written(vr, value)
    assert read(written(vr, value))[0x00091001].value == value


@pytest.mark.parametrize("text", ["a\x1bb", "\x01", "a\x0bb", "\ufffe"])
def test_what_xml_has_no_letter_for_stands_as_bytes(text):
    assert "<InlineBinary>" in written("LO", text)
    assert read(written("LO", text))[0x00091001].value == text


@pytest.mark.parametrize("name", ["A^B^C^D^E", "A^B^^", "^B", "=I", "A==P", "A^B^C^D^E^F", "A^B=^I^=P"])
def test_names_come_back(name):
    ds = Dataset()
    ds.PatientName = name
    assert str(Dataset.from_xml(ds.to_xml()).PatientName) == name


def test_a_value_of_wrong_length_stands_as_its_bytes():
    ds = dicom.read(encode_file((Element(0x00280010, "US", b"\1\2\3"),), EXPLICIT_LITTLE))
    assert '<DicomAttribute tag="00280010" vr="UN" keyword="Rows">\n<InlineBinary>AQID</InlineBinary>' in ds.to_xml()


def test_words_of_big_endian_files_are_little_endian():
    ds = dicom.read(encode_file((Element(0x00281201, "OW", (1, 2)),), EXPLICIT_BIG))
    assert "<InlineBinary>AQACAA==</InlineBinary>" in ds.to_xml()


def test_bulk_data_goes_to_the_handler_and_comes_from_it():
    ds = Dataset()
    ds.add_new(0x00091001, "OB", bytes(2000))
    text = ds.to_xml(bulk_data_element_handler=lambda element: 'http://x/"&')
    assert '<BulkData uri="http://x/&quot;&amp;"/>' in text
    asked = []

    def handler(tag: str, vr: str, uri: str) -> bytes:
        asked.append((tag, vr, uri))
        return b"ab"

    assert Dataset.from_xml(text, handler)[0x00091001].value == b"ab"
    assert asked == [("00091001", "OB", 'http://x/"&')]
    uuid = attribute("OB", '<BulkData uuid="1-2"/>')
    assert read(uuid, bulk_data_uri_handler=lambda uri: uri.encode())[0x00091001].value == b"urn:uuid:1-2"
    with pytest.warns(UserWarning, match="bulk_data_uri_handler"):
        assert read(uuid)[0x00091001].value is None
    assert "InlineBinary" in ds.to_xml(10**6, lambda element: "u")


def test_private_elements_find_the_block_of_their_creator():
    inner = (
        '<DicomAttribute tag="00090010" vr="LO"><Value number="1">A</Value></DicomAttribute>'
        '<DicomAttribute tag="00090001" vr="LO" privateCreator="B"><Value number="1">b</Value></DicomAttribute>'
        '<DicomAttribute tag="00091102" vr="LO" privateCreator="B"><Value number="1">c</Value></DicomAttribute>'
    )
    ds = read(inner)
    assert [(int(one.tag), one.value) for one in ds] == [
        (0x00090010, "A"), (0x00090011, "B"), (0x00091101, "b"), (0x00091102, "c"),
    ]  # fmt: skip
    assert ds[0x00091101].private_creator == "B"


def test_a_creator_that_stands_twice_does_not_merge_its_blocks():
    ds = Dataset()
    for tag, value in ((0x00090010, "A"), (0x00090011, "A"), (0x00091001, "x"), (0x00091101, "y")):
        ds.add_new(tag, "LO", value)
    assert Dataset.from_xml(ds.to_xml()) == ds


def test_values_may_stand_in_any_order_and_empty_ones_be_left_out():
    inner = '<Value number="3">c</Value><Value number="1">a</Value>'
    assert read(attribute("LO", inner))[0x00091001].value == ["a", "", "c"]
    assert read(attribute("US", '<Value number="2">5</Value>'))[0x00091001].value == [None, 5]


def test_documents_of_other_writers_are_read():
    model = '<n:NativeDicomModel xmlns:n="http://dicom.nema.org/PS3.19/models/NativeDICOM"><!-- c -->\n'
    model += (
        '<n:DicomAttribute tag="00100020" vr="LO" keyword="PatientID"><n:Value number="1"><![CDATA[a<]]>b</n:Value>'
    )
    model += "</n:DicomAttribute></n:NativeDicomModel>"
    for source in (model, model.encode(), bytearray(model.encode()), model.encode("utf-16")):
        assert Dataset.from_xml(source).PatientID == "a<b"
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?>' + model.replace("a<", "\u00e9")
    assert Dataset.from_xml(latin).PatientID == "\u00e9b"
    assert Dataset.from_xml(latin.encode("latin-1")).PatientID == "\u00e9b"


def test_number_strings_that_are_no_numbers_stay_text():
    assert read(attribute("DS", '<Value number="1">abc</Value>'))[0x00091001].value == "abc"
    assert read(attribute("IS", '<Value number="1">1.5</Value>'))[0x00091001].value == 1.5


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))


@pytest.mark.parametrize(
    "text",
    ["", "x", "<a/>", "<NativeDicomModel>", "<NativeDicomModel>&x;</NativeDicomModel>", "\ud800",
     f"<!DOCTYPE a [{LAUGHS}]><NativeDicomModel>&l11;</NativeDicomModel>",
     '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><NativeDicomModel>&x;</NativeDicomModel>',
     '<!DOCTYPE a SYSTEM "http://localhost/a.dtd"><NativeDicomModel/>',
     '<?xml version="1.0" encoding="nonsense"?><NativeDicomModel/>',
     document("text"), document("<Value/>"), document('<DicomAttribute vr="LO"/>'),
     document('<DicomAttribute tag="0010002" vr="LO"/>'), document('<DicomAttribute tag="00100020"/>'),
     document(attribute("LO", '<Value number="0">a</Value>')), document(attribute("LO", '<Value number="x">a</Value>')),
     document(attribute("LO", '<Value number="999999999">a</Value>')),
     document(attribute("LO", '<Value number="1">a</Value><Value number="1">b</Value>')),
     document(attribute("OB", "<InlineBinary>AAEC</InlineBinary><BulkData uri='u'/>")),
     document(attribute("OB", "<InlineBinary>AA</InlineBinary><InlineBinary>AA</InlineBinary>")),
     document(attribute("OB", "<BulkData/>")), document(attribute("LO", "") * 2),
     document(attribute("PN", "<PersonName><Alphabetic/><Alphabetic/></PersonName>"))],
)  # fmt: skip
def test_what_is_no_native_model_is_refused(text):
    with pytest.raises(ParseError):
        Dataset.from_xml(text.encode() if "nonsense" in text else text)


@pytest.mark.parametrize(
    ("vr", "inner"),
    [("XX", ""), ("US", '<Value number="1">Doe^Jane</Value>'), ("FD", '<Value number="1">Doe^Jane</Value>'),
     ("AT", '<Value number="1">Doe^Jane</Value>'), ("OB", '<Value number="1">Doe^Jane</Value>'),
     ("OB", "<InlineBinary>Doe^Jane</InlineBinary>"), ("US or SS", "")],
)  # fmt: skip
def test_values_that_do_not_fit_are_errors_that_do_not_show_them(vr, inner):
    with pytest.raises(ValueRepresentationError) as caught:
        read(attribute(vr, inner))
    assert "Doe" not in str(caught.value)


def nested(depth: int) -> str:
    opening = '<DicomAttribute tag="0040A730" vr="SQ"><Item number="1">'
    return document(opening * depth + "</Item></DicomAttribute>" * depth)


def test_the_depth_has_a_ceiling():
    for depth in (63, 64):
        assert len(Dataset.from_xml(nested(depth))) == 1
    for depth in (65, 10000):
        with pytest.raises(LimitError, match="xml_depth"):
            Dataset.from_xml(nested(depth))
    assert len(Dataset.from_xml(nested(100), limits={"xml_depth": 100})) == 1
    with pytest.raises(ValueError, match="xml_depth"):
        Dataset.from_xml(nested(1), limits={"depth": 1})


def test_what_no_xml_can_be_made_of_is_named():
    ds = Dataset()
    ds.add(dicom.DataElement(0x00280010, "US", "Doe^Jane", already_converted=True))
    with pytest.raises(DicomError, match=r"\(0028,0010\)") as caught:
        ds.to_xml()
    assert "Doe" not in str(caught.value)


def quietly(source: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dicom.read(source, force=True)


@pytest.mark.parametrize("name", FILES)
def test_every_file_comes_back(name: str):
    ds = quietly(Path(FILES[name]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = ds.to_xml()
        back = Dataset.from_xml(text)
        assert back.to_xml() == text
        assert back.to_json() == Dataset.from_json(ds.to_json()).to_json()


@MANY
@given(files())
def test_made_files_come_back(made: GeneratedFile) -> None:
    ds = quietly(made.data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = ds.to_xml()
        assert Dataset.from_xml(text).to_xml() == text
        assert Dataset.from_xml(text.encode()).to_xml() == text
