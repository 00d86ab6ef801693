"""The functional groups of frames as bytes are those that data sets would have been written as."""

from __future__ import annotations

import numpy as np
import pytest

import dicom
from dicom.dataset.write import encode
from dicom.segmentation.writing.frame_items import Plane, derivation_image, per_frame_groups
from dicom.values.number import DSfloat
from dicom.volume.sources import Reference

NOWHERE = np.zeros(3), np.zeros(6), (4, 4)


def _planes() -> list[Plane]:
    # UIDs of odd and of even length, a slice without images, one of two, frames of a multi-frame image.
    one = Reference("1.2.840.10008.5.1.4.1.1.2", "1.2.3.4", None, *NOWHERE)
    two = Reference("1.2.840.10008.5.1.4.1.1.2.1", "1.2.3.45", 300, *NOWHERE)
    position = [DSfloat(value) for value in (-1.5, 2.25, 1 / 8)]
    return [
        Plane(position, [one], same_pixels=True),
        Plane(position[::-1], [], same_pixels=False),
        Plane(position, [one, two], same_pixels=False),
    ]


def _as_data_sets(frames: list[tuple[int, int | None]]) -> dicom.Dataset:
    items = []
    for index, segment in frames:
        plane = _planes()[index]
        item, content, position, identification = (dicom.Dataset() for _ in range(4))
        if plane.references:
            item.DerivationImageSequence = [derivation_image(plane)]
        content.DimensionIndexValues = [index + 1] if segment is None else [segment, index + 1]
        item.FrameContentSequence = [content]
        position.ImagePositionPatient = plane.position
        item.PlanePositionSequence = [position]
        if segment is not None:
            identification.ReferencedSegmentNumber = segment
            item.SegmentIdentificationSequence = [identification]
        items.append(item)
    ds = dicom.Dataset()
    ds.PerFrameFunctionalGroupsSequence = items
    return ds


@pytest.mark.parametrize(
    "frames",
    [
        [(0, 1)],
        [(0, 1), (1, 1), (2, 1), (0, 2), (2, 65535)],
        # Numbers whose bytes are those of tags and VRs.
        [(0, 0x9157), (1, 0x5355), (2, 0x0062)],
        [(0, None), (1, None), (2, None)],
    ],
)
@pytest.mark.parametrize("implicit_vr", [False, True])
def test_items_are_the_bytes_of_data_sets(frames: list[tuple[int, int | None]], implicit_vr: bool) -> None:
    made = dicom.Dataset()
    groups = per_frame_groups(_planes(), frames)
    made[groups.tag] = groups
    told = _as_data_sets(frames)
    encoding = {"implicit_vr": implicit_vr, "little_endian": True}
    assert encode(made, **encoding) == encode(told, **encoding)
    assert made == told
