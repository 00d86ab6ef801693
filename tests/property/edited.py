"""Edits of a data set, each done twice: to the data set of the library, and to a plain description of its bytes.

In: elements of ``dicom.testing.encoder``. Out: what the file has to be after the edits, byte for byte, by an encoder
that shares nothing with the library's writer: only the edited element, the lengths around it and the group lengths
that are present may be other bytes than before.
"""

from __future__ import annotations

import struct
from typing import Any

from hypothesis import strategies as st

from dicom.dataset import Dataset
from dicom.testing.encoder import (
    NUMBER_CODES,
    Element,
    Encoding,
    Item,
    Items,
    encode_element,
    encode_elements,
    encoding_of,
    padded,
)
from dicom.testing.strategies import PUBLIC_TAGS, SINGLE_VALUED, TEXT_VRS, values

#: Where the text of a value isn't split at a backslash, or is read as something else than text.
_SEVERAL = ("AE", "CS", "LO", "PN", "SH", "UI", "IS", "DS")
_BYTES = ("OB", "OD", "OF", "OL", "OV", "OW", "UN")


class Model:
    """The elements of one data set or item, in the order in which they stand; changed by edits."""

    def __init__(self, elements: tuple[Element, ...], undefined: bool = False) -> None:
        self.undefined = undefined
        self.elements: list[Element] = []
        self.items: dict[int, list[Model]] = {}
        #: Tags of what was edited at this level; of what was added and taken out again nothing is left.
        self.edited: set[int] = set()
        #: The encoding is another: all group lengths are right then.
        self.all_touched = False
        #: Every element that was read, also those that are deleted: one that is put in again takes its old place.
        self.places: list[int] = [element.tag for element in elements]
        for element in elements:
            self.elements.append(element)
            if isinstance(element.value, Items):
                self.items[element.tag] = [Model(item.elements, item.undefined_length) for item in element.value.items]

    def put(self, element: Element) -> None:
        """In the place of the one of its tag, or before the first that was read of a higher one."""
        self.remove(element.tag)
        self.edited.add(element.tag)
        made = {one.tag: one for one in (*self.elements, element)}
        order = list(self.places)
        for tag in sorted(made.keys() - set(self.places)):
            before = next((at for at, other in enumerate(order) if other > tag and other in self.places), len(order))
            order.insert(before, tag)
        self.elements = [made[tag] for tag in order if tag in made]

    def remove(self, tag: int) -> None:
        if tag in self.places:
            self.edited.add(tag)
        else:
            self.edited.discard(tag)
        self.elements = [element for element in self.elements if element.tag != tag]
        self.items.pop(tag, None)

    def changed_tags(self) -> set[int]:
        """Tags of what was edited at this level or within."""
        within = {tag for tag, items in self.items.items() if any(item.changed_tags() for item in items)}
        return self.edited | within

    def encoded(self, encoding: Encoding) -> bytes:
        """The bytes of all elements, group lengths of touched groups right, the others as they were."""
        out = b""
        length_at = None
        group = None
        for element in self.elements:
            if element.tag >> 16 != group:
                out = self._with_length(out, length_at, group, encoding)
                group, length_at = element.tag >> 16, None
            if element.tag in self.items:
                items = tuple(self._item(item, encoding) for item in self.items[element.tag])
                out += _sequence(element, items, encoding)
            else:
                out += encode_element(element, encoding)
            if element.tag & 0xFFFF == 0:
                length_at = len(out)
        return self._with_length(out, length_at, group, encoding)

    def _item(self, item: Model, encoding: Encoding) -> bytes:
        content = item.encoded(encoding)
        order = encoding.order
        if item.undefined:
            return (
                struct.pack(order + "HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
                + content
                + struct.pack(order + "HHI", 0xFFFE, 0xE00D, 0)
            )
        return struct.pack(order + "HHI", 0xFFFE, 0xE000, len(content)) + content

    def _with_length(self, out: bytes, at: int | None, group: int | None, encoding: Encoding) -> bytes:
        touched = self.all_touched or group in {tag >> 16 for tag in self.changed_tags()}
        if at is None or not touched:
            return out
        return out[: at - 4] + struct.pack(encoding.order + "I", len(out) - at) + out[at:]


def _sequence(element: Element, items: tuple[bytes, ...], encoding: Encoding) -> bytes:
    content = b"".join(items)
    length = 0xFFFFFFFF if element.undefined_length else len(content)
    # An OB of the same tag has the same header but for the two letters of its VR.
    header = encode_element(Element(element.tag, "SQ", b"", False, length), encoding)
    end = struct.pack(encoding.order + "HHI", 0xFFFE, 0xE0DD, 0) if element.undefined_length else b""
    return header + content + end


def written_value(vr: str, value: Any, encoding: Encoding) -> Any:
    """What a person assigns for a value as the encoder has it."""
    if vr in _BYTES:
        if isinstance(value, bytes):
            return value
        return struct.pack(f"{encoding.order}{len(value)}{NUMBER_CODES[vr]}", *value)
    if not isinstance(value, bytes):
        numbers = list(value)
        return numbers[0] if len(numbers) == 1 else numbers or None
    return value.decode("ascii")


@st.composite
def new_leaves(draw: st.DrawFn, vr: str, tag: int, encoding: Encoding) -> tuple[Element, Any]:
    """An element with a value that the rules of its VR allow: as it is encoded, and as it is assigned."""
    if vr in TEXT_VRS:
        text = draw(st.text("ABCxyz 0123-.,", max_size=12).map(str.strip))
        if vr == "PN":
            text = text.replace(" ", "^")
        if vr in _SEVERAL and draw(st.booleans()):
            text = "\\".join([text, "X", text])
        return Element(tag, vr, padded(text.encode())), text
    value: Any = draw(values(vr))
    if isinstance(value, bytes) and vr not in _BYTES and vr not in SINGLE_VALUED:
        # What stands behind the padding isn't part of the value.
        value = value.rstrip(b"\0 ") if vr == "UI" else value.rstrip(b" ")
        assigned = value.decode("ascii")
        value = padded(value, b"\0" if vr == "UI" else b" ")
        return Element(tag, vr, value), assigned
    return Element(tag, vr, value), written_value(vr, value, encoding)


def _data_sets(model: Model, dataset: Any) -> list[tuple[Model, Any]]:
    """Every data set in a data set, itself first, with its description."""
    found = [(model, dataset)]
    for tag, items in model.items.items():
        for at, item in enumerate(items):
            found += _data_sets(item, dataset[tag].value[at])
    return found


def edit_once(draw: Any, root: Model, dataset: Any, encoding: Encoding) -> str:
    """Draw one edit and do it to both sides; says what it was."""
    model, target = draw(st.sampled_from(_data_sets(root, dataset)))
    operations = ["add", "add a sequence"]
    leaves = [
        element
        for element in model.elements
        if element.tag not in model.items and element.tag & 0xFFFF and element.tag != 0x00080005
    ]
    settable = [element for element in leaves if element.tag >> 16 & 1 == 0]
    if settable:
        operations += ["set", "set"]
    listed = [e for e in settable if e.vr in NUMBER_CODES and e.vr not in _BYTES and len(e.value) > 1]
    if listed:
        operations += ["in place"]
    if leaves:
        operations += ["delete"]
    if model.items:
        operations += ["delete a sequence", "append", "change items"]
    chosen = draw(st.sampled_from(operations))
    if chosen == "set":
        old = draw(st.sampled_from(settable))
        element, value = draw(new_leaves(old.vr, old.tag, encoding))
        target[old.tag].value = value
        model.put(element)
    elif chosen == "in place":
        old = draw(st.sampled_from(listed))
        target[old.tag].value.reverse()
        target[old.tag].value.append(old.value[0])
        model.put(old._replace(value=(*old.value[::-1], old.value[0])))
    elif chosen == "delete":
        tag = draw(st.sampled_from(leaves)).tag
        del target[tag]
        model.remove(tag)
    elif chosen == "add":
        vr = draw(st.sampled_from(sorted(set(PUBLIC_TAGS) - {"SQ"})))
        tag = draw(st.sampled_from(PUBLIC_TAGS[vr]))
        element, value = draw(new_leaves(vr, tag, encoding))
        target.add_new(tag, vr, value)
        model.items.pop(tag, None)
        model.put(element)
    elif chosen == "add a sequence":
        tag = draw(st.sampled_from((0x00082112, 0x0040A043)))
        element, value = draw(new_leaves("SH", 0x00080100, encoding))
        target.add_new(tag, "SQ", [_made(value), Dataset()])
        model.put(Element(tag, "SQ", Items((Item((element,)), Item(())))))
        model.items[tag] = [Model((element,)), Model(())]
    elif chosen == "delete a sequence":
        tag = draw(st.sampled_from(sorted(model.items)))
        del target[tag]
        model.remove(tag)
    elif chosen == "append":
        tag = draw(st.sampled_from(sorted(model.items)))
        element, value = draw(new_leaves("SH", 0x00080100, encoding))
        target[tag].value.append(_made(value))
        model.items[tag].append(Model((element,)))
        model.edited.add(tag)
    else:
        tag = draw(st.sampled_from(sorted(model.items)))
        sequence, items = target[tag].value, model.items[tag]
        model.edited.add(tag)
        if draw(st.booleans()) or not items:
            sequence.reverse()
            items.reverse()
        else:
            at = draw(st.integers(0, len(items) - 1))
            del sequence[at]
            del items[at]
    return chosen


def _made(value: Any) -> Dataset:
    item = Dataset()
    item.add_new(0x00080100, "SH", value)
    return item


def with_group_lengths(draw: Any, elements: list[Element], encoding: Encoding, *, right: bool) -> list[Element]:
    """The elements with lengths of some of their groups; right ones, or made up."""
    groups = sorted({element.tag >> 16 for element in elements})
    chosen = draw(st.sets(st.sampled_from(groups))) if groups else set()
    made = list(elements)
    for group in sorted(chosen):
        at = next(at for at, element in enumerate(made) if element.tag >> 16 == group)
        content = encode_elements([element for element in made if element.tag >> 16 == group], encoding)
        made.insert(at, Element(group << 16, "UL", (len(content) if right else draw(st.integers(0, 2**32 - 1)),)))
    return made


def expected_file(head: bytes, model: Model, transfer_syntax: str, trailing: bytes) -> bytes:
    """What stands before the data set, and the data set after the edits; not deflated."""
    return head + model.encoded(encoding_of(transfer_syntax)) + trailing


__all__ = ["Model", "edit_once", "expected_file", "new_leaves", "with_group_lengths"]
