"""The bitstream of a video can be had without any decoder, and is known for what it is."""

from __future__ import annotations

import io

import pytest

import dicom
from dicom.errors import MissingElementError, PixelError, TransferSyntaxError
from dicom.pixels.encapsulation import itemize_fragment
from dicom.pixels.video.bitstream import VIDEO, container_of, elementary_codec, open_bitstream

MPEG2, H264, HEVC = (f"1.2.840.10008.1.2.4.{number}" for number in (100, 102, 107))

TRANSPORT = b"\x47" + bytes(187)
PROGRAM = b"\0\0\1\xba" + bytes(range(60))
BOXES = b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x0bmdatabc"
MPEG2_ELEMENTARY = b"\0\0\1\xb3" + bytes(range(1, 60))
H264_ELEMENTARY = b"\0\0\0\1\x67abc\0\0\1\x68abc\0\0\1\x65abcd"
HEVC_ELEMENTARY = b"\0\0\0\1\x40\1a\0\0\1\x42\1b\0\0\1\x44\1c\0\0\1\x26\1d"


def video_of(pieces: list[bytes], transfer_syntax: str = MPEG2) -> dicom.FileDataset:
    ds = dicom.Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.77.1.1.1", "1.2.3.4"
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PlanarConfiguration = 2, 2, 3, 0
    ds.PhotometricInterpretation = "YBR_PARTIAL_420"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
    items = b"".join(itemize_fragment(piece + b"\0" * (len(piece) % 2)) for piece in pieces)
    ds.PixelData = itemize_fragment(b"") + items
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    ds.file_meta = dicom.FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = transfer_syntax
    written = io.BytesIO()
    dicom.write(ds, written)
    return dicom.read(written.getvalue())


def test_video_transfer_syntaxes_are_those_of_the_dictionary():
    from dicom.uid import UID

    assert len(VIDEO) == 16
    assert all(UID(uid).is_transfer_syntax for uid in VIDEO)


@pytest.mark.parametrize(
    ("content", "transfer_syntax", "container", "suffix"),
    [
        (TRANSPORT * 3, H264, "MPEG transport stream", ".ts"),
        (PROGRAM, MPEG2, "MPEG program stream", ".mpg"),
        (BOXES, H264, "MP4", ".mp4"),
        (MPEG2_ELEMENTARY, MPEG2, "elementary stream", ".m2v"),
        (H264_ELEMENTARY, H264, "elementary stream", ".h264"),
        (HEVC_ELEMENTARY, HEVC, "elementary stream", ".hevc"),
        (b"\0\0\0\0" + HEVC_ELEMENTARY, HEVC, "elementary stream", ".hevc"),
        (b"RIFF....AVI ", MPEG2, "unknown", ".bin"),
        (b"#EXTM3U\nfile:///etc/passwd", H264, "unknown", ".bin"),
    ],
)
def test_container_says_the_suffix(content, transfer_syntax, container, suffix):
    stream = open_bitstream(video_of([content], transfer_syntax))
    assert (stream.container, stream.suffix) == (container, suffix)


@pytest.mark.parametrize("uid", sorted(VIDEO))
def test_every_video_transfer_syntax_gives_its_bytes(uid):
    stream = open_bitstream(video_of([PROGRAM], uid))
    assert stream.read() == PROGRAM


def test_elementary_stream_says_its_codec_itself():
    stream = open_bitstream(video_of([H264_ELEMENTARY], HEVC))
    assert (stream.declared_codec, stream.codec, stream.suffix) == ("HEVC", "H.264", ".h264")
    assert elementary_codec(HEVC_ELEMENTARY, "H.264") == "HEVC"
    assert elementary_codec(b"\0\0\1\x09", "H.264") == "H.264"


def test_fragments_are_joined():
    content = bytes(range(256)) * 9
    stream = open_bitstream(video_of([PROGRAM, content[:1000], content[1000:2000], content[2000:]], f"{H264}.1"))
    assert stream.read() == PROGRAM + content
    buffered = io.BufferedReader(stream)
    buffered.seek(60)
    assert buffered.read(8) == (PROGRAM + content)[60:68]
    buffered.seek(-10, io.SEEK_END)
    assert buffered.read(20) == content[-10:]


def test_padding_of_the_last_fragment_is_no_part_of_an_mp4():
    assert len(BOXES) % 2 == 1
    assert open_bitstream(video_of([BOXES])).read() == BOXES


def test_last_zero_of_an_mp4_that_belongs_to_it_stays():
    content = BOXES + b"\0\0\0\x09free\0"
    assert len(content) % 2 == 0
    assert open_bitstream(video_of([content])).read() == content


def test_zero_at_the_end_of_an_elementary_stream_stays():
    content = MPEG2_ELEMENTARY[:62] + b"\0"
    stream = open_bitstream(video_of([content]))
    assert stream.read() == content + b"\0"  # trailing zeros are part of its syntax


def test_places_are_those_of_a_file():
    stream = open_bitstream(video_of([PROGRAM]))
    assert (stream.readable(), stream.seekable(), stream.writable(), stream.tell()) == (True, True, False, 0)
    assert stream.seek(4) == stream.tell() == 4
    assert stream.seek(-100, io.SEEK_CUR) == 0
    assert stream.seek(1000) == 1000
    assert stream.read(1) == b""
    with pytest.raises(ValueError, match="whence"):
        stream.seek(0, 7)


def test_reopened_stream_has_a_place_of_its_own():
    stream = open_bitstream(video_of([PROGRAM]))
    other = stream.reopened()
    stream.seek(10)
    assert other.read(4) == PROGRAM[:4]
    assert stream.tell() == 10


def test_other_pixel_data_is_no_video():
    ds = video_of([PROGRAM], "1.2.840.10008.1.2.4.50")
    with pytest.raises(TransferSyntaxError, match="no video"):
        open_bitstream(ds)


def test_video_without_fragments_is_an_error():
    with pytest.raises(PixelError, match="no fragments"):
        open_bitstream(video_of([]))


def test_video_that_is_not_encapsulated_is_an_error(make_data_set):
    ds = make_data_set(b"\0\0\1\xb3" * 4, transfer_syntax=MPEG2, Rows=2, Columns=2)
    ds["PixelData"].is_undefined_length = False
    with pytest.raises(PixelError, match="isn't encapsulated"):
        open_bitstream(ds)


def test_data_set_without_pixels_is_an_error():
    with pytest.raises(MissingElementError):
        open_bitstream(dicom.Dataset())


def test_head_alone_is_enough():
    assert container_of(b"\x47") == "MPEG transport stream"
    assert container_of(b"") == "unknown"
    assert container_of(b"\0" * 4096) == "unknown"
