"""What the codecs share: a frame's header is checked, native code is called, the sign is extended.

In: the bytes of one frame, its description, a slot of an array. Out: the slot, filled, or an error of `dicom.errors`.
Standard: PS3.5 annex A. The header guard sees a frame before native code does.
"""

from __future__ import annotations

from dicom import _core
from dicom.errors import CodecError, LimitError, PixelError
from dicom.pixels.codecs.syntaxes import codec_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

    from dicom._core import FrameHeader
    from dicom.pixels.description import FrameDescription

    Frame = bytes | memoryview

_END_OF_IMAGE = b"\xff\xd9"


def kernel_error(error: ValueError, name: str) -> PixelError | LimitError:
    """The error of `dicom.errors` for one that a kernel raised as ``ValueError(kind, message, offset)``."""
    if len(error.args) != 3:
        return CodecError(f"{name}: {error}")
    kind, message, offset = error.args
    if kind == "limit":
        return LimitError(f"{name}: {message}", offset=offset)
    where = "" if offset is None else f" (byte {offset} of the frame)"
    return CodecError(f"{name}: {message}{where}", offset=offset)


def check_frame(frame: Frame, description: FrameDescription) -> FrameHeader:
    """The frame's own header, once it was held against the data set and the limits.

    Raises
    ------
    CodecError
        It contradicts itself or the data set.
    LimitError
        It asks for more than any frame may.
    """
    try:
        return _core.check_frame(
            frame,
            description.rows,
            description.columns,
            description.samples_per_pixel,
            description.bits_allocated,
        )
    except ValueError as error:
        raise kernel_error(error, codec_name(description.transfer_syntax)) from None


def expect_codestream(header: FrameHeader, description: FrameDescription, *codestreams: str) -> None:
    """Refuses a codestream that isn't one of the transfer syntax's."""
    if header.codestream not in codestreams:
        raise CodecError(
            f"a {header.codestream} codestream in the transfer syntax {description.transfer_syntax} "
            f"({codec_name(description.transfer_syntax)})",
            tag=description.tag,
        )
    if description.planar_configuration == 1 and not header.by_planes:
        description.note(
            "codestream-planar",
            "Planar Configuration says that colours lie by plane; in the codestream they lie by pixel, and so they are "
            "decoded",
            tag=0x00280006,
        )


def settle_bits(slot: NDArray[Any], header: FrameHeader, description: FrameDescription) -> int:
    """How many bits of unsigned samples count: Bits Stored, or those of the codestream where samples use more of them.

    What is in the codestream goes before what the data set says of it (PS3.5 8.2.1), so nothing is cut off.
    """
    stored = description.bits_stored
    if header.bits <= stored:
        return stored
    above = slot.view(f"u{slot.itemsize}")
    if int(above.max()) >> stored == 0:
        return stored
    if description.is_signed:
        # The sign may stand in all the bits above.
        above = above >> above.dtype.type(stored)
        sign = above.dtype.type(2 ** (header.bits - stored) - 1)
        if bool(((above == 0) | (above == sign)).all()):
            return stored
    note_precision(header, description)
    return header.bits


def note_precision(header: FrameHeader, description: FrameDescription) -> None:
    """Says that samples take more bits than Bits Stored."""
    description.note(
        "codestream-bits",
        f"samples take more than the {description.bits_stored} bits that Bits Stored says; the codestream has "
        f"{header.bits}, and all of them are given",
        tag=0x00280101,
    )


