"""Rows about headers: open, attributes, every value, sequences, text, attribute access, cold import.

In: the folder of the corpora. Out: rows for the harness. Goals: the project's table of speed.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from . import corpora
from .harness import Contender, Goal, Row, Sample
from .peers import Peer, plain, readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def _read_bytes_only(paths: list[str]) -> None:
    """The limit of every row that opens files: their bytes, and nothing else."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            while os.read(descriptor, 1 << 22):
                pass
        finally:
            os.close(descriptor)


def _file_row(
    folder: Path,
    name: str,
    title: str,
    kind: str,
    goal: Goal,
    work: Callable[[Peer, Any], Any],
    *,
    answer: Callable[[Any], Any] = plain,
    most: int | None = None,
    without: tuple[str, ...] = (),
    equal: Callable[[Any, Any], bool] | None = None,
) -> Row:
    """A row that opens each file of a kind and does some work on it."""
    paths = [str(path) for path in corpora.paths_of(kind, folder)][:most]

    def contender(peer: Peer) -> Contender:
        def run() -> None:
            for path in paths:
                work(peer, peer.open(path))

        def found() -> list[Any]:
            return [answer(work(peer, peer.open(path))) for path in paths[:10]]

        return Contender(peer.name, run, found)

    limit = Contender("bytes only", lambda: _read_bytes_only(paths), is_limit=True)
    contenders = [contender(peer) for peer in readers() if peer.name not in without]
    return Row(name, title, [*contenders, limit], len(paths), goal, equal=equal)


def _open_row(folder: Path, name: str, title: str, kind: str, goal: Goal, most: int | None = None) -> Row:
    """A row that only opens; the answers are the tags that are there, asked for outside of the time."""
    row = _file_row(folder, name, title, kind, goal, lambda peer, opened: opened, most=most)
    paths = [str(path) for path in corpora.paths_of(kind, folder)]
    contenders = []
    for contender in row.contenders:
        peer = next((one for one in readers() if one.name == contender.name), None)
        contenders.append(contender._replace(answer=_tags(peer, paths[:10])) if peer else contender)
    return row._replace(contenders=contenders)


def _tags(peer: Peer, paths: list[str]) -> Callable[[], list[list[int]]]:
    return lambda: [peer.tags(peer.open(path)) for path in paths]


def _access_row(folder: Path) -> Row:
    """Attribute access on open data sets."""
    paths = [str(path) for path in corpora.paths_of("header-ct", folder)][:100]
    each = 20

    def contender(peer: Peer) -> Contender:
        opened = [peer.open(path) for path in paths]

        def run() -> None:
            for _ in range(each):
                for dataset in opened:
                    dataset.Rows  # noqa: B018

        return Contender(peer.name, run, lambda: [plain(dataset.Rows) for dataset in opened])

    class Bare:
        def __getattr__(self, name: str) -> int:
            return 512

    bare = [Bare() for _ in paths]

    def limit() -> None:
        for _ in range(each):
            for one in bare:
                one.Rows  # noqa: B018

    contenders = [contender(peer) for peer in readers()]
    contenders.append(Contender("Python __getattr__", limit, is_limit=True))
    goal = Goal(times_reference=8)
    return Row("access", "attribute access on an open data set", contenders, len(paths) * each, goal)


def _text_row(folder: Path) -> Row:
    """The text of data sets that were just opened, without the time of opening them."""
    paths = [str(path) for path in corpora.paths_of("header-ct", folder)][:100]

    def contender(peer: Peer) -> Contender:
        def sample() -> Sample:
            opened = [peer.open(path) for path in paths]
            started = time.process_time()
            for dataset in opened:
                str(dataset)
            return Sample(time.process_time() - started)

        return Contender(peer.name, None, lambda: [str(peer.open(path)) for path in paths[:10]], sample)

    contenders = [contender(peer) for peer in readers() if peer.name in ("dicom", "pydicom")]
    return Row("str", "str(ds) of a CT", contenders, len(paths), Goal(times_reference=200))


def _import_row() -> Row:
    """A whole process that imports a reader and ends: its CPU time."""

    def contender(name: str, code: str, *, is_limit: bool = False) -> Contender:
        command = [sys.executable, "-c", code]

        def sample() -> Sample:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, check=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""})
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return Sample(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

        return Contender(name, None, None, sample, is_limit)

    contenders = [contender(peer.name, f"import {peer.name}") for peer in readers()]
    contenders.append(contender("bare interpreter", "pass", is_limit=True))
    return Row("import", "cold import, whole process", contenders, 1, Goal(times_reference=20, seconds=0.023))


def _as_floats(values: list[Any]) -> list[list[float]]:
    return [[float(number) for number in array] for array in values]


def rows(folder: Path) -> Iterator[tuple[str, Callable[[], Row]]]:
    """Name and maker of each row; the maker makes the files that it needs."""
    yield "import", _import_row
    yield (
        "open-50",
        lambda: _open_row(folder, "open-50", "open, 50 elements", "header-50", Goal(times_reference=60)),
    )
    yield (
        "open-ct",
        lambda: _open_row(folder, "open-ct", "open, CT of 220 elements", "header-ct", Goal(times_reference=100)),
    )
    yield (
        "open-private",
        lambda: _open_row(folder, "open-private", "open, 4,400 private elements", "private", Goal(times_reference=150)),
    )
    yield (
        "open-sr-defined",
        lambda: _open_row(
            folder, "open-sr-defined", "open, SR of 88,000 elements, defined lengths", "report-defined", Goal(2)
        ),
    )
    yield (
        "open-sr-undefined",
        lambda: _open_row(
            folder, "open-sr-undefined", "open, SR of 88,000 elements, undefined lengths", "report-undefined", Goal(600)
        ),
    )
    yield (
        "attributes",
        lambda: _file_row(
            folder,
            "attributes",
            "open CT + 20 attributes by name",
            "header-ct",
            Goal(70),
            lambda peer, opened: peer.attributes(opened),
        ),
    )
    yield (
        "values",
        lambda: _file_row(
            folder,
            "values",
            "open CT + every value",
            "header-ct",
            Goal(45),
            lambda peer, opened: peer.every_value(opened),
            most=100,
        ),
    )
    yield (
        "seg-values",
        lambda: _file_row(
            folder,
            "seg-values",
            "SEG of 6,000 frame items, every value",
            "segmentation",
            Goal(28),
            lambda peer, opened: peer.every_value(opened),
        ),
    )
    yield (
        "sr-values",
        lambda: _file_row(
            folder,
            "sr-values",
            "SR of 88,000 elements, every value",
            "report-undefined",
            Goal(28),
            lambda peer, opened: peer.every_value(opened),
            most=1,
        ),
    )
    yield (
        "contours",
        lambda: _file_row(
            folder,
            "contours",
            "RTSTRUCT, 1 million contour numbers as float arrays",
            "contours",
            Goal(150),
            lambda peer, opened: peer.contour_numbers(opened),
            answer=_as_floats,
        ),
    )
    yield "str", lambda: _text_row(folder)
    yield "access", lambda: _access_row(folder)
