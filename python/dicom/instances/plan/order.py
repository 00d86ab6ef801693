"""`Order`: what is to be written of a volume, settled before the first data set is made.

In: a volume and what the caller asked for. Out: kind, template, storage, planes, axis and series, from which `classic`,
`enhanced` and the others make data sets. Everything that can be refused is refused here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import WriteError
from dicom.instances.image_planes import Planes
from dicom.instances.modules import NewSeries, derived_series_number
from dicom.instances.plan.axis import Axis, began_of
from dicom.instances.plan.kinds import CLASSIC, DOSE, ENHANCED, kind_of
from dicom.instances.plan.scan_times import ScanTimes
from dicom.instances.plan.stored_values import Bits, storage_for
from dicom.instances.plan.template import hints_of, template_for
from dicom.uid import generate_uid
from dicom.values.number import decimal_of

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from numpy.typing import NDArray

    from dicom.instances.plan.stored_values import Storage

#: CT numbers of signed and unsigned scanners: these intercepts are what readers know.
_INTERCEPTS = {"CT": (-1024.0, 0.0, -8192.0)}
_SAME_DIRECTION = 1e-3
_LONGEST_DESCRIPTION = 1024


class Order:
    """What is to be written.

    Parameters
    ----------
    volume : Volume
    template : Dataset, path, Volume or None
    form, tolerance, fill, description, number, derivation
        As of `dicom.Volume.to_dicom`.

    Attributes
    ----------
    kind : Kind
    template : Template
    planes : Planes
    axis : Axis
    series : NewSeries
    values : ndarray, shape (n, j, i), or with a last axis of colours
        t after t, slice after slice.
    """

    def __init__(
        self,
        volume: Any,
        template: Any,
        *,
        form: str | None,
        tolerance: float,
        fill: float | None,
        description: str | None,
        number: int | None,
        derivation: str | None,
    ) -> None:
        if not tolerance >= 0:
            raise WriteError("tolerance is how far a value may be off, 0 or more")
        if fill is not None and not np.isfinite(fill):
            raise WriteError("fill is a number, stored in place of missing values")
        self.volume = volume
        self.tolerance = float(tolerance)
        self.template = template_for(volume, template)
        self.kind = kind_of(volume, form, self.template.header)
        self.planes = Planes(volume)
        self.axis = Axis(volume)
        number = derived_series_number(self.template.header) if number is None else number
        self.series = NewSeries.begun(description, number)
        self.frame_of_reference_uid = volume.frame_of_reference_uid or generate_uid()
        self.values = _slices(volume)
        if self.kind.form in (CLASSIC, ENHANCED, DOSE):
            self.values = without_gaps(self.values, fill)
        self.derivation = derivation if derivation is not None else self._description()
        if len(self.derivation) > _LONGEST_DESCRIPTION:
            raise WriteError(f"derivation takes up to {_LONGEST_DESCRIPTION} characters (VR ST)")
        self._storage: Storage | None = None
        self._scan_times: ScanTimes | None = None
        self._common: dict[int, Any] = {}

    @property
    def storage(self) -> Storage:
        """The stored numbers; found when they are asked for first."""
        if self._storage is None:
            self._storage = self._find_storage()
        return self._storage

    @property
    def scan_times(self) -> ScanTimes:
        """When the scan of a PET began; found when it is asked for first."""
        if self._scan_times is None:
            self._scan_times = ScanTimes(self.template)
        return self._scan_times

    @property
    def is_same_unit(self) -> bool:
        """Whether the values are in the unit that the template's are in, so that its windows hold."""
        header = self.template.header
        if self.kind.modality != header.get("Modality") or self.kind.form not in (CLASSIC, ENHANCED):
            return False
        if self.kind.modality == "PT":
            return bool(
                self.kind.units == header.get("Units") and self.kind.suv_type == (header.get("SUVType") or None)
            )
        if self.kind.modality == "CT":
            return str(header.get("RescaleType") or "HU") == self.kind.rescale_type
        return True

    @property
    def is_reformatted(self) -> bool:
        """Whether slices are no slices of the sources."""
        return self.template.of_slice(0) is None and self.volume.made_of is not None

    def common_header(self, t: int) -> Any:
        """What all sources of a t have alike, for slices that are none of theirs."""
        if self.template.of_slice(0, t) is not None:
            return None
        if t not in self._common:
            from dicom.instances.objects.classic import common_header

            self._common = {t: common_header(self, t)}
        return self._common[t]

    def agreed_header(self) -> Any:
        """What all sources of all t have alike."""
        from dicom.instances.objects.classic import common_header

        return common_header(self, None)

    def thickness(self, header: Any) -> float:
        """Slice Thickness: the source's, where the slice is one of several of it; else the step."""
        stated = None if header is None or self.volume.grid_shape[0] == 1 else header.get("SliceThickness")
        try:
            return decimal_of(float(stated)) if stated else self.planes.spacing
        except (TypeError, ValueError):
            return self.planes.spacing

    def has_plane_of(self, header: Any) -> bool:
        """Whether rows and columns run along those of a header, either way."""
        given = header.get("ImageOrientationPatient")
        try:
            theirs = np.array([float(x) for x in given]).reshape(2, 3)
        except (TypeError, ValueError):
            return False
        ours = np.array(self.planes.orientation).reshape(2, 3)
        return bool((np.abs(np.abs((ours * theirs).sum(axis=1)) - 1.0) < _SAME_DIRECTION).all())

    def began(self) -> datetime | None:
        """When the first t was acquired."""
        return began_of(self.template.header)

    def has_times_of_sources(self) -> bool:
        """Whether the sources' own times of acquisition say the times of the axis."""
        axis, template = self.axis, self.template
        if axis.name != "time" or axis.unit != "ms" or axis.values is None or template.of_slice(0) is None:
            return False
        starts = []
        for t in range(axis.count):
            found = [began_of(header) for header in template.all_headers(t)]
            if None in found:
                return False
            starts.append(min(one for one in found if one is not None))
        told = [(start - starts[0]).total_seconds() * 1000.0 for start in starts]
        return bool(np.abs(np.array(told) - (axis.values - axis.values[0])).max() < 1e-2)

    def _find_storage(self) -> Storage:
        kind = self.kind
        count = len(self.values)
        if kind.form == DOSE:
            is_error = self.template.header.get("DoseType") == "ERROR"
            return storage_for(
                self.values,
                bits=Bits(32, signed=is_error),
                hints=hints_of(self.template, count) if self.template.header.get("DoseGridScaling") else None,
                only_intercept=0.0,
                tolerance=self.tolerance,
                unit=self.volume.unit,
            )
        hints = hints_of(self.template, count) if self.template.header.get("Modality") == kind.modality else None
        return storage_for(
            self.values,
            bits=Bits(16, prefers_signed=self._prefers_signed()),
            hints=hints,
            # What was whole numbers comes back as such where the rescale changes nothing.
            intercepts=_INTERCEPTS.get(kind.modality, (0.0,)) if self.values.dtype.kind == "f" else (0.0,),
            only_intercept=0.0 if kind.modality == "PT" else None,
            per_slice=kind.modality == "PT" or kind.form == ENHANCED or _differ(hints),
            tolerance=self.tolerance,
            unit=self.volume.unit,
            way_out="; form='parametric-map' stores floating point as it is"
            if kind.form in (CLASSIC, ENHANCED)
            else "",
        )

    def _prefers_signed(self) -> bool:
        """As the values are, if they are whole numbers, else as the sources."""
        kind = self.values.dtype.kind
        return kind == "i" if kind in "iu" else bool(self.template.header.get("PixelRepresentation") == 1)

    def _description(self) -> str:
        size = " x ".join(f"{step:.4g}" for step in self.volume.spacing)
        k, j, i = self.volume.grid_shape
        what = f"{self.volume.quantity} " if self.volume.quantity else ""
        how = "reformatted" if self.is_reformatted else "derived"
        return f"{what}volume of {k} slices of {j} rows and {i} columns, {size} mm, {how} from the source images"


