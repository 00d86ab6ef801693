"""Text is encoded in the character set that governs it: of the data set, of the item, of the one around it."""

from __future__ import annotations

import io
from typing import Any

import pytest

import dicom
from dicom.charset import CharacterSets
from dicom.dataset import Dataset
from dicom.dataset.write import encode
from dicom.errors import CharacterSetError, ValueRepresentationError, WriteError
from dicom.testing.encoder import (
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    UNDEFINED_LENGTH,
    Element,
    Encoding,
    Item,
    Items,
    encode_elements,
    encode_file,
    padded,
)

NAME = "Müller^Ä"
LATIN = NAME.encode("latin-1")
UTF8 = NAME.encode()


def written(dataset: Any) -> bytes:
    target = io.BytesIO()
    dicom.write(dataset, target)
    return target.getvalue()


def charset(term: str) -> Element:
    return Element(0x00080005, "CS", padded(term.encode()))


def file_of(term: str, name: bytes, *more: Element, transfer_syntax: str = EXPLICIT_LITTLE) -> bytes:
    elements = [charset(term), *more, Element(0x00100010, "PN", padded(name)), Element(0x00102160, "SH", b"abc ")]
    return encode_file(elements, transfer_syntax)


def nested(*elements: Element, undefined: bool = False) -> Element:
    return Element(0x00081140, "SQ", Items((Item(elements, undefined),)), undefined)


MULTIPLE_BYTES: list[tuple[str | list[str], str, bytes]] = [
    ("ISO_IR 192", "山田^太郎=やまだ", "山田^太郎=やまだ".encode()),
    ("GB18030", "Wang^XiaoDong=王^小东=", "Wang^XiaoDong=王^小东".encode("gb18030")),
    ("GBK", "Wang=王^小东", "Wang=王^小东".encode("gbk")),
    ("ISO_IR 13", "ﾔﾏﾀﾞ^ﾀﾛｳ", "ﾔﾏﾀﾞ^ﾀﾛｳ".encode("shift_jis")),
    ("ISO_IR 144", "Люкceмбypг", "Люкceмбypг".encode("iso8859-5")),
    (
        ["", "ISO 2022 IR 87"],
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
        b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
    ),
    (
        ["", "ISO 2022 IR 149"],
        "Hong^Gildong=洪^吉洞=홍^길동",
        b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
    ),
    (
        ["ISO 2022 IR 13", "ISO 2022 IR 87"],
        "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎",
        b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J",
    ),
]


@pytest.mark.parametrize(("term", "name", "expected"), MULTIPLE_BYTES, ids=lambda one: str(one)[:24])
def test_names_in_each_character_set(term: Any, name: str, expected: bytes) -> None:
    """The encodings are those of the examples in PS3.5 annexes H, I and J."""
    dataset = Dataset()
    dataset.SpecificCharacterSet = term
    dataset.PatientName = name
    made = encode(dataset, implicit_vr=True, little_endian=True)
    assert made.endswith(b"\x10\0\x10\0" + len(padded(expected)).to_bytes(4, "little") + padded(expected))
    again = dicom.read(made, force=True)
    assert str(again.PatientName) == name.rstrip("=")


@pytest.mark.parametrize("vr", ["LO", "LT", "PN", "SH", "ST", "UC", "UT"])
def test_each_vr_with_a_character_set(vr: str) -> None:
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.add_new(0x00091001, vr, "äé")
    assert encode(dataset, implicit_vr=False, little_endian=True).endswith("äé".encode())


def test_without_a_character_set_there_is_the_default_repertoire() -> None:
    dataset = Dataset()
    dataset.PatientName = "Muller"
    assert encode(dataset, implicit_vr=True, little_endian=True).endswith(b"Muller")
    dataset.PatientName = NAME
    with pytest.raises(CharacterSetError, match="PatientName"):
        encode(dataset, implicit_vr=True, little_endian=True)


def test_encode_takes_the_character_set_of_the_data_set_around() -> None:
    item = Dataset()
    item.PatientName = NAME
    sets = CharacterSets.from_terms("ISO_IR 100")
    assert encode(item, implicit_vr=True, little_endian=True, character_sets=sets).endswith(padded(LATIN))
    item.SpecificCharacterSet = "ISO_IR 192"
    assert encode(item, implicit_vr=True, little_endian=True, character_sets=sets).endswith(padded(UTF8))


