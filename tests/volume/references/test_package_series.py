"""Series of real scanners: what we read, SimpleITK and dcm2niix read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.errors import GeometryError
from dicom.volume import find_series, read_series
from tests.volume.references.cases import reasons, rows_of
from tests.volume.references.packages import FILES, lay_out, path_of, table_of_packages
from tests.volume.references.readers import read_with_dcm2niix
from tests.volume.references.verdicts import by_dcm2niix, by_simpleitk, words_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.volume.references.agreement import Agreement

CASES = table_of_packages()


def test_the_table_has_each_case() -> None:
    assert CASES.keys() == FILES.keys()
    assert all(len(row) == 5 for row in rows_of("packages.tsv"))


def test_each_reference_agrees_or_has_a_reason() -> None:
    silent = {(name, one) for name, case in CASES.items() for one in {"simpleitk", "dcm2niix"} - case.references}
    assert silent == {pair for pair in reasons() if pair[0] in FILES}


@pytest.mark.parametrize("name", FILES)
def test_volume_is_that_of_the_references(name: str, tmp_path: Path, dcm2niix: str) -> None:
    paths = lay_out(name, tmp_path / "series")
    first = dicom.read(paths[0])
    assert (first.get("Modality", ""), str(first.get("SOPClassUID", ""))) == CASES[name][1:3]
    volume = read_series(tmp_path / "series")
    assert volume.modality == CASES[name].modality
    verdicts: dict[str, Agreement | None] = {
        "simpleitk": by_simpleitk(volume, paths),
        "dcm2niix": by_dcm2niix(volume, dcm2niix, tmp_path / "series", tmp_path / "nifti"),
    }
    assert words_of(verdicts) == CASES[name].references, verdicts


def test_b_values_of_mosaics_are_those_of_dcm2niix(tmp_path: Path, dcm2niix: str) -> None:
    lay_out("siemens-mosaic-diffusion", tmp_path / "series")
    volume = read_series(tmp_path / "series")
    (theirs,) = read_with_dcm2niix(dcm2niix, tmp_path / "series", tmp_path / "nifti").values()
    assert theirs.bval is not None
    assert volume.dimension == "diffusion"
    assert np.array_equal(np.asarray(volume.dimension_values, float).reshape(2, -1)[:, 0], theirs.bval)


def test_a_mosaic_of_no_whole_tiles_is_refused(tmp_path: Path) -> None:
    """A mosaic that was made smaller, 48 slices in 256 x 256; dcm2niix cuts tiles of 36 x 36 from it, out of step."""
    source = path_of("nibabel/nicom/0.dcm")
    (tmp_path / source.name).write_bytes(source.read_bytes())
    with pytest.raises(GeometryError, match="mosaic"):
        read_series(tmp_path)


def test_a_ct_without_most_of_its_slices_has_a_gap() -> None:
    folder = path_of(FILES["ge-ct-thin"][0]).parent
    with pytest.raises(GeometryError) as raised:
        read_series(folder)
    (gap,) = raised.value.report.defects
    assert gap.kind == "gap"
    assert gap.slices == (0, 1)
    assert gap.amount == pytest.approx(202.5, abs=1e-3)


def test_three_scouts_are_three_volumes() -> None:
    found = find_series(path_of("pydicom/test_files/dicomdirtests/98892003/MR2/4950").parent)
    orientations = sorted(one.read().orientation for one in found if one.number_of_files == 1)
    assert orientations == ["LIP"] * 2 + ["LPS"] * 2 + ["PIR"] * 3
