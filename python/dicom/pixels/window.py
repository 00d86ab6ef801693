"""Choose and apply what a display needs: values in the modality's unit, and the window of gray levels.

In: a data set and its stored values (one frame). Out: `modality_values` (rescale slope and intercept, Modality LUT or
Dose Grid Scaling applied, with the unit's name) and a `Window`.
Standard: PS3.3 C.11.1 (Modality LUT), C.11.2 (VOI LUT), C.7.6.16.2.9 and .10 (the same in functional groups).
For display only; nothing here reads pixel data.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from dicom.pixels.spacing import functional_groups

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

LINEAR, LINEAR_EXACT, SIGMOID = "LINEAR", "LINEAR_EXACT", "SIGMOID"

_UNIT_OF_UNITS = {  # Units (0054,1001), PS3.3 C.8.9.1.1.3
    "CNTS": "counts",
    "NONE": "no unit",
    "CM2": "cm²",
    "CM2ML": "cm²/ml",
    "PCNT": "%",
    "CPS": "counts/s",
    "BQML": "Bq/ml",
    "MGMINML": "mg/min/ml",
    "UMOLMINML": "µmol/min/ml",
    "MLMING": "ml/min/g",
    "MLG": "ml/g",
    "1CM": "1/cm",
    "UMOLML": "µmol/ml",
    "PROPCNTS": "proportional to counts",
    "PROPCPS": "proportional to counts/s",
    "MLMINML": "ml/min/ml",
    "MLML": "ml/ml",
    "GML": "g/ml",
    "STDDEV": "standard deviations",
}
_UNIT_OF_RESCALE_TYPE = {  # Rescale Type (0028,1054), PS3.3 C.11.1.1.2
    "OD": "optical density / 1000",
    "HU": "HU",
    "US": "value (unspecified unit)",
    "MGML": "mg/ml",
    "Z_EFF": "effective atomic number",
    "ED": "10²³ electrons/ml",
    "EDW": "electron density / that of water",
    "HU_MOD": "modified HU",
    "PCT": "%",
}
_UNIT_OF_DOSE = {"GY": "Gy", "RELATIVE": "relative dose"}
_SAMPLE = 1 << 20  # as many pixels settle percentiles to a fraction of a gray level


class Window:
    """Which values are shown, from black to white (PS3.3 C.11.2.1.2).

    Attributes
    ----------
    center, width : float
        In the unit of the values after the modality's transformation.
    function : str
        ``"LINEAR"``, ``"LINEAR_EXACT"`` or ``"SIGMOID"`` (VOI LUT Function).
    source : str
        ``"WindowCenter"``, ``"argument"``, or ``"percentiles"`` when it was chosen from the values.
    """

    __slots__ = ("center", "function", "source", "width")

    def __init__(self, center: float, width: float, function: str = LINEAR, source: str = "argument") -> None:
        self.center = center
        self.width = width
        self.function = function
        self.source = source

    @property
    def low(self) -> float:
        """The value, and all below it, that is shown darkest; for a sigmoid, that where 1 % of the output is left."""
        if self.function == LINEAR:
            return self.center - 0.5 - (self.width - 1.0) / 2.0
        return self.center - self.width / 2.0 if self.function == LINEAR_EXACT else self.center - 1.15 * self.width

    @property
    def high(self) -> float:
        """The value, and all above it, that is shown brightest; for a sigmoid, that where 1 % of the output is left."""
        if self.function == LINEAR:
            return self.center - 0.5 + (self.width - 1.0) / 2.0
        return self.center + self.width / 2.0 if self.function == LINEAR_EXACT else self.center + 1.15 * self.width

    def apply(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Gray levels from 0 (darkest) to 1 (brightest), in the shape of `values`."""
        numbers = np.asarray(values, dtype=np.float64)
        if self.function == SIGMOID:
            # The exponent is held where the result is 0 or 1 anyway: exp() would overflow past it.
            exponent = np.clip(-4.0 * (numbers - self.center) / self.width, -700.0, 700.0)
            levels: NDArray[np.float64] = 1.0 / (1.0 + np.exp(exponent))
            return levels
        low, high = self.low, self.high
        if high <= low:
            # LINEAR of width 1: a threshold, PS3.3 C.11.2.1.2.1.
            return np.where(numbers > low, 1.0, 0.0)
        return np.clip((numbers - low) / (high - low), 0.0, 1.0)

    def __repr__(self) -> str:
        return f"Window({self.center:g}, {self.width:g}, {self.function!r}, source={self.source!r})"


def choose_window(ds: Any, values: NDArray[Any], frame: int = 0) -> Window:
    """The data set's first usable window, else one from robust percentiles of the values.

    Parameters
    ----------
    ds : Dataset
        Where Window Center and Window Width are looked for: the frame's functional groups, then the data set.
    values : ndarray
        The frame after the modality's transformation; NaN and infinity are left out.
    frame : int
        Counted from 0.
    """
    for group in functional_groups(ds, frame):
        sequence = group.get("FrameVOILUTSequence")
        window = _stated_window(sequence[0]) if sequence else None
        if window is not None:
            return window
    return _stated_window(ds) or _window_of_values(ds, values)


