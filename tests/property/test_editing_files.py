"""Random edits of real files: the bytes differ where they were edited, and in the group lengths of those groups."""

from __future__ import annotations

import io
import random
import struct
import warnings
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

import dicom
from dicom.dataset import Dataset
from dicom.dictionary import dictionary_has_tag, dictionary_VR
from tests.data_sources import dicom_files

from .wire import File, Irregular, differing, take_apart

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A value for each VR that is edited; none of them is likely in a file.
VALUES: dict[str, Any] = {
    "AE": "EDITED", "AS": "099Y", "CS": "EDITED", "DA": "19991231", "DS": "-123.5", "DT": "1999", "FD": -1.25,
    "FL": -1.25,
    "IS": "-321", "LO": "edited", "LT": "edited", "PN": "Edited^Name", "SH": "edited", "SL": -77, "SS": -77,
    "ST": "edited", "TM": "235959", "UC": "edited", "UI": "1.2.99", "UL": 77, "US": 77, "UT": "edited",
}  # fmt: skip
ADDED = (0x00081030, 0x0020000D, 0x00401001, 0x00104000)
ROUNDS = 8


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@cache
def is_sequence(tag: int) -> bool:
    return dictionary_has_tag(tag) and dictionary_VR(tag) == "SQ"


def regular_files() -> dict[str, bytes]:
    found = {}
    for name, path in dicom_files().items():
        # The offsets in a DICOMDIR follow from every length: they have a test of their own.
        if "DICOMDIR" not in name and path.stat().st_size < 1_500_000:
            found[name] = path.read_bytes()
    return found


FILES = regular_files()


def take_apart_or_none(data: bytes) -> File | None:
    try:
        return take_apart(data, is_sequence)
    except (Irregular, struct.error, zlib.error):
        return None


def holders(dataset: Any, around: str = "") -> Iterator[tuple[str, Any]]:
    """Every data set in a data set, with its place."""
    yield around, dataset
    for element in dataset:
        if element.VR == "SQ":
            place = f"{around}({int(element.tag) >> 16:04X},{int(element.tag) & 0xFFFF:04X})"
            for number, item in enumerate(element.value):
                yield from holders(item, f"{place}[{number}]")


def edit(dataset: Any, chance: random.Random) -> str:
    """One edit anywhere; gives its place."""
    around, holder = chance.choice(list(holders(dataset)))
    elements = [element for element in holder if element.tag.element and element.tag != 0x00080005]
    settable = [element for element in elements if element.VR in VALUES and not element.tag.is_private]
    what = chance.choice(("set", "set", "add", "delete", "item"))
    sequences = [element for element in elements if element.VR == "SQ"]
    if what == "set" and settable:
        element = chance.choice(settable)
        element.value = VALUES[element.VR]
    elif what == "delete" and elements:
        element = chance.choice(elements)
        del holder[element.tag]
    elif what == "item" and sequences:
        element = chance.choice(sequences)
        if len(element.value) and chance.random() < 0.5:
            element.value.pop(chance.randrange(len(element.value)))
        else:
            element.value.append(Dataset())
    else:
        tag = chance.choice(ADDED)
        vr = dictionary_VR(tag)
        holder.add_new(tag, vr, VALUES[vr])
        return f"{around}({tag >> 16:04X},{tag & 0xFFFF:04X})"
    tag = int(element.tag)
    return f"{around}({tag >> 16:04X},{tag & 0xFFFF:04X})"


def is_explained(place: str, edited: set[str]) -> bool:
    """Whether an edit is there, around it, or in the group whose length it is."""
    for one in edited:
        # Within an edit; or it holds one, as the value of an element whose items only the library knows.
        if place.startswith(one) or one.startswith(f"{place}["):
            return True
        head = place[: -len(",0000)")]
        if place.endswith(",0000)") and one.startswith(head):
            return True
    return False


@pytest.mark.parametrize("name", FILES)
def test_bytes_differ_where_they_were_edited(name: str) -> None:
    data = FILES[name]
    old = take_apart_or_none(data)
    if old is None:
        pytest.skip("a file that doesn't follow the plain rules: its untouched bytes are tested elsewhere")
    for number in range(ROUNDS):
        chance = random.Random(f"{name} {number}")
        dataset = dicom.read(data)
        edits = [edit(dataset, chance) for _ in range(chance.choice((1, 1, 2, 4)))]
        target = io.BytesIO()
        dicom.write(dataset, target)
        new = take_apart(target.getvalue(), is_sequence)
        found = differing(old, new)
        assert {place for place in found if not is_explained(place, set(edits))} == set()
        # Of several edits a later one can take away what an earlier one put in.
        assert found or len(edits) > 1


def test_most_files_follow_the_plain_rules() -> None:
    taken = [name for name, data in FILES.items() if take_apart_or_none(data) is not None]
    assert len(taken) > 100


def test_the_checker_finds_a_change_of_any_byte() -> None:
    """What this test stands on: no byte of a file can change without a place that is named, or a refusal."""
    name = "pydicom/test_files/rtplan.dcm"
    data = FILES[name]
    old = take_apart(data, is_sequence)
    for at in range(132, len(data)):
        changed = bytearray(data)
        changed[at] ^= 0x01
        new = take_apart_or_none(bytes(changed))
        assert new is None or differing(old, new), at
