"""Every encoder over every number of bits, signed, in colour, and in odd sizes: what was given comes back."""

from __future__ import annotations

from typing import Any

import imagecodecs
import numpy as np
import pytest

from dicom import _core
from dicom.errors import CodecError, PixelError
from dicom.pixels import pixel_array
from dicom.pixels.codecs import (
    EncodeOptions,
    check_profile,
    decoder_of,
    encode_frame,
    recompress_jpeg,
    resolve,
    restore_jpeg,
)
from dicom.pixels.codecs.rate import psnr_of
from tests.pixels.conftest import _encapsulate, _make_data_set
from tests.pixels.test_encode import decoded_by_pydicom, described

LOSSLESS = [
    "encapsulated-uncompressed",
    "deflated-frame",
    "rle",
    "jpeg-lossless",
    "jpeg-lossless-sv1",
    "jpeg-ls",
    "jpeg2000-lossless",
    "htj2k-lossless",
    "htj2k-lossless-rpcl",
    "jpegxl-lossless",
]
BY_PYDICOM = LOSSLESS[2:-1]


def noise_of(bits: int, *, is_signed: bool = False, shape: tuple[int, ...] = (19, 23)) -> np.ndarray[Any, Any]:
    """Noise over the whole range of so many bits, its ends included, in the smallest type."""
    rng = np.random.default_rng(bits + 100 * len(shape))
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1)) if is_signed else (0, 2**bits)
    frame = rng.integers(low, high, shape)
    frame.ravel()[: frame.size // 3] = low
    frame.ravel()[-1] = high - 1
    return frame.astype(f"<{'i' if is_signed else 'u'}{1 if bits <= 8 else 2 if bits <= 16 else 4}")


def decoded(encoded: bytes, description: Any) -> np.ndarray[Any, Any]:
    slot = np.empty(description.frame_shape, description.dtype)
    decoder_of(description.transfer_syntax)(encoded, description, slot, 1)
    return slot


@pytest.mark.parametrize(
    # JPEG-LS takes 2 bits at least (PS3.5 8.2.3).
    ("alias", "bits"),
    [(alias, bits) for alias in LOSSLESS for bits in range(2 if alias == "jpeg-ls" else 1, 17)],
)
@pytest.mark.parametrize("is_signed", [False, True])
def test_every_number_of_bits_comes_back(alias: str, bits: int, is_signed: bool) -> None:
    frame = noise_of(bits, is_signed=is_signed)
    description = described(frame, bits, resolve(alias))
    check_profile(description)
    encoded = encode_frame(frame, description)
    assert np.array_equal(decoded(encoded, description), frame)
    ds = _make_data_set(
        _encapsulate([encoded]), frame, transfer_syntax=description.transfer_syntax, vr="OB", BitsStored=bits
    )
    assert np.array_equal(pixel_array(ds), frame)


@pytest.mark.parametrize("alias", BY_PYDICOM)
@pytest.mark.parametrize("is_signed", [False, True])
@pytest.mark.parametrize("bits", [8, 10, 12, 15, 16])
def test_pydicom_reads_every_lossless_codestream(alias: str, bits: int, is_signed: bool) -> None:
    frame = noise_of(bits, is_signed=is_signed)
    syntax = resolve(alias)
    encoded = encode_frame(frame, described(frame, bits, syntax))
    assert np.array_equal(decoded_by_pydicom(encoded, frame, bits, syntax), frame)


@pytest.mark.parametrize("alias", LOSSLESS)
@pytest.mark.parametrize("bits", [8, 12, 16])
def test_colours_come_back(alias: str, bits: int) -> None:
    frame = noise_of(bits, shape=(17, 21, 3))
    description = described(frame, bits, resolve(alias))
    check_profile(description)
    encoded = encode_frame(frame, description)
    assert np.array_equal(decoded(encoded, description), frame)
    if alias in BY_PYDICOM:
        assert np.array_equal(decoded_by_pydicom(encoded, frame, bits, description.transfer_syntax), frame)


@pytest.mark.parametrize("alias", LOSSLESS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 77), (77, 1), (2, 513), (31, 257), (300, 310)])
def test_every_size_comes_back(alias: str, shape: tuple[int, ...]) -> None:
    for frame in (noise_of(16, shape=shape), noise_of(8, shape=shape), noise_of(8, shape=(*shape, 3))):
        description = described(frame, frame.itemsize * 8, resolve(alias))
        assert np.array_equal(decoded(encode_frame(frame, description), description), frame)


