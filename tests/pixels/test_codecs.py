"""Each transfer syntax: frames made by an encoder come back as they were; where pydicom decodes them, as it does."""

from __future__ import annotations

import threading
import zlib

import imagecodecs
import numpy as np
import pytest

from dicom.errors import CodecError, LimitError, PixelError, TransferSyntaxError
from dicom.pixels import codecs, decode_frame, frame_decoder, iter_frames, pixel_array
from dicom.pixels.codecs import CODECS

PREFIX = "1.2.840.10008.1.2."
JPEG, JPEG_12, LOSSLESS, LOSSLESS_SV1 = PREFIX + "4.50", PREFIX + "4.51", PREFIX + "4.57", PREFIX + "4.70"
JPEG_LS, J2K, J2K_LOSSY, HTJ2K, RLE = PREFIX + "4.80", PREFIX + "4.90", PREFIX + "4.91", PREFIX + "4.201", PREFIX + "5"
JXL_LOSSLESS, JXL_JPEG, JXL = PREFIX + "4.110", PREFIX + "4.111", PREFIX + "4.112"
DEFLATED, UNCOMPRESSED = PREFIX + "8.1", PREFIX + "1.98"


def _unsigned(array):
    return array.view(f"u{array.itemsize}")


def _rle(array):
    """An RLE frame of literal runs (PS3.5 annex G)."""
    planes = [array] if array.ndim == 2 else [array[..., n] for n in range(array.shape[2])]
    segments = []
    for plane in planes:
        raw = np.ascontiguousarray(plane).astype(plane.dtype.newbyteorder(">")).tobytes()
        for byte in range(plane.itemsize):
            data = raw[byte :: plane.itemsize]
            runs = b"".join(
                bytes([len(run) - 1]) + run for run in (data[n : n + 128] for n in range(0, len(data), 128))
            )
            segments.append(runs + b"\0" * (len(runs) % 2))
    offsets = [64]
    for segment in segments[:-1]:
        offsets.append(offsets[-1] + len(segment))
    header = np.zeros(16, "<u4")
    header[0] = len(segments)
    header[1 : 1 + len(offsets)] = offsets
    return header.tobytes() + b"".join(segments)


def _deflate(array):
    deflater = zlib.compressobj(wbits=-15)
    return deflater.compress(array.tobytes()) + deflater.flush()


ENCODERS = {
    LOSSLESS: lambda a: imagecodecs.jpeg8_encode(_unsigned(a), lossless=True, predictor=4, **_rgb(a)),
    LOSSLESS_SV1: lambda a: imagecodecs.jpeg8_encode(_unsigned(a), lossless=True, predictor=1, **_rgb(a)),
    JPEG_LS: lambda a: imagecodecs.jpegls_encode(_unsigned(a)),
    J2K: lambda a: imagecodecs.jpeg2k_encode(a, level=0, codecformat="j2k"),
    HTJ2K: lambda a: imagecodecs.htj2k_encode(a),
    JXL_LOSSLESS: lambda a: imagecodecs.jpegxl_encode(_unsigned(a), lossless=True),
    RLE: _rle,
    DEFLATED: _deflate,
    UNCOMPRESSED: lambda a: a.tobytes(),
}


def _rgb(array):
    return {"colorspace": "RGB", "outcolorspace": "RGB"} if array.ndim == 3 else {}


def _images(smooth, colors):
    return {
        "gray 8": (smooth >> 4).astype("u1"),
        "gray 12 in 16": smooth,
        "gray 16": (smooth << 4).astype("<u2"),
        "signed 16": (smooth.astype("<i4") * 16 - 32768).astype("<i2"),
        "signed 8": (smooth >> 4).astype("u1").view("i1"),
        "color": colors,
    }


