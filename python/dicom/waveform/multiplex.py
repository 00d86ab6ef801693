"""Multiplex groups of a waveform: channels that were sampled together.

In: a data set and the index of a group. Out: an array (sample, channel), of what is stored or in each channel's unit.
Standard: PS3.3 C.10.9.1.4 (channels and their calibration), C.10.9.1.5 (samples), PS3.5 8.3.
"""

from __future__ import annotations

from dicom.errors import DicomError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from numpy.typing import NDArray

#: Waveform Bits Allocated and Waveform Sample Interpretation -> name of the dtype.
WAVEFORM_DTYPES = {
    (8, "SB"): "int8",
    (8, "UB"): "uint8",
    (8, "MB"): "uint8",
    (8, "AB"): "uint8",
    (16, "SS"): "int16",
    (16, "US"): "uint16",
    (32, "SL"): "int32",
    (32, "UL"): "uint32",
    (64, "SV"): "int64",
    (64, "UV"): "uint64",
}
#: 8-bit codes of mu-law and A-law (ITU-T G.711), which aren't proportional to what they stand for.
_COMPANDED = ("MB", "AB")
_REQUIRED = {
    "NumberOfWaveformChannels": 0x003A0005,
    "NumberOfWaveformSamples": 0x003A0010,
    "WaveformBitsAllocated": 0x54001004,
    "WaveformSampleInterpretation": 0x54001006,
    "WaveformData": 0x54001010,
}


class WaveformError(DicomError, ValueError):
    """The Waveform module contradicts itself or the samples (PS3.3 C.10.9)."""


class MissingWaveformError(WaveformError, AttributeError):
    """There are no waveforms, or an element that they can't be read without is absent or empty."""


def multiplex_array(ds: Any, index: int, as_raw: bool = True) -> NDArray[Any]:
    """The samples of one multiplex group.

    Parameters
    ----------
    ds : Dataset
        With a Waveform module.
    index : int
        Index in the Waveform Sequence, from 0; a negative one counts from the last.
    as_raw : bool
        Whether samples are given as they are stored; otherwise in each channel's unit: times Channel Sensitivity and
        its Correction Factor, plus Channel Baseline. Without these a channel stays as it is.

    Returns
    -------
    ndarray, shape (samples, channels)
        Of the type that bits and interpretation name; float64 in the channels' units. Writable.

    Raises
    ------
    MissingWaveformError
        There is no Waveform Sequence, or the item lacks an element.
    IndexError
        There is no such group.
    WaveformError
        The samples are of an unknown kind, fewer than declared, or companded and asked for in a unit.
    """
    return _samples(_sequence(ds)[index], index, as_raw)


def generate_multiplex(ds: Any, as_raw: bool = True) -> Iterator[NDArray[Any]]:
    """The multiplex groups one after the other.

    Parameters
    ----------
    ds, as_raw
        As for `multiplex_array`.

    Yields
    ------
    ndarray, shape (samples, channels)

    Raises
    ------
    MissingWaveformError, WaveformError
        As `multiplex_array`.
    """
    for index, item in enumerate(_sequence(ds)):
        yield _samples(item, index, as_raw)


def _sequence(ds: Any) -> Any:
    sequence = ds.get("WaveformSequence")
    if sequence is None:
        raise MissingWaveformError("the data set has no Waveform Sequence (5400,0100)", tag=0x54000100)
    return sequence


def _samples(item: Any, index: int, as_raw: bool) -> NDArray[Any]:
    missing = [keyword for keyword in _REQUIRED if item.get(keyword) is None]
    if missing:
        raise MissingWaveformError(
            f"item {index} of the Waveform Sequence lacks {', '.join(missing)}", tag=_REQUIRED[missing[0]]
        )
    channels, samples = int(item.NumberOfWaveformChannels), int(item.NumberOfWaveformSamples)
    bits, interpretation = int(item.WaveformBitsAllocated), item.WaveformSampleInterpretation
    name = WAVEFORM_DTYPES.get((bits, interpretation))
    if name is None:
        raise WaveformError(
            f"item {index} of the Waveform Sequence: Waveform Sample Interpretation isn't one of {bits} bits "
            "(PS3.3 C.10.9.1.5)",
            tag=0x54001006,
        )
    data = item.WaveformData
    needed = channels * samples * bits // 8
    if not isinstance(data, (bytes, bytearray, memoryview)) or len(data) < needed:
        length = len(data) if isinstance(data, (bytes, bytearray, memoryview)) else 0
        raise WaveformError(
            f"item {index} of the Waveform Sequence: Waveform Data has {length} bytes, {needed} are needed for "
            f"{samples} samples of {channels} channels x {bits} bits",
            tag=0x54001010,
        )
    if as_raw:
        return _stored(item, data, name, samples, channels)
    if interpretation in _COMPANDED:
        raise WaveformError(
            f"item {index} of the Waveform Sequence holds companded samples, which aren't proportional to a unit; "
            "as_raw=True gives their codes",
            tag=0x54001006,
        )
    return _calibrated(item, _stored(item, data, name, samples, channels))


def _stored(item: Any, data: Any, name: str, samples: int, channels: int) -> NDArray[Any]:
    import numpy as np

    dtype = np.dtype(name)
    _, is_little_endian = getattr(item, "original_encoding", (None, None))
    is_big_endian = is_little_endian is False
    if is_big_endian and dtype.itemsize == 1 and item["WaveformData"].VR == "OW":
        # Words of two bytes, the second sample of each first.
        pairs = np.frombuffer(bytes(data) + b"\0" * (len(data) % 2), dtype).reshape(-1, 2)
        stored = pairs[:, ::-1].reshape(-1)[: samples * channels]
    else:
        stored = np.frombuffer(data, dtype.newbyteorder(">" if is_big_endian else "<"), samples * channels)
    return stored.astype(dtype).reshape(samples, channels)


def _calibrated(item: Any, stored: NDArray[Any]) -> NDArray[Any]:
    """Samples in the channels' units (PS3.3 C.10.9.1.4.2)."""
    import numpy as np

    values = stored.astype(np.float64)
    definitions = item.get("ChannelDefinitionSequence")
    if definitions is None:
        raise MissingWaveformError("the waveform has no Channel Definition Sequence", tag=0x003A0200)
    for channel, definition in zip(values.T, definitions, strict=False):
        for keyword in ("ChannelSensitivity", "ChannelSensitivityCorrectionFactor"):
            factor = definition.get(keyword)
            if _is_given(factor):
                channel *= float(factor)
        baseline = definition.get("ChannelBaseline")
        if _is_given(baseline):
            channel += float(baseline)
    return values


def _is_given(number: Any) -> bool:
    return number is not None and number != ""
