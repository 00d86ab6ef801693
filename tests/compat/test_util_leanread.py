"""``pydicom.util.leanread``: elements as plain tuples, those of pydicom where it reads them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pydicom.util.leanread
import pytest

from dicom.compat.util import leanread
from tests.compat.test_filereader import IMPLICIT, OPEN_SEQUENCE, PERSON, PIXELS, SEQUENCE, file_of

UNDEFINED = 0xFFFFFFFF


@pytest.mark.parametrize("options", [{}, {"defer_size": 3}, {"stop_when": lambda group, elem: group == 0x300A}])
def test_elements_are_those_of_pydicom(options: dict[str, Any]) -> None:
    for content, implicit in ((PERSON + SEQUENCE, False), (IMPLICIT, True)):
        ours, theirs = (
            list(library.data_element_generator(io.BytesIO(content), implicit, True, **options))
            for library in (leanread, pydicom.util.leanread)
        )
        assert ours == theirs


def test_values_of_undefined_length_are_given_up_to_their_delimiter() -> None:
    content = PERSON + OPEN_SEQUENCE + PIXELS
    _, _, sequence, pixels = leanread.data_element_generator(io.BytesIO(content), False, True)
    assert sequence == ((0x300A, 0x00B0), b"SQ", UNDEFINED, OPEN_SEQUENCE[12:-8], len(PERSON) + 12)
    assert pixels[3] == PIXELS[12:-8]
    deferred = list(leanread.data_element_generator(io.BytesIO(content), False, True, defer_size=4))
    assert [element[3] for element in deferred[2:]] == [None, None]


def test_a_file_gives_its_file_meta_information_first(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(file_of(PERSON + SEQUENCE))
    with leanread.dicomfile(path) as ours, pydicom.util.leanread.dicomfile(path) as theirs:
        assert ours.preamble == theirs.preamble
        assert list(ours) == list(theirs)
    assert ours.fobj.closed


@pytest.mark.parametrize(
    ("content", "error"),
    [(PERSON, ValueError), (b"", ValueError), (file_of(b"", b"1.2.840.10008.1.2.1.99"), NotImplementedError)],
)
def test_a_file_that_can_not_be_read_so_is_an_error(tmp_path: Path, content: bytes, error: type[Exception]) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(content)
    with leanread.dicomfile(path) as file, pytest.raises(error):
        list(file)


def test_names_are_those_of_pydicom() -> None:
    for name in (
        "DeflatedExplicitVRLittleEndian",
        "ExplicitVRBigEndian",
        "ExplicitVRLittleEndian",
        "ImplicitVRLittleEndian",
    ):
        assert getattr(leanread, name) == getattr(pydicom.util.leanread, name)
    assert set(leanread.extra_length_VRs_b) == set(pydicom.util.leanread.extra_length_VRs_b)
