"""Right frames of each codec to change: small ones, made by imagecodecs, Pillow, OpenJPEG, DCMTK and GDCM.

In: the name of a codec. Out: its `Seed`s, always the same in the same order, so that a changed frame has a number.
"""

from __future__ import annotations

import io
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import dicom
from dicom.pixels.fragments import generate_frames
from tests.commands import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Array = np.ndarray[Any, Any]

_ITEM = b"\xfe\xff\x00\xe0"
UIDS = "1.2.840.10008.1.2."


class Seed(NamedTuple):
    """A frame, and what a data set says about it."""

    name: str
    transfer_syntax: str
    frame: bytes
    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int
    is_signed: bool = False


def data_set(seed: Seed) -> dicom.Dataset:
    """The data set of a seed, its frame in it."""
    ds = dicom.Dataset()
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = seed.transfer_syntax
    ds.PhotometricInterpretation = "MONOCHROME2" if seed.samples == 1 else "RGB"
    ds.SamplesPerPixel, ds.Rows, ds.Columns = seed.samples, seed.rows, seed.columns
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = seed.bits_allocated, seed.bits_stored, seed.bits_stored - 1
    ds.PixelRepresentation = int(seed.is_signed)
    if seed.samples == 3:
        ds.PlanarConfiguration = 0
    ds.PixelData = encapsulated(seed.frame)
    ds["PixelData"].VR = "OB"
    return ds


def encapsulated(frame: bytes) -> bytes:
    """Pixel Data of one fragment, which may be empty too."""
    frame += b"\0" * (len(frame) % 2)
    return struct.pack("<4sI4sI", _ITEM, 0, _ITEM, len(frame)) + frame


def image(rows: int, columns: int, bits: int = 8, samples: int = 1, *, signed: bool = False) -> Array:
    """A smooth image with noise in its lowest bits, of the type that its bits need."""
    rng = np.random.default_rng(rows * 1000 + columns * 10 + bits)
    top = (1 << bits) - 1
    ramp = np.add.outer(np.arange(rows) / max(rows, 2), np.arange(columns) / max(columns, 2)) * top / 2
    planes = [np.clip(ramp * (1 - n / 4) + rng.integers(0, 4, ramp.shape), 0, top) for n in range(samples)]
    array = (planes[0] if samples == 1 else np.stack(planes, -1)).astype("u1" if bits <= 8 else "<u2")
    return (array.astype("i4") - (1 << (bits - 1))).astype("i1" if bits <= 8 else "<i2") if signed else array


def seeds_of(codec: str) -> list[Seed]:
    """The seeds of a codec of `MAKERS`."""
    return list(MAKERS[codec]())


def _seed(name: str, syntax: str, frame: bytes, array: Array, bits: int | None = None) -> Seed:
    samples = 1 if array.ndim == 2 else 3
    allocated = array.itemsize * 8
    stored, is_signed = bits or allocated, array.dtype.kind == "i"
    return Seed(name, UIDS + syntax, bytes(frame), *array.shape[:2], samples, allocated, stored, is_signed)


def _tool(array: Array, *command: str, bits: int | None = None) -> Seed:
    """The frame that a command of DCMTK or GDCM makes of an image."""
    native = _seed(" ".join(command), "1", array.tobytes(), array, bits)
    ds = data_set(native)
    ds.PixelData = array.tobytes() + b"\0" * (array.nbytes % 2)
    ds["PixelData"].VR = "OW"
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.826.0.1.3680043.8.498.1"
    tool = require(command[0])
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "native.dcm", Path(folder) / "made.dcm"
        ds.save_as(source, enforce_file_format=True)
        files = ["-i", source, "-o", target] if command[0] == "gdcmconv" else [source, target]
        subprocess.run([tool, *command[1:], *files], check=True, capture_output=True, timeout=60)
        made = dicom.read(target)
        frame = next(iter(generate_frames(made.PixelData, number_of_frames=1)))
        syntax = str(made.file_meta.TransferSyntaxUID).removeprefix(UIDS)
    return native._replace(transfer_syntax=UIDS + syntax, frame=bytes(frame))