@pytest.mark.parametrize("alias", ["jpeg2000-lossless", "htj2k-lossless", "htj2k-lossless-rpcl"])
@pytest.mark.parametrize("bits", [8, 11, 16])
def test_the_reversible_transformation_of_colours_is_pydicom_s(alias: str, bits: int) -> None:
    frame = noise_of(bits, shape=(40, 33, 3))
    syntax = resolve(alias)
    encoded = encode_frame(frame, described(frame, bits, syntax, "YBR_RCT"))
    theirs = decoded_by_pydicom(encoded, frame, bits, syntax, PhotometricInterpretation="YBR_RCT")
    assert np.array_equal(theirs, frame)


@pytest.mark.parametrize("alias", ["htj2k-lossless", "encapsulated-uncompressed", "deflated-frame"])
def test_samples_of_32_bits_come_back(alias: str) -> None:
    for frame in (noise_of(32), noise_of(24), noise_of(32, is_signed=True)):
        description = described(frame, 32, resolve(alias))
        assert np.array_equal(decoded(encode_frame(frame, description), description), frame)


@pytest.mark.parametrize("alias", ["jpeg-lossless", "jpegxl-lossless", "jpeg-ls", "jpeg2000-lossless"])
def test_what_a_codec_cannot_hold_is_refused(alias: str) -> None:
    frame = noise_of(32)
    with pytest.raises(PixelError):
        encode_frame(frame, described(frame, 32, resolve(alias)))


def test_jpeg_2000_keeps_24_bits_and_says_so_beyond() -> None:
    lossless, lossy = resolve("jpeg2000-lossless"), resolve("jpeg2000")
    for bits, is_signed, shape, interpretation in (
        (24, False, (19, 23), "MONOCHROME2"),
        (24, True, (19, 23), "MONOCHROME2"),
        (24, False, (19, 23, 3), "RGB"),
        (23, False, (19, 23, 3), "YBR_RCT"),
    ):
        frame = noise_of(bits, is_signed=is_signed, shape=shape)
        description = described(frame, bits, lossless, interpretation)
        assert np.array_equal(decoded(encode_frame(frame, description), description), frame)
        frame = noise_of(bits + 1, is_signed=is_signed, shape=shape)
        with pytest.raises(PixelError, match=f"at most {bits} bits here, not {bits + 1}") as caught:
            encode_frame(frame, described(frame, bits + 1, lossless, interpretation))
        assert caught.value.tag == 0x00280101
    ramp = np.linspace(0, 2**23 - 1, 40 * 50).astype("<u4").reshape(40, 50)
    description = described(ramp, 23, lossy)
    encoded = encode_frame(ramp, description, EncodeOptions(psnr=80))
    assert psnr_of(ramp, decoded(encoded, description), 23) > 79
    with pytest.raises(PixelError, match="at most 23 bits here, not 24"):
        encode_frame(ramp, described(ramp, 24, lossy), EncodeOptions(psnr=80))


@pytest.mark.parametrize("options", [EncodeOptions(psnr=60), EncodeOptions(ratio=3), EncodeOptions(quality=90)])
def test_lossy_htj2k_of_more_than_16_bits_is_refused(options: EncodeOptions) -> None:
    frame = noise_of(17)
    with pytest.raises(PixelError, match="at most 16 bits, not 32") as caught:
        encode_frame(frame, described(frame, 17, resolve("htj2k")), options)
    assert caught.value.tag == 0x00280100


