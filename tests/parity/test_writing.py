"""What this library writes is what pydicom writes, as pydicom reads it back; and DCMTK takes it.

Edits and conversions are done by both libraries to the same file; both outputs are read by pydicom. What differs has
a reason in a table below. Errors are compared by the builtin class that a program catches.
"""

from __future__ import annotations

import io
import re
import subprocess
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import pydicom
import pydicom.dataset
import pytest

import dicom
import dicom.dataset
from dicom.testing.encoder import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from tests.commands import require
from tests.data_sources import dicom_files, seed

from .compare import describe, differing_places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.parity

OURS = SimpleNamespace(
    read=dicom.read, write=dicom.dcmwrite, Dataset=dicom.dataset.Dataset, FileMetaDataset=dicom.dataset.FileMetaDataset
)
THEIRS = SimpleNamespace(
    read=pydicom.dcmread,
    write=pydicom.dcmwrite,
    Dataset=pydicom.dataset.Dataset,
    FileMetaDataset=pydicom.dataset.FileMetaDataset,
)
SYNTAXES = {"implicit": IMPLICIT_LITTLE, "explicit": EXPLICIT_LITTLE, "big": EXPLICIT_BIG, "deflated": DEFLATED}
FILES = {name: path for name, path in dicom_files().items() if path.stat().st_size < 700_000}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def written(library: Any, dataset: Any, **options: Any) -> bytes:
    target = io.BytesIO()
    library.write(target, dataset, **options)
    return target.getvalue()


def read_back(data: bytes) -> dict[str, Any]:
    dataset = pydicom.dcmread(io.BytesIO(data), force=True)
    described = describe(dataset)
    meta = getattr(dataset, "file_meta", None)
    if meta is not None:
        described |= describe(meta, "meta ")
    # pydicom drops group lengths of the data set when it writes (ours are there, and right), and has another name for
    # a private creator when one stands before it.
    return {
        place: what
        for place, what in described.items()
        if not place.endswith(" name") and (",0000)" not in place or place.startswith("meta"))
    }


# --- edits -----------------------------------------------------------------------------------------------------------


def _add_items(library: Any, dataset: Any) -> None:
    item = library.Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "113100", "DCM", "Basic"
    nested = library.Dataset()
    nested.ReferencedSOPInstanceUID = "1.2.3"
    item.ReferencedImageSequence = [nested]
    dataset.DeidentificationMethodCodeSequence = [item, library.Dataset()]


def _set_text(library: Any, dataset: Any) -> None:
    dataset.PatientName = "Edited^Name"
    dataset.PatientID = "edited"
    dataset.InstitutionName = "a\\b"
    dataset.PatientComments = "two\r\nlines"
    dataset.ImageType = ["DERIVED", "SECONDARY"]


def _set_numbers(library: Any, dataset: Any) -> None:
    dataset.PixelSpacing = [0.5, "0.25"]
    dataset.InstanceNumber = 7
    dataset.SliceThickness = "1.50"
    dataset.ReferencedFrameNumber = [1, 2, 3]
    dataset.TableOfYBreakPoints = [1.5, -2.5]
    dataset.add_new(0x00280009, "AT", [0x00181063, 0x00181065])
    dataset.RWaveTimeVector = 0.5
    dataset.SmallestImagePixelValue = 5


def _private(library: Any, dataset: Any) -> None:
    block = dataset.private_block(0x0099, "TEST CREATOR", create=True)
    block.add_new(1, "LO", "private")
    block.add_new(2, "US", [1, 2])
    block.add_new(3, "SQ", [library.Dataset()])


def _delete(library: Any, dataset: Any) -> None:
    for tag in [element.tag for element in dataset if element.tag.is_private or element.VR == "DA"]:
        del dataset[tag]


def _walk(library: Any, dataset: Any) -> None:
    def change(holder: Any, element: Any) -> None:
        if element.VR == "UI" and element.tag != 0x00080016:
            element.value = "1.2.3.4.5"
        elif element.VR == "TM":
            element.value = ""

    dataset.walk(change)


EDITS: dict[str, Callable[[Any, Any], None]] = {
    "text": _set_text,
    "numbers": _set_numbers,
    "items": _add_items,
    "private": _private,
    "delete": _delete,
    "walk": _walk,
}


class Difference(NamedTuple):
    """Files by a part of their name and conversion, a pattern of places, and the reason."""

    file: str
    place: str
    reason: str


_PADDED = "A value of odd length is padded where the encoding becomes another (PS3.5 7.1.1); pydicom leaves it odd."