@pytest.mark.parametrize("syntax", ENCODERS)
@pytest.mark.parametrize("kind", ["gray 8", "gray 12 in 16", "gray 16", "signed 16", "signed 8", "color"])
@pytest.mark.parametrize("frames", [1, 3])
def test_lossless_frames_come_back_as_they_were(
    make_data_set, encapsulate, smooth, colors, syntax, kind, frames
) -> None:
    first = _images(smooth, colors)[kind]
    images = [first, first[::-1].copy(), first[:, ::-1].copy()][:frames]
    stored = {"BitsStored": 12} if kind == "gray 12 in 16" else {}
    data = encapsulate([ENCODERS[syntax](image) for image in images], table=frames > 1)
    ds = make_data_set(data, first, transfer_syntax=syntax, NumberOfFrames=frames, **stored)
    array = pixel_array(ds)
    assert array.dtype == first.dtype
    assert array.flags.writeable
    assert np.array_equal(array, first if frames == 1 else np.stack(images))
    assert np.array_equal(decode_frame(ds, frames - 1), images[-1])
    assert [frame.tolist() for frame in iter_frames(ds)] == [image.tolist() for image in images]


@pytest.mark.parametrize("syntax", [LOSSLESS_SV1, JPEG_LS, J2K, RLE])
@pytest.mark.parametrize("kind", ["gray 8", "gray 12 in 16", "signed 16", "color"])
def test_lossless_frames_are_pydicom_s(make_data_set, encapsulate, smooth, colors, syntax, kind) -> None:
    image = _images(smooth, colors)[kind]
    ds = make_data_set(encapsulate([ENCODERS[syntax](image)]), image, transfer_syntax=syntax)
    assert np.array_equal(pixel_array(ds), ds.pixel_array)


@pytest.mark.parametrize("syntax", [JPEG_LS, LOSSLESS_SV1, RLE, JXL_LOSSLESS])
def test_the_sign_is_extended_from_bits_stored(make_data_set, encapsulate, smooth, syntax) -> None:
    signed = smooth.astype("<i2") - 2048
    ds = make_data_set(
        encapsulate([ENCODERS[syntax](signed.view("u2") & 0xFFF)]), signed, transfer_syntax=syntax, BitsStored=12
    )
    assert np.array_equal(pixel_array(ds), signed)


@pytest.mark.parametrize("signed", [False, True])
def test_jpeg_2000_of_the_other_sign_keeps_its_bits(make_data_set, encapsulate, smooth, signed) -> None:
    values = smooth.astype("<i2") - 2048
    stream = values if signed else values.view("u2") & 0xFFF
    frame = imagecodecs.jpeg2k_encode(stream, level=0, codecformat="j2k", bitspersample=12)
    for representation in (0, 1):
        ds = make_data_set(
            encapsulate([frame]), smooth, transfer_syntax=J2K, BitsStored=12, PixelRepresentation=representation
        )
        if signed == representation:
            array = pixel_array(ds)
        else:
            with pytest.warns(UserWarning, match="codestream-sign"):
                array = pixel_array(ds)
        assert np.array_equal(array, values if representation else values.view("u2") & 0xFFF)
        assert np.array_equal(array, ds.pixel_array)


def test_a_jp2_wrapper_is_left_out(make_data_set, encapsulate, smooth) -> None:
    frame = imagecodecs.jpeg2k_encode(smooth, level=0, codecformat="jp2")
    assert np.array_equal(pixel_array(make_data_set(encapsulate([frame]), smooth, transfer_syntax=J2K)), smooth)


@pytest.mark.parametrize(("syntax", "bits"), [(JPEG, 8), (JPEG_12, 12)])
def test_dct_is_within_one_of_the_reference(make_data_set, encapsulate, smooth, syntax, bits) -> None:
    image = (smooth >> 4).astype("u1") if bits == 8 else smooth
    frame = imagecodecs.jpeg8_encode(image, level=90, bitspersample=bits)
    ds = make_data_set(encapsulate([frame]), image, transfer_syntax=syntax, BitsStored=bits)
    array = pixel_array(ds)
    assert np.abs(array.astype(int) - image).max() <= (12 if bits == 8 else 200)
    assert np.array_equal(array, imagecodecs.jpeg8_decode(frame))


@pytest.mark.parametrize("interpretation", ["RGB", "YBR_FULL", "YBR_FULL_422"])
@pytest.mark.parametrize("stored", ["RGB", "YCBCR"])
@pytest.mark.parametrize("subsampling", ["444", "422", "420"])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_jpeg_color_is_pydicom_s(make_data_set, encapsulate, colors, interpretation, stored, subsampling) -> None:
    sampling = {"subsampling": subsampling} if stored == "YCBCR" else {}
    frame = imagecodecs.jpeg8_encode(colors, level=95, colorspace="RGB", outcolorspace=stored, **sampling)
    ds = make_data_set(encapsulate([frame]), colors, transfer_syntax=JPEG, PhotometricInterpretation=interpretation)
    array = pixel_array(ds).astype(int)
    assert np.abs(array - ds.pixel_array).max() <= 1
    assert np.abs(array - colors).mean() < 3


