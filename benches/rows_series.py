"""Rows about series: which files of a folder belong together.

In: the folder of the corpora. Out: rows for the harness. The files are CT headers (pydicom's ``CT_small.dcm`` varied,
220 elements, 16 x 16 pixels), shuffled: series of slices, and one of several times. All have to give the same groups of
files. SimpleITK, which reads all files again for each series, takes part where there are few.
"""

from __future__ import annotations

import io
import os
import random
import shutil
from typing import TYPE_CHECKING, Any

from .harness import Contender, Goal, Row
from .peers import readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

VERSION = 1
#: Number of files -> series, slices of each, times of the last series, slices of each time.
_SIZES = {20_000: (36, 500, 50, 40), 500: (4, 100, 5, 20)}
_ROOT = "1.2.826.0.1.3680043.9.7"

# What a careful loop has to look at to tell volumes apart.
_KEYWORDS = (
    "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "Rows", "Columns", "ImageType", "SOPClassUID",
    "ImageOrientationPatient", "PixelSpacing", "ImagePositionPatient", "AcquisitionNumber", "AcquisitionTime",
    "InstanceNumber", "SOPInstanceUID", "Modality", "PhotometricInterpretation",
)  # fmt: skip


def _template() -> bytes:
    """A CT of which some values are marks of fixed width."""
    import pydicom
    from pydicom.data import get_testdata_file

    template = pydicom.dcmread(str(get_testdata_file("CT_small.dcm")))
    template.remove_private_tags()
    for number in range(120):
        # As many elements as scanners write.
        template.add_new(0x00091010 + number, "LO", f"private value {number}")
    template.add_new(0x00090010, "LO", "BENCH SERIES")
    template.SOPInstanceUID = template.file_meta.MediaStorageSOPInstanceUID = f"{_ROOT}.1.11111111"
    template.SeriesInstanceUID = f"{_ROOT}.2.22222222"
    template.StudyInstanceUID = f"{_ROOT}.3.33333333"
    template.InstanceNumber = 44444444
    template.ImagePositionPatient = ["-150.5", "-150.5", "55555555"]
    template.AcquisitionNumber = 66666666
    template.AcquisitionTime = "777777"
    template.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    template.Rows = template.Columns = 16
    template.PixelData = bytes(512)
    written = io.BytesIO()
    template.save_as(written)
    return written.getvalue()


def _file(template: bytes, instance: int, series: int, number: int, position: float, acquisition: int) -> bytes:
    second = acquisition % 3600
    return (
        template.replace(b"11111111", b"%08d" % (10_000_000 + instance))
        .replace(b"22222222", b"%08d" % (10_000_000 + series))
        .replace(b"33333333", b"%08d" % (10_000_000 + series // 4))
        .replace(b"44444444", b"%08d" % number)
        .replace(b"55555555", b"%8.2f" % position)
        .replace(b"66666666", b"%08d" % (acquisition + 1))
        .replace(b"777777", b"12%02d%02d" % (second // 60, second % 60))
    )


def paths_of(folder: Path, number_of_files: int) -> list[str]:
    """The files, made when they aren't there."""
    place = folder / f"series-{number_of_files}-v{VERSION}"
    number_of_series, slices, times, time_slices = _SIZES[number_of_files]
    if not place.is_dir():
        part = place.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        template = _template()
        planned = [(series, k, k * 1.25, 0) for series in range(number_of_series) for k in range(slices)]
        planned += [
            (number_of_series, t * time_slices + k, k * 5.0, t) for t in range(times) for k in range(time_slices)
        ]
        random.Random("series").shuffle(planned)
        for index, (series, number, position, acquisition) in enumerate(planned):
            below = part / f"{index // 1000:02d}"
            below.mkdir(parents=True, exist_ok=True)
            (below / f"IM{index:05d}").write_bytes(_file(template, index, series, number, position, acquisition))
        part.rename(place)
    return [os.path.join(parent, name) for parent, _, names in os.walk(place) for name in names]


def _groups(keys: list[tuple[str, Any]]) -> set[frozenset[str]]:
    """Names of the files of each group."""
    groups: dict[Any, list[str]] = {}
    for path, key in keys:
        groups.setdefault(key, []).append(os.path.basename(path))
    return {frozenset(names) for names in groups.values()}


def _ours(folder: str) -> set[frozenset[str]]:
    import dicom

    found = dicom.find_series(folder)
    return {frozenset(map(os.path.basename, series.files)) for series in found}


def _loop(open_header: Callable[[str], Callable[[str], Any]], paths: list[str]) -> set[frozenset[str]]:
    """A loop over files: what a careful program looks at, one attribute after the other."""
    keys = []
    for path in paths:
        value_of = open_header(path)
        values = {keyword: value_of(keyword) for keyword in _KEYWORDS}
        key = tuple(str(values[keyword]) for keyword in _KEYWORDS[:9])
        keys.append((path, key))
    return _groups(keys)


def _pydicom(path: str) -> Callable[[str], Any]:
    import pydicom

    ds = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(_KEYWORDS))
    return lambda keyword: ds.get(keyword)


def _dicomsdl(path: str) -> Callable[[str], Any]:
    import dicomsdl

    ds = dicomsdl.open_file(path)
    return lambda keyword: getattr(ds, keyword)


def _simple_itk(folder: str) -> set[frozenset[str]]:
    import SimpleITK

    reader = SimpleITK.ImageSeriesReader
    found = set()
    below = [folder, *(entry.path for entry in os.scandir(folder) if entry.is_dir())]
    names: dict[str, list[str]] = {}
    for place in below:
        for uid in reader.GetGDCMSeriesIDs(place):
            names.setdefault(uid, []).extend(reader.GetGDCMSeriesFileNames(place, uid))
    for files in names.values():
        found.add(frozenset(map(os.path.basename, files)))
    return found


def _read_heads(paths: list[str]) -> None:
    """The limit: the first bytes of each file, and nothing else."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.read(descriptor, 8192)
        finally:
            os.close(descriptor)


def _row(folder: Path, number_of_files: int) -> Row:
    paths = paths_of(folder, number_of_files)
    top = os.path.dirname(os.path.dirname(paths[0]))
    installed = {peer.name for peer in readers()}
    contenders = [Contender("dicom", lambda: _ours(top), lambda: _ours(top))]
    for name, opened in (("pydicom", _pydicom), ("dicomsdl", _dicomsdl)):
        # pydicom takes half a minute for the many; it says what is right where there are few.
        if name in installed and (name != "pydicom" or number_of_files == min(_SIZES)):

            def run(opened: Callable[[str], Any] = opened) -> set[frozenset[str]]:
                return _loop(opened, paths)

            contenders.append(Contender(name, run, run))
    if number_of_files == min(_SIZES):
        contenders += _simple_itk_contenders(top)
    contenders.append(Contender("first 8 KiB of each", lambda: _read_heads(paths), is_limit=True))
    title = f"find the series of {number_of_files:,} files"
    goal = Goal(seconds=0.5 if number_of_files == 20_000 else None, times_peer=1)
    return Row(f"find-series-{number_of_files}", title, contenders, 1, goal, clock="wall")


def _simple_itk_contenders(top: str) -> list[Contender]:
    try:
        import SimpleITK
    except ImportError:
        return []
    SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)
    return [Contender("SimpleITK", lambda: _simple_itk(top), lambda: _simple_itk(top))]


def rows(folder: Path) -> Iterator[tuple[str, Callable[[], Row]]]:
    """The rows about series."""
    for number_of_files in _SIZES:
        yield f"find-series-{number_of_files}", lambda number=number_of_files: _row(folder, number)  # type: ignore[misc]
