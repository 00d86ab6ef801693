"""Stand in for pydicom: `import pydicom`, in programs that know nothing of this library, gives `dicom.compat`.

In: a program that was written for pydicom 3. Out: the same program, on this library::

    python -m dicom.as_pydicom script.py arguments...
    python -m dicom.as_pydicom -m module arguments...
    python -m dicom.as_pydicom -c "code" arguments...

or, at the top of the program itself, ``import dicom; dicom.install_as_pydicom()``.

`pydicom.X` and `dicom.compat.X` are the same module. Processes that the program starts stand on us as well: the
environment variable ``DICOM_AS_PYDICOM=1`` says so, and a folder of this package, which is put in front of
``PYTHONPATH``, holds the ``sitecustomize`` that asks for it when an interpreter starts. So nothing has to be written
among the installed packages, and a checkout of the sources does it as an installed wheel does. Interpreters that are
told to leave their environment alone (``-E``, ``-I``, ``-S``) don't see it. ``DICOM_AS_PYDICOM=0`` takes a child out.
``python -m dicom.as_pydicom --path`` prints the folder, for whoever sets both variables by hand.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec

from dicom.errors import DicomError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import CodeType, ModuleType
    from typing import Any

_ALIAS, _OURS = "pydicom", "dicom.compat"
VARIABLE = "DICOM_AS_PYDICOM"
# Holds nothing but sitecustomize.py, so that it can stand on the path of any program.
_SITE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "compat", "_site")


class DropInError(DicomError, ImportError):
    """The drop-in can't take the place of pydicom: it was imported already."""


def _our_name(name: str) -> str | None:
    """The name of our module for one of pydicom's; None for any other."""
    if name == _ALIAS or name.startswith(_ALIAS + "."):
        return _OURS + name[len(_ALIAS) :]
    return None


class _Loader:
    """Gives the module of `dicom.compat` itself under its second name."""

    def __init__(self, spec: ModuleSpec) -> None:
        self._spec = spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(self._spec.name)
        self._own_spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        # Importing wrote the second name's spec into the module: it keeps its own.
        module.__spec__ = self._own_spec

    # What runpy (`python -m`), linecache and pkgutil ask a loader for.

    def get_code(self, name: str) -> CodeType | None:
        code: CodeType | None = self._of_source("get_code")
        return code

    def get_source(self, name: str) -> str | None:
        source: str | None = self._of_source("get_source")
        return source

    def get_filename(self, name: str) -> str | None:
        return self._spec.origin

    def is_package(self, name: str) -> bool:
        return self._spec.submodule_search_locations is not None

    def _of_source(self, method: str) -> Any:
        asked = getattr(self._spec.loader, method, None)
        return None if asked is None else asked(self._spec.name)


class _Finder:
    """Finds `pydicom`, its modules, and what `importlib.metadata` asks about its distribution."""

    stands_in_for_pydicom = True

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        ours = _our_name(name)
        if ours is None:
            return None
        from importlib.util import find_spec

        found = find_spec(ours)
        if found is None:
            return None
        spec = ModuleSpec(name, _Loader(found), origin=found.origin)  # type: ignore[arg-type]
        spec.has_location = found.has_location
        spec.submodule_search_locations = found.submodule_search_locations
        return spec

    def find_distributions(self, context: Any = None) -> Iterable[Any]:
        name = getattr(context, "name", None)
        if name is not None and name.lower().replace("_", "-").replace(".", "-") != _ALIAS:
            return ()
        distribution: Any = import_module(_OURS + "._distribution")
        return (distribution.PydicomDistribution(),)

    def invalidate_caches(self) -> None:
        """Nothing is cached."""


finder = _Finder()


def is_installed() -> bool:
    """Whether `import pydicom` gives this library."""
    return any(one is finder for one in sys.meta_path)


def _refuse_the_real_one() -> None:
    for name, module in list(sys.modules.items()):
        ours = _our_name(name)
        if ours is not None and module is not None and module is not sys.modules.get(ours):
            raise DropInError(
                "pydicom itself is imported already, so this library can't take its place: call "
                "dicom.install_as_pydicom() before anything imports pydicom, or run the program by "
                "'python -m dicom.as_pydicom'",
                path=getattr(sys.modules.get(_ALIAS, module), "__file__", None),
            )


