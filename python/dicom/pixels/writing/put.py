"""Put pixel data into a data set: the element, its VR and offset tables, and what names the instance.

In: a data set, bytes. Out: the data set, changed. What is put in was made and checked before, so nothing fails halfway.
Standard: PS3.5 8.1 and A.4 (VR and length of Pixel Data), PS3.3 C.7.6.3, PS3.10 7.1.
"""

from __future__ import annotations

from dicom.errors import PixelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from numpy.typing import NDArray

EXTENDED_TABLE = ("ExtendedOffsetTable", "ExtendedOffsetTableLengths")
PIXEL_KEYWORDS = ("FloatPixelData", "DoubleFloatPixelData", "PixelData")


def transfer_syntax_of(ds: Any) -> str:
    """The Transfer Syntax UID of a data set, empty where it names none."""
    meta = getattr(ds, "file_meta", None)
    return str((meta.get("TransferSyntaxUID") if meta is not None else None) or "")


def put_elements(ds: Any, values: Mapping[str, Any]) -> None:
    """Set elements by keyword; None takes one out. What has its value already is left alone."""
    for keyword, value in values.items():
        if value is None:
            if keyword in ds:
                delattr(ds, keyword)
        elif ds.get(keyword) != value:
            setattr(ds, keyword, value)


def put_pixel_data(
    ds: Any, data: bytes, vr: str, *, is_encapsulated: bool, offset_table: tuple[bytes, ...] = ()
) -> None:
    """Set Pixel Data, of even length, with an Extended Offset Table or without one.

    Parameters
    ----------
    ds : Dataset
        Float or Double Float Pixel Data goes.
    data : bytes
        Native pixels, or fragments in items.
    vr : str
        ``"OB"`` or ``"OW"``.
    is_encapsulated : bool
        Whether the value is one of undefined length.
    offset_table : tuple of bytes
        The values of Extended Offset Table and Extended Offset Table Lengths, or nothing.
    """
    for keyword in (*EXTENDED_TABLE, *PIXEL_KEYWORDS[:2]):
        if keyword in ds:
            delattr(ds, keyword)
    for keyword, column in zip(EXTENDED_TABLE, offset_table, strict=False):
        setattr(ds, keyword, column)
    ds.PixelData = data + b"\0" if len(data) % 2 else data
    element = ds["PixelData"]
    element.VR = vr
    element.is_undefined_length = is_encapsulated


def put_identity(ds: Any, syntax: str, generate_instance_uid: bool) -> None:
    """Set Transfer Syntax UID, and where it is asked for a new SOP Instance UID, in both places that hold one."""
    from dicom.uid import UID, generate_uid

    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = UID(syntax)
    if generate_instance_uid:
        uid = generate_uid()
        ds.SOPInstanceUID = uid
        ds.file_meta.MediaStorageSOPInstanceUID = uid


def check_range(arr: NDArray[Any], bits_stored: int, is_signed: bool) -> None:
    """Refuse values that so many bits can't hold.

    Raises
    ------
    PixelError
        There is one.
    """
    if not holds(arr, bits_stored, is_signed):
        low, high = _range(bits_stored, is_signed)
        raise PixelError(f"the array has values outside {low} to {high}, which {bits_stored} bits can hold")


def holds(arr: NDArray[Any], bits_stored: int, is_signed: bool) -> bool:
    """Whether so many bits can hold all values of an array of integers."""
    low, high = _range(bits_stored, is_signed)
    return not arr.size or (int(arr.min()) >= low and int(arr.max()) <= high)


def _range(bits: int, is_signed: bool) -> tuple[int, int]:
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if is_signed else (0, 2**bits - 1)


def native_samples(arr: NDArray[Any], interpretation: str) -> NDArray[Any]:
    """The array as it lies in little endian pixel data: colour by pixel, for YBR_FULL_422 two pixels with one colour.

    Raises
    ------
    PixelError
        YBR_FULL_422, and an odd number of columns.
    """
    little = arr.astype(arr.dtype.newbyteorder("<"), copy=False)
    if interpretation != "YBR_FULL_422":
        return little
    if arr.shape[-2] % 2:
        raise PixelError("YBR_FULL_422 pairs pixels; the array has an odd number of columns")
    import numpy as np

    pairs = little.reshape(-1, 2, 3)
    return np.stack([pairs[:, 0, 0], pairs[:, 1, 0], pairs[:, 0, 1], pairs[:, 0, 2]], axis=-1)
