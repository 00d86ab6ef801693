"""Decoders, encoders and the functions that read files answer as pydicom's do, on our one pipeline."""

from __future__ import annotations

import io
import sys
import warnings
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import pydicom
import pydicom.pixels as theirs
import pytest

import dicom
import dicom.compat.pixels as ours
from dicom.compat.pixels.common import PhotometricInterpretation
from dicom.errors import DicomError, MissingElementError, PixelError, TransferSyntaxError
from tests.data_sources import seed

DCT = "SC_rgb_jpeg_dcmtk.dcm"
NAMES = [
    "CT_small.dcm",
    "MR_small_bigendian.dcm",
    "SC_rgb_2frame.dcm",
    "SC_ybr_full_422_uncompressed.dcm",
    "liver_1frame.dcm",
    "emri_small_RLE.dcm",
    "SC_rgb_rle_2frame.dcm",
    "emri_small_jpeg_2k_lossless.dcm",
    "emri_small_jpeg_ls_lossless.dcm",
    DCT,
]
DESCRIPTION = {
    "rows": 64,
    "columns": 64,
    "samples_per_pixel": 1,
    "bits_allocated": 16,
    "bits_stored": 12,
    "pixel_representation": 0,
    "number_of_frames": 10,
    "photometric_interpretation": "MONOCHROME2",
}


def pairs(name: str) -> list[tuple[Any, Any]]:
    """(decoder, data set) of ours, and of pydicom."""
    ds, reference = dicom.read(seed(name)), pydicom.dcmread(seed(name))
    syntax = reference.file_meta.TransferSyntaxUID
    return [(ours.get_decoder(syntax), ds), (theirs.get_decoder(syntax), reference)]


def plain(found: dict[str, Any]) -> dict[str, Any]:
    """Properties with numbers of frames as numbers, and interpretations as text."""
    return {
        name: int(value) if name == "number_of_frames" else str(value) if isinstance(value, str) else value
        for name, value in found.items()
    }


def same(name: str, array: Any, expected: Any) -> bool:
    if array.shape != expected.shape or array.dtype != expected.dtype:
        return False
    # Decoders may differ by one in the DCT; its colours are converted from that.
    return bool(np.abs(array.astype(int) - expected.astype(int)).max() <= (2 if name == DCT else 0))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("options", [{}, {"raw": True}, {"index": 0}, {"index": 0, "raw": True}], ids=str)
def test_a_decoder_gives_what_pydicom_s_gives(name: str, options: dict[str, Any]) -> None:
    (array, found), (expected, properties) = (decoder.as_array(ds, **options) for decoder, ds in pairs(name))
    assert same(name, array, expected)
    assert plain(found) == plain(properties)


@pytest.mark.parametrize("name", NAMES)
def test_frames_come_one_by_one_as_from_pydicom(name: str) -> None:
    frames, expected = (list(decoder.iter_array(ds)) for decoder, ds in pairs(name))
    assert len(frames) == len(expected)
    for (array, found), (other, properties) in zip(frames, expected, strict=True):
        assert same(name, array, other)
        assert plain(found) == plain(properties)


@pytest.mark.parametrize("name", [name for name in NAMES if "rgb_rle" not in name])
def test_bytes_are_those_of_pydicom(name: str) -> None:
    mine, reference = pairs(name)
    for index in (None, 0):
        (data, found), (expected, properties) = (d.as_buffer(ds, index=index) for d, ds in (mine, reference))
        difference = np.frombuffer(data, "u1").astype(int) - np.frombuffer(expected, "u1")
        assert np.abs(difference).max() <= (name == DCT)
        assert plain(found) == plain(properties)
    frames = [bytes(data) for data, _ in mine[0].iter_buffer(mine[1])]
    assert len(frames) == len(list(reference[0].iter_buffer(reference[1])))


