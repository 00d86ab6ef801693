"""The data dictionary: what the standard, some makers of equipment, and you, say of each tag (PS3.6, PS3.7).

In: a tag in any spelling, a keyword, or a private creator and a tag (PS3.5 7.8). Out: VR, VM, name, keyword, retired.
Entries of your own are made with `add`; a read sees those that stood when it began.
"""

from __future__ import annotations

from dicom import _core
from dicom._core import DICTIONARY_EDITION as EDITION
from dicom._core import tag_number

# Importing typing costs more than this room: type checkers know the name, the interpreter passes by.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, TypeAlias

    TagType: TypeAlias = int | str | Sequence[int] | Sequence[str]
    # (VR, VM, name, "Retired" or "", keyword)
    Entry: TypeAlias = tuple[str, str, str, str, str]
    # (VR, VM, name, "")
    PrivateEntry: TypeAlias = tuple[str, str, str, str]

__all__ = [
    "EDITION",
    "add",
    "add_dict_entries",
    "add_dict_entry",
    "add_private_dict_entries",
    "add_private_dict_entry",
    "dictionary_VM",
    "dictionary_VR",
    "dictionary_description",
    "dictionary_has_tag",
    "dictionary_is_retired",
    "dictionary_keyword",
    "get_entry",
    "get_private_entry",
    "keyword_for_tag",
    "keyword_from_old_name",
    "keywords",
    "mask_match",
    "nearest_keyword",
    "private_dictionary_VM",
    "private_dictionary_VR",
    "private_dictionary_description",
    "repeater_has_keyword",
    "repeater_has_tag",
    "tag_for_keyword",
]


def get_entry(tag: TagType) -> Entry:
    """Give a tag's row of the data dictionary.

    Parameters
    ----------
    tag : int, str, or (group, element)
        The tag in any spelling that `dicom.tag.Tag` takes.

    Returns
    -------
    tuple of str
        VR, VM, name, ``"Retired"`` or ``""``, keyword. Tags of repeating groups have their group's row.

    Raises
    ------
    KeyError
        The tag has no row: private tags and group lengths haven't.
    """
    vr, vm, name, retired, keyword = _row(tag)
    return vr, vm, name, "Retired" if retired else "", keyword


def dictionary_VR(tag: TagType) -> str:
    """VR of a tag, ``"US or SS"`` where PS3.6 leaves a choice; raises KeyError when it has no row."""
    return _row(tag)[0]


def dictionary_VM(tag: TagType) -> str:
    """Value Multiplicity of a tag, ``"1"``, ``"2-n"``; raises KeyError when it has no row."""
    return _row(tag)[1]


def dictionary_description(tag: TagType) -> str:
    """Name of a tag, ``"Patient's Name"``; raises KeyError when it has no row."""
    return _row(tag)[2]


def dictionary_is_retired(tag: TagType) -> bool:
    """Whether the standard has retired a tag; raises KeyError when it has no row."""
    return _row(tag)[3]


def dictionary_keyword(tag: TagType) -> str:
    """Keyword of a tag, ``"PatientName"``; raises KeyError when it has no row."""
    return _row(tag)[4]


def dictionary_has_tag(tag: TagType) -> bool:
    """Whether a tag has a row of its own; those of repeating groups have not (see `repeater_has_tag`)."""
    try:
        return _core.dictionary_has_row(tag_number(tag))
    except (ValueError, TypeError, OverflowError):
        return False


def keyword_for_tag(tag: TagType) -> str:
    """Keyword of a tag, ``""`` when it has none."""
    return _core.dictionary_keyword(tag_number(tag)) or ""


def tag_for_keyword(keyword: object) -> int | None:
    """Tag of a keyword, None when there is none; keywords of repeating groups stand for many tags, and have none."""
    return _core.dictionary_tag_for_keyword(keyword) if isinstance(keyword, str) else None


def keywords() -> list[str]:
    """All keywords that name one tag, in the order of tags, added ones last."""
    return _core.dictionary_keywords()


def repeater_has_tag(tag: int) -> bool:
    """Whether a tag belongs to a repeating group (PS3.5 7.6)."""
    return mask_match(tag) is not None


