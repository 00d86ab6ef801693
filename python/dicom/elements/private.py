"""Private elements: blocks that a Private Creator reserves in an odd group.

In: a data set, a group, a creator's name. Out: the block, its elements by their offset from 0 to 0xFF, the names of
the creators. Standard: PS3.5 7.8.1.
"""

from __future__ import annotations

from dicom.dictionary import private_dictionary_VR
from dicom.errors import LimitError
from dicom.tag import BaseTag

from .element import DataElement

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .mapping import ElementMapping


class PrivateBlock:
    """The elements that one Private Creator reserved in one group.

    Attributes
    ----------
    group : int
        The odd group.
    private_creator : str
        The creator's name.
    dataset : Dataset
        The data set that holds the elements.
    block_start : int
        Element number of offset 0: ``0x1000`` for the first block.
    """

    def __init__(self, key: tuple[int, str], dataset: ElementMapping, private_creator_element: int) -> None:
        self.group, self.private_creator = key
        self.dataset = dataset
        self.block_start = private_creator_element << 8

    def get_tag(self, element_offset: int) -> BaseTag:
        """The tag of the element at `element_offset`, from 0 to 0xFF.

        Raises
        ------
        ValueError
            The offset lies outside the block.
        """
        if not 0 <= element_offset <= 0xFF:
            raise ValueError(f"element offset {element_offset:#x} lies outside a private block, which has 0x00 to 0xff")
        return BaseTag(self.group << 16 | self.block_start | element_offset)

    def __contains__(self, element_offset: int) -> bool:
        return self.dataset._has(self.get_tag(element_offset))

    def __getitem__(self, element_offset: int) -> DataElement:
        element: DataElement = self.dataset[self.get_tag(element_offset)]
        return element

    def __delitem__(self, element_offset: int) -> None:
        del self.dataset[self.get_tag(element_offset)]

    def add_new(self, element_offset: int, VR: str, value: Any) -> None:
        """Put a new element at `element_offset`."""
        element = DataElement(self.get_tag(element_offset), VR, value)
        element.private_creator = self.private_creator
        self.dataset.add(element)


def private_block(dataset: ElementMapping, group: int, private_creator: str, create: bool) -> PrivateBlock:
    """The block of `private_creator` in `group`; reserved when it isn't there and `create` is true."""
    if not private_creator:
        raise ValueError("a private block needs the name of its Private Creator")
    _require_odd(group)
    free = None
    for number in range(0x10, 0x100):
        element = dataset._element(group << 16 | number)
        if element is None:
            free = free or number
        elif element.value == private_creator:
            return PrivateBlock((group, private_creator), dataset, number)
    if not create:
        raise KeyError(f"group {group:04X} has no block of that Private Creator")
    if free is None:
        raise LimitError(f"group {group:04X} has no free block: its 240 are taken (PS3.5 7.8.1)")
    dataset.add_new(group << 16 | free, "LO", private_creator)
    return PrivateBlock((group, private_creator), dataset, free)


def private_creators(dataset: ElementMapping, group: int) -> list[str]:
    """The names of the creators that reserved blocks in `group`, in the order of their blocks."""
    _require_odd(group)
    elements = (dataset._element(group << 16 | number) for number in range(0x10, 0x100))
    return [element.value for element in elements if element is not None]


def dictionary_vr(private_creator: str, group: int, element_offset: int) -> str:
    """The VR that the private dictionary gives; KeyError when it doesn't know the element."""
    return private_dictionary_VR(BaseTag(group << 16 | 0x1000 | element_offset), private_creator)


def _require_odd(group: int) -> None:
    if not group & 1:
        raise ValueError(f"group {group:04X} is even: private elements stand in odd groups (PS3.5 7.8)")
