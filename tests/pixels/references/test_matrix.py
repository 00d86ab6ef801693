"""What the made files prove is what their names say; and what no encoder makes, each by its name.

The first half reads the headers of the made files, so that a file named for predictor 6 has it. The second half makes
data sets by hand: bits across bytes, signs that disagree, samples with more bits than are stored, frames miscounted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate_extended, generate_frames, parse_fragments

import dicom
from dicom.errors import CodecError, LimitError, PixelError
from dicom.pixels.decode import pixel_array
from tests.commands import require
from tests.pixels.references import arithmetic
from tests.pixels.references.codestreams import jpeg_2000_fields, jpeg_fields
from tests.pixels.references.made_files import by_pillow, encapsulated, lossless_jpeg, make
from tests.pixels.references.readers import COMMANDS, PREFIX
from tests.pixels.references.seeds import make_data_set, pixels_of, write_data_set
from tests.pixels.references.verdicts import judge, our_frames

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydicom.dataset import Dataset

    from tests.pixels.references.verdicts import Verdict
    from tests.pixels.references.worker import Worker

EXPLICIT_LITTLE, EXPLICIT_BIG = PREFIX + "1", PREFIX + "2"
JPEG, JPEG_EXTENDED, LOSSLESS, JPEG_LS = (f"{PREFIX}4.{n}" for n in (50, 51, 70, 80))
JPEG_2000, JPEG_XL, HTJ2K, HTJ2K_LOSSY = (f"{PREFIX}4.{n}" for n in (90, 110, 201, 203))
RLE = PREFIX + "5"
ALL_OF_NATIVE = {"pydicom", "numpy", "dcmtk", "gdcm", "expected"}

#: Part of a made file's name -> fields that its codestream must have.
SAYS: dict[str, dict[str, Any]] = {
    **{f"color/dcmtk-lossless-predictor-{n}": {"process": 3, "predictor": n, "bits": 8} for n in range(1, 8)},
    **{f"gray16/dcmtk-lossless-predictor-{n}": {"process": 3, "predictor": n, "bits": 16} for n in range(1, 8)},
    **{f"gray16/turbo-lossless-predictor-{n}": {"process": 3, "predictor": n, "bits": 16} for n in range(1, 8)},
    **{f"gray12/dcmtk-point-transform-{n}": {"process": 3, "shift": n} for n in (1, 2, 4)},
    "gray12/turbo-lossless-12": {"process": 3, "predictor": 6, "bits": 12},
    "color-even/dcmtk-baseline-422": {"process": 0, "sampling": [(2, 1), (1, 1), (1, 1)]},
    "color/dcmtk-baseline-411": {"process": 0, "sampling": [(2, 2), (1, 1), (1, 1)]},
    "color/turbo-baseline-422": {"process": 0, "sampling": [(2, 1), (1, 1), (1, 1)]},
    "color/turbo-baseline-420": {"process": 0, "sampling": [(2, 2), (1, 1), (1, 1)]},
    "color/turbo-baseline-440": {"process": 0, "sampling": [(1, 2), (1, 1), (1, 1)]},
    "color/turbo-baseline-411": {"process": 0, "sampling": [(4, 1), (1, 1), (1, 1)]},
    "gray8/pillow-restart-intervals": {"restart_interval": 3},
    "color/pillow-restart-rows": {"restart_interval": 4},
    "gray12/dcmtk-extended-12": {"process": 1, "bits": 12, "scans": 1},
    "gray12/dcmtk-spectral-12": {"process": 2, "bits": 12},
    "color/dcmtk-progressive": {"process": 2, "bits": 8, "scans": 10},
    "color/dcmtk-jpeg-ls-by-none": {"process": 55, "interleave": 0, "scans": 3},
    "color/dcmtk-jpeg-ls-by-line": {"process": 55, "interleave": 1, "scans": 1},
    "color/dcmtk-jpeg-ls-by-sample": {"process": 55, "interleave": 2, "scans": 1},
    "gray16/dcmtk-jpeg-ls-near-3": {"process": 55, "near": 3},
    "gray12/dcmtk-jpeg-ls-cooked": {"process": 55, "bits": 12},
    "color/pillow-jpeg-2000-tiles": {"tiles": (4, 3), "has_transformed_colors": False, "is_reversible": True},
    "color/pillow-jpeg-2000-transformed-tiles": {"tiles": (2, 3), "has_transformed_colors": True},
    "gray8/pillow-jpeg-2000-origin": {"origin": (5, 3), "tiles": (2, 2)},
    "gray8/pillow-jpeg-2000-layers": {"layers": 3, "is_reversible": True},
    "gray8/pillow-jpeg-2000-layers-irreversible": {"layers": 2, "is_reversible": False},
    "gray8/pillow-jpeg-2000-boxes": {"has_boxes": True},
    **{
        f"gray8/pillow-jpeg-2000-{name}-precincts": {"progression": n, "has_precincts": True}
        for n, name in enumerate(("LRCP", "RLCP", "RPCL", "PCRL", "CPRL"))
    },
    "signed12/openjpeg-12": {"bits": 12, "is_signed": True},
    "signed16/openjph": {"bits": 16, "is_signed": True, "is_high_throughput": True, "progression": 2},
    "gray16/openjph-tiles": {"tiles": (4, 3), "is_high_throughput": True},
    "gray16/openjph-irreversible": {"is_reversible": False, "is_high_throughput": True},
}
#: A made file of several frames -> how many fragments it has, and whether a Basic Offset Table.
FRAGMENTS = {
    "frames12/dcmtk-lossless-fragments": (9, True),
    "frames12/dcmtk-lossless-fragments-without-table": (9, False),
    "frames12/dcmtk-jpeg-ls-fragments": (9, True),
    "frames12/dcmtk-jpeg-ls-fragments-without-table": (9, False),
    "color-frames/dcmtk-lossless-fragments": (12, True),
    "gray16/gdcm-lossless-fragments": (7, False),
}


@pytest.fixture(scope="module", autouse=True)
def commands_are_there() -> None:
    """The encoders and references that are commands."""
    for command in (*COMMANDS, "dcmcjpeg", "dcmcjpls"):
        require(command)


def _first_frame(path: Path) -> bytes:
    ds = pydicom.dcmread(path)
    return next(generate_frames(ds.PixelData, number_of_frames=int(ds.get("NumberOfFrames", 1))))


@pytest.mark.parametrize("name", SAYS)
def test_a_made_file_is_coded_as_its_name_says(name: str, made_folder: Path) -> None:
    path = make(name, made_folder)
    frame = _first_frame(path)
    fields = jpeg_2000_fields(frame) if b"\xff\x4f\xff\x51" in frame[:200] else jpeg_fields(frame)
    assert {key: fields[key] for key in SAYS[name]} == SAYS[name]


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_made_file_has_several_fragments_a_frame(name: str, made_folder: Path) -> None:
    data = pydicom.dcmread(make(name, made_folder)).PixelData
    fragments, has_table = FRAGMENTS[name]
    assert (parse_fragments(data)[0] - 1, data[4:8] != b"\0\0\0\0") == (fragments, has_table)


@pytest.mark.parametrize(("seed", "planar"), [("color", 0), ("color-planes", 1)])
def test_native_colour_by_pixel_and_by_plane(seed: str, planar: int, made_folder: Path) -> None:
    path = make(f"{seed}/gdcm-native-planar-{planar}", made_folder)
    assert pydicom.dcmread(path).PlanarConfiguration == planar
    assert np.array_equal(our_frames(path).array, pixels_of(seed))


def prove(ds: Dataset, expected: Any, folder: Path, worker: Worker) -> Verdict:
    """Our frames are the expected; the verdict says who agrees."""
    path = write_data_set(ds, folder / "case.dcm")
    ours = our_frames(path)
    assert ours.array.dtype.newbyteorder("=") == expected.dtype.newbyteorder("=")
    assert np.array_equal(ours.array, expected, equal_nan=expected.dtype.kind == "f")
    return judge(path, ours, worker, [("expected", expected)])


def agreeing(ds: Dataset, expected: Any, folder: Path, worker: Worker) -> set[str]:
    """Who agrees, where nobody differs."""
    verdict = prove(ds, expected, folder, worker)
    assert verdict.differing == {}
    return set(verdict.agreeing)


def _words_turned(data: bytes) -> bytes:
    """The same bytes as big endian words of 16 bits."""
    return np.frombuffer(data + b"\0" * (len(data) % 2), "<u2").astype(">u2").tobytes()


BITS = np.random.default_rng(1).integers(0, 2, (3, 5, 7)).astype("u1")
PACKED = np.packbits(BITS.reshape(-1), bitorder="little").tobytes()


@pytest.mark.parametrize(
    ("syntax", "vr"), [(EXPLICIT_LITTLE, "OB"), (EXPLICIT_LITTLE, "OW"), (EXPLICIT_BIG, "OB")], ids=str
)
def test_frames_of_single_bits_begin_within_bytes(syntax: str, vr: str, tmp_path: Path, worker: Worker) -> None:
    # 35 bits a frame: the second begins with bit 3 of a byte, the third with bit 6.
    ds = make_data_set(PACKED, BITS, transfer_syntax=syntax, BitsAllocated=1)
    ds["PixelData"].VR = vr
    assert agreeing(ds, BITS, tmp_path, worker) == ALL_OF_NATIVE


def test_single_bits_in_big_endian_words(tmp_path: Path, worker: Worker) -> None:
    ds = make_data_set(_words_turned(PACKED), BITS, transfer_syntax=EXPLICIT_BIG, BitsAllocated=1)
    ds["PixelData"].VR = "OW"
    verdict = prove(ds, BITS, tmp_path, worker)
    assert verdict.agreeing == ALL_OF_NATIVE - {"pydicom"}


@pytest.mark.parametrize("vr", ["OB", "OW"])
def test_bytes_in_big_endian_words(vr: str, tmp_path: Path, worker: Worker) -> None:
    # 35 bytes a frame: the second begins within a word.
    frames = np.random.default_rng(2).integers(0, 256, (3, 5, 7)).astype("u1")
    data = frames.tobytes() + b"\0"
    ds = make_data_set(_words_turned(data) if vr == "OW" else data, frames, transfer_syntax=EXPLICIT_BIG)
    ds["PixelData"].VR = vr
    assert agreeing(ds, frames, tmp_path, worker) == ALL_OF_NATIVE


@pytest.mark.parametrize("seed", ["gray12", "signed12"])
def test_bits_above_those_stored_are_not_taken_for_pixels(seed: str, tmp_path: Path, worker: Worker) -> None:
    expected = pixels_of(seed)
    rubbish = np.random.default_rng(3).integers(0, 16, expected.shape).astype("<u2") << 12
    stored = (expected.view("u2") & 0xFFF | rubbish).astype("<u2")
    ds = make_data_set(stored.tobytes(), expected, BitsStored=12)
    assert agreeing(ds, expected, tmp_path, worker) == ALL_OF_NATIVE


def test_a_sign_that_was_not_extended_is_extended(tmp_path: Path, worker: Worker) -> None:
    expected = pixels_of("signed12")
    ds = make_data_set((expected.view("u2") & 0xFFF).astype("<u2").tobytes(), expected, BitsStored=12)
    assert agreeing(ds, expected, tmp_path, worker) == ALL_OF_NATIVE


@pytest.mark.parametrize("high_bit", [15, 13])
def test_samples_are_the_low_bits_whatever_high_bit_says(high_bit: int, tmp_path: Path, worker: Worker) -> None:
    # PS3.5 8.1.1 allows Bits Stored - 1 alone; no reference shifts by another.
    words = (pixels_of("gray12") << (high_bit - 11)).astype("<u2")
    ds = make_data_set(words.tobytes(), words, BitsStored=12, HighBit=high_bit)
    assert agreeing(ds, words & 0xFFF, tmp_path, worker) == ALL_OF_NATIVE


@pytest.mark.parametrize("kind", ["u4", "i4"])
@pytest.mark.parametrize("samples", [1, 3])
def test_samples_of_32_bits(kind: str, samples: int, tmp_path: Path, worker: Worker) -> None:
    shape = (2, 5, 7, 3) if samples == 3 else (2, 5, 7)
    frames = np.random.default_rng(4).integers(0, 2**32, shape).astype("u4").view(kind)
    ds = make_data_set(frames.tobytes(), frames)
    assert agreeing(ds, frames, tmp_path, worker) == ALL_OF_NATIVE


def test_luminance_in_pairs_with_shared_chrominance(tmp_path: Path, worker: Worker) -> None:
    frames = pixels_of("color-even")
    frames[:, :, 1::2, 1:] = frames[:, :, ::2, 1:]
    pairs = [frames[:, :, ::2, 0], frames[:, :, 1::2, 0], frames[:, :, ::2, 1], frames[:, :, ::2, 2]]
    data = np.stack(pairs, -1).tobytes()
    ds = make_data_set(data, frames, PhotometricInterpretation="YBR_FULL_422")
    assert agreeing(ds, frames, tmp_path, worker) == ALL_OF_NATIVE


@pytest.mark.parametrize("planar", [0, 1])
def test_luminance_and_chrominance_by_pixel_and_by_plane(planar: int, tmp_path: Path, worker: Worker) -> None:
    frames = pixels_of("color")
    data = (np.moveaxis(frames, -1, 1) if planar else frames).tobytes()
    ds = make_data_set(data, frames, PhotometricInterpretation="YBR_FULL", PlanarConfiguration=planar)
    assert agreeing(ds, frames, tmp_path, worker) == ALL_OF_NATIVE


@pytest.mark.parametrize(("keyword", "kind"), [("FloatPixelData", "<f4"), ("DoubleFloatPixelData", "<f8")])
def test_floating_point_pixels(keyword: str, kind: str, tmp_path: Path, worker: Worker) -> None:
    frames = np.random.default_rng(5).normal(size=(2, 5, 7)).astype(kind)
    frames[0, 0, :3] = np.nan, np.inf, -0.0
    bits = 8 * frames.itemsize
    ds = make_data_set(
        frames.tobytes(), frames, keyword=keyword, BitsAllocated=bits, BitsStored=None, PixelRepresentation=None
    )
    assert agreeing(ds, frames, tmp_path, worker) == ALL_OF_NATIVE - {"gdcm"}


SIGNED = {8: "signed8", 12: "signed12", 16: "signed16"}


def _both_ways(bits: int) -> tuple[Any, Any]:
    """The same bits as signed and as unsigned samples."""
    signed = pixels_of(SIGNED[bits])
    return signed, signed.view(f"u{signed.itemsize}") & (2**bits - 1)


@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("representation", [0, 1])
@pytest.mark.parametrize("is_signed", [False, True], ids=["unsigned-stream", "signed-stream"])
def test_jpeg_2000_of_either_sign_is_read_with_the_data_sets(
    bits: int, representation: int, is_signed: bool, tmp_path: Path, worker: Worker
) -> None:
    signed, unsigned = _both_ways(bits)
    coded = signed if is_signed else unsigned
    frame = imagecodecs.jpeg2k_encode(coded[0], level=0, codecformat="j2k", bitspersample=bits)
    assert jpeg_2000_fields(frame)["is_signed"] is is_signed
    expected = signed if representation else unsigned
    ds = encapsulated(make_data_set(b"", expected, BitsStored=bits), [frame], JPEG_2000)
    verdict = prove(ds, expected, tmp_path, worker)
    assert verdict.agreeing >= {"gdcm", "pylibjpeg", "expected"}
    # Pillow moves signed samples up by half their range.
    assert set(verdict.differing) == ({"pillow"} if is_signed and not representation else set())


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("representation", [0, 1])
@pytest.mark.parametrize("is_signed", [False, True], ids=["unsigned-stream", "signed-stream"])
def test_htj2k_of_either_sign_is_read_with_the_data_sets(
    bits: int, representation: int, is_signed: bool, tmp_path: Path, worker: Worker
) -> None:
    signed, unsigned = _both_ways(bits)
    frame = imagecodecs.htj2k_encode((signed if is_signed else unsigned)[0])
    assert jpeg_2000_fields(frame)["is_signed"] is is_signed
    expected = signed if representation else unsigned
    ds = encapsulated(make_data_set(b"", expected, BitsStored=bits), [frame], HTJ2K)
    assert agreeing(ds, expected, tmp_path, worker) == {"pylibjpeg", "expected"}


@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("representation", [0, 1])
@pytest.mark.parametrize("syntax", [JPEG_LS, LOSSLESS], ids=["jpeg-ls", "lossless-jpeg"])
def test_codestreams_without_a_sign_are_read_with_the_data_sets(
    bits: int, representation: int, syntax: str, tmp_path: Path, worker: Worker
) -> None:
    signed, unsigned = _both_ways(bits)
    encode: Callable[..., bytes] = imagecodecs.jpegls_encode if syntax == JPEG_LS else lossless_jpeg(1)
    expected = signed if representation else unsigned
    ds = encapsulated(make_data_set(b"", expected, BitsStored=bits), [encode(unsigned[0])], syntax)
    verdict = prove(ds, expected, tmp_path, worker)
    assert verdict.agreeing >= {"dcmtk", "gdcm", "expected"}
    # These plugins leave the sign where 12 bits of JPEG-LS end.
    unextended = syntax == JPEG_LS and bits == 12 and representation
    assert set(verdict.differing) == ({"pylibjpeg", "pyjpegls"} if unextended else set())


@pytest.mark.parametrize("declared", [1, 2])
def test_frames_beyond_their_number_are_given_and_told(declared: int, tmp_path: Path, worker: Worker) -> None:
    frames = pixels_of("frames8-even")
    native = make_data_set(frames.tobytes(), frames, NumberOfFrames=declared)
    assert agreeing(native, frames, tmp_path, worker) == ALL_OF_NATIVE
    codestreams = [lossless_jpeg(1)(frame) for frame in frames]
    coded = encapsulated(make_data_set(b"", frames, NumberOfFrames=declared), codestreams, LOSSLESS)
    assert agreeing(coded, frames, tmp_path, worker) == {"pylibjpeg", "expected"}
    ds = dicom.read(tmp_path / "case.dcm")
    assert ds.pixel_array.shape == frames.shape
    assert "more-frames-than-declared" in {finding.code for finding in ds.findings}


def test_fewer_frames_than_their_number_are_an_error() -> None:
    frames = pixels_of("frames8-even")
    with pytest.raises(PixelError, match="15360 are needed for 5 frame"):
        pixel_array(make_data_set(frames.tobytes(), frames, NumberOfFrames=5))
    codestreams = [lossless_jpeg(1)(frame) for frame in frames]
    with pytest.raises(PixelError, match="4 fragments can't hold the 5 frames"):
        pixel_array(encapsulated(make_data_set(b"", frames, NumberOfFrames=5), codestreams, LOSSLESS))


def test_an_extended_offset_table_tells_the_frames(tmp_path: Path, worker: Worker) -> None:
    frames = pixels_of("frames8")
    ds = make_data_set(b"", frames, transfer_syntax=LOSSLESS)
    pixels, offsets, lengths = encapsulate_extended([lossless_jpeg(7)(frame) for frame in frames])
    ds.PixelData, ds.ExtendedOffsetTable, ds.ExtendedOffsetTableLengths = pixels, offsets, lengths
    assert agreeing(ds, frames, tmp_path, worker) == {"dcmtk", "gdcm", "pylibjpeg", "expected"}


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (3, 1), (7, 9)])
@pytest.mark.parametrize("syntax", [LOSSLESS, JPEG_LS, JPEG_2000, HTJ2K, RLE], ids=str)
def test_small_and_odd_sizes(shape: tuple[int, int], syntax: str, tmp_path: Path, worker: Worker) -> None:
    frames = np.random.default_rng(6).integers(0, 65536, (1, *shape)).astype("u2")
    encode: dict[str, Callable[..., bytes]] = {
        LOSSLESS: lossless_jpeg(4),
        JPEG_LS: imagecodecs.jpegls_encode,
        JPEG_2000: lambda frame: imagecodecs.jpeg2k_encode(frame, level=0, codecformat="j2k"),
        HTJ2K: imagecodecs.htj2k_encode,
        RLE: _rle,
    }
    ds = encapsulated(make_data_set(b"", frames), [encode[syntax](frames[0])], syntax)
    assert len(agreeing(ds, frames, tmp_path, worker)) >= 2


def _rle(frame: Any) -> bytes:
    """An RLE frame of two segments of literal runs (PS3.5 annex G)."""
    high, low = (b"".join(_literal(row) for row in plane) for plane in ((frame >> 8).astype("u1"), frame.astype("u1")))
    high, low = (segment + b"\0" * (len(segment) % 2) for segment in (high, low))
    return np.array([2, 64, 64 + len(high), *[0] * 13], "<u4").tobytes() + high + low


def _literal(row: Any) -> bytes:
    return bytes([len(row) - 1]) + row.tobytes()


#: How far chrominance that has to be interpolated is from ours: by sampling, then of even and of odd sizes; at most.
#: The libjpeg family interpolates rows and pairs of columns; but libjpeg 6b (DCMTK, GDCM) repeats rows of 4:4:0, all
#: repeat columns of 4:1:1; the libjpeg behind pylibjpeg interpolates always, and ends odd sizes otherwise.
CHROMINANCE = {
    "422": {"dcmtk": (1, 1), "gdcm": (1, 1), "pillow": (1, 1), "pylibjpeg": (1, 6)},
    "420": {"dcmtk": (1, 1), "gdcm": (1, 1), "pillow": (1, 1), "pylibjpeg": (1, 5)},
    "440": {"dcmtk": (40, 31), "gdcm": (40, 31), "pillow": (1, 1), "pylibjpeg": (1, 1)},
    "411": {"dcmtk": (1, 1), "gdcm": (1, 1), "pillow": (1, 1), "pylibjpeg": (34, 30)},
}


@pytest.mark.parametrize("sampling", CHROMINANCE)
@pytest.mark.parametrize("seed", ["color-even", "color"])
def test_subsampled_chrominance(sampling: str, seed: str, made_folder: Path, worker: Worker) -> None:
    # Luminance, which nobody has to interpolate, is within 1 of all.
    path = make(f"{seed}/turbo-baseline-{sampling}", made_folder)
    ours = our_frames(path)
    for reference, allowed in CHROMINANCE[sampling].items():
        theirs = worker.ask(reference, path, ours.indices)
        assert not isinstance(theirs, str)
        apart = np.abs(ours.array.astype(int) - theirs)
        assert apart[..., 0].max() <= 1
        assert apart[..., 1:].max() <= allowed[seed == "color"]


@pytest.mark.parametrize("shape", [(1, 1), (1, 17), (17, 1), (2, 3), (7, 9), (15, 33)], ids=str)
@pytest.mark.parametrize("subsampling", [0, 1, 2], ids=["444", "422", "420"])
@pytest.mark.parametrize("progressive", [False, True], ids=["sequential", "progressive"])
def test_cosine_transforms_of_small_and_odd_sizes(
    shape: tuple[int, int], subsampling: int, progressive: bool, tmp_path: Path, worker: Worker
) -> None:
    frames = np.random.default_rng(8).integers(0, 256, (1, *shape, 3)).astype("u1")
    encode = by_pillow(
        format="JPEG", quality=80, subsampling=subsampling, progressive=progressive, restart_marker_blocks=2
    )
    ds = encapsulated(make_data_set(b"", frames, PhotometricInterpretation="YBR_FULL"), [encode(frames[0])], JPEG)
    path = write_data_set(ds, tmp_path / "case.dcm")
    assert judge(path, our_frames(path), worker).agreeing >= {"dcmtk", "gdcm", "pillow"}


_ENCODERS_BY_DEPTH: dict[str, Callable[[Any, int], bytes]] = {
    LOSSLESS: lambda frame, bits: lossless_jpeg(1, bits)(frame),
    JPEG_LS: lambda frame, bits: imagecodecs.jpegls_encode(frame),
    JPEG_2000: lambda frame, bits: imagecodecs.jpeg2k_encode(frame, level=0, codecformat="j2k", bitspersample=bits),
    HTJ2K: lambda frame, bits: imagecodecs.htj2k_encode(frame),
    JPEG_XL: lambda frame, bits: imagecodecs.jpegxl_encode(frame, lossless=True, bitspersample=bits),
}
#: Bits Stored that a codec is asked for, and who reads them besides: OpenJPEG keeps 25 bits, HTJ2K of as many 16.
DEPTHS = [
    *((syntax, bits, 2) for syntax in (LOSSLESS, JPEG_LS, JPEG_2000, HTJ2K) for bits in range(2, 17)),
    *((JPEG_XL, bits, 1) for bits in range(1, 17)),
    *((JPEG_2000, bits, 2) for bits in (1, 17, 20, 24, 25)),
    *((HTJ2K, bits, 1) for bits in (17, 24, 32)),
]


@pytest.mark.parametrize(("syntax", "bits", "voices"), DEPTHS)
def test_each_number_of_bits(syntax: str, bits: int, voices: int, tmp_path: Path, worker: Worker) -> None:
    kind = "u1" if bits <= 8 else "u2" if bits <= 16 else "u4"
    frames = np.random.default_rng(bits).integers(0, 2**bits, (1, 11, 13), dtype=np.uint64).astype(kind)
    encoded = _ENCODERS_BY_DEPTH[syntax](frames[0], bits)
    ds = encapsulated(make_data_set(b"", frames, BitsStored=bits), [encoded], syntax)
    assert len(agreeing(ds, frames, tmp_path, worker)) >= voices


def test_lossless_jpeg_with_arithmetic_coding_is_refused() -> None:
    # SOF11 in the place of SOF3: no decoder at hand reads it, and none may make pixels of it in silence.
    frame = lossless_jpeg(1)(pixels_of("gray8")[0]).replace(b"\xff\xc3", b"\xff\xcb", 1)
    with pytest.raises(CodecError):
        pixel_array(encapsulated(make_data_set(b"", pixels_of("gray8")), [frame], LOSSLESS))


@pytest.mark.parametrize("how", ["sequential", "spectral", "progressive"])
def test_arithmetic_coding_is_that_of_the_formulas(how: str) -> None:
    frame = pixels_of("gray8")[0]
    codestream = arithmetic.encode(frame, how=how)
    fields = jpeg_fields(codestream)
    scans = {"sequential": 1, "spectral": 3, "progressive": 4}
    assert (fields["process"], fields["scans"]) == (9 if how == "sequential" else 10, scans[how])
    ds = encapsulated(make_data_set(b"", frame[None]), [codestream], JPEG_EXTENDED)
    # A decoder's rounding, and no more: half a grey level, and a little for its fixed-point arithmetic.
    assert np.abs(pixel_array(ds) - arithmetic.decoded(frame)).max() <= 0.6


@pytest.mark.parametrize("top", [255, 65535])
def test_lossy_htj2k_stays_white_where_it_is_white(top: int, tmp_path: Path, worker: Worker) -> None:
    # OpenJPH gives what overshoots the range of the samples from its other end.
    kind = "u1" if top == 255 else "u2"
    frames = np.full((1, 64, 64), top, kind)
    frames[0, 20:40, 10:30] = 0
    frames[0] -= (np.random.default_rng(7).integers(0, top // 20, (64, 64)) * (frames[0] > 0)).astype(kind)
    frame = imagecodecs.htj2k_encode(frames[0], level=0.01, reversible=False)
    path = write_data_set(encapsulated(make_data_set(b"", frames), [frame], HTJ2K_LOSSY), tmp_path / "case.dcm")
    ours = our_frames(path)
    assert np.abs(ours.array.astype(int) - frames).max() <= top // 10
    assert judge(path, ours, worker).differing == {}


def test_a_codestream_of_other_size_than_the_data_set_is_refused() -> None:
    frames = pixels_of("gray8")
    ds = encapsulated(make_data_set(b"", frames), [lossless_jpeg(1)(frames[0])], LOSSLESS)
    ds.Rows = 38
    with pytest.raises((CodecError, LimitError)):
        pixel_array(ds)


@pytest.mark.parametrize(
    "number",
    [100, 102, 107],
)
def test_video_without_a_picture_is_an_error(number: int, tmp_path: Path) -> None:
    pytest.importorskip("av")
    frames = np.zeros((1, 16, 16, 3), "u1")
    syntax = f"{PREFIX}4.{number}"
    ds = encapsulated(make_data_set(b"", frames, PhotometricInterpretation="YBR_PARTIAL_420"), [b"\0\0\1\0"], syntax)
    ds = dicom.read(write_data_set(ds, tmp_path / "case.dcm"))
    with pytest.raises(PixelError):
        pixel_array(ds)
