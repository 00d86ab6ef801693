"""Reading: a path, bytes or a binary file object becomes a `FileDataset`.

In: the source and what of it is wanted. Out: a data set whose values are decoded when they are asked for.
Standard: PS3.10 7 (files), PS3.5 7 (data sets). The parsing itself is the core's.
"""

from __future__ import annotations

from os import SEEK_END, PathLike, fsdecode, fstat, stat
from os.path import samestat

from dicom._core import read_bytes, read_object, read_path

from .file_dataset import FileDataset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, BinaryIO

    from typing_extensions import Buffer

    from dicom.elements.element import DataElement
    from dicom.tag import TagType

    from .dataset import Dataset

    RawElement = tuple[int, str | None, int, bytes, int, bool, bool]

# Values of this many bytes or more are left in their source by the core.
_LARGE_VALUE = 16 << 20
_UNITS = {"": 1, "b": 1, "k": 1 << 10, "kb": 1 << 10, "m": 1 << 20, "mb": 1 << 20, "g": 1 << 30, "gb": 1 << 30}


def read(
    fp: str | PathLike[str] | Buffer | BinaryIO,
    defer_size: float | str | None = None,
    stop_before_pixels: bool = False,
    force: bool = False,
    specific_tags: Iterable[TagType] | None = None,
    *,
    encoding: str | Iterable[str] | None = None,
    limits: Mapping[str, int] | None = None,
) -> FileDataset:
    """Read a DICOM file or data set.

    What isn't a Part 10 file is recognised by its first elements: without preamble, without File Meta Information,
    implicit or explicit VR, little or big endian. Deviations from the standard are tolerated where the data is clear,
    and named in ``findings``.

    Parameters
    ----------
    fp : str, os.PathLike, bytes-like or binary file object
        The file, its bytes, or a file object that is read from where it stands.
    defer_size : int or str, optional
        Values longer than this (bytes, or text as ``"512 KB"``) stay in the file until they are asked for. Without it
        those of 16 MiB or more do, unless `fp` is a file object.
    stop_before_pixels : bool, default False
        Stop before the pixel data; their bytes aren't read.
    force : bool, default False
        Read what can't be recognised as DICOM too, as implicit VR little endian unless its first element has a VR.
    specific_tags : iterable of tags, optional
        Keep only these elements (tags or keywords) of the first level, and Specific Character Set. None and an empty
        list keep all.
    encoding : str or iterable of str, optional
        Terms of Specific Character Set (PS3.3 C.12.1.1.2) that override what the data set says.
    limits : mapping of str to int, optional
        Ceilings against hostile data that this call shall have instead of the defaults: ``sequence_depth`` (128),
        ``items`` (1,000,000), ``fragments`` (1,048,576), ``inflated_bytes`` (512 MiB), ``inflation_ratio`` (100).

    Returns
    -------
    FileDataset
        Also a context manager: ``with dicom.read(path) as ds`` gives up, at the end, what is held open for values that
        were left in the file.

    Raises
    ------
    InvalidDicomError
        The source is not DICOM.
    LimitError
        A ceiling was met.
    OSError
        The file can't be read.
    """
    arguments: dict[str, Any] | None = None
    if (
        defer_size is not None
        or stop_before_pixels
        or force
        or specific_tags is not None
        or encoding is not None
        or limits is not None
    ):
        arguments = _arguments(defer_size, stop_before_pixels, force, specific_tags, encoding, limits)
    dataset = _read(fp, arguments)
    if defer_size is not None and arguments is not None:
        dataset.__dict__["_defer_size"] = arguments["defer_size"]  # what `get_item(keep_deferred=True)` goes by
    return dataset


def read_with(
    fp: str | PathLike[str] | Buffer | BinaryIO,
    decoder: Callable[[Dataset, RawElement], DataElement | tuple[DataElement, bool]] | None = None,
    defer_size: float | str | None = None,
    stop_before_pixels: bool = False,
    force: bool = False,
    specific_tags: Iterable[TagType] | None = None,
    judge: Callable[[int, str, Any], None] | None = None,
) -> FileDataset:
    """Read as `read` does, each element made by `decoder`, each value judged by `judge` when it is first asked for.

    Parameters
    ----------
    decoder : callable, optional
        Given the data set and what stands in the file: tag, VR (None where it is implicit), length (FFFFFFFF when it
        is undefined), the bytes of the value, their offset, whether the VR is implicit, whether it is little endian.
        Gives the DataElement; with True beside it when it isn't what the bytes say, so that it is encoded anew when
        the data set is written. Sequences are made without it, their items' elements with it.
    judge : callable, optional
        Given tag, VR and value of what doesn't plainly keep the rules of its VR; not called where there is a `decoder`.
    """
    arguments = _arguments(defer_size, stop_before_pixels, force, specific_tags, None, None)
    arguments["decoder"] = decoder
    arguments["judge"] = judge
    dataset = _read(fp, arguments)
    if defer_size is not None:
        dataset.__dict__["_defer_size"] = arguments["defer_size"]
    return dataset


