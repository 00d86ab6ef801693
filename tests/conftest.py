"""What every test shares. Warnings are errors by pyproject.toml; no test may need the network or an order."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from dicom import settings
from dicom._core import dictionary_forget_added, set_plain_assignment

if TYPE_CHECKING:
    from collections.abc import Iterator

# Set before matplotlib is imported by anything: no test opens a window.
os.environ.setdefault("MPLBACKEND", "Agg")
# A shell that runs the tests in the background has them ignore Ctrl-C, and what they start inherits that; tests of
# Ctrl-C need programs that heed it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def process_as_it_was() -> Iterator[None]:
    """Undo what a test does to the process: switches that it has set, entries that it has added to the dictionary."""
    yield
    settings.current = settings.DEFAULT
    set_plain_assignment(True)
    dictionary_forget_added()
