"""Writing: a data set becomes a file, or bytes.

In: a data set, a target, how it shall be encoded. Out: the file. All of it is planned first: what was not touched is
copied byte for byte, what was changed is encoded, and what can't be written raises before the target is touched.
Standard: PS3.10 7 (files), PS3.5 7 and 10 (data sets, transfer syntaxes).
"""

from __future__ import annotations

from os import PathLike, fsdecode, stat
from os.path import samestat

from dicom._core import DatasetBase, WritePlan, plan_data_set, plan_file
from dicom.errors import ValueRepresentationError, ValueTypeError, WriteError
from dicom.tag import BaseTag

from .encoding_choice import Encoding, choose_encoding
from .file_meta import complete_file_meta

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Protocol

    from dicom.charset import CharacterSets
    from dicom.elements.mapping import ElementMapping

    from .dataset import Dataset

    class Writable(Protocol):
        """What takes bytes: a binary file object, or anything that has ``write``."""

        def write(self, data: bytes, /) -> object:
            """Take bytes."""


_PIXEL_DATA = 0x7FE00010
_SPECIFIC_CHARACTER_SET = 0x00080005
_NO_PREAMBLE = bytes(128)


def write(
    dataset: Dataset,
    target: str | PathLike[str] | Writable,
    *,
    implicit_vr: bool | None = None,
    little_endian: bool | None = None,
    enforce_file_format: bool = False,
    overwrite: bool = True,
    frames: Iterable[Any] | None = None,
    offset_table: str = "basic",
) -> None:
    """Write a data set.

    A data set that was read and not changed is written byte for byte as it was, whatever its oddities. After a change
    the rest of the bytes stay: only the elements that were changed are encoded, the lengths that enclose them, and
    what the change governs (text after Specific Character Set, all after the transfer syntax).

    A path is never half written: the new file is made beside it, brought to the disk, and takes its name at the end.

    Parameters
    ----------
    dataset : Dataset
        With `file_meta` and `preamble`, where it has them.
    target : str, os.PathLike or binary file object
        A path, or what has a method ``write``.
    implicit_vr, little_endian : bool, optional
        The encoding, where Transfer Syntax UID doesn't tell it. It mustn't contradict a UID of the standard.
    enforce_file_format : bool, default False
        Complete the preamble and the File Meta Information, so that the file is one of PS3.10. Without it they are
        written as far as the data set has them.
    overwrite : bool, default True
        Whether a file that is there may be replaced.
    frames : iterable, optional
        The pixels, frame by frame, in the place of those of the data set; only one is held at a time. Encoded frames as
        bytes where the transfer syntax encapsulates, else native ones as bytes or arrays of shape (rows, columns) or
        (rows, columns, samples). Number of Frames has to say how many.
    offset_table : {"basic", "extended", "none"}, default "basic"
        What encapsulated `frames` are found by. A target that can't go back gets an empty basic one, and so does a
        deflated one.

    Raises
    ------
    WriteError
        What would be written is no DICOM, or would lose something. A ValueError.
    ValueRepresentationError, ValueTypeError, CharacterSetError
        An element that was changed can't be written, or breaks the rules of its VR.
    FileExistsError
        There is a file already, and `overwrite` is False.
    OSError
        The file can't be written. An old one is still there.
    """
    if frames is not None:
        _write_frames(
            dataset, target, frames, offset_table, (implicit_vr, little_endian), enforce_file_format, overwrite
        )
        return
    _write_planned(_plan(dataset, implicit_vr, little_endian, enforce_file_format), dataset, target, overwrite)


def dcmwrite(
    filename: str | PathLike[str] | Writable,
    dataset: Dataset,
    /,
    __write_like_original: bool | None = None,
    *,
    implicit_vr: bool | None = None,
    little_endian: bool | None = None,
    enforce_file_format: bool = False,
    force_encoding: bool = False,
    overwrite: bool = True,
    **kwargs: Any,
) -> None:
    """Write a data set: `write`, with the target first, as pydicom has it.

    Parameters
    ----------
    force_encoding : bool, default False
        Encode by `implicit_vr` and `little_endian` even where Transfer Syntax UID contradicts them.
    write_like_original : bool, optional
        The opposite of `enforce_file_format`, by its older name.
    """
    like_original = __write_like_original
    if "write_like_original" in kwargs:
        like_original = kwargs.pop("write_like_original")
    if kwargs:
        raise TypeError(f"dcmwrite() has no parameter {', '.join(sorted(kwargs))}")
    if like_original is not None:
        from warnings import warn

        warn(
            "'write_like_original' will be removed: use 'enforce_file_format', its opposite",
            DeprecationWarning,
            stacklevel=2,
        )
        enforce_file_format = not like_original
    if force_encoding:
        planned = _plan_as_told(dataset, implicit_vr, little_endian, enforce_file_format)
        _write_planned(planned, dataset, filename, overwrite)
        return
    write(
        dataset,
        filename,
        implicit_vr=implicit_vr,
        little_endian=little_endian,
        enforce_file_format=enforce_file_format,
        overwrite=overwrite,
    )


