"""`Segmentation`: segments with their codes, and masks of them on a grid.

In: the data set of a segmentation. Out: `Segment`s; masks and label maps as volumes, on the grid that the frames make
by themselves or on that of another volume. Standard: PS3.3 C.8.20.2 (Segmentation Image), C.8.20.4 (Segment
Description).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.dataset.write import write
from dicom.errors import RegionError
from dicom.io.progress import reporter
from dicom.pixels.lenient import items, text
from dicom.pixels.threads import thread_count
from dicom.segmentation.describe import html_of, line_of, table_of
from dicom.segmentation.frames.frames import Frames
from dicom.segmentation.frames.label_map import label_map_array
from dicom.segmentation.frames.masks_on_grid import check_reference, exactly_placed, mask_array, resampled
from dicom.segmentation.frames.on_grid import own_grid, own_placement
from dicom.segmentation.segment import Segment, segment_of_item
from dicom.volume.grid import ensure_grid
from dicom.volume.mask_sequence import MaskSequence
from dicom.volume.volume import Volume

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from typing import Any, Literal

    from numpy.typing import NDArray

    from dicom.dataset.dataset import Dataset
    from dicom.io.progress import Progress
    from dicom.segmentation.frames.on_grid import OwnGrid, Placement
    from dicom.volume.grid import Grid

    Path = str | os.PathLike[str]
    RGB = tuple[int, int, int]

#: Segments that a segmentation may have: as many as there are numbers.
_MOST_SEGMENTS = 0xFFFF


class Segmentation:
    """Segments, and which voxels are theirs. ``segmentation["Liver"]`` and ``segmentation[1]`` are `Segment`s.

    Parameters
    ----------
    dataset : Dataset
        Of the SOP Class Segmentation or Label Map Segmentation.
    slice_spacing_mm : float, optional
        The step of its own grid where the headers don't say it or say it wrongly.

    Attributes
    ----------
    dataset : Dataset
    segments : list of Segment
        In the order of the Segment Sequence; without the background (number 0) that a label map may describe.
    type : str
        ``"BINARY"``, ``"FRACTIONAL"`` or ``"LABELMAP"``.
    fractional_type : str or None
        Of a fractional one what fractions are: ``"PROBABILITY"`` or ``"OCCUPANCY"``.
    overlap : str or None
        Segments Overlap: ``"YES"``, ``"NO"`` or ``"UNDEFINED"``; None where it isn't said. A label map has none.
    frames : Frames
        The table of the frames.

    Raises
    ------
    RegionError
        It is no segmentation, or doesn't say which frame is of which segment.
    """

    def __init__(self, dataset: Dataset, *, slice_spacing_mm: float | None = None) -> None:
        self.dataset = dataset
        self.frames = Frames(dataset, str(getattr(dataset, "filename", None) or "the segmentation"))
        self.type = self.frames.type
        told = text(dataset.get("SegmentationFractionalType")) or None
        self.fractional_type = told if self.type == "FRACTIONAL" else None
        self.overlap = text(dataset.get("SegmentsOverlap")) or None
        self.segments = _segments(dataset)
        self._own: OwnGrid | None = None
        self._slice_spacing_mm = slice_spacing_mm

    # --- writing ---------------------------------------------------------------------------------------------------

    @classmethod
    def from_masks(
        cls,
        masks: Any,
        source: Grid | None = None,
        segments: Sequence[Segment] | None = None,
        *,
        template: Dataset | Path | None = None,
        kind: Literal["BINARY", "FRACTIONAL", "LABELMAP"] = "BINARY",
        fractional_type: Literal["PROBABILITY", "OCCUPANCY"] = "PROBABILITY",
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
        workers: int | None = None,
        progress: Progress | bool | None = None,
    ) -> Segmentation:
        """A new segmentation, of masks on the grid of a volume.

        Its pixel data is made at once, and can be asked for masks like one that was read. To write without having all
        of it in memory: ``dicom.segmentation.new_segmentation(...).save(path)``, of the same arguments.

        Parameters
        ----------
        masks
            One of: masks by label (``{"Liver": mask}``); an array (segment, k, j, i) of masks, or a list of them; one
            mask (k, j, i) where there is one segment; a label map (k, j, i) of whole numbers, each the number of a
            segment, 0 for nothing; a segmentation; a `StructureSet`, of which the ROIs are taken that segments name.
            Pairs of name and mask, or (name, colour, mask), are as a dict. A mask is a `Volume` or an array: of truth
            values, of 0 and 1, or for a fractional segmentation of floats from 0 to 1.
        source : Volume or Grid, optional
            What the masks were drawn on: their grid, and where it was read from images, what the segmentation refers
            to. Without it the grid is that of the first mask that is a volume.
        segments : sequence of Segment
            What each is, with its codes, in the order of the masks; for masks by label they are matched by it. They are
            numbered from 1 on in this order; a label map (both as `masks` and as `kind`) keeps numbers that they have.
            Segments without a colour get one. Those of a `Segmentation` needn't be given.
        template : Dataset or path, optional
            An instance of the patient's study, whose patient, study and frame of reference are taken over; by default
            an image of `source`, or the segmentation that is given as masks.
        kind : {"BINARY", "FRACTIONAL", "LABELMAP"}
            One bit a voxel, and segments may overlap; 0 to 255 for parts of a voxel; or the number of the segment, in 8
            bits, or 16 where numbers are greater than 255.
        fractional_type : {"PROBABILITY", "OCCUPANCY"}
            What fractions are: of certainty, or of the voxel.
        omit_empty_frames : bool
            Whether slices without a voxel of a segment are left out. A segment without any voxel then has no frames; if
            none has any, one empty frame is written, for an object without frames is none.
        transfer_syntax : str
            UID or name of one that loses nothing. Single bits can be compressed in ``"deflated"``,
            ``"deflated-frame"`` and ``"jpeg2000-lossless"``, the others in all, RLE (``"rle"``) too.
        content_label, content_description, content_creator : str, optional
            Content Label is a Code String: at most 16 capitals, digits, blanks and underscores.
        series_description, series_number, series_uid : optional
            Of the series that it belongs to: a new one by default, numbered 100 times as high as the source's, and 1.
        instance_number, sop_instance_uid : optional
        workers : int, optional
            Threads that compress; as many as the process has CPUs.
        progress : callable or bool, optional
            Called with (frames done, frames in all); True draws a bar.

        Returns
        -------
        Segmentation

        Raises
        ------
        GeometryError
            A mask has another shape or lies elsewhere than the source, or is relative to another frame of reference; or
            the grid's rows and columns aren't at right angles.
        RegionError
            Masks and segments don't belong together; a value that a mask can't have; segments that overlap in a label
            map; or a segment lacks what the standard demands of it.
        WriteError
            Nothing says whose masks they are, or the transfer syntax loses something.
        PixelError
            The transfer syntax doesn't take such frames.

        Examples
        --------
        >>> import dicom
        >>> from dicom.sr import codes
        >>> ct = dicom.read_series("head")
        >>> bone = dicom.Segment(
        ...     "Bone",
        ...     property_category=codes.SCT.AnatomicalStructure,
        ...     property_type=codes.SCT.Bone,
        ...     algorithm_type="AUTOMATIC",
        ...     algorithm_name="threshold of 300 HU",
        ... )
        >>> segmentation = dicom.Segmentation.from_masks({"Bone": ct.with_array(ct.array > 300)}, ct, [bone])
        >>> segmentation.save("bone.dcm")
        """
        from dicom.segmentation.writing.write import new_segmentation

        made = new_segmentation(
            masks,
            source,
            segments,
            template=template,
            kind=kind,
            fractional_type=fractional_type,
            omit_empty_frames=omit_empty_frames,
            transfer_syntax=transfer_syntax,
            content_label=content_label,
            content_description=content_description,
            content_creator=content_creator,
            series_description=series_description,
            series_number=series_number,
            series_uid=series_uid,
            instance_number=instance_number,
            sop_instance_uid=sop_instance_uid,
        )
        return cls(made.to_dataset(workers=workers, progress=progress))

    def to_dataset(self) -> Dataset:
        """The data set, `dataset`: of a new segmentation what `save` writes."""
        return self.dataset

    def save(self, path: Path, *, overwrite: bool = True) -> None:
        """Write a file.

        Parameters
        ----------
        path : str or os.PathLike
        overwrite : bool
            Whether a file that is there may be replaced.

        Raises
        ------
        WriteError, FileExistsError, OSError
            As `dicom.write`.
        """
        write(self.dataset, path, overwrite=overwrite, enforce_file_format=True)

    # --- segments --------------------------------------------------------------------------------------------------

    @property
    def labels(self) -> list[str]:
        """Segment Label of each segment; several may have the same."""
        return [segment.label for segment in self.segments]

    def __getitem__(self, key: str | int) -> Segment:
        """The segment of a label or number.

        Raises
        ------
        RegionError
            There is none, or several segments have the label.
        """
        if isinstance(key, str):
            found = [segment for segment in self.segments if segment.label == key]
        else:
            found = [segment for segment in self.segments if segment.number == key]
        if len(found) == 1:
            return found[0]
        if found:
            raise RegionError(f"segments {_numbers(found)} have this label: ask by number")
        what = "label" if isinstance(key, str) else "number"
        raise RegionError(f"no segment has this {what}; there are the numbers {_numbers(self.segments) or 'none'}")

    def __contains__(self, key: object) -> bool:
        return any(key in (segment.label, segment.number) for segment in self.segments)

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.segments)

    def __len__(self) -> int:
        return len(self.segments)

    # --- what it was drawn on --------------------------------------------------------------------------------------

    @property
    def frame_of_reference_uid(self) -> str | None:
        """What positions are relative to."""
        return _uid(self.dataset.get("FrameOfReferenceUID"))

    @property
    def source_series_uid(self) -> str | None:
        """Series Instance UID of the images that it was drawn on, the first where there are several."""
        found = [_uid(item.get("SeriesInstanceUID")) for item in items(self.dataset, "ReferencedSeriesSequence")]
        return next((uid for uid in found if uid), None)

    @property
    def source_images(self) -> list[str | None]:
        """SOP Instance UID of the image that each frame was derived from; None where a frame doesn't say it."""
        return self.frames.sources()

    @property
    def grid(self) -> Grid:
        """The grid that the frames make by themselves: the least even one with a slice for each of them.

        Frames without anything are often left out, so that it may be shorter than the image that was segmented.

        Raises
        ------
        GeometryError
            The frames' positions make no grid; its `report` tells why.
        """
        return self._own_grid().grid

    def _own_grid(self) -> OwnGrid:
        if self._own is None:
            self.frames.check_places()
            self._own = own_grid(self.frames.planes, self.frame_of_reference_uid, self._slice_spacing_mm)
        return self._own

    # --- masks -----------------------------------------------------------------------------------------------------

    def mask(
        self,
        segment: str | int | Segment,
        on: Grid | None = None,
        *,
        ignore_frame_of_reference: bool = False,
        workers: int | None = None,
        progress: Progress | bool | None = None,
    ) -> Volume:
        """Which voxels are of a segment.

        Each frame goes to the slice where it lies; where there is none the mask is empty. On a grid whose voxels are
        the pixels of the frames (in any order, reversed, turned by right angles, larger or smaller) nothing is
        interpolated. On any other it is, from the segmentation's own grid: the nearest pixel's value, or of fractions
        the linear interpolation.

        Parameters
        ----------
        segment : str, int or Segment
            Its label, or its number.
        on : Volume or Grid, optional
            Whose voxels the mask is to have; `grid` without it.
        ignore_frame_of_reference : bool
            Whether positions are compared although the frames of reference are known to differ.
        workers : int, optional
            Threads; as many as the process has CPUs.
        progress : callable or bool, optional
            Called with (frames done, frames in all); True draws a bar.

        Returns
        -------
        Volume
            (k, j, i) of bool; of a fractional segmentation float32, 0 to 1.

        Raises
        ------
        RegionError
            There is no such segment, or two of its frames lie at one place.
        GeometryError
            The frames of reference differ; the frames make no grid, and aren't the voxels of `on` either; or all of
            them lie outside of it.
        PixelError
            Pixel data is absent, or can't be read.
        """
        number = segment.number if isinstance(segment, Segment) else self[segment].number
        grid, placement = self._place(on, ignore_frame_of_reference)
        array = mask_array(self.frames, number, placement, thread_count(workers), reporter(progress, "reading frames"))
        made = self._volume(array, grid)
        return made if on is None or grid is on else self._volume(resampled(made, on, workers), on)

    def masks_on(self, grid: Grid | None = None) -> MaskSequence:
        """The name, colour and mask of each segment, on one grid.

        Parameters
        ----------
        grid : Volume or Grid, optional
            As for `mask`.

        Returns
        -------
        MaskSequence of (str, (red, green, blue) or None, Volume)
            A mask is made each time that it is asked for, so that they aren't in memory all at once.
        """
        segments = list(self.segments)
        if grid is not None:
            ensure_grid(grid)
        return MaskSequence(
            [(segment.label, segment.color) for segment in segments], lambda n: self.mask(segments[n], on=grid)
        )

    def label_map(
        self,
        on: Grid | None = None,
        *,
        overlap: Literal["raise", "first", "last"] = "raise",
        threshold: float = 0.5,
        ignore_frame_of_reference: bool = False,
        workers: int | None = None,
        progress: Progress | bool | None = None,
    ) -> Volume:
        """The number of the segment that each voxel is of; 0 where there is none.

        Parameters
        ----------
        on : Volume or Grid, optional
            As for `mask`; where its voxels aren't the pixels of the frames, the nearest pixel counts.
        overlap : {"raise", "first", "last"}
            About voxels of several segments: which of them counts, in the order of `segments`.
        threshold : float
            From which fraction on a voxel is of a segment, in a fractional segmentation.
        ignore_frame_of_reference, workers, progress
            As for `mask`.

        Returns
        -------
        Volume
            (k, j, i) of uint8, or uint16 where numbers or stored values need it.

        Raises
        ------
        RegionError
            Segments overlap and `overlap` doesn't say which counts; a frame is of a segment that isn't described; or
            two frames of one segment lie at one place.
        GeometryError, PixelError
            As `mask`.
        """
        grid, placement = self._place(on, ignore_frame_of_reference)
        array = label_map_array(
            self.frames,
            [segment.number for segment in self.segments],
            placement,
            overlap=overlap,
            threshold=threshold,
            threads=thread_count(workers),
            tell=reporter(progress, "reading slices"),
        )
        made = self._volume(array, grid)
        return made if on is None or grid is on else self._volume(resampled(made, on, workers), on)

    def _place(self, on: Grid | None, ignore_frame_of_reference: bool) -> tuple[Grid, Placement]:
        """The grid to make masks on, and the frames' places there: `on` where that is exact, else the own one."""
        if on is not None:
            ensure_grid(on)
            check_reference(self.frame_of_reference_uid, on, ignore_frame_of_reference)
            placement = exactly_placed(self.frames, on)
            if placement is not None:
                return on, placement
        own = self._own_grid()
        return own.grid, own_placement(own)

    def _volume(self, array: NDArray[Any], grid: Grid) -> Volume:
        """Masks or numbers on a grid."""
        reference = self.frame_of_reference_uid or grid.frame_of_reference_uid
        return Volume(array, grid.affine, quantity="segment", frame_of_reference_uid=reference, modality="SEG")

    # --- what a person sees ----------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return line_of(self)

    def __str__(self) -> str:
        return table_of(self)

    def _repr_html_(self) -> str:
        return html_of(self)


def _segments(dataset: Dataset) -> list[Segment]:
    """The segments that a data set describes."""
    found: dict[int, Segment] = {}
    for n, item in enumerate(items(dataset, "SegmentSequence")):
        segment = segment_of_item(item)
        if segment is None:
            raise RegionError(
                f"Segment Number (0062,0004) of item {n} of Segment Sequence (0062,0002) is absent or no such number",
                tag=0x00620004,
            )
        if segment.number in found:
            raise RegionError(f"Segment Number (0062,0004) {segment.number} is that of two segments", tag=0x00620004)
        found[segment.number] = segment
    # A label map may say what the background is.
    found.pop(0, None)
    if not found:
        raise RegionError("Segment Sequence (0062,0002) is absent or describes no segment", tag=0x00620002)
    return list(found.values())


def _numbers(segments: list[Segment]) -> str:
    numbers = [str(segment.number) for segment in segments]
    return ", ".join(numbers if len(numbers) <= 20 else [*numbers[:20], "..."])


def _uid(value: Any) -> str | None:
    return str(value) if isinstance(value, str) and value else None
