"""Files and DICOMDIRs made byte by byte, the right ones and the wrong ones. No patient.

What is made here doesn't pass through the library's own writer.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from dicom.testing.encoder import (
    EXPLICIT_LITTLE,
    Element,
    Item,
    Items,
    encode_elements,
    encode_item,
    encode_meta,
    encoding_of,
    padded,
)

CT = "1.2.840.10008.5.1.4.1.1.2"
DIRECTORY = "1.2.840.10008.1.3.10"
_EXPLICIT = encoding_of(EXPLICIT_LITTLE)


def text(tag: int, vr: str, value: str) -> Element:
    """An element of text."""
    return Element(tag, vr, padded(value.encode("ascii"), b"\0" if vr == "UI" else b" "))


def instance(uid: str, patient: str = "P1", study: str = "1.2.1", series: str = "1.2.1.1", number: int = 1) -> bytes:
    """A CT image, as a file, with all that its directory records need."""
    elements = [
        text(0x00080016, "UI", CT),
        text(0x00080018, "UI", uid),
        text(0x00080020, "DA", "20200101"),
        text(0x00080030, "TM", "101112"),
        text(0x00080060, "CS", "CT"),
        text(0x00100010, "PN", f"Test^{patient}"),
        text(0x00100020, "LO", patient),
        text(0x0020000D, "UI", study),
        text(0x0020000E, "UI", series),
        text(0x00200010, "SH", "S"),
        text(0x00200011, "IS", "1"),
        text(0x00200013, "IS", str(number)),
        Element(0x7FE00010, "OW", bytes(64)),
    ]
    return bytes(128) + b"DICM" + encode_meta(EXPLICIT_LITTLE, CT, uid) + encode_elements(elements, _EXPLICIT)


def write_instances(folder: Path, count: int, **keys: str) -> list[Path]:
    """So many images of one series in a folder, named as a File-set may name them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        path = folder / f"F{number:07d}"
        path.write_bytes(instance(f"1.2.9.{number + 1}", number=number + 1, **keys))
        paths.append(path)
    return paths


class Raw(int):
    """An offset as it shall stand in the file; other links are indices of records."""


class Record(NamedTuple):
    """A directory record: what stands in it beside its links, and the links."""

    elements: tuple[Element, ...]
    next: int | None = None
    lower: int | None = None


def patient(name: str = "P1", **links: int) -> Record:
    """A PATIENT record."""
    return Record((text(0x00041430, "CS", "PATIENT"), text(0x00100020, "LO", name)), **links)


def study(uid: str = "1.2.1", **links: int) -> Record:
    """A STUDY record."""
    return Record((text(0x00041430, "CS", "STUDY"), text(0x0020000D, "UI", uid)), **links)


def series(uid: str = "1.2.1.1", **links: int) -> Record:
    """A SERIES record."""
    return Record((text(0x00041430, "CS", "SERIES"), text(0x0020000E, "UI", uid)), **links)


def image(file_id: str | bytes | None, uid: str = "1.2.9.1", **links: int) -> Record:
    """An IMAGE record; `file_id` has its components separated by backslashes."""
    value = file_id if isinstance(file_id, bytes) or file_id is None else file_id.encode("ascii", "surrogateescape")
    return Record(
        (
            text(0x00041430, "CS", "IMAGE"),
            *(() if value is None else (Element(0x00041500, "CS", padded(value)),)),
            text(0x00041510, "UI", CT),
            text(0x00041511, "UI", uid),
            text(0x00041512, "UI", EXPLICIT_LITTLE),
            text(0x00200013, "IS", "1"),
        ),
        **links,
    )


def one_image(file_id: str | bytes | None, uid: str = "1.2.9.1") -> list[Record]:
    """A patient with one study, one series and one image."""
    return [patient(lower=1), study(lower=2), series(lower=3), image(file_id, uid)]


def dicomdir(records: list[Record], first: int | None = 0, last: int | None = 0) -> bytes:
    """The bytes of a DICOMDIR, its offsets computed from the links."""
    offsets = [0] * len(records)
    while True:
        data, found = _encoded(records, offsets, first, last)
        if found == offsets:
            return data
        offsets = found


def _encoded(records: list[Record], offsets: list[int], first: int | None, last: int | None) -> tuple[bytes, list[int]]:
    def link(target: int | None) -> tuple[int, ...]:
        return (0,) if target is None else (int(target),) if isinstance(target, Raw) else (offsets[target],)

    items = []
    for record in records:
        elements = [
            Element(0x00041400, "UL", link(record.next)),
            Element(0x00041410, "US", (0xFFFF,)),
            Element(0x00041420, "UL", link(record.lower)),
            *record.elements,
        ]
        items.append(Item(tuple(sorted(elements))))
    has_first = first if records else None
    head = [
        text(0x00041130, "CS", "MADE"),
        Element(0x00041200, "UL", link(has_first)),
        Element(0x00041202, "UL", link(last if records else None)),
        Element(0x00041212, "US", (0,)),
    ]
    start = bytes(128) + b"DICM" + encode_meta(EXPLICIT_LITTLE, DIRECTORY, "1.2.3.4.5.6")
    start += encode_elements(head, _EXPLICIT)
    found, position = [], len(start) + 12
    for item in items:
        found.append(position)
        position += len(encode_item(item, _EXPLICIT))
    return start + encode_elements([Element(0x00041220, "SQ", Items(tuple(items)))], _EXPLICIT), found


def write_set(folder: Path, records: list[Record], **ends: int) -> Path:
    """A folder with a DICOMDIR of these records; give the path of the DICOMDIR."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "DICOMDIR"
    path.write_bytes(dicomdir(records, **ends))
    return path


def files_of(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by their path in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