def _pillow(array: Array, **options: Any) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(array).save(file, "JPEG", **options)
    return file.getvalue()


def _jpeg_baseline() -> Iterator[Seed]:
    gray, wide, color, odd = image(32, 32), image(7, 64), image(24, 40, samples=3), image(17, 13, samples=3)
    yield _seed("grey", "4.50", _pillow(gray), gray)
    yield _seed("one pixel", "4.50", _pillow(image(1, 1)), image(1, 1))
    yield _seed("restarts", "4.50", _pillow(wide, restart_marker_blocks=2), wide)
    for name, subsampling in (("4:4:4", 0), ("4:2:2", 1), ("4:2:0", 2)):
        yield _seed(name, "4.50", _pillow(color, subsampling=subsampling), color)
    yield _seed("restarts of rows", "4.50", _pillow(odd, restart_marker_rows=1, optimize=True), odd)
    yield _seed("RGB", "4.50", _pillow(odd, keep_rgb=True), odd)
    yield _tool(color, "dcmcjpeg", "+eb", "+cr")
    yield _tool(color, "dcmcjpeg", "+eb", "+n1")


def _jpeg_progressive() -> Iterator[Seed]:
    gray, color, odd = image(32, 32), image(24, 40, samples=3), image(17, 13, samples=3)
    yield _seed("grey", "4.55", _pillow(gray, progressive=True), gray)
    yield _seed("one pixel", "4.55", _pillow(image(1, 1), progressive=True), image(1, 1))
    yield _seed("4:2:0", "4.55", _pillow(color, progressive=True, subsampling=2), color)
    yield _seed("4:4:4, restarts", "4.55", _pillow(odd, progressive=True, subsampling=0, restart_marker_rows=1), odd)
    yield _tool(image(24, 20, 12), "dcmcjpeg", "+ep", bits=12)
    yield _tool(image(24, 20, 12), "dcmcjpeg", "+es", bits=12)
    yield _tool(color, "dcmcjpeg", "+ep")


def _jpeg_12_bit() -> Iterator[Seed]:
    import imagecodecs

    for rows, columns, samples in ((32, 32, 1), (1, 1, 1), (9, 60, 1), (24, 20, 3)):
        array = image(rows, columns, 12, samples)
        frame = imagecodecs.jpeg8_encode(array, level=90, bitspersample=12)
        yield _seed(f"{rows} x {columns} x {samples}", "4.51", frame, array, 12)
    yield _tool(image(24, 20, 12), "dcmcjpeg", "+ee", bits=12)
    yield _tool(image(64, 64, 12), "dcmcjpeg", "+ee", "-ho", bits=12)


def _jpeg_lossless() -> Iterator[Seed]:
    import imagecodecs

    for predictor in range(1, 8):
        array = image(16 + predictor, 40 - predictor, (8, 12, 16)[predictor % 3], 3 if predictor == 4 else 1)
        frame = imagecodecs.jpeg8_encode(array, lossless=True, predictor=predictor)
        yield _seed(f"predictor {predictor}", "4.57", frame, array)
    yield _seed("one pixel", "4.70", imagecodecs.jpeg8_encode(image(1, 1), lossless=True, predictor=1), image(1, 1))
    yield _tool(image(24, 20, 16), "dcmcjpeg", "+e1")
    yield _tool(image(24, 20, 12), "dcmcjpeg", "+el", "+sv", "1", "+pt", "2", "+pl", bits=12)
    yield _tool(image(17, 13, samples=3), "dcmcjpeg", "+el", "+sv", "6")


