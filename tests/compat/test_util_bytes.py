"""``pydicom.util.hexutil`` and ``pydicom.util.dump``: bytes as text."""

from __future__ import annotations

import io
from pathlib import Path

import pydicom.util.dump
import pydicom.util.hexutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom import Dataset
from dicom.compat.util import dump, hexutil


@given(raw=st.binary(max_size=40))
def test_digits_are_those_of_pydicom_and_lead_back(raw: bytes) -> None:
    digits = hexutil.bytes2hex(raw)
    assert digits == pydicom.util.hexutil.bytes2hex(raw)
    assert hexutil.hex2bytes(digits) == raw == hexutil.hex2bytes(digits.encode())


def test_any_blanks_may_stand_between_digits() -> None:
    assert hexutil.hex2bytes("08  00\n05\t0 0") == b"\x08\x00\x05\x00"
    for wrong in ("8", "zz"):
        with pytest.raises(ValueError, match=r"fromhex|hexadecimal"):
            hexutil.hex2bytes(wrong)
    with pytest.raises(TypeError, match="int"):
        hexutil.hex2bytes(3)  # type: ignore[arg-type]


@given(raw=st.binary(max_size=70), start=st.integers(0, 40))
def test_a_dump_is_the_one_of_pydicom(raw: bytes, start: int) -> None:
    # These two can be printed as well.
    raw = raw.replace(b"~", b"-").replace(b"\\", b"/")
    lines, theirs = (library.datadump(raw, start).split("\n") for library in (dump, pydicom.util.dump))
    assert [line.rstrip() for line in lines] == [line.rstrip() for line in theirs]


def test_a_dump_ends_where_it_is_told_to() -> None:
    assert dump.datadump(bytes(range(64)), 2, 5) == "2  02 03 04" + " " * 41 + "..."
    assert dump.hexdump(io.BytesIO(b"abc"), show_address=False) == "61 62 63" + " " * 41 + "abc"
    assert dump.datadump(b"abc", 5) == ""


def test_a_file_is_dumped_as_its_bytes_are(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc" * 20)
    assert dump.filedump(tmp_path / "a", 1, 30) == dump.datadump(b"abc" * 20, 1, 30)


def test_every_character_that_can_be_printed_is() -> None:
    shown = "".join(map(dump.print_character, range(256)))
    assert shown == "." * 32 + bytes(range(32, 127)).decode() + "." * 129


def test_a_data_set_is_printed_element_by_element(capsys: pytest.CaptureFixture[str]) -> None:
    dataset, item = Dataset(), Dataset()
    dataset.PatientName = "A^B"
    item.Rows = 3
    dataset.BeamSequence = [item, Dataset()]
    dataset.BeamName = "x"
    dump.pretty_print(dataset, 1, "..")
    assert capsys.readouterr().out.splitlines() == [
        "..(0010,0010) Patient's Name                      PN: 'A^B'",
        "..(300A,00B0) Beam Sequence -- 2 item(s)",
        "....(0028,0010) Rows                                US: 3",
        "....---------",
        "....---------",
        "..(300A,00C2) Beam Name                           LO: 'x'",
    ]