DIFFERENCES = (
    Difference(
        "DICOMDIR",
        r".*\(0004,(1200|1202|1400|1420|1504)\)",
        "Records point at each other by their offset, which another encoding moves; pydicom leaves what it was.",
    ),
    Difference(
        "meta_missing_tsyntax.dcm",
        r"\(0001,0001\)\[0\]\(0001,0002\)",
        _PADDED,
    ),
    Difference("nested_priv_SQ.dcm", r"\(0001,0001\)\[0\]\(0001,0002\)", _PADDED),
    Difference("no_meta.dcm", r"\(0820,0500\)", _PADDED),
    Difference(
        "emri_small_jpeg_2k_lossless_too_short.dcm",
        r"\(.*",
        "The file ends before the delimiter of its pixel data, which stays so untouched; pydicom can't read it.",
    ),
)


def is_explained(name: str, place: str) -> bool:
    place = place.removesuffix(" VM")
    return any(row.file in name and re.fullmatch(row.place, place) for row in DIFFERENCES)


def is_typed_or_readable(ours: Any, theirs: Exception) -> None:
    """Where pydicom writes nothing to compare with: an error of ours, its own error too, or a file that is read."""
    if isinstance(ours, Exception):
        assert isinstance(ours, (dicom.errors.DicomError, type(theirs))), ours
    else:
        assert len(dicom.read(ours, force=True)) > 0


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("name", [name for name in FILES if "DICOMDIR" not in name])
def test_an_edited_file_is_what_pydicom_writes(name: str, edit: str) -> None:
    made = {}
    for key, library in (("ours", OURS), ("theirs", THEIRS)):
        try:
            dataset = library.read(FILES[name], force=True)
            EDITS[edit](library, dataset)
            made[key] = written(library, dataset)
        except Exception as error:
            made[key] = error
    if isinstance(made["theirs"], Exception):
        is_typed_or_readable(made["ours"], made["theirs"])
        return
    assert not isinstance(made["ours"], Exception), made["ours"]
    differing = differing_places(read_back(made["ours"]), read_back(made["theirs"]))
    left = {place: what for place, what in differing.items() if not is_explained(name, place)}
    assert left == {}


@pytest.mark.parametrize("after", SYNTAXES)
@pytest.mark.parametrize("name", FILES)
def test_a_converted_file_is_what_pydicom_writes(name: str, after: str) -> None:
    made = {}
    for key, library in (("ours", OURS), ("theirs", THEIRS)):
        try:
            dataset = library.read(FILES[name], force=True)
            dataset.ensure_file_meta()
            dataset.file_meta.TransferSyntaxUID = SYNTAXES[after]
            made[key] = written(library, dataset)
        except Exception as error:
            made[key] = error
    if isinstance(made["theirs"], Exception):
        is_typed_or_readable(made["ours"], made["theirs"])
        return
    if isinstance(made["ours"], dicom.errors.WriteError):
        # pydicom writes encapsulated pixels under a native transfer syntax: nobody can read them.
        assert "encapsulated" in str(made["ours"])
        return
    assert not isinstance(made["ours"], Exception), made["ours"]
    ours, theirs = read_back(made["ours"]), read_back(made["theirs"])
    differing = differing_places(ours, theirs)
    left = {
        place: what
        for place, what in differing.items()
        # pydicom leaves the bytes of OW, OF, ... in the old byte order.
        if not (ours.get(place, ("", 0))[0] in ("OW", "OF", "OD", "OL", "OV") and "big" in (after, byte_order(name)))
        and not is_explained(f"{name} {after}", place)
    }
    assert left == {}


def byte_order(name: str) -> str:
    return "little" if dicom.read(FILES[name], force=True).original_encoding[1] else "big"


# --- errors ----------------------------------------------------------------------------------------------------------


def _dataset(library: Any, transfer_syntax: str | None = EXPLICIT_LITTLE) -> Any:
    dataset = library.Dataset()
    dataset.file_meta = library.FileMetaDataset()
    if transfer_syntax is not None:
        dataset.file_meta.TransferSyntaxUID = transfer_syntax
    return dataset


def _assigning(keyword: str, value: Any) -> Callable[[Any, Path], Any]:
    def program(library: Any, folder: Path) -> bytes:
        dataset = _dataset(library)
        setattr(dataset, keyword, value)
        return written(library, dataset)

    return program


def _adding(tag: int, vr: str, value: Any) -> Callable[[Any, Path], Any]:
    def program(library: Any, folder: Path) -> bytes:
        dataset = _dataset(library)
        dataset.add_new(tag, vr, value)
        return written(library, dataset)

    return program


