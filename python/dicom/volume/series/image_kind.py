"""What kind of image a frame is by its Image Type: original or derived, a localizer, magnitude or phase.

In: texts of Image Type, values joined by backslashes. Out: an `ImageKind`, by which images of one series that don't
belong to one volume are told apart. Further values (how a scanner filtered, how often it averaged) are left to
`dimension`: they part images only where nothing else does.
Standard: PS3.3 C.7.6.1.1.2, C.8.2.1.1.1 (CT), C.8.3.1.1.1 (MR), C.8.13.3.1.1 (Complex Image Component).
"""

from __future__ import annotations

from typing import NamedTuple

_LOCALIZER = frozenset(("LOCALIZER", "SCOUT", "TOPOGRAM", "SURVIEW"))

# Values of Image Type, from the third on, that say which part of a complex number an MR image shows: PS3.3, and what
# Siemens (M, P, R, I) and Philips (M_FFE, PHASE MAP, ...) write.
_COMPONENTS = {
    **dict.fromkeys(("M", "MAGNITUDE", "M_FFE", "M_SE", "M_IR", "M_PCA", "MAG"), "magnitude"),
    **dict.fromkeys(("P", "PHASE", "PHASE MAP", "P_FFE", "P_SE", "P_IR", "P_PCA", "VELOCITY MAP"), "phase"),
    **dict.fromkeys(("R", "REAL", "R_FFE", "R_SE", "R_IR"), "real"),
    **dict.fromkeys(("I", "IMAGINARY", "I_FFE", "I_SE", "I_IR"), "imaginary"),
}

# What an image shows in place of what was measured: another quantity, or another choice of the measured one.
_CONTENTS = {
    **dict.fromkeys(("WATER", "W"), "water"),
    **dict.fromkeys(("FAT", "F"), "fat"),
    **dict.fromkeys(("IN_PHASE", "IP", "INPHASE", "IN PHASE"), "in phase"),
    **dict.fromkeys(("OUT_PHASE", "OPP_PHASE", "OP", "OUTPHASE", "OPPOSED PHASE"), "opposed phase"),
    **dict.fromkeys(("ADC",), "ADC"),
    **dict.fromkeys(("EADC", "EXP_ADC"), "exponential ADC"),
    **dict.fromkeys(("FA",), "fractional anisotropy"),
    **dict.fromkeys(("TRACEW", "TRACE", "ISOTROPIC"), "trace"),
    **dict.fromkeys(("T1 MAP", "T1_MAP", "T1"), "T1 map"),
    **dict.fromkeys(("T2 MAP", "T2_MAP", "T2"), "T2 map"),
    **dict.fromkeys(("T2_STAR_MAP", "T2_STAR"), "T2* map"),
    **dict.fromkeys(("RCBV", "CBV"), "blood volume"),
    **dict.fromkeys(("RCBF", "CBF"), "blood flow"),
    **dict.fromkeys(("MTT",), "mean transit time"),
    **dict.fromkeys(("TTP",), "time to peak"),
    **dict.fromkeys(("PROJECTION IMAGE", "MIP", "MAX_IP", "MINIP", "MIN_IP"), "projection"),
    **dict.fromkeys(("MPR", "MPR_THICK", "CURVED", "REFORMATTED"), "reformatted"),
    **dict.fromkeys(("DOSE", "DOSE REPORT", "SCREEN SAVE"), "screen"),
}


class ImageKind(NamedTuple):
    """What parts images of one series; empty texts where Image Type says nothing."""

    pixels: str = ""
    #: PRIMARY or SECONDARY: made by the examination, or after it.
    examination: str = ""
    is_localizer: bool = False
    component: str = ""
    contents: str = ""

    def words(self) -> str:
        """For a listing."""
        parts = ["localizer"] if self.is_localizer else []
        parts += [part for part in (self.component, self.contents) if part]
        parts += [part.lower() for part in (self.pixels, self.examination) if part]
        return ", ".join(parts) or "no Image Type"


def image_kind(image_type: str | None, component: str | None = None) -> ImageKind:
    """The kind of an image.

    Parameters
    ----------
    image_type : str or None
        Image Type (0008,0008) or Frame Type (0008,9007), values joined by backslashes.
    component : str or None
        Complex Image Component (0008,9208), which counts before what Image Type says.
    """
    values = [value.strip().upper() for value in (image_type or "").split("\\")]
    later = values[2:]
    named = _COMPONENTS.get((component or "").strip().upper()) or next(
        (_COMPONENTS[value] for value in later if value in _COMPONENTS), ""
    )
    return ImageKind(
        values[0],
        values[1] if len(values) > 1 else "",
        any(value in _LOCALIZER for value in values),
        named,
        next((_CONTENTS[value] for value in later if value in _CONTENTS), ""),
    )
