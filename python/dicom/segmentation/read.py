"""`read_segmentation`: a Segmentation object as segments, and each of them as a mask on a grid.

In: a file or data set of the SOP Classes Segmentation or Label Map Segmentation. Out: `Segmentation`. Standard: PS3.3
A.51 (Segmentation), C.8.20 (its modules).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.dataset.dataset import Dataset
from dicom.dataset.read import read_file
from dicom.segmentation.segmentation import Segmentation

if TYPE_CHECKING:
    import os
    from typing import BinaryIO

__all__ = ["Segmentation", "read_segmentation"]


def read_segmentation(
    path: str | os.PathLike[str] | bytes | BinaryIO | Dataset, *, slice_spacing_mm: float | None = None
) -> Segmentation:
    """The segmentation in a file.

    Only what stands about the frames is read; their pixels are when a mask is asked for.

    Parameters
    ----------
    path : str, os.PathLike, bytes, binary file object or Dataset
        One instance of Segmentation or Label Map Segmentation.
    slice_spacing_mm : float, optional
        The step of its own grid (`Segmentation.grid`) where the headers don't say it or say it wrongly.

    Returns
    -------
    Segmentation

    Raises
    ------
    RegionError
        It is no segmentation, or doesn't say which frame is of which segment.
    PixelError
        Its Image Pixel module contradicts itself.
    InvalidDicomError, OSError
        As `dicom.read`.

    Examples
    --------
    >>> import dicom
    >>> segmentation = dicom.read_segmentation("seg.dcm")  # doctest: +SKIP
    >>> liver = segmentation.mask("Liver", on=dicom.read_series("ct"))  # doctest: +SKIP
    """
    dataset = path if isinstance(path, Dataset) else read_file(path)
    return Segmentation(dataset, slice_spacing_mm=slice_spacing_mm)
