"""Make the image files of the bench: the same noisy slices in each transfer syntax, and some that are long.

In: a folder. Out: files of several frames, one kind a codec, the same ones on each run; noise as a CT has it, so that
codecs have work to do. Besides: one file of 1 GiB (sparse: it takes no room on the disk but for one frame), a colour
ultrasound of 3,000 frames, a JPEG 2000 file of 300, a CT slice that is to be shown.
"""

from __future__ import annotations

import functools
import shutil
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from dicom.testing.encoder import DEFLATED, EXPLICIT_LITTLE, Element, Fragments, encode_file, padded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np

#: Raise this when a maker changes: files of an older version are made again.
VERSION = 3
ROWS = COLUMNS = 512
LARGE_FRAMES = 1024
LARGE_COLUMNS = 1024
LARGE_FRAME_BYTES = ROWS * LARGE_COLUMNS * 2
LARGE_FRAME_INDEX = 500
LOOP_FRAMES, LOOP_ROWS, LOOP_COLUMNS = 3000, 240, 320
SERIES_FRAMES, SERIES_SIZE = 300, 320
#: So many frames of the long files differ; the rest repeat them.
DISTINCT_FRAMES = 20


class Codec(NamedTuple):
    """A kind of image file: its transfer syntax, samples, and how a frame is encoded and decoded bare."""

    name: str
    transfer_syntax: str
    bits_allocated: int
    bits_stored: int
    frames: int
    encode: Callable[[Any], bytes] | None = None
    decode: Callable[[bytes, Any], object] | None = None
    tolerance: int = 0
    samples: int = 1
    interpretation: str = "MONOCHROME2"


def _imagecodecs(name: str, **arguments: Any) -> Callable[[Any], bytes]:
    def encode(frame: Any) -> bytes:
        import imagecodecs

        return bytes(getattr(imagecodecs, name)(frame, **arguments))

    return encode


def _bare(name: str, **arguments: Any) -> Callable[[bytes, Any], object]:
    def decode(fragment: bytes, out: Any) -> object:
        import imagecodecs

        return getattr(imagecodecs, name)(fragment, out=out, **arguments)

    return decode


def _inflate(fragment: bytes, out: Any) -> object:
    import imagecodecs

    return imagecodecs.deflate_decode(fragment, out=memoryview(out).cast("B"), raw=True)


def _copy(fragment: bytes, out: Any) -> object:
    out.data.cast("B")[:] = fragment
    return out


def _encode_rle(frame: Any) -> bytes:
    from pydicom.pixels.encoders.base import get_encoder

    raw = frame.tobytes()
    arguments = {
        "rows": frame.shape[0], "columns": frame.shape[1], "samples_per_pixel": 1, "bits_allocated": 16,
        "bits_stored": 16, "pixel_representation": 0, "photometric_interpretation": "MONOCHROME2",
        "number_of_frames": 1,
    }  # fmt: skip
    return bytes(get_encoder("1.2.840.10008.1.2.5").encode(raw, index=0, **arguments))


