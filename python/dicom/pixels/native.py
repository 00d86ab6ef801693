"""Frames without compression: from the value's bytes into the array (PS3.5 section 8.1).

In: the pixel data's source, its description, an array (frames, rows, columns[, samples]). Out: the array, filled: bits
unpacked, words whole, colour by pixel, YBR_FULL turned into RGB, the bits above Bits Stored cleared or signed.
"""

from __future__ import annotations

from dicom import _core
from dicom.errors import PixelError
from dicom.finding import Finding
from dicom.pixels.description import PIXEL_DATA
from dicom.pixels.source import StoredValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import FrameDescription
    from dicom.pixels.source import PixelSource


def count_native_frames(source: PixelSource, description: FrameDescription) -> int:
    """How many frames the value holds: as declared, or more where its bytes suffice for more (a finding).

    Raises
    ------
    PixelError
        The value is shorter than the declared frames.
    """
    if source.fragments() is not None:
        raise PixelError(
            f"the pixel data is encapsulated, but its transfer syntax {description.transfer_syntax} isn't",
            tag=description.tag,
        )
    if _has_wide_words(description) and not description.words_are_swapped:
        description.note(
            "big-endian-words",
            f"{description.bits_allocated}-bit samples in big endian OW are read as whole numbers; by PS3.5 7.3 they "
            "are words of 16 bits, the least significant first, and files of both kinds are written",
        )
    frame_bits = description.native_frame_bits
    declared = description.number_of_frames
    expected = (declared * frame_bits + 7) // 8
    if source.length < expected:
        raise PixelError(
            f"the pixel data has {source.length} bytes, {expected} are needed for {declared} frame(s) of "
            f"{description.rows} rows x {description.columns} columns x {description.samples_per_pixel} sample(s) x "
            f"{description.bits_allocated} bits",
            tag=description.tag,
        )
    excess = source.length - expected
    if description.is_packed_422 and source.length >= expected * 3 // 2:
        raise PixelError(
            f"the pixel data has {source.length} bytes, YBR_FULL_422 takes {expected}: these are three samples a "
            "pixel, and Photometric Interpretation (0028,0004) must be another, such as YBR_FULL or RGB",
            tag=description.tag,
        )
    held = source.length * 8 // frame_bits
    if excess > expected % 2 and held > declared:
        message = f"the pixel data suffices for {held} frames, Number of Frames says {declared}: all are given"
        description.findings.append(Finding("more-frames-than-declared", message, description.tag))
        return held
    if excess > expected % 2:
        message = f"the pixel data has {source.length} bytes, {expected} are needed: the rest is padding"
        description.findings.append(Finding("pixel-data-padded", message, description.tag))
    return declared


def read_native_frames(source: PixelSource, description: FrameDescription, first: int, out: NDArray[Any]) -> None:
    """Fills ``out`` with frames ``first`` and following; only their bytes are read."""
    frame_bits = description.native_frame_bits
    if is_plain(description):
        _read_plain(source, description, first * frame_bits // 8, out)
        return
    for index, slot in enumerate(out, start=first):
        begin = index * frame_bits // 8
        end = ((index + 1) * frame_bits + 7) // 8
        if _has_swapped_bytes(description):
            # Words of two bytes: a frame of odd size begins or ends within one.
            aligned = bytearray(source.read(begin & ~1, (end + 1 & ~1) - (begin & ~1)))
            _core.swap_bytes(aligned, 2)
            data: bytes | memoryview = memoryview(aligned)[begin & 1 : (begin & 1) + end - begin]
        else:
            data = source.read(begin, end - begin)
            if _has_wide_words(description) and description.words_are_swapped:
                data = _joined_words(data, description.sample_bytes // 2)
        if len(data) < end - begin:
            raise PixelError(
                f"the pixel data ends {end - begin - len(data)} bytes before frame {index} does", tag=description.tag
            )
        fill_slot(data, index * frame_bits % 8, description, slot)
        if description.is_ybr_full:
            finish_color(slot, description)


def finish_color(slot: NDArray[Any], description: FrameDescription) -> None:
    """Turns a slot of YBR_FULL samples into RGB, or notes that it was left as it is."""
    if not description.converts_color:
        description.holds_ybr = True
    elif description.bits_allocated == 8 and not description.is_ybr_partial:
        _core.ybr_full_to_rgb(slot)
    else:
        from dicom.pixels.ybr import ybr_to_rgb

        ybr_to_rgb(slot, description.bits_stored, is_partial=description.is_ybr_partial)


def fill_slot(data: bytes | memoryview, first_bit: int, description: FrameDescription, slot: NDArray[Any]) -> None:
    """Fills one frame's slot from its native bytes; colour isn't converted."""
    samples = description.samples_per_pixel
    if description.bits_allocated == 1:
        _core.unpack_bits(data, slot, first_bit)
        if samples > 1 and description.planar_configuration == 1:
            _core.planar_to_interleaved(slot.tobytes(), slot, samples, 1)
        return
    if description.is_packed_422:
        if len(data) % (4 * description.sample_bytes):
            raise PixelError("YBR_FULL_422 pairs pixels; this frame has an odd number of them", tag=description.tag)
        if description.bits_allocated == 8:
            _core.upsample_422(data, slot)
        else:
            from dicom.pixels.ybr import upsample_422

            upsample_422(data, slot)
    elif samples > 1 and description.planar_configuration == 1:
        _core.planar_to_interleaved(data, slot, samples, description.sample_bytes)
    else:
        slot.data.cast("B")[:] = data
    _extend(description, slot)


def is_plain(description: FrameDescription) -> bool:
    """Whether the bytes of the value are those of the array."""
    return not (
        description.bits_allocated == 1
        or description.is_packed_422
        or description.is_ybr_full
        or description.planar_configuration == 1
        or _has_swapped_bytes(description)
        or (_has_wide_words(description) and description.words_are_swapped)
    )


def _has_swapped_bytes(description: FrameDescription) -> bool:
    """Whether bytes lie in big endian words: OW of 8-bit samples (PS3.5 annex A.3, 7.3)."""
    return description.is_big_endian and description.bits_allocated <= 8 and description.vr == "OW"


def _has_wide_words(description: FrameDescription) -> bool:
    """Whether samples take several big endian words: OW of 32 or 64 bits a sample."""
    return description.is_big_endian and description.bits_allocated > 16 and description.vr == "OW"


def _joined_words(data: bytes | memoryview, count: int) -> bytes:
    """Samples of so many words of 16 bits, the most significant word first."""
    import numpy as np

    words = np.frombuffer(data, "u2", len(data) // (2 * count) * count)
    return words.reshape(-1, count)[:, ::-1].tobytes()


def _read_plain(source: PixelSource, description: FrameDescription, offset: int, out: NDArray[Any]) -> None:
    if isinstance(source, StoredValue) and _has_unused_bits(description):
        count = source.read_samples_into(offset, out, description)
    else:
        count = source.read_into(offset, out)
        _extend(description, out)
    if count < out.nbytes:
        raise PixelError(f"the pixel data ends {out.nbytes - count} bytes early", tag=description.tag)


def _has_unused_bits(description: FrameDescription) -> bool:
    return description.tag == PIXEL_DATA and description.bits_stored < description.bits_allocated


def _extend(description: FrameDescription, array: NDArray[Any]) -> None:
    if _has_unused_bits(description):
        _core.extend_bits(
            array, description.sample_bytes, description.bits_stored, description.is_signed, description.is_big_endian
        )