def _jpeg_ls() -> Iterator[Seed]:
    import imagecodecs

    for rows, columns, bits, samples, near in (
        (32, 32, 8, 1, 0),
        (1, 1, 8, 1, 0),
        (24, 20, 16, 1, 0),
        (9, 60, 12, 1, 3),
        (17, 13, 8, 3, 0),
        (16, 16, 16, 3, 2),
    ):
        array = image(rows, columns, bits, samples)
        frame = imagecodecs.jpegls_encode(array, level=near)
        yield _seed(f"{rows} x {columns} x {samples}, {bits} bits, near {near}", "4.81", frame, array)
    for mode in ("+il", "+is", "+in"):
        yield _tool(image(17, 13, samples=3), "dcmcjpls", "+el", mode)
    yield _tool(
        image(24, 20, 12), "dcmcjpls", "+el", "+pc", "+t1", "10", "+t2", "20", "+t3", "60", "+rs", "32", bits=12
    )
    yield _tool(image(24, 20, 12), "dcmcjpls", "+en", bits=12)


def _jpeg_2000() -> Iterator[Seed]:
    import imagecodecs
    from openjpeg import utils as openjpeg

    for rows, columns, bits, samples, options in (
        (32, 32, 8, 1, {"reversible": True}),
        (1, 1, 16, 1, {"reversible": True}),
        (24, 20, 16, 1, {"reversible": True, "resolutions": 2}),
        (17, 13, 8, 3, {"reversible": True}),
        (64, 64, 8, 3, {"reversible": False, "level": 40}),
    ):  # fmt: skip
        array = image(rows, columns, bits, samples)
        frame = imagecodecs.jpeg2k_encode(array, codecformat="j2k", **options)
        yield _seed(f"{rows} x {columns} x {samples}, {bits} bits, {options}", "4.91", frame, array)
    array = image(24, 20, 12, signed=True)
    yield _seed("signed", "4.91", imagecodecs.jpeg2k_encode(array, codecformat="j2k", reversible=True), array, 12)
    array = image(24, 20, 8)
    yield _seed("JP2 boxes", "4.91", imagecodecs.jpeg2k_encode(array, codecformat="jp2", reversible=True), array)
    array = image(40, 40, 16)
    frame = openjpeg.encode_array(array, compression_ratios=[20, 5, 1], add_tlm=True, add_plt=True)
    yield _seed("layers, TLM, PLT", "4.91", frame, array)
    array = image(40, 40, 8, 3)
    frame = openjpeg.encode_array(array, photometric_interpretation=1, signal_noise_ratios=[30, 40, 50])
    yield _seed("layers of colour", "4.91", frame, array)
    yield _tool(image(48, 40, 16), "gdcmconv", "--j2k", "--tile", "16,16")


def _htj2k() -> Iterator[Seed]:
    import imagecodecs

    for rows, columns, bits, samples, options in (
        (32, 32, 8, 1, {}),
        (1, 1, 16, 1, {}),
        (24, 20, 16, 1, {"resolutions": 2, "tlm": True}),
        (48, 40, 12, 1, {"tile": (16, 16)}),
        (40, 40, 12, 1, {"tile": (32, 32), "tilepart": 3, "tlm": True}),
        (17, 13, 8, 3, {}),
        (64, 64, 8, 3, {"reversible": False}),
        (20, 30, 16, 1, {"reversible": False, "level": 0.01}),
    ):
        array = image(rows, columns, bits, samples)
        frame = imagecodecs.htj2k_encode(array, **options)
        yield _seed(f"{rows} x {columns} x {samples}, {bits} bits, {options}", "4.203", frame, array)
    array = image(24, 20, 12, signed=True)
    yield _seed("signed", "4.203", imagecodecs.htj2k_encode(array), array, 12)


