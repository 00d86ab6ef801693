"""When the scan of a PET began, so that images that are made of a part of it still say so.

To what moment the decay of a PET is corrected its header often says by its times alone: by Series Time, and where the
series was made afterwards by the earliest acquisition of all its slices. Neither a part of the slices, nor slices that
are none of the sources', would tell it any more.

In: the template. Out: Series and Acquisition Date and Time. Standard: PS3.3 C.8.9.1.1.5 (Decay Correction),
C.7.3.1, C.7.6.1.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dicom.instances.modules import take_over
from dicom.instances.plan.axis import began_of
from dicom.pixels.lenient import number

if TYPE_CHECKING:
    from typing import Any

    from dicom.instances.plan.template import Template

#: Of each frame of a PET, where they differ from frame to frame.
OF_FRAMES = ("AcquisitionDate", "AcquisitionTime", "FrameReferenceTime", "ActualFrameDuration", "DecayFactor")
#: Series Time of whole seconds is as good as that of the first acquisition.
_SAME = timedelta(seconds=1)
_GE_SCAN = (0x0009, "GEMS_PETD_01", 0x0D)


class ScanTimes:
    """Of a PET series, also of the slices that a volume has left out.

    Attributes
    ----------
    began : datetime or None
        The earliest acquisition; None where one of the slices doesn't say its own.
    is_one : bool
        Whether all slices were acquired at once.
    """

    def __init__(self, template: Template) -> None:
        self._template = template
        starts = template.acquisition_starts()
        known = [one for one in starts if one is not None]
        self.began = min(known) if known and len(known) == len(starts) else None
        self.is_one = len(set(starts)) == 1

    def put_series(self, ds: Any) -> None:
        """Series Date and Time: the sources', or where they are none of the scan's the beginning of the scan."""
        header = self._template.header
        take_over(ds, header, ("SeriesDate", "SeriesTime"))
        if self.began is None or not self._was_made_afterwards(header):
            return
        own = self._template.of_slice(0)
        # These count from the beginning of the scan, whichever slices are there.
        counts_on = own is not None and (number(own.get("FrameReferenceTime")) or 0) > 0
        if not counts_on and not _has_ge_scan(header):
            ds.SeriesDate, ds.SeriesTime = self.began.strftime("%Y%m%d"), self.began.strftime("%H%M%S.%f")

    def put_acquisition(self, ds: Any) -> None:
        """Acquisition Date and Time of slices that are of all sources: those of the first.

        Of images that aren't corrected for decay there is no such time, if their sources were acquired one after
        another.
        """
        if self.began is not None and (self.is_one or self._template.header.get("DecayCorrection") != "NONE"):
            ds.AcquisitionDate, ds.AcquisitionTime = self.began.strftime("%Y%m%d"), self.began.strftime("%H%M%S.%f")

    def _was_made_afterwards(self, header: Any) -> bool:
        if self.began is None:
            return False
        day, time = header.get("SeriesDate"), header.get("SeriesTime")
        series = moment_of(day, time)
        return series is None or series > self.began + _SAME


def moment_of(day: Any, time: Any) -> datetime | None:
    """The moment of a DA and a TM value; None where one is absent."""
    return began_of({"AcquisitionDate": day, "AcquisitionTime": time}) if day and time else None


def _has_ge_scan(header: Any) -> bool:
    group, creator, element = _GE_SCAN
    try:
        return element in header.private_block(group, creator)
    except KeyError:
        return False
