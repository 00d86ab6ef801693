"""Broken files that are edited and converted: a typed error before the target is touched, or a file that reads back."""

from __future__ import annotations

import copy
import io
import random
import warnings
from typing import TYPE_CHECKING, Any

import pytest

import dicom
from dicom.dataset import Dataset
from dicom.errors import DicomError, LimitError, WriteError
from dicom.testing.encoder import (
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    Element,
    Item,
    Items,
    encode_file,
)

from . import absurd
from .outcome import ask_for_all, error_texts
from .test_absurd_files import mutated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GROUPS: dict[str, Callable[[], dict[str, bytes]]] = {
    "lengths": absurd.lying_lengths,
    "representations": absurd.wrong_representations,
    "tags": absurd.odd_tags,
    "values": absurd.bad_values,
    "fragments": absurd.broken_fragments,
    "garbage": absurd.garbage,
    "mutated": mutated,
}
SYNTAXES = (IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def written(dataset: Any, **options: Any) -> bytes:
    target = io.BytesIO()
    try:
        dicom.write(dataset, target, **options)
    except Exception:
        assert target.getvalue() == b"", "something was written before the error"
        raise
    return target.getvalue()


def data_sets(dataset: Any) -> list[Any]:
    """A data set and those in its sequences, as far as they can be read."""
    found = [dataset]
    for tag in list(dataset.keys()):
        try:
            element = dataset[tag]
            if element.VR == "SQ":
                for item in element.value:
                    found += data_sets(item)
        except DicomError:
            continue
    return found


def edit(dataset: Any, chance: random.Random) -> None:
    holder = chance.choice(data_sets(dataset))
    what = chance.randrange(8)
    tags = [tag for tag in list(holder.keys()) if tag != 0x00080005]
    if what == 0:
        holder.PatientComments = "edited"
    elif what == 1 and tags:
        del holder[chance.choice(tags)]
    elif what == 2:
        holder.SpecificCharacterSet = "ISO_IR 192"
    elif what == 3:
        dataset.ensure_file_meta()
        dataset.file_meta.TransferSyntaxUID = chance.choice(SYNTAXES)
    elif what == 4:
        holder.ReferencedImageSequence = [Dataset(), copy.deepcopy(holder)]
    elif what == 5 and tags:
        # Of a data set of its own: encoded anew from the bytes that were read.
        tag = chance.choice(tags)
        holder[tag] = copy.deepcopy(holder)[tag]
    elif what == 6 and tags:
        element = holder[chance.choice(tags)]
        element.value = element.value
    else:
        dataset.file_meta = None


def edited_and_written(data: bytes, chance: random.Random) -> tuple[Any, bytes | None, Exception | None]:
    dataset = dicom.read(data, force=True)
    try:
        for _ in range(chance.randrange(1, 4)):
            edit(dataset, chance)
        return dataset, written(dataset, enforce_file_format=chance.random() < 0.2), None
    except DicomError as error:
        return dataset, None, error


@pytest.mark.parametrize("group", GROUPS)
def test_a_broken_file_that_was_edited_is_written_or_refused(group: str) -> None:
    number_written = number_refused = 0
    for name, data in GROUPS[group]().items():
        chance = random.Random(name)
        try:
            dicom.read(data, force=True)
        except DicomError:
            continue
        _, made, error = edited_and_written(data, chance)
        if made is None:
            number_refused += 1
            assert error is not None
            assert not any(absurd.MARKER in text for text in error_texts(error)), name
            continue
        number_written += 1
        again = dicom.read(made, force=True)
        ask_for_all(again, [])
        # What was read back is written as it is.
        assert written(again) == made, name
    assert number_written > number_refused or group == "garbage"


@pytest.mark.parametrize("group", ["lengths", "representations", "tags", "values", "mutated"])
def test_an_element_added_before_all_others_is_there_and_the_rest_keeps_its_bytes(group: str) -> None:
    number = 0
    for name, data in GROUPS[group]().items():
        dataset = read_or_none(data)
        if dataset is None or not len(dataset) or min(dataset.keys()) <= 0x00080001 or is_deflated(dataset):
            continue
        first = next(iter(sorted(dataset.keys())))
        dataset.add_new(0x00080001, "UL", 7)
        try:
            made = written(dataset)
        except WriteError:
            # The File Meta Information is what the file ended in.
            continue
        number += 1
        assert len(made) == len(data) + 12, name
        at = next(at for at in range(len(data)) if made[at] != data[at])
        # The two bytes of the group can be those of the element that it stands before.
        assert any(made[: at - back] + made[at - back + 12 :] == data for back in range(9)), (name, first)
    assert number > 20


def read_or_none(data: bytes) -> Any:
    try:
        return dicom.read(data)
    except DicomError:
        return None


def is_deflated(dataset: Any) -> bool:
    return dataset.file_meta is not None and dataset.file_meta.get("TransferSyntaxUID") == DEFLATED


@pytest.mark.parametrize("cut", range(1, 130, 4))
@pytest.mark.parametrize("syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG])
def test_what_is_put_behind_the_end_of_a_cut_file_is_there_or_refused(syntax: str, cut: int) -> None:
    """The length of what the file ended in would swallow it otherwise."""
    data = encode_file(absurd.small_data_set(), syntax)[:-cut]
    dataset = dicom.read(data)
    dataset.add_new(0xFFFCFFFC, "OB", b"padding!")
    try:
        made = written(dataset)
    except WriteError:
        with pytest.raises(WriteError, match="ended within"):
            written(dataset)
        # Set anew it is whole, and nothing is in the way.
        last = max(tag for tag in list(dataset.keys()) if tag != 0xFFFCFFFC)
        del dataset[last]
        made = written(dataset)
    again = dicom.read(made)
    assert again[0xFFFCFFFC].value == b"padding!"
    assert list(again.keys()) == list(dataset.keys())


@pytest.mark.parametrize("cut", range(1, 200, 4))
def test_items_are_put_behind_the_end_of_a_cut_sequence(cut: int) -> None:
    item = Item((Element(0x00080100, "SH", b"ABCD"), Element(0x00080104, "LO", b"x" * 40)), undefined_length=True)
    data = encode_file((Element(0x0040A730, "SQ", Items((item, item, item)), undefined_length=True),))[:-cut]
    dataset = dicom.read(data)
    number = len(dataset.ContentSequence)
    added = Dataset()
    added.PatientName = "Added"
    dataset.ContentSequence.append(added)
    try:
        again = dicom.read(written(dataset))
    except WriteError:
        with pytest.raises(WriteError, match="ended within"):
            written(dataset)
        return
    assert len(again.ContentSequence) == number + 1
    assert again.ContentSequence[-1].PatientName == "Added"


@pytest.mark.parametrize("missing", [8, 16])
def test_delimiters_that_are_missing_are_put_in_when_the_sequence_is_edited(missing: int) -> None:
    item = Item((Element(0x00080100, "SH", b"ABCD"),), undefined_length=True)
    whole = encode_file((Element(0x0040A730, "SQ", Items((item, item)), undefined_length=True),))
    dataset = dicom.read(whole[:-missing])
    dataset.ContentSequence[0].CodeValue = "EFGH"
    assert written(dataset) == whole.replace(b"ABCD", b"EFGH", 1)
    dataset.ContentSequence.append(Dataset())
    again = dicom.read(written(dataset))
    assert [item.get("CodeValue") for item in again.ContentSequence] == ["EFGH", "ABCD", None]


@pytest.mark.parametrize("cut", [1, 4, 8, 9, 12, 20])
def test_what_is_put_behind_cut_fragments_is_refused(cut: int) -> None:
    data = encode_file(absurd.encapsulated_data_set((bytes(64), bytes(10))), "1.2.840.10008.1.2.5")[:-cut]
    dataset = dicom.read(data)
    assert written(dataset) == data
    dataset.PatientName = "Before^Them"
    assert written(dataset).endswith(data[-70:])
    dataset.add_new(0xFFFCFFFC, "OB", b"padding!")
    with pytest.raises(WriteError, match="ended within"):
        written(dataset)


@pytest.mark.parametrize("syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG])
@pytest.mark.parametrize("undefined", [False, True])
def test_nesting_within_the_limit_is_converted_and_edited_at_its_end(syntax: str, undefined: bool) -> None:
    data = absurd.nested(50, syntax, undefined=undefined)
    for after in SYNTAXES:
        dataset = dicom.read(data)
        inner = dataset
        for _ in range(50):
            inner = inner[0x0040A730].value[0]
        inner.PatientName = "Edited"
        dataset.file_meta.TransferSyntaxUID = after
        again = dicom.read(written(dataset))
        for _ in range(50):
            again = again[0x0040A730].value[0]
        assert again.PatientName == "Edited"


def test_a_list_that_holds_its_own_data_set_ends_at_a_limit() -> None:
    dataset = dicom.read(absurd.nested(3, EXPLICIT_LITTLE, undefined=False))
    inner = dataset[0x0040A730].value[0]
    inner.ReferencedImageSequence = [dataset]
    for outermost in (dataset, inner):
        with pytest.raises(LimitError):
            written(outermost)


def test_many_items_are_edited_and_converted() -> None:
    dataset = dicom.read(absurd.many_items(20_000))
    dataset[0x0040A730].value[10_000].PatientName = "Edited"
    dataset.file_meta.TransferSyntaxUID = IMPLICIT_LITTLE
    again = dicom.read(written(dataset))
    assert len(again[0x0040A730].value) == 20_000
    assert again[0x0040A730].value[10_000].PatientName == "Edited"
