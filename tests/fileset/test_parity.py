"""The same File-sets through this library and through pydicom."""

from __future__ import annotations

import gc
import itertools
import warnings
from pathlib import Path
from typing import Any

import pydicom
import pydicom.fileset
import pytest

import dicom
import dicom.compat.fileset
import dicom.fileset
from tests.data_sources import package_folder
from tests.fileset.made_sets import files_of, instance, write_instances

pytestmark = pytest.mark.parity

FOLDER = package_folder("pydicom") / "data" / "test_files"
DIRECTORIES = [
    "DICOMDIR",
    "DICOMDIR-implicit",
    "DICOMDIR-empty.dcm",
    "DICOMDIR-nooffset",
    "DICOMDIR-reordered",
    "DICOMDIR-bigEnd",
    "TINY_ALPHA/DICOMDIR",
]


@pytest.fixture(autouse=True)
def _no_warnings_of_either() -> Any:
    """pydicom's temporary folders warn when they go, which is here; what ours warns of is tested elsewhere."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
        gc.collect()


def described(file_set: Any) -> list[tuple[Any, ...]]:
    """What is known of each instance, as plain values."""
    return [
        (
            one.path,
            one.FileID,
            str(one.SOPInstanceUID),
            str(one.SOPClassUID),
            str(one.TransferSyntaxUID),
            str(one.PatientID),
            str(one.StudyInstanceUID),
            one.is_staged,
            one.for_moving,
            one.for_addition,
            one.for_removal,
            one.is_private,
            one.node.depth,
            one.node.index,
            one.node.component,
            one.node.record_type,
            str(one.node.key),
            [str(node) for node in one.node.ancestors],
            [str(node) for node in one.node.reverse()],
            str(one.node.next),
            str(one.node.previous),
        )
        for one in file_set
    ]


def own(file_set: Any) -> tuple[Any, ...]:
    """What a File-set says of itself."""
    character_set, file_id = file_set.descriptor_character_set, file_set.descriptor_file_id
    return (file_set.ID, str(file_set.UID), file_id, character_set, file_set.path, file_set.root_path, len(file_set))


@pytest.mark.parametrize("name", DIRECTORIES)
def test_existing_file_set_is_the_same(name: str) -> None:
    ours = dicom.fileset.FileSet(FOLDER / "dicomdirtests" / name)
    theirs = pydicom.fileset.FileSet(FOLDER / "dicomdirtests" / name)
    assert str(ours) == str(theirs)
    assert own(ours) == own(theirs)
    assert described(ours) == described(theirs)
    assert ours.is_staged == theirs.is_staged
    assert ours._tree.prettify("..") == theirs._tree.prettify("..")


def test_file_set_of_a_data_set_is_the_same() -> None:
    path = FOLDER / "dicomdirtests" / "DICOMDIR"
    ours, theirs = dicom.fileset.FileSet(dicom.read(path)), pydicom.fileset.FileSet(pydicom.dcmread(path))
    assert described(ours) == described(theirs)


def test_directory_without_patient_records_is_read_where_pydicom_refuses() -> None:
    path = FOLDER / "dicomdirtests" / "DICOMDIR-nopatient"
    with pytest.raises(ValueError, match="missing a required element"):
        pydicom.fileset.FileSet(path)
    complete = dicom.fileset.FileSet(FOLDER / "dicomdirtests" / "DICOMDIR")
    found = dicom.fileset.FileSet(path)
    assert {one.path for one in found} == {one.path for one in complete}
    assert {finding.code for finding in found.findings} == {"orphan-placed"}


QUERIES: list[tuple[dict[str, Any], bool]] = [
    ({}, False),
    ({"PatientID": "77654033"}, False),
    ({"PatientID": "77654033", "Modality": "CT"}, False),
    ({"PatientID": "nobody"}, False),
    ({"PatientName": "Doe^Peter", "SeriesNumber": 700}, False),
    ({"PhotometricInterpretation": "MONOCHROME2"}, False),
    ({"PhotometricInterpretation": "MONOCHROME1"}, True),
    ({"Modality": "MR", "Rows": 16}, True),
    ({"TransferSyntaxUID": "1.2.840.10008.1.2.1"}, False),
    ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.1"}, False),
]


@pytest.mark.parametrize(("query", "load"), QUERIES)
def test_find_is_the_same(query: dict[str, Any], load: bool) -> None:
    path = FOLDER / "dicomdirtests" / "DICOMDIR"
    ours = dicom.fileset.FileSet(path).find(load, **query)
    theirs = pydicom.fileset.FileSet(path).find(load, **query)
    assert [one.path for one in ours] == [one.path for one in theirs]


KEYS: list[tuple[Any, bool]] = [
    ("PatientID", False),
    (0x00100020, False),
    (["PatientID", "Modality"], False),
    ([0x00100020, "Modality", "SeriesNumber"], False),
    ("PhotometricInterpretation", False),
    (["PhotometricInterpretation", "Rows"], True),
    ("ImageType", True),
    ("SOPInstanceUID", False),
]


@pytest.mark.parametrize(("keys", "load"), KEYS)
def test_find_values_is_the_same(keys: Any, load: bool) -> None:
    path = FOLDER / "dicomdirtests" / "DICOMDIR"
    ours = dicom.fileset.FileSet(path).find_values(keys, load=load)
    theirs = pydicom.fileset.FileSet(path).find_values(keys, load=load)
    assert str(ours) == str(theirs)


def test_find_values_in_some_instances_is_the_same() -> None:
    path = FOLDER / "dicomdirtests" / "DICOMDIR"
    found = []
    for library in (dicom, pydicom):
        file_set = library.fileset.FileSet(path)
        chosen = file_set.find(PatientID="98890234")
        found.append([str(uid) for uid in file_set.find_values("StudyInstanceUID", instances=chosen)])
    assert found[0] == found[1]


@pytest.mark.parametrize("keyword", ["Nope", "FileID"])
def test_unknown_keywords_are_value_errors_in_both(keyword: str) -> None:
    for library in (dicom, pydicom):
        file_set = library.fileset.FileSet(FOLDER / "dicomdirtests" / "DICOMDIR")
        with pytest.raises(ValueError, match=keyword):
            file_set.find(**{keyword: 1})
        with pytest.raises(ValueError, match=keyword):
            file_set.find_values(keyword)
        one = next(iter(file_set))
        with pytest.raises(ValueError, match=keyword):
            _ = keyword in one
        with pytest.raises(ValueError, match=keyword):
            _ = one[keyword]


def test_absent_elements_of_an_instance_are_the_same_errors() -> None:
    for library in (dicom, pydicom):
        one = next(iter(library.fileset.FileSet(FOLDER / "dicomdirtests" / "DICOMDIR")))
        assert ("PatientID" in one, 0x00100020 in one, "PixelData" in one) == (True, True, False)
        assert one["PatientID"].value == one[0x00100020].value == "77654033"
        with pytest.raises(KeyError):
            _ = one["PixelData"]
        for name in ("PixelData", "nothing"):
            with pytest.raises(AttributeError):
                getattr(one, name)


# --- making, changing, writing ---------------------------------------------------------------------------------------


def make_and_write(library: Any, source: Path, root: Path) -> Any:
    """A new File-set of three patients."""
    file_set = library.fileset.FileSet()
    for path in sorted(source.rglob("F*")):
        file_set.add(path)
    file_set.ID = "PARITY"
    file_set.UID = library.uid.UID("1.2.3.4.5.6.7")
    file_set.descriptor_file_id = ["README"]
    file_set.descriptor_character_set = "ISO_IR 100"
    assert file_set.is_staged
    file_set.write(root)
    assert not file_set.is_staged
    return file_set


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Instances of three patients with four series."""
    folder = tmp_path / "source"
    names = [
        ("A", "P1", "1.1", "1.1.1"),
        ("B", "P1", "1.1", "1.1.2"),
        ("C", "P2", "1.2", "1.2.1"),
        ("D", "P3", "1.3", "1"),
    ]
    for index, (letter, patient, study, series) in enumerate(names):
        (folder / letter).mkdir(parents=True)
        for number in range(3):
            data = instance(f"1.2.9.{index}.{number}", patient, study, series, number + 1)
            (folder / letter / f"F{number}").write_bytes(data)
    return folder


