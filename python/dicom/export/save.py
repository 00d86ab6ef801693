"""Write a volume in the format that its file's name says.

In: a `VolumeLike` and a path. Out: files.
"""

from __future__ import annotations

import os

from dicom.errors import PixelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dicom.export.space import VolumeLike

#: Suffix -> (format, the room that writes it, its function). The longer of two that fit counts.
VOLUME_FORMATS = {
    ".nii.gz": ("NIfTI", "nifti", "save_nifti"),
    ".nii": ("NIfTI", "nifti", "save_nifti"),
    ".nrrd": ("NRRD", "nrrd", "save_nrrd"),
    ".mha": ("MetaImage", "metaimage", "save_metaimage"),
    ".mhd": ("MetaImage", "metaimage", "save_metaimage"),
    ".zarr": ("OME-Zarr", "zarr", "save_zarr"),
}


def volume_suffix(path: str) -> str | None:
    """The suffix of a format that holds volumes; None where the name has none."""
    lower = path.lower().rstrip("/" + os.sep)
    return next((suffix for suffix in VOLUME_FORMATS if lower.endswith(suffix)), None)


def save_volume(volume: VolumeLike, path: str | os.PathLike[str], **options: Any) -> list[str]:
    """Write a volume: ``.nii``, ``.nii.gz``, ``.nrrd``, ``.mha``, ``.mhd`` or ``.zarr``.

    Parameters
    ----------
    volume : Volume
    path : str or os.PathLike
    **options
        Of the format's function: `save_nifti`, `save_nrrd`, `save_metaimage`, `save_zarr`.

    Returns
    -------
    list of str
        The files that were written, the volume's first.

    Raises
    ------
    PixelError
        There is no such format, or it can't hold the values.
    GeometryError
        The format can't hold the grid.
    MissingDependencyError
        The format needs a package; the message says which.
    OSError
        A file can't be written.
    """
    from importlib import import_module

    name = os.fspath(path)
    suffix = volume_suffix(name)
    if suffix is None:
        raise PixelError(f"no format of volumes is known by the suffix; there are {', '.join(VOLUME_FORMATS)}")
    _, room, function = VOLUME_FORMATS[suffix]
    written = getattr(import_module(f"dicom.export.{room}"), function)(volume, name, **options)
    return [written] if isinstance(written, str) else list(written)
