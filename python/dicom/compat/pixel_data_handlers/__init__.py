"""``pydicom.pixel_data_handlers``: names of before pydicom 3, which warn and lead to those of `dicom.compat.pixels`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

_PROCESSING = (
    "apply_color_lut",
    "apply_modality_lut",
    "apply_voi",
    "apply_voi_lut",
    "apply_windowing",
    "convert_color_space",
)
_UTILS = ("expand_ybr422", "pack_bits", "unpack_bits")
_HANDLERS = (
    "gdcm_handler",
    "jpeg_ls_handler",
    "numpy_handler",
    "pillow_handler",
    "pylibjpeg_handler",
    "rle_handler",
    "util",
)


def _moved(name: str) -> Any:
    """A function that has moved, after the warning that it has."""
    import warnings

    home = "pixels" if name in (*_PROCESSING, "pack_bits", "unpack_bits") else "pixels.utils"
    warnings.warn(
        "The 'pydicom.pixel_data_handlers' module will be removed in v4.0, please use "
        f"'from pydicom.{home} import {name}' instead",
        DeprecationWarning,
        stacklevel=3,
    )
    return getattr(import_module(f"dicom.compat.pixels.{'processing' if name in _PROCESSING else 'utils'}"), name)


def __getattr__(name: str) -> Any:
    if name in _HANDLERS:
        return import_module(f"dicom.compat.pixel_data_handlers.{name}")
    if name in (*_PROCESSING, *_UTILS):
        return _moved(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
