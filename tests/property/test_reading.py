"""What is read doesn't depend on how it is asked for, and is what was written."""

from __future__ import annotations

import io
import math
import struct
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dicom
from dicom.testing.encoder import (
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    Element,
    Items,
    encode_element,
    encode_file,
    encode_value,
    encoding_of,
)
from dicom.testing.strategies import PUBLIC_TAGS, GeneratedFile, elements, files
from tests.parity.compare import Described, describe, describe_file

if TYPE_CHECKING:
    from pathlib import Path

MANY = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
NUMBERS = ("AT", "FD", "FL", "SL", "SS", "SV", "UL", "US", "UV")
BYTES = ("OB", "OD", "OF", "OL", "OV", "OW")


def whole(dataset: Any) -> tuple[dict[str, Described], str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return describe_file(dataset), str(dataset)


@MANY
@given(files())
def test_every_kind_of_source_reads_the_same(made: GeneratedFile) -> None:
    expected = whole(dicom.read(made.data))
    assert whole(dicom.read(memoryview(made.data))) == expected
    assert whole(dicom.read(bytearray(made.data))) == expected
    assert whole(dicom.read(io.BytesIO(made.data))) == expected


@MANY
@given(made=files())
def test_a_path_reads_as_its_bytes(made: GeneratedFile, tmp_path_factory: pytest.TempPathFactory) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "made.dcm"
    path.write_bytes(made.data)
    expected = whole(dicom.read(made.data))
    assert whole(dicom.read(path)) == expected
    assert whole(dicom.read(str(path))) == expected


@MANY
@given(made=files(), size=st.integers(0, 40))
def test_a_value_that_stays_in_the_file_is_the_same(
    made: GeneratedFile, size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "deferred.dcm"
    path.write_bytes(made.data)
    assert whole(dicom.read(path, defer_size=size)) == whole(dicom.read(made.data))


@MANY
@given(made=files(), data=st.data())
def test_specific_tags_are_those_and_the_character_set(made: GeneratedFile, data: st.DataObject) -> None:
    tags = [element.tag for element in made.elements]
    wanted = data.draw(st.lists(st.sampled_from(tags), min_size=1, unique=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = describe(dicom.read(made.data))
        found = describe(dicom.read(made.data, specific_tags=wanted))
    # None wanted in particular: all, as in pydicom.
    kept = {f"({tag >> 16:04X},{tag & 0xFFFF:04X})" for tag in (*(wanted or tags), 0x00080005)}
    # Names and VRs of private elements go with their creator, who may not be among them.
    public = {place for place in expected if int(place[1:5], 16) % 2 == 0}
    assert {place: found.get(place) for place in public if place[:11] in kept} == {
        place: expected[place] for place in public if place[:11] in kept
    }
    assert {place[:11] for place in found} <= kept


@MANY
@given(files())
def test_stopping_before_pixels_leaves_the_rest(made: GeneratedFile) -> None:
    elements = [*made.elements, Element(0x7FE00010, "OW", (1, 2, 3))]
    data = encode_file(sorted(elements, key=lambda element: element.tag), made.transfer_syntax)
    after = ("(7FE0,0010)", "(7FE1,")
    before = {place: what for place, what in whole(dicom.read(data))[0].items() if not place.startswith(after)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stopped = describe_file(dicom.read(data, stop_before_pixels=True))
    assert stopped == before


@pytest.mark.parametrize("transfer_syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG])
@pytest.mark.parametrize("vr", NUMBERS)
def test_numbers_are_those_that_were_written(vr: str, transfer_syntax: str) -> None:
    @settings(MANY, max_examples=30)
    @given(elements(vr))
    def check(element: Element) -> None:
        value = dicom.read(encode_file((element,), transfer_syntax))[element.tag].value
        written: list[Any] = list(element.value) if isinstance(element.value, tuple) else []
        if vr == "FL":
            written = [struct.unpack("<f", struct.pack("<f", number))[0] for number in written]
        found = [] if value is None or value == "" else list(value) if isinstance(value, list) else [value]
        assert [float(number) if vr in ("FL", "FD") else int(number) for number in found] == written
        assert all(math.copysign(1, one) == math.copysign(1, other) for one, other in zip(found, written, strict=True))

    check()


@pytest.mark.parametrize("transfer_syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG])
@pytest.mark.parametrize("vr", BYTES)
def test_bytes_are_those_in_the_file(vr: str, transfer_syntax: str) -> None:
    @settings(MANY, max_examples=30)
    @given(elements(vr))
    def check(element: Element) -> None:
        value = dicom.read(encode_file((element,), transfer_syntax))[element.tag].value
        assert (value or b"") == encode_value(element, encoding_of(transfer_syntax))

    check()


@MANY
@given(elements("SQ", depth=4))
def test_lengths_of_sequences_make_no_difference(element: Element) -> None:
    encodings = [encode_file((with_lengths(element, undefined=undefined),)) for undefined in (True, False)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one, other = (describe(dicom.read(data)) for data in encodings)
    assert one == other


def with_lengths(element: Element, *, undefined: bool) -> Element:
    """The element with all lengths of sequences and items undefined, or all defined."""
    if not isinstance(element.value, Items):
        return element
    items = tuple(
        item._replace(
            elements=tuple(with_lengths(inner, undefined=undefined) for inner in item.elements),
            undefined_length=undefined,
        )
        for item in element.value.items
    )
    return element._replace(value=Items(items), undefined_length=undefined)


@MANY
@given(st.sampled_from(sorted(PUBLIC_TAGS)).flatmap(elements), st.integers(1, 200))
def test_a_cut_element_is_read_or_refused_but_never_more_than_is_there(element: Element, missing: int) -> None:
    data = encode_file((Element(0x00080005, "CS", b"ISO_IR 192"), element))
    end = max(len(data) - missing, len(data) - len(encode_element(element, encoding_of(EXPLICIT_LITTLE))))
    cut = dicom.read(data[:end])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        describe(cut)
    assert cut.findings or end == len(data) or element.tag not in cut
