"""Make a PET series of a phantom: six hot spheres in a warm body, after the NEMA image quality phantom.

Run: ``python -m examples.make_pet_phantom FOLDER``. In: a folder. Out: one DICOM file a slice in it, in Bq/ml, explicit
VR little endian. No patient, and the same bytes on each run. The writer is as small as a writer can be: the library's
own comes with a later version, and an example that doesn't use it tests reading independently.
Standard: PS3.3 A.21 (PET Image IOD), PS3.5 7 (encoding), PS3.10 7 (file format). The phantom: NEMA NU 2.
"""

from __future__ import annotations

import hashlib
import struct
import sys
from pathlib import Path

import numpy as np

ROWS, COLUMNS, SLICES = 128, 144, 21
PIXEL_MM, SLICE_MM = 2.5, 3.0
BACKGROUND_BQML, CONTRAST = 5300.0, 4.0
SPHERE_DIAMETERS_MM = (10.0, 13.0, 17.0, 22.0, 28.0, 37.0)
RING_RADIUS_MM = 57.2  # the spheres' centers lie on this circle, around the cold insert
INSERT_RADIUS_MM = 25.5
BODY_RADIUS_MM, CORNER_RADIUS_MM = 147.0, 77.0
RESOLUTION_MM = 5.0  # full width at half maximum of the scanner's blur
_PET_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.128"
_EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"

Elements = list[tuple[int, str, object]]


