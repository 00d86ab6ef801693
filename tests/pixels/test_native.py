"""Frames without compression: types, bits, byte order, planes, lengths."""

from __future__ import annotations

import gc

import numpy as np
import pytest

import dicom
from dicom import _core
from dicom.errors import FileChangedError, LimitError, PixelError
from dicom.pixels import decode_frame, describe, frame_decoder, iter_frames, pixel_array
from dicom.pixels.source import open_source

LITTLE = "1.2.840.10008.1.2.1"
BIG = "1.2.840.10008.1.2.2"
RAW = bytes(range(1, 250))


@pytest.mark.parametrize("syntax", [LITTLE, BIG])
@pytest.mark.parametrize("vr", ["OB", "OW"])
@pytest.mark.parametrize("bits", [8, 16, 32, 64])
@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("frames", [1, 3])
@pytest.mark.filterwarnings("ignore:big-endian-words")
def test_integers_are_pydicom_s(make_data_set, syntax, vr, bits, sign, frames) -> None:
    ds = make_data_set(
        RAW[: frames * 6 * bits // 8], transfer_syntax=syntax, vr=vr, BitsAllocated=bits, PixelRepresentation=sign
    )
    ds.NumberOfFrames = frames
    array, expected = pixel_array(ds), ds.pixel_array
    assert (array.shape, array.dtype) == (expected.shape, expected.dtype)
    assert np.array_equal(array, expected)


@pytest.mark.parametrize("syntax", [LITTLE, BIG])
@pytest.mark.parametrize(("keyword", "code"), [("FloatPixelData", "f4"), ("DoubleFloatPixelData", "f8")])
def test_floating_point_samples_keep_their_values(make_data_set, syntax, keyword, code) -> None:
    values = np.array([[0, 1.5, -2], [np.inf, 1e-30, 7]], (">" if syntax == BIG else "<") + code)
    ds = make_data_set(
        values.tobytes(), transfer_syntax=syntax, keyword=keyword, BitsAllocated=values.itemsize * 8, BitsStored=None,
        HighBit=None, PixelRepresentation=None,
    )  # fmt: skip
    array = pixel_array(ds)
    assert array.dtype == ds.pixel_array.dtype
    assert array.tobytes() == values.tobytes()


@pytest.mark.parametrize("syntax", [LITTLE, BIG])
@pytest.mark.parametrize("sign", [0, 1])
def test_bits_above_bits_stored_follow_the_sign(make_data_set, syntax, sign) -> None:
    words = np.array([0x0800, 0x0FFF, 0xF7FF, 0x07FF, 0x1801, 0xFFFF], ">u2" if syntax == BIG else "<u2")
    ds = make_data_set(words.tobytes(), transfer_syntax=syntax, BitsStored=12, PixelRepresentation=sign)
    expected = [-2048, -1, 2047, 2047, -2047, -1] if sign else [2048, 4095, 2047, 2047, 2049, 4095]
    assert pixel_array(ds).ravel().tolist() == expected
    assert np.array_equal(ds.pixel_array, pixel_array(ds))


@pytest.mark.parametrize("frames", [1, 2, 3, 7])
@pytest.mark.parametrize("syntax", [LITTLE, BIG])
def test_one_bit_frames_follow_each_other_without_padding(make_data_set, frames, syntax) -> None:
    bits = np.random.default_rng(frames).integers(0, 2, (frames, 3, 5)).astype("u1")
    packed = np.packbits(bits, bitorder="little").tobytes()
    packed += b"\0" * (len(packed) % 2)
    # In bytes: bits in big endian words, which pydicom reads as bytes too, are held against the others (references).
    ds = make_data_set(
        packed, transfer_syntax=syntax, vr="OB", Rows=3, Columns=5, BitsAllocated=1, NumberOfFrames=frames
    )
    assert np.array_equal(pixel_array(ds), bits[0] if frames == 1 else bits)
    assert np.array_equal(pixel_array(ds), ds.pixel_array)
    assert all(np.array_equal(decode_frame(ds, n), bits[n]) for n in range(frames))


@pytest.mark.parametrize("planar", [0, 1])
@pytest.mark.parametrize("bits", [1, 8, 16, 32])
@pytest.mark.parametrize("syntax", [LITTLE, BIG])
@pytest.mark.filterwarnings("ignore:big-endian-words")
def test_planes_are_given_by_pixel(make_data_set, planar, bits, syntax) -> None:
    data = (RAW * 3)[: 2 * 4 * 6 * 3 * bits // 8]
    ds = make_data_set(
        data, transfer_syntax=syntax, vr="OB" if bits == 1 else "OW", Rows=4, Columns=6, SamplesPerPixel=3,
        PhotometricInterpretation="RGB", PlanarConfiguration=planar, BitsAllocated=bits, NumberOfFrames=2,
    )  # fmt: skip
    array = pixel_array(ds)
    assert array.shape == (2, 4, 6, 3)
    assert array.flags.c_contiguous
    assert np.array_equal(array, ds.pixel_array)
    assert np.array_equal(decode_frame(ds, 1), array[1])


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_big_endian_words_of_bytes_are_swapped_across_frames(make_data_set, frames) -> None:
    data = RAW[: 9 * frames + 9 * frames % 2]
    ds = make_data_set(data, transfer_syntax=BIG, vr="OW", Rows=3, Columns=3, BitsAllocated=8, NumberOfFrames=frames)
    assert np.array_equal(pixel_array(ds), ds.pixel_array)
    assert pixel_array(ds).ravel()[:4].tolist() == [2, 1, 4, 3]


@pytest.mark.parametrize("dtype", ["u4", "i4", "u8"])
@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 3)])
@pytest.mark.parametrize("planar", [0, 1])
def test_wide_samples_in_big_endian_words_are_read_either_way_and_noted(make_data_set, dtype, shape, planar) -> None:
    values = np.frombuffer(RAW * 4, f"<{dtype}", int(np.prod(shape))).reshape(shape)
    lying = np.moveaxis(values, -1, 0) if planar and len(shape) == 3 else values
    # What swapping the bytes of each word of 16 bits makes of the little endian value (PS3.5 7.3).
    by_words = np.frombuffer(lying.tobytes(), "<u2").byteswap().tobytes()
    whole = lying.astype(f">{dtype}").tobytes()
    elements = {"PlanarConfiguration": planar} if len(shape) == 3 else {}
    ds = make_data_set(whole, values, transfer_syntax=BIG, **elements)
    with pytest.warns(UserWarning, match="big-endian-words") as caught:
        assert np.array_equal(pixel_array(ds), values)
    assert len(caught) == 1
    ds = make_data_set(by_words, values, transfer_syntax=BIG, **elements)
    description = describe(ds)
    description.words_are_swapped = True
    assert np.array_equal(pixel_array(ds, description=description), values)
    assert np.array_equal(decode_frame(ds, 0, description=description), values)
    assert not description.findings


