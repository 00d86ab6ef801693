"""Put a new file in the place of an old one, so that at each moment one of the two is there, whole.

In: a path, and what makes a file. Out: nothing. The new file is made beside the target, its bytes are brought to the
disk, and only then it takes the target's name, which the file system does in one step; then the folder is brought to
the disk too. What ends the program on the way leaves the old file, and at worst a hidden one beside it.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# File systems allow 255 bytes; the rest is for what we add.
_LONGEST_NAME = 200


def replace_file(path: str, make: Callable[[str, int], None], *, overwrite: bool = True) -> None:
    """Replace or create the file at `path`.

    Parameters
    ----------
    path : str
        A link is followed: what it points to is replaced. The mode of an old file stays, and its owner where the
        system lets us.
    make : callable
        Given the path of a file that isn't there yet and its mode: makes it, and brings its bytes to the disk.
    overwrite : bool, default True
        Whether there may be a file already.

    Raises
    ------
    FileExistsError
        There is one, and `overwrite` is False.
    OSError
        The folder can't be written to, the disk is full, ...; the old file is still there.
    """
    try:
        _replace(path, make, overwrite)
    except OSError as error:
        # The caller knows nothing of the file beside the target.
        if error.errno is None or _is_of_another(error, path):
            raise
        raise OSError(error.errno, error.strerror, path) from error


def _is_of_another(error: OSError, path: str) -> bool:
    """Whether it is about a file that was read on the way: neither the target nor the hidden one beside it."""
    if not isinstance(error.filename, str):
        return False
    target, named = os.path.realpath(path), os.path.abspath(error.filename)
    return named != target and (os.path.dirname(named) != os.path.dirname(target) or not named.endswith(".tmp"))


def _replace(path: str, make: Callable[[str, int], None], overwrite: bool) -> None:
    if not path:
        # As `open` says it; the real path of nothing is the current folder.
        raise FileNotFoundError(2, "No such file or directory", path)
    target = os.path.realpath(path)
    try:
        old = os.stat(target)
    except FileNotFoundError:
        old = None
    if old is not None and not overwrite:
        raise FileExistsError(17, "File exists", path)
    if old is not None and stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(21, "Is a directory", path)
    folder, name = os.path.split(target)
    short = os.fsdecode(os.fsencode(name)[:_LONGEST_NAME])
    made = os.path.join(folder, f".{short}.{os.urandom(6).hex()}.tmp")
    try:
        make(made, 0o666 if old is None else stat.S_IMODE(old.st_mode))
        if old is not None:
            _keep_owner_and_mode(made, old)
        if overwrite:
            os.replace(made, target)
        else:
            _rename_to_new(made, target)
    except BaseException:
        try:
            os.unlink(made)
        except OSError:
            pass
        raise
    _sync_folder(folder)


def _keep_owner_and_mode(path: str, old: os.stat_result) -> None:
    if hasattr(os, "chown"):
        new = os.stat(path)
        if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
            try:
                os.chown(path, old.st_uid, old.st_gid)
            except OSError:
                pass  # only a privileged user may give a file away; it stays the writer's then
    os.chmod(path, stat.S_IMODE(old.st_mode))


def _rename_to_new(made: str, target: str) -> None:
    """Give `made` the name `target`, unless somebody has taken it meanwhile."""
    try:
        os.link(made, target)
    except (AttributeError, NotImplementedError, PermissionError):
        # A file system without hard links: a moment is left between the look and the step.
        if os.path.lexists(target):
            raise FileExistsError(17, "File exists", target) from None
        os.replace(made, target)
        return
    os.unlink(made)


def _sync_folder(folder: str) -> None:
    """Bring the new name to the disk."""
    try:
        descriptor = os.open(folder or ".", os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    except OSError:
        return  # Windows opens no folders; it keeps names safe itself
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some file systems don't offer it; the file itself is on the disk
    finally:
        os.close(descriptor)
