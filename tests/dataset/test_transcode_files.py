"""`dicom.transcode`: files and folders into another transfer syntax, in bounded memory, never half a file."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

import dicom
from dicom.errors import CodecError, InvalidDicomError, MissingElementError, PixelError, TransferSyntaxError
from dicom.uid import (
    JPEG2000,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    ImplicitVRLittleEndian,
    JPEGLSLossless,
    RLELossless,
)
from tests.data_sources import seed


def bits(path: Path, *, rows: int, columns: int, frames: int) -> np.ndarray[Any, Any]:
    """Write a file of single bits; its pixels."""
    array = np.random.default_rng(4).random((frames, rows, columns)) > 0.5
    ds = dicom.read(seed("liver_1frame.dcm"))
    del ds.PerFrameFunctionalGroupsSequence
    ds.set_pixels(array, bits_allocated=1, axes=("frame", "row", "column"))
    dicom.write(ds, path)
    return array.astype("u1")


def movie(path: Path, frames: int, side: int = 256) -> None:
    """Write a file of many frames, without holding them."""
    ds = dicom.read(seed("CT_small.dcm"))
    ds.NumberOfFrames, ds.Rows, ds.Columns = frames, side, side
    plane = np.add.outer(np.arange(side), np.arange(side)).astype("<i2")
    dicom.write(ds, path, frames=(plane + number for number in range(frames)))


def left_beside(folder: Path) -> list[str]:
    return sorted(name for name in os.listdir(folder) if name.endswith(".tmp"))


@pytest.mark.parametrize(
    ("name", "to", "uid"),
    [
        ("CT_small.dcm", "htj2k-lossless", HTJ2KLossless),
        ("CT_small.dcm", "implicit-little", ImplicitVRLittleEndian),
        ("MR_small_bigendian.dcm", "jpeg-ls", JPEGLSLossless),
        ("MR_small_bigendian.dcm", "explicit-little", ExplicitVRLittleEndian),
        ("emri_small_jpeg_2k_lossless.dcm", "rle", RLELossless),
        ("emri_small_RLE.dcm", ExplicitVRLittleEndian, ExplicitVRLittleEndian),
        ("image_dfl.dcm", "jpeg-lossless-sv1", "1.2.840.10008.1.2.4.70"),
        ("SC_rgb_2frame.dcm", "deflated", "1.2.840.10008.1.2.1.99"),
        ("SC_rgb_rle_2frame.dcm", "explicit-big", "1.2.840.10008.1.2.2"),
    ],
)
def test_a_file_gets_another_transfer_syntax(tmp_path: Path, name: str, to: str, uid: str) -> None:
    before = dicom.read(seed(name))
    target = tmp_path / "out.dcm"
    done = dicom.transcode(seed(name), target, to)
    assert (done.written, done.copied, done.errors) == ([str(target)], [], [])
    after = dicom.read(target)
    assert after.file_meta.TransferSyntaxUID == uid
    assert after.SOPInstanceUID == before.SOPInstanceUID == after.file_meta.MediaStorageSOPInstanceUID
    assert np.array_equal(after.pixel_array, before.pixel_array)
    assert np.array_equal(pydicom.dcmread(target).pixel_array, before.pixel_array)
    assert after.file_meta.ImplementationClassUID == dicom.uid.IMPLEMENTATION_CLASS_UID
    assert after.findings == []
    same = {element.tag for element in before if element.tag >> 16 not in (0x0028, 0x7FE0)}
    assert {element.tag for element in after if element.tag >> 16 not in (0x0028, 0x7FE0)} == same
    assert left_beside(tmp_path) == []


def test_the_same_transfer_syntax_is_a_copy_byte_for_byte(tmp_path: Path) -> None:
    target = tmp_path / "out.dcm"
    done = dicom.transcode(seed("MR_small_RLE.dcm"), target, "rle")
    assert (done.written, done.copied) == ([], [str(target)])
    assert target.read_bytes() == seed("MR_small_RLE.dcm").read_bytes()


def test_loss_is_noted_in_the_file(tmp_path: Path) -> None:
    target = tmp_path / "out.dcm"
    source = dicom.read(seed("emri_small.dcm"))
    dicom.transcode(seed("emri_small.dcm"), target, "jpeg2000", ratio=4)
    after = dicom.read(target)
    assert after.file_meta.TransferSyntaxUID == JPEG2000
    assert (after.LossyImageCompression, after.LossyImageCompressionMethod) == ("01", "ISO_15444_1")
    encoded = sum(map(len, pydicom.encaps.generate_frames(after.PixelData, number_of_frames=10)))
    assert after.LossyImageCompressionRatio == pytest.approx(4, rel=0.2)
    assert after.LossyImageCompressionRatio == pytest.approx(81920 / encoded, rel=0.01)
    assert after.SOPInstanceUID == after.file_meta.MediaStorageSOPInstanceUID != source.SOPInstanceUID
    assert after.SourceImageSequence[-1].ReferencedSOPInstanceUID == source.SOPInstanceUID
    assert after.ImageType[0] == "DERIVED"
    assert 0 < np.abs(after.pixel_array.astype(int) - source.pixel_array).max() < 100


def test_an_instance_whose_uid_is_none_is_written_as_it_was_named(tmp_path: Path) -> None:
    source = dicom.read(seed("CT_small.dcm"))
    content = (
        seed("CT_small.dcm").read_bytes().replace(source.SOPInstanceUID.encode(), b"x" * len(source.SOPInstanceUID))
    )
    (tmp_path / "in.dcm").write_bytes(content)
    dicom.transcode(tmp_path / "in.dcm", tmp_path / "out.dcm", "rle")
    after = dicom.read(tmp_path / "out.dcm")
    assert after.SOPInstanceUID == after.file_meta.MediaStorageSOPInstanceUID == "x" * len(source.SOPInstanceUID)
    assert np.array_equal(after.pixel_array, source.pixel_array)


@pytest.mark.parametrize("table", ["basic", "extended", "none", None])
def test_frames_are_found_by_the_table_that_is_asked_for(tmp_path: Path, table: str | None) -> None:
    target = tmp_path / "out.dcm"
    dicom.transcode(seed("emri_small.dcm"), target, "jpeg-ls", offset_table=table)
    after = pydicom.dcmread(target)
    assert ("ExtendedOffsetTable" in after) == (table == "extended")
    offsets = pydicom.encaps.parse_basic_offsets(after.PixelData)
    assert len(offsets) == (10 if table in ("basic", None) else 0)
    assert np.array_equal(after.pixel_array, dicom.read(seed("emri_small.dcm")).pixel_array)


def test_frames_that_may_take_more_than_a_basic_table_tells_get_an_extended_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dicom.dataset.transcode._LARGEST_OFFSET", 10_000)
    monkeypatch.setattr("dicom.pixels.writing.encoding._LARGEST_OFFSET", 10_000)
    dicom.transcode(seed("emri_small.dcm"), tmp_path / "out.dcm", "jpeg-ls")
    in_memory = dicom.read(seed("emri_small.dcm"))
    in_memory.transcode("jpeg-ls")
    for after in (dicom.read(tmp_path / "out.dcm"), in_memory):
        assert len(after.ExtendedOffsetTable) == 80
        assert np.array_equal(after.pixel_array, dicom.read(seed("emri_small.dcm")).pixel_array)


@pytest.mark.parametrize(("rows", "columns"), [(3, 5), (4, 8)])
@pytest.mark.parametrize("to", ["deflated-frame", "encapsulated-uncompressed", "explicit-big"])
def test_single_bits_go_there_and_back(tmp_path: Path, rows: int, columns: int, to: str) -> None:
    array = bits(tmp_path / "bits.dcm", rows=rows, columns=columns, frames=3)
    dicom.transcode(tmp_path / "bits.dcm", tmp_path / "there.dcm", to)
    assert np.array_equal(dicom.read(tmp_path / "there.dcm").pixel_array, array)
    dicom.transcode(tmp_path / "there.dcm", tmp_path / "back.dcm", "explicit-little")
    back = dicom.read(tmp_path / "back.dcm")
    assert np.array_equal(back.pixel_array, array)
    assert back.PixelData == dicom.read(tmp_path / "bits.dcm").PixelData
    assert np.array_equal(pydicom.dcmread(tmp_path / "back.dcm").pixel_array, array)


def test_jpeg_comes_back_out_of_jpeg_xl_byte_for_byte(tmp_path: Path) -> None:
    dicom.transcode(seed("SC_rgb_jpeg_dcmtk.dcm"), tmp_path / "xl.dcm", "jpegxl-jpeg-recompression")
    dicom.transcode(tmp_path / "xl.dcm", tmp_path / "back.dcm", "jpeg-baseline")
    frames = [
        list(pydicom.encaps.generate_frames(pydicom.dcmread(path).PixelData, number_of_frames=1))
        for path in (seed("SC_rgb_jpeg_dcmtk.dcm"), tmp_path / "back.dcm")
    ]
    assert frames[0] == frames[1]
    assert dicom.read(tmp_path / "back.dcm").SOPInstanceUID == dicom.read(seed("SC_rgb_jpeg_dcmtk.dcm")).SOPInstanceUID


@pytest.mark.parametrize(
    ("name", "to", "error"),
    [
        ("MR_truncated.dcm", "rle", PixelError),
        ("rtplan.dcm", "rle", MissingElementError),
        ("README.txt", "rle", InvalidDicomError),
        ("DICOMDIR", "rle", InvalidDicomError),
        ("CT_small.dcm", "jpeg-baseline", PixelError),
        ("CT_small.dcm", "jpeg-progressive", TransferSyntaxError),
        ("CT_small.dcm", "nothing", TransferSyntaxError),
        ("CT_small.dcm", "jpeg2000", PixelError),
    ],
)
def test_an_error_leaves_no_file(tmp_path: Path, name: str, to: str, error: type[Exception]) -> None:
    if name == "README.txt":
        source = tmp_path / name
        source.write_text("no DICOM")
    else:
        source = seed("dicomdirtests/DICOMDIR") if name == "DICOMDIR" else seed(name)
    with pytest.raises(error):
        dicom.transcode(source, tmp_path / "out" / "out.dcm", to)
    assert not (tmp_path / "out" / "out.dcm").exists()
    assert not (tmp_path / "out").exists() or left_beside(tmp_path / "out") == []


def test_what_an_encoder_spoils_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import imagecodecs

    encode, calls = imagecodecs.jpegls_encode, []

    def spoil(frame: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 7:
            frame = frame.copy()
            frame[3, 3] ^= 1
        return encode(frame, *args, **kwargs)

    monkeypatch.setattr(imagecodecs, "jpegls_encode", spoil)
    target = tmp_path / "out.dcm"
    target.write_bytes(b"what was there")
    with pytest.raises(CodecError, match="doesn't give the frame back"):
        dicom.transcode(seed("emri_small.dcm"), target, "jpeg-ls", overwrite=True, workers=1)
    assert len(calls) == 7
    assert target.read_bytes() == b"what was there"
    assert os.listdir(tmp_path) == ["out.dcm"]


def test_what_is_there_is_replaced_only_on_asking(tmp_path: Path) -> None:
    target = tmp_path / "ct.dcm"
    target.write_bytes(seed("CT_small.dcm").read_bytes())
    pixels = dicom.read(target).pixel_array
    with pytest.raises(FileExistsError):
        dicom.transcode(target, target, "rle")
    # Over the source itself: its frames are read while the new file is made beside it.
    dicom.transcode(target, target, "rle", overwrite=True)
    assert dicom.read(target).file_meta.TransferSyntaxUID == RLELossless
    assert np.array_equal(dicom.read(target).pixel_array, pixels)
    assert dicom.transcode(target, target, "rle", overwrite=True).copied == [str(target)]


def test_a_folder_takes_the_file_by_its_name(tmp_path: Path) -> None:
    done = dicom.transcode(seed("CT_small.dcm"), tmp_path, "rle")
    assert done.written == [str(tmp_path / "CT_small.dcm")]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with images, one without pixels, one that is broken, one that is no DICOM, and a DICOMDIR."""
    root = tmp_path / "in"
    for name, place in (
        ("CT_small.dcm", "a/ct.dcm"),
        ("MR_small_RLE.dcm", "a/b/mr"),
        ("emri_small.dcm", "emri.dcm"),
        ("rtplan.dcm", "a/plan.dcm"),
        ("MR_truncated.dcm", "z/broken.dcm"),
        ("dicomdirtests/DICOMDIR", "DICOMDIR"),
    ):
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_bytes(seed(name).read_bytes())
    (root / "readme.txt").write_text("no DICOM")
    return root


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_a_folder_keeps_its_tree(tree: Path, tmp_path: Path, workers: int) -> None:
    out = tmp_path / "out"
    seen: list[tuple[int, int]] = []
    done = dicom.transcode(tree, out, "rle", workers=workers, progress=lambda *counts: seen.append(counts))
    assert done.written == [str(out / "a/ct.dcm"), str(out / "emri.dcm")]
    assert done.copied == [str(out / "a/b/mr"), str(out / "a/plan.dcm")]
    assert done.left_out == [str(tree / "DICOMDIR"), str(tree / "readme.txt")]
    assert [(path, type(error)) for path, error in done.errors] == [(str(tree / "z/broken.dcm"), PixelError)]
    assert seen == [(number, 7) for number in range(1, 8)]
    assert (out / "a/plan.dcm").read_bytes() == seed("rtplan.dcm").read_bytes()
    written = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert written == ["a/b/mr", "a/ct.dcm", "a/plan.dcm", "emri.dcm"]
    assert "2 written, 2 copied, 2 left out, 1 failed" in repr(done)
    # Again: all but the broken one is there.
    again = dicom.transcode(tree, out, "rle")
    assert [type(error) for _, error in again.errors] == [FileExistsError] * 4 + [PixelError]
    assert not again.written
    assert len(dicom.transcode(tree, out, "rle", overwrite=True).errors) == 1


