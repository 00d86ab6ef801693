"""`DataElement` and `Sequence` do what pydicom's do: the same programs on both."""

from __future__ import annotations

import copy
import datetime as dt
import io
import pickle

import pytest

from tests.dataset.two_libraries import OURS, THEIRS, outcome

pytestmark = pytest.mark.parity

PRIVATE = 0x00091002

VALUES = {
    "AE": ["TITLE", ["A", "B"], "", None, "A\\B"],
    "AS": ["001Y", ["001Y", "002M"], "", None],
    "AT": [0x00100010, "PatientName", (0x10, 0x20), [0x00100010, 0x00100020], [(1, 2), (3, 4)], None, []],
    "CS": ["CT", ["A", "B"], "", None, b"AB", ["", ""], [""], [None]],
    "DA": ["20200101", ["20200101", "20210101"], "", None, "20200101-20210101"],
    "DS": ["1.50", 1.5, 2, ["1.50", "2"], "", ["", "1"], None, "1.0\\2.0", "  1.5", 1e-7, "1E5"],
    "DT": ["20200101120000.000000+0100", "2020", "", None],
    "FD": [1.5, 1, [1.0, 2.5], 1e30, None, [], 0.1, -0.0],
    "FL": [1.5, [1.0, 2.5], 3.0e-5, None],
    "IS": ["1", "01", 5, ["1", "02"], "", None, "3\\4", "-1", "+1"],
    "LO": ["it's", "a\"'b", "é\n", ["a", "b"], "", None, "a\\b", b"ab", []],
    "LT": ["a\\b", "x" * 16, "x" * 17, "", None, "two\r\nlines"],
    "OB": [b"", b"a" * 16, b"a" * 17, None, [b"a", b"b" * 20]],
    "OD": [b"\0" * 8, b"\0" * 24],
    "OF": [b"\0" * 8, b"\0" * 24],
    "OL": [b"\0" * 8, b"\0" * 24],
    "OV": [b"\0" * 8, b"\0" * 24],
    "OW": [b"\0" * 8, b"\0" * 24, None],
    "PN": ["A^B", "Yamada^Tarou=山田^太郎=やまだ^たろう", ["a^b", "c"], "", None, "a\\b", b"A^B", "A^B^^^"],
    "SH": ["x", ["a", "b"], "", None],
    "SL": [-1, [1, 2], None, 0],
    "SQ": [[], None],
    "SS": [-1, [1, 2], None],
    "ST": ["a\\b", "x" * 20, "", None],
    "SV": [-1, [1, 2], None],
    "TM": ["120000", "12", ["12", "13"], "", None],
    "UC": ["x", "x" * 17, ["a", "b"], "", None],
    "UI": ["1.2.840.10008.1.2", "1.2.3", ["1.2.840.10008.1.2", "1.2.3"], "", None, []],
    "UL": [1, [1, 2], None, list(range(16)), list(range(17))],
    "UN": [b"", b"a" * 17, b"a", None, "text"],
    "UR": ["http://example.org/a?b=c", "", None],
    "US": [1, [1, 2], None, 0],
    "UT": ["a\\b", "x" * 17, "", None],
    "UV": [1, [1, 2], None],
    "US or SS": [1, -1, [1, 2], b"a" * 17],
    "OB or OW": [b"a", b"a" * 17],
    "US or OW": [1, b"a" * 17],
    "XX": ["x", b"a" * 17],
}


@pytest.mark.parametrize(("vr", "value"), [(vr, value) for vr, values in VALUES.items() for value in values], ids=repr)
def test_an_element_of_each_vr_prints_the_same(vr, value):
    def program(lib):
        element = lib.DataElement(PRIVATE, vr, copy.copy(value))
        return str(element), repr(element), element.VM, element.is_empty, element.repval

    assert outcome(program, OURS) == outcome(program, THEIRS)


@pytest.mark.parametrize("vr", [vr for vr in VALUES if vr != "SQ"])
@pytest.mark.parametrize("value", ["1" * 16, "1" * 17, "1" * 100, b"1" * 17, [1] * 20, ["1" * 20, "2"], [1] * 16])
def test_a_long_value_that_is_kept_as_it_is_prints_the_same(vr, value):
    def program(lib):
        return lib.DataElement(PRIVATE, vr, value, already_converted=True).repval

    assert outcome(program, OURS) == outcome(program, THEIRS)


@pytest.mark.parametrize(
    "tag",
    [
        0x00091002, 0x00090010, 0x00090000, 0x00100000, 0x00100099, 0x60020010, 0x00080001, 0x000900FF, 0x00091000,
        0x0009FFFF, 0x00081111, 0x00280010, 0x50020010, 0x00020010, 0x00000100, 0xFFFEE000, 0x7FE00010, 0x001021B0,
        0x00200010, 0x00291160,
    ],
    ids=hex,
)  # fmt: skip
def test_an_element_of_each_kind_of_tag_has_the_same_name(tag):
    def program(lib):
        element = lib.DataElement(tag, "LO", "")
        return element.name, element.keyword, element.is_private, element.is_retired, str(element)

    assert outcome(program, OURS) == outcome(program, THEIRS)


