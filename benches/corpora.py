"""Make the header files of the bench: many distinct ones of each kind, by code.

In: a folder. Out: files in it, the same ones on each run. The kinds: short headers, CT headers (pydicom's
``CT_small.dcm`` varied), private elements, structured reports, segmentations, contours. No real patient is in them.
"""

from __future__ import annotations

import io
import random
import shutil
from typing import TYPE_CHECKING

from dicom.testing.encoder import EXPLICIT_LITTLE, Element, Item, Items, encode_file, padded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: Raise this when a maker changes: files of an older version are made again.
VERSION = 5


def text(tag: int, vr: str, value: str) -> Element:
    """An element of characters, padded to even length."""
    return Element(tag, vr, padded(value.encode("ascii"), b"\0" if vr == "UI" else b" "))


def _uid(chance: random.Random) -> str:
    return f"1.2.826.0.1.3680043.9.7.{chance.randrange(10**9)}.{chance.randrange(10**9)}"


def _varied_headers(seed_name: str, number_of_elements: int) -> Callable[[random.Random], bytes]:
    """Headers like one of pydicom's test files, without pixels, cut to a number of elements, with other values."""
    import pydicom
    from pydicom.data import get_testdata_file

    path = get_testdata_file(seed_name)
    template = pydicom.dcmread(str(path), stop_before_pixels=True)
    for late in [element.tag for element in template if int(element.tag) >= 0x7FE00010]:
        del template[late]
    surplus = len(template) - number_of_elements
    # The last elements of private blocks go first, so that a header keeps what a scanner writes for all to read.
    private = [element.tag for element in template if element.tag.is_private and not element.tag.is_private_creator]
    spare = private[::-1]
    spare += [element.tag for element in template if not element.tag.is_private and element.tag.group > 0x0028]
    spare += [element.tag for element in template if element.tag.group in (0x0010, 0x0018)]
    for tag in [tag for tag in spare if tag not in (0x00100010, 0x00100020)][: max(surplus, 0)]:
        del template[tag]

    def make(chance: random.Random) -> bytes:
        template.PatientName = f"Test{chance.randrange(10**6)}^Case"
        template.PatientID = f"ID{chance.randrange(10**8):08d}"
        template.SOPInstanceUID = _uid(chance)
        template.file_meta.MediaStorageSOPInstanceUID = template.SOPInstanceUID
        template.SeriesInstanceUID = _uid(chance)
        template.InstanceNumber = chance.randrange(1, 1000)
        template.ImagePositionPatient = [f"{chance.uniform(-300, 300):.3f}" for _ in range(3)]
        template.SliceLocation = f"{chance.uniform(-300, 300):.3f}"
        written = io.BytesIO()
        template.save_as(written)
        return written.getvalue()

    return make


