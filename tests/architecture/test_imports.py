"""Each module imports alone in a fresh process, and `import dicom` brings in nothing heavy."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import sysconfig

import pytest

from tests.architecture.house import PACKAGE, modules

# What stays off the path of `import dicom`: milliseconds that a fresh interpreter takes longer for it, measured with
# CPython 3.11 (the bare interpreter takes 13 ms, and dicom may add 10).
HEAVY = {
    "matplotlib": 180,  # imported by dicom.plot
    "imagecodecs": 68,  # when a compressed frame is decoded
    "numpy": 66,  # when pixels are asked for
    "asyncio": 43,
    "importlib.metadata": 30,  # brings email, csv and zipfile
    "dataclasses": 15,  # brings inspect
    "concurrent.futures": 14,
    "logging": 14,  # brings string, traceback and re; dicom.settings.logger imports it when it is asked for
    "inspect": 13,
    "pathlib": 9,
    "argparse": 8,  # the command's alone
    "json": 7,
    "re": 6,
    "enum": 4,
    "typing": 4,  # under TYPE_CHECKING only
}

# Rooms that stand on a package that is no dependency of ours.
OPTIONAL = {"dicom.testing": "hypothesis", "dicom.plotting": "matplotlib"}

# Without `site`, whose .pth files bring in modules of their own; nothing of the user's environment counts.
PATH = [str(PACKAGE.parent), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]


def run(code: str) -> str:
    """What a fresh interpreter prints; warnings are errors in it too."""
    code = f"import sys; sys.path += {PATH!r}\n{code}"
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def brought_in() -> set[str]:
    """The modules that are there after `import dicom`."""
    return set(run("import dicom\nprint(*sys.modules)").split())


@pytest.mark.parametrize("module", [*modules(), "dicom._core"])
def test_module_imports_alone(module: str) -> None:
    for room, package in OPTIONAL.items():
        if module.startswith(room) and importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    run(f"import {module}")


@pytest.mark.parametrize("name", HEAVY)
def test_import_dicom_does_not_bring_in(name: str, brought_in: set[str]) -> None:
    assert name not in brought_in, f"{name} costs {HEAVY[name]} ms; import it where it is used"


def test_the_list_of_what_came_in_is_real(brought_in: set[str]) -> None:
    assert {"dicom", "sys"} <= brought_in


def test_every_public_name_is_importable() -> None:
    run(
        "import dicom\n"
        "missing = [name for name in dicom.__all__ if not hasattr(dicom, name)]\n"
        "assert not missing, missing\n"
        "assert len(set(dicom.__all__)) == len(dicom.__all__), 'a name stands twice in __all__'\n"
    )


def test_every_public_name_is_listed_by_dir_and_star() -> None:
    run(
        "import dicom\n"
        "assert set(dicom.__all__) <= set(dir(dicom)), set(dicom.__all__) - set(dir(dicom))\n"
        "names = {}\n"
        "exec('from dicom import *', names)\n"
        "assert set(dicom.__all__) <= set(names), set(dicom.__all__) - set(names)\n"
    )


def test_the_logger_is_silent_by_default() -> None:
    code = "from dicom.settings import logger\nlogger().warning('heard by nobody')\nlogger().error('nor this')\n"
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path += {PATH!r}\n{code}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_logger_is_heard_when_logging_is_configured() -> None:
    heard = run(
        "import logging\n"
        "logging.basicConfig(stream=sys.stdout, format='%(name)s %(message)s')\n"
        "from dicom.settings import logger\n"
        "logger().warning('heard')\n"
        "assert len(logger().handlers) == 1\n"
    )
    assert heard == "dicom heard\n"
