"""What a data set says of compression that lost something.

In: a data set, the method, the ratio, the instance that was compressed. Out: the data set, changed.
Standard: PS3.3 C.7.6.1.1.5 (Lossy Image Compression), C.7.6.1.1.2 (Image Type), C.12.4 (derivation, source images),
C.7.6.16 (Frame Type), PS3.16 CID 7202 and 7203.
"""

from __future__ import annotations

from dicom.pixels.codecs import SYNTAXES, lossy_method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LOSSY_COMPRESSION = ("113040", "Lossy Compression")
_UNCOMPRESSED_PREDECESSOR = ("121320", "Uncompressed predecessor")
_SOURCE_OF_PROCESSING = ("121322", "Source image for image processing operation")
#: Derivation Description is of VR ST.
_LONGEST_TEXT = 1024


class Predecessor:
    """The instance that is compressed, remembered before its UID is replaced.

    Attributes
    ----------
    sop_class, sop_instance : str
        Empty where the data set has none.
    was_lossy : bool
        Whether it says that it has lost something before.
    """

    __slots__ = ("sop_class", "sop_instance", "was_lossy")

    def __init__(self, ds: Any) -> None:
        self.sop_class = str(ds.get("SOPClassUID") or "")
        self.sop_instance = str(ds.get("SOPInstanceUID") or "")
        self.was_lossy = is_noted(ds)


def is_noted(ds: Any) -> bool:
    """Whether a data set says that its image has lost something."""
    return str(ds.get("LossyImageCompression") or "") == "01"


def note_lossy(ds: Any, method: str, ratio: float, predecessor: Predecessor | None) -> None:
    """Say that the image was compressed with loss, after what is said of earlier compressions.

    Lossy Image Compression, its ratio and method, Image Type value 1 (and Frame Type of functional groups) as DERIVED,
    and how it was derived: description, code, and the instance that it was derived from.

    Parameters
    ----------
    ds : Dataset
    method : str
        A defined term of Lossy Image Compression Method (0028,2114).
    ratio : float
        Size of the native pixels to that of the compressed ones.
    predecessor : Predecessor, optional
        What was compressed, if that is another instance now.
    """
    _append_loss(ds, method, ratio)
    if "ImageType" in ds:
        ds.ImageType = _derived(ds.ImageType)
    _derive_frame_types(ds)
    text = f"Lossy compression, {method}, ratio {ratio:.4g}"
    earlier = ds.get("DerivationDescription")
    if earlier:
        text = f"{earlier}; {text}"
    if len(text) <= _LONGEST_TEXT:
        ds.DerivationDescription = text
    _append_item(ds, "DerivationCodeSequence", _code(ds, _LOSSY_COMPRESSION))
    if predecessor is not None and predecessor.sop_class and predecessor.sop_instance:
        source = empty_item(ds)
        source.ReferencedSOPClassUID = predecessor.sop_class
        source.ReferencedSOPInstanceUID = predecessor.sop_instance
        purpose = _SOURCE_OF_PROCESSING if predecessor.was_lossy else _UNCOMPRESSED_PREDECESSOR
        source.PurposeOfReferenceCodeSequence = [_code(ds, purpose)]
        _append_item(ds, "SourceImageSequence", source)


def note_earlier_loss(ds: Any, syntax: str, ratio: float) -> None:
    """Say that the frames had lost something, where only their transfer syntax said so until now.

    It is the last occasion: the next transfer syntax doesn't tell. Frames of JPEG's DCT processes, of JPEG XL made of
    them and of video have for certain; what other transfer syntaxes may have lost isn't known. A ratio without its
    method is given the method.
    """
    known = SYNTAXES.get(syntax)
    method = lossy_method(syntax) if known is not None and known.lossless == "never" else None
    if method is None:
        return
    if not is_noted(ds):
        _append_loss(ds, method, ratio)
    elif not ds.get("LossyImageCompressionMethod") and len(_values(ds.get("LossyImageCompressionRatio"))) == 1:
        ds.LossyImageCompressionMethod = method


def _append_loss(ds: Any, method: str, ratio: float) -> None:
    ds.LossyImageCompression = "01"
    for keyword, value in (("LossyImageCompressionRatio", round(ratio, 3)), ("LossyImageCompressionMethod", method)):
        earlier = ds.get(keyword)
        setattr(ds, keyword, value if earlier in (None, "") else [*_values(earlier), value])


def _derived(image_type: Any) -> list[str]:
    values = [str(value) for value in _values(image_type)]
    return ["DERIVED", *values[1:]]


def _derive_frame_types(ds: Any) -> None:
    """Frame Type says of each frame what Image Type says of all of them."""
    for keyword in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for groups in ds.get(keyword) or ():
            for element in groups:
                if element.VR != "SQ" or not str(element.keyword).endswith("FrameTypeSequence"):
                    continue
                for item in element.value:
                    if "FrameType" in item:
                        item.FrameType = _derived(item.FrameType)


def _values(value: Any) -> list[Any]:
    several = not isinstance(value, (str, int, float)) and hasattr(value, "__iter__")
    return list(value) if several else [value]


def _code(ds: Any, code: tuple[str, str]) -> Any:
    item = empty_item(ds)
    item.CodeValue, item.CodeMeaning = code
    item.CodingSchemeDesignator = "DCM"
    return item


def _append_item(ds: Any, keyword: str, item: Any) -> None:
    setattr(ds, keyword, [*(ds.get(keyword) or ()), item])


def empty_item(ds: Any) -> Any:
    """A data set without elements, of the library that the given one is of."""
    make = getattr(ds, "_empty_part", None)
    if make is not None:
        return make()
    # Sequences of another library take its own class only, which read data sets derive from.
    return next(base for base in type(ds).__mro__ if base.__name__ == "Dataset")()