def _read(fp: Any, arguments: dict[str, Any] | None) -> FileDataset:
    dataset: FileDataset
    if isinstance(fp, (str, PathLike)):
        path = fsdecode(fp)
        dataset = read_path(FileDataset, path, arguments)
        dataset.__dict__["filename"] = path
        return dataset
    if isinstance(fp, (bytes, bytearray, memoryview)):
        dataset = read_bytes(FileDataset, bytes(fp), arguments)
        return dataset
    if callable(getattr(fp, "read", None)):
        return _read_file_object(fp, arguments)
    try:
        content = bytes(memoryview(fp))
    except TypeError:
        raise TypeError(
            f"a path, bytes or a binary file object can be read as DICOM, not {type(fp).__name__}"
        ) from None
    dataset = read_bytes(FileDataset, content, arguments)
    return dataset


def _read_file_object(file: Any, arguments: dict[str, Any] | None) -> FileDataset:
    from io import BytesIO

    dataset: FileDataset
    # Who reads on by himself finds the file object where reading ended.
    start = file.tell() if arguments is not None and arguments["stop_before_pixels"] and _is_seekable(file) else None
    # The bytes of a BytesIO are in memory anyway, and may be written over later: ours are a copy.
    if arguments is None or type(file) is BytesIO or not _is_partial(arguments) or not _is_seekable(file):
        content = file.read()
        if not isinstance(content, (bytes, bytearray, memoryview)):
            raise TypeError("the file object gives text: open it in binary mode, as open(path, 'rb') does")
        dataset = read_bytes(FileDataset, bytes(content), arguments)
    elif (path := _path_of(file)) is not None:
        # What is left in the file is then had when `file` was closed too, and its position stays with its owner.
        dataset = read_path(FileDataset, path, arguments)
        file.seek(0, SEEK_END)
    else:
        dataset = read_object(FileDataset, file, arguments)
        if arguments["defer_size"] is None:
            _read_large_values(dataset)
    if start is not None:
        file.seek(start + (dataset._read_end() or 0))
    dataset._set_source(file)
    return dataset


def _is_partial(arguments: dict[str, Any]) -> bool:
    """Whether the caller wants less than all bytes now."""
    return (
        arguments["defer_size"] is not None or arguments["stop_before_pixels"] or arguments["specific_tags"] is not None
    )


def _path_of(file: Any) -> str | None:
    """The path of a file that stands at its beginning and is no stream made from one; None for all else."""
    import io

    raw = file.raw if isinstance(file, io.BufferedReader) else file
    if not isinstance(raw, io.FileIO) or not isinstance(raw.name, (str, bytes, PathLike)) or file.tell():
        return None
    path = fsdecode(raw.name)
    try:
        is_same = samestat(stat(path), fstat(raw.fileno()))
    except OSError:
        return None
    return path if is_same else None


def _read_large_values(dataset: FileDataset) -> None:
    """Read what would be left in a file object though nobody asked for it: the object may be closed at any time."""
    for tag in dataset._tags():
        if (dataset._value_length(tag) or 0) >= _LARGE_VALUE:
            _ = dataset[tag].value


def _is_seekable(file: Any) -> bool:
    try:
        return bool(file.seekable())
    except AttributeError:
        return hasattr(file, "seek") and hasattr(file, "tell")


def _arguments(
    defer_size: float | str | None,
    stop_before_pixels: bool,
    force: bool,
    specific_tags: Iterable[TagType] | None,
    encoding: str | Iterable[str] | None,
    limits: Mapping[str, int] | None,
) -> dict[str, Any]:
    from dicom.charset import CharacterSets
    from dicom.tag import Tag

    return {
        "defer_size": None if defer_size is None else _size_in_bytes(defer_size),
        "stop_before_pixels": bool(stop_before_pixels),
        "force": bool(force),
        "specific_tags": [int(Tag(tag)) for tag in specific_tags or ()] or None,
        "limits": None if limits is None else dict(limits),
        "character_sets": None if encoding is None else CharacterSets.from_terms(encoding),
        "decoder": None,
        "judge": None,
    }


def _size_in_bytes(size: float | str) -> int:
    """Bytes of a number, or of text as ``"512 KB"``."""
    try:
        if isinstance(size, str):
            text = size.strip().lower()
            digits = text.rstrip("bkmg ")
            size = float(digits) * _UNITS[text[len(digits) :].strip()]
        # No file is longer; more means the same, infinity too.
        return int(min(max(size, 0), 1 << 62))
    except (ValueError, KeyError):
        raise ValueError(f"{size!r} is no size: a number of bytes, or text as '512 KB' or '2 MB'") from None


read_file = read
dcmread = read