def test_words_in_other_orders_are_none_of_that(make_data_set) -> None:
    for ds in (
        make_data_set(RAW[:24], np.zeros((2, 3), "<u4")),
        make_data_set(RAW[:12], np.zeros((2, 3), "<u2"), transfer_syntax=BIG),
        make_data_set(
            np.ones((2, 3), ">f4").tobytes(), np.zeros((2, 3), ">f4"), transfer_syntax=BIG,
            keyword="FloatPixelData", BitsStored=None, PixelRepresentation=None,
        ),
    ):  # fmt: skip
        description = describe(ds)
        expected = pixel_array(ds)
        description.words_are_swapped = True
        assert np.array_equal(pixel_array(ds, description=description), expected)
        assert not description.findings


# 4:2:2 is by pixel only (PS3.3 C.7.6.3.1.2).
@pytest.mark.parametrize(
    ("interpretation", "size", "planar"), [("YBR_FULL", 48, 0), ("YBR_FULL", 48, 1), ("YBR_FULL_422", 32, 0)]
)
def test_ybr_is_given_as_rgb(make_data_set, interpretation, size, planar) -> None:
    ds = make_data_set(
        RAW[100 : 100 + size], Rows=2, Columns=4, SamplesPerPixel=3, PhotometricInterpretation=interpretation,
        PlanarConfiguration=planar, BitsAllocated=8, NumberOfFrames=2,
    )  # fmt: skip
    array = pixel_array(ds)
    assert array.shape == (2, 2, 4, 3)
    assert np.array_equal(array, ds.pixel_array)


