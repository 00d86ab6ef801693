"""``pydicom.pixel_data_handlers.util``: functions of before pydicom 3, which warn and lead to `dicom.compat.pixels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.compat.pixel_data_handlers import _PROCESSING, _UTILS, _moved

if TYPE_CHECKING:
    from typing import Any

_NAMES = frozenset(
    (
        *_PROCESSING,
        *_UTILS,
        "get_expected_length",
        "get_image_pixel_ids",
        "get_j2k_parameters",
        "get_nr_frames",
        "pixel_dtype",
        "reshape_pixel_array",
    )
)


def dtype_corrected_for_endianness(is_little_endian: bool, numpy_dtype: Any) -> Any:
    """A dtype in the byte order of a data set.

    Parameters
    ----------
    is_little_endian : bool
    numpy_dtype : dtype

    Returns
    -------
    dtype

    Raises
    ------
    ValueError
        The byte order isn't known.
    """
    if is_little_endian is None:
        raise ValueError("the byte order of the data set isn't known")
    return numpy_dtype.newbyteorder("<" if is_little_endian else ">")


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return _moved(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
