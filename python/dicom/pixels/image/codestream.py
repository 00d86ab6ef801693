"""Where the header of a frame's codestream says otherwise than the data set: sign, depth, colours.

In: a data set with encapsulated pixel data. Out: findings, from the header of the first frame. Standard: PS3.5 8.2.
"""

from __future__ import annotations

from dicom import _core
from dicom.errors import DicomError
from dicom.finding import Finding
from dicom.pixels.frames import FramePlaces
from dicom.pixels.source import open_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.pixels.description import DataSet, FrameDescription

#: A codestream's header stands within so many bytes, but for one with very long comments, which isn't looked at.
_HEADER_BYTES = 1 << 20
_WITH_SIGN = ("JPEG 2000", "HTJ2K")
_LOSSLESS_PROCESSES = (3, 7, 11, 15)


def contradictions(ds: DataSet, description: FrameDescription) -> list[Finding]:
    """What was decided against the data set, or against the codestream."""
    try:
        source = open_source(ds, description.tag)
        ranges = FramePlaces(source, description, ds).ranges(source, 0)
        offset, length = ranges[0]
        header = _core.read_frame_header(bytes(source.read(offset, min(length, _HEADER_BYTES))))
    except (DicomError, ValueError):
        # No codestream, such as RLE, or one whose header is longer than its first fragment.
        return []
    found = []
    if header.codestream in _WITH_SIGN and header.is_signed != description.is_signed:
        message = (
            f"the {header.codestream} codestream has {'signed' if header.is_signed else 'unsigned'} samples, Pixel "
            f"Representation says {'signed' if description.is_signed else 'unsigned'}, which is believed"
        )
        found.append(Finding("codestream-sign", message, 0x00280103))
    # JPEG has 8 or 12 bits for all that has fewer (PS3.5 8.2.1), so only more than Bits Stored contradicts there.
    if header.bits > description.bits_stored or (
        header.bits < description.bits_stored and header.codestream in _WITH_SIGN
    ):
        message = (
            f"the {header.codestream} codestream has samples of {header.bits} bits, Bits Stored says "
            f"{description.bits_stored}"
        )
        if header.codestream != "JPEG" or header.process in _LOSSLESS_PROCESSES:
            found.append(Finding("codestream-bits", message, 0x00280101))
    if header.codestream == "JPEG" and header.components == 3:
        marked = _marked_ybr(header)
        said = description.photometric_interpretation.startswith("YBR")
        if marked is not None and marked != said:
            message = (
                f"the JPEG stream is marked as {'YCbCr' if marked else 'RGB'}, Photometric Interpretation says "
                f"otherwise; the stream is believed"
            )
            found.append(Finding("codestream-color", message, 0x00280004))
    return found


def _marked_ybr(header: _core.FrameHeader) -> bool | None:
    """Whether the stream's own markers say that it holds YCbCr; None where they don't say."""
    if header.adobe_transform is not None:
        return header.adobe_transform != 0
    return True if header.has_jfif and header.process not in _LOSSLESS_PROCESSES else None