@pytest.mark.parametrize("syntax", [RLE, JPEG_LS, J2K, DEFLATED, UNCOMPRESSED, HTJ2K])
def test_ybr_full_is_given_as_rgb_by_every_codec(make_data_set, encapsulate, colors, syntax) -> None:
    native = make_data_set(colors.tobytes(), colors, PhotometricInterpretation="YBR_FULL")
    frame = imagecodecs.jpeg2k_encode(colors, level=0, codecformat="j2k", mct=False)
    data = encapsulate([frame if syntax == J2K else ENCODERS[syntax](colors)])
    ds = make_data_set(data, colors, transfer_syntax=syntax, PhotometricInterpretation="YBR_FULL")
    assert np.array_equal(pixel_array(ds), native.pixel_array)


def test_jpeg_xl_gives_the_jpeg_back(make_data_set, encapsulate, colors) -> None:
    jpeg = imagecodecs.jpeg8_encode(colors, level=90, colorspace="RGB", outcolorspace="YCBCR", subsampling="422")
    frame = imagecodecs.jpegxl_encode_jpeg(jpeg)
    expected = pixel_array(
        make_data_set(encapsulate([jpeg]), colors, transfer_syntax=JPEG, PhotometricInterpretation="YBR_FULL_422")
    )
    ds = make_data_set(encapsulate([frame]), colors, transfer_syntax=JXL_JPEG, PhotometricInterpretation="YBR_FULL_422")
    assert np.array_equal(pixel_array(ds), expected)


@pytest.mark.parametrize("container", [False, True])
def test_lossy_jpeg_xl_is_near(make_data_set, encapsulate, colors, container) -> None:
    frame = imagecodecs.jpegxl_encode(colors, level=95, usecontainer=container)
    ds = make_data_set(encapsulate([frame]), colors, transfer_syntax=JXL)
    assert np.abs(pixel_array(ds).astype(int) - colors).mean() < 3


def test_one_bit_frames_are_unpacked_each_on_its_own(make_data_set, encapsulate) -> None:
    bits = np.random.default_rng(3).integers(0, 2, (2, 3, 5)).astype("u1")
    packed = [np.packbits(frame, bitorder="little").tobytes() for frame in bits]
    for syntax, encode in (
        (UNCOMPRESSED, lambda data: data),
        (DEFLATED, lambda data: _deflate(np.frombuffer(data, "u1"))),
    ):
        data = encapsulate([encode(frame) for frame in packed])
        ds = make_data_set(data, bits[0], transfer_syntax=syntax, BitsAllocated=1, NumberOfFrames=2)
        assert np.array_equal(pixel_array(ds), bits)


@pytest.mark.parametrize("syntax", [LOSSLESS_SV1, JPEG_LS, J2K, JXL_LOSSLESS])
def test_a_stream_of_fewer_bits_is_widened(make_data_set, encapsulate, smooth, syntax) -> None:
    narrow = (smooth >> 4).astype("u1")
    ds = make_data_set(encapsulate([ENCODERS[syntax](narrow)]), smooth, transfer_syntax=syntax, BitsStored=8)
    array = pixel_array(ds)
    assert array.dtype == np.dtype("<u2")
    assert np.array_equal(array, narrow)


@pytest.mark.parametrize("syntax", [LOSSLESS_SV1, JPEG_LS, J2K, HTJ2K, JXL_LOSSLESS])
def test_a_stream_that_disagrees_with_the_data_set_is_refused(make_data_set, encapsulate, smooth, syntax) -> None:
    data = encapsulate([ENCODERS[syntax](smooth)])
    for wrong in ({"Rows": 40, "Columns": 48}, {"Rows": 47}, {"BitsAllocated": 8}):
        with pytest.raises(CodecError):
            pixel_array(make_data_set(data, smooth, transfer_syntax=syntax, **wrong))
    ds = make_data_set(data, smooth, transfer_syntax=syntax, SamplesPerPixel=3, PlanarConfiguration=0)
    with pytest.raises(CodecError):
        pixel_array(ds)


