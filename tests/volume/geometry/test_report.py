"""The geometry report is read by people and by programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dicom.volume.geometry.order import examine
from dicom.volume.geometry.report import DEFECTS, NOTES, Defect, GeometryReport
from tests.volume.made import grid_affine
from tests.volume.planes_made import Times, planes_on

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

# --- in print ---------------------------------------------------------------------------------------------------------


def test_clean_report_is_one_line() -> None:
    report = examine(planes_on(grid_affine(), np.arange(12)))
    assert str(report) == "12 slices axial 2 mm apart: a regular grid (tolerance 0.02 mm)"
    assert repr(report) == "<GeometryReport of 12 slices axial 2 mm apart: a regular grid (tolerance 0.02 mm)>"


def test_report_of_several_defects_is_a_table_with_mm_and_files() -> None:
    affine = grid_affine()
    affine[:3, 0] += affine[:3, 1] / 0.75 * 0.5
    report = examine(planes_on(affine, [0, 1, 2, 5, 6, 7, 7]))
    lines = str(report).splitlines()
    assert lines[0] == "6 slices axial 2 mm apart: 3 defects (tolerance 0.02 mm)"
    assert lines[1].startswith(
        "  defect  duplicate           2 planes lie at slice 5, and nothing tells them apart [IM"
    )
    assert lines[2].startswith(
        "  defect  gap        6 mm     2 slices are missing between slices 2 and 3: 6 mm from one"
    )
    assert lines[2].endswith(" to the next, where most are 2 mm apart [IM0002.dcm, IM0003.dcm]")
    assert lines[3].startswith(
        "  defect  tilt       14.036°  the step from slice to slice leaves the normal by 14.04°,"
    )
    assert lines[3].endswith(
        " towards posterior: each slice lies 0.5 mm towards higher j of the one before it [IM0000.dcm, IM0005.dcm]"
    )
    assert len(lines) == 4


def test_report_of_planes_without_an_order_counts_planes() -> None:
    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns["orientation"][0] = [0, 1, 0, 0, 0, 1]

    lines = str(examine(planes_on(grid_affine(), [0, 1, 2], change=change))).splitlines()
    assert lines[0] == "3 planes, not in order: 1 defect"
    assert lines[1].startswith("  defect  mixed-orientation  90°  2 planes of one Image Orientation (Patient)")


def test_long_report_is_printed_in_part_and_told_in_full() -> None:
    places = np.cumsum([1, 1, 2] * 50)
    report = examine(planes_on(grid_affine(), places))
    lines = str(report).splitlines()
    assert len(lines) == 22
    assert lines[-1].split() == ["...", "30", "more"]
    assert len(report.to_dict()["defects"]) == 50


def test_many_files_are_printed_in_part() -> None:
    report = examine(planes_on(grid_affine(), [0] * 9))
    assert "[IM0000.dcm, IM0001.dcm, IM0002.dcm, 6 more]" in str(report)
    assert len(report.defects[0].files) == 9


def test_html_is_a_table_in_which_names_of_files_are_text() -> None:
    defect = Defect("gap", "2 slices are missing", 6.0, (1, 2), ["/scan/<b>.dcm"], count=2)
    html = GeometryReport([defect], 2.0, 5, 0.02)._repr_html_()
    assert "&lt;b&gt;.dcm" in html
    assert "<b>" not in html
    assert html.count("<tr>") == 1
    assert "<table>" not in GeometryReport([], 2.0, 5, 0.02)._repr_html_()


def test_actions_are_printed_and_told() -> None:
    report = GeometryReport([], 2.0, 5, 0.02).with_actions(["gaps=fill: 2 slots of padding"])
    assert str(report).splitlines()[1].split() == ["done", "gaps=fill:", "2", "slots", "of", "padding"]
    assert report.to_dict()["actions"] == ["gaps=fill: 2 slots of padding"]


# --- for programs -----------------------------------------------------------------------------------------------------


def test_dictionary_goes_through_json() -> None:
    report = examine(planes_on(grid_affine((2.0 / 3, 0.75, 0.5)), [0, 1, 3, 4]))
    told = report.to_dict()
    assert json.loads(json.dumps(told)) == told
    assert told["spacing_mm"] == 0.666667
    assert told["is_clean"] is False
    (gap,) = told["defects"]
    assert gap == {
        "kind": "gap",
        "message": report.defects[0].message,
        "amount": 1.333333,
        "unit": "mm",
        "count": 1,
        "slices": [1, 2],
        "files": ["/scan/IM0001.dcm", "/scan/IM0002.dcm"],
    }


def test_each_kind_is_a_defect_or_a_note_and_has_its_policy() -> None:
    assert not set(DEFECTS) & set(NOTES)
    assert Defect("gap", "").policy == "gaps"
    assert Defect("drift", "").policy == "tilt"
    assert Defect("duplicate", "").policy == "duplicates"
    assert Defect("mixed-size", "").policy == ""
    assert [Defect(kind, "").is_note for kind in ("gap", "overlap")] == [False, True]


def test_defects_and_notes_are_found_by_kind() -> None:
    report = examine(planes_on(grid_affine(), [0, 1, 3], InstanceNumber=[3, 2, 1]))
    assert [defect.kind for defect in report.of_kind("gap")] == ["gap"]
    assert [note.kind for note in report.of_kind("reversed-order")] == ["reversed-order"]
    assert report.of_kind("tilt") == ()


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        ((0.0, 0.0, 0.0), "axial"),
        ((0.0, 0.05, 0.0), "axial"),
        ((90.0, 0.0, 0.0), "coronal"),
        ((0.0, 90.0, 0.0), "sagittal"),
        ((0.0, 90.0, 30.0), "oblique (30° off sagittal)"),
        ((12.5, 0.0, 0.0), "oblique (12.5° off axial)"),
        ((0.0, 180.0, 0.0), "axial"),
    ],
)
def test_orientation_is_said_in_words(turn: tuple[float, float, float], words: str) -> None:
    assert examine(planes_on(grid_affine(angles=turn), [0, 1])).orientation == words


# --- notes ------------------------------------------------------------------------------------------------------------


def noted(places: list[float], **stated: float) -> list[tuple[str, float | None]]:
    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns.update({name: np.full(len(places), value) for name, value in stated.items()})

    report = examine(planes_on(grid_affine(), places, change=change))
    assert report.is_clean
    return [(note.kind, note.amount and round(note.amount, 6)) for note in report.notes]


def test_thick_slices_overlap_and_thin_ones_leave_something_out() -> None:
    assert noted([0, 1, 2], thickness=3.0) == [("overlap", 1.0)]
    assert noted([0, 1, 2], thickness=1.6) == [("slices-apart", 0.4)]
    assert noted([0, 1, 2], thickness=2.01) == []
    assert noted([0, 1, 2], thickness=np.nan) == []
    assert noted([0], thickness=3.0) == []


def test_stated_spacing_is_told_where_positions_contradict_it() -> None:
    assert noted([0, 1, 2], spacing_between_slices=2.5) == [("stated-spacing", 0.5)]
    assert noted([0, 1, 2], spacing_between_slices=2.01) == []
    # NM says by the sign which way slices go.
    assert noted([0, 1, 2], spacing_between_slices=-2.0) == []


def test_either_spacing_of_a_tilted_stack_is_right() -> None:
    affine = grid_affine()
    affine[:3, 0] += affine[:3, 1] / 0.75 * 1.5  # 2.5 mm along the table

    def stated(value: float) -> list[str]:
        def change(columns: dict[str, NDArray[Any]]) -> None:
            columns["spacing_between_slices"] = np.full(4, value)

        return [note.kind for note in examine(planes_on(affine, [0, 1, 2, 3], change=change)).notes]

    assert stated(2.0) == stated(2.5) == []
    assert stated(2.25) == ["stated-spacing"]


@pytest.mark.parametrize(
    ("leans", "said", "amount"), [(0.0, 12.0, 12.0), (0.0, 0.0, None), (15.0, -15.0, None), (15.0, 10.0, 5.0)]
)
def test_stated_tilt_is_compared_with_the_positions(leans: float, said: float, amount: float | None) -> None:
    affine = grid_affine()
    affine[:3, 0] += affine[:3, 1] / 0.75 * 2.0 * np.tan(np.radians(leans))
    report = examine(planes_on(affine, np.arange(6), GantryDetectorTilt=np.full(6, said)))
    notes = [(note.kind, note.unit, note.amount) for note in report.notes]
    assert notes == ([] if amount is None else [("stated-tilt", "°", pytest.approx(amount))])
    assert report.tilt_degrees == pytest.approx(leans)


def test_instance_numbers_are_compared_with_the_positions() -> None:
    def order(numbers: list[float], dimension: Any = None) -> list[tuple[str, tuple[int, ...]]]:
        count = len(numbers) if dimension is None else len(numbers) // 2
        places = list(range(count)) * (len(numbers) // count)
        report = examine(planes_on(grid_affine(), places, InstanceNumber=numbers), dimension)
        assert report.is_clean
        return [(note.kind, note.slices) for note in report.notes]

    assert order([1, 2, 5, 9]) == []
    assert order([9, 5, 2, 1]) == [("reversed-order", ())]
    assert order([1, 4, 3, 2, 5]) == [("swapped-order", (1, 3))]
    assert order([5, 4, 2, 3, 1]) == [("swapped-order", (2, 3))]
    assert order([1, np.nan, 3]) == []
    times = Times([0, 0, 0, 1, 1, 1])
    assert order([1, 3, 5, 2, 4, 6], times) == []
    assert order([1, 3, 5, 6, 4, 2], times) == [("swapped-order", (0, 2))]


# --- no more than there is --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("drop", [1, 5, 10])
def test_dropped_slice_is_a_gap_wherever_it_was(drop: int) -> None:
    places = [k for k in range(12) if k != drop]
    (gap,) = examine(planes_on(grid_affine(), places)).defects
    assert (gap.kind, gap.count, gap.slices, gap.amount) == ("gap", 1, (drop - 1, drop), pytest.approx(4.0))


def test_every_third_slice_missing_is_a_gap_each_time() -> None:
    report = examine(planes_on(grid_affine(), [0, 1, 3, 4, 6, 7, 9, 10]))
    assert [(defect.kind, defect.slices) for defect in report.defects] == [
        ("gap", (1, 2)),
        ("gap", (3, 4)),
        ("gap", (5, 6)),
    ]
    assert report.spacing_mm == pytest.approx(2.0)


def test_gap_among_scattered_slices_is_both() -> None:
    rng = np.random.default_rng(5)
    places = np.concatenate([np.arange(10), np.arange(11, 20)]) + rng.uniform(-0.03, 0.03, 19)
    report = examine(planes_on(grid_affine(), places))
    assert sorted({defect.kind for defect in report.defects}) == ["gap", "uneven-spacing"]
    assert [gap.slices for gap in report.of_kind("gap")] == [(9, 10)]


def test_step_that_grows_slowly_is_uneven_though_no_step_is() -> None:
    places = np.cumsum(1 + np.linspace(0, 0.018, 100))
    (defect,) = examine(planes_on(grid_affine(), places)).defects
    assert defect.kind == "uneven-spacing"
    assert defect.amount is not None
    assert defect.amount > 0.2


def test_fine_stack_is_judged_by_its_own_step() -> None:
    # 0.01 mm would be the whole step of this stack.
    affine = grid_affine((0.012, 0.01, 0.01))
    assert examine(planes_on(affine, np.arange(50))).is_clean
    report = examine(planes_on(affine, [0, 1, 2.4, 3, 4]))
    assert [defect.kind for defect in report.defects] == ["uneven-spacing"]
    assert report.tolerance_mm == pytest.approx(0.003)


def test_one_slice_beside_the_others_is_drift_even_at_the_end() -> None:
    for index in (0, 5, 11):

        def change(columns: dict[str, NDArray[Any]], index: int = index) -> None:
            columns["position"][index] += [0.0, 0.4, 0.0]

        (defect,) = examine(planes_on(grid_affine(), np.arange(12), change=change)).defects
        assert (defect.kind, defect.slices, defect.amount) == ("drift", (index,), pytest.approx(0.4))


def test_slices_scattered_within_their_planes_are_no_tilt() -> None:
    for seed in range(20):
        noise = np.random.default_rng(seed).uniform(-0.3, 0.3, (30, 2))

        def change(columns: dict[str, NDArray[Any]], noise: NDArray[np.float64] = noise) -> None:
            columns["position"][:, :2] += noise

        assert [defect.kind for defect in examine(planes_on(grid_affine(), np.arange(30), change=change)).defects] == [
            "drift"
        ]


def test_time_at_another_place_within_the_plane_is_drift() -> None:
    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns["position"][5:] += [0.3, 0.0, 0.0]

    planes = planes_on(grid_affine(), [*range(5), *range(5)], change=change)
    (defect,) = examine(planes, Times([0] * 5 + [1] * 5)).defects
    assert (defect.kind, defect.count) == ("drift", 5)
