"""JPEG 2000 and High-Throughput JPEG 2000: decoding and encoding (PS3.5 8.2.4, 8.2.14, ISO/IEC 15444-1 and -15).

A codestream has a sign of its own; where it is another than Pixel Representation, its bits are read with that, and a
finding says so.
"""

from __future__ import annotations

from math import log10
from struct import unpack_from

from dicom import _core
from dicom.errors import CodecError, PixelError
from dicom.pixels.codecs.codestream import (
    call_encoder,
    check_frame,
    close_codestream,
    decode_into,
    expect_codestream,
    extend_sign,
    note_bits,
)
from dicom.pixels.codecs.htj2k_first import ensure_tables
from dicom.pixels.codecs.htj2k_lines import decode_all_lines
from dicom.pixels.codecs.rate import largest_within, psnr_of, smallest_above
from dicom.pixels.codecs.syntaxes import HTJ2K, HTJ2K_LOSSLESS_RPCL, JPEG_2000_LOSSLESS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom._core import FrameHeader
    from dicom.pixels.codecs.codestream import Frame
    from dicom.pixels.codecs.encode_options import EncodeOptions
    from dicom.pixels.description import FrameDescription


def decode_jpeg_2000(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """JPEG 2000 (PS3.5 8.2.4), without the JP2 boxes where a frame has them."""
    import imagecodecs

    header = check_frame(frame, description)
    expect_codestream(header, description, "JPEG 2000")
    _expect_bits(header, _MOST_DECODED_BITS, description)
    codestream = close_codestream(memoryview(frame)[header.start : header.end], description)
    decode_into("JPEG 2000", imagecodecs.jpeg2k_decode, codestream, header, slot, numthreads=threads)
    _read_with_sign(slot, header, description)
    return description.is_ybr_full


def decode_jpeg_2000_part_2(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """JPEG 2000 Part 2 (PS3.5 8.2.4) where the codestream is one that Part 1 knows.

    The codec knows no multi-component transformation of Part 2 (ISO/IEC 15444-2 annex J), so a codestream that has one
    is refused instead of being decoded without it.
    """
    header = check_frame(frame, description)
    at = header.start + 2
    while at + 4 <= header.end:
        marker, length = unpack_from(">HH", frame, at)
        if marker == _SOT:
            break
        if marker in _MULTI_COMPONENT:
            raise CodecError(
                "JPEG 2000 Part 2: the codestream has a multi-component transformation, which isn't decoded",
                tag=description.tag,
            )
        at += 2 + length
    return decode_jpeg_2000(frame, description, slot, threads)


#: What the codecs hold in their 32 bits; ISO/IEC 15444-1 goes to 38. Measured: OpenJPEG refuses what is beyond, and 30
#: bits that use their whole range; OpenJPH decodes 32.
_MOST_DECODED_BITS, _MOST_HTJ2K_BITS = 31, 32


def _expect_bits(header: FrameHeader, most: int, description: FrameDescription) -> None:
    """Refuses a codestream of more bits a sample than the codec holds."""
    if header.bits > most:
        raise CodecError(
            f"{header.codestream}: a codestream of {header.bits} bits a sample; at most {most} are decoded",
            tag=description.tag,
        )


_SOT = 0xFF90
#: MCT, MCC, NLT, MCO, CBD (ISO/IEC 15444-2 A.3).
_MULTI_COMPONENT = range(0xFF74, 0xFF79)


def decode_htj2k(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """High-Throughput JPEG 2000 (PS3.5 8.2.14)."""
    import imagecodecs

    header = check_frame(frame, description)
    expect_codestream(header, description, "JPEG 2000", "HTJ2K")
    is_high_throughput = header.codestream == "HTJ2K"
    _expect_bits(header, _MOST_HTJ2K_BITS if is_high_throughput else _MOST_DECODED_BITS, description)
    codestream = close_codestream(memoryview(frame)[header.start : header.end], description)
    if is_high_throughput and (header.is_reversible or header.bits > _MOST_DECODED_BITS):
        # Irreversible ones overshoot black and white, and this codec lets them wrap around, 256 to 0; the other clips,
        # but has no room for 32 bits. There this one clips too.
        # Without a transformation of colours the codec would give three planes.
        decode_into("HTJ2K", decode_all_lines, codestream, header, slot, planar=False)
    else:
        decode_into("HTJ2K", imagecodecs.jpeg2k_decode, codestream, header, slot)
    _read_with_sign(slot, header, description)
    return description.is_ybr_full


def _read_with_sign(slot: NDArray[Any], header: FrameHeader, description: FrameDescription) -> None:
    """A codestream of the other sign than Pixel Representation: its own bits, read with the data set's sign."""
    if header.is_signed != description.is_signed:
        description.note(
            "codestream-sign",
            f"the samples of a frame are {'signed' if header.is_signed else 'unsigned'} in its codestream, Pixel "
            "Representation says the opposite and is followed",
            tag=0x00280103,
        )
    extend_sign(slot, header.bits, description.is_signed)
    if header.bits > description.bits_stored:
        bits = description.bits_stored
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if description.is_signed else (0, 2**bits - 1)
        if int(slot.max()) > high or int(slot.min()) < low:
            note_bits(header, description)


def encode_jpeg_2000(frame: NDArray[Any], description: FrameDescription, options: EncodeOptions, threads: int) -> bytes:
    """JPEG 2000 of Bits Stored, reversible, or of the quality, ratio or peak signal-to-noise ratio that is asked for.

    Photometric Interpretation YBR_RCT or YBR_ICT has the codec transform the colours.
    """
    import imagecodecs

    _expect_room(description)

    def encode(noise: float | None) -> bytes:
        return call_encoder(
            "JPEG 2000",
            imagecodecs.jpeg2k_encode,
            frame,
            level=noise,
            codecformat="j2k",
            reversible=noise is None,
            bitspersample=description.bits_stored,
            mct=description.photometric_interpretation in ("YBR_RCT", "YBR_ICT"),
            numthreads=threads,
        )

    if description.transfer_syntax == JPEG_2000_LOSSLESS:
        options.expect_only("JPEG 2000 Lossless")
        return encode(None)
    _expect_loss(options, "JPEG 2000")
    if options.ratio is None:
        return encode(_noise(options, frame, description))
    # The codec is steered by noise: a bit a sample is worth 6.02 dB, and a few beyond keep what can be kept.
    highest = 6.02 * description.bits_stored + 20
    return largest_within(encode, int(frame.nbytes / options.target_ratio), 1, highest, per_byte=8 * 6.02 / frame.size)


def encode_htj2k(frame: NDArray[Any], description: FrameDescription, options: EncodeOptions, threads: int) -> bytes:
    """HTJ2K, reversible, or of the quality, ratio or peak signal-to-noise ratio that is asked for.

    Reversible codestreams are of Bits Stored; the others of Bits Allocated, which is all that the codec knows. With the
    options of RPCL the order of progression, the TLM marker segment and the size of the smallest resolution are read
    from the codestream and have to be those that PS3.5 10.18 asks for.
    """
    import imagecodecs

    is_lossy = description.transfer_syntax == HTJ2K
    if is_lossy and description.bits_allocated > _MOST_LOSSY_HTJ2K_BITS:
        raise PixelError(
            f"lossy HTJ2K takes samples of at most {_MOST_LOSSY_HTJ2K_BITS} bits, not {description.bits_allocated}: "
            "the codec's arithmetic overflows beyond; HTJ2K Lossless takes them",
            tag=0x00280100,
        )
    decompositions = _decompositions(description)
    ensure_tables()

    def encode(samples: NDArray[Any], step: float | None) -> bytes:
        return call_encoder(
            "HTJ2K",
            imagecodecs.htj2k_encode,
            samples,
            level=step,
            reversible=step is None,
            rgb=description.photometric_interpretation in ("YBR_RCT", "YBR_ICT"),
            resolutions=decompositions,
            tlm=True,
            planar=False,
        )

    if not is_lossy:
        options.expect_only("HTJ2K Lossless")
        encoded = _encode_of_bits_stored(frame, description, lambda samples: encode(samples, None))
        if description.transfer_syntax == HTJ2K_LOSSLESS_RPCL:
            _expect_rpcl(encoded, description)
        return encoded
    _expect_loss(options, "HTJ2K")
    bits = description.bits_stored

    # A level is the logarithm of a quantization step, turned round, so that sizes grow with it.
    def encode_at(level: float) -> bytes:
        return encode(frame, 2.0**-level)

    if options.ratio is not None:
        size = int(frame.nbytes / options.target_ratio)
        return largest_within(encode_at, size, 0, description.bits_allocated + 4, per_byte=8 / frame.size)
    return smallest_above(
        encode_at,
        lambda encoded: psnr_of(frame, imagecodecs.jpeg2k_decode(encoded), bits),
        _noise(options, frame, description),
        0,
        description.bits_allocated + 4,
    )


#: OpenJPEG's encoder keeps 6 bits for fractions, and the transformations of wavelets and colours add bits: measured on
#: noise over the whole range, and on smooth frames for irreversible codestreams.
_MOST_REVERSIBLE_BITS, _MOST_IRREVERSIBLE_BITS = 24, 23
_MOST_LOSSY_HTJ2K_BITS = 16


def _expect_room(description: FrameDescription) -> None:
    """Refuses samples of more bits than the encoder of JPEG 2000 has room for."""
    is_reversible = description.transfer_syntax == JPEG_2000_LOSSLESS
    most = _MOST_REVERSIBLE_BITS if is_reversible else _MOST_IRREVERSIBLE_BITS
    if description.photometric_interpretation == "YBR_RCT":
        most -= 1
    if description.bits_stored > most:
        raise PixelError(
            f"{'JPEG 2000 Lossless' if is_reversible else 'lossy JPEG 2000'} takes samples of at most {most} bits "
            f"here, not {description.bits_stored}: the codec's arithmetic overflows beyond; HTJ2K Lossless takes them",
            tag=0x00280101,
        )


def _expect_loss(options: EncodeOptions, codec: str) -> None:
    options.expect_only(codec, "quality", "ratio", "psnr")
    if not options.is_lossy:
        raise PixelError(
            f"{codec} loses samples: quality, ratio or psnr has to say how much; {codec} Lossless takes none of them"
        )


def _noise(options: EncodeOptions, frame: NDArray[Any], description: FrameDescription) -> float:
    """The peak signal-to-noise ratio against the largest value of Bits Stored, dB.

    A quality is meant for the values that the frame has: those of a CT take a few of its 16 bits, and noise that is
    little against all of them would be all that is left of the picture.
    """
    if options.quality is None:
        return options.target_psnr
    extent = int(frame.max()) - int(frame.min())
    full = 2**description.bits_stored - 1
    return 30 + options.quality / 5 + 20 * log10(full / extent if 0 < extent < full else 1)


def _encode_of_bits_stored(frame: NDArray[Any], description: FrameDescription, encode: Any) -> bytes:
    """A reversible codestream that declares Bits Stored, of a codec that knows whole bytes only.

    Signed samples are coded as they are, whatever their precision. Unsigned ones are made signed here by the level
    shift that the codec would make (ISO/IEC 15444-1 G.1); then SIZ is given the precision and the sign that they have.
    """
    import numpy as np

    bits = description.bits_stored
    if bits == description.bits_allocated:
        return bytes(encode(frame))
    if not description.is_signed:
        signed = np.dtype(f"i{frame.dtype.itemsize}")
        frame = (frame.view(signed) - signed.type(2 ** (bits - 1))).astype(signed, copy=False)
    encoded = bytearray(encode(frame))
    for component in range(description.samples_per_pixel):
        # SOC, SIZ with its length, capabilities, 8 sizes and the number of components; then 3 bytes for each.
        encoded[42 + 3 * component] = bits - 1 | (0x80 if description.is_signed else 0)
    return bytes(encoded)


#: PS3.5 10.18: the width or the height of the smallest resolution is at most this.
_THUMBNAIL = 64


def _decompositions(description: FrameDescription) -> int:
    """Five, as most have, or as many as bring the shorter side down to 64."""
    count = 5
    while min(description.rows, description.columns) > _THUMBNAIL << count:
        count += 1
    return count


def _expect_rpcl(codestream: bytes, description: FrameDescription) -> None:
    """Refuses a codestream without the options that the transfer syntax asks for (PS3.5 10.18)."""
    header = _core.read_frame_header(codestream)
    smallest = -(-min(description.rows, description.columns) // 2 ** (header.decomposition_levels or 0))
    if header.progression != "RPCL" or not header.has_tlm or smallest > _THUMBNAIL:
        raise CodecError("HTJ2K: the codestream has not the RPCL options (PS3.5 10.18)", tag=description.tag)
