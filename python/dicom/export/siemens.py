"""What Siemens says of an MR image in elements of its own: phase encoding, slice times, mosaics.

In: a data set. Out: a `Header`. The elements are named in Siemens' DICOM conformance statements: the private block
``SIEMENS MR HEADER`` of group 0019, and the CSA header in ``SIEMENS CSA HEADER`` of group 0029.
"""

from __future__ import annotations

from dicom.errors import ParseError
from dicom.values.csa import read_csa_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CSA_IMAGE_HEADER = (0x0029, "SIEMENS CSA HEADER", 0x10)
#: Elements that outlast some anonymizers, by the names of the same in the CSA header.
_MR_HEADER = (0x0019, "SIEMENS MR HEADER")
_OFFSETS = {"NumberOfImagesInMosaic": 0x0A, "BandwidthPerPixelPhaseEncode": 0x28, "MosaicRefAcqTimes": 0x29}


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
    slice_normal : list of float or None
        The direction in which the tiles of a mosaic follow each other, LPS.
    """

    __slots__ = (
        "bandwidth_per_pixel_phase_encode",
        "phase_encoding_positive",
        "slice_normal",
        "slice_times_ms",
        "tiles",
    )

    def __init__(self, ds: Any) -> None:
        csa = _csa_header(ds)

        def numbers(name: str) -> list[float]:
            offset = _OFFSETS.get(name)
            return (_numbers(_private(ds, *_MR_HEADER, offset)) if offset else []) or _numbers(csa.get(name))

        tiles = numbers("NumberOfImagesInMosaic")
        self.tiles = int(tiles[0]) if tiles and tiles[0] > 1 else None
        positive = numbers("PhaseEncodingDirectionPositive")
        self.phase_encoding_positive = bool(positive[0]) if positive else None
        bandwidth = numbers("BandwidthPerPixelPhaseEncode")
        self.bandwidth_per_pixel_phase_encode = bandwidth[0] if bandwidth and bandwidth[0] > 0 else None
        self.slice_times_ms = numbers("MosaicRefAcqTimes") or None
        normal = numbers("SliceNormalVector")
        self.slice_normal = normal if len(normal) == 3 else None


def _csa_header(ds: Any) -> dict[str, list[str]]:
    value = _private(ds, *_CSA_IMAGE_HEADER)
    try:
        return read_csa_header(value) if isinstance(value, bytes) else {}
    except ParseError:
        return {}


def _private(ds: Any, group: int, creator: str, offset: int) -> Any:
    """The value of an element in a private block; None where the data set has no such block."""
    try:
        return ds.private_block(group, creator)[offset].value
    except KeyError:
        return None


def _numbers(value: Any) -> list[float]:
    """The numbers of a value, of several, or of texts; none where one of them is no number."""
    from math import isfinite

    if value is None or isinstance(value, bytes):
        return []
    values = [value] if isinstance(value, str | int | float) else list(value)
    try:
        made = [float(one) for one in values]
    except (TypeError, ValueError):
        return []
    return made if all(map(isfinite, made)) else []
