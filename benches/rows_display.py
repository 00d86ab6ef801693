"""The row about showing an image: from an open data set to eight bits a pixel.

In: the folder of the corpora. Out: rows for the harness. Each run decodes anew, through rescale and window.
"""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from . import images
from .harness import Contender, Goal, Row, Sample
from .peers import Peer, readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_OPENED_AT_ONCE = 20


def _display_by_pydicom(dataset: Any) -> Any:
    """The functions of pydicom as its documentation chains them, then from the range of the window to eight bits."""
    from pydicom.pixels import apply_modality_lut, apply_voi_lut

    shown = apply_voi_lut(apply_modality_lut(dataset.pixel_array, dataset), dataset)
    low = dataset.RescaleIntercept
    high = low + dataset.RescaleSlope * (2**dataset.BitsStored - 1)
    return np.rint((shown - low) / (high - low) * 255).astype(np.uint8)


def _display_by_us(dataset: Any) -> Any:
    import dicom

    return dicom.image(dataset).display().array


def _close_to(left: Any, right: Any) -> bool:
    """As bytes, one apart at most: where to round is not the standard's."""
    if left.dtype != np.uint8 or left.shape != right.shape:
        return False
    return bool(np.abs(left.astype(int) - right.astype(int)).max() <= 1)


def _display_row(folder: Path) -> Row:
    path = str(images.slice_to_show(folder))

    def contender(peer: Peer, display: Callable[[Any], Any]) -> Contender:
        def sample() -> Sample:
            opened = [peer.open(path) for _ in range(_OPENED_AT_ONCE)]
            started = time.process_time()
            for dataset in opened:
                display(dataset)
            return Sample((time.process_time() - started) / _OPENED_AT_ONCE)

        return Contender(peer.name, None, lambda: display(peer.open(path)), sample)

    by_name = {"dicom": _display_by_us, "pydicom": _display_by_pydicom}
    contenders = [contender(peer, by_name[peer.name]) for peer in readers() if peer.name in by_name]
    return Row("display", "display of a CT, 512 x 512", contenders, 1, Goal(seconds=0.002), equal=_close_to)


def rows(folder: Path) -> Iterator[tuple[str, Callable[[], Row]]]:
    """Name and maker of each row; the maker makes the files that it needs."""
    yield "display", functools.partial(_display_row, folder)
