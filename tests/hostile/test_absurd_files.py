"""Lying lengths, absurd nesting, wrong VRs, odd tags, broken fragments: a typed error, or read with findings."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from dicom.errors import InvalidDicomError
from dicom.testing.encoder import EXPLICIT_LITTLE, encode_file
from tests.data_sources import seed

from . import absurd
from .bounded import DEADLINE_SECONDS, MEMORY_LIMIT_BYTES, read_bounded
from .outcome import read_everything

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GARBAGE = absurd.garbage()
GROUPS = {
    "lengths": absurd.lying_lengths,
    "representations": absurd.wrong_representations,
    "tags": absurd.odd_tags,
    "values": absurd.bad_values,
    "fragments": absurd.broken_fragments,
}


def mutated() -> dict[str, bytes]:
    """Small real files with bytes flipped, cut out, doubled and overwritten; the same ones in each run."""
    chance = random.Random(20240229)
    names = ("MR_small.dcm", "test-SR.dcm", "rtplan.dcm", "nested_priv_SQ.dcm", "UN_sequence.dcm", "MR_small_RLE.dcm",
             "MR_small_bigendian.dcm", "image_dfl.dcm", "JPEG2000.dcm", "SC_rgb_jpeg_gdcm.dcm")  # fmt: skip
    files = {}
    for name in names:
        original = seed(name).read_bytes()
        for number in range(300):
            data = bytearray(original)
            for _ in range(chance.randrange(1, 6)):
                at, span = chance.randrange(len(data)), chance.randrange(1, 9)
                what = chance.randrange(4)
                if what == 0:
                    data[at] ^= 1 << chance.randrange(8)
                elif what == 1:
                    del data[at : at + span]
                elif what == 2:
                    data[at:at] = data[at : at + span]
                else:
                    data[at : at + span] = chance.choice(
                        (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xfe\xff\0\xe0", b"SQ\0\0")
                    )
            files[f"{name}-{number}"] = bytes(data)
    return files


def check_bounded(files: dict[str, bytes], folder: Path) -> None:
    (folder / "warm.dcm").write_bytes(encode_file(absurd.small_data_set(), EXPLICIT_LITTLE))
    for name, data in files.items():
        (folder / f"{name}.dcm").write_bytes(data)
    ended = read_bounded(folder)
    assert len(ended) == len(files)
    assert [line for line in ended if line["ended"].startswith("UNTYPED")] == []
    assert [line for line in ended if line["seconds"] > DEADLINE_SECONDS] == []
    assert [line for line in ended if line["grown"] > MEMORY_LIMIT_BYTES] == []


@pytest.mark.parametrize("group", GROUPS)
def test_broken_files_end_typed_in_bounded_time_and_memory(group: str, tmp_path: Path) -> None:
    check_bounded(GROUPS[group](), tmp_path)


def test_three_thousand_mutated_files_end_typed_in_bounded_time_and_memory(tmp_path: Path) -> None:
    files = mutated()
    assert len(files) == 3000
    check_bounded(files, tmp_path)


@pytest.mark.parametrize("undefined", [True, False], ids=["undefined", "defined"])
@pytest.mark.parametrize("syntax", absurd.TRANSFER_SYNTAXES)
def test_ten_thousand_nested_sequences_end_typed(syntax: str, undefined: bool, tmp_path: Path) -> None:
    data = absurd.nested(10_000, absurd.TRANSFER_SYNTAXES[syntax], undefined=undefined)
    check_bounded({"nested": data}, tmp_path)


@pytest.mark.parametrize("name", GARBAGE)
def test_what_is_not_dicom_is_refused(name: str) -> None:
    outcome = read_everything(GARBAGE[name])
    assert isinstance(outcome.error, InvalidDicomError)


@pytest.mark.parametrize("make", [absurd.lying_lengths, absurd.broken_fragments], ids=["lengths", "fragments"])
def test_a_deviation_is_an_error_or_a_finding(make: Callable[[], dict[str, bytes]]) -> None:
    silent = []
    for name, data in make().items():
        declared_right = (
            name.startswith("length-") and name.split("-")[2] == "FFFFFFFF" and name.endswith(("-10", "-3"))
        )
        outcome = read_everything(data)
        if outcome.error is None and not outcome.findings and not declared_right:
            silent.append(name)
    assert silent == []
