"""Decode a file with a reference: another library, or a command of DCMTK or GDCM.

In: the name of a reference, a path, frame indices. Out: ``ndarray`` of shape (frames, rows, columns[, samples]) with
the stored values, their colours unconverted and by pixel. What a reference can't read, it raises an error for.

What each is built on: ``dcmtk`` and ``gdcm`` the libjpeg 6b with 12 and 16 bits, each mended in its own way, CharLS,
and their own RLE; ``gdcm`` also OpenJPEG. ``pylibjpeg`` the libjpeg of Thomas Richter for JPEG and JPEG-LS, OpenJPEG
for JPEG 2000 and HTJ2K, and RLE in Rust. ``pyjpegls`` CharLS. ``pillow`` libjpeg-turbo and OpenJPEG. ``pydicom`` its
own RLE and native frames; ``numpy`` the formulas of PS3.5 8.1 on the bytes of the value.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pydicom
from pydicom.encaps import generate_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PREFIX = "1.2.840.10008.1.2."
NATIVE = ("1.2.840.10008.1.2", PREFIX + "1", PREFIX + "2", PREFIX + "1.99")
JPEG = tuple(f"{PREFIX}4.{n}" for n in (50, 51, 53, 55, 57, 70))
JPEG_LS = (PREFIX + "4.80", PREFIX + "4.81")
JPEG_2000 = (PREFIX + "4.90", PREFIX + "4.91")
HTJ2K = tuple(f"{PREFIX}4.{n}" for n in (201, 202, 203))
#: Part 2 of JPEG 2000, several components transformed together: known to no plugin.
JPEG_2000_PART_2 = (PREFIX + "4.92", PREFIX + "4.93")
RLE = (PREFIX + "5",)
ENCAPSULATED_UNCOMPRESSED, DEFLATED_FRAMES = PREFIX + "1.98", PREFIX + "8.1"
#: JPEG with arithmetic coding: retired, and known to no library of DICOM.
ARITHMETIC = tuple(f"{PREFIX}4.{n}" for n in (52, 54, 56))
#: Processes with a discrete cosine transform, of which decoders round differently (ISO/IEC 10918-2).
DCT = (*JPEG[:4], *ARITHMETIC)

#: DCMTK's command that makes native pixel data, for each transfer syntax; colours are never converted.
_DCMTK = {
    **dict.fromkeys(NATIVE, ("dcmconv", "+te")),
    **dict.fromkeys(JPEG, ("dcmdjpeg", "+cn", "+te")),
    **dict.fromkeys(JPEG_LS, ("dcmdjpls", "+te")),
    **dict.fromkeys(RLE, ("dcmdrle", "+te")),
}
_SECONDS = 60

#: References that are asked, by transfer syntax.
ASKED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(NATIVE, ("pydicom", "numpy", "dcmtk", "gdcm")),
    **dict.fromkeys(JPEG, ("dcmtk", "gdcm", "pylibjpeg", "pillow")),
    **dict.fromkeys(JPEG[4:], ("dcmtk", "gdcm", "pylibjpeg")),
    **dict.fromkeys(ARITHMETIC, ("bare libjpeg", "bare pillow")),
    **dict.fromkeys(JPEG_LS, ("dcmtk", "gdcm", "pylibjpeg", "pyjpegls")),
    **dict.fromkeys(JPEG_2000, ("gdcm", "pylibjpeg", "pillow")),
    **dict.fromkeys(JPEG_2000_PART_2, ("gdcm", "bare openjpeg", "bare pillow")),
    **dict.fromkeys(HTJ2K, ("pylibjpeg",)),
    **dict.fromkeys(RLE, ("pydicom", "dcmtk", "gdcm", "pylibjpeg")),
    **dict.fromkeys((ENCAPSULATED_UNCOMPRESSED, DEFLATED_FRAMES), ("numpy",)),
}
#: Commands that references need.
COMMANDS = ("dcmconv", "dcmdjpeg", "dcmdjpls", "dcmdrle", "gdcmconv")


class Refusal(Exception):
    """The reference doesn't read the file."""


