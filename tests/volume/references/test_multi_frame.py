"""Multi-frame objects: where we say their frames lie, SimpleITK, dcm2niix and nibabel say it too; and highdicom's
conversion of a classic series has the planes of that series.

Where a reference differs, the reason: SimpleITK reads a mosaic as one slice, and scattered frames as they stand, 1 mm
apart. dcm2niix follows neither the sign of Spacing Between Slices in nuclear medicine nor Grid Frame Offset Vector.
"""

from __future__ import annotations

import gzip
import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nibabel
import numpy as np
import pytest
import SimpleITK

import dicom
from dicom.uid import generate_uid
from dicom.volume import read_series
from dicom.volume.frames.multiframe import multi_frame_planes
from tests.volume.frames.test_functional_groups import assert_same, classic_planes
from tests.volume.made import grid_affine, made_series, plane_affine, plane_data_sets, stored_values, write_series
from tests.volume.made_dimensions import DIMENSIONS
from tests.volume.made_multiframe import (
    enhanced,
    mosaic,
    nm_reconstruction,
    rt_dose,
    secondary_capture,
)
from tests.volume.references.agreement import agreement
from tests.volume.references.readers import from_simpleitk, read_with_dcm2niix
from tests.volume.references.verdicts import agrees
from tests.volume.test_classic_and_enhanced import assert_same as assert_same_volume

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

STORED = stored_values((7, 12, 10), "<u2")
SPACING = (3.0, 0.75, 0.5)
GRIDS = {
    **{plane: plane_affine(plane, SPACING) for plane in ("axial", "sagittal", "coronal", "feet-first")},
    "oblique": grid_affine(SPACING, angles=(20, -10, 5)),
}
BOTH, SIMPLEITK, DCM2NIIX = {"simpleitk", "dcm2niix"}, {"simpleitk"}, {"dcm2niix"}


