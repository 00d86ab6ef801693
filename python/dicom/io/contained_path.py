"""Keep a path that comes from data inside its root: the one place where names in a file become names on the disk.

In: a folder, and the components of a path below it as a file names them. Out: the path, or `OutsideRootError`.
Standard: PS3.10 8.2 (a File ID has components; what they name lies in the File-set), and the rules of file systems.
"""

from __future__ import annotations

import os

from dicom.errors import DicomError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# Names that Windows gives to devices, in any case and with any extension.
_DEVICES = frozenset(
    [
        *("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"),
        *(port + digit for port in ("COM", "LPT") for digit in "0123456789\u00b9\u00b2\u00b3"),
    ]
)
# What Windows takes for a wildcard, a pipe or a redirection. The colon, which names drives, is refused everywhere.
_WINDOWS_SPECIAL = frozenset('<>"|?*')


class OutsideRootError(DicomError, PermissionError):
    """A path from a file that leads, or could lead, out of the folder that it belongs to."""


def contained_path(root: str | os.PathLike[str], components: Iterable[str], *, windows: bool | None = None) -> str:
    """The path of a file below `root`, which needn't exist.

    Links are followed: one that leads out of `root` is refused, one that stays inside isn't. Between this look and
    the opening of the file somebody who may write to the folder could still exchange a link; against that no check
    by name helps.

    Parameters
    ----------
    root : str or os.PathLike
        The folder.
    components : iterable of str
        Names, from the outermost folder to the file: ``["PT000000", "IM000000"]``.
    windows : bool, optional
        Whether the rules of Windows hold (devices as ``NUL``, blanks and full stops at the end of a name); by default
        where this runs.

    Returns
    -------
    str
        An absolute path.

    Raises
    ------
    OutsideRootError
        There is no component, one is not a plain name, or the path leads out of `root`.

    Examples
    --------
    >>> import os
    >>> contained_path(os.curdir, ["PT000000", "IM000000"]) == os.path.abspath(os.path.join("PT000000", "IM000000"))
    True
    >>> contained_path(os.curdir, ["..", "secret"])
    Traceback (most recent call last):
    dicom.io.contained_path.OutsideRootError: component 1 of 2 of a path goes up, or nowhere
    """
    on_windows = os.name == "nt" if windows is None else windows
    names = [components] if isinstance(components, str) else list(components)
    if not names:
        raise OutsideRootError("a path without components names the folder itself, not a file in it")
    for number, name in enumerate(names, 1):
        problem = _problem_of(name, on_windows)
        if problem is not None:
            raise OutsideRootError(f"component {number} of {len(names)} of a path {problem}")
    folder = os.path.abspath(os.fspath(root))
    path = os.path.join(folder, *names)
    real_root, real_path = os.path.realpath(folder), os.path.realpath(path)
    if not _is_below(real_path, real_root):
        raise OutsideRootError(f"a path of {len(names)} components follows a link out of the folder that it belongs to")
    return path


def is_inside(root: str | os.PathLike[str], path: str | os.PathLike[str]) -> bool:
    """Whether `path`, all links followed, lies below `root`."""
    return _is_below(os.path.realpath(os.fspath(path)), os.path.realpath(os.fspath(root)))


def _is_below(real_path: str, real_root: str) -> bool:
    path, root = os.path.normcase(real_path), os.path.normcase(real_root)
    return path != root and path.startswith(root if root.endswith(os.sep) else root + os.sep)


def _problem_of(name: object, on_windows: bool) -> str | None:
    """What is wrong with one component, without the component itself: it is a value of the file."""
    if not isinstance(name, str):
        return "is no text"
    if name.strip(" .") == "":
        # Windows drops blanks and full stops at the end: ".. " is ".." there.
        return "goes up, or nowhere"
    if "/" in name or "\\" in name:
        return "holds a separator"
    if ":" in name:
        return "holds a colon, which names a drive or a stream of a file"
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in name):
        return "holds a control character"
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return "has a character that the file system can't name"
    return _problem_on_windows(name) if on_windows else None


def _problem_on_windows(name: str) -> str | None:
    if name[-1] in " .":
        return "ends with a blank or a full stop, which Windows drops"
    if name.split(".", 1)[0].rstrip(" ").upper() in _DEVICES:
        return "names a device of Windows"
    if not _WINDOWS_SPECIAL.isdisjoint(name):
        return "has a character that Windows keeps for itself"
    return None
