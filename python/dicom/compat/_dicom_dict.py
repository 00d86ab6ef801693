"""``pydicom._dicom_dict``: the data dictionary's two tables, which ``pydicom.datadict`` has too (PS3.6).

In: nothing. Out: the same two objects.
"""

from .datadict import DicomDictionary, RepeatersDictionary

__all__ = ["DicomDictionary", "RepeatersDictionary"]
