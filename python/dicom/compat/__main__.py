"""``python -m pydicom``, under the drop-in: the command that pydicom installs as ``pydicom``."""

from __future__ import annotations

from dicom.compat.cli.main import main

if __name__ == "__main__":
    main()
