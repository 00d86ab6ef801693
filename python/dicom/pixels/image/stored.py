"""The stored values of an image's frames: decoded when they are asked for, colours as they are stored.

In: a data set. Out: arrays, (rows, columns) or (rows, columns, samples), one for each frame, not writable.
Standard: PS3.3 C.7.6.3.
"""

from __future__ import annotations

from copy import copy

from dicom.pixels.description import describe
from dicom.pixels.frame_decoder import MAX_EXPANSION, FrameDecoder
from dicom.pixels.image.overlay_planes import embedded_findings
from dicom.pixels.image.polarity import polarity_findings
from dicom.pixels.threads import cpu_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.finding import Finding
    from dicom.pixels.description import DataSet, FrameDescription

#: Of a series, so many frames a thread are decoded together, and not more than so many bytes.
_FRAMES_TOGETHER = 4
_BYTES_TOGETHER = 32 * 2**20


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

    def frame(self, index: int) -> NDArray[Any]:
        """One frame; the last one that was asked for is kept."""
        kept = self._kept
        if kept is None or kept[0] != index:
            array = self.decoder.decode(self.decoder.position(index), cpu_count())
            array.setflags(write=False)
            self._kept = kept = (index, array)
        return kept[1]

    def frames(self, indices: Sequence[int], decoded_by: FrameDescription | None = None) -> Iterator[NDArray[Any]]:
        """Several frames, one after the other; as many are decoded together as there are threads for.

        Another description, such as `as_rgb`, can ask for other colours.
        """
        if len(indices) == 1 and decoded_by is None:
            yield self.frame(indices[0])
            return
        decoder, threads = self.decoder, cpu_count()
        if decoded_by is not None:
            decoder = FrameDecoder(self.ds, decoded_by, located=decoder.located)
        together = min(_FRAMES_TOGETHER * threads, max(1, _BYTES_TOGETHER // self.description.frame_bytes))
        if decoder.is_played:
            together = 1
        for first in range(0, len(indices), together):
            part = indices[first : first + together]
            array = decoder.empty(len(part))
            decoder.fill(array, part, threads)
            yield from array

    @property
    def as_rgb(self) -> FrameDescription | None:
        """A description by which decoding turns YBR into RGB, each thread its own frames; None without YBR."""
        if not self.description.is_ybr_full:
            return None
        converting = copy(self.description)
        converting.converts_color = True
        # That of other frames, which were left as they are.
        converting.holds_ybr = False
        return converting

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
        if self.description.is_ybr_full and not self.description.is_encapsulated:
            return self.description.photometric_interpretation if self.description.is_ybr_partial else "YBR_FULL"
        if self.description.is_ybr_full and self._kept is None:
            self.frame(0)
        return self.description.decoded_interpretation

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was put right; a frame is decoded for it if none was yet."""
        if self._findings is None:
            if self._kept is None:
                self.frame(0)
            found = embedded_findings(self.ds, self.description) + polarity_findings(self.ds, self.description)
            self._findings = found
            add = getattr(self.ds, "_add_finding", None)
            if add is not None:
                for finding in found:
                    add(finding)
        return tuple(dict.fromkeys([*self.description.findings, *self._findings]))

    def raw_frame(self, index: int) -> NDArray[Any]:
        """One frame with all bits that are allocated, as unsigned numbers: what lies above Bits Stored is there."""
        whole = copy(self.description)
        whole.findings = []
        whole.bits_stored = whole.bits_allocated
        whole.is_signed = False
        return FrameDecoder(self.ds, whole, located=self.decoder.located).decode(index, cpu_count())
