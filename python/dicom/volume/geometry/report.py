"""What is wrong with a stack of planes, in numbers: the geometry report.

In: what ordering the planes has found. Out: a `GeometryReport`, which a person reads and a program asks.
Standard: PS3.3 C.7.6.2.1.1. No header's text stands in it beyond file names and frame numbers.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

#: Kinds of defects, by what can be done about them: the policy's name in `read_series`, or "" where nothing can.
DEFECTS = {
    "missing-position": "",
    "missing-orientation": "",
    "missing-spacing": "",
    "invalid-position": "",
    "invalid-orientation": "",
    "invalid-spacing": "",
    "mixed-orientation": "",
    "mixed-size": "",
    "mixed-spacing": "",
    "unknown-step": "",
    "duplicate": "duplicates",
    "side-by-side": "duplicates",
    "gap": "gaps",
    "uneven-spacing": "gaps",
    "incomplete-dimension": "gaps",
    "tilt": "tilt",
    "drift": "tilt",
}
#: Kinds of notes: what is worth knowing, and keeps nobody from a regular grid.
NOTES = (
    *("overlap", "slices-apart", "stated-spacing", "stated-tilt", "swapped-order", "reversed-order"),
    *("set-apart", "lost-file", "unread-file"),
)

# A report of thousands of defects is read by a program; a person gets the first ones and how many more there are.
_PRINTED_ROWS = 20
_PRINTED_NAMES = 3


class Defect:
    """One thing that keeps planes from being a regular grid, or, as a note, one worth knowing.

    Attributes
    ----------
    kind : str
        Of a defect: ``"gap"``, ``"uneven-spacing"``, ``"incomplete-dimension"``, ``"duplicate"``, ``"side-by-side"``,
        ``"tilt"``, ``"drift"``, ``"mixed-orientation"``, ``"mixed-size"``, ``"mixed-spacing"``, ``"missing-position"``,
        ``"missing-orientation"``, ``"missing-spacing"``, ``"invalid-position"``, ``"invalid-orientation"``,
        ``"invalid-spacing"``, ``"unknown-step"``. Of a note: ``"overlap"``, ``"slices-apart"``, ``"stated-spacing"``,
        ``"stated-tilt"``, ``"swapped-order"``, ``"reversed-order"``, ``"set-apart"`` (planes of the same series that
        are another volume), ``"lost-file"`` (of this series, without a plane), ``"unread-file"`` (of any series).
    message : str
        What was met, with its numbers.
    amount : float or None
        How much, in `unit`.
    unit : str
        ``"mm"``, ``"°"``, or ``""`` where there is no amount.
    count : int or None
        How many slices are missing, how many planes are too many or stand apart.
    slices : tuple of int
        The slices (k, counted among those that are there) that it lies at: of a gap, the two on its sides.
    files : tuple of str
        The files that it is about; where a file has several frames, with the frame, counted from 0.
    """

    __slots__ = ("amount", "count", "files", "kind", "message", "slices", "unit")

    def __init__(
        self,
        kind: str,
        message: str,
        amount: float | None = None,
        slices: Iterable[int] = (),
        files: Iterable[str] = (),
        *,
        unit: str = "mm",
        count: int | None = None,
    ) -> None:
        self.kind = kind
        self.message = message
        self.amount = None if amount is None else float(amount)
        self.unit = "" if amount is None else unit
        self.count = count
        self.slices = tuple(int(k) for k in slices)
        self.files = tuple(files)

    @property
    def is_note(self) -> bool:
        """Whether this is no more than worth knowing."""
        return self.kind in NOTES

    @property
    def policy(self) -> str:
        """Name of the option that says what to do about it: ``"gaps"``, ``"tilt"``, ``"duplicates"``, or ``""``."""
        return DEFECTS.get(self.kind, "")

    def to_dict(self) -> dict[str, Any]:
        """The same as builtin types, fit for JSON."""
        return {
            "kind": self.kind,
            "message": self.message,
            "amount": None if self.amount is None else round(self.amount, 6),
            "unit": self.unit,
            "count": self.count,
            "slices": list(self.slices),
            "files": list(self.files),
        }

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"

    def __repr__(self) -> str:
        return f"Defect({self.kind!r}, {self.message!r}, amount={self.amount!r}, slices={self.slices!r})"


class GeometryReport:
    """What ordering a stack of planes has found.

    Printed, it is a small table. `to_dict` gives the same for programs.

    Attributes
    ----------
    defects : tuple of Defect
        What keeps the planes from being a regular grid; empty for one.
    notes : tuple of Defect
        What is worth knowing and refused by nobody.
    actions : tuple of str
        What the caller's policies have done about the defects.
    spacing_mm : float or None
        The step from slice to slice that most slices have, along the normal of the slices.
    number_of_slices : int
        Positions along the normal at which there are planes.
    number_of_planes : int
        Frames in all.
    number_of_volumes : int
        How many values the 4th dimension has; 1 without one.
    tolerance_mm : float
        What counts as even: 1 % of the step or 0.01 mm, whichever is more, but never above a quarter of the step;
        unless the caller said otherwise.
    thickness_mm : float or None
        Slice Thickness as stated; None where it isn't, or differs from slice to slice.
    tilt_degrees : float
        Angle between the step from slice to slice and the normal of the slices, whether it counts as a defect or not.
    orientation : str
        ``"axial"``, ``"coronal"``, ``"sagittal"``, or the nearest of them with the angle to it.
    """

    __slots__ = (
        "actions",
        "defects",
        "notes",
        "number_of_planes",
        "number_of_slices",
        "number_of_volumes",
        "orientation",
        "spacing_mm",
        "thickness_mm",
        "tilt_degrees",
        "tolerance_mm",
    )

    def __init__(
        self,
        defects: Sequence[Defect],
        spacing_mm: float | None,
        number_of_slices: int,
        tolerance_mm: float,
        *,
        notes: Sequence[Defect] = (),
        actions: Sequence[str] = (),
        number_of_planes: int | None = None,
        number_of_volumes: int = 1,
        thickness_mm: float | None = None,
        tilt_degrees: float = 0.0,
        orientation: str = "",
    ) -> None:
        self.defects = tuple(defects)
        self.notes = tuple(notes)
        self.actions = tuple(actions)
        self.spacing_mm = spacing_mm
        self.number_of_slices = number_of_slices
        self.number_of_planes = number_of_slices * number_of_volumes if number_of_planes is None else number_of_planes
        self.number_of_volumes = number_of_volumes
        self.tolerance_mm = tolerance_mm
        self.thickness_mm = thickness_mm
        self.tilt_degrees = tilt_degrees
        self.orientation = orientation

    @property
    def is_clean(self) -> bool:
        """Whether the planes are a regular grid; notes don't count."""
        return not self.defects

    def of_kind(self, kind: str) -> tuple[Defect, ...]:
        """The defects or notes of one kind."""
        return tuple(defect for defect in (*self.defects, *self.notes) if defect.kind == kind)

    def with_actions(self, actions: Iterable[str]) -> GeometryReport:
        """The same report, with what has been done about its defects."""
        return self._copy(self.notes, (*self.actions, *actions))

    def with_notes(self, notes: Iterable[Defect]) -> GeometryReport:
        """The same report with more notes; those that it has already aren't repeated."""
        more = [note for note in notes if not any(one.kind == note.kind for one in self.notes)]
        return self._copy((*self.notes, *more), self.actions) if more else self

    def _copy(self, notes: Sequence[Defect], actions: Sequence[str]) -> GeometryReport:
        return GeometryReport(
            self.defects,
            self.spacing_mm,
            self.number_of_slices,
            self.tolerance_mm,
            notes=notes,
            actions=actions,
            number_of_planes=self.number_of_planes,
            number_of_volumes=self.number_of_volumes,
            thickness_mm=self.thickness_mm,
            tilt_degrees=self.tilt_degrees,
            orientation=self.orientation,
        )

    def to_dict(self) -> dict[str, Any]:
        """The report as builtin types, fit for JSON."""

        def rounded(number: float | None) -> float | None:
            return None if number is None else round(number, 6)

        return {
            "is_clean": self.is_clean,
            "number_of_slices": self.number_of_slices,
            "number_of_planes": self.number_of_planes,
            "number_of_volumes": self.number_of_volumes,
            "spacing_mm": rounded(self.spacing_mm),
            "thickness_mm": rounded(self.thickness_mm),
            "tolerance_mm": rounded(self.tolerance_mm),
            "tilt_degrees": rounded(self.tilt_degrees),
            "orientation": self.orientation,
            "defects": [defect.to_dict() for defect in self.defects],
            "notes": [note.to_dict() for note in self.notes],
            "actions": list(self.actions),
        }

    def _summary(self) -> str:
        if not self.number_of_slices:
            return f"{counted(self.number_of_planes, 'plane')}, not in order: {counted(len(self.defects), 'defect')}"
        words = [counted(self.number_of_slices, "slice")]
        if self.number_of_volumes > 1:
            words.append(f"x {self.number_of_volumes}")
        if self.orientation:
            words.append(self.orientation)
        if self.spacing_mm is not None and self.number_of_slices > 1:
            words.append(f"{number(self.spacing_mm)} mm apart")
        verdict = "a regular grid" if self.is_clean else counted(len(self.defects), "defect")
        return f"{' '.join(words)}: {verdict} (tolerance {number(self.tolerance_mm)} mm)"

    def _rows(self) -> list[tuple[str, str, str, str]]:
        """What is printed of each defect and note: level, kind, amount, and the message with files."""
        found = [("defect", defect) for defect in self.defects] + [("note", note) for note in self.notes]
        rows = []
        for level, one in found[:_PRINTED_ROWS]:
            amount = "" if one.amount is None else f"{number(one.amount)}{'' if one.unit == '°' else ' '}{one.unit}"
            rows.append((level, one.kind, amount, one.message + (f" [{names(one.files)}]" if one.files else "")))
        if len(found) > _PRINTED_ROWS:
            rows.append(("", "...", "", f"{len(found) - _PRINTED_ROWS} more"))
        return rows + [("done", "", "", action) for action in self.actions]

    def __str__(self) -> str:
        rows = self._rows()
        widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, (*widths, 0), strict=True)) for row in rows]
        return "\n".join([self._summary(), *(f"  {line}".rstrip() for line in lines)])

    def __repr__(self) -> str:
        return f"<GeometryReport of {self._summary()}>"

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            "<tr>" + "".join(f'<td style="text-align:left">{escape(cell)}</td>' for cell in row) + "</tr>"
            for row in self._rows()
        )
        table = f"<table>{rows}</table>" if rows else ""
        return f"<div><p>{escape(self._summary())}</p>{table}</div>"


