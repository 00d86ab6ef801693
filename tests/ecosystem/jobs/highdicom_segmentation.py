"""highdicom: make segmentations of a CT series (binary, fractional, label map; native, compressed), and read them.

Arguments: the folder of the series, a folder to write to.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import canonical

canonical.same_uids_on_each_run()

import highdicom as hd
import numpy as np
import pydicom
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian, JPEGLSLossless, RLELossless


def description(number: int, label: str, kind: Any) -> hd.seg.SegmentDescription:
    """What a segment is (PS3.3 C.8.20.4)."""
    return hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=label,
        segmented_property_category=codes.SCT.Organ,
        segmented_property_type=kind,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=hd.AlgorithmIdentificationSequence(
            name="Thresholds", version="1.0", family=codes.cid7162.ArtificialIntelligence
        ),
        tracking_uid=hd.UID(),
        tracking_id=f"Segment {number}",
    )


def read_back(path: Path) -> dict[str, Any]:
    """What a program gets from the file: by segment, by source image, as a volume; whole, and lazily."""
    whole = hd.seg.segread(path)
    lazy = hd.seg.segread(path, lazy_frame_retrieval=True)
    numbers = whole.segment_numbers
    uids = [uid for *_, uid in whole.get_source_image_uids()]
    by_image = whole.get_pixels_by_source_instance(uids[3:7], assert_missing_frames_are_empty=True)
    combined = whole.segmentation_type != hd.seg.SegmentationTypeValues.FRACTIONAL
    volume = lazy.get_volume(combine_segments=combined, skip_overlap_checks=True)
    return {
        "type": str(whole.segmentation_type),
        "segments": [[number, whole.get_segment_description(number).segment_label] for number in numbers],
        "tracked": [[str(part) for part in entry] for entry in whole.get_tracking_ids()],
        "found": whole.get_segment_numbers(segmented_property_type=codes.SCT.Bone),
        "frames": whole.NumberOfFrames,
        "by image": canonical.array(by_image),
        "volume": canonical.array(volume.array),
        "affine": volume.affine.round(6).tolist(),
        "frame": canonical.array(lazy.get_frame(2)),
        "pixel array": canonical.array(pydicom.dcmread(path).pixel_array),
        "elements": canonical.outline(whole),
    }


def main(series: str, folder: str) -> None:
    """Do the job."""
    images = sorted((pydicom.dcmread(path) for path in Path(series).iterdir()), key=lambda each: each.InstanceNumber)
    volume = np.stack([each.pixel_array * each.RescaleSlope + each.RescaleIntercept for each in images])
    bone, body = volume > 300, volume > -500
    masks = np.stack([bone, body], axis=-1).astype(np.uint8)
    kinds = hd.seg.SegmentationTypeValues
    wanted = {
        "binary": (kinds.BINARY, masks, ExplicitVRLittleEndian),
        "fractional": (kinds.FRACTIONAL, masks * np.float32([0.75, 0.5]), ExplicitVRLittleEndian),
        "fractional-rle": (kinds.FRACTIONAL, masks * np.float32([0.25, 1.0]), RLELossless),
        "labelmap": (kinds.LABELMAP, np.where(bone, 1, np.where(body, 2, 0)).astype(np.uint8), ExplicitVRLittleEndian),
        "labelmap-jpegls": (kinds.LABELMAP, np.where(body, 2, 0).astype(np.uint8), JPEGLSLossless),
    }
    result: dict[str, Any] = {}
    for number, (name, (kind, pixels, syntax)) in enumerate(wanted.items(), 1):
        segmentation = hd.seg.Segmentation(
            source_images=images,
            pixel_array=pixels,
            segmentation_type=kind,
            segment_descriptions=[description(1, "Bone", codes.SCT.Bone), description(2, "Body", codes.SCT.Abdomen)],
            series_instance_uid=hd.UID(),
            series_number=100 + number,
            sop_instance_uid=hd.UID(),
            instance_number=number,
            manufacturer="Phantom Maker",
            manufacturer_model_name="Thresholds",
            software_versions="1.0",
            device_serial_number="1",
            transfer_syntax_uid=syntax,
            content_label="PHANTOM",
            content_creator_name=hd.valuerep.PersonName.from_named_components(family_name="Machine", given_name="A"),
        )
        canonical.settle(segmentation)
        path = Path(folder) / f"{name}.dcm"
        segmentation.save_as(path)
        result[name] = {"file": canonical.file(path), **read_back(path)}
    canonical.emit(result)


main(*sys.argv[1:])
