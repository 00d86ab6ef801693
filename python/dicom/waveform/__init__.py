"""Waveforms as arrays: the samples of electrocardiograms, sound and other signals over time.

In: a data set with a Waveform module. Out: NumPy arrays, axes (sample, channel). Standard: PS3.3 C.10.9 (Waveform).
numpy is imported when samples are asked for. The room: `multiplex`.
"""

from __future__ import annotations

from .multiplex import WAVEFORM_DTYPES, MissingWaveformError, WaveformError, generate_multiplex, multiplex_array

__all__ = ["WAVEFORM_DTYPES", "MissingWaveformError", "WaveformError", "generate_multiplex", "multiplex_array"]
