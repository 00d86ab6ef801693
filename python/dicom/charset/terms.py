"""Defined terms of Specific Character Set (0008,0005), the Python codec of each, and what a wrong term means.

In: the element's value, of any type. Out: codec names, and problems for findings.
Standard: PS3.3 C.12.1.1.2. The term itself is no patient's data and may be named.
"""

from __future__ import annotations

default_encoding = "iso8859"

# Defined term -> Python codec. The names are those that pydicom's users know from `convert_encodings`.
python_encoding: dict[str, str] = {
    "": default_encoding,
    "ISO_IR 6": default_encoding,
    "ISO_IR 13": "shift_jis",
    "ISO_IR 100": "latin_1",
    "ISO_IR 101": "iso8859_2",
    "ISO_IR 109": "iso8859_3",
    "ISO_IR 110": "iso8859_4",
    "ISO_IR 126": "iso_ir_126",
    "ISO_IR 127": "iso_ir_127",
    "ISO_IR 138": "iso_ir_138",
    "ISO_IR 144": "iso_ir_144",
    "ISO_IR 148": "iso_ir_148",
    "ISO_IR 166": "iso_ir_166",
    "ISO_IR 203": "iso8859_15",
    "ISO 2022 IR 6": default_encoding,
    "ISO 2022 IR 13": "shift_jis",
    "ISO 2022 IR 87": "iso2022_jp",
    "ISO 2022 IR 100": "latin_1",
    "ISO 2022 IR 101": "iso8859_2",
    "ISO 2022 IR 109": "iso8859_3",
    "ISO 2022 IR 110": "iso8859_4",
    "ISO 2022 IR 126": "iso_ir_126",
    "ISO 2022 IR 127": "iso_ir_127",
    "ISO 2022 IR 138": "iso_ir_138",
    "ISO 2022 IR 144": "iso_ir_144",
    "ISO 2022 IR 148": "iso_ir_148",
    "ISO 2022 IR 149": "euc_kr",
    "ISO 2022 IR 159": "iso2022_jp_2",
    "ISO 2022 IR 166": "iso_ir_166",
    "ISO 2022 IR 203": "iso8859_15",
    "ISO 2022 IR 58": "iso_ir_58",
    "ISO_IR 192": "UTF8",
    "GB18030": "GB18030",
    "GBK": "GBK",
    # Not defined terms, but in use, and known to other readers.
    "ISO 2022 GBK": "GBK",
    "ISO 2022 58": "GB2312",
}

# Sets that stand alone: no code extension beside them (PS3.3 C.12.1.1.2).
STAND_ALONE_ENCODINGS = ("ISO_IR 192", "GBK", "GB18030")
_STAND_ALONE_CODECS = frozenset({"UTF8", "GBK", "GB18030"})

# Terms that exist only with code extensions; without them they are understood, and named as a problem.
_ONLY_EXTENDED = frozenset({"87", "149", "159", "58"})


def as_terms(terms: object) -> tuple[str, ...]:
    """Terms of the element's value: a str, a sequence of them, None, or anything that stands there instead."""
    if terms is None:
        return ()
    if isinstance(terms, (bytes, bytearray)):
        terms = bytes(terms).decode("latin-1")
    if isinstance(terms, str):
        return tuple(terms.split("\\")) if terms else ()
    try:
        items = list(terms)  # type: ignore[call-overload]
    except TypeError:
        items = [terms]
    return tuple(
        "" if item is None else item.decode("latin-1") if isinstance(item, bytes) else str(item) for item in items
    )


def _compact(term: str) -> str:
    return "".join(character for character in term.upper() if character.isalnum())


_BY_COMPACT = {_compact(term): term for term in python_encoding if term}
KNOWN_CODECS = frozenset(python_encoding.values())


def codec_of_term(term: str, problems: list[tuple[str, str]]) -> str:
    """Python codec of a term; what is wrong with the term is added to `problems`."""
    codec = python_encoding.get(term)
    if codec is not None:
        return codec
    compact = _compact(term)
    meant = _BY_COMPACT.get(compact)
    if meant is None and compact.startswith("ISOIR") and compact[5:] in _ONLY_EXTENDED:
        meant = f"ISO 2022 IR {compact[5:]}"
    if meant is not None:
        if term.strip(" \0") != meant:
            problems.append(("charset-misspelt", f"a misspelt term of Specific Character Set is read as {meant!r}"))
        return python_encoding[meant]
    if not compact:
        return default_encoding
    if is_codec(term):
        problems.append(("charset-not-a-defined-term", "Specific Character Set names a codec, not a defined term"))
        return term
    problems.append(
        ("charset-unknown", "a term of Specific Character Set is unknown; the default character repertoire is used")
    )
    return default_encoding


def without_misplaced(
    codecs: tuple[str, ...], terms: tuple[str, ...], problems: list[tuple[str, str]]
) -> tuple[str, ...]:
    """UTF-8, GBK and GB18030 stand alone: first, they end the list; later, they are left out."""
    if len(codecs) == 1:
        return codecs
    if codecs[0] in _STAND_ALONE_CODECS:
        problems.append(
            ("charset-stands-alone", "the first term of Specific Character Set allows no others; they are ignored")
        )
        return codecs[:1]
    kept = [codecs[0]]
    for codec, term in zip(codecs[1:], terms[1:], strict=True):
        if codec in _STAND_ALONE_CODECS:
            problems.append(
                ("charset-stands-alone", f"Specific Character Set {term[:32]!r} must stand alone; it is ignored")
            )
        else:
            kept.append(codec)
    return tuple(kept)


def kind_of(encodings: tuple[str, ...]) -> str:
    """``"latin-1"``, ``"utf-8"`` or ``"other"``."""
    if len(encodings) == 1:
        if encodings[0] in ("latin_1", default_encoding):
            return "latin-1"
        if encodings[0] == "UTF8":
            return "utf-8"
    return "other"


def is_codec(name: str) -> bool:
    """Whether Python has a text codec of that name. A name from a file may be anything at all."""
    if len(name) > 32:
        return False
    try:
        b"a".decode(name)
    except (LookupError, ValueError, TypeError, OverflowError, ImportError):
        return False
    return True
