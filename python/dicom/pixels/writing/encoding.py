"""Encode the frames of an image, several at a time, in order.

In: native pixel data, an array, or frames one after the other, and what describes them. Out: the codestream of each.
Standard: PS3.5 8.2 and annex A. A frame's own codestream is made by `dicom.pixels.codecs`.
"""

from __future__ import annotations

from itertools import islice

from dicom.errors import PixelError
from dicom.pixels import codecs
from dicom.pixels.encapsulation import encapsulate, encapsulate_extended
from dicom.pixels.options import PixelOptions, iterate_with_options
from dicom.pixels.writing.put import check_range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, TypeVar

    from numpy.typing import NDArray

    from dicom.pixels.codecs import EncodeOptions
    from dicom.pixels.description import FrameDescription

    Item = TypeVar("Item")
    Made = TypeVar("Made")

_LARGEST_OFFSET = 2**32 - 1


def encode_options(
    transfer_syntax: str,
    *,
    quality: int | None = None,
    max_error: int | None = None,
    ratio: float | Sequence[float] | None = None,
    psnr: float | Sequence[float] | None = None,
    effort: int | None = None,
    predictor: int | None = None,
    jls_error: int | None = None,
    j2k_cr: Sequence[float] | None = None,
    j2k_psnr: Sequence[float] | None = None,
) -> EncodeOptions:
    """How frames are to be encoded; the last three are pydicom's names of `max_error`, `ratio` and `psnr`.

    Those mean nothing to transfer syntaxes of other codecs, as in pydicom; what is asked for by our names is checked.

    Raises
    ------
    PixelError
        One is given by both of its names, or out of its range.
    """
    if codecs.codec_name(transfer_syntax) != "JPEG-LS":
        jls_error = None
    if transfer_syntax != codecs.JPEG_2000:
        j2k_cr = j2k_psnr = None
    for name, value, other, theirs in (
        ("max_error", max_error, "jls_error", jls_error),
        ("ratio", ratio, "j2k_cr", j2k_cr),
        ("psnr", psnr, "j2k_psnr", j2k_psnr),
    ):
        if value is not None and theirs:
            raise PixelError(f"{other} is {name} by another name: give one of them")
    return codecs.EncodeOptions(
        quality=quality,
        max_error=jls_error if max_error is None else max_error,
        ratio=(j2k_cr or None) if ratio is None else ratio,
        psnr=(j2k_psnr or None) if psnr is None else psnr,
        effort=effort,
        predictor=predictor,
    )


def encode_frames(
    src: Any,
    transfer_syntax: str,
    options: dict[str, Any],
    *,
    indices: Sequence[int] | None = None,
    validate: bool = True,
    workers: int = 1,
    encoding: EncodeOptions | None = None,
) -> Iterator[bytes]:
    """The codestreams of frames, one after the other.

    Parameters
    ----------
    src : PixelOptions or ndarray
        Native pixel data, or the pixels.
    transfer_syntax : str
    options : dict
        What describes the pixels, by the names of `dicom.pixels.image_pixel.OPTION_OF_KEYWORD`.
    indices : sequence of int, optional
        Frames, from 0; all in order when not given.
    validate : bool
        Whether frames that PS3.5 8.2 doesn't allow in the transfer syntax are refused.
    workers : int
        Threads that encode.
    encoding : EncodeOptions, optional
        How they are encoded.

    Yields
    ------
    bytes

    Raises
    ------
    MissingElementError
        An option is missing that the frames can't be encoded without.
    TransferSyntaxError
        The transfer syntax is none that frames are encoded in.
    PixelError, CodecError
        The transfer syntax doesn't take the frames, or a frame can't be encoded.
    """
    description = describe_target(transfer_syntax, options)
    if validate:
        codecs.check_profile(description)
    if isinstance(src, PixelOptions):
        # What lies above Bits Stored isn't dropped in silence: it may be an overlay of old.
        decoded = iterate_with_options(src.with_all_bits(), indices, as_rgb=False)
        frames: Iterator[NDArray[Any]] = (frame for frame, _ in decoded)
    else:
        frames = _frames_of(src, description, indices)
    at_once, threads = (1, workers) if description.number_of_frames == 1 else (workers, 1)
    yield from in_order(frame_encoder(description, encoding, threads), frames, at_once)