def _with_syntax(transfer_syntax: str, **options: Any) -> Callable[[Any, Path], Any]:
    return lambda library, folder: written(library, _dataset(library, transfer_syntax), **options)


def _bare(**options: Any) -> Callable[[Any, Path], Any]:
    return lambda library, folder: written(library, library.Dataset(), **options)


def _to(make_target: Callable[[Path], Any], **options: Any) -> Callable[[Any, Path], Any]:
    return lambda library, folder: library.write(make_target(folder), _dataset(library), **options)


def _existing(folder: Path) -> Path:
    (folder / "a.dcm").write_bytes(b"old")
    return folder / "a.dcm"


def _native_as_compressed(library: Any, folder: Path) -> bytes:
    dataset = _dataset(library, "1.2.840.10008.1.2.4.50")
    dataset.add_new(0x7FE00010, "OB", b"abcd")
    return written(library, dataset)


def _short_preamble(library: Any, folder: Path) -> bytes:
    dataset = _dataset(library)
    dataset.preamble = b"abc"
    return written(library, dataset)


MISUSES: dict[str, Callable[[Any, Path], Any]] = {
    "nothing says how to encode": _bare(),
    "only implicit_vr": _bare(implicit_vr=True),
    "only little_endian": _bare(little_endian=True),
    "implicit big endian": _bare(implicit_vr=True, little_endian=False),
    "an argument against the transfer syntax": _with_syntax(EXPLICIT_LITTLE, implicit_vr=True, little_endian=True),
    "a byte order against the transfer syntax": _with_syntax(EXPLICIT_LITTLE, implicit_vr=False, little_endian=False),
    "a private transfer syntax": _with_syntax("1.2.3"),
    "a private transfer syntax, told": _with_syntax("1.2.3", implicit_vr=True, little_endian=True),
    "a transfer syntax that is a SOP class": _with_syntax("1.2.840.10008.5.1.4.1.1.2"),
    "a file format without UIDs": _with_syntax(EXPLICIT_LITTLE, enforce_file_format=True),
    "group 0002 in the data set": _adding(0x00020010, "UI", "1.2"),
    "group 0000 in the data set": _adding(0x00000100, "US", 1),
    "a target that is a number": _to(lambda folder: 5),
    "a target that is None": _to(lambda folder: None),
    "a target that is bytes": _to(lambda folder: b"a.dcm"),
    "a target of text": _to(lambda folder: io.StringIO()),
    "a folder": _to(lambda folder: folder),
    "a folder that is missing": _to(lambda folder: folder / "none" / "a.dcm"),
    "a file that is there": _to(_existing, overwrite=False),
    "a parameter that is none": _to(lambda folder: io.BytesIO(), colour=1),
    "a preamble of three bytes": _short_preamble,
    "native pixels as compressed ones": _native_as_compressed,
    "no number": _assigning("Rows", None),
    "an empty number": _assigning("Rows", ""),
    "text for OB": _assigning("EncapsulatedDocument", "abc"),
    "a number for OB": _assigning("EncapsulatedDocument", 5),
    "a list for OB": _assigning("EncapsulatedDocument", [1, 2]),
    "a number for text": _assigning("PatientID", 5),
    "a number for a UID": _assigning("SOPInstanceUID", 5),
    "text for a decimal": _assigning("SliceThickness", "abc"),
    "text for an integer": _assigning("InstanceNumber", "abc"),
    "a number for a sequence": _assigning("ReferencedImageSequence", 5),
    "numbers for items": _assigning("ReferencedImageSequence", [5]),
    "text for UN": _adding(0x00091001, "UN", "abc"),
}


def outcome(program: Callable[[Any, Path], Any], library: Any, folder: Path) -> Any:
    try:
        return program(library, folder)
    except Exception as error:
        return tuple(kind for kind in type(error).__mro__ if kind.__module__ == "builtins")


@pytest.mark.parametrize("misuse", MISUSES)
def test_a_misuse_ends_as_in_pydicom(misuse: str, tmp_path: Path) -> None:
    for one in ("ours", "theirs"):
        (tmp_path / one).mkdir()
    ours = outcome(MISUSES[misuse], OURS, tmp_path / "ours")
    theirs = outcome(MISUSES[misuse], THEIRS, tmp_path / "theirs")
    if isinstance(theirs, tuple):
        # The class that pydicom raises is one of ours, so that what catches the one catches the other.
        assert isinstance(ours, tuple)
        assert theirs[0] in ours
    else:
        assert ours == theirs


