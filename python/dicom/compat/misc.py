"""``pydicom.misc``: is a file DICOM, sizes as text, warnings that are logged too."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

LOGGER = logging.getLogger("pydicom")

_UNITS = {
    "kb": 1000,
    "mb": 1000**2,
    "gb": 1000**3,
    "kib": 1 << 10,
    "mib": 1 << 20,
    "gib": 1 << 30,
}


def size_in_bytes(expr: int | float | str | None) -> int | float | None:
    """The bytes of a size: a number as it is, text as ``"512 kB"`` or ``"2 MiB"``, None for "any size".

    Raises
    ------
    ValueError
        The text is no size.
    """
    if expr is None or expr == float("inf"):
        return None
    if isinstance(expr, (int, float)):
        return expr
    text = expr.strip().lower()
    if text.isdigit():
        return int(text)
    digits = text.rstrip("bgikm ")
    try:
        return float(digits) * _UNITS[text[len(digits) :].strip()]
    except (KeyError, ValueError):
        raise ValueError(f"{expr!r} is no size: a number of bytes, or text as '512 kB' or '2 MiB'") from None


def is_dicom(file_path: str | PathLike[str]) -> bool:
    """Whether a file has ``DICM`` after 128 bytes (PS3.10 7.1); files without it can be DICOM all the same."""
    with open(file_path, "rb") as file:
        return file.read(132)[128:] == b"DICM"


def warn_and_log(msg: str, category: type[Warning] | None = None, stacklevel: int = 1) -> None:
    """Warn, and write the same to the logger ``pydicom``.

    Parameters
    ----------
    msg : str
        What to say.
    category : class, default UserWarning
        The class of the warning.
    stacklevel : int, default 1
        Whose line is named: 1 is the caller's.
    """
    LOGGER.warning(msg)
    warnings.warn(msg, category or UserWarning, stacklevel=stacklevel + 1)
