"""Every file of both packages, read element by element and up to its pixel data through pydicom's stream functions."""

from __future__ import annotations

import io
import warnings
from typing import Any

import pydicom
import pydicom.filereader
import pytest

import dicom
from dicom.compat import filereader
from tests.data_sources import dicom_files

FILES = dicom_files()
DEFLATED = "1.2.840.10008.1.2.1.99"


def position_of_data_set(content: bytes) -> tuple[int, bool, bool, str]:
    """Where the data set begins, how it is encoded, and its transfer syntax."""
    stream = io.BytesIO(content)
    pydicom.filereader.read_preamble(stream, force=True)
    meta = pydicom.filereader._read_file_meta_info(stream)
    pydicom.filereader._read_command_set_elements(stream)
    syntax = meta.get("TransferSyntaxUID", "")
    little = syntax != "1.2.840.10008.1.2.2"
    begin = stream.tell()
    implicit = syntax == "1.2.840.10008.1.2" if syntax else not content[begin + 4 : begin + 6].isalpha()
    return begin, implicit, little, str(syntax)


def raw_elements(library: Any, content: bytes, begin: int, implicit: bool, little: bool) -> list[Any]:
    stream = io.BytesIO(content)
    stream.seek(begin)
    found = []
    for element in library.data_element_generator(stream, implicit, little):
        if hasattr(element, "is_implicit_VR"):
            # `is_raw` and `is_buffered` follow.
            found.append((int(element.tag), element.VR and str(element.VR), *element[2:7]))
        else:
            found.append((int(element.tag), str(element.VR), len(element.value)))
    return [*found, stream.tell()]


@pytest.mark.parametrize("name", list(FILES))
def test_raw_elements_are_those_of_pydicom(name: str) -> None:
    content = FILES[name].read_bytes()
    begin, implicit, little, syntax = position_of_data_set(content)
    if syntax == DEFLATED:
        pytest.skip("deflated: there are no elements in the file")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            theirs = raw_elements(pydicom.filereader, content, begin, implicit, little)
        except Exception as error:
            pytest.skip(f"pydicom raises {type(error).__name__}")
        assert raw_elements(filereader, content, begin, implicit, little) == theirs


@pytest.mark.parametrize("name", list(FILES))
def test_a_file_that_is_read_up_to_its_pixels_is_the_file_without_them(name: str) -> None:
    path = FILES[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with open(path, "rb") as file:
            partial = filereader.read_partial(file, lambda tag, vr, length: tag >= 0x7FE00008, force=True)
        whole = dicom.read(path, stop_before_pixels=True, force=True)
        kept = [tag for tag in whole._tags() if tag < 0x7FE00008]
        assert partial._tags() == kept
        assert [str(partial[tag]) for tag in kept] == [str(whole[tag]) for tag in kept]
        assert partial.original_encoding == whole.original_encoding
