"""The modules of a segmentation: what a new one says beside its frames.

In: a template, regions with their grid and sources, and how they are to be written. Out: elements of a data set.
Standard: PS3.3 A.51 (Segmentation), C.8.20.2 (its image module), C.7.5.2 (equipment), C.7.6.16 and C.7.6.17 (functional
groups, dimensions), C.12.2 (references).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom._core import __version__
from dicom.dataset.dataset import Dataset
from dicom.errors import GeometryError
from dicom.instances.modules import fit_character_set, take_over
from dicom.segmentation.writing.frame_items import DerivationCodes, Plane, derivation_image
from dicom.segmentation.writing.regions import MAXIMUM_FRACTIONAL_VALUE, label_type
from dicom.segmentation.writing.segment_items import background_item, segment_item
from dicom.sr import codes
from dicom.uid import generate_uid
from dicom.values.number import DSfloat

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dicom.dataset.file_dataset import FileDataset
    from dicom.segmentation.writing.masks import Given
    from dicom.volume.grid import Grid
    from dicom.volume.sources import Reference

#: How frames were derived, and what the images were for that (PS3.16 CID 7203, CID 7202).
DERIVATION = DerivationCodes(codes.DCM.SegmentationImageDerivation, codes.DCM.SourceImageForImageProcessingOperation)
#: Common Instance Reference module (C.12.2).
REFERENCES = ("ReferencedSeriesSequence", "StudiesContainingOtherReferencedInstancesSequence")
_SOFTWARE = "dicom-py"
#: Rows and columns are at right angles up to this cosine; Image Orientation (Patient) can't say otherwise.
_PERPENDICULAR = 1e-4
_SAME_PLACE_MM = 0.01
#: Digits that positions are rounded to: a millionth of a µm, and a text that fits into 16 characters.
_DECIMALS = 9
_DIRECTION_DECIMALS = 12


def put_modules(header: Dataset, given: Given, kind: str, fractional_type: str, number_of_frames: int) -> None:
    """All that doesn't depend on which frames there are, but for their number."""
    _put_frame_of_reference(header, given.grid)
    _put_equipment(header)
    header.ImageType = ["DERIVED", "PRIMARY"]
    _put_pixel_description(header, given, kind, number_of_frames)
    _put_segments(header, given, kind, fractional_type)
    _put_dimensions(header, kind)


class Rows:
    """Where the frames of a grid lie."""

    def __init__(self, grid: Grid) -> None:
        k, j, i = grid.direction.T
        if abs(float(i @ j)) > _PERPENDICULAR:
            raise GeometryError(
                "rows and columns of the grid aren't at right angles, and Image Orientation (Patient) (0020,0037) "
                "can't say that: resample the masks onto a grid where they are",
                tag=0x00200037,
            )
        self._grid = grid
        self.orientation = np.concatenate([i, j])
        #: mm from slice to slice along their normal, from row to row, from column to column.
        self.spacing = (abs(float(np.cross(i, j) @ k)) * grid.spacing[0], *grid.spacing[1:])

    def position(self, k: int) -> list[DSfloat]:
        """Image Position (Patient) of a slice."""
        return _decimals(self._grid.index_to_mm((k, 0, 0)), _DECIMALS)

    def has_pixels_of(self, references: Sequence[Reference], k: int) -> bool:
        """Whether the pixels of a slice lie where those of all these images do, pixel by pixel."""
        position = self._grid.index_to_mm((k, 0, 0))
        # A pixel at the far end moves by this much when the direction does.
        reach = max(self._grid.spacing) * max(self._grid.grid_shape)
        return bool(references) and all(
            one.frame_shape == self._grid.grid_shape[1:]
            and np.abs(one.position - position).max() <= _SAME_PLACE_MM
            and np.abs(one.orientation - self.orientation).max() * reach <= _SAME_PLACE_MM
            for one in references
        )


def shared_groups(rows: Rows) -> Dataset:
    """What all frames have in common: size and direction of pixels."""
    shared, measures, orientation = Dataset(), Dataset(), Dataset()
    thickness, *spacing = _decimals(rows.spacing, _DECIMALS)
    measures.SliceThickness = thickness
    measures.SpacingBetweenSlices = thickness
    measures.PixelSpacing = spacing
    shared.PixelMeasuresSequence = [measures]
    orientation.ImageOrientationPatient = _decimals(rows.orientation, _DIRECTION_DECIMALS)
    shared.PlaneOrientationSequence = [orientation]
    return shared


def planes_of(given: Given, slices: Sequence[int], shared: Dataset) -> list[Plane]:
    """Position and sources of slices; sources that all slices lie across go into the shared functional groups."""
    rows, references = Rows(given.grid), references_of(given)
    if given.volume is not None and given.volume.sources_axis != "k":
        everything = [one for of_slice in references for one in of_slice]
        if everything:
            shared.DerivationImageSequence = [derivation_image(Plane([], everything, same_pixels=False), DERIVATION)]
        return [Plane(rows.position(k), (), same_pixels=False) for k in slices]
    return [Plane(rows.position(k), references[k], rows.has_pixels_of(references[k], k)) for k in slices]


def _decimals(numbers: Iterable[float], decimals: int) -> list[DSfloat]:
    """Numbers as Decimal Strings, of at most so many decimals; no minus zero."""
    return [DSfloat(round(float(number), decimals) + 0.0, auto_format=True) for number in numbers]


# --- modules ---------------------------------------------------------------------------------------------------------


