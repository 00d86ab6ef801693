"""Whether the lowest value is shown white.

In: a data set. Out: yes or no, and whether its elements contradict each other. Standard: PS3.3 C.7.6.3.1.2 (Photometric
Interpretation), C.11.6 (Presentation LUT Shape), C.8.11.3.1.2 (which shape goes with which interpretation).

In an image INVERSE stands for the inversion that MONOCHROME1 asks for, and IDENTITY for none: there is one inversion
and never two. Where the two elements contradict each other the shape is followed, as by DCMTK: it is about the display.
"""

from __future__ import annotations

from dicom.finding import Finding
from dicom.pixels.lenient import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.pixels.description import DataSet, FrameDescription


def is_inverted(ds: DataSet, description: FrameDescription) -> bool:
    """Whether grey levels are turned round for the display."""
    shape = text(ds.get("PresentationLUTShape"))
    if shape in ("IDENTITY", "INVERSE"):
        return shape == "INVERSE"
    return description.photometric_interpretation == "MONOCHROME1"


def polarity_findings(ds: DataSet, description: FrameDescription) -> list[Finding]:
    """One finding where Presentation LUT Shape and Photometric Interpretation contradict each other."""
    interpretation = description.photometric_interpretation
    if interpretation not in ("MONOCHROME1", "MONOCHROME2"):
        return []
    if is_inverted(ds, description) == (interpretation == "MONOCHROME1"):
        return []
    message = f"Presentation LUT Shape contradicts {interpretation} (PS3.3 C.8.11.3.1.2); the shape is followed"
    return [Finding("polarity-contradicts", message, 0x20500020)]
