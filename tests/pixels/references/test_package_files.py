"""Each file with pixel data that pydicom and pydicom-data carry: two references agree with us on its frames."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest

import dicom
from dicom.errors import DicomError
from dicom.pixels.decode import pixel_array
from tests.commands import require
from tests.data_sources import dicom_files
from tests.pixels.references.readers import COMMANDS
from tests.pixels.references.verdicts import check, judge, our_frames, rows_of
from tests.pixels.references.worker import Worker

KEYWORDS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
REFUSED = {file: (error, reason) for file, error, reason in rows_of("refused.tsv")}
DATA, TEST = "pydicom-data/", "pydicom/test_files/"
#: Files that hold the same pixels in another transfer syntax: published as such, or named so.
TWINS = {
    **{f"{DATA}{name}_J2KR.dcm": f"{DATA}{name}_UNCR.dcm" for name in ("693", "MR2", "RG1", "RG3", "US1")},
    TEST + "rtdose_expb.dcm": TEST + "rtdose.dcm",
    TEST + "rtdose_expb_1frame.dcm": TEST + "rtdose_1frame.dcm",
    DATA + "emri_small_jpeg_2k_lossless.dcm": DATA + "emri_small.dcm",
    DATA + "emri_small_jpeg_ls_lossless.dcm": DATA + "emri_small.dcm",
    DATA + "emri_small_RLE.dcm": DATA + "emri_small.dcm",
    DATA + "emri_small_big_endian.dcm": DATA + "emri_small.dcm",
    TEST + "MR_small_jp2klossless.dcm": TEST + "MR_small.dcm",
    TEST + "SC_rgb_rle_16bit.dcm": DATA + "SC_rgb_16bit.dcm",
    TEST + "SC_rgb_rle_32bit.dcm": DATA + "SC_rgb_32bit.dcm",
}


def _files_with_pixels() -> dict[str, Path]:
    """The package's files that have pixel data, as pydicom sees them."""
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, path in dicom_files().items():
            try:
                ds = pydicom.dcmread(path, force=True, defer_size=1024)
            except Exception:  # not every file is one that pydicom reads
                continue
            if any(keyword in ds for keyword in KEYWORDS):
                found[name] = path
    return found


FILES = _files_with_pixels()
READ = sorted(FILES.keys() - REFUSED.keys())


@pytest.fixture(scope="module", autouse=True)
def commands_are_there() -> None:
    """The references that are commands."""
    for command in COMMANDS:
        require(command)


def test_the_files_are_there() -> None:
    assert len(FILES) > 150
    assert REFUSED.keys() <= FILES.keys()
    assert set(TWINS) | set(TWINS.values()) <= FILES.keys()


@pytest.mark.parametrize("name", READ)
def test_two_references_agree(name: str, worker: Worker) -> None:
    twin = TWINS.get(name)
    others = [] if twin is None else [("twin", our_frames(FILES[twin]).array)]
    ours = our_frames(FILES[name])
    check(name, judge(FILES[name], ours, worker, others), ours.transfer_syntax)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_refused_is_listed_with_its_reason(name: str) -> None:
    ds = dicom.read(FILES[name], force=True)
    with pytest.raises(DicomError) as raised:
        pixel_array(ds)
    assert type(raised.value).__name__ == REFUSED[name][0]


def test_the_lists_name_files_that_are_there() -> None:
    listed = {row[0] for table in ("differing.tsv", "few.tsv") for row in rows_of(table)}
    assert {name for name in listed if name.startswith("pydicom")} <= set(READ)


def test_a_reference_that_differs_is_seen(worker: Worker) -> None:
    path = FILES[TEST + "CT_small.dcm"]
    ours = our_frames(path)
    changed = ours.array.copy()
    changed[0, 5, 7] += 1
    verdict = judge(path, ours, worker, [("changed", changed), ("cut", changed[:, :-1])])
    assert verdict.differing == {"changed": "1 apart", "cut": "inf apart"}
    with pytest.raises(AssertionError):
        check(TEST + "CT_small.dcm", verdict, ours.transfer_syntax)


def test_a_process_that_died_is_replaced() -> None:
    worker = Worker()
    path = FILES[TEST + "CT_small.dcm"]
    first = worker.ask("pydicom", path, [0])
    worker.kill()
    assert worker.ask("pydicom", path, [0]) == "died"
    assert np.array_equal(worker.ask("pydicom", path, [0]), first)
    worker.close()