def test_a_folder_may_be_its_own_target_or_hold_it(tree: Path) -> None:
    done = dicom.transcode(tree, tree / "out", "rle")
    assert len(done.written) == 2
    done = dicom.transcode(tree, tree / "out", "jpeg-ls", overwrite=True)
    assert len(done.written) == 3
    assert not (tree / "out" / "out").exists()
    done = dicom.transcode(tree / "out", tree / "out", "jpeg2000-lossless", overwrite=True)
    assert len(done.written) == 3
    assert dicom.read(tree / "out" / "emri.dcm").pixel_array.shape == (10, 64, 64)


def test_a_folder_doesn_t_go_into_a_file(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotADirectoryError):
        dicom.transcode(tree, tmp_path / "file", "rle")


def test_links_to_folders_are_not_followed(tree: Path, tmp_path: Path) -> None:
    os.symlink(tree, tree / "a" / "again")
    assert len(dicom.transcode(tree, tmp_path / "out", "rle").written) == 2


@pytest.mark.parametrize("to", ["rle", "explicit-little", "jpeg2000"])
def test_memory_holds_a_few_frames(tmp_path: Path, to: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dicom.dataset.transcode._SPOOL_BYTES", 100_000)
    movie(tmp_path / "movie.dcm", 400)
    dicom.transcode(tmp_path / "movie.dcm", tmp_path / "rle.dcm", "rle")
    source = "movie.dcm" if to == "rle" else "rle.dcm"
    options: dict[str, Any] = {"ratio": 2.0} if to == "jpeg2000" else {}
    tracemalloc.start()
    try:
        dicom.transcode(tmp_path / source, tmp_path / "out.dcm", to, workers=2, **options)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # All frames are 52 MB.
    assert peak < 15e6
    with dicom.read(tmp_path / "out.dcm") as after:
        assert after.NumberOfFrames == 400


def test_progress_counts_the_frames_of_a_file(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    dicom.transcode(seed("emri_small.dcm"), tmp_path / "o.dcm", "rle", progress=lambda *counts: seen.append(counts))
    assert seen == [(number, 10) for number in range(1, 11)]
