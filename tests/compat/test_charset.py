"""``pydicom.charset``: the same codecs, text and bytes as pydicom's, by the same switches."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pydicom.charset
import pydicom.config
import pydicom.dataelem
import pytest

from dicom import DataElement, settings
from dicom.compat import charset
from dicom.compat.filereader import read_dataset
from tests.compat.oracle import outcome

IGNORE, WARN, RAISE = 0, 1, 2

# What we do another way, and why.
DIFFERENCES = {
    "ISOIR 100": "a term without its underscore is as clear as one with a blank",
    "ISO_IR 100\\ISO_IR 101": "a text of several terms is parted",
}


@pytest.fixture(params=[WARN, RAISE])
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(
        settings,
        "current",
        settings.current.replace(reading_validation=request.param, writing_validation=request.param),
    )
    theirs = pydicom.config.settings
    before = theirs.reading_validation_mode, theirs._writing_validation_mode
    theirs.reading_validation_mode = theirs.writing_validation_mode = request.param
    yield request.param
    theirs.reading_validation_mode, theirs._writing_validation_mode = before


def test_a_table_is_the_one_of_pydicom() -> None:
    for name in ("STAND_ALONE_ENCODINGS", "TEXT_VR_DELIMS"):
        assert getattr(charset, name) == getattr(pydicom.charset, name)
    # Latin alphabet No. 9 is younger than pydicom's table (PS3.3 Table C.12-3).
    latin_9 = (b"\x1b-b", "iso8859_15")
    assert charset.CODES_TO_ENCODINGS.items() - pydicom.charset.CODES_TO_ENCODINGS.items() == {latin_9}
    assert charset.ENCODINGS_TO_CODES.items() - pydicom.charset.ENCODINGS_TO_CODES.items() == {latin_9[::-1]}
    assert charset.CODES_TO_ENCODINGS.items() >= pydicom.charset.CODES_TO_ENCODINGS.items()


def test_every_term_has_the_codec_that_it_has_in_pydicom() -> None:
    assert charset.python_encoding.items() >= pydicom.charset.python_encoding.items()
    for name in ("ESC", "default_encoding", "handled_encodings", "need_tail_escape_sequence_encodings"):
        assert getattr(charset, name) == getattr(pydicom.charset, name)
    assert {str(vr) for vr in pydicom.charset.CUSTOMIZABLE_CHARSET_VR} == charset.CUSTOMIZABLE_CHARSET_VR


def test_a_term_that_a_program_adds_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(charset.python_encoding, "OWN TERM", "cp1251")
    assert charset.convert_encodings("OWN TERM") == ["cp1251"]
    content = b"\x08\0\x05\0CS\x08\0OWN TERM\x10\0\x10\0PN\x02\0\xe4 "
    assert read_dataset(io.BytesIO(content), False, True).PatientName == "д"


@pytest.mark.parametrize(
    "terms",
    [
        None,
        "",
        [],
        "ISO_IR 100",
        ["ISO_IR 100"],
        ["", "ISO 2022 IR 87"],
        "ISO_IR 192",
        ["ISO_IR 192", "ISO_IR 100"],
        ["ISO_IR 100", "ISO_IR 192"],
        "latin_1",
        "nonsense",
        ["nonsense", "ISO_IR 100"],
        "ISO-IR 100",
        "ISO IR 100",
        "ISOIR 100",
        "ISO 2022 100",
        "ISO_IR 100\\ISO_IR 101",
    ],
)
def test_terms_become_the_codecs_that_they_become_in_pydicom(terms: Any, mode: int) -> None:
    theirs = outcome(pydicom.charset.convert_encodings, list(terms) if isinstance(terms, list) else terms)
    assert (outcome(charset.convert_encodings, terms) == theirs) == (str(terms) not in DIFFERENCES)


@pytest.mark.parametrize(
    ("value", "encodings"),
    [
        (b"abc", ["iso8859"]),
        (b"\xe4", ["iso8859"]),
        (b"\xff\x81", ["utf8"]),
        (b"\x1b$B;3ED\x1b(B", ["iso8859", "iso2022_jp"]),
        (b"\x1b$B;3ED\x1b(B^a", ["iso8859"]),
        (b"a", ["nope"]),
        (b"\x1b)I\xb0", ["shift_jis"]),
        (b"\x1b-F\xe0^\xe4", ["latin_1", "iso_ir_126"]),
    ],
)
def test_bytes_become_the_text_that_they_become_in_pydicom(value: bytes, encodings: list[str], mode: int) -> None:
    ours = outcome(charset.decode_bytes, value, encodings, {0x5E})
    theirs = outcome(pydicom.charset.decode_bytes, value, encodings, {0x5E})
    if ours[0] != theirs[0]:
        # An escape sequence that isn't declared stays in the text whole: nothing is lost.
        assert theirs == (("str", "\x1b$B;3ED^a"), ("UserWarning",))
        assert ours == (("str", "\x1b$B;3ED\x1b(B^a"), ("UserWarning",)) or ours[0][1] == "\x1b$B;3ED^a"
    else:
        assert ours == theirs


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        ("abc", ["iso8859"]),
        ("山", ["iso8859"]),
        ("ä", ["iso8859"]),
        ("山", ["iso8859", "iso2022_jp"]),
        ("山ä", ["latin_1"]),
        ("a", ["nope"]),
        ("ä", ["utf8"]),
    ],
)
def test_text_becomes_the_bytes_that_it_becomes_in_pydicom(text: str, encodings: list[str], mode: int) -> None:
    assert outcome(charset.encode_string, text, encodings) == outcome(pydicom.charset.encode_string, text, encodings)


def test_an_error_of_encoding_shows_nothing_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "current", settings.current.replace(writing_validation=RAISE))
    with pytest.raises(UnicodeEncodeError) as raised:
        charset.encode_string("Müller山", ["latin_1"])
    assert "Müller" not in repr(raised.value.args)


@pytest.mark.parametrize("codec", ["shift_jis", "iso2022_jp", "iso2022_jp_2"])
@pytest.mark.parametrize("text", ["ｱ", "山", "a", "ä"])
def test_a_custom_encoder_writes_its_set_alone(codec: str, text: str) -> None:
    ours, theirs = charset.custom_encoders[codec], pydicom.charset.custom_encoders[codec]
    assert outcome(ours, text) == outcome(theirs, text)


@pytest.mark.parametrize(
    ("vr", "value", "terms"),
    [
        ("PN", b"\xc4neas", "ISO_IR 100"),
        ("LO", b"\xc4neas", "ISO_IR 100"),
        ("LO", [b"\xc4neas", b"b"], "ISO_IR 100"),
        ("LO", b"a", None),
        ("LO", "text", "ISO_IR 100"),
        ("LT", b"\xc4", ["ISO_IR 100", "ISO_IR 192"]),
        ("CS", "A", "ISO_IR 100"),
        ("OB", b"A", "ISO_IR 100"),
        ("PN", [b"\xc4neas", b"b"], "ISO_IR 100"),
    ],
)
def test_an_element_is_decoded_in_place_as_in_pydicom(vr: str, value: Any, terms: Any) -> None:
    def decoded(library: Any, kind: Any) -> Any:
        element = kind(0x00091001, vr, value)
        library.decode_element(element, terms)
        return element.value

    assert outcome(decoded, charset, DataElement) == outcome(decoded, pydicom.charset, pydicom.dataelem.DataElement)
