"""What a notebook shows: every element, folding sequences, a thumbnail, and nothing that the file could inject."""

from __future__ import annotations

import base64
import struct
import zlib
from html.parser import HTMLParser

import numpy as np
import pytest

from dicom.dataset import Dataset
from dicom.dataset.thumbnail import LONGEST_SIDE
from dicom.elements.html import ITEMS_SHOWN, ROWS_SHOWN, TEXT_SHOWN
from dicom.pixels.frame_decoder import FrameDecoder
from tests.elements.encoded import read_plan


class Outline(HTMLParser):
    """Tags that are open, those that were met, and the text."""

    def __init__(self, html):
        super().__init__()
        self.open, self.met, self.text, self.images = [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.met.append(tag)
        if tag == "img":
            self.images.append(dict(attributes)["src"])
        else:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def outline(ds):
    found = Outline(ds._repr_html_())
    assert found.open == []
    return found


def decode_png(data):
    """The pixels of a PNG that has no filters; its chunks are checked."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        (length,), kind = struct.unpack(">I", data[at : at + 4]), data[at + 4 : at + 8]
        content = data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + content)
        chunks[kind] = content
        at += 12 + length
    columns, rows, bits, colour, *_ = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert bits == 8
    samples = {0: 1, 2: 3}[colour]
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(rows, 1 + columns * samples)
    assert not lines[:, 0].any()
    return lines[:, 1:].reshape((rows, columns, 3) if samples == 3 else (rows, columns))


def image(pixels, **elements):
    """A native image of `pixels`: (row, column), with frames before or samples behind where `elements` say so."""
    ds = Dataset()
    samples = elements.get("SamplesPerPixel", 1)
    ds.Rows, ds.Columns = pixels.shape[-3:-1] if samples > 1 else pixels.shape[-2:]
    ds.SamplesPerPixel = samples
    ds.PhotometricInterpretation = "RGB" if samples > 1 else "MONOCHROME2"
    if samples > 1:
        ds.PlanarConfiguration = 0
    ds.BitsAllocated = 8 * pixels.itemsize
    value = pixels.tobytes()
    if pixels.dtype.kind == "f":
        ds.FloatPixelData = value
    else:
        ds.BitsStored, ds.HighBit = ds.BitsAllocated, ds.BitsAllocated - 1
        ds.PixelRepresentation = int(pixels.dtype.kind == "i")
        ds.PixelData = value + b"\0" * (len(value) % 2)
    for keyword, element_value in elements.items():
        setattr(ds, keyword, element_value)
    return ds


def thumbnail(ds):
    (source,) = outline(ds).images
    head, data = source.split(",")
    assert head == "data:image/png;base64"
    return decode_png(base64.b64decode(data, validate=True))


def test_each_element_has_a_row():
    found = outline(read_plan())
    for text in (
        "(0010,0010)",
        "Patient's Name",
        "PN",
        "'Secret^Name'",
        "File Meta Information",
        "[Image actual date]",
    ):
        assert text in found.text


def test_a_sequence_folds_with_its_items():
    found = outline(read_plan())
    assert "2 items" in found.text
    assert found.text.count("'beam'") == 2
    assert found.met.count("details") == found.met.count("summary") == 2 + 3 + 2 * 2


def test_text_of_the_file_is_escaped():
    ds = Dataset()
    ds.PatientComments = "<script>alert('x')</script> & \"more\""
    ds.add_new(0x00110010, "LO", "<img src=x onerror=y>")
    found = outline(ds)
    assert "script" not in found.met
    assert found.images == []
    assert any("<script>" in text for text in found.text)


def test_many_items_are_counted():
    ds = Dataset()
    ds.BeamSequence = [Dataset() for _ in range(ITEMS_SHOWN + 5)]
    found = outline(ds)
    assert "and 5 more" in found.text
    assert found.text.count("Item 0") == 1
    assert f"Item {ITEMS_SHOWN}" not in found.text


def test_rows_have_an_end():
    ds = Dataset()
    for number in range(ROWS_SHOWN + 5):
        ds.add_new(0x00110000 + number, "LO", "x")
    found = outline(ds)
    assert found.met.count("tr") == ROWS_SHOWN + 1
    assert "and 5 more elements" in found.text


def test_deep_nesting_ends():
    ds = Dataset()
    for _ in range(200):
        outer = Dataset()
        outer.BeamSequence = [ds]
        ds = outer
    assert "1 item" in outline(ds).text


def test_long_bytes_are_counted():
    ds = read_plan()
    assert "Array of 40 elements" in outline(ds).text


def test_long_text_is_cut():
    ds = Dataset()
    ds.PatientComments = "x" * 2000
    assert f"'{'x' * TEXT_SHOWN}…'" in outline(ds).text


def test_without_pixels_there_is_no_picture():
    assert outline(read_plan()).images == []
    assert outline(Dataset()).images == []


def test_pixels_that_can_t_be_decoded_give_no_picture():
    class Broken(Dataset):
        @property
        def pixel_array(self):
            raise ValueError("broken")

    ds = Broken()
    ds.PixelData = b""
    assert outline(ds).images == []


def test_a_huge_frame_isn_t_decoded(monkeypatch):
    monkeypatch.setattr(FrameDecoder, "decode", lambda *_, **__: pytest.fail("decoded"))
    ds = Dataset()
    ds.PixelData = b""
    ds.Rows, ds.Columns, ds.BitsAllocated = 40960, 4096, 16
    assert outline(ds).images == []


def test_of_a_series_of_frames_one_is_decoded(monkeypatch):
    decoded = []
    decode = FrameDecoder.decode
    monkeypatch.setattr(
        FrameDecoder, "decode", lambda self, index, *more: decoded.append(index) or decode(self, index, *more)
    )
    thumbnail(image(np.zeros((100, 4, 4), np.uint8), NumberOfFrames=100))
    assert decoded == [50]


def test_grey_values_span_from_least_to_greatest():
    pixels = np.array([[-100, -49], [2, 155]], np.int16)
    assert thumbnail(image(pixels)).tolist() == [[0, 51], [102, 255]]


def test_window_center_and_width_are_followed():
    pixels = np.array([[0, 40], [80, 1000]], np.int16)
    shown = thumbnail(image(pixels, WindowCenter=["40", "1"], WindowWidth=["80", "1"]))
    assert shown.tolist() == [[0, 129], [255, 255]]


def test_the_window_counts_in_rescaled_units():
    pixels = np.array([[1024, 1064]], np.uint16)
    shown = thumbnail(image(pixels, WindowCenter=40, WindowWidth=80, RescaleSlope=1, RescaleIntercept=-1024))
    assert shown.tolist() == [[0, 129]]


def test_monochrome1_is_turned():
    pixels = np.array([[0, 10]], np.uint8)
    assert thumbnail(image(pixels, PhotometricInterpretation="MONOCHROME1")).tolist() == [[255, 0]]


def test_one_value_everywhere_is_black():
    assert not thumbnail(image(np.full((3, 3), 7, np.uint16))).any()


def test_values_that_are_no_numbers_are_survived():
    assert thumbnail(image(np.array([[np.nan, np.inf, 0, 1]], np.float32))).tolist() == [[0, 255, 0, 255]]


def test_the_middle_frame_is_shown():
    pixels = np.stack([np.full((2, 2), n, np.uint8) for n in range(5)])
    pixels[2, 0, 0] = 200
    assert thumbnail(image(pixels, NumberOfFrames=5)).tolist() == [[255, 0], [0, 0]]


def test_colours_stay():
    pixels = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    assert (thumbnail(image(pixels, SamplesPerPixel=3)) == pixels).all()


@pytest.mark.parametrize("shape", [(1000, 300), (128, 128), (129, 1), (1, 5000)])
def test_it_is_small(shape):
    shown = thumbnail(image(np.zeros(shape, np.uint16)))
    assert max(shown.shape) <= LONGEST_SIDE
