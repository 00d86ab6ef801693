"""A file cut at any byte: what is there is read, the rest is a finding; or a typed error where nothing can be read."""

from __future__ import annotations

import pytest

import dicom
from dicom.errors import DicomError
from dicom.testing.encoder import DEFLATED, encode_element, encode_file, encoding_of
from tests.parity.compare import describe

from . import absurd
from .outcome import read_everything


@pytest.mark.parametrize("syntax", absurd.TRANSFER_SYNTAXES)
def test_every_cut_ends_typed(syntax: str) -> None:
    data = encode_file(absurd.small_data_set(), absurd.TRANSFER_SYNTAXES[syntax])
    for end in range(len(data)):
        read_everything(data[:end])


@pytest.mark.parametrize("syntax", absurd.TRANSFER_SYNTAXES)
def test_every_cut_of_a_bare_data_set_ends_typed(syntax: str) -> None:
    if absurd.TRANSFER_SYNTAXES[syntax] == DEFLATED:
        pytest.skip("a deflated data set needs its File Meta Information")
    data = encode_file(absurd.small_data_set(), absurd.TRANSFER_SYNTAXES[syntax], preamble=None, meta=False)
    for end in range(len(data)):
        read_everything(data[:end])


def test_every_cut_of_fragments_ends_typed() -> None:
    data = encode_file(absurd.encapsulated_data_set((bytes(64), bytes(10))), "1.2.840.10008.1.2.5")
    for end in range(len(data)):
        read_everything(data[:end])


@pytest.mark.parametrize("syntax", ["implicit", "explicit", "big"])
def test_elements_before_the_cut_are_read_whole(syntax: str) -> None:
    made = absurd.small_data_set()
    encoding = encoding_of(absurd.TRANSFER_SYNTAXES[syntax])
    data = encode_file(made, absurd.TRANSFER_SYNTAXES[syntax])
    whole = describe(dicom.read(data))
    start = len(encode_file((), absurd.TRANSFER_SYNTAXES[syntax]))
    ends = [start]
    for element in made:
        ends.append(ends[-1] + len(encode_element(element, encoding)))
    assert ends[-1] == len(data)
    for end in range(start, len(data)):
        complete = sum(1 for one in ends[1:] if one <= end)
        try:
            dataset = dicom.read(data[:end])
        except DicomError:
            # So little is left that nothing says that it is DICOM.
            assert complete < 1
            continue
        tags = [element.tag for element in made[:complete]]
        described = describe(dataset)
        for tag in tags:
            place = f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
            mine = {key: value for key, value in described.items() if key.startswith(place)}
            assert mine == {key: value for key, value in whole.items() if key.startswith(place)}, (end, place)
        assert [int(tag) for tag in dataset.keys()][:complete] == tags  # noqa: SIM118
        if end in ends:
            assert len(dataset) == complete
        else:
            assert dataset.findings, f"cut at {end}: nothing was said"
