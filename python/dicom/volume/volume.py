"""`Volume`: values on a regular grid in patient space.

In: an array and its affine. Out: the same cropped, turned, resampled, projected and given to other libraries; each
operation is a line here and done in a room of its own; what shows it stands in `shown`. Standard: PS3.3 C.7.6.2.1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError
from dicom.volume.operations import crop as _crop
from dicom.volume.shown import Shown
from dicom.volume.space import AXES
from dicom.volume.written import Written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from dicom.volume.geometry.report import GeometryReport
    from dicom.volume.grid import Grid

#: What a volume consists of beside its array and affine.
_FACTS = (
    "unit",
    "unit_source",
    "quantity",
    "evidence",
    "dimension",
    "dimension_values",
    "dimension_unit",
    "is_color",
    "frame_of_reference_uid",
    "modality",
    "report",
    "sources",
    "sources_axis",
    "made_of",
)


class Volume(Shown, Written):
    """Values on a grid in patient space.

    Operations give another volume and leave this one as it is. Those that only choose, turn or reverse voxels
    (``volume[...]``, `crop`, `crop_mm`, `reorient`) give one whose array is a view of this one's: no voxel is copied,
    and writing into the one is writing into the other; `copy` parts them.

    Parameters
    ----------
    array : ndarray, shape (k, j, i), (t, k, j, i), or with a last axis of 3 for colours
        k counts slices, j rows downward, i columns rightward.
    affine : array_like, shape (4, 4)
        ``affine @ (k, j, i, 1)`` is ``(x, y, z, 1)``: the centre of a voxel in mm, LPS. Column 0 is the step from
        slice to slice, which needn't be along the normal of the slices.
    unit : str, optional
        Of the values: ``"HU"``, ``"Bq/ml"``; None where the header doesn't say.
    quantity : str, optional
        What the values are of, where a unit alone doesn't say it: ``"SUVbw"``, ``"absorbed dose"``.
    dimension : str, optional
        What the axis t counts: ``"time"``, ``"diffusion"``, ``"echo"``, ...; needed when there is one.
    dimension_values : ndarray, optional
        One value (or row of values) for each t; see `dimension_unit`.
    is_color : bool
        Whether the last axis is of red, green and blue.
    sources_axis : str
        Along which axis the slices of `sources` lie: ``"k"``, unless the volume was turned.

    Attributes
    ----------
    unit_source : str
        The element that says the unit, or why none is known.
    evidence : Evidence or None
        From which elements, and by which assumptions, the values were computed; it prints as a table.
    dimension_unit : str or None
        ``"ms"``, ``"s/mm²"``, ...
    frame_of_reference_uid : str or None
    modality : str or None
    report : GeometryReport or None
        What was found when the planes were ordered; it counts slices as they were read.
    sources : Sources or None
        Which file and frame each slice comes from, and their headers on demand; None where slices come from several.
    made_of : Sources or None
        All the slices that the values come from: `sources` where there are, else those that the volume had before it
        was resampled.
    """

    def __init__(
        self,
        array: NDArray[Any],
        affine: ArrayLike,
        *,
        unit: str | None = None,
        unit_source: str = "",
        quantity: str | None = None,
        evidence: Any = None,
        dimension: str | None = None,
        dimension_values: NDArray[Any] | Sequence[Any] | None = None,
        dimension_unit: str | None = None,
        is_color: bool = False,
        frame_of_reference_uid: str | None = None,
        modality: str | None = None,
        report: GeometryReport | None = None,
        sources: Any = None,
        sources_axis: str = "k",
        made_of: Any = None,
    ) -> None:
        axes = array.ndim - (1 if is_color else 0)
        if axes not in (3, 4) or (is_color and array.shape[-1] != 3):
            raise GeometryError(f"an array of {array.ndim} axes is no volume: (k, j, i) or (t, k, j, i) is")
        if 0 in array.shape:
            raise GeometryError("an array without voxels is no volume")
        if (dimension is not None) != (axes == 4):
            raise GeometryError("dimension names the axis t, and is needed just where there is one")
        values = None if dimension_values is None else np.asarray(dimension_values)
        if values is not None and (axes != 4 or len(values) != array.shape[0]):
            raise GeometryError("dimension_values are one for each t")
        if sources_axis not in AXES:
            raise GeometryError('sources_axis is "k", "j" or "i"')
        super().__init__(affine, array.shape[axes - 3 : axes], frame_of_reference_uid)
        self.array = array
        self.unit = unit
        self.unit_source = unit_source
        self.quantity = quantity
        self.evidence = evidence
        self.dimension = dimension
        self.dimension_values = values
        self.dimension_unit = dimension_unit
        self.is_color = is_color
        self.modality = modality
        self.report = report
        self.sources = sources
        self.sources_axis = sources_axis
        self.made_of = made_of if sources is None else sources

    def _like(self, array: NDArray[Any], affine: NDArray[np.float64], **changes: Any) -> Volume:
        """A volume of another array and affine, and all else as it is here but for the changes."""
        facts = {name: getattr(self, name) for name in _FACTS}
        return Volume(array, affine, **{**facts, **changes})

    # --- the grid --------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return self.array.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the values."""
        return self.array.dtype

    @property
    def ndim(self) -> int:
        """Number of the array's axes."""
        return self.array.ndim

    @property
    def grid_shape(self) -> tuple[int, int, int]:
        """(k, j, i): how many slices, rows and columns."""
        first = 0 if self.dimension is None else 1
        k, j, i = self.array.shape[first : first + 3]
        return k, j, i

    # --- parts -----------------------------------------------------------------------------------------------------

    def __getitem__(self, key: Any) -> Volume:
        """A part, as a volume: ``volume[10:20, :, ::-1]``, ``volume[t, k, j, i]``.

        A number for k, j or i keeps that axis with one voxel, so that what comes is a volume still and knows where it
        lies; a number for t takes the axis t away. Slices may have steps, also negative ones. t can be indexed with an
        array of numbers or truth values too, which copies. For values without a place index `array`.

        Raises
        ------
        VolumeIndexError
            An IndexError: out of range, too many indices, nothing left, or picked voxels, which are no grid.
        """
        return _crop.take(self, key)

    def __len__(self) -> int:
        return len(self.array)

    def __iter__(self) -> Iterator[Volume]:
        """The volumes of each t, or the slices one by one."""
        return (self[n] for n in range(len(self.array)))

    def crop(
        self,
        k: slice | int | tuple[int | None, int | None] | None = None,
        j: slice | int | tuple[int | None, int | None] | None = None,
        i: slice | int | tuple[int | None, int | None] | None = None,
        t: slice | int | None = None,
    ) -> Volume:
        """The voxels of these ranges: slices, (start, stop), or a number for one voxel; all of those not given.

        Raises
        ------
        VolumeIndexError
            As ``volume[...]``.
        """
        return _crop.crop(self, k, j, i, t)

    def crop_mm(
        self,
        x: tuple[float | None, float | None] | None = None,
        y: tuple[float | None, float | None] | None = None,
        z: tuple[float | None, float | None] | None = None,
    ) -> Volume:
        """The least box of voxels that has all whose centres lie within the limits.

        The box is along the array's axes: of an oblique volume it also has voxels outside of the limits.

        Parameters
        ----------
        x, y, z : (least, greatest), optional
            In mm, LPS; None for no limit.

        Raises
        ------
        GeometryError
            No voxel's centre lies within the limits.
        """
        return _crop.crop_mm(self, x, y, z)

    def pad(
        self,
        k: int | tuple[int, int] | None = None,
        j: int | tuple[int, int] | None = None,
        i: int | tuple[int, int] | None = None,
        *,
        value: float,
    ) -> Volume:
        """The volume with margins of one value: so many voxels on both sides of an axis, or (before, after).

        Raises
        ------
        GeometryError
            A margin is negative, or the value isn't one of the array's type.
        """
        return _crop.pad(self, (k, j, i), value)

    # --- other axes, other grids -----------------------------------------------------------------------------------

    def reorient(self, orientation: str) -> Volume:
        """The volume with its axes exchanged and reversed, so that they grow in these directions; nothing is resampled.

        Parameters
        ----------
        orientation : str
            Three letters for the directions in which i, j and k grow, as in `orientation`: ``"LPS"``, ``"RAS"``. Or
            ``"axial"`` (LPS), ``"coronal"`` (LIP), ``"sagittal"`` (PIR): [k] is then a plane that is looked at as
            radiologists do. An oblique volume is turned to the nearest.

        Raises
        ------
        GeometryError
            Not an orientation.
        """
        from dicom.volume.operations.reorient import reorient

        return reorient(self, orientation)

    def resample(
        self,
        spacing: float | Sequence[float | None],
        *,
        order: int | None = None,
        antialias: bool = False,
        fill: float | None = None,
        workers: int | None = None,
    ) -> Volume:
        """The volume with voxels of another size, around the same middle.

        There are as many voxels as fit the volume's extent best; within half a voxel beyond the outermost centres the
        outermost values hold. In an order above 0 values are interpolated, and whole
        numbers become float32 (float64 from 32 bits on); for labels use order 0, which leaves values and their type as
        they are. Axes that are reversed or slanted stay so.

        Parameters
        ----------
        spacing : float or (k, j, i)
            Distance from voxel to voxel in mm; None leaves an axis as it is.
        order : int, optional
            0 for the nearest voxel, 1 for linear interpolation, 3 for a cubic spline (2, 4 and 5 too). By default 1; 0
            for truth values. A spline can give values beyond the least and the greatest.
        antialias : bool
            Whether values are smoothed first along axes that get longer steps: a Gaussian of
            sigma² = (new² - old²) / (8 ln 2). Without, fine detail comes through as noise, as with nibabel and
            SimpleITK; with it, each voxel stands for all that it covers. Never in order 0.
        fill : float, optional
            Where the new grid reaches outside (`resample_to`): NaN by default for floats; whole numbers need one.
        workers : int, optional
            Threads; as many as there are CPUs by default.

        Returns
        -------
        Volume
            Missing values (NaN) stay missing, and so does what would be interpolated with one.

        Raises
        ------
        MissingDependencyError
            SciPy isn't installed; splines and antialiasing need it.
        GeometryError
            Not a spacing, an order or a fill value.
        """
        from dicom.volume.operations.resample import Options, resample

        return resample(self, spacing, Options(order, fill, antialias, workers))

    def resample_to(
        self,
        other: Grid,
        *,
        order: int | None = None,
        antialias: bool = False,
        fill: float | None = None,
        workers: int | None = None,
        ignore_frame_of_reference: bool = False,
    ) -> Volume:
        """The volume's values at the voxels of another: a PET on the grid of its CT.

        Parameters
        ----------
        other : Volume or Grid
            Whose grid it is to be. The values of a volume, its axis t and colours don't count.
        order, antialias, fill, workers
            As for `resample`. Outside of the volume (farther than half a voxel from the outermost centres) is `fill`.
        ignore_frame_of_reference : bool
            Whether coordinates are compared although the frames of reference are known to differ.

        Raises
        ------
        MissingDependencyError
            SciPy isn't installed; splines, antialiasing and grids that are turned against each other need it.
        GeometryError
            The frames of reference differ; or the grid reaches outside, the values are whole numbers, and no fill value
            is given.
        """
        from dicom.volume.operations.resample import Options, resample_to

        return resample_to(self, other, Options(order, fill, antialias, workers), ignore_frame_of_reference)

    def project(self, method: str, axis: str = "k", slab_mm: float | None = None) -> Volume:
        """The greatest, mean or least value along an axis; missing values (NaN) are left out.

        Parameters
        ----------
        method : str
            ``"max"`` (MIP), ``"mean"`` or ``"min"``. The mean of whole numbers is a float; colours are rounded.
        axis : str
            ``"k"``, ``"j"`` or ``"i"``; or ``"axial"``, ``"coronal"``, ``"sagittal"``: the axis across these planes.
        slab_mm : float, optional
            Thickness of a slab, along the axis: each slice is then projected with those whose centres lie within half
            of it, at the ends with as many as there are. Without it the whole axis becomes one voxel, in the middle of
            the volume and as thick as it.

        Raises
        ------
        GeometryError
            No such projection or axis, or no thickness.
        """
        from dicom.volume.operations.project import project

        return project(self, method, axis, slab_mm)

    # --- values ----------------------------------------------------------------------------------------------------

    def with_array(
        self, array: Any, *, unit: str | None = None, quantity: str | None = None, is_color: bool | None = None
    ) -> Volume:
        """Other values on this grid: a mask, a map, what a filter made of the array.

        Parameters
        ----------
        array : array_like
            Of the shape of `array`, or of `grid_shape` (which leaves t).
        unit : str, optional
            Of these values. It isn't taken over: what they are only the caller knows.
        quantity : str, optional
            What these values are of: ``"SUVbw"``, ``"absorbed dose"``, ``"segment"``; neither is that taken over.
        is_color : bool, optional
            Whether the last axis is of colours; by default where it is here and the shape is the same.

        Raises
        ------
        GeometryError
            The shape is another.
        """
        from dicom.volume.operations.arrays import with_array

        return with_array(self, array, unit, quantity, is_color)

    @classmethod
    def from_nibabel(cls, image: Any, like: Volume | None = None) -> Volume:
        """A volume of an image of nibabel, or of a NIfTI file: what a network predicted, on the grid that it had.

        Parameters
        ----------
        image : nibabel.spatialimages.SpatialImage, str or os.PathLike
            Of 3 axes; (i, j, k) in whatever order and sense, and RAS, as nibabel has it.
        like : Volume, optional
            The volume that the image was made of. Its grid is the result's, with frame of reference and sources;
            voxels are exchanged by where they lie, never by their order, and none is interpolated.

        Returns
        -------
        Volume
            (k, j, i). Without `like` as the image has its axes, in LPS, and of no frame of reference.

        Raises
        ------
        GeometryError
            The image doesn't say where it lies, has more axes, or lies on another grid than `like`: by more than a
            tenth of a voxel.
        PixelError
            It has colours or complex numbers, or the file isn't an image.
        MissingDependencyError
            The image is a path, and nibabel isn't installed.
        """
        from dicom.volume.operations.from_image import from_nibabel

        return from_nibabel(image, like)

    @classmethod
    def from_sitk(cls, image: Any, like: Volume | None = None) -> Volume:
        """A volume of a `SimpleITK.Image`; as `from_nibabel`.

        Parameters
        ----------
        image : SimpleITK.Image
            Of 3 axes and one value a voxel.
        like : Volume, optional
            As for `from_nibabel`.

        Returns
        -------
        Volume
            (k, j, i), in LPS, with a copy of the values.

        Raises
        ------
        GeometryError
            It has other axes, or lies on another grid than `like`.
        MissingDependencyError
            SimpleITK isn't installed.
        """
        from dicom.volume.operations.from_image import from_sitk

        return from_sitk(image, like)

    def astype(self, dtype: DTypeLike) -> Volume:
        """The volume with values of another type; to whole numbers they are rounded to the nearest.

        Raises
        ------
        PixelError
            A value doesn't fit: it is beyond the type's range, or NaN where there is none.
        """
        from dicom.volume.operations.arrays import astype

        return astype(self, dtype)

    def copy(self) -> Volume:
        """The volume with an array of its own, in C order."""
        return self._like(np.array(self.array, order="C"), self.affine)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        if copy:
            return np.array(self.array, dtype=dtype)
        array = np.asarray(self.array, dtype=dtype)
        if copy is False and not np.may_share_memory(array, self.array):
            raise ValueError("values of another type need a copy")
        return array

    def __dlpack__(self, **options: Any) -> Any:
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[Any, Any]:
        return self.array.__dlpack_device__()
