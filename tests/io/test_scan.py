"""A scan of headers gives what reading each file gives, in columns; what has no row says why."""

from __future__ import annotations

import math
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.io.scan import Headers, scan_headers
from dicom.testing.encoder import EXPLICIT_LITTLE, Element, encode_file
from dicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from dicom.values import MultiValue
from tests.data_sources import dicom_files, other_files, seed
from tests.hostile import absurd

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

POSITION, SPACING, ROWS, SERIES = 0x00200032, 0x00280030, 0x00280010, 0x0020000E
NUMBERS = {
    "position": ((POSITION,), 3),
    "orientation": ((0x00200037,), 6),
    "spacing": ((SPACING,), 2),
    "thickness": ((0x00180050,), 1),
    "slope": ((0x00281053,), 1),
    "window": ((0x00281050,), 1),
    "rows": ((ROWS,), 1),
    "frames": ((0x00280008,), 1),
    "smallest": ((0x00280106,), 1),
    "increment": ((0x00280009,), 1),
    "shared spacing": ((0x52009229, 0x00289110, SPACING), 2),
    "first frame's position": ((0x52009230, 0x00209113, POSITION), 3),
}
TEXTS = {
    "series": (SERIES,),
    "class": (0x00080016,),
    "type": (0x00080008,),
    "time": (0x00080032,),
    "modality": (0x00080060,),
    "name": (0x00100010,),
    "description": (0x0008103E,),
    "institution": (0x00080080,),
    "media class": (0x00020002,),
    "referenced": (0x00081140, 0x00081155),
    "deep": (0x52009229, 0x00289110, 0x00289110, SERIES),
}


def element_at(ds: dicom.Dataset, path: Sequence[int]) -> Any:
    """The element at the end of a path, by plain reading; None where there is none."""
    for tag in path[:-1]:
        items = ds[tag].value if tag in ds and ds[tag].VR == "SQ" else ()
        if not items:
            return None
        ds = items[0]
    if path[0] >> 16 == 2:
        ds = ds.file_meta
    return ds.get(path[-1])


def number_at(ds: dicom.Dataset, path: Sequence[int], width: int) -> list[float]:
    element = element_at(ds, path)
    value = None if element is None else element.value
    if value is None or value == "":
        return [math.nan] * width
    try:
        values = [float(one) for one in value] if isinstance(value, MultiValue) else [float(value)]
    except ValueError:
        return [math.nan] * width
    if len(values) > width > 1:
        return [math.nan] * width
    return (values + [math.nan] * width)[:width]


def text_at(ds: dicom.Dataset, path: Sequence[int]) -> str | None:
    element = element_at(ds, path)
    value = None if element is None else element.value
    if isinstance(value, MultiValue):
        value = "\\".join(str(one) for one in value)
    return None if value is None or str(value) == "" else str(value)


def scan(sources: Sequence[Any], **options: Any) -> Headers:
    return scan_headers(sources, NUMBERS, TEXTS, **options)


@pytest.fixture(scope="module")
def read() -> dict[str, dicom.FileDataset]:
    """The readable files of the packages, read plainly without their pixels."""
    made = {}
    for path in dicom_files().values():
        try:
            made[str(path)] = dicom.read(path, stop_before_pixels=True)
        except dicom.errors.InvalidDicomError:
            continue
    return made


def test_every_real_file_gives_what_reading_it_gives(read: dict[str, dicom.FileDataset]) -> None:
    headers = scan(list(read))
    assert len(read) > 200
    for index, (path, ds) in enumerate(read.items()):
        for name, (tags, width) in NUMBERS.items():
            expected = number_at(ds, tags, width)
            np.testing.assert_array_equal(np.atleast_1d(headers.number(name)[index]), expected, f"{path} {name}")
        for name, tags in TEXTS.items():
            assert headers.text(name)[index] == text_at(ds, tags), f"{path} {name}"
        said = ds.file_meta.get("TransferSyntaxUID")
        assert headers.transfer_syntax[index] == (str(said) if said else None), path


