"""A volume as a tensor of torch.

In: a `VolumeLike`. Out: `torch.Tensor`, over the same memory where torch can have it. torch is no extra: it is large,
and each installs the build for his graphics card.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import MissingDependencyError

if TYPE_CHECKING:
    from typing import Any

    from dicom.export.space import VolumeLike


def to_torch(volume: VolumeLike) -> Any:
    """The values as a tensor.

    Parameters
    ----------
    volume : Volume

    Returns
    -------
    torch.Tensor
        Shape and values of the array: (k, j, i), (t, k, j, i). It shares memory with the array, unless that is
        read-only, runs backward along an axis or is of another byte order: then it is a copy. It knows nothing of mm;
        the volume's affine does.

    Raises
    ------
    MissingDependencyError
        torch isn't installed.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingDependencyError("to_torch needs torch: pip install torch") from error

    array = volume.array
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if not array.flags.writeable or min(array.strides, default=0) < 0:
        array = np.array(array)
    return torch.from_numpy(array)
