"""From the name of an attribute to its tag.

In: keywords (PS3.6 column "Keyword"), names from before 2012 that carry the possessive (``PatientsName``), tags in
any spelling, misspelt names. Out: tags as plain numbers, and warnings that name the keyword that was probably meant.
"""

from __future__ import annotations

from dicom.dictionary import keyword_from_old_name, nearest_keyword, tag_for_keyword
from dicom.errors import ValueRepresentationError
from dicom.tag import Tag

from .warn import warn_caller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def tag_for_name(name: str) -> int | None:
    """The tag of a keyword or of an old name with the possessive; None for any other text."""
    tag = tag_for_keyword(name)
    if tag is None and name[:1].isupper():
        keyword = keyword_from_old_name(name)
        if keyword is not None:
            tag = tag_for_keyword(keyword)
    return tag


def tag_for_key(key: Any) -> int:
    """The tag that `key` spells: an int, (group, element), hexadecimal text, a keyword or an old name.

    Raises
    ------
    ValueError, OverflowError, TypeError
        `key` spells no tag.
    """
    if isinstance(key, int) and 0 <= key <= 0xFFFFFFFF:
        return key
    if isinstance(key, str):
        tag = tag_for_name(key)
        if tag is not None:
            return tag
    return Tag(key)


def warn_unknown_key(key: object) -> None:
    """Warn that a key asked for with ``in`` can't be in any data set; by `dicom.settings` an error, or nothing."""
    shown = repr(key) if isinstance(key, (str, int, tuple)) else f"of type {type(key).__name__}"
    from dicom.settings import current

    _tell(current.invalid_key, f"{shown} is neither a tag nor a keyword, so it is in no data set{_suggestion(key)}")


def warn_unknown_name(name: str) -> None:
    """Warn when an attribute that is being set looks like a keyword, and isn't one; or raise, or keep silent."""
    if not name[:1].isupper():
        return
    old = keyword_from_old_name(name)
    if old is not None:
        message = f"{name!r} is no keyword any more: this sets a plain attribute. Its keyword is {old!r}"
    elif len(name) >= 4 and name.isalnum():
        message = f"{name!r} is no keyword of the dictionary: this sets a plain attribute{_suggestion(name)}"
    else:
        return
    from dicom.settings import current

    _tell(current.invalid_keyword, message)


def _tell(mode: int, message: str) -> None:
    """Warn, raise or keep silent."""
    from dicom.settings import RAISE, WARN

    if mode == WARN:
        warn_caller(message)
    elif mode == RAISE:
        raise ValueRepresentationError(message)


def _suggestion(name: object) -> str:
    near = nearest_keyword(name) if isinstance(name, str) else None
    return f"; did you mean {near!r}?" if near else ""
