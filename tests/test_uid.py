"""UIDs (PS3.5 section 9, PS3.6 annex A); shared behaviour is compared with pydicom."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import uuid
import warnings
from collections.abc import Iterator
from typing import Any

import pydicom.uid
import pytest

import dicom.uid
from dicom.uid import UID, generate_uid, register_transfer_syntax

PROPERTIES = ["name", "type", "info", "keyword", "is_retired", "is_private", "is_valid", "is_transfer_syntax"]
ENCODINGS = ["is_implicit_VR", "is_little_endian", "is_deflated", "is_encapsulated", "is_compressed"]

# Where we say another thing than pydicom 3.0.2, and why.
DIFFERENCES = {
    ("1.2.840.10008.1.20", "is_implicit_VR"): "Papyrus 3 Implicit VR Little Endian is implicit",
    ("1.2.840.10008.1.20", "is_encapsulated"): "it is the default transfer syntax of its time, native",
    ("1.2.840.10008.1.20", "is_compressed"): "as before",
    ("1.2.840.10008.1.2.4.95", "is_deflated"): "JPIP Referenced Deflate deflates the data set (PS3.5 A.7)",
    ("1.2.840.10008.1.2.4.205", "is_deflated"): "JPIP HTJ2K Referenced Deflate deflates the data set",
}


@pytest.fixture
def registry() -> Iterator[None]:
    """Forgets what a test registered."""
    encodings, syntaxes = dict(dicom.uid._registered_encodings), list(dicom.uid.PrivateTransferSyntaxes)
    added = dict(dicom.uid._added)
    yield
    dicom.uid._added.clear()
    dicom.uid._added.update(added)
    dicom.uid._registered_encodings.clear()
    dicom.uid._registered_encodings.update(encodings)
    dicom.uid.PrivateTransferSyntaxes[:] = syntaxes


def facts(uid: Any) -> dict[str, Any]:
    names = PROPERTIES + (ENCODINGS if uid.is_transfer_syntax else [])
    return {name: getattr(uid, name) for name in names}


@pytest.mark.parametrize("value", sorted(pydicom.uid.UID_dictionary))
def test_a_registered_uid_says_what_pydicom_says(value: str) -> None:
    ours, theirs = facts(UID(value)), facts(pydicom.uid.UID(value))
    assert ours.keys() == theirs.keys()
    differing = {(value, name) for name in ours if ours[name] != theirs[name]}
    assert differing == {key for key in DIFFERENCES if key[0] == value}


@pytest.mark.parametrize("value", ["1.2.3", "", "0.1", "1.02.3", "abc", "1" * 65, "1.2.3.", "1..2", "1.2\u0663"])
def test_any_other_text_says_what_pydicom_says(value: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert facts(UID(value)) == facts(pydicom.uid.UID(value))


@pytest.mark.parametrize("value", ["1.2.3", "1.2.840.10008.5.1.4.1.1.2"])
@pytest.mark.parametrize("name", ENCODINGS)
def test_only_a_transfer_syntax_has_an_encoding(value: str, name: str) -> None:
    with pytest.raises(ValueError, match="not a transfer syntax"):
        getattr(UID(value), name)


@pytest.mark.parametrize("value", ["abc", "1.02", "1" * 65, " 1.2"])
def test_an_invalid_uid_warns_raises_or_passes_as_asked(value: str) -> None:
    with pytest.warns(UserWarning, match="a UID") as caught:
        assert UID(value) == value.strip()
    assert value not in str(caught[0].message)
    with pytest.raises(ValueError, match="a UID") as error:
        UID(value, 2)
    assert value not in str(error.value)
    assert UID(value, 0) == value.strip()


@pytest.mark.parametrize("value", [5, None, b"1.2"])
def test_a_uid_is_made_from_text(value: Any) -> None:
    with pytest.raises(TypeError):
        UID(value)


def test_a_uid_is_a_str_through_copy_and_pickle() -> None:
    uid = UID("1.2.840.10008.1.2")
    assert UID(uid) is uid
    assert (str(uid), repr(uid), hash(uid)) == ("1.2.840.10008.1.2", "'1.2.840.10008.1.2'", hash("1.2.840.10008.1.2"))
    assert type(pickle.loads(pickle.dumps(uid))) is type(copy.deepcopy(uid)) is UID


def test_newer_transfer_syntaxes_are_known() -> None:
    for value in ["1.2.840.10008.1.2.4.110", "1.2.840.10008.1.2.4.112", "1.2.840.10008.1.2.8.1"]:
        uid = UID(value)
        assert (uid.is_transfer_syntax, uid.is_encapsulated, uid.is_little_endian) == (True, True, True)
        assert not uid.is_implicit_VR
        assert uid in dicom.uid.AllTransferSyntaxes
    assert dicom.uid.LabelMapSegmentationStorage == "1.2.840.10008.5.1.4.1.1.66.7"
    assert dicom.uid.EnhancedCTImageStorageForProcessing.name == "Enhanced CT Image Storage - For Processing"


def test_every_name_of_pydicom_has_the_same_uid_here() -> None:
    theirs = {name: value for name, value in vars(pydicom.uid).items() if isinstance(value, pydicom.uid.UID)}
    del theirs["PYDICOM_IMPLEMENTATION_UID"]
    assert len(theirs) > 200
    assert {name: getattr(dicom.uid, name) for name in theirs} == theirs
    assert all(isinstance(getattr(dicom.uid, name), UID) for name in theirs)
    assert theirs.keys() <= set(dir(dicom.uid))


def test_a_name_that_is_no_keyword_is_no_attribute() -> None:
    with pytest.raises(AttributeError):
        dicom.uid.NoSuchStorage  # noqa: B018


@pytest.mark.parametrize("name", [name for name in dir(pydicom.uid) if name.endswith("TransferSyntaxes")])
def test_a_list_of_transfer_syntaxes_has_those_of_pydicom(name: str) -> None:
    ours, theirs = getattr(dicom.uid, name), getattr(pydicom.uid, name)
    assert set(theirs) <= set(ours) if name == "AllTransferSyntaxes" else theirs == ours


def test_a_private_transfer_syntax_is_known_once_its_encoding_is_set() -> None:
    uid = UID("1.2.3.4")
    uid.set_private_encoding(True, False)
    assert (uid.is_transfer_syntax, uid.is_implicit_VR, uid.is_little_endian) == (True, True, False)
    assert UID(pickle.loads(pickle.dumps(uid))).is_implicit_VR
    assert not UID("1.2.3.4").is_transfer_syntax


def test_a_registered_private_transfer_syntax_is_known_by_every_equal_uid(registry: None) -> None:
    uid = register_transfer_syntax("1.2.3.5", implicit_vr=False, little_endian=True)
    assert uid in dicom.uid.PrivateTransferSyntaxes
    assert UID("1.2.3.5").is_transfer_syntax
    assert not UID("1.2.3.5").is_implicit_VR
    with pytest.raises(ValueError, match="implicit_vr"):
        register_transfer_syntax("1.2.3.6", True)


def test_the_encoding_of_a_standard_transfer_syntax_stays(registry: None) -> None:
    register_transfer_syntax("1.2.840.10008.1.2.1", True, False)
    assert not UID("1.2.840.10008.1.2.1").is_implicit_VR
    assert UID("1.2.840.10008.1.2.1").is_little_endian


@pytest.mark.parametrize("prefix", [None, "1.2.", "1." * 27, "1" * 53 + "."])
def test_a_new_uid_is_valid_and_another_each_time(prefix: str | None) -> None:
    uids = {generate_uid(prefix) for _ in range(50)}
    assert len(uids) == 50
    assert all(uid.is_valid and uid.startswith(prefix or "2.25.") for uid in uids)


@pytest.mark.parametrize("prefix", ["", "1.2", "01.2.", ".", "1..", "a.", "1.2.3." * 11])
def test_a_prefix_that_is_no_root_is_refused_as_by_pydicom(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        pydicom.uid.generate_uid(prefix)
    with pytest.raises(ValueError, match="prefix"):
        generate_uid(prefix)


def test_equal_sources_give_the_uid_that_pydicom_gives() -> None:
    assert generate_uid("1.2.", ["a", "b"]) == pydicom.uid.generate_uid("1.2.", ["a", "b"])
    assert generate_uid(None, ["a"]) == generate_uid(None, ["a"]) != generate_uid(None, ["b"])


def test_a_uid_without_prefix_is_a_uuid_of_version_4() -> None:
    import uuid

    for entropy in (None, ["a"]):
        number = uuid.UUID(int=int(generate_uid(entropy_srcs=entropy).removeprefix("2.25.")))
        assert (number.version, number.variant) == (4, uuid.RFC_4122)


def test_our_implementation_class_uid_is_ours() -> None:
    assert dicom.uid.IMPLEMENTATION_CLASS_UID.is_valid
    assert dicom.uid.IMPLEMENTATION_CLASS_UID.startswith("2.25.")


@pytest.mark.parametrize("room", ["tag", "vr", "uid", "dictionary"])
def test_a_room_imports_alone_and_without_slow_modules(room: str) -> None:
    slow = "{'typing', 'enum', 're', 'dataclasses', 'pathlib', 'numpy', 'hashlib', 'difflib'}"
    code = f"import sys; import dicom.{room}; print(sorted({slow} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, env=_paths())
    assert done.stdout.strip() == "[]"


def _paths() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


@pytest.mark.usefixtures("registry")
def test_a_uid_that_is_added_is_known_by_its_name() -> None:
    own = dicom.uid.add("1.2.3.4", "Own Class", "SOP Class", keyword="OwnClass", retired=True)
    assert (own.name, UID("1.2.3.4").type, UID("1.2.3.4").keyword, own.is_retired) == (
        "Own Class",
        "SOP Class",
        "OwnClass",
        True,
    )
    assert dicom.uid.UID_dictionary["1.2.3.4"] == ("Own Class", "SOP Class", "", "Retired", "OwnClass")
    assert list(dicom.uid.entries())[-1] == "1.2.3.4"
    with pytest.raises(ValueError, match="leading zero"):
        dicom.uid.add("1.02", "Own Class")


def test_under_the_root_of_uuids_there_are_only_uuids() -> None:
    made = generate_uid("2.25.")
    assert uuid.UUID(int=int(made.removeprefix("2.25."))).version == 4
    assert generate_uid("2.25.", ["a"]) == generate_uid(None, ["a"])
