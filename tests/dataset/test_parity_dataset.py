"""`Dataset` does what pydicom's does: the same programs on both."""

from __future__ import annotations

import copy
import pickle

import pytest

from tests.dataset.two_libraries import OURS, THEIRS, outcome

pytestmark = pytest.mark.parity


def image(lib):
    ds = lib.Dataset()
    ds.PatientName = "A^B"
    ds.PatientID = "1"
    ds.Rows = 3
    ds.ImageType = ["A", "B"]
    return ds


def plan(lib):
    ds = image(lib)
    point = lib.Dataset()
    point.Rows = 3
    beam = lib.Dataset()
    beam.BeamName = "b"
    beam.ControlPointSequence = [point]
    ds.BeamSequence = [beam, copy.deepcopy(beam)]
    ds.AcquisitionContextSequence = []
    ds.ReferencedImageSequence = [lib.Dataset()]
    ds.file_meta = lib.FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.file_meta.MediaStorageSOPClassUID = "1.2.3"
    return ds


def private(lib):
    ds = image(lib)
    block = ds.private_block(0x0009, "ACME 1", create=True)
    block.add_new(1, "LO", "x")
    block.add_new(2, "SQ", [lib.Dataset()])
    return ds


def did(ds, action):
    """The data set after an action, and what the action gave."""
    return action(ds), ds


KEYS = [
    (0x10, 0x10),
    [0x10, 0x10],
    0x00100010,
    "PatientName",
    "00100010",
    "0x00100010",
    ("0x0010", "0x0010"),
    "Nope",
    "StudyDate",
    0x00080005,
    "00080005",
    -1,
    2**33,
    (1, 2, 3),
    None,
]

BY_KEY = {
    "item": lambda ds, key: ds[key],
    "in": lambda ds, key: key in ds,
    "del": lambda ds, key: did(ds, lambda ds: ds.__delitem__(key)),
    "get": lambda ds, key: ds.get(key),
    "get with default": lambda ds, key: ds.get(key, "default"),
    "get_item": lambda ds, key: ds.get_item(key),
    "pop": lambda ds, key: did(ds, lambda ds: ds.pop(key)),
    "pop with default": lambda ds, key: did(ds, lambda ds: ds.pop(key, "default")),
    "setdefault": lambda ds, key: did(ds, lambda ds: ds.setdefault(key, "20200101")),
    "add_new": lambda ds, key: did(ds, lambda ds: ds.add_new(key, "LO", "new")),
}


@pytest.mark.parametrize("key", KEYS, ids=repr)
@pytest.mark.parametrize("way", BY_KEY)
def test_each_spelling_of_a_tag_means_the_same_in(way, key):
    def program(lib):
        return BY_KEY[way](image(lib), key)

    ours, theirs = outcome(program, OURS), outcome(program, THEIRS)
    if isinstance(theirs, tuple) and theirs[0] == "error" and KeyError not in (ours[1], theirs[1]):
        # A key of a wrong kind is a ValueError, TypeError or OverflowError: which one is the tag's affair.
        assert ours[0] == "error"
    else:
        assert ours == theirs