def _put_frame_of_reference(header: Dataset, grid: Grid) -> None:
    """Frame of Reference module (C.7.4.1): that of the grid, where it is known, else the template's."""
    own, taken = grid.frame_of_reference_uid, header.get("FrameOfReferenceUID")
    if own and taken and own != taken:
        raise GeometryError(
            "Frame of Reference UID (0020,0052) of the grid is another than that of the template", tag=0x00200052
        )
    header.FrameOfReferenceUID = own or taken or generate_uid()
    if "PositionReferenceIndicator" not in header:
        header.PositionReferenceIndicator = None


def _put_equipment(header: Dataset) -> None:
    """Enhanced General Equipment module (C.7.5.2)."""
    header.Manufacturer = _SOFTWARE
    header.ManufacturerModelName = _SOFTWARE
    header.DeviceSerialNumber = __version__
    header.SoftwareVersions = __version__


def _put_pixel_description(header: Dataset, given: Given, kind: str, number_of_frames: int) -> None:
    """Image Pixel module (C.7.6.3), and the number of frames."""
    bits = {"BINARY": 1, "FRACTIONAL": 8}.get(kind)
    if bits is None:
        bits = 8 * label_type([segment.number for segment in given.segments])().itemsize
        # What is nothing (C.8.20.2.3).
        header.PixelPaddingValue = 0
    header.NumberOfFrames = number_of_frames
    header.SamplesPerPixel = 1
    header.PhotometricInterpretation = "MONOCHROME2"
    header.Rows, header.Columns = given.grid.grid_shape[1:]
    header.BitsAllocated = header.BitsStored = bits
    header.HighBit = bits - 1
    header.PixelRepresentation = 0


def put_loss(header: Dataset, source: Dataset) -> None:
    """What was lost of the images before they were segmented stays said (C.8.20.2.2)."""
    if source.get("LossyImageCompression") == "01":
        take_over(
            header, source, ("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod")
        )
    else:
        header.LossyImageCompression = "00"


def _put_segments(header: Dataset, given: Given, kind: str, fractional_type: str) -> None:
    """The rest of the Segmentation Image module (C.8.20.2)."""
    header.SegmentationType = kind
    if kind == "FRACTIONAL":
        header.SegmentationFractionalType = fractional_type
        header.MaximumFractionalValue = MAXIMUM_FRACTIONAL_VALUE
    items = [segment_item(segment) for segment in given.segments]
    for segment in given.segments:
        fit_character_set(header, (segment.label, segment.description, segment.algorithm_name, segment.tracking_id))
    header.SegmentSequence = [background_item(), *items] if kind == "LABELMAP" else items
    # Labels of a label map can't overlap: they are refused when its frames are made.
    header.SegmentsOverlap = "YES" if kind != "LABELMAP" and given.regions.overlap else "NO"


def _put_dimensions(header: Dataset, kind: str) -> None:
    """Multi-frame Dimension module (C.7.6.17): by segment, and by position."""
    uid = generate_uid()
    organization = Dataset()
    organization.DimensionOrganizationUID = uid
    header.DimensionOrganizationSequence = [organization]
    pointers = [("ReferencedSegmentNumber", 0x0062000B, 0x0062000A)] if kind != "LABELMAP" else []
    pointers += [("ImagePositionPatient", 0x00200032, 0x00209113)]
    indices = []
    for label, pointer, group in pointers:
        index = Dataset()
        index.DimensionOrganizationUID = uid
        index.DimensionIndexPointer = pointer
        index.FunctionalGroupPointer = group
        index.DimensionDescriptionLabel = label
        indices.append(index)
    header.DimensionIndexSequence = indices


# --- references ------------------------------------------------------------------------------------------------------


def first_source(given: Given) -> FileDataset | None:
    """The header of an image that was segmented."""
    if given.volume is None or given.volume.sources is None:
        return None
    sources = given.volume.sources
    for t, slices in enumerate(sources.references()):
        for k, reference in enumerate(slices):
            if reference is not None:
                return sources.dataset(k, t)  # type: ignore[no-any-return]
    return None


def references_of(given: Given) -> list[list[Reference]]:
    """The images that each slice comes from, one a time point."""
    if given.volume is None or given.volume.sources is None:
        return [[] for _ in range(given.grid.grid_shape[0])]
    by_time = given.volume.sources.references()
    return [[one for one in of_slice if one is not None] for of_slice in zip(*by_time, strict=True)]


def put_references(header: Dataset, first: Dataset, references: list[list[Reference]]) -> None:
    """Common Instance Reference module (C.12.2): all images of the volume, each once."""
    instances = {one.sop_instance_uid: one.sop_class_uid for of_slice in references for one in of_slice}
    items = []
    for instance, sop_class in instances.items():
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, instance
        items.append(item)
    series = Dataset()
    series.ReferencedInstanceSequence = items
    series.SeriesInstanceUID = first.SeriesInstanceUID
    if first.get("StudyInstanceUID") == header.StudyInstanceUID:
        header.ReferencedSeriesSequence = [series]
        return
    study = Dataset()
    study.StudyInstanceUID = first.StudyInstanceUID
    study.ReferencedSeriesSequence = [series]
    header.StudiesContainingOtherReferencedInstancesSequence = [study]


def derived_series_number(template: Dataset) -> int:
    """A number that tells to which series the segmentation belongs, as scanners number what they derive."""
    number = template.get("SeriesNumber")
    return 1 if number is None else (int(number) * 100 + 1) % 2**31
