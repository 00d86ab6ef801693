"""Elements by their tags: the dictionary side of a data set.

In: tags in any spelling, elements. Out: elements in the order of their tags. The table that was read and the edits
laid over it live in the base class of the core, which knows them from what was read.
"""

from __future__ import annotations

from dicom._core import DatasetBase, ElementBase, dictionary_private_attribute
from dicom.dictionary import dictionary_VR
from dicom.tag import BaseTag, Tag

from .element import DataElement
from .keyword import tag_for_key, warn_unknown_key
from .sequence import Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterator, KeysView, ValuesView
    from typing import Any, Self, overload

    from dicom.tag import TagType

    from .keyword_types import Dataset

_NOT_GIVEN = object()


class ElementStore(DatasetBase):
    """Data Elements by tag. A key is a tag in any spelling: an int, (group, element), hexadecimal text, a keyword."""

    __hash__ = None  # type: ignore[assignment]  # a data set changes, so it can't be a key

    # --- one element -------------------------------------------------------------------------------------------------

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, key: TagType, /) -> DataElement: ...
        @overload
        def __getitem__(self, key: slice, /) -> Dataset: ...

    def __getitem__(self, key: Any) -> Any:
        """The element of a key, or a data set of the elements that a slice of tags takes.

        Raises
        ------
        KeyError
            There is no such element, or `key` spells no tag.
        """
        if isinstance(key, slice):
            return self._slice(key)
        try:
            tag = tag_for_key(key)
        except (ValueError, OverflowError, TypeError) as error:
            raise KeyError(f"{key!r} is neither a tag nor a keyword") from error
        element = self._element(tag)
        if element is None:
            raise KeyError(BaseTag(tag))
        return element

    def __setitem__(self, key: Any, element: DataElement) -> None:
        """Put `element` in the place of the key, which has to spell its tag.

        Raises
        ------
        TypeError
            `element` is no DataElement.
        ValueError
            `key` spells another tag, or none.
        """
        if isinstance(key, slice):
            raise NotImplementedError("a slice of a data set can be read and deleted, but not set")
        if not isinstance(element, ElementBase):
            raise TypeError(f"a data set holds DataElement instances, not {type(element).__name__}")
        tag = tag_for_key(key)
        if tag != element.tag:
            raise ValueError(f"the key {BaseTag(tag)} is not the tag of the element, {element.tag}")
        self._put(tag, element)

    def _put(self, tag: int, element: DataElement) -> None:
        if tag & 0x10000 and element.private_creator is None:
            element.private_creator = _creator_of(self, tag)
        if element.VR == "SQ" and isinstance(element.value, Sequence):
            element.value.parent_dataset = self  # type: ignore[assignment]
        self._set_element(tag, element)

    def __delitem__(self, key: Any) -> None:
        """Take out the element of a key, or all that a slice of tags takes.

        Raises
        ------
        KeyError
            There is no such element.
        ValueError
            `key` spells no tag.
        """
        if isinstance(key, slice):
            for tag in self._tags_in(key):
                self._take_out(tag)
        elif not self._take_out(tag := tag_for_key(key)):
            raise KeyError(BaseTag(tag))

    def _take_out(self, tag: int) -> bool:
        return self._delete_element(tag)

    def __contains__(self, key: object) -> bool:
        """Whether there is an element of that key; a key that spells no tag is a warning."""
        try:
            tag = tag_for_key(key)
        except (ValueError, OverflowError, TypeError):
            warn_unknown_key(key)
            return False
        return self._has(tag)

    def get_item(self, key: Any, *, keep_deferred: bool = False) -> Any:
        """The element of a key; None when there is none.

        What was read and not looked at yet is given as a `RawDataElement`, with its bytes as they stand in the file.
        With `keep_deferred` those of a value that `read` was told to leave in the file are not fetched.
        """
        if isinstance(key, slice):
            return self._slice(key)
        element = self._element(tag_for_key(key))
        if element is None:
            return None
        from .raw import raw_element

        return raw_element(self, element, keep_deferred)

    def add(self, data_element: DataElement) -> None:
        """Put in an element, in the place of the one with its tag."""
        self[data_element.tag] = data_element

    def add_new(self, tag: TagType, VR: str, value: Any) -> None:
        """Put in a new element made from a tag, a VR and a value."""
        self.add(DataElement(tag, VR, value))

    # --- many elements -----------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[DataElement]:
        """The elements in the order of their tags."""
        return iter(self._all_elements())

    def elements(self) -> Iterator[DataElement]:
        """The elements in the order of their tags, their values not decoded yet if they were read."""
        return iter(self._all_elements())

    def keys(self) -> KeysView[BaseTag]:
        """The tags in ascending order, as they stand now."""
        return dict.fromkeys(map(BaseTag, self._tags())).keys()

    def values(self) -> ValuesView[DataElement]:
        """The elements in the order of their tags, as they stand now."""
        return {element.tag: element for element in self}.values()

    def items(self) -> ItemsView[BaseTag, DataElement]:
        """Tags and elements in the order of the tags, as they stand now."""
        return {element.tag: element for element in self}.items()

    def pop(self, key: Any, *default: Any) -> Any:
        """Take an element out and give it; `default` when it isn't there.

        Raises
        ------
        KeyError
            There is no such element, and no default was given.
        """
        if len(default) > 1:
            raise TypeError(f"pop takes a key and at most one default, not {len(default)}")
        try:
            tag = tag_for_key(key)
        except (ValueError, OverflowError, TypeError):
            if default:
                return default[0]
            raise KeyError(key) from None
        element = self._element(tag)
        if element is None:
            if default:
                return default[0]
            raise KeyError(BaseTag(tag))
        self._take_out(tag)
        return element

    def popitem(self) -> tuple[BaseTag, DataElement]:
        """Take out the last element in the order of the tags, and give its tag and it.

        Raises
        ------
        KeyError
            The data set is empty.
        """
        tags = self._tags()
        if not tags:
            raise KeyError("popitem(): the data set is empty")
        tag = BaseTag(tags[-1])
        return tag, self.pop(tag)

    def setdefault(self, key: Any, default: Any = None) -> DataElement:
        """The element of a key; if there is none, `default` is put in first.

        `default` is a DataElement, or a value for the VR that the dictionary has for the tag (of a private element that
        it doesn't know: LO for a creator, else UN).
        """
        tag = Tag(tag_for_key(key))
        element: DataElement | None = self._element(tag)
        if element is None:
            if not isinstance(default, ElementBase):
                default = DataElement(tag, self._default_vr(tag), default)
            self[tag] = element = default
        return element

    def _default_vr(self, tag: BaseTag) -> str:
        if not tag.is_private:
            return dictionary_VR(tag)
        creator = _creator_of(self, tag)
        if creator is not None and (entry := dictionary_private_attribute(creator, tag)) is not None:
            return entry[0]
        return "UN" if tag & 0xFF00 else "LO"

    def clear(self) -> None:
        """Take out all elements."""
        self._clear()

    # --- parts -------------------------------------------------------------------------------------------------------

    def _tags_in(self, part: slice) -> list[int]:
        start = 0 if part.start is None else tag_for_key(part.start)
        stop = 1 << 32 if part.stop is None else tag_for_key(part.stop)
        return [tag for tag in self._tags() if start <= tag < stop][:: part.step]

    def _slice(self, part: slice) -> Dataset:
        return self._part(self._tags_in(part))

    def _part(self, tags: list[int]) -> Dataset:
        """A data set with the elements of `tags`: the elements themselves, so a change shows in both."""
        part: Dataset = self._empty_part()
        for tag in tags:
            element = self._element(tag)
            if element is not None:
                part._set_element(tag, element)
        return part

    def _empty_part(self) -> Any:
        return ElementStore()

    def group_dataset(self, group: int) -> Dataset:
        """A data set with the elements of one group."""
        return self._part([tag for tag in self._tags() if tag >> 16 == group])

    # --- comparing ---------------------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, ElementStore):
            return NotImplemented
        tags = self._tags()
        return tags == other._tags() and all(self._element(tag) == other._element(tag) for tag in tags)

    # --- copies ------------------------------------------------------------------------------------------------------

    def _copy_elements_into(self, twin: Self, memo: dict[int, Any]) -> None:
        """Give `twin` all elements: the bytes that were read are shared, what was edited is copied."""
        from copy import deepcopy

        self._share_with(twin)
        for tag in self._edited_tags():
            element = deepcopy(self._element(tag), memo)
            if isinstance(element._value, Sequence):
                element._value.parent_dataset = twin  # type: ignore[assignment]
            twin._set_element(tag, element)


def _creator_of(dataset: DatasetBase, tag: int) -> str | None:
    """The creator that reserved the block of a private tag; None for a public tag, a creator or a stray element."""
    if not tag & 0x10000 or tag & 0xFFFF < 0x1000:
        return None
    element = dataset._element(tag & 0xFFFF0000 | tag >> 8 & 0xFF)
    return None if element is None or not isinstance(element.value, str) else element.value