def test_colours_of_rle_are_by_pixel() -> None:
    # pydicom gives them by plane; each says so.
    (decoder, ds), _ = pairs("SC_rgb_rle_2frame.dcm")
    data, found = decoder.as_buffer(ds, index=1)
    assert found["planar_configuration"] == 0
    assert bytes(data) == decoder.as_array(ds, index=1)[0].tobytes()


def test_frames_are_chosen() -> None:
    (decoder, ds), _ = pairs("emri_small_RLE.dcm")
    whole, _ = decoder.as_array(ds)
    chosen = [array for array, _ in decoder.iter_array(ds, indices=[7, 2])]
    assert np.array_equal(np.stack(chosen), whole[[7, 2]])
    assert [bytes(data) for data, _ in decoder.iter_buffer(ds, indices=[7])] == [whole[7].tobytes()]


@pytest.mark.parametrize("index", [10, -1])
@pytest.mark.parametrize("name", ["emri_small_RLE.dcm", "emri_small.dcm"])
def test_a_frame_that_there_is_not_is_a_value_error(name: str, index: int) -> None:
    decoder, ds = pairs(name)[0]
    for function in (decoder.as_array, decoder.as_buffer):
        with pytest.raises(ValueError, match="frame"):
            function(ds, index=index)
    with pytest.raises(ValueError, match="frame"):
        list(decoder.iter_array(ds, indices=[index]))


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, io.BytesIO])
def test_pixel_data_alone_is_decoded_with_options(kind: Any) -> None:
    (decoder, ds), _ = pairs("emri_small_RLE.dcm")
    expected, _ = decoder.as_array(ds)
    source = kind(ds.PixelData)
    array, found = decoder.as_array(source, **DESCRIPTION)
    assert np.array_equal(array, expected)
    assert found["number_of_frames"] == 10
    assert np.array_equal(decoder.as_array(source, index=4, **DESCRIPTION)[0], expected[4])
    assert len(list(decoder.iter_array(source, **DESCRIPTION))) == 10


def test_a_stream_is_read_from_where_it_stands_and_put_back() -> None:
    decoder, ds = pairs("emri_small.dcm")[0]
    stream = io.BytesIO(b"before" + ds.PixelData)
    stream.seek(6)
    array, _ = decoder.as_array(stream, **DESCRIPTION)
    assert np.array_equal(array, ds.pixel_array)
    assert stream.tell() == 6
    assert bytes(decoder.as_buffer(stream, index=1, **DESCRIPTION)[0]) == ds.pixel_array[1].tobytes()


def test_native_bytes_keep_their_type() -> None:
    decoder, ds = pairs("emri_small.dcm")[0]
    data = bytearray(ds.PixelData)
    assert type(decoder.as_buffer(data, **DESCRIPTION)[0]) is bytearray
    assert type(decoder.as_buffer(bytes(data), **DESCRIPTION)[0]) is bytes
    assert type(decoder.as_buffer(bytes(data), view_only=True, **DESCRIPTION)[0]) is memoryview
    assert not decoder.as_array(bytes(data), view_only=True, **DESCRIPTION)[0].flags.writeable


def test_an_extended_offset_table_is_an_option() -> None:
    decoder, ds = pairs("emri_small_RLE.dcm")[0]
    frames = list(pydicom.encaps.generate_frames(ds.PixelData, number_of_frames=10))
    data, offsets, lengths = pydicom.encaps.encapsulate_extended(frames)
    numbers = tuple(np.frombuffer(column, "<u8").tolist() for column in (offsets, lengths))
    for table in ((offsets, lengths), numbers):
        array, _ = decoder.as_array(data, extended_offsets=table, **DESCRIPTION)
        assert np.array_equal(array, ds.pixel_array)


