"""Evidence prints as a table, and is plain values for those who compute."""

from __future__ import annotations

import json
from datetime import datetime

import numpy as np
import pytest

from dicom.volume.evidence import Entry, Evidence

EVIDENCE = Evidence(
    "SUVbw",
    [
        Entry("weight", 70.0, "kg", "PatientWeight (0010,1030)"),
        Entry("injection", datetime(2026, 1, 2, 9, 15), "", "RadiopharmaceuticalStartTime (0018,1072)", "its day <1>"),
        Entry("factor", np.array([0.25, np.nan, 0.5]), "g/ml a count"),
    ],
)


def test_printed_it_is_a_table_with_each_assumption_below_its_entry() -> None:
    assert str(EVIDENCE).splitlines() == [
        "SUVbw",
        "  weight     70 kg                                PatientWeight (0010,1030)",
        "  injection  2026-01-02 09:15:00                  RadiopharmaceuticalStartTime (0018,1072)",
        "             assumed: its day <1>",
        "  factor     0.25 to 0.5 g/ml a count (3 slices)",
    ]


def test_entries_are_found_by_name() -> None:
    assert EVIDENCE["weight"].value == 70.0
    assert "weight" in EVIDENCE
    assert "height" not in EVIDENCE
    assert len(EVIDENCE) == 3
    with pytest.raises(KeyError):
        EVIDENCE["height"]


def test_assumptions_are_listed() -> None:
    assert EVIDENCE.assumptions == ("injection: its day <1>",)
    assert repr(EVIDENCE) == "<Evidence of SUVbw: 3 entries, 1 assumptions>"


def test_as_dicts_holds_what_json_can() -> None:
    plain = EVIDENCE.as_dicts()
    assert plain[0] == {
        "name": "weight",
        "value": 70.0,
        "unit": "kg",
        "source": "PatientWeight (0010,1030)",
        "assumption": "",
    }
    assert plain[1]["value"] == "2026-01-02T09:15:00"
    assert plain[2]["value"] == [0.25, None, 0.5]
    json.dumps(plain, allow_nan=False)


def test_html_has_a_row_an_entry_and_no_markup_of_theirs() -> None:
    html = EVIDENCE._repr_html_()
    assert html.count("<tr>") == 4
    assert "its day &lt;1&gt;" in html


def test_nothing_is_printed_too() -> None:
    assert str(Evidence("dose", ())) == "dose"
    assert str(Evidence("dose", [Entry("factor", np.array([np.nan]))])) == "dose\n  factor  none (1 slices)"
