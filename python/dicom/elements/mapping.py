"""The data set without pixels and files: elements by keyword, text, copies, private blocks, encoding.

In: attributes, tags, elements. Out: values, elements, lines of text. Floors 2 to 4 work on `ElementMapping`; what needs
pixels or files is added above, in `dicom.dataset`. What reading values doesn't need is imported by the methods that do.
"""

from __future__ import annotations

from dicom.dictionary import dictionary_VR, keyword_for_tag, repeater_has_keyword, tag_for_keyword
from dicom.errors import ValueRepresentationError

from .element import DataElement
from .keyword import tag_for_name, warn_unknown_name
from .origin import ElementOrigin
from .sequence import Sequence
from .store import ElementStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _weakref import ref
    from collections.abc import Callable, Iterator
    from typing import Any, Self, TypeVar, overload

    from .changes import Change
    from .keyword_types import Dataset
    from .keywords import Keywords
    from .private import PrivateBlock

    _T = TypeVar("_T")

    # Type checkers read there which type each keyword has.
    class _Elements(Keywords, ElementOrigin): ...
else:
    _Elements = ElementOrigin

# Attributes of one object that a copy or a pickle must not take along.
_NOT_COPIED = frozenset(("_pixels", "_frames"))


class ElementMapping(_Elements):
    """Data Elements by keyword as attributes, and by tag as items."""

    default_element_format: str = "%(tag)s %(name)-35.35s %(VR)s: %(repval)s"
    default_sequence_element_format: str = "%(tag)s %(name)-35.35s %(VR)s: %(repval)s"
    indent_chars: str = "   "

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take over the elements of the first argument, a data set or a dict of tags to elements."""
        if args and args[0] is not None:
            self._take_over(args[0])

    def _take_over(self, elements: Any) -> None:
        if isinstance(elements, ElementStore):
            elements._copy_elements_into(self, {})
            self._copy_encoding(elements)
            return
        for tag, element in elements.items():
            self[tag] = element

    # --- attributes --------------------------------------------------------------------------------------------------

    def _missing_attribute(self, name: str) -> Any:
        # The core answers for a keyword that is present before Python comes here; what remains are old names, and
        # the keywords of classes that are derived from Dataset.
        if name[:1] != "_":
            tag = tag_for_name(name)
            if tag is not None and self._has(tag):
                return self._value(tag)
            if tag is None and hasattr(type(self), name):
                # A property raised AttributeError, which brought Python here: its own message is the right one.
                return object.__getattribute__(self, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    def _assign(self, name: str, value: Any) -> None:
        """Set an element by its keyword, or another attribute; the core comes here with what isn't plain."""
        tag = tag_for_keyword(name)
        if tag is not None:
            self._set_value(tag, value)
            return
        if name[:1].isupper() and not hasattr(type(self), name):
            if repeater_has_keyword(name):
                raise ValueRepresentationError(
                    f"{name} stands in groups that repeat, so its tag has to be given: use add_new(tag, VR, value)"
                )
            warn_unknown_name(name)
        self._set_attribute(name, value)

    def _set_value(self, tag: int, value: Any) -> None:
        if isinstance(value, DataElement):
            self[tag] = value
            return
        element = self._element(tag)
        if element is None:
            self._put(tag, DataElement(tag, dictionary_VR(tag), value))
            return
        element.value = value
        if isinstance(stored := element._value, Sequence):
            stored.parent_dataset = self

    def _unassign(self, name: str) -> None:
        """Take out an element by its keyword, or another attribute."""
        tag = tag_for_name(name)
        if tag is not None and self._take_out(tag):
            return
        if tag is not None or name not in self.__dict__:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
        self._delete_attribute(name)

    if not TYPE_CHECKING:
        # Unseen by type checkers, to which any name would be an attribute then: a misspelt keyword is their finding.
        __getattr__ = _missing_attribute

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *self.dir()})

    if TYPE_CHECKING:

        @overload
        def get(self, key: str, default: object = None) -> Any: ...
        @overload
        def get(self, key: int | tuple[int, int], default: None = None) -> DataElement | None: ...
        @overload
        def get(self, key: int | tuple[int, int], default: _T) -> DataElement | _T: ...

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a keyword (or any attribute), or the element of a tag; `default` when there is none.

        Raises
        ------
        TypeError
            `key` is neither text nor a tag.
        """
        if isinstance(key, str):
            return self._value_or(key, default)
        try:
            return self[key]
        except KeyError as error:
            if error.__cause__ is not None:
                raise TypeError(f"a keyword or a tag is needed, not {type(key).__name__}") from error
            return default

    def update(self, d: Any) -> None:
        """Put in what a data set or a dict holds: elements by tag, values by keyword."""
        for key, value in d.items():
            if isinstance(key, str):
                setattr(self, key, value)
            else:
                self[key] = value

    def data_element(self, name: object) -> DataElement | None:
        """The element of a keyword; None when `name` is no keyword.

        Raises
        ------
        KeyError
            The data set doesn't have the element.
        """
        tag = tag_for_name(name) if isinstance(name, str) else None
        return None if tag is None else self[tag]

    def dir(self, *filters: str) -> list[str]:
        """The keywords of the elements, sorted: those that contain one of `filters`, in any case; all without one."""
        keywords = {keyword for tag in self._tags() if (keyword := keyword_for_tag(tag))}
        if filters:
            parts = [part.lower() for part in filters]
            keywords = {keyword for keyword in keywords if any(part in keyword.lower() for part in parts)}
        return sorted(keywords)

    def trait_names(self) -> list[str]:
        """All attributes, for the completion of interactive shells."""
        return dir(self)

    # --- visiting and printing ---------------------------------------------------------------------------------------

    def walk(self, callback: Callable[[Any, DataElement], object], recursive: bool = True) -> None:
        """Call ``callback(data set, element)`` for each element in the order of the tags, items included.

        The callback may change and delete elements.
        """
        from .walk import walk

        walk(self, callback, recursive)

    def iterall(self) -> Iterator[DataElement]:
        """Each element in the order of the tags, a sequence before the elements of its items."""
        from .walk import iterate_all

        return iterate_all(self)

    def __str__(self) -> str:
        from .text import text_of

        return text_of(self)

    __repr__ = __str__

    def top(self) -> str:
        """The data set as text, without the items of its sequences."""
        from .text import text_of

        return text_of(self, top_level_only=True)

    def formatted_lines(
        self,
        element_format: str = default_element_format,
        sequence_element_format: str = default_sequence_element_format,
        indent_format: str | None = None,
    ) -> Iterator[str]:
        """A line an element by formats that name attributes of DataElement, ``"%(tag)s %(name)s %(repval)s"``.

        `indent_format` is taken for compatibility and changes nothing.
        """
        from .text import formatted_lines

        return formatted_lines(self, element_format, sequence_element_format)

    # --- private elements --------------------------------------------------------------------------------------------

    def private_block(self, group: int, private_creator: str, create: bool = False) -> PrivateBlock:
        """The block that `private_creator` reserved in the odd `group` (PS3.5 7.8.1).

        Parameters
        ----------
        group : int
            An odd group.
        private_creator : str
            The name of the creator.
        create : bool, default False
            Reserve a block when there is none.

        Raises
        ------
        KeyError
            The creator has no block in the group.
        ValueError
            The group is even, the name is empty, or no block is free.
        """
        from .private import private_block

        return private_block(self, group, private_creator, create)

    def private_creators(self, group: int) -> list[str]:
        """The creators that reserved blocks in the odd `group`; ValueError for an even one."""
        from .private import private_creators

        return private_creators(self, group)

    def get_private_item(self, group: int, element_offset: int, private_creator: str) -> DataElement:
        """The element at an offset in a creator's block; KeyError when there is none."""
        return self.private_block(group, private_creator)[element_offset]

    def add_new_private(
        self, private_creator: str, group: int, element_offset: int, value: Any, vr: str | None = None
    ) -> None:
        """Put a new element into a creator's block, which is reserved if need be.

        Raises
        ------
        KeyError
            `vr` isn't given, and the private dictionary doesn't know the element.
        """
        from .private import dictionary_vr

        block = self.private_block(group, private_creator, create=True)
        block.add_new(element_offset, vr or dictionary_vr(private_creator, group, element_offset), value)

    def remove_private_tags(self) -> None:
        """Take out all private elements, at all depths."""

        def remove_if_private(dataset: ElementMapping, element: DataElement) -> None:
            if element.tag.is_private:
                del dataset[element.tag]

        self.walk(remove_if_private)

    def decode(self) -> None:
        """Decode values that are still bytes by the Specific Character Set, and names anew, at all depths."""
        from .decode import decode_text

        decode_text(self)

    # --- where it stands ---------------------------------------------------------------------------------------------

    @property
    def seq_item_tell(self) -> int | None:
        """Offset in bytes of the item in its file, its tag included; None for what is no item of a file."""
        return self._item_offset

    def _file_meta_if_any(self) -> ElementMapping | None:
        """The File Meta Information that stands with the data set, if there is some."""
        meta: ElementMapping | None = self.__dict__.get("file_meta")
        return meta

    @property
    def parent_seq(self) -> Sequence | None:
        """The sequence that the data set is an item of, or None; held weakly."""
        link: ref[Sequence] | None = self._parent_seq
        return None if link is None else link()

    @property
    def parent(self) -> Dataset | None:
        """The data set that holds the sequence that this one is an item of, or None."""
        sequence = self.parent_seq
        return None if sequence is None else sequence.parent_dataset

    # --- what was changed --------------------------------------------------------------------------------------------

    def changes(self) -> list[Change]:
        """What was changed since the data set was read, at all depths; all its elements if it was made in memory.

        Returns
        -------
        list of Change
            Each with ``kind`` ("added", "changed", "deleted", "items"), ``tag`` and ``path``; never a value.
        """
        from .changes import changes_of

        return changes_of(self)

    # --- copies ------------------------------------------------------------------------------------------------------

    def copy(self) -> Self:
        """A copy: it shares the bytes that were read, and its edits are its own."""
        return self.__copy__()

    def __copy__(self) -> Self:
        return self._twin({}, lambda value: value)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        from copy import deepcopy

        return self._twin(memo, lambda value: deepcopy(value, memo))

    def _state(self) -> dict[str, Any]:
        """The attributes that are not elements."""
        return {name: value for name, value in self.__dict__.items() if name not in _NOT_COPIED}

    def __reduce_ex__(self, protocol: Any) -> tuple[Callable[..., ElementMapping], tuple[Any, ...]]:
        state = self._state()
        state["_told_encoding"] = (*self.original_encoding, self.original_character_set or None)
        state["_wanted_encoding"] = (self.is_implicit_VR, self.is_little_endian)
        return _rebuild, (type(self), list(self), state)

    def __setstate__(self, state: object) -> None:
        """Raise: a pickle of ours makes its data set itself, and one of pydicom holds what is no element here."""
        raise TypeError(
            "this pickle was made by pydicom: let pydicom write its data set as DICOM or JSON, and read that"
        )

    def _twin(self, memo: dict[int, Any], copy_attribute: Callable[[Any], Any]) -> Self:
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        self._copy_elements_into(twin, memo)
        for name, value in self._state().items():
            twin.__dict__[name] = value.copy() if isinstance(value, ElementMapping) else copy_attribute(value)
        return twin


def _rebuild(kind: type[ElementMapping], elements: list[DataElement], state: dict[str, Any]) -> ElementMapping:
    """The data set that was taken apart by `ElementMapping.__reduce_ex__`."""
    dataset = kind.__new__(kind)
    for element in elements:
        dataset._put(int(element.tag), element)
    dataset.__dict__.update(state)
    return dataset
