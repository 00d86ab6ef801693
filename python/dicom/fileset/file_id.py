"""File IDs: the names of files in a File-set, made and checked.

In: record types, indices, paths. Out: components of eight characters, and whether a path conforms.
Standard: PS3.10 8.2 (File IDs), 8.5 (their characters), PS3.3 F.3.2.2 (Referenced File ID).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from dicom.elements.mapping import ElementMapping

MOST_COMPONENTS = 8
LONGEST_COMPONENT = 8
_ALLOWED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_DIGITS = "0123456789"
# Without J, as pydicom 3 counts: a File-set made there goes on here with the same names.
_ALPHANUMERICS = "0123456789ABCDEFGHIKLMNOPQRSTUVWXYZ"
_REFERENCED_FILE_ID = 0x00041500

PREFIXES = {
    "PATIENT": "PT",
    "STUDY": "ST",
    "SERIES": "SE",
    "IMAGE": "IM",
    "RT DOSE": "RD",
    "RT STRUCTURE SET": "RS",
    "RT PLAN": "RP",
    "RT TREAT RECORD": "RX",
    "PRESENTATION": "PR",
    "WAVEFORM": "WV",
    "SR DOCUMENT": "SR",
    "KEY OBJECT DOC": "KY",
    "SPECTROSCOPY": "SP",
    "RAW DATA": "RW",
    "REGISTRATION": "RG",
    "FIDUCIAL": "FD",
    "HANGING PROTOCOL": "HG",
    "ENCAP DOC": "ED",
    "VALUE MAP": "VM",
    "STEREOMETRIC": "SX",
    "PALETTE": "PA",
    "IMPLANT": "IP",
    "IMPLANT ASSY": "IA",
    "IMPLANT GROUP": "IG",
    "PLAN": "PL",
    "MEASUREMENT": "MX",
    "SURFACE": "SF",
    "SURFACE SCAN": "SS",
    "TRACT": "TR",
    "ASSESSMENT": "AS",
    "RADIOTHERAPY": "RT",
    "ANNOTATION": "AN",
    "INVENTORY": "IV",
    "PRIVATE": "P",
}
_OTHER_PREFIX = "XX"  # of record types that are retired or unknown


def generate_filename(prefix: str = "", start: int = 0, alphanumeric: bool = False) -> Iterator[str]:
    """Names of eight characters, counted up: ``"IM000000"``, ``"IM000001"``, ...

    Parameters
    ----------
    prefix : str, default ""
        What all names begin with; at most seven characters.
    start : int, default 0
        The number of the first.
    alphanumeric : bool, default False
        Count with digits and the letters A to Z without J, not with digits alone.

    Yields
    ------
    str
        The names, as long as eight characters suffice.

    Raises
    ------
    ValueError
        `prefix` is too long, or `start` is negative.

    Examples
    --------
    >>> names = generate_filename("PT", 9)
    >>> next(names), next(names)
    ('PT000009', 'PT000010')
    """
    if len(prefix) >= LONGEST_COMPONENT:
        raise ValueError(f"a prefix of {len(prefix)} characters leaves no room for a number: 7 are the most")
    if start < 0:
        raise ValueError(f"names are counted from 0 on, not from {start}")
    width = LONGEST_COMPONENT - len(prefix)
    base = len(_ALPHANUMERICS) if alphanumeric else 10
    return (prefix + _number_text(number, width, alphanumeric) for number in range(start, base**width))


def _number_text(number: int, width: int, alphanumeric: bool) -> str:
    if not alphanumeric:
        return str(number).zfill(width)
    text = ""
    while number:
        number, digit = divmod(number, len(_ALPHANUMERICS))
        text = _ALPHANUMERICS[digit] + text
    return text.rjust(width, "0")


def component_of(record_type: str, depth: int, index: int, number_of_siblings: int) -> str:
    """The name of a record's folder or file: two letters for its type, and its index among its siblings.

    Parameters
    ----------
    record_type : str
        Directory Record Type.
    depth : int
        Levels between the root and the record, for the name of a private one.
    index : int
        From 0.
    number_of_siblings : int
        Of all together: where six digits don't suffice, letters count too.

    Raises
    ------
    ValueError
        There are more siblings than names.
    """
    prefix = f"P{min(depth, 9)}" if record_type == "PRIVATE" else PREFIXES.get(record_type, _OTHER_PREFIX)
    alphanumeric = number_of_siblings > 10 ** (LONGEST_COMPONENT - len(prefix))
    for name in generate_filename(prefix, index, alphanumeric):
        return name
    raise ValueError(f"{number_of_siblings} records on one level are more than there are names for")


def is_conformant_file_id(path: pathlib.PurePath) -> bool:
    """Whether a path relative to the root is a File ID by PS3.10 8.2 and 8.5.

    At most eight components, each of at most eight of the characters ``A`` to ``Z``, ``0`` to ``9`` and ``_``.

    Parameters
    ----------
    path : pathlib.Path
        Relative to the root of the File-set.
    """
    return are_conformant(path.parts)


def are_conformant(components: tuple[str, ...] | list[str]) -> bool:
    """The same for the components themselves."""
    return len(components) <= MOST_COMPONENTS and all(
        0 < len(name) <= LONGEST_COMPONENT and _ALLOWED.issuperset(name) for name in components
    )


def referenced_components(record: ElementMapping) -> list[str] | None:
    """The components of a record's Referenced File ID; None when it has no value, or one that is no text."""
    element = record._element(_REFERENCED_FILE_ID)
    value = None if element is None else element.value
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        return None
    components = [str(name).rstrip(" \0") for name in value]
    return components if any(components) else None
