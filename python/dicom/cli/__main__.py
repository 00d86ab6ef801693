"""``python -m dicom.cli``: the command, where the script isn't on the PATH."""

from __future__ import annotations

import sys

from dicom.cli import main

if __name__ == "__main__":
    sys.exit(main())
