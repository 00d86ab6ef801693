"""How the frames of a data set become those of another transfer syntax.

In: a data set, the transfer syntax that is wanted. Out: its frames in that, one after the other, and the elements that
change with them. Nothing of the data set is changed before `Recoding.finish`.
Standard: PS3.5 8.2 (what each transfer syntax takes), annex A, PS3.3 C.7.6.3.1.2 (Photometric Interpretation).

There are four ways. The same transfer syntax: nothing is done. Native pixels in another little endian transfer syntax:
they stay as they are. JPEG to JPEG XL and back: each codestream is packed or unpacked, none is decoded. All else: each
frame is decoded, and encoded again.
"""

from __future__ import annotations

from copy import copy

from dicom.errors import CodecError, PixelError
from dicom.pixels import codecs
from dicom.pixels.description import (
    EXPLICIT_VR_BIG_ENDIAN,
    NATIVE_TRANSFER_SYNTAXES,
    PIXEL_DATA,
    describe,
)
from dicom.pixels.frame_decoder import FrameDecoder
from dicom.pixels.image_pixel import OPTION_OF_KEYWORD
from dicom.pixels.source import open_source
from dicom.pixels.threads import cpu_count
from dicom.pixels.video.bitstream import is_video
from dicom.pixels.writing.encoding import describe_target, frame_encoder, in_order
from dicom.pixels.writing.lossy import Predecessor, note_earlier_loss, note_lossy
from dicom.pixels.writing.put import put_elements, put_identity
from dicom.pixels.writing.target import MADE_OF_RGB, is_lossy, preferred_interpretation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.codecs import EncodeOptions
    from dicom.pixels.description import FrameDescription

_JPEG_XL_RECOMPRESSED = "1.2.840.10008.1.2.4.111"
#: Transfer syntaxes of JPEG's DCT processes -> the processes (the number of their SOF marker) that each holds.
_DCT_PROCESSES = {
    "1.2.840.10008.1.2.4.50": (0,),
    "1.2.840.10008.1.2.4.51": (0, 1),
    "1.2.840.10008.1.2.4.53": (1, 2),
    "1.2.840.10008.1.2.4.55": (1, 2),
}
#: Transfer syntaxes whose frames keep the bits above Bits Stored, which may be an overlay of old.
_WITH_ALL_BITS = NATIVE_TRANSFER_SYNTAXES | {
    "1.2.840.10008.1.2.1.98",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.81",
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.8.1",
}


