"""Reading as ``pydicom.dcmread`` does: by the switches, hooks and callbacks that stand when the read begins.

In: what `dcmread` takes, and `dicom.settings.current`. Out: a FileDataset. While nothing is set that matters to
values, it is the library's own read, at its speed, which warns of values that break their VR; else each element is
made by `dicom.elements.raw` when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom import settings
from dicom.dataset.read import read, read_with
from dicom.dictionary import dictionary_has_tag, keyword_for_tag
from dicom.elements.raw import RawDataElement, convert_raw
from dicom.elements.warn import warn_caller
from dicom.errors import DicomError
from dicom.settings import DEFAULT, IGNORE, RAISE
from dicom.tag import BaseTag
from dicom.values.validate import validate_value

from .misc import size_in_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike
    from typing import Any, BinaryIO

    from dicom.dataset import FileDataset
    from dicom.elements.element import DataElement
    from dicom.settings import Behaviour
    from dicom.tag import TagType

_JUDGED_WHEN_READ = frozenset(("IS", "LO", "LT", "PN", "SH", "ST", "UI"))
# What changes the values of a file, or what they are made by. That they shall be judged strictly does so too.
_THAT_MATTER = (
    "convert_wrong_length_to_UN",
    "data_element_callback",
    "datetime_conversion",
    "raw_element_value",
    "raw_element_vr",
    "replace_un_with_known_vr",
    "use_DS_decimal",
    "use_DS_numpy",
    "use_IS_numpy",
    "use_none_as_empty_text_VR_value",
)


def dcmread(
    fp: str | bytes | PathLike[str] | BinaryIO,
    defer_size: float | str | None = None,
    stop_before_pixels: bool = False,
    force: bool = False,
    specific_tags: list[TagType] | None = None,
) -> FileDataset:
    """Read a DICOM file.

    Parameters
    ----------
    fp : str, bytes, os.PathLike or binary file object
        The file; bytes that don't begin as DICOM does are a path.
    defer_size : int or str, optional
        Values longer than this (bytes, or text as ``"512 KB"``) stay in the file until they are asked for.
    stop_before_pixels : bool, default False
        Stop before the pixel data.
    force : bool, default False
        Read what can't be recognised as DICOM too.
    specific_tags : list of tags, optional
        Keep only these elements of the first level, and Specific Character Set.

    Returns
    -------
    FileDataset
        Its values are as the switches of ``config`` and the ``hooks`` ask for that stand now.

    Raises
    ------
    InvalidDicomError
        The source is not DICOM.
    OSError
        The file can't be read.
    """
    behaviour = settings.current
    source: Any = fp
    if isinstance(fp, bytes) and len(fp) < 132:
        source = fp.decode()
    size = size_in_bytes(defer_size)
    made_by, judge = decoder_and_judge(behaviour)
    if made_by is None and judge is None:
        return read(source, size, stop_before_pixels, force, specific_tags)
    return read_with(source, made_by, size, stop_before_pixels, force, specific_tags, judge)


def decoder_and_judge(
    behaviour: Behaviour,
) -> tuple[Callable[[Any, Any], DataElement | tuple[DataElement, bool]] | None, Callable[[int, str, Any], None] | None]:
    """What makes the elements of a read under `behaviour`, and what judges values that the core makes; None: nobody."""
    if _matters(behaviour):
        return decoder(behaviour), None
    return None, None if behaviour.reading_validation == IGNORE else warn_of_broken_rules


def warn_of_broken_rules(tag: int, vr: str, value: Any) -> None:
    """Warn when a value that was read breaks the rules of its VR; the warning doesn't show the value.

    pydicom judges the values of a few VRs when they are read, and more when they are assigned; so does this.
    """
    if vr not in _JUDGED_WHEN_READ:
        return
    problem = validate_value(vr, value)
    if problem is not None:
        keyword = keyword_for_tag(tag) if dictionary_has_tag(tag) else ""
        warn_caller(f"{BaseTag(tag)} {keyword}: {problem}" if keyword else f"{BaseTag(tag)}: {problem}")


def _matters(behaviour: Behaviour) -> bool:
    if behaviour is DEFAULT:
        return False
    return behaviour.reading_validation == RAISE or any(
        getattr(behaviour, name) is not getattr(DEFAULT, name) for name in _THAT_MATTER
    )


def decoder(behaviour: Behaviour) -> Callable[[Any, Any], DataElement | tuple[DataElement, bool]]:
    """What makes the elements of a read under `behaviour`; see `dicom.dataset.read.read_with`."""
    hooked = any(
        one is not None
        for one in (behaviour.data_element_callback, behaviour.raw_element_vr, behaviour.raw_element_value)
    )
    plain = behaviour.replace(data_element_callback=None, raw_element_vr=None, raw_element_value=None)

    def decode(dataset: Any, given: Any) -> DataElement | tuple[DataElement, bool]:
        tag, *rest = given
        raw = RawDataElement(BaseTag(tag), *rest)
        if not hooked:
            return convert_raw(raw, dataset, dataset._character_set, behaviour)
        encoding = list(dataset._character_set.encodings)
        element = convert_raw(raw, dataset, encoding, behaviour)
        return element, _differs(element, raw, dataset, encoding, plain)

    return decode


def _differs(element: DataElement, raw: RawDataElement, dataset: Any, encoding: list[str], plain: Behaviour) -> bool:
    """Whether callback or hooks made something else of the bytes than what they say: then it is written anew."""
    try:
        return bool(convert_raw(raw, dataset, encoding, plain) != element)
    except (DicomError, NotImplementedError):
        return True
