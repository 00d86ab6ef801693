"""The version of pydicom that the drop-in stands in for: programs ask for it to know what they may use."""

from __future__ import annotations

__version__: str = "3.0.2"
__version_info__: tuple[str, str, str] = ("3", "0", "2")
