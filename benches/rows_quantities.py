"""Rows about quantities and regions: uptake values, segmentations, structures.

In: the folder of the corpora. Out: rows for the harness, each contender in a process of its own. rt-utils and what it
needs live in the environment of the ecosystem's tests (`make ecosystem`), and it takes part where that is. The rows of
98 segments take minutes, most of them highdicom's, and 5 GB of memory; with --quick there are those of 5 only.
"""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import regions
from .child import Job, contender, equal_arrays
from .harness import OURS, REFERENCE, Contender, Goal, Row, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROJECT = Path(__file__).resolve().parents[1]
FEW_SEGMENTS = 5
BUDGET_SECONDS = 6.0
#: Slow ones have one round in all.
SLOW_BUDGET_SECONDS = 1.0

# --- uptake values -----------------------------------------------------------------------------------

_FACTOR = f"{regions.WEIGHT} * 1000 / ({regions.DOSE} * 2 ** (-{regions.UPTAKE} / {regions.HALF_LIFE}))"
_SUV_JOBS = {
    OURS: Job("import dicom", "return dicom.suv(path, workers=threads).array"),
    # The header is known to be plain; what a script does that asks no further.
    REFERENCE: Job(
        "import glob, pydicom",
        """
    slices = sorted(map(pydicom.dcmread, glob.glob(path + "/*")), key=lambda ds: ds.ImagePositionPatient[2])
    first, array = slices[0], numpy.empty((len(slices), slices[0].Rows, slices[0].Columns), numpy.float32)
    drug = first.RadiopharmaceuticalInformationSequence[0]
    def seconds(time):
        return int(time[:2]) * 3600 + int(time[2:4]) * 60 + float(time[4:])
    decay = seconds(first.SeriesTime) - seconds(drug.RadiopharmaceuticalStartTime)
    dose = float(drug.RadionuclideTotalDose) * 2 ** (-decay / float(drug.RadionuclideHalfLife))
    factor = float(first.PatientWeight) * 1000 / dose
    for slot, ds in zip(array, slices):
        slot[:] = (ds.pixel_array * float(ds.RescaleSlope) + float(ds.RescaleIntercept)) * factor
    return array
""",
    ),
}
#: Headers aren't read: places of pixels, order and factors are known.
_BARE_NUMPY = Job(
    f"""
import glob, pydicom
size = {regions.PET_SIZE}
slices = sorted((pydicom.dcmread(name) for name in glob.glob(path + "/*")), key=lambda ds: ds.ImagePositionPatient[2])
known = [(ds.filename, ds["PixelData"].file_tell, float(ds.RescaleSlope) * {_FACTOR}) for ds in slices]
del slices
""",
    """
    array = numpy.empty((len(known), size, size), numpy.float32)
    for slot, (name, offset, factor) in zip(array, known):
        stored = numpy.fromfile(name, numpy.uint16, size * size, offset=offset)
        numpy.multiply(stored.reshape(size, size), numpy.float32(factor), out=slot)
    return array
""",
)


def _suv_row(folder: Path, threads: int) -> Row:
    path = regions.pet(folder)
    names = [OURS, REFERENCE] if threads == 1 else [OURS]
    contenders = [contender(name, _SUV_JOBS[name], path, threads) for name in names]
    contenders.append(contender("bare NumPy", _BARE_NUMPY, path, threads, is_limit=True))
    title = f"SUV of {regions.PET_SLICES} slices, {threads} thread" + ("" if threads == 1 else "s")
    goal = Goal(times_reference=8 if threads == 1 else None, of_limit=0.5)
    return Row(
        f"suv-{threads}", title, contenders, 1, goal, clock="wall", equal=_close_arrays, budget_seconds=BUDGET_SECONDS
    )


def _close_arrays(left: Any, right: Any) -> bool:
    """The same array but for the last bits: a product of three numbers depends on the order."""
    import numpy as np

    return left[0] == right[0] and bool(
        np.isclose(left[1], right[1], rtol=1e-6) and np.allclose(left[3], right[3], rtol=1e-5)
    )


# --- segmentations -----------------------------------------------------------------------------------

