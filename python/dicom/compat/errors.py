"""``pydicom.errors``: the two of our errors that pydicom has too."""

from __future__ import annotations

from dicom.errors import BytesLengthException, InvalidDicomError

__all__ = ["BytesLengthException", "InvalidDicomError"]