def _private(chance: random.Random) -> bytes:
    """4,400 private elements in 20 blocks, of mixed VRs."""
    elements = [text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.4"), text(0x00080018, "UI", _uid(chance))]
    for block in range(20):
        group = 0x0009 + 2 * block
        elements.append(text(group << 16 | 0x10, "LO", f"BENCH BLOCK {block:02d}"))
        for number in range(220):
            tag = group << 16 | 0x1000 | number
            kind = number % 6
            if kind == 0:
                elements.append(Element(tag, "US", (chance.randrange(65536),)))
            elif kind == 1:
                elements.append(text(tag, "LO", f"value {chance.randrange(10**6)}"))
            elif kind == 2:
                elements.append(text(tag, "DS", f"{chance.uniform(0, 1000):.4f}"))
            elif kind == 3:
                elements.append(Element(tag, "FD", (chance.random(), chance.random())))
            elif kind == 4:
                elements.append(text(tag, "SH", f"{chance.randrange(10**6)}"))
            else:
                elements.append(Element(tag, "OB", chance.randbytes(16)))
    return encode_file(elements, EXPLICIT_LITTLE)


def _code(tag: int, chance: random.Random, undefined: bool) -> Element:
    item = Item(
        (
            text(0x00080100, "SH", f"{chance.randrange(10**6)}"),
            text(0x00080102, "SH", "99BENCH"),
            text(0x00080104, "LO", f"Meaning {chance.randrange(10**4)}"),
        ),
        undefined,
    )
    return Element(tag, "SQ", Items((item,)), undefined)


def _report(undefined: bool) -> Callable[[random.Random], bytes]:
    """A structured report of about 88,000 elements: 40 containers of 115 measurements of 19 elements each."""

    def measurement(chance: random.Random) -> Item:
        value = Item(
            (_code(0x004008EA, chance, undefined), text(0x0040A30A, "DS", f"{chance.random():.6f}")), undefined
        )
        elements: tuple[Element, ...] = (
            text(0x0040A010, "CS", "CONTAINS"),
            text(0x0040A040, "CS", "NUM"),
            _code(0x0040A043, chance, undefined),
            text(0x0040A121, "DA", "20240229"),
            text(0x0040A122, "TM", "121314"),
            text(0x0040A124, "UI", _uid(chance)),
            Element(0x0040A300, "SQ", Items((value,)), undefined),
        )
        return Item((*elements, _code(0x0040A504, chance, undefined)), undefined)

    def make(chance: random.Random) -> bytes:
        containers = []
        for _ in range(40):
            inner = Items(tuple(measurement(chance) for _ in range(115)))
            elements = (
                text(0x0040A010, "CS", "CONTAINS"),
                text(0x0040A040, "CS", "CONTAINER"),
                _code(0x0040A043, chance, undefined),
                Element(0x0040A730, "SQ", inner, undefined),
            )
            containers.append(Item(elements, undefined))
        whole = [
            text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.88.33"),
            text(0x00080018, "UI", _uid(chance)),
            text(0x00080060, "CS", "SR"),
            text(0x00100010, "PN", "Test^Report"),
            text(0x0040A040, "CS", "CONTAINER"),
            Element(0x0040A730, "SQ", Items(tuple(containers)), undefined),
        ]
        return encode_file(whole, EXPLICIT_LITTLE)

    return make


def _segmentation(chance: random.Random) -> bytes:
    """A segmentation's functional groups: 6,000 frame items, each with about 20 elements in five sequences."""

    def one(tag: int, *elements: Element) -> Element:
        return Element(tag, "SQ", Items((Item(elements),)))

    series = _uid(chance)
    frames = []
    for number in range(6000):
        source = one(
            0x00082112,
            text(0x00081150, "UI", "1.2.840.10008.5.1.4.1.1.2"),
            text(0x00081155, "UI", f"{series}.{number % 300}"),
            one(
                0x0040A170,
                text(0x00080100, "SH", "121322"),
                text(0x00080102, "SH", "DCM"),
                text(0x00080104, "LO", "Source image"),
            ),
        )
        derivation = one(
            0x00089215,
            text(0x00080100, "SH", "113076"),
            text(0x00080102, "SH", "DCM"),
            text(0x00080104, "LO", "Segmentation"),
        )
        position = text(0x00200032, "DS", f"-150.5\\-150.5\\{number * 0.5:.1f}")
        elements = (
            one(0x00089124, source, derivation),
            one(0x00209111, Element(0x00209157, "UL", (number % 20 + 1, number // 20 + 1))),
            one(0x00209113, position),
            one(0x0062000A, Element(0x0062000B, "US", (number % 20 + 1,))),
        )
        frames.append(Item(elements))
    whole = [
        text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.66.4"),
        text(0x00080018, "UI", _uid(chance)),
        text(0x00080060, "CS", "SEG"),
        text(0x00280008, "IS", "6000"),
        Element(0x52009230, "SQ", Items(tuple(frames))),
    ]
    return encode_file(whole, EXPLICIT_LITTLE)


def _contours(chance: random.Random) -> bytes:
    """An RT Structure Set: 20 regions of 100 contours of 501 numbers, a million in all."""
    regions = []
    for region in range(20):
        contours = []
        for _ in range(100):
            numbers = "\\".join(f"{chance.uniform(-250, 250):.2f}" for _ in range(501))
            elements = (text(0x30060042, "CS", "CLOSED_PLANAR"), text(0x30060046, "IS", "167"))
            # DS has the short form in explicit VR: 64 KiB at most, and 501 numbers stay below.
            contours.append(Item((*elements, text(0x30060050, "DS", numbers))))
        sequence = Element(0x30060040, "SQ", Items(tuple(contours)))
        regions.append(Item((sequence, text(0x30060084, "IS", str(region + 1)))))
    whole = [
        text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.481.3"),
        text(0x00080018, "UI", _uid(chance)),
        text(0x00080060, "CS", "RTSTRUCT"),
        Element(0x30060039, "SQ", Items(tuple(regions))),
    ]
    return encode_file(whole, EXPLICIT_LITTLE)


#: Kind of file: how many are made, and by what.
KINDS: dict[str, tuple[int, Callable[[], Callable[[random.Random], bytes]]]] = {
    "header-50": (300, lambda: _varied_headers("MR_small.dcm", 50)),
    "header-ct": (300, lambda: _varied_headers("CT_small.dcm", 220)),
    "private": (20, lambda: _private),
    "report-defined": (4, lambda: _report(undefined=False)),
    "report-undefined": (4, lambda: _report(undefined=True)),
    "segmentation": (2, lambda: _segmentation),
    "contours": (2, lambda: _contours),
}


def paths_of(kind: str, folder: Path) -> list[Path]:
    """The files of a kind in a shuffled order that is the same on each run; made when they aren't there."""
    number, maker = KINDS[kind]
    place = folder / f"{kind}-v{VERSION}"
    if not place.is_dir():
        part = place.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for index, data in enumerate(_made(number, maker(), kind)):
            (part / f"{index:04d}.dcm").write_bytes(data)
        part.rename(place)
    paths = sorted(place.iterdir())
    random.Random(kind).shuffle(paths)
    return paths


def _made(number: int, make: Callable[[random.Random], bytes], kind: str) -> Iterator[bytes]:
    for index in range(number):
        yield make(random.Random(f"{kind} {index}"))