def install_as_pydicom(*, child_processes: bool = True) -> None:
    """Let `import pydicom`, and every module of it, give this library, until `uninstall_as_pydicom`.

    Calling it again does no harm. It begins with the switches as pydicom has them (`dicom.compat.config`): a value that
    breaks its VR's rules is a warning when it is written, too.

    Parameters
    ----------
    child_processes : bool, default True
        Let the processes that this one starts do so as well, by ``DICOM_AS_PYDICOM`` and ``PYTHONPATH``.

    Raises
    ------
    DropInError
        pydicom itself was imported before (an ImportError too).
    """
    if not is_installed():
        _refuse_the_real_one()
        sys.meta_path.insert(0, finder)
        switches: Any = import_module(_OURS + ".config")
        switches._begin()
    if child_processes:
        os.environ[VARIABLE] = "1"
        parts = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        if _SITE not in parts:
            os.environ["PYTHONPATH"] = os.pathsep.join([_SITE, *filter(None, parts)])


def uninstall_as_pydicom() -> None:
    """Take back what `install_as_pydicom` did: pydicom is again the package of that name, or none.

    Modules of `dicom.compat` that a program holds go on working; the switches are the library's own again.
    """
    # In a child that never asked for pydicom, it is the finder of our sitecustomize that would.
    sys.meta_path[:] = [one for one in sys.meta_path if one is finder or not hasattr(one, "stands_in_for_pydicom")]
    if is_installed():
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if _our_name(name) is not None]:
            del sys.modules[name]
        switches: Any = import_module(_OURS + ".config")
        switches._end()
    parts = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if _SITE in parts:
        os.environ.pop(VARIABLE, None)
        rest = os.pathsep.join(part for part in parts if part and part != _SITE)
        if rest:
            os.environ["PYTHONPATH"] = rest
        else:
            del os.environ["PYTHONPATH"]


_USAGE = "usage: python -m dicom.as_pydicom (script.py | -m module | -c code) [arguments...] | --path"


def main(arguments: list[str] | None = None) -> int:
    """Run a program for which `import pydicom` gives this library.

    Parameters
    ----------
    arguments : list of str, optional
        Those of the command line: a script, ``-m`` and a module, or ``-c`` and code, then what the program gets; or
        ``--path``.

    Returns
    -------
    int
        2 when no program was named; else the program itself ends this, or 0.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["--path"]:
        sys.stdout.write(_SITE + "\n")
        return 0
    if not given or given[0] in ("-h", "--help") or (given[0] in ("-m", "-c") and len(given) < 2):
        stream = sys.stdout if given[:1] in (["-h"], ["--help"]) else sys.stderr
        stream.write(_USAGE + "\n")
        return 0 if stream is sys.stdout else 2
    install_as_pydicom()
    if given[0] == "-m":
        _run_module(given[1], given[2:])
    elif given[0] == "-c":
        sys.argv = ["-c", *given[2:]]
        _run(compile(given[1], "<string>", "exec"), None)
    else:
        _run_path(given[0], given[1:])
    return 0


def _run_module(name: str, arguments: list[str]) -> None:
    from runpy import run_module

    sys.argv = [name, *arguments]  # runpy puts the module's path in the place of its name
    run_module(name, run_name="__main__", alter_sys=True)


def _run_path(path: str, arguments: list[str]) -> None:
    sys.argv = [path, *arguments]
    if os.path.isdir(path) or path.endswith((".zip", ".pyz")):
        from runpy import run_path

        run_path(path, run_name="__main__")
        return
    if not sys.flags.safe_path:
        sys.path[0] = os.path.dirname(os.path.realpath(path))
    with open(path, "rb") as file:
        source = file.read()
    _run(compile(source, path, "exec"), path)


def _run(code: CodeType, path: str | None) -> None:
    """Run code as ``__main__``, which stays there, so that threads, pickles and `multiprocessing` find it."""
    import builtins
    from types import ModuleType

    module = ModuleType("__main__")
    module.__dict__["__builtins__"] = builtins
    if path is not None:
        module.__file__ = path
    sys.modules["__main__"] = module
    exec(code, module.__dict__)


if __name__ == "__main__":
    # By the module's own name, so that its state is found there by whoever imports it later.
    sys.exit(import_module("dicom.as_pydicom").main())
