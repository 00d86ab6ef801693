"""New SOP Instances, made of those that were read: a volume's slices as images again, and the modules that all share.

In: a volume or other pixels, and a data set that they were derived from. Out: data sets that other programs accept, and
files. Standard: PS3.3 (the IODs), PS3.5.

The rooms, in the order of the way: `write` (the entry: `dicom.Volume.to_dicom`) -> `plan` (what is to be written,
settled before anything is made) -> `objects` (one module a form), with `derivation` (how they were made). `modules`,
`image_modules`, `image_planes` and `items` have what the objects of `segmentation` and `radiotherapy`, floors above,
need too; `study` makes a template where there is none.
"""

from __future__ import annotations

from dicom.instances.modules import NewSeries, derived_data_set
from dicom.instances.study import new_study
from dicom.instances.write import write_volume

__all__ = ["NewSeries", "derived_data_set", "new_study", "write_volume"]
