"""Whole numbers and a rescale for a volume's values: those that give the values back exactly, or within a tolerance.

In: values, slice by slice, the rescale that their sources had, and how many bits the object has. Out: a `Storage`:
Rescale Slope and Intercept of each slice, as Decimal Strings hold them, and the stored numbers. What the numbers give
is reckoned as a reader does (64-bit floating point, rounded once to the type of the array) and held against the values:
nothing is rounded silently. Standard: PS3.3 C.11.1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom.errors import WriteError
from dicom.values.number import decimal_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from numpy.typing import NDArray

#: Steps that values often are multiples of: means of a few, decimals.
_STEPS = (*(2.0**-n for n in range(1, 17)), *(10.0**-n for n in range(1, 7)))
#: So many values of a slice are tried before all are.
_SAMPLE = 4096
#: Up to which multiples of a step values are looked at to find it.
_MULTIPLES = (8, 64, 512, 4096, 32768)
#: The least distance of two values is tried as so many steps.
_MOST_PARTS = 6
#: A multiple of a step that is so near to a whole one is meant to be.
_NEAR_WHOLE = 0.1
#: What of a float is an error of reckoning, when values are differences of others.
_LIKE = 1e-6


class Rescale(NamedTuple):
    """value = stored * slope + intercept; both numbers as their Decimal Strings have them."""

    slope: float
    intercept: float


class Bits(NamedTuple):
    """What whole numbers an object can store.

    Attributes
    ----------
    allocated : int
    signed : bool or None
        None where both will do.
    prefers_signed : bool
        Which of both is tried first: as the sources are.
    """

    allocated: int
    signed: bool | None = None
    prefers_signed: bool = False

    def ranges(self) -> list[tuple[bool, int, int]]:
        """(signed, least, greatest) of each representation that will do."""
        full = 1 << self.allocated
        both = [(False, 0, full - 1), (True, -full // 2, full // 2 - 1)]
        both.sort(key=lambda one: one[0] != self.prefers_signed)
        return [one for one in both if self.signed is None or one[0] == self.signed]


class Storage:
    """How the slices of a volume are stored.

    Attributes
    ----------
    rescales : list of Rescale
        One a slice.
    dtype : numpy.dtype
        Of stored numbers: Bits Allocated and Pixel Representation.
    error : float
        The greatest difference between a value and what is read back.
    """

    __slots__ = ("_slices", "dtype", "error", "rescales")

    def __init__(self, slices: NDArray[Any], rescales: list[Rescale], dtype: np.dtype[Any], error: float) -> None:
        self._slices = slices
        self.rescales = rescales
        self.dtype = dtype
        self.error = error

    @property
    def is_uniform(self) -> bool:
        """Whether all slices have one rescale."""
        return len(set(self.rescales)) == 1

    @property
    def is_identity(self) -> bool:
        """Whether the stored numbers are the values."""
        return all(one == (1.0, 0.0) for one in self.rescales)

    def stored(self, index: int) -> NDArray[Any]:
        """(j, i): the numbers of a slice, in C order and in the byte order of DICOM, little endian."""
        numbers = _numbers(self._slices[index], self.rescales[index])
        return np.ascontiguousarray(numbers.astype(self.dtype.newbyteorder("<")))


def storage_for(
    slices: NDArray[Any],
    *,
    bits: Bits,
    hints: list[Rescale] | None = None,
    intercepts: tuple[float, ...] = (0.0,),
    only_intercept: float | None = None,
    per_slice: bool = False,
    tolerance: float = 0.0,
    unit: str | None = None,
    way_out: str = "",
) -> Storage:
    """The first way of storing that holds the values: that of the sources, whole numbers, a common step, the finest.

    Parameters
    ----------
    slices : ndarray, shape (n, j, i)
        Values; finite.
    bits : Bits
    hints : list of Rescale, optional
        What the sources of the slices had, one for each slice.
    intercepts : tuple of float
        Tried for whole numbers, the first that fits.
    only_intercept : float, optional
        The intercept that the object has to have.
    per_slice : bool
        Whether slices may have rescales of their own.
    tolerance : float
        How far a value that is read back may lie from the volume's, in `unit`.
    way_out : str
        What else the message of an error proposes.

    Raises
    ------
    WriteError
        No way holds the values within the tolerance. The message has the error that the best would make.
    """
    read_as = slices.dtype if slices.dtype.kind == "f" else np.dtype(np.float32)
    best = np.inf
    for rescales in _candidates(slices, hints, intercepts, only_intercept, per_slice, bits):
        if rescales is None:
            continue
        found = _tried(slices, rescales, bits, read_as, tolerance)
        if isinstance(found, Storage):
            return found
        best = min(best, found)
    error = (
        f"the greatest error would be {best:.3g}{f' {unit}' if unit else ''}" if np.isfinite(best) else "they don't fit"
    )
    raise WriteError(
        f"the values can't be stored exactly as whole numbers of {bits.allocated} bits with a rescale: "
        f"{error}{f', and tolerance is {tolerance:g}' if tolerance else ''}. "
        f"tolerance= accepts an error{way_out}"
    )


def _candidates(
    slices: NDArray[Any],
    hints: list[Rescale] | None,
    intercepts: tuple[float, ...],
    only: float | None,
    per_slice: bool,
    bits: Bits,
) -> Iterator[list[Rescale] | None]:
    count = len(slices)
    whole_of_bits = (1 << bits.allocated) - 1
    if hints is not None and (per_slice or len(set(hints)) == 1):
        yield hints
    least, greatest = float(slices.min()), float(slices.max())
    if slices.dtype.kind in "iu" or _are_whole(slices):
        for intercept in (only,) if only is not None else (*intercepts, least):
            yield [Rescale(1.0, decimal_of(intercept))] * count
    if slices.dtype.kind == "f":
        sample = _sample(slices)
        for step in _STEPS:
            if greatest - least <= step * whole_of_bits:
                base = only if only is not None else 0.0
                if _fits_sample(sample, Rescale(step, base)):
                    yield [Rescale(step, base)] * count
        if per_slice:
            yield _steps_of_slices(slices, only)
    # As fine as the bits allow; least and greatest are stored as the ends.
    if per_slice:
        ends = [(float(one.min()), float(one.max())) for one in slices]
        yield [_finest(low, high, only, bits) for low, high in ends]
    yield [_finest(least, greatest, only, bits)] * count


def _finest(least: float, greatest: float, only: float | None, bits: Bits) -> Rescale:
    steps = (1 << bits.allocated) - 1
    if only is None and least == greatest:
        # One value: stored as 1.
        return Rescale(decimal_of(abs(least)) or 1.0, decimal_of(min(0.0, 2 * least)))
    if only is None:
        if bits.signed:
            # Zero is stored in the middle.
            half = 1 << (bits.allocated - 1)
            slope = _up((greatest - least) / steps) or 1.0
            return Rescale(slope, decimal_of(least + half * slope))
        return Rescale(_up((greatest - least) / steps) or 1.0, decimal_of(least))
    low, high = least - only, greatest - only
    if low >= 0 and bits.signed is not True:
        return Rescale(_up(high / steps) or 1.0, only)
    return Rescale(_up(max(high / (steps // 2), -low / (steps // 2 + 1))) or 1.0, only)


def _up(slope: float) -> float:
    """A slope that a Decimal String holds and that isn't less: the greatest value has to fit."""
    found = decimal_of(slope)
    while found < slope:
        found = decimal_of(found * (1 + 1e-9))
    return found