def test_native_pixels_stand_where_the_columns_say() -> None:
    found = 0
    files = [str(path) for path in dicom_files().values()]
    headers = scan(files)
    for index, path in enumerate(files):
        offset, length = int(headers.pixel_offset[index]), int(headers.pixel_length[index])
        if headers.problem(index) is not None:
            continue
        ds = dicom.read(path)
        assert bool(headers.has_pixels[index]) == any(
            name in ds for name in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
        ), path
        if offset < 0:
            native = "PixelData" in ds and not ds["PixelData"].is_undefined_length
            assert not native or headers.is_deflated[index], path
            continue
        there = Path(path).read_bytes()[offset : offset + length]
        assert there == ds.PixelData, path
        assert headers.is_cut[index] == (len(there) < length)
        found += 1
    assert found > 60


def test_bytes_give_what_their_file_gives() -> None:
    files = [str(path) for path in dicom_files().values()]
    by_path = scan(files)
    by_bytes = scan([Path(path).read_bytes() for path in files])
    as_views = scan([memoryview(Path(path).read_bytes()) for path in files])
    for other in (by_bytes, as_views):
        for name in NUMBERS:
            np.testing.assert_array_equal(other.number(name), by_path.number(name))
        for name in TEXTS:
            assert other.text(name) == by_path.text(name)
        assert other.problems == by_path.problems
        np.testing.assert_array_equal(other.pixel_offset, by_path.pixel_offset)
        np.testing.assert_array_equal(other.size, by_path.size)
        assert not other.mtime_ns.any()


def test_the_file_is_identified_by_its_size_and_time() -> None:
    path = seed("CT_small.dcm")
    headers = scan([path])
    state = path.stat()
    assert (headers.size[0], headers.mtime_ns[0]) == (state.st_size, state.st_mtime_ns)


def test_each_bad_source_says_why_and_none_raises(tmp_path: Path) -> None:
    whole = seed("CT_small.dcm").read_bytes()
    (tmp_path / "text.dcm").write_text("this is no DICOM at all, " * 20)
    (tmp_path / "empty.dcm").write_bytes(b"")
    (tmp_path / "cut.dcm").write_bytes(whole[:1000])
    (tmp_path / "good.dcm").write_bytes(whole)
    names = ["text.dcm", "empty.dcm", "cut.dcm", "good.dcm", "absent.dcm", ".", "bad\0name"]
    headers = scan([str(tmp_path / name) for name in names])
    assert headers.problems[0] == "not DICOM"
    assert headers.problems[1] == "not DICOM: it is empty"
    assert str(headers.problems[2]).startswith("breaks off within its header, at byte ")
    assert headers.problems[3] is None
    assert headers.problems[4] == "vanished: there is no such file"
    assert headers.problems[5] == "can't be read: it is a folder"
    assert headers.problems[6] == "can't be read: no file can have this name"
    assert headers.number("rows")[[0, 1, 4, 5, 6]].tolist() == pytest.approx([math.nan] * 5, nan_ok=True)
    assert headers.text("modality") == [None, None, "CT", "CT", None, None, None]
    assert headers.number("rows")[3] == 128
    assert headers.pixel_offset[[0, 1, 2, 4, 5, 6]].tolist() == [-1] * 6


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert scan([tmp_path / "pipe"]).problems == ["not DICOM: it is no regular file"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="everything may be read here")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "secret.dcm"
    shutil.copy(seed("CT_small.dcm"), path)
    path.chmod(0)
    assert scan([path]).problems == ["can't be read: permission denied"]


