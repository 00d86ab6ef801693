"""Data sets as DICOM JSON Model objects, and back.

In: a data set; JSON text or dictionaries. Out: text, or dictionaries that `json.dumps(..., allow_nan=False)` takes; a
data set. Standard: PS3.18 Annex F.
"""

from __future__ import annotations

from dicom.json_model.errors import JsonKeyError, JsonTypeError
from dicom.json_model.read import element_from_json, from_json
from dicom.json_model.write import element_to_json, to_json, to_json_attribute, to_json_dict

__all__ = [
    "JsonKeyError",
    "JsonTypeError",
    "element_from_json",
    "element_to_json",
    "from_json",
    "to_json",
    "to_json_attribute",
    "to_json_dict",
]
