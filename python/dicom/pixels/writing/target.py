"""What a transfer syntax makes of frames: whether they may lose something, and what their colours become.

In: a transfer syntax, a Photometric Interpretation, options. Out: the Photometric Interpretation that is encoded.
Standard: PS3.5 8.2, PS3.3 C.7.6.3.1.2.
"""

from __future__ import annotations

from dicom.pixels import codecs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.pixels.codecs import EncodeOptions

_4 = "1.2.840.10008.1.2.4."
#: JPEG's DCT processes, and JPEG XL made of them.
_DCT = frozenset(f"{_4}{n}" for n in (50, 51, 53, 55, 111))
#: Transfer syntax -> the Photometric Interpretation that the codec makes of RGB, whose three components are so alike
#: that each costs as much again.
_OF_RGB = {
    **dict.fromkeys(_DCT, "YBR_FULL_422"),
    **dict.fromkeys((f"{_4}90", f"{_4}201", f"{_4}202"), "YBR_RCT"),
    **dict.fromkeys((f"{_4}91", f"{_4}203"), "YBR_ICT"),
    f"{_4}112": "XYB",
}
MADE_OF_RGB = frozenset(_OF_RGB.values())


def is_lossy(transfer_syntax: str, encoding: EncodeOptions) -> bool:
    """Whether frames that are encoded so may lose something."""
    always = codecs.SYNTAXES[transfer_syntax].is_lossless
    return encoding.is_lossy if always is None else not always


def takes(transfer_syntax: str, interpretation: str) -> bool:
    """Whether a transfer syntax allows a Photometric Interpretation."""
    profiles = codecs.ENCODING_PROFILES.get(transfer_syntax)
    return profiles is None or any(name == interpretation for name, *_ in profiles)


def preferred_interpretation(transfer_syntax: str, found: str, bits_stored: int) -> str:
    """What samples of one Photometric Interpretation best become in a transfer syntax.

    Parameters
    ----------
    transfer_syntax : str
    found : str
        Of the samples as they are: RGB, YBR_FULL, or one of single samples.
    bits_stored : int

    Returns
    -------
    str
        One that the transfer syntax takes; `found` where it takes none that the samples can be made into.
    """
    # The transformation of JPEG 2000 adds a bit, for which codecs that count in 32 have no room.
    better = _OF_RGB.get(transfer_syntax) if bits_stored <= 16 else None
    if found == "RGB" and better is not None and takes(transfer_syntax, better):
        return better
    if found == "YBR_FULL" and not takes(transfer_syntax, found):
        # Made into RGB first, which is what the codec's own transformation begins with.
        return better if better is not None and takes(transfer_syntax, better) else "RGB"
    return found


def kept_interpretation(transfer_syntax: str, own: str) -> str | None:
    """What a data set says of its native colours, where a transfer syntax has no better form of them.

    pydicom leaves RGB as it is unless the data set says YBR_RCT or YBR_ICT; JPEG in RGB is rarely understood.
    """
    return own if transfer_syntax not in _DCT and takes(transfer_syntax, own) else None
