"""What the dependents' jobs work on, made once for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dicom.testing.encoder import IMPLICIT_LITTLE
from tests.ecosystem.series import Geometry, make_ct_series


@pytest.fixture(scope="session")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of a CT series, explicit VR little endian."""
    folder = tmp_path_factory.mktemp("ecosystem") / "one"
    make_ct_series(folder)
    return folder


@pytest.fixture(scope="session")
def small_series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another, implicit VR little endian, of a patient whose name needs Latin letters only."""
    folder = tmp_path_factory.mktemp("ecosystem") / "two"
    make_ct_series(
        folder, Geometry(12, 64, 64, 3.0, 5.0), transfer_syntax=IMPLICIT_LITTLE, series=2, patient_name="Ärger^Änne"
    )
    return folder