#: Where another class is raised, or where pydicom writes what breaks the standard: what both do, and the reason.
OTHERWISE: dict[str, tuple[Callable[[Any, Path], Any], type[Exception], type[Exception] | None, str]] = {
    "text for a number": (_assigning("Rows", "1"), TypeError, OSError, "an error of the value, not of the file"),
    "a number beyond its VR": (
        _assigning("Rows", 70000),
        ValueError,
        OSError,
        "an error of the value, not of the file",
    ),
    "a negative number": (_assigning("Rows", -1), ValueError, OSError, "an error of the value, not of the file"),
    "a number for a name": (_assigning("PatientName", 5), TypeError, AttributeError, "the type is what is wrong"),
    "a number for a date": (_assigning("StudyDate", 5), TypeError, AttributeError, "the type is what is wrong"),
    "a VR that isn't one": (_adding(0x00091001, "ZZ", b"a"), ValueError, NotImplementedError, "such a VR won't come"),
    "a data set that isn't one": (
        lambda library, folder: library.write(io.BytesIO(), {}),
        TypeError,
        AttributeError,
        "the type is what is wrong",
    ),
    "a fraction for an integer": (_assigning("InstanceNumber", 1.5), ValueError, None, "IS holds whole numbers"),
    "text beyond ASCII without a character set": (
        _assigning("TextValue", "ä"),
        ValueError,
        None,
        "the default repertoire has no such character",
    ),
    "a name that would become question marks": (
        _assigning("PatientName", "山"),
        ValueError,
        None,
        "pydicom writes question marks",
    ),
    "text longer than its VR allows": (_assigning("PatientID", "a" * 65), ValueError, None, "LO has 64 characters"),
}


@pytest.mark.parametrize("case", OTHERWISE)
def test_where_the_errors_differ_the_table_says_so(case: str, tmp_path: Path) -> None:
    program, our_error, their_error, reason = OTHERWISE[case]
    ours, theirs = outcome(program, OURS, tmp_path), outcome(program, THEIRS, tmp_path)
    assert our_error in ours
    assert reason
    if their_error is None:
        assert isinstance(theirs, bytes)
    else:
        assert their_error in theirs
        assert their_error not in ours


# --- DCMTK -----------------------------------------------------------------------------------------------------------

TO_DCMTK = (
    "CT_small.dcm", "MR_small.dcm", "rtplan.dcm", "test-SR.dcm", "reportsi.dcm", "rtdose_1frame.dcm",
    "waveform_ecg.dcm",
    "MR_small_bigendian.dcm", "image_dfl.dcm", "examples_palette.dcm", "../charset_files/chrH32.dcm",
    "../charset_files/chrKoreanMulti.dcm",
)  # fmt: skip


@pytest.mark.parametrize("after", SYNTAXES)
@pytest.mark.parametrize("name", TO_DCMTK)
def test_dcmtk_reads_what_was_edited_and_converted(name: str, after: str, tmp_path: Path) -> None:
    dataset = dicom.read(seed(name))
    _set_numbers(OURS, dataset)
    _add_items(OURS, dataset)
    _private(OURS, dataset)
    dataset.file_meta.TransferSyntaxUID = SYNTAXES[after]
    path, again = tmp_path / "a.dcm", tmp_path / "b.dcm"
    dataset.save_as(path, enforce_file_format=True)
    dumped = subprocess.run([require("dcmdump"), "-q", str(path)], capture_output=True, timeout=60, check=False)
    assert (dumped.returncode, dumped.stderr) == (0, b"")
    converted = subprocess.run(
        [require("dcmconv"), "+te", str(path), str(again)], capture_output=True, timeout=60, check=False
    )
    assert (converted.returncode, converted.stderr) == (0, b"")
    # DCMTK brings it to explicit little endian as this library does.
    dataset.file_meta.TransferSyntaxUID = EXPLICIT_LITTLE
    target = io.BytesIO()
    dicom.write(dataset, target)
    in_between = read_back(path.read_bytes())
    ours, theirs = describe(dicom.read(target.getvalue())), describe(dicom.read(again))
    lost = {place for place, (vr, _) in in_between.items() if vr == "UN"}
    left = {
        place: what
        for place, what in differing_places(ours, theirs).items()
        # In implicit VR private elements lose their VR, and pixels are OW; DCMTK drops group lengths.
        if not any(place.startswith(one) for one in lost)
        and ",0000)" not in place
        and not (place.startswith("(7FE0,0010)") and ours[place][1] == theirs[place][1])
    }
    assert left == {}
