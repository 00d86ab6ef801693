"""``pydicom.examples``: the data sets that pydicom's documentation reads, where their files are installed.

In: a name, as in ``from pydicom.examples import ct``. Out: the data set, read anew each time; `get_path` gives the
file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dicom.compat._reading import dcmread
from dicom.compat.data.data_manager import get_testdata_file
from dicom.errors import MissingDependencyError

if TYPE_CHECKING:
    from dicom.dataset import FileDataset

_DATASETS = {
    "ct": "CT_small.dcm",
    "dicomdir": "DICOMDIR",
    "jpeg2k": "examples_jpeg2k.dcm",
    "mr": "MR_small.dcm",
    "no_meta": "no_meta.dcm",
    "overlay": "examples_overlay.dcm",
    "palette_color": "examples_palette.dcm",
    "rgb_color": "examples_rgb_color.dcm",
    "rt_dose": "rtdose.dcm",
    "rt_plan": "rtplan.dcm",
    "rt_ss": "rtstruct.dcm",
    "waveform": "waveform_ecg.dcm",
    "ybr_color": "examples_ybr_color.dcm",
}


def get_path(name: str) -> Path:
    """The file of an example.

    Parameters
    ----------
    name : str
        ``"ct"``, ``"mr"``, ``"rt_dose"``, ...

    Raises
    ------
    ValueError
        There is no such example.
    MissingDependencyError
        Its file isn't installed: none ships with this library.
    """
    if name not in _DATASETS:
        raise ValueError(f"there is no example {name!r}: {', '.join(_DATASETS)} are there")
    path = get_testdata_file(_DATASETS[name])
    if not isinstance(path, str):
        raise MissingDependencyError(
            f"the file of the example {name!r} isn't installed: it comes with pydicom, not with this library"
        )
    return Path(path)


def __getattr__(name: str) -> FileDataset:
    if name in _DATASETS:
        return dcmread(get_path(name), force=True)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_DATASETS})