def test_written_file_set_has_the_same_files_and_records(source: Path, tmp_path: Path) -> None:
    ours = make_and_write(dicom, source, tmp_path / "ours")
    theirs = make_and_write(pydicom, source, tmp_path / "theirs")
    found, wanted = files_of(tmp_path / "ours"), files_of(tmp_path / "theirs")
    assert set(found) == set(wanted)
    assert str(ours).replace("ours", "theirs") == str(theirs)
    directories = [pydicom.dcmread(tmp_path / name / "DICOMDIR") for name in ("ours", "theirs")]
    difference = len(found["DICOMDIR"]) - len(wanted["DICOMDIR"])
    for directory, shift in zip(directories, (difference, 0), strict=True):
        assert directory.file_meta.MediaStorageSOPInstanceUID == "1.2.3.4.5.6.7"
        offsets = {item.seq_item_tell for item in directory.DirectoryRecordSequence}
        for item in [directory, *directory.DirectoryRecordSequence]:
            for element in item:
                if element.VR == "UL" and element.value:
                    assert element.value in offsets
                    element.value -= shift  # the File Meta Information names another implementation
    assert directories[0] == directories[1]


def test_what_we_write_pydicom_reads_and_the_other_way_round(source: Path, tmp_path: Path) -> None:
    make_and_write(dicom, source, tmp_path / "ours")
    make_and_write(pydicom, source, tmp_path / "theirs")
    for root in (tmp_path / "ours", tmp_path / "theirs"):
        ours, theirs = dicom.fileset.FileSet(root / "DICOMDIR"), pydicom.fileset.FileSet(root / "DICOMDIR")
        assert str(ours) == str(theirs)
        assert described(ours) == described(theirs)


