"""Pictures of histograms show each region's curve in its colour, with axes that say what they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dicom.errors import QuantityError
from dicom.plotting.dvh import plot_dvhs
from dicom.radiotherapy import DVH
from tests.plotting.seen import drawn

pytest.importorskip("matplotlib")


def made(**options: Any) -> DVH:
    """2 ml below 10 Gy, none up to 20, 6 ml up to 30."""
    return DVH([0, 10, 20, 30], [2, 0, 6], **{"name": "PTV", **options})


def test_the_curve_falls_from_all_to_none() -> None:
    ax = made().plot()
    (line,) = ax.lines
    np.testing.assert_allclose(line.get_xydata(), [(0, 100), (10, 75), (20, 75), (30, 0)])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("dose (Gy)", "volume (%)")


def test_volumes_can_be_in_ml_and_doses_in_percent() -> None:
    ax = made(prescription_gy=20.0).plot(relative_volume=False, relative_dose=True)
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [(0, 8), (50, 6), (100, 6), (150, 0)])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("dose (% of the prescription)", "volume (ml)")


def test_the_differential_curve_is_volume_by_dose() -> None:
    ax = made().plot(differential=True, relative_volume=False)
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [(5, 0.2), (15, 0), (25, 0.6)])
    assert ax.get_ylabel() == "volume (ml / Gy)"


def test_fine_bins_are_taken_together() -> None:
    fine = DVH(np.arange(5001) * 0.01, np.ones(5000))
    x, y = fine.plot(differential=True, relative_volume=False).lines[0].get_xydata().T
    assert 150 < len(x) <= 250
    np.testing.assert_allclose(y, 100)


def test_regions_are_told_apart_by_legend_and_color() -> None:
    red, own = made(color=(255, 0, 0)), DVH([0, 15, 40], [3, 1], name="Heart", covered=0.8)
    ax = red.plot(own, title="Plan")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["PTV", "Heart (80 % of it)"]
    assert ax.lines[0].get_color() == (1.0, 0.0, 0.0)
    assert ax.lines[1].get_color() != ax.lines[0].get_color()
    assert ax.get_title() == "Plan"
    seen = drawn(ax)
    assert ((seen[..., 0] > 200) & (seen[..., 1] < 60) & (seen[..., 2] < 60)).any()


def test_a_bright_color_has_a_rim() -> None:
    plain, bright = made(color=(200, 0, 0)).plot(), made(color=(255, 255, 0)).plot()
    assert not plain.lines[0].get_path_effects()
    assert bright.lines[0].get_path_effects()


def test_axes_that_are_given_are_drawn_on() -> None:
    ax = made().plot()
    assert made(name="Lung").plot(ax=ax) is ax
    assert len(ax.lines) == 2


@pytest.mark.parametrize(
    ("histograms", "options"),
    [
        ([], {}),
        ([made()], {"relative_dose": True}),
        ([made(volume_unit="%")], {"relative_volume": False}),
        ([made(), made(dose_unit="relative dose")], {}),
        ([made(dose_unit="relative dose", prescription_gy=2.0)], {"relative_dose": True}),
    ],
)
def test_what_has_no_axis_in_common_is_refused(histograms: list[DVH], options: dict[str, bool]) -> None:
    with pytest.raises(QuantityError):
        plot_dvhs(histograms, **options)
