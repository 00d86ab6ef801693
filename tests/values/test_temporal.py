"""DA, TM and DT: Python's own types with the text they came from."""

from __future__ import annotations

import copy
import pickle
import warnings
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dicom.errors import ValueRepresentationError
from dicom.values import DA, DT, TM
from dicom.values.temporal import dicom_text

valuerep = pytest.importorskip("pydicom.valuerep")

CLASSES = {"DA": (DA, date), "TM": (TM, time), "DT": (DT, datetime)}


def _facts(make: Any, plain: type, argument: Any) -> tuple[Any, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = make(argument)
        except ValueError:
            return ("refused",)
    if value is None:
        return (None,)
    fields = [
        getattr(value, name) for name in ("year", "month", "day", "hour", "second", "tzinfo") if hasattr(value, name)
    ]
    return type(value).__name__, str(value), repr(value), value.original_string, fields, isinstance(value, plain)


@pytest.mark.parametrize(
    ("vr", "text"),
    [
        *(
            ("DA", text)
            for text in ("20200102", "2020.01.02", "", "   ", "2020", "abc", "20201301", "20200102-", "-20200102")
        ),
        *(("DA", text) for text in ("20200102-20200103", "202001021", "2020010", "200001  ", " 20200102")),
        *(("TM", text) for text in ("101112", "10", "1011", "101112.5", "101112.123456", "101160", "101112.", "")),
        *(
            ("TM", text)
            for text in ("1", "251112", "1011-1012", "101112.1234567", "10.5", "abc", "240000", "10111", "101161")
        ),
        *(("DT", text) for text in ("2020", "202001", "20200102", "2020010203", "202001020304", "20200102030405", "")),
        *(("DT", text) for text in ("20200102030405.123456", "20200102030405.1", "2020+0100", "20200102030405-0500")),
        *(("DT", text) for text in ("20200102030405.123456+0100", "20200102030405.123456-1200", "20200102030460")),
        *(
            ("DT", text)
            for text in ("abc", "-2020", "20201301", "20200102030461", "20200102030405.123456+2500", "2020-0500")
        ),
    ],
)
def test_text_makes_the_same_as_in_pydicom(vr: str, text: str) -> None:
    ours, plain = CLASSES[vr]
    assert _facts(ours, plain, text) == _facts(getattr(valuerep, vr), plain, text)


@given(st.dates())
@example(date(999, 1, 1))
def test_dates_make_the_same_as_in_pydicom(moment: date) -> None:
    assert dicom_text(moment) == f"{moment.year:04}{moment.month:02}{moment.day:02}"
    assert DA(dicom_text(moment)) == moment
    if moment.year >= 1000:
        # Below, pydicom leaves the leading zeros out.
        assert _facts(DA, date, moment) == _facts(valuerep.DA, date, moment)


@given(st.times())
def test_times_make_the_same_as_in_pydicom(moment: time) -> None:
    assert _facts(TM, time, moment) == _facts(valuerep.TM, time, moment)
    assert TM(dicom_text(moment)) == moment


OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.one_of(st.none(), OFFSETS)))
def test_datetimes_make_the_same_as_in_pydicom(moment: datetime) -> None:
    ours, theirs = DT(moment), valuerep.DT(moment)
    assert ours == theirs == moment
    assert DT(str(ours)) == moment
    assert str(ours) == str(theirs)


@pytest.mark.parametrize(
    "text",
    [
        "2020-2021",
        "20200102-20200103",
        "2020-",
        "2020010",
        "20200102030405+01",
        "20200102030405.1234567",
        "20200102030405&ZZXX",
        "20200102030405.12Z",
        "20200102030405+1500",
        "20200102030405+1360",
    ],
)
def test_ranges_and_broken_ends_are_refused(text: str) -> None:
    # pydicom takes what it understands at the beginning, a range's second year for an offset included.
    assert valuerep.DT(text) is not None
    with pytest.raises(ValueRepresentationError) as caught:
        DT(text)
    assert text not in str(caught.value)