def coordinates() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centers of the voxels in mm, LPS: z of slices, y of rows (to the back), x of columns (to the left)."""
    z = (np.arange(SLICES) - (SLICES - 1) / 2) * SLICE_MM
    y = (np.arange(ROWS) - (ROWS - 1) / 2) * PIXEL_MM
    x = (np.arange(COLUMNS) - (COLUMNS - 1) / 2) * PIXEL_MM
    return z, y, x


def sphere_centers() -> list[tuple[float, float]]:
    """(x, y) of the spheres in mm, in the order of their diameters; all lie in the plane z = 0."""
    angles = np.deg2rad(np.arange(6) * 60.0)
    return [(RING_RADIUS_MM * float(np.cos(angle)), RING_RADIUS_MM * float(np.sin(angle))) for angle in angles]


def activity() -> np.ndarray:
    """Activity concentration, shape (slices, rows, columns), Bq/ml, as a scanner would show it: blurred and noisy."""
    z, y, x = coordinates()
    plane_y, plane_x = np.meshgrid(y - 35.0, x, indexing="ij")
    upper = (plane_y <= 0) & (plane_x**2 + plane_y**2 <= BODY_RADIUS_MM**2)
    flat = (plane_y > 0) & (plane_y <= CORNER_RADIUS_MM) & (np.abs(plane_x) <= BODY_RADIUS_MM - CORNER_RADIUS_MM)
    beyond = np.maximum(np.abs(plane_x) - (BODY_RADIUS_MM - CORNER_RADIUS_MM), 0.0)
    corners = (plane_y > 0) & (beyond**2 + plane_y**2 <= CORNER_RADIUS_MM**2)
    body = np.where(upper | flat | corners, BACKGROUND_BQML, 0.0)
    body[plane_x**2 + (plane_y + 35.0) ** 2 <= INSERT_RADIUS_MM**2] = 0.0
    volume = np.repeat(body[np.newaxis], SLICES, axis=0)
    grid_z, grid_y, grid_x = np.meshgrid(z, y, x, indexing="ij")
    for diameter, (center_x, center_y) in zip(SPHERE_DIAMETERS_MM, sphere_centers(), strict=True):
        inside = (grid_x - center_x) ** 2 + (grid_y - center_y) ** 2 + grid_z**2 <= (diameter / 2) ** 2
        volume[inside] = BACKGROUND_BQML * CONTRAST
    noise = np.random.default_rng(2007).normal(0.0, 1.0, volume.shape) * np.sqrt(volume * BACKGROUND_BQML) * 0.35
    measured: np.ndarray = np.maximum(_blurred(volume + noise), 0.0)
    return measured


def _blurred(volume: np.ndarray) -> np.ndarray:
    for axis, spacing in enumerate((SLICE_MM, PIXEL_MM, PIXEL_MM)):
        sigma = RESOLUTION_MM / 2.355 / spacing
        offsets = np.arange(-int(4 * sigma) - 1, int(4 * sigma) + 2)
        kernel = np.exp(-0.5 * (offsets / sigma) ** 2)
        kernel /= kernel.sum()
        padded = np.pad(volume, [(len(offsets) // 2,) * 2 if a == axis else (0, 0) for a in range(3)], mode="edge")
        volume = np.apply_along_axis(np.convolve, axis, padded, kernel, mode="valid")
    return volume


def make_series(folder: Path) -> list[Path]:
    """Write the series; give the files in the order of their position, feet first."""
    folder.mkdir(parents=True, exist_ok=True)
    z, y, x = coordinates()
    paths = []
    for index, values in enumerate(activity()):
        path = folder / f"pet_{index + 1:02d}.dcm"
        path.write_bytes(_file(values, index, (float(x[0]), float(y[0]), float(z[index]))))
        paths.append(path)
    return paths


def _uid(name: str) -> str:
    """A UID under 2.25 that is the same on each run."""
    return f"2.25.{int.from_bytes(hashlib.sha256(f'dicom-py phantom {name}'.encode()).digest()[:15], 'big')}"


def _file(values: np.ndarray, index: int, position: tuple[float, float, float]) -> bytes:
    slope = float(f"{max(float(values.max()), 1.0) / 32767:.8g}")
    stored = np.clip(np.rint(values / slope), 0, 32767).astype("<i2")
    instance = _uid(f"instance {index}")
    tracer: Elements = [
        (0x00180031, "LO", "FDG -- fluorodeoxyglucose"),
        (0x00181072, "TM", "100000"),
        (0x00181074, "DS", "50000000"),
        (0x00181075, "DS", "6586.2"),
        (0x00181076, "DS", "0.9673"),
    ]
    elements: Elements = [
        (0x00080008, "CS", "ORIGINAL\\PRIMARY"),
        (0x00080016, "UI", _PET_IMAGE_STORAGE),
        (0x00080018, "UI", instance),
        (0x00080020, "DA", "20070401"),
        (0x00080021, "DA", "20070401"),
        (0x00080022, "DA", "20070401"),
        (0x00080030, "TM", "110000"),
        (0x00080031, "TM", "110000"),
        (0x00080032, "TM", "110000"),
        (0x00080050, "SH", ""),
        (0x00080060, "CS", "PT"),
        (0x00080070, "LO", "dicom-py"),
        (0x00080090, "PN", ""),
        (0x00081030, "LO", "Image quality phantom"),
        (0x0008103E, "LO", "Six hot spheres, simulated"),
        (0x00081090, "LO", "make_pet_phantom"),
        (0x00100010, "PN", "Phantom^Image Quality"),
        (0x00100020, "LO", "PHANTOM"),
        (0x00100030, "DA", ""),
        (0x00100040, "CS", ""),
        (0x00180050, "DS", f"{SLICE_MM:g}"),
        (0x00181181, "CS", "NONE"),
        (0x00181242, "IS", "600000"),
        (0x00185100, "CS", "HFS"),
        (0x0020000D, "UI", _uid("study")),
        (0x0020000E, "UI", _uid("series")),
        (0x00200010, "SH", "1"),
        (0x00200011, "IS", "1"),
        (0x00200013, "IS", str(index + 1)),
        (0x00200032, "DS", "\\".join(f"{value:g}" for value in position)),
        (0x00200037, "DS", "1\\0\\0\\0\\1\\0"),
        (0x00200052, "UI", _uid("frame of reference")),
        (0x00201040, "LO", ""),
        (0x00280002, "US", 1),
        (0x00280004, "CS", "MONOCHROME2"),
        (0x00280010, "US", ROWS),
        (0x00280011, "US", COLUMNS),
        (0x00280030, "DS", f"{PIXEL_MM:g}\\{PIXEL_MM:g}"),
        (0x00280051, "CS", "NORM\\DTIM\\ATTN\\SCAT\\DECY\\RAN"),
        (0x00280100, "US", 16),
        (0x00280101, "US", 16),
        (0x00280102, "US", 15),
        (0x00280103, "US", 1),
        (0x00281052, "DS", "0"),
        (0x00281053, "DS", f"{slope:.8g}"),
        (0x00540016, "SQ", [tracer]),
        (0x00540081, "US", SLICES),
        (0x00541000, "CS", "STATIC\\IMAGE"),
        (0x00541001, "CS", "BQML"),
        (0x00541002, "CS", "EMISSION"),
        (0x00541102, "CS", "START"),
        (0x00541300, "DS", "0"),
        (0x00541321, "DS", "1"),
        (0x00541330, "US", index + 1),
        (0x7FE00010, "OW", stored.tobytes()),
    ]
    meta: Elements = [
        (0x00020001, "OB", b"\0\1"),
        (0x00020002, "UI", _PET_IMAGE_STORAGE),
        (0x00020003, "UI", instance),
        (0x00020010, "UI", _EXPLICIT_VR_LITTLE_ENDIAN),
        (0x00020012, "UI", _uid("implementation")),
    ]
    meta_bytes = _encoded(meta)
    return b"\0" * 128 + b"DICM" + _encoded([(0x00020000, "UL", len(meta_bytes))]) + meta_bytes + _encoded(elements)


def _encoded(elements: Elements) -> bytes:
    return b"".join(_element(*element) for element in elements)


def _element(tag: int, vr: str, value: object) -> bytes:
    if isinstance(value, list):
        items = (_encoded(item) for item in value)
        data = b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(item)) + item for item in items)
    elif isinstance(value, int):
        data = struct.pack("<I" if vr == "UL" else "<H", value)
    else:
        data = value if isinstance(value, bytes) else str(value).encode("ascii")
        data += (b"\0" if vr in {"UI", "OB", "OW"} else b" ") * (len(data) % 2)
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr.encode("ascii"))
    return (
        head + (struct.pack("<HI", 0, len(data)) if vr in {"OB", "OW", "SQ"} else struct.pack("<H", len(data))) + data
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m examples.make_pet_phantom FOLDER")
    written = make_series(Path(sys.argv[1]))
    print(f"{len(written)} files in {sys.argv[1]}")