@pytest.mark.parametrize("syntax", [JPEG, LOSSLESS_SV1, JPEG_LS, J2K, HTJ2K, JXL_LOSSLESS])
def test_another_codestream_than_the_syntax_says_is_refused(make_data_set, encapsulate, smooth, syntax) -> None:
    other = JPEG_LS if syntax != JPEG_LS else J2K
    ds = make_data_set(encapsulate([ENCODERS[other](smooth)]), smooth, transfer_syntax=syntax)
    with pytest.raises(CodecError, match="codestream in the transfer syntax"):
        pixel_array(ds)


@pytest.mark.parametrize("syntax", ENCODERS)
@pytest.mark.parametrize("cut", [0, 1, 30, 0.5, -3])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_frame_that_was_cut_ends_in_an_error_or_an_array(make_data_set, encapsulate, smooth, syntax, cut) -> None:
    frame = ENCODERS[syntax](smooth)
    end = int(len(frame) * cut) if isinstance(cut, float) else cut % len(frame)
    ds = make_data_set(encapsulate([frame[:end] or b"\0\0"]), smooth, transfer_syntax=syntax)
    try:
        array = pixel_array(ds)
    except (PixelError, LimitError):
        return
    assert array.shape == smooth.shape


@pytest.mark.parametrize(
    ("syntax", "words"),
    [
        (PREFIX + "4.100", "video"),
        (PREFIX + "4.107", "video"),
        (PREFIX + "4.94", "JPIP"),
        (PREFIX + "4.205", "JPIP"),
        ("1.2.3.4", "isn't a known one"),
    ],
)
def test_a_syntax_without_a_decoder_is_named(make_data_set, encapsulate, syntax, words) -> None:
    ds = make_data_set(encapsulate([b"\0\0"]), transfer_syntax=syntax)
    with pytest.raises(CodecError, match=words) as caught:
        pixel_array(ds)
    assert syntax in str(caught.value)
    # What pydicom raises, so that programs that were written for it catch it.
    assert isinstance(caught.value, NotImplementedError)


@pytest.mark.parametrize("syntax", [PREFIX + "4.92", PREFIX + "4.93"])
def test_part_2_of_jpeg_2000_is_decoded_where_it_is_part_1(make_data_set, encapsulate, smooth, syntax) -> None:
    frame = ENCODERS[J2K](smooth)
    assert np.array_equal(pixel_array(make_data_set(encapsulate([frame]), smooth, transfer_syntax=syntax)), smooth)
    coding = frame.index(b"\xff\x52")
    for marker in (b"\xff\x74", b"\xff\x75", b"\xff\x77", b"\xff\x78"):
        transformed = frame[:coding] + marker + b"\0\x04\0\0" + frame[coding:]
        ds = make_data_set(encapsulate([transformed]), smooth, transfer_syntax=syntax)
        with pytest.raises(CodecError, match="multi-component transformation"):
            pixel_array(ds)


def test_every_decoder_of_the_table_was_tried() -> None:
    tried = {
        PREFIX + "4.92",
        JPEG,
        JPEG_12,
        LOSSLESS,
        LOSSLESS_SV1,
        JPEG_LS,
        J2K,
        J2K_LOSSY,
        HTJ2K,
        RLE,
        JXL_LOSSLESS,
        JXL_JPEG,
        JXL,
    }
    functions = {decoder for syntax, (_, decoder) in CODECS.items() if syntax in tried | {DEFLATED, UNCOMPRESSED}}
    assert functions == {decoder for _, decoder in CODECS.values()}


def test_an_array_out_of_proportion_to_its_fragments_is_refused(make_data_set, encapsulate) -> None:
    frames = encapsulate([b"\xff\xd8\xff\xd9"] * 400)
    ds = make_data_set(frames, Rows=32768, Columns=32768, BitsAllocated=8, transfer_syntax=JPEG, NumberOfFrames=400)
    for decoding in (pixel_array, lambda ds: decode_frame(ds, 3), lambda ds: next(iter_frames(ds))):
        with pytest.raises(LimitError, match="4096:1"):
            decoding(ds)


