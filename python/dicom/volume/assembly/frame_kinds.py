"""What the frames of files hold: one description for all files that say the same of their pixels.

In: headers of files. Out: for each file a `FrameKind`: how samples are encoded, and the unit of their values. Of files
whose headers agree in all that matters only the first is opened. Standard: PS3.3 C.7.6.3 (Image Pixel), C.11.1.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from dicom.dataset.read import read
from dicom.errors import DicomError, FileChangedError, PixelError
from dicom.pixels.description import PIXEL_DATA, describe
from dicom.pixels.image.modality import UNUSABLE, Modality
from dicom.pixels.image.units import is_known_unit
from dicom.pixels.native import is_plain
from dicom.volume.series.headers import is_multi_frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from numpy.typing import NDArray

    from dicom.dataset.file_dataset import FileDataset
    from dicom.pixels.description import FrameDescription

_NUMBERS = (
    *("Rows", "Columns", "SamplesPerPixel", "PlanarConfiguration", "BitsAllocated", "BitsStored", "HighBit"),
    *("PixelRepresentation", "NumberOfFrames"),
)
_UNITS_OF_FRAMES = (
    "PixelValueTransformationSequence.RescaleType",
    "RealWorldValueMappingSequence.MeasurementUnitsCodeSequence.CodeValue",
    "RealWorldValueMappingSequence.QuantityDefinitionSequence.ConceptCodeSequence.CodeValue",
)
_RESCALES_OF_FRAMES = (
    "PixelValueTransformationSequence.RescaleSlope",
    "PixelValueTransformationSequence.RescaleIntercept",
)
_MAPPINGS_OF_FRAMES = (
    "RealWorldValueMappingSequence.RealWorldValueSlope",
    "RealWorldValueMappingSequence.RealWorldValueIntercept",
)
# What a file's pixels are like is asked without reading them: values from this size on stay in the file.
_LARGE = 1 << 16
_TEXTS = ("SOPClassUID", "PhotometricInterpretation", "Modality", "ImageType", "RescaleType", "Units")


class FrameKind:
    """What the frames of some files have in common.

    Attributes
    ----------
    description : FrameDescription
        Of the first of these files. Its transfer syntax and samples are those of all.
    unit : str or None
        Of the values.
    unit_source : str
        The element that says it, or why it isn't known.
    quantity : str or None
        The coded meaning of what values are of, where a mapping says it and all frames mean the same.
    is_plain : bool
        Whether frames lie in their files as they lie in an array, but for byte order and unused bits.
    dtype : numpy.dtype
        Of decoded samples, in the byte order of the machine.
    is_color : bool
        Whether a pixel has three samples.
    rescale : {"none", "broken", "identity", "other"}
        What is stated for the first frame: no transformation at all, one that can't be used, one that changes nothing.
    has_codes : bool
        Whether samples are colours, or indices of them, which no rescale is meant for.
    """

    __slots__ = (
        "description",
        "dtype",
        "has_codes",
        "is_color",
        "is_plain",
        "quantity",
        "rescale",
        "unit",
        "unit_source",
    )

    def __init__(self, ds: FileDataset, frames: list[int]) -> None:
        self.description: FrameDescription = describe(ds)
        modality = Modality(ds, self.description)
        first = modality.of_frame(frames[0])
        self.unit, self.unit_source = first.unit, first.unit_source
        self.quantity = first.quantity
        if not first.source:
            self.rescale = "broken" if first.unit_source == UNUSABLE else "none"
        else:
            self.rescale = "identity" if first.is_identity else "other"
        for frame in _frames_to_ask(ds, frames):
            found = modality.of_frame(frame)
            if found.unit != self.unit:
                raise PixelError(
                    f"frame {frame} is in {name_of_unit(found.unit, found.unit_source)}, frame {frames[0]} in "
                    f"{name_of_unit(self.unit, self.unit_source)}: one volume has one unit"
                )
            if found.quantity != self.quantity:
                self.quantity = None
        self.is_plain = (
            self.description.tag == PIXEL_DATA
            and not self.description.is_encapsulated
            and self.description.samples_per_pixel == 1
            and is_plain(self.description)
        )
        self.dtype: np.dtype[Any] = np.dtype(self.description.dtype).newbyteorder("=")
        self.is_color = self.description.samples_per_pixel > 1
        self.has_codes = self.is_color or self.description.photometric_interpretation == "PALETTE COLOR"


def frame_kinds(headers: Any, files: NDArray[np.intp], frames: NDArray[np.intp]) -> dict[int, FrameKind]:
    """The kind of each file's frames.

    Parameters
    ----------
    headers : Headers
    files, frames : ndarray, shape (n,)
        Of the planes that are wanted.

    Raises
    ------
    PixelError
        A file has no pixel data, or its Image Pixel module contradicts itself. `path` is the file.
    FileChangedError
        A file has gone, or is another.
    """
    chosen = np.unique(files)
    numbers = [headers.number(name)[chosen].tolist() for name in _NUMBERS]
    texts = [[column[file] for file in chosen] for column in map(headers.text, _TEXTS)]
    flags = [column[chosen].tolist() for column in (headers.is_big_endian, headers.is_deflated, headers.has_pixels)]
    syntaxes = [headers.transfer_syntax[file] for file in chosen]
    # NaN isn't equal to itself.
    numbers = [[None if value != value else value for value in column] for column in numbers]
    known: dict[tuple[object, ...], FrameKind] = {}
    found = {}
    slope, intercept = headers.number("RescaleSlope")[chosen], headers.number("RescaleIntercept")[chosen]
    is_rescaled = np.isfinite(slope) & np.isfinite(intercept) & (slope != 0)
    has_own = _has_own_unit(headers, chosen, is_rescaled & ((slope != 1) | (intercept != 0)))
    flags += [is_rescaled.tolist(), has_own.tolist()]
    frames_of = _frames_of(files, frames)
    # Where some files have a rescale, those that have none are asked whether theirs can't be used.
    may_differ = (is_multi_frame(headers)[chosen] | has_own | (is_rescaled.any() & ~is_rescaled)).tolist()
    rows = zip(*numbers, *texts, *flags, syntaxes, strict=True)
    for file, is_several, key in zip(chosen.tolist(), may_differ, rows, strict=True):
        # What frames have of their own isn't among the columns.
        kind = None if is_several else known.get(key)
        if kind is None:
            with naming(headers, file):
                kind = known[key] = FrameKind(open_file(headers, file, defer_size=_LARGE), frames_of[file])
        found[file] = kind
    return found


def _has_own_unit(headers: Any, files: NDArray[np.intp], is_changed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which files have a table, a dose or a mapping: units that stand in no column. A rescale goes before a mapping."""
    has_table = ~np.isnan(headers.number("ModalityLUT")[files]).any(axis=1)
    has_dose = headers.number("DoseGridScaling")[files] > 0
    mappings = [headers.number(name)[files] for name in ("RealWorldValue", "RealWorldValueDouble")]
    has_mapping = ~np.isnan(mappings).all(axis=0) & ~is_changed
    found: NDArray[np.bool_] = has_table | has_dose | has_mapping
    return found


