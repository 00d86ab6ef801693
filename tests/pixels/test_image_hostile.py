"""Whatever elements hold, an image is shown, or refused with an error of ours that repeats no value."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dicom.errors import DicomError
from dicom.pixels.image import image
from tests.made_items import item
from tests.plotting.made_images import image as made_image

SECRET = "SUBJECT^TEST"
NUMBERS = [
    *("RescaleSlope", "RescaleIntercept", "WindowCenter", "WindowWidth", "DoseGridScaling", "MaximumFractionalValue"),
    *("PixelPaddingValue", "PixelPaddingRangeLimit"),
]
TEXTS = [
    *("Modality", "Units", "SUVType", "RescaleType", "VOILUTFunction", "WindowCenterWidthExplanation", "ImageType"),
    *("PresentationLUTShape", "PixelPresentation", "SegmentationType", "DoseUnits", "PhotometricInterpretation"),
]
SEQUENCES = [
    *("ModalityLUTSequence", "VOILUTSequence", "PresentationLUTSequence", "RealWorldValueMappingSequence"),
    *("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"),
]
IN_ITEMS = [
    *("LUTDescriptor", "LUTData", "ModalityLUTType", "LUTLabel", "RealWorldValueSlope", "RealWorldValueIntercept"),
    *("RealWorldValueFirstValueMapped", "RealWorldValueLastValueMapped", "RealWorldValueLUTData"),
]
PALETTES = [
    f"{color}PaletteColorLookupTable{part}" for color in ("Red", "Green", "Blue") for part in ("Descriptor", "Data")
]

VALUES = st.one_of(
    st.none(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=True, allow_infinity=True),
    st.just(SECRET),
    st.sampled_from(
        ["CT", "PT", "US", "HU", "GML", "INVERSE", "SIGMOID", "COLOR", "PALETTE COLOR", "MONOCHROME1", "RGB"]
    ),
    st.binary(max_size=20),
    st.lists(st.integers(-(2**33), 2**33), max_size=5),
    st.lists(st.floats(), max_size=3),
    st.sampled_from([[3, 0, 16], [0, 65535, 8], [256, 0, 8], [2, 5, 16]]),
)


class Anything(dict[str, Any]):
    """An item whose elements hold what no VR allows."""


def anything(draw: Any) -> Anything:
    found = Anything({keyword: draw(VALUES) for keyword in draw(st.lists(st.sampled_from(IN_ITEMS), max_size=5))})
    if draw(st.booleans()):
        found["FrameVOILUTSequence"] = draw(VALUES)
        found["PixelValueTransformationSequence"] = [Anything(RescaleSlope=draw(VALUES), RescaleIntercept=draw(VALUES))]
    return found


class Disguised:
    """A data set of ours, some of whose elements answer with something else."""

    def __init__(self, ds: Any, answers: dict[str, Any]) -> None:
        self._ds = ds
        self._answers = answers

    def get(self, key: Any, default: Any = None, /) -> Any:
        return self._answers[key] if key in self._answers else self._ds.get(key, default)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ds, name)

    def __contains__(self, key: Any) -> bool:
        return key in self._ds

    def __getitem__(self, key: Any) -> Any:
        return self._ds[key]


@settings(max_examples=150, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_elements_that_hold_anything_are_survived(data):
    draw = data.draw
    dtype = draw(st.sampled_from([np.uint8, np.int16, np.uint16, np.int32, np.float32]))
    array = np.arange(2 * 70 * 70).reshape(2, 70, 70).astype(dtype)
    keywords = draw(st.lists(st.sampled_from([*NUMBERS, *TEXTS, *PALETTES]), max_size=6))
    answers: dict[str, Any] = {keyword: draw(VALUES) for keyword in keywords}
    for keyword in draw(st.lists(st.sampled_from(SEQUENCES), max_size=3)):
        answers[keyword] = draw(st.one_of(VALUES, st.just([anything(draw)])))
    ds = Disguised(made_image(array), answers)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            shown = image(ds)
            _ = shown.frame(1).mask, shown.modality().unit, repr(shown.modality())
            pixels = shown.display(overlays=True).array
        except DicomError as error:
            said = str(error)
        else:
            said = repr(shown)
            assert pixels.dtype == np.uint8
            assert pixels.shape[:3] == (2, 70, 70)
    assert SECRET not in said


@pytest.mark.parametrize("first", [-(2**31), -1, 0, 65535, 2**31])
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.float32])
def test_no_index_reaches_past_a_table(dtype, first):
    # Values at both ends of their type, through tables of two entries that begin anywhere.
    info = np.finfo(dtype) if np.dtype(dtype).kind == "f" else np.iinfo(dtype)
    values = np.array([[info.min, 0, 1, info.max]], dtype)
    table = item(LUTData=[11, 22])
    answers = {"LUTDescriptor": [2, first, 8], "LUTData": [11, 22]}
    disguised = Disguised(table, answers)
    for keyword in ("ModalityLUTSequence", "VOILUTSequence"):
        shown = image(Disguised(made_image(values), {keyword: [disguised]}))
        stage = shown.modality() if keyword == "ModalityLUTSequence" else shown.voi()
        scale = 1 if keyword == "ModalityLUTSequence" else 255
        assert set(np.rint(stage.array * scale).astype(int).ravel().tolist()) <= {11, 22}
