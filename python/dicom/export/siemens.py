"""What Siemens says of an MR image in elements of its own: phase encoding, slice times, diffusion, mosaics.

In: a data set. Out: a `Header`. The elements are named in Siemens' DICOM conformance statements: the private block
``SIEMENS MR HEADER`` of group 0019, and ``SIEMENS CSA HEADER`` of group 0029, whose value is a table of its own.
"""

from __future__ import annotations

import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MR_HEADER = "SIEMENS MR HEADER"
_CSA_HEADER = "SIEMENS CSA HEADER"
_NUMBER_OF_IMAGES_IN_MOSAIC = 0x0A
_B_VALUE = 0x0C
_GRADIENT_DIRECTION = 0x0E
_BANDWIDTH_PER_PIXEL_PHASE_ENCODE = 0x28
_MOSAIC_REFERENCE_TIMES = 0x29
_CSA_IMAGE_HEADER = 0x10
_MOST_ENTRIES = 1024
_ENTRY_BYTES = 84  # name of 64 bytes, multiplicity, VR of 4, syngo type, number of items, a check
_ITEM_BYTES = 16


class Header:
    """What the private elements say; None where they don't.

    Attributes
    ----------
    tiles : int or None
        How many slices stand in the image, if it is a mosaic.
    phase_encoding_positive : bool or None
        Whether phase was encoded the way that row or column indices grow.
    bandwidth_per_pixel_phase_encode : float or None
        In Hz.
    slice_times_ms : list of float or None
        Of a mosaic's slices, in the order of its tiles.
    b_value : float or None
        In s/mm².
    gradient : list of float or None
        The direction of the diffusion gradient, LPS.
    """

    __slots__ = (
        "b_value",
        "bandwidth_per_pixel_phase_encode",
        "gradient",
        "phase_encoding_positive",
        "slice_times_ms",
        "tiles",
    )

    def __init__(self) -> None:
        self.tiles: int | None = None
        self.phase_encoding_positive: bool | None = None
        self.bandwidth_per_pixel_phase_encode: float | None = None
        self.slice_times_ms: list[float] | None = None
        self.b_value: float | None = None
        self.gradient: list[float] | None = None

    @classmethod
    def of(cls, ds: Any) -> Header:
        """What a data set says; of another manufacturer's, nothing."""
        made = cls()
        csa = csa_entries(_private(ds, 0x0029, _CSA_HEADER, _CSA_IMAGE_HEADER))

        def numbers(element: int | None, entry: str) -> list[float] | None:
            found = None if element is None else _private(ds, 0x0019, _MR_HEADER, element)
            return _numbers(found) or _numbers(csa.get(entry))

        tiles = numbers(_NUMBER_OF_IMAGES_IN_MOSAIC, "NumberOfImagesInMosaic")
        made.tiles = int(tiles[0]) if tiles and tiles[0] > 1 else None
        positive = numbers(None, "PhaseEncodingDirectionPositive")
        made.phase_encoding_positive = bool(positive[0]) if positive else None
        bandwidth = numbers(_BANDWIDTH_PER_PIXEL_PHASE_ENCODE, "BandwidthPerPixelPhaseEncode")
        made.bandwidth_per_pixel_phase_encode = bandwidth[0] if bandwidth and bandwidth[0] > 0 else None
        made.slice_times_ms = numbers(_MOSAIC_REFERENCE_TIMES, "MosaicRefAcqTimes")
        b_value = numbers(_B_VALUE, "B_value")
        made.b_value = b_value[0] if b_value else None
        gradient = numbers(_GRADIENT_DIRECTION, "DiffusionGradientDirection")
        made.gradient = gradient if gradient and len(gradient) == 3 else None
        return made


def csa_entries(value: Any) -> dict[str, list[str]]:
    """The entries of a CSA header of version 2: name -> texts. Empty for anything else.

    Layout: ``SV10``, 4 bytes, the number of entries, 77; each entry has a name of 64 bytes, multiplicity, VR, type,
    number of items and a check; each item four numbers, of which the second is its length, and its text to a multiple
    of 4.
    """
    if not isinstance(value, bytes) or value[:4] != b"SV10" or len(value) < 16:
        return {}
    (count,) = struct.unpack_from("<I", value, 8)
    entries: dict[str, list[str]] = {}
    at = 16
    for _ in range(min(count, _MOST_ENTRIES)):
        if at + _ENTRY_BYTES > len(value):
            break
        name = value[at : at + 64].partition(b"\0")[0].decode("latin-1")
        (items,) = struct.unpack_from("<I", value, at + 76)
        at += _ENTRY_BYTES
        texts = []
        # Each item takes its own bytes at least, so a false number ends with the value.
        for _ in range(items):
            if at + _ITEM_BYTES > len(value):
                return entries
            (length,) = struct.unpack_from("<I", value, at + 4)
            at += _ITEM_BYTES
            content = value[at : at + length].partition(b"\0")[0].decode("latin-1").strip()
            at += -(-length // 4) * 4
            if content:
                texts.append(content)
        entries[name] = texts
    return entries


def _private(ds: Any, group: int, creator: str, element: int) -> Any:
    """The value of an element in a private block; None where the data set has no such block."""
    try:
        found = ds.private_block(group, creator)[element]
    except KeyError:
        return None
    return found.value


def _numbers(value: Any) -> list[float] | None:
    """Numbers of a value: of a number, of several, or of texts."""
    from math import isfinite

    if value is None or isinstance(value, bytes):
        return None
    values = [value] if isinstance(value, str | int | float) else list(value)
    try:
        made = [float(one) for one in values]
    except (TypeError, ValueError):
        return None
    return made if made and all(map(isfinite, made)) else None
