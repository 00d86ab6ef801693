"""The kinds of standardized uptake value, and what of a body each is normalised by.

In: the name of a kind; weight, height and sex. Out: unit, name, SUV Type, and the body's size in g or cm².
Standard: PS3.3 C.8.9.1 (SUV Type), PS3.16 CID 85 (SUV Unit) and its concepts in annex D. The formulas: James's lean
body mass as Sugawara et al. give it (Radiology 1999;213:521-525), and with the multiplier of 128; that of Janmahasatian
et al. (Clin Pharmacokinet 2005;44:1051-1065); the ideal body weight of Sugawara et al.; the body surface of Du Bois and
Du Bois (Arch Intern Med 1916;17:863-871).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Kind(NamedTuple):
    """One kind of standardized uptake value.

    Attributes
    ----------
    name : str
        As `suv` is asked for it.
    quantity : str
        ``"SUVbw"``.
    suv_type : str
        Its term of SUV Type (0054,1006).
    unit : str
        UCUM.
    size_name, size_unit : str
        What of the body it is normalised by.
    formula : str
        Of that, for the evidence; weight in kg, height in cm.
    size : callable
        (weight in kg, height in cm, whether male) -> size in `size_unit`.
    needs_height, needs_sex : bool
    """

    name: str
    quantity: str
    suv_type: str
    unit: str
    size_name: str
    size_unit: str
    formula: tuple[str, str]
    size: Callable[[float, float, bool], float]
    needs_height: bool = True
    needs_sex: bool = True


def _weight(weight: float, height: float, is_male: bool) -> float:
    return weight


def _james(multiplier: float) -> Callable[[float, float, bool], float]:
    def lean_mass(weight: float, height: float, is_male: bool) -> float:
        ratio = (weight / height) ** 2
        return 1.10 * weight - multiplier * ratio if is_male else 1.07 * weight - 148.0 * ratio

    return lean_mass


def _janmahasatian(weight: float, height: float, is_male: bool) -> float:
    index = weight / (height / 100.0) ** 2
    return 9270.0 * weight / (6680.0 + 216.0 * index if is_male else 8780.0 + 244.0 * index)


def _ideal(weight: float, height: float, is_male: bool) -> float:
    return 48.0 + 1.06 * (height - 152.0) if is_male else 45.5 + 0.91 * (height - 152.0)


def _surface(weight: float, height: float, is_male: bool) -> float:
    return 10_000.0 * 0.007184 * math.pow(weight, 0.425) * math.pow(height, 0.725)


_LEAN = "lean body mass"
_JAMES = "{} x weight - {} x (weight / height)²"
#: By the name that `suv` takes.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("bw", "SUVbw", "BW", "g/ml", "weight", "kg", ("", ""), _weight, False, False),
        Kind(
            *("lbm", "SUVlbm", "LBM", "g/ml", _LEAN, "kg"),
            formula=(_JAMES.format("1.10", "120"), _JAMES.format("1.07", "148")),
            size=_james(120.0),
        ),
        Kind(
            *("lbm-james128", "SUVlbm(James128)", "LBMJAMES128", "g/ml", _LEAN, "kg"),
            formula=(_JAMES.format("1.10", "128"), _JAMES.format("1.07", "148")),
            size=_james(128.0),
        ),
        Kind(
            *("lbm-janma", "SUVlbm(Janma)", "LBMJANMA", "g/ml", _LEAN, "kg"),
            formula=(
                "9270 x weight / (6680 + 216 x body mass index)",
                "9270 x weight / (8780 + 244 x body mass index)",
            ),
            size=_janmahasatian,
        ),
        Kind(
            *("bsa", "SUVbsa", "BSA", "cm2/ml", "body surface area", "cm2"),
            formula=("71.84 x weight^0.425 x height^0.725", "71.84 x weight^0.425 x height^0.725"),
            size=_surface,
            needs_sex=False,
        ),
        Kind(
            *("ibw", "SUVibw", "IBW", "g/ml", "ideal body weight", "kg"),
            formula=("48.0 + 1.06 x (height - 152)", "45.5 + 0.91 x (height - 152)"),
            size=_ideal,
        ),
    )
}
