"""The entries of the evidence, gathered while a factor is computed.

In: values as they are used. Out: `Entry` items in the order of their use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.volume.evidence import Entry

if TYPE_CHECKING:
    from typing import Any


class Notes:
    """A list that grows."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, name: str, value: Any, unit: str = "", source: str = "", assumption: str = "") -> None:
        """Write down one input, step or assumption."""
        self.entries.append(Entry(name, value, unit, source, assumption))
