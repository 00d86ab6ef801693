"""`dicom.write`, `dicom.dcmwrite`, `Dataset.save_as`: what they take and refuse, and that the target stays then."""

from __future__ import annotations

import io
import os
import stat
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import dicom
from dicom.dataset import Dataset, FileMetaDataset
from dicom.dataset.write import encode, encode_file_meta
from dicom.errors import (
    CharacterSetError,
    DicomError,
    FileMetaError,
    LimitError,
    ValueRepresentationError,
    ValueTypeError,
    WriteError,
)
from dicom.testing.encoder import (
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    Element,
    encode_file,
    encode_meta,
)
from dicom.uid import UID
from tests.data_sources import seed

from .written_file import ELEMENTS, FILE, names, read_file, written

if TYPE_CHECKING:
    from collections.abc import Callable

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="pipes and links of POSIX")

# --- targets ---------------------------------------------------------------------------------------------------------


class PathOfBytes:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __fspath__(self) -> bytes:
        return os.fsencode(self.path)


@pytest.mark.parametrize("form", [str, Path, PathOfBytes])
def test_a_path_of_any_form(form: Callable[[Path], Any], tmp_path: Path) -> None:
    dicom.write(read_file(), form(tmp_path / "a.dcm"))
    assert (tmp_path / "a.dcm").read_bytes() == FILE
    assert names(tmp_path) == ["a.dcm"]


@pytest.mark.parametrize("name", ["ä.dcm", "名前.dcm", "a b.dcm", ".hidden", "x" * 255, "-f", "%s{0}"])
def test_a_name_of_any_form(name: str, tmp_path: Path) -> None:
    for _ in range(2):
        read_file().save_as(tmp_path / name)
    assert (tmp_path / name).read_bytes() == FILE
    assert names(tmp_path) == [name]


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    dicom.write(read_file(), "a.dcm")
    assert names(tmp_path) == ["a.dcm"]


@pytest.mark.parametrize("buffering", [-1, 0])
def test_a_file_object_gets_the_bytes_where_it_stands(buffering: int, tmp_path: Path) -> None:
    with open(tmp_path / "a.dcm", "wb", buffering) as file:
        file.write(b"before")
        dicom.write(read_file(), file)
        file.write(b"after")
    assert (tmp_path / "a.dcm").read_bytes() == b"before" + FILE + b"after"


def test_an_object_that_has_write_alone_is_enough() -> None:
    class Gatherer:
        def __init__(self) -> None:
            self.got: list[Any] = []

        def write(self, content: Any) -> None:
            self.got.append(content)

    target = Gatherer()
    dicom.write(read_file(), target)
    assert b"".join(target.got) == FILE
    assert {type(one) for one in target.got} == {bytes}