@pytest.mark.parametrize("is_signed", [False, True])
def test_irreversible_htj2k_of_32_bits_is_decoded_and_clipped(is_signed: bool) -> None:
    # Squares from black to white: irreversible wavelets overshoot both.
    low, high = (-(2**31), 2**31 - 1) if is_signed else (0, 2**32 - 1)
    rows, columns = np.mgrid[:64, :64]
    frame = np.where((rows // 8 + columns // 8) % 2, low, high).astype("<i4" if is_signed else "<u4")
    stream = imagecodecs.htj2k_encode(frame, level=2.0**-12, reversible=False, planar=False)
    array = decoded(stream, described(frame, 32, resolve("htj2k")))
    assert np.abs(array.astype(float) - frame).max() < 2**21


@pytest.mark.parametrize(("alias", "bits"), [("jpeg2000-lossless", 32), ("jpeg2000", 38), ("htj2k-lossless", 33)])
def test_codestreams_of_more_bits_than_the_codec_holds_are_refused(alias: str, bits: int) -> None:
    frame = noise_of(24)
    encode = imagecodecs.htj2k_encode if alias.startswith("htj2k") else imagecodecs.jpeg2k_encode
    stream = bytearray(encode(frame, reversible=True, **({} if "htj2k" in alias else {"codecformat": "j2k"})))
    stream[42] = bits - 1
    description = described(frame.astype("<u8"), 64, resolve(alias))
    with pytest.raises(CodecError, match=f"a codestream of {bits} bits a sample; at most 3[12] are decoded"):
        decoded(bytes(stream), description)


@pytest.mark.parametrize("alias", ["encapsulated-uncompressed", "deflated-frame"])
@pytest.mark.parametrize("planar", [0, 1])
def test_native_frames_keep_their_planar_configuration(alias: str, planar: int) -> None:
    frame = noise_of(8, shape=(5, 7, 3))
    description = described(frame, 8, resolve(alias))
    description.planar_configuration = planar
    encoded = encode_frame(frame, description)
    assert np.array_equal(decoded(encoded, description), frame)
    if alias == "encapsulated-uncompressed":
        assert encoded == (np.moveaxis(frame, -1, 0) if planar else frame).tobytes()


@pytest.mark.parametrize("alias", ["encapsulated-uncompressed", "deflated-frame"])
def test_single_bits_are_packed(alias: str) -> None:
    frame = noise_of(1, shape=(5, 7))
    description = described(frame, 1, resolve(alias))
    description.bits_allocated = 1
    assert np.array_equal(decoded(encode_frame(frame, description), description), frame)


@pytest.mark.parametrize("predictor", range(1, 8))
@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("samples", [1, 3])
def test_every_predictor_is_read_by_others(predictor: int, bits: int, samples: int) -> None:
    frame = noise_of(bits, shape=(33, 41) if samples == 1 else (33, 41, 3))
    syntax = resolve("jpeg-lossless")
    encoded = encode_frame(frame, described(frame, bits, syntax), EncodeOptions(predictor=predictor))
    # The scan header names the predictor (ISO/IEC 10918-1 B.2.3).
    scan = encoded.index(b"\xff\xda")
    assert encoded[scan + 5 + 2 * encoded[scan + 4]] == predictor
    assert np.array_equal(decoded_by_pydicom(encoded, frame, bits, syntax), frame)
    assert np.array_equal(np.asarray(imagecodecs.jpegsof3_decode(encoded)), frame)


def test_selection_value_1_has_no_other_predictor() -> None:
    frame = noise_of(8)
    with pytest.raises(PixelError, match=r"4\.57"):
        encode_frame(frame, described(frame, 8, resolve("jpeg-lossless-sv1")), EncodeOptions(predictor=2))


def test_bits_above_those_stored_are_refused_by_codecs_with_a_precision() -> None:
    frame = noise_of(12) | np.uint16(0x4000)
    for alias in ("jpeg-lossless", "htj2k-lossless", "jpegxl-lossless", "jpeg2000-lossless"):
        with pytest.raises(CodecError, match="12 bits stored"):
            encode_frame(frame, described(frame, 12, resolve(alias)))
    for alias in ("deflated-frame", "encapsulated-uncompressed"):
        description = described(frame, 12, resolve(alias))
        encoded = encode_frame(frame, description)
        description.bits_stored = 16
        assert np.array_equal(decoded(encoded, description), frame)


@pytest.mark.parametrize("bits", [5, 12])
@pytest.mark.parametrize("is_signed", [False, True])
def test_high_throughput_codestreams_declare_bits_stored(bits: int, is_signed: bool) -> None:
    frame = noise_of(bits, is_signed=is_signed)
    header = _core.read_frame_header(encode_frame(frame, described(frame, bits, resolve("htj2k-lossless"))))
    assert (header.bits, header.is_signed) == (bits, is_signed)


@pytest.mark.parametrize("shape", [(64, 64), (65, 4100), (4200, 4100)])
def test_rpcl_codestreams_have_their_options(shape: tuple[int, int]) -> None:
    frame = np.zeros(shape, "u1")
    encoded = encode_frame(frame, described(frame, 8, resolve("htj2k-lossless-rpcl")))
    header = encoded[: encoded.index(b"\xff\x90")]
    coding = header.index(b"\xff\x52")
    assert header[coding + 5] == 2
    assert min(shape) / 2 ** header[coding + 9] <= 64
    assert b"\xff\x55" in header


def test_a_codestream_without_the_rpcl_options_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    real = imagecodecs.htj2k_encode
    frame = noise_of(8)
    monkeypatch.setattr(imagecodecs, "htj2k_encode", lambda data, **options: real(data, **{**options, "tlm": False}))
    encode_frame(frame, described(frame, 8, resolve("htj2k-lossless")))
    with pytest.raises(CodecError, match="RPCL"):
        encode_frame(frame, described(frame, 8, resolve("htj2k-lossless-rpcl")))


LOSSY = {"jpeg-baseline": 8, "jpeg-extended": 12, "jpeg2000": 12, "htj2k": 12, "jpegxl": 12}


@pytest.fixture
def large(smooth: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.tile(smooth, (4, 4))


def _of_bits(large: np.ndarray[Any, Any], bits: int) -> np.ndarray[Any, Any]:
    return (large >> 4).astype("u1") if bits == 8 else large


@pytest.mark.parametrize("alias", LOSSY)
@pytest.mark.parametrize("ratio", [3, 8, 20])
def test_a_ratio_is_met_and_nearly_used(alias: str, ratio: int, large: np.ndarray[Any, Any]) -> None:
    frame = _of_bits(large, LOSSY[alias])
    description = described(frame, LOSSY[alias], resolve(alias))
    check_profile(description)
    encoded = encode_frame(frame, description, EncodeOptions(ratio=[100, ratio]))
    assert len(encoded) <= frame.nbytes / ratio
    # HTJ2K's sizes lie further apart, and of libjpeg's there are a hundred.
    assert len(encoded) > 0.6 * frame.nbytes / ratio


@pytest.mark.parametrize("alias", LOSSY)
def test_a_noise_ratio_is_met(alias: str, large: np.ndarray[Any, Any]) -> None:
    bits = LOSSY[alias]
    frame = _of_bits(large, bits)
    description = described(frame, bits, resolve(alias))
    sizes = []
    for psnr in (34, 40, 46):
        encoded = encode_frame(frame, description, EncodeOptions(psnr=psnr))
        assert psnr_of(frame, decoded(encoded, description), bits) > psnr - 0.5
        sizes.append(len(encoded))
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("alias", LOSSY)
def test_a_higher_quality_takes_more_bytes_and_is_truer(alias: str, large: np.ndarray[Any, Any]) -> None:
    bits = LOSSY[alias]
    frame = _of_bits(large, bits)
    description = described(frame, bits, resolve(alias))
    found = [encode_frame(frame, description, EncodeOptions(quality=quality)) for quality in (20, 60, 95)]
    assert [len(encoded) for encoded in found] == sorted(len(encoded) for encoded in found)
    noise = [psnr_of(frame, decoded(encoded, description), bits) for encoded in found]
    assert noise == sorted(noise)
    if alias != "jpegxl":
        theirs = decoded_by_pydicom(found[-1], frame, bits, description.transfer_syntax).astype(int)
        assert np.abs(theirs - decoded(found[-1], description)).max() <= 1


@pytest.mark.parametrize("alias", [*LOSSY, "jpegxl-jpeg-recompression"])
def test_a_codec_that_loses_samples_asks_how_much(alias: str, large: np.ndarray[Any, Any]) -> None:
    frame = _of_bits(large, LOSSY.get(alias, 8))
    with pytest.raises(PixelError, match="has to say how much"):
        encode_frame(frame, described(frame, LOSSY.get(alias, 8), resolve(alias)))


@pytest.mark.parametrize("alias", LOSSLESS)
def test_a_lossless_codec_takes_no_quality(alias: str) -> None:
    frame = noise_of(8)
    with pytest.raises(PixelError, match="isn't an option of"):
        encode_frame(frame, described(frame, 8, resolve(alias)), EncodeOptions(quality=90))


@pytest.mark.parametrize(
    ("alias", "interpretation"),
    [
        ("jpeg-baseline", "RGB"),
        ("jpeg-baseline", "YBR_FULL_422"),
        ("jpeg2000", "YBR_ICT"),
        ("jpeg2000", "RGB"),
        ("htj2k", "YBR_ICT"),
        ("htj2k", "RGB"),
        ("jpegxl", "XYB"),
        ("jpegxl-jpeg-recompression", "YBR_FULL_422"),
    ],
)
def test_lossy_colours_are_near(alias: str, interpretation: str, colors: np.ndarray[Any, Any]) -> None:
    syntax = resolve(alias)
    description = described(colors, 8, syntax, interpretation)
    check_profile(description)
    encoded = encode_frame(colors, description, EncodeOptions(quality=95))
    ds = _make_data_set(
        _encapsulate([encoded]), colors, transfer_syntax=syntax, vr="OB", PhotometricInterpretation=interpretation
    )
    array = pixel_array(ds).astype(int)
    assert np.abs(array - colors).mean() < 3
    if not alias.startswith("jpegxl"):
        assert np.abs(array - ds.pixel_array).max() <= 1


def test_ybr_full_422_has_a_cb_and_a_cr_for_two_pixels(colors: np.ndarray[Any, Any]) -> None:
    def sampling(interpretation: str) -> list[int]:
        description = described(colors, 8, resolve("jpeg-baseline"), interpretation)
        encoded = encode_frame(colors, description, EncodeOptions(quality=90))
        at = encoded.index(b"\xff\xc0")
        return [encoded[at + 11 + 3 * component] for component in range(3)]

    assert sampling("YBR_FULL_422") == [0x21, 0x11, 0x11]
    assert sampling("RGB") == [0x11, 0x11, 0x11]


def test_a_jpeg_stream_is_recompressed_and_given_back(colors: np.ndarray[Any, Any]) -> None:
    stream = imagecodecs.jpeg8_encode(np.tile(colors, (4, 4, 1)), level=80, subsampling="420")
    packed = recompress_jpeg(stream + b"\0")
    assert len(packed) < len(stream)
    assert restore_jpeg(packed) == stream
    gray = imagecodecs.jpeg8_encode(colors[..., 0].copy(), level=80)
    assert restore_jpeg(recompress_jpeg(gray)) == gray
    for other in (
        imagecodecs.jpeg8_encode(noise_of(12), level=90, bitspersample=12),
        imagecodecs.jpeg8_encode(noise_of(8), lossless=True),
        b"no stream",
    ):
        with pytest.raises(CodecError):
            recompress_jpeg(other)
    with pytest.raises(CodecError):
        restore_jpeg(imagecodecs.jpegxl_encode(colors, lossless=True))


@pytest.mark.parametrize("alias", ["jpegxl-lossless", "deflated-frame"])
def test_effort_is_taken(alias: str, large: np.ndarray[Any, Any]) -> None:
    description = described(large, 12, resolve(alias))
    sizes = [len(encode_frame(large, description, EncodeOptions(effort=effort))) for effort in (1, 7)]
    assert sizes[1] < sizes[0]