def number(value: float) -> str:
    """A number with the digits that mean something: micrometres, or two digits of what is less."""
    if value != value or value in (float("inf"), float("-inf")):
        return "no number"
    if 0 < abs(value) < 0.001 or abs(value) >= 1e7:
        return f"{value:.2g}"
    return f"{value:.3f}".rstrip("0").rstrip(".")


def counted(count: int, noun: str) -> str:
    """``1 slice``, ``2 slices``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listed(indices: Sequence[int]) -> str:
    """``3``, ``3 and 4``, ``3, 4, 7, ... (12 in all)``."""
    shown = [str(index) for index in indices[:6]]
    if len(indices) > len(shown):
        return f"{', '.join(shown)}, ... ({len(indices)} in all)"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def names(files: Sequence[str]) -> str:
    """The first files without their folders, and how many more there are."""
    first = ", ".join(shown(name.replace("\\", "/").rpartition("/")[2]) for name in files[:_PRINTED_NAMES])
    more = len(files) - _PRINTED_NAMES
    return f"{first}, {more} more" if more > 0 else first


def shown(name: str) -> str:
    """A file's name as it can be printed: with escapes for what isn't text, and for what moves a cursor."""
    return name if name.isprintable() else "".join(one if one.isprintable() else repr(one)[1:-1] for one in name)
