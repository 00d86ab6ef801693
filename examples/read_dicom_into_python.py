"""Read DICOM files into Python: from a folder of slices to a NumPy array with its size in mm, and a picture.

Run: ``python -m examples.read_dicom_into_python [FILE or FOLDER] [--output PICTURE]``. In: a DICOM file or a folder of
slices; without one, a sample CT of the package pydicom. Out: the header on standard output, and the picture.
"""

from __future__ import annotations

import argparse
import copy
import os
import sys

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import dicom
from dicom.tag import Tag


def sample_file() -> str:
    """A real CT that comes with the package pydicom: only the file is used."""
    try:
        from pydicom.data import get_testdata_file
    except ImportError:
        sys.exit("Name a DICOM file or a folder of them; or pip install pydicom, which brings a sample.")
    return str(get_testdata_file("CT_small.dcm"))


def dicom_files(path: str) -> list[str]:
    """The file itself, or the files of a folder that are DICOM, in the order of their slices."""
    if not os.path.isdir(path):
        return [path]
    positions = []
    for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
        if not entry.is_file():
            continue
        try:
            ds = dicom.read_file(entry.path, stop_before_pixels=True)
        except dicom.errors.InvalidDicomError:
            continue
        if "Rows" in ds:
            positions.append((slice_position(ds), entry.path))
    if not positions:
        sys.exit(f"{path}: no DICOM images")
    return [file for _, file in sorted(positions)]


def slice_position(ds: dicom.Dataset) -> float:
    """Where a slice lies along the normal of its plane, in mm."""
    if "ImagePositionPatient" not in ds or "ImageOrientationPatient" not in ds:
        return float(ds.get("InstanceNumber") or 0)
    orientation = np.array(ds.ImageOrientationPatient, dtype=float)
    normal = np.cross(orientation[:3], orientation[3:])
    return float(np.dot(normal, np.array(ds.ImagePositionPatient, dtype=float)))


def look_at_header(path: str) -> dicom.Dataset:
    """Everything that one does with the header."""
    ds = dicom.read_file(path)
    print(ds)

    # By name and by tag: three spellings of one element.
    print("Modality:", ds.Modality)
    assert ds[0x0008, 0x0060].value == ds[0x00080060].value == ds["Modality"].value == ds.Modality
    print("As an element:", ds.data_element("Modality"))

    # Setting, on a copy: the file on disk isn't touched, and neither is `ds`.
    named = copy.deepcopy(ds)
    named.PatientName = "Test^Subject"
    print("After setting:", named[0x10, 0x10])
    assert "PatientName" not in ds or named.PatientName != ds.PatientName

    # Finding names, asking whether an element is there, deleting it.
    print("Names with 'pat':", named.dir("pat"))
    assert "PatientName" in named
    assert Tag("PatientName") in named
    del named.PatientName
    assert "PatientName" not in named

    # Tags are ints that know their group and element.
    tag = Tag(0x00100010)
    assert tag == Tag(0x10, 0x10) == Tag("PatientName") == 0x00100010
    assert hash(tag) == hash(Tag((0x10, 0x10)))
    print("A tag:", tag, "group", hex(tag.group), "element", hex(tag.element))

    # The pixels as the bytes of the file.
    print("PixelData:", len(ds.PixelData), "bytes")
    return ds


def read_volume(files: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """All slices in one array, and its axes.

    Returns
    -------
    array : ndarray, shape (rows, columns, slices)
        Stored values.
    x, y, z : ndarray
        Edges in mm along columns, rows and slices: one more than there are pixels.
    """
    reference = dicom.read_file(files[0])
    ConstPixelDims = (int(reference.Rows), int(reference.Columns), len(files))
    ConstPixelSpacing = (
        float(reference.PixelSpacing[0]),
        float(reference.PixelSpacing[1]),
        float(reference.SliceThickness),
    )
    # np.arange(0, n * spacing, spacing) would at times give one value too many: a product of whole numbers can't.
    y = np.arange(ConstPixelDims[0] + 1) * ConstPixelSpacing[0]
    x = np.arange(ConstPixelDims[1] + 1) * ConstPixelSpacing[1]
    z = np.arange(ConstPixelDims[2] + 1) * ConstPixelSpacing[2]

    array = np.zeros(ConstPixelDims, dtype=reference.pixel_array.dtype)
    for index, file in enumerate(files):
        ds = dicom.read_file(file)
        array[:, :, index] = ds.pixel_array
    return array, x, y, z


def draw(array: np.ndarray, x: np.ndarray, y: np.ndarray, path: str) -> None:
    """Draw the middle slice in mm. pcolormesh has y upward, so the rows are flipped to stand as in the image."""
    figure = Figure(figsize=(6, 6 * float(y[-1] / x[-1])), layout="constrained")
    FigureCanvasAgg(figure)
    ax = figure.add_subplot()
    ax.pcolormesh(x, y, np.flipud(array[:, :, array.shape[2] // 2]), cmap="gray")
    ax.set_aspect("equal")
    ax.set_xlabel("x (mm)")
    ax.set_ylabel("y (mm)")
    figure.savefig(path, dpi=150)


def main(arguments: list[str] | None = None) -> int:
    """Run the tutorial."""
    parser = argparse.ArgumentParser(description="Read DICOM files into Python.")
    parser.add_argument("path", nargs="?", help="a DICOM file or a folder of slices (default: a sample CT)")
    parser.add_argument("--output", default="read_dicom_into_python.png", help="the picture")
    options = parser.parse_args(arguments)

    files = dicom_files(options.path or sample_file())
    look_at_header(files[0])
    array, x, y, z = read_volume(files)
    print(f"Array: {array.shape} (rows, columns, slices), {array.dtype}, from {array.min()} to {array.max()}")
    print(f"Size: {x[-1]:.1f} mm wide, {y[-1]:.1f} mm high, {z[-1]:.1f} mm deep")

    # The library says the same, and from which element it knows.
    axes = dicom.axes(dicom.read_file(files[0]))
    assert np.array_equal(axes.x.edges, x)
    assert np.array_equal(axes.y.edges, y)
    print(f"Spacing: {dicom.pixel_spacing(dicom.read_file(files[0]))}")

    draw(array, x, y, options.output)
    print("Picture:", options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
