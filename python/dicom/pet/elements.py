"""The elements that uptake values are computed from: where each stands, and what messages and evidence call it.

Standard: PS3.3 C.7.2.2 (Patient Study), C.8.9 (PET), C.8.22 (enhanced PET). Private elements: those of which GE,
Philips and Siemens publish in their conformance statements what they hold.
"""

from __future__ import annotations

from typing import NamedTuple

from dicom.dictionary import tag_for_keyword

RADIOPHARMACEUTICALS = "RadiopharmaceuticalInformationSequence"


class Element(NamedTuple):
    """An element, by keyword and tag.

    Attributes
    ----------
    keyword : str
        That of the standard; what the vendor calls a private one.
    tag : int
        Of a private one without its block.
    within : tuple of str
        The sequences on the way, each of which gives its first item.
    of_frames : tuple of str
        Where functional groups have it.
    creator : str
        Of a private one.
    """

    keyword: str
    tag: int
    within: tuple[str, ...] = ()
    of_frames: tuple[str, ...] = ()
    creator: str = ""

    @property
    def label(self) -> str:
        """What messages and evidence call it."""
        group, number = self.tag >> 16, self.tag & 0xFFFF
        if self.creator:
            return f"{self.keyword} ({group:04X},xx{number:02X}) of {self.creator}"
        return f"{self.keyword} ({group:04X},{number:04X})"

    @property
    def path(self) -> tuple[int, ...]:
        """The tags on the way."""
        return (*(_tag(sequence) for sequence in self.within), self.tag)


def _tag(keyword: str) -> int:
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise ValueError(f"{keyword!r} is no keyword of the standard")
    return tag


def _element(keyword: str, *within: str, of_frames: tuple[str, ...] = ()) -> Element:
    return Element(keyword, _tag(keyword), within, of_frames)


UNITS = _element("Units")
SUV_TYPE = _element("SUVType")
SERIES_TYPE = _element("SeriesType")
COUNTS_SOURCE = _element("CountsSource")
CORRECTED_IMAGE = _element("CorrectedImage")
ATTENUATION_CORRECTED = _element("AttenuationCorrected")
DECAY_CORRECTED = _element("DecayCorrected")
DECAY_CORRECTION = _element("DecayCorrection")
DECAY_CORRECTION_DATE_TIME = _element("DecayCorrectionDateTime")
WEIGHT = _element("PatientWeight")
HEIGHT = _element("PatientSize")
SEX = _element("PatientSex")
DOSE = _element("RadionuclideTotalDose", RADIOPHARMACEUTICALS)
HALF_LIFE = _element("RadionuclideHalfLife", RADIOPHARMACEUTICALS)
START_TIME = _element("RadiopharmaceuticalStartTime", RADIOPHARMACEUTICALS)
START_DATE_TIME = _element("RadiopharmaceuticalStartDateTime", RADIOPHARMACEUTICALS)
NUCLIDE_CODE = Element(
    "RadionuclideCodeSequence", _tag("CodeValue"), (RADIOPHARMACEUTICALS, "RadionuclideCodeSequence")
)
NUCLIDE_MEANING = Element(
    "RadionuclideCodeSequence (meaning)", _tag("CodeMeaning"), (RADIOPHARMACEUTICALS, "RadionuclideCodeSequence")
)
TIME_ZONE = _element("TimezoneOffsetFromUTC")
SERIES_DATE = _element("SeriesDate")
SERIES_TIME = _element("SeriesTime")
ACQUISITION_DATE = _element("AcquisitionDate")
ACQUISITION_TIME = _element("AcquisitionTime")
ACQUISITION_DATE_TIME = _element("AcquisitionDateTime", of_frames=("FrameContentSequence.FrameAcquisitionDateTime",))
DECAY_FACTOR = _element("DecayFactor")
FRAME_REFERENCE_TIME = _element("FrameReferenceTime")
FRAME_REFERENCE_DATE_TIME = _element(
    "FrameReferenceDateTime", of_frames=("FrameContentSequence.FrameReferenceDateTime",)
)
FRAME_DURATION = _element("ActualFrameDuration", of_frames=("FrameContentSequence.FrameAcquisitionDuration",))

_PHILIPS = "Philips PET Private Group"
PHILIPS_SUV_FACTOR = Element("SUV Scale Factor", 0x70530000, creator=_PHILIPS)
PHILIPS_ACTIVITY_FACTOR = Element("Activity Concentration Scale Factor", 0x70530009, creator=_PHILIPS)
GE_SCAN = Element("PET scan_datetime", 0x0009000D, creator="GEMS_PETD_01")
GE_ADMINISTRATION = Element("PET admin_datetime", 0x0009003B, creator="GEMS_PETD_01")
SIEMENS_DECAY_CORRECTION = Element("Decay Correction DateTime", 0x00710022, creator="SIEMENS MED PT")

PRIVATE = (PHILIPS_SUV_FACTOR, PHILIPS_ACTIVITY_FACTOR, GE_SCAN, GE_ADMINISTRATION, SIEMENS_DECAY_CORRECTION)
#: All of the standard's.
ELEMENTS = tuple(one for one in list(globals().values()) if isinstance(one, Element) and not one.creator)
