"""Legal but odd data sets are read as pydicom reads them."""

from __future__ import annotations

import pytest

from .differences import unexplained
from .odd_files import odd_files
from .reading import differences_in

pytestmark = pytest.mark.parity

FILES = odd_files()


@pytest.mark.parametrize("name", FILES)
def test_odd_file_reads_as_in_pydicom(name: str) -> None:
    left = unexplained(f"odd: {name}", differences_in(FILES[name], pixels=False))
    assert not left, "\n".join(f"{place}: {what}" for place, what in list(left.items())[:30])
