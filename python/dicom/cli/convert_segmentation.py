"""``dicom convert`` of a segmentation: its label map, or the mask of one segment, on its own grid or that of a series.

In: the name of a SEG file. Out: one NIfTI, NRRD, MetaImage or OME-Zarr file.
"""

from __future__ import annotations

import os

from dicom.errors import DicomError, PixelError, RegionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from dicom.segmentation.segmentation import Segmentation
    from dicom.volume.volume import Volume

#: Segmentation Storage, Label Map Segmentation Storage.
_SOP_CLASSES = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
#: Options that are of segmentations alone, and those of series that say nothing about one.
_OWN = {"segment": None, "on": None, "overlap": "raise"}
_OF_SERIES = {"series": None, "gaps": "raise", "tilt": "raise", "duplicates": "raise", "tolerance_mm": None}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``dicom convert`` understands for segmentations."""
    group = parser.add_argument_group("segmentations", "for the same outputs; without --segment all as a label map")
    group.add_argument("--segment", metavar="WHICH", help="the mask of one segment: its number or its label")
    group.add_argument("--on", metavar="SERIES", help="on the grid of this series: a folder or a file")
    group.add_argument(
        "--overlap",
        choices=("raise", "first", "last"),
        default="raise",
        help="in a label map, which of several segments a voxel is of (default: refuse)",
    )


def is_given(arguments: argparse.Namespace) -> bool:
    """Whether an option was given that is of segmentations alone."""
    return any(getattr(arguments, name) != default for name, default in _OWN.items())


def is_asked(arguments: argparse.Namespace) -> bool:
    """Whether the one file that was given is a segmentation."""
    from dicom.dataset.read import read

    if len(arguments.files) != 1 or not os.path.isfile(arguments.files[0]):
        return False
    try:
        ds = read(arguments.files[0], stop_before_pixels=True, specific_tags=["SOPClassUID"])
    except (DicomError, OSError):
        return False  # which is told where series are looked for
    return ds.get("SOPClassUID") in _SOP_CLASSES


def volume(arguments: argparse.Namespace) -> Volume:
    """What is to be written."""
    from dicom.segmentation.read import read_segmentation
    from dicom.volume.read import read_series

    if any(getattr(arguments, name) != default for name, default in _OF_SERIES.items()):
        raise PixelError("--series, --gaps and the like are of series: this is a segmentation")
    segmentation = read_segmentation(arguments.files[0], slice_spacing_mm=arguments.slice_spacing_mm)
    grid = None if arguments.on is None else read_series(arguments.on)
    if arguments.segment is not None:
        return segmentation.mask(_chosen(segmentation, arguments.segment), on=grid, progress=True)
    try:
        return segmentation.label_map(on=grid, overlap=arguments.overlap, progress=True)
    except RegionError as error:
        if arguments.overlap == "raise" and "overlap=" in str(error):
            words = str(error).partition(":")[0]
            raise RegionError(f"{words}: --overlap first or last says which counts, --segment takes one") from None
        raise


def _chosen(segmentation: Segmentation, which: str) -> str | int:
    """A label counts before a number."""
    return int(which) if which.isdecimal() and which not in segmentation.labels else which
