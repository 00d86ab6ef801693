"""Lookup tables: values in, entries out.

In: an item of a LUT sequence (descriptor and data) and an array. Out: the table with the input of its first entry, and
the array put through it. Standard: PS3.3 C.11.1.1.1 (LUT Descriptor, LUT Data), C.11.2.1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import MissingElementError, PixelError

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

_DESCRIPTOR, _DATA = 0x00283002, 0x00283006


class LookupTable:
    """A table of entries.

    Attributes
    ----------
    entries : ndarray of uint8 or uint16
        As the descriptor's bits say.
    first : int
        The input that gets the first entry.
    bits : int
        Bits of an entry, by the descriptor.
    """

    __slots__ = ("bits", "entries", "first")

    def __init__(self, entries: NDArray[Any], first: int, bits: int) -> None:
        self.entries = entries
        self.first = first
        self.bits = bits

    def apply(self, values: NDArray[Any]) -> NDArray[Any]:
        """The entries of the values; values below the first input get the first entry, those beyond the last the last.

        Parameters
        ----------
        values : ndarray
            Numbers that aren't whole are cut to the whole number towards zero.

        Returns
        -------
        ndarray of the entries' type, in the shape of `values`
        """
        if values.dtype.kind == "f":
            # Held within what an index can be: infinity has its entry too, and NaN gets the first.
            values = np.nan_to_num(values, nan=-np.inf).clip(-(2.0**40), 2.0**40)
        elif values.dtype == np.uint64:
            values = values.clip(max=2**40)
        index = values.astype(np.intp)
        if self.first:
            index -= self.first
        return np.take(self.entries, index, mode="clip")


def read_table(item: Any, *, signed_inputs: bool, is_big_endian: bool = False) -> LookupTable:
    """The table in an item of a Modality, VOI or Presentation LUT Sequence.

    Parameters
    ----------
    item : Dataset
        With LUT Descriptor and LUT Data.
    signed_inputs : bool
        Whether inputs can be negative: then a first input of more than 32767 is a negative one that was read as
        unsigned.
    is_big_endian : bool
        Byte order of LUT Data that is given as bytes (OW).

    Returns
    -------
    LookupTable
        A table that is shorter than its descriptor says is taken as it is.

    Raises
    ------
    MissingElementError
        There is no descriptor or no data.
    PixelError
        The descriptor hasn't three values, or asks for other than 8 to 16 bits.
    """
    descriptor, data = item.get("LUTDescriptor"), item.get("LUTData")
    three = three_numbers(descriptor)
    if three is None:
        raise _error(descriptor is None, "LUT Descriptor has to have three values", _DESCRIPTOR)
    if data is None or (isinstance(data, bytes) and not data):
        raise MissingElementError("a lookup table has no LUT Data", tag=_DATA)
    count, first, bits = three
    if not 8 <= bits <= 16:
        raise PixelError(f"a lookup table of {bits} bits an entry; 8 to 16 are allowed", tag=_DESCRIPTOR)
    if signed_inputs and first > 32767:
        first -= 65536
    return LookupTable(numbers(data, count, bits, is_big_endian), first, bits)


def three_numbers(descriptor: Any) -> tuple[int, int, int] | None:
    """How many entries, the first input and the bits of an entry, by a descriptor; None when it isn't one."""
    if descriptor is None or isinstance(descriptor, (str, bytes)) or not hasattr(descriptor, "__len__"):
        return None
    try:
        count, first, bits = (int(number) for number in descriptor)
    except (TypeError, ValueError, OverflowError):
        return None
    # 0 stands for 2^16 (PS3.3 C.11.1.1.1); a first input is a number of 16 bits.
    return (count or 65536, first, bits) if 0 <= count <= 65536 and abs(first) <= 2**32 else None


def numbers(data: Any, count: int, bits: int, is_big_endian: bool) -> NDArray[Any]:
    """Entries of a table from words, or bytes that hold words or, for 8 bits, one entry each.

    Raises
    ------
    PixelError
        There is no entry.
    """
    if isinstance(data, (bytes, bytearray, memoryview)):
        if bits == 8 and len(data) < 2 * count:
            raw = np.frombuffer(data, np.uint8)
            if is_big_endian:
                # Entries of 8 bits lie in words (OW), whose bytes are the other way round.
                raw = raw[: raw.size // 2 * 2].reshape(-1, 2)[:, ::-1].reshape(-1)
            entries = raw[:count]
        else:
            whole = memoryview(data)[: len(data) // 2 * 2]
            entries = np.frombuffer(whole, ">u2" if is_big_endian else "<u2")[:count]
    else:
        try:
            entries = np.atleast_1d(np.asarray(data))[:count]
        except ValueError:
            raise PixelError("LUT Data that isn't numbers", tag=_DATA) from None
    if entries.size == 0 or entries.dtype.kind not in "iu":
        raise PixelError("a lookup table without entries", tag=_DATA)
    # By what is there and not by the descriptor alone: 16-bit entries behind a descriptor of 8 bits are met.
    return entries.astype(np.uint8 if bits == 8 and entries.max() <= 255 else np.uint16)


def _error(is_missing: bool, message: str, tag: int) -> PixelError:
    return MissingElementError(message, tag=tag) if is_missing else PixelError(message, tag=tag)
