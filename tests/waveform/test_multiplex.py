"""Waveforms are read as pydicom reads them, from its data sets and from ours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pydicom
import pydicom.waveforms.numpy_handler as theirs
import pytest

import dicom
import dicom.compat.waveforms.numpy_handler as ours
from dicom.waveform import (
    WAVEFORM_DTYPES,
    MissingWaveformError,
    WaveformError,
    generate_multiplex,
    multiplex_array,
)
from tests.data_sources import seed

LIBRARIES = [dicom.Dataset, pydicom.Dataset]
CALIBRATION = ("ChannelSensitivity", "ChannelBaseline", "ChannelSensitivityCorrectionFactor")


def waveform(
    library: type = dicom.Dataset,
    kind: tuple[int, str] = (16, "SS"),
    calibration: tuple[tuple[float | None, ...], ...] = (),
    **values: Any,
) -> Any:
    """A data set with one group of 3 samples of 2 channels; ``values`` change its elements, None leaves one out."""
    item = library()
    elements = {
        "WaveformBitsAllocated": kind[0],
        "WaveformSampleInterpretation": kind[1],
        "NumberOfWaveformChannels": 2,
        "NumberOfWaveformSamples": 3,
        "WaveformData": bytes(range(120, 120 + 6 * kind[0] // 8)),
        **values,
    }
    for keyword, value in elements.items():
        if value is not None:
            setattr(item, keyword, value)
    channels = []
    for numbers in calibration or ((), ()):
        channel = library()
        for keyword, number in zip(CALIBRATION, numbers, strict=False):
            if number is not None:
                setattr(channel, keyword, number)
        channels.append(channel)
    item.ChannelDefinitionSequence = channels
    ds = library()
    ds.WaveformSequence = [item]
    return ds


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("kind", WAVEFORM_DTYPES, ids=str)
def test_stored_samples_are_pydicom_s(library: type, kind: tuple[int, str]) -> None:
    expected = theirs.multiplex_array(waveform(pydicom.Dataset, kind), 0)
    array = multiplex_array(waveform(library, kind), 0)
    assert (array.shape, array.dtype, array.tolist()) == (expected.shape, expected.dtype, expected.tolist())
    assert array.flags.writeable


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    "calibration",
    [
        ((2, 1, 1), (0.5, 10, 2)),
        ((2, 1, 1), (None, 10, 2)),
        ((2,), (3,)),
        ((None, 2), (None, 3)),
        ((2, None, 1), (3, None, 2)),
        ((None,), (None,)),
    ],
)
def test_samples_in_their_units_are_pydicom_s(library: type, calibration: Any) -> None:
    expected = theirs.multiplex_array(waveform(pydicom.Dataset, calibration=calibration), 0, as_raw=False)
    array = multiplex_array(waveform(library, calibration=calibration), 0, as_raw=False)
    assert array.dtype == np.float64
    assert array.tolist() == expected.tolist()


def test_the_groups_of_a_file_are_pydicom_s() -> None:
    reference, ds = pydicom.dcmread(seed("waveform_ecg.dcm")), dicom.read(seed("waveform_ecg.dcm"))
    for as_raw in (True, False):
        groups = list(generate_multiplex(ds, as_raw=as_raw))
        expected = list(theirs.generate_multiplex(reference, as_raw=as_raw))
        assert len(groups) == len(expected) == 2
        assert all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(groups, expected, strict=True))
    assert np.array_equal(ds.waveform_array(1), reference.waveform_array(1))
    assert np.array_equal(multiplex_array(ds, -1), multiplex_array(ds, 1))


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    "keyword",
    [
        "WaveformBitsAllocated",
        "WaveformSampleInterpretation",
        "NumberOfWaveformChannels",
        "NumberOfWaveformSamples",
        "WaveformData",
    ],
)
def test_an_element_that_is_needed_is_named(library: type, keyword: str) -> None:
    with pytest.raises(MissingWaveformError, match=f"item 0 of the Waveform Sequence lacks {keyword}"):
        multiplex_array(waveform(library, **{keyword: None}), 0)


def test_a_data_set_without_waveforms_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        multiplex_array(dicom.Dataset(), 0)
    with pytest.raises(AttributeError):
        list(generate_multiplex(dicom.Dataset()))


def test_a_group_that_there_is_not_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        multiplex_array(waveform(), 1)


@pytest.mark.parametrize("kind", [(16, "SB"), (8, "XX"), (24, "SS")])
def test_samples_of_an_unknown_kind_are_an_error(kind: tuple[int, str]) -> None:
    with pytest.raises(WaveformError, match=r"PS3\.3 C\.10\.9\.1\.5"):
        multiplex_array(waveform(kind=kind), 0)


@pytest.mark.parametrize("data", [b"", b"\0\1", b"\0" * 11])
def test_fewer_samples_than_declared_are_an_error(data: bytes) -> None:
    with pytest.raises(WaveformError, match=f"has {len(data)} bytes, 12 are needed"):
        multiplex_array(waveform(WaveformData=data), 0)


def test_an_absurd_count_is_refused_before_anything_is_allocated() -> None:
    with pytest.raises(WaveformError, match="are needed"):
        multiplex_array(waveform(NumberOfWaveformSamples=2**32 - 1, NumberOfWaveformChannels=65535), 0)


def test_padding_is_left_out() -> None:
    array = multiplex_array(waveform(kind=(8, "SB"), NumberOfWaveformChannels=1, WaveformData=b"\1\2\3\0"), 0)
    assert array.tolist() == [[1], [2], [3]]


def test_companded_samples_have_no_unit() -> None:
    # pydicom multiplies the codes by the sensitivity.
    with pytest.raises(WaveformError, match="companded"):
        multiplex_array(waveform(kind=(8, "MB"), calibration=((2,), (3,))), 0, as_raw=False)


@pytest.mark.parametrize("kind", [(16, "SS"), (8, "UB"), (32, "UL")])
def test_big_endian_samples_are_read_as_such(kind: tuple[int, str]) -> None:
    # pydicom reads them as little endian.
    size = max(kind[0] // 8, 2)
    little = bytes(range(6 * kind[0] // 8))
    words = b"".join(little[at : at + size][::-1] for at in range(0, len(little), size))
    ds = waveform(kind=kind, WaveformData=words)
    ds.WaveformSequence[0]["WaveformData"].VR = "OW"
    ds.WaveformSequence[0].set_original_encoding(False, False)
    array = multiplex_array(ds, 0)
    assert array.tolist() == multiplex_array(waveform(kind=kind, WaveformData=little), 0).tolist()
    assert array.dtype.isnative


def test_the_names_are_pydicom_s() -> None:
    assert theirs.WAVEFORM_DTYPES == ours.WAVEFORM_DTYPES
    assert ours.is_available()
    assert (ours.HANDLER_NAME, ours.DEPENDENCIES, ours.HAVE_NP) == (theirs.HANDLER_NAME, theirs.DEPENDENCIES, True)
