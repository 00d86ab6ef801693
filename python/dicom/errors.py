"""The errors of this library, one tree.

::

    DicomError (Exception)
    ├── InvalidDicomError        ValueError  what was given is not DICOM
    ├── ParseError               ValueError  the bytes can't be read further, and nothing sensible can be returned
    │   └── BytesLengthException             a value's bytes don't divide into whole values of its VR
    ├── LimitError               ValueError  a limit was met (depth, items, inflated size); the caller can raise it
    ├── ValueRepresentationError ValueError  a value doesn't fit its VR
    ├── ValueTypeError           TypeError   a value of a type that can't be written as its VR
    ├── WriteError               ValueError  what would be written is no DICOM, or would lose something
    │   └── FileMetaError        AttributeError      an element that the File Meta Information has to have is absent
    ├── CharacterSetError        ValueError  text that can't be encoded in the Specific Character Set
    ├── PixelError               ValueError  the pixel module contradicts itself or the pixel data
    │   ├── MissingElementError  AttributeError      an element that the pixels can't be read without is absent
    │   └── CodecError           RuntimeError        a codestream that can't be decoded
    │       ├── TransferSyntaxError  NotImplementedError no codec for the transfer syntax
    │       └── DecodeTimeoutError   TimeoutError        a frame that wasn't decoded by its deadline
    ├── WorkerError              RuntimeError a worker process that should decode can't be started
    ├── ColumnError              ValueError  an element whose values make no column: in several places, or no numbers
    ├── GeometryError            ValueError  positions, orientations or spacings that don't make a grid
    │   └── SeveralSeriesError               several series where one was to be read
    ├── QuantityError            ValueError  the header doesn't decide what a value means: a unit, a dose, a time
    ├── RegionError              ValueError  contours, segments or masks that don't make a region
    ├── FileChangedError         OSError     the file of a value that was left in it is no longer the same file
    └── MissingDependencyError   ImportError an optional package is needed; the message says which to install

No message holds an element's value: it can be a patient's name. Facts are attributes: ``tag``, ``offset``, ``path``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class DicomError(Exception):
    """Root of all errors of this library.

    Attributes
    ----------
    tag : int or None
        The element that the error is about.
    offset : int or None
        Byte offset from the beginning of the source.
    path : str or None
        The file, where there is one.
    """

    tag: int | None = None
    offset: int | None = None
    path: str | None = None

    def __init__(
        self, *args: object, tag: int | None = None, offset: int | None = None, path: str | None = None
    ) -> None:
        super().__init__(*args)
        if tag is not None:
            self.tag = tag
        if offset is not None:
            self.offset = offset
        if path is not None:
            self.path = path


class InvalidDicomError(DicomError, ValueError):
    """What was given is not DICOM."""


class ParseError(DicomError, ValueError):
    """The bytes can't be read further, and nothing sensible can be returned."""


class BytesLengthException(ParseError):
    """The bytes of a value don't divide into whole values of its VR."""


class LimitError(DicomError, ValueError):
    """A limit was met; its name, and the argument that raises it, stand in the message."""


class ValueRepresentationError(DicomError, ValueError):
    """A value doesn't fit its VR (PS3.5 6.2)."""


class ValueTypeError(DicomError, TypeError):
    """A value of a type that can't be written as its VR."""


class WriteError(DicomError, ValueError):
    """What would be written is no DICOM, or would lose something that was read. The target was not touched."""


class FileMetaError(WriteError, AttributeError):
    """The File Meta Information lacks an element that it has to have."""


class CharacterSetError(DicomError, ValueError):
    """Text that can't be encoded in the Specific Character Set (PS3.5 6.1)."""


class PixelError(DicomError, ValueError):
    """The image pixel module contradicts itself or the pixel data (PS3.3 C.7.6.3)."""


class MissingElementError(PixelError, AttributeError):
    """There is no pixel data, or an element that it can't be read without is absent or empty.

    An AttributeError too, so that ``hasattr(ds, "pixel_array")`` answers the question.
    """


class CodecError(PixelError, RuntimeError):
    """A codestream that can't be decoded, or a transfer syntax without a codec.

    A RuntimeError too, which is what programs written for pydicom expect of a plugin that fails.
    """


class TransferSyntaxError(CodecError, NotImplementedError):
    """The transfer syntax of the pixel data is unknown, or none of the codecs decodes it."""


class DecodeTimeoutError(CodecError, TimeoutError):
    """A frame wasn't decoded by its deadline, and the worker process that was to decode it was ended."""


class WorkerError(DicomError, RuntimeError):
    """A worker process that should decode frames can't be started."""


class ColumnError(DicomError, ValueError):
    """An element whose values make no column: it stands in several places, or holds neither numbers nor text."""


class GeometryError(DicomError, ValueError):
    """Positions, orientations or spacings that don't make a grid.

    Attributes
    ----------
    report : GeometryReport or None
        All that was found wrong with the planes, where they were looked at as a whole.
    """

    report: Any = None

    def __init__(self, *args: object, report: Any = None, path: str | None = None, tag: int | None = None) -> None:
        super().__init__(*args, tag=tag, path=path)
        if report is not None:
            self.report = report


class SeveralSeriesError(GeometryError):
    """There are several series, and nothing says which of them is to be read.

    Attributes
    ----------
    found : FoundSeries
        All of them; printed, it is a table.
    """

    def __init__(self, *args: object, found: Any = None, report: Any = None) -> None:
        super().__init__(*args, report=report)
        self.found = found


class QuantityError(DicomError, ValueError):
    """The header doesn't decide a quantity: an element is absent, zero, not usable, or contradicts another.

    Attributes
    ----------
    keywords : tuple of str
        The elements that it is about.
    """

    def __init__(self, *args: object, keywords: tuple[str, ...] = (), tag: int | None = None) -> None:
        super().__init__(*args, tag=tag)
        self.keywords = keywords


class RegionError(DicomError, ValueError):
    """Contours, segments or masks that don't make a region, or none of the name that was asked for."""


class FileChangedError(DicomError, OSError):
    """The file of a value that was left in it is no longer the file that was read."""


class MissingDependencyError(DicomError, ImportError):
    """An optional package is needed; the message says which to install."""
