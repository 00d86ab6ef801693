"""``python -m dicom``: the command ``dicom``, where its script isn't on the path.

In: the command line. Out: what the command prints, and its exit status.
"""

from __future__ import annotations

import sys

from dicom.cli import main

if __name__ == "__main__":
    sys.exit(main())
