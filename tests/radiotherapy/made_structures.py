"""RT Structure Sets made by code out of polygons whose area is known.

In: contours as points in mm, or in (row, column) indices of a slice, and the data sets of the images that they were
drawn on. Out: a data set, valid for dciodvfy. Standard: PS3.3 C.8.8.5, C.8.8.6, C.8.8.8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import dicom
from dicom.uid import generate_uid
from tests.made_items import item

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

RT_STRUCTURE_SET_STORAGE = "1.2.840.10008.5.1.4.1.1.481.3"
_EMPTY = ("PatientBirthDate", "ReferringPhysicianName", "StudyID", "AccessionNumber", "OperatorsName", "PatientSex")


class MadeContour(NamedTuple):
    """A contour that shall be written."""

    #: (n, 3): x, y, z, LPS, mm.
    points: NDArray[np.float64]
    geometric_type: str = "CLOSED_PLANAR"
    #: Which image it was drawn on: a place in the list of images; None: not said.
    image: int | None = None


class MadeRegion(NamedTuple):
    """A region of interest that shall be written."""

    name: str
    contours: Sequence[MadeContour]
    number: int = 1
    color: tuple[int, int, int] | None = (255, 0, 0)
    interpreted_type: str = "ORGAN"


def circle(center: tuple[float, float], radius: float, points: int = 64) -> NDArray[np.float64]:
    """(n, 2): a regular polygon on a circle, counter-clockwise; its area is `polygon_area` of it."""
    angles = np.arange(points) * 2 * np.pi / points
    return np.column_stack([center[0] + radius * np.cos(angles), center[1] + radius * np.sin(angles)])


def rectangle(first: tuple[float, float], last: tuple[float, float]) -> NDArray[np.float64]:
    """(4, 2): the corners of a rectangle between two opposite ones."""
    return np.array([first, (last[0], first[1]), last, (first[0], last[1])], float)


def keyhole(outer: NDArray[np.float64], inner: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2): an outline with a hole as one closed polygon: a bridge leads in to the hole, and back the same way.

    The bridge is from the first point of the outline to the point of the hole that is nearest to it.
    """
    start = int(np.argmin(np.linalg.norm(inner - outer[0], axis=1)))
    hole = np.roll(inner[::-1], start + 1, axis=0)
    return np.concatenate([outer, outer[:1], hole, hole[:1]])


def polygon_area(points: ArrayLike) -> float:
    """The area that a polygon encloses, by the shoelace formula."""
    x, y = np.asarray(points, float)[:, :2].T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def in_slice(
    row_and_column: ArrayLike, k: float, affine: NDArray[np.float64], *, image: int | None = None
) -> MadeContour:
    """A closed contour in a slice: (n, 2) row and column indices, a whole number being the centre of a voxel."""
    plane = np.asarray(row_and_column, float)
    indices = np.column_stack([np.full(len(plane), float(k)), plane, np.ones(len(plane))])
    return MadeContour((indices @ affine.T)[:, :3], image=image)


def at_height(x_and_y: ArrayLike, z: float, *, geometric_type: str = "CLOSED_PLANAR") -> MadeContour:
    """A contour across z: (n, 2) x and y in mm."""
    plane = np.asarray(x_and_y, float)
    return MadeContour(np.column_stack([plane, np.full(len(plane), float(z))]), geometric_type)


def prism(
    name: str,
    row_and_column: ArrayLike,
    slices: Sequence[float],
    affine: NDArray[np.float64],
    **options: Any,
) -> MadeRegion:
    """A region with the same contour in each of some slices; whole slices refer to their image."""
    contours = [
        in_slice(row_and_column, k, affine, image=int(k) if float(k).is_integer() and k >= 0 else None) for k in slices
    ]
    return MadeRegion(name, contours, **options)


