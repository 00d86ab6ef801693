"""Text in the character sets of DICOM, for tests: strategies of values as they stand in a file.

Out: bytes, encoded by Python's codecs, in each defined term of PS3.3 C.12.1.1.2; with code extensions, the escape
sequences stand where PS3.5 6.1.2.5.3 has them. Needs Hypothesis: the extra ``testing``.
"""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st


class CharacterSet(NamedTuple):
    """A value of Specific Character Set, and how its characters are encoded.

    ``escape`` stands before a run of characters that the first value of ``term`` doesn't have.
    """

    term: str
    codec: str
    alphabet: str
    escape: bytes = b""


_ASCII = "ABCxyz 0123-.,"

DEFAULT = CharacterSet("", "ascii", _ASCII)

#: Defined terms with and without code extensions, and the two that stand alone.
CHARACTER_SETS: tuple[CharacterSet, ...] = (
    DEFAULT,
    CharacterSet("ISO_IR 6", "ascii", _ASCII),
    CharacterSet("ISO_IR 100", "latin-1", _ASCII + "äöüßéèñÅ"),
    CharacterSet("ISO_IR 101", "iso8859-2", _ASCII + "ąćęłńóśźż"),
    CharacterSet("ISO_IR 109", "iso8859-3", _ASCII + "ĉĝĥĵŝŭ"),
    CharacterSet("ISO_IR 110", "iso8859-4", _ASCII + "āēģķļņ"),
    CharacterSet("ISO_IR 144", "iso8859-5", _ASCII + "ЛюкÂ".replace("Â", "я")),
    CharacterSet("ISO_IR 127", "iso8859-6", _ASCII + "قباني"),
    CharacterSet("ISO_IR 126", "iso8859-7", _ASCII + "Διονυσιος"),
    CharacterSet("ISO_IR 138", "iso8859-8", _ASCII + "שרון"),
    CharacterSet("ISO_IR 148", "iso8859-9", _ASCII + "ğışçöü"),
    CharacterSet("ISO_IR 166", "iso8859-11", _ASCII + "นามสกุล"),
    CharacterSet("ISO_IR 13", "shift_jis", "ABCxyz 0123-.," + "ﾔﾏﾀﾞﾀﾛｳ"),
    CharacterSet("ISO_IR 192", "utf-8", _ASCII + "äж山田あ한國🙂"),
    CharacterSet("GB18030", "gb18030", _ASCII + "王小东"),
    CharacterSet("GBK", "gbk", _ASCII + "王小东"),
    CharacterSet("ISO 2022 IR 6\\ISO 2022 IR 100", "latin-1", _ASCII + "äöüß", b"\x1b-A"),
    CharacterSet("\\ISO 2022 IR 144", "iso8859-5", _ASCII + "Люкя", b"\x1b-L"),
    CharacterSet("\\ISO 2022 IR 87", "iso2022_jp", _ASCII + "山田太郎やまだ"),
    CharacterSet("\\ISO 2022 IR 149", "euc_kr", _ASCII + "김희중길동洪", b"\x1b$)C"),
    CharacterSet("\\ISO 2022 IR 58", "gb2312", _ASCII + "张小东王", b"\x1b$)A"),
)


def _encode(value: str, character_set: CharacterSet) -> bytes:
    """Bytes of a run of text; its escape sequence first, where it has characters that need it."""
    encoded = value.encode(character_set.codec)
    if character_set.escape and not value.isascii():
        return character_set.escape + encoded
    return encoded


def texts(character_set: CharacterSet, *, lines: bool = False, longest: int = 16) -> st.SearchStrategy[bytes]:
    """One text without a backslash; ``lines`` puts control characters in, as LT, ST and UT may have them.

    The text neither begins nor ends with a space: those are padding, and not significant.
    """
    run = st.text(character_set.alphabet, max_size=longest).map(str.strip)
    encoded = run.map(lambda value: _encode(value, character_set))
    if not lines:
        return encoded
    return st.lists(encoded, min_size=1, max_size=3).map(b"\r\n".join)


def person_names(character_set: CharacterSet) -> st.SearchStrategy[bytes]:
    """Names of one to three component groups (PS3.5 6.2.1): the first in ASCII, the others in the character set."""
    component = st.text(character_set.alphabet, max_size=6).map(str.strip).map(lambda s: _encode(s, character_set))
    latin = st.text("ABCxyz", max_size=6).map(str.encode)
    group = st.lists(component, min_size=1, max_size=5).map(b"^".join)
    latin_group = st.lists(latin, min_size=1, max_size=5).map(b"^".join)
    one = latin_group | (group if not character_set.escape else latin_group)
    several = st.tuples(latin_group, st.lists(group, min_size=1, max_size=2)).map(
        lambda pair: b"=".join((pair[0], *pair[1]))
    )
    return one | several
