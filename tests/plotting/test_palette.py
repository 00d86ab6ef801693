"""Regions that were given no colour get different ones, however many there are."""

from __future__ import annotations

from dicom.plotting.palette import palette_color, palette_rgb


def test_colours_of_the_palette_differ() -> None:
    assert len({palette_rgb(number) for number in range(200)}) == 200


def test_both_ways_to_say_a_colour_are_one_colour() -> None:
    for number in range(0, 200, 7):
        assert palette_rgb(number) == tuple(round(255 * part) for part in palette_color(number))