def _frames_of(files: NDArray[np.intp], frames: NDArray[np.intp]) -> dict[int, list[int]]:
    """Which frames of each file, in the order of the planes."""
    found: dict[int, list[int]] = {}
    for file, frame in zip(files.tolist(), frames.tolist(), strict=True):
        found.setdefault(file, []).append(frame)
    return found


def _frames_to_ask(ds: FileDataset, frames: list[int]) -> list[int]:
    """One frame for each way in which functional groups may state a unit."""
    if len(frames) < 2 or "PerFrameFunctionalGroupsSequence" not in ds:
        return []
    found: Any = ds.per_frame.columns((*_UNITS_OF_FRAMES, *_RESCALES_OF_FRAMES, *_MAPPINGS_OF_FRAMES))
    columns: list[list[object]] = [found[name] for name in _UNITS_OF_FRAMES if isinstance(found.get(name), list)]
    columns += [_is_number(found[name]) for name in _RESCALES_OF_FRAMES if isinstance(found.get(name), np.ndarray)]
    # A mapping names the unit of rescaled values only where it gives the same.
    for pair in zip(_RESCALES_OF_FRAMES, _MAPPINGS_OF_FRAMES, strict=True):
        if all(isinstance(found.get(name), np.ndarray) for name in pair):
            one, other = (_first_numbers(found[name]) for name in pair)
            columns.append((one[: len(other)] == other[: len(one)]).tolist())
    said: dict[tuple[object, ...], int] = {}
    for frame in frames:
        said.setdefault(tuple(column[frame] if frame < len(column) else None for column in columns), frame)
    return list(said.values())


