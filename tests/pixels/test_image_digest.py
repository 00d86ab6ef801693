"""The digest is that of the stored values, whatever lossless encoding they have."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

import dicom
from dicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless
from tests.data_sources import seed
from tests.plotting.made_images import image as made_image

VALUES = np.random.default_rng(9).integers(0, 4096, (3, 40, 30), np.uint16)


def test_it_is_the_hash_that_the_documentation_defines():
    ds = made_image(VALUES, BitsStored=12, HighBit=11)
    wanted = hashlib.sha256(b"DICOM pixels 3 40 30 1 u12\n" + VALUES.astype("<u2").tobytes()).hexdigest()
    assert ds.image().digest() == wanted
    signed = np.array([[-1, 0, 2047]], np.int16)
    ds = made_image(signed, BitsStored=12, HighBit=11)
    wanted = hashlib.sha256(b"DICOM pixels 1 1 3 1 i12\n" + bytes([0xFF, 0x0F, 0, 0, 0xFF, 0x07])).hexdigest()
    assert ds.image().digest() == wanted
    floats = np.array([[1.5, np.nan]], np.float32)
    wanted = hashlib.sha256(b"DICOM pixels 1 1 2 1 f32\n" + floats.astype("<f4").tobytes()).hexdigest()
    assert made_image(floats).image().digest() == wanted


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless, JPEGLSLossless])
@pytest.mark.parametrize("name", ["MR_small.dcm", "SC_rgb.dcm", "emri_small.dcm", "US1_UNCR.dcm"])
def test_lossless_transcoding_leaves_it(syntax, name):
    ds = dicom.read(seed(name))
    before = ds.image().digest()
    ds.compress(syntax)
    assert ds.image().digest() == before


def test_files_of_one_image_in_several_encodings_have_one_digest():
    names = ["MR_small.dcm", "MR_small_RLE.dcm", "MR_small_bigendian.dcm", "MR_small_implicit.dcm"]
    names += ["MR_small_jp2klossless.dcm", "MR_small_jpeg_ls_lossless.dcm", "MR_small_padded.dcm"]
    assert len({dicom.read(seed(name)).image().digest() for name in names}) == 1
    names = ["SC_ybr_full_422_uncompressed.dcm", "SC_rgb_jpeg_dcmtk.dcm"]
    assert len({dicom.read(seed(name)).image().digest() for name in names}) == 1
    assert len({dicom.read(seed(name)).image().digest() for name in ("liver.dcm", "liver_expb.dcm")}) == 1


def test_planes_and_what_stands_above_bits_stored_do_not_count():
    colors = np.random.default_rng(2).integers(0, 256, (4, 5, 3), np.uint8)
    by_pixel = made_image(colors, SamplesPerPixel=3, PhotometricInterpretation="RGB")
    by_plane = made_image(colors, SamplesPerPixel=3, PhotometricInterpretation="RGB", PlanarConfiguration=1)
    by_plane.PixelData = np.moveaxis(colors, -1, 0).tobytes()
    assert by_pixel.image().digest() == by_plane.image().digest()
    clean = made_image(VALUES, BitsStored=12, HighBit=11)
    dirty = made_image(VALUES | 0xA000, BitsStored=12, HighBit=11)
    assert clean.image().digest() == dirty.image().digest()


def test_bits_allocated_do_not_count_but_bits_stored_do():
    values = np.arange(12, dtype=np.uint8).reshape(3, 4)
    narrow, wide = made_image(values), made_image(values.astype(np.uint16), BitsStored=8, HighBit=7)
    assert narrow.image().digest() == wide.image().digest()
    assert made_image(values, BitsStored=7, HighBit=6).image().digest() != narrow.image().digest()


def test_whatever_makes_another_image_makes_another_digest():
    changed = VALUES.copy()
    changed[2, 39, 29] ^= 1
    images = [
        made_image(VALUES),
        made_image(changed),
        made_image(VALUES.view(np.int16)),
        made_image(VALUES.reshape(3, 30, 40)),
        made_image(VALUES[:2]),
        made_image(VALUES.reshape(1, 120, 30)[0]),
    ]
    assert len({ds.image().digest() for ds in images}) == len(images)


def test_other_elements_do_not_count():
    one, other = (
        made_image(VALUES, PatientID="1"),
        made_image(VALUES, PatientID="2", RescaleSlope=2, RescaleIntercept=0),
    )
    assert one.image().digest() == other.image().digest() == one.image().display().digest()


def test_a_frame_has_a_digest_of_its_own():
    image = made_image(VALUES).image()
    assert image.frame(1).digest() == made_image(VALUES[1]).image().digest() != image.digest()
