"""No value of an element stands in an error, a warning, a log or a finding: it can be a patient's name."""

from __future__ import annotations

import pytest

from dicom.testing.encoder import EXPLICIT_LITTLE, encode_file

from . import absurd
from .outcome import read_everything

GROUPS = {
    "lengths": absurd.lying_lengths,
    "representations": absurd.wrong_representations,
    "tags": absurd.odd_tags,
    "values": absurd.bad_values,
    "fragments": absurd.broken_fragments,
}


def leaks(data: bytes) -> list[str]:
    messages = read_everything(data).messages
    return [message for message in messages if "MARKER" in message or absurd.MARKER.encode().hex() in message]


@pytest.mark.parametrize("group", GROUPS)
def test_no_message_about_a_broken_file_has_a_value(group: str) -> None:
    leaking = {name: found for name, data in GROUPS[group]().items() if (found := leaks(data))}
    assert leaking == {}


def test_no_message_about_a_cut_file_has_a_value() -> None:
    data = encode_file(absurd.small_data_set(), EXPLICIT_LITTLE)
    assert [found for end in range(0, len(data), 3) for found in leaks(data[:end])] == []


def test_a_broken_file_says_something() -> None:
    assert any(read_everything(data).messages for data in absurd.lying_lengths().values())