@pytest.mark.parametrize(
    "options",
    [
        {"rows": 0},
        {"rows": -1},
        {"rows": 65536},
        {"columns": "x"},
        {"rows": 65535, "columns": 65535},
        {"bits_allocated": 7},
        {"bits_stored": 17},
        {"samples_per_pixel": 4},
        {"number_of_frames": -1},
        {"number_of_frames": 11},
        {"pixel_representation": 2},
        {"extended_offsets": ([-1], [1])},
    ],
    ids=str,
)
def test_options_that_no_image_has_are_refused(options: dict[str, Any]) -> None:
    decoder, ds = pairs("emri_small_RLE.dcm")[0]
    with pytest.raises(DicomError):
        decoder.as_array(ds.PixelData, **{**DESCRIPTION, **options})
    with pytest.raises(DicomError):
        list(decoder.iter_buffer(ds.PixelData, **{**DESCRIPTION, **options}))


@pytest.mark.parametrize("name", sorted(set(DESCRIPTION) - {"bits_stored", "pixel_representation", "number_of_frames"}))
def test_an_option_that_is_missing_is_named(name: str) -> None:
    decoder, ds = pairs("emri_small_RLE.dcm")[0]
    with pytest.raises(MissingElementError, match=name):
        decoder.as_array(ds.PixelData, **{key: value for key, value in DESCRIPTION.items() if key != name})


def test_more_frames_than_declared_are_given_or_left_out() -> None:
    decoder, ds = pairs("emri_small_RLE.dcm")[0]
    options = {**DESCRIPTION, "number_of_frames": 2}
    with pytest.warns(UserWarning, match="10 frames were found"):
        assert decoder.as_array(ds.PixelData, **options)[0].shape == (10, 64, 64)
    with pytest.warns(UserWarning, match="10 frames were found"):
        array, found = decoder.as_array(ds.PixelData, allow_excess_frames=False, **options)
    assert array.shape == (2, 64, 64)
    assert found["number_of_frames"] == 2


COLOURS = ("SC_rgb_jpeg_dcmtk.dcm", "examples_rgb_color.dcm", "SC_ybr_full_422_uncompressed.dcm", "SC_rgb_rle.dcm")


@pytest.mark.parametrize("name", COLOURS)
@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("force", ["force_rgb", "force_ybr"])
def test_colours_are_forced_as_in_pydicom(name: str, raw: bool, force: str) -> None:
    (decoder, ds), (reference, their_ds) = pairs(name)
    array, found = decoder.as_array(ds, raw=raw, **{force: True})
    expected, said = reference.as_array(their_ds, raw=raw, **{force: True})
    assert np.max(np.abs(array.astype(int) - expected)) <= 1
    assert (found["photometric_interpretation"] == "RGB") == (said["photometric_interpretation"] == "RGB")
    frame, _ = next(iter(decoder.iter_array(ds, raw=raw, **{force: True})))
    assert np.array_equal(frame, array if array.ndim == 3 else array[0])


def test_a_frame_that_cannot_be_decoded_is_a_runtime_error_too() -> None:
    from dicom.pixels.encapsulation import encapsulate

    for _, ds in pairs("693_J2KR.dcm"):
        ds.PixelData = encapsulate([b"no codestream at all"])
        with pytest.raises(RuntimeError):
            _ = ds.pixel_array


def test_colours_are_forced_one_way_only() -> None:
    for decoder, ds in pairs("SC_rgb_2frame.dcm"):
        with pytest.raises(ValueError, match="both"):
            decoder.as_array(ds, force_ybr=True, force_rgb=True)


def test_colours_are_forced_by_options_of_the_data_set() -> None:
    _, ds = pairs("SC_rgb_2frame.dcm")[0]
    stored = ds.pixel_array.copy()
    ds.pixel_array_options(force_ybr=True)
    assert np.array_equal(ds.pixel_array, ours.convert_color_space(stored, "RGB", "YBR_FULL"))


def coders() -> list[tuple[Any, Any]]:
    found = []
    for kind in ("decoders", "encoders"):
        module = import_module(f"pydicom.pixels.{kind}")
        ending = kind[:-1].capitalize()
        names = [name for name in vars(module) if name.endswith(ending)]
        ours_of_kind = import_module(f"dicom.compat.pixels.{kind}")
        found += [(getattr(ours_of_kind, name), getattr(module, name)) for name in names]
    return found


