"""``pydicom._private_dict``: the entries of private creators, which ``pydicom.datadict`` has too (PS3.5 7.8).

In: nothing. Out: the same object.
"""

from .datadict import private_dictionaries

__all__ = ["private_dictionaries"]
