"""Lists of values: they convert what is put in, and know that they were changed."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom.errors import ValueRepresentationError
from dicom.values import DS, IS, DSfloat, MultiValue, PersonName

multival = pytest.importorskip("pydicom.multival")
valuerep = pytest.importorskip("pydicom.valuerep")


def _numbers() -> MultiValue:
    return MultiValue._from_list([DSfloat("1.0"), DSfloat("2"), DSfloat("3.50")], "DS")


@pytest.mark.parametrize(
    ("make", "theirs", "values"),
    [
        (DS, valuerep.DS, ["1.0", "2", "3.50"]),
        (DS, valuerep.DS, ["1", "", None]),
        (IS, valuerep.IS, ["1", "", "03"]),
        (str, str, ["a", "b", ""]),
        (str, str, []),
        (bytes, bytes, [b"a", b""]),
        (PersonName, valuerep.PersonName, ["a^b", ""]),
        (float, float, [1, 2.5]),
    ],
)
def test_prints_and_compares_as_in_pydicom(make: Any, theirs: Any, values: list[Any]) -> None:
    ours, other = MultiValue(make, values), multival.MultiValue(theirs, values)
    assert (str(ours), repr(ours)) == (str(other), repr(other))
    assert (ours == values) == (other == values)
    assert len(ours) == len(other)


def test_equals_lists_and_arrays() -> None:
    assert _numbers() == [1, 2, 3.5]
    assert _numbers() == [1, 2, 3.5]
    assert _numbers() != [1, 2]
    assert _numbers() != (1, 2, 3.5)
    numpy = pytest.importorskip("numpy")
    assert (_numbers() == numpy.array([1, 2, 4])).tolist() == [True, True, False]
    assert numpy.array(_numbers()).tolist() == [1.0, 2.0, 3.5]


def test_a_slice_is_one_too() -> None:
    part = _numbers()[:2]
    assert type(part) is MultiValue
    part.append("5.0")
    assert type(part[2]) is DSfloat


EDITS: dict[str, Callable[[Any], Any]] = {
    "set": lambda values: values.__setitem__(0, "9"),
    "set slice": lambda values: values.__setitem__(slice(0, 1), ["7", "8"]),
    "delete": lambda values: values.__delitem__(0),
    "append": lambda values: values.append("4"),
    "insert": lambda values: values.insert(0, "4"),
    "extend": lambda values: values.extend(["4", "5"]),
    "+=": lambda values: values.__iadd__(["4"]),
    "*=": lambda values: values.__imul__(2),
    "remove": lambda values: values.remove(2),
    "pop": lambda values: values.pop(),
    "clear": lambda values: values.clear(),
    "sort": lambda values: values.sort(key=lambda value: -value),
    "reverse": lambda values: values.reverse(),
}


@pytest.mark.parametrize("name", EDITS)
def test_every_change_in_place_is_noticed_and_keeps_the_type(name: str) -> None:
    values = _numbers()
    assert not values._edited
    EDITS[name](values)
    assert values._edited
    assert all(type(value) is DSfloat for value in values)


@pytest.mark.parametrize("name", sorted(set(EDITS) - {"*="}))
def test_every_change_in_place_gives_what_pydicom_gives(name: str) -> None:
    # A list can be multiplied; pydicom's class can't.
    theirs = multival.MultiValue(valuerep.DS, ["1.0", "2", "3.50"])
    ours = _numbers()
    EDITS[name](theirs)
    EDITS[name](ours)
    assert str(ours) == str(theirs)


@pytest.mark.parametrize("change", ["append", "insert", "extend", "set"])
def test_a_value_that_cannot_be_converted_changes_nothing(change: str) -> None:
    values = _numbers()
    edits: dict[str, Callable[[], Any]] = {
        "append": lambda: values.append("x"),
        "insert": lambda: values.insert(0, "x"),
        "extend": lambda: values.extend(["1", "x"]),
        "set": lambda: values.__setitem__(0, "x"),
    }
    with pytest.raises(ValueRepresentationError):
        edits[change]()
    assert values == [1, 2, 3.5]
    assert not values._edited


@given(st.lists(st.integers(-5, 5)), st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(-9, 9))))
def test_it_is_a_list_in_all_it_does(start: list[int], steps: list[tuple[str, int]]) -> None:
    values, plain = MultiValue._from_list(list(start), "SL"), list(start)
    for name, number in steps:
        for target in (values, plain):
            if name == "append":
                target.append(number)
            elif name == "insert":
                target.insert(number, number)
            elif name == "pop" and target:
                target.pop()
            elif name == "sort":
                target.sort(reverse=number > 0)
            elif name == "reverse":
                target.reverse()
            elif name == "remove" and number in target:
                target.remove(number)
    assert values == plain


def test_copies_are_apart_and_keep_what_they_convert_to() -> None:
    values = _numbers()
    values.append("4")
    for other in (copy.copy(values), copy.deepcopy(values), values.copy(), pickle.loads(pickle.dumps(values))):
        assert type(other) is MultiValue
        assert other == values
        assert other._edited
        other.append("5.50")
        assert str(other[-1]) == "5.50"
        assert type(other[-1]) is DSfloat
    assert len(values) == 4


def test_deep_copies_copy_what_is_in_it() -> None:
    inner = [1]
    values = MultiValue._from_list([inner], "UN")
    assert copy.deepcopy(values)[0] is not inner
    assert copy.copy(values)[0] is inner


def test_a_vr_names_what_is_made_of_its_values() -> None:
    assert [type(value) for value in MultiValue("PN", ["a^b", "c"])] == [PersonName, PersonName]


def test_it_has_no_hash() -> None:
    with pytest.raises(TypeError):
        hash(_numbers())


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values.append(5),
        lambda values: values.insert(0, 5),
        lambda values: values.extend([5]),
        lambda values: values.__setitem__(0, 5),
        lambda values: values.__setitem__(slice(0, 1), [5]),
    ],
)
def test_what_breaks_the_vr_warns_at_the_line_that_puts_it_in(change) -> None:
    values = MultiValue("CS", ["A", "B"])
    with pytest.warns(UserWarning, match="VR CS") as met:
        change(values)
    assert met[0].filename == __file__
    assert "5" not in str(met[0].message)
    assert 5 in values