def test_a_value_that_is_too_short_is_refused_with_both_lengths(make_data_set) -> None:
    with pytest.raises(PixelError, match="has 11 bytes, 12 are needed"):
        pixel_array(make_data_set(RAW[:11]))
    with pytest.raises(PixelError, match="has 1 bytes, 3 are needed"):
        pixel_array(make_data_set(b"\0", BitsAllocated=1, NumberOfFrames=4))
    with pytest.raises(PixelError, match="8589541380 are needed"):
        pixel_array(make_data_set(RAW[:12], Rows=32767, Columns=65535, BitsAllocated=8, NumberOfFrames=4))


def test_padding_is_left_out(make_data_set) -> None:
    ds = make_data_set(RAW[:10], Rows=3, Columns=3, BitsAllocated=8)
    assert np.array_equal(pixel_array(ds), ds.pixel_array)
    with pytest.warns(UserWarning, match="pixel-data-padded"):
        array = pixel_array(make_data_set(RAW[:14]))
    assert array.tobytes() == RAW[:12]


def test_more_frames_than_declared_are_given(make_data_set) -> None:
    ds = make_data_set(RAW[:30])
    with pytest.warns(UserWarning, match="more-frames-than-declared"):
        array = pixel_array(ds)
    assert array.shape == (2, 2, 3)
    with pytest.warns(UserWarning, match="sufficient to contain 2 frames"):
        assert np.array_equal(array, ds.pixel_array)


def test_three_samples_under_422_are_refused(make_data_set) -> None:
    ds = make_data_set(
        RAW[:24], Rows=2, Columns=4, SamplesPerPixel=3, PhotometricInterpretation="YBR_FULL_422", PlanarConfiguration=0,
        BitsAllocated=8,
    )  # fmt: skip
    with pytest.raises(PixelError, match="three samples a pixel"):
        pixel_array(ds)


def test_encapsulated_bytes_under_a_native_syntax_are_refused(make_data_set, encapsulate) -> None:
    with pytest.raises(PixelError, match="is encapsulated"):
        pixel_array(make_data_set(encapsulate([RAW[:12]])))


def test_frames_are_iterated_one_by_one(make_data_set) -> None:
    ds = make_data_set(RAW[:36], NumberOfFrames=3)
    array = pixel_array(ds)
    assert [frame.tolist() for frame in iter_frames(ds)] == array.tolist()
    assert [frame.tolist() for frame in iter_frames(ds, [2, 0])] == array[[2, 0]].tolist()
    with pytest.raises(IndexError):
        decode_frame(ds, 3)
    with pytest.raises(IndexError):
        list(iter_frames(ds, [3]))


def test_a_large_array_read_in_pieces_is_the_same(make_data_set, monkeypatch) -> None:
    monkeypatch.setattr(frame_decoder, "_PARALLEL_READ_BYTES", 0)
    values = np.random.default_rng(1).integers(0, 65536, (40, 512, 300)).astype("<u2")
    ds = make_data_set(values.tobytes(), values[0], NumberOfFrames=40, BitsStored=12)
    assert np.array_equal(pixel_array(ds, workers=4), values & 0xFFF)
    assert np.array_equal(pixel_array(ds, workers=1), values & 0xFFF)