def modality_values(ds: Any, stored: NDArray[Any], frame: int = 0) -> tuple[NDArray[Any], str]:
    """Values in the modality's unit, and the unit's name for a colour bar.

    Parameters
    ----------
    ds : Dataset
    stored : ndarray
        Stored values of one frame.
    frame : int
        Counted from 0; frames of an enhanced object can have slopes of their own.

    Returns
    -------
    values : ndarray, in the shape of `stored`
        float64 after a rescale, the stored values themselves when there is nothing to apply.
    unit : str
        ``"HU"``, ``"Bq/ml"``, ...; ``"stored value"`` when nothing was applied and nothing is known.
    """
    holder = ds
    for group in functional_groups(ds, frame):
        sequence = group.get("PixelValueTransformationSequence")
        if sequence:
            holder = sequence[0]
            break
    table = ds.get("ModalityLUTSequence")
    if table:
        looked_up = look_up(table[0], stored)
        if looked_up is not None:
            return looked_up, _named_unit(table[0].get("ModalityLUTType")) or "modality LUT value"
    dose = _float(ds.get("DoseGridScaling"))
    if dose is not None and dose > 0:
        return stored * dose, _UNIT_OF_DOSE.get(_text(ds.get("DoseUnits")), "dose")
    slope, intercept = _float(holder.get("RescaleSlope")), _float(holder.get("RescaleIntercept"))
    # A slope of zero would make every pixel equal: no rescale was meant.
    if slope is None or intercept is None or slope == 0:
        return stored, _UNIT_OF_UNITS.get(_text(ds.get("Units")), "stored value")
    values = stored if slope == 1 and intercept == 0 else stored * slope + intercept
    return values, _unit(ds, holder, slope == 1 and intercept == 0)


def look_up(item: Any, values: NDArray[Any]) -> NDArray[Any] | None:
    """Values put through the LUT of a Modality or VOI LUT Sequence item; None when the item holds no usable table.

    The first descriptor value says which input the first entry belongs to; inputs below it get the first entry, those
    above the table the last one (PS3.3 C.11.1.1.1).
    """
    descriptor = item.get("LUTDescriptor")
    data = item.get("LUTData")
    if descriptor is None or data is None or len(descriptor) != 3:
        return None
    if isinstance(data, bytes):
        data = np.frombuffer(data[: len(data) // 2 * 2], dtype="<u2")
    table = np.atleast_1d(np.asarray(data))
    entries = int(descriptor[0]) or 65536
    table = table[:entries]
    if table.size == 0 or table.dtype.kind not in "iu":
        return None
    first = int(descriptor[1])
    # The descriptor's VR can have been read as unsigned where the stored values are signed.
    if first > 32767 and values.size and np.min(values) < 0:
        first -= 65536
    index = np.clip(np.asarray(values, dtype=np.float64) - first, 0, table.size - 1).astype(np.intp)
    looked_up: NDArray[Any] = table[index]
    return looked_up


def _unit(ds: Any, holder: Any, identity: bool) -> str:
    units = _UNIT_OF_UNITS.get(_text(ds.get("Units")))
    if units:
        return units
    rescale_type = _named_unit(holder.get("RescaleType"))
    if rescale_type:
        return rescale_type
    # Rescale Type may be left out of a CT only when the unit is HU (PS3.3 C.8.2.1.1.2); a localizer isn't in HU.
    if _text(ds.get("Modality")) == "CT" and "LOCALIZER" not in [_text(item) for item in ds.get("ImageType") or ()]:
        return "HU"
    return "stored value" if identity else "rescaled value"


def _named_unit(rescale_type: Any) -> str:
    text = _text(rescale_type)
    return _UNIT_OF_RESCALE_TYPE.get(text, text)


def _stated_window(holder: Any) -> Window | None:
    center, width = _float(holder.get("WindowCenter")), _float(holder.get("WindowWidth"))
    if center is None or width is None or width <= 0:
        return None
    function = _text(holder.get("VOILUTFunction")) or LINEAR
    if function not in {LINEAR, LINEAR_EXACT, SIGMOID}:
        function = LINEAR
    # LINEAR has no widths below 1; those who write them have values of small range and mean the exact line.
    if function == LINEAR and width < 1:
        function = LINEAR_EXACT
    return Window(center, width, function, "WindowCenter")


def _window_of_values(ds: Any, values: NDArray[Any]) -> Window:
    flat = np.asarray(values).reshape(-1)
    flat = flat[:: max(1, flat.size // _SAMPLE)]
    if flat.dtype.kind == "f":
        flat = flat[np.isfinite(flat)]
    flat = _without_padding(ds, flat)
    if flat.size == 0:
        return Window(0.5, 1.0, LINEAR_EXACT, "percentiles")
    lowest, highest = float(flat.min()), float(flat.max())
    if _text(ds.get("Modality")) in {"PT", "NM", "RTDOSE"} and lowest >= 0:
        # Activity and dose: zero is meaningful, and the few hottest pixels are what one looks for.
        low, high = 0.0, float(np.percentile(flat, 99.9))
    else:
        low, high = (float(edge) for edge in np.percentile(flat, (0.5, 99.5)))
    if high <= low:
        low, high = lowest, highest
    if high <= low:
        low, high = low - 0.5, low + 0.5
    # Halves are added, not the sum halved: the sum of two large floats can be infinite.
    return Window(low / 2 + high / 2, high - low, LINEAR_EXACT, "percentiles")


def _without_padding(ds: Any, flat: NDArray[Any]) -> NDArray[Any]:
    """Leave out Pixel Padding Value (PS3.3 C.7.5.1.1.2), unless nothing would be left."""
    padding = _float(ds.get("PixelPaddingValue"))
    if padding is None:
        return flat
    limit = _float(ds.get("PixelPaddingRangeLimit"))
    bounds, _ = modality_values(ds, np.array([padding, padding if limit is None else limit]))
    kept = flat[(flat < bounds.min()) | (flat > bounds.max())]
    return kept if kept.size else flat


def _float(value: Any) -> float | None:
    if hasattr(value, "__getitem__") and not isinstance(value, str | bytes):
        value = value[0] if len(value) else None
    if value is None or isinstance(value, bytes):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _text(value: Any) -> str:
    return value.strip().upper() if isinstance(value, str) else ""