@pytest.mark.parametrize(("mine", "reference"), coders(), ids=lambda coder: str(coder.UID))
def test_a_coder_names_the_plugins_of_pydicom(mine: Any, reference: Any) -> None:
    assert (mine.UID, mine.is_encapsulated, mine.is_native) == (
        reference.UID,
        reference.is_encapsulated,
        reference.is_native,
    )
    # Not every plugin need be installed for pydicom.
    assert set(reference.available_plugins) <= set(mine.available_plugins)
    assert mine.is_available
    assert mine.missing_dependencies == []


def test_every_transfer_syntax_that_we_decode_has_a_decoder() -> None:
    assert ours.get_decoder("1.2.840.10008.1.2.4.110").is_available
    assert ours.get_decoder("1.2.840.10008.1.2.5") is ours.decoders.RLELosslessDecoder
    for uid in ("1.2.3", "1.2.840.10008.1.2.4.100"):
        with pytest.raises(NotImplementedError):
            ours.get_decoder(uid)
    for uid in ("1.2.3", "1.2.840.10008.1.2.4.50"):
        with pytest.raises(TransferSyntaxError):
            ours.get_encoder(uid)


def test_the_name_of_a_plugin_is_taken_and_checked() -> None:
    decoder, ds = pairs("emri_small_RLE.dcm")[0]
    for name in decoder.available_plugins:
        assert decoder.as_array(ds, decoding_plugin=name)[0].shape == (10, 64, 64)
    for function in (decoder.as_array, decoder.as_buffer):
        with pytest.raises(ValueError, match="pydicom, pylibjpeg"):
            function(ds, decoding_plugin="nothing")


def test_a_plugin_is_added_and_removed() -> None:
    decoder = ours.decoders.base.Decoder(ours.decoders.RLELosslessDecoder.UID)
    decoder.add_plugins([("mine", ("dicom.compat.pixels.decoders.rle", "is_available"))])
    assert "mine" in decoder.available_plugins
    with pytest.raises(ValueError, match="already"):
        decoder.add_plugin("mine", ("dicom.compat.pixels.decoders.rle", "is_available"))
    with pytest.raises(ModuleNotFoundError):
        decoder.add_plugin("other", ("dicom.no_such_module", "x"))
    with pytest.raises(AttributeError):
        decoder.add_plugin("other", ("dicom.compat.pixels.decoders.rle", "no_such_function"))
    decoder.remove_plugin("mine")
    assert "mine" not in decoder.available_plugins
    with pytest.raises(ValueError, match="no plugin"):
        decoder.remove_plugin("mine")


@pytest.fixture
def own_plugin(monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[int]]:
    """A module with a plugin, and the lengths of what its functions were given."""
    module, given = ModuleType("own_plugin"), []

    def decode(src: bytes, runner: Any) -> bytes:
        given.append(len(src))
        return np.arange(runner.frame_length("pixels")).astype(runner.pixel_dtype).tobytes()

    def encode(src: bytes, runner: Any) -> bytes:
        given.append(len(src))
        return bytes([runner.bits_stored]) + src[:3]

    module.decode, module.encode, module.is_available = decode, encode, lambda uid: True
    module.DECODER_DEPENDENCIES = module.ENCODER_DEPENDENCIES = {}
    monkeypatch.setitem(sys.modules, "own_plugin", module)
    return "own_plugin", given


