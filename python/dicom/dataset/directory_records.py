"""The offsets by which the records of a DICOMDIR point at each other, made right again when records have moved.

In: the data set of a DICOMDIR, and where each item of its Directory Record Sequence will stand in the file. Out: the
same with (0004,1200), (0004,1202), (0004,1400), (0004,1420) and (0004,1504) pointing at the records that they meant.
Standard: PS3.3 F.2.2.2 and F.3.2. Offsets count bytes from the first of the file, its preamble included, to an item's
tag.

What a link means is told by where the records stood in the file that was read (`seq_item_tell`), or by the number that
`mark_record` gave to a record made in memory. A link to a record that was taken out goes to the next one that is
left, so that those behind it aren't lost. A link that pointed at no record stays as it is.
"""

from __future__ import annotations

from dicom.elements.element import DataElement
from dicom.elements.sequence import Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence as Items
    from typing import TypeVar

    from dicom.elements.mapping import ElementMapping

    DatasetT = TypeVar("DatasetT", bound=ElementMapping)

FIRST_RECORD = 0x00041200
LAST_RECORD = 0x00041202
RECORDS = 0x00041220
NEXT_RECORD = 0x00041400
LOWER_RECORD = 0x00041420
MULTIPLY_REFERENCED = 0x00041504
_LINKS = (NEXT_RECORD, LOWER_RECORD, MULTIPLY_REFERENCED)
_MARK = "_record_offset"
_HEADER = 8  # of an item: tag and length


def mark_record(record: ElementMapping, number: int) -> None:
    """Let links that hold `number` mean this record, wherever it stood before.

    Parameters
    ----------
    record : Dataset
        An item of Directory Record Sequence.
    number : int
        Greater than 0, and another for each record.
    """
    record.__dict__[_MARK] = number


def record_number(record: ElementMapping) -> int | None:
    """What a link to this record holds: its mark, else its offset in the file that it was read from."""
    mark: int | None = record.__dict__.get(_MARK)
    return record.seq_item_tell if mark is None else mark


def with_offsets(dataset: DatasetT, item_offsets: Items[int]) -> DatasetT | None:
    """The DICOMDIR with its links moved to where its records will stand.

    Parameters
    ----------
    dataset : Dataset
        It stays as it is.
    item_offsets : sequence of int
        Of each item of Directory Record Sequence, the offset in bytes of its tag from the beginning of the new file.

    Returns
    -------
    Dataset or None
        A copy that shares the bytes that were read; None when all links are right already. Links have a fixed length,
        so the copy's records take no more room than those of `dataset`.

    Raises
    ------
    ValueError
        There are not as many offsets as items.
    """
    places = _new_places(dataset, item_offsets)
    if not places or not any(places(link) != link for link in _links_of(dataset)):
        return None
    moved = sharing_copy(dataset)
    records = Sequence(sharing_copy(record) for record in _records_of(dataset))
    records.is_undefined_length = dataset._element(RECORDS).value.is_undefined_length
    moved._set_element(RECORDS, DataElement(RECORDS, "SQ", records))
    _move(moved, places)
    return moved


def sharing_copy(dataset: DatasetT) -> DatasetT:
    """A data set with the same elements and bytes.

    Elements of the copy have to be exchanged, not assigned to: those that were edited are those of `dataset` too.
    """
    twin = type(dataset).__new__(type(dataset))
    dataset._share_with(twin)
    for tag in dataset._edited_tags():
        element = dataset._element(tag)
        if element is not None:
            twin._set_element(tag, element)
    twin.__dict__.update(dataset.__dict__)
    return twin


def update_record_offsets(
    dataset: ElementMapping,
    *,
    implicit_vr: bool,
    little_endian: bool,
    item_offsets: Items[int] | None = None,
) -> bool:
    """Move the links of a DICOMDIR in place, and let each record be known by its new offset.

    Parameters
    ----------
    dataset : Dataset
        A DICOMDIR; its File Meta Information counts, for offsets begin with the file.
    implicit_vr, little_endian : bool
        How it will be encoded.
    item_offsets : sequence of int, optional
        Offsets of the items in the new file; by default they are told by encoding the data set.

    Returns
    -------
    bool
        Whether a link was changed.
    """
    if RECORDS not in dataset:
        return False
    if item_offsets is None:
        item_offsets = encoded_offsets(dataset, implicit_vr=implicit_vr, little_endian=little_endian)
    places = _new_places(dataset, item_offsets)
    changed = bool(places) and any(places(link) != link for link in _links_of(dataset))
    if changed:
        _move(dataset, places)
    for record, offset in zip(_records_of(dataset), item_offsets, strict=True):
        mark_record(record, offset)
    return changed


