"""The behaviour that stands: one immutable answer to each question."""

from __future__ import annotations

import pytest

from dicom.settings import DEFAULT, RAISE, WARN
from tests.compat.processes import run


def test_the_library_begins_with_its_own_behaviour() -> None:
    assert (DEFAULT.reading_validation, DEFAULT.writing_validation) == (WARN, RAISE)
    done = run("-c", "from dicom import settings; assert settings.current is settings.DEFAULT")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_behaviour_does_not_change() -> None:
    with pytest.raises(AttributeError, match="doesn't change"):
        DEFAULT.use_DS_decimal = True
    with pytest.raises(AttributeError, match="doesn't change"):
        del DEFAULT.use_DS_decimal
    with pytest.raises(AttributeError):
        DEFAULT.nosuch = 1


def test_replace_gives_another_one() -> None:
    changed = DEFAULT.replace(use_DS_decimal=True)
    assert (changed.use_DS_decimal, DEFAULT.use_DS_decimal) == (True, False)
    assert [name for name in DEFAULT.__slots__ if getattr(changed, name) != getattr(DEFAULT, name)] == [
        "use_DS_decimal"
    ]
    with pytest.raises(TypeError, match="nosuch"):
        DEFAULT.replace(nosuch=True)


def test_what_the_switches_of_pydicom_leave_alone_is_the_librarys_own() -> None:
    done = run(
        "-c",
        "import dicom.compat.config as config, dicom.compat.hooks\n"
        "from dicom import settings\n"
        "assert settings.current is settings.DEFAULT\n"
        "assert config.settings.writing_validation_mode == settings.WARN\n"
        "config.show_file_meta = False\n"
        "assert settings.current.show_file_meta is False\n",
    )
    assert (done.returncode, done.stderr) == (0, "")
