"""``pydicom.filereader``: reading from streams, compared with pydicom's: what is read, and where the stream stands."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pydicom.filereader
import pydicom.tag
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom import settings
from dicom.compat import filereader
from dicom.errors import DicomError, LimitError
from tests.compat.oracle import outcome

UNDEFINED = 0xFFFFFFFF
LONG = ("OB", "OW", "SQ", "UN", "UT")


def element(tag: int, vr: str, value: bytes, length: int | None = None) -> bytes:
    """An element in explicit VR little endian."""
    size = len(value) if length is None else length
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr.encode())
    return head + (struct.pack("<HL", 0, size) if vr in LONG else struct.pack("<H", size)) + value


def implicit(tag: int, value: bytes, length: int | None = None) -> bytes:
    return struct.pack("<HHL", tag >> 16, tag & 0xFFFF, len(value) if length is None else length) + value


ITEM_END, SEQUENCE_END = implicit(0xFFFEE00D, b""), implicit(0xFFFEE0DD, b"")
PERSON = element(0x00100010, "PN", b"A^B ") + element(0x00100020, "LO", b"id")
ROWS = element(0x00280010, "US", b"\1\0")
SEQUENCE = element(0x300A00B0, "SQ", implicit(0xFFFEE000, ROWS))
OPEN_SEQUENCE = element(0x300A00B0, "SQ", implicit(0xFFFEE000, ROWS + ITEM_END, UNDEFINED) + SEQUENCE_END, UNDEFINED)
PIXELS = element(0x7FE00010, "OB", implicit(0xFFFEE000, b"") + implicit(0xFFFEE000, b"abcd") + SEQUENCE_END, UNDEFINED)
IMPLICIT = implicit(0x00100010, b"A^B ") + implicit(0x300A00B0, implicit(0xFFFEE000, implicit(0x00280010, b"\1\0")))
ITEMS = implicit(0xFFFEE000, PERSON) + implicit(0xFFFEE000, PERSON + ITEM_END, UNDEFINED)


def file_of(dataset: bytes, syntax: bytes = b"1.2.840.10008.1.2.1\0") -> bytes:
    meta = element(0x00020010, "UI", syntax)
    return b"\0" * 128 + b"DICM" + element(0x00020000, "UL", struct.pack("<L", len(meta))) + meta + dataset


FILE = file_of(PERSON + SEQUENCE + PIXELS)
BEFORE_PIXELS = len(FILE) - len(PIXELS)


def at_pixels(tag: int, vr: str | None, length: int) -> bool:
    return tag == 0x7FE00010


def facts(value: Any) -> Any:
    """A data set, element or sequence as what both libraries say of it."""
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return [facts(item) for item in value]
    if hasattr(value, "_fields"):
        return tuple(value)
    if hasattr(value, "VR"):
        return int(value.tag), value.VR, facts(value.value) if value.VR == "SQ" else value.value
    if hasattr(value, "file_meta") or hasattr(value, "iterall"):
        return str(value), getattr(value, "original_encoding", None)
    return value if not hasattr(value, "__iter__") or isinstance(value, (str, bytes)) else [facts(v) for v in value]


def both(call: Callable[[Any, io.BytesIO], Any], content: bytes) -> list[Any]:
    results = []
    for library in (filereader, pydicom.filereader):
        stream = io.BytesIO(content)
        results.append((outcome(lambda: str(facts(call(library, stream)))), stream.tell()))  # noqa: B023
    return results


@pytest.mark.parametrize(("implicit_vr", "vr"), [(True, None), (False, "OB"), (False, "US"), (False, None)])
def test_an_offset_is_the_one_of_pydicom(implicit_vr: bool, vr: str | None) -> None:
    ours = filereader.data_element_offset_to_value(implicit_vr, vr)
    assert ours == pydicom.filereader.data_element_offset_to_value(implicit_vr, vr)
    assert filereader.ENCODED_VR == pydicom.filereader.ENCODED_VR


@pytest.mark.parametrize(
    "content",
    [PERSON, PERSON + SEQUENCE, PERSON + OPEN_SEQUENCE + PIXELS, PERSON + ITEM_END + SEQUENCE, PERSON[:-1], b""],
)
@pytest.mark.parametrize(
    "options",
    [{}, {"defer_size": 3}, {"specific_tags": [pydicom.tag.Tag(0x00100020)]}, {"stop_when": at_pixels}],
)
def test_elements_come_one_by_one_as_in_pydicom(content: bytes, options: dict[str, Any]) -> None:
    ours, theirs = both(lambda library, fp: list(library.data_element_generator(fp, False, True, **options)), content)
    assert ours == theirs


def test_elements_of_implicit_vr_come_as_in_pydicom() -> None:
    ours, theirs = both(lambda library, fp: list(library.data_element_generator(fp, True, True)), IMPLICIT)
    assert ours == theirs


def test_a_raw_element_is_what_the_file_has() -> None:
    first = next(filereader.data_element_generator(io.BytesIO(PERSON), False, True))
    assert first == (0x00100010, "PN", 4, b"A^B ", 8, False, True, True, False)


def test_text_of_a_sequence_is_decoded_by_the_character_set_before_it() -> None:
    name = implicit(0xFFFEE000, element(0x00100010, "PN", "Ä".encode()))
    content = element(0x00080005, "CS", b"ISO_IR 192") + element(0x300A00B0, "SQ", name + SEQUENCE_END, UNDEFINED)
    *_, sequence = filereader.data_element_generator(io.BytesIO(content), False, True)
    assert sequence.value[0].PatientName == "Ä"  # type: ignore[index, union-attr]


@pytest.mark.parametrize(
    ("content", "arguments"),
    [
        (PERSON + SEQUENCE + PIXELS, (False, True)),
        (IMPLICIT, (True, True)),
        (PERSON + ITEM_END + SEQUENCE, (False, True)),
        (PERSON + SEQUENCE, (False, True, len(PERSON))),
        (PERSON, (True, True)),
        (IMPLICIT, (False, True)),
        (b"", (True, True)),
        (implicit(0x00000002, b"1.2\0") + implicit(0x00000100, b"\1\0"), (True, True)),
        (element(0x00020010, "UI", b"1.2\0"), (False, True)),
        (b"\0\x28\0\x10US\0\2\0\1", (False, False)),
        (PERSON + SEQUENCE + PIXELS, (False, True, None, at_pixels)),
        (PERSON + PIXELS, (False, True, None, lambda tag, vr, length: True)),
    ],
)
def test_a_data_set_is_read_as_in_pydicom(content: bytes, arguments: tuple[Any, ...]) -> None:
    ours, theirs = both(lambda library, fp: library.read_dataset(fp, *arguments), content)
    assert ours == theirs


def test_a_data_set_has_no_file_meta_information() -> None:
    dataset = filereader.read_dataset(io.BytesIO(PERSON), False, True)
    assert not hasattr(dataset, "file_meta")
    assert not hasattr(dataset, "preamble")
    assert type(dataset).__name__ == "Dataset"


def test_the_reading_begins_where_the_stream_stands() -> None:
    stream = io.BytesIO(b"xxxx" + PERSON + ITEM_END + b"yy")
    stream.seek(4)
    assert filereader.read_dataset(stream, False, True).PatientID == "id"
    assert stream.read() == b"yy"


def test_specific_tags_are_kept_alone() -> None:
    dataset = filereader.read_dataset(io.BytesIO(PERSON), False, True, specific_tags=[0x00100020])
    assert list(dataset.keys()) == [0x00100020]


@pytest.mark.parametrize("encoding", ["latin_1", ["latin_1"], ["UTF8"], ["iso2022_jp"], ["cp1251"]])
@pytest.mark.parametrize("own", [b"", element(0x00080005, "CS", b"ISO_IR 192")])
def test_text_is_decoded_by_the_parents_encoding_unless_there_is_an_own(encoding: Any, own: bytes) -> None:
    codec = "utf8" if own or encoding == ["UTF8"] else "latin_1"
    content = own + element(0x00100010, "PN", "Ä".encode(codec).ljust(2))
    ours, theirs = both(lambda library, fp: library.read_dataset(fp, False, True, parent_encoding=encoding), content)
    assert ours[0][0] == theirs[0][0]


def test_an_items_own_character_set_wins_over_the_parents() -> None:
    item = element(0x00080005, "CS", b"ISO_IR 192") + element(0x00100010, "PN", "Ä".encode())
    sequence = filereader.read_sequence(io.BytesIO(implicit(0xFFFEE000, item)), False, True, len(item) + 8, ["latin_1"])
    assert sequence[0].PatientName == "Ä"
    content = element(0x300A00B0, "SQ", implicit(0xFFFEE000, item))
    dataset = filereader.read_dataset(io.BytesIO(content), False, True, parent_encoding=["latin_1"])
    assert dataset.BeamSequence[0].PatientName == "Ä"


@pytest.mark.parametrize(
    ("content", "length"),
    [(ITEMS + b"zz", len(ITEMS)), (ITEMS + SEQUENCE_END + b"zz", UNDEFINED), (ITEMS, 0)],
)
def test_a_sequence_is_read_as_in_pydicom(content: bytes, length: int) -> None:
    ours, theirs = both(lambda library, fp: library.read_sequence(fp, False, True, length, ["iso8859"]), content)
    assert ours == theirs


def test_a_sequence_knows_that_its_length_was_undefined() -> None:
    sequence = filereader.read_sequence(io.BytesIO(ITEMS + SEQUENCE_END), False, True, UNDEFINED, "iso8859")
    assert sequence.is_undefined_length
    assert [item.is_undefined_length_sequence_item for item in sequence] == [False, True]


@pytest.mark.parametrize("content", [implicit(0xFFFEE000, PERSON) + b"zz", ITEMS[30:] + b"zz", SEQUENCE_END + b"zz"])
def test_an_item_is_read_as_in_pydicom(content: bytes) -> None:
    ours, theirs = both(lambda library, fp: library.read_sequence_item(fp, False, True, "iso8859"), content)
    assert ours == theirs


def test_what_is_no_item_is_an_error() -> None:
    with pytest.raises(EOFError):
        filereader.read_sequence_item(io.BytesIO(b"abc"), False, True, "iso8859")
    with pytest.raises(ValueError, match="item is expected"):
        filereader.read_sequence_item(io.BytesIO(PERSON), False, True, "iso8859")
    with pytest.raises(EOFError):
        filereader.read_sequence(io.BytesIO(ITEMS), False, True, UNDEFINED, "iso8859")


def test_there_is_no_big_endian_implicit_vr() -> None:
    with pytest.raises(ValueError, match=r"PS3\.5 A\.1"):
        filereader.read_dataset(io.BytesIO(b"\0\x28\0\x10\0\0\0\2\0\1"), True, False)


@pytest.mark.parametrize("content", [FILE, b"\1" * 128 + b"DICM", b"abc", PERSON * 20])
@pytest.mark.parametrize("force", [True, False])
def test_a_preamble_is_read_as_in_pydicom(content: bytes, force: bool) -> None:
    ours, theirs = both(lambda library, fp: library.read_preamble(fp, force), content)
    # Ours is a ValueError as well.
    assert ours[0] == theirs[0] or (ours[0][0], theirs[0][0]) == (("error", "ValueError"), ("error", "Exception"))
    # Without one, the stream stays at its beginning.
    assert ours[1] == (132 if b"DICM" in content else 0)


def test_file_meta_information_is_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(FILE)
    ours, theirs = filereader.read_file_meta_info(path), pydicom.filereader.read_file_meta_info(path)
    assert str(ours) == str(theirs)
    assert type(ours).__name__ == "FileMetaDataset"
    for skipped in (FILE[132:], PERSON, b""):
        results = both(lambda library, fp: library._read_file_meta_info(fp), skipped)
        assert results[0] == results[1]


def test_a_command_set_is_read_alone() -> None:
    command = implicit(0x00000002, b"1.2\0") + implicit(0x00000100, b"\1\0")
    for content in (command + PERSON, command):
        ours, theirs = both(lambda library, fp: library._read_command_set_elements(fp), content)
        assert ours == theirs


@pytest.mark.parametrize("stop_when", [at_pixels, lambda tag, vr, length: vr == "SQ", lambda tag, vr, length: False])
def test_a_file_is_read_up_to_where_it_is_told_as_in_pydicom(stop_when: Any) -> None:
    ours, theirs = both(lambda library, fp: library.read_partial(fp, stop_when=stop_when), FILE)
    assert ours == theirs


def test_the_rest_of_a_partial_file_is_left_to_the_caller() -> None:
    stream = io.BytesIO(FILE)
    dataset = filereader.read_partial(stream, at_pixels)
    assert stream.tell() == BEFORE_PIXELS
    assert stream.read() == PIXELS
    assert dataset.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert dataset[0x00100010].file_tell == FILE.index(b"A^B ")


def test_a_partial_file_without_a_condition_is_the_file() -> None:
    stream = io.BytesIO(FILE)
    assert filereader.read_partial(stream).PatientID == "id"
    assert stream.read() == b""


def test_a_file_that_was_opened_gives_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(FILE)
    with open(path, "rb") as file:
        dataset = filereader.read_partial(file, at_pixels)
        assert dataset.filename == str(path)
        assert file.tell() == BEFORE_PIXELS


def test_a_deflated_file_is_cut_where_it_is_told() -> None:
    deflate = zlib.compressobj(wbits=-15)
    content = deflate.compress(PERSON + SEQUENCE + element(0x7FE00010, "OB", b"abcd")) + deflate.flush()
    deflated = file_of(content + b"\0" * (len(content) % 2), b"1.2.840.10008.1.2.1.99")
    dataset = filereader.read_partial(io.BytesIO(deflated), at_pixels)
    assert list(dataset.keys()) == [0x00100010, 0x00100020, 0x300A00B0]


def test_what_has_no_header_is_read_by_force() -> None:
    dataset = filereader.read_partial(io.BytesIO(PERSON + PIXELS), at_pixels, force=True)
    assert list(dataset.keys()) == [0x00100010, 0x00100020]


@pytest.mark.parametrize("assumed", [True, False])
@pytest.mark.parametrize("is_sequence", [True, False])
@pytest.mark.parametrize("content", [PERSON, IMPLICIT, b"", b"ab"])
def test_the_vr_is_told_by_the_bytes_as_in_pydicom(assumed: bool, is_sequence: bool, content: bytes) -> None:
    ours, theirs = both(lambda library, fp: library._is_implicit_vr(fp, assumed, True, None, is_sequence), content)
    assert ours[0] == theirs[0]
    assert ours[1] == 0


def test_a_deferred_value_is_read_from_where_it_was(tmp_path: Path) -> None:
    raw = next(filereader.data_element_generator(io.BytesIO(PERSON), False, True, defer_size=2))
    assert isinstance(raw, filereader.RawDataElement)
    assert raw.value is None
    found = filereader.read_deferred_data_element(io.BytesIO, io.BytesIO(PERSON), None, raw)
    assert found.value == b"A^B "
    path = tmp_path / "a"
    path.write_bytes(PERSON)
    assert filereader.read_deferred_data_element(io.BytesIO, path, None, raw).value == b"A^B "
    assert filereader.read_deferred_data_element(open, path, path.stat().st_mtime, raw).value == b"A^B "
    with pytest.warns(UserWarning, match="changed"):
        filereader.read_deferred_data_element(open, path, 1.0, raw)
    with pytest.raises(OSError, match="isn't known"):
        filereader.read_deferred_data_element(io.BytesIO, None, None, raw)
    with pytest.raises(OSError, match="isn't there"):
        filereader.read_deferred_data_element(open, tmp_path / "none", None, raw)
    with pytest.raises(ValueError, match="any more"):
        filereader.read_deferred_data_element(io.BytesIO, io.BytesIO(SEQUENCE + PERSON), None, raw)


def test_values_are_made_by_the_switches_that_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "current", settings.current.replace(use_DS_decimal=True))
    dataset = filereader.read_dataset(io.BytesIO(element(0x00101030, "DS", b"70.5")), False, True)
    assert type(dataset.PatientWeight).__name__ == "DSdecimal"


@pytest.mark.parametrize(
    ("vr", "value"),
    [
        ("AE", b"x" * 18), ("AS", b"12 Y"), ("CS", b"lower "), ("DA", b"1.4.1970"), ("DS", b"1" * 18), ("DT", b"x "),
        ("IS", b"1" * 14), ("LO", b"x" * 66), ("LO", b"fine"), ("LT", b"x" * 10242), ("PN", b"x" * 66),
        ("PN", b"a=b=c=d "), ("SH", b"x" * 18), ("ST", b"x" * 1026), ("TM", b"99"), ("UI", b"1.02"), ("UI", b"1.2\0"),
    ],
)  # fmt: skip
def test_values_that_break_their_vr_warn_where_those_of_pydicom_do(
    vr: str, value: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "current", settings.current.replace(reading_validation=settings.WARN))
    counts = []
    for library in (filereader, pydicom.filereader):
        dataset = library.read_dataset(io.BytesIO(element(0x00091001, vr, value)), False, True)
        with warnings.catch_warnings(record=True) as met:
            warnings.simplefilter("always")
            _ = dataset[0x00091001].value
        counts.append(len(met))
    assert counts[0] == counts[1]


def test_sequences_that_are_nested_too_deep_are_refused() -> None:
    deep = element(0x300A00B0, "SQ", b"", UNDEFINED) + implicit(0xFFFEE000, b"", UNDEFINED)
    with pytest.raises(LimitError, match="128 deep"):
        list(filereader.data_element_generator(io.BytesIO(deep * 200), False, True))


def test_a_value_of_undefined_length_outside_of_items_ends_at_its_delimiter() -> None:
    odd = element(0x00091001, "OB", b"plain bytes" + SEQUENCE_END, UNDEFINED)
    dataset = filereader.read_partial(io.BytesIO(file_of(PERSON + odd + PIXELS)), at_pixels)
    assert sorted(dataset.keys()) == [0x00091001, 0x00100010, 0x00100020]
    stream = io.BytesIO(file_of(PERSON + odd[:-8]))
    assert filereader.read_partial(stream, at_pixels).PatientID == "id"


def test_a_length_that_no_stream_has_takes_no_memory() -> None:
    liar = element(0x00091001, "UN", b"ab", 0xFFFFFFF0)
    (raw,) = filereader.data_element_generator(io.BytesIO(liar), False, True)
    assert raw.value == b"ab"


@given(content=st.binary(max_size=200), implicit_vr=st.booleans())
def test_any_bytes_end_in_elements_or_a_typed_error(content: bytes, implicit_vr: bool) -> None:
    warnings.simplefilter("ignore")
    settled = PERSON + content if not implicit_vr else implicit(0x00100020, b"id") + content
    try:
        list(filereader.data_element_generator(io.BytesIO(settled), implicit_vr, True))
    except (DicomError, EOFError):
        pass
    try:
        filereader.read_dataset(io.BytesIO(settled), implicit_vr, True)
        filereader.read_partial(io.BytesIO(file_of(settled)), at_pixels)
    except (DicomError, EOFError):
        pass
