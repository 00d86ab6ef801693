"""Data sets as the Native DICOM Model in XML, and back.

In: a data set; the text or bytes of a document. Out: text; a data set. Standard: PS3.19 A.1.
"""

from __future__ import annotations

from dicom.xml_model.read import from_xml
from dicom.xml_model.write import to_xml

__all__ = ["from_xml", "to_xml"]
