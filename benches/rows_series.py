"""Rows about series: which files of a folder belong together.

In: the folder of the corpora. Out: rows for the harness. The folder has 20,000 files of CT headers (pydicom's
``CT_small.dcm`` varied, 220 elements, 16 x 16 pixels): 36 series of 500 slices in shuffled files, and one of 50 times
40 slices. All have to give the same groups of files; SimpleITK groups by its own further details.
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
_SERIES, _SLICES = 36, 500
_TIMES, _TIME_SLICES = 50, 40
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


def paths_of(folder: Path) -> list[str]:
    """The files, made when they aren't there."""
    place = folder / f"series-20000-v{VERSION}"
    if not place.is_dir():
        part = place.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        template = _template()
        planned = [(series, k, k * 1.25, 0) for series in range(_SERIES) for k in range(_SLICES)]
        planned += [(_SERIES, t * _TIME_SLICES + k, k * 5.0, t) for t in range(_TIMES) for k in range(_TIME_SLICES)]
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


def _row(folder: Path) -> Row:
    paths = paths_of(folder)
    top = os.path.dirname(os.path.dirname(paths[0]))
    installed = {peer.name for peer in readers()}
    contenders = [Contender("dicom", lambda: _ours(top), lambda: _ours(top))]
    for name, opened in (("pydicom", _pydicom), ("dicomsdl", _dicomsdl)):
        if name in installed:

            def run(opened: Callable[[str], Any] = opened) -> set[frozenset[str]]:
                return _loop(opened, paths)

            contenders.append(Contender(name, run, run))
    try:
        import SimpleITK
    except ImportError:
        pass
    else:
        SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)
        contenders.append(Contender("SimpleITK", lambda: _simple_itk(top), lambda: _simple_itk(top)))
    contenders.append(Contender("first 8 KiB of each", lambda: _read_heads(paths), is_limit=True))
    title = "find the series of 20,000 files"
    return Row("find-series", title, contenders, 1, Goal(seconds=0.5, times_peer=1), clock="wall")


def rows(folder: Path) -> Iterator[tuple[str, Callable[[], Row]]]:
    """The rows about series."""
    yield "find-series", lambda: _row(folder)
