"""A new segmentation: masks become a SEG object that other readers accept.

In: masks on a volume's grid, a `Segment` with its codes for each, and the images that they were drawn on. Out: a data
set, or a file. Standard: PS3.3 A.51 (Segmentation), C.8.20 (its modules), C.7.6.16 and C.7.6.17 (functional groups,
dimensions), C.12.2 (references).

Measured with 98 segments in 300 slices of 512 x 512 (`benches`): highdicom takes a pass over all voxels and seven data
sets a frame, and with them more than ten times as long; hence an own writer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom._core import __version__
from dicom.dataset.dataset import Dataset
from dicom.dataset.read import read_file
from dicom.dataset.write import write
from dicom.errors import GeometryError, WriteError
from dicom.instances.modules import NewSeries, derived_data_set, take_over
from dicom.io.progress import reporter
from dicom.pixels import codecs
from dicom.pixels.description import NATIVE_TRANSFER_SYNTAXES
from dicom.pixels.threads import thread_count
from dicom.pixels.writing.encoding import describe_target, encapsulate_frames, frame_encoder, in_order
from dicom.pixels.writing.put import put_pixel_data
from dicom.segmentation.frame_items import DerivationCodes, Plane, derivation_image, per_frame_groups
from dicom.segmentation.masks import regions_given
from dicom.segmentation.pack import packed_frames, packed_stream
from dicom.segmentation.regions import MAXIMUM_FRACTIONAL_VALUE, label_type
from dicom.segmentation.segment_items import background_item, segment_item
from dicom.sr import codes
from dicom.uid import generate_uid
from dicom.values.number import DSfloat

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.dataset.file_dataset import FileDataset
    from dicom.io.progress import Progress
    from dicom.segmentation.masks import Given
    from dicom.segmentation.segment import Segment
    from dicom.volume.grid import Grid
    from dicom.volume.sources import Reference

    Path = str | os.PathLike[str]

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
LABEL_MAP_SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.7"
KINDS = ("BINARY", "FRACTIONAL", "LABELMAP")
FRACTIONAL_TYPES = ("PROBABILITY", "OCCUPANCY")
_SOFTWARE = "dicom-py"
_CODES = DerivationCodes(codes.DCM.SegmentationImageDerivation, codes.DCM.SourceImageForImageProcessingOperation)
#: Rows and columns are at right angles up to this cosine; Image Orientation (Patient) can't say otherwise.
_PERPENDICULAR = 1e-4
_SAME_PLACE_MM = 0.01
#: Digits that positions are rounded to: a millionth of a µm, and a text that fits into 16 characters.
_DECIMALS = 9
_DIRECTION_DECIMALS = 12
_LARGEST_OFFSET = 2**32 - 1


class NewSegmentation:
    """A segmentation whose pixel data is made frame by frame when it is written.

    Attributes
    ----------
    header : FileDataset
        All but the pixel data.
    segments : list of Segment
        With the numbers that they are written by.
    """

    __slots__ = ("_given", "_kind", "_order", "header", "segments")

    def __init__(self, header: FileDataset, given: Given, kind: str, order: list[tuple[int, int]]) -> None:
        self.header = header
        self.segments = given.segments
        self._given = given
        self._kind = kind
        self._order = order

    @property
    def number_of_frames(self) -> int:
        """How many frames there are."""
        return len(self._order)

    def save(
        self,
        path: Path,
        *,
        overwrite: bool = True,
        workers: int | None = None,
        progress: Progress | bool | None = None,
    ) -> None:
        """Write a file; memory holds a few frames, unless frames of single bits don't fill whole bytes.

        Raises
        ------
        WriteError, FileExistsError, OSError
            As `dicom.write`.
        """
        if self._kind == "BINARY" and not self._is_encapsulated and self._frame_bits % 8:
            write(self.to_dataset(progress=progress), path, overwrite=overwrite, enforce_file_format=True)
            return
        size = self.number_of_frames * ((self._frame_bits + 7) // 8)
        # What can't be compressed grows a little.
        table = "extended" if size + size // 8 > _LARGEST_OFFSET else "basic"
        write(
            self.header,
            path,
            frames=self._reported(self._encoded(workers), progress),
            offset_table=table,
            overwrite=overwrite,
            enforce_file_format=True,
        )

    def to_dataset(self, *, workers: int | None = None, progress: Progress | bool | None = None) -> FileDataset:
        """All of it, in memory."""
        made: FileDataset = self.header.copy()
        if self._is_encapsulated:
            frames = list(self._reported(self._encoded(workers), progress))
            data, table = encapsulate_frames(frames)
            put_pixel_data(made, data, "OB", is_encapsulated=True, offset_table=table)
            return made
        frames = self._reported(self._frames(), progress)
        if self._kind != "BINARY":
            data = b"".join(frame.tobytes() for frame in frames)
        else:
            data = b"".join(packed_stream(frames) if self._frame_bits % 8 else packed_frames(frames))
        put_pixel_data(made, data, "OW" if self.header.BitsAllocated == 16 else "OB", is_encapsulated=False)
        return made

    @property
    def _is_encapsulated(self) -> bool:
        return str(self.header.file_meta.TransferSyntaxUID) not in NATIVE_TRANSFER_SYNTAXES

    @property
    def _frame_bits(self) -> int:
        return int(self.header.Rows) * int(self.header.Columns) * int(self.header.BitsAllocated)

    def _frames(self) -> Iterator[NDArray[Any]]:
        regions = self._given.regions
        for index, k in self._order:
            yield regions.labels(k) if self._kind == "LABELMAP" else regions.frame(index, k)

    def _encoded(self, workers: int | None) -> Iterator[Any]:
        """Each frame as it stands in the file; of single bits, each begun at a new byte."""
        if self._is_encapsulated:
            encode = frame_encoder(_description(self.header))
            yield from in_order(lambda frame: encode(frame.astype(_stored_type(self.header))), self._frames(), thread_count(workers))
        elif self._kind == "BINARY":
            yield from packed_frames(self._frames())
        else:
            yield from self._frames()

    def _reported(self, frames: Iterable[Any], progress: Progress | bool | None) -> Iterator[Any]:
        report = reporter(progress, "writing")
        for number, frame in enumerate(frames, 1):
            yield frame
            report(number, self.number_of_frames)


def new_segmentation(
    masks: Any,
    source: Grid | None = None,
    segments: Sequence[Segment] | None = None,
    *,
    template: Dataset | Path | None = None,
    kind: str = "BINARY",
    fractional_type: str = "PROBABILITY",
    omit_empty_frames: bool = True,
    transfer_syntax: str = "explicit-little",
    content_label: str = "SEGMENTATION",
    content_description: str | None = None,
    content_creator: str | None = None,
    series_description: str | None = None,
    series_number: int | None = None,
    series_uid: str | None = None,
    instance_number: int = 1,
    sop_instance_uid: str | None = None,
) -> NewSegmentation:
    """A segmentation made of masks; see `dicom.Segmentation.from_masks`, whose arguments these are."""
    if kind not in KINDS:
        raise WriteError(f"kind is one of {', '.join(KINDS)}")
    if fractional_type not in FRACTIONAL_TYPES:
        raise WriteError(f"fractional_type is one of {', '.join(FRACTIONAL_TYPES)}")
    given = regions_given(masks, segments, source, kind)
    rows = _Rows(given.grid)
    first = _first_source(given)
    if template is None:
        template = first
    elif not isinstance(template, Dataset):
        template = read_file(template, stop_before_pixels=True)
    if template is None:
        raise WriteError(
            "nothing says whose segmentation it is: the volume wasn't read from images; give one of the study as template"
        )
    order = _frame_order(given, kind, omit_empty_frames)
    number = series_number if series_number is not None else _series_number(template)
    header = derived_data_set(
        template,
        LABEL_MAP_SEGMENTATION if kind == "LABELMAP" else SEGMENTATION,
        modality="SEG",
        series=NewSeries.begun(series_description, number, series_uid),
        instance_number=instance_number,
        sop_instance_uid=sop_instance_uid,
        transfer_syntax_uid=_lossless(transfer_syntax),
    )
    _put_frame_of_reference(header, given.grid)
    _put_equipment(header)
    header.ImageType = ["DERIVED", "PRIMARY"]
    header.ContentLabel = content_label
    header.ContentDescription = content_description
    header.ContentCreatorName = content_creator
    _put_pixel_description(header, given, kind, len(order))
    _put_loss(header, template if first is None else first)
    _put_segments(header, given, kind, fractional_type)
    slices = sorted({k for _, k in order})
    references = _references(given)
    _put_dimensions(header, kind)
    shared = _shared_groups(rows)
    if given.volume is not None and given.volume.sources_axis != "k":
        # Each frame lies across all images.
        everything = [one for slice_references in references for one in slice_references]
        shared.DerivationImageSequence = [derivation_image(Plane([], everything, same_pixels=False), _CODES)]
        planes = [Plane(rows.position(k), (), same_pixels=False) for k in slices]
    else:
        planes = [Plane(rows.position(k), references[k], rows.has_pixels_of(references[k], k)) for k in slices]
    header.SharedFunctionalGroupsSequence = [shared]
    index_of = {k: index for index, k in enumerate(slices)}
    frames = (
        (index_of[k], None if kind == "LABELMAP" else given.segments[index].number) for index, k in order
    )
    header[0x52009230] = per_frame_groups(planes, frames, _CODES)
    if first is not None:
        _put_references(header, first, references)
    made = NewSegmentation(header, given, kind, order)
    if made._is_encapsulated:
        # Refused before anything is encoded.
        codecs.check_profile(_description(header))
    return made


# --- frames ----------------------------------------------------------------------------------------------------------


def _frame_order(given: Given, kind: str, omit_empty_frames: bool) -> list[tuple[int, int]]:
    """(index of the segment, slice) of each frame: segment by segment; of a label map slice by slice.

    A segment without voxels has no frames then. An object without frames there can't be: where nothing is left, the
    first slice is written, empty.
    """
    present = given.regions.present
    if kind == "LABELMAP":
        present = present.any(axis=0, keepdims=True)
    wanted = np.ones_like(present) if not omit_empty_frames else present
    order = [(int(index), int(k)) for index, k in np.argwhere(wanted)]
    return order or [(0, 0)]


class _Rows:
    """Where the frames of a grid lie."""

    def __init__(self, grid: Grid) -> None:
        k, j, i = grid.direction.T
        if abs(float(i @ j)) > _PERPENDICULAR:
            raise GeometryError(
                "rows and columns of the grid aren't at right angles, and Image Orientation (Patient) (0020,0037) can't "
                "say that: resample the masks onto a grid where they are",
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


def _shared_groups(rows: _Rows) -> Dataset:
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


def _put_loss(header: Dataset, source: Dataset) -> None:
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


def _first_source(given: Given) -> FileDataset | None:
    """The header of an image that was segmented."""
    if given.volume is None or given.volume.sources is None:
        return None
    sources = given.volume.sources
    for t, slices in enumerate(sources.references()):
        for k, reference in enumerate(slices):
            if reference is not None:
                return sources.dataset(k, t)  # type: ignore[no-any-return]
    return None


def _references(given: Given) -> list[list[Reference]]:
    """The images that each slice comes from, one a time point."""
    if given.volume is None or given.volume.sources is None:
        return [[] for _ in range(given.grid.grid_shape[0])]
    by_time = given.volume.sources.references()
    return [[one for one in of_slice if one is not None] for of_slice in zip(*by_time, strict=True)]


def _put_references(header: Dataset, first: Dataset, references: list[list[Reference]]) -> None:
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


def _series_number(template: Dataset) -> int:
    """A number that tells to which series the segmentation belongs, as scanners number what they derive."""
    number = template.get("SeriesNumber")
    return 1 if number is None else (int(number) * 100 + 1) % 2**31


# --- transfer syntaxes -----------------------------------------------------------------------------------------------


def _lossless(transfer_syntax: str) -> str:
    """The UID of a transfer syntax that loses nothing."""
    uid = codecs.resolve(transfer_syntax)
    known = codecs.SYNTAXES[uid]
    if known.lossless != "always":
        raise WriteError("masks are written in transfer syntaxes that lose nothing", tag=0x00020010)
    return uid


def _description(header: Dataset) -> Any:
    return describe_target(
        str(header.file_meta.TransferSyntaxUID),
        {
            "rows": int(header.Rows),
            "columns": int(header.Columns),
            "number_of_frames": int(header.NumberOfFrames),
            "samples_per_pixel": 1,
            "photometric_interpretation": "MONOCHROME2",
            "bits_allocated": int(header.BitsAllocated),
            "bits_stored": int(header.BitsStored),
            "pixel_representation": 0,
        },
    )


def _stored_type(header: Dataset) -> type[np.uint8] | type[np.uint16]:
    return np.uint16 if header.BitsAllocated == 16 else np.uint8
