"""A small file for the tests of data sets that were read, and how to read it."""

from __future__ import annotations

from dicom._core import read_bytes
from dicom.dataset import FileDataset
from dicom.testing.encoder import EXPLICIT_LITTLE, Element, Item, Items, encode_file

BEAM = Item((Element(0x300A00C2, "LO", b"beam"), Element(0x300A0111, "SQ", Items((Item(()),)))))

ELEMENTS = [
    Element(0x00080008, "CS", b"ORIGINAL\\PRIMARY"),
    Element(0x00090010, "LO", b"GEMS_IDEN_01"),
    Element(0x00091027, "SL", (5,)),
    Element(0x00100010, "PN", b"Secret^Name "),
    Element(0x00280010, "US", (2,)),
    Element(0x00280030, "DS", b"0.5\\0.5 "),
    Element(0x300A00B0, "SQ", Items((BEAM, BEAM)), undefined_length=True),
    Element(0x7FE00010, "OW", b"\1\2" * 20),
]


def read_plan() -> FileDataset:
    """A data set that was just read; nothing of it was looked at."""
    dataset: FileDataset = read_bytes(FileDataset, encode_file(ELEMENTS, EXPLICIT_LITTLE))
    return dataset
