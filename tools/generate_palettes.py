"""Write the well-known colour palettes, `python/dicom/pixels/palettes.tsv`, from a public source.

In: the palettes that pydicom applies (``pydicom.pixels.apply_color_lut``), which it has from the standard. Out: a row
for each palette: SOP Instance UID, name, and its 256 entries for red, green and blue in hexadecimal digits.
Standard: PS3.6 annex B. Only facts are taken over. Run it again when the standard adds a palette:

    pip install pydicom==3.0.2 numpy
    python tools/generate_palettes.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom.pixels import apply_color_lut  # type: ignore[attr-defined]

TABLE = Path(__file__).parent.parent / "python" / "dicom" / "pixels" / "palettes.tsv"
NAMES = ("HOT_IRON", "PET", "HOT_METAL_BLUE", "PET_20_STEP", "SPRING", "SUMMER", "FALL", "WINTER")
# PS3.6 annex B numbers the palettes in this order.
ROOT = "1.2.840.10008.1.5"


def main() -> None:
    lines = ["#uid\tname\tred\tgreen\tblue"]
    for number, name in enumerate(NAMES, start=1):
        uid = f"{ROOT}.{number}"
        colors = apply_color_lut(np.arange(256, dtype="u1"), palette=uid)
        lines.append("\t".join([uid, name, *(colors[:, sample].tobytes().hex() for sample in range(3))]))
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
