"""Imports of python/dicom lead only downward, rooms on one floor don't import each other, and there is no circle."""

from __future__ import annotations

from tests.architecture.house import FLOOR_OF, breaches, circles, imports, imports_in, modules, room_of


def test_every_module_belongs_to_a_room_of_the_house() -> None:
    strangers = [module for module in modules() if room_of(module) not in FLOOR_OF]
    assert not strangers, f"Give each a floor in tests/architecture/house.py and docs/develop/house.md: {strangers}"


def test_imports_at_run_time_lead_downward() -> None:
    assert breaches([one for one in imports() if not one.for_types_only]) == []


def test_imports_for_types_lead_downward_too() -> None:
    # They cost nothing at run time, yet a room that names a type from above knows what lies above it.
    assert breaches([one for one in imports() if one.for_types_only]) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles(imports()) == []


def test_an_upward_import_within_a_function_is_seen() -> None:
    source = "def f():\n    from dicom.dataset import Dataset\n    return Dataset\n"
    found = imports_in("dicom.tag", source, is_package=False)
    assert breaches(found) == ["dicom.tag:2 (floor 1) imports dicom.dataset (floor 6)"]
    assert found[0].in_function
    assert not found[0].for_types_only


def test_an_import_for_types_only_is_told_apart() -> None:
    source = "if TYPE_CHECKING:\n    from dicom.errors import DicomError\nelse:\n    import dicom.finding\n"
    found = imports_in("dicom.tag", source, is_package=False)
    assert [(one.imported, one.for_types_only) for one in found] == [("dicom.errors", True), ("dicom.finding", False)]


def test_a_relative_import_is_followed() -> None:
    found = imports_in(
        "dicom.pixels.frames", "from ..errors import PixelError\nfrom . import no_module\n", is_package=False
    )
    assert [one.imported for one in found] == ["dicom.errors", "dicom.pixels"]


def test_rooms_on_one_floor_are_strangers() -> None:
    found = imports_in("dicom.tag", "import dicom.vr\n", is_package=False)
    assert breaches(found) == ["dicom.tag:1 (floor 1) imports dicom.vr (floor 1)"]


def test_a_circle_is_seen() -> None:
    found = imports_in("dicom.a", "import dicom.b\n", is_package=False)
    found += imports_in("dicom.b", "def f():\n    import dicom.a\n", is_package=False)
    assert circles(found) == [["dicom.a", "dicom.b", "dicom.a"]]


def test_an_import_put_off_within_a_room_is_no_circle() -> None:
    found = imports_in("dicom.a.x", "import dicom.a.y\n", is_package=False)
    found += imports_in("dicom.a.y", "def f():\n    import dicom.a.x\n", is_package=False)
    assert circles(found) == []
    assert circles([one._replace(in_function=False) for one in found]) == [["dicom.a.x", "dicom.a.y", "dicom.a.x"]]