CODECS: tuple[Codec, ...] = (
    # Large enough that the array is new memory each time, and not some that was used before.
    Codec("raw", EXPLICIT_LITTLE, 16, 12, 128),
    Codec(
        "jpeg", "1.2.840.10008.1.2.4.50", 8, 8, 16, _imagecodecs("jpeg8_encode", level=90), _bare("jpeg8_decode"), 1
    ),
    Codec(
        "jpeg-color", "1.2.840.10008.1.2.4.50", 8, 8, 8,
        _imagecodecs("jpeg8_encode", level=90, colorspace="RGB", outcolorspace="YCBCR", subsampling="422"),
        _bare("jpeg8_decode", colorspace="YCBCR", outcolorspace="RGB"), 3, 3, "YBR_FULL_422",
    ),
    Codec(
        "jpeg12", "1.2.840.10008.1.2.4.51", 16, 12, 16,
        _imagecodecs("jpeg8_encode", level=90, bitspersample=12), _bare("jpeg8_decode"), 1,
    ),
    Codec(
        "lossless", "1.2.840.10008.1.2.4.70", 16, 16, 16,
        _imagecodecs("jpeg8_encode", lossless=True, predictor=1, bitspersample=16), _bare("jpeg8_decode"),
    ),
    Codec("jpegls", "1.2.840.10008.1.2.4.80", 16, 16, 8, _imagecodecs("jpegls_encode"), _bare("jpegls_decode")),
    Codec(
        "j2k", "1.2.840.10008.1.2.4.90", 16, 16, 4,
        _imagecodecs("jpeg2k_encode", level=0, codecformat="j2k", reversible=True), _bare("jpeg2k_decode"),
    ),
    Codec(
        "htj2k", "1.2.840.10008.1.2.4.201", 16, 16, 8,
        _imagecodecs("htj2k_encode", reversible=True), _bare("htj2k_decode"),
    ),
    Codec(
        "jpegxl", "1.2.840.10008.1.2.4.110", 16, 16, 4,
        _imagecodecs("jpegxl_encode", lossless=True, effort=3), _bare("jpegxl_decode"),
    ),
    Codec("rle", "1.2.840.10008.1.2.5", 16, 16, 16, _encode_rle),
    Codec("deflated", DEFLATED, 16, 12, 8),
    Codec(
        "deflated-frame", "1.2.840.10008.1.2.8.1", 16, 12, 8,
        _imagecodecs("deflate_encode", level=6, raw=True), _inflate,
    ),
    Codec("encapsulated", "1.2.840.10008.1.2.1.98", 16, 16, 16, lambda frame: frame.tobytes(), _copy),
)  # fmt: skip