_GIVEN = """
import glob, os, tempfile
labels = numpy.load(path)
number_of_segments = int(labels.max())
folder = glob.glob(os.path.join(os.path.dirname(path), "regions-ct-v*"))[0]
scratch = tempfile.TemporaryDirectory(dir=os.path.dirname(path))
target = os.path.join(scratch.name, "written.dcm")
"""
#: Who reads what was written is highdicom, for all: the sum of each segment, and whether each voxel is where it was.
_READ_BACK = """
    import highdicom
    seg = highdicom.seg.segread(target)
    volume = seg.get_volume(combine_segments=True, dtype=numpy.uint8)
    same = bool(numpy.array_equal(volume.array, labels) or numpy.array_equal(volume.array[::-1], labels))
    return [seg.NumberOfFrames, len(seg.SegmentSequence), numpy.bincount(volume.array.ravel()).tolist(), same]
"""
_OURS_WRITES = Job(
    _GIVEN
    + """
import dicom
from dicom.segmentation.writing.write import new_segmentation
from dicom.sr import codes
volume = dicom.read_series(folder)
organ = {"property_category": codes.SCT.AnatomicalStructure, "property_type": codes.SCT.Liver}
segments = [dicom.Segment(f"segment {n}", number=n, **organ) for n in range(1, number_of_segments + 1)]
""",
    """
    new_segmentation(labels, volume, segments).save(target)
    return target
""",
    answer=_READ_BACK,
)
_HIGHDICOM_WRITES = Job(
    _GIVEN
    + """
import highdicom, pydicom
from highdicom.sr.coding import CodedConcept
names = glob.glob(folder + "/*")
slices = sorted((pydicom.dcmread(n, stop_before_pixels=True) for n in names), key=lambda ds: ds.InstanceNumber)
organ = {
    "segmented_property_category": CodedConcept("123037004", "SCT", "Anatomical Structure"),
    "segmented_property_type": CodedConcept("10200004", "SCT", "Liver"),
    "algorithm_type": "MANUAL",
}
segments = [
    highdicom.seg.SegmentDescription(n, f"segment {n}", **organ) for n in range(1, number_of_segments + 1)
]
""",
    """
    made = highdicom.seg.Segmentation(
        slices, labels, "BINARY", segments, highdicom.UID(), 300, highdicom.UID(), 1,
        "Made", "Bench", "1", "1", workers=0, omit_empty_frames=True,
    )
    made.save_as(target)
    return target
""",
    repeats=1,
    answer=_READ_BACK,
)
#: Each frame compared and packed, and the bytes written: a file without a header.
_BARE_PACKING = Job(
    _GIVEN,
    """
    with open(target, "wb") as file:
        for n in range(1, number_of_segments + 1):
            for plane in labels:
                file.write(numpy.packbits(plane == n, bitorder="little"))
    return target
""",
)


def _write_row(folder: Path, segments: int) -> Row:
    path = regions.label_map(folder, segments)
    contenders = [
        contender(OURS, _OURS_WRITES, path, 1),
        contender("highdicom", _HIGHDICOM_WRITES, path, 1),
        contender("bare packing", _BARE_PACKING, path, 1, is_limit=True),
    ]
    frames = segments * regions.SLICES
    goal = Goal(times_peer=10) if segments == FEW_SEGMENTS else Goal(seconds=30)
    title = f"SEG of {segments} segments, {frames} frames, written"
    return _slow_row(f"seg-write-{segments}", title, contenders, goal)


_READING = """
import glob, os
folder = glob.glob(os.path.join(os.path.dirname(path), "regions-ct-v*"))[0]
"""
_READ_JOBS = {
    OURS: Job(
        _READING + "import dicom\ngrid = dicom.read_series(folder)",
        """
    found = dicom.read_segmentation(path).label_map(on=grid, workers=threads).array
    return found.astype(numpy.uint8, copy=False)
""",
    ),
    "highdicom": Job(
        _READING + "import highdicom",
        """
    seg = highdicom.seg.segread(path)
    found = seg.get_volume(combine_segments=True, dtype=numpy.uint8)
    return found.array if found.affine[2, 0] > 0 else found.array[::-1]
""",
        repeats=1,
    ),
}
#: The bits of a file whose place is known, each frame unpacked and put where it belongs.
_BARE_UNPACKING = Job(
    f"""
import pydicom
ds = pydicom.dcmread(path)
offset, frames = ds["PixelData"].file_tell, int(ds.NumberOfFrames)
del ds
slices, size = {regions.SLICES}, {regions.SIZE}
""",
    """
    labels = numpy.zeros((slices, size, size), numpy.uint8)
    with open(path, "rb") as file:
        file.seek(offset)
        for n in range(frames):
            bits = numpy.frombuffer(file.read(size * size // 8), numpy.uint8)
            plane = numpy.unpackbits(bits, bitorder="little").reshape(size, size)
            numpy.maximum(labels[n % slices], plane * numpy.uint8(n // slices + 1), out=labels[n % slices])
    return labels
""",
)


def _written(folder: Path, segments: int) -> Path:
    """A segmentation of ours, kept."""
    path = folder / f"regions-seg-{segments}-v{regions.VERSION}.dcm"
    if not path.is_file():
        import numpy as np

        import dicom
        from dicom.segmentation.writing.write import new_segmentation
        from dicom.sr import codes

        organ = {"property_category": codes.SCT.AnatomicalStructure, "property_type": codes.SCT.Liver}
        described = [dicom.Segment(f"segment {n}", number=n, **organ) for n in range(1, segments + 1)]
        labels = np.load(regions.label_map(folder, segments))
        new_segmentation(labels, dicom.read_series(regions.ct(folder)), described).save(path)
    return path