def _jpeg_xl() -> Iterator[Seed]:
    import imagecodecs

    for rows, columns, bits, samples, options in (
        (32, 32, 8, 1, {"lossless": True}),
        (1, 1, 8, 1, {"lossless": True}),
        (24, 20, 16, 1, {"lossless": True, "usecontainer": True}),
        (9, 60, 12, 1, {"lossless": True, "effort": 1, "bitspersample": 12}),
        (17, 13, 8, 3, {"lossless": True, "effort": 7}),
        (24, 20, 8, 3, {"distance": 2.0}),
        (24, 20, 16, 1, {"distance": 1.0, "usecontainer": True}),
    ):
        array = image(rows, columns, bits, samples)
        frame = imagecodecs.jpegxl_encode(array, **options)
        yield _seed(f"{rows} x {columns} x {samples}, {bits} bits, {options}", "4.112", frame, array)


def _jpeg_xl_recompressed() -> Iterator[Seed]:
    import imagecodecs

    gray, odd = image(32, 32), image(17, 13, samples=3)
    for name, array, options in (
        ("grey", gray, {}),
        ("progressive", gray, {"progressive": True}),
        ("4:4:4", odd, {"subsampling": 0}),
        ("4:2:0", odd, {"subsampling": 2}),
        ("restarts", odd, {"restart_marker_rows": 1}),
        ("comment", odd, {"comment": b"made by code " * 20}),
    ):
        frame = imagecodecs.jpegxl_encode_jpeg(_pillow(array, **options), usecontainer=True)
        yield _seed(name, "4.111", frame, array)


def _rle_frame(array: Array) -> bytes:
    """Its bytes by planes, as replicated and literal runs."""
    planes = array.reshape(array.shape[0] * array.shape[1], -1).astype(array.dtype.newbyteorder(">"))
    width = planes.shape[1] * planes.itemsize
    segments = []
    for n in range(width):
        data, coded, at = planes.tobytes()[n::width], bytearray(), 0
        while at < len(data):
            run = next((k for k in range(1, 128) if data[at : at + k + 1] != data[at : at + 1] * (k + 1)), 128)
            if run > 1:
                coded += bytes([257 - run, data[at]])
            else:
                run = min(20, len(data) - at)
                coded += bytes([run - 1]) + data[at : at + run]
            at += run
        segments.append(bytes(coded) + b"\0" * (len(coded) % 2))
    starts = np.cumsum([64, *map(len, segments)])[: len(segments)]
    header = np.array([len(segments), *starts] + [0] * (15 - len(segments)), "<u4")
    return header.tobytes() + b"".join(segments)


def _native_shapes() -> list[Array]:
    return [
        image(32, 32), image(1, 1), image(24, 20, 16), image(9, 60, 12), image(17, 13, samples=3),
        image(16, 16, 16, 3), image(24, 20, 16, signed=True), image(64, 64),
    ]  # fmt: skip


def _rle() -> Iterator[Seed]:
    for array in _native_shapes():
        yield _seed(f"{array.shape} {array.dtype}", "5", _rle_frame(array), array)
    yield _tool(image(24, 20, 16), "dcmcrle")
    yield _tool(image(17, 13, samples=3), "dcmcrle")


def _deflated() -> Iterator[Seed]:
    for index, array in enumerate(_native_shapes()):
        deflate = zlib.compressobj(level=index % 10, wbits=-15)
        yield _seed(f"{array.shape} {array.dtype}", "8.1", deflate.compress(array.tobytes()) + deflate.flush(), array)


def _uncompressed() -> Iterator[Seed]:
    for array in _native_shapes():
        yield _seed(f"{array.shape} {array.dtype}", "1.98", array.tobytes(), array)


MAKERS: dict[str, Callable[[], Iterator[Seed]]] = {
    "jpeg-baseline": _jpeg_baseline,
    "jpeg-progressive": _jpeg_progressive,
    "jpeg-12-bit": _jpeg_12_bit,
    "jpeg-lossless": _jpeg_lossless,
    "jpeg-ls": _jpeg_ls,
    "jpeg-2000": _jpeg_2000,
    "htj2k": _htj2k,
    "jpeg-xl": _jpeg_xl,
    "jpeg-xl-recompressed": _jpeg_xl_recompressed,
    "rle": _rle,
    "deflated": _deflated,
    "uncompressed": _uncompressed,
}
