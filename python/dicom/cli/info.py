"""``dicom info``: what is in a file, on one screen.

In: names of files. Out: a dozen lines a file, nothing about the patient. Standard: PS3.3 C.7.6.3 (Image Pixel).
"""

from __future__ import annotations

import os
import sys

from dicom.cli import terminal
from dicom.errors import BytesLengthException, GeometryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import Any

_PIXEL_DATA = (("PixelData", 0x7FE00010), ("FloatPixelData", 0x7FE00008), ("DoubleFloatPixelData", 0x7FE00009))
_MOST_FINDINGS = 10  # a screen's worth; the rest is counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``dicom info`` understands."""
    terminal.add_files_argument(parser)
    terminal.add_color_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print a summary of each file; give the exit status."""
    colored = terminal.wants_color(arguments.color)
    return terminal.for_each_file(
        arguments.files, lambda path: _print_summary(path, colored), terminal.is_debug(arguments)
    )


def _print_summary(path: str, colored: bool) -> None:
    with terminal.read(path) as ds:
        lines = list(summary(ds))
    size = "" if path == "-" else f"  ({_bytes(os.path.getsize(path))})"
    name = terminal.safe_name(path)
    sys.stdout.write(f"\x1b[1m{name}\x1b[0m{size}\n" if colored else f"{name}{size}\n")
    for label, text in lines:
        label = f"{label:<16}"
        text = terminal.safe_text(text).replace("\n", " ")
        sys.stdout.write(f"  \x1b[36m{label}\x1b[0m{text}\n" if colored else f"  {label}{text}\n")


def summary(ds: Any) -> Iterator[tuple[str, str]]:
    """Lines of a label and a text that say what a data set holds.

    Parameters
    ----------
    ds : FileDataset
    """
    yield "kind", _kind(ds)
    equipment = ", ".join(
        str(ds.get(keyword)) for keyword in ("Manufacturer", "ManufacturerModelName") if ds.get(keyword)
    )
    if equipment:
        yield "equipment", equipment
    if "Rows" in ds and "Columns" in ds:
        yield from _image_lines(ds)
    yield "transfer syntax", _transfer_syntax(ds)
    for keyword, tag in _PIXEL_DATA:
        length = ds._value_length(tag)
        if length is not None:
            yield "pixel data", _pixel_data(ds, keyword, tag, length)
    private = sum(1 for tag in ds.keys() if tag >> 16 & 1)  # noqa: SIM118 - a data set iterates over elements
    yield "elements", f"{len(ds)} at the top level, {private} of them private"
    findings = ds.findings
    yield "findings", "none" if not findings else str(len(findings))
    for finding in findings[:_MOST_FINDINGS]:
        yield "", str(finding)
    if len(findings) > _MOST_FINDINGS:
        yield "", f"... and {len(findings) - _MOST_FINDINGS} more"


def _kind(ds: Any) -> str:
    sop_class = ds.get("SOPClassUID") or getattr(getattr(ds, "file_meta", None), "MediaStorageSOPClassUID", None)
    name = str(getattr(sop_class, "name", sop_class)) if sop_class else "no SOP Class"
    modality = ds.get("Modality")
    return f"{name} ({modality})" if modality else name


def _image_lines(ds: Any) -> Iterator[tuple[str, str]]:
    from dicom.pixels.spacing import number_of_frames

    frames = number_of_frames(ds)
    size = f"{_shown(ds, 'Rows')} rows x {_shown(ds, 'Columns')} columns"
    yield "size", f"{size}, {frames} frame{'' if frames == 1 else 's'}"
    yield from _spacing_lines(ds)
    samples = _whole_number(ds, "SamplesPerPixel", 1)
    sign = {0: ", unsigned", 1: ", signed"}.get(_whole_number(ds, "PixelRepresentation"), "")
    bits = f"{_shown(ds, 'BitsStored')} of {_shown(ds, 'BitsAllocated')}{sign}"
    yield (
        "bits",
        f"{bits}, {samples} sample{'' if samples == 1 else 's'} a pixel, {_shown(ds, 'PhotometricInterpretation')}",
    )


def _spacing_lines(ds: Any) -> Iterator[tuple[str, str]]:
    from dicom.pixels.spacing import pixel_spacing

    try:
        spacing = pixel_spacing(ds)
    except GeometryError as error:
        yield "spacing", "unknown" if "No element" in str(error) else f"unusable: {error}"
        return
    row, column = (f"{value:.4g}" for value in spacing)
    if spacing.unit == "pixel":
        yield "spacing", f"unknown; a pixel is {row} times as high as wide ({spacing.source})"
        return
    yield "spacing", f"{row} mm from row to row, {column} mm from column to column ({spacing.source})"
    width = spacing.column_spacing * _whole_number(ds, "Columns")
    height = spacing.row_spacing * _whole_number(ds, "Rows")
    extent = f"{width:.4g} mm wide, {height:.4g} mm high"
    if spacing.plane != "patient":
        extent += f" {'at' if spacing.plane == 'detector' else 'on'} the {spacing.plane}"
    if spacing.slice_thickness_mm is not None:
        extent += f", {spacing.slice_thickness_mm:.4g} mm thick"
    if spacing.spacing_between_slices_mm is not None:
        extent += f", slices {spacing.spacing_between_slices_mm:.4g} mm apart"
    yield "extent", extent


def _transfer_syntax(ds: Any) -> str:
    uid = getattr(getattr(ds, "file_meta", None), "TransferSyntaxUID", None)
    if not uid:
        return "not stated (no File Meta Information)"
    name = str(getattr(uid, "name", uid))
    return name if name == str(uid) else f"{name} ({uid})"


def _pixel_data(ds: Any, keyword: str, tag: int, length: int) -> str:
    text = f"{_bytes(length)}, {keyword}" if keyword != "PixelData" else _bytes(length)
    fragments = ds._fragments(tag)
    if fragments is None:
        return text
    count = max(0, len(fragments) - 1)  # the first item is the Basic Offset Table
    text += f" in {count} fragment{'' if count == 1 else 's'}"
    native = _native_length(ds)
    return f"{text}, {native / length:.1f} times smaller than native" if native and length else text


def _native_length(ds: Any) -> float:
    from dicom.pixels.spacing import number_of_frames

    native = number_of_frames(ds) * _whole_number(ds, "SamplesPerPixel", 1) / 8
    for keyword in ("Rows", "Columns", "BitsAllocated"):
        native *= _whole_number(ds, keyword)
    return native


def _whole_number(ds: Any, keyword: str, otherwise: int = 0) -> int:
    """An element's value when it is one whole number, as it should be."""
    value = _shown(ds, keyword)
    return value if isinstance(value, int) else otherwise


def _shown(ds: Any, keyword: str) -> Any:
    """An element's value; ``?`` when its bytes don't divide into values, so that the rest is told all the same."""
    try:
        return ds.get(keyword)
    except BytesLengthException:
        return "?"


def _bytes(count: int) -> str:
    if count < 10_000:
        return f"{count:,} bytes"
    size, units = count / 1000, ["kB", "MB", "GB", "TB"]
    while size >= 1000 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.3g} {units[0]}, {count:,} bytes"