def change(library: Any, root: Path, extra: Path) -> list[str]:
    """Remove, add, cancel and write; the texts of the File-set on the way."""
    file_set = library.fileset.FileSet(root / "DICOMDIR")
    texts = []
    first = next(iter(file_set))
    file_set.remove(first)
    file_set.remove(file_set.find(PatientID="P2"))
    texts.append(str(file_set))
    with pytest.raises(ValueError, match=r"(?i)no such instance"):
        file_set.remove(first)
    file_set.add(extra)
    texts.append(str(file_set))
    with pytest.raises(ValueError, match="use_existing"):
        file_set.write(use_existing=True)
    with pytest.raises(ValueError, match=r"(?i)existing file-set"):
        file_set.write(root.parent)
    again = file_set.add(first.path)
    assert not again.for_removal
    file_set.remove(again)
    texts.append(str(file_set))
    file_set.write()
    texts.append(str(file_set))
    return [text.replace(str(root), "") for text in texts]


def test_changed_file_set_is_the_same(source: Path, tmp_path: Path) -> None:
    extra = tmp_path / "extra"
    extra.write_bytes(instance("1.2.77", "P1", "1.1", "1.1.1", 9))
    make_and_write(dicom, source, tmp_path / "ours")
    make_and_write(dicom, source, tmp_path / "theirs")
    assert change(dicom, tmp_path / "ours", extra) == change(pydicom, tmp_path / "theirs", extra)
    found, wanted = files_of(tmp_path / "ours"), files_of(tmp_path / "theirs")
    assert set(found) == set(wanted)
    names = [name for name in found if name != "DICOMDIR"]
    assert [pydicom.dcmread(tmp_path / "ours" / name) for name in names] == [
        pydicom.dcmread(tmp_path / "theirs" / name) for name in names
    ]


