"""What all handlers of before pydicom 3 come to: the pixels of a data set by the one pipeline of `dicom.pixels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.errors import TransferSyntaxError
from dicom.pixels.decode import pixel_array

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from numpy.typing import NDArray


def is_available() -> bool:
    """Whether the handler can be used: always, the pipeline needs nothing that isn't installed."""
    return True


def needs_to_convert_to_RGB(ds: Any) -> bool:
    """Whether `get_pixeldata` gives YBR_FULL where RGB is wanted: never, the pipeline converts it."""
    return False


def should_change_PhotometricInterpretation_to_RGB(ds: Any) -> bool:
    """Whether Photometric Interpretation is to be changed for the pixels: never, the data set is left as it is."""
    return False


class Handler:
    """What a handler is for, and what it gives.

    Parameters
    ----------
    supported : iterable of str
        Its transfer syntaxes.
    """

    def __init__(self, supported: Iterable[str]) -> None:
        self._supported = supported

    def supports_transfer_syntax(self, transfer_syntax: str) -> bool:
        """Whether the handler is for a transfer syntax."""
        return transfer_syntax in self._supported

    def get_pixeldata(self, ds: Any) -> NDArray[Any]:
        """All pixels of a data set in one axis, colours by pixel.

        Raises
        ------
        TransferSyntaxError
            The handler isn't for the transfer syntax of the data set (a NotImplementedError too).
        """
        if ds.file_meta.TransferSyntaxUID not in self._supported:
            raise TransferSyntaxError("the handler isn't for the transfer syntax of the data set", tag=0x00020010)
        return pixel_array(ds).ravel()
