"""Pictures of DICOM images with matplotlib, in mm and in the unit of the values.

In: a data set with pixel data. Out: matplotlib's Axes. matplotlib is an extra (``pip install dicom-py[plot]``) and is
imported when the first picture is drawn.
"""

from __future__ import annotations

from dicom.plotting.image import plot

__all__ = ["plot"]