def to_the_other_side(affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same slices stacked against row x column."""
    turned = affine.copy()
    turned[:3, 0] *= -1
    return turned


#: Kind -> what makes it of a grid, and the references that agree.
KINDS: dict[str, tuple[Callable[[NDArray[np.float64]], dicom.Dataset], set[str]]] = {
    "mosaic": (lambda affine: mosaic(STORED, affine), DCM2NIIX),
    "mosaic-other-side": (lambda affine: mosaic(STORED, to_the_other_side(affine)), DCM2NIIX),
    "nm": (lambda affine: nm_reconstruction(STORED, affine), SIMPLEITK),
    "nm-reversed": (lambda affine: nm_reconstruction(STORED, affine, reverse=True), SIMPLEITK),
    "dose": (lambda affine: rt_dose(STORED, affine), SIMPLEITK),
    "secondary-capture": (lambda affine: secondary_capture(STORED, affine), BOTH),
    "enhanced-ct": (lambda affine: enhanced(plane_data_sets(STORED, affine)), BOTH),
    "enhanced-mr": (lambda affine: enhanced(plane_data_sets(STORED, affine, modality="MR")), BOTH),
    "enhanced-pt": (lambda affine: enhanced(plane_data_sets(STORED, affine, modality="PT", slope=0.5)), BOTH),
    "enhanced-scattered": (
        lambda affine: enhanced(plane_data_sets(STORED, affine, modality="MR"), order=[3, 0, 6, 2, 5, 1, 4]),
        DCM2NIIX,
    ),
}


def stacked(ds: dicom.Dataset) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Values and affine of a data set whose planes are a regular grid, by nothing but its planes."""
    planes = multi_frame_planes(ds, None, 0)
    values = np.asarray(dicom.image(ds).modality(), np.float64)
    frames = values if values.ndim == 3 else values[None]
    if planes.tile is not None:
        parts = [frames[0, row : row + rows, column : column + columns] for row, column, rows, columns in planes.tile]
    else:
        parts = [frames[frame] for frame in planes.frame]
    orientation = planes.orientation[0]
    order = np.argsort(planes.position @ np.cross(orientation[:3], orientation[3:]))
    affine = np.eye(4)
    affine[:3, 3] = planes.position[order[0]]
    affine[:3, 0] = (planes.position[order[-1]] - planes.position[order[0]]) / (len(order) - 1)
    affine[:3, 1] = orientation[3:] * planes.pixel_spacing[0, 0]
    affine[:3, 2] = orientation[:3] * planes.pixel_spacing[0, 1]
    return np.stack([parts[row] for row in order]), affine


@pytest.mark.parametrize("grid", list(GRIDS))
@pytest.mark.parametrize("kind", list(KINDS))
def test_frames_lie_where_the_references_put_them(kind: str, grid: str, tmp_path: Path, dcm2niix: str) -> None:
    make, expected = KINDS[kind]
    ds = make(GRIDS[grid])
    path = write_series(tmp_path / "series", [ds])[0]
    array, affine = stacked(dicom.read(path))
    if "simpleitk" in expected:
        theirs = from_simpleitk(SimpleITK.ReadImage(str(path)))
        # It leaves a dose as it is stored.
        values = theirs.array * float(ds.get("DoseGridScaling") or 1)
        assert agrees(agreement(array, affine, values, theirs.affine))
    if "dcm2niix" in expected:
        (written,) = read_with_dcm2niix(dcm2niix, tmp_path / "series", tmp_path / "nifti").values()
        assert agrees(agreement(array, affine, written.array, written.affine))


@pytest.mark.parametrize("name", ["siemens_dwi_0.dcm.gz", "siemens_dwi_1000.dcm.gz", "csa_slice_norm.dcm"])
def test_a_mosaic_of_a_scanner_lies_where_nibabel_puts_it(name: str) -> None:
    import pydicom

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it calls itself experimental
        from nibabel.nicom.dicomwrappers import wrapper_from_data
    packed = (Path(nibabel.__file__).parent / "nicom" / "tests" / "data" / name).read_bytes()
    data = gzip.decompress(packed) if name.endswith(".gz") else packed
    theirs = wrapper_from_data(pydicom.dcmread(io.BytesIO(data)))
    planes = multi_frame_planes(dicom.read(data), None, 0)
    assert (len(planes), planes.rows[0], planes.columns[0]) == (theirs.image_shape[2], *theirs.image_shape[:2])
    corner = theirs.affine @ np.array([(0, 0, k, 1) for k in range(len(planes))]).T
    np.testing.assert_allclose(planes.position, corner[:3].T, atol=0.01)


def test_an_enhanced_mr_of_a_scanner_lies_where_dcm2niix_puts_it(tmp_path: Path, dcm2niix: str) -> None:
    packed = Path(nibabel.__file__).parent / "nicom" / "tests" / "data" / "philips_mprage.dcm.gz"
    ds = dicom.read(gzip.decompress(packed.read_bytes()))
    # The pixels were taken out of it.
    size = int(ds.NumberOfFrames) * ds.Rows * ds.Columns
    ds.PixelData = (np.arange(size) % 4001).astype("<u2").tobytes()
    write_series(tmp_path / "series", [ds])
    array, affine = stacked(ds)
    (theirs,) = read_with_dcm2niix(dcm2niix, tmp_path / "series", tmp_path / "nifti").values()
    found = agreement(array, affine, theirs.array, theirs.affine)
    assert found.corners_mm < 0.01


@pytest.mark.parametrize("name", ["CT", "MR", "PT", *DIMENSIONS])
def test_a_legacy_converted_object_is_the_volume_of_the_series(name: str, tmp_path: Path) -> None:
    legacy = pytest.importorskip("highdicom.legacy")
    import pydicom

    folder = tmp_path / "classic"
    made = DIMENSIONS[name](folder) if name in DIMENSIONS else made_series(folder, modality=name)
    classic = [dicom.read(path) for path in made.paths]
    kind = {"CT": "CT", "MR": "MR", "PT": "PET"}[classic[0].Modality]
    convert = getattr(legacy, f"LegacyConvertedEnhanced{kind}Image")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        written = convert([pydicom.dcmread(path) for path in made.paths], generate_uid(), 5, generate_uid(), 1)
        data = io.BytesIO()
        written.save_as(data)
    ds = dicom.read(data.getvalue())
    # Its frames stand in an order of its own: each names the instance that it was made of.
    of_instance = {one.SOPInstanceUID: row for row, one in enumerate(classic)}
    sources = [
        group.ConversionSourceAttributesSequence[0].ReferencedSOPInstanceUID
        for group in ds.PerFrameFunctionalGroupsSequence
    ]
    rows = [of_instance[uid] for uid in sources]
    found = multi_frame_planes(ds, None, 0)
    assert sorted(rows) == list(range(len(classic)))
    planes = classic_planes(classic).take(rows)
    # It measures the distance of slices, which the series doesn't state.
    planes.spacing_between_slices = found.spacing_between_slices
    assert_same(planes, found)
    (tmp_path / "enhanced.dcm").write_bytes(data.getvalue())
    assert_same_volume(read_series(made.folder), read_series(tmp_path / "enhanced.dcm"))