PROGRAMS = {
    "text": plan,
    "text of an empty data set": lambda lib: lib.Dataset(),
    "repr": lambda lib: repr(plan(lib)),
    "top": lambda lib: plan(lib).top(),
    "text of a sequence": lambda lib: str(plan(lib).BeamSequence),
    "repr of a sequence": lambda lib: repr(plan(lib).BeamSequence),
    "formatted lines": lambda lib: list(plan(lib).formatted_lines()),
    "formatted lines by formats": lambda lib: list(
        plan(lib).formatted_lines("%(name)s|%(tag)s|%(VR)s|%(repval)s|%(keyword)s", "SQ %(name)s %(VM)d")
    ),
    "slice of all": lambda lib: image(lib)[:],
    "slice from": lambda lib: image(lib)[0x00100010:],
    "slice to": lambda lib: image(lib)[:0x00100010],
    "slice": lambda lib: image(lib)[0x00100000:0x00110000],
    "slice by keyword": lambda lib: image(lib)["PatientName":"PatientID"],
    "slice by pairs": lambda lib: image(lib)[(0x10, 0x10) : (0x10, 0x20)],
    "slice with a step": lambda lib: image(lib)[::2],
    "slice that is empty": lambda lib: image(lib)[0x20000000:],
    "slice from below zero": lambda lib: image(lib)[-5:],
    "slice from no keyword": lambda lib: image(lib)["Nope":],
    "get_item of a slice": lambda lib: image(lib).get_item(slice(0x00100000, 0x00110000)),
    "deleting a slice": lambda lib: did(image(lib), lambda ds: ds.__delitem__(slice(0x00100000, 0x00110000))),
    "setting a slice": lambda lib: image(lib).__setitem__(slice(None), image(lib)["Rows"]),
    "slice keeps the type": lambda lib: type(lib.FileDataset("x", image(lib))[:]).__name__,
    "slice shares elements": lambda lib: (lambda ds: ds[:]["Rows"] is ds["Rows"])(image(lib)),
    "group_dataset": lambda lib: image(lib).group_dataset(0x10),
    "group_dataset of none": lambda lib: image(lib).group_dataset(0x12),
    "iteration": lambda lib: list(image(lib)),
    "elements": lambda lib: list(image(lib).elements()),
    "keys": lambda lib: sorted(image(lib).keys()),
    "values": lambda lib: sorted(map(str, image(lib).values())),
    "items": lambda lib: sorted((tag, str(element)) for tag, element in image(lib).items()),
    "keys as sets": lambda lib: sorted(image(lib).keys() & {0x00100010}),
    "type of a key": lambda lib: {type(tag) for tag in image(lib)} == {type(lib.Tag(1))},
    "len": lambda lib: len(plan(lib)),
    "bool": lambda lib: (bool(plan(lib)), bool(lib.Dataset())),
    "clear": lambda lib: did(plan(lib), lambda ds: ds.clear()),
    "pop with two defaults": lambda lib: image(lib).pop("Rows", 1, 2),
    "popitem of one": lambda lib: image(lib).group_dataset(0x28).popitem(),
    "popitem of none": lambda lib: lib.Dataset().popitem(),
    "setdefault of a private element": lambda lib: lib.Dataset().setdefault(0x00091001, b"1"),
    "setdefault with an element": lambda lib: lib.Dataset().setdefault(
        0x00100040, lib.DataElement(0x00100040, "CS", "F")
    ),
    "setdefault without a default": lambda lib: lib.Dataset().setdefault("PatientAge"),
    "update": lambda lib: did(
        image(lib),
        lambda ds: ds.update({"PatientName": "u", 0x00100020: lib.DataElement(0x00100020, "LO", "q"), "foo": 3}),
    ),
    "update with a value by tag": lambda lib: image(lib).update({0x00100020: "x"}),
    "update with a data set": lambda lib: did(lib.Dataset(), lambda ds: ds.update(plan(lib))),
    "update with pairs": lambda lib: image(lib).update([("PatientName", "x")]),
    "setting an item that is no element": lambda lib: image(lib).__setitem__("PatientName", "x"),
    "setting an item under another tag": lambda lib: image(lib).__setitem__(0x00100020, image(lib)["PatientName"]),
    "setting an item by keyword": lambda lib: did(
        lib.Dataset(), lambda ds: ds.__setitem__("PatientName", image(lib)["PatientName"])
    ),
    "setting an item under no keyword": lambda lib: lib.Dataset().__setitem__("Nope", image(lib)["PatientName"]),
    "add": lambda lib: did(lib.Dataset(), lambda ds: ds.add(image(lib)["PatientName"])),
    "assigning keeps the element": lambda lib: (
        lambda ds: (ds["Rows"], setattr(ds, "Rows", 4), ds["Rows"]) and ds["Rows"].value
    )(image(lib)),
    "assigning keeps the VR": lambda lib: (
        lambda ds: (ds.add_new(0x00100010, "LO", "x"), setattr(ds, "PatientName", "B"), ds["PatientName"])[2]
    )(lib.Dataset()),
    "assigning None": lambda lib: [
        (lambda ds: (setattr(ds, keyword, None), ds[keyword])[1])(lib.Dataset())
        for keyword in ("PatientName", "Rows", "StudyDate", "ImageType", "PixelData", "BeamSequence")
    ],
    "assigning an empty list": lambda lib: (lambda ds: (setattr(ds, "ImageType", []), ds)[1])(lib.Dataset()),
    "assigning a list of one": lambda lib: (lambda ds: (setattr(ds, "ImageType", ["A"]), ds)[1])(lib.Dataset()),
    "assigning text with a backslash": lambda lib: (
        lambda ds: (setattr(ds, "ImageType", "A\\B"), ds)
    )(lib.Dataset()),
    "assigning one data set to a sequence": lambda lib: setattr(lib.Dataset(), "BeamSequence", lib.Dataset()),
    "assigning text to a sequence": lambda lib: setattr(lib.Dataset(), "BeamSequence", "a"),
    "assigning numbers to a sequence": lambda lib: setattr(lib.Dataset(), "BeamSequence", [1]),
    "assigning a dict to a sequence": lambda lib: setattr(lib.Dataset(), "BeamSequence", [{}]),
    "assigning a tuple to a sequence": lambda lib: (
        lambda ds: (setattr(ds, "BeamSequence", (lib.Dataset(),)), len(ds.BeamSequence))[1]
    )(lib.Dataset()),
    "assigning a keyword that repeats": lambda lib: setattr(lib.Dataset(), "OverlayRows", 5),
    "assigning group 2": lambda lib: (lambda ds: (setattr(ds, "TransferSyntaxUID", "1.2"), ds)[1])(lib.Dataset()),
    "assigning a command element": lambda lib: (lambda ds: (setattr(ds, "CommandField", 1), ds)[1])(lib.Dataset()),
    "assigning an ambiguous VR": lambda lib: [
        (lambda ds: (setattr(ds, keyword, value), ds[keyword])[1])(lib.Dataset())
        for keyword, value in (
            ("SmallestImagePixelValue", -5),
            ("RedPaletteColorLookupTableDescriptor", [1, 2, 3]),
            ("LUTData", [1, 2]),
            ("PixelData", b"ab"),
            ("PixelData", b"ab" * 20),
        )
    ],
    "assigning pixel_array": lambda lib: setattr(lib.Dataset(), "pixel_array", 3),
    "an attribute that is absent": lambda lib: image(lib).StudyDate,
    "an attribute that is no keyword": lambda lib: image(lib).patient_name,
    "getattr with a default": lambda lib: (getattr(image(lib), "StudyDate", 5), hasattr(image(lib), "Rows")),
    "get of an attribute": lambda lib: lib.Dataset().get("indent_chars"),
    "deleting an attribute": lambda lib: did(image(lib), lambda ds: ds.__delattr__("PatientName")),
    "deleting an absent attribute": lambda lib: image(lib).__delattr__("StudyDate"),
    "deleting what is no attribute": lambda lib: image(lib).__delattr__("nope"),
    "a plain attribute": lambda lib: (lambda ds: (setattr(ds, "foo", 1), ds.foo, ds.get("foo"), delattr(ds, "foo")))(
        image(lib)
    ),
    "dir": lambda lib: image(lib).dir(),
    "dir by part": lambda lib: image(lib).dir("pat"),
    "dir by parts": lambda lib: image(lib).dir("PAT", "row"),
    "dir by another part": lambda lib: image(lib).dir("zz"),
    "dir of repeating and unknown": lambda lib: (
        lambda ds: (ds.add_new(0x60000010, "US", 1), ds.add_new(0x00280099, "US", 1), ds.dir())[2]
    )(private(lib)),
    "dir builtin": lambda lib: [name for name in dir(image(lib)) if name[0].isupper()],
    "trait_names": lambda lib: "PatientName" in image(lib).trait_names(),
    "data_element": lambda lib: image(lib).data_element("PatientName"),
    "data_element of no keyword": lambda lib: image(lib).data_element("Nope"),
    "data_element that is absent": lambda lib: image(lib).data_element("StudyDate"),
    "data_element of a tag": lambda lib: image(lib).data_element("00100010"),
    "iterall": lambda lib: [str(element.tag) for element in plan(lib).iterall()],
    "equal": lambda lib: (plan(lib) == plan(lib), plan(lib) != plan(lib), lib.Dataset() == {}, lib.Dataset() == 5),
    "equal though the File Meta Information isn't": lambda lib: (
        lambda ds: (setattr(ds.file_meta, "MediaStorageSOPClassUID", "1"), ds == plan(lib))[1]
    )(plan(lib)),
    "equal though an attribute isn't": lambda lib: (lambda ds: (setattr(ds, "foo", 1), ds == plan(lib))[1])(plan(lib)),
    "unequal in an item": lambda lib: (
        lambda ds: (setattr(ds.BeamSequence[0], "BeamName", "z"), ds == plan(lib))[1]
    )(plan(lib)),
    "equal to a file's": lambda lib: lib.FileDataset("x", image(lib)) == image(lib),
    "equal to one of File Meta Information": lambda lib: lib.FileMetaDataset() == lib.Dataset(),
    "hash": lambda lib: hash(image(lib)),
    "encoding in memory": lambda lib: (lambda ds: (
        ds.is_implicit_VR, ds.is_little_endian, ds.is_original_encoding, ds.original_encoding,
        ds.original_character_set, ds.read_encoding, ds.read_implicit_vr, ds.read_little_endian,
    ))(image(lib)),
    "encoding that was set": lambda lib: (lambda ds: (
        ds.set_original_encoding(True, True, "ISO_IR 192"), ds.is_implicit_VR, ds.is_original_encoding,
        ds.original_encoding, ds.original_character_set, ds.read_encoding,
    ))(image(lib)),
    "is_implicit_VR that was set": lambda lib: (
        lambda ds: (setattr(ds, "is_implicit_VR", True), ds.is_implicit_VR, ds.original_encoding)
    )(image(lib)),
    "file_meta that is absent": lambda lib: lib.Dataset().file_meta,
    "file_meta None": lambda lib: (lambda ds: (setattr(ds, "file_meta", None), ds.file_meta, ds))(image(lib)),
    "file_meta that is empty": lambda lib: (lambda ds: (ds.ensure_file_meta(), len(ds.file_meta), ds))(image(lib)),
    "file_meta of a data set": lambda lib: (
        lambda ds: (setattr(ds, "file_meta", lib.Dataset()), type(ds.file_meta).__name__)
    )(image(lib)),
    "file_meta of a wrong type": lambda lib: setattr(lib.Dataset(), "file_meta", 3),
    "file_meta of other groups": lambda lib: setattr(lib.Dataset(), "file_meta", image(lib)),
    "file_meta in an item": lambda lib: (lambda ds: (setattr(ds, "BeamSequence", [plan(lib)]), ds)[1])(lib.Dataset()),
    "a data set of a data set": lambda lib: lib.Dataset(plan(lib)),
    "a data set of a dict": lambda lib: lib.Dataset({0x00280010: image(lib)["Rows"]}),
    "a data set of a number": lambda lib: lib.Dataset(3),
    "copy": lambda lib: (lambda ds: (copy.copy(ds), copy.copy(ds) == ds, ds.copy()))(plan(lib)),
    "deepcopy": lambda lib: (lambda ds: (copy.deepcopy(ds), copy.deepcopy(ds) == ds))(plan(lib)),
    "pickle": lambda lib: (
        lambda ds: (pickle.loads(pickle.dumps(ds)), pickle.loads(pickle.dumps(ds)) == ds)
    )(plan(lib)),
    "with": lambda lib: image(lib).__enter__(),
    "private text": private,
    "private in the block": lambda lib: (
        lambda block: (block[1], 1 in block, 3 in block, block.get_tag(5), block.group, block.private_creator,
                       block.block_start)
    )(private(lib).private_block(0x9, "ACME 1")),
    "private that is absent": lambda lib: private(lib).private_block(0x9, "ACME 1")[3],
    "private past the block": lambda lib: private(lib).private_block(0x9, "ACME 1")[0x100],
    "private in past the block": lambda lib: 0x100 in private(lib).private_block(0x9, "ACME 1"),
    "private deleted": lambda lib: (
        lambda ds: (ds.private_block(0x9, "ACME 1").__delitem__(1), ds)
    )(private(lib)),
    "private deleted twice": lambda lib: private(lib).private_block(0x9, "ACME 1").__delitem__(9),
    "private of another creator": lambda lib: private(lib).private_block(0x9, "NOPE"),
    "private in an even group": lambda lib: private(lib).private_block(0x8, "NOPE", create=True),
    "private of no name": lambda lib: private(lib).private_block(0x9, ""),
    "private creators": lambda lib: (private(lib).private_creators(0x9), private(lib).private_creators(0x11)),
    "private creators of an even group": lambda lib: private(lib).private_creators(0x8),
    "get_private_item": lambda lib: private(lib).get_private_item(0x9, 1, "ACME 1"),
    "get_private_item that is absent": lambda lib: private(lib).get_private_item(0x9, 5, "ACME 1"),
    "get_private_item of another creator": lambda lib: private(lib).get_private_item(0x9, 1, "NO"),
    "add_new_private": lambda lib: did(private(lib), lambda ds: ds.add_new_private("ACME 2", 0x9, 1, "v", "SH")),
    "add_new_private by the dictionary": lambda lib: did(
        private(lib), lambda ds: ds.add_new_private("GEMS_IDEN_01", 0x9, 0x27, 5)
    ),
    "add_new_private unknown": lambda lib: private(lib).add_new_private("ACME 2", 0x9, 2, "v"),
    "add_new under a creator": lambda lib: did(
        lib.Dataset(), lambda ds: (ds.add_new(0x00090010, "LO", "GEMS_IDEN_01"), ds.add_new(0x00091027, "SL", 5))
    ),
    "add_new before its creator": lambda lib: did(
        lib.Dataset(), lambda ds: (ds.add_new(0x00091027, "SL", 5), ds.add_new(0x00090010, "LO", "GEMS_IDEN_01"))
    ),
    "remove_private_tags": lambda lib: did(
        (lambda ds: (setattr(ds, "BeamSequence", [private(lib)]), ds)[1])(private(lib)),
        lambda ds: ds.remove_private_tags(),
    ),
    "decode": lambda lib: did(
        (lambda ds: (
            setattr(ds, "SpecificCharacterSet", "ISO_IR 100"),
            ds.add(lib.DataElement(0x00100010, "PN", b"Buc^J\xe9r\xf4me")),
            ds.add(lib.DataElement(0x00081030, "LO", b"\xe9")),
            ds,
        )[3])(lib.Dataset()),
        lambda ds: ds.decode(),
    ),
    "decode in an item": lambda lib: did(
        (lambda item, ds: (
            item.add(lib.DataElement(0x00081030, "LO", b"\xc3\xa9")),
            setattr(ds, "SpecificCharacterSet", "ISO_IR 192"),
            setattr(ds, "BeamSequence", [item]),
            ds,
        )[3])(lib.Dataset(), lib.Dataset()),
        lambda ds: ds.decode(),
    ),
    "File Meta of other groups": lambda lib: lib.FileMetaDataset(image(lib)),
    "File Meta of a dict of other groups": lambda lib: lib.FileMetaDataset({0x00280010: image(lib)["Rows"]}),
    "File Meta of an empty dict": lambda lib: lib.FileMetaDataset({}),
    "File Meta of a number": lambda lib: lib.FileMetaDataset(3),
    "File Meta that takes other groups": lambda lib: setattr(lib.FileMetaDataset(), "PatientName", "x"),
    "File Meta add_new": lambda lib: did(
        lib.FileMetaDataset(), lambda ds: ds.add_new(0x00020010, "UI", "1.2.840.10008.1.2.1")
    ),
    "File Meta validate": lambda lib: (lib.FileMetaDataset.validate({}), lib.FileMetaDataset.validate({0x00020010: 1})),
    "File Meta validate of other groups": lambda lib: lib.FileMetaDataset.validate({3: 4}),
    "File Meta validate of text": lambda lib: lib.FileMetaDataset.validate("s"),
    "a file's data set": lambda lib: (lambda ds: (
        ds, ds.filename, ds.preamble, ds.timestamp, ds.file_meta, ds.is_implicit_VR, ds.is_little_endian,
        ds.original_encoding,
    ))(lib.FileDataset("x", image(lib), b"p", plan(lib).file_meta, False, True)),
    "a file's data set without arguments": lambda lib: lib.FileDataset(),
    "a file's data set of a dict": lambda lib: lib.FileDataset(None, {}),
    "a file's data set copied": lambda lib: (
        lambda ds: (ds.copy(), ds.copy().filename, copy.deepcopy(ds).preamble, pickle.loads(pickle.dumps(ds)).filename)
    )(lib.FileDataset("x", image(lib), b"p")),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_same_as_pydicom(name):
    assert outcome(PROGRAMS[name], OURS) == outcome(PROGRAMS[name], THEIRS)


def walked(lib, change):
    ds, seen = plan(lib), []

    def visit(dataset, element):
        seen.append((len(dataset), str(element.tag), element.VR))
        change(lib, dataset, element)

    ds.walk(visit)
    return seen, ds


def _nothing(lib, dataset, element):
    pass


def _delete_names(lib, dataset, element):
    if element.keyword == "BeamName":
        del dataset[element.tag]


def _delete_sequence(lib, dataset, element):
    if element.keyword == "ControlPointSequence":
        del dataset[element.tag]


def _delete_others(lib, dataset, element):
    if element.keyword == "PatientName":
        del dataset["ImageType"]


def _add(lib, dataset, element):
    if element.keyword == "BeamSequence":
        dataset.ZoomCenter = [1, 2]
        element.value[0].BeamDescription = "x"
        element.value.append(lib.Dataset())


@pytest.mark.parametrize("change", [_nothing, _delete_names, _delete_sequence, _delete_others, _add])
def test_walk_visits_the_same_elements(change):
    def program(lib):
        return walked(lib, change)

    assert outcome(program, OURS) == outcome(program, THEIRS)


def test_walk_without_recursion_stays_on_top():
    def program(lib):
        seen = []
        plan(lib).walk(lambda dataset, element: seen.append(str(element.tag)), recursive=False)
        return seen

    assert outcome(program, OURS) == outcome(program, THEIRS)
