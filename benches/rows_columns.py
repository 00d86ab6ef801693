"""Rows about columns: a scan of many headers, and the values of an element in each item of a sequence.

In: the folder of the corpora. Out: rows for the harness. The peers have no columns: they open, and loop.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

from dicom.testing.encoder import Element, Item, Items, encode_file

from . import corpora
from .harness import Contender, Goal, Row, Sample
from .peers import ATTRIBUTES, Peer, plain, readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# pydicom takes half a millisecond an item: of it is asked less, and the time is given for one item.
_FEW_FRAMES = 2_000
_MANY_FRAMES = 50_000


def _frame(number: int, undefined: bool) -> Item:
    """The functional groups of a frame of an Enhanced CT Image: 20 elements in seven groups."""
    text = corpora.text

    def group(tag: int, *elements: Element) -> Element:
        return Element(tag, "SQ", Items((Item(elements, undefined),)), undefined)

    time = f"20260102101500.{number:06d}"
    elements = (
        group(0x00189305, Element(0x00189306, "FD", (0.5,)), Element(0x00189307, "FD", (1.5,))),
        group(0x00189329, text(0x00080008, "CS", "ORIGINAL\\PRIMARY\\VOLUME\\NONE"), text(0x00089206, "CS", "VOLUME")),
        group(
            0x00209111,
            text(0x00189074, "DT", time),
            text(0x00189151, "DT", time),
            Element(0x00189220, "FD", (3.5,)),
            text(0x00209056, "SH", "1"),
            Element(0x00209057, "UL", (number + 1,)),
            Element(0x00209157, "UL", (1, number + 1)),
        ),
        group(0x00209113, text(0x00200032, "DS", f"-158.135803\\-179.035797\\{number * 0.25 - 75.699997:.6f}")),
        group(0x00209116, text(0x00200037, "DS", "1.000000\\0.000000\\0.000000\\0.000000\\1.000000\\0.000000")),
        group(0x00289110, text(0x00180050, "DS", "5.000000"), text(0x00280030, "DS", "0.661468\\0.661468")),
        group(0x00289145, text(0x00281052, "DS", "-1024"), text(0x00281053, "DS", "1"), text(0x00281054, "LO", "HU")),
    )
    return Item(elements, undefined)


def _multi_frame(folder: Path, count: int, undefined: bool) -> str:
    """The path of a file with so many frames' groups; made when it isn't there."""
    path = folder / f"frames-v1-{count}-{'undefined' if undefined else 'defined'}.dcm"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        frames = Items(tuple(_frame(number, undefined) for number in range(count)))
        elements = [
            corpora.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2.1"),
            corpora.text(0x00280008, "IS", str(count)),
            Element(0x52009230, "SQ", frames, undefined),
        ]
        part = path.with_suffix(".part")
        part.write_bytes(encode_file(elements))
        part.rename(path)
    return str(path)


def _positions_by_loop(peer: Peer, path: str) -> list[Any]:
    groups = peer.open(path).PerFrameFunctionalGroupsSequence
    items = (groups[index] for index in range(len(groups)))
    return [plain(item.PlanePositionSequence[0].ImagePositionPatient) for item in items]


def _positions_by_column(peer: Peer, path: str) -> Any:
    return peer.open(path).per_frame["ImagePositionPatient"]


def _frames_row(folder: Path, name: str, undefined: bool) -> Row:
    path = _multi_frame(folder, _FEW_FRAMES, undefined)

    def contender(peer: Peer) -> Contender:
        find = _positions_by_column if peer.name == "dicom" else _positions_by_loop

        def answer() -> list[Any]:
            return [[float(one) for one in row] for row in find(peer, path)]

        return Contender(peer.name, lambda: find(peer, path), answer)

    title = f"open + a column of {_FEW_FRAMES:,} per-frame items, {'un' if undefined else ''}defined lengths, an item"
    return Row(name, title, [contender(peer) for peer in readers()], _FEW_FRAMES, Goal(times_reference=75))


# What a process of its own prints: seconds, and how much its peak grew.
_MEASURED = """
import os, resource, sys, time
import numpy as np, numpy.ma, dicom, dicom.dataset.columns

