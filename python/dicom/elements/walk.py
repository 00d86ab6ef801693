"""Visit the elements of a data set and of the items in it, in the order of their tags.

In: a data set. Out: its elements, each sequence before the elements of its items. Neither function recurses, so
no depth of nesting is too deep.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from .element import DataElement
    from .mapping import ElementMapping


def iterate_all(dataset: ElementMapping) -> Iterator[DataElement]:
    """Each element of the data set and of the items at all depths."""
    # What is left to visit, the next at the end: data sets, and iterators that a sequence interrupted.
    stack: list[ElementMapping | Iterator[DataElement]] = [dataset]
    while stack:
        elements = iter(stack.pop())
        for element in elements:
            yield element
            if element.VR == "SQ":
                stack.append(elements)
                stack.extend(reversed(element.value or ()))
                break


def walk(dataset: ElementMapping, callback: Callable[[Any, DataElement], object], recursive: bool) -> None:
    """Call ``callback(data set, element)`` for each element; it may change or delete the elements that it is given.

    The tags of a data set are those that it has when its visit begins; an element that is deleted meanwhile isn't
    visited, nor are the items of a sequence that the callback deletes.
    """
    stack = [(dataset, iter(dataset._tags()))]
    while stack:
        current, tags = stack[-1]
        tag = next(tags, None)
        if tag is None:
            stack.pop()
            continue
        element = current._element(tag)
        if element is None:
            continue
        callback(current, element)
        element = current._element(tag)
        if recursive and element is not None and element.VR == "SQ":
            # The tags of an item are taken when its visit begins, so they are asked for lazily.
            stack.extend((item, _tags_when_asked(item)) for item in reversed(element.value or ()))


def _tags_when_asked(dataset: ElementMapping) -> Iterator[int]:
    yield from dataset._tags()
