"""Each limit is a ceiling: what just fits is read, one more is a ``LimitError``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import dicom
from dicom.errors import DicomError, LimitError
from dicom.testing.encoder import EXPLICIT_LITTLE, IMPLICIT_LITTLE

from . import absurd
from .bounded import read_bounded
from .outcome import read_everything

if TYPE_CHECKING:
    from pathlib import Path

SEQUENCE_DEPTH = 128
INFLATED_FREELY_BYTES = 16 << 20
NUMBER_OF_ITEMS = 1_000_000
NUMBER_OF_FRAGMENTS = 1 << 20


def depth_read(data: bytes) -> int:
    """How many sequences deep the values can be asked for."""
    level: Any = dicom.read(data)
    depth = 0
    while "ContentSequence" in level:
        level = level.ContentSequence[0]
        depth += 1
    return depth


@pytest.mark.parametrize("undefined", [True, False], ids=["undefined", "defined"])
@pytest.mark.parametrize("syntax", [EXPLICIT_LITTLE, IMPLICIT_LITTLE])
def test_sequence_depth(syntax: str, undefined: bool) -> None:
    for depth in (SEQUENCE_DEPTH - 1, SEQUENCE_DEPTH):
        assert depth_read(absurd.nested(depth, syntax, undefined=undefined)) == depth
    with pytest.raises(LimitError):
        depth_read(absurd.nested(SEQUENCE_DEPTH + 1, syntax, undefined=undefined))


def test_inflated_size_past_which_the_ratio_counts() -> None:
    for size in (INFLATED_FREELY_BYTES - 1, INFLATED_FREELY_BYTES):
        assert len(dicom.read(absurd.deflated_zeros(size)).EncapsulatedDocument) == size - 12
    with pytest.raises(LimitError):
        dicom.read(absurd.deflated_zeros(INFLATED_FREELY_BYTES + 1))


def test_inflated_size_whatever_the_ratio(tmp_path: Path) -> None:
    (tmp_path / "over.dcm").write_bytes(absurd.deflated_slowly(513))
    ended = read_bounded(tmp_path, memory_bytes=2 << 30)
    assert [line["ended"] for line in ended] == ["LimitError"]


@pytest.mark.parametrize("undefined", [True, False], ids=["undefined", "defined"])
def test_number_of_items(undefined: bool) -> None:
    for number in (NUMBER_OF_ITEMS - 1, NUMBER_OF_ITEMS):
        assert len(dicom.read(absurd.many_items(number, undefined=undefined)).ContentSequence) == number
    with pytest.raises(LimitError):
        _ = dicom.read(absurd.many_items(NUMBER_OF_ITEMS + 1, undefined=undefined)).ContentSequence


def test_number_of_fragments() -> None:
    with pytest.raises(DicomError):
        _ = dicom.read(absurd.many_fragments(NUMBER_OF_FRAGMENTS + 1)).pixel_array
    assert isinstance(read_everything(absurd.many_fragments(NUMBER_OF_FRAGMENTS + 1), text=False).error, LimitError)
