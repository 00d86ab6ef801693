"""What derived images say of their making: Image Type, description, sources, and what made them.

In: an `Order` and a data set. Out: the data set, with these elements. Standard: PS3.3 C.7.6.1.1.2 (Image Type), C.12.4
(derivation and source images), C.12.1 (contributing equipment), PS3.16 CID 7203 and 7005.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.instances.items import code_item, item_with, source_image_item
from dicom.instances.modules import MAKER, fit_character_set, in_zone_of

if TYPE_CHECKING:
    from typing import Any

    from dicom.instances.modules import NewSeries
    from dicom.instances.plan.order import Order

_REFORMATTING = ("DCM", "113072", "Multiplanar reformatting")
_PROCESSING_EQUIPMENT = ("DCM", "109102", "Processing Equipment")
#: Third value of Image Type where the standard wants one and the sources have none.
_THIRD = {"CT": "AXIAL", "MR": "OTHER"}
#: What isn't true of slices of a volume any more.
_LEFT_OUT = frozenset(("MOSAIC",))


def image_type(header: Any, order: Order, *, is_own: bool) -> list[str]:
    """DERIVED, SECONDARY (made after the examination), and what the sources say beyond that."""
    given = header.get("ImageType")
    values = [] if given is None else [given] if isinstance(given, str) else [str(one) for one in given]
    later = [one for one in values[2:] if one not in _LEFT_OUT]
    if not later and order.kind.modality in _THIRD:
        later = [_THIRD[order.kind.modality]]
    # Of PET the standard has no other value (C.8.9.4.1.3).
    return ["DERIVED", "PRIMARY" if order.kind.modality == "PT" else "SECONDARY", *later]


def put_derivation(ds: Any, order: Order, k: int, t: int) -> None:
    """Derivation Description and Code, and the source of the slice where it has one."""
    ds.DerivationDescription = order.derivation
    reference = order.template.reference(k, t)
    if reference is not None:
        ds.SourceImageSequence = [source_image_item(*reference)]
    elif order.is_reformatted:
        ds.DerivationCodeSequence = [code_item(*_REFORMATTING)]


def put_contribution(ds: Any, series: NewSeries) -> None:
    """Contributing Equipment: that a program made the instance; Manufacturer and Model stay those of the scanner.

    With that all of the caller's own texts are there, and Specific Character Set has to hold them.
    """
    from dicom._core import __version__

    ds.ContributingEquipmentSequence = [
        item_with(
            PurposeOfReferenceCodeSequence=[code_item(*_PROCESSING_EQUIPMENT)],
            Manufacturer=MAKER,
            ManufacturerModelName=MAKER,
            SoftwareVersions=__version__,
            ContributionDateTime=in_zone_of(ds, series.made).strftime("%Y%m%d%H%M%S.%f"),
        )
    ]
    fit_character_set(ds, (series.description, ds.get("DerivationDescription")))
