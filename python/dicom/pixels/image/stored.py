"""The stored values of an image's frames: decoded when they are asked for, colours as they are stored.

In: a data set. Out: arrays, (rows, columns) or (rows, columns, samples), one for each frame, not writable.
Standard: PS3.3 C.7.6.3.
"""

from __future__ import annotations

from dicom.pixels.decode import decode_frame, iter_frames, pixel_array
from dicom.pixels.description import FrameDescription, FrameIndexError, describe
from dicom.pixels.frames import locate_frames
from dicom.pixels.image.codestream import contradictions
from dicom.pixels.image.overlay_planes import embedded_findings
from dicom.pixels.image.polarity import polarity_findings
from dicom.pixels.native import count_native_frames
from dicom.pixels.source import open_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.finding import Finding
    from dicom.pixels.description import DataSet


class StoredFrames:
    """The frames of a data set.

    Attributes
    ----------
    ds : Dataset
    description : FrameDescription
        Of the data set as it was; YBR_FULL is not turned into RGB.
    """

    __slots__ = ("_count", "_findings", "_kept", "description", "ds")

    def __init__(self, ds: DataSet) -> None:
        self.ds: Any = ds
        self.description = describe(ds)
        self.description.converts_color = False
        self._count: int | None = None
        self._kept: tuple[int, NDArray[Any]] | None = None
        self._findings: list[Finding] | None = None

    @property
    def count(self) -> int:
        """How many frames there are, which can be more than Number of Frames says."""
        if self._count is None:
            source = open_source(self.ds, self.description.tag)
            if self.description.is_encapsulated:
                self._count = len(locate_frames(source, self.description, self.ds))
            else:
                self._count = count_native_frames(source, self.description)
        return self._count

    def index(self, frame: int) -> int:
        """The index of a frame from 0, of one that may be counted from the end.

        Raises
        ------
        FrameIndexError
            There is no such frame.
        """
        if not -self.count <= frame < self.count:
            raise FrameIndexError(f"there is no frame {frame}: the image has {self.count}, counted from 0")
        return frame % self.count

    def frame(self, index: int) -> NDArray[Any]:
        """One frame; the last one that was asked for is kept."""
        kept = self._kept
        if kept is None or kept[0] != index:
            array = decode_frame(self.ds, index, description=self.description)
            array.setflags(write=False)
            self._kept = kept = (index, array)
        return kept[1]

    def frames(self, indices: Sequence[int]) -> Iterator[NDArray[Any]]:
        """Several frames, one after the other; memory holds one at a time."""
        if len(indices) == 1:
            yield self.frame(indices[0])
            return
        yield from iter_frames(self.ds, indices, description=self.description)

    def all_frames(self) -> NDArray[Any]:
        """All frames in one array, decoded on several threads."""
        if self.count == 1:
            return self.frame(0)
        array = pixel_array(self.ds, description=self.description)
        array.setflags(write=False)
        return array

    @property
    def interpretation(self) -> str:
        """Photometric Interpretation of the decoded frames; a frame is decoded where only that can tell."""
        if self.description.is_ybr_full and self.description.is_encapsulated and self._kept is None:
            self.frame(0)
        elif self.description.is_ybr_full and not self.description.is_encapsulated:
            return "YBR_FULL"
        return self.description.decoded_interpretation

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was put right; a frame is decoded for it if none was yet."""
        if self._findings is None:
            if self._kept is None:
                self.frame(0)
            found = embedded_findings(self.ds, self.description) + polarity_findings(self.ds, self.description)
            if self.description.is_encapsulated:
                found += contradictions(self.ds, self.description)
            self._findings = found
            add = getattr(self.ds, "_add_finding", None)
            if add is not None:
                for finding in found:
                    add(finding)
        return tuple(dict.fromkeys([*self.description.findings, *self._findings]))

    def raw_frame(self, index: int) -> NDArray[Any]:
        """One frame with all bits that are allocated, as unsigned numbers: what lies above Bits Stored is there."""
        whole = FrameDescription()
        for name in FrameDescription.__slots__:
            setattr(whole, name, getattr(self.description, name))
        whole.findings = []
        whole.bits_stored = whole.bits_allocated
        whole.is_signed = False
        return decode_frame(self.ds, index, description=whole)
