"""Bring a File-set to the disk so that at each moment a whole one is there.

In: a File-set with what is staged. Out: files and the DICOMDIR. The order: files that are new or move are put (as
links, where the file system has them) to places where none of the old ones stands; then the DICOMDIR is replaced in one
step; then what it doesn't name any more is deleted. Where an old file stands in the way of another, a DICOMDIR
comes between that names the files at places of their own.
Standard: PS3.10 8 (File IDs, the DICOMDIR).
"""

from __future__ import annotations

import errno
import filecmp
import os
import shutil

from dicom.dataset.read import read
from dicom.dataset.write import write
from dicom.io.contained_path import contained_path
from dicom.io.progress import reporter
from dicom.io.replace import replace_file

from .errors import FileSetError, OccupiedError
from .layout import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dicom.dataset import FileDataset
    from dicom.io.progress import Progress

    from .file_instance import FileInstance
    from .file_set import FileSet
    from .layout import Location

    Places = dict[FileInstance, Location]

# Some file systems have no such thing for folders.
_NOT_OFFERED = frozenset((errno.EINVAL, errno.EBADF, errno.EACCES, errno.EPERM, errno.ENOTSUP))


def write_changes(
    file_set: FileSet,
    path: str | os.PathLike[str] | None,
    use_existing: bool,
    force_implicit: bool,
    overwrite: bool,
    progress: Progress | bool | None,
) -> None:
    """Write a File-set to its own folder."""
    is_new = file_set._dataset is None
    if path is not None and file_set._root is not None and (not is_new or os.path.realpath(path) != file_set._root):
        raise FileSetError("the folder of an existing File-set can't be changed: FileSet.copy() writes it to another")
    if path is None and file_set._root is None:
        raise FileSetError("the path of the root folder is needed to write a new File-set")
    layout = Layout(file_set._tree)
    if use_existing and any(instance.for_addition for instance in layout.names):
        raise FileSetError("there are additions staged, which need a place: use_existing takes removals only")
    if not file_set.is_staged:
        return
    root = os.path.realpath(path) if file_set._root is None and path is not None else str(file_set._root)
    target = layout.names if not use_existing else {one: one._location or () for one in layout.names}
    old_files = {one._location for one in file_set._all_instances() if one._location is not None}
    if is_new:
        _ensure_no_directory(root, file_set._directory_name, overwrite)
    os.makedirs(root, exist_ok=True)
    writer = _Writer(file_set, layout, root, old_files, force_implicit, overwrite, reporter(progress, "writing"))
    writer.delete_leftovers()
    directory = writer.bring_to(target)
    _settle(file_set, layout, root, directory, target)
    writer.delete_leftovers()


def write_copy(
    file_set: FileSet, root: str, force_implicit: bool, overwrite: bool, progress: Progress | bool | None
) -> str:
    """Write a File-set to another folder; give the path of its DICOMDIR."""
    if file_set._root is not None and os.path.realpath(root) == os.path.realpath(file_set._root):
        raise FileSetError("a File-set can't be copied to its own folder")
    root = os.path.realpath(root)
    _ensure_no_directory(root, "DICOMDIR", overwrite)
    os.makedirs(root, exist_ok=True)
    layout = Layout(file_set._tree)
    writer = _Writer(file_set, layout, root, None, force_implicit, overwrite, reporter(progress, "copying"))
    writer.bring_to(layout.names)
    return os.path.join(root, "DICOMDIR")


def _ensure_no_directory(root: str, name: str, overwrite: bool) -> None:
    if not overwrite and os.path.lexists(os.path.join(root, name)):
        raise OccupiedError("there is a DICOMDIR already: load that File-set, or say overwrite=True", path=root)