def test_the_limit_on_expansion_is_a_ceiling_that_can_be_raised(make_data_set, encapsulate) -> None:
    blank = np.zeros((5000, 7000), "u1")
    frame = imagecodecs.jpegls_encode(blank)
    ratio = blank.nbytes / len(encapsulate([frame]))
    ds = make_data_set(encapsulate([frame]), blank, transfer_syntax=JPEG_LS)
    assert not pixel_array(ds, max_expansion=int(ratio) + 1).any()
    with pytest.raises(LimitError):
        pixel_array(ds, max_expansion=int(ratio))


def test_the_broken_frame_is_named(make_data_set, encapsulate, smooth) -> None:
    good = ENCODERS[JPEG_LS](smooth)
    ds = make_data_set(encapsulate([good, b"\0" * 40, good]), smooth, transfer_syntax=JPEG_LS, NumberOfFrames=3)
    with pytest.raises(CodecError, match="frame 1 of 3"):
        pixel_array(ds)
    assert np.array_equal(decode_frame(ds, 2), smooth)


def test_rle_segments_longer_than_the_frame_are_cut_and_told(make_data_set, encapsulate, smooth) -> None:
    data = encapsulate([_rle(smooth)])
    ds = make_data_set(data, smooth[:-1], transfer_syntax=RLE)
    with pytest.warns(UserWarning, match="rle-segment-overlong"):
        assert np.array_equal(pixel_array(ds), smooth[:-1])
    with pytest.raises(CodecError, match="an RLE segment of 1920 bytes; the frame has 1960 pixels"):
        pixel_array(make_data_set(data, smooth, transfer_syntax=RLE, Rows=49))
    with pytest.raises(CodecError, match="2 segments; the data set asks for 1"):
        pixel_array(make_data_set(data, smooth, transfer_syntax=RLE, BitsAllocated=8))


@pytest.mark.parametrize("predictor", range(1, 8))
def test_every_predictor_of_lossless_jpeg_is_decoded(make_data_set, encapsulate, smooth, predictor) -> None:
    image = (smooth >> 4).astype("u1")
    frame = imagecodecs.jpeg8_encode(image, lossless=True, predictor=predictor)
    assert np.array_equal(pixel_array(make_data_set(encapsulate([frame]), image, transfer_syntax=LOSSLESS)), image)


@pytest.mark.parametrize("syntax", [JPEG_LS, J2K, RLE])
def test_frames_decoded_in_threads_are_the_same(make_data_set, encapsulate, smooth, syntax, monkeypatch) -> None:
    monkeypatch.setattr(frame_decoder, "_PARALLEL_BYTES", 0)
    images = np.stack([np.roll(smooth, n, 1) for n in range(16)])
    data = encapsulate([ENCODERS[syntax](image) for image in images], table=True)
    ds = make_data_set(data, smooth, transfer_syntax=syntax, NumberOfFrames=16)
    assert np.array_equal(pixel_array(ds, workers=4), images)
    assert np.array_equal(pixel_array(ds, workers=1), images)
    broken = encapsulate(
        [ENCODERS[syntax](image) if n not in (9, 10) else b"\0" * 80 for n, image in enumerate(images)]
    )
    running = threading.active_count()
    with pytest.raises(CodecError, match="frame 9 of 16"):
        pixel_array(make_data_set(broken, smooth, transfer_syntax=syntax, NumberOfFrames=16), workers=4)
    assert threading.active_count() == running


def test_without_more_threads_the_calling_one_decodes(make_data_set, encapsulate, smooth, monkeypatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(frame_decoder, "_PARALLEL_BYTES", 0)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    data = encapsulate([ENCODERS[RLE](smooth)] * 3)
    ds = make_data_set(data, smooth, transfer_syntax=RLE, NumberOfFrames=3)
    assert np.array_equal(pixel_array(ds, workers=4), np.stack([smooth] * 3))


def test_a_transfer_syntax_that_is_no_uid_is_not_repeated():
    with pytest.raises(TransferSyntaxError, match=r"transfer syntax 1\.2\.3, "):
        codecs.decoder_of("1.2.3")
    with pytest.raises(TransferSyntaxError) as raised:
        codecs.decoder_of("Secret^Name")
    assert "Secret" not in str(raised.value)
