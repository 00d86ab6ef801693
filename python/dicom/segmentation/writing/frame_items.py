"""The items of the Per-frame Functional Groups Sequence of a segmentation, as bytes.

In: slices with their positions and sources, and the slice and segment of each frame. Out: the sequence, as an element
of a data set. Standard: PS3.3 C.7.6.16 (functional groups), C.8.20.3.1 (Segment Identification), PS3.5 7.5.

Frames of one slice differ in three numbers only, the segment's and two indices. So each slice's item is encoded once,
and those numbers are put between its parts: 29,400 items (98 segments of 300 slices) take 0.1 s. As data sets, seven of
them nested in each, they would take minutes to make and to write.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

from dicom.dataset.dataset import Dataset
from dicom.dataset.read import read
from dicom.dataset.write import encode
from dicom.errors import WriteError
from dicom.instances.items import code_item, derivation_item, item_with, source_image_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dicom.elements.element import DataElement
    from dicom.volume.sources import Reference

#: How frames were derived (PS3.16 CID 7203).
_SEGMENTATION = ("DCM", "113076", "Segmentation")
_SEQUENCE = 0x52009230
_ITEM = Struct("<HHL")
_SEQUENCE_HEADER = Struct("<HH2sHL")
_LONG = Struct("<L")
_LONGS = Struct("<LL")
_SHORT = Struct("<H")
#: Headers of Dimension Index Values and of Referenced Segment Number, explicit VR, little endian; the byte 91 is in no
#: text that stands before them, for those are UIDs and codes.
_INDEX_OF_ONE = b"\x20\x00\x57\x91UL\x04\x00"
_INDEX_OF_TWO = b"\x20\x00\x57\x91UL\x08\x00"
_SEGMENT_NUMBER = b"\x62\x00\x0b\x00US\x02\x00"
_MOST_BYTES = 0xFFFFFFFE


class Plane(NamedTuple):
    """A slice that frames lie in."""

    #: Image Position (Patient).
    position: list[float]
    #: The images that the slice was segmented in.
    references: Sequence[Reference]
    #: Whether pixel for pixel those lie where the slice's do.
    same_pixels: bool


def derivation_image(plane: Plane) -> Dataset:
    """An item of the Derivation Image Sequence: that the slice was segmented, and in which images."""
    sources = [
        source_image_item(one.sop_class_uid, one.sop_instance_uid, one.frame_number, has_same_pixels=plane.same_pixels)
        for one in plane.references
    ]
    return derivation_item(code_item(*_SEGMENTATION), sources)


def per_frame_groups(planes: Sequence[Plane], frames: Iterable[tuple[int, int | None]]) -> DataElement:
    """The Per-frame Functional Groups Sequence.

    Parameters
    ----------
    planes : sequence of Plane
        The slices that have frames, in order.
    frames : iterable of (index, segment number)
        Of each frame: the index of its plane, and its segment; None for a label map, whose frames have all segments.

    Returns
    -------
    DataElement
        As if it had been read: nothing is decoded before somebody asks for it.

    Raises
    ------
    WriteError
        The items make more than 4 GiB.
    """
    parts: list[bytes] = []
    of_segment: list[tuple[bytes, bytes, bytes]] = []
    of_labels: list[tuple[bytes, bytes]] = []
    for index, segment in frames:
        if segment is None:
            if not of_labels:
                of_labels = [_parts_of_label_item(plane) for plane in planes]
            before, after = of_labels[index]
            parts += (before, _LONG.pack(index + 1), after)
        else:
            if not of_segment:
                of_segment = [_parts_of_segment_item(plane) for plane in planes]
            before, between, after = of_segment[index]
            parts += (before, _LONGS.pack(segment, index + 1), between, _SHORT.pack(segment), after)
    items = b"".join(parts)
    if len(items) > _MOST_BYTES:
        raise WriteError("the functional groups of so many frames make more than 4 GiB", tag=_SEQUENCE)
    header = _SEQUENCE_HEADER.pack(_SEQUENCE >> 16, _SEQUENCE & 0xFFFF, b"SQ", 0, len(items))
    holder = read(header + items, force=True)
    return holder[_SEQUENCE]


def _parts_of_segment_item(plane: Plane) -> tuple[bytes, bytes, bytes]:
    """The item of a frame in a slice: before its indices, between them and the segment's number, and after that."""
    groups = _item_without_segment(plane, [0, 0])
    groups.SegmentIdentificationSequence = [item_with(ReferencedSegmentNumber=0)]
    encoded = _encoded(groups)
    first = encoded.index(_INDEX_OF_TWO) + len(_INDEX_OF_TWO)
    second = encoded.index(_SEGMENT_NUMBER, first) + len(_SEGMENT_NUMBER)
    return encoded[:first], encoded[first + _LONGS.size : second], encoded[second + _SHORT.size :]


def _parts_of_label_item(plane: Plane) -> tuple[bytes, bytes]:
    encoded = _encoded(_item_without_segment(plane, [0]))
    first = encoded.index(_INDEX_OF_ONE) + len(_INDEX_OF_ONE)
    return encoded[:first], encoded[first + _LONG.size :]


def _item_without_segment(plane: Plane, indices: list[int]) -> Dataset:
    groups = Dataset()
    if plane.references:
        groups.DerivationImageSequence = [derivation_image(plane)]
    groups.FrameContentSequence = [item_with(DimensionIndexValues=indices)]
    groups.PlanePositionSequence = [item_with(ImagePositionPatient=plane.position)]
    return groups


def _encoded(groups: Dataset) -> bytes:
    data = encode(groups, implicit_vr=False, little_endian=True)
    return _ITEM.pack(0xFFFE, 0xE000, len(data)) + data
