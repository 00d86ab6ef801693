"""highdicom: read a segmentation that another program wrote, as a volume and by the images that it was drawn on.

Arguments: the folder of the series, the segmentation, a folder that gets ``volume.npz`` with the array, in which each
segment has an axis of its own at the end, its affine and the array by source images.
"""

from __future__ import annotations

import sys
from pathlib import Path

import canonical
import highdicom as hd
import numpy as np
import pydicom


def main(series: str, segmentation: str, folder: str) -> None:
    """Do the job."""
    images = sorted((pydicom.dcmread(path) for path in Path(series).iterdir()), key=lambda each: each.InstanceNumber)
    seg = hd.seg.segread(segmentation)
    volume = seg.get_volume(rescale_fractional=True)
    by_image = seg.get_pixels_by_source_instance(
        [image.SOPInstanceUID for image in images], assert_missing_frames_are_empty=True
    )
    np.savez(Path(folder) / "volume.npz", array=volume.array, affine=volume.affine, by_image=by_image)
    described = [seg.get_segment_description(number) for number in seg.segment_numbers]
    canonical.emit(
        {
            "type": str(seg.segmentation_type),
            "labels": [one.segment_label for one in described],
            "types": [[one.segmented_property_type.value, one.segmented_property_type.meaning] for one in described],
            "sources": [str(uid) for *_, uid in seg.get_source_image_uids()],
            "volume": canonical.array(volume.array),
            "by image": canonical.array(by_image),
        }
    )


main(*sys.argv[1:])
