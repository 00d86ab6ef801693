"""`DVH`: how much of a region gets how much dose.

In: the volume in each bin of dose. Out: differential and cumulative arrays, D95%, D2cc, V20Gy and their like, a table,
a picture. Standard: PS3.3 C.8.8.4 (RT DVH); names of metrics as in AAPM TG-263.
"""

from __future__ import annotations

import re
from html import escape
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import QuantityError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    from dicom.volume.evidence import Evidence

#: "D95%", "D2cc", "V20Gy", "V95%", each with the unit of the answer behind it: "V20Gy[%]".
_METRIC = re.compile(r"(?P<kind>[DV])(?P<number>\d+(?:\.\d+)?)(?P<unit>%|cc|ml|Gy)(?:\[(?P<answer>%|cc|ml|Gy)\])?")
#: Sums of volumes that differ by less are equal: DVH Data has up to 16 characters a number.
_SAME = 1e-9


class DVH:
    """A dose-volume histogram.

    Parameters
    ----------
    edges : array_like, shape (n + 1,)
        Of the bins, rising, in `dose_unit`.
    volumes : array_like, shape (n,)
        Of the region in each bin, in `volume_unit`.
    name : str
        Of the region.
    dose_unit : {"Gy", "relative dose"}
    volume_unit : {"ml", "%"}
        ``"%"`` where the volume isn't known: then there are neither ml nor cc.
    minimum, maximum, mean : float, optional
        Of the dose, where they are known better than the bins can tell.
    covered : float
        Which part of the region's volume lies where there is dose. All else here is of this part.
    prescription_gy : float, optional
        What doses in percent are of.
    color : (red, green, blue), optional
        Of the line in pictures, 0 to 255.
    number : int, optional
        ROI Number.
    evidence : Evidence, optional
        How it was computed.
    notes : sequence of str
        What is to be known of it: a region that reaches out of the dose, numbers that contradicted each other.

    Attributes
    ----------
    edges : ndarray of float64, shape (n + 1,)
        In `dose_unit`.
    differential : ndarray of float64, shape (n,)
        The volume in each bin, in `volume_unit`.
    min, max, mean : float
        In `dose_unit`.
    """

    def __init__(
        self,
        edges: ArrayLike,
        volumes: ArrayLike,
        *,
        name: str = "",
        dose_unit: str = "Gy",
        volume_unit: str = "ml",
        minimum: float | None = None,
        maximum: float | None = None,
        mean: float | None = None,
        covered: float = 1.0,
        prescription_gy: float | None = None,
        color: tuple[int, int, int] | None = None,
        number: int | None = None,
        evidence: Evidence | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        self.edges = np.asarray(edges, np.float64)
        self.differential = np.asarray(volumes, np.float64)
        if self.edges.ndim != 1 or self.edges.shape != (len(self.differential) + 1,) or len(self.differential) < 1:
            raise QuantityError("a histogram has bins, and one edge more than it has bins")
        if not (np.isfinite(self.edges).all() and np.isfinite(self.differential).all()):
            raise QuantityError("a dose or a volume of a histogram is no finite number")
        if not (np.diff(self.edges) > 0).all() or (self.differential < 0).any() or not self.differential.any():
            raise QuantityError(
                "the doses of a histogram rise from bin to bin, and no volume is negative, nor all zero"
            )
        if dose_unit not in ("Gy", "relative dose") or volume_unit not in ("ml", "%"):
            raise QuantityError('dose_unit is "Gy" or "relative dose", volume_unit "ml" or "%"')
        self.name = name
        self.dose_unit = dose_unit
        self.volume_unit = volume_unit
        self.covered = covered
        self.prescription_gy = prescription_gy
        self.color = color
        self.number = number
        self.evidence = evidence
        self.notes = tuple(notes)
        occupied = np.flatnonzero(self.differential)
        self.min = float(self.edges[occupied[0]] if minimum is None else minimum)
        self.max = float(self.edges[occupied[-1] + 1] if maximum is None else maximum)
        middles = (self.edges[:-1] + self.edges[1:]) / 2
        self.mean = float(np.average(middles, weights=self.differential) if mean is None else mean)

    # --- arrays ----------------------------------------------------------------------------------------------------

    @property
    def cumulative(self) -> NDArray[np.float64]:
        """The volume that gets the dose of each edge or more, in `volume_unit`; shape (n + 1,), from all to none."""
        volumes = np.zeros(len(self.edges))
        volumes[:-1] = np.cumsum(self.differential[::-1])[::-1]
        return volumes

    @property
    def bin_width(self) -> float:
        """Of the bins, in `dose_unit`; of the widest where they differ."""
        return float(np.diff(self.edges).max())

    @property
    def volume_ml(self) -> float | None:
        """The region's volume where there is dose; None where it isn't known."""
        return float(self.differential.sum()) if self.volume_unit == "ml" else None

    # --- numbers ---------------------------------------------------------------------------------------------------

    def dose_at(self, percent: float | None = None, *, ml: float | None = None) -> float:
        """The dose that so much of the region gets at least: ``dose_at(95)`` is D95%, ``dose_at(ml=2)`` is D2cc.

        Parameters
        ----------
        percent : float
            Of the region's volume, 0 to 100.
        ml : float
            Instead of it, a volume.

        Returns
        -------
        float
            In `dose_unit`, interpolated within the bin.

        Raises
        ------
        QuantityError
            The region isn't that large, its volume isn't known in ml, or it is no number that was asked for.
        """
        total = float(self.differential.sum())
        if (percent is None) == (ml is None):
            raise TypeError("either a percentage or ml=")
        given = _number(percent if ml is None else ml, "dose_at(95)", "D95%")
        if percent is not None:
            if not 0 <= given <= 100:
                raise QuantityError("a part of a volume goes from 0 to 100 %")
            wanted = total * given / 100
        else:
            wanted = given
            known = self._known_ml()
            if not 0 <= wanted <= known * (1 + _SAME):
                raise QuantityError(f"the region has {known:.4g} ml, fewer than were asked for")
        volumes = self.cumulative
        # The highest dose that is wanted of: where the curve is flat, its end.
        last = int(np.flatnonzero(volumes >= min(wanted, total) - _SAME * total)[-1])
        if wanted <= 0:
            return self.max
        dose = float(self.edges[last])
        if last + 1 < len(self.edges):
            step = volumes[last] - volumes[last + 1]
            part = (volumes[last] - wanted) / step if step > 0 else 0.0
            dose += float(np.clip(part, 0.0, 1.0) * (self.edges[last + 1] - self.edges[last]))
        return min(max(dose, self.min), self.max)

    def volume_at(self, dose: float, *, percent: bool = False) -> float:
        """How much of the region gets this dose or more: ``volume_at(20)`` is V20Gy in ml.

        Parameters
        ----------
        dose : float
            In `dose_unit`.
        percent : bool
            Whether the answer is in % of the region instead of ml.

        Raises
        ------
        QuantityError
            The volume isn't known in ml, or it is no number that was asked for.
        """
        dose = _number(dose, "volume_at(20)", "V20Gy")
        volumes = self.cumulative
        found = float(np.interp(dose, self.edges, volumes, left=volumes[0], right=0.0))
        if dose <= self.min:
            found = float(volumes[0])
        elif dose > self.max:
            found = 0.0
        if percent:
            return 100.0 * found / float(volumes[0])
        self._known_ml()
        return found

    def __getitem__(self, metric: str) -> float:
        """A number by its name: ``dvh["D95%"]``, ``dvh["D2cc"]``, ``dvh["V20Gy"]``, ``dvh["V20Gy[%]"]``.

        Doses are in Gy and volumes in ml unless ``[%]`` stands behind; ``V95%`` is the volume that gets 95 % of the
        prescription.

        Raises
        ------
        KeyError
            Not such a name.
        QuantityError
            As for `dose_at` and `volume_at`; or it needs a prescription, or Gy, and there is none.
        """
        if metric in ("min", "max", "mean"):
            return float(getattr(self, metric))
        found = _METRIC.fullmatch(metric)
        if found is None:
            raise _unknown(metric)
        number, unit, answer = float(found["number"]), found["unit"], found["answer"]
        if found["kind"] == "D":
            if unit == "Gy" or answer in ("cc", "ml"):
                raise _unknown(metric)
            dose = self.dose_at(number) if unit == "%" else self.dose_at(ml=number)
            if answer == "%":
                return 100.0 * dose / self._prescription()
            self._in_gy()
            return dose
        if unit in ("cc", "ml") or answer == "Gy":
            raise _unknown(metric)
        self._in_gy()
        return self.volume_at(number * self._prescription() / 100 if unit == "%" else number, percent=answer == "%")

    def as_dict(self) -> dict[str, Any]:
        """What the table shows, by name; None for what the region is too small for."""
        return {name: value for name, value, _ in self._rows()}

    # --- what a person sees ----------------------------------------------------------------------------------------

    def plot(
        self,
        *others: DVH,
        ax: Axes | None = None,
        differential: bool = False,
        relative_volume: bool = True,
        relative_dose: bool = False,
        title: str | None = None,
    ) -> Axes:
        """Draw the histogram, and others with it, in their colours and with a legend.

        Parameters
        ----------
        *others : DVH
            To be drawn too.
        ax : matplotlib.axes.Axes, optional
            Where to draw. Without it a figure is made; save it with ``ax.figure.savefig(path)``.
        differential : bool
            The volume in each bin by its width, instead of the volume that gets a dose or more.
        relative_volume : bool
            In % of each region instead of ml.
        relative_dose : bool
            In % of the prescription instead of Gy.
        title : str, optional

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        MissingDependencyError
            matplotlib isn't installed.
        QuantityError
            There is no prescription, or a volume isn't known in ml.
        """
        from dicom.plotting.dvh import plot_dvhs

        return plot_dvhs(
            [self, *others],
            ax=ax,
            differential=differential,
            relative_volume=relative_volume,
            relative_dose=relative_dose,
            title=title,
        )

    def _rows(self) -> list[tuple[str, float | None, str]]:
        unit = self.dose_unit
        rows: list[tuple[str, float | None, str]] = []
        if self.volume_unit == "ml":
            rows.append(("volume", float(self.differential.sum()), "ml"))
        rows += [("min", self.min, unit), ("mean", self.mean, unit), ("max", self.max, unit)]
        rows += [(f"D{percent}%", self.dose_at(percent), unit) for percent in (98, 95, 50, 2)]
        if self.volume_unit == "ml":
            has_room = float(self.differential.sum()) >= 2.0
            rows.append(("D2cc", self.dose_at(ml=2.0) if has_room else None, unit))
        if self.covered < 1.0:
            rows.append(("covered", self.covered, ""))
        return rows

    def _known_ml(self) -> float:
        if self.volume_unit != "ml":
            raise QuantityError(
                "the histogram has volumes in percent only: DVH Volume Units (3004,0054) doesn't say how large the "
                "region is",
                keywords=("DVHVolumeUnits",),
            )
        return float(self.differential.sum())

    def _prescription(self) -> float:
        if self.prescription_gy is None:
            raise QuantityError("doses in percent need a prescription: prescription_gy= says it")
        self._in_gy()
        return self.prescription_gy

    def _in_gy(self) -> None:
        if self.dose_unit != "Gy":
            raise QuantityError(
                "the histogram is of relative dose: Dose Units (3004,0002) doesn't say how many Gy",
                keywords=("DoseUnits",),
            )

    def __str__(self) -> str:
        lines = [repr(self)]
        for name, value, unit in self._rows():
            shown = "-" if value is None else _short(value) if name in ("volume", "covered") else f"{value:.2f}"
            lines.append(f"{name:<8}{shown:>10} {unit}".rstrip())
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def __repr__(self) -> str:
        size = f"{_short(float(self.differential.sum()))} ml, " if self.volume_unit == "ml" else ""
        part = f", {_percent(self.covered)} % of the region" if self.covered < 1.0 else ""
        return (
            f"<DVH {self.name!r}: {size}{self.min:.2f} to {self.max:.2f} {self.dose_unit}, mean {self.mean:.2f}{part}>"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(name)}</th><td>{'-' if value is None else _short(value)} {escape(unit)}</td></tr>"
            for name, value, unit in self._rows()
        )
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return f"<table><caption>{escape(self.name)}</caption>{rows}</table>{notes}"


def _number(given: Any, call: str, name: str) -> float:
    """The number in full precision: a float32 would make what is computed of it one."""
    if isinstance(given, (bool, str)) or not isinstance(given, (int, float, np.integer, np.floating)) or given != given:
        raise QuantityError(f'a number was expected, as in {call}; names are asked for in brackets: dvh["{name}"]')
    return float(given)


def _short(value: float) -> str:
    """Four digits, without an exponent where there are more; a part of the whole never looks like all of it."""
    text = f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"
    return "0.9999" if text == "1" and value < 1 else text


def _percent(part: float) -> str:
    """One decimal, rounded down: what isn't all of it isn't 100 %."""
    return f"{floor(1000 * part) / 10:.1f}"


def _unknown(metric: str) -> KeyError:
    return KeyError(f"{metric!r} is no name such as 'D95%', 'D2cc', 'V20Gy', 'V20Gy[%]', 'V95%', 'min', 'mean', 'max'")
