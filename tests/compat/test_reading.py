"""Reading by the plain way, element by element, gives what the core gives; under switches, what they ask for."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import pytest

import dicom
from dicom import settings
from dicom.compat import _reading
from dicom.compat._reading import dcmread, decoder
from dicom.dataset.read import read_with
from dicom.elements.raw import RawDataElement
from dicom.settings import DEFAULT, IGNORE, RAISE, WARN
from tests.data_sources import dicom_files, seed
from tests.parity.compare import describe_file, differing_places

FILES = dicom_files()


@pytest.fixture
def behaving(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put another behaviour in place, until the test ends."""

    def change(**changes: Any) -> None:
        monkeypatch.setattr(settings, "current", DEFAULT.replace(**changes))

    return change


@pytest.mark.parametrize("name", FILES)
def test_the_plain_way_reads_what_the_core_reads(name: str) -> None:
    plain = decoder(DEFAULT.replace(reading_validation=IGNORE))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tags that no dictionary has
        by_hand = describe_file(read_with(FILES[name], plain, force=True))
        by_core = describe_file(dicom.read(FILES[name], force=True))
    assert differing_places(by_hand, by_core) == {}


def test_nothing_is_decoded_by_hand_while_nothing_is_set(behaving: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def noting(source: Any, make: Any, *arguments: Any) -> Any:
        made.append(1)
        return read_with(source, make, *arguments)

    monkeypatch.setattr(_reading, "read_with", noting)
    behaving(reading_validation=IGNORE, writing_validation=WARN, show_file_meta=False, invalid_key=RAISE)
    assert isinstance(dcmread(seed("CT_small.dcm")).get_item("PatientID"), RawDataElement)
    assert made == []
    behaving(use_IS_numpy=True)
    assert type(dcmread(seed("CT_small.dcm")).InstanceNumber).__name__ == "int64"
    assert made == [1]


def test_a_read_keeps_the_settings_that_stood_when_it_began(behaving: Any) -> None:
    before = dcmread(seed("CT_small.dcm"))
    behaving(use_DS_decimal=True)
    within = dcmread(seed("CT_small.dcm"))
    behaving()
    kinds = [type(dataset.SliceThickness).__name__ for dataset in (before, within, dcmread(seed("CT_small.dcm")))]
    assert kinds == ["DSfloat", "DSdecimal", "DSfloat"]


def test_items_of_sequences_are_read_by_the_same_settings(behaving: Any) -> None:
    behaving(datetime_conversion=True, use_DS_decimal=True)
    plan = dcmread(seed("rtplan.dcm"))
    assert type(plan.BeamSequence[0].ControlPointSequence[0].NominalBeamEnergy).__name__ == "DSdecimal"


def test_a_strict_read_raises_without_the_value(behaving: Any) -> None:
    behaving(reading_validation=RAISE)
    source = io.BytesIO()
    source.write(b"\x10\0\x20\0LO\x46\0" + b"s" * 70)
    with pytest.raises(dicom.errors.ValueRepresentationError) as caught:
        _ = dcmread(io.BytesIO(source.getvalue()), force=True).PatientID
    assert "sss" not in str(caught.value)
    assert caught.value.tag == 0x00100020


def test_a_hook_that_changes_a_value_marks_the_element_as_changed(behaving: Any) -> None:
    def change(raw: Any, data: dict[str, Any], **arguments: Any) -> None:
        data["value"] = "X" if raw.tag == 0x00100020 else raw.value

    def keep(raw: Any, data: dict[str, Any], *, encoding: Any = None, ds: Any = None, **arguments: Any) -> None:
        from dicom.elements.raw import value_of

        value_of(raw, data, encoding, DEFAULT)

    behaving(raw_element_value=change)
    changed = dcmread(seed("CT_small.dcm"))
    assert (changed.PatientID, changed["PatientID"]._is_edited) == ("X", True)
    behaving(raw_element_value=keep)
    kept = dcmread(seed("CT_small.dcm"))
    assert (kept.PatientID, kept["PatientID"]._is_edited) == ("1CT1", False)


def test_functions_that_hooks_call_keep_to_the_settings_of_the_read(behaving: Any) -> None:
    from dicom.compat.hooks import raw_element_value_fix_separator

    behaving(raw_element_value=raw_element_value_fix_separator, use_DS_decimal=True)
    dataset = dcmread(seed("CT_small.dcm"))
    behaving()
    assert type(dataset.SliceThickness).__name__ == "DSdecimal"


def test_values_left_in_the_file_are_fetched_unless_told_otherwise() -> None:
    dataset = dcmread(seed("CT_small.dcm"), defer_size="1 KB")
    kept = dataset.get_item("PixelData", keep_deferred=True)
    assert (kept.value, kept.length, kept.VR) == (None, 32768, "OW")
    assert len(dataset.get_item("PixelData").value) == 32768
    assert len(dataset.get_item("PatientID", keep_deferred=True).value) == 4


def test_bytes_are_a_path(tmp_path: Path) -> None:
    path = tmp_path / "ä.dcm"
    path.write_bytes(seed("CT_small.dcm").read_bytes())
    import os

    assert dcmread(os.fsencode(path)).PatientID == "1CT1"


def test_values_that_break_their_vr_are_written_where_that_is_allowed(behaving: Any, tmp_path: Path) -> None:
    ds = dicom.Dataset()
    behaving(reading_validation=IGNORE, writing_validation=WARN)
    ds.PatientID = "x" * 70
    ds.save_as(tmp_path / "a.dcm", implicit_vr=False, little_endian=True)
    assert dicom.read(tmp_path / "a.dcm").PatientID == "x" * 70
    behaving()
    with pytest.raises(dicom.errors.ValueRepresentationError):
        ds.save_as(tmp_path / "b.dcm", implicit_vr=False, little_endian=True)
    assert not (tmp_path / "b.dcm").exists()
