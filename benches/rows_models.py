"""Rows about the DICOM JSON Model: text and dictionaries of data sets, and data sets of both.

In: the folder of the corpora. Out: rows for the harness. What is made must be equal to what pydicom makes: the models
as parsed, the data sets by each of their values.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from . import corpora
from .harness import Contender, Goal, Row, Sample
from .peers import Peer, plain, readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_KINDS = {"ct": ("header-ct", "a CT", 100), "sr": ("report-defined", "an SR of 88,000 elements", 1)}


def _peers() -> list[Peer]:
    """Those who speak JSON."""
    return [peer for peer in readers() if peer.name in ("dicom", "pydicom")]


def _timed(make: Callable[[], list[Any]], work: Callable[[Any], object]) -> Callable[[], Sample]:
    """A sample of the work on each of what was made anew, without the time of making it."""

    def sample() -> Sample:
        made = make()
        started = time.process_time()
        done = [work(one) for one in made]
        taken = time.process_time() - started
        del done
        return Sample(taken)

    return sample


def _limit(name: str, given: list[Any], work: Callable[[Any], object]) -> Contender:
    return Contender(name, None, None, _timed(lambda: given, work), is_limit=True)


def _writing_row(folder: Path, kind: str, name: str, title: str, goal: float, *, as_text: bool) -> Row:
    corpus, what, most = _KINDS[kind]
    paths = [str(path) for path in corpora.paths_of(corpus, folder)][:most]

    def work(opened: Any) -> Any:
        return opened.to_json() if as_text else opened.to_json_dict()

    def contender(peer: Peer) -> Contender:
        def answer() -> list[Any]:
            made = [work(peer.open(path)) for path in paths[:10]]
            return [json.loads(text) for text in made] if as_text else made

        return Contender(peer.name, None, answer, _timed(lambda: [peer.open(path) for path in paths], work))

    peers = _peers()
    models = [peers[0].open(path).to_json_dict() for path in paths]
    limit = (
        _limit("json.dumps of the dict", models, json.dumps)
        if as_text
        else _limit("json.loads of the text", [json.dumps(model) for model in models], json.loads)
    )
    contenders = [*(contender(peer) for peer in peers), limit]
    return Row(name, f"{title} of {what}", contenders, len(paths), Goal(times_reference=goal))


def _reading_row(folder: Path, kind: str, name: str, title: str, goal: float, *, of_text: bool) -> Row:
    corpus, what, most = _KINDS[kind]
    paths = [str(path) for path in corpora.paths_of(corpus, folder)][:most]
    peers = _peers()
    texts = [peers[0].open(path).to_json() for path in paths]
    given: list[Any] = texts if of_text else [json.loads(text) for text in texts]

    def contender(peer: Peer) -> Contender:
        read = peer.module.dataset.Dataset.from_json

        def answer() -> list[Any]:
            return [[plain(value) for value in peer.every_value(read(one))] for one in given[:10]]

        return Contender(peer.name, None, answer, _timed(lambda: given, read))

    limit = (
        _limit("json.loads of the text", texts, json.loads)
        if of_text
        else _limit("json.dumps of the dict", given, json.dumps)
    )
    contenders = [*(contender(peer) for peer in peers), limit]
    return Row(name, f"{title} of {what}", contenders, len(paths), Goal(times_reference=goal))


def rows(folder: Path) -> Iterator[tuple[str, Callable[[], Row]]]:
    """Name and maker of each row; the maker makes the files that it needs."""
    goals = {"json-text": (60, 100), "json-dict": (15, 15), "from-json-text": (25, 20), "from-json-dict": (15, 15)}
    titles = {
        "json-text": "JSON text",
        "json-dict": "JSON dictionary",
        "from-json-text": "data set from the JSON text",
        "from-json-dict": "data set from the JSON dictionary",
    }
    for name, pair in goals.items():
        for kind, goal in zip(_KINDS, pair, strict=True):
            yield f"{name}-{kind}", _maker(folder, kind, name, titles[name], goal)


def _maker(folder: Path, kind: str, name: str, title: str, goal: float) -> Callable[[], Row]:
    is_text = name.endswith("text")
    if name.startswith("from"):
        return lambda: _reading_row(folder, kind, f"{name}-{kind}", title, goal, of_text=is_text)
    return lambda: _writing_row(folder, kind, f"{name}-{kind}", title, goal, as_text=is_text)