def test_padding_is_taken_off() -> None:
    assert (str(TM("1011 ")), str(DT("2020 ")), str(DA("20200102 "))) == ("1011", "2020", "20200102")


def test_the_offset_keeps_its_name() -> None:
    moment = DT("20200102030405.123456+0130")
    assert moment.utcoffset() == timedelta(minutes=90)
    assert moment.tzname() == "+0130"


@pytest.mark.parametrize("make", [lambda: TM("101160"), lambda: DT("20200102101160")])
def test_a_leap_second_becomes_second_59_with_a_warning_and_keeps_its_text(make: Any) -> None:
    with pytest.warns(UserWarning, match="leap second") as met:
        value = make()
    assert met[0].filename == __file__
    assert (value.second, str(value)[-6:]) == (59, "101160")
    other = pickle.loads(pickle.dumps(value))
    assert (other, str(other)) == (value, str(value))


@pytest.mark.parametrize(
    "value", [DA("2020.01.02"), TM("10"), TM("101112.5"), DT("2020+0100"), DT("20200102030405"), DA(date(2020, 1, 2))]
)
def test_they_survive_copy_and_pickle(value: Any) -> None:
    for other in (copy.copy(value), copy.deepcopy(value), *(pickle.loads(pickle.dumps(value, n)) for n in range(2, 6))):
        assert type(other) is type(value)
        assert (other, str(other), other.original_string) == (value, str(value), value.original_string)


def test_they_equal_and_hash_as_pythons_own() -> None:
    assert DA("20200102") == date(2020, 1, 2)
    assert hash(TM("10")) == hash(time(10))
    assert DT("2020") == datetime(2020, 1, 1)
    assert DA("20200102") != "20200102"


def test_they_are_made_of_each_other() -> None:
    assert str(DA(DA("2020.01.02"))) == "2020.01.02"
    assert str(TM(TM("10"))) == "10"
    assert str(DT(DT("2020"))) == "2020"
    assert str(DA(datetime(2020, 1, 2, 3))) == "20200102"


def test_what_arithmetic_and_constructors_made_makes_values_too() -> None:
    assert DA(DA(2020, 1, 2)).original_string == "20200102"
    assert TM(TM("0102").replace(hour=3)).original_string == "030200"
    assert DT(DT.combine(DA("20200102"), TM("010203.5"))).original_string == "20200102010203.500000"


def test_arithmetic_and_pythons_constructors_still_work() -> None:
    tomorrow = DA("20200102") + timedelta(days=1)
    assert (type(tomorrow), tomorrow) == (DA, date(2020, 1, 3))
    assert dicom_text(tomorrow) == "20200103"
    assert DA(2020, 1, 2) == date(2020, 1, 2)
    assert DT(2020, 1, 2, 3) == datetime(2020, 1, 2, 3)
    assert TM(10, 30) == time(10, 30)
    assert DA.fromisoformat("2020-01-02") == date(2020, 1, 2)
    assert DA("20200102").replace(year=2021) == date(2021, 1, 2)
    assert isinstance(DT.now(), DT)
    assert f"{DA('20200102'):%d.%m.%Y}" == "02.01.2020"


@pytest.mark.parametrize(
    ("make", "wrong"), [(DA, 5.0), (TM, 5.5), (DT, 5.0), (TM, date(2020, 1, 1)), (DT, date(2020, 1, 1))]
)
def test_other_types_are_refused(make: Any, wrong: Any) -> None:
    with pytest.raises(ValueRepresentationError):
        make(wrong)


@given(st.text(max_size=30))
def test_no_text_does_anything_but_make_a_value_or_be_refused(text: str) -> None:
    for make, plain in CLASSES.values():
        try:
            value = make(text)
        except ValueRepresentationError:
            continue
        assert value is None or isinstance(value, plain)
