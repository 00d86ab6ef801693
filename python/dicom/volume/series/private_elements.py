"""Diffusion in classic MR: the standard's elements, or the private ones of those who made the scanner.

In: headers. Out: columns of b-values and gradient directions. A private element counts only where its private creator
stands where it should (PS3.5 7.8.1), wherever the creator's block lies.
Standard: PS3.3 C.8.13.5.9 (MR Diffusion): directions are of the patient, LPS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

# Name of column -> (private creator, group, element within the block, how many numbers, VR). The block is the first,
# 10, nearly everywhere; files in which it is another are asked again.
_ELEMENTS: dict[str, tuple[str, int, int, int, str]] = {
    "SiemensBValue": ("SIEMENS MR HEADER", 0x0019, 0x0C, 1, "IS"),
    "SiemensDirection": ("SIEMENS MR HEADER", 0x0019, 0x0E, 3, "FD"),
    "GEBValue": ("GEMS_PARM_01", 0x0043, 0x39, 1, "IS"),
    "PhilipsBValue": ("Philips Imaging DD 001", 0x2001, 0x03, 1, "FL"),
    "PhilipsDirectionRL": ("Philips MR Imaging DD 001", 0x2005, 0xB0, 1, "FL"),
    "PhilipsDirectionAP": ("Philips MR Imaging DD 001", 0x2005, 0xB1, 1, "FL"),
    "PhilipsDirectionFH": ("Philips MR Imaging DD 001", 0x2005, 0xB2, 1, "FL"),
    # How the gradients of GE lie towards read-out and phase: they tell frames apart, but aren't directions in LPS.
    "GEGradientX": ("GEMS_ACQU_01", 0x0019, 0xBB, 1, "DS"),
    "GEGradientY": ("GEMS_ACQU_01", 0x0019, 0xBC, 1, "DS"),
    "GEGradientZ": ("GEMS_ACQU_01", 0x0019, 0xBD, 1, "DS"),
}
_FIRST_BLOCK = 0x10
_LAST_BLOCK = 0x1F  # creators further up weren't met
_GE_OFFSET = 1_000_000_000  # GE adds it to b-values of some protocols


def _creator_name(group: int, block: int) -> str:
    return f"PrivateCreator{group:04X}{block:02X}"


_GROUPS = tuple(dict.fromkeys(group for _, group, *_ in _ELEMENTS.values()))

PRIVATE_NUMBERS: dict[str, tuple[tuple[int, ...], int, str]] = {
    name: ((group << 16 | _FIRST_BLOCK << 8 | element,), width, vr)
    for name, (_, group, element, width, vr) in _ELEMENTS.items()
}
PRIVATE_TEXTS: dict[str, tuple[int, ...]] = {
    _creator_name(group, _FIRST_BLOCK): (group << 16 | _FIRST_BLOCK,) for group in _GROUPS
}


def diffusion_columns(headers: Any, files: NDArray[np.intp]) -> dict[str, NDArray[np.float64]]:
    """Columns of what tells diffusion weightings apart, for the files named; none where there are none.

    Returns
    -------
    dict
        ``"DiffusionBValue"`` (n,) in s/mm², ``"DiffusionGradientOrientation"`` (n, 3) in LPS, and, where GE says how
        its gradients lay without saying it of the patient, ``"GEGradientDirection"`` (n, 3).
    """
    b_value = headers.number("DiffusionBValue")[files]
    direction = headers.number("DiffusionGradientOrientation")[files]
    private = _private_numbers(headers, files)
    if private is not None:
        ge_b_value = private["GEBValue"] % _GE_OFFSET
        for column in (private["SiemensBValue"], ge_b_value, private["PhilipsBValue"]):
            b_value = np.where(np.isnan(b_value), column, b_value)
        philips = np.stack([private[f"PhilipsDirection{axis}"] for axis in ("RL", "AP", "FH")], axis=1)
        for column in (private["SiemensDirection"], philips):
            direction = np.where(np.isnan(direction), column, direction)
    found = {}
    if not np.isnan(b_value).all():
        found["DiffusionBValue"] = b_value
    if not np.isnan(direction).all():
        found["DiffusionGradientOrientation"] = direction
    if private is not None:
        ge_direction = np.stack([private[f"GEGradient{axis}"] for axis in "XYZ"], axis=1)
        if not np.isnan(ge_direction).all():
            found["GEGradientDirection"] = ge_direction
    return found


def _private_numbers(headers: Any, files: NDArray[np.intp]) -> dict[str, NDArray[np.float64]] | None:
    """The private columns where their creators say so; None when no file has any of the groups."""
    creators = {group: headers.text(_creator_name(group, _FIRST_BLOCK)) for group in _GROUPS}
    if not any(any(texts) for texts in creators.values()):
        return None
    found = {}
    for name, (creator, group, *_) in _ELEMENTS.items():
        column = np.array(headers.number(name)[files], np.float64)
        texts = creators[group]
        has_creator = np.fromiter((texts[file] == creator for file in files), bool, len(files))
        column[~has_creator] = np.nan
        found[name] = column
    _ask_other_blocks(headers, files, creators, found)
    return found


def _ask_other_blocks(
    headers: Any, files: NDArray[np.intp], creators: dict[int, list[str | None]], found: dict[str, NDArray[np.float64]]
) -> None:
    """Fill in what lies in another block than the first, of MR files whose first block belongs to somebody else."""
    from dicom.io.scan import scan_headers

    modality = headers.text("Modality")
    wanted: dict[int, set[str]] = {}
    for creator, group, *_ in _ELEMENTS.values():
        wanted.setdefault(group, set()).add(creator)
    rows = [
        row
        for row, file in enumerate(files)
        if modality[file] == "MR" and any((text := creators[g][file]) and text not in wanted[g] for g in _GROUPS)
    ]
    if not rows:
        return
    blocks = range(_FIRST_BLOCK + 1, _LAST_BLOCK + 1)
    sources = [headers.sources[files[row]] for row in rows]
    asked = {_creator_name(group, block): (group << 16 | block,) for group in _GROUPS for block in blocks}
    others = scan_headers(sources, {}, asked)
    numbers: dict[str, tuple[tuple[int, ...], int, str]] = {}
    places: dict[str, tuple[str, list[int]]] = {}
    for group in _GROUPS:
        for block in blocks:
            texts = others.text(_creator_name(group, block))
            for name, (creator, its_group, element, width, vr) in _ELEMENTS.items():
                hits = [index for index, text in enumerate(texts) if text == creator] if its_group == group else []
                if hits:
                    numbers[f"{name} {block}"] = ((group << 16 | block << 8 | element,), width, vr)
                    places[f"{name} {block}"] = (name, hits)
    if not numbers:
        return
    values = scan_headers(sources, numbers, {})
    for key, (name, hits) in places.items():
        found[name][[rows[index] for index in hits]] = values.number(key)[hits]
