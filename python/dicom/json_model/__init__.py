"""Write a data set as a DICOM JSON Model object.

In: a data set. Out: builtin dictionaries, lists, strings and numbers that `json.dumps(..., allow_nan=False)` takes.
Standard: PS3.18 Annex F.
"""

from __future__ import annotations

from dicom.json_model.write import to_json_attribute, to_json_dict

__all__ = ["to_json_attribute", "to_json_dict"]