def sequence(lib, number=2):
    return lib.Sequence([item(lib, f"n{index}") for index in range(number)])


def item(lib, name="n"):
    ds = lib.Dataset()
    ds.PatientName = name
    return ds


def changed(made, change):
    """What a change gave, and what it made of the object."""
    return change(made), made


def shown(lib, **attributes):
    element = lib.DataElement(0x00100010, "PN", "A^B")
    for name, value in attributes.items():
        setattr(element, name, value)
    return element


PROGRAMS = {
    "by keyword": lambda lib: lib.DataElement("PatientName", "PN", "x"),
    "by pair": lambda lib: lib.DataElement((0x10, 0x10), "PN", "x"),
    "by no keyword": lambda lib: lib.DataElement("Nope", "PN", "x"),
    "arguments by name": lambda lib: (lambda e: (e.file_tell, e.is_undefined_length, e))(
        lib.DataElement("PatientName", "PN", "x", file_value_tell=5, is_undefined_length=True, already_converted=True)
    ),
    "arguments by position": lambda lib: (lambda e: (e.file_tell, e.is_undefined_length, e))(
        lib.DataElement(0x00100010, "PN", "x", 5, True, False)
    ),
    "converted already": lambda lib: lib.DataElement(0x00100010, "IS", "x", already_converted=True),
    "bytes for a number": lambda lib: lib.DataElement(PRIVATE, "DS", "x"),
    "text for an integer": lambda lib: lib.DataElement(PRIVATE, "IS", "x"),
    "number for a UID": lambda lib: lib.DataElement(PRIVATE, "UI", 5),
    "number for a sequence": lambda lib: lib.DataElement(PRIVATE, "SQ", 5),
    "data set for a sequence": lambda lib: lib.DataElement(PRIVATE, "SQ", lib.Dataset()),
    "equal": lambda lib: [
        lib.DataElement(1, "LO", "a") == other
        for other in (
            lib.DataElement(1, "LO", "a"),
            lib.DataElement(2, "LO", "a"),
            lib.DataElement(1, "SH", "a"),
            lib.DataElement(1, "LO", "b"),
            "a",
        )
    ],
    "unequal": lambda lib: lib.DataElement(1, "LO", "a") != lib.DataElement(1, "LO", "a"),
    "hash": lambda lib: hash(lib.DataElement(1, "LO", "a")),
    "index of many": lambda lib: lib.DataElement(1, "LO", ["a", "b"])[1],
    "index of text": lambda lib: lib.DataElement(1, "LO", "abc")[0],
    "index of a number": lambda lib: lib.DataElement(1, "US", 3)[0],
    "index of bytes": lambda lib: lib.DataElement(1, "OB", b"abc")[0],
    "index of a sequence": lambda lib: lib.DataElement(1, "SQ", [item(lib)])[0],
    "iteration": lambda lib: list(lib.DataElement(1, "LO", ["a", "b"])),
    "len": lambda lib: len(lib.DataElement(1, "LO", ["a", "b"])),
    "clear": lambda lib: changed(lib.DataElement(1, "LO", ["a", "b"]), lambda e: e.clear()),
    "clear a number": lambda lib: changed(lib.DataElement(1, "US", 3), lambda e: e.clear()),
    "empty_value": lambda lib: [
        lib.DataElement(1, vr, None).empty_value
        for vr in VALUES
        if vr not in ("XX", "UN", "PN") and " " not in vr
    ],
    "the VR set": lambda lib: changed(lib.DataElement(0x00100010, "PN", "A"), lambda e: setattr(e, "VR", "LO")),
    "the tag set": lambda lib: changed(
        lib.DataElement(0x00100010, "PN", "A"), lambda e: setattr(e, "tag", lib.Tag(0x00100020))
    ),
    "the value set": lambda lib: changed(lib.DataElement(0x00280010, "US", 1), lambda e: setattr(e, "value", [1, 2])),
    "the value set twice": lambda lib: changed(
        lib.DataElement(1, "SQ", [item(lib)]), lambda e: (e.value.append(item(lib)), setattr(e, "value", [item(lib)]))
    ),
    "a sequence kept": lambda lib: (lambda s, e: (setattr(e, "value", s), e.value is s)[1])(
        sequence(lib), lib.DataElement(1, "SQ", [])
    ),
    "without VR": lambda lib: str(shown(lib, showVR=False)),
    "narrow name": lambda lib: str(shown(lib, descripWidth=10)),
    "few bytes": lambda lib: str(shown(lib, VR="OB", _value=b"abcdefg", maxBytesToDisplay=3)),
    "display by default": lambda lib: (
        lib.DataElement.descripWidth, lib.DataElement.maxBytesToDisplay, lib.DataElement.showVR, lib.DataElement.is_raw,
    ),
    "a stream": lambda lib: (lambda e: (e.is_buffered, e.VM, type(e.value).__name__))(
        lib.DataElement(0x7FE00010, "OB", io.BytesIO(b"ab"))
    ),
    "no stream": lambda lib: lib.DataElement(0x7FE00010, "OB", b"ab").is_buffered,
    "dates": lambda lib: [
        str(lib.DataElement(1, "DA", dt.date(2020, 1, 1))),
        str(lib.DataElement(1, "TM", dt.time(1, 2, 3))),
    ],
    "pickle": lambda lib: pickle.loads(pickle.dumps(lib.DataElement(0x00080008, "CS", ["A", "B"]))),
    "copy": lambda lib: copy.copy(lib.DataElement(0x00080008, "CS", ["A", "B"])),
    "deepcopy": lambda lib: copy.deepcopy(lib.DataElement(1, "SQ", [item(lib)])),
    "private creator": lambda lib: changed(
        lib.DataElement(0x00091027, "SL", 5), lambda e: setattr(e, "private_creator", "GEMS_IDEN_01")
    ),
    "unknown private creator": lambda lib: changed(
        lib.DataElement(0x00091027, "SL", 5), lambda e: setattr(e, "private_creator", "NOBODY")
    ),
    "sequence": lambda lib: sequence(lib),
    "sequence of nothing": lambda lib: (len(lib.Sequence()), len(lib.Sequence(None)), len(lib.Sequence([]))),
    "sequence of a generator": lambda lib: len(lib.Sequence(item(lib) for _ in range(2))),
    "sequence of numbers": lambda lib: lib.Sequence([1]),
    "sequence of a number": lambda lib: lib.Sequence(1),
    "sequence of a data set": lambda lib: lib.Sequence(item(lib)),
    "sequence of text": lambda lib: lib.Sequence("a"),
    "sequence text": lambda lib: (str(sequence(lib)), repr(sequence(lib)), str(lib.Sequence())),
    "append": lambda lib: changed(sequence(lib), lambda s: s.append(item(lib))),
    "append a number": lambda lib: sequence(lib).append(1),
    "extend": lambda lib: changed(sequence(lib), lambda s: s.extend([item(lib)])),
    "extend by a data set": lambda lib: sequence(lib).extend(item(lib)),
    "extend by numbers": lambda lib: sequence(lib).extend([1]),
    "insert": lambda lib: changed(sequence(lib), lambda s: s.insert(0, item(lib))),
    "insert a number": lambda lib: sequence(lib).insert(0, 1),
    "set an item": lambda lib: changed(sequence(lib), lambda s: s.__setitem__(0, item(lib))),
    "set a number": lambda lib: sequence(lib).__setitem__(0, 1),
    "set a slice": lambda lib: changed(sequence(lib), lambda s: s.__setitem__(slice(0, 1), [item(lib), item(lib)])),
    "set a slice to a data set": lambda lib: sequence(lib).__setitem__(slice(0, 1), item(lib)),
    "set a slice to numbers": lambda lib: sequence(lib).__setitem__(slice(0, 1), [1]),
    "+=": lambda lib: sequence(lib).__iadd__([item(lib)]),
    "+= numbers": lambda lib: sequence(lib).__iadd__([1]),
    "+= a data set": lambda lib: sequence(lib).__iadd__(item(lib)),
    "a slice": lambda lib: (sequence(lib)[0:1], type(sequence(lib)[0:1]).__name__),
    "delete": lambda lib: changed(sequence(lib), lambda s: s.__delitem__(0)),
    "pop": lambda lib: changed(sequence(lib), lambda s: s.pop()),
    "pop the first": lambda lib: changed(sequence(lib), lambda s: s.pop(0)),
    "reverse": lambda lib: changed(sequence(lib), lambda s: s.reverse()),
    "remove": lambda lib: changed(sequence(lib), lambda s: s.remove(item(lib, "n0"))),
    "clear a sequence": lambda lib: changed(sequence(lib), lambda s: s.clear()),
    "index": lambda lib: sequence(lib).index(item(lib, "n1")),
    "contains": lambda lib: (item(lib, "n1") in sequence(lib), item(lib, "x") in sequence(lib)),
    "equal sequences": lambda lib: (
        sequence(lib) == sequence(lib), sequence(lib) == [item(lib, "n0"), item(lib, "n1")], lib.Sequence() == [],
        sequence(lib) == sequence(lib, 1), sequence(lib) != sequence(lib), lib.Sequence() == 5,
    ),
    "hash of a sequence": lambda lib: hash(sequence(lib)),
    "pickle of a sequence": lambda lib: pickle.loads(pickle.dumps(sequence(lib))),
    "copy of a sequence": lambda lib: (lambda s: (copy.copy(s), copy.copy(s)[0] is s[0]))(sequence(lib)),
    "deepcopy of a sequence": lambda lib: (lambda s: (copy.deepcopy(s), copy.deepcopy(s)[0] is s[0]))(sequence(lib)),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_same_as_pydicom(name):
    assert outcome(PROGRAMS[name], OURS) == outcome(PROGRAMS[name], THEIRS)