def test_moved_file_set_is_the_same(tmp_path: Path) -> None:
    copies = []
    for library in (dicom, pydicom):
        copy = library.fileset.FileSet(FOLDER / "dicomdirtests" / "DICOMDIR").copy(tmp_path / library.__name__)
        copies.append((described(copy), str(copy)))
    for value in copies[1][0]:
        assert Path(value[0]).is_file()
    shown = [str(copy).replace(str(tmp_path / "pydicom"), str(tmp_path / "dicom")) for copy in copies]
    assert shown[0] == shown[1]


@pytest.mark.parametrize(
    "change",
    [
        lambda file_set: setattr(file_set, "ID", "A" * 17),
        lambda file_set: setattr(file_set, "descriptor_file_id", ["A"] * 9),
        lambda file_set: setattr(file_set, "descriptor_file_id", "A" * 17),
        lambda file_set: setattr(file_set, "descriptor_file_id", ["A" * 17]),
        lambda file_set: setattr(file_set, "descriptor_file_id", 5),
        lambda file_set: file_set.write(),
        lambda file_set: file_set.root_path,
        lambda file_set: file_set.load(FOLDER / "nothing"),
        lambda file_set: file_set.load(FOLDER / "CT_small.dcm"),
        lambda file_set: file_set.add(FOLDER / "nothing"),
        lambda file_set: file_set.add(FOLDER / "rtdose.dcm"),
        lambda file_set: file_set.add(FOLDER / "rtplan.dcm"),
        lambda file_set: file_set.add(FOLDER / "dicomdirtests" / "DICOMDIR"),
        lambda file_set: file_set.remove("x"),
    ],
)
def test_errors_are_of_the_same_kind(change: Any) -> None:
    kinds = []
    for library in (dicom, pydicom):
        with pytest.raises(Exception) as raised:  # noqa: PT011 - of which class is what is compared
            change(library.fileset.FileSet())
        builtins = [kind for kind in type(raised.value).__mro__ if kind.__module__ == "builtins"]
        kinds.append(builtins[:-2])
    assert kinds[1][0] in kinds[0]


REQUIRED = [
    "PatientID", "StudyInstanceUID", "StudyDate", "SeriesInstanceUID", "SeriesNumber", "SOPInstanceUID",
    "SOPClassUID", "InstanceNumber", "Modality", "StudyID",
]  # fmt: skip


@pytest.mark.parametrize("keyword", REQUIRED)
def test_instance_that_lacks_a_key_is_refused_by_both(keyword: str, tmp_path: Path) -> None:
    [path] = write_instances(tmp_path, 1)
    for dataset, library in ((dicom.read(path), dicom), (pydicom.dcmread(path), pydicom)):
        delattr(dataset, keyword)
        file_set = library.fileset.FileSet()
        with pytest.raises((ValueError, AttributeError)):
            file_set.add(dataset)
        assert len(file_set) == 0


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("PT", 5),
        ("A", 36, True),
        ("ABCDEFG", 8),
        ("ABCDEFG", 33, True),
        ("", 35**7, True),
        ("ABCDEFG", 99),
        ("abc",),
    ],
)
def test_generated_names_are_the_same(arguments: tuple[Any, ...]) -> None:
    ours = list(itertools.islice(dicom.fileset.generate_filename(*arguments), 5))
    assert ours == list(itertools.islice(pydicom.fileset.generate_filename(*arguments), 5))