class _Writer:
    """One writing of a File-set.

    `old_files` are the places of the files that the File-set has in `root`; None when it has its files elsewhere.
    """

    def __init__(
        self,
        file_set: FileSet,
        layout: Layout,
        root: str,
        old_files: set[Location] | None,
        force_implicit: bool,
        overwrite: bool,
        report: Callable[[int, int], object],
    ) -> None:
        self._file_set = file_set
        self._layout = layout
        self._root = root
        self._is_own_root = old_files is not None
        self._old_files = old_files or set()
        self._force_implicit = force_implicit
        self._overwrite = overwrite
        self._report = report
        self._made: list[str] = []  # files and folders that weren't there before
        self._made_folders: list[str] = []
        self._unsynced: list[str] = []
        name = file_set._directory_name if self._is_own_root else "DICOMDIR"
        self._directory_path = os.path.join(root, name)
        self._sources: dict[FileInstance, str] = {}  # where files were put on the way
        self._done = 0

    def bring_to(self, target: Places) -> FileDataset:
        """Put the files to their places and write the DICOMDIR; give what was written, as it was read back.

        What the DICOMDIR doesn't name any more is then among the leftovers of the File-set.
        """
        now = {one: one._location if self._is_own_root else None for one in target}
        moving = [one for one in target if now[one] != target[one]]
        in_the_way = self._old_files_in_the_way(target, moving)
        on_the_way = self._places_on_the_way(target, now, in_the_way)
        if on_the_way is not None:
            self._bring(on_the_way, now, len(moving))
            # From here on the disk holds the File-set at these places; if the rest fails it is whole there.
            self._settle_on_the_way(on_the_way)
            self.delete_leftovers()
            now = dict(on_the_way)
        directory = self._bring(target, now, len(moving))
        if self._is_own_root:
            places = {place for place in now.values() if place is not None}
            self._file_set._leftovers |= (self._old_files | places) - set(target.values())
        return directory

    def _bring(self, places: Places, now: dict[FileInstance, Location | None], total: int) -> FileDataset:
        """Put files where nothing stands, and then replace the DICOMDIR; or leave all as it was."""
        self._made, self._made_folders, self._unsynced = [], [], []
        before = self._directory_identity()
        try:
            self._put_all(places, now, total)
            self._sync()
            return self._write_directory(places)
        except BaseException:
            # An interrupt may come when the new DICOMDIR is in its place already: then its files stay.
            if self._directory_identity() == before:
                self._undo()
            raise

    def _directory_identity(self) -> tuple[int, int, int] | None:
        try:
            found = os.stat(self._directory_path)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    # --- what stands in the way --------------------------------------------------------------------------------------

    def _old_files_in_the_way(self, target: Places, moving: list[FileInstance]) -> set[Location]:
        """The files of the File-set that stand where another shall be, or a folder."""
        if not self._is_own_root:
            return set()
        wanted: set[Location] = set()
        for one in moving:
            place = target[one]
            wanted.update(place[:length] for length in range(1, len(place) + 1))
        by_case = {tuple(name.upper() for name in place): place for place in self._old_files}
        return {by_case[place] for place in wanted if place in by_case}

    def _places_on_the_way(
        self, target: Places, now: dict[FileInstance, Location | None], in_the_way: set[Location]
    ) -> Places | None:
        """Places that are free now, for files that stand in the way of others; None when the targets are free."""
        if not in_the_way:
            return None
        folder = self._unused_folder_name()
        places: Places = {}
        for number, one in enumerate(target):
            here, there = now[one], target[one]
            prefixes = {there[:length] for length in range(1, len(there) + 1)}
            if here == there or not prefixes & in_the_way:
                places[one] = there
            elif here is not None and here not in in_the_way:
                places[one] = here
            else:
                places[one] = (folder, f"{number:08d}")
        return places

    def _unused_folder_name(self) -> str:
        number = 0
        while os.path.lexists(os.path.join(self._root, f"TMP{number:05d}")):
            number += 1
        return f"TMP{number:05d}"

    # --- files -------------------------------------------------------------------------------------------------------

    def _put_all(self, places: Places, now: dict[FileInstance, Location | None], total: int) -> None:
        for one, place in places.items():
            if now[one] == place:
                continue
            path = contained_path(self._root, place)
            self._put(self._sources.get(one) or one.path, path, is_link_enough=now[one] is not None)
            self._sources[one] = path
            self._done += 1
            self._report(min(self._done, total), total)

    def _put(self, source: str, path: str, *, is_link_enough: bool) -> None:
        self._make_folders(os.path.dirname(path))
        if os.path.lexists(path):
            if os.path.isfile(path) and filecmp.cmp(source, path, shallow=False):
                return  # what an interrupted writing has left
            if not self._overwrite or os.path.isdir(path):
                raise OccupiedError(
                    "a file that isn't the File-set's stands where one of its own shall be: move it away, or say "
                    "overwrite=True",
                    path=path,
                )
        else:
            self._made.append(path)
            if not (is_link_enough and _link(source, path)):
                _copy(source, path)
                self._unsynced.append(path)
            return
        replace_file(path, lambda made, mode: _copy(source, made, is_synced=True))

    def _make_folders(self, folder: str) -> None:
        missing = []
        while not os.path.isdir(folder):
            if os.path.lexists(folder):
                raise OccupiedError("a file stands where the File-set needs a folder", path=folder)
            missing.append(folder)
            folder = os.path.dirname(folder)
        for path in reversed(missing):
            os.mkdir(path)
            self._made_folders.append(path)

    def _sync(self) -> None:
        """Bring the files to the disk before the DICOMDIR names them: all together, which is quicker."""
        for path in self._unsynced:
            _sync_path(path, os.O_RDWR)  # Windows brings only files to the disk that may be written
        if hasattr(os, "O_DIRECTORY"):
            for folder in {os.path.dirname(path) for path in (*self._made, *self._made_folders)}:
                _sync_path(folder)

    def _write_directory(self, places: Places) -> FileDataset:
        directory = self._layout.directory(self._file_set, places, self._force_implicit)
        write(directory, self._directory_path, enforce_file_format=True)
        return read(self._directory_path)

    def _undo(self) -> None:
        """Take back what was put: the old DICOMDIR is still there, and names none of it."""
        for path in reversed(self._made):
            _remove(os.unlink, path)
        for path in reversed(self._made_folders):
            _remove(os.rmdir, path)

    def delete_leftovers(self) -> None:
        """Delete files that the DICOMDIR doesn't name any more, and the folders that are empty then."""
        folders: set[Location] = set()
        for place in self._file_set._leftovers:
            path = contained_path(self._root, place)
            _remove(os.unlink, path)
            folders.update(place[:length] for length in range(1, len(place)))
        for folder in sorted(folders, key=len, reverse=True):
            _remove(os.rmdir, os.path.join(self._root, *folder))
        self._file_set._leftovers = set()

    def _settle_on_the_way(self, places: Places) -> None:
        for one, place in places.items():
            one._location = place
        for one in self._file_set._all_instances():
            if one.for_removal:
                one._location = None
        self._file_set._leftovers |= self._old_files - set(places.values())
        self._old_files = set(places.values())