class Recoding:
    """One data set's pixels on their way into another transfer syntax.

    Parameters
    ----------
    ds : Dataset
        With pixel data; it isn't changed.
    target : str
        Transfer Syntax UID.
    encoding : EncodeOptions
    as_rgb : bool
        Whether YBR_FULL samples are turned into RGB.
    photometric_interpretation : str, optional
        What encoded colours shall be; by default what the transfer syntax compresses best.

    Attributes
    ----------
    way : {"same", "relabel", "repack", "recode"}
    source, target : str
        Transfer Syntax UIDs.
    number_of_frames : int
    is_lossy : bool
        Whether samples may change.
    native_bytes : int
        Bytes of all frames without compression.

    Raises
    ------
    MissingElementError, PixelError, LimitError
        The pixel data, or an element that describes it, is missing or contradicts another.
    TransferSyntaxError
        The pixels can't be decoded, or encoded in the target.
    PixelError, CodecError
        The target doesn't take the frames, or the first can't be decoded.
    """

    def __init__(
        self,
        ds: Any,
        target: str,
        encoding: EncodeOptions,
        *,
        as_rgb: bool = False,
        photometric_interpretation: str | None = None,
    ) -> None:
        description = describe(ds)
        self.source = description.transfer_syntax
        self.target = target
        self.is_lossy = False
        self.number_of_frames = description.number_of_frames
        self._encoding = encoding
        self._as_rgb = as_rgb
        self._ds = ds
        self._changes: dict[str, Any] = {}
        self._to_rgb = self._converted = False
        self._description = description
        self._first: NDArray[Any] | None = None
        self.way = self._choose_way(ds, description)
        if self.way in ("recode", "repack"):
            self._decoder = FrameDecoder(ds, description)
            self._decoder.check_complete()
            self.number_of_frames = self._decoder.count
        if self.way == "recode":
            self._decode_first(ds, description, photometric_interpretation)
        self._source_bytes = open_source(ds, description.tag).length
        self.native_bytes = max(
            1, description.frame_bytes * description.bits_allocated // (8 * description.sample_bytes)
        )
        self.native_bytes *= self.number_of_frames

    def _choose_way(self, ds: Any, description: FrameDescription) -> str:
        source, target = self.source, self.target
        if source == target:
            return "same"
        if source in NATIVE_TRANSFER_SYNTAXES and target in NATIVE_TRANSFER_SYNTAXES:
            is_turned = EXPLICIT_VR_BIG_ENDIAN in (source, target)
            if not is_turned:
                return "relabel"
        if description.tag != PIXEL_DATA:
            raise PixelError(
                "Float and Double Float Pixel Data are little endian and never compressed (PS3.5 8.2); they stay in "
                "native little endian transfer syntaxes",
                tag=description.tag,
            )
        if target not in NATIVE_TRANSFER_SYNTAXES:
            codecs.expect_encoded(target)
        if target == _JPEG_XL_RECOMPRESSED and source in _DCT_PROCESSES:
            return "repack"
        if source == _JPEG_XL_RECOMPRESSED and target in _DCT_PROCESSES:
            first = FrameDecoder(ds, description).encoded(0)
            if codecs.check_frame(first, description).has_jpeg_reconstruction:
                return "repack"
        return "recode"

    # --- codestreams that stay what they are -------------------------------------------------------------------------

    def _repack(self, index: int) -> bytes:
        frame = self._decoder.encoded(index)
        header = codecs.check_frame(frame, self._description)
        if self.target == _JPEG_XL_RECOMPRESSED:
            if header.bits != 8:
                raise PixelError("JPEG XL packs JPEG codestreams of 8 bits, not of 12", tag=0x00020010)
            return codecs.recompress_jpeg(frame)
        jpeg = codecs.restore_jpeg(frame)
        process = codecs.check_frame(jpeg, self._description).process
        if process not in _DCT_PROCESSES[self.target]:
            raise CodecError(
                f"the JPEG stream within JPEG XL is one of SOF{process}, which the transfer syntax {self.target} "
                "doesn't hold",
                tag=0x00020010,
            )
        return jpeg

    # --- frames that are decoded and encoded -------------------------------------------------------------------------

    def _decode_first(self, ds: Any, description: FrameDescription, asked: str | None) -> None:
        if self.source in _WITH_ALL_BITS and description.bits_allocated > 1:
            description.bits_stored = description.bits_allocated
        description.converts_color = self._as_rgb
        # What the colours are is known when a frame is decoded: a codestream may contradict the data set.
        self._first, self._found = self._decode(0)
        self._converted = self._as_rgb and description.is_ybr_full
        is_color = description.samples_per_pixel > 1
        self._changes = {
            "PhotometricInterpretation": self._found or None,
            "PlanarConfiguration": 0 if is_color else None,
        }
        if self.number_of_frames > 1 or "NumberOfFrames" in ds:
            self._changes["NumberOfFrames"] = self.number_of_frames
        self._bits_allocated = description.bits_allocated
        if self.target not in NATIVE_TRANSFER_SYNTAXES:
            self._prepare_encoding(ds, description, self._found, asked)

    def _decode(self, index: int) -> tuple[NDArray[Any], str]:
        """A frame, and its Photometric Interpretation; several threads may ask at once."""
        if is_video(self.source):
            # One decoder that goes on from frame to frame: another would begin at the key frame before each.
            return self._decoder.decode(index, 1), self._description.decoded_interpretation
        description = copy(self._description)
        description.findings = []
        decoder = FrameDecoder(self._ds, description, located=self._decoder.located)
        frame = decoder.decode(index, cpu_count() if self.number_of_frames == 1 else 1)
        found = description.decoded_interpretation
        # XYB is RGB as soon as it is decoded.
        return frame, "RGB" if found == "XYB" else found

    def _take(self, index: int) -> NDArray[Any]:
        """A frame's samples as they are to be encoded."""
        if index == 0 and self._first is not None:
            frame, self._first = self._first, None
        else:
            frame, found = self._decode(index)
            if found != self._found:
                raise PixelError(f"frame {index} holds colours in another way than the first", tag=0x00280004)
        if self._to_rgb:
            from dicom import _core

            _core.ybr_full_to_rgb(frame)
        return frame

    def _prepare_encoding(self, ds: Any, description: FrameDescription, found: str, asked: str | None) -> None:
        self.is_lossy = is_lossy(self.target, self._encoding)
        wanted = asked or preferred_interpretation(self.target, found, int(ds.get("BitsStored") or 8))
        options = {name: ds.get(keyword) for keyword, name in OPTION_OF_KEYWORD.items()} | {
            "photometric_interpretation": wanted,
            "number_of_frames": self.number_of_frames,
            "planar_configuration": 0,
        }
        self._target = describe_target(self.target, options)
        codecs.check_profile(self._target)
        if found == "YBR_FULL" and wanted != "YBR_FULL":
            if wanted != "RGB" and wanted not in MADE_OF_RGB:
                raise PixelError(f"samples of {found} aren't made into {wanted}", tag=0x00280004)
            self._to_rgb = self._converted = True
        elif found != wanted and not (found == "RGB" and wanted in MADE_OF_RGB):
            raise PixelError(f"samples of {found} aren't made into {wanted}", tag=0x00280004)
        self._changes["PhotometricInterpretation"] = wanted
        if description.samples_per_pixel > 1 and self.target == codecs.RLE_LOSSLESS:
            # Its segments are planes, whatever is written (PS3.5 G.2); what the data set says stays.
            self._changes["PlanarConfiguration"] = ds.get("PlanarConfiguration", 0)

    # --- what comes out ----------------------------------------------------------------------------------------------

    def frames(self, workers: int) -> Iterator[bytes]:
        """The frames in the target, in order, once: codestreams, or native bytes.

        Frames of single bits are pieces of one string of bits: a byte that two frames share comes with the later one.

        Raises
        ------
        PixelError, CodecError, LimitError
            A frame can't be decoded or encoded, or its codestream doesn't give it back.
        """
        # One frame has the codec's own threads.
        workers, codec_threads = (1, workers) if self.number_of_frames == 1 else (workers, 1)
        indices = range(self.number_of_frames)
        if self.way == "repack":
            return in_order(self._repack, indices, workers)
        if self.target not in NATIVE_TRANSFER_SYNTAXES:
            encode = frame_encoder(self._target, self._encoding, codec_threads)
            if is_video(self.source):
                # Decoded in order, by this thread; encoded by several.
                return in_order(encode, map(self._take, indices), workers)
            return in_order(lambda index: encode(self._take(index)), indices, workers)
        if self._bits_allocated == 1:
            return _packed(map(self._take, indices))
        is_big = self.target == EXPLICIT_VR_BIG_ENDIAN

        def store(index: int) -> bytes:
            frame = self._take(index)
            return frame.astype(frame.dtype.newbyteorder(">" if is_big else "<"), copy=False).tobytes()

        return in_order(store, indices, 1 if is_video(self.source) else workers)

    @property
    def changes_samples(self) -> bool:
        """Whether samples are, or may be, others afterwards: by loss, or because colours were converted."""
        return self.is_lossy or self._converted

    @property
    def vr(self) -> str:
        """The VR of Pixel Data."""
        if self.target not in NATIVE_TRANSFER_SYNTAXES:
            return "OB"
        return "OB" if self._bits_allocated <= 8 else "OW"

    def finish(self, ds: Any, encoded_bytes: int, generate_instance_uid: bool | None) -> None:
        """Set the elements that change with the pixels; Pixel Data itself is the caller's.

        Parameters
        ----------
        ds : Dataset
        encoded_bytes : int
            Of all frames together; looked at where something was lost.
        generate_instance_uid : bool, optional
            Whether the SOP Instance UID is made anew. When not given, it is where samples change.
        """
        predecessor = Predecessor(ds)
        is_new = self.changes_samples if generate_instance_uid is None else generate_instance_uid
        put_elements(ds, self._changes)
        if self.way == "recode":
            note_earlier_loss(ds, self.source, self.native_bytes / max(1, self._source_bytes))
        if self.is_lossy:
            method = codecs.lossy_method(self.target) or ""
            note_lossy(ds, method, self.native_bytes / max(1, encoded_bytes), predecessor if is_new else None)
        put_identity(ds, self.target, is_new)


def _packed(frames: Iterable[NDArray[Any]]) -> Iterator[bytes]:
    """Frames of 0 and 1 as one string of bits, the least significant of each byte first (PS3.5 8.1.1)."""
    import numpy as np

    rest = np.empty(0, np.uint8)
    for frame in frames:
        bits = np.concatenate((rest, frame.ravel()))
        whole = len(bits) // 8 * 8
        rest = bits[whole:]
        yield np.packbits(bits[:whole], bitorder="little").tobytes()
    if len(rest):
        yield np.packbits(rest, bitorder="little").tobytes()
