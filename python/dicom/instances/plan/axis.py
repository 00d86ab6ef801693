"""The 4th axis in headers: the elements by which images of one position say which t they are of.

In: a volume's dimension, its values and their unit. Out: elements for each t, classic, or in functional groups.
What the elements can't say is refused: read again, the volume would have another axis.
Standard: PS3.3 C.8.3.1 (MR), C.8.9.4 (PET), C.7.6.16.2 (frame content, temporal position, synchronization), C.8.13.5.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import WriteError
from dicom.values.number import decimal_of

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

#: (name of the axis, its unit) -> the element of classic images that bears its values.
_BEARERS = {
    ("echo", "ms"): "EchoTime",
    ("echo", None): "EchoNumbers",
    ("inversion-time", "ms"): "InversionTime",
    ("flip-angle", "°"): "FlipAngle",
    ("energy", "kV"): "KVP",
    ("cardiac", "ms"): "TriggerTime",
    ("cardiac", "%"): "NominalPercentageOfCardiacPhase",
    ("respiratory", "%"): "NominalPercentageOfRespiratoryPhase",
    ("respiratory", "ms"): "NominalRespiratoryTriggerDelayTime",
    ("pet-frame", "ms"): "FrameReferenceTime",
    ("acquisition", None): "AcquisitionNumber",
    ("time", None): "TemporalPositionIdentifier",
}
_WHOLE = frozenset(("EchoNumbers", "AcquisitionNumber", "TemporalPositionIdentifier"))
_DECIMAL = frozenset(("EchoTime", "InversionTime", "FlipAngle", "KVP", "TriggerTime", "FrameReferenceTime"))
#: Times that are nearer are one; ms.
_SAME_MS = 1e-6


class Axis:
    """The 4th axis of a volume.

    Parameters
    ----------
    volume : Volume

    Attributes
    ----------
    name : str or None
        None for a volume without a 4th axis.
    count : int
        How many t; 1 without.
    """

    def __init__(self, volume: Any) -> None:
        self.name: str | None = volume.dimension
        self.unit: str | None = volume.dimension_unit
        self.count = 1 if self.name is None else int(volume.shape[0])
        values = volume.dimension_values
        self.values: NDArray[np.float64] | None = None if values is None else np.asarray(values, np.float64)

    def classic(self, began: datetime | None) -> list[dict[str, Any]]:
        """For each t the elements of its images, by keyword.

        Parameters
        ----------
        began : datetime or None
            When the first t was acquired, for an axis of times.

        Raises
        ------
        WriteError
            Classic images have no element for the axis or a value of it.
        """
        if self.name is None:
            return [{}]
        values = self._told()
        if self.name == "diffusion":
            return [_diffusion(row) for row in values]
        if self.name == "time" and self.unit == "ms":
            return self._times(values, began)
        bearer = _BEARERS.get((self.name, self.unit))
        if bearer is None:
            raise self._no_place()
        found: list[dict[str, Any]] = []
        for t, value in enumerate(values.tolist()):
            if bearer in _WHOLE and value != int(value):
                raise WriteError(f"values of the axis {self.name!r} aren't whole numbers, which {bearer} takes")
            number = int(value) if bearer in _WHOLE else decimal_of(value) if bearer in _DECIMAL else float(value)
            elements: dict[str, Any] = {bearer: number}
            if bearer == "EchoTime":
                elements["EchoNumbers"] = t + 1
            if bearer == "TriggerTime":
                elements["CardiacNumberOfImages"] = self.count
            if bearer == "TemporalPositionIdentifier":
                elements["NumberOfTemporalPositions"] = self.count
            found.append(elements)
        return found

    def _told(self) -> NDArray[np.float64]:
        """The values, each another and in the order in which they are read again."""
        values = self.values
        if values is None:
            if self.name not in ("time", "acquisition") or self.unit is not None:
                raise WriteError(f"the axis {self.name!r} has no dimension_values, which its images have to bear")
            values = np.arange(1.0, self.count + 1)
        if self.name == "diffusion":
            if values.ndim == 1:
                values = np.concatenate([values[:, None], np.full((len(values), 3), np.nan)], axis=1)
            if values.shape[1:] != (4,) or not np.isfinite(values[:, 0]).all():
                raise WriteError("values of the axis 'diffusion' are b-values, or b-value, x, y, z (s/mm²; LPS)")
            return values
        if values.ndim != 1 or not np.isfinite(values).all():
            raise WriteError(f"values of the axis {self.name!r} are one finite number for each t")
        if not (np.diff(values) > 0).all():
            raise WriteError(
                f"values of the axis {self.name!r} don't grow with t; images are put in their order when they are read"
            )
        return values

    def _times(self, values: NDArray[np.float64], began: datetime | None) -> list[dict[str, Any]]:
        """A position in time each, and its time of day; or the step alone, where it isn't known when they began."""
        steps, since = np.diff(values), (values - values[0]) * 1000.0
        is_even = not len(steps) or float(np.ptp(steps)) < _SAME_MS
        # A time of day has no parts of a microsecond.
        has_clock = began is not None and float(np.abs(since - np.rint(since)).max()) < _SAME_MS
        if not has_clock and not is_even:
            raise WriteError(
                "times that aren't evenly spaced are told by times of day, in whole microseconds: AcquisitionDateTime= "
                "in the template says when the first was acquired"
            )
        found = []
        for t, microseconds in enumerate(since.tolist()):
            elements: dict[str, Any] = {"TemporalPositionIdentifier": t + 1, "NumberOfTemporalPositions": self.count}
            if is_even and len(steps):
                elements["TemporalResolution"] = decimal_of(float(steps[0]))
            if began is not None and has_clock:
                elements["AcquisitionNumber"] = t + 1
                now = began + timedelta(microseconds=round(microseconds))
                elements["AcquisitionDate"] = now.strftime("%Y%m%d")
                elements["AcquisitionTime"] = now.strftime("%H%M%S.%f")
                elements["AcquisitionDateTime"] = now.strftime("%Y%m%d%H%M%S.%f")
            found.append(elements)
        return found

    def _no_place(self) -> WriteError:
        unit = f" in {self.unit}" if self.unit else ""
        return WriteError(
            f"images have no element for an axis {self.name!r}{unit}: write its volumes one by one, volume[t].to_dicom"
        )


def _diffusion(row: NDArray[np.float64]) -> dict[str, Any]:
    elements: dict[str, Any] = {"DiffusionBValue": float(row[0])}
    has_direction = bool(np.isfinite(row[1:]).all())
    if has_direction:
        elements["DiffusionDirectionality"] = "DIRECTIONAL"
        elements["DiffusionGradientOrientation"] = [float(x) for x in row[1:]]
    else:
        elements["DiffusionDirectionality"] = "NONE" if row[0] == 0 else "ISOTROPIC"
    return elements


def began_of(header: Any) -> datetime | None:
    """When an image was acquired; None where its header doesn't say so."""
    stamp = str(header.get("AcquisitionDateTime") or "")
    if not stamp and header.get("AcquisitionTime"):
        # A day alone isn't its midnight.
        stamp = f"{header.get('AcquisitionDate') or header.get('StudyDate') or ''}{header.get('AcquisitionTime') or ''}"
    digits, _, fraction = stamp.partition(".")
    try:
        began = datetime.strptime(digits[:14].ljust(14, "0"), "%Y%m%d%H%M%S")
        return began + timedelta(microseconds=int(fraction[:6].ljust(6, "0") or 0))
    except ValueError:
        return None
