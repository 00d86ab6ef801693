"""Found by interpreters that a program started which stands on the drop-in: it gets them to stand on it too.

In: the environment variable ``DICOM_AS_PYDICOM``. Out: `import pydicom` gives `dicom.compat`. The folder of this file
is put in front of ``PYTHONPATH`` by `dicom.as_pydicom`; the ``sitecustomize`` that it hides, if there is one, is run.
"""
# ruff: noqa: INP001 - no package: the interpreter imports it by this very name

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

_HERE = os.path.dirname(os.path.abspath(__file__))


def _install() -> None:
    if os.environ.get("DICOM_AS_PYDICOM", "") in ("", "0"):
        return
    from importlib import import_module

    packages = os.path.dirname(os.path.dirname(os.path.dirname(_HERE)))
    try:
        module = import_module("dicom.as_pydicom")
    except ModuleNotFoundError:
        # The parent had the package from a place that the child doesn't search.
        sys.path.append(packages)
        module = import_module("dicom.as_pydicom")
    module.install_as_pydicom()


def _run_hidden() -> ModuleType | None:
    """Run the sitecustomize that would have been found without this folder, and put it in this one's place."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    places = [place for place in sys.path if os.path.abspath(place) != _HERE]
    spec = PathFinder.find_spec("sitecustomize", places)
    if spec is None or spec.loader is None:
        return None
    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "sitecustomize":
    _install()
    _run_hidden()