# --- another character set -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transfer_syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG])
@pytest.mark.parametrize("undefined", [False, True])
def test_a_change_brings_the_text_at_all_depths_into_the_new_set(undefined: bool, transfer_syntax: str) -> None:
    def made(term: str, name: bytes) -> bytes:
        inner = nested(Element(0x00100010, "PN", padded(name)), undefined=undefined)
        return file_of(term, name, nested(inner, undefined=undefined), transfer_syntax=transfer_syntax)

    for asked_first in (False, True):
        dataset = dicom.read(made("ISO_IR 100", LATIN))
        if asked_first:
            assert dataset.ReferencedImageSequence[0].ReferencedImageSequence[0].PatientName == NAME
        dataset.SpecificCharacterSet = "ISO_IR 192"
        assert written(dataset) == made("ISO_IR 192", UTF8)


def test_an_item_with_a_character_set_of_its_own_keeps_it() -> None:
    own = nested(charset("ISO_IR 144"), Element(0x00100010, "PN", "Люк ".encode("iso8859-5")))
    dataset = dicom.read(file_of("ISO_IR 100", LATIN, own))
    dataset.SpecificCharacterSet = "ISO_IR 192"
    assert written(dataset) == file_of("ISO_IR 192", UTF8, own)


def test_a_change_in_an_item_stays_in_the_item() -> None:
    inner = Element(0x00100010, "PN", padded(LATIN))
    dataset = dicom.read(file_of("ISO_IR 100", LATIN, nested(inner)))
    dataset.ReferencedImageSequence[0].SpecificCharacterSet = "ISO_IR 192"
    expected = nested(charset("ISO_IR 192"), inner._replace(value=padded(UTF8)))
    assert written(dataset) == file_of("ISO_IR 100", LATIN, expected)


def test_an_item_that_loses_its_own_set_has_that_around_it() -> None:
    own = nested(charset("ISO_IR 192"), Element(0x00100010, "PN", padded(UTF8)))
    dataset = dicom.read(file_of("ISO_IR 100", LATIN, own))
    del dataset.ReferencedImageSequence[0].SpecificCharacterSet
    assert written(dataset) == file_of("ISO_IR 100", LATIN, nested(Element(0x00100010, "PN", padded(LATIN))))


def test_ascii_text_keeps_its_bytes_padding_and_all() -> None:
    odd = Element(0x00080070, "LO", b"  ab\0\0")
    dataset = dicom.read(file_of("ISO_IR 100", LATIN, odd))
    dataset.SpecificCharacterSet = "ISO_IR 192"
    assert written(dataset) == file_of("ISO_IR 192", UTF8, odd)


def test_another_name_of_the_same_set_changes_that_element_alone() -> None:
    dataset = dicom.read(file_of("ISO 2022 IR 100", LATIN))
    dataset.SpecificCharacterSet = "ISO_IR 100"
    assert written(dataset) == file_of("ISO_IR 100", LATIN)


def test_what_the_new_set_lacks_raises_and_the_target_stays() -> None:
    dataset = dicom.read(file_of("ISO_IR 100", LATIN, nested(Element(0x00100010, "PN", padded(LATIN)))))
    for change in ("ISO_IR 144", None):
        if change is None:
            del dataset.SpecificCharacterSet
        else:
            dataset.SpecificCharacterSet = change
        target = io.BytesIO()
        with pytest.raises(CharacterSetError, match=r"PatientName \(0010,0010\)") as caught:
            dicom.write(dataset, target)
        assert (target.getvalue(), "ller" in str(caught.value)) == (b"", False)


def test_text_that_is_none_in_its_own_set_is_not_brought_into_another() -> None:
    for vr, tag in (("LO", 0x00100020), ("PN", 0x00100010)):
        data = encode_file((charset("ISO_IR 192"), Element(tag, vr, b"M\xff\xfell ")))
        dataset = dicom.read(data)
        assert written(dataset) == data
        for term in ("ISO_IR 100", "GB18030"):
            dataset.SpecificCharacterSet = term
            with pytest.raises(WriteError, match="declared in"):
                written(dataset)


def test_a_set_that_is_none_is_refused() -> None:
    dataset = dicom.read(file_of("ISO_IR 100", LATIN))
    for terms in ("ISO_IR 999", ["ISO 2022 IR 6", "ISO_IR 999"]):
        dataset.SpecificCharacterSet = terms
        with pytest.raises(ValueRepresentationError, match="SpecificCharacterSet"):
            written(dataset)