def frames_of(codec: Codec, number: int) -> np.ndarray[Any, Any]:
    """The slices of one file: a disc that wanders over a gradient, with noise; (frame, row, column[, sample])."""
    import numpy as np

    chance = np.random.default_rng([number, codec.bits_stored])
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    slices = []
    for frame in range(codec.frames):
        disc = (rows - 200 - 3 * frame) ** 2 + (columns - 250 - 2 * number) ** 2 < 150**2
        slices.append(700 + rows * 0.5 + 900 * disc + chance.normal(0, 12, (ROWS, COLUMNS)))
    stored = np.clip(np.stack(slices), 0, 4095).astype(np.uint16)
    if codec.bits_allocated == 16:
        return stored
    eight: np.ndarray[Any, Any] = (stored >> 4).astype(np.uint8)
    return eight if codec.samples == 1 else np.stack([eight, eight // 2 + 40, 255 - eight], axis=-1)


def _elements(codec: Codec, frames: int, rows: int = ROWS, columns: int = COLUMNS) -> list[Element]:
    shorts = {0x00280002: codec.samples, 0x00280010: rows, 0x00280011: columns, 0x00280100: codec.bits_allocated}
    shorts |= {0x00280101: codec.bits_stored, 0x00280102: codec.bits_stored - 1, 0x00280103: 0}
    if codec.samples > 1:
        shorts[0x00280006] = 0
    made = [Element(tag, "US", (value,)) for tag, value in shorts.items()]
    made.append(Element(0x00080016, "UI", padded(b"1.2.840.10008.5.1.4.1.1.7.3", b"\0")))
    made.append(Element(0x00080018, "UI", padded(b"1.2.3.4", b"\0")))
    made.append(Element(0x00280004, "CS", padded(codec.interpretation.encode())))
    made.append(Element(0x00280008, "IS", padded(str(frames).encode())))
    return sorted(made)


def _encode_image(codec: Codec, number: int) -> bytes:
    frames = frames_of(codec, number)
    elements = _elements(codec, len(frames))
    if codec.encode is None:
        vr = "OB" if codec.bits_allocated == 8 else "OW"
        elements.append(Element(0x7FE00010, vr, frames.astype(frames.dtype.newbyteorder("<")).tobytes()))
    else:
        elements.append(_encapsulated([codec.encode(frame) for frame in frames]))
    return encode_file(elements, codec.transfer_syntax)


def _encapsulated(frames: list[bytes]) -> Element:
    """Pixel Data of one fragment a frame, with its Basic Offset Table."""
    fragments = tuple(padded(frame, b"\0") for frame in frames)
    offsets = [0]
    for fragment in fragments[:-1]:
        offsets.append(offsets[-1] + 8 + len(fragment))
    return Element(0x7FE00010, "OB", Fragments(tuple(offsets), fragments))


def paths_of(codec: Codec, folder: Path, *, number: int) -> list[Path]:
    """The files of a codec, made when they aren't there."""
    place = folder / f"image-{codec.name}-v{VERSION}"
    if not place.is_dir():
        part = place.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for index in range(number):
            (part / f"{index}.dcm").write_bytes(_encode_image(codec, index))
        part.rename(place)
    return sorted(place.iterdir())


def large_file(folder: Path) -> Path:
    """A file of 1,024 frames of 1 MiB: all zeros, never written, but for the frame that is asked for."""
    path = folder / f"large-v{VERSION}.dcm"
    length = LARGE_FRAMES * LARGE_FRAME_BYTES
    codec = CODECS[0]._replace(bits_stored=16)
    head = encode_file(_elements(codec, LARGE_FRAMES, columns=LARGE_COLUMNS), EXPLICIT_LITTLE)
    head += struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OW", 0, length)
    if not path.is_file() or path.stat().st_size != len(head) + length:
        folder.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as file:
            file.write(head)
            file.seek(LARGE_FRAME_INDEX * LARGE_FRAME_BYTES, 1)
            file.write(bytes(range(256)) * (LARGE_FRAME_BYTES // 256))
            file.truncate(len(head) + length)
    return path


def codec_of(name: str) -> Codec:
    """The codec of a name."""
    return next(codec for codec in CODECS if codec.name == name)


def _made(path: Path, encode: Callable[[], bytes]) -> Path:
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(encode())
        part.rename(path)
    return path


def _long_file(codec: Codec, count: int, rows: int, columns: int) -> bytes:
    """Frames cut out of the slices, which repeat after a while."""
    assert codec.encode is not None
    slices = frames_of(codec._replace(frames=DISTINCT_FRAMES), 0)[:, 100 : 100 + rows, 100 : 100 + columns]
    encoded = [codec.encode(frame.copy()) for frame in slices]
    elements = _elements(codec, count, rows, columns)
    return encode_file(
        [*elements, _encapsulated([encoded[index % DISTINCT_FRAMES] for index in range(count)])], codec.transfer_syntax
    )


def ultrasound(folder: Path) -> Path:
    """A file of 3,000 colour frames, JPEG baseline: 0.7 GB once they are decoded."""
    codec = codec_of("jpeg-color")
    encode = functools.partial(_long_file, codec, LOOP_FRAMES, LOOP_ROWS, LOOP_COLUMNS)
    return _made(folder / f"ultrasound-v{VERSION}.dcm", encode)


def series(folder: Path) -> Path:
    """A file of 300 JPEG 2000 frames."""
    encode = functools.partial(_long_file, codec_of("j2k"), SERIES_FRAMES, SERIES_SIZE, SERIES_SIZE)
    return _made(folder / f"series-v{VERSION}.dcm", encode)


def slice_to_show(folder: Path) -> Path:
    """One CT slice, native, with a rescale to HU and a window."""

    def encode() -> bytes:
        codec = codec_of("raw")
        texts = {0x00281050: "40", 0x00281051: "400", 0x00281052: "-1024", 0x00281053: "1"}
        elements = [*_elements(codec, 1), *(Element(tag, "DS", padded(text.encode())) for tag, text in texts.items())]
        elements = [element for element in elements if element.tag != 0x00280008]
        elements.append(Element(0x7FE00010, "OW", frames_of(codec._replace(frames=1), 0)[0].astype("<u2").tobytes()))
        return encode_file(elements, EXPLICIT_LITTLE)

    return _made(folder / f"slice-v{VERSION}.dcm", encode)