def _is_number(column: NDArray[Any]) -> list[object]:
    """Of each frame whether it has a number, and whether it is zero: a slope of that is none."""
    numbers = _first_numbers(column)
    return list(zip(np.isfinite(numbers).tolist(), (numbers == 0).tolist(), strict=True))


def _first_numbers(column: NDArray[Any]) -> NDArray[np.float64]:
    numbers: NDArray[np.float64] = np.ma.filled(np.ma.asarray(column, np.float64), np.nan)
    return numbers.reshape(len(column), -1)[:, 0]


def name_of_unit(unit: str | None, source: str) -> str:
    """What a message calls a unit. Any text may stand in its element: only what is a unit for certain is said."""
    if unit is None:
        return "an unknown unit"
    return unit if is_known_unit(unit, source) else "a unit of their own"


def open_file(
    headers: Any, file: int, *, defer_size: int | None = None, stop_before_pixels: bool = False
) -> FileDataset:
    """The data set of a file, if it is still the one whose header was read.

    Raises
    ------
    FileChangedError
        It has gone, or is another.
    """
    source = headers.sources[file]
    # Before it is opened, for a pipe that took its place would keep a reader waiting; and once more afterwards.
    ensure_same(headers, file)
    try:
        ds = read(source, defer_size, stop_before_pixels)
    except FileNotFoundError:
        raise FileChangedError("it has gone since its header was read", path=name_of(headers, file)) from None
    ensure_same(headers, file)
    return ds


def ensure_same(headers: Any, file: int) -> None:
    """Refuses a file that isn't the one whose header was read.

    Raises
    ------
    FileChangedError
    """
    source = headers.sources[file]
    if isinstance(source, (bytes, bytearray, memoryview)):
        return
    import os

    try:
        now = os.stat(source)
    except FileNotFoundError:
        raise FileChangedError("it has gone since its header was read", path=name_of(headers, file)) from None
    if (now.st_size, now.st_mtime_ns) != (headers.size[file], headers.mtime_ns[file]):
        raise FileChangedError("its size or time has changed since its header was read", path=name_of(headers, file))


def name_of(headers: Any, file: int) -> str:
    """What a message calls a file: its path; its place in the list for bytes that have none."""
    names = getattr(headers, "names", None)
    if names is not None:
        return str(names[file])
    source = headers.sources[file]
    return f"bytes {file}" if isinstance(source, (bytes, bytearray, memoryview)) else str(source)


@contextmanager
def naming(headers: Any, file: int) -> Iterator[None]:
    """Says of an error which file it is about."""
    try:
        yield
    except DicomError as error:
        name = name_of(headers, file)
        error.path = name
        # Those of opening a file say it by themselves.
        if not str(error).startswith(name):
            error.args = (f"{name}: {error}", *error.args[1:])
        raise
    except OSError as error:
        if error.filename is None:
            error.filename = name_of(headers, file)
        raise