def _differ(hints: Any) -> bool:
    return hints is not None and len(set(hints)) > 1


def _slices(volume: Any) -> NDArray[Any]:
    """(n, j, i): the values of all slices."""
    array: NDArray[Any] = np.asarray(volume.array)
    if array.dtype.byteorder not in "=|":
        array = array.astype(array.dtype.newbyteorder("="))
    if array.dtype.kind == "f" and array.dtype.itemsize == 2:
        array = array.astype(np.float32)
    return array.reshape(-1, *array.shape[-3 if volume.is_color else -2 :])


def without_gaps(slices: NDArray[Any], fill: float | None) -> NDArray[Any]:
    """The values with `fill` in place of missing ones (NaN).

    Raises
    ------
    WriteError
        Values are missing and there is no fill, or one is infinite.
    """
    if slices.dtype.kind != "f":
        return slices
    missing = sum(int(np.isnan(one).sum()) for one in slices)
    if any(bool(np.isinf(one).any()) for one in slices):
        raise WriteError("values that are infinite can't be stored as whole numbers")
    if not missing:
        return slices
    if fill is None:
        raise WriteError(
            f"{missing} values are missing (NaN), which whole numbers can't say: fill= is stored in their place"
        )
    return np.where(np.isnan(slices), slices.dtype.type(fill), slices)
