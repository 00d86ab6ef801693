"""NIfTI-1 and NIfTI-2: a volume as ``.nii`` or ``.nii.gz``, and as an image of nibabel.

In: a `VolumeLike`. Out: a file with the BIDS sidecar and, of a diffusion series, b-values and directions beside it.

Axes are (i, j, k[, t]): NIfTI counts the first axis fastest, so the voxels are written as they lie in memory and in the
DICOM file. Nothing is flipped; the affine says where rows and columns go (dcm2niix turns the rows round and says so in
its affine: the same voxels at the same mm). qform and sform both hold the affine, code 1 (scanner); a sheared grid has
no qform, which can't hold it.

The voxels are written here, piece by piece and deflated on all cores: nibabel would take a copy of the whole and one
core, and importing it alone takes longer than dcm2niix takes for a series (see `nifti_header`).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import MissingDependencyError, PixelError
from dicom.export import bids, diffusion
from dicom.export.nifti_header import LONGEST_AXIS, RGB, SCANNER, header_bytes
from dicom.export.picture import write_file
from dicom.export.space import TIMES, even_step, grid_shape, is_sheared, ras_affine, seconds, spacing
from dicom.export.stream import write_exactly, write_gzip, write_voxels
from dicom.io.progress import reporter
from dicom.pixels.threads import thread_count

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike

    from dicom.export.space import VolumeLike
    from dicom.io.progress import Progress

_RGB_VOXEL = np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1")])
#: Axes on which one volume is measured after the other, so that the repetition time is their step.
_REPEATED = ("time", "diffusion")


def require_nibabel() -> Any:
    """nibabel, imported.

    Raises
    ------
    MissingDependencyError
        It isn't installed.
    """
    try:
        import nibabel
    except ImportError as error:
        raise MissingDependencyError("NIfTI needs nibabel: pip install dicom-py[nifti]") from error
    return nibabel


def save_nifti(
    volume: VolumeLike,
    path: str | os.PathLike[str],
    *,
    dtype: DTypeLike | None = None,
    version: int | None = None,
    compression: int = 1,
    sidecar: bool = True,
    anonymize: bool = True,
    overwrite: bool = True,
    workers: int | None = None,
    progress: Progress | bool | None = None,
) -> list[str]:
    """Write a volume as NIfTI, and beside it what NIfTI can't hold.

    Parameters
    ----------
    volume : Volume
    path : str or os.PathLike
        ``x.nii`` or ``x.nii.gz``. Each file is there whole or not at all.
    dtype : dtype, optional
        What voxels are stored as. By default the first of int16, the array's own type, that holds each value as it is:
        CT in HU becomes int16. Whole numbers that wouldn't fit are an error; floating types round.
    version : {1, 2}, optional
        Of NIfTI; 2 only where an axis is longer than 32,767 when not given.
    compression : int
        Of ``.gz``, from 1 (quick) to 9 (small).
    sidecar : bool
        Whether ``x.json`` (the fields of BIDS) is written, and ``x.bval`` and ``x.bvec`` of a diffusion series. Needs
        a volume that was read from DICOM; others have no sidecar.
    anonymize : bool
        Whether names, identifiers and dates stay out of the sidecar (see `dicom.export.bids.sidecar`).
    overwrite : bool
        Whether there may be files already.
    workers : int, optional
        Threads; as many as there are CPUs when not given.
    progress : callable or bool, optional
        Called with (done, total) voxels; True draws a bar on a terminal.

    Returns
    -------
    list of str
        The files that were written, the image first.

    Raises
    ------
    PixelError
        The values don't fit into `dtype`, or the suffix is another.
    OSError
        A file can't be written; FileExistsError when it is there and `overwrite` is False.
    """
    name = os.fspath(path)
    stem, is_deflated = _stem(name)
    if not 1 <= compression <= 9:
        raise PixelError("compression is a number from 1 to 9")
    kind = _kind(volume, dtype)
    threads = thread_count(workers)
    report = reporter(progress, os.path.basename(name))
    beside: dict[str, str] = {}
    if sidecar and volume.sources is not None:
        beside[f"{stem}.json"] = bids.to_json(bids.sidecar(volume, anonymize=anonymize))
        table = diffusion.gradient_table(volume)
        if table is not None:
            beside[f"{stem}.bval"], beside[f"{stem}.bvec"] = diffusion.to_fsl(volume, table)
    if not overwrite:
        for other in beside:
            if os.path.lexists(other):
                raise FileExistsError(17, "File exists", other)

    step, is_time = _step_of_t(volume)

    def write(file: Any) -> None:
        def attempt(stored: np.dtype[Any]) -> None:
            header = header_bytes(
                _shape(volume),
                kind or stored.name,
                ras_affine(volume),
                is_sheared=is_sheared(volume),
                step=step,
                is_time=is_time,
                version=version,
            )
            if is_deflated:
                write_gzip(file, header, volume.array, stored, level=compression, workers=threads, report=report)
                return
            file.write(header)
            write_voxels(file, volume.array, stored, workers=threads, report=report)

        write_exactly(file, volume.array.dtype, np.uint8 if kind else dtype, attempt)

    write_file(name, write, overwrite)
    for other, text in beside.items():
        write_file(other, lambda file, text=text: file.write(text.encode("utf-8")), overwrite)  # type: ignore[misc]
    return [name, *beside]


def to_nibabel(volume: VolumeLike, *, dtype: DTypeLike | None = None) -> Any:
    """The volume as a `nibabel.Nifti1Image` over the same memory.

    Parameters
    ----------
    volume : Volume
    dtype : dtype, optional
        Of the values, rounded or cut as NumPy does; the array's own when not given.

    Returns
    -------
    nibabel.Nifti1Image or nibabel.Nifti2Image
        Shape (i, j, k[, t]), affine to mm in RAS; NIfTI-2 where an axis is longer than 32,767.

    Raises
    ------
    MissingDependencyError
        nibabel isn't installed.
    PixelError
        Colours that aren't uint8.
    """
    nibabel = require_nibabel()
    array = volume.array
    if _kind(volume, dtype) == RGB:
        array = np.ascontiguousarray(array).view(_RGB_VOXEL)[..., 0]
    elif dtype is not None:
        array = array.astype(dtype, copy=False)
    elif array.dtype in (np.bool_, np.float16):
        array = array.astype(np.uint8 if array.dtype == np.bool_ else np.float32)
    kind = nibabel.Nifti2Image if max(array.shape) > LONGEST_AXIS else nibabel.Nifti1Image
    affine = ras_affine(volume)
    image = kind(array.T, affine, dtype=array.dtype)
    step, is_time = _step_of_t(volume)
    image.header.set_zooms((*spacing(volume), *([] if volume.dimension is None else [1.0 if step is None else step])))
    image.header.set_xyzt_units("mm", "sec" if is_time else None)
    image.set_sform(affine, SCANNER)
    if is_sheared(volume):
        # A reader without sform finds right lengths, and no claim about directions.
        image.set_qform(None, 0)
    else:
        image.set_qform(affine, SCANNER, strip_shears=True)
    return image


def _stem(name: str) -> tuple[str, bool]:
    """The name without its suffix, and whether that is of a deflated file."""
    for suffix in (".nii.gz", ".nii"):
        if name.lower().endswith(suffix):
            return name[: -len(suffix)], suffix == ".nii.gz"
    raise PixelError("a NIfTI file is called .nii or .nii.gz")


def _kind(volume: VolumeLike, dtype: DTypeLike | None) -> str | None:
    """How colours are called, of which there is one kind; None for a volume of numbers."""
    if not volume.is_color:
        if volume.array.dtype.kind not in "biuf":
            raise PixelError(f"values of {volume.array.dtype} aren't written as NIfTI")
        return None
    if volume.array.dtype != np.uint8 or (dtype is not None and np.dtype(dtype) != np.uint8):
        raise PixelError("NIfTI holds colours of 8 bits a sample alone")
    return RGB


def _shape(volume: VolumeLike) -> list[int]:
    """(i, j, k) or (i, j, k, t)."""
    return [*grid_shape(volume)[::-1], *([] if volume.dimension is None else [volume.array.shape[0]])]


def _step_of_t(volume: VolumeLike) -> tuple[float | None, bool]:
    """The step from one t to the next, None where none is known, and whether it is a time in seconds."""
    if volume.dimension is None:
        return None, True
    step = even_step(seconds(volume))
    if step is None and volume.dimension in _REPEATED and volume.sources is not None and volume.modality == "MR":
        step = bids.repetition_time(volume)
    if step is None:
        return None, volume.dimension in TIMES and seconds(volume) is not None
    return step, True
