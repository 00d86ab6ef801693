"""The project as a whole: sizes, pins, what the README says, and no trace of the machine that it was written on."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.house import PROJECT

LONGEST = 600
# Test files and benches hold tables, and may be longer than a room of the library.
CODE = (".py", ".pyi", ".rs")
# Made by a tool from a table, of which it is another form.
GENERATED = {"python/dicom/elements/keywords.pyi"}
TEXT = (*CODE, ".md", ".toml", ".yml", ".yaml", ".sh", ".txt", ".tsv", ".cfg", ".ini", ".json", "")
# Absolute paths below a person's or a machine's own folders; the single letters keep this line from finding itself.
MACHINE_PATH = re.compile(r"(?<![\w.$}/~-])/(?:[h]ome|[r]oot|[U]sers|[w]ork|[o]pt|[t]mp|[m]nt)/[\w.-]+")


@cache
def tracked_files() -> list[Path]:
    """The files that belong to the project: those that git tracks, or would if they were added now."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git repository")
    paths = (PROJECT / name for name in listed.stdout.decode("utf-8", "surrogateescape").split("\0") if name)
    return sorted(path for path in paths if path.is_file())


def lines_of(path: Path) -> list[str]:
    """The lines of a text file."""
    return path.read_text(encoding="utf-8").splitlines()


def test_no_file_of_code_is_longer_than_a_reader_can_bear() -> None:
    too_long = {
        path.relative_to(PROJECT).as_posix(): len(lines_of(path))
        for path in tracked_files()
        if path.suffix in CODE
        and len(lines_of(path)) > LONGEST
        and path.relative_to(PROJECT).as_posix() not in GENERATED
    }
    assert too_long == {}


def test_no_file_names_a_path_of_a_machine() -> None:
    found = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in tracked_files()
        if path.suffix in TEXT and path.suffix != ".tsv"
        for number, line in enumerate(lines_of(path), 1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("line", ["see /" + "home/ann/x.dcm", 'open("/' + "root/a.dcm" + '")', "/" + "tmp/x"])
def test_a_path_of_a_machine_is_seen(line: str) -> None:
    assert MACHINE_PATH.search(line)


@pytest.mark.parametrize("line", ["a/" + "home/x", "https://example.org/" + "home/x", "~/" + "opt/x", "1/" + "tmp"])
def test_a_relative_path_is_no_path_of_a_machine(line: str) -> None:
    assert not MACHINE_PATH.search(line)


def make_targets() -> set[str]:
    """The targets of the Makefile."""
    return set(re.findall(r"^([a-z][a-z-]*):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_each_make_command_that_is_named_exists(name: str) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)", text, re.MULTILINE))
    assert named
    assert named <= make_targets()


def test_the_readme_names_the_two_commands_and_ci_runs_the_same_test_command() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^make demo\b", readme, re.MULTILINE)
    assert re.search(r"^make test\b", readme, re.MULTILINE)
    assert lines_of(PROJECT / ".ci" / "run")[-1] == "make test"


def test_each_target_that_is_no_file_is_phony() -> None:
    declared = re.findall(r"^\.PHONY: (.*)$", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for line in declared for name in line.split()} == make_targets()


def pins() -> dict[str, set[str]]:
    """Package -> the versions that it is pinned to, over all files of requirements/."""
    found: dict[str, set[str]] = {}
    for path in (PROJECT / "requirements").glob("*.txt"):
        for line in lines_of(path):
            if not line or line.startswith(("#", "-r ")):
                continue
            pin = re.fullmatch(r"([A-Za-z0-9._-]+)==([0-9][\w.]*)(?: --hash=sha256:[0-9a-f]{64})?", line)
            assert pin, f"{path.name}: {line!r} is no exact pin"
            found.setdefault(re.sub(r"[-_.]+", "-", pin[1]).lower(), set()).add(pin[2])
    return found


def test_each_package_is_pinned_to_one_version() -> None:
    assert {name: versions for name, versions in pins().items() if len(versions) != 1} == {}


def test_each_dependency_is_pinned_for_the_tests() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [name for extra in project["optional-dependencies"].values() for name in extra]
    needed = {re.split(r"[<>=!~\[; ]", name)[0].lower() for name in [*project["dependencies"], *extras]}
    assert needed <= set(pins())


def test_each_extra_is_named_where_it_is_missed_and_no_other() -> None:
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    sources = [path.read_text(encoding="utf-8") for path in (PROJECT / "python").rglob("*.py")]
    pages = [path.read_text(encoding="utf-8") for path in [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]]
    named = {name for text in [*sources, *pages] for name in re.findall(r"dicom-py\[([a-z]+)\]", text)}
    assert named == set(extras)


def test_no_package_is_pinned_twice_in_files_that_include_one_another() -> None:
    folder = PROJECT / "requirements"

    def lines_with_included(name: str) -> list[str]:
        lines = lines_of(folder / name)
        included = [line.removeprefix("-r ") for line in lines if line.startswith("-r ")]
        pinned = [line for line in lines if line and not line.startswith(("#", "-r "))]
        return [*pinned, *(line for other in included for line in lines_with_included(other))]

    for path in folder.glob("*.txt"):
        pinned = lines_with_included(path.name)
        assert sorted(set(pinned)) == sorted(pinned), path.name


def test_each_folder_of_requirements_that_is_named_exists() -> None:
    for path in (PROJECT / "requirements").glob("*.txt"):
        for included in re.findall(r"^-r (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert (path.parent / included).is_file()


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    workspace = tomllib.loads((PROJECT / "Cargo.toml").read_text(encoding="utf-8"))["workspace"]
    assert "version" in project["dynamic"]
    for manifest in (PROJECT / "crates").glob("*/Cargo.toml"):
        assert tomllib.loads(manifest.read_text(encoding="utf-8"))["package"]["version"] == {"workspace": True}
    import dicom._core

    assert dicom._core.__version__ == workspace["package"]["version"]
