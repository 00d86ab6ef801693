"""The modules of pydicom 3 under their own paths: ``pydicom.X.Y`` is ``dicom.compat.X.Y``.

Each gives the objects of our own rooms under pydicom's names, and holds besides only what exists for compatibility:
tables, older forms of functions, switches. `dicom.install_as_pydicom` makes them answer to ``import pydicom``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from dicom.dataset import Dataset, FileDataset, FileMetaDataset
from dicom.elements.element import DataElement
from dicom.elements.sequence import Sequence

from ._version import __version__, __version_info__

if TYPE_CHECKING:
    from typing import Any

    from dicom.pixels import iter_pixels, pixel_array

    from ._reading import dcmread
    from .filewriter import dcmwrite

__all__ = [
    "DataElement",
    "Dataset",
    "FileDataset",
    "FileMetaDataset",
    "Sequence",
    "__version__",
    "__version_info__",
    "dcmread",
    "dcmwrite",
    "iter_pixels",
    "pixel_array",
]

# Where the names are that need more: (module, attribute).
_LAZY = {
    "dcmread": ("_reading", "dcmread"),
    "dcmwrite": ("filewriter", "dcmwrite"),
    "iter_pixels": ("pixels", "iter_pixels"),
    "pixel_array": ("pixels", "pixel_array"),
}
# Modules that `import pydicom` has always brought in: programs name them without importing them.
_MODULES = frozenset(
    (
        "charset",
        "config",
        "data",
        "datadict",
        "dataelem",
        "dataset",
        "encaps",
        "env_info",
        "errors",
        "examples",
        "filebase",
        "filereader",
        "fileutil",
        "filewriter",
        "hooks",
        "jsonrep",
        "misc",
        "multival",
        "pixel_data_handlers",
        "pixels",
        "sequence",
        "tag",
        "uid",
        "util",
        "valuerep",
        "values",
        "waveforms",
    )
)


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    home = _LAZY.get(name)
    if home is None:
        raise AttributeError(f"module 'pydicom' has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home[0]}"), home[1])
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})
