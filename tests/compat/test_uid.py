"""``pydicom.uid``: the names of the module, and UIDs that a program adds."""

from __future__ import annotations

from collections.abc import Iterator

import pydicom.config
import pydicom.uid
import pytest

import dicom.uid
from dicom import settings
from dicom.compat import uid
from dicom.compat._uid_dict import UID_dictionary
from tests.compat.oracle import outcome


@pytest.fixture
def added() -> Iterator[None]:
    """Forgets what a test added."""
    before = dict(dicom.uid._added)
    yield
    dicom.uid._added.clear()
    dicom.uid._added.update(before)


def test_every_uid_that_is_a_name_of_pydicoms_module_is_one_of_ours() -> None:
    names = [name for name, value in vars(pydicom.uid).items() if isinstance(value, str) and name[0].isalpha()]
    ours = {name for name in names if getattr(uid, name) != getattr(pydicom.uid, name)}
    # They name the implementation, and this is another one.
    assert ours == {"PYDICOM_IMPLEMENTATION_UID", "PYDICOM_ROOT_UID"}
    assert len(names) > 200
    assert set(names) <= set(uid.__all__)


def test_a_list_of_transfer_syntaxes_has_all_of_pydicom() -> None:
    names = [name for name, value in vars(pydicom.uid).items() if isinstance(value, list) and name[0].isalpha()]
    for name in names:
        assert set(getattr(uid, name)) >= {str(value) for value in getattr(pydicom.uid, name)}
    assert uid.PrivateTransferSyntaxes is dicom.uid.PrivateTransferSyntaxes


@pytest.mark.parametrize("text", ["1.2", "1", "", "1.02", "1.2.", "0.0", "1..2", "a", "1.2\n", "1.2.\n", "0.", "01."])
def test_an_expression_matches_what_it_matches_in_pydicom(text: str) -> None:
    for name in ("RE_VALID_UID", "RE_VALID_UID_PREFIX"):
        ours, theirs = getattr(uid, name), getattr(pydicom.uid, name)
        # A line's end is no part of a UID.
        assert bool(ours.match(text)) == (bool(theirs.match(text)) and "\n" not in text)


def test_the_roots_make_valid_uids() -> None:
    made = uid.generate_uid(uid.PYDICOM_ROOT_UID)
    assert made.is_valid
    assert made.startswith(uid.PYDICOM_ROOT_UID)
    # A number under 2.25 is a UUID, which has 128 bits.
    assert int(made.removeprefix("2.25.")) < 2**128
    assert uid.generate_uid(uid.PYDICOM_ROOT_UID, ["a"]) == uid.generate_uid(None, ["a"])
    assert uid.PYDICOM_IMPLEMENTATION_UID.is_valid


def test_the_dictionary_has_every_entry_of_pydicom() -> None:
    assert isinstance(UID_dictionary, dict)
    assert UID_dictionary.items() >= pydicom.uid.UID_dictionary.items()
    assert uid.UID_dictionary is UID_dictionary
    assert dicom.uid.UID_dictionary == UID_dictionary


@pytest.mark.parametrize("mode", [0, 1, 2])
@pytest.mark.parametrize("value", ["1.02", "a", "1" * 65, "1.2"])
def test_an_invalid_uid_does_what_the_switch_says(value: str, mode: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "current", settings.current.replace(reading_validation=mode))
    monkeypatch.setattr(pydicom.config.settings, "reading_validation_mode", mode)
    assert outcome(uid.UID, value) == outcome(pydicom.uid.UID, value)


@pytest.mark.usefixtures("added")
def test_a_uid_that_is_put_into_the_dictionary_is_known_by_name() -> None:
    UID_dictionary.update({"1.2.3.4": ("Own Class", "SOP Class", "a note", "Retired", "OwnClass")})
    own = uid.UID("1.2.3.4")
    assert (own.name, own.type, own.info, own.keyword, own.is_retired) == (
        "Own Class",
        "SOP Class",
        "a note",
        "OwnClass",
        True,
    )
    assert "1.2.3.4" in dicom.uid.UID_dictionary
    with pytest.raises(ValueError, match="digits and dots"):
        UID_dictionary["1.02"] = ("Own", "", "", "", "")
