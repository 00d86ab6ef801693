"""The modules of pydicom 3 under their own paths: ``pydicom.X.Y`` is ``dicom.compat.X.Y``."""