def test_the_function_of_an_added_plugin_decodes(own_plugin: tuple[str, list[int]]) -> None:
    name, given = own_plugin
    results = []
    for decoder, ds in pairs("emri_small_RLE.dcm"):
        decoder.add_plugin("own", (name, "decode"))
        try:
            array, found = decoder.as_array(ds, decoding_plugin="own")
            one, of_one = decoder.as_array(ds, index=3, decoding_plugin="own")
            several = [frame for frame, _ in decoder.iter_array(ds, indices=[1, 2], decoding_plugin="own")]
            buffer, _ = decoder.as_buffer(ds, index=3, decoding_plugin="own")
        finally:
            decoder.remove_plugin("own")
        assert np.array_equal(one, np.arange(4096).reshape(64, 64))
        assert array.shape == (10, 64, 64)
        plain_of = (plain(found), plain(of_one))
        results.append((array.tolist(), one.tolist(), [f.tolist() for f in several], bytes(buffer), plain_of))
    assert results[0] == results[1]
    assert given[:14] == given[14:]


def test_the_function_of_an_added_plugin_encodes(own_plugin: tuple[str, list[int]]) -> None:
    name, given = own_plugin
    frame = np.arange(48, dtype="u2").reshape(6, 8)
    options = {
        "rows": 6, "columns": 8, "samples_per_pixel": 1, "bits_allocated": 16, "pixel_representation": 0,
        "photometric_interpretation": "MONOCHROME2", "number_of_frames": 1,
    }  # fmt: skip
    for bits, bytes_per_sample in ((8, 1), (12, 2)):
        results = []
        for get in (ours.get_encoder, theirs.get_encoder):
            encoder = get("1.2.840.10008.1.2.5")
            encoder.add_plugin("own", (name, "encode"))
            try:
                results.append(encoder.encode(frame, encoding_plugin="own", bits_stored=bits, **options))
            finally:
                encoder.remove_plugin("own")
        assert results[0] == results[1] == bytes([bits]) + frame.astype(f"<u{bytes_per_sample}").tobytes()[:3]
        assert given[-2:] == [48 * bytes_per_sample] * 2


@pytest.mark.parametrize("kind", ["decoders", "encoders"])
@pytest.mark.parametrize("name", ["gdcm", "pillow", "pyjpegls", "pylibjpeg", "rle", "native"])
def test_a_plugin_module_says_what_it_is_for(kind: str, name: str) -> None:
    try:
        reference = import_module(f"pydicom.pixels.{kind}.{name}")
    except ModuleNotFoundError:
        return
    mine = import_module(f"dicom.compat.pixels.{kind}.{name}")
    table = f"{kind[:-1].upper()}_DEPENDENCIES"
    assert getattr(mine, table) == getattr(reference, table)
    assert all(mine.is_available(uid) for uid in getattr(mine, table))
    assert not mine.is_available("1.2.3")


def test_a_file_a_stream_and_a_data_set_give_the_same_array() -> None:
    path = seed("emri_small_RLE.dcm")
    expected = theirs.pixel_array(path)
    with open(path, "rb") as stream:
        stream.seek(7)
        assert np.array_equal(ours.pixel_array(stream), expected)
        assert stream.tell() == 7
        assert np.array_equal(np.stack(list(ours.iter_pixels(stream))), expected)
        assert stream.tell() == 7
    assert np.array_equal(ours.pixel_array(path), expected)
    assert np.array_equal(ours.pixel_array(str(path), index=2), expected[2])
    assert np.array_equal(ours.pixel_array(dicom.read(path)), expected)
    assert np.array_equal(ours.pixel_array(pydicom.dcmread(path)), expected)
    assert [frame.tolist() for frame in ours.iter_pixels(path, indices=[5])] == [expected[5].tolist()]


def test_what_describes_the_pixels_is_handed_over() -> None:
    path = seed("CT_small.dcm")
    mine, reference = dicom.Dataset(), pydicom.Dataset()
    ours.pixel_array(path, ds_out=mine, specific_tags=[0x00100010])
    theirs.pixel_array(path, ds_out=reference, specific_tags=[0x00100010])
    assert [int(element.tag) for element in mine] == [int(element.tag) for element in reference]
    assert mine.file_meta.TransferSyntaxUID == reference.file_meta.TransferSyntaxUID
    ours.pixel_array(path, ds_out=mine, specific_tags=["PatientID"])
    assert "PatientID" in mine
    frames = ours.iter_pixels(path, ds_out=(out := dicom.Dataset()))
    assert next(frames).shape == (out.Rows, out.Columns)


