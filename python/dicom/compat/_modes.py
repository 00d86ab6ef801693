"""What the switches of ``config`` say at the moment of the call.

In: `dicom.settings.current`, which ``config`` replaces. Out: one of the three modes of validation.
"""

from __future__ import annotations

from dicom import settings
from dicom.settings import IGNORE, RAISE, WARN

__all__ = ["IGNORE", "RAISE", "WARN", "reading_validation", "writing_validation"]


def reading_validation() -> int:
    """What a value that breaks its VR does when it is read."""
    return settings.current.reading_validation


def writing_validation() -> int:
    """What a value that breaks its VR does when it is written."""
    return settings.current.writing_validation
