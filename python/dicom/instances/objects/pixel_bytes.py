"""The pixels of several frames as one value.

In: frames. Out: bytes, little endian. Standard: PS3.5 8.1.1, PS3.3 C.7.6.3.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import WriteError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from numpy.typing import NDArray

#: The length of a value is one of 32 bits, and even.
_LONGEST_VALUE = 2**32 - 2


def frames_bytes(frames: Iterable[NDArray[Any]], dtype: np.dtype[Any], order: Any) -> bytes:
    """Frames one after the other, with a byte more where their number is odd.

    Raises
    ------
    WriteError
        They take 4 GiB or more: native pixel data have no such length.
    """
    count = int(np.prod(order.values.shape))
    length = count * dtype.itemsize
    if length > _LONGEST_VALUE:
        raise WriteError(
            f"all frames together take {length} bytes, and a value has at most {_LONGEST_VALUE}: form='classic' writes "
            "a file a slice, or write parts of the volume"
        )
    whole = bytearray(length + length % 2)
    view = np.frombuffer(whole, dtype.newbyteorder("<"), count)
    begin = 0
    for frame in frames:
        view[begin : begin + frame.size] = frame.reshape(-1)
        begin += frame.size
    return bytes(whole)
