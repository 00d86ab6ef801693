"""The header of a NIfTI-1 or NIfTI-2 file.

In: shape, type and affine. Out: its bytes, with the four after them that say there are no extensions. The layouts are
those of ``nifti1.h`` and ``nifti2.h`` (NIfTI Data Format Working Group); all numbers are little endian.

Written here and not by nibabel, which brings in so much that importing it takes longer than writing a whole series;
the tests read each header with it.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import PixelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SCANNER = 1  # the code of coordinates in the scanner, which a patient's are
LONGEST_AXIS = 2**15 - 1  # of NIfTI-1, whose dim is int16
RGB = "rgb"
#: Name of a type -> its code, and bits a voxel.
_TYPES = {
    "uint8": (2, 8),
    "int16": (4, 16),
    "int32": (8, 32),
    "float32": (16, 32),
    "float64": (64, 64),
    RGB: (128, 24),
    "int8": (256, 8),
    "uint16": (512, 16),
    "uint32": (768, 32),
    "int64": (1024, 64),
    "uint64": (1280, 64),
}
_MM, _SECONDS = 2, 8
_DESCRIPTION = b"dicom-py"
# Size, unused, dim_info, dim, intent, type, slice_start, pixdim, offset, scale, slice_end and code, units, range, slice
# duration, toffset, unused, texts, codes, quaternion with offset, the affine's rows, name of the intent, magic.
_VERSION_1 = struct.Struct("<i35xB8h3fh2hh8f3fhbB4f2i80s24s2h6f12f16s4s")
_VERSION_2 = struct.Struct("<i8s2h8q3d8dq2d4d2q80s24s2i6d12d3i16sB15x")
_NO_EXTENSIONS = bytes(4)


def header_bytes(
    shape: Sequence[int],
    kind: str,
    affine: NDArray[np.float64],
    *,
    is_sheared: bool,
    step: float | None,
    is_time: bool,
    version: int | None,
) -> bytes:
    """The header of a single file (``.nii``), as it stands before the voxels.

    Parameters
    ----------
    shape : sequence of int
        (i, j, k) or (i, j, k, t).
    kind : str
        Name of the NumPy type, or `RGB`.
    affine : ndarray of float64, shape (4, 4)
        (i, j, k, 1) -> mm in RAS.
    is_sheared : bool
        Whether the qform, which can't hold it, is left out.
    step : float or None
        From one t to the next; None, which is written as 1, where it isn't known.
    is_time : bool
        Whether steps of t are in seconds.
    version : {1, 2} or None
        2 only where an axis is longer than 32,767 for None.

    Raises
    ------
    PixelError
        There is no such version or type, or an axis is too long for version 1.
    """
    if version not in (None, 1, 2):
        raise PixelError("the version of NIfTI is 1 or 2")
    longest = max(shape)
    if version == 1 and longest > LONGEST_AXIS:
        raise PixelError(f"an axis of {longest} voxels needs NIfTI-2: version=2")
    if kind not in _TYPES:
        raise PixelError(f"NIfTI has no type for {kind}")
    code, bits = _TYPES[kind]
    dim = [len(shape), *shape, *[1] * (7 - len(shape))]
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    quaternion, handedness = _quaternion(affine[:3, :3] / lengths)
    pixdim = [handedness, *lengths.tolist(), 1.0 if step is None else step, 1.0, 1.0, 1.0]
    qform = (0, [0.0] * 6) if is_sheared else (SCANNER, [*quaternion, *affine[:3, 3].tolist()])
    rows = affine[:3].reshape(-1).tolist()
    units = _MM | (_SECONDS if is_time else 0)
    texts = _DESCRIPTION, b""
    if version == 2 or longest > LONGEST_AXIS:
        size = _VERSION_2.size
        head = (size, b"n+2\0\r\n\x1a\n", code, bits, *dim, 0.0, 0.0, 0.0, *pixdim, size + len(_NO_EXTENSIONS))
        body = (1.0, 0.0, *[0.0] * 4, 0, 0, *texts, qform[0], SCANNER, *qform[1], *rows)
        return _VERSION_2.pack(*head, *body, 0, units, 0, b"", 0) + _NO_EXTENSIONS
    size = _VERSION_1.size
    head_1 = (size, 0, *dim, 0.0, 0.0, 0.0, 0, code, bits, 0, *pixdim, size + len(_NO_EXTENSIONS), 1.0, 0.0)
    body_1 = (0, 0, units, *[0.0] * 4, 0, 0, *texts, qform[0], SCANNER, *qform[1], *rows)
    return _VERSION_1.pack(*head_1, *body_1, b"", b"n+1\0") + _NO_EXTENSIONS


def _quaternion(directions: NDArray[np.float64]) -> tuple[list[float], float]:
    """(b, c, d) of the rotation nearest to these directions, and 1, or -1 where k runs against a right hand."""
    left, _, right = np.linalg.svd(directions)
    turn = left @ right
    handedness = 1.0
    if np.linalg.det(turn) < 0:
        turn[:, 2] *= -1
        handedness = -1.0
    # Each product of two of (a, b, c, d) stands in the matrix; the row of the largest has the smallest error.
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = turn.tolist()
    products = np.array(
        [
            [1 + xx + yy + zz, zy - yz, xz - zx, yx - xy],
            [zy - yz, 1 + xx - yy - zz, xy + yx, xz + zx],
            [xz - zx, xy + yx, 1 - xx + yy - zz, yz + zy],
            [yx - xy, xz + zx, yz + zy, 1 - xx - yy + zz],
        ]
    )
    row = products[int(products.diagonal().argmax())]
    unit = row / np.linalg.norm(row)
    # a isn't stored: it is taken to be positive.
    return (unit if unit[0] >= 0 else -unit)[1:].tolist(), handedness
