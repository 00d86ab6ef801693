"""Save a stored video: its bitstream as it is, or in an MP4, without encoding it again.

In: a data set of a video transfer syntax, and a path. Out: a file. Standard: PS3.5 8.2.5 to 8.2.11.
"""

from __future__ import annotations

import os

from dicom.errors import CodecError, PixelError
from dicom.export.picture import write_file
from dicom.export.timing import as_fraction, frame_rate
from dicom.pixels.video.bitstream import ELEMENTARY, MP4, PROGRAM_STREAM, TRANSPORT_STREAM, open_bitstream
from dicom.pixels.video.packets import pictures_of, require_av

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction
    from typing import Any

    from dicom.pixels.video.packets import Pictures

#: Other suffixes by which a bitstream of this container goes.
_OTHER_SUFFIXES = {
    MP4: (".mov", ".m4v"),
    TRANSPORT_STREAM: (".m2ts", ".mts"),
    PROGRAM_STREAM: (".mpeg", ".vob"),
    ELEMENTARY: (".m2v", ".mpg", ".mpeg", ".h264", ".264", ".avc", ".hevc", ".265", ".h265"),
}
#: More than any level of the codecs allows.
_MOST_PIXELS = 2**26
_UNCOUNTED = "the pictures of the video can't be counted as frames, which an MP4 needs; it can be saved as it is stored"


def save_video(ds: Any, path: str | os.PathLike[str], *, fps: float | None = None, overwrite: bool = True) -> str:
    """Save a stored video as a file that players open. Nothing is decoded to be encoded again.

    With the suffix of the bitstream (`dicom.pixels.video.bitstream.Bitstream.suffix`), or with none, the bytes are
    written as they are stored, sound and all; PyAV isn't needed. With ``.mp4`` the pictures of another bitstream are
    put into an MP4, without its sound.

    Parameters
    ----------
    ds : Dataset
        Of a video transfer syntax.
    path : str or os.PathLike
        Without a suffix, that of the bitstream is added. The file is there whole or not at all.
    fps : float, optional
        Frames a second of an elementary stream that becomes an MP4: such a stream has no times. What the data set says
        when not given (see `frame_rate`).
    overwrite : bool
        Whether there may be a file already.

    Returns
    -------
    str
        The path that was written.

    Raises
    ------
    TransferSyntaxError
        The pixel data is no video.
    PixelError
        The suffix is of another kind than the bitstream; the message names its own.
    CodecError
        The bitstream can't be put into an MP4.
    MissingDependencyError
        Putting it into an MP4 needs PyAV; saving it as it is doesn't.
    OSError
        The file can't be written; FileExistsError when it is there and `overwrite` is False.
    """
    stream = open_bitstream(ds)
    name = os.fspath(path)
    suffix = os.path.splitext(name)[1].lower()
    if not suffix:
        name, suffix = name + stream.suffix, stream.suffix
    if suffix == stream.suffix or suffix in _OTHER_SUFFIXES.get(stream.container, ()):
        write_file(name, lambda file: stream.copy_to(file.write), overwrite)
        return name
    if suffix != ".mp4":
        raise PixelError(
            f"the video is stored as {stream.suffix}: it can be saved as that, or as .mp4, not as {suffix}"
        )
    # Whether it can be done is found out before a file is made.
    pictures = pictures_of(stream, _MOST_PIXELS, 1)
    places = _places_of_display(pictures) if stream.container == ELEMENTARY else None
    rate = as_fraction(float(fps) if fps is not None else frame_rate(ds)[0])
    write_file(name, lambda file: _mux(file, pictures, places, rate), overwrite)
    return name


def _places_of_display(pictures: Pictures) -> list[int]:
    """Of each coded picture, in the order of decoding, where it is shown: only decoding tells.

    Raises
    ------
    CodecError
        A coded picture isn't one frame (it is a field, or can't be decoded).
    """
    numbers = [frame.pts for frame in pictures.play()]
    if sorted(number for number in numbers if number is not None) != list(range(len(numbers))):
        raise CodecError(_UNCOUNTED)
    places = [0] * len(numbers)
    for place, number in enumerate(numbers):
        places[number] = place
    return places


def _mux(file: Any, pictures: Pictures, places: list[int] | None, rate: Fraction) -> None:
    """Puts the coded pictures into an MP4: with their own times, or with those of their places."""
    av = require_av()
    # So many pictures have to be decoded ahead, at most, before the next one can be shown.
    ahead = max((number - place for number, place in enumerate(places or ())), default=0)
    container, stream = pictures.open()
    try:
        with av.open(file, "w", format="mp4") as output:
            target = output.add_stream_from_template(stream)
            number, begin = 0, None
            for packet in container.demux(stream):
                if not packet.size:
                    continue
                if places is not None:
                    if number == len(places):
                        raise CodecError(_UNCOUNTED)
                    packet.time_base, packet.duration = 1 / rate, 1
                    packet.dts, packet.pts = number - ahead, places[number]
                elif packet.dts is not None and packet.pts is not None:
                    # A stream that was cut from a longer one begins at any time; the file begins at 0.
                    begin = packet.dts if begin is None else begin
                    packet.dts, packet.pts = packet.dts - begin, packet.pts - begin
                packet.stream = target
                output.mux(packet)
                number += 1
    except av.FFmpegError as error:
        raise pictures.error(error) from None
    finally:
        container.close()