@POSIX
def test_a_pipe_with_a_name(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as threads:
        got = threads.submit(pipe.read_bytes)
        dicom.write(read_file(), pipe)
        assert got.result() == FILE
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@POSIX
def test_a_pipe_without_a_name() -> None:
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as threads, open(reading, "rb") as source:
        got = threads.submit(source.read)
        with open(writing, "wb") as target:
            dicom.write(read_file(), target)
        assert got.result() == FILE


@POSIX
def test_a_raw_file_that_takes_nothing_now_is_no_silent_loss() -> None:
    class Busy(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, content: Any) -> None:
            return None

    with pytest.raises(BlockingIOError):
        dicom.write(read_file(), Busy())


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(b"old")
    (tmp_path / "link.dcm").symlink_to("a.dcm")
    dicom.write(read_file(), tmp_path / "link.dcm")
    assert (tmp_path / "link.dcm").is_symlink()
    assert (tmp_path / "a.dcm").read_bytes() == FILE


@POSIX
def test_the_mode_of_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"old")
    path.chmod(0o604)
    dicom.write(read_file(), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


REFUSED_TARGETS: dict[str, tuple[Any, type[Exception]]] = {
    "a number": (5, TypeError),
    "bytes": (b"a.dcm", TypeError),
    "None": (None, TypeError),
    "a file of text": (io.StringIO(), TypeError),
    "a path with a NUL": ("a\0.dcm", ValueError),
    "no path": ("", FileNotFoundError),
}


@pytest.mark.parametrize("target", REFUSED_TARGETS)
def test_a_target_that_is_none(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given, error = REFUSED_TARGETS[target]
    with pytest.raises(error):
        dicom.write(read_file(), given)
    with pytest.raises(error):
        dicom.dcmwrite(given, read_file(), force_encoding=True, implicit_vr=False, little_endian=True)
    assert names(tmp_path) == []


@pytest.mark.parametrize("missing", ["folder/a.dcm", "folder/deeper/a.dcm"])
def test_a_folder_that_is_missing_is_told_by_the_path_that_was_given(missing: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        dicom.write(read_file(), tmp_path / missing)
    assert caught.value.filename == str(tmp_path / missing)


def test_a_folder_is_no_target(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError) as caught:
        dicom.write(read_file(), tmp_path)
    assert caught.value.filename == str(tmp_path)


def test_a_closed_file_object() -> None:
    target = io.BytesIO()
    target.close()
    with pytest.raises(ValueError, match="closed"):
        dicom.write(read_file(), target)


@pytest.mark.parametrize("write", [dicom.write, lambda ds, path, **k: ds.save_as(path, **k)], ids=["write", "save_as"])
def test_overwrite_false_keeps_an_old_file(write: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    write(read_file(), path, overwrite=False)
    before = path.stat()
    dataset = read_file()
    dataset.PatientName = "Another"
    with pytest.raises(FileExistsError) as caught:
        write(dataset, path, overwrite=False)
    assert caught.value.filename == str(path)
    assert path.read_bytes() == FILE
    assert path.stat().st_ino == before.st_ino


# --- what isn't written ----------------------------------------------------------------------------------------------


def _with(change: Callable[[Any], object]) -> Any:
    dataset = read_file()
    with warnings.catch_warnings():
        # What breaks the rules is told when it is assigned, and refused when it is written.
        warnings.simplefilter("ignore", UserWarning)
        change(dataset)
    return dataset


def _cyclic() -> Any:
    dataset = read_file()
    dataset.ReferencedImageSequence.append(dataset)
    return dataset


def _meta(**elements: str) -> Callable[[Any], None]:
    def change(dataset: Any) -> None:
        for keyword, value in elements.items():
            setattr(dataset.file_meta, keyword, value)

    return change


def _deep() -> Any:
    dataset = Dataset()
    for _ in range(300):
        outer = Dataset()
        outer.ReferencedImageSequence = [dataset]
        dataset = outer
    dataset.ensure_file_meta()
    dataset.file_meta.TransferSyntaxUID = EXPLICIT_LITTLE
    return dataset


REFUSED: dict[str, tuple[Callable[[], Any], dict[str, Any], type[DicomError]]] = {
    "nothing says how to encode": (Dataset, {}, WriteError),
    "only the byte order is told": (Dataset, {"little_endian": True}, WriteError),
    "a data set within itself": (_cyclic, {}, LimitError),
    "300 data sets in each other": (_deep, {}, LimitError),
    "group 0002 in the data set": (lambda: _with(lambda ds: ds.add_new(0x00020010, "UI", "1.2")), {}, WriteError),
    "group 0000 in the data set": (lambda: _with(lambda ds: ds.add_new(0x00000100, "US", 1)), {}, WriteError),
    "a transfer syntax that is a SOP class": (
        lambda: _with(_meta(TransferSyntaxUID="1.2.840.10008.5.1.4.1.1.7")),
        {},
        WriteError,
    ),
    "a private transfer syntax": (lambda: _with(_meta(TransferSyntaxUID="1.2.3.4.5")), {}, WriteError),
    "an argument against the transfer syntax": (read_file, {"implicit_vr": True}, WriteError),
    "a byte order against the transfer syntax": (read_file, {"little_endian": False}, WriteError),
    "implicit big endian": (
        lambda: _with(lambda ds: delattr(ds, "file_meta")),
        {"implicit_vr": True, "little_endian": False},
        WriteError,
    ),
    "a File Meta Information without UIDs": (
        lambda: _with(lambda ds: (delattr(ds, "SOPClassUID"), delattr(ds.file_meta, "MediaStorageSOPClassUID"))),
        {"enforce_file_format": True},
        FileMetaError,
    ),
    "a value of another form": (
        lambda: _with(lambda ds: setattr(ds, "StudyDate", "abc")),
        {},
        ValueRepresentationError,
    ),
    "a value that is too long": (
        lambda: _with(lambda ds: setattr(ds, "Modality", "A" * 17)),
        {},
        ValueRepresentationError,
    ),
    "a number that is too large": (lambda: _with(lambda ds: setattr(ds, "Rows", 65536)), {}, ValueRepresentationError),
    "a list with one wrong value": (
        lambda: _with(lambda ds: ds.add_new(0x00280010, "US", [1, -1])),
        {},
        ValueRepresentationError,
    ),
    "text for UN": (lambda: _with(lambda ds: ds.add_new(0x00091001, "UN", "text")), {}, ValueTypeError),
    "a VR that isn't one": (lambda: _with(lambda ds: ds.add_new(0x00091001, "ZZ", b"a")), {}, WriteError),
    "a character that the character set lacks": (
        lambda: _with(lambda ds: setattr(ds, "PatientName", "山田")),
        {},
        CharacterSetError,
    ),
    "a character set that isn't one": (
        lambda: _with(lambda ds: setattr(ds, "SpecificCharacterSet", "ISO_IR 999")),
        {},
        ValueRepresentationError,
    ),
    "a wrong value in an item": (
        lambda: _with(lambda ds: setattr(ds.ReferencedImageSequence[0], "StudyTime", "99")),
        {},
        ValueRepresentationError,
    ),
    "fragments that are none": (
        lambda: _with(lambda ds: setattr(ds["EncapsulatedDocument"], "is_undefined_length", True)),
        {},
        WriteError,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_would_be_wrong_or_lost_raises_before_the_target_is_touched(case: str, tmp_path: Path) -> None:
    make, options, error = REFUSED[case]
    path = tmp_path / "a.dcm"
    path.write_bytes(b"old")
    dataset = make()
    with pytest.raises(error) as caught:
        dicom.write(dataset, path, **options)
    assert isinstance(caught.value, DicomError)
    assert not any(secret in str(caught.value) for secret in ("Secret", "山", "abc", "65536", "99'"))
    assert (names(tmp_path), path.read_bytes()) == (["a.dcm"], b"old")
    target = io.BytesIO()
    with pytest.raises(error):
        dicom.write(dataset, target, **options)
    assert target.getvalue() == b""


@pytest.mark.parametrize("given", [{}, None, b"", "a.dcm", Path("a")], ids=repr)
def test_only_a_data_set_is_written(given: Any) -> None:
    with pytest.raises(TypeError, match="a data set is written"):
        dicom.write(given, io.BytesIO())
    with pytest.raises(TypeError, match="a data set is written"):
        dicom.dcmwrite(io.BytesIO(), given, force_encoding=True, implicit_vr=True, little_endian=True)


@pytest.mark.parametrize("preamble", [b"", b"\0" * 127, b"\0" * 129])
def test_a_preamble_has_128_bytes(preamble: bytes) -> None:
    dataset = read_file()
    dataset.preamble = preamble
    with pytest.raises(ValueError, match="128 bytes"):
        written(dataset)


def test_an_error_names_the_element_and_has_its_tag() -> None:
    dataset = _with(lambda ds: setattr(ds.ReferencedImageSequence[0], "StudyDate", "Secret"))
    with pytest.raises(ValueRepresentationError, match=r"^StudyDate \(0008,0020\): ") as caught:
        written(dataset)
    assert caught.value.tag == 0x00080020


def test_what_was_read_wrong_is_not_judged() -> None:
    wrong = (Element(0x00080020, "DA", b"not a date"), Element(0x00080060, "CS", b"lower case and much too long  "))
    data = encode_file(wrong)
    dataset = dicom.read(data)
    dataset.PatientID = "1"
    assert written(dataset) == data + b"\x10\0\x20\0LO\x02\0" + b"1 "


# --- the arguments ---------------------------------------------------------------------------------------------------


def test_without_file_meta_the_arguments_say_how() -> None:
    dataset = Dataset()
    dataset.Rows = 258
    assert written(dataset, implicit_vr=True, little_endian=True) == b"\x28\0\x10\0\x02\0\0\0\x02\x01"
    assert written(dataset, implicit_vr=True) == b"\x28\0\x10\0\x02\0\0\0\x02\x01"
    assert written(dataset, implicit_vr=False, little_endian=True) == b"\x28\0\x10\0US\x02\0\x02\x01"
    assert written(dataset, implicit_vr=False, little_endian=False) == b"\0\x28\0\x10US\0\x02\x01\x02"


def test_without_file_meta_and_arguments_it_is_written_as_it_was_read() -> None:
    for syntax in (IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG):
        data = encode_file(ELEMENTS, syntax, meta=False)
        assert written(dicom.read(data)) == data


def test_arguments_that_say_what_the_transfer_syntax_says_change_nothing() -> None:
    assert written(read_file(), implicit_vr=False, little_endian=True) == FILE


def test_a_private_transfer_syntax_takes_arguments() -> None:
    dataset = read_file()
    dataset.file_meta.TransferSyntaxUID = "1.2.3.4.5"
    again = dicom.read(written(dataset, implicit_vr=False, little_endian=True))
    assert again == read_file()


def test_a_private_transfer_syntax_that_is_registered_needs_none() -> None:
    uid = UID("1.2.3.4.5.6.7.8.9")
    uid.set_private_encoding(True, True)
    dataset = read_file()
    dataset.file_meta.TransferSyntaxUID = uid
    assert written(dataset).endswith(written(dataset, implicit_vr=True, little_endian=True)[-300:])


def test_enforce_file_format_completes_what_stands_before_the_data_set() -> None:
    data = encode_file(ELEMENTS, preamble=None, meta=False)
    dataset = dicom.read(data)
    made = written(dataset, enforce_file_format=True)
    assert made[:132] == bytes(128) + b"DICM"
    assert made.endswith(data)
    meta = dicom.read(made).file_meta
    assert (meta.FileMetaInformationVersion, meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID) == (
        b"\0\1",
        "1.2.840.10008.5.1.4.1.1.7",
        "1.2.3.4",
    )
    assert meta.TransferSyntaxUID == EXPLICIT_LITTLE
    assert meta.ImplementationClassUID.is_valid
    assert meta.FileMetaInformationGroupLength == len(made) - len(data) - 132 - 12
    # The data set itself is as it was: nothing was put into it.
    assert (dataset.preamble, dataset.file_meta) == (None, dicom.read(data).file_meta)


def test_enforce_file_format_leaves_alone_what_is_complete() -> None:
    assert written(read_file(), enforce_file_format=True) == encode_file(
        ELEMENTS, meta=True, preamble=bytes(128)
    ).replace(encode_meta(EXPLICIT_LITTLE, instance="1.2.3.4"), encode_file_meta(read_file().file_meta))
    data = seed("CT_small.dcm").read_bytes()
    assert written(dicom.read(data), enforce_file_format=True) == data


def test_enforce_file_format_brings_the_uids_of_the_data_set_into_the_meta() -> None:
    dataset = read_file()
    dataset.SOPInstanceUID = "1.2.3.99"
    again = dicom.read(written(dataset, enforce_file_format=True))
    assert again.file_meta.MediaStorageSOPInstanceUID == "1.2.3.99"
    assert dicom.read(written(dataset)).file_meta.MediaStorageSOPInstanceUID == "1.2.3.4"


def test_an_edit_of_the_meta_changes_its_group_length_and_nothing_behind_it() -> None:
    dataset = read_file()
    before = dataset.file_meta.FileMetaInformationGroupLength
    dataset.file_meta.ImplementationVersionName = "NAME"
    made = written(dataset)
    added = b"\x02\0\x13\0SH\x04\0NAME"
    assert made == FILE.replace(
        b"\x02\0\0\0UL\x04\0" + before.to_bytes(4, "little"),
        b"\x02\0\0\0UL\x04\0" + (before + len(added)).to_bytes(4, "little"),
    ).replace(b"\x08\0\x05\0CS", added + b"\x08\0\x05\0CS", 1)


@pytest.mark.parametrize("attribute", ["preamble", "file_meta"])
def test_what_was_taken_away_before_the_data_set_is_not_written(attribute: str) -> None:
    dataset = read_file()
    setattr(dataset, attribute, None)
    body = FILE[132 + len(encode_meta(EXPLICIT_LITTLE)) :]
    expected = FILE[132:] if attribute == "preamble" else FILE[:132] + body
    assert written(dataset) == expected


def test_a_preamble_of_ones_own() -> None:
    dataset = read_file()
    for preamble in (b"\1" * 128, bytearray(b"\2" * 128)):
        dataset.preamble = preamble
        assert written(dataset) == bytes(preamble) + FILE[128:]


def test_dcmwrite_and_save_as_write_the_same(tmp_path: Path) -> None:
    target = io.BytesIO()
    dicom.dcmwrite(target, read_file())
    read_file().save_as(tmp_path / "a.dcm")
    assert target.getvalue() == (tmp_path / "a.dcm").read_bytes() == FILE


def test_write_like_original_warns_and_is_the_opposite_of_enforce_file_format() -> None:
    bare = dicom.read(encode_file(ELEMENTS, preamble=None, meta=False))
    for like_original in (True, False):
        for arguments, options in (((like_original,), {}), ((), {"write_like_original": like_original})):
            target = io.BytesIO()
            with pytest.warns(DeprecationWarning, match="enforce_file_format"):
                dicom.dcmwrite(target, bare, *arguments, **options)
            assert (target.getvalue()[128:132] == b"DICM") is not like_original
            with pytest.warns(DeprecationWarning, match="enforce_file_format"):
                bare.save_as(io.BytesIO(), *arguments, **options)


def test_a_parameter_that_is_none() -> None:
    with pytest.raises(TypeError, match="no parameter colour"):
        dicom.dcmwrite(io.BytesIO(), read_file(), colour=1)


def test_force_encoding_encodes_against_the_transfer_syntax() -> None:
    target = io.BytesIO()
    dicom.dcmwrite(target, read_file(), force_encoding=True, implicit_vr=True, little_endian=True)
    expected = encode(read_file(), implicit_vr=True, little_endian=True)
    assert target.getvalue() == FILE[: -len(encode(read_file(), implicit_vr=False, little_endian=True))] + expected
    with pytest.raises(ValueError, match="implicit_vr"):
        dicom.dcmwrite(io.BytesIO(), read_file(), force_encoding=True)


def test_a_meta_made_by_hand_is_written_as_far_as_it_goes() -> None:
    dataset = Dataset()
    dataset.Rows = 2
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = EXPLICIT_LITTLE
    assert written(dataset) == (b"\x02\0\x10\0UI\x14\x001.2.840.10008.1.2.1\0" + b"\x28\0\x10\0US\x02\0\x02\0")
