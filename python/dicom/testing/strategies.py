"""Hypothesis strategies that make DICOM data sets and files of every encoding.

In: nothing, or what should be in the file. Out: elements of ``dicom.testing.encoder``, and whole files with what they
were made from. Values fit their VR (PS3.5 Table 6.2-1) unless a strategy says otherwise; all is made up.
Needs Hypothesis: the extra ``testing``.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies as st

from dicom.testing import text
from dicom.testing.encoder import (
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    NUMBER_CODES,
    Element,
    Item,
    Items,
    encode_file,
    padded,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dicom.testing.text import CharacterSet

#: Public tags of each VR, from the data dictionary (PS3.6): those of several values, and of one.
PUBLIC_TAGS: dict[str, tuple[int, ...]] = {
    "AE": (0x00080054, 0x00080055, 0x00400001),
    "AS": (0x00101010, 0x0072005F),
    "AT": (0x00280009, 0x00209165, 0x0028000A),
    "CS": (0x00080008, 0x00080061, 0x0008001C),
    "DA": (0x00080020, 0x00181200, 0x00100030),
    "DS": (0x00082130, 0x00101020, 0x00280030),
    "DT": (0x0008002A, 0x0040A13A, 0x00720063),
    "FD": (0x00081163, 0x00186054, 0x00082134),
    "FL": (0x00186060, 0x00109431, 0x0018605A),
    "IS": (0x00081160, 0x00082122, 0x00200013),
    "LO": (0x00081080, 0x00100020, 0x00080070),
    "LT": (0x00080108, 0x00104000),
    "OB": (0x0008041B, 0x0008041C),
    "OD": (0x003A032E, 0x00660022),
    "OF": (0x00181638, 0x00221531),
    "OL": (0x00660040, 0x00660041),
    "OV": (0x00720081, 0x7FE00001),
    "OW": (0x00281201, 0x00281202),
    "PN": (0x00100010, 0x0008009C, 0x00081048),
    "SH": (0x00080094, 0x00080050, 0x00102154),
    "SL": (0x00186020, 0x0040A162, 0x0072007C),
    "SS": (0x00189219, 0x0072007E, 0x00189442),
    "ST": (0x00080081, 0x00080092),
    "SV": (0x00720082,),
    "TM": (0x00080030, 0x00181201, 0x00080013),
    "UC": (0x00160008, 0x00080119, 0x0008030C),
    "UI": (0x0008001A, 0x00080018, 0x00080058),
    "UL": (0x00081161, 0x00080309, 0x00186052),
    "UN": (0x0072006D,),
    "UR": (0x0008010E, 0x00080120),
    "US": (0x00080304, 0x00280010, 0x00080306),
    "UT": (0x0008030E, 0x0008030F),
    "UV": (0x0008040C, 0x00720083),
    "SQ": (0x00080006, 0x00081140, 0x00400275, 0x0040A730),
}

#: VRs that hold one value, whatever bytes are in it (PS3.5 Table 6.2-1).
SINGLE_VALUED = frozenset({"LT", "ST", "UR", "UT"})

#: VRs that hold text in the Specific Character Set.
TEXT_VRS = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})

TRANSFER_SYNTAXES = (IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED)

_LIMITS = {code: (-(2 ** (8 * size - 1)), 2 ** (8 * size - 1) - 1) for code, size in (("h", 2), ("i", 4), ("q", 8))} | {
    code: (0, 2 ** (8 * size) - 1) for code, size in (("B", 1), ("H", 2), ("I", 4), ("Q", 8))
}


class GeneratedFile(NamedTuple):
    """A file and what it was made from."""

    data: bytes
    transfer_syntax: str
    elements: tuple[Element, ...]


def uids() -> st.SearchStrategy[bytes]:
    """UIDs of up to 64 characters (PS3.5 9.1)."""
    component = st.integers(0, 10**9).map(str)
    return st.lists(component, min_size=1, max_size=5).map(lambda parts: ".".join(["1.2", *parts]).encode())


def dates() -> st.SearchStrategy[bytes]:
    """Dates as DA has them: 20240229."""
    return st.dates().map(lambda day: f"{day.year:04d}{day.month:02d}{day.day:02d}".encode())


def times() -> st.SearchStrategy[bytes]:
    """Times as TM has them, whole or cut short: 07, 0707, 070707, 070707.5."""
    whole = st.times().map(lambda time: f"{time:%H%M%S}.{time.microsecond:06d}")
    return st.tuples(whole, st.sampled_from((2, 4, 6, 8, 13))).map(lambda pair: pair[0][: pair[1]].encode())


def date_times() -> st.SearchStrategy[bytes]:
    """Dates with times as DT has them, some with an offset from UTC."""
    offset = st.sampled_from((b"", b"", b"+0100", b"-0530", b"+0000"))
    return st.tuples(dates(), times(), offset).map(b"".join) | dates()


def decimal_strings() -> st.SearchStrategy[bytes]:
    """Numbers as DS has them: at most 16 characters, plain or with an exponent."""
    number = st.floats(-1e12, 1e12, allow_nan=False)
    short = number.map(lambda x: f"{x:.9g}") | number.map(lambda x: f"{x:.3f}") | number.map(lambda x: f"{x:.4E}")
    whole = st.integers(-(10**9), 10**9).map(str)
    return (short | whole | st.sampled_from(("0", "-0.0", "+1.50", ".5", "5.", "007"))).map(lambda s: s[:16].encode())


def integer_strings() -> st.SearchStrategy[bytes]:
    """Numbers as IS has them, within 32 bits."""
    number = st.integers(-(2**31), 2**31 - 1)
    return number.map(lambda x: str(x).encode()) | st.sampled_from((b"+7", b"007", b"-0"))


def age_strings() -> st.SearchStrategy[bytes]:
    """Ages as AS has them: 018M."""
    return st.tuples(st.integers(0, 999), st.sampled_from("DWMY")).map(lambda pair: f"{pair[0]:03d}{pair[1]}".encode())


def _code_characters(longest: int) -> st.SearchStrategy[bytes]:
    return st.text("ABCXYZ019 _", min_size=1, max_size=longest).map(str.strip).map(str.encode)


def _one_value(vr: str, character_set: CharacterSet) -> st.SearchStrategy[bytes]:
    """One value of a VR of characters, without padding."""
    plain = {
        "AE": _code_characters(16),
        "AS": age_strings(),
        "CS": _code_characters(16),
        "DA": dates(),
        "DS": decimal_strings(),
        "DT": date_times(),
        "IS": integer_strings(),
        "TM": times(),
        "UI": uids(),
        "UR": st.text("abcxyz019:/.?&=", max_size=30).map(str.encode),
    }
    if vr in plain:
        return plain[vr]
    if vr == "PN":
        return text.person_names(character_set)
    return text.texts(character_set, lines=vr in SINGLE_VALUED)


def _numbers(vr: str) -> st.SearchStrategy[tuple[int, ...]] | st.SearchStrategy[tuple[float, ...]]:
    code = NUMBER_CODES.get(vr, "I")
    most = 12 if vr.startswith("O") else 4
    if code in "fd":
        # Every number that fits, infinities too; the sign and payload of a NaN aren't kept by Python's floats.
        floats = st.floats(allow_nan=False, width=32 if code == "f" else 64)
        return st.lists(floats, max_size=most).map(tuple)
    low, high = _LIMITS[code]
    return st.lists(st.integers(low, high), max_size=most).map(tuple)


@functools.cache
def values(vr: str, character_set: CharacterSet = text.DEFAULT) -> st.SearchStrategy[bytes | tuple[float, ...]]:
    """Values of a VR but SQ: none, one or several; bytes of even length, or numbers."""
    if vr == "UN":
        return st.binary(max_size=20).map(padded)
    if vr == "OB":
        return st.binary(max_size=24).map(lambda value: padded(value, b"\0"))
    if vr == "AT" or vr in NUMBER_CODES:
        return _numbers(vr)
    one = _one_value(vr, character_set)
    several = one if vr in SINGLE_VALUED else st.lists(st.just(b"") | one | one, max_size=4).map(b"\\".join)
    padding = b"\0" if vr == "UI" else b" "
    return several.map(lambda value: padded(value, padding))


@st.composite
def elements(draw: st.DrawFn, vr: str, character_set: CharacterSet = text.DEFAULT, depth: int = 2) -> Element:
    """A public element of a VR; sequences nest down to ``depth``, with lengths defined and undefined."""
    tag = draw(st.sampled_from(PUBLIC_TAGS[vr]))
    if vr == "SQ":
        return draw(_sequences(tag, character_set, depth))
    return Element(tag, vr, draw(values(vr, character_set)))


@st.composite
def _sequences(draw: st.DrawFn, tag: int, character_set: CharacterSet, depth: int) -> Element:
    content = _element_lists(character_set, depth - 1, most=4)
    items = draw(st.lists(st.builds(Item, content, st.booleans()), max_size=3))
    return Element(tag, "SQ", Items(tuple(items)), undefined_length=draw(st.booleans()))


def _element_lists(character_set: CharacterSet, depth: int, most: int) -> st.SearchStrategy[tuple[Element, ...]]:
    vrs = sorted(PUBLIC_TAGS) if depth > 0 else sorted(set(PUBLIC_TAGS) - {"SQ"})
    one = st.sampled_from(vrs).flatmap(lambda vr: elements(vr, character_set, depth))
    return st.lists(one, max_size=most, unique_by=lambda element: element.tag).map(_sorted)


def _sorted(made: list[Element]) -> tuple[Element, ...]:
    return tuple(sorted(made, key=lambda element: element.tag))


@st.composite
def private_blocks(draw: st.DrawFn, character_set: CharacterSet = text.DEFAULT) -> tuple[Element, ...]:
    """A private creator and elements of its block, of any VR (PS3.5 7.8.1); the creators are made up."""
    group = draw(st.sampled_from((0x0009, 0x0019, 0x0029, 0x7FE1)))
    block = draw(st.sampled_from((0x10, 0x11, 0xE0)))
    creator = draw(st.sampled_from((b"TEST ALPHA", b"TEST BETA ", b"TEST/GAMMA")))
    vrs = draw(st.lists(st.sampled_from(sorted(set(PUBLIC_TAGS) - {"SQ"})), max_size=4))
    made = [Element(group << 16 | block, "LO", creator)]
    for number, vr in enumerate(vrs):
        made.append(Element(group << 16 | block << 8 | number, vr, draw(values(vr, character_set))))
    return tuple(made)


@st.composite
def data_sets(draw: st.DrawFn, character_set: CharacterSet | None = None) -> tuple[Element, ...]:
    """Elements of a whole data set, ascending: of all VRs, nested, private, in one character set."""
    chosen = character_set or draw(st.sampled_from(text.CHARACTER_SETS))
    made = {element.tag: element for element in draw(_element_lists(chosen, depth=2, most=8))}
    for block in draw(st.lists(private_blocks(chosen), max_size=2)):
        if block[0].tag not in made:
            made |= {element.tag: element for element in block}
    if chosen.term:
        made[0x00080005] = Element(0x00080005, "CS", padded(chosen.term.encode("ascii")))
    made.setdefault(0x00080016, Element(0x00080016, "UI", padded(b"1.2.840.10008.5.1.4.1.1.7", b"\0")))
    return _sorted(list(made.values()))


@st.composite
def files(
    draw: st.DrawFn, transfer_syntax: str | None = None, character_sets: Sequence[CharacterSet] = text.CHARACTER_SETS
) -> GeneratedFile:
    """Whole files, with File Meta Information, in each of the four transfer syntaxes that aren't for images."""
    chosen = transfer_syntax or draw(st.sampled_from(TRANSFER_SYNTAXES))
    made = draw(data_sets(draw(st.sampled_from(character_sets))))
    return GeneratedFile(encode_file(made, chosen), chosen, made)
