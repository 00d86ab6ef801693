"""What is written is what was read, but for what was edited and the lengths around it; and reading gives it back."""

from __future__ import annotations

import io
import warnings
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import dicom
from dicom.dataset import Dataset
from dicom.testing.encoder import (
    DEFLATED,
    IMPLICIT_LITTLE,
    Element,
    Items,
    deflate,
    encode_elements,
    encode_meta,
    encoding_of,
    padded,
)
from dicom.testing.strategies import PUBLIC_TAGS, TRANSFER_SYNTAXES, GeneratedFile, data_sets, elements, files
from dicom.testing.text import CHARACTER_SETS, DEFAULT, CharacterSet
from tests.parity.compare import describe, describe_file

from .edited import Model, edit_once, expected_file, new_leaves, with_group_lengths

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
SOME = settings(MANY, max_examples=20)

#: Character sets that aren't a code extension: their text is encoded in one way only.
PLAIN = [chosen for chosen in CHARACTER_SETS if "2022" not in chosen.term and chosen.term != "ISO_IR 13"]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def written(dataset: Any, **options: Any) -> bytes:
    target = io.BytesIO()
    dicom.write(dataset, target, **options)
    return target.getvalue()


def head_of(transfer_syntax: str) -> bytes:
    """All that stands before the data set."""
    return bytes(128) + b"DICM" + encode_meta(transfer_syntax)


def file_of(body: bytes, transfer_syntax: str) -> bytes:
    return head_of(transfer_syntax) + (deflate(body) if transfer_syntax == DEFLATED else body)


def comparable(data: bytes, transfer_syntax: str) -> bytes:
    """The file, its data set inflated: how well something is deflated is no matter."""
    if transfer_syntax != DEFLATED:
        return data
    head = head_of(transfer_syntax)
    assert data[: len(head)] == head
    return head + zlib.decompress(data[len(head) :], -zlib.MAX_WBITS)


def drawn_elements(made: GeneratedFile, data: st.DataObject) -> tuple[list[Element], bytes]:
    """The elements in any order, or with group lengths, right and wrong ones; and bytes that follow them."""
    encoding = encoding_of(made.transfer_syntax)
    chosen = list(made.elements)
    if data.draw(st.booleans()):
        chosen = data.draw(st.permutations(chosen))
    else:
        chosen = with_group_lengths(data.draw, chosen, encoding, right=data.draw(st.booleans()))
    return chosen, data.draw(st.sampled_from((b"", b"", b"\0", b"\0" * 7)))


@pytest.mark.parametrize("transfer_syntax", TRANSFER_SYNTAXES)
def test_only_what_was_edited_is_written_anew(transfer_syntax: str) -> None:
    @MANY
    @given(made=files(transfer_syntax), data=st.data())
    def check(made: GeneratedFile, data: st.DataObject) -> None:
        encoding = encoding_of(transfer_syntax)
        chosen, trailing = drawn_elements(made, data)
        file = file_of(encode_elements(chosen, encoding) + trailing, transfer_syntax)
        dataset = dicom.read(file)
        assert written(dataset) == file
        model = Model(tuple(chosen))
        for _ in range(data.draw(st.integers(1, 4))):
            note(edit_once(data.draw, model, dataset, encoding))
        expected = expected_file(head_of(transfer_syntax), model, transfer_syntax, trailing)
        assert comparable(written(dataset), transfer_syntax) == expected
        # Writing is no edit, and a copy is written as what it is a copy of.
        assert comparable(written(dataset.copy()), transfer_syntax) == expected

    check()


@pytest.mark.parametrize("after", TRANSFER_SYNTAXES)
@pytest.mark.parametrize("before", TRANSFER_SYNTAXES)
def test_another_transfer_syntax_is_the_same_elements_encoded_so(before: str, after: str) -> None:
    @SOME
    @given(made=files(before), data=st.data())
    def check(made: GeneratedFile, data: st.DataObject) -> None:
        chosen, trailing = drawn_elements(made, data)
        dataset = dicom.read(file_of(encode_elements(chosen, encoding_of(before)) + trailing, before))
        dataset.file_meta.TransferSyntaxUID = after
        changed = encoding_of(before) != encoding_of(after)
        model = Model(tuple(taken_over(element, before) for element in chosen) if changed else tuple(chosen))
        model.all_touched = changed
        for _ in range(data.draw(st.integers(0, 2))):
            note(edit_once(data.draw, model, dataset, encoding_of(after)))
        expected = expected_file(head_of(after), model, after, trailing)
        assert comparable(written(dataset), after) == expected

    check()


def taken_over(element: Element, before: str) -> Element:
    """What is known of an element that is taken to another encoding: of implicit private ones no VR."""
    if before == IMPLICIT_LITTLE and element.tag >> 16 & 1 and element.tag & 0xFFFF > 0xFF:
        return element._replace(vr="UN", value=encode_elements([element], encoding_of(before))[8:])
    return element


@MANY
@given(files())
def test_what_was_written_reads_as_what_was_read(made: GeneratedFile) -> None:
    dataset = dicom.read(made.data)
    for element in dataset.iterall():
        _ = element.value
    again = dicom.read(written(dataset))
    assert describe_file(again) == describe_file(dicom.read(made.data))
    assert again == dataset


@pytest.mark.parametrize("transfer_syntax", TRANSFER_SYNTAXES)
def test_writing_again_what_was_written_changes_nothing(transfer_syntax: str) -> None:
    @SOME
    @given(made=files(), data=st.data())
    def check(made: GeneratedFile, data: st.DataObject) -> None:
        dataset = dicom.read(made.data)
        model = Model(made.elements)
        for _ in range(data.draw(st.integers(0, 3))):
            edit_once(data.draw, model, dataset, encoding_of(transfer_syntax))
        dataset.file_meta.TransferSyntaxUID = transfer_syntax
        once = written(dataset)
        assert written(dicom.read(once)) == once
        # Whether it is converted in one step or in two is the same.
        target = dicom.read(once)
        target.file_meta.TransferSyntaxUID = transfer_syntax
        assert comparable(written(target), transfer_syntax) == comparable(once, transfer_syntax)

    check()