def encode(
    dataset: ElementMapping,
    *,
    implicit_vr: bool,
    little_endian: bool,
    character_sets: CharacterSets | None = None,
) -> bytes:
    """The bytes of a data set alone, without preamble and File Meta Information.

    Parameters
    ----------
    implicit_vr, little_endian : bool
        The encoding.
    character_sets : CharacterSets, optional
        Those of the data set around it; its own Specific Character Set goes before.
    """
    return plan_data_set(dataset, implicit_vr, little_endian, character_sets, writing_rules()).to_bytes()


def encode_file_meta(file_meta: ElementMapping, *, enforce_standard: bool = True) -> bytes:
    """The bytes of the File Meta Information, its group length right where it has one.

    Parameters
    ----------
    enforce_standard : bool, default True
        Complete it first; without it, it is encoded as it is.
    """
    meta = complete_file_meta(file_meta) if enforce_standard else file_meta
    return plan_data_set(meta, False, True, None, writing_rules()).to_bytes()


# --- the plan --------------------------------------------------------------------------------------------------------


def _plan(
    dataset: Dataset, implicit_vr: bool | None, little_endian: bool | None, enforce_file_format: bool
) -> WritePlan:
    _ensure_data_set(dataset)
    meta = dataset._file_meta_if_any()
    encoding = choose_encoding(dataset, meta, implicit_vr, little_endian)
    _ensure_groups(dataset)
    _ensure_pixel_data_fits(dataset, meta, encoding)
    return _plan_file(dataset, meta, encoding, enforce_file_format)


def _write_frames(
    dataset: Dataset,
    target: str | PathLike[str] | Writable,
    frames: Iterable[Any],
    offset_table: str,
    told: tuple[bool | None, bool | None],
    enforce_file_format: bool,
    overwrite: bool,
) -> None:
    from .write_frames import FrameWriter, frame_file

    _ensure_data_set(dataset)
    meta = dataset._file_meta_if_any()
    encoding = choose_encoding(dataset, meta, *told)
    _ensure_groups(dataset)
    meta, preamble = _front(dataset, meta, encoding, enforce_file_format)
    planned = FrameWriter(dataset, meta, preamble, encoding, writing_rules(), offset_table)
    if isinstance(target, (str, PathLike)):
        from dicom.io.replace import replace_file

        if not dataset._is_complete():
            _refuse_to_lose_the_rest(dataset, fsdecode(target))
        replace_file(fsdecode(target), frame_file(planned, frames), overwrite=overwrite)
    else:
        planned.write_to(target, frames)


def _plan_as_told(
    dataset: Dataset, implicit_vr: bool | None, little_endian: bool | None, enforce_file_format: bool
) -> WritePlan:
    _ensure_data_set(dataset)
    if implicit_vr is None or little_endian is None:
        raise ValueError("'force_encoding' needs 'implicit_vr' and 'little_endian'")
    _ensure_groups(dataset)
    encoding = Encoding(implicit_vr, little_endian, False)
    return _plan_file(dataset, dataset._file_meta_if_any(), encoding, enforce_file_format)


def _plan_file(
    dataset: Dataset, meta: ElementMapping | None, encoding: Encoding, enforce_file_format: bool
) -> WritePlan:
    meta, preamble = _front(dataset, meta, encoding, enforce_file_format)
    arguments = (meta, preamble, encoding.implicit_vr, encoding.little_endian, encoding.deflated, writing_rules())
    planned = plan_file(dataset, *arguments)
    if planned.directory_records:
        from .directory_records import with_offsets

        moved = with_offsets(dataset, planned.directory_records)
        if moved is not None:
            return plan_file(moved, *arguments)
    return planned


def _front(
    dataset: Dataset, meta: ElementMapping | None, encoding: Encoding, enforce_file_format: bool
) -> tuple[ElementMapping | None, bytes | None]:
    """The File Meta Information and the preamble to write."""
    preamble = getattr(dataset, "preamble", None)
    if enforce_file_format:
        preamble = preamble or _NO_PREAMBLE
        meta = complete_file_meta(meta, dataset, encoding)
    if preamble is not None and len(preamble) != 128:
        raise ValueError("the preamble has to have 128 bytes (PS3.10 7.1)")
    return meta, bytes(preamble) if isinstance(preamble, (bytearray, memoryview)) else preamble


def _ensure_data_set(dataset: object) -> None:
    if not isinstance(dataset, DatasetBase):
        raise TypeError(f"a data set is written, not {type(dataset).__name__}")


def _ensure_groups(dataset: Dataset) -> None:
    """Raise for elements that have no place in the data set of a file; those that were read there stay."""
    for tag in dataset._edited_tags():
        if tag < 0x00030000 and tag >> 16 in (0, 2):
            if tag >> 16 == 0:
                raise WriteError(f"{BaseTag(tag)} belongs to a message, not to a file (PS3.7 E.1)", tag=tag)
            raise WriteError(
                f"{BaseTag(tag)} belongs to the File Meta Information: put it into file_meta (PS3.10 7.1)", tag=tag
            )


