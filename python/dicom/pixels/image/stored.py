"""The stored values of an image's frames: decoded when they are asked for, colours as they are stored.

In: a data set. Out: arrays, (rows, columns) or (rows, columns, samples), one for each frame, not writable.
Standard: PS3.3 C.7.6.3.
"""

from __future__ import annotations

from dicom.pixels.decode import MAX_EXPANSION, FrameDecoder, cpu_count, decode_frame
from dicom.pixels.description import FrameDescription, FrameIndexError, describe
from dicom.pixels.image.codestream import contradictions
from dicom.pixels.image.overlay_planes import embedded_findings

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

    __slots__ = ("_findings", "_frames", "_kept", "description", "ds")

    def __init__(self, ds: DataSet) -> None:
        self.ds: Any = ds
        self.description = describe(ds)
        self.description.converts_color = False
        self._frames: FrameDecoder | None = None
        self._kept: tuple[int, NDArray[Any]] | None = None
        self._findings: list[Finding] | None = None

    @property
    def decoder(self) -> FrameDecoder:
        """Where the frames are, found when it is first asked for."""
        if self._frames is None:
            self._frames = FrameDecoder(self.ds, self.description)
        return self._frames

    @property
    def count(self) -> int:
        """How many frames there are, which can be more than Number of Frames says."""
        return self.decoder.count

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
            array = self.decoder.decode(self.decoder.position(index), cpu_count())
            array.setflags(write=False)
            self._kept = kept = (index, array)
        return kept[1]

    def frames(self, indices: Sequence[int]) -> Iterator[NDArray[Any]]:
        """Several frames, one after the other; memory holds one at a time."""
        if len(indices) == 1:
            yield self.frame(indices[0])
            return
        threads = cpu_count()
        for index in indices:
            yield self.decoder.decode(index, threads)

    def all_frames(self) -> NDArray[Any]:
        """All frames in one array, decoded on several threads."""
        if self.count == 1:
            return self.frame(0)
        decoder = self.decoder
        decoder.check_complete()
        decoder.check(range(self.count), MAX_EXPANSION)
        array = decoder.empty(self.count)
        decoder.fill(array, range(self.count), cpu_count())
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
            found = embedded_findings(self.ds, self.description)
            if self.description.is_encapsulated and not self.decoder.is_played:
                found += contradictions(self.ds, self.description)
            self._findings = found
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
