"""Text in the Specific Character Set: every defined term, code extension, wrong terms, and pydicom beside it."""

from __future__ import annotations

import copy
import pickle
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom.charset import DEFAULT, CharacterSets, delimiters, python_encoding
from dicom.errors import CharacterSetError

pydicom = pytest.importorskip("pydicom")

# A text that only this set has, and its bytes as a single set or first of several.
SINGLE = {
    "ISO_IR 13": ("ﾔﾏﾀﾞ^ﾀﾛｳ", b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3"),
    "ISO_IR 100": ("Buc^Jérôme", b"Buc^J\xe9r\xf4me"),
    "ISO_IR 101": ("Wałęsa", b"Wa\xb3\xeasa"),
    "ISO_IR 109": ("ĝusta", b"\xf8usta"),
    "ISO_IR 110": ("ķēniņš", b"\xf3\xbani\xf1\xb9"),
    "ISO_IR 126": ("Διονυσιος", b"\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2"),
    "ISO_IR 127": ("قباني^لنزار", b"\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1"),
    "ISO_IR 138": ("שרון^דבורה", b"\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4"),
    "ISO_IR 144": ("Люкceмбypг", b"\xbb\xee\xdace\xdc\xd1yp\xd3"),
    "ISO_IR 148": ("Çavuşoğlu", b"\xc7avu\xfeo\xf0lu"),
    "ISO_IR 166": ("นามสกุล", b"\xb9\xd2\xc1\xca\xa1\xd8\xc5"),
    "ISO_IR 203": ("Œuvre €", b"\xbcuvre \xa4"),
    "ISO_IR 192": ("Wang^XiaoDong=王^小東", b"Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe6\x9d\xb1"),
    "GB18030": ("Wang^XiaoDong=王^小东", b"Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab"),
    "GBK": ("Wang^XiaoDong=王^小东", b"Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab"),
}

# The same beside the default character repertoire: the escape sequences of PS3.3 Tables C.12-3 and C.12-4.
EXTENDED = {
    "ISO 2022 IR 13": ("ﾔﾏ^ﾀ", b"\x1b)I\xd4\xcf^\x1b)I\xc0"),
    "ISO 2022 IR 58": ("张^小东", b"\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab"),
    "ISO 2022 IR 87": ("山田^太郎", b"\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B"),
    "ISO 2022 IR 100": ("é^ô", b"\x1b-A\xe9^\x1b-A\xf4"),
    "ISO 2022 IR 101": ("łę", b"\x1b-B\xb3\xea"),
    "ISO 2022 IR 109": ("ĝ", b"\x1b-C\xf8"),
    "ISO 2022 IR 110": ("ķē", b"\x1b-D\xf3\xba"),
    "ISO 2022 IR 126": ("Διο", b"\x1b-F\xc4\xe9\xef"),
    "ISO 2022 IR 127": ("قبا", b"\x1b-G\xe2\xc8\xc7"),
    "ISO 2022 IR 138": ("שרון", b"\x1b-H\xf9\xf8\xe5\xef"),
    "ISO 2022 IR 144": ("Люк", b"\x1b-L\xbb\xee\xda"),
    "ISO 2022 IR 148": ("ş", b"\x1b-M\xfe"),
    "ISO 2022 IR 149": ("洪^吉洞", b"\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7"),
    "ISO 2022 IR 159": ("丂乇", b"\x1b$(D0!02\x1b(B"),
    "ISO 2022 IR 166": ("นาม", b"\x1b-T\xb9\xd2\xc1"),
    "ISO 2022 IR 203": ("Œ€", b"\x1b-b\xbc\xa4"),
}


def _ours(terms: object, raw: bytes, vr: str = "PN") -> str:
    return CharacterSets.from_terms(terms).decode(raw, vr)


def _pydicoms(terms: list[str], raw: bytes) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        encodings = pydicom.charset.convert_encodings(terms)
        return str(pydicom.valuerep.PersonName(raw, encodings))


@pytest.mark.parametrize("term", SINGLE)
def test_each_single_term_decodes_and_encodes(term: str) -> None:
    text, raw = SINGLE[term]
    sets = CharacterSets.from_terms(term)
    assert sets.decode(raw, "PN") == text
    assert sets.encode(text, "PN") == raw
    assert sets.problems == ()


@pytest.mark.parametrize("term", EXTENDED)
def test_each_code_extension_decodes_and_encodes(term: str) -> None:
    text, raw = EXTENDED[term]
    sets = CharacterSets.from_terms(["", term])
    assert sets.decode(raw, "PN") == text
    assert sets.encode(text, "PN") == raw
    assert sets.problems == ()


@pytest.mark.parametrize("term", sorted({*SINGLE} - {"ISO_IR 203"}))
def test_single_terms_decode_as_in_pydicom(term: str) -> None:
    # pydicom has no ISO_IR 203 (Latin-9), which the standard has had since 2022.
    _text, raw = SINGLE[term]
    assert _pydicoms([term], raw) == _ours(term, raw)


@pytest.mark.parametrize("term", sorted({*EXTENDED} - {"ISO 2022 IR 203", "ISO 2022 IR 58"}))
def test_code_extensions_decode_as_in_pydicom(term: str) -> None:
    # pydicom has no ISO 2022 IR 203, and leaves the escape sequence of ISO 2022 IR 58 in the text.
    _text, raw = EXTENDED[term]
    assert _pydicoms(["", term], raw) == _ours(["", term], raw)


def test_files_of_pydicom_decode_as_in_pydicom() -> None:
    names = [Path(name) for name in pydicom.data.get_charset_files("*.dcm")]
    assert len(names) > 15
    compared = sum(_compare_names(pydicom.dcmread(name), None, name.name) for name in names)
    assert compared > 20


def _compare_names(data_set: Any, inherited: object, name: str) -> int:
    """Compare the names of a data set, and of the items of its sequences; how many there were."""
    terms = data_set.get("SpecificCharacterSet", inherited)
    sets = CharacterSets.from_terms(list(terms) if isinstance(terms, pydicom.multival.MultiValue) else terms)
    compared = 0
    items = {tag: data_set.get_item(tag) for tag in list(data_set.keys())}
    raws = {tag: item.value for tag, item in items.items() if item.VR == "PN"}
    for element in data_set:
        raw = raws.get(element.tag)
        if element.VR == "SQ":
            compared += sum(_compare_names(item, terms, name) for item in element.value)
        elif isinstance(raw, bytes):
            values = element.value if element.VM > 1 else [element.value]
            parts = [sets.decode(part, "PN").rstrip("=") for part in sets.split_values(raw.rstrip(b" \0"))]
            assert parts == [str(value) for value in values], name
            compared += 1
    return compared


def test_examples_of_the_standards_annexes_decode() -> None:
    # PS3.5 H.3.1, H.3.2, I.2, K.2.
    japanese = (
        b"Yamada^Tarou=\x1b\x24\x42\x3b\x33\x45\x44\x1b\x28\x42^\x1b\x24\x42\x42\x40\x4f\x3a\x1b\x28\x42="
        b"\x1b\x24\x42\x24\x64\x24\x5e\x24\x40\x1b\x28\x42^\x1b\x24\x42\x24\x3f\x24\x6d\x24\x26\x1b\x28\x42"
    )
    assert _ours(["", "ISO 2022 IR 87"], japanese) == "Yamada^Tarou=山田^太郎=やまだ^たろう"
    katakana = b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J"
    assert _ours(["ISO 2022 IR 13", "ISO 2022 IR 87"], katakana) == "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎"
    korean = b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf"
    assert _ours(["", "ISO 2022 IR 149"], korean) == "Hong^Gildong=洪^吉洞=홍^길동"
    chinese = b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab="
    assert _ours(["", "ISO 2022 IR 58"], chinese) == "Zhang^XiaoDong=张^小东="


@pytest.mark.parametrize(
    ("terms", "encodings"),
    [
        (None, ("iso8859",)),
        ("", ("iso8859",)),
        ([], ("iso8859",)),
        ("ISO_IR 192", ("UTF8",)),
        (["ISO_IR 192"], ("UTF8",)),
        ("ISO IR 100", ("latin_1",)),
        ("ISO-IR 100", ("latin_1",)),
        ("ISO 2022_IR 100", ("latin_1",)),
        ("ISO_2022-IR 87", ("iso2022_jp",)),
        ("latin1", ("latin1",)),
        ("utf_8", ("utf_8",)),
        ("ISO 2022 IR 6", ("iso8859",)),
        (["", "ISO 2022 IR 87"], ("iso8859", "iso2022_jp")),
        (["ISO 2022 IR 6", "ISO 2022 IR 87"], ("iso8859", "iso2022_jp")),
        (["ISO_IR 192", "ISO 2022 IR 87"], ("UTF8",)),
        (["ISO 2022 IR 87", "ISO_IR 192"], ("iso2022_jp",)),
        (["GBK", "ISO 2022 IR 58"], ("GBK",)),
        ("foo", ("iso8859",)),
        (["foo", "ISO 2022 IR 87"], ("iso8859", "iso2022_jp")),
        (["ISO_IR 100", "ISO 2022 IR 87"], ("latin_1", "iso2022_jp")),
    ],
)
def test_terms_right_and_wrong_become_the_codecs_that_pydicom_takes(terms: object, encodings: tuple[str, ...]) -> None:
    assert CharacterSets.from_terms(terms).encodings == encodings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert tuple(pydicom.charset.convert_encodings(terms)) == encodings


@pytest.mark.parametrize(
    ("term", "encoding"),
    [
        # pydicom makes the default character repertoire of these, or asks Python for a codec of that name.
        ("ISO_IR100", "latin_1"),
        ("ISO2022 IR 100", "latin_1"),
        ("iso_ir 100", "latin_1"),
        ("GB 18030", "GB18030"),
        ("ISO_IR 87", "iso2022_jp"),
        ("ISO_IR 149", "euc_kr"),
        ("ISO_IR 58", "iso_ir_58"),
    ],
)
def test_more_misspelt_terms_are_understood_than_in_pydicom(term: str, encoding: str) -> None:
    sets = CharacterSets.from_terms(term)
    assert sets.encodings == (encoding,)
    assert [code for code, _ in sets.problems] == ["charset-misspelt"]


@pytest.mark.parametrize(
    ("terms", "codes"),
    [
        ("foo", ["charset-unknown"]),
        ("latin1", ["charset-not-a-defined-term"]),
        (["ISO_IR 192", "ISO 2022 IR 87"], ["charset-stands-alone"]),
        (["ISO 2022 IR 100", "ISO_IR 192"], ["charset-stands-alone"]),
        ("ISO_IR 100 ", []),
        (["", "ISO 2022 IR 87"], []),
    ],
)
def test_problems_name_what_is_wrong_with_the_terms(terms: object, codes: list[str]) -> None:
    assert [code for code, _ in CharacterSets.from_terms(terms).problems] == codes


def test_terms_in_one_text_are_parted_at_backslashes() -> None:
    assert CharacterSets.from_terms("\\ISO 2022 IR 87").terms == ("", "ISO 2022 IR 87")


@given(st.one_of(st.none(), st.integers(), st.binary(), st.text(), st.lists(st.one_of(st.text(), st.none()))))
def test_no_value_of_the_element_raises(terms: object) -> None:
    sets = CharacterSets.from_terms(terms)
    assert sets.encodings
    assert isinstance(sets.decode(b"a\xff\x1b$B\x81\\^=", "PN"), str)


@pytest.mark.parametrize("name", ["idna", "undefined", "punycode", "unicode_escape", "utf_7", "rot13", "base64", "\0"])
def test_no_codec_that_a_term_names_raises(name: str) -> None:
    sets = CharacterSets.from_terms([name, "ISO 2022 IR 87"])
    for raw in (b"xn--\xff", b"\\N{", b"\x1b$B\xff", b"+\xff"):
        assert isinstance(sets.decode(raw, "LO"), str)


@pytest.mark.parametrize(
    ("terms", "kind"),
    [
        (None, "ascii"),
        ("ISO_IR 6", "ascii"),
        ("ISO 2022 IR 6", "ascii"),
        ("ISO_IR 100", "latin-1"),
        ("ISO_IR 192", "utf-8"),
        ("ISO_IR 101", "other"),
        (["", "ISO 2022 IR 87"], "other"),
    ],
)
def test_kind_tells_the_plain_codecs(terms: object, kind: str) -> None:
    assert CharacterSets.from_terms(terms).kind == kind


SET_LISTS = st.lists(st.sampled_from(sorted({*python_encoding} - {"ISO 2022 58"})), min_size=1, max_size=4)
PIECES = st.sampled_from(
    [
        b"\x1b",
        b"\x1b$B",
        b"\x1b(B",
        b"\x1b(J",
        b"\x1b)I",
        b"\x1b-A",
        b"\x1b$)C",
        b"\x1b$)A",
        b"\x1b$(D",
        b"a",
        b"\\",
        b"^",
        b"=",
        b"\n",
        b"\xff",
        b"\x81",
        b"\xe9",
        b"0!",
        b"\xb0\xa1",
        b" ",
    ]
)


@given(SET_LISTS, st.lists(PIECES, max_size=10), st.sampled_from(["LO", "PN", "UT"]))
def test_no_bytes_raise_and_values_are_parted_without_loss(terms: list[str], pieces: list[bytes], vr: str) -> None:
    raw = b"".join(pieces)
    sets = CharacterSets.from_terms(terms)
    assert isinstance(sets.decode(raw, vr), str)
    assert b"\\".join(sets.split_values(raw)) == raw


REPERTOIRE = "ab ^=\\\n\tAZ09~é¿ŁęĝķΔιقשЛşนามﾔﾏ山田太郎洪吉洞홍길张小东丂"


@given(SET_LISTS, st.text(alphabet=REPERTOIRE, max_size=12), st.sampled_from(["LO", "PN", "UT"]))
def test_text_that_can_be_encoded_comes_back(terms: list[str], text: str, vr: str) -> None:
    sets = CharacterSets.from_terms(terms)
    try:
        raw = sets.encode(text, vr)
    except CharacterSetError:
        raw = None
    assert raw is not None or not text.isascii()
    assert raw is None or sets.decode(raw, vr) == text


@given(SET_LISTS, st.text(alphabet=REPERTOIRE.replace("\\", ""), max_size=12))
def test_what_we_encode_is_what_pydicom_reads(terms: list[str], text: str) -> None:
    sets = CharacterSets.from_terms(terms)
    if "iso_ir_58" in sets.encodings or "iso8859_15" in sets.encodings or "euc_kr" in sets.encodings:
        # IR 58: pydicom leaves the escape sequence in. IR 203: unknown to it. IR 149: after ESC ( B it reads G1 as
        # Latin-1, although that escape sequence is about G0.
        return
    try:
        raw = sets.encode(text, "UT")
    except CharacterSetError:
        return
    if (b"\x1b(B" in raw or b"\x1b(J" in raw) and not raw.isascii():
        # The same with the other sets of G1.
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = pydicom.charset.decode_bytes(raw, list(sets.encodings), pydicom.charset.TEXT_VR_DELIMS)
    assert read == text


def test_an_escape_sequence_of_g0_leaves_g1_alone() -> None:
    # pydicom gives U+00D4 for the last character: it takes ESC ( B for ISO 8859-1 as a whole.
    raw = b"A\x1b)I\xd4\x1b$B$d\x1b(B\xd4"
    assert _ours(["ISO 2022 IR 13", "ISO 2022 IR 87"], raw, "LO") == "Aﾔやﾔ"


def test_a_backslash_between_values_switches_back() -> None:
    # PS3.5 6.1.2.5.3; pydicom does so only in PN and at control characters.
    sets = CharacterSets.from_terms(["ISO 2022 IR 100", "ISO 2022 IR 101"])
    assert sets.decode(b"\x1b-B\xe8\\\xe8", "LO") == "č\\è"


def test_a_backslash_in_text_of_one_value_switches_nothing() -> None:
    sets = CharacterSets.from_terms(["ISO 2022 IR 100", "ISO 2022 IR 101"])
    assert sets.decode(b"\x1b-B\xe8\\\xe8", "UT") == "č\\č"


def test_line_ends_switch_back() -> None:
    sets = CharacterSets.from_terms(["ISO 2022 IR 100", "ISO 2022 IR 101"])
    assert sets.decode(b"\x1b-B\xe8\r\n\xe8", "UT") == "č\r\nè"


def test_delimiters_of_names_switch_back_in_names_only() -> None:
    sets = CharacterSets.from_terms(["ISO 2022 IR 100", "ISO 2022 IR 101"])
    assert sets.decode(b"\x1b-B\xe8^\xe8=\xe8", "PN") == "č^è=è"
    assert sets.decode(b"\x1b-B\xe8^\xe8=\xe8", "LO") == "č^č=č"
    assert delimiters("PN") > delimiters("LO") > delimiters("LT")


def test_an_undeclared_escape_sequence_stays_in_the_text() -> None:
    raw = b"abc\x1b$B$d$^\x1b(Bxyz"
    assert _ours(None, raw, "LO") == "abc\x1b$B$d$^xyz"
    assert _pydicoms([""], raw) == "abc\x1b$B$d$^xyz"


def test_a_fragment_that_does_not_decode_is_given_in_the_initial_set() -> None:
    raw = b"A\x1b$)C\xb1\xe8\xff"
    assert _ours(["", "ISO 2022 IR 149"], raw) == "A\x1b$)C±èÿ" == _pydicoms(["", "ISO 2022 IR 149"], raw)


def test_bytes_that_do_not_decode_are_replaced() -> None:
    for term in ("ISO_IR 192", "GB18030", "ISO_IR 166", "ISO_IR 13"):
        assert _ours(term, b"\xff\xfe a") == _pydicoms([term], b"\xff\xfe a")


@pytest.mark.parametrize(
    ("terms", "raw", "parts"),
    [
        ("GB18030", b"\x81\\\\x", [b"\x81\\", b"x"]),
        ("GBK", b"\x81\\\\x", [b"\x81\\", b"x"]),
        ("ISO_IR 13", b"\x83\\\\x", [b"\x83\\", b"x"]),
        (["", "ISO 2022 IR 87"], b"\x1b$BP\\\x1b(B\\x", [b"\x1b$BP\\\x1b(B", b"x"]),
        ("ISO_IR 100", b"a\\b\\", [b"a", b"b", b""]),
        (None, b"a", [b"a"]),
    ],
)
def test_a_backslash_that_is_half_of_a_character_parts_nothing(terms: object, raw: bytes, parts: list[bytes]) -> None:
    assert CharacterSets.from_terms(terms).split_values(raw) == parts


@pytest.mark.parametrize(
    ("terms", "text"),
    [(None, "é"), ("ISO_IR 100", "王"), (["", "ISO 2022 IR 87"], "한"), ("ISO_IR 13", "山"), ("ISO_IR 192", "\ud800")],
)
def test_text_outside_the_sets_is_refused_without_showing_it(terms: object, text: str) -> None:
    with pytest.raises(CharacterSetError, match="ISO_IR 192") as caught:
        CharacterSets.from_terms(terms).encode(text, "PN")
    assert text not in str(caught.value)


def test_a_yen_sign_never_becomes_a_backslash() -> None:
    with pytest.raises(CharacterSetError):
        CharacterSets.from_terms(["ISO 2022 IR 13", "ISO 2022 IR 87"]).encode("¥100", "LO")


def test_a_set_that_nothing_switches_to_is_not_encoded_in() -> None:
    with pytest.raises(CharacterSetError):
        CharacterSets.from_terms(["ISO_IR 100", "big5"]).encode("兙", "LO")


def test_japanese_text_returns_to_the_first_set_of_g0() -> None:
    sets = CharacterSets.from_terms(["ISO 2022 IR 13", "ISO 2022 IR 87"])
    assert sets.encode("ﾔ=山a", "PN") == b"\xd4=\x1b$B;3\x1b(Ja"


def test_names_of_codecs_make_sets_too() -> None:
    sets = CharacterSets.from_encodings(["iso8859", "iso2022_jp"])
    assert sets.decode(b"\x1b$B;3\x1b(B", "PN") == "山"
    assert CharacterSets.from_encodings("latin_1").encode("é", "PN") == b"\xe9"
    assert CharacterSets.from_encodings(None).encodings == ("iso8859",)
    assert CharacterSets.from_encodings(["no such codec"]).encodings == ("iso8859",)


def test_sets_are_frozen_equal_by_their_codecs_and_picklable() -> None:
    sets = CharacterSets.from_terms("ISO_IR 100")
    with pytest.raises(AttributeError):
        sets.kind = "utf-8"
    with pytest.raises(AttributeError):
        del sets.kind
    assert sets == CharacterSets.from_terms(["ISO_IR 100"])
    assert sets != DEFAULT
    assert sets != "ISO_IR 100"
    assert hash(sets) == hash(CharacterSets.from_terms(["ISO_IR 100"]))
    assert pickle.loads(pickle.dumps(sets)) == sets == copy.deepcopy(sets)
    assert repr(sets) == "CharacterSets(latin_1)"


def test_the_table_of_terms_agrees_with_pydicoms() -> None:
    theirs = pydicom.charset.python_encoding
    assert {term: python_encoding[term] for term in theirs} == theirs
    assert sorted(set(python_encoding) - set(theirs)) == ["ISO 2022 IR 203", "ISO_IR 203"]
