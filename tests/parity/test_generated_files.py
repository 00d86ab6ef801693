"""Files that Hypothesis makes, in every encoding, are read as pydicom reads them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from dicom.testing.encoder import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Element, encode_file, padded
from dicom.testing.strategies import PUBLIC_TAGS, TRANSFER_SYNTAXES, GeneratedFile, elements, files
from dicom.testing.text import CHARACTER_SETS, CharacterSet

from .reading import differences_in

MANY = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
SOME = settings(MANY, max_examples=25)


@pytest.mark.parametrize("transfer_syntax", TRANSFER_SYNTAXES)
def test_whole_data_sets(transfer_syntax: str) -> None:
    @MANY
    @given(files(transfer_syntax))
    def check(made: GeneratedFile) -> None:
        assert differences_in(made.data, pixels=False) == {}

    check()


@pytest.mark.parametrize("vr", sorted(PUBLIC_TAGS))
@pytest.mark.parametrize("transfer_syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG])
def test_each_value_representation(vr: str, transfer_syntax: str) -> None:
    @SOME
    @given(elements(vr))
    def check(element: Element) -> None:
        assert differences_in(encode_file([element], transfer_syntax), pixels=False) == {}

    check()


@pytest.mark.parametrize("character_set", CHARACTER_SETS, ids=lambda chosen: chosen.term or "none")
@pytest.mark.parametrize("vr", ["PN", "LO", "UT"])
def test_each_character_set(character_set: CharacterSet, vr: str) -> None:
    named = [Element(0x00080005, "CS", padded(character_set.term.encode()))] if character_set.term else []

    @SOME
    @given(elements(vr, character_set))
    def check(element: Element) -> None:
        made = sorted([*named, element], key=lambda one: one.tag)
        assert differences_in(encode_file(made, EXPLICIT_LITTLE), pixels=False) == {}

    check()
