"""`Written`: what a volume becomes outside: files of other formats, objects of other libraries, DICOM again.

In: a volume, by its attributes. Out: files and objects; each is a line here and made in a room below (`export`,
`instances`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.volume.grid import Grid

if TYPE_CHECKING:
    import os
    from typing import Any

    from numpy.typing import DTypeLike, NDArray

    from dicom.io.progress import Progress


class Written(Grid):
    """The ways out of a `Volume`, which gives the attributes their values."""

    array: NDArray[Any]
    unit: str | None
    dimension: str | None
    dimension_values: NDArray[Any] | None
    dimension_unit: str | None
    is_color: bool
    modality: str | None
    sources: Any

    def save(self, path: str | os.PathLike[str], **options: Any) -> list[str]:
        """Write the volume: ``.nii``, ``.nii.gz``, ``.nrrd``, ``.mha``, ``.mhd`` or ``.zarr`` (OME-Zarr 0.5).

        Beside NIfTI a volume that was read from DICOM gets the sidecar of BIDS (``.json``), and one of diffusion
        ``.bval`` and ``.bvec``.

        Parameters
        ----------
        path : str or os.PathLike
        **options
            Of `dicom.export.save_nifti`, `save_nrrd`, `save_metaimage` or `save_zarr`: ``dtype``, ``compression``,
            ``overwrite``, ``workers``, ``progress``, ...

        Returns
        -------
        list of str
            The files that were written, the volume's first.

        Raises
        ------
        PixelError
            There is no such format, or it can't hold the values.
        GeometryError
            The format can't hold the grid.
        MissingDependencyError
            The format needs a package; the message says which.
        OSError
            A file can't be written.
        """
        from dicom.export.save import save_volume

        return save_volume(self, path, **options)

    def to_dicom(
        self,
        template: Any = None,
        folder: str | os.PathLike[str] | None = None,
        *,
        form: str | None = None,
        transfer_syntax: str | None = None,
        tolerance: float = 0.0,
        fill: float | None = None,
        description: str | None = None,
        number: int | None = None,
        derivation: str | None = None,
        overwrite: bool = False,
        workers: int | None = None,
        progress: Progress | bool | None = None,
        **encoding: Any,
    ) -> Any:
        """A new DICOM series of the volume: read again it gives the same values at the same places.

        Patient, study and frame of reference stay; series and instances are new (new UIDs) and say that they are
        derived, and from what. Elements of the acquisition are taken over where they still hold: from the source of a
        slice as long as the slice is that source's, else what all sources have alike.

        Parameters
        ----------
        template : Dataset, path or Volume, optional
            Where patient, study and the elements of the acquisition come from; by default the files that the volume was
            made of. One that was made of none needs it (`dicom.instances.new_study` makes one).
        folder : str or os.PathLike, optional
            Where the files go, ``IM0001.dcm`` and so on; it is made. Without it data sets are returned.
        form : {"classic", "enhanced", "parametric-map", "secondary-capture"}, optional
            One image a slice (CT, MR, PET); one enhanced multi-frame object; floating point values as they are; grey
            values or colours of no modality. By default CT, MR, PET and SUV are classic, or enhanced when their sources
            are; a dose (unit Gy) becomes an RT Dose, colours a secondary capture, and other values a parametric map.
        transfer_syntax : str, optional
            UID or name, as for `dicom.transcode`; Explicit VR Little Endian by default.
        tolerance : float
            By how much, in the volume's unit, values that are read again may differ from the volume's. By default not
            at all: values that whole numbers with a rescale can't hold are refused.
        fill : float, optional
            Stored in place of missing values (NaN).
        description, number : str, int, optional
            Series Description and Series Number of the new series. By default the description of the sources, and
            100 times their number, and 1.
        derivation : str, optional
            Derivation Description: what was done, in words.
        overwrite : bool
            Whether `folder` may hold files already; those of the same names are replaced.
        workers : int, optional
            Threads; as many as the process has CPUs.
        progress : callable or bool, optional
            Called with how many instances are written, and how many there are; True draws a bar.
        **encoding
            ``quality``, ``max_error``, ``ratio``, ... for transfer syntaxes that lose something, as of
            `dicom.transcode`; the images then say so.

        Returns
        -------
        list of str, or list of FileDataset
            The files in the order of the slices, t after t; the data sets without `folder`.

        Raises
        ------
        WriteError
            There is no template; values can't be stored within `tolerance` (the message has the error that would come),
            or are missing; the axis t has no place in such images; masks, which are no images.
        GeometryError
            Rows and columns don't stand at right angles.
        FileExistsError
            The folder holds files, and `overwrite` is False.
        TransferSyntaxError, PixelError
            The transfer syntax isn't encoded, or doesn't take such pixels.
        OSError
            A file can't be written; then none is.

        Notes
        -----
        k grows along row x column when a series is read; of a volume whose k goes the other way (``volume[::-1]``) the
        slices come back in the opposite order, at the same places.
        """
        from dicom.instances.write import write_volume

        return write_volume(
            self,
            template,
            folder,
            form=form,
            transfer_syntax=transfer_syntax,
            tolerance=tolerance,
            fill=fill,
            description=description,
            number=number,
            derivation=derivation,
            overwrite=overwrite,
            workers=workers,
            progress=progress,
            **encoding,
        )

    def to_nibabel(self, *, dtype: DTypeLike | None = None) -> Any:
        """A `nibabel.Nifti1Image`, (i, j, k[, t]) and in RAS, over the same memory; see `dicom.export.to_nibabel`."""
        from dicom.export.nifti import to_nibabel

        return to_nibabel(self, dtype=dtype)

    def to_sitk(self) -> Any:
        """A `SimpleITK.Image` at the same mm, with values of its own; see `dicom.export.to_sitk`."""
        from dicom.export.objects.simpleitk_image import to_sitk

        return to_sitk(self)

    def to_xarray(self) -> Any:
        """An `xarray.DataArray` with coordinates in mm, over the same memory; see `dicom.export.to_xarray`."""
        from dicom.export.objects.data_array import to_xarray

        return to_xarray(self)

    def to_torch(self) -> Any:
        """A `torch.Tensor` of the values, over the same memory where torch can have it; see `dicom.export.to_torch`."""
        from dicom.export.objects.tensor import to_torch

        return to_torch(self)