def read_frames(reference: str, path: Path, indices: Sequence[int]) -> np.ndarray[Any, Any]:
    """Frames of a file as a reference decodes them, shape (frames, rows, columns[, samples])."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if reference in _READERS:
            return _READERS[reference](path, indices)
        return _by_pydicom(path, indices, plugin=reference)


def read_native(path: Path, indices: Sequence[int]) -> np.ndarray[Any, Any]:
    """Native frames by the formulas of PS3.5 8.1: nothing but the bytes of the value, zlib and NumPy."""
    ds = pydicom.dcmread(path, force=True)
    data = _pixel_bytes(ds)
    syntax = ds.get("file_meta", {}).get("TransferSyntaxUID")
    if syntax in (ENCAPSULATED_UNCOMPRESSED, DEFLATED_FRAMES):
        frames = generate_frames(data, number_of_frames=int(ds.get("NumberOfFrames", 1)))
        size = ds.Rows * ds.Columns * ds.get("SamplesPerPixel", 1) * ds.BitsAllocated // 8
        if syntax == DEFLATED_FRAMES:
            frames = (zlib.decompress(frame, -zlib.MAX_WBITS) for frame in frames)
        data = b"".join(frame[:size] for frame in frames)
    return take_native(ds, data, indices)


def take_native(ds: pydicom.Dataset, data: bytes, indices: Sequence[int]) -> np.ndarray[Any, Any]:
    """The same for a data set and the bytes of its frames."""
    rows, columns, samples = ds.Rows, ds.Columns, ds.get("SamplesPerPixel", 1)
    if "PixelData" not in ds:
        bits = 32 if "FloatPixelData" in ds else 64
        values = np.frombuffer(data, f"<f{bits // 8}")
        return values.reshape(-1, rows, columns)[list(indices)]
    allocated = ds.BitsAllocated
    stored = ds.get("BitsStored", allocated)
    syntax = ds.file_meta.TransferSyntaxUID if "TransferSyntaxUID" in ds.get("file_meta", {}) else NATIVE[1]
    is_big = syntax == PREFIX + "2"
    if allocated == 1:
        if is_big and ds["PixelData"].VR == "OW":
            data = np.frombuffer(data, ">u2").astype("<u2").tobytes()
        values = np.unpackbits(np.frombuffer(data, "u1"), bitorder="little")
    elif allocated == 8:
        if is_big and ds["PixelData"].VR == "OW":
            data = np.frombuffer(data, ">u2").astype("<u2").tobytes()
        values = np.frombuffer(data, "u1")
    else:
        values = np.frombuffer(data, f"{'>' if is_big else '<'}u{allocated // 8}")
    if ds.get("PhotometricInterpretation") == "YBR_FULL_422" and samples == 3:
        pairs = values[: len(values) // 4 * 4].reshape(-1, 4)
        left, right, blue, red = pairs.T
        values = np.stack([left, blue, red, right, blue, red], -1).reshape(-1)
    size = rows * columns * samples
    frames = values[: len(values) // size * size].reshape(-1, size)[list(indices)]
    if samples > 1 and ds.get("PlanarConfiguration", 0) == 1:
        frames = frames.reshape(-1, samples, rows, columns).transpose(0, 2, 3, 1)
    frames = frames.reshape(-1, rows, columns, samples) if samples > 1 else frames.reshape(-1, rows, columns)
    values = frames.astype(np.int64) & (1 << stored) - 1
    if ds.get("PixelRepresentation", 0) == 1:
        values = values - ((values >> (stored - 1)) << stored)
    return values


def _pixel_bytes(ds: pydicom.Dataset) -> bytes:
    for keyword in ("PixelData", "FloatPixelData", "DoubleFloatPixelData"):
        if keyword in ds:
            return bytes(ds[keyword].value)
    raise Refusal("no pixel data")


def _by_pydicom(path: Path, indices: Sequence[int], plugin: str = "") -> np.ndarray[Any, Any]:
    from pydicom.pixels import get_decoder

    ds = pydicom.dcmread(path, force=True)
    decoder = get_decoder(ds.file_meta.TransferSyntaxUID)
    if ds.get("BitsAllocated") == 1:
        # Single frames that begin within a byte are refused; all of them at once are not.
        whole, _ = decoder.as_array(ds, raw=True)
        return whole.reshape(-1, ds.Rows, ds.Columns)[list(indices)]
    found = decoder.iter_array(ds, indices=list(indices), raw=True, decoding_plugin=plugin)
    return np.stack([array for array, _ in found])


def _by_command(command: Sequence[str], path: Path, indices: Sequence[int]) -> np.ndarray[Any, Any]:
    if shutil.which(command[0]) is None:
        raise Refusal(f"no command {command[0]}")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.dcm"
        done = subprocess.run([*command, str(path), str(made)], capture_output=True, timeout=_SECONDS, check=False)
        if done.returncode != 0 or not made.is_file():
            raise Refusal(f"{command[0]} ended with {done.returncode}")
        ds = pydicom.dcmread(made, force=True)
        if ds.file_meta.TransferSyntaxUID not in NATIVE:
            raise Refusal(f"{command[0]} left it encapsulated")
        return read_native(made, indices)


def _by_dcmtk(path: Path, indices: Sequence[int]) -> np.ndarray[Any, Any]:
    meta = pydicom.filereader.read_file_meta_info(path)
    command = _DCMTK.get(meta.get("TransferSyntaxUID"))
    if command is None:
        raise Refusal("no command of DCMTK reads the transfer syntax")
    return _by_command(command, path, indices)


def _by_gdcm(path: Path, indices: Sequence[int]) -> np.ndarray[Any, Any]:
    return _by_command(("gdcmconv", "--raw"), path, indices)


def _bare(decode: Callable[[bytes], np.ndarray[Any, Any]], path: Path, indices: Sequence[int]) -> np.ndarray[Any, Any]:
    """The codestreams alone, where the library doesn't know the transfer syntax."""
    ds = pydicom.dcmread(path)
    frames = list(generate_frames(ds.PixelData, number_of_frames=int(ds.get("NumberOfFrames", 1))))
    return np.stack([decode(frames[index]) for index in indices])


def _by_libjpeg(path: Path, indices: Sequence[int]) -> np.ndarray[Any, Any]:
    import libjpeg

    return _bare(libjpeg.decode, path, indices)


def _by_openjpeg(path: Path, indices: Sequence[int]) -> np.ndarray[Any, Any]:
    import openjpeg

    return _bare(openjpeg.decode, path, indices)


def _by_pillow(path: Path, indices: Sequence[int]) -> np.ndarray[Any, Any]:
    from PIL import Image

    return _bare(lambda frame: np.asarray(Image.open(io.BytesIO(frame))), path, indices)


_READERS: dict[str, Callable[[Path, Sequence[int]], np.ndarray[Any, Any]]] = {
    "numpy": read_native,
    "pydicom": _by_pydicom,
    "dcmtk": _by_dcmtk,
    "gdcm": _by_gdcm,
    "bare libjpeg": _by_libjpeg,
    "bare openjpeg": _by_openjpeg,
    "bare pillow": _by_pillow,
}