def _read_row(folder: Path, segments: int) -> Row:
    path = _written(folder, segments)
    contenders = [contender(name, job, path, 1) for name, job in _READ_JOBS.items()]
    contenders.append(contender("bare unpacking", _BARE_UNPACKING, path, 1, is_limit=True))
    goal = Goal(times_peer=10 if segments == FEW_SEGMENTS else None, of_limit=0.8)
    title = f"SEG of {segments} segments, {segments * regions.SLICES} frames, to a label map"
    return _slow_row(f"seg-read-{segments}", title, contenders, goal, equal=equal_arrays)


def _slow_row(
    name: str, title: str, contenders: list[Contender], goal: Goal, equal: Callable[[Any, Any], bool] | None = None
) -> Row:
    return Row(name, title, contenders, 1, goal, clock="wall", equal=equal, budget_seconds=SLOW_BUDGET_SECONDS)


# --- structures -----------------------------------------------------------------------------------

_STRUCTURES_GIVEN = """
import glob, os
folder = glob.glob(os.path.join(os.path.dirname(path), "regions-ct-v*"))[0]
"""
#: Of each region in three slices: whether all voxels that differ from those whose centre is inside touch its outline.
#: Which of these a program counts in is its own rule.
_ON_OUTLINE = f"""
    from matplotlib.path import Path
    from scipy.ndimage import binary_dilation, binary_erosion
    size, spacing = {regions.SIZE}, {regions.SPACING_MM}
    column, row = numpy.meshgrid(numpy.arange(size), numpy.arange(size))
    centres = numpy.column_stack([column.ravel(), row.ravel()]) * spacing - 190.0
    answers = []
    for number in range(1, {regions.ROIS} + 1):
        inside = Path(numpy.array({{circles}}[number - 1])).contains_points(centres).reshape(size, size)
        ring = binary_dilation(inside, iterations=1, structure=numpy.ones((3, 3))) & ~binary_erosion(inside)
        planes = [found[number - 1][k] for k in (0, 150, 299)]
        answers.append([bool(plane.any() and not ((plane != inside) & ~ring).any()) for plane in planes])
    return answers
"""
_STRUCTURES_JOBS = {
    OURS: Job(
        _STRUCTURES_GIVEN + "import dicom\ngrid = dicom.read_series(folder)",
        "return [mask.array for _, _, mask in dicom.read_structures(path).masks_on(grid)]",
    ),
    "rt-utils": Job(
        _STRUCTURES_GIVEN + "from rt_utils import RTStructBuilder",
        """
    structures = RTStructBuilder.create_from(folder, path)
    return [structures.get_roi_mask_by_name(name).transpose(2, 0, 1) for name in structures.get_roi_names()]
""",
        repeats=1,
    ),
}


def _ecosystem_python() -> str | None:
    default = PROJECT / ".venv-ecosystem" / "bin" / "python"
    found = os.environ.get("DICOM_ECOSYSTEM_PYTHON", str(default))
    return found if Path(found).exists() else None


def _structures_row(folder: Path) -> Row:
    path = regions.structures(folder)
    truth = repr([regions.circles(n).tolist() for n in range(1, regions.ROIS + 1)])
    jobs = {
        name: job._replace(answer=_ON_OUTLINE.replace("{circles}", truth)) for name, job in _STRUCTURES_JOBS.items()
    }
    contenders = [contender(OURS, jobs[OURS], path, 1)]
    python = _ecosystem_python()
    if python is None:
        say("    without rt-utils: make ecosystem brings it")
    else:
        contenders.append(contender("rt-utils", jobs["rt-utils"], path, 1, python=python))
    points = regions.ROIS * regions.SLICES * regions.CONTOUR_POINTS
    title = f"RTSTRUCT of {points:,} points to {regions.ROIS} masks of {regions.SLICES} slices"
    return _slow_row("rtstruct-masks", title, contenders, Goal(times_peer=5))


def rows(folder: Path, *, quick: bool) -> Iterator[tuple[str, Callable[[], Row]]]:
    """Name and maker of each row; the maker makes the files that it needs."""
    if sys.platform != "linux":
        return
    for threads in (1, 2):
        yield f"suv-{threads}", functools.partial(_suv_row, folder, threads)
    for segments in (FEW_SEGMENTS,) if quick else (FEW_SEGMENTS, regions.SEGMENTS):
        yield f"seg-write-{segments}", functools.partial(_write_row, folder, segments)
        yield f"seg-read-{segments}", functools.partial(_read_row, folder, segments)
    yield "rtstruct-masks", functools.partial(_structures_row, folder)