def peak():
    # Of this program alone: what getrusage tells on Linux begins with the peak of the one that started it.
    if os.path.exists("/proc/self/status"):
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

before, start = peak(), time.process_time()
column = dicom.read(sys.argv[1]).per_frame["ImagePositionPatient"]
seconds = time.process_time() - start
assert column.shape == (int(sys.argv[2]), 3) and np.allclose(np.diff(column[:, 2]), 0.25)
print(seconds, peak() - before)
"""


def _many_frames_row(folder: Path, name: str, undefined: bool) -> Row:
    path = _multi_frame(folder, _MANY_FRAMES, undefined)
    size = (folder / path).stat().st_size

    def sample() -> Sample:
        command = [sys.executable, "-c", _MEASURED, path, str(_MANY_FRAMES)]
        seconds, grown = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
        return Sample(float(seconds), int(grown))

    title = f"open + a column of {_MANY_FRAMES:,} per-frame items, {'un' if undefined else ''}defined lengths"
    return Row(name, title, [Contender("dicom", sample=sample)], 1, Goal(seconds=0.3, peak_bytes=2 * size))


def _scan_row(folder: Path, threads: int) -> Row:
    """Twenty attributes of many files; none of the peers gains from threads."""
    paths = [str(path) for path in corpora.paths_of("header-ct", folder)]

    def contender(peer: Peer) -> Contender:
        if peer.name == "dicom":
            return Contender(peer.name, lambda: _scan(paths, threads), lambda: _scanned(paths, threads))

        def run() -> list[Any]:
            return [peer.attributes(peer.open(path)) for path in paths]

        return Contender(peer.name, run, lambda: [[plain(value) for value in values] for values in run()])

    contenders = [contender(peer) for peer in readers()]
    if threads == 1:
        return Row("scan", "scan files, 20 attributes", contenders, len(paths), Goal(150))
    title = f"scan files, 20 attributes, {threads} threads"
    return Row(f"scan-{threads}", title, contenders, len(paths), Goal(250), clock="wall")


def _scan(paths: list[str], threads: int) -> dict[str, Any]:
    from dicom.dictionary import dictionary_VR, tag_for_keyword
    from dicom.io.scan import scan_headers

    widths = {"ImagePositionPatient": 3, "ImageOrientationPatient": 6, "PixelSpacing": 2}
    numeric = [name for name in ATTRIBUTES if dictionary_VR(name) in ("DS", "IS", "US")]
    tags = {name: (tag_for_keyword(name) or 0,) for name in ATTRIBUTES}
    headers = scan_headers(
        paths,
        {name: (tags[name], widths.get(name, 1)) for name in numeric},
        {name: tags[name] for name in ATTRIBUTES if name not in numeric},
        workers=threads,
    )
    return {name: headers.number(name) if name in numeric else headers.text(name) for name in ATTRIBUTES}


def _scanned(paths: list[str], threads: int) -> list[Any]:
    columns = _scan(paths, threads)
    rows: list[Any] = []
    for index in range(len(paths)):
        cells = (columns[name][index] for name in ATTRIBUTES)
        rows.append([_plain_cell(cell) for cell in cells])
    return rows


def _plain_cell(cell: Any) -> Any:
    if isinstance(cell, str):
        values = cell.split("\\")
        return values if len(values) > 1 else cell
    if cell is None:
        return None
    numbers = cell.tolist()
    if numbers != numbers or (isinstance(numbers, list) and numbers[0] != numbers[0]):
        return None
    return numbers


def rows(folder: Path) -> Iterator[tuple[str, Callable[[], Row]]]:
    """Name and maker of each row; the maker makes the files that it needs."""
    yield "scan", lambda: _scan_row(folder, 1)
    yield "scan-2", lambda: _scan_row(folder, 2)
    for undefined in (False, True):
        kind = "undefined" if undefined else "defined"
        yield f"column-{kind}", lambda u=undefined, k=kind: _frames_row(folder, f"column-{k}", u)  # type: ignore[misc]
        yield (
            f"column-many-{kind}",
            lambda u=undefined, k=kind: _many_frames_row(folder, f"column-many-{k}", u),  # type: ignore[misc]
        )
