"""What the Image Pixel module says about a data set's frames, checked once.

In: a data set. Out: a `FrameDescription`. Nothing here reads pixel data.
Standard: PS3.3 C.7.6.3.1, C.7.6.24 (Float Pixel Data), C.7.6.25 (Double Float Pixel Data), PS3.5 8.1.
"""

from __future__ import annotations

from dicom.errors import LimitError, MissingElementError, PixelError
from dicom.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    class DataSet(Protocol):
        """What this room needs of a data set."""

        def get(self, key: str, default: Any = None, /) -> Any:
            """The value of an element by its keyword."""
            ...


PIXEL_DATA = 0x7FE00010
FLOAT_PIXEL_DATA = 0x7FE00008
DOUBLE_FLOAT_PIXEL_DATA = 0x7FE00009
_KEYWORDS = {
    PIXEL_DATA: "PixelData",
    FLOAT_PIXEL_DATA: "FloatPixelData",
    DOUBLE_FLOAT_PIXEL_DATA: "DoubleFloatPixelData",
}

#: What Rows and Columns can be.
_SIDES = range(1, 2**16)
#: One frame is smaller than 2^31 bytes.
MAX_FRAME_BYTES = 2**31 - 1

EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
EXPLICIT_VR_BIG_ENDIAN = "1.2.840.10008.1.2.2"
#: Transfer syntaxes whose pixel data isn't encapsulated (PS3.5 A.1 to A.3, A.5).
NATIVE_TRANSFER_SYNTAXES = frozenset(
    {"1.2.840.10008.1.2", EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, "1.2.840.10008.1.2.1.99"}
)

#: Encapsulated, and yet native frames: they lie in their fragments as they would without any.
_NATIVE_FRAMES = ("1.2.840.10008.1.2.1.98", "1.2.840.10008.1.2.8.1")

_YBR = ("YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420")
#: Colours that only a codec makes and undoes.
_OF_CODESTREAMS = ("YBR_ICT", "YBR_RCT", "XYB")
#: Four samples a pixel; the standard has retired them (PS3.3 C.7.6.3.1.2).
_OF_FOUR_SAMPLES = ("CMYK", "ARGB")


class FrameIndexError(PixelError, IndexError):
    """There is no frame of this index."""


