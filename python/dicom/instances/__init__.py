"""New SOP Instances, made of those that were read: a volume's slices as images again, and the modules that all share.

In: a volume or other pixels, and a data set that they were derived from. Out: data sets that other programs accept, and
files. Standard: PS3.3 (the IODs), PS3.5.

The rooms, in the order of the way: `write` (the entry: `dicom.Volume.to_dicom`) -> `order` (what is to be written,
settled before anything is made) of `kinds` (which SOP Class), `template` and `taken_over` (whose headers, and which
elements of them), `stored_values` (whole numbers and their rescale), `geometry` (planes), `axis` (the 4th axis),
`derivation` -> one of `classic`, `enhanced`, `dose`, `parametric_map`, `secondary_capture`. `modules` has what the
objects of `segmentation` and `radiotherapy`, floors above, need too; `study` a template where there is none.
"""

from __future__ import annotations

from dicom.instances.modules import NewSeries, derived_data_set
from dicom.instances.study import new_study
from dicom.instances.write import write_volume

__all__ = ["NewSeries", "derived_data_set", "new_study", "write_volume"]
