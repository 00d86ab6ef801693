"""The clean series that are held against references: what makes each, and the table that says what each proves.

`cases.tsv` has a line a case: name, modality, SOP Class, what it proves, the references that agree. A line in
`differing.tsv` says why a reference doesn't.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

import dicom
from tests.volume.made import (
    COMPRESSED,
    UNCOMPRESSED,
    Made,
    decimal,
    grid_affine,
    made_series,
    plane_affine,
    plane_data_sets,
    stored_values,
    values_of,
    write_series,
)
from tests.volume.made_dimensions import DIMENSIONS
from tests.volume.references.multi_frame_cases import MULTI_FRAME

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent
OBLIQUE = grid_affine((2.5, 0.9, 0.7), angles=(20.0, -35.0, 12.0))


class Case(NamedTuple):
    """A line of the table."""

    name: str
    modality: str
    sop_class_uid: str
    proves: str
    references: frozenset[str]


def rows_of(table: str) -> list[list[str]]:
    """The rows of a table beside this file, without its heading."""
    lines = (FOLDER / table).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def table_of_cases() -> dict[str, Case]:
    """The table, by name."""
    return {row[0]: Case(*row[:4], frozenset(row[4].split(","))) for row in rows_of("cases.tsv")}


def reasons() -> dict[tuple[str, str], str]:
    """(case, reference) -> why the reference differs."""
    return {(name, reference): why for name, reference, why in rows_of("differing.tsv")}


def scattered(folder: Path) -> Made:
    """Files in folders of their own, named by no order, with Instance Numbers that tell nothing."""
    affine, stored = plane_affine(), stored_values((12, 20, 24))
    data_sets = plane_data_sets(stored, affine, InstanceNumber=lambda k: (k * 5) % 12 + 1)
    order = [(k * 7) % 12 for k in range(12)]
    written = write_series(folder, [data_sets[k] for k in order])
    return Made(folder, [written[order.index(k)] for k in range(12)], stored, values_of(data_sets), affine, "HU")


def descending(folder: Path) -> Made:
    """The first file is the slice nearest to the head, as most CT scanners number them."""
    affine, stored = plane_affine(), stored_values((12, 20, 24))
    data_sets = plane_data_sets(stored, affine, InstanceNumber=lambda k: 12 - k)
    written = write_series(folder, data_sets[::-1])
    return Made(folder, written[::-1], stored, values_of(data_sets), affine, "HU")


def slopes(folder: Path) -> Made:
    """A PET whose every slice has its own Rescale Slope."""
    return made_series(folder, modality="PT", slope=[decimal(0.37 + 0.011 * k) for k in range(12)])


def twelve_bits(folder: Path) -> Made:
    """A CT of 12 bits in 16, unsigned."""
    return made_series(folder, dtype="<u2", BitsStored=12, HighBit=11)


def eight_bits(folder: Path) -> Made:
    """An ultrasound of 8 bits."""
    affine, stored = plane_affine("coronal"), (stored_values((7, 20, 24)) % 256).astype("u1")
    data_sets = plane_data_sets(stored, affine, modality="US")
    return Made(folder, write_series(folder, data_sets), stored, values_of(data_sets), affine)


#: Name -> what makes it in a folder.
MADE: dict[str, Callable[[Path], Made]] = {
    **{
        f"{modality.lower()}-{plane}": partial(made_series, modality=modality, affine=affine)
        for modality in ("CT", "MR", "PT", "OT")
        for plane, affine in [
            *((plane, plane_affine(plane)) for plane in ("axial", "sagittal", "coronal", "feet-first")),
            ("oblique", OBLIQUE),
        ]
    },
    **{f"ct-{name}": partial(made_series, transfer_syntax=uid) for name, uid in COMPRESSED.items()},
    "ct-implicit": partial(made_series, transfer_syntax=UNCOMPRESSED[1]),
    "ct-big-endian": partial(made_series, transfer_syntax=UNCOMPRESSED[2]),
    "ct-12-bits": twelve_bits,
    "ct-descending": descending,
    "ct-scattered": scattered,
    "ct-thick": partial(made_series, SliceThickness=5.0),
    "ct-thin": partial(made_series, SliceThickness=1.0, SpacingBetweenSlices=2.0),
    "ct-half-slope": partial(made_series, slope=0.5, intercept=-512.25),
    "mr-phase": partial(
        made_series,
        modality="MR",
        ImageType=["ORIGINAL", "PRIMARY", "P", "NONE"],
        RescaleSlope=2.0,
        RescaleIntercept=-4096.0,
    ),
    "pt-slopes": slopes,
    "nm-oblique": partial(made_series, modality="NM", affine=OBLIQUE),
    "us-coronal": eight_bits,
    **{f"dimension-{name}": make for name, make in DIMENSIONS.items()},
    **MULTI_FRAME,
}


def sop_class_of(made: Made) -> str:
    """SOP Class UID of the first file."""
    return str(dicom.read(made.paths[0]).SOPClassUID)


def times(made: Made) -> int:
    """How many t there are."""
    return int(np.prod(made.stored.shape[:-3]))
