"""Names from a file never become a path outside their folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dicom.errors import DicomError
from dicom.io.contained_path import OutsideRootError, contained_path, is_inside

EVERYWHERE = {
    "nothing": [],
    "an empty name": [""],
    "an empty name in the middle": ["A", "", "B"],
    "an empty name at the end": ["A", ""],
    "this folder": ["."],
    "this folder, then a file": [".", "A"],
    "the folder above": [".."],
    "the folder above, then a file": ["..", "A"],
    "up in the middle": ["A", "..", "..", "B"],
    "up and back": ["A", "..", "B"],
    "up at the end": ["A", ".."],
    "blanks only": ["  "],
    "up with a blank": [".. "],
    "up with a blank before": [" .."],
    "up with blanks between": [". ."],
    "three full stops": ["..."],
    "many full stops": ["A", "....."],
    "absolute": ["/etc/passwd"],
    "absolute, second": ["A", "/etc/passwd"],
    "a slash alone": ["/"],
    "a slash within": ["A/B"],
    "up with slashes": ["../../etc/passwd"],
    "up behind a name": ["A/../../B"],
    "a slash at the end": ["A/"],
    "two slashes": ["//server/share"],
    "a backslash": ["A\\B"],
    "up with backslashes": ["..\\..\\B"],
    "a share of Windows": ["\\\\server\\share"],
    "a device path of Windows": ["\\\\?\\C:\\A"],
    "a drive": ["C:"],
    "a drive with a path": ["C:\\A"],
    "a file relative to a drive": ["C:A"],
    "a drive, second": ["A", "D:"],
    "a stream of a file": ["A:B"],
    "the data of a file": ["A::$DATA"],
    "NUL": ["A\0B"],
    "NUL at the end": ["A\0"],
    "NUL and up": ["..\0"],
    "a new line": ["A\n"],
    "an escape": ["\x1b[2J"],
    "a tab": ["A\tB"],
    "delete": ["A\x7f"],
    "no text": [b"A"],
    "none": [None],
    "a number": [1],
    "half a character": ["\ud800"],
}
ON_WINDOWS = {
    "a device": ["NUL"],
    "a device in small letters": ["con"],
    "a device in mixed letters": ["A", "Aux"],
    "a device with an extension": ["PRN.txt"],
    "a device with two": ["nul.tar.gz"],
    "a device with a blank before its extension": ["CON .A"],
    "a port": ["COM1"],
    "a port in small letters": ["lpt9"],
    "a port with a raised digit": ["COM\u00b2"],
    "the console": ["CONOUT$"],
    "a folder named like a device": ["AUX", "A"],
    "a full stop at the end": ["A."],
    "a blank at the end": ["A "],
    "a wildcard": ["A*"],
    "a pipe": ["A|B"],
    "a quote": ['A"'],
    "a question mark": ["A?"],
    "a redirection": ["<A>"],
}


@pytest.mark.parametrize("windows", [False, True])
@pytest.mark.parametrize("case", EVERYWHERE)
def test_hostile_names_are_refused_everywhere(case: str, windows: bool, tmp_path: Path) -> None:
    with pytest.raises(OutsideRootError) as raised:
        contained_path(tmp_path, EVERYWHERE[case], windows=windows)
    assert isinstance(raised.value, (DicomError, PermissionError))
    assert "passwd" not in str(raised.value), "no value in a message"


@pytest.mark.parametrize("case", ON_WINDOWS)
def test_names_that_windows_keeps_are_refused_there(case: str, tmp_path: Path) -> None:
    with pytest.raises(OutsideRootError):
        contained_path(tmp_path, ON_WINDOWS[case], windows=True)


@pytest.mark.parametrize(
    "names", [["A"], ["PT000000", "ST000000", "IM000000"], ["lower.dcm"], ["A B"], ["..A"], [".A"], ["\u00e9"]]
)
def test_plain_names_give_the_path_below_the_root(names: list[str], tmp_path: Path) -> None:
    assert contained_path(tmp_path, names) == os.path.join(os.path.abspath(tmp_path), *names)


def test_one_text_is_one_component(tmp_path: Path) -> None:
    assert contained_path(tmp_path, "AB") == str(tmp_path / "AB")


def test_more_components_than_the_standard_allows_are_no_danger(tmp_path: Path) -> None:
    assert contained_path(tmp_path, ["A"] * 20) == str(tmp_path.joinpath(*["A"] * 20))


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the root, with a file."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret").write_bytes(b"")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The root."""
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def test_link_to_a_file_outside_is_refused(root: Path, outside: Path) -> None:
    (root / "A").symlink_to(outside / "secret")
    with pytest.raises(OutsideRootError):
        contained_path(root, ["A"])


def test_link_to_a_folder_outside_is_refused(root: Path, outside: Path) -> None:
    (root / "A").symlink_to(outside)
    with pytest.raises(OutsideRootError):
        contained_path(root, ["A", "secret"])


def test_file_that_is_not_there_yet_behind_a_link_outside_is_refused(root: Path, outside: Path) -> None:
    (root / "A").symlink_to(outside)
    with pytest.raises(OutsideRootError):
        contained_path(root, ["A", "B", "C"])


def test_relative_link_that_climbs_out_is_refused(root: Path, outside: Path) -> None:
    (root / "A").symlink_to(os.path.join("..", outside.name))
    with pytest.raises(OutsideRootError):
        contained_path(root, ["A", "secret"])


def test_chain_of_links_that_ends_outside_is_refused(root: Path, outside: Path) -> None:
    (root / "A").symlink_to(root / "B")
    (root / "B").symlink_to(outside / "secret")
    with pytest.raises(OutsideRootError):
        contained_path(root, ["A"])


def test_dangling_link_to_the_outside_is_refused(root: Path, tmp_path: Path) -> None:
    (root / "A").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutsideRootError):
        contained_path(root, ["A"])


def test_link_to_the_root_itself_is_refused(root: Path) -> None:
    (root / "A").symlink_to(root)
    with pytest.raises(OutsideRootError):
        contained_path(root, ["A"])


def test_circle_of_links_ends(root: Path) -> None:
    (root / "A").symlink_to(root / "B")
    (root / "B").symlink_to(root / "A")
    assert contained_path(root, ["A"]) == str(root / "A")


def test_link_that_stays_inside_is_followed(root: Path) -> None:
    (root / "B").write_bytes(b"")
    (root / "A").symlink_to(root / "B")
    assert contained_path(root, ["A"]) == str(root / "A")


def test_root_that_is_a_link_is_the_folder_it_leads_to(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    assert contained_path(tmp_path / "link", ["A"]) == str(tmp_path / "link" / "A")


def test_folder_whose_name_begins_like_the_root_is_outside(root: Path, tmp_path: Path) -> None:
    (tmp_path / "root2").mkdir()
    (root / "A").symlink_to(tmp_path / "root2")
    with pytest.raises(OutsideRootError):
        contained_path(root, ["A", "B"])
    assert not is_inside(root, tmp_path / "root2" / "B")
    assert is_inside(root, root / "B")
