"""`dicom doctor` tries each codec, and warns of what overwrites us."""

from __future__ import annotations

import pytest

from dicom.cli import doctor
from dicom.cli.codec_trials import Trial, trials
from dicom.errors import CodecError


def test_doctor_reports_versions_and_tries_every_codec(command):
    status, out, err = command("doctor")
    assert (status, err) == (0, "")
    for label in ("dicom", "numpy", "imagecodecs", "matplotlib", "pillow", "av", "Python", "platform", "processor"):
        assert f"\n{label} " in f"\n{out}"
    lines = [line for line in out.splitlines() if line.startswith("  ")]
    assert len(lines) == len(list(trials()))
    assert all(line.endswith(" yes") for line in lines)
    assert out.endswith("all is well\n")


def test_codec_that_decodes_wrongly_is_found_out():
    other = Trial("wrong", "1.2.840.10008.1.2.1", 16, 0, lambda frame: bytes(frame.size * 2))
    with pytest.raises(CodecError, match="other values"):
        other.run()


def test_codec_that_fails_is_a_line_and_status_1(command, monkeypatch):
    from dicom.cli import codec_trials

    def broken(frame: object) -> bytes:
        raise CodecError("no codec for this")

    monkeypatch.setattr(codec_trials, "trials", lambda: iter([Trial("Broken", "1.2.840.10008.1.2.1", 8, 0, broken)]))
    status, out, _ = command("doctor")
    assert status == 1
    assert "no  no codec for this" in out
    assert "warning: 1 of the codecs don't work" in out


def test_relic_of_2017_is_warned_of(command, monkeypatch):
    real = doctor._installed_version
    monkeypatch.setattr(doctor, "_installed_version", lambda name: "0.9.9" if name == "dicom" else real(name))
    status, out, _ = command("doctor")
    assert status == 1
    assert "warning: the distribution 'dicom' 0.9.9 of 2017" in out
    assert "pip uninstall dicom" in out
