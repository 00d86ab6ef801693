"""Files that Hypothesis makes, in every encoding, are read as pydicom reads them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

import dicom
from dicom.testing.encoder import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Element, encode_file, padded
from dicom.testing.strategies import PUBLIC_TAGS, TRANSFER_SYNTAXES, GeneratedFile, elements, files
from dicom.testing.text import CHARACTER_SETS, CharacterSet

from .differences import is_habit
from .reading import differences_in

pytestmark = pytest.mark.parity

MANY = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
SOME = settings(MANY, max_examples=25)

#: pydicom leaves the escape sequence of ISO 2022 IR 58 in the text: see the test below.
COMPARED = [chosen for chosen in CHARACTER_SETS if not chosen.term.endswith("ISO 2022 IR 58")]


def unlike(data: bytes) -> dict[str, str]:
    """Where the two readings differ, but for what differs everywhere."""
    return {place: what for place, what in differences_in(data, pixels=False).items() if not is_habit(place, what)}


@pytest.mark.parametrize("transfer_syntax", TRANSFER_SYNTAXES)
def test_whole_data_sets(transfer_syntax: str) -> None:
    @MANY
    @given(files(transfer_syntax, COMPARED))
    def check(made: GeneratedFile) -> None:
        assert unlike(made.data) == {}

    check()


@pytest.mark.parametrize("vr", sorted(PUBLIC_TAGS))
@pytest.mark.parametrize("transfer_syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG])
def test_each_value_representation(vr: str, transfer_syntax: str) -> None:
    @SOME
    @given(elements(vr))
    def check(element: Element) -> None:
        assert unlike(encode_file([element], transfer_syntax)) == {}

    check()


@pytest.mark.parametrize("character_set", COMPARED, ids=lambda chosen: chosen.term or "none")
@pytest.mark.parametrize("vr", ["PN", "LO", "UT"])
def test_each_character_set(character_set: CharacterSet, vr: str) -> None:
    named = [Element(0x00080005, "CS", padded(character_set.term.encode()))] if character_set.term else []

    @SOME
    @given(elements(vr, character_set))
    def check(element: Element) -> None:
        made = sorted([*named, element], key=lambda one: one.tag)
        assert unlike(encode_file(made, EXPLICIT_LITTLE)) == {}

    check()


@pytest.mark.parametrize("name", ["张^小东", "王^东", "Wang^XiaoDong"])
def test_chinese_code_extension_leaves_no_escape_sequence(name: str) -> None:
    run = b"^".join(
        b"\x1b$)A" + part.encode("gb2312") if not part.isascii() else part.encode() for part in name.split("^")
    )
    named = Element(0x00080005, "CS", padded(b"\\ISO 2022 IR 58"))
    data = encode_file([named, Element(0x00100010, "PN", padded(b"Wang^X=" + run))], EXPLICIT_LITTLE)
    assert dicom.read(data).PatientName.ideographic == name
