"""JSON and XML from anyone, and models of hostile files: a data set or a typed error, in little time and memory."""

from __future__ import annotations

import json
import random
import tracemalloc
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dicom
from dicom.dataset import Dataset
from dicom.errors import DicomError, LimitError
from tests.data_sources import seed

from . import absurd
from .outcome import ask_for_all, error_texts
from .test_absurd_files import GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
SECRET = "Xyzzy^Plugh"


def ending(read: Callable[[], Any]) -> DicomError | None:
    """How a reading ends; what isn't a typed error goes through."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            errors: list[DicomError] = []
            ask_for_all(read(), errors)
        except DicomError as error:
            errors = [error]
    for text in [str(one.message) for one in warned] + [text for error in errors for text in error_texts(error)]:
        assert SECRET not in text
    return errors[0] if errors else None


def changed(original: str, number: int, pieces: tuple[str, ...]) -> list[str]:
    """Texts with letters exchanged, cut out, doubled and overwritten; the same ones in each run."""
    chance = random.Random(20240229)
    texts = []
    for _ in range(number):
        text = original
        for _ in range(chance.randrange(1, 5)):
            at, span = chance.randrange(len(text)), chance.randrange(1, 30)
            what = chance.randrange(4)
            if what == 0:
                text = text[:at] + chance.choice(pieces) + text[at + 1 :]
            elif what == 1:
                text = text[:at] + text[at + span :]
            elif what == 2:
                text = text[:at] + text[at : at + span] + text[at:]
            else:
                text = text[:at] + chance.choice(pieces) + text[at:]
        texts.append(text)
    return texts


def sample() -> Any:
    ds = dicom.read(seed("test-SR.dcm"))
    ds.PatientName = SECRET
    ds.PatientID = SECRET
    return ds


JSON_PIECES = (
    '"', "{", "}", "[", "]", ",", ":", "null", "true", "-", "1e999", "1" * 5000, "\\ud800", "\\u0000", "\x00", "NaN",
    '"vr": "SQ"', '"Value"', '"InlineBinary": "AA=="', '"BulkDataURI": "u"', "FFFEE00D", "\u00e9", "\\\\", "{}", "[[]]",
)  # fmt: skip
XML_PIECES = (
    "<", ">", "&", "/", '"', "&x;", "<!DOCTYPE a>", "<Value>", "</Value>", "<Item>", "</Item>", "]]>", "\x00", "&#0;",
    '<Value number="4294967296"/>', 'vr="SQ"', "<InlineBinary>AA</InlineBinary>", "\u00e9", "<?x?>", "<BulkData/>",
)  # fmt: skip


def test_changed_json_is_read_or_refused() -> None:
    endings = [
        ending(lambda text=text: Dataset.from_json(text)) for text in changed(sample().to_json(), 2000, JSON_PIECES)
    ]
    assert any(endings)
    assert not all(endings)


def test_changed_xml_is_read_or_refused() -> None:
    endings = [
        ending(lambda text=text: Dataset.from_xml(text)) for text in changed(sample().to_xml(), 1000, XML_PIECES)
    ]
    assert any(endings)
    assert not all(endings)


def values() -> st.SearchStrategy[Any]:
    """Anything that JSON can say."""
    plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(SECRET)
    return st.recursive(
        plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner), max_leaves=5
    )


VRS = (
    "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "OB", "OD", "OF", "OL", "OV", "OW", "PN",
    "SH", "SL", "SQ", "SS", "ST", "SV", "TM", "UC", "UI", "UL", "UN", "UR", "US", "UT", "UV", "XX", "US or SS",
)  # fmt: skip


@MANY
@given(
    st.dictionaries(
        st.sampled_from(["00080005", "00091001", "00100010", "0040A730", "FFFEE000", "00000000", "x", "PatientID"]),
        st.fixed_dictionaries(
            {"vr": st.sampled_from(VRS) | values()},
            optional={
                "Value": st.lists(values(), max_size=3) | values(),
                "InlineBinary": values(),
                "BulkDataURI": values(),
            },
        )
        | values(),
    )
)
def test_models_of_any_types_are_read_or_refused(model: dict[str, Any]) -> None:
    by_dict = ending(lambda: Dataset.from_json(model))
    by_text = ending(lambda: Dataset.from_json(json.dumps(model)))
    assert type(by_dict) is type(by_text)


@pytest.mark.parametrize(
    "text",
    ["[" * 10**6, '{"a":' * 10**6, '{"0040A730":{"vr":"SQ","Value":[' * 10**5, "{" + '"' * 10**6],
    ids=["arrays", "objects", "sequences", "quotes"],
)
def test_deep_nesting_takes_neither_stack_nor_memory(text: str) -> None:
    tracemalloc.start()
    error = ending(lambda: Dataset.from_json(text))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error is not None
    assert peak < 16 << 20


def test_a_dictionary_that_holds_itself_is_a_limit() -> None:
    model: dict[str, Any] = {}
    model["0040A730"] = {"vr": "SQ", "Value": [model]}
    assert isinstance(ending(lambda: Dataset.from_json(model)), LimitError)


@pytest.mark.parametrize("group", list(GROUPS))
def test_hostile_files_become_json_and_xml_or_typed_errors(group: str) -> None:
    for data in GROUPS[group]().values():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                ds = dicom.read(data, force=True)
                text = ds.to_json()
                assert json.loads(text) == ds.to_json_dict()
                ds.to_xml()
                if "json_depth" not in str(ending(lambda text=text: Dataset.from_json(text))):
                    assert Dataset.from_json(text).to_json() == text
            except DicomError:
                continue


def test_nested_files_become_models_as_deep_as_they_can_be_read() -> None:
    for depth in (64, 127, 128):
        ds = dicom.read(absurd.nested(depth, "1.2.840.10008.1.2.1", undefined=False))
        assert ds.to_json().count('"SQ"') == depth
        assert ds.to_xml().count('"SQ"') == depth
        assert str(ds.to_json_dict()).count("SQ") == depth
