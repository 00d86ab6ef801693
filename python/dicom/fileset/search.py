"""Look for instances of a File-set by the keys of their records, or by all that their files hold.

In: instances, keywords and values. Out: instances, or the values that there are. Standard: PS3.3 F.5 (keys).
"""

from __future__ import annotations

from warnings import warn

from dicom.tag import Tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .file_instance import FileInstance

    Key = str | int

_ADVICE = "use load=True to look into the files themselves"


def find(instances: Iterable[FileInstance], load: bool, wanted: dict[str, Any]) -> list[FileInstance]:
    """The instances that have all of these values."""
    for keyword in wanted:
        Tag(keyword)
    found, has_all_keys = [], False
    for instance in instances:
        source = instance.load() if load else instance
        if not all(keyword in source for keyword in wanted):
            continue
        has_all_keys = True
        if all(source[keyword].value == value for keyword, value in wanted.items()):
            found.append(instance)
    if not load and not has_all_keys and wanted:
        warn(f"no record of the DICOMDIR has all of the elements that were asked for: {_ADVICE}", stacklevel=3)
    return found


def find_values(instances: Iterable[FileInstance], keys: list[Key], load: bool) -> dict[Key, list[Any]]:
    """For each key the values that there are, each once, in the order in which they were met."""
    for key in keys:
        Tag(key)
    values: dict[Key, list[Any]] = {key: [] for key in keys}
    known: dict[Key, set[Any]] = {key: set() for key in keys}
    met: set[Key] = set()
    for instance in instances:
        source = instance.load() if load else instance
        for key in keys:
            if key not in source:
                continue
            met.add(key)
            value = source[key].value
            try:
                if value in known[key]:
                    continue
                known[key].add(value)
            except TypeError:  # a list, a sequence: they can't be in a set
                if value in values[key]:
                    continue
            values[key].append(value)
    missing = [str(key) for key in keys if key not in met]
    if missing and not load:
        warn(f"no record of the DICOMDIR has {', '.join(missing)}: {_ADVICE}", stacklevel=3)
    return values