@pytest.mark.parametrize("chosen", CHARACTER_SETS, ids=lambda chosen: chosen.term or "none")
def test_text_is_the_same_in_unicode(chosen: CharacterSet) -> None:
    @SOME
    @given(made=data_sets(chosen), transfer_syntax=st.sampled_from(TRANSFER_SYNTAXES))
    def check(made: tuple[Element, ...], transfer_syntax: str) -> None:
        dataset = dicom.read(file_of(encode_elements(made, encoding_of(transfer_syntax)), transfer_syntax))
        before = texts_of(dataset)
        dataset.SpecificCharacterSet = "ISO_IR 192"
        again = dicom.read(written(dataset))
        assert texts_of(again) == before
        # And back: the text is what counts, for escape sequences have some freedom.
        if chosen.term:
            again.SpecificCharacterSet = chosen.term.split("\\")
            assert texts_of(dicom.read(written(again))) == before

    check()


@pytest.mark.parametrize("chosen", PLAIN, ids=lambda chosen: chosen.term or "none")
def test_only_text_changes_with_the_character_set(chosen: CharacterSet) -> None:
    @SOME
    @given(made=files(character_sets=[chosen]))
    def check(made: GeneratedFile) -> None:
        named = {0x00080005: Element(0x00080005, "CS", b"ISO_IR 192")}
        # In text of an unknown VR nobody knows where a letter begins.
        private_is_known = made.transfer_syntax != IMPLICIT_LITTLE
        wanted = {element.tag: in_unicode(element, chosen, private_is_known) for element in made.elements} | named
        body = encode_elements([wanted[tag] for tag in sorted(wanted)], encoding_of(made.transfer_syntax))
        dataset = dicom.read(made.data)
        dataset.SpecificCharacterSet = "ISO_IR 192"
        expected = head_of(made.transfer_syntax) + body
        assert comparable(written(dataset), made.transfer_syntax) == expected

    check()


def in_unicode(element: Element, chosen: CharacterSet, private_is_known: bool) -> Element:
    """The element with its text in UTF-8."""
    if isinstance(element.value, Items):
        items = tuple(
            item._replace(elements=tuple(in_unicode(inner, chosen, private_is_known) for inner in item.elements))
            for item in element.value.items
        )
        return element._replace(value=Items(items))
    is_known = private_is_known or element.tag >> 16 & 1 == 0
    if element.vr not in ("LO", "LT", "PN", "SH", "ST", "UC", "UT") or not isinstance(element.value, bytes):
        return element
    if element.value.isascii() or not is_known:
        return element
    return element._replace(value=padded(element.value.decode(chosen.codec).rstrip(" ").encode()))


def texts_of(dataset: Any) -> dict[str, Any]:
    """All values but Specific Character Set."""
    described = describe(dataset)
    return {place: what for place, what in described.items() if "(0008,0005)" not in place}


@pytest.mark.parametrize("transfer_syntax", TRANSFER_SYNTAXES)
def test_a_data_set_made_in_memory_is_encoded_as_the_standard_has_it(transfer_syntax: str) -> None:
    encoding = encoding_of(transfer_syntax)

    @MANY
    @given(data=st.data(), vrs=st.lists(st.sampled_from(sorted(set(PUBLIC_TAGS) - {"SQ"})), max_size=8))
    def check(data: st.DataObject, vrs: list[str]) -> None:
        dataset = Dataset()
        made = {}
        for vr in vrs:
            tag = data.draw(st.sampled_from(PUBLIC_TAGS[vr]))
            made[tag], value = data.draw(new_leaves(vr, tag, encoding))
            dataset.add_new(tag, vr, value)
        dataset.ensure_file_meta()
        dataset.file_meta.TransferSyntaxUID = transfer_syntax
        body = encode_elements([made[tag] for tag in sorted(made)], encoding)
        found = written(dataset)
        uid = encode_elements(
            [Element(0x00020010, "UI", padded(transfer_syntax.encode(), b"\0"))], encoding_of("1.2.840.10008.1.2.1")
        )
        assert found[: len(uid)] == uid
        found = found[len(uid) :]
        assert (zlib.decompress(found, -zlib.MAX_WBITS) if transfer_syntax == DEFLATED else found) == body

    check()


@MANY
@given(element=elements("SQ", DEFAULT, 4), data=st.data())
def test_items_keep_their_bytes_wherever_they_are_moved(element: Element, data: st.DataObject) -> None:
    first = dicom.read(file_of(encode_elements([element], encoding_of(IMPLICIT_LITTLE)), IMPLICIT_LITTLE))
    second = Dataset()
    second.ensure_file_meta()
    second.file_meta.TransferSyntaxUID = IMPLICIT_LITTLE
    second[element.tag] = first[element.tag]
    body = encode_elements([element], encoding_of(IMPLICIT_LITTLE))
    assert written(second).endswith(body)
    order = data.draw(st.permutations(range(len(first[element.tag].value))))
    assert isinstance(element.value, Items)
    moved = element._replace(value=Items(tuple(element.value.items[at] for at in order)))
    first[element.tag].value = [first[element.tag].value[at] for at in order]
    found = dicom.read(written(first))
    assert describe(found) == describe(
        dicom.read(file_of(encode_elements([moved], encoding_of(IMPLICIT_LITTLE)), IMPLICIT_LITTLE))
    )
