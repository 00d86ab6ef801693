"""Volumes as the objects of other libraries: SimpleITK, xarray and torch; nibabel's are in `dicom.export.nifti`.

In: a `dicom.export.space.VolumeLike`. Out: an object over the same memory where the library allows it. Each library
is an extra.
"""
