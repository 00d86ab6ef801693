"""DICOM files in Python: headers, pixels, pictures.

>>> import dicom
>>> ds = dicom.read_file("ct.dcm")
>>> ds.Modality, ds[0x0008, 0x0060].value, ds.pixel_array.ndim
('CT', 'CT', 2)

The names here are the front door; what is heavy is imported when it is first used.
"""

from __future__ import annotations

from . import errors
from ._core import __version__
from .dataset import Dataset, FileDataset, FileMetaDataset
from .dataset.read import dcmread, read, read_file
from .elements.element import DataElement
from .elements.sequence import Sequence
from .tag import Tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import dictionary, export, uid
    from .dataset.transcode import transcode
    from .dataset.write import dcmwrite, write
    from .pet.suv import suv
    from .pixels.image import image
    from .pixels.spacing import axes, pixel_spacing
    from .plotting import plot
    from .radiotherapy import ROI, StructureSet, dvh, read_structures
    from .segmentation.read import read_segmentation
    from .segmentation.segment import Segment
    from .segmentation.segmentation import Segmentation
    from .volume import Volume, find_series, read_series

    def install_as_pydicom(*, child_processes: bool = True) -> None: ...  # noqa: D103 - see dicom.as_pydicom
    def uninstall_as_pydicom() -> None: ...  # noqa: D103


__all__ = [
    "ROI",
    "DataElement",
    "Dataset",
    "FileDataset",
    "FileMetaDataset",
    "Segment",
    "Segmentation",
    "Sequence",
    "StructureSet",
    "Tag",
    "Volume",
    "__version__",
    "axes",
    "dcmread",
    "dcmwrite",
    "dictionary",
    "dvh",
    "errors",
    "export",
    "find_series",
    "image",
    "install_as_pydicom",
    "pixel_spacing",
    "plot",
    "read",
    "read_file",
    "read_segmentation",
    "read_series",
    "read_structures",
    "suv",
    "transcode",
    "uid",
    "uninstall_as_pydicom",
    "write",
]

# Where the names are that are imported when they are first used: (module, attribute), or a module alone.
_LAZY = {
    "ROI": ("dicom.radiotherapy", "ROI"),
    "StructureSet": ("dicom.radiotherapy", "StructureSet"),
    "Segment": ("dicom.segmentation.segment", "Segment"),
    "Segmentation": ("dicom.segmentation.segmentation", "Segmentation"),
    "Volume": ("dicom.volume", "Volume"),
    "axes": ("dicom.pixels.spacing", "axes"),
    "charset": ("dicom.charset", None),
    "dcmwrite": ("dicom.dataset.write", "dcmwrite"),
    "dictionary": ("dicom.dictionary", None),
    "dvh": ("dicom.radiotherapy.dose.dose_volume", "dvh"),
    "image": ("dicom.pixels.image", "image"),
    "export": ("dicom.export", None),
    "find_series": ("dicom.volume", "find_series"),
    "install_as_pydicom": ("dicom.as_pydicom", "install_as_pydicom"),
    "pixel_spacing": ("dicom.pixels.spacing", "pixel_spacing"),
    "pixels": ("dicom.pixels", None),
    "plot": ("dicom.plotting", "plot"),
    "read_segmentation": ("dicom.segmentation.read", "read_segmentation"),
    "read_series": ("dicom.volume", "read_series"),
    "read_structures": ("dicom.radiotherapy", "read_structures"),
    "suv": ("dicom.pet.suv", "suv"),
    "transcode": ("dicom.dataset.transcode", "transcode"),
    "uid": ("dicom.uid", None),
    "uninstall_as_pydicom": ("dicom.as_pydicom", "uninstall_as_pydicom"),
    "values": ("dicom.values", None),
    "write": ("dicom.dataset.write", "write"),
}


def __getattr__(name: str) -> object:
    home = _LAZY.get(name)
    if home is None:
        raise AttributeError(f"module 'dicom' has no attribute {name!r}")
    from importlib import import_module

    module = import_module(home[0])
    value: object = module if home[1] is None else getattr(module, home[1])
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _warn_of_relic() -> None:
    """The distribution `dicom` of 2017 unpacks into the same folder: the later of the two overwrites the other."""
    from os.path import dirname, exists, join

    if exists(join(dirname(__file__), "filereader.py")):
        from warnings import warn

        warn(
            "files of the distribution 'dicom' (0.9.9, of 2017) lie among those of 'dicom-py', which imports under the "
            "same name: run 'pip uninstall dicom', then 'pip install --force-reinstall dicom-py'",
            UserWarning,
            stacklevel=3,
        )


_warn_of_relic()