def test_what_has_no_pixels_is_an_attribute_error() -> None:
    for source in (seed("rtplan.dcm"), dicom.Dataset()):
        with pytest.raises(AttributeError):
            ours.pixel_array(source)
        with pytest.raises(AttributeError):
            list(ours.iter_pixels(source))


def test_an_encoder_takes_data_sets_arrays_and_bytes() -> None:
    ds = dicom.read(seed("emri_small.dcm"))
    encoder = ours.get_encoder("1.2.840.10008.1.2.5")
    frames = list(encoder.iter_encode(ds))
    assert len(frames) == 10
    assert list(encoder.iter_encode(ds.pixel_array, **DESCRIPTION)) == frames
    assert list(encoder.iter_encode(ds.PixelData, **DESCRIPTION)) == frames
    assert encoder.encode(ds, index=3) == encoder.encode(ds.pixel_array, index=3, **DESCRIPTION) == frames[3]
    assert encoder.encode(pydicom.dcmread(seed("emri_small.dcm")), index=3) == frames[3]
    data = pydicom.encaps.encapsulate(frames)
    array, _ = theirs.get_decoder("1.2.840.10008.1.2.5").as_array(data, **DESCRIPTION)
    assert np.array_equal(array, ds.pixel_array)


def test_bytes_may_be_narrower_than_their_allocation() -> None:
    array = np.arange(12, dtype="u1").reshape(3, 4)
    options = {**DESCRIPTION, "rows": 3, "columns": 4, "bits_stored": 8, "number_of_frames": 1}
    encoder = ours.get_encoder("1.2.840.10008.1.2.5")
    assert encoder.encode(array.tobytes(), **options) == encoder.encode(array.astype("u2"), **options)