def repeater_has_keyword(keyword: str) -> bool:
    """Whether a keyword is one of a repeating group."""
    return any(row[4] == keyword for _, row in _core.dictionary_repeaters())


def mask_match(tag: int) -> str | None:
    """Form of the repeating group that a tag belongs to, ``"60xx0010"``, else None."""
    return _core.dictionary_repeater(tag)


def get_private_entry(tag: TagType, private_creator: object) -> PrivateEntry:
    """Give the row of a private tag.

    Parameters
    ----------
    tag : int, str, or (group, element)
        The private tag, in whatever block it is.
    private_creator : str
        Its private creator; anything but a str is none that is known.

    Returns
    -------
    tuple of str
        VR, VM, name, and ``""``.

    Raises
    ------
    KeyError
        The creator isn't known, or has no row for this tag.
    """
    return *_private_row(tag, private_creator), ""


def private_dictionary_VR(tag: TagType, private_creator: str) -> str:
    """VR of a private tag; raises KeyError when it has no row."""
    return _private_row(tag, private_creator)[0]


def private_dictionary_VM(tag: TagType, private_creator: str) -> str:
    """Value Multiplicity of a private tag; raises KeyError when it has no row."""
    return _private_row(tag, private_creator)[1]


def private_dictionary_description(tag: TagType, private_creator: str) -> str:
    """Name of a private tag; raises KeyError when it has no row."""
    return _private_row(tag, private_creator)[2]


def add(
    tag: TagType,
    VR: str,
    name: str,
    keyword: str | None = None,
    VM: str = "1",
    *,
    retired: bool = False,
    private_creator: str | None = None,
) -> None:
    """Add an entry to the dictionary, for this process.

    Parameters
    ----------
    tag : int, str, or (group, element)
        The tag. A private one holds in every block: ``(0x0029, 0x1008)`` describes (0029,xx08).
    VR : str
        Its VR, one of PS3.5 Table 6.2-1, or a choice as PS3.6 writes it (``"US or SS"``).
    name : str
        Its name.
    keyword : str, optional
        Its keyword; without one, the name's words run together. Private tags have none.
    VM : str
        Its Value Multiplicity: ``"1"``, ``"1-3"``, ``"2-n"``, ``"2-2n"``.
    retired : bool
        Whether it is retired.
    private_creator : str, optional
        Whose private tag it is; must be given for a private tag, and only for one.

    Raises
    ------
    ValueError
        The tag doesn't fit `private_creator`; the VR, VM or keyword has not the standard's form; the keyword names
        another tag.

    Examples
    --------
    >>> add((0x0029, 0x1008), "SH", "Coil Serial Number", private_creator="ACME 1.0")
    >>> private_dictionary_VR(0x00291108, "ACME 1.0")
    'SH'
    """
    number = tag_number(tag)
    if private_creator is not None:
        if keyword is not None or retired:
            raise ValueError("a private tag has no keyword and isn't retired")
        _core.dictionary_add_private(private_creator, [_checked_private(private_creator, number, VR, VM, name)])
        return
    if keyword is None:
        keyword = "".join(word[:1].upper() + word[1:] for word in name.split())
        keyword = "".join(letter for letter in keyword if letter.isascii() and letter.isalnum())
    _core.dictionary_add([_checked(number, VR, VM, name, retired, keyword)])


def add_dict_entry(
    tag: int, VR: str, keyword: str, description: str, VM: str = "1", is_retired: str | bool = ""
) -> None:
    """Add a public entry; `add` says what is checked."""
    add(tag, VR, description, keyword, VM, retired=bool(is_retired))


def add_dict_entries(new_entries_dict: Mapping[int, Sequence[Any]]) -> None:
    """Add public entries, all or none: tag -> (VR, VM, name, ``"Retired"`` or ``""``, keyword)."""
    rows = []
    for tag, (vr, vm, name, retired, keyword) in new_entries_dict.items():
        rows.append(_checked(tag_number(tag), vr, vm, name, bool(retired), keyword))
    _core.dictionary_add(rows)


def add_private_dict_entry(private_creator: str, tag: int, VR: str, description: str, VM: str = "1") -> None:
    """Add a private entry; `add` says what is checked."""
    add(tag, VR, description, VM=VM, private_creator=private_creator)


