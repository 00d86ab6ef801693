"""What was put right on the way to the pixels is said, each as a finding."""

from __future__ import annotations

import numpy as np

import dicom
from tests.data_sources import seed
from tests.plotting.made_images import image as made_image


def codes(name: str) -> list[str]:
    return [finding.code for finding in dicom.read(seed(name)).image().corrections]


def test_an_image_as_it_should_be_has_none():
    assert codes("MR_small.dcm") == codes("SC_rgb_jpeg_dcmtk.dcm") == codes("JPEG2000.dcm") == []


def test_a_codestream_of_another_sign_is_told_and_the_header_believed():
    image = dicom.read(seed("J2K_pixelrep_mismatch.dcm")).image()
    assert [finding.code for finding in image.corrections] == ["codestream-sign"]
    assert image.array.dtype == np.int16
    assert image.array.min() < 0


def test_a_codestream_with_values_beyond_bits_stored_is_told():
    ds = dicom.read(seed("693_J2KI.dcm"))
    ds.BitsStored, ds.HighBit = 8, 7
    assert [finding.code for finding in ds.image().corrections] == ["codestream-bits"]


def test_a_jpeg_stream_whose_marker_contradicts_the_interpretation_is_told_and_believed():
    ds = dicom.read(seed("SC_rgb_jpeg_dcmtk.dcm"))
    right = ds.image().display().array
    ds.PhotometricInterpretation = "RGB"
    image = ds.image()
    assert [(finding.code, finding.tag) for finding in image.corrections] == [("codestream-color", 0x00280004)]
    np.testing.assert_array_equal(image.display().array, right)


def test_what_decoding_tolerates_is_among_them_once_and_on_the_data_set():
    ds = dicom.read(seed("MR_small_padded.dcm"))
    image = ds.image()
    for stage in (image, image.display(), image.modality()):
        _ = stage.array
    assert [finding.code for finding in image.corrections] == ["pixel-data-padded"]
    assert image.display().corrections == image.corrections
    assert ds.findings == list(image.corrections)


def test_more_frames_than_declared_are_all_given_and_told():
    ds = made_image(np.zeros((3, 4, 4), np.uint8))
    ds.NumberOfFrames = 2
    image = ds.image()
    assert (len(image), image.array.shape) == (3, (3, 4, 4))
    assert [finding.code for finding in image.corrections] == ["more-frames-than-declared"]