PATHS = ["A", "", "A/B", "A/B/C/D/E/F/G/H", "A/B/C/D/E/F/G/H/I", "ABCDEFGH", "ABCDEFGHI", "a", "A.B", "A-B", "/A", "..",
         "A/../B", "A_1", "\u00c9", "A/a", ".", "A//B", "CON"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_conformance_of_file_ids_is_the_same(path: str) -> None:
    assert dicom.fileset.is_conformant_file_id(Path(path)) == pydicom.fileset.is_conformant_file_id(Path(path))


def test_every_name_of_the_module_is_there() -> None:
    public = {name for name in vars(pydicom.fileset) if not name.startswith("_")}
    modules = {"os", "re", "copy", "shutil", "uuid", "sop", "annotations"}
    typing = {"Any", "Callable", "Iterable", "Iterator", "Optional", "Union", "cast", "Path", "TemporaryDirectory"}
    missing = public - set(dir(dicom.compat.fileset)) - modules - typing - {"DSPathType"}
    assert missing == set()


@pytest.mark.parametrize("name", ["FileSet", "FileInstance", "RecordNode", "RootNode"])
def test_every_member_is_there_with_its_parameters(name: str) -> None:
    import inspect

    ours, theirs = getattr(dicom.fileset, name), getattr(pydicom.fileset, name)
    for member, value in vars(theirs).items():
        if member.startswith("_") and member not in ("__init__", "__iter__", "__len__", "__contains__", "__getitem__"):
            continue
        mine = inspect.getattr_static(ours, member)
        assert isinstance(mine, property) == isinstance(value, property), member
        if inspect.isfunction(value):
            wanted = list(inspect.signature(value).parameters)
            found = inspect.signature(mine).parameters
            positional = [one for one, kind in found.items() if kind.kind is not inspect.Parameter.KEYWORD_ONLY]
            assert positional == wanted, member


RECORD_TYPES = sorted(pydicom.fileset.DIRECTORY_RECORDERS)


def test_all_record_types_are_known() -> None:
    assert set(RECORD_TYPES) <= set(dicom.fileset.DIRECTORY_RECORDERS)


@pytest.mark.parametrize("kind", RECORD_TYPES)
def test_record_has_the_same_keys(kind: str) -> None:
    assert outcomes(dicom, kind) == outcomes(pydicom, kind)


VALUES = {
    "CS": "A", "LO": "X", "SH": "S", "PN": "N^M", "DA": "20200101", "TM": "101010", "DT": "20200101", "IS": "3",
    "UI": "1.2.3", "US": 5, "ST": "x", "UT": "x", "LT": "x", "UC": "x", "UL": 7,
}  # fmt: skip


def outcomes(library: Any, kind: str) -> dict[str, str]:
    """For each key of a type of record what comes of an instance that has all, lacks it, or has it empty."""
    from pydicom.datadict import dictionary_VR

    recorder = library.fileset.DIRECTORY_RECORDERS[kind]
    keywords = [keyword for keyword, _ in dicom.fileset.record_types.KEYS[kind]]

    def made(absent: str = "", empty: str = "") -> str:
        dataset = library.Dataset()
        for keyword in keywords:
            vr = dictionary_VR(keyword)
            item = library.Dataset()
            item.CodeValue = "1"
            item.RelationshipType = "HAS CONCEPT MOD"
            value = [item] if vr == "SQ" else VALUES[vr]
            if keyword == empty:
                value = [] if vr == "SQ" else None
            if keyword != absent:
                setattr(dataset, keyword, value)
        try:
            return str(recorder(dataset)).replace("''", "None")
        except ValueError:
            return "refused"

    found = {"complete": made()}
    for keyword in keywords:
        found[f"{keyword} absent"] = made(absent=keyword)
        found[f"{keyword} empty"] = made(empty=keyword)
    return found


@pytest.mark.parametrize("name", DIRECTORIES)
def test_edited_directory_keeps_its_links(name: str, tmp_path: Path) -> None:
    path = FOLDER / "dicomdirtests" / name
    directory = dicom.read(path)
    records = directory.DirectoryRecordSequence
    if len(records):
        records[0].PatientName = "Somebody^With^A^Longer^Name"
        directory.FileSetID = "X"
    directory.save_as(tmp_path / "DICOMDIR")
    if not len(records):
        assert (tmp_path / "DICOMDIR").read_bytes() == path.read_bytes()
    written = dicom.read(tmp_path / "DICOMDIR")
    written.filename = str(path)
    found, wanted = dicom.fileset.FileSet(written), dicom.fileset.FileSet(path)
    assert found.findings == []
    assert [one.path for one in found] == [one.path for one in wanted]
    theirs = pydicom.dcmread(tmp_path / "DICOMDIR")
    theirs.filename = str(path)
    assert [one.path for one in pydicom.fileset.FileSet(theirs)] == [one.path for one in wanted]
