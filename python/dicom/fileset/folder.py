"""All DICOM files of a folder, for a File-set.

In: a folder. Out: each of its files, taken one after the other, with a word on how far it is. Links to folders aren't
followed, so that no circle of links is walked and nothing outside comes in unasked.
"""

from __future__ import annotations

import os

from dicom.dataset.read import read
from dicom.io.progress import reporter

from .errors import FileSetError
from .file_id import are_conformant
from .file_instance import FileInstance
from .file_set import _refer, is_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dicom.io.progress import Progress

    from .file_set import FileSet

    OnError = Callable[[str, Exception], object] | None


def files_below(folder: str) -> list[str]:
    """Paths of the regular files below a folder, in the order of their names, without those named DICOMDIR."""
    if not os.path.isdir(folder):
        raise NotADirectoryError(20, "Not a directory", folder)
    found = []
    for parent, folders, names in os.walk(folder):
        folders.sort()
        paths = (os.path.join(parent, name) for name in sorted(names) if name.upper() != "DICOMDIR")
        found += [path for path in paths if os.path.isfile(path)]
    return found


def for_each_file(
    folder: str, act: Callable[[str], object], on_error: OnError, progress: Progress | bool | None
) -> None:
    """Act on each file of a folder; an error goes to `on_error`, or ends it."""
    paths = files_below(folder)
    report = reporter(progress, "reading")
    for number, path in enumerate(paths, 1):
        try:
            act(path)
        except Exception as error:
            if on_error is None:
                raise
            on_error(path, error)
        report(number, len(paths))


def take_folder_as_it_is(file_set: FileSet, folder: str, on_error: OnError, progress: Progress | bool | None) -> None:
    """Make a new File-set of the files that lie in its root already."""
    file_set._root = os.path.realpath(folder)

    def take(path: str) -> None:
        location = tuple(os.path.relpath(path, folder).split(os.sep))
        dataset = read(path, stop_before_pixels=True)
        if is_directory(dataset):
            return
        if not are_conformant(location):
            raise FileSetError(
                "a File ID has at most 8 components of at most 8 characters A-Z, 0-9 and _ (PS3.10 8.5); "
                "add_folder, and write to another folder, name the files anew",
                path=path,
            )
        if file_set._known(dataset) is not None:
            raise FileSetError("a file with the same SOP Instance UID is in the File-set already", path=path)
        leaf = file_set._nodes_of(dataset)
        _refer(leaf._record, dataset)
        instance = FileInstance(leaf)
        instance._location = location
        leaf.instance = instance
        file_set._tree.add(leaf)
        file_set._by_uid.setdefault(instance.SOPInstanceUID, instance)

    for_each_file(folder, take, on_error, progress)
