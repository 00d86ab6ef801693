"""Give a data set's pixels another transfer syntax: compressed, decompressed, or from any to any.

In: a data set. Out: the same data set with its pixel data, the Image Pixel module and the Transfer Syntax UID changed.
Everything is encoded or decoded before the first element is touched, so an error leaves the data set as it was.
Standard: PS3.3 C.7.6.3, C.7.6.1.1.5 (Lossy Image Compression), PS3.5 8.2 and A.4.
"""

from __future__ import annotations

from dicom.errors import MissingElementError, PixelError
from dicom.pixels import codecs
from dicom.pixels.description import EXPLICIT_VR_LITTLE_ENDIAN, NATIVE_TRANSFER_SYNTAXES, PIXEL_DATA
from dicom.pixels.image_pixel import OPTION_OF_KEYWORD
from dicom.pixels.options import PixelOptions, decode_with_options
from dicom.pixels.plugins import check_handler, check_plugin
from dicom.pixels.source import open_source
from dicom.pixels.threads import thread_count
from dicom.pixels.writing.encoding import encapsulate_frames, encode_frames, encode_options
from dicom.pixels.writing.lossy import note_earlier_loss, note_lossy
from dicom.pixels.writing.put import put_elements, put_identity, put_pixel_data, transfer_syntax_of
from dicom.pixels.writing.recode import Recoding
from dicom.pixels.writing.target import is_lossy, kept_interpretation, preferred_interpretation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.io.progress import Progress

_LONGEST_VALUE = 2**32 - 2


def transcode(
    ds: Any,
    to: str,
    *,
    quality: int | None = None,
    max_error: int | None = None,
    ratio: float | Sequence[float] | None = None,
    psnr: float | Sequence[float] | None = None,
    effort: int | None = None,
    predictor: int | None = None,
    photometric_interpretation: str | None = None,
    as_rgb: bool = False,
    offset_table: str | None = None,
    generate_instance_uid: bool | None = None,
    workers: int | None = None,
    progress: Progress | bool | None = None,
) -> None:
    """Bring a data set's pixels into another transfer syntax in place: from any that is decoded to any that is encoded.

    Parameters
    ----------
    ds : Dataset
    to : str
        UID or name of the transfer syntax: ``"htj2k-lossless"``. The one that the data set has already changes nothing.
    quality, max_error, ratio, psnr, effort, predictor
        How frames are encoded; see `dicom.pixels.codecs.EncodeOptions`.
    photometric_interpretation : str, optional
        What encoded colours shall be, of those that PS3.5 8.2 allows; when not given, what compresses best:
        YBR_FULL_422 for JPEG, YBR_RCT or YBR_ICT for JPEG 2000, XYB for lossy JPEG XL, RGB for the others.
    as_rgb : bool
        Whether YBR_FULL samples become RGB, which rounds them. When not, samples stay what they are wherever the
        transfer syntax takes them so.
    offset_table : {"basic", "extended", "none"}, optional
        What encapsulated frames are found by. When not given, a Basic Offset Table, or an extended one where the basic
        one is too small.
    generate_instance_uid : bool, optional
        Whether the SOP Instance UID is made anew. When not given, it is where samples change: lossy compression has to
        have a new one (PS3.3 C.7.6.1.1.5), and what loses nothing is the same instance in another transfer syntax.
    workers : int, optional
        Threads that encode; as many as the process has CPUs when not given.
    progress : callable or bool, optional
        Called with the numbers of frames that are done and that there are; True draws a bar on standard error if that
        is a terminal.

    Raises
    ------
    MissingElementError
        There is no pixel data, or an element that describes it is missing (an AttributeError too).
    TransferSyntaxError
        The pixels can't be decoded, or encoded in `to` (a NotImplementedError too).
    PixelError, CodecError, LimitError
        A frame can't be decoded, isn't one that `to` takes, or its codestream doesn't give it back.
    """
    target = codecs.resolve(to)
    encoding = encode_options(
        target, quality=quality, max_error=max_error, ratio=ratio, psnr=psnr, effort=effort, predictor=predictor
    )
    recoding = Recoding(ds, target, encoding, as_rgb=as_rgb, photometric_interpretation=photometric_interpretation)
    if recoding.way == "same":
        return
    if recoding.way == "relabel":
        recoding.finish(ds, 0, generate_instance_uid)
        return
    frames = list(_reported(recoding, thread_count(workers), progress))
    is_encapsulated = recoding.target not in NATIVE_TRANSFER_SYNTAXES
    total = sum(map(len, frames))
    data, table = encapsulate_frames(frames, offset_table) if is_encapsulated else (b"".join(frames), ())
    if not is_encapsulated and len(data) > _LONGEST_VALUE:
        raise PixelError("native pixel data of 4 GiB or more has no length: it has to stay compressed", tag=0x7FE00010)
    put_pixel_data(ds, data, recoding.vr, is_encapsulated=is_encapsulated, offset_table=table)
    recoding.finish(ds, total, generate_instance_uid)