def test_a_change_to_code_extensions_and_back() -> None:
    name = "Hong^Gildong=洪^吉洞=홍^길동"
    dataset = dicom.read(file_of("ISO_IR 192", name.encode(), nested(Element(0x00100010, "PN", padded(name.encode())))))
    dataset.SpecificCharacterSet = ["", "ISO 2022 IR 149"]
    korean = dicom.read(written(dataset))
    assert korean.PatientName == korean.ReferencedImageSequence[0].PatientName == name
    korean.SpecificCharacterSet = "ISO_IR 192"
    assert dicom.read(written(korean)).PatientName == name


IMPLICIT = Encoding(explicit=False, little=True)
INNER = encode_elements((nested(Element(0x00100010, "PN", padded(LATIN))),), IMPLICIT)[8:]
END = bytes.fromhex("feffdde000000000")
WITHIN_UN = {
    "text": (Element(0x00100010, "UN", padded(LATIN)),),
    "a sequence of defined length": (Element(0x00081140, "UN", INNER),),
    "a sequence of undefined length": (Element(0x00081140, "UN", INNER + END, False, UNDEFINED_LENGTH),),
    "a private sequence": (
        Element(0x00090010, "LO", b"TEST CREATOR"),
        Element(0x00091001, "UN", INNER + END, False, UNDEFINED_LENGTH),
    ),
}


def names_in(dataset: Any) -> list[str]:
    return [str(element.value) for element in dataset.iterall() if element.tag == 0x00100010]


@pytest.mark.parametrize("case", WITHIN_UN)
@pytest.mark.parametrize("transfer_syntax", [None, IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG])
def test_text_within_un_goes_along(case: str, transfer_syntax: str | None) -> None:
    dataset = dicom.read(encode_file((charset("ISO_IR 100"), *WITHIN_UN[case])))
    dataset.SpecificCharacterSet = "ISO_IR 192"
    if transfer_syntax is not None:
        dataset.file_meta.TransferSyntaxUID = transfer_syntax
    made = written(dataset)
    assert names_in(dicom.read(made)) == [NAME]
    assert LATIN not in made


# --- of another data set ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transfer_syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG])
@pytest.mark.parametrize("asked_first", [False, True])
def test_text_of_another_data_set_is_brought_into_the_set_of_this_one(asked_first: bool, transfer_syntax: str) -> None:
    inner = Element(0x00100010, "PN", padded(LATIN))
    source = dicom.read(file_of("ISO_IR 100", LATIN, nested(inner), transfer_syntax=EXPLICIT_BIG))
    if asked_first:
        assert str(source)
    target = dicom.read(encode_file((charset("ISO_IR 192"),), transfer_syntax))
    target["PatientName"] = source["PatientName"]
    target["ReferencedImageSequence"] = source["ReferencedImageSequence"]
    made = written(target)
    body = [charset("ISO_IR 192"), nested(inner._replace(value=UTF8)), Element(0x00100010, "PN", padded(UTF8))]
    assert made == encode_file(body, transfer_syntax)
    assert written(source) == file_of("ISO_IR 100", LATIN, nested(inner), transfer_syntax=EXPLICIT_BIG)


@pytest.mark.parametrize("how", ["assigned", "appended", "in a new list"])
def test_an_item_of_another_data_set(how: str) -> None:
    inner = Element(0x00100010, "PN", padded(LATIN))
    source = dicom.read(file_of("ISO_IR 100", LATIN, nested(inner)))
    target = dicom.read(encode_file((charset("ISO_IR 192"), Element(0x00081140, "SQ", Items((Item(()),))))))
    item = source.ReferencedImageSequence[0]
    if how == "assigned":
        target.ReferencedImageSequence[0] = item
    elif how == "appended":
        target.ReferencedImageSequence.append(item)
    else:
        target.ReferencedImageSequence = [item]
    again = dicom.read(written(target))
    assert again.ReferencedImageSequence[-1].PatientName == NAME


def test_what_the_other_set_lacks_raises() -> None:
    source = dicom.read(file_of("ISO_IR 100", LATIN))
    target = dicom.read(encode_file((charset("ISO_IR 144"),)))
    target["PatientName"] = source["PatientName"]
    with pytest.raises(CharacterSetError):
        written(target)


def test_an_item_that_stands_alone_has_no_set_to_inherit() -> None:
    source = dicom.read(file_of("ISO_IR 100", LATIN, nested(Element(0x00100010, "PN", padded(LATIN)))))
    item = source.ReferencedImageSequence[0]
    with pytest.raises(CharacterSetError):
        encode(item, implicit_vr=True, little_endian=True)
    item.PatientName = "Ascii"
    assert encode(item, implicit_vr=True, little_endian=True) == b"\x10\0\x10\0\6\0\0\0Ascii "
