"""The modules of pydicom under our roof: ``pydicom.X`` is ``dicom.compat.X``.

Each re-exports what other rooms do, and holds besides only what exists for compatibility.
"""
