"""Small made images, one for each transfer syntax with a codec, to see whether each can be decoded here.

In: nothing. Out: `Trial` objects; running one raises when the codec is missing or decodes wrongly.
Standard: PS3.5 A (transfer syntaxes), PS3.5 A.4 (encapsulation), PS3.5 G (RLE). No patient: the image is a ramp.
"""

from __future__ import annotations

import struct

from dicom.errors import CodecError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_ROWS, _COLUMNS = 16, 16
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_UID = "2.25.1"


class Trial:
    """One transfer syntax, and an image encoded for it.

    Attributes
    ----------
    name : str
        Of the transfer syntax.
    uid : str
        The transfer syntax.
    """

    __slots__ = ("_bits", "_encode", "_tolerance", "name", "uid")

    def __init__(self, name: str, uid: str, bits: int, tolerance: int, encode: Callable[[Any], bytes]) -> None:
        self.name = name
        self.uid = uid
        self._bits = bits
        self._tolerance = tolerance
        self._encode = encode

    def run(self) -> None:
        """Encode, read and decode.

        Raises
        ------
        CodecError
            What came out isn't what went in.
        Exception
            Whatever a codec that is missing or broken raises.
        """
        import numpy as np

        from dicom.dataset.read import read

        frame = _ramp(self._bits)
        with read(_file(self.uid, self._bits, self._encode(frame))) as ds:
            decoded = ds.pixel_array
        if decoded.shape != frame.shape:
            raise CodecError("decodes to another shape")
        if int(np.abs(decoded.astype(np.int64) - frame.astype(np.int64)).max()) > self._tolerance:
            raise CodecError("decodes to other values")


def trials() -> Iterator[Trial]:
    """A trial for each transfer syntax that has a codec."""
    base = "1.2.840.10008.1.2"
    yield Trial("Explicit VR Little Endian", f"{base}.1", 16, 0, _native)
    yield Trial("RLE Lossless", f"{base}.5", 8, 0, _rle)
    yield Trial("JPEG Baseline (8 bit)", f"{base}.4.50", 8, 4, _jpeg(level=95))
    yield Trial("JPEG Extended (12 bit)", f"{base}.4.51", 12, 16, _jpeg(level=95, bitspersample=12))
    yield Trial("JPEG Lossless", f"{base}.4.57", 16, 0, _jpeg(lossless=True, bitspersample=16))
    yield Trial("JPEG Lossless, first-order prediction", f"{base}.4.70", 16, 0, _jpeg(lossless=True, bitspersample=16))
    yield Trial("JPEG-LS Lossless", f"{base}.4.80", 16, 0, _with("jpegls_encode"))
    yield Trial("JPEG-LS Near-lossless", f"{base}.4.81", 16, 2, _with("jpegls_encode", level=2))
    yield Trial("JPEG 2000 Lossless", f"{base}.4.90", 16, 0, _with("jpeg2k_encode", codecformat="j2k", reversible=True))
    yield Trial("JPEG 2000", f"{base}.4.91", 16, 0, _with("jpeg2k_encode", codecformat="j2k", reversible=True))
    for number, name in ((201, "Lossless"), (202, "Lossless, RPCL"), (203, "")):
        title = f"High-Throughput JPEG 2000 {name}".strip()
        yield Trial(title, f"{base}.4.{number}", 16, 0, _with("htj2k_encode", reversible=True))
    yield Trial("JPEG XL Lossless", f"{base}.4.110", 16, 0, _with("jpegxl_encode", lossless=True, usecontainer=False))
    yield Trial("JPEG XL", f"{base}.4.112", 16, 0, _with("jpegxl_encode", lossless=True, usecontainer=False))
    yield Trial("Deflated Image Frame", f"{base}.8.1", 16, 0, _deflated)


def _ramp(bits: int) -> Any:
    import numpy as np

    values = np.arange(_ROWS * _COLUMNS).reshape(_ROWS, _COLUMNS)
    return values.astype(np.uint8) if bits == 8 else (values * (2**bits // values.size)).astype(np.uint16)


def _native(frame: Any) -> bytes:
    return bytes(frame.astype("<u2").tobytes())


def _with(encoder: str, **options: Any) -> Callable[[Any], bytes]:
    def encode(frame: Any) -> bytes:
        import imagecodecs

        return bytes(getattr(imagecodecs, encoder)(frame, **options))

    return encode


def _jpeg(**options: Any) -> Callable[[Any], bytes]:
    return _with("jpeg8_encode", **options)


def _deflated(frame: Any) -> bytes:
    import zlib

    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(_native(frame)) + compressor.flush()


def _rle(frame: Any) -> bytes:
    """One segment of literal runs (PS3.5 G.3): 128 bytes each, led by their count less one."""
    data = bytes(frame.tobytes())
    runs = b"".join(
        bytes([len(data[start : start + 128]) - 1]) + data[start : start + 128] for start in range(0, len(data), 128)
    )
    return struct.pack("<16I", 1, 64, *[0] * 14) + runs


def _file(transfer_syntax: str, bits: int, frame: bytes) -> bytes:
    """A DICOM file with one image of one frame."""
    meta = b"".join(
        (
            _element(0x00020001, "OB", b"\0\1"),
            _element(0x00020002, "UI", _SECONDARY_CAPTURE),
            _element(0x00020003, "UI", _UID),
            _element(0x00020010, "UI", transfer_syntax),
        )
    )
    allocated = 8 if bits == 8 else 16
    data_set = b"".join(
        (
            _element(0x00080016, "UI", _SECONDARY_CAPTURE),
            _element(0x00080018, "UI", _UID),
            _element(0x00280002, "US", 1),
            _element(0x00280004, "CS", "MONOCHROME2"),
            _element(0x00280010, "US", _ROWS),
            _element(0x00280011, "US", _COLUMNS),
            _element(0x00280100, "US", allocated),
            _element(0x00280101, "US", bits),
            _element(0x00280102, "US", bits - 1),
            _element(0x00280103, "US", 0),
        )
    )
    if transfer_syntax.endswith(".1.2.1"):
        pixels = _element(0x7FE00010, "OW", frame)
    else:
        frame += b"\0" * (len(frame) % 2)
        pixels = struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OB", 0, 0xFFFFFFFF)
        pixels += struct.pack("<HHI", 0xFFFE, 0xE000, 0) + struct.pack("<HHI", 0xFFFE, 0xE000, len(frame)) + frame
        pixels += struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    group_length = _element(0x00020000, "UL", len(meta))
    return b"\0" * 128 + b"DICM" + group_length + meta + data_set + pixels


def _element(tag: int, vr: str, value: str | int | bytes) -> bytes:
    """A data element, explicit VR little endian."""
    if isinstance(value, int):
        data = struct.pack("<I" if vr == "UL" else "<H", value)
    else:
        data = value.encode("ascii") if isinstance(value, str) else value
        data += (b"\0" if vr in {"UI", "OB", "OW"} else b" ") * (len(data) % 2)
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr.encode("ascii"))
    length = struct.pack("<HI", 0, len(data)) if vr in {"OB", "OW"} else struct.pack("<H", len(data))
    return head + length + data