def encoded_offsets(dataset: ElementMapping, *, implicit_vr: bool, little_endian: bool) -> list[int]:
    """Where each record will stand in a file of 128 bytes preamble, prefix, File Meta Information and data set."""
    from .write import encode, encode_file_meta

    meta = dataset._file_meta_if_any()
    position = 132 + (0 if meta is None else len(encode_file_meta(meta, enforce_standard=False)))
    before = dataset[:RECORDS]
    position += len(encode(before, implicit_vr=implicit_vr, little_endian=little_endian)) if len(before) else 0
    position += 8 if implicit_vr else 12
    offsets = []
    for record in _records_of(dataset):
        offsets.append(position)
        position += _HEADER + len(encode(record, implicit_vr=implicit_vr, little_endian=little_endian))
        position += _HEADER if record.is_undefined_length_sequence_item else 0
    return offsets


class _Places:
    """From what a link holds to what it shall hold."""

    def __init__(self, moved: dict[int, int], next_of_removed: dict[int, int]) -> None:
        self._moved = moved
        self._next_of_removed = next_of_removed

    def __bool__(self) -> bool:
        return bool(self._moved or self._next_of_removed)

    def __call__(self, link: int) -> int:
        passed = set()
        while link in self._next_of_removed and link not in passed:
            passed.add(link)
            link = self._next_of_removed[link]
        return 0 if link in passed else self._moved.get(link, link)


def _new_places(dataset: ElementMapping, item_offsets: Items[int]) -> _Places:
    records = _records_of(dataset)
    if len(records) != len(item_offsets):
        raise ValueError(f"{len(item_offsets)} offsets for {len(records)} directory records")
    moved: dict[int, int] = {}
    for record, offset in zip(records, item_offsets, strict=True):
        number = record_number(record)
        if number is not None:
            moved.setdefault(number, offset)
    removed = {}
    for record in _records_as_read(dataset):
        number = record.seq_item_tell
        if number is not None and number not in moved:
            removed[number] = _number_in(record, NEXT_RECORD)
    return _Places(moved, removed)


def _records_of(dataset: ElementMapping) -> list[ElementMapping]:
    element = dataset._element(RECORDS)
    value = None if element is None else element.value
    return list(value) if isinstance(value, Sequence) else []


def _records_as_read(dataset: ElementMapping) -> list[ElementMapping]:
    """The records of the file, those included that were taken out since."""
    before = type(dataset).__new__(type(dataset))
    dataset._share_with(before)
    return _records_of(before)


def _number_in(dataset: ElementMapping, tag: int) -> int:
    element = dataset._element(tag)
    value = None if element is None else element.value
    return value if isinstance(value, int) else 0


def _links_of(dataset: ElementMapping) -> list[int]:
    links = [_number_in(dataset, tag) for tag in (FIRST_RECORD, LAST_RECORD)]
    return links + [_number_in(record, tag) for record in _records_of(dataset) for tag in _LINKS]


def _move(dataset: ElementMapping, places: _Places) -> None:
    last = _last_of_root(dataset, places)
    for holder, tags in [(dataset, (FIRST_RECORD,)), *((record, _LINKS) for record in _records_of(dataset))]:
        for tag in tags:
            link = _number_in(holder, tag)
            place = places(link)
            if place != link:
                holder._set_element(tag, DataElement(tag, "UL", place))
    if last is not None and _number_in(dataset, LAST_RECORD) != last:
        dataset._set_element(LAST_RECORD, DataElement(LAST_RECORD, "UL", last))


def _last_of_root(dataset: ElementMapping, places: _Places) -> int | None:
    """The new offset of the last record of the root: the chain is followed, for the one that was last may be gone."""
    link = _number_in(dataset, LAST_RECORD)
    if dataset._element(LAST_RECORD) is None or link == 0:
        return None
    by_number = {record_number(record): record for record in _records_of(dataset)}
    if link in by_number:
        return places(link)
    place, follows, passed = 0, places, set[int]()
    new_by_place = {places(number): record for number, record in by_number.items() if number is not None}
    step = follows(_number_in(dataset, FIRST_RECORD))
    while step in new_by_place and step not in passed:
        passed.add(step)
        place = step
        step = follows(_number_in(new_by_place[step], NEXT_RECORD))
    return place
