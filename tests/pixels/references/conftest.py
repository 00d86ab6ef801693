"""The process that references decode in, and the folder of the files that are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pixels.references.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    """A process that decodes with references."""
    worker = Worker()
    yield worker
    worker.close()


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where made files are kept until the tests end."""
    return tmp_path_factory.mktemp("made")
