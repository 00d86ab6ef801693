"""Tags in all their spellings (PS3.5 7.1.1); shared behaviour is compared with pydicom."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pydicom.tag
import pytest

from dicom.tag import BaseTag, ItemDelimiterTag, ItemTag, SequenceDelimiterTag, Tag, TupleTag

SPELLINGS: list[tuple[Any, ...]] = [
    (0x00100010,),
    ((0x10, 0x10),),
    ([0x10, 0x10],),
    (0x10, 0x10),
    (0x10, None),
    ("0x00100010",),
    ("0X00100010",),
    ("00100010",),
    (" 00100010",),
    ("100010",),
    ("+1",),
    ("0x10", "0x10"),
    ("10", "10"),
    (("0x10", "0x10"),),
    ("PatientName",),
    ("Item",),
    (True,),
    (0,),
    (0xFFFFFFFF,),
]

ERRORS: list[tuple[Any, ...]] = [
    (None,),
    (b"00100010",),
    ({1, 2},),
    (range(2),),
    ((1, 2, 3),),
    ((1,),),
    ((),),
    ((1.0, 2),),
    (1.0, 2),
    (None, 2),
    ((0x10, "10"),),
    (("10", 0x10),),
    ("PatientName", 2),
    (-1,),
    (-1, 0),
    ("-1",),
    (0x100000000,),
    (2**70,),
    ("1000100010",),
    ("FFFFFFFFFFFFFFFFFFFFFFF",),
    (0x10000, 0),
    (0, 0x10000),
    ("10000", "0"),
    (("0", "10000"),),
    (("PatientName", "0"),),
    (("", "1"),),
    ("zz",),
    ("Patient Name",),
    ("PatientsName",),
    ("OverlayRows",),
]


@pytest.mark.parametrize("spelling", SPELLINGS, ids=repr)
def test_a_spelling_gives_the_tag_that_pydicom_gives(spelling: tuple[Any, ...]) -> None:
    expected = pydicom.tag.Tag(*spelling)
    tag = Tag(*spelling)
    assert int(tag) == int(expected)
    assert (str(tag), repr(tag)) == (str(expected), repr(expected))


@pytest.mark.parametrize("spelling", ERRORS, ids=repr)
def test_what_is_no_tag_raises_the_kind_of_error_that_pydicom_raises(spelling: tuple[Any, ...]) -> None:
    with pytest.raises((ValueError, TypeError, OverflowError)) as expected:
        pydicom.tag.Tag(*spelling)
    with pytest.raises(expected.type):
        Tag(*spelling)


def test_three_spellings_of_one_tag_are_equal_and_hash_equal() -> None:
    tags = [Tag(0x00100010), Tag(0x10, 0x10), Tag("PatientName"), Tag("(0010,0010)"), Tag("0010,0010")]
    assert len(set(tags)) == 1
    assert {hash(tag) for tag in tags} == {hash(0x00100010)}
    assert all(tag == other for tag in tags for other in tags)


@pytest.mark.parametrize("spelling", ["", "(0010)", "(,)", "(zz,0010)", 1.5])
def test_what_pydicom_takes_by_accident_is_refused(spelling: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        Tag(spelling)


def test_a_text_that_went_astray_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="keyword") as error:
        Tag("Doe^Jane")
    assert "Doe" not in str(error.value)


@pytest.mark.parametrize(
    "number", [0x00100010, 0x7FE0ABCD, 0x00110010, 0x001100FF, 0x00110100, 0x0011000F, 0x00111001, 7]
)
def test_parts_and_kinds_are_those_of_pydicom(number: int) -> None:
    tag, expected = Tag(number), pydicom.tag.Tag(number)
    names = ["group", "element", "elem", "is_private", "is_private_creator", "private_creator", "json_key"]
    assert {name: getattr(tag, name) for name in names} == {name: getattr(expected, name) for name in names}


@pytest.mark.parametrize(
    "other",
    [
        *((0x10, 0x10), [0x10, 0x10], "PatientName", "00100010", 0x100010, 0x100010 + 0.0, (0x10, 0x11), "PatientID"),
        *("junk", 1.5, None, -1, (0x10,), (1, 2, 3), b"x", None),
    ],
    ids=repr,
)
def test_comparisons_give_what_pydicom_gives(other: Any) -> None:
    tag, expected = Tag(0x10, 0x10), pydicom.tag.Tag(0x10, 0x10)
    assert (tag == other, tag != other, other == tag) == (expected == other, expected != other, other == expected)
    try:
        order = (expected < other, expected <= other, expected > other, expected >= other)
    except TypeError:
        with pytest.raises(TypeError):
            tag < other  # noqa: B015
        with pytest.raises(TypeError):
            tag >= other  # noqa: B015
    else:
        assert (tag < other, tag <= other, tag > other, tag >= other) == order


def test_a_tag_formats_as_itself_and_as_a_number() -> None:
    assert (f"{Tag(0x7FE00010)}", f"{Tag(0x7FE00010):08x}") == ("(7FE0,0010)", "7fe00010")


def test_a_tag_is_its_own_spelling_and_survives_pickle_and_copy() -> None:
    tag = Tag("PatientName")
    assert Tag(tag) is tag
    assert pickle.loads(pickle.dumps(tag)) == tag
    assert type(pickle.loads(pickle.dumps(tag))) is type(copy.deepcopy(tag)) is BaseTag


def test_integers_of_numpy_are_numbers() -> None:
    numpy = pytest.importorskip("numpy")
    assert Tag(numpy.uint32(0x00100010)) == Tag(numpy.int16(0x10), numpy.uint16(0x10)) == 0x00100010


def test_named_tags_and_tuples() -> None:
    assert (ItemTag, ItemDelimiterTag, SequenceDelimiterTag) == (0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD)
    assert TupleTag((0x10, 0x20)) == Tag(0x10, 0x20)
