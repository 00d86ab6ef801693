"""JPEG codestreams packed into JPEG XL, and the very bytes back out of it, without decoding a sample.

In: one frame's codestream. Out: the other. Standard: PS3.5 8.2.17 and A.4.12 (JPEG XL JPEG Recompression),
ISO/IEC 18181-2 (JPEG bitstream reconstruction).
"""

from __future__ import annotations

from dicom.errors import CodecError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_END_OF_IMAGE = b"\xff\xd9"


def pack_jpeg(frame: bytes | memoryview, effort: int | None = None) -> bytes:
    """A JPEG codestream as JPEG XL, given only when the very bytes come back out of it.

    Parameters
    ----------
    frame : bytes-like
        Of a DCT process; the padding behind its end goes.
    effort : int, optional
        1 to 9: how long a smaller form is looked for.

    Raises
    ------
    CodecError
        It isn't one that JPEG XL takes (12 bit, lossless, arithmetic coding), or is broken.
    """
    import imagecodecs

    jpeg = _without_padding(bytes(frame))
    arguments = {} if effort is None else {"effort": effort}
    packed = _call(imagecodecs.jpegxl_encode_jpeg, jpeg, "a JPEG codestream can't be packed", **arguments)
    if unpack_jpeg(packed) != jpeg:
        raise CodecError("JPEG XL: the packed codestream doesn't give the JPEG codestream back", tag=0x7FE00010)
    return packed


def unpack_jpeg(frame: bytes | memoryview) -> bytes:
    """The JPEG codestream that a JPEG XL codestream was made of, byte for byte.

    Raises
    ------
    CodecError
        There is none in it.
    """
    import imagecodecs

    return _call(imagecodecs.jpegxl_decode_jpeg, bytes(frame), "no JPEG codestream can be given back")


def _without_padding(jpeg: bytes) -> bytes:
    stripped = jpeg.rstrip(b"\0")
    return stripped if stripped.endswith(_END_OF_IMAGE) else jpeg


def _call(function: Any, data: bytes, failed: str, **arguments: Any) -> bytes:
    try:
        return bytes(function(data, **arguments))
    except Exception as error:
        # Each codec has its own error class, and they share no base but Exception.
        raise CodecError(f"JPEG XL: {failed} ({type(error).__name__}: {error})", tag=0x7FE00010) from error
