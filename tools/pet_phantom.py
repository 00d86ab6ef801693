"""A PET slice of a phantom: a warm body, two cold lungs and six hot spheres, with its true activity in Bq/ml.

In: a path. Out: a DICOM file (Positron Emission Tomography Image Storage, Explicit VR Little Endian; PS3.3 A.21) that
is the same, byte for byte, each time. Nothing of the library is used, so that the library can be tried on it.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, uuid5

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

SIDE = 168
SPACING_MM = 2.5
# Rescale Slope: Bq/ml that one stored unit stands for.
SLOPE = 0.5

# Centre (column, row) in mm from the middle, radius in mm, activity in Bq/ml.
SPHERES_MM = [
    (57.2 * np.cos(angle), 57.2 * np.sin(angle), radius, 22_000.0)
    for angle, radius in zip(np.radians(range(0, 360, 60)), (5.0, 6.5, 8.5, 11.0, 14.0, 18.5), strict=True)
]


def activity() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Activity of the slice.

    Returns
    -------
    ndarray, shape (168, 168), float64
        Axes (row, column), Bq/ml. Rows go downward, towards the patient's back; columns go to the patient's left.
    """
    # Each pixel is the mean over 4 x 4 points within it, so that edges are partial volumes as in a real scan.
    fine = (np.arange(SIDE * 4) + 0.5) * SPACING_MM / 4 - SIDE * SPACING_MM / 2
    x_mm, y_mm = np.meshgrid(fine, fine)
    image = np.where((x_mm / 150) ** 2 + (y_mm / 115) ** 2 < 1, 5_300.0, 0.0)
    for side in (-1, 1):
        image[((x_mm - side * 95) / 32) ** 2 + (y_mm / 60) ** 2 < 1] = 900.0
    for column_mm, row_mm, radius_mm, level in SPHERES_MM:
        image[(x_mm - column_mm) ** 2 + (y_mm - row_mm) ** 2 < radius_mm**2] = level
    means: np.ndarray[tuple[int, int], np.dtype[np.float64]] = image.reshape(SIDE, 4, SIDE, 4).mean(axis=(1, 3))
    return means


def _element(tag: int, vr: str, value: bytes) -> bytes:
    """One Data Element with its VR written out, little endian (PS3.5 7.1.2)."""
    if len(value) % 2:
        value += b"\0" if vr in ("UI", "OB") else b" "
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr.encode())
    if vr in ("OB", "OW", "SQ", "UN", "UT"):
        return head + struct.pack("<HI", 0, len(value)) + value
    return head + struct.pack("<H", len(value)) + value


def _elements(rows: list[tuple[int, str, str | int | bytes]]) -> bytes:
    encoded = b""
    for tag, vr, value in rows:
        if isinstance(value, int):
            encoded += _element(tag, vr, struct.pack("<H", value))
        else:
            encoded += _element(tag, vr, value.encode("ascii") if isinstance(value, str) else value)
    return encoded


def _item(elements: bytes) -> bytes:
    """One Item of defined length (PS3.5 7.5.1)."""
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(elements)) + elements


def _uid(what: str) -> str:
    """A UID derived from a UUID (PS3.5 B.2), the same each time."""
    return f"2.25.{uuid5(NAMESPACE_OID, 'PET phantom: ' + what).int}"


def write_pet_phantom(path: Path) -> None:
    """Write the phantom as a DICOM file."""
    sop_class, sop_instance = "1.2.840.10008.5.1.4.1.1.128", _uid("image")
    pixels = np.rint(activity() / SLOPE).astype("<u2")
    middle_mm = (SIDE - 1) * SPACING_MM / 2
    radiopharmaceutical = _item(
        _elements([(0x00180031, "LO", "FDG"), (0x00181074, "DS", "370000000"), (0x00181075, "DS", "6586.2")])
    )
    meta = _elements(
        [
            (0x00020001, "OB", b"\0\1"),
            (0x00020002, "UI", sop_class),
            (0x00020003, "UI", sop_instance),
            (0x00020010, "UI", "1.2.840.10008.1.2.1"),
            (0x00020012, "UI", _uid("implementation")),
        ]
    )
    data_set = _elements(
        [
            (0x00080008, "CS", "ORIGINAL\\PRIMARY"),
            (0x00080016, "UI", sop_class),
            (0x00080018, "UI", sop_instance),
            (0x00080020, "DA", "20260101"),
            (0x00080021, "DA", "20260101"),
            (0x00080022, "DA", "20260101"),
            (0x00080023, "DA", "20260101"),
            (0x00080030, "TM", "120000"),
            (0x00080031, "TM", "120000"),
            (0x00080032, "TM", "120000"),
            (0x00080033, "TM", "120000"),
            (0x00080050, "SH", ""),
            (0x00080060, "CS", "PT"),
            (0x00080070, "LO", "Phantom made by code"),
            (0x00080090, "PN", ""),
            (0x0008103E, "LO", "Body phantom, six hot spheres"),
            (0x00100010, "PN", "Phantom^Body"),
            (0x00100020, "LO", "PHANTOM"),
            (0x00100030, "DA", ""),
            (0x00100040, "CS", ""),
            (0x00180050, "DS", "2.5"),
            (0x00181181, "CS", "NONE"),
            (0x00185100, "CS", "HFS"),
            (0x0020000D, "UI", _uid("study")),
            (0x0020000E, "UI", _uid("series")),
            (0x00200010, "SH", "1"),
            (0x00200011, "IS", "1"),
            (0x00200013, "IS", "1"),
            (0x00200032, "DS", f"{-middle_mm}\\{-middle_mm}\\0"),
            (0x00200037, "DS", "1\\0\\0\\0\\1\\0"),
            (0x00200052, "UI", _uid("frame of reference")),
            (0x00201040, "LO", ""),
            (0x00280002, "US", 1),
            (0x00280004, "CS", "MONOCHROME2"),
            (0x00280010, "US", SIDE),
            (0x00280011, "US", SIDE),
            (0x00280030, "DS", f"{SPACING_MM}\\{SPACING_MM}"),
            (0x00280100, "US", 16),
            (0x00280101, "US", 16),
            (0x00280102, "US", 15),
            (0x00280103, "US", 0),
            (0x00281052, "DS", "0"),
            (0x00281053, "DS", str(SLOPE)),
            (0x00540016, "SQ", radiopharmaceutical),
            (0x00540081, "US", 1),
            (0x00541000, "CS", "STATIC\\IMAGE"),
            (0x00541001, "CS", "BQML"),
            (0x00541002, "CS", "EMISSION"),
            (0x00541102, "CS", "NONE"),
            (0x00541300, "DS", "0"),
            (0x00541330, "US", 1),
            (0x7FE00010, "OW", pixels.tobytes()),
        ]
    )
    group_length = _element(0x00020000, "UL", struct.pack("<I", len(meta)))
    path.write_bytes(bytes(128) + b"DICM" + group_length + meta + data_set)
