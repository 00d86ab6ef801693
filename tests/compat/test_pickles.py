"""Pickles that pydicom made: refused, for their state is none of ours, and elements would be lost silently."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import dicom
from tests.data_sources import seed

MAKE = "import pickle, pydicom, sys; pickle.dump(pydicom.dcmread(sys.argv[1]), open(sys.argv[2], 'wb'))"


def test_a_pickle_of_pydicom_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "made.pickle"
    subprocess.run([sys.executable, "-c", MAKE, str(seed("CT_small.dcm")), str(path)], check=True, timeout=60)
    code = (
        "import dicom, pickle, sys\n"
        "dicom.install_as_pydicom()\n"
        "try:\n    pickle.load(open(sys.argv[1], 'rb'))\n"
        "except TypeError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert "made by pydicom" in done.stdout


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_of_ours_is_read(protocol: int) -> None:
    dataset = dicom.read(seed("rtplan.dcm"))
    assert pickle.loads(pickle.dumps(dataset, protocol)) == dataset
