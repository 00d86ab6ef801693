"""Contours that bound another region than was meant: there twice, in a line, across one another."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest

import dicom
from dicom.errors import RegionError
from dicom.radiotherapy import ROI, Contour, StructureSet
from dicom.volume import Grid
from tests.radiotherapy.made_structures import circle, prism, rectangle, structure_set
from tests.radiotherapy.test_rasterize import SHAPE, UNIT, polygons_in, region
from tests.volume.made import grid_affine

GRID = Grid(UNIT, SHAPE)
BLOB = circle((14, 19), 8, 41) * (1.0, 0.8) + (0.3, 1.7)
LINE = np.array([(3.0, 3.0), (6.0, 7.0), (9.0, 11.0), (4.5, 5.0)])


@pytest.mark.parametrize(
    "again",
    [
        BLOB,
        np.roll(BLOB, 17, axis=0),
        BLOB[::-1],
        np.roll(BLOB[::-1], 5, axis=0),
        np.roll(BLOB, 3, axis=0) + 5e-4,
        np.concatenate([BLOB, BLOB[:1]]),
    ],
    ids=["same", "turned", "reversed", "turned and reversed", "nearly", "closed by its first point"],
)
def test_the_same_contour_twice_counts_once(again: np.ndarray) -> None:
    plain = region(UNIT, [BLOB])
    twice = region(UNIT, [BLOB, again])
    mask = twice.mask(GRID)
    assert mask.array.any()
    np.testing.assert_array_equal(mask.array, plain.mask(GRID).array)
    np.testing.assert_allclose(twice.mask(GRID, edges="area").array, plain.mask(GRID, edges="area").array, atol=1e-6)
    assert twice.volume_ml() == pytest.approx(plain.volume_ml(), rel=1e-9)
    assert mask.evidence is not None
    assert mask.evidence["counted once"].value == 3
    assert "left out" not in mask.evidence
    assert plain.mask(GRID).evidence is not None
    assert "counted once" not in (plain.mask(GRID).evidence or ())


def test_a_contour_is_there_three_times() -> None:
    mask = region(UNIT, [BLOB] * 3).mask(GRID)
    np.testing.assert_array_equal(mask.array, region(UNIT, [BLOB]).mask(GRID).array)
    assert mask.evidence is not None
    assert mask.evidence["counted once"].value == 6


def test_what_differs_by_more_than_rounding_is_another_contour() -> None:
    moved = BLOB + (0.0, 0.01)
    assert "counted once" not in (region(UNIT, [BLOB, moved]).mask(GRID).evidence or ())
    # As many points in the same box, and yet another region.
    one, other = (np.array([(2.0, 2.0), (20.0, 2.0), (20.0, 20.0), (x, 8.0), (2.0, 20.0)]) for x in (9.0, 12.0))
    assert "counted once" not in (region(UNIT, [one, other]).mask(GRID).evidence or ())


def test_those_combined_by_exclusive_or_cancel_one_another_on_purpose() -> None:
    inner = circle((14, 19), 4)
    contours = [one for p in (BLOB, inner, inner) for one in polygons_in(UNIT, 2, p, kind="CLOSEDPLANAR_XOR")]
    mask = ROI("made", contours).mask(GRID)
    np.testing.assert_array_equal(mask.array, ROI("made", polygons_in(UNIT, 2, BLOB)).mask(GRID).array)
    assert "counted once" not in (mask.evidence or ())


def test_reading_notes_what_is_there_twice_and_what_is_a_line() -> None:
    affine = grid_affine()
    ds = structure_set([prism("box", rectangle((4.5, 7.5), (19.5, 29.5)), range(1, 4), affine, number=4)])
    assert dicom.read_structures(ds).notes == ()
    items = ds.ROIContourSequence[0].ContourSequence
    items.append(deepcopy(items[1]))
    line = deepcopy(items[2])
    line.ContourData = [float(n) for n in line.ContourData[:3]] * 3
    line.NumberOfContourPoints = 3
    items.append(line)
    structures = dicom.read_structures(ds)
    assert [note.code for note in structures.notes] == ["contour-twice", "contour-without-area"]
    assert "ROI 4, contour 3" in str(structures.notes[0])
    assert "ROI 4, contour 4" in str(structures.notes[1])
    # They stay where they are: a structure set is written as it was read.
    assert len(structures["box"].contours) == 5


def test_a_line_bounds_nothing_and_is_told() -> None:
    mask = ROI("made", polygons_in(UNIT, 2, BLOB, LINE)).mask(GRID)
    np.testing.assert_array_equal(mask.array, ROI("made", polygons_in(UNIT, 2, BLOB)).mask(GRID).array)
    assert mask.evidence is not None
    assert mask.evidence["lines"].value == 1


@pytest.mark.parametrize("line", [LINE, np.full((5, 2), 7.0), LINE + (0.0, 4e-4) * (LINE > 5)])
def test_a_region_of_lines_is_refused(line: np.ndarray) -> None:
    roi = region(UNIT, [line])
    with pytest.raises(RegionError, match="ROI 1"):
        roi.mask(GRID)
    with pytest.raises(RegionError):
        roi.volume_ml()
    with pytest.raises(RegionError):
        StructureSet([roi]).masks_on(GRID)


def test_a_figure_of_eight_is_no_line() -> None:
    eight = np.array([(4.0, 4.0), (16.0, 20.0), (16.0, 4.0), (4.0, 20.0)])
    mask = region(UNIT, [eight]).mask(GRID)
    assert mask.array.any()
    assert "lines" not in (mask.evidence or ())


def test_contours_that_cross_are_told_with_their_planes() -> None:
    crossing = rectangle((10.2, 20.2), (22.7, 33.3))
    contours = [one for k in (1, 2, 3) for one in polygons_in(UNIT, k, BLOB)]
    contours += polygons_in(UNIT, 1, circle((14, 19), 3)) + polygons_in(UNIT, 3, crossing)
    mask = ROI("made", contours).mask(GRID)
    assert mask.evidence is not None
    entry = mask.evidence["crossing in planes"]
    assert entry.value == "2"
    assert "even-odd" in entry.assumption
    # By even-odd what lies in both is outside.
    one, other = (ROI("made", polygons_in(UNIT, 3, p)).mask(GRID).array[3] for p in (BLOB, crossing))
    assert (one & other).any()
    np.testing.assert_array_equal(mask.array[3], one ^ other)


def test_holes_islands_and_neighbours_cross_nothing() -> None:
    neighbours = [rectangle((2, 2), (10, 10)), rectangle((2, 10), (10, 20))]
    nested = [circle((20, 20), 9), circle((20, 20), 6), circle((20, 20), 3)]
    evidence = region(UNIT, [*neighbours, *nested]).mask(GRID).evidence
    assert evidence is not None
    assert "crossing in planes" not in evidence


def test_scribbles_cost_no_more_than_their_masks() -> None:
    rng = np.random.default_rng(3)
    scribbles = [Contour(np.column_stack([rng.uniform(0, 30, (4000, 2)), np.full(4000, 2.0)])) for _ in range(2)]
    evidence = ROI("made", scribbles).mask(GRID).evidence
    assert evidence is not None
    assert "crossing in planes" not in evidence
