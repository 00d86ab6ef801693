"""DICOM files made for the tests of the command. No patient."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"


def element(tag: int, vr: str, value: bytes | str | int) -> bytes:
    """A data element, explicit VR little endian."""
    if isinstance(value, int):
        value = struct.pack("<I" if vr == "UL" else "<H", value)
    data = value.encode("ascii") if isinstance(value, str) else value
    data += (b"\0" if vr in {"UI", "OB", "OW", "UN"} else b" ") * (len(data) % 2)
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr.encode())
    if vr in {"OB", "OW", "SQ", "UN", "UT"}:
        return head + struct.pack("<HI", 0, len(data)) + data
    return head + struct.pack("<H", len(data)) + data


def sequence(tag: int, *items: bytes) -> bytes:
    """A sequence with items of defined length."""
    return element(tag, "SQ", b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(item)) + item for item in items))


def file_bytes(*elements: bytes, transfer_syntax: str = "1.2.840.10008.1.2.1") -> bytes:
    """A file with File Meta Information and these elements."""
    meta = element(0x00020001, "OB", b"\0\1") + element(0x00020002, "UI", CT_IMAGE_STORAGE)
    meta += element(0x00020003, "UI", "2.25.7") + element(0x00020010, "UI", transfer_syntax)
    return b"\0" * 128 + b"DICM" + element(0x00020000, "UL", len(meta)) + meta + b"".join(elements)


def ct_elements(frames: int = 1, name: str | bytes = "Test^Subject") -> list[bytes]:
    """A CT of 4 rows and 6 columns."""
    pixels = np.arange(4 * 6 * frames, dtype="<i2").tobytes()
    found = [
        element(0x00080008, "CS", "ORIGINAL\\PRIMARY\\AXIAL"),
        element(0x00080016, "UI", CT_IMAGE_STORAGE),
        element(0x00080018, "UI", "2.25.7"),
        element(0x00080060, "CS", "CT"),
        element(0x00080070, "LO", "Maker"),
        sequence(0x00081110, element(0x00081155, "UI", "2.25.8"), element(0x00081155, "UI", "2.25.9")),
        element(0x00100010, "PN", name),
        element(0x00100020, "LO", "ID-1"),
        element(0x00180050, "DS", "2.5"),
        element(0x00280002, "US", 1),
        element(0x00280004, "CS", "MONOCHROME2"),
    ]
    if frames > 1:
        found.append(element(0x00280008, "IS", str(frames)))
    return [
        *found,
        element(0x00280010, "US", 4),
        element(0x00280011, "US", 6),
        element(0x00280030, "DS", "0.5\\0.25"),
        element(0x00280100, "US", 16),
        element(0x00280101, "US", 16),
        element(0x00280102, "US", 15),
        element(0x00280103, "US", 1),
        element(0x00281052, "DS", "-1024"),
        element(0x00281053, "DS", "1"),
        element(0x7FE00010, "OW", pixels),
    ]


def write_ct(path: Path, frames: int = 1, name: str | bytes = "Test^Subject") -> str:
    """Write the CT; give its path as text."""
    path.write_bytes(file_bytes(*ct_elements(frames, name)))
    return str(path)
