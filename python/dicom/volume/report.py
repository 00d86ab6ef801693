"""What is wrong with a stack of planes, in numbers: the geometry report.

In: what ordering the planes has found. Out: a `GeometryReport`, which a person reads and a program asks.
Standard: PS3.3 C.7.6.2.1.1. No header's text stands in it beyond file names and frame numbers.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Defect:
    """One thing that keeps planes from being a regular grid.

    Attributes
    ----------
    kind : str
        ``"gap"``, ``"uneven-spacing"``, ``"duplicate"``, ``"tilt"``, ``"mixed-orientation"``, ``"mixed-size"``,
        ``"mixed-spacing"``, ``"missing-position"``, ``"overlap"``, ``"incomplete-dimension"``.
    message : str
        What was met, with its numbers.
    amount : float or None
        How much: mm, or degrees for ``"tilt"`` and ``"mixed-orientation"``.
    slices : tuple of int
        The slices (k) that it lies at: of a gap, the two on its sides.
    files : tuple of str
        The files that it is about.
    """

    __slots__ = ("amount", "files", "kind", "message", "slices")

    def __init__(
        self,
        kind: str,
        message: str,
        amount: float | None = None,
        slices: Sequence[int] = (),
        files: Sequence[str] = (),
    ) -> None:
        self.kind = kind
        self.message = message
        self.amount = amount
        self.slices = tuple(slices)
        self.files = tuple(files)

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"

    def __repr__(self) -> str:
        return f"Defect({self.kind!r}, {self.message!r}, amount={self.amount!r}, slices={self.slices!r})"


class GeometryReport:
    """What ordering a stack of planes has found.

    Attributes
    ----------
    defects : tuple of Defect
        Empty for a regular grid.
    spacing_mm : float or None
        The step from slice to slice that most slices have.
    number_of_slices : int
    tolerance_mm : float
        What counts as even: 1 % of the step or 0.01 mm, whichever is more, unless the caller said otherwise.
    """

    __slots__ = ("defects", "number_of_slices", "spacing_mm", "tolerance_mm")

    def __init__(
        self, defects: Sequence[Defect], spacing_mm: float | None, number_of_slices: int, tolerance_mm: float
    ) -> None:
        self.defects = tuple(defects)
        self.spacing_mm = spacing_mm
        self.number_of_slices = number_of_slices
        self.tolerance_mm = tolerance_mm

    @property
    def is_clean(self) -> bool:
        """Whether the planes are a regular grid."""
        return not self.defects

    def of_kind(self, kind: str) -> tuple[Defect, ...]:
        """The defects of one kind."""
        return tuple(defect for defect in self.defects if defect.kind == kind)

    def __str__(self) -> str:
        lines = [str(defect) for defect in self.defects] or ["a regular grid"]
        return "\n".join(lines)
