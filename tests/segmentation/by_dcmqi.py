"""Segmentations as dcmqi reads and writes them.

In: a SEG file; or masks, and the folder of the series that they lie on. Out: masks on the grid that is asked for, and
what dcmqi says of each segment; or a SEG file. dcmqi passes images as NRRD, which SimpleITK reads and writes here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import SimpleITK

from tests.commands import dcmqi

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray


class Segments(NamedTuple):
    """What dcmqi gives of a SEG."""

    #: Its document of the whole object.
    described: dict[str, Any]
    #: By Segment Number: a mask (k, j, i) on dcmqi's own grid, and the affine of that grid to LPS in mm.
    masks: dict[int, tuple[NDArray[np.bool_], NDArray[np.float64]]]

    def mask_on(self, number: int, shape: tuple[int, int, int], affine: NDArray[np.float64]) -> NDArray[np.bool_]:
        """A segment on a grid (k, j, i) whose voxels are dcmqi's where both have any; AssertionError where not."""
        mask, own = self.masks[number]
        placed = np.linalg.inv(affine) @ own
        assert np.abs(placed[:3, :3] - np.eye(3)).max() < 1e-4, "the axes are others"
        first = np.rint(placed[:3, 3]).astype(int)
        assert np.abs(placed[:3, 3] - first).max() < 1e-2, "voxels lie between voxels"
        result = np.zeros(shape, bool)
        indices = np.argwhere(mask) + first
        assert (indices >= 0).all(), "voxels lie outside"
        assert (indices < shape).all(), "voxels lie outside"
        result[tuple(indices.T)] = True
        return result


def affine_of(image: SimpleITK.Image) -> NDArray[np.float64]:
    """Array index (k, j, i) -> LPS in mm, of an ITK image."""
    affine = np.eye(4)
    affine[:3, :3] = (np.array(image.GetDirection()).reshape(3, 3) * image.GetSpacing())[:, ::-1]
    affine[:3, 3] = image.GetOrigin()
    return affine


def image_of(array: NDArray[Any], affine: NDArray[np.float64]) -> SimpleITK.Image:
    """An ITK image of an array (k, j, i) in LPS mm."""
    image = SimpleITK.GetImageFromArray(array)
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    image.SetSpacing(spacing[::-1].tolist())
    image.SetDirection((affine[:3, :3] / spacing)[:, ::-1].ravel().tolist())
    image.SetOrigin(affine[:3, 3].tolist())
    return image


def read_segments(path: Path, folder: Path) -> Segments:
    """The segments of a SEG file; `folder` receives dcmqi's files."""
    folder.mkdir(parents=True, exist_ok=True)
    target = ("--outputDirectory", folder, "--prefix", "of", "--outputType", "nrrd")
    dcmqi("segimage2itkimage", "--inputDICOM", path, *target)
    described = json.loads((folder / "of-meta.json").read_text())
    masks = {}
    # One image for segments that don't overlap, as far as dcmqi puts them together; its values are the labels.
    for index, segments in enumerate(described["segmentAttributes"], 1):
        image = SimpleITK.ReadImage(str(folder / f"of-{index}.nrrd"))
        array, affine = SimpleITK.GetArrayFromImage(image), affine_of(image)
        for segment in segments:
            masks[int(segment["labelID"])] = (array == segment["labelID"], affine)
    return Segments(described, masks)


def write_segments(
    masks: dict[str, NDArray[Any]],
    affine: NDArray[np.float64],
    series: Path,
    target: Path,
    *,
    kind: str = "binary",
    compress: str = "none",
    skip_empty: bool = True,
) -> Path:
    """A SEG file that dcmqi makes of masks (k, j, i) on the grid of a series; `target` is its path.

    Segments are numbered from 1 in the order of `masks`, whose keys are their labels; they may overlap. `kind` is
    ``"binary"`` or ``"labelmap"``, `compress` ``"none"`` or ``"deflate"``.
    """
    images, attributes = [], []
    for number, (label, mask) in enumerate(masks.items(), 1):
        images.append(target.with_name(f"{target.stem}-{number}.nrrd"))
        SimpleITK.WriteImage(image_of(np.asarray(mask).astype(np.int16) * number, affine), str(images[-1]))
        attributes.append([_attributes(number, label)])
    described = target.with_name(f"{target.stem}.json")
    document = {
        "ContentCreatorName": "Made^By Code",
        "SeriesDescription": "Segmentation",
        "SeriesNumber": "300",
        "InstanceNumber": "1",
        "ContentLabel": "SEGMENTATION",
        "ContentDescription": "Made segments",
        "segmentAttributes": attributes,
    }
    described.write_text(json.dumps(document))
    dcmqi(
        "itkimage2segimage",
        *("--inputImageList", ",".join(map(str, images)), "--inputDICOMDirectory", series),
        *("--outputDICOM", target, "--inputMetadata", described, "--segmentationType", kind, "--compress", compress),
        *("--skip", int(skip_empty), "--useLabelIDAsSegmentNumber"),
    )
    return target


def write_map(values: NDArray[np.float32], affine: NDArray[np.float64], series: Path, target: Path) -> Path:
    """A parametric map (apparent diffusion coefficient, um2/s) that dcmqi makes of values (k, j, i)."""

    def code(value: str, scheme: str, meaning: str) -> dict[str, str]:
        return {"CodeValue": value, "CodingSchemeDesignator": scheme, "CodeMeaning": meaning}

    image, described = target.with_suffix(".nrrd"), target.with_suffix(".json")
    SimpleITK.WriteImage(image_of(values, affine), str(image))
    document = {
        "SeriesDescription": "Map",
        "SeriesNumber": "701",
        "InstanceNumber": "1",
        "BodyPartExamined": "PROSTATE",
        "QuantityValueCode": code("113041", "DCM", "Apparent Diffusion Coefficient"),
        "MeasurementUnitsCode": code("um2/s", "UCUM", "um2/s"),
        "MeasurementMethodCode": code("made", "99MADE", "by code"),
        "AnatomicRegionSequence": code("41216001", "SCT", "Prostate"),
        "FrameLaterality": "U",
        "DerivedPixelContrast": "ADC",
        "DerivationCode": code("110816", "DCM", "Apparent Diffusion Coefficient"),
    }
    described.write_text(json.dumps(document))
    given = ("--inputImage", image, "--inputMetadata", described, "--inputDICOMDirectory", series)
    dcmqi("itkimage2paramap", *given, "--outputDICOM", target)
    return target


def _attributes(number: int, label: str) -> dict[str, Any]:
    return {
        "labelID": number,
        "SegmentLabel": label,
        "SegmentDescription": label,
        "SegmentAlgorithmType": "SEMIAUTOMATIC",
        "SegmentAlgorithmName": "made",
        "SegmentedPropertyCategoryCodeSequence": {
            "CodeValue": "123037004",
            "CodingSchemeDesignator": "SCT",
            "CodeMeaning": "Anatomical Structure",
        },
        "SegmentedPropertyTypeCodeSequence": {
            "CodeValue": "10200004",
            "CodingSchemeDesignator": "SCT",
            "CodeMeaning": "Liver",
        },
        "recommendedDisplayRGBValue": [221, 130 + number % 100, 101],
    }
