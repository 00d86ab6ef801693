"""`suv`: standardized uptake values of a PET series, with the evidence of each.

In: a volume, a data set, or what `read_series` takes. Out: a volume of uptake values, or the factors of its slices.
Standard: PS3.3 C.8.9 (PET), C.8.22 (enhanced PET); the arithmetic is that of QIBA's vendor-neutral pseudo-code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

from dicom.dataset.dataset import Dataset
from dicom.errors import GeometryError, PixelError, QuantityError
from dicom.pet.factors import SUVFactors, factors_of
from dicom.pet.given import checked
from dicom.pet.headers import headers_of_data_set, headers_of_sources
from dicom.pet.kinds import KINDS
from dicom.pixels.image.units import joined
from dicom.volume.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Any, Literal

    from numpy.typing import NDArray

    from dicom.pet.given import Given
    from dicom.pet.kinds import Kind
    from dicom.volume.series.series import Series

_POLICIES = ("gaps", "tilt", "duplicates", "tolerance_mm", "slice_spacing_mm")


@overload
def suv(given: Any, kind: str = ..., *, factors: Literal[True], series: Any = ..., **options: Any) -> SUVFactors: ...


@overload
def suv(given: Any, kind: str = ..., *, factors: Literal[False] = ..., series: Any = ..., **options: Any) -> Volume: ...


def suv(
    given: Volume | Dataset | Any,
    kind: str = "bw",
    *,
    factors: bool = False,
    series: int | str | Series | None = None,
    weight_kg: float | None = None,
    height_m: float | None = None,
    sex: str | None = None,
    dose_bq: float | None = None,
    injection: datetime | None = None,
    half_life_s: float | None = None,
    reference_time: datetime | None = None,
    decay_correction: str | None = None,
    corrected_image: Iterable[str] | None = None,
    **options: Any,
) -> Volume | SUVFactors | list[Volume]:
    """Standardized uptake values of a PET series.

    Nothing is guessed in silence: each input is in the result's `evidence` with the element that it came from, and so
    is each assumption; where the header can't decide, it is an error that names the elements.

    Parameters
    ----------
    given : Volume, Dataset, or what `read_series` takes
        A volume as `read_series` gave it, also cropped or turned since (resample afterwards); a data set of one or of
        several frames; a folder, files, an archive, a found series.
    kind : {"bw", "lbm", "lbm-james128", "lbm-janma", "bsa", "ibw"}
        By body weight; lean body mass after James (male multiplier 120, or 128) or Janmahasatian; body surface area
        after Du Bois; ideal body weight.
    factors : bool
        Whether only the factors of the slices are wanted: no pixels are read.
    series : int, str or Series, optional
        Which one, where there are several; as for `read_series`.
    weight_kg, height_m : float, optional
        These and those below count before what the header says; the evidence says that the caller gave them.
    sex : {"M", "F"}, optional
        For lean body mass and ideal weight.
    dose_bq : float, optional
        What was injected, in Bq at the time of the injection.
    injection : datetime, optional
        When; without a time zone on the clock of the series.
    half_life_s : float, optional
    reference_time : datetime, optional
        The moment to which the images are corrected for decay.
    decay_correction : {"START", "ADMIN", "NONE"}, optional
    corrected_image : iterable of str, optional
        What the images are corrected for: ``("ATTN", "DECY")``.
    **options
        Of `read_series`: ``gaps``, ``region``, ``dtype``, ``workers``, ``progress``, ...; for what is read here.

    Returns
    -------
    Volume
        Float32 (float64 where the values were), `unit` g/ml, for body surface cm2/ml; `quantity` ``"SUVbw"``, ...;
        `evidence`. A list where a policy is ``"split"``.
    SUVFactors
        With ``factors=True``: (k,) or (t, k) float64, to be multiplied with values as `read_series` gives them.

    Raises
    ------
    QuantityError
        The header doesn't decide it: an element is absent, zero, in another unit than the standard's, contradicts
        another, or the values are nothing that an uptake can be computed from. `keywords` are the elements.
    GeometryError, PixelError, FileChangedError, OSError
        As `read_series`.
    ValueError
        There is no such kind, or an argument isn't what it is to be.

    Examples
    --------
    >>> import dicom
    >>> uptake = dicom.suv("pet", weight_kg=70)
    >>> uptake.quantity, uptake.unit
    ('SUVbw', 'g/ml')
    >>> print(dicom.suv("pet", weight_kg=70, factors=True).evidence["decay time"].value)
    3600.0
    """
    wanted = KINDS.get(kind)
    if wanted is None:
        raise ValueError(f"kind is one of {', '.join(KINDS)}")
    known = checked(
        {
            "weight_kg": weight_kg,
            "height_m": height_m,
            "sex": sex,
            "dose_bq": dose_bq,
            "injection": injection,
            "half_life_s": half_life_s,
            "reference_time": reference_time,
            "decay_correction": decay_correction,
            "corrected_image": corrected_image,
        }
    )
    if isinstance(given, Volume):
        if options or series is not None:
            raise TypeError("series= and the options of read_series are for what is read; a volume has been")
        made = _factors_of_volume(given, wanted, known)
        return made if factors else _multiplied(given, made, in_place=False)
    if isinstance(given, Dataset):
        return _of_data_set(given, wanted, known, factors, series, options)
    return _of_series(given, wanted, known, factors, series, options)


def _of_series(
    given: Any, kind: Kind, known: Given, factors: bool, series: Any, options: dict[str, Any]
) -> Volume | SUVFactors | list[Volume]:
    from dicom.volume.read import chosen_series, read_series

    chosen = chosen_series(given, series, options.get("workers"), options.get("progress"))
    if factors:
        return _factors_of_series(chosen, kind, known, options)
    if options.get("out") is None:
        options.setdefault("dtype", np.float32)
    read = read_series(chosen, **options)
    volumes = read if isinstance(read, list) else [read]
    if volumes[0].array.dtype.kind != "f":
        raise PixelError("uptake values are no whole numbers: dtype= and out= have to be of floating point")
    made = [_multiplied(one, _factors_of_volume(one, kind, known), in_place=True) for one in volumes]
    return made if isinstance(read, list) else made[0]


def _factors_of_series(chosen: Series, kind: Kind, known: Given, options: dict[str, Any]) -> SUVFactors:
    """The factors without reading a pixel."""
    from dicom.volume.lazy import lazy_volume

    policies = {name: value for name, value in options.items() if name in _POLICIES}
    volume = lazy_volume(chosen, **policies, only_native=False)
    if volume is None:
        raise GeometryError("factors are of slices as they were read: not of split or resampled ones")
    return _factors_of_volume(volume, kind, known)


def _of_data_set(
    ds: Dataset, kind: Kind, known: Given, factors: bool, series: Any, options: dict[str, Any]
) -> Volume | SUVFactors | list[Volume]:
    # What the header lacks is told before it is a matter of its pixels or of how to write them.
    made = factors_of(headers_of_data_set(ds), kind, known, _unit_of(ds))
    if factors:
        return made
    from io import BytesIO

    from dicom.dataset.write import write
    from dicom.volume.series.found import found_in
    from dicom.volume.series.inputs import Inputs

    buffer = BytesIO()
    # A data set made by hand may not say how it is encoded, and then it doesn't matter.
    is_said = (
        bool(getattr(getattr(ds, "file_meta", None), "TransferSyntaxUID", None)) or ds.is_little_endian is not None
    )
    write(ds, buffer, **({} if is_said else {"implicit_vr": False, "little_endian": True}))
    inputs = Inputs()
    inputs.names.append("the data set")
    inputs.sources.append(buffer.getvalue())
    return _of_series(found_in(inputs), kind, known, factors, series, options)


def _unit_of(ds: Dataset) -> str | None:
    """The unit of a data set's values; None where its pixels can't be described."""
    from dicom.pixels.description import describe
    from dicom.pixels.image.modality import Modality

    try:
        return Modality(ds, describe(ds)).of_frame(0).unit
    except PixelError:
        return None


def _factors_of_volume(volume: Volume, kind: Kind, known: Given) -> SUVFactors:
    if volume.sources is None:
        raise QuantityError(
            "the volume's slices come from several files each, or from none: take the uptake of what was read, and "
            "resample it afterwards"
        )
    if volume.evidence is not None:
        raise QuantityError("the volume's values were computed already: take the uptake of what was read")
    return factors_of(headers_of_sources(volume.sources), kind, known, joined(volume.unit, volume.quantity))


def _multiplied(volume: Volume, factors: SUVFactors, *, in_place: bool) -> Volume:
    """The volume of the uptake; over the same memory where that is ours."""
    array = volume.array
    one = factors._one()
    dtype = np.dtype(np.float64 if array.dtype == np.float64 else np.float32)
    by: Any = one
    if one is None:
        # Slices that were filled in keep the value that stands for none.
        values = np.where(np.isnan(factors.values), 1.0, factors.values)
        shape = [1] * array.ndim
        shape["kji".index(volume.sources_axis) + array.ndim - 3] = values.shape[-1]
        if values.ndim == 2:
            shape[0] = values.shape[0]
        # In the type of the values, as one factor for all is: no slice is rounded otherwise when others are left out.
        by = values.reshape(shape).astype(dtype)
    out: NDArray[Any] = array if in_place and array.flags.writeable else np.empty(array.shape, dtype)
    np.multiply(array, by, out=out, casting="same_kind")
    made = volume.with_array(out, unit=factors.unit)
    made.unit_source = "computed: see evidence"
    made.quantity = factors.quantity
    made.evidence = factors.evidence
    return made