def add_private_dict_entries(private_creator: str, new_entries_dict: Mapping[int, Sequence[Any]]) -> None:
    """Add private entries of one creator, all or none: tag -> (VR, VM, name) or (VR, VM, name, ``""``)."""
    rows = []
    for tag, (vr, vm, name, *_) in new_entries_dict.items():
        rows.append(_checked_private(private_creator, tag_number(tag), vr, vm, name))
    _core.dictionary_add_private(private_creator, rows)


def nearest_keyword(name: str) -> str | None:
    """Give the keyword that was probably meant by a misspelt one.

    Parameters
    ----------
    name : str
        What was written.

    Returns
    -------
    str or None
        The nearest keyword, None when none is near.

    Examples
    --------
    >>> nearest_keyword("PatientNmae")
    'PatientName'
    """
    from difflib import get_close_matches

    folded = name.lower()
    # Comparing costs: only what is about as long, and begins or ends alike, is worth it.
    of_length = [(keyword.lower(), keyword) for keyword in keywords() if abs(len(keyword) - len(name)) <= 3]
    candidates = {key: keyword for key, keyword in of_length if key[:2] == folded[:2] or key[-3:] == folded[-3:]}
    found = get_close_matches(folded, candidates, n=1, cutoff=0.8)
    return candidates[found[0]] if found else None


def keyword_from_old_name(name: str) -> str | None:
    """Give today's keyword of a name from before 2012, which carries the possessive.

    Parameters
    ----------
    name : str
        The element's name without blanks and apostrophes: ``"PatientsName"``.

    Returns
    -------
    str or None
        The keyword, ``"PatientName"``; None when `name` is no such name.

    Examples
    --------
    >>> keyword_from_old_name("ReferringPhysiciansName")
    'ReferringPhysicianName'
    """
    return _core.dictionary_keyword_of_possessive_name(name)


def _row(tag: TagType) -> tuple[str, str, str, bool, str]:
    number = tag_number(tag)
    row = _core.dictionary_attribute(number)
    if row is None:
        raise KeyError(f"({number >> 16:04X},{number & 0xFFFF:04X}) has no row in the data dictionary")
    return row


def _private_row(tag: TagType, private_creator: object) -> tuple[str, str, str]:
    number = tag_number(tag)
    row = _core.dictionary_private_attribute(private_creator, number) if isinstance(private_creator, str) else None
    if row is None:
        raise KeyError(
            f"({number >> 16:04X},{number & 0xFFFF:04X}) has no row in the private dictionary for this private creator"
        )
    return row


def _checked(
    number: int, vr: str, vm: str, name: str, retired: bool, keyword: str
) -> tuple[int, str, str, str, bool, str]:
    where = f"({number >> 16:04X},{number & 0xFFFF:04X})"
    if number & 0x10000:
        raise ValueError(f"{where} is private: name its private_creator")
    _check_vm(where, vm)
    if not (keyword.isascii() and keyword.isalnum() and keyword[0].isalpha()):
        raise ValueError(f"{where}: a keyword is ASCII letters and digits, and begins with a letter (PS3.6 5)")
    other = _core.dictionary_tag_for_keyword(keyword)
    if other is not None and other != number:
        raise ValueError(f"{where}: the keyword names ({other >> 16:04X},{other & 0xFFFF:04X}) already")
    return number, vr, vm, name, retired, keyword


def _checked_private(creator: str, number: int, vr: str, vm: str, name: str) -> tuple[int, str, str, str]:
    where = f"({number >> 16:04X},{number & 0xFFFF:04X})"
    if not number & 0x10000:
        raise ValueError(f"{where} is not private: add it without a private creator")
    if not creator or len(creator) > 64 or "\\" in creator:
        raise ValueError("a private creator has 1 to 64 characters, and no backslash (PS3.5 7.8.1)")
    _check_vm(where, vm)
    return number, vr, vm, name


def _check_vm(where: str, vm: str) -> None:
    low, dash, high = vm.partition("-")
    multiple = high.removesuffix("n")
    if not low.isdecimal() or (dash and not (multiple.isdecimal() or high == "n")):
        raise ValueError(f'{where}: a VM is written "1", "1-3", "2-n" or "2-2n" (PS3.5 6.4)')