def structure_set(
    regions: Sequence[MadeRegion],
    images: Sequence[dicom.Dataset] | None = None,
    *,
    frame_of_reference_uid: str | None = None,
    digits: int = 10,
) -> dicom.Dataset:
    """A structure set of some regions.

    Parameters
    ----------
    regions : sequence of MadeRegion
    images : sequence of Dataset
        The images, as ``plane_data_sets`` makes them; study, frame of reference and what is referred to are theirs.
    frame_of_reference_uid : str
        That of the images by default.
    digits : int
        Significant ones of a coordinate; 10 fit into a Decimal String.
    """
    first = images[0] if images else dicom.Dataset()
    ds = dicom.Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = RT_STRUCTURE_SET_STORAGE, generate_uid()
    ds.StudyInstanceUID = first.get("StudyInstanceUID") or generate_uid()
    ds.SeriesInstanceUID = generate_uid()
    reference = frame_of_reference_uid or first.get("FrameOfReferenceUID") or generate_uid()
    ds.FrameOfReferenceUID, ds.PositionReferenceIndicator = reference, None
    ds.Modality, ds.Manufacturer = "RTSTRUCT", "Made"
    ds.PatientName, ds.PatientID = "Made^By Code", "MADE"
    for keyword in _EMPTY:
        setattr(ds, keyword, None)
    ds.StudyDate, ds.StudyTime = "20260102", "101500"
    ds.SeriesNumber, ds.InstanceNumber = 7, 1
    ds.StructureSetLabel, ds.StructureSetDate, ds.StructureSetTime = "MADE", "20260102", "120000"
    if images:
        ds.ReferencedFrameOfReferenceSequence = [_referenced(images, reference)]
    ds.StructureSetROISequence = [_named(region, reference) for region in regions]
    ds.ROIContourSequence = [_drawn(region, images or [], digits) for region in regions]
    ds.RTROIObservationsSequence = [_observed(region, index) for index, region in enumerate(regions, 1)]
    ds.ApprovalStatus = "UNAPPROVED"
    return ds


def write_structure_set(
    path: Path, regions: Sequence[MadeRegion], images: Sequence[dicom.Dataset] | None = None
) -> Path:
    """The file of a structure set."""
    ds = structure_set(regions, images)
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.save_as(path, enforce_file_format=True)
    return path


def _image_reference(image: dicom.Dataset) -> dicom.Dataset:
    return item(ReferencedSOPClassUID=image.SOPClassUID, ReferencedSOPInstanceUID=image.SOPInstanceUID)


def _referenced(images: Sequence[dicom.Dataset], reference: str) -> dicom.Dataset:
    series = item(
        SeriesInstanceUID=images[0].SeriesInstanceUID, ContourImageSequence=[_image_reference(each) for each in images]
    )
    study = item(
        ReferencedSOPClassUID="1.2.840.10008.3.1.2.3.1",
        ReferencedSOPInstanceUID=images[0].StudyInstanceUID,
        RTReferencedSeriesSequence=[series],
    )
    return item(FrameOfReferenceUID=reference, RTReferencedStudySequence=[study])


def _named(region: MadeRegion, reference: str) -> dicom.Dataset:
    return item(
        ROINumber=region.number,
        ReferencedFrameOfReferenceUID=reference,
        ROIName=region.name,
        ROIGenerationAlgorithm="MANUAL",
    )


def _drawn(region: MadeRegion, images: Sequence[dicom.Dataset], digits: int) -> dicom.Dataset:
    of_region = item(ReferencedROINumber=region.number)
    if region.color is not None:
        of_region.ROIDisplayColor = list(region.color)
    contours = []
    for contour in region.contours:
        drawn = item(ContourGeometricType=contour.geometric_type, NumberOfContourPoints=len(contour.points))
        if contour.image is not None and contour.image < len(images):
            drawn.ContourImageSequence = [_image_reference(images[contour.image])]
        drawn.ContourData = [f"{value + 0.0:.{digits}g}" for value in contour.points.ravel().tolist()]
        contours.append(drawn)
    if contours:
        of_region.ContourSequence = contours
    return of_region


def _observed(region: MadeRegion, number: int) -> dicom.Dataset:
    return item(
        ObservationNumber=number,
        ReferencedROINumber=region.number,
        RTROIInterpretedType=region.interpreted_type,
        ROIInterpreter=None,
    )
