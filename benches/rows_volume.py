"""Rows about volumes: from the files of a series to one array of floats in space.

In: the folder of the corpora. Out: rows for the harness. Each reader has a process of its own, so that its memory can
be stated: what it holds beyond the interpreter with its imports, the result included. The limit of native slices is a
plain Rust program that knows where the pixels are, reads whole files and converts (`crates/volume/examples`); of
compressed ones the bare codec on fragments that are ready in memory.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from . import images, series
from .child import Job, contender, equal_arrays
from .harness import OF_CODEC, OURS, REFERENCE, Contender, Goal, Row, Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROJECT = Path(__file__).resolve().parents[1]
SLICES = 500
#: JPEG 2000 takes 40 ms a slice.
SLOW_SLICES = 60
#: Of plain Rust's speed: within 1.15 of its time.
OF_RUST = 1 / 1.15
#: For all rounds of a contender; each has a process of its own, and seconds of work in it.
BUDGET_SECONDS = 6.0
#: What may be in flight besides the result.
IN_FLIGHT_BYTES = 48 << 20


_FILES = "import glob\n"
_ENHANCED_RESCALE = "ds.SharedFunctionalGroupsSequence[0].PixelValueTransformationSequence[0]"
_OURS = Job("import dicom", "return dicom.read_series(path, workers=threads).array")
_JOBS: dict[str, Job] = {
    OURS: _OURS,
    REFERENCE: Job(
        _FILES + "import pydicom",
        """
    slices = sorted(map(pydicom.dcmread, glob.glob(path + "/*")), key=lambda ds: ds.ImagePositionPatient[2])
    array = numpy.empty((len(slices), slices[0].Rows, slices[0].Columns), numpy.float32)
    for slot, ds in zip(array, slices):
        slot[:] = ds.pixel_array * float(ds.RescaleSlope) + float(ds.RescaleIntercept)
    return array
""",
    ),
    "SimpleITK": Job(
        "import SimpleITK",
        """
    SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(path))
    reader.SetOutputPixelType(SimpleITK.sitkFloat32)
    return SimpleITK.GetArrayFromImage(reader.Execute())
""",
    ),
    "dicomsdl": Job(
        _FILES + "import dicomsdl",
        """
    slices = [dicomsdl.open_file(name) for name in glob.glob(path + "/*")]
    slices.sort(key=lambda ds: ds.ImagePositionPatient[2])
    array = numpy.empty((len(slices), slices[0].Rows, slices[0].Columns), numpy.float32)
    for slot, ds in zip(array, slices):
        slot[:] = ds.pixelData(storedvalue=True) * float(ds.RescaleSlope) + float(ds.RescaleIntercept)
    return array
""",
    ),
    "dicom-numpy": Job(
        _FILES + "import dicom_numpy, pydicom",
        """
    slices = [pydicom.dcmread(name) for name in glob.glob(path + "/*")]
    return dicom_numpy.combine_slices(slices)[0].T.astype(numpy.float32)
""",
    ),
}
_ENHANCED_JOBS: dict[str, Job] = {
    OURS: _OURS,
    REFERENCE: Job(
        "import pydicom",
        f"""
    ds = pydicom.dcmread(path)
    positions = [
        group.PlanePositionSequence[0].ImagePositionPatient[2] for group in ds.PerFrameFunctionalGroupsSequence
    ]
    assert positions == sorted(positions)
    rescale = {_ENHANCED_RESCALE}
    array = numpy.empty((len(positions), ds.Rows, ds.Columns), numpy.float32)
    numpy.multiply(ds.pixel_array, float(rescale.RescaleSlope), out=array, casting="unsafe")
    array += float(rescale.RescaleIntercept)
    return array
""",
    ),
    "SimpleITK": Job(
        "import SimpleITK",
        """
    SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)
    return SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(path, SimpleITK.sitkFloat32))
""",
    ),
    "dicomsdl": Job(
        "import dicomsdl",
        """
    ds = dicomsdl.open_file(path)
    array = numpy.empty((int(ds.NumberOfFrames), ds.Rows, ds.Columns), numpy.float32)
    for index, slot in enumerate(array):
        slot[:] = ds.pixelData(index, storedvalue=True)
    array += -1024
    return array
""",
    ),
}
_BARE_CODEC = Job(
    _FILES
    + """
import pydicom, imagecodecs
from concurrent.futures import ThreadPoolExecutor
from pydicom.encaps import generate_frames
decode = imagecodecs.{name}
slices = sorted(map(pydicom.dcmread, glob.glob(path + "/*")), key=lambda ds: ds.ImagePositionPatient[2])
fragments = [next(generate_frames(ds.PixelData, number_of_frames=1)) for ds in slices]
shape = (len(slices), slices[0].Rows, slices[0].Columns)
del slices
pool = ThreadPoolExecutor(threads)
""",
    """
    array = numpy.empty(shape, numpy.uint16)
    if threads == 1:
        for fragment, slot in zip(fragments, array):
            decode(fragment, out=slot)
    else:
        list(pool.map(lambda fragment, slot: decode(fragment, out=slot), fragments, array))
    return array