def test_no_other_file_of_the_packages_is_taken_for_dicom() -> None:
    assert set(scan(list(other_files().values())).problems) == {"not DICOM"}


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
@pytest.mark.parametrize("outer_undefined", [False, True])
@pytest.mark.parametrize("inner_undefined", [False, True])
def test_numbers_of_every_vr_and_nested_ones(
    tmp_path: Path, syntax: str, outer_undefined: bool, inner_undefined: bool
) -> None:
    leaf, other = dicom.Dataset(), dicom.Dataset()
    leaf.add_new(SPACING, "DS", ["0.5", "0.25"])
    other.add_new(SPACING, "DS", ["9", "9"])
    middle = dicom.Dataset()
    middle.PixelMeasuresSequence = [leaf, other]
    ds = dicom.Dataset()
    ds.SharedFunctionalGroupsSequence = [middle]
    ds["SharedFunctionalGroupsSequence"].is_undefined_length = outer_undefined
    middle["PixelMeasuresSequence"].is_undefined_length = inner_undefined
    ds.Rows, ds.PixelRepresentation, ds.SmallestImagePixelValue = 512, 1, -3
    ds.add_new(0x00181244, "US", [1, 2])  # PreferredPlaybackSequencing's VR is US
    ds.add_new(0x00189073, "FD", 1.0 / 3)
    ds.add_new(0x00189306, "FD", 2.5)
    ds.add_new(0x00200013, "IS", " 12 ")
    ds.add_new(0x00089459, "FL", 1.5)
    ds.add_new(0x00720052, "AT", [0x00100020])
    path = tmp_path / "made.dcm"
    ds.ensure_file_meta()
    ds.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    ds.file_meta.TransferSyntaxUID = syntax
    ds.save_as(path, enforce_file_format=True)
    wanted: dict[str, tuple[tuple[int, ...], int]] = {
        "spacing": ((0x52009229, 0x00289110, SPACING), 2),
        "smallest": ((0x00280106,), 1),
        "two": ((0x00181244,), 2),
        "double": ((0x00189073,), 1),
        "whole": ((0x00200013,), 1),
        "float": ((0x00089459,), 1),
        "tag": ((0x00720052,), 1),
    }
    headers = scan_headers([path], wanted, {})
    assert headers.number("spacing").tolist() == [[0.5, 0.25]]
    assert headers.number("two").tolist() == [[1, 2]]
    assert [headers.number(name)[0] for name in ("smallest", "double", "whole", "float", "tag")] == [
        -3,
        1.0 / 3,
        12,
        1.5,
        0x00100020,
    ]
    assert headers.is_big_endian[0] == (syntax == ExplicitVRBigEndian)
    assert headers.is_implicit_vr[0] == (syntax == ImplicitVRLittleEndian)
    assert headers.transfer_syntax == [syntax]


def header_with(tag: int, vr: str, value: bytes) -> bytes:
    """A file of one element, whatever its value."""
    return encode_file([Element(tag, vr, value)])


@pytest.mark.parametrize("text", [b"abc ", b"inf ", b"nan ", b"1e999 ", b"1 2 ", b"\xff\xff", b"- ", b"    ", b""])
def test_text_that_is_no_number_is_nan(text: bytes) -> None:
    headers = scan([header_with(0x00180050, "DS", text)])
    assert headers.problems == [None]
    assert math.isnan(headers.number("thickness")[0])


def test_more_values_than_the_width_are_not_its_first_few() -> None:
    headers = scan([header_with(POSITION, "DS", b"1\\2\\3\\4 "), header_with(POSITION, "DS", b"1\\2 ")])
    np.testing.assert_array_equal(headers.number("position"), [[np.nan] * 3, [1, 2, np.nan]])
    assert scan([header_with(0x00281050, "DS", b"40\\400")]).number("window").tolist() == [40]


def test_the_vr_of_a_private_number_is_as_the_caller_says_where_nobody_else_does() -> None:
    private = (0x00191010,)
    data = b"\x08\x00\x60\x00\x02\x00\x00\x00MR" + b"\x19\x00\x10\x10\x08\x00\x00\x00" + b"\0\0\0\0\0\0\xf8?"
    headers = scan_headers(
        [data], {"said": (private, 1, "FD"), "unsaid": (private, 1), "twice": (private, 2, "FL")}, {}
    )
    assert headers.number("said").tolist() == [1.5]
    assert np.isnan(headers.number("unsaid")).all()
    assert headers.number("twice").tolist() == [[0.0, 1.9375]]


