"""Frames are encoded so that they come back, for us and for pydicom, or they are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydicom.pixels.encoders.base import ENCODING_PROFILES as THEIR_PROFILES

import dicom
from dicom.errors import CodecError, PixelError, TransferSyntaxError
from dicom.pixels.codecs import (
    ENCODED,
    ENCODING_PROFILES,
    JPEG_2000,
    JPEG_2000_LOSSLESS,
    JPEG_LS_LOSSLESS,
    JPEG_LS_NEAR_LOSSLESS,
    RLE_LOSSLESS,
    EncodeOptions,
    check_profile,
    encode_frame,
)
from dicom.pixels.codecs.syntaxes import DEFLATED_FRAME, ENCAPSULATED_UNCOMPRESSED
from dicom.pixels.description import describe
from dicom.pixels.options import PixelOptions
from tests.pixels.conftest import _encapsulate, _make_data_set

LOSSLESS = (RLE_LOSSLESS, JPEG_LS_LOSSLESS, JPEG_2000_LOSSLESS)


def frame_of(dtype: str, bits: int, samples: int = 1, seed: int = 5) -> np.ndarray[Any, Any]:
    """A frame with smooth parts, runs and noise, over the whole range of its bits."""
    rng = np.random.default_rng(seed)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1)) if dtype[-2] == "i" else (0, 2**bits)
    shape = (37, 41) if samples == 1 else (37, 41, samples)
    frame = rng.integers(low, high, shape)
    frame[:20] = np.linspace(low, high - 1, 41).astype(int).reshape((41, 1) if samples > 1 else (41,))
    frame[:3] = low
    frame[3] = high - 1
    return frame.astype(dtype)


def described(frame: np.ndarray[Any, Any], bits: int, syntax: str, interpretation: str | None = None) -> Any:
    samples = 3 if frame.ndim == 3 else 1
    options = {
        "rows": frame.shape[0],
        "columns": frame.shape[1],
        "samples_per_pixel": samples,
        "bits_allocated": frame.dtype.itemsize * 8,
        "bits_stored": bits,
        "pixel_representation": int(frame.dtype.kind == "i"),
        "photometric_interpretation": interpretation or ("RGB" if samples == 3 else "MONOCHROME2"),
        "planar_configuration": 0,
    }
    return describe(PixelOptions(b"", syntax, options))


def decoded_by_pydicom(encoded: bytes, frame: np.ndarray[Any, Any], bits: int, syntax: str, **elements: Any) -> Any:
    ds = _make_data_set(
        _encapsulate([encoded]),
        frame,
        transfer_syntax=syntax,
        vr="OB",
        BitsStored=bits,
        PlanarConfiguration=0,
        **elements,
    )
    if frame.ndim == 2:
        del ds.PlanarConfiguration
    return ds.pixel_array


@pytest.mark.parametrize("syntax", LOSSLESS)
@pytest.mark.parametrize(
    ("dtype", "bits", "samples"),
    [
        ("<u1", 8, 1),
        ("<u1", 8, 3),
        ("<u1", 5, 1),
        ("<u2", 16, 1),
        ("<u2", 12, 1),
        ("<i2", 16, 1),
        ("<i2", 12, 1),
        ("<i1", 8, 1),
        ("<u2", 16, 3),
    ],
)
def test_a_frame_comes_back_whole(syntax: str, dtype: str, bits: int, samples: int) -> None:
    frame = frame_of(dtype, bits, samples)
    description = described(frame, bits, syntax)
    check_profile(description)
    encoded = encode_frame(frame, description)
    assert len(encoded) < frame.nbytes + 2000
    assert np.array_equal(decoded_by_pydicom(encoded, frame, bits, syntax), frame)


@pytest.mark.parametrize("frame", [np.zeros((1, 1), "u1"), np.zeros((300, 2), "u2"), np.full((2, 700), 65535, "u2")])
@pytest.mark.parametrize("syntax", [RLE_LOSSLESS, JPEG_2000_LOSSLESS])
def test_small_and_long_frames_come_back_whole(frame: Any, syntax: str) -> None:
    bits = frame.dtype.itemsize * 8
    encoded = encode_frame(frame, described(frame, bits, syntax))
    assert np.array_equal(decoded_by_pydicom(encoded, frame, bits, syntax), frame)


def test_a_big_endian_or_strided_array_is_encoded_as_any() -> None:
    frame = frame_of("<u2", 16)
    description = described(frame, 16, RLE_LOSSLESS)
    expected = encode_frame(frame, description)
    assert encode_frame(frame.astype(">u2"), description) == expected
    assert encode_frame(np.asfortranarray(frame), description) == expected


@pytest.mark.parametrize("error", [1, 3, 10])
@pytest.mark.parametrize(("dtype", "bits"), [("<u1", 8), ("<u2", 16)])
def test_near_lossless_is_off_by_no_more_than_is_allowed(error: int, dtype: str, bits: int) -> None:
    frame = frame_of(dtype, bits)
    encoded = encode_frame(frame, described(frame, bits, JPEG_LS_NEAR_LOSSLESS), EncodeOptions(max_error=error))
    decoded = decoded_by_pydicom(encoded, frame, bits, JPEG_LS_NEAR_LOSSLESS)
    off = np.abs(decoded.astype(int) - frame.astype(int)).max()
    assert 0 < off <= error
    assert len(encoded) < len(encode_frame(frame, described(frame, bits, JPEG_LS_LOSSLESS)))


def test_without_an_error_near_lossless_is_lossless() -> None:
    frame = frame_of("<u1", 8)
    encoded = encode_frame(frame, described(frame, 8, JPEG_LS_NEAR_LOSSLESS))
    assert np.array_equal(decoded_by_pydicom(encoded, frame, 8, JPEG_LS_NEAR_LOSSLESS), frame)


@pytest.mark.parametrize("ratio", [4, 10, 30])
def test_a_compression_ratio_is_met(ratio: float, smooth: np.ndarray[Any, Any]) -> None:
    large = np.tile(smooth, (4, 4))
    encoded = encode_frame(large, described(large, 12, JPEG_2000), EncodeOptions(ratio=[50, ratio]))
    assert 0.7 * large.nbytes / ratio < len(encoded) <= large.nbytes / ratio
    decoded = decoded_by_pydicom(encoded, large, 12, JPEG_2000)
    assert np.abs(decoded.astype(int) - large.astype(int)).mean() < 200


def test_more_noise_takes_fewer_bytes(smooth: np.ndarray[Any, Any]) -> None:
    description = described(smooth, 12, JPEG_2000)
    sizes = [len(encode_frame(smooth, description, EncodeOptions(psnr=[noise]))) for noise in (40, 60, 80)]
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize(("syntax", "interpretation"), [(JPEG_2000_LOSSLESS, "YBR_RCT"), (JPEG_2000, "YBR_ICT")])
def test_the_codec_transforms_colours(syntax: str, interpretation: str, colors: np.ndarray[Any, Any]) -> None:
    options = EncodeOptions(psnr=None if syntax == JPEG_2000_LOSSLESS else 60)
    description = described(colors, 8, syntax, interpretation)
    check_profile(description)
    encoded = encode_frame(colors, description, options)
    decoded = decoded_by_pydicom(encoded, colors, 8, syntax, PhotometricInterpretation=interpretation)
    limit = 0 if syntax == JPEG_2000_LOSSLESS else 6
    assert np.abs(decoded.astype(int) - colors.astype(int)).max() <= limit


def test_bits_above_those_stored_are_kept_or_refused() -> None:
    frame = frame_of("<u2", 12) | np.uint16(0x8000)
    for syntax in (RLE_LOSSLESS, JPEG_LS_LOSSLESS):
        encoded = encode_frame(frame, described(frame, 12, syntax))
        assert np.array_equal(decoded_by_pydicom(encoded, frame, 16, syntax), frame)
    with pytest.raises(CodecError, match="12 bits stored"):
        encode_frame(frame, described(frame, 12, JPEG_2000_LOSSLESS))


def test_a_sign_that_is_not_extended_is_understood() -> None:
    frame = frame_of("<i2", 12)
    encoded = encode_frame(frame & np.int16(0x0FFF), described(frame, 12, JPEG_2000_LOSSLESS))
    assert np.array_equal(decoded_by_pydicom(encoded, frame, 12, JPEG_2000_LOSSLESS), frame)


@pytest.mark.parametrize(
    ("syntax", "options", "message"),
    [
        (JPEG_LS_LOSSLESS, {"max_error": 1}, "allows no error"),
        (JPEG_LS_NEAR_LOSSLESS, {"max_error": 256}, "0 to 255"),
        (JPEG_LS_NEAR_LOSSLESS, {"max_error": -1}, "0 to 255"),
        (JPEG_2000, {}, "quality, ratio or psnr has to say"),
        (JPEG_2000, {"ratio": [2], "psnr": [50]}, "ratio and psnr can't be given together"),
        (JPEG_2000, {"ratio": [0.5]}, "1 or more"),
        (JPEG_2000, {"psnr": [0]}, "more than 0"),
    ],
)
def test_options_that_do_not_fit_are_refused(syntax: str, options: dict[str, Any], message: str) -> None:
    frame = frame_of("<u1", 8)
    with pytest.raises(PixelError, match=message):
        encode_frame(frame, described(frame, 8, syntax), EncodeOptions(**options))


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.1", "1.2.3", "a name"])
def test_a_transfer_syntax_that_is_not_encoded_is_refused(syntax: str) -> None:
    frame = frame_of("<u1", 8)
    with pytest.raises(TransferSyntaxError) as caught:
        encode_frame(frame, described(frame, 8, syntax))
    assert "a name" not in str(caught.value)
    with pytest.raises(NotImplementedError):
        check_profile(described(frame, 8, syntax))


def test_a_codestream_that_does_not_give_the_frame_back_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    import imagecodecs

    frame, other = frame_of("<u1", 8), frame_of("<u1", 8, seed=6)
    real = imagecodecs.jpegls_encode
    monkeypatch.setattr(imagecodecs, "jpegls_encode", lambda _, **options: real(other, **options))
    with pytest.raises(CodecError, match="doesn't give the frame back"):
        encode_frame(frame, described(frame, 8, JPEG_LS_LOSSLESS))


def test_the_error_of_a_codec_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    import imagecodecs

    def fails(*_: Any, **__: Any) -> bytes:
        raise RuntimeError("no")

    monkeypatch.setattr(imagecodecs, "jpeg2k_encode", fails)
    frame = frame_of("<u1", 8)
    with pytest.raises(CodecError, match="RuntimeError"):
        encode_frame(frame, described(frame, 8, JPEG_2000_LOSSLESS))


def test_the_profiles_are_pydicom_s() -> None:
    def plain(profiles: Any) -> Any:
        return {
            str(syntax): sorted((name, samples, *map(tuple, rest)) for name, samples, *rest in rows)
            for syntax, rows in profiles.items()
        }

    ours, theirs = plain(ENCODING_PROFILES), plain(THEIR_PROFILES)
    # Bits Allocated 1, which PS3.5 table 8.2.4-1 has since 2024; theirs is of an earlier edition.
    lossless = JPEG_2000_LOSSLESS
    ours[lossless] = [(*row[:3], row[3][1:] if row[3][0] == 1 else row[3], row[4]) for row in ours[lossless]]
    assert {syntax: ours[syntax] for syntax in theirs} == theirs
    assert set(ENCODED) - set(ENCODING_PROFILES) == {DEFLATED_FRAME, ENCAPSULATED_UNCOMPRESSED}


def test_frames_that_the_standard_does_not_allow_are_refused() -> None:
    frame = frame_of("<u1", 8)
    for syntax in ENCODING_PROFILES:
        with pytest.raises(PixelError, match=r"PS3\.5 8\.2"):
            check_profile(described(frame, 8, syntax, "HSV"))


@pytest.mark.parametrize(("frames", "threads"), [(1, 3), (2, 1)])
@pytest.mark.parametrize("transcodes", [False, True])
def test_the_codec_has_the_threads_when_there_is_one_frame(frames, threads, transcodes, monkeypatch):
    import imagecodecs

    used: list[tuple[str, int]] = []
    for name in ("jpeg2k_encode", "jpeg2k_decode"):
        codec = getattr(imagecodecs, name)

        def spy(*arguments: Any, name: str = name, codec: Any = codec, **options: Any) -> Any:
            used.append((name, options["numthreads"]))
            return codec(*arguments, **options)

        monkeypatch.setattr(imagecodecs, name, spy)
    pixels = np.stack([frame_of("<u2", 12, seed=seed) for seed in range(frames)])
    ds = dicom.Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    ds.set_pixel_data(pixels if frames > 1 else pixels[0], "MONOCHROME2", 12)
    if transcodes:
        ds.transcode(JPEG_2000_LOSSLESS, workers=3)
    else:
        ds.compress(JPEG_2000_LOSSLESS, pixels if frames > 1 else pixels[0], workers=3)
    assert sorted(used) == [("jpeg2k_decode", threads)] * frames + [("jpeg2k_encode", threads)] * frames
    assert np.array_equal(ds.pixel_array, pixels if frames > 1 else pixels[0])
