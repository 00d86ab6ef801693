"""What the frames of files hold: one description for all files that say the same of their pixels.

In: headers of files. Out: for each file a `FrameKind`: how samples are encoded, and the unit of their values. Of files
whose headers agree in all that matters only the first is opened. Standard: PS3.3 C.7.6.3 (Image Pixel), C.11.1.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from dicom.dataset.read import read
from dicom.errors import DicomError, FileChangedError
from dicom.pixels.description import PIXEL_DATA, describe
from dicom.pixels.image.modality import Modality
from dicom.pixels.native import is_plain

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
_TEXTS = ("SOPClassUID", "PhotometricInterpretation", "Modality", "ImageType", "RescaleType", "Units")


class FrameKind:
    """What the frames of some files have in common.

    Attributes
    ----------
    description : FrameDescription
        Of the first of these files. Its transfer syntax and samples are those of all.
    unit : str or None
        Of the values of that file's first frame.
    unit_source : str
        The element that says it, or why it isn't known.
    is_plain : bool
        Whether frames lie in their files as they lie in an array, but for byte order and unused bits.
    dtype : numpy.dtype
        Of decoded samples, in the byte order of the machine.
    is_color : bool
        Whether a pixel has three samples.
    has_codes : bool
        Whether samples are colours, or indices of them, which no rescale is meant for.
    """

    __slots__ = ("description", "dtype", "has_codes", "is_color", "is_plain", "unit", "unit_source")

    def __init__(self, ds: FileDataset, *, frame: int) -> None:
        self.description: FrameDescription = describe(ds)
        transformation = Modality(ds, self.description).of_frame(frame)
        self.unit, self.unit_source = transformation.unit, transformation.unit_source
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
    chosen, first = np.unique(files, return_index=True)
    numbers = [headers.number(name)[chosen].tolist() for name in _NUMBERS]
    texts = [[column[file] for file in chosen] for column in map(headers.text, _TEXTS)]
    flags = [column[chosen].tolist() for column in (headers.is_big_endian, headers.is_deflated, headers.has_pixels)]
    syntaxes = [headers.transfer_syntax[file] for file in chosen]
    # NaN isn't equal to itself.
    numbers = [[None if value != value else value for value in column] for column in numbers]
    known: dict[tuple[object, ...], FrameKind] = {}
    found = {}
    for file, frame, *said in zip(
        chosen.tolist(), frames[first].tolist(), *numbers, *texts, *flags, syntaxes, strict=True
    ):
        key = tuple(said)
        kind = known.get(key)
        if kind is None:
            with naming(headers, file):
                kind = known[key] = FrameKind(open_file(headers, file), frame=frame)
        found[file] = kind
    return found


def open_file(headers: Any, file: int, *, stop_before_pixels: bool = False) -> FileDataset:
    """The data set of a file, if it is still the one whose header was read.

    Raises
    ------
    FileChangedError
        It has gone, or is another.
    """
    source = headers.sources[file]
    try:
        ds = read(source, stop_before_pixels=stop_before_pixels)
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
