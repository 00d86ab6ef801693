"""Found by interpreters that a program started which stands on the drop-in: it gets them to stand on it too.

In: the environment variable ``DICOM_AS_PYDICOM``. Out: `import pydicom` gives `dicom.compat`. The folder of this file
is put in front of ``PYTHONPATH`` by `dicom.as_pydicom`; the ``sitecustomize`` that it hides, if there is one, is run.

Nothing of the library is imported before a program asks for pydicom: most children never do, and some are of another
Python that can't.
"""
# ruff: noqa: INP001 - no package: the interpreter imports it by this very name

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.machinery import ModuleSpec
    from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__))


class _OnDemand:
    """Gives way to the finder of `dicom.as_pydicom` as soon as pydicom is asked for."""

    stands_in_for_pydicom = True

    def find_spec(self, name: str, path: Any = None, target: object = None) -> ModuleSpec | None:
        finder = self._installed() if name == "pydicom" else None
        found: ModuleSpec | None = None if finder is None else finder.find_spec(name, path, target)
        return found

    def find_distributions(self, context: Any = None) -> Iterable[Any]:
        finder = self._installed() if getattr(context, "name", None) == "pydicom" else None
        return () if finder is None else tuple(finder.find_distributions(context))

    def invalidate_caches(self) -> None:
        """Nothing is cached."""

    def _installed(self) -> Any:
        """The finder that does the work, installed in the place of this one; None where the library can't be had."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        from importlib import import_module

        try:
            try:
                module = import_module("dicom.as_pydicom")
            except ModuleNotFoundError:
                # The parent had the package from a place that this interpreter doesn't search.
                sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(_HERE))))
                module = import_module("dicom.as_pydicom")
        except (ImportError, SyntaxError) as error:
            from warnings import warn

            warn(
                f"DICOM_AS_PYDICOM is set, but this interpreter can't import dicom: {error}",
                RuntimeWarning,
                stacklevel=2,
            )
            return None
        module.install_as_pydicom()
        return module.finder


def _install() -> None:
    if os.environ.get("DICOM_AS_PYDICOM", "") not in ("", "0"):
        sys.meta_path.insert(0, _OnDemand())


def _run_hidden() -> None:
    """Run the sitecustomize that would have been found without this folder, and put it in this one's place."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    places = [place for place in sys.path if os.path.abspath(place) != _HERE]
    spec = PathFinder.find_spec("sitecustomize", places)
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


if __name__ == "sitecustomize":
    _install()
    _run_hidden()