def test_a_vr_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="VR"):
        scan_headers([b""], {"x": ((0x00191010,), 1, "XX")}, {})


def test_text_is_read_in_the_character_set_of_its_file() -> None:
    names = {name: path for name, path in dicom_files().items() if "charset_files" in name}
    headers = scan(list(names.values()))
    for index, (name, path) in enumerate(names.items()):
        ds = dicom.read(path, stop_before_pixels=True)
        assert headers.text("name")[index] == text_at(ds, (0x00100010,)), name


def test_equal_texts_are_one_object() -> None:
    path = seed("CT_small.dcm")
    column = scan([path] * 100, workers=2).text("series")
    assert len({id(text) for text in column}) == 1


def test_a_column_is_made_once_and_can_not_be_changed() -> None:
    headers = scan([seed("CT_small.dcm")])
    assert headers.number("position") is headers.number("position")
    assert not headers.number("position").flags.writeable
    with pytest.raises(KeyError):
        headers.number("series")
    with pytest.raises(KeyError):
        headers.text("nothing")


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_rows_are_in_the_order_of_the_sources(workers: int) -> None:
    sources = [header_with(0x00200013, "IS", b"%06d" % index) for index in range(700)]
    headers = scan_headers(sources, {"number": ((0x00200013,), 1)}, {"text": (0x00200013,)}, workers=workers)
    assert headers.number("number").tolist() == list(range(700))
    assert headers.text("text") == [f"{index:06d}" for index in range(700)]


def test_nothing_to_scan_gives_empty_columns() -> None:
    headers = scan([])
    assert len(headers) == 0
    assert headers.number("position").shape == (0, 3)
    assert headers.number("rows").shape == (0,)
    assert headers.text("series") == headers.transfer_syntax == []
    assert headers.has_pixels.shape == (0,)


def test_progress_is_told_and_can_stop_the_scan() -> None:
    calls: list[tuple[int, int]] = []
    scan([seed("CT_small.dcm")] * 3, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (3, 3)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan([seed("CT_small.dcm")] * 20_000, progress=stop)


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="workers"):
        scan([], workers=0)
    with pytest.raises(ValueError, match="width"):
        scan_headers([], {"a": ((ROWS,), 0)}, {})
    with pytest.raises(ValueError, match="path"):
        scan_headers([], {}, {"a": ()})
    with pytest.raises(TypeError):
        scan([object()])


def test_hostile_files_end_in_a_row_or_a_problem() -> None:
    made = (
        absurd.lying_lengths,
        absurd.wrong_representations,
        absurd.odd_tags,
        absurd.bad_values,
        absurd.broken_fragments,
        absurd.garbage,
    )
    files = [file for make in made for file in make().values()]
    files += [
        absurd.nested(depth, EXPLICIT_LITTLE, undefined=undefined) for depth in (5, 4000) for undefined in (False, True)
    ]
    files += [absurd.deflated_zeros(600 << 20), absurd.many_fragments(1000)]
    headers = scan(files)
    assert len(headers.problems) == len(files) > 50
    said = " ".join(problem for problem in headers.problems if problem)
    assert absurd.MARKER not in said


def test_every_way_to_cut_a_file_ends_in_a_row_or_a_problem() -> None:
    whole = seed("MR_small.dcm").read_bytes()
    headers = scan([whole[:end] for end in range(0, len(whole), 7)])
    uncut = int(scan([whole]).pixel_offset[0])
    pixels_end = uncut + int(scan([whole]).pixel_length[0])
    for index, end in enumerate(range(0, len(whole), 7)):
        if headers.problems[index] is None and end > 400:
            assert headers.pixel_offset[index] in (-1, uncut)
        if end >= uncut:
            assert headers.problems[index] is None
            assert headers.is_cut[index] == (end < pixels_end)