def _ensure_pixel_data_fits(dataset: Dataset, meta: ElementMapping | None, encoding: Encoding) -> None:
    """Raise when pixel data and transfer syntax contradict each other, after one of them was changed."""
    syntax = encoding.transfer_syntax
    if syntax is None or syntax.is_private or not dataset._has(_PIXEL_DATA):
        return
    if meta is not None and 0x00020010 not in meta._edited_tags() and _PIXEL_DATA not in dataset._edited_tags():
        return
    element = dataset._element(_PIXEL_DATA)
    if not syntax.is_encapsulated:
        if element.is_undefined_length and _PIXEL_DATA in dataset._edited_tags() and _is_native(element.value):
            # What was decompressed by hand still stands in the element of the compressed pixels.
            element.is_undefined_length = False
        if element.is_undefined_length:
            raise WriteError(
                "the pixel data is encapsulated, and the transfer syntax is one of native pixels: decompress it first",
                tag=_PIXEL_DATA,
            )
        return
    if element.is_undefined_length:
        return
    if _is_native(element.value):
        raise WriteError(
            "the pixel data isn't encapsulated, as the compressed transfer syntax has it: compress it, or put frames "
            "that are compressed together with dicom.pixels.encapsulation.encapsulate",
            tag=_PIXEL_DATA,
        )
    element.is_undefined_length = True


def _is_native(value: object) -> bool:
    """Whether these are bytes that don't begin with an item, as fragments do (PS3.5 A.4)."""
    return isinstance(value, (bytes, bytearray, memoryview)) and bytes(value[:4]) != b"\xfe\xff\x00\xe0"


def writing_rules() -> dict[str, Any]:
    """How strict this write is: by itself the library is; the switches of pydicom may have it otherwise."""
    from dicom import settings

    if settings.current.writing_validation == settings.RAISE:
        return {"judge": _judge, "substitute": None}
    # What breaks its VR was told when it was put in.
    return {"judge": None, "substitute": _substitute}


def _judge(tag: int, vr: str, value: Any) -> None:
    """Raise when a value that was put in breaks the rules of its VR."""
    from dicom.values.validate import WrongType, validate_value

    # Empty text is no value, whatever the VR.
    problem = None if isinstance(value, str) and not value else validate_value(vr, value)
    if problem is None and tag == _SPECIFIC_CHARACTER_SET:
        from dicom.charset import CharacterSets

        problems = CharacterSets.from_terms(value).problems
        problem = problems[0][1] if problems else None
    if problem is None and vr == "DS" and any(len(str(one)) > 16 for one in (value if _is_list(value) else (value,))):
        problem = (
            "a number takes more than the 16 characters of a DS (PS3.5 Table 6.2-1); "
            "DSfloat(number, auto_format=True) rounds it to what they can say"
        )
    if problem is not None:
        kind = ValueTypeError if isinstance(problem, WrongType) else ValueRepresentationError
        raise kind(f"{_name(tag)}: {problem}", tag=tag)


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple))


def _substitute(tag: int, vr: str, text: str, character_sets: CharacterSets) -> bytes:
    """Question marks for the characters that the character sets don't have, and a warning."""
    from dicom.elements.warn import warn_caller

    warn_caller(f"{_name(tag)}: question marks are written for characters that the character sets don't have")
    codec = character_sets.encodings[0]
    return text.encode(codec, "replace")


def _name(tag: int) -> str:
    from dicom.dictionary import dictionary_has_tag, keyword_for_tag

    return f"{keyword_for_tag(tag)} {BaseTag(tag)}" if dictionary_has_tag(tag) else str(BaseTag(tag))


# --- the target ------------------------------------------------------------------------------------------------------


def _write_planned(planned: WritePlan, dataset: Dataset, target: Any, overwrite: bool) -> None:
    if isinstance(target, (str, PathLike)):
        path = fsdecode(target)
        if not dataset._is_complete():
            _refuse_to_lose_the_rest(dataset, path)
        _write_path(planned, path, overwrite)
    elif callable(getattr(target, "write", None)):
        planned.write_to(target)
    else:
        raise TypeError(f"a data set is written to a path or a binary file object, not {type(target).__name__}")


def _write_path(planned: WritePlan, path: str, overwrite: bool) -> None:
    from stat import S_ISREG

    try:
        mode = stat(path).st_mode
    except OSError:
        mode = None
    if mode is not None and not S_ISREG(mode) and overwrite:
        # A pipe or a device takes bytes, and has no place beside it.
        with open(path, "wb") as file:
            planned.write_to(file)
        return
    from dicom.io.replace import replace_file

    replace_file(path, planned.write_new_file, overwrite=overwrite)


def _refuse_to_lose_the_rest(dataset: Dataset, path: str) -> None:
    """Raise when a data set that was read in part would be written over the file that it came from."""
    source = getattr(dataset, "filename", None)
    if source is None:
        return
    try:
        is_same = samestat(stat(source), stat(path))
    except OSError:
        return
    if is_same:
        raise WriteError(
            "the data set was read in part (stop_before_pixels, specific_tags): written over its own file, the rest "
            "would be lost. Read it whole, or write to another path",
            path=path,
        )