def decode_into(
    name: str, function: Callable[..., Any], frame: Frame, header: FrameHeader, slot: NDArray[Any], **arguments: Any
) -> None:
    """Decodes into the slot: straight where the codec's type is as wide as the slot's, else by way of its own array."""
    width = 1 if header.bits <= 8 else 2 if header.bits <= 16 else 4
    try:
        dtype = slot.dtype
        if dtype.itemsize == width:
            kind = "i" if header.is_signed else "u"
            function(frame, out=slot if dtype.kind == kind else slot.view(f"{kind}{width}"), **arguments)
            return
        decoded = function(frame, **arguments)
    except MemoryError:
        raise LimitError(f"{name}: not enough memory for a frame of {slot.nbytes} bytes") from None
    except Exception as error:
        # Each codec has its own error class, and they share no base but Exception.
        raise CodecError(f"{name}: the frame can't be decoded ({type(error).__name__}: {error})") from error
    if decoded.shape != slot.shape:
        raise CodecError(f"{name}: an array of shape {decoded.shape} where {slot.shape} is needed")
    import numpy as np

    np.copyto(slot, decoded, casting="unsafe")


def decode_by_planes(
    name: str, function: Callable[..., Any], frame: Frame, header: FrameHeader, slot: NDArray[Any]
) -> None:
    """The same for a codec that gives the planes one after the other, (sample, row, column)."""
    import numpy as np

    planes = np.empty((slot.shape[-1], *slot.shape[:-1]), slot.dtype)
    decode_into(name, function, frame, header, planes)
    np.copyto(slot, np.moveaxis(planes, 0, -1))


def close_codestream(frame: Frame, description: FrameDescription) -> Frame:
    """The frame with an end marker: EOI and EOC are the same two bytes, which coded data never holds."""
    if _END_OF_IMAGE in bytes(frame[-16:]):
        return frame
    whole = bytes(frame).rstrip(b"\0")
    if whole.endswith(_END_OF_IMAGE):
        return whole
    description.note(
        "codestream-without-end", "a frame has no end marker: it may have been cut, and its last rows lost"
    )
    return whole + (_END_OF_IMAGE[1:] if whole.endswith(_END_OF_IMAGE[:1]) else _END_OF_IMAGE)


def extend_sign(slot: NDArray[Any], bits: int, is_signed: bool) -> None:
    """Makes the bits above ``bits`` what the sign says."""
    width = slot.dtype.itemsize
    if bits < width * 8:
        _core.extend_bits(slot, width, bits, is_signed, False)


def call_encoder(name: str, function: Any, frame: NDArray[Any] | bytes, **arguments: Any) -> bytes:
    """What an encoder makes of a frame; its errors are ours."""
    try:
        return bytes(function(frame, **arguments))
    except Exception as error:
        # Each codec has its own error class, and they share no base but Exception.
        raise CodecError(f"{name}: the frame can't be encoded ({type(error).__name__}: {error})") from error


def without_sign(frame: NDArray[Any], bits: int) -> NDArray[Any]:
    """The samples as unsigned numbers of so many bits, for a codec that knows no sign: the bits stay as they are."""
    if frame.dtype.kind != "i":
        return frame
    unsigned = frame.view(f"u{frame.dtype.itemsize}")
    return unsigned if bits >= unsigned.itemsize * 8 else unsigned & unsigned.dtype.type(2**bits - 1)


def within_precision(frame: NDArray[Any], description: FrameDescription) -> NDArray[Any]:
    """The frame with its sign extended, when the bits above Bits Stored say nothing else."""
    import numpy as np

    bits = description.bits_stored
    if bits >= description.bits_allocated:
        return frame
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if description.is_signed else (0, 2**bits - 1)
    if int(frame.max()) <= high and int(frame.min()) >= low:
        return frame
    shift = frame.dtype.type(description.bits_allocated - bits)
    extended: NDArray[Any] = np.right_shift(np.left_shift(frame, shift), shift)
    cleared = frame & frame.dtype.type(2**bits - 1)
    # Signed samples are met with and without their sign in the bits above.
    if not bool(np.all((frame == extended) | (frame == cleared))):
        raise CodecError(
            f"{codec_name(description.transfer_syntax)}: samples have more than the {bits} bits stored, which would be "
            "lost",
            tag=description.tag,
        )
    return extended
