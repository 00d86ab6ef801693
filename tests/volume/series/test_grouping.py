"""What belongs to one stack: by angles and numbers, not by text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dicom
from dicom.volume.planes import Planes
from dicom.volume.series.grouping import ANGLE_TOLERANCE_DEGREES, combined, parts_of, plane_name
from dicom.volume.series.image_kind import ImageKind, image_kind
from dicom.volume.series.locations import locations_of
from tests.volume.made import decimal, grid_affine, plane_data_sets, stored_values, write_series


class MadeHeaders:
    """Headers of files that all say the same, but for what is given."""

    def __init__(self, count: int, **texts: list[str | None]) -> None:
        self.sources = [f"IM{file}" for file in range(count)]
        self.names = self.sources
        self._texts = texts

    def text(self, name: str) -> list[str | None]:
        return self._texts.get(name, ["1"] * len(self.sources))


def made_planes(
    orientation: Any, position: Any = None, spacing: Any = (0.75, 0.5), rows: Any = 20, **texts: list[str | None]
) -> Planes:
    orientation = np.asarray(orientation, float)
    count = len(orientation)
    if position is None:
        normal = np.cross(orientation[:, :3], orientation[:, 3:])
        position = normal * np.arange(count)[:, None]
    numbers = {
        "position": position,
        "orientation": orientation,
        "pixel_spacing": np.broadcast_to(spacing, (count, 2)).copy(),
    }
    every = np.arange(count)
    return Planes(
        MadeHeaders(count, **texts),
        every,
        np.zeros(count, int),
        np.broadcast_to(rows, count).copy(),
        np.full(count, 24),
        numbers,
    )


def turned(degrees: Any) -> np.ndarray[Any, Any]:
    """Axial directions turned about z."""
    angle = np.radians(np.asarray(degrees, float))
    zero = np.zeros_like(angle)
    return np.stack([np.cos(angle), np.sin(angle), zero, -np.sin(angle), np.cos(angle), zero], axis=-1)


def rows_of(planes: Planes) -> list[list[int]]:
    return [part.rows.tolist() for part in parts_of(planes)]


# --- orientation -----------------------------------------------------------------------------------------------------


def test_directions_within_the_tolerance_are_one() -> None:
    assert rows_of(made_planes(turned([0, 0.05, -0.05, 0.09]))) == [[0, 1, 2, 3]]


def test_directions_beyond_the_tolerance_are_two() -> None:
    assert rows_of(made_planes(turned([0, 0.12, 0, 0.12]))) == [[0, 2], [1, 3]]


@pytest.mark.parametrize(("factor", "parts"), [(0.99, 1), (1.01, 2)])
def test_the_tolerance_is_an_angle(factor: float, parts: int) -> None:
    assert len(rows_of(made_planes(turned([0, ANGLE_TOLERANCE_DEGREES * factor])))) == parts


def test_directions_of_other_length_or_text_are_one() -> None:
    directions = turned([0, 0, 0])
    directions[1] *= 1.001
    directions[2, 1] = 1e-5
    assert rows_of(made_planes(directions)) == [[0, 1, 2]]


def test_opposite_directions_are_two() -> None:
    directions = turned([0, 0])
    directions[1, 3:] *= -1
    assert rows_of(made_planes(directions)) == [[0], [1]]


def test_a_radial_series_falls_into_its_directions() -> None:
    angles = np.repeat(np.arange(0, 180, 1.0), 3)
    assert rows_of(made_planes(turned(angles))) == [[3 * n, 3 * n + 1, 3 * n + 2] for n in range(180)]


def test_many_directions_are_told_apart_in_bounded_time() -> None:
    angles = np.random.default_rng(1).permutation(np.arange(4000) * 0.25)
    assert len(parts_of(made_planes(turned(angles % 360)))) == len(np.unique(angles % 360))


@pytest.mark.parametrize(
    "broken",
    [
        [np.nan] * 6,
        [0.0] * 6,
        [1, 0, 0, 1, 0, 0],
        [2, 0, 0, 0, 2, 0],
        [np.inf, 0, 0, 0, 1, 0],
    ],
)
def test_a_plane_whose_directions_are_none_stays_with_its_series(broken: list[float]) -> None:
    directions = turned([0, 0, 0, 90])
    directions[1] = broken
    assert rows_of(made_planes(directions, position=np.zeros((4, 3)))) == [[0, 1, 2], [3]]


def test_planes_whose_directions_are_all_none_are_one_part() -> None:
    assert rows_of(made_planes(np.full((3, 6), np.nan), position=np.zeros((3, 3)))) == [[0, 1, 2]]


@pytest.mark.parametrize(
    ("directions", "name"),
    [
        ((1, 0, 0, 0, 1, 0), "axial"),
        ((0, 1, 0, 0, 0, -1), "sagittal"),
        ((1, 0, 0, 0, 0, -1), "coronal"),
        ((1, 0, 0, 0, 0.8, 0.6), "axial, 37° oblique"),
        ((0, 0, 0, 0, 0, 0), "unknown"),
    ],
)
def test_planes_are_called_what_people_call_them(directions: tuple[float, ...], name: str) -> None:
    assert plane_name(np.array(directions, float)) == name


# --- spacing and size ------------------------------------------------------------------------------------------------


def test_spacings_that_differ_by_rounding_are_one() -> None:
    spacing = [(0.488281, 0.488281), (0.48828, 0.48828), (0.488, 0.488)]
    assert rows_of(made_planes(turned([0] * 3), spacing=spacing)) == [[0, 1, 2]]


def test_spacings_that_differ_are_two() -> None:
    assert rows_of(made_planes(turned([0] * 3), spacing=[(0.5, 0.5), (0.51, 0.51), (0.5, 0.5)])) == [[0, 2], [1]]


def test_swapped_spacings_stay_together_so_that_reading_meets_them() -> None:
    assert rows_of(made_planes(turned([0] * 3), spacing=[(0.75, 0.5), (0.5, 0.75), (0.75, 0.5)])) == [[0, 1, 2]]


@pytest.mark.parametrize("broken", [(0.0, 0.5), (-0.75, 0.5), (np.nan, np.nan)])
def test_a_plane_whose_spacing_is_none_stays_with_its_series(broken: tuple[float, float]) -> None:
    spacing = [(0.75, 0.5), broken, (1.5, 1.0), (0.75, 0.5)]
    assert rows_of(made_planes(turned([0] * 4), spacing=spacing)) == [[0, 1, 3], [2]]


def test_sizes_that_differ_are_two() -> None:
    parts = parts_of(made_planes(turned([0] * 3), rows=[20, 16, 20]))
    assert [part.rows.tolist() for part in parts] == [[0, 2], [1]]
    assert [part.differences for part in parts] == [("rows and columns: 20 x 24",), ("rows and columns: 16 x 24",)]


# --- what headers say by name ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keyword", "words"),
    [
        ("FrameOfReferenceUID", "frame of reference: another"),
        ("Modality", "modality: B"),
        ("SOPClassUID", "SOP Class: B"),
        ("PhotometricInterpretation", "colours: B"),
    ],
)
def test_planes_that_headers_tell_apart_are_two_parts(keyword: str, words: str) -> None:
    parts = parts_of(made_planes(turned([0] * 3), **{keyword: ["A", "B", "A"]}))
    assert [part.rows.tolist() for part in parts] == [[0, 2], [1]]
    assert parts[1].differences == (words,)


def test_parts_of_other_series_say_nothing_of_each_other() -> None:
    parts = parts_of(made_planes(turned([0] * 3), SeriesInstanceUID=["A", "B", "A"], Modality=["CT", "MR", "CT"]))
    assert [part.rows.tolist() for part in parts] == [[0, 2], [1]]
    assert [part.differences for part in parts] == [(), ()]
    assert len({part.series for part in parts}) == 2


def test_one_series_uid_in_two_studies_is_two_series() -> None:
    parts = parts_of(made_planes(turned([0] * 2), StudyInstanceUID=["A", "B"]))
    assert [part.series for part in parts] == [0, 1]


def test_several_differences_are_all_said() -> None:
    planes = made_planes(turned([0, 90]), spacing=[(0.5, 0.5), (1, 1)], rows=[20, 40])
    assert parts_of(planes)[1].differences == (
        "rows and columns: 40 x 24",
        "orientation: axial",
        "pixel spacing: 1 x 1 mm",
    )


def test_numbers_are_combined_as_their_pairs() -> None:
    first, second = np.array([3, 3, 7, 7, 3]), np.array([-1, 5, 5, 5, -1])
    codes = combined([first, second])
    assert codes.tolist() == [0, 1, 2, 2, 0]


# --- Image Type ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (None, ImageKind()),
        ("ORIGINAL\\PRIMARY\\AXIAL", ImageKind("ORIGINAL", "PRIMARY")),
        ("ORIGINAL\\PRIMARY\\LOCALIZER", ImageKind("ORIGINAL", "PRIMARY", True)),
        ("ORIGINAL\\PRIMARY\\M\\ND\\NORM", ImageKind("ORIGINAL", "PRIMARY", False, "magnitude")),
        ("ORIGINAL\\PRIMARY\\P\\ND", ImageKind("ORIGINAL", "PRIMARY", False, "phase")),
        ("ORIGINAL\\PRIMARY\\R_FFE\\R\\FFE", ImageKind("ORIGINAL", "PRIMARY", False, "real")),
        ("ORIGINAL\\PRIMARY\\I_FFE\\I\\FFE", ImageKind("ORIGINAL", "PRIMARY", False, "imaginary")),
        ("DERIVED\\PRIMARY\\DIXON\\WATER", ImageKind("DERIVED", "PRIMARY", False, "", "water")),
        ("DERIVED\\PRIMARY\\DIFFUSION\\ADC\\ND", ImageKind("DERIVED", "PRIMARY", False, "", "ADC")),
        ("DERIVED\\SECONDARY\\MPR", ImageKind("DERIVED", "SECONDARY", False, "", "reformatted")),
        (" original \\primary", ImageKind("ORIGINAL", "PRIMARY")),
    ],
)
def test_image_type_says_the_kind(text: str | None, kind: ImageKind) -> None:
    assert image_kind(text) == kind


def test_the_complex_image_component_counts_before_image_type() -> None:
    assert image_kind("ORIGINAL\\PRIMARY\\M", "PHASE").component == "phase"


def test_kinds_have_words() -> None:
    assert image_kind("ORIGINAL\\PRIMARY\\LOCALIZER").words() == "localizer, original, primary"
    assert image_kind(None).words() == "no Image Type"


# --- positions -------------------------------------------------------------------------------------------------------


def test_positions_within_a_hundredth_of_a_millimetre_are_one() -> None:
    position = np.array([[0, 0, 0], [0, 0, 0.004], [0, 0, 2.0], [0, 0, 2.02]])
    location, shared = locations_of(made_planes(turned([0] * 4), position), [np.arange(4)])
    assert location.tolist() == [0, 0, 1, 2]
    assert shared == [True]


def test_finer_stacks_have_a_finer_tolerance() -> None:
    position = np.array([[0, 0, 0.008 * k] for k in range(6)])
    location, shared = locations_of(made_planes(turned([0] * 6), position), [np.arange(6)])
    assert (location.tolist(), shared) == ([0, 1, 2, 3, 4, 5], [False])


def test_positions_are_shared_only_within_a_part() -> None:
    position = np.array([[0, 0, 0.0], [0, 0, 1], [0, 0, 0], [0, 0, 1], [0, 0, 1]])
    parts = [np.array([0, 1]), np.array([2, 3, 4])]
    location, shared = locations_of(made_planes(turned([0] * 5), position), parts)
    assert shared == [False, True]
    assert location[3] == location[4] != location[1]


def test_a_plane_without_a_position_shares_none() -> None:
    position = np.array([[0, 0, 0.0], [np.nan] * 3, [np.nan] * 3])
    location, shared = locations_of(made_planes(turned([0] * 3), position), [np.arange(3)])
    assert (location.tolist(), shared) == ([0, -1, -1], [False])


def test_all_planes_at_one_position_share_it() -> None:
    location, shared = locations_of(made_planes(turned([0] * 3), np.zeros((3, 3))), [np.arange(3)])
    assert (location.tolist(), shared) == ([0, 0, 0], [True])


def test_orientations_of_files_are_told_by_their_angle(tmp_path: Path) -> None:
    made = plane_data_sets(stored_values((4, 4, 5)), grid_affine(angles=(20.0, -10.0, 5.0)))
    for ds in made[1::2]:
        # The same direction with four digits.
        ds.ImageOrientationPatient = [decimal(round(float(x), 4)) for x in ds.ImageOrientationPatient]
    write_series(tmp_path, made)
    found = dicom.find_series(tmp_path)
    assert [series.number_of_files for series in found] == [4]
