"""Read a file with both libraries and name every place where they differ.

In: a path or bytes. Out: mapping from place to what both sides have there; empty when they read the same.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import pydicom

import dicom

from .compare import describe_file, differing_places, differing_text
from .pixels import differing_pixels, pixels_or_error, tolerance_of

PIXEL_KEYWORDS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


def read_ours(source: Path | bytes) -> Any:
    """The data set as this library reads it: without ``force``, since what is DICOM is sniffed."""
    return dicom.read(source)


def read_theirs(source: Path | bytes) -> Any:
    """The data set as pydicom reads it; with ``force`` where it wants a preamble."""
    try:
        return pydicom.dcmread(_opened(source))
    except pydicom.errors.InvalidDicomError:
        return pydicom.dcmread(_opened(source), force=True)


def _opened(source: Path | bytes) -> Any:
    return io.BytesIO(source) if isinstance(source, bytes) else source


def transfer_syntax_of(dataset: Any) -> str | None:
    """Transfer Syntax UID in the File Meta Information, or None."""
    meta = getattr(dataset, "file_meta", None)
    return None if meta is None else meta.get("TransferSyntaxUID")


def differences_in(source: Path | bytes, *, pixels: bool = True, text: bool = True) -> dict[str, str]:
    """Every place where the two readings of one source differ."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = read_theirs(source)
        try:
            ours = read_ours(source)
        except dicom.errors.DicomError as error:
            return {"read": f"ours {type(error).__name__}: {error}, pydicom {len(theirs)} elements"}
        differing: dict[str, str] = {}
        if text:
            # Printed first, while nothing was decoded: printing must not depend on what was asked for before.
            differing |= differing_text(str(ours), str(theirs))
        differing |= differing_places(describe_file(ours), describe_file(theirs))
        if pixels and any(keyword in theirs or keyword in ours for keyword in PIXEL_KEYWORDS):
            tolerance = tolerance_of(transfer_syntax_of(theirs))
            differing |= differing_pixels(pixels_or_error(ours), pixels_or_error(theirs), tolerance)
    return differing
