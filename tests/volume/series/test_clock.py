"""Dates and times as seconds."""

from __future__ import annotations

import numpy as np
import pytest

from dicom.volume.series.clock import seconds_of_date_times, seconds_of_times


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("101530", 36930.0),
        ("101530.25", 36930.25),
        ("101530.123456", 36930.123456),
        ("1015", 36900.0),
        ("10", 36000.0),
        ("10:15:30", 36930.0),
        ("101530 ", 36930.0),
        ("235960", 86400.0),
    ],
)
def test_a_time_is_seconds_of_its_day(text: str, seconds: float) -> None:
    assert seconds_of_times([text])[0] == pytest.approx(seconds, abs=1e-9)


@pytest.mark.parametrize("text", [None, "", "1", "10153", "1015301", "morning", "10153x", "101530.x", "-01530", "１０"])
def test_what_is_no_time_is_not_a_number(text: str | None) -> None:
    assert np.isnan(seconds_of_times([text])[0])


def test_days_count_where_they_are_said() -> None:
    seconds = seconds_of_times(["235959", "000001"], ["20251231", "20260101"])
    assert seconds[1] - seconds[0] == 2.0


def test_microseconds_count_beside_days() -> None:
    seconds = seconds_of_date_times(["20260102101500.000001", "20260102101501.234501"])
    assert seconds[1] - seconds[0] == pytest.approx(1.2345, abs=1e-10)
    seconds = seconds_of_times(["101500.000001", "101501.234501"], ["20260102", "20260102"])
    assert seconds[1] - seconds[0] == pytest.approx(1.2345, abs=1e-10)


def test_a_date_of_old_files_has_points() -> None:
    assert seconds_of_times(["00"], ["2026.01.02"])[0] == seconds_of_times(["00"], ["20260102"])[0]


def test_date_and_time_in_one_element_are_brought_to_one_zone() -> None:
    seconds = seconds_of_date_times(
        ["20260102101500", "20260102111500+0100", "20260102051500-0500", "20260102101500.5"]
    )
    assert (seconds - seconds[0]).tolist() == [0.0, 0.0, 0.0, 0.5]


@pytest.mark.parametrize("text", [None, "", "2026", "20261302101500", "20260102101500+1", "yesterday", "20260102+x100"])
def test_what_is_no_date_and_time_is_not_a_number(text: str | None) -> None:
    assert np.isnan(seconds_of_date_times([text])[0])
