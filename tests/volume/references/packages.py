"""Series of real scanners that come with packages: where their files are, and what each proves.

In: data files of pydicom, pydicom-data and nibabel, none of whose code is run. Out: folders with the files of one
series each. `packages.tsv` says of each what it proves and which references agree; none of the files is of a person
whose identity it holds.
"""

from __future__ import annotations

import gzip
import importlib.util
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.data_sources import dicom_files
from tests.volume.references.cases import Case, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

_CD = "pydicom/test_files/dicomdirtests"
_NIBABEL = "nibabel/nicom"

#: Name -> its files.
FILES: dict[str, list[str]] = {
    "ge-ct": [f"{_CD}/98892001/CT5N/{name}" for name in (2062, 2392, 2693, 3023, 3353)],
    "ge-ct-thin": [f"{_CD}/77654033/CT2/{name}" for name in (17136, 17166, 17196)],
    "ge-ct-scout": [f"{_CD}/98892001/CT2N/6293"],
    "ge-ct-slice": ["pydicom/test_files/CT_small.dcm"],
    "siemens-ct-slice": ["pydicom-data/bad_sequence.dcm"],
    "ct-slice": ["pydicom-data/693_UNCR.dcm"],
    "ct-slice-jpeg-2000": ["pydicom-data/693_J2KR.dcm"],
    "toshiba-mr-slice": ["pydicom/test_files/MR_small.dcm"],
    "toshiba-mr-slice-big-endian": ["pydicom/test_files/MR_small_bigendian.dcm"],
    "philips-mr-slice": ["pydicom-data/MR2_UNCR.dcm"],
    "philips-mr-scout": [f"{_CD}/98892003/MR2/4950"],
    "philips-mr-mip": [f"{_CD}/98892003/MR700/4467"],
    "siemens-mr-slice": [f"{_NIBABEL}/decimal_rescale.dcm"],
    "siemens-mosaic": [f"{_NIBABEL}/siemens_dwi_1000.dcm.gz"],
    "siemens-mosaic-diffusion": [f"{_NIBABEL}/siemens_dwi_0.dcm.gz", f"{_NIBABEL}/siemens_dwi_1000.dcm.gz"],
    "philips-enhanced-mr": [f"{_NIBABEL}/philips_mprage.dcm.gz"],
    "acme-enhanced-ct": ["pydicom-data/eCT_Supplemental.dcm"],
    "rt-dose": ["pydicom/test_files/rtdose.dcm"],
}


def table_of_packages() -> dict[str, Case]:
    """The table, by name."""
    return {
        row[0]: Case(*row[:4], frozenset(one for one in row[4].split(",") if one)) for row in rows_of("packages.tsv")
    }


def path_of(name: str) -> Path:
    """Where a file of a package is; the first part of its name is the package."""
    if not name.startswith(_NIBABEL):
        return dicom_files()[name]
    spec = importlib.util.find_spec("nibabel")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0], "nicom", "tests", "data", name.rpartition("/")[2])


def lay_out(name: str, folder: Path) -> list[Path]:
    """The files of a series in a folder of their own, as DICOM files."""
    folder.mkdir(parents=True)
    laid = []
    for file in FILES[name]:
        source = path_of(file)
        target = folder / source.name.removesuffix(".gz")
        opener: Callable[[Path], object] = gzip.open if source.suffix == ".gz" else open
        with opener(source, "rb") as given, target.open("wb") as taken:  # type: ignore[call-arg,attr-defined]
            shutil.copyfileobj(given, taken)
        laid.append(target)
    return laid