def describe_target(transfer_syntax: str, options: dict[str, Any]) -> FrameDescription:
    """What is encoded, as the codecs want it described."""
    from dicom.pixels.description import describe

    # Bytes aren't read by this description: it says what is encoded.
    return describe(PixelOptions(b"", transfer_syntax, options))


def frame_encoder(
    description: FrameDescription, encoding: EncodeOptions | None = None, threads: int = 1
) -> Callable[[NDArray[Any]], bytes]:
    """The function that makes the codestream of one frame; several threads may call it at once.

    For each frame the codec may use so many `threads` of its own.
    """
    chosen = codecs.EncodeOptions() if encoding is None else encoding

    def encode_one(frame: NDArray[Any]) -> bytes:
        _check_kind(frame, description)
        native = frame.astype(f"={frame.dtype.kind}{description.sample_bytes}", copy=False)
        return codecs.encode_frame(native, description, chosen, threads=threads)

    return encode_one


def in_order(work: Callable[[Item], Made], items: Iterable[Item], workers: int) -> Iterator[Made]:
    """What ``work`` makes of each item, in order, several at a time; few items are taken before they are needed."""
    if workers < 2:
        yield from map(work, items)
        return
    from collections import deque
    from concurrent.futures import ThreadPoolExecutor

    left = iter(items)
    with ThreadPoolExecutor(workers, thread_name_prefix="dicom-pixels") as pool:
        # No more frames are taken than are at work: memory holds a few, however many there are.
        begun = deque(pool.submit(work, item) for item in islice(left, 2 * workers))
        try:
            while begun:
                yield begun.popleft().result()
                begun.extend(pool.submit(work, item) for item in islice(left, 1))
        finally:
            # An error, or nobody who wants the rest: what isn't begun is not begun.
            for waiting in begun:
                waiting.cancel()


def encapsulate_frames(frames: list[bytes], offset_table: str | None = None) -> tuple[bytes, tuple[bytes, ...]]:
    """Codestreams as the value of Pixel Data, and the values of the Extended Offset Table where one is made.

    Parameters
    ----------
    frames : list of bytes
    offset_table : {"basic", "extended", "none"}, optional
        When not given, a Basic Offset Table, or an extended one where the basic one is too small.

    Raises
    ------
    PixelError
        The Basic Offset Table is asked for and too small.
    """
    if offset_table not in (None, "basic", "extended", "none"):
        raise PixelError("offset_table is 'basic', 'extended' or 'none'")
    if offset_table is None:
        total = sum(len(frame) + len(frame) % 2 + 8 for frame in frames[:-1])
        offset_table = "extended" if total > _LARGEST_OFFSET else "basic"
    if offset_table == "extended":
        data, offsets, lengths = encapsulate_extended(frames)
        return data, (offsets, lengths)
    return encapsulate(frames, has_bot=offset_table == "basic"), ()


def _frames_of(
    array: NDArray[Any], description: FrameDescription, indices: Sequence[int] | None
) -> Iterator[NDArray[Any]]:
    shape = description.frame_shape
    count = array.shape[0] if array.ndim == len(shape) + 1 else 1
    if array.shape[-len(shape) :] != shape or array.ndim > len(shape) + 1 or count < 1:
        raise PixelError(f"an array of shape {array.shape}; frames of {shape} are needed")
    frames = array.reshape(count, *shape)
    for index in range(count) if indices is None else indices:
        if not 0 <= index < count:
            raise PixelError(f"frame {index} of {count}")
        _check_kind(frames[index], description)
        check_range(frames[index], description.bits_stored, description.is_signed)
        yield frames[index]


def _check_kind(frame: NDArray[Any], description: FrameDescription) -> None:
    if frame.shape != description.frame_shape:
        raise PixelError(f"a frame of shape {frame.shape}; {description.frame_shape} is needed")
    # Single bits have no sign.
    is_signed = description.is_signed and description.bits_allocated > 1
    if frame.dtype.kind not in "iu" or (frame.dtype.kind == "i") != is_signed:
        sign = "signed" if description.is_signed else "unsigned"
        raise PixelError(f"an array of {frame.dtype}; Pixel Representation asks for {sign} integers", tag=0x00280103)