""",
)
_DECODERS = {"j2k": "jpeg2k_decode", "htj2k": "htj2k_decode", "jpegls": "jpegls_decode"}


def _plain_rust(files: list[Path], value_bytes: int, threads: int) -> list[Contender]:
    """The limit, if there is a cargo to build it with."""
    if shutil.which("cargo") is None:
        return []
    build = ["cargo", "build", "--release", "--locked", "--quiet", "-p", "dcm-volume", "--example", "plain_volume"]
    subprocess.run(build, cwd=PROJECT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", PROJECT / "target"))
    program = target / "release" / "examples" / "plain_volume"
    order = [str(threads), "2", str(value_bytes), "1", str(series.INTERCEPT), *map(str, files)]

    def sample() -> Sample:
        done = subprocess.run([program, *order], capture_output=True, text=True, check=True)
        return Sample(float(done.stdout.split()[0]))

    return [Contender("plain Rust", None, None, sample, is_limit=True)]


def _row(name: str, title: str, contenders: list[Contender], goal: Goal) -> Row:
    return Row(name, title, contenders, 1, goal, clock="wall", equal=equal_arrays, budget_seconds=BUDGET_SECONDS)


def _result_bytes(slices: int, size: int) -> int:
    return slices * size * size * 4 + IN_FLIGHT_BYTES


def _native_row(folder: Path, threads: int) -> Row:
    codec = images.codec_of("raw")
    path = series.series(folder, codec, SLICES)
    # Of those that can't use a second thread only the reference takes part where there are two.
    jobs = {name: job for name, job in _JOBS.items() if threads == 1 or name in (OURS, REFERENCE, "SimpleITK")}
    contenders = [contender(peer, job, path, threads) for peer, job in jobs.items()]
    contenders += _plain_rust(sorted(path.iterdir()), images.ROWS * images.COLUMNS * 2, threads)
    goal = Goal(8 if threads == 1 else 12, OF_RUST, peak_bytes=_result_bytes(SLICES, images.ROWS))
    return _row(_name("raw", threads), f"{SLICES} slices to a volume, {_threads(threads)}", contenders, goal)


def _compressed_row(folder: Path, kind: str, slices: int, threads: int) -> Row:
    path = series.series(folder, images.codec_of(kind), slices)
    # dicom-numpy decodes as the reference does. Of those that can't use a second thread none takes part where there are
    # two, and dicomsdl and SimpleITK don't know HTJ2K.
    names = [OURS, *([REFERENCE] if threads == 1 else []), *([] if kind == "htj2k" else ["SimpleITK"])]
    names += ["dicomsdl"] if threads == 1 and kind != "htj2k" else []
    jobs = {name: _JOBS[name] for name in names}
    contenders = [contender(peer, job, path, threads) for peer, job in jobs.items()]
    bare = _BARE_CODEC._replace(imports=_BARE_CODEC.imports.format(name=_DECODERS[kind]))
    contenders.append(contender("bare codec", bare, path, threads, is_limit=True))
    goal = Goal(of_limit=OF_CODEC, peak_bytes=_result_bytes(slices, images.ROWS))
    return _row(_name(kind, threads), f"{slices} {kind} slices to a volume, {_threads(threads)}", contenders, goal)


def _enhanced_row(folder: Path, threads: int) -> Row:
    path = series.enhanced(folder)
    contenders = [contender(peer, job, path, threads) for peer, job in _ENHANCED_JOBS.items()]
    size, frames = series.ENHANCED_SIZE, series.ENHANCED_FRAMES
    contenders += _plain_rust([path], frames * size * size * 2, threads)
    goal = Goal(of_limit=OF_RUST, peak_bytes=_result_bytes(frames, size))
    return _row(_name("enhanced", threads), f"enhanced CT of {frames} frames, {_threads(threads)}", contenders, goal)


def _name(kind: str, threads: int) -> str:
    return f"volume-{kind}" + ("" if threads == 1 else f"-{threads}")


def _threads(count: int) -> str:
    return f"{count} thread" + ("" if count == 1 else "s")


def rows(folder: Path, *, quick: bool) -> Iterator[tuple[str, Callable[[], Row]]]:
    """Name and maker of each row; the maker makes the files that it needs."""
    if sys.platform != "linux":
        return
    for threads in (1, 2):
        yield _name("raw", threads), functools.partial(_native_row, folder, threads)
        yield _name("enhanced", threads), functools.partial(_enhanced_row, folder, threads)
        for kind in _DECODERS:
            if quick and kind == "j2k" and threads == 2:
                continue
            slices = SLOW_SLICES if kind == "j2k" else SLICES
            yield _name(kind, threads), functools.partial(_compressed_row, folder, kind, slices, threads)
