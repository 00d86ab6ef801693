"""Pictures, videos and volumes in the formats that all other programs read.

In: a data set or an `Image`. Out: a file: PNG, JPEG or TIFF of a frame, GIF or MP4 of several, and the bitstream of a
stored video as it is. In: a volume. Out: NIfTI, NRRD, MetaImage or OME-Zarr, or an object of another library.
Nothing about the patient goes into a file's metadata; what is burnt into the pixels stays there.

The rooms: `picture` (which values, how large) over `render` (arrays) and `formats` (bytes of a PNG, a JPEG, a TIFF);
`animation` with `timing`, and `video` (what is stored as one). Of volumes: `save` over `nifti`, `nrrd`, `metaimage`
and `zarr`, which stand on `space` (axes and directions) and `stream` (voxels to bytes); `objects`; beside NIfTI
`bids`, with `bids_mr`, `bids_pet` and `siemens`, and `diffusion`, which ask `source_headers`.

PNG and JPEG are written by imagecodecs, which reading needs anyway. TIFF, GIF and resampling need Pillow (the extra
``pictures``), MP4 needs PyAV (the extra ``video``).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.export.animation import save_animation
    from dicom.export.bids import sidecar
    from dicom.export.diffusion import GradientTable, gradient_table
    from dicom.export.metaimage import save_metaimage
    from dicom.export.nifti import save_nifti, to_nibabel
    from dicom.export.nrrd import save_nrrd
    from dicom.export.objects.data_array import to_xarray
    from dicom.export.objects.simpleitk_image import to_sitk
    from dicom.export.objects.tensor import to_torch
    from dicom.export.picture import SavedPicture, save_picture, save_pictures
    from dicom.export.save import save_volume
    from dicom.export.timing import frame_rate
    from dicom.export.video import save_video
    from dicom.export.zarr import save_zarr

__all__ = [
    "GradientTable",
    "SavedPicture",
    "frame_rate",
    "gradient_table",
    "save_animation",
    "save_metaimage",
    "save_nifti",
    "save_nrrd",
    "save_picture",
    "save_pictures",
    "save_video",
    "save_volume",
    "save_zarr",
    "sidecar",
    "to_nibabel",
    "to_sitk",
    "to_torch",
    "to_xarray",
]

_HOMES = {
    "GradientTable": "diffusion",
    "SavedPicture": "picture",
    "frame_rate": "timing",
    "gradient_table": "diffusion",
    "save_animation": "animation",
    "save_metaimage": "metaimage",
    "save_nifti": "nifti",
    "save_nrrd": "nrrd",
    "save_picture": "picture",
    "save_pictures": "picture",
    "save_video": "video",
    "save_volume": "save",
    "save_zarr": "zarr",
    "sidecar": "bids",
    "to_nibabel": "nifti",
    "to_sitk": "objects.simpleitk_image",
    "to_torch": "objects.tensor",
    "to_xarray": "objects.data_array",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"dicom.export.{home}"), name)
    globals()[name] = value
    return value
