"""A coded concept: `Code`, equal to another when both mean the same entry of the same scheme.

In: value, scheme, meaning. Out: a tuple with names. Standard: PS3.3 8.8 (Code Sequence Macro), PS3.16 8.1 (SNOMED: the
scheme SRT is the older spelling of SCT).
"""

from __future__ import annotations

from collections import namedtuple

from .tables import sct_of_srt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple

    class _Fields(NamedTuple):
        value: str
        scheme_designator: str
        meaning: str
        scheme_version: str | None = None
else:
    # `typing` takes twice as long to import as this room does.
    _Fields = namedtuple("_Fields", "value scheme_designator meaning scheme_version", defaults=(None,))  # noqa: PYI024


class Code(_Fields):
    """A coded concept.

    Codes are equal when value, scheme designator and scheme version are; the meaning doesn't count. A code of SRT is
    equal to the code of SCT that took its place.

    >>> Code("39607008", "SCT", "Lung") == Code("T-28000", "SRT", "lung")
    True

    Parameters
    ----------
    value : str
        Code Value (0008,0100), or the long or URN form of it.
    scheme_designator : str
        Coding Scheme Designator (0008,0102).
    meaning : str
        Code Meaning (0008,0104).
    scheme_version : str, optional
        Coding Scheme Version (0008,0103).
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return (
            f"Code(value={self.value!r}, scheme_designator={self.scheme_designator!r}, meaning={self.meaning!r}, "
            f"scheme_version={self.scheme_version!r})"
        )

    def __eq__(self, other: object) -> bool:
        # Codes of other libraries have the same names: a CodedConcept is one, a plain tuple isn't.
        identity = _identity(other)
        return identity is not None and identity == _identity(self)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        # Equal codes hash equal: by value and scheme after SRT became SCT. The version is left out, it is rarely given.
        value, scheme, _ = _identity(self) or ("", "", None)
        return hash((value, scheme))


def _identity(code: Any) -> tuple[str, str, str | None] | None:
    """Value, scheme and version that a code is compared by; None for what is no code."""
    try:
        value, scheme, version = code.value, code.scheme_designator, code.scheme_version
    except AttributeError:
        return None
    if scheme == "SRT":
        current = sct_of_srt(value)
        if current is not None:
            return current, "SCT", version
    return value, scheme, version
