"""A small file for the tests of writing, and how to read and write it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import dicom
from dicom.testing.encoder import Element, Item, Items, encode_file

if TYPE_CHECKING:
    from pathlib import Path

ELEMENTS = (
    Element(0x00080005, "CS", b"ISO_IR 100"),
    Element(0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.7\0"),
    Element(0x00080018, "UI", b"1.2.3.4\0"),
    Element(0x00081140, "SQ", Items((Item((Element(0x00081155, "UI", b"1.2.3.5\0"),)),))),
    Element(0x00100010, "PN", b"Secret^Name "),
    Element(0x00280010, "US", (2,)),
    Element(0x00420011, "OB", bytes(range(256)) * 100),
)
FILE = encode_file(ELEMENTS)


def written(dataset: Any, **options: Any) -> bytes:
    target = io.BytesIO()
    dicom.write(dataset, target, **options)
    return target.getvalue()


def read_file() -> Any:
    return dicom.read(FILE)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
