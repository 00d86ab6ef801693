"""The private header of Siemens: both forms are read, and what breaks off gives what stands before."""

from __future__ import annotations

from struct import pack

import pytest

from dicom.errors import ParseError
from dicom.values.csa import read_csa_header
from tests.volume.made_multiframe import csa_header

ENTRIES = {
    "EchoLinePosition": ("IS", ["32"]),
    "SliceNormalVector": ("FD", ["0.0", "-0.5", "0.86602540"]),
    "ImageComments": ("LT", []),
    "ICE_Dims": ("LO", ["X_1_1_1_1_1_1_1_1_1_1_1_48"]),
    "MosaicRefAcqTimes": ("FD", [str(2.5 * k) for k in range(48)]),
}


@pytest.mark.parametrize("newer", [True, False])
def test_both_forms_give_the_values_of_each_name(newer: bool) -> None:
    found = read_csa_header(csa_header(ENTRIES, newer=newer))
    assert found == {name: values for name, (_, values) in ENTRIES.items()}


def test_values_whose_number_is_said_to_be_zero_are_all_kept() -> None:
    data = bytearray(csa_header({"MosaicRefAcqTimes": ("FD", ["0.0", "2.5", "5.0"])}))
    data[16 + 64 : 16 + 68] = pack("<i", 0)
    assert read_csa_header(bytes(data)) == {"MosaicRefAcqTimes": ["0.0", "2.5", "5.0"]}


@pytest.mark.parametrize("newer", [True, False])
def test_a_header_that_breaks_off_gives_what_stands_before(newer: bool) -> None:
    data = csa_header(ENTRIES, newer=newer)
    names = list(ENTRIES)
    for length in range(24, len(data)):
        found = read_csa_header(data[:length])
        assert list(found) == names[: len(found)]
        for name, values in found.items():
            assert values == ENTRIES[name][1]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SV10",
        b"SV10\4\3\2\1\0\0\0\0",
        b"SV10\4\3\2\1" + pack("<2I", 0, 77),
        pack("<2I", 2**32 - 1, 77) + bytes(200),
    ],
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ParseError):
        read_csa_header(data)


def test_a_length_beyond_the_bytes_ends_the_header() -> None:
    data = bytearray(csa_header(ENTRIES))
    for length in (2**31 - 1, -1, len(data)):
        data[16 + 84 + 4 : 16 + 84 + 8] = pack("<i", length)
        assert read_csa_header(bytes(data)) == {}


def test_a_number_of_items_beyond_all_measure_ends_the_header() -> None:
    data = bytearray(csa_header(ENTRIES))
    for count in (2**31 - 1, -1):
        data[16 + 76 : 16 + 80] = pack("<i", count)
        assert read_csa_header(bytes(data)) == {}