def _are_whole(slices: NDArray[Any]) -> bool:
    return all(bool((np.rint(one) == one).all()) for one in slices)


def _sample(slices: NDArray[Any]) -> NDArray[Any]:
    flat = slices.reshape(-1) if slices.flags.c_contiguous else slices[len(slices) // 2].reshape(-1)
    return flat[:: max(1, flat.size // _SAMPLE)]


def _fits_sample(sample: NDArray[Any], rescale: Rescale) -> bool:
    return bool((_values(_numbers(sample, rescale), rescale, sample.dtype) == sample).all())


def _steps_of_slices(slices: NDArray[Any], only: float | None) -> list[Rescale]:
    """For each slice the step that its values seem to be multiples of: the least distance between two of them."""
    found = []
    for one in slices:
        base = only if only is not None else decimal_of(float(one.min()))
        rows = max(1, 4 * _SAMPLE // one.shape[1])
        distinct = np.unique(one[:: max(1, len(one) // rows)]).astype(np.float64) - base
        found.append(Rescale(_step_of(distinct, one.dtype), base))
    return found


def _step_of(values: NDArray[np.float64], dtype: np.dtype[Any]) -> float:
    """The step of ascending values that are multiples of it, but for rounding: a short decimal if one fits."""
    distances = np.diff(np.concatenate([[0.0], values]))
    distances = distances[distances > _LIKE * max(float(np.abs(values).max()), 1e-30)]
    if not distances.size:
        return 1.0
    least = float(distances.min())
    # The least distance may be several steps, where few values are there.
    refined = (_refined(least / parts, values, distances) for parts in range(1, _MOST_PARTS + 1))
    step = next((one for one in refined if _are_multiples(values, one)), least)
    for digits in range(1, 10):
        short = float(f"{step:.{digits}g}")
        if _fits_sample(values.astype(dtype), Rescale(short, 0.0)):
            return short
    return decimal_of(step)


def _refined(step: float, values: NDArray[np.float64], distances: NDArray[np.float64]) -> float:
    """The step that fits best: what is known by small multiples tells which ones greater values are, and these more."""
    numbers = np.concatenate([distances, values])
    for most in _MULTIPLES:
        counts = np.rint(numbers / step)
        chosen = (counts != 0) & (np.abs(counts) <= most)
        if chosen.any():
            step = float((numbers[chosen] @ counts[chosen]) / (counts[chosen] @ counts[chosen]))
    return step


def _are_multiples(values: NDArray[np.float64], step: float) -> bool:
    counts = values / step
    return bool(np.abs(counts - np.rint(counts)).max() < _NEAR_WHOLE)


def _tried(
    slices: NDArray[Any], rescales: list[Rescale], bits: Bits, read_as: np.dtype[Any], tolerance: float
) -> Storage | float:
    """The storage if it holds the values within the tolerance, else the error that it would make."""
    low, high, error = np.inf, -np.inf, 0.0
    is_identity = all(one == (1.0, 0.0) for one in rescales)
    for one, rescale in zip(slices, rescales, strict=True):
        numbers = _numbers(one, rescale)
        low, high = min(low, float(numbers.min())), max(high, float(numbers.max()))
        if is_identity and one.dtype.kind in "iu":
            continue
        back = _values(numbers, rescale, read_as)
        # Bit for bit first, for that is quick; infinities on the way make an error, which is infinite.
        if not np.array_equal(back, one):
            with np.errstate(invalid="ignore", over="ignore"):
                error = max(error, float(np.abs(back.astype(np.float64) - one.astype(np.float64)).max()))
    for signed, least, greatest in bits.ranges():
        if least <= low and high <= greatest:
            if error > tolerance:
                return error
            return Storage(slices, rescales, np.dtype(f"{'i' if signed else 'u'}{bits.allocated // 8}"), error)
    return np.inf


def _numbers(values: NDArray[Any], rescale: Rescale) -> NDArray[Any]:
    """The whole numbers next to what gives the values; not yet of the type that stores them."""
    if rescale == (1.0, 0.0) and values.dtype.kind in "iu":
        return values
    scaled = values.astype(np.float64)
    if rescale.intercept:
        scaled -= rescale.intercept
    if rescale.slope != 1.0:
        scaled /= rescale.slope
    return np.rint(scaled, out=scaled)


def _values(numbers: NDArray[Any], rescale: Rescale, dtype: np.dtype[Any]) -> NDArray[Any]:
    """What a reader gives for whole numbers."""
    with np.errstate(over="ignore"):
        found: NDArray[Any] = (numbers.astype(np.float64) * rescale.slope + rescale.intercept).astype(dtype)
    return found


def rescales_of(slopes: Iterable[float], intercepts: Iterable[float]) -> list[Rescale] | None:
    """Rescales of slices; None where one of them has none that is linear."""
    found = [Rescale(float(slope), float(intercept)) for slope, intercept in zip(slopes, intercepts, strict=True)]
    usable = all(np.isfinite(one.slope) and np.isfinite(one.intercept) and one.slope for one in found)
    return found if found and usable else None