class FrameDescription:
    """The frames of one data set: size, samples, coding. Immutable by convention.

    Attributes
    ----------
    tag : int
        Pixel Data, Float Pixel Data or Double Float Pixel Data.
    vr : str
        ``"OB"`` or ``"OW"`` for Pixel Data, which says how big endian bytes are ordered.
    transfer_syntax : str
        Transfer Syntax UID.
    rows, columns, samples_per_pixel, bits_allocated, bits_stored : int
        As in the data set.
    is_signed : bool
        Pixel Representation is 1.
    photometric_interpretation : str
        As in the data set, without padding.
    planar_configuration : int
        0 colour by pixel, 1 colour by plane; 0 where there is one sample.
    number_of_frames : int
        As declared; at least 1.
    findings : list of Finding
        What was tolerated on the way.
    converts_color : bool
        Whether YBR_FULL frames are to be given as RGB; True unless it is set otherwise before decoding.
    holds_ybr : bool
        After decoding: whether the frames were left YBR_FULL.
    words_are_swapped : bool
        Whether native big endian samples of 32 and 64 bits are rows of words of 16 bits, the least significant word
        first (PS3.5 7.3), and not whole numbers; False unless it is set otherwise before decoding.
    """

    __slots__ = (
        "bits_allocated",
        "bits_stored",
        "columns",
        "converts_color",
        "findings",
        "holds_ybr",
        "is_signed",
        "number_of_frames",
        "photometric_interpretation",
        "planar_configuration",
        "rows",
        "samples_per_pixel",
        "tag",
        "transfer_syntax",
        "vr",
        "words_are_swapped",
    )

    tag: int
    vr: str
    transfer_syntax: str
    rows: int
    columns: int
    samples_per_pixel: int
    bits_allocated: int
    bits_stored: int
    is_signed: bool
    photometric_interpretation: str
    planar_configuration: int
    number_of_frames: int
    findings: list[Finding]
    converts_color: bool
    holds_ybr: bool
    words_are_swapped: bool

    def note(self, code: str, message: str, *, tag: int | None = None) -> None:
        """Keeps what was tolerated in the pixel data, once for each sort of it."""
        if not any(finding.code == code for finding in self.findings):
            self.findings.append(Finding(code, message, self.tag if tag is None else tag))

    @property
    def is_encapsulated(self) -> bool:
        """Whether the transfer syntax puts frames into fragments."""
        return self.transfer_syntax not in NATIVE_TRANSFER_SYNTAXES

    @property
    def is_big_endian(self) -> bool:
        """Whether words of pixel data have their most significant byte first."""
        return self.transfer_syntax == EXPLICIT_VR_BIG_ENDIAN

    @property
    def is_ybr_full(self) -> bool:
        """Whether the frames are to be turned from YBR_FULL, or the retired YBR_PARTIAL, into RGB."""
        return self.samples_per_pixel == 3 and self.photometric_interpretation in _YBR

    @property
    def is_ybr_partial(self) -> bool:
        """Whether the Y, Cb and Cr have the narrower range of ITU-R BT.601 (PS3.3 C.7.6.3.1.2, retired)."""
        return self.photometric_interpretation.startswith("YBR_PARTIAL")

    @property
    def decoded_interpretation(self) -> str:
        """Photometric Interpretation of the decoded frames."""
        if self.holds_ybr:
            return self.photometric_interpretation if self.is_ybr_partial else "YBR_FULL"
        is_color = self.samples_per_pixel == 3 and self.photometric_interpretation in (*_YBR, *_OF_CODESTREAMS)
        return "RGB" if is_color else self.photometric_interpretation

    @property
    def is_packed_422(self) -> bool:
        """Whether native frames hold ``Y1 Y2 Cb Cr``: two samples a pixel instead of three."""
        return (
            (not self.is_encapsulated or self.transfer_syntax in _NATIVE_FRAMES)
            and self.samples_per_pixel == 3
            and self.photometric_interpretation in ("YBR_FULL_422", "YBR_PARTIAL_422")
        )

    @property
    def sample_bytes(self) -> int:
        """Bytes of one decoded sample; a 1-bit sample takes a byte."""
        return max(1, self.bits_allocated // 8)

    @property
    def samples_per_frame(self) -> int:
        """Rows x Columns x Samples per Pixel."""
        return self.rows * self.columns * self.samples_per_pixel

    @property
    def frame_bytes(self) -> int:
        """Bytes of one decoded frame."""
        return self.samples_per_frame * self.sample_bytes

    @property
    def native_frame_bits(self) -> int:
        """Bits of one frame as it lies in native pixel data."""
        if self.is_packed_422:
            return self.rows * self.columns * 2 * self.bits_allocated
        return self.samples_per_frame * self.bits_allocated

    @property
    def frame_shape(self) -> tuple[int, ...]:
        """(rows, columns), or (rows, columns, samples)."""
        if self.samples_per_pixel > 1:
            return (self.rows, self.columns, self.samples_per_pixel)
        return (self.rows, self.columns)

    @property
    def dtype(self) -> str:
        """The array's dtype as NumPy spells it: ``"<u2"``; big endian data keeps its byte order."""
        order = ">" if self.is_big_endian else "<"
        if self.tag != PIXEL_DATA:
            return f"{order}f{self.sample_bytes}"
        kind = "i" if self.is_signed and self.bits_allocated > 1 else "u"
        return f"{order}{kind}{self.sample_bytes}"


def describe(ds: DataSet) -> FrameDescription:
    """What the Image Pixel module of a data set says.

    Parameters
    ----------
    ds : mapping
        A data set.

    Returns
    -------
    FrameDescription
        Checked: its numbers are within the standard's ranges and agree with each other.

    Raises
    ------
    PixelError
        An element that is needed is absent or out of its range, or there is no pixel data.
    TransferSyntaxError
        There is no pixel data since the transfer syntax has it elsewhere: on a JPIP server, in a stream of video.
    LimitError
        One frame is larger than 2^31 - 1 bytes.
    """
    description = FrameDescription()
    description.findings = []
    description.converts_color = True
    description.holds_ybr = False
    description.words_are_swapped = False
    description.tag = _pixel_tag(ds)
    description.transfer_syntax = _transfer_syntax(ds)
    description.vr = _vr(ds, description.tag)
    findings = description.findings
    description.rows = _number(ds, findings, "Rows", 0x00280010, _SIDES)
    description.columns = _number(ds, findings, "Columns", 0x00280011, _SIDES)
    interpretation = ds.get("PhotometricInterpretation")
    description.photometric_interpretation = interpretation.strip() if isinstance(interpretation, str) else ""
    if description.photometric_interpretation in _OF_FOUR_SAMPLES:
        raise PixelError(
            f"Photometric Interpretation {description.photometric_interpretation} has four samples a pixel; the "
            "standard has retired it, and such frames aren't decoded (PS3.3 C.7.6.3.1.2)",
            tag=0x00280004,
        )
    description.samples_per_pixel = _number(ds, findings, "SamplesPerPixel", 0x00280002, (1, 3), 1)
    description.number_of_frames = _number_of_frames(ds, findings)
    if description.samples_per_pixel > 1:
        description.planar_configuration = _number(ds, findings, "PlanarConfiguration", 0x00280006, (0, 1), 0)
    else:
        description.planar_configuration = 0
    if description.tag == PIXEL_DATA:
        allocated = _number(ds, findings, "BitsAllocated", 0x00280100, (1, 8, 16, 32, 64))
        description.bits_allocated = allocated
        stored = _number(ds, findings, "BitsStored", 0x00280101, range(1, allocated + 1), allocated)
        description.bits_stored = stored
        description.is_signed = _number(ds, findings, "PixelRepresentation", 0x00280103, (0, 1), 0) == 1
        _check_high_bit(ds, description)
    else:
        # The tag settles the type; Bits Allocated can only repeat it (PS3.3 C.7.6.24, C.7.6.25).
        description.bits_allocated = 32 if description.tag == FLOAT_PIXEL_DATA else 64
        description.bits_stored = description.bits_allocated
        description.is_signed = False
        if ds.get("BitsAllocated") not in (None, description.bits_allocated):
            message = f"Bits Allocated isn't the {description.bits_allocated} of this pixel data, and is ignored"
            findings.append(Finding("bits-allocated-wrong", message, 0x00280100))
    if description.frame_bytes > MAX_FRAME_BYTES:
        raise LimitError(
            f"one frame takes {description.frame_bytes} bytes ({description.rows} rows x {description.columns} columns "
            f"x {description.samples_per_pixel} samples x {description.bits_allocated} bits); the limit is "
            f"{MAX_FRAME_BYTES}",
            tag=description.tag,
        )
    _check_color(description)
    return description


def _check_high_bit(ds: DataSet, description: FrameDescription) -> None:
    """Notes a High Bit that isn't Bits Stored - 1, the only one that the standard still allows (PS3.5 8.1.1)."""
    high_bit = ds.get("HighBit")
    if isinstance(high_bit, int) and high_bit != description.bits_stored - 1:
        description.note(
            "high-bit-ignored",
            f"High Bit is {high_bit} with {description.bits_stored} bits stored; it is ignored, and the lowest bits "
            "are read (PS3.5 8.1.1)",
            tag=0x00280102,
        )


def _check_color(description: FrameDescription) -> None:
    if description.samples_per_pixel != 3:
        return
    interpretation = description.photometric_interpretation
    if description.is_ybr_full and (
        description.is_signed or description.bits_allocated not in (8, 16, 32) or description.tag != PIXEL_DATA
    ):
        raise PixelError(
            f"{interpretation} takes unsigned whole samples of 8, 16 or 32 bits (PS3.3 C.7.6.3.1.2), not "
            f"{'signed' if description.is_signed else 'unsigned'} ones of {description.bits_allocated} bits",
            tag=0x00280004,
        )
    has_native_frames = not description.is_encapsulated or description.transfer_syntax in _NATIVE_FRAMES
    if has_native_frames and interpretation == "YBR_PARTIAL_420":
        raise PixelError(
            "YBR_PARTIAL_420 is a Photometric Interpretation of video; native frames have no such form "
            "(PS3.3 C.7.6.3.1.2)",
            tag=0x00280004,
        )
    if has_native_frames and interpretation in _OF_CODESTREAMS:
        # Decompressed by a program that forgot to say so: the codec that undoes the transformation gives RGB.
        description.note(
            "color-of-codestream",
            f"Photometric Interpretation {interpretation} is one of codestreams; the native samples are taken for RGB",
            tag=0x00280004,
        )


def _pixel_tag(ds: DataSet) -> int:
    # Neither way reads the value, which may be large and left in its file.
    has = getattr(ds, "_has", None)
    if has is not None:
        present = [tag for tag in _KEYWORDS if has(tag)]
    else:
        present = [tag for tag, keyword in _KEYWORDS.items() if keyword in ds]  # type: ignore[operator]
    if not present:
        _refuse_pixels_elsewhere(_transfer_syntax(ds))
        raise MissingElementError("the data set has no Pixel Data (7FE0,0010), Float or Double Float Pixel Data")
    if len(present) > 1:
        raise PixelError(
            "the data set has more than one of Pixel Data, Float Pixel Data and Double Float Pixel Data", tag=present[0]
        )
    return present[0]


def _refuse_pixels_elsewhere(transfer_syntax: str) -> None:
    """Names a transfer syntax whose data sets have no pixels of their own: JPIP, real-time video (PS3.5 annex A)."""
    from dicom.pixels.codecs.decoders import decoder_of
    from dicom.pixels.codecs.syntaxes import SYNTAXES

    if transfer_syntax in SYNTAXES and SYNTAXES[transfer_syntax].codec in ("JPIP", "SMPTE ST 2110"):
        decoder_of(transfer_syntax)


def _transfer_syntax(ds: DataSet) -> str:
    meta = getattr(ds, "file_meta", None)
    syntax = meta.get("TransferSyntaxUID") if meta is not None else None
    if syntax:
        return str(syntax)
    # Read without File Meta Information, or made in memory: native, in the byte order that it was read with.
    if getattr(ds, "_is_little_endian", None) is False:
        return EXPLICIT_VR_BIG_ENDIAN
    return EXPLICIT_VR_LITTLE_ENDIAN


def _vr(ds: DataSet, tag: int) -> str:
    element = ds[tag]  # type: ignore[index]
    return str(element.VR)


def _number(
    ds: DataSet,
    findings: list[Finding],
    keyword: str,
    tag: int,
    allowed: range | tuple[int, ...],
    default: int | None = None,
) -> int:
    value = ds.get(keyword)
    if type(value) is int and value in allowed:
        return value
    if value is None or value == "":
        if default is None:
            raise MissingElementError(f"{keyword} is absent or empty; the frames can't be read without it", tag=tag)
        findings.append(Finding("pixel-element-absent", f"{keyword} is absent, {default} is assumed", tag))
        return default
    try:
        n = int(value)
    except (TypeError, ValueError):
        raise PixelError(f"{keyword} isn't one whole number", tag=tag) from None
    if n not in allowed:
        raise PixelError(f"{keyword} is {n}, which PS3.3 C.7.6.3.1 doesn't allow here", tag=tag)
    return n


def _number_of_frames(ds: DataSet, findings: list[Finding]) -> int:
    value = ds.get("NumberOfFrames")
    tag = 0x00280008
    if value is None or value == "":
        return 1
    try:
        n = int(value)
    except (TypeError, ValueError):
        raise PixelError("NumberOfFrames isn't one whole number", tag=tag) from None
    if n < 0:
        raise PixelError("NumberOfFrames is below zero", tag=tag)
    if n == 0:
        findings.append(Finding("number-of-frames-zero", "Number of Frames is 0, 1 is assumed", tag))
        return 1
    return n