class Stored:
    """A data set of ours as the contract has it: the value is read by position, and what was read is counted."""

    def __init__(self, ds, value: bytes) -> None:
        self._ds = ds
        self._value = value
        self.bytes_read = 0
        self.file_meta = ds.file_meta

    def get(self, key, default=None):
        return self._ds.get(key, default)

    def __contains__(self, key) -> bool:
        return key in self._ds

    def __getitem__(self, tag):
        return self._ds[tag]

    def _value_length(self, tag: int) -> int:
        return len(self._value)

    def _lend_value(self, tag: int, offset: int, length: int) -> bytes:
        self.bytes_read += length
        return self._value[offset : offset + length]

    def _read_value_into(self, tag: int, offset: int, buffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._lend_value(tag, offset, len(view))
        view[: len(data)] = data
        return len(data)

    def _read_samples_into(self, tag: int, offset: int, buffer, word_bytes, bits_stored, signed, big_endian) -> int:
        count = self._read_value_into(tag, offset, buffer)
        _core.extend_bits(buffer, word_bytes, bits_stored, signed, big_endian)
        return count

    def _fragments(self, tag: int):
        return None


def test_one_frame_costs_its_own_bytes(make_data_set) -> None:
    values = np.arange(500 * 6, dtype="<u2").reshape(500, 2, 3)
    stored = Stored(make_data_set(values.tobytes(), NumberOfFrames=500), values.tobytes())
    assert np.array_equal(decode_frame(stored, 321), values[321])
    assert stored.bytes_read == 12


def test_a_frame_beyond_the_limit_is_refused_before_it_is_allocated(make_data_set) -> None:
    with pytest.raises(LimitError, match="2147483647"):
        pixel_array(make_data_set(b"\0" * 8, Rows=65535, Columns=65535, BitsAllocated=8))


@pytest.mark.parametrize("size", [(3, 5), (2, 4), (1, 8), (5, 5)])
@pytest.mark.parametrize("bits", [1, 8])
@pytest.mark.parametrize("frames", [1, 2, 3])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_every_length_is_taken_as_pydicom_takes_it(make_data_set, size, bits, frames) -> None:
    whole = size[0] * size[1] * bits // 8
    for length in range(1, 4 * whole + 6):
        ds = make_data_set(RAW[:length], Rows=size[0], Columns=size[1], BitsAllocated=bits, NumberOfFrames=frames)
        try:
            expected = ds.pixel_array
        except TypeError:
            continue  # pydicom counts part of a frame of bits, and fails
        except ValueError:
            with pytest.raises(PixelError):
                pixel_array(ds)
            continue
        assert np.array_equal(pixel_array(ds), expected)


def test_samples_read_from_a_file_in_pieces_are_those_at_hand(make_data_set, tmp_path) -> None:
    values = np.random.default_rng(3).integers(0, 65536, (3, 700, 901)).astype("<u2")
    ds = make_data_set(values.tobytes(), values[0], NumberOfFrames=3, BitsStored=11, PixelRepresentation=1)
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    ds.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    expected = (values << 5).astype("<i2") >> 5
    path = tmp_path / "x.dcm"
    for opened in (dicom.read(path, defer_size=100), dicom.read(path), dicom.read(path.read_bytes())):
        assert np.array_equal(pixel_array(opened, workers=1), expected)
        assert np.array_equal(decode_frame(opened, 1), expected[1])
    with open(path, "rb") as file:
        assert np.array_equal(pixel_array(dicom.read(file, defer_size=100), workers=1), expected)
    edited = dicom.read(path)
    edited.PixelData = values[::-1].tobytes()
    assert np.array_equal(pixel_array(edited), expected[::-1])


def test_samples_of_a_file_that_was_changed_are_refused(make_data_set, tmp_path) -> None:
    values = np.zeros((3, 700, 901), "<u2")
    ds = make_data_set(values.tobytes(), values[0], NumberOfFrames=3, BitsStored=12)
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    ds.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    opened = dicom.read(tmp_path / "x.dcm", defer_size=100)
    with open(tmp_path / "x.dcm", "ab") as file:
        file.write(b"more")
    with pytest.raises(FileChangedError):
        pixel_array(opened)


def test_a_long_part_of_a_value_is_lent_and_outlives_its_data_set(make_data_set, tmp_path) -> None:
    values = np.random.default_rng(3).integers(0, 65536, (200, 201)).astype("<u2")
    ds = make_data_set(values.tobytes(), values)
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    ds.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    opened = dicom.read(tmp_path / "x.dcm")
    source = open_source(opened, 0x7FE00010)
    lent, short = source.read(5, 40000), source.read(5, 10)
    del opened, source
    gc.collect()
    assert isinstance(lent, memoryview)
    assert lent.readonly
    assert bytes(lent) == values.tobytes()[5:40005]
    assert short == values.tobytes()[5:15]