def compress(
    ds: Any,
    transfer_syntax_uid: str,
    arr: NDArray[Any] | None = None,
    *,
    quality: int | None = None,
    max_error: int | None = None,
    ratio: float | Sequence[float] | None = None,
    psnr: float | Sequence[float] | None = None,
    effort: int | None = None,
    predictor: int | None = None,
    photometric_interpretation: str | None = None,
    offset_table: str | None = None,
    workers: int | None = None,
    encoding_plugin: str = "",
    encapsulate_ext: bool = False,
    generate_instance_uid: bool = True,
    jls_error: int | None = None,
    j2k_cr: Sequence[float] | None = None,
    j2k_psnr: Sequence[float] | None = None,
    **kwargs: Any,
) -> Any:
    """Compress a data set's native pixel data in place.

    Parameters
    ----------
    ds : Dataset
        Its Image Pixel module has to describe the frames; native YBR_FULL_422 becomes YBR_FULL.
    transfer_syntax_uid : str
        UID or name of a transfer syntax that frames are encoded in.
    arr : ndarray, optional
        The pixels; without it those of the data set.
    quality, max_error, ratio, psnr, effort, predictor
        How frames are encoded; see `dicom.pixels.codecs.EncodeOptions`.
    photometric_interpretation : str, optional
        What encoded colours shall be. When not given, what the data set says, as far as the transfer syntax takes it:
        RGB becomes YBR_FULL_422 in JPEG, and stays RGB in JPEG 2000 (`transcode` makes it YBR_RCT or YBR_ICT).
    offset_table : {"basic", "extended", "none"}, optional
        As for `transcode`.
    workers : int, optional
        Threads that encode; as many as the process has CPUs when not given.
    encoding_plugin : str
        A name of pydicom's plugins for the transfer syntax; the pipeline is the same for all.
    encapsulate_ext : bool
        The same as an `offset_table` of ``"extended"``.
    generate_instance_uid : bool
        Whether the SOP Instance UID is made anew.
    jls_error, j2k_cr, j2k_psnr
        pydicom's names of `max_error`, `ratio` and `psnr`.
    **kwargs
        Options of other plugins, without meaning here.

    Returns
    -------
    Dataset
        `ds`. After lossy compression Lossy Image Compression (0028,2110), its ratio and method say so, Image Type is
        DERIVED, and derivation and source are noted (PS3.3 C.7.6.1.1.5, C.12.4).

    Raises
    ------
    MissingElementError
        There is no Transfer Syntax UID, no pixel data, or an element that describes it is missing.
    TransferSyntaxError
        The transfer syntax is none that frames are encoded in.
    PixelError
        The data set is compressed already, or its frames are none that the transfer syntax takes.
    """
    target = codecs.resolve(transfer_syntax_uid)
    encoding = encode_options(
        target,
        quality=quality,
        max_error=max_error,
        ratio=ratio,
        psnr=psnr,
        effort=effort,
        predictor=predictor,
        jls_error=jls_error,
        j2k_cr=j2k_cr,
        j2k_psnr=j2k_psnr,
    )
    syntax = transfer_syntax_of(ds)
    if not syntax:
        raise MissingElementError("the data set has no Transfer Syntax UID: it may be compressed", tag=0x00020010)
    if syntax not in NATIVE_TRANSFER_SYNTAXES:
        raise PixelError("only native pixel data can be compressed: decompress it first", tag=0x00020010)
    codecs.expect_encoded(target)
    check_plugin(encoding_plugin, target, encoding=True)
    if encapsulate_ext:
        offset_table = "extended"
    threads = thread_count(workers)
    own = str(ds.get("PhotometricInterpretation") or "")
    if photometric_interpretation is None:
        photometric_interpretation = kept_interpretation(target, own)
    if arr is None:
        recoding = Recoding(ds, target, encoding, photometric_interpretation=photometric_interpretation)
        frames = list(recoding.frames(threads))
        data, table = encapsulate_frames(frames, offset_table)
        put_pixel_data(ds, data, "OB", is_encapsulated=True, offset_table=table)
        recoding.finish(ds, sum(map(len, frames)), generate_instance_uid)
        return ds
    interpretation = photometric_interpretation or preferred_interpretation(target, own, arr.dtype.itemsize * 8)
    options = {name: ds.get(keyword) for keyword, name in OPTION_OF_KEYWORD.items()}
    options |= {"photometric_interpretation": interpretation}
    frames = list(encode_frames(arr, target, options, workers=threads, encoding=encoding))
    data, table = encapsulate_frames(frames, offset_table)
    put_pixel_data(ds, data, "OB", is_encapsulated=True, offset_table=table)
    put_elements(ds, {"PhotometricInterpretation": interpretation})
    if int(ds.get("SamplesPerPixel") or 1) > 1 and target != codecs.RLE_LOSSLESS:
        # Their codestreams are by pixel (PS3.3 C.7.6.3.1.3).
        ds.PlanarConfiguration = 0
    if is_lossy(target, encoding):
        note_lossy(ds, codecs.lossy_method(target) or "", arr.nbytes / max(1, sum(map(len, frames))), None)
    put_identity(ds, target, generate_instance_uid)
    return ds