@pytest.mark.parametrize(
    ("source", "options", "error"),
    [
        (np.zeros((10, 64, 64), "u2"), {}, PixelError),
        (np.zeros((10, 64, 64), "u2"), {"index": 10}, PixelError),
        (np.zeros((10, 64, 65), "u2"), {"index": 0}, PixelError),
        (np.zeros((10, 64, 64), "i2"), {"index": 0}, PixelError),
        (np.full((10, 64, 64), 4096, "u2"), {"index": 0}, PixelError),
        (b"\0" * 100, {"index": 0}, PixelError),
        ("text", {"index": 0}, TypeError),
        (np.zeros((10, 64, 64), "u2"), {"index": 0, "rows": None}, MissingElementError),
        (np.zeros((10, 64, 64), "u2"), {"index": 0, "encoding_plugin": "nothing"}, PixelError),
        (np.zeros((10, 64, 64), "u2"), {"index": 0, "photometric_interpretation": "RGB"}, PixelError),
    ],
)
def test_what_can_not_be_encoded_is_refused(source: Any, options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        ours.get_encoder("1.2.840.10008.1.2.5").encode(source, **{**DESCRIPTION, **options})


def test_compressed_pixels_are_not_encoded() -> None:
    with pytest.raises(PixelError, match="only native"):
        ours.get_encoder("1.2.840.10008.1.2.5").encode(dicom.read(seed("emri_small_RLE.dcm")), index=0)


def test_a_runner_knows_its_options() -> None:
    reference = theirs.decoders.base.DecodeRunner(pydicom.uid.RLELossless)
    runner = ours.decoders.base.DecodeRunner(dicom.uid.RLELossless)
    assert runner.get_option("nothing", 5) == 5
    runner.set_source(dicom.read(seed("emri_small_RLE.dcm")))
    reference.set_source(pydicom.dcmread(seed("emri_small_RLE.dcm")))
    for name in DESCRIPTION:
        assert getattr(runner, name) == getattr(reference, name), name
    assert plain(runner.pixel_properties()) == plain(reference.pixel_properties())
    assert runner.pixel_dtype == reference.pixel_dtype
    assert runner.is_dataset
    assert not runner.is_buffer
    assert not runner.is_binary
    for unit in ("bytes", "pixels"):
        assert runner.frame_length(unit) == reference.frame_length(unit)
    frames = list(runner.iter_decode())
    assert bytes(runner.decode(4)) == bytes(frames[4]) == runner.src.pixel_array[4].tobytes()
    runner.set_options(rows=32, bits_allocated=1, columns=3)
    reference.set_options(rows=32, bits_allocated=1, columns=3)
    assert runner.frame_length() == reference.frame_length()
    runner.del_option("rows")
    with pytest.raises(AttributeError):
        _ = runner.rows
    with pytest.raises(AttributeError):
        runner.validate()


def test_a_runner_encodes() -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    runner = ours.encoders.base.EncodeRunner("1.2.840.10008.1.2.5")
    runner.set_source(ds)
    runner.validate()
    assert runner.get_frame(None) == ds.PixelData
    assert runner.encode(None) == ours.get_encoder("1.2.840.10008.1.2.5").encode(ds)
    assert ours.encoders.gdcm.encode_pixel_data(runner.get_frame(None), runner) == runner.encode(None)


def test_interpretations_are_text() -> None:
    assert PhotometricInterpretation.PALETTE_COLOR == "PALETTE COLOR"
    assert str(PhotometricInterpretation.RGB) == "RGB"
    members = {one.name: one.value for one in theirs.common.PhotometricInterpretation}
    assert {one.name: one.value for one in PhotometricInterpretation} == members


def test_names_of_before_warn_and_lead_on() -> None:
    from dicom.compat import pixel_data_handlers
    from dicom.compat.pixel_data_handlers import util

    for module, name in ((util, "apply_voi_lut"), (util, "get_nr_frames"), (pixel_data_handlers, "apply_modality_lut")):
        with pytest.warns(DeprecationWarning, match=f"import {name}"):
            function = getattr(module, name)
        assert callable(function)
    with pytest.warns(DeprecationWarning, match=r"from pydicom\.pixels import apply_voi_lut"):
        assert util.apply_voi_lut is ours.apply_voi_lut
    with pytest.raises(AttributeError):
        _ = util.nothing


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("numpy_handler", "CT_small.dcm"),
        ("rle_handler", "emri_small_RLE.dcm"),
        ("gdcm_handler", "emri_small_jpeg_2k_lossless.dcm"),
        ("pillow_handler", "emri_small_jpeg_2k_lossless.dcm"),
        ("pylibjpeg_handler", "emri_small_RLE.dcm"),
        ("jpeg_ls_handler", "emri_small_jpeg_ls_lossless.dcm"),
    ],
)
def test_a_handler_of_before_gives_the_pixels(name: str, file: str) -> None:
    from dicom.compat import pixel_data_handlers

    handler = getattr(pixel_data_handlers, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = import_module(f"pydicom.pixel_data_handlers.{name}")
    assert handler.HANDLER_NAME == reference.HANDLER_NAME
    assert handler.DEPENDENCIES == reference.DEPENDENCIES
    ds = dicom.read(seed(file))
    assert handler.is_available()
    assert handler.supports_transfer_syntax(ds.file_meta.TransferSyntaxUID)
    assert not handler.supports_transfer_syntax("1.2.3")
    assert np.array_equal(handler.get_pixeldata(ds), ds.pixel_array.ravel())
    assert not handler.needs_to_convert_to_RGB(ds)
    other = "emri_small_RLE.dcm" if name == "numpy_handler" else "CT_small.dcm"
    with pytest.raises(NotImplementedError):
        handler.get_pixeldata(dicom.read(seed(other)))
