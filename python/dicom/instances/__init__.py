"""New SOP Instances, made of those that were read: a volume's slices as images again, and the modules that all share.

In: a volume or other pixels, and a data set that they were derived from. Out: data sets that other programs accept, and
files. Standard: PS3.3 (the IODs), PS3.5.

The rooms: `modules` (what is taken over from the patient, the study and the frame of reference, and what is new).
`segmentation` and `radiotherapy`, floors above, write their objects with these too.
"""

from __future__ import annotations

from dicom.instances.modules import NewSeries, derived_data_set

__all__ = ["NewSeries", "derived_data_set"]