def decompress(
    ds: Any,
    *,
    as_rgb: bool = True,
    generate_instance_uid: bool = True,
    decoding_plugin: str = "",
    **kwargs: Any,
) -> Any:
    """Decompress a data set's pixel data in place, to Explicit VR Little Endian.

    Parameters
    ----------
    ds : Dataset
    as_rgb : bool
        Whether YBR_FULL becomes RGB.
    generate_instance_uid : bool
        Whether the SOP Instance UID is made anew.
    decoding_plugin : str
        A name of pydicom's plugins for the transfer syntax; the pipeline is the same for all.
    **kwargs
        Options of other plugins, without meaning here.

    Returns
    -------
    Dataset
        `ds`; the elements of the Image Pixel module are those of the decoded frames, and an Extended Offset Table is
        gone. Where only the transfer syntax said that something was lost (JPEG's DCT processes, video), Lossy Image
        Compression, its ratio and method say so now (PS3.3 C.7.6.1.1.5).

    Raises
    ------
    MissingElementError
        There is no pixel data, or no Transfer Syntax UID.
    PixelError
        The pixel data isn't compressed, or can't be decoded.
    """
    if "PixelData" not in ds:
        raise MissingElementError("the data set has no Pixel Data (7FE0,0010) to decompress", tag=0x7FE00010)
    syntax = transfer_syntax_of(ds)
    if not syntax:
        raise MissingElementError("the data set has no Transfer Syntax UID", tag=0x00020010)
    if syntax in NATIVE_TRANSFER_SYNTAXES:
        raise PixelError("the pixel data is native already", tag=0x00020010)
    check_handler(decoding_plugin, syntax)
    stored_bytes = open_source(ds, PIXEL_DATA).length
    array, found = decode_with_options(PixelOptions(ds, syntax, {}), as_rgb=as_rgb)
    bits = int(found["bits_allocated"])
    if bits == 1:
        from dicom.pixels.bits import pack_bits

        data = pack_bits(array)
    else:
        data = array.tobytes()
    put_pixel_data(ds, data, "OB" if bits <= 8 else "OW", is_encapsulated=False)
    for keyword, name in OPTION_OF_KEYWORD.items():
        value = found.get(name)
        if value is None or (name == "number_of_frames" and value == 1 and keyword not in ds):
            continue
        put_elements(ds, {keyword: value})
    note_earlier_loss(ds, syntax, len(data) / max(1, stored_bytes))
    put_identity(ds, EXPLICIT_VR_LITTLE_ENDIAN, generate_instance_uid)
    return ds


def _reported(recoding: Recoding, workers: int, progress: Progress | bool | None) -> Iterator[bytes]:
    from dicom.io.progress import reporter

    report = reporter(progress, "transcoding")
    for number, frame in enumerate(recoding.frames(workers), 1):
        yield frame
        report(number, recoding.number_of_frames)
