"""Rows about writing and editing: to memory, after changes, from scratch, copies, assignment.

In: the folder of the corpora. Out: rows for the harness. An answer is what pydicom reads from the bytes that were
written, without groups' lengths, which pydicom drops. Goals: the project's table of speed.
"""

from __future__ import annotations

import copy
import io
import time
from typing import TYPE_CHECKING, Any

from . import corpora
from .harness import Contender, Goal, Row, Sample
from .peers import Peer, plain, readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# What is set on a data set from scratch: a keyword of each VR that a header is made of.
_VALUES = {
    "CS": "CODE",
    "DA": "20240229",
    "DS": "1.5",
    "FD": 1.5,
    "IS": "3",
    "LO": "text",
    "LT": "a longer text",
    "PN": "Test^Case",
    "SH": "short",
    "TM": "121314",
    "UI": "1.2.826.0.1.3680043.9.7.1",
    "UL": 7,
    "US": 512,
}


def _written(peer: Peer, dataset: Any) -> bytes:
    """The file of a data set, in memory."""
    if peer.name == "dicomsdl":
        return bytes(dataset.saveToMemory())
    target = io.BytesIO()
    dataset.save_as(target)
    return target.getvalue()


def _read_back(data: bytes) -> list[Any]:
    import pydicom

    found = pydicom.dcmread(io.BytesIO(data), force=True)
    return [[int(element.tag), plain_of(element.value)] for element in found if element.tag.element]


def plain_of(value: Any) -> Any:
    """A value, items too, as what compares."""
    if hasattr(value, "parent_dataset") or type(value).__name__ == "Sequence":
        return [[[int(one.tag), plain_of(one.value)] for one in item if one.tag.element] for item in value]
    return plain(value)


def _change(dataset: Any) -> None:
    dataset.PatientID = "CHANGED"
    dataset.Rows = 300
    dataset.SliceThickness = "1.25"


def _write_row(
    folder: Path,
    name: str,
    title: str,
    kind: str,
    goal: float,
    *,
    most: int,
    changes: bool = False,
    limit: bool = True,
) -> Row:
    """Open data sets are written to memory; opening them isn't timed."""
    paths = [str(path) for path in corpora.paths_of(kind, folder)][:most]

    def contender(peer: Peer) -> Contender:
        def opened() -> list[Any]:
            datasets = [peer.open(path) for path in paths]
            if changes:
                for dataset in datasets:
                    _change(dataset)
            return datasets

        def sample() -> Sample:
            datasets = opened()
            started = time.process_time()
            for dataset in datasets:
                _written(peer, dataset)
            return Sample(time.process_time() - started)

        return Contender(
            peer.name, None, lambda: [_read_back(_written(peer, dataset)) for dataset in opened()[:3]], sample
        )

    contenders = [contender(peer) for peer in readers() if peer.name in ("dicom", "pydicom", "dicomsdl")]
    if limit:
        contents = []
        for path in paths:
            with open(path, "rb") as file:
                contents.append(file.read())

        def copies() -> None:
            for content in contents:
                target = io.BytesIO()
                target.write(content)
                target.getvalue()

        contenders.append(Contender("bytes only", copies, is_limit=True))
    return Row(name, title, contenders, len(paths), Goal(times_reference=goal))


def _copy_row(folder: Path) -> Row:
    """Deep copies of data sets that were just opened."""
    paths = [str(path) for path in corpora.paths_of("header-ct", folder)][:50]

    def contender(peer: Peer) -> Contender:
        def sample() -> Sample:
            opened = [peer.open(path) for path in paths]
            started = time.process_time()
            for dataset in opened:
                copy.deepcopy(dataset)
            return Sample(time.process_time() - started)

        def answer() -> list[Any]:
            return [[plain_of(one.value) for one in copy.deepcopy(peer.open(path))] for path in paths[:3]]

        return Contender(peer.name, None, answer, sample)

    contenders = [contender(peer) for peer in readers() if peer.name in ("dicom", "pydicom")]
    return Row("deepcopy", "deepcopy of a CT data set", contenders, len(paths), Goal(times_reference=50))


def _scratch_keywords() -> list[tuple[str, Any]]:
    from pydicom.datadict import keyword_dict

    from dicom._core import dictionary_attributes

    usual = [
        (attribute[4], _VALUES[attribute[0]])
        for tag, attribute in dictionary_attributes()
        if tag > 0x00080005
        and attribute[0] in _VALUES
        and attribute[1] == "1"
        and attribute[4] in keyword_dict
        and not attribute[3]
    ]
    return usual[:: len(usual) // 200][:200]


def _scratch_row() -> Row:
    """A data set of 200 elements, made by keyword and written."""
    keywords = _scratch_keywords()

    def contender(peer: Peer) -> Contender:
        def make() -> bytes:
            dataset = peer.module.Dataset()
            for keyword, value in keywords:
                setattr(dataset, keyword, value)
            target = io.BytesIO()
            dataset.save_as(target, implicit_vr=False, little_endian=True)
            return target.getvalue()

        def run() -> None:
            for _ in range(5):
                make()

        # Byte for byte: there is one right way to write it.
        return Contender(peer.name, run, make)

    contenders = [contender(peer) for peer in readers() if peer.name in ("dicom", "pydicom")]
    return Row("scratch", "200 elements from scratch, and written", contenders, 5, Goal(times_reference=5))


def _assign_row(folder: Path) -> Row:
    """Assignment of attributes: text, a number, a decimal."""
    path = str(corpora.paths_of("header-ct", folder)[0])
    each = 300

    def contender(peer: Peer) -> Contender:
        dataset = peer.open(path)

        def run() -> None:
            for number in range(each):
                dataset.PatientID = "CHANGED"
                dataset.Rows = number
                dataset.SliceThickness = 1.25

        def answer() -> list[Any]:
            run()
            return [plain(dataset.PatientID), plain(dataset.Rows), plain(dataset.SliceThickness)]

        return Contender(peer.name, run, answer)

    contenders = [contender(peer) for peer in readers() if peer.name in ("dicom", "pydicom")]
    return Row("assign", "assignment of an attribute", contenders, 3 * each, Goal(times_reference=3))


def rows(folder: Path) -> Iterator[tuple[str, Callable[[], Row]]]:
    """Name and maker of each row; the maker makes the files that it needs."""
    yield "write-ct", lambda: _write_row(folder, "write-ct", "write a CT unmodified", "header-ct", 80, most=100)
    yield (
        "write-changed",
        lambda: _write_row(
            folder, "write-changed", "write a CT after changing 3 elements", "header-ct", 60, most=100, changes=True
        ),
    )
    yield (
        "write-private",
        lambda: _write_row(folder, "write-private", "write 4,400 private elements", "private", 600, most=10),
    )
    yield "write-contours", lambda: _write_row(folder, "write-contours", "write an RTSTRUCT", "contours", 15, most=1)
    yield (
        "write-sr",
        lambda: _write_row(folder, "write-sr", "write an SR, defined lengths", "report-defined", 5, most=2),
    )
    yield "write-seg", lambda: _write_row(folder, "write-seg", "write a SEG", "segmentation", 5, most=1)
    yield "deepcopy", lambda: _copy_row(folder)
    yield "scratch", _scratch_row
    yield "assign", lambda: _assign_row(folder)