def _link(source: str, path: str) -> bool:
    """Give a file a second name; False where the file system has no such thing."""
    try:
        os.link(os.path.realpath(source), path)
    except (OSError, AttributeError, NotImplementedError):
        return False
    return True


def _copy(source: str, made: str, *, is_synced: bool = False) -> None:
    with open(source, "rb") as old, open(made, "xb") as new:
        shutil.copyfileobj(old, new, 1 << 20)
        if is_synced:
            new.flush()
            os.fsync(new.fileno())


def _sync_path(path: str, flags: int = os.O_RDONLY) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise
    finally:
        os.close(descriptor)


def _remove(remove: Callable[[str], None], path: str) -> None:
    """Delete what is no longer needed; what can't be deleted does no harm but to lie about."""
    try:
        remove(path)
    except OSError:
        return


def _settle(file_set: FileSet, layout: Layout, root: str, directory: FileDataset, places: Places) -> None:
    """Let the tree say what is on the disk now."""
    file_set._dataset = directory
    file_set._root = root
    file_set._is_changed = False
    file_id = directory.get("FileSetDescriptorFileID") or None
    file_set._descriptor_file_id = list(file_id) if isinstance(file_id, list) else file_id
    for one in list(file_set._all_instances()):
        if one.for_removal:
            if one.node.children:
                one.node.instance = None
            else:
                file_set._tree.remove(one.node)
            if file_set._by_uid.get(one.SOPInstanceUID) is one:
                del file_set._by_uid[one.SOPInstanceUID]
            one._location = None
    for node, record in zip(layout.nodes, directory.get("DirectoryRecordSequence") or (), strict=True):
        node._set_record(record)
    for one, place in places.items():
        one._location = place
        if one._staged_path is not None:
            file_set._staging.drop(one._staged_path)
            one._staged_path = None
