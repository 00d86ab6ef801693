"""How frames are encoded: the options of all codecs in one frozen object.

In: what a caller asks for. Out: an `EncodeOptions`, checked. Which codec takes which stands with its attributes;
an option that a codec doesn't take is refused by it, not passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from dicom.errors import PixelError

_LOSSY = ("quality", "max_error", "ratio", "psnr")


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodeOptions:
    """Options of encoding; None leaves it to the codec.

    At most one of `quality`, `max_error`, `ratio` and `psnr` can be given; a transfer syntax that loses samples takes
    one of them, a lossless one takes none.

    Attributes
    ----------
    quality : int, optional
        1 to 100. JPEG: libjpeg's quality. JPEG XL: libjxl's, from which the distance follows. JPEG 2000 and HTJ2K: a
        peak signal-to-noise ratio of 30 + quality / 5 dB, against the range of the frame's values.
    max_error : int, optional
        0 to 255: how far a sample may be off. JPEG-LS Near-Lossless.
    ratio : float or sequence of float, optional
        Bytes of the native frame to bytes of the codestream, 1 or more: the best codestream that isn't larger. Of
        several, one for each quality layer, the last one counts: one layer is made. JPEG, JPEG 2000, HTJ2K, JPEG XL.
    psnr : float or sequence of float, optional
        Peak signal-to-noise ratio, dB, against the largest value of Bits Stored. JPEG, JPEG 2000, HTJ2K, JPEG XL. For
        JPEG 2000 it steers the codec; for the others it is the least that the decoded frame has.
    effort : int, optional
        1, fast, to 9, small. JPEG XL and Deflated Image Frame.
    predictor : int, optional
        1 to 7. JPEG Lossless; 1 when not given (Selection Value 1 has no other).

    Raises
    ------
    PixelError
        A value is out of its range, or more than one of the four is given.
    """

    quality: int | None = None
    max_error: int | None = None
    ratio: float | Sequence[float] | None = None
    psnr: float | Sequence[float] | None = None
    effort: int | None = None
    predictor: int | None = None

    def __post_init__(self) -> None:
        for name, low, high in (
            ("quality", 1, 100),
            ("max_error", 0, 255),
            ("effort", 1, 9),
            ("predictor", 1, 7),
        ):
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise PixelError(f"{name} has to be {low} to {high}")
        if self.ratio is not None and not self.target_ratio >= 1:
            raise PixelError("a compression ratio has to be 1 or more")
        if self.psnr is not None and not self.target_psnr > 0:
            raise PixelError("a peak signal-to-noise ratio has to be more than 0")
        given = [name for name in _LOSSY if getattr(self, name) is not None]
        if len(given) > 1:
            raise PixelError(f"{' and '.join(given)} can't be given together: each says how much may be lost")

    @property
    def target_ratio(self) -> float:
        """The last of the ratios; 1 without one."""
        return _last(self.ratio, 1.0)

    @property
    def target_psnr(self) -> float:
        """The last of the peak signal-to-noise ratios, dB; 0 without one."""
        return _last(self.psnr, 0.0)

    @property
    def is_lossy(self) -> bool:
        """Whether one of those is given that let samples change; a `max_error` of 0 doesn't."""
        return bool(self.quality or self.max_error or self.ratio is not None or self.psnr is not None)

    def expect_only(self, codec: str, *taken: str) -> None:
        """Refuses options that a codec doesn't take.

        Raises
        ------
        PixelError
            One is given that isn't among `taken`; a `max_error` of 0 is always taken.
        """
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and field.name not in taken and not (field.name == "max_error" and value == 0):
                allowed = f"it takes {', '.join(taken)}" if taken else "it takes no options"
                raise PixelError(f"{field.name} isn't an option of {codec}; {allowed}")


def _last(value: float | Sequence[float] | None, default: float) -> float:
    if isinstance(value, Sequence):
        return float(value[-1]) if value else default
    return default if value is None else float(value)
