"""Pictures of DICOM images with matplotlib, in mm and in the unit of the values.

In: a data set with pixel data, or a volume. Out: matplotlib's Axes. matplotlib is an extra
(``pip install dicom-py[plot]``) and is imported when the first picture is drawn; `thumbnail` needs none.
"""

from __future__ import annotations

from dicom.plotting.image import plot
from dicom.plotting.volume import plot_volume

__all__ = ["plot", "plot_volume"]
