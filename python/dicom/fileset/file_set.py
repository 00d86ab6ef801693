"""`FileSet`: a folder of DICOM files with a directory, the DICOMDIR.

In: an existing DICOMDIR, instances to add and remove. Out: the instances and what the directory says of them; changes
wait ("are staged") until `write` brings them to the disk. Standard: PS3.10 8, PS3.3 annex F.
"""

from __future__ import annotations

import os
import pathlib

from dicom.dataset import Dataset
from dicom.dataset.read import read
from dicom.uid import MediaStorageDirectoryStorage, generate_uid

from .errors import FileSetError, MissingKeyError, NotListedError
from .file_id import MOST_COMPONENTS
from .file_instance import FileInstance
from .own_elements import OwnElements
from .record_node import RecordNode, RootNode
from .recorders import records_of
from .staging import StagingFolder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from dicom.finding import Finding
    from dicom.io.progress import Progress

    Source = Dataset | str | os.PathLike[str]

_MOST_ANCESTORS = MOST_COMPONENTS - 1
_NOTHING = "(no value available)"


class FileSet(OwnElements):
    """A File-set.

    >>> from dicom.fileset import FileSet
    >>> file_set = FileSet()
    >>> instance = file_set.add("mr.dcm")
    >>> instance.FileID.replace(os.sep, "/"), instance.Modality, len(file_set)
    ('PT000000/ST000000/SE000000/IM000000', 'MR', 1)

    Parameters
    ----------
    ds : Dataset, str or os.PathLike, optional
        The DICOMDIR to load: its data set, its path, or the folder that it lies in.

    Attributes
    ----------
    findings : list of Finding
        What was wrong with the directory that was loaded, and tolerated.
    """

    def __init__(self, ds: Source | None = None) -> None:
        self._staging = StagingFolder()
        self._begin()
        if ds is not None:
            self.load(ds)

    def _begin(self) -> None:
        self._tree = RootNode(self)
        self._by_uid: dict[str, FileInstance] = {}
        self._dataset: Dataset | None = None  # the DICOMDIR as it is on the disk
        self._root: str | None = None
        self._directory_name = "DICOMDIR"
        self._id = None
        self._uid = generate_uid()
        self._descriptor_file_id = None
        self._descriptor_character_set = None
        self._is_changed = False
        self._leftovers: set[tuple[str, ...]] = set()  # files that the DICOMDIR doesn't name any more
        self.findings: list[Finding] = []

    def clear(self) -> None:
        """Forget all: what is staged, the instances, and the folder. No file of the File-set is touched."""
        self._staging.clear()
        self._begin()

    # --- where it is, and what is staged -----------------------------------------------------------------------------

    @property
    def path(self) -> str | None:
        """Absolute path of the root folder; None for a File-set that was not written yet."""
        return self._root

    @property
    def root_path(self) -> pathlib.Path:
        """The same as a `pathlib.Path`; AttributeError when there is none."""
        if self._root is None:
            raise MissingKeyError("the File-set has no root folder yet: write it first")
        return pathlib.Path(self._root)

    @property
    def is_staged(self) -> bool:
        """Whether it is new, or there are changes to write."""
        return self._dataset is None or self._is_changed or any(one.is_staged for one in self._all_instances())

    def _all_instances(self) -> Iterator[FileInstance]:
        """Those too that wait to be removed."""
        return (node.instance for node in self._tree if node.instance is not None)

    def __iter__(self) -> Iterator[FileInstance]:
        """The instances in the order of the tree, without those that wait to be removed."""
        return iter([instance for instance in self._all_instances() if not instance.for_removal])

    def __len__(self) -> int:
        return sum(not instance.for_removal for instance in self._all_instances())

    def __str__(self) -> str:
        values = (
            ("Root directory", self.path),
            ("File-set ID", self.ID),
            ("File-set UID", self.UID),
            ("Descriptor file ID", self.descriptor_file_id),
            ("Descriptor file character set", self.descriptor_character_set),
        )
        lines = ["DICOM File-set", *(f"  {name}: {value or _NOTHING}" for name, value in values)]
        changes = self._staged_changes()
        if changes:
            lines.append(f"  Changes staged for write(): {', '.join(changes)}")
        tree = self._tree.prettify()
        if tree:
            lines += ["", "  Managed instances:", *(f"    {line}" for line in tree)]
        return "\n".join(lines)

    def _staged_changes(self) -> list[str]:
        if not self.is_staged:
            return []
        instances = list(self._all_instances())
        additions = sum(instance.for_addition for instance in instances)
        removals = sum(instance.for_removal for instance in instances)
        changes = ["DICOMDIR creation" if self._dataset is None else "DICOMDIR update"]
        if any(instance.for_moving for instance in instances):
            changes.append("directory structure update")
        if additions:
            changes.append(f"{additions} addition{'' if additions == 1 else 's'}")
        if removals:
            changes.append(f"{removals} removal{'' if removals == 1 else 's'}")
        return changes

    # --- reading -----------------------------------------------------------------------------------------------------

    def load(self, ds_or_path: Source, include_orphans: bool = True, raise_orphans: bool = False) -> None:
        """Load an existing File-set; what was loaded or staged before is forgotten.

        A File-set whose folders are named otherwise than `write` names them is staged to be moved.

        Parameters
        ----------
        ds_or_path : Dataset, str or os.PathLike
            The DICOMDIR: its data set, its path, or the folder that it lies in.
        include_orphans : bool, default True
            Take in the files of records that no chain of offsets reaches: their place in the tree is told from the
            files themselves.
        raise_orphans : bool, default False
            Raise when there are such records.

        Raises
        ------
        ValueError
            It is no DICOMDIR, or there are orphans and `raise_orphans` is True.
        PermissionError
            A record leads out of the folder.
        TypeError, FileNotFoundError
            The data set doesn't say where its files are, or is no longer there.

        Notes
        -----
        Offsets that lead nowhere or in a circle, records without type or key and files that are missing are named in
        `findings`, and by one warning.
        """
        from .opening import open_directory

        loaded = open_directory(FileSet(), ds_or_path, include_orphans, raise_orphans)
        self.clear()
        for name, value in vars(loaded).items():
            if name != "_staging":
                setattr(self, name, value)
        self._tree._file_set = self

    @classmethod
    def from_folder(
        cls,
        folder: str | os.PathLike[str],
        *,
        on_error: Callable[[str, Exception], object] | None = None,
        progress: Progress | bool | None = None,
    ) -> FileSet:
        """A new File-set of the files that lie in a folder already; ``write(use_existing=True)`` makes its DICOMDIR.

        Parameters
        ----------
        folder : str or os.PathLike
            The root, whose files need names that are File IDs (PS3.10 8.5): `add_folder` is for others.
        on_error : callable, optional
            Called with path and error for each file that can't be taken; without it the first error is raised.
        progress : callable or bool, optional
            Called with how many files were read and how many there are; True draws a bar on a terminal.
        """
        from .folder import take_folder_as_it_is

        file_set = cls()
        take_folder_as_it_is(file_set, os.path.abspath(folder), on_error, progress)
        return file_set

    # --- changing ----------------------------------------------------------------------------------------------------

    def add(self, ds_or_path: Source) -> FileInstance:
        """Stage an instance for addition; one that waits to be removed stays instead.

        Parameters
        ----------
        ds_or_path : Dataset, str or os.PathLike
            The instance. A copy is kept until it is written: of a file its bytes as they are.

        Returns
        -------
        FileInstance
            The instance; the one that is there already, if its SOP Instance UID is.

        Raises
        ------
        ValueError
            It lacks what a directory record has to have.
        AttributeError
            It has no SOP Instance UID, SOP Class UID or File Meta Information.
        InvalidDicomError, OSError
            The file is no DICOM, or can't be read.
        """
        return self._add(self._header_of(ds_or_path), ds_or_path)

    def _add(self, dataset: Dataset, source: Source) -> FileInstance:
        known = self._known(dataset)
        return self._place(dataset, source, self._nodes_of(dataset)) if known is None else known

    def add_custom(self, ds_or_path: Source, leaf: RecordNode) -> FileInstance:
        """Stage an instance for addition, with directory records made by the caller.

        Parameters
        ----------
        ds_or_path : Dataset, str or os.PathLike
            The instance.
        leaf : RecordNode
            The record that shall refer to it, with those above it as its parents: at most seven. Elements of group
            0004 that it needs are added.

        Returns
        -------
        FileInstance
            The instance; the one that is there already, if its SOP Instance UID is.

        Raises
        ------
        ValueError
            There are more than seven records above `leaf`.
        """
        if len(leaf.ancestors) > _MOST_ANCESTORS:
            raise FileSetError("a leaf has at most 7 nodes above it: a File ID has 8 components (PS3.3 F.3.2.2)")
        dataset = self._header_of(ds_or_path)
        known = self._known(dataset)
        return self._place(dataset, ds_or_path, leaf) if known is None else known

    def add_folder(
        self,
        folder: str | os.PathLike[str],
        *,
        on_error: Callable[[str, Exception], object] | None = None,
        progress: Progress | bool | None = None,
    ) -> list[FileInstance]:
        """Stage all DICOM files below a folder for addition, in the order of their names.

        Parameters
        ----------
        folder : str or os.PathLike
            The folder; links to folders aren't followed, and what is a DICOMDIR is left out.
        on_error : callable, optional
            Called with path and error for each file that can't be added; without it the first error is raised.
        progress : callable or bool, optional
            Called with how many files were read and how many there are; True draws a bar on a terminal.

        Returns
        -------
        list of FileInstance
            Those that were added, or were there already.
        """
        from .folder import for_each_file

        added: list[FileInstance] = []

        def add(path: str) -> None:
            header = self._header_of(path)
            if not is_directory(header):
                added.append(self._add(header, path))

        for_each_file(os.fspath(folder), add, on_error, progress)
        return added

    def remove(self, instance: FileInstance | list[FileInstance]) -> None:
        """Stage instances for removal; those that wait to be added are forgotten.

        Parameters
        ----------
        instance : FileInstance or list of FileInstance
            What to remove. The files are deleted by `write`.

        Raises
        ------
        ValueError
            One isn't in the File-set; none is removed then.
        """
        chosen = instance if isinstance(instance, list) else [instance]
        for one in chosen:
            if not isinstance(one, FileInstance) or one.for_removal or not self._has(one):
                raise NotListedError("no such instance in the File-set")
        for one in chosen:
            if one.for_addition:
                self._forget_addition(one)
            else:
                one._for_removal = True

    def _has(self, instance: FileInstance) -> bool:
        node = instance.node
        return node.instance is instance and node.root is self._tree and node is not self._tree

    def _forget_addition(self, instance: FileInstance) -> None:
        self._tree.remove(instance.node)
        if instance._staged_path is not None:
            self._staging.drop(instance._staged_path)
        instance._staged_path = None
        if self._by_uid.get(instance.SOPInstanceUID) is instance:
            del self._by_uid[instance.SOPInstanceUID]

    def _header_of(self, source: Source) -> Dataset:
        if isinstance(source, (str, os.PathLike)):
            return read(source, stop_before_pixels=True)
        if not isinstance(source, Dataset):
            raise TypeError(f"a data set or a path can be added to a File-set, not {type(source).__name__}")
        # Records take elements over as they were read: what the caller changes later isn't theirs.
        return source.copy()

    def _known(self, dataset: Dataset) -> FileInstance | None:
        """The instance of the same SOP Instance UID; what was staged for removal stays then."""
        uid = dataset.get("SOPInstanceUID")
        if not uid:
            raise MissingKeyError("the instance has no SOP Instance UID (0008,0018)", tag=0x00080018)
        known = self._by_uid.get(str(uid))
        if known is not None:
            known._for_removal = False
        return known

    def _nodes_of(self, dataset: Dataset) -> RecordNode:
        """The leaf for an instance, with the nodes above it."""
        *above, own = records_of(dataset)
        _refer(own, dataset)
        node: RecordNode | None = None
        for record in above:
            below = _new_node(record)
            below.parent = node
            node = below
        leaf = _new_node(own)
        leaf.parent = node
        return leaf

    def _place(self, dataset: Dataset, source: Source, leaf: RecordNode) -> FileInstance:
        """Put an instance that waits to be written into the tree."""
        _refer(leaf._record, dataset)
        staged = self._staging.take(source)
        instance = FileInstance(leaf)
        instance._staged_path = staged
        leaf.instance = instance
        self._tree.add(leaf)
        self._by_uid.setdefault(instance.SOPInstanceUID, instance)
        return instance

    # --- looking for instances ---------------------------------------------------------------------------------------

    def find(self, load: bool = False, **kwargs: Any) -> list[FileInstance]:
        """The instances whose elements have certain values.

        Parameters
        ----------
        load : bool, default False
            Look into the files, not only into the records of the directory.
        **kwargs
            Keywords and values: ``PatientID="1"``. All have to be equal.

        Raises
        ------
        ValueError
            A name is no keyword.
        """
        from . import search

        return search.find(self, load, kwargs)

    def find_values(
        self,
        elements: str | int | list[str | int],
        instances: list[FileInstance] | None = None,
        load: bool = False,
    ) -> list[Any] | dict[str | int, list[Any]]:
        """The values that elements have, each once.

        Parameters
        ----------
        elements : str, int, or list of these
            A keyword or tag, or several.
        instances : list of FileInstance, optional
            Where to look; in all by default.
        load : bool, default False
            Look into the files, not only into the records of the directory.

        Returns
        -------
        list, or dict of lists
            The values of one element; for a list of elements a dict with the elements as keys.
        """
        from . import search

        keys = elements if isinstance(elements, list) else [elements]
        found = search.find_values(self if instances is None else instances, keys, load)
        return found if isinstance(elements, list) else found[elements]

    # --- writing -----------------------------------------------------------------------------------------------------

    def write(
        self,
        path: str | os.PathLike[str] | None = None,
        use_existing: bool = False,
        force_implicit: bool = False,
        *,
        overwrite: bool = False,
        progress: Progress | bool | None = None,
    ) -> None:
        """Bring the File-set, or what is staged, to the disk.

        Files are named by patient, study, series and instance: ``PT000000/ST000000/SE000000/IM000000``. The directory
        comes last, in one step; only then files are deleted that it doesn't name any more. What fails before leaves
        the File-set that was there, and so does the end of the program at any point.

        Parameters
        ----------
        path : str or os.PathLike, optional
            The root folder of a new File-set.
        use_existing : bool, default False
            Leave the files where they are, and write the directory only (and delete what is staged for removal).
        force_implicit : bool, default False
            Encode the DICOMDIR in Implicit VR Little Endian, which the standard doesn't allow.
        overwrite : bool, default False
            Whether a DICOMDIR and files that are not the File-set's own may be replaced.
        progress : callable or bool, optional
            Called with how many files were written and how many there are; True draws a bar on a terminal.

        Raises
        ------
        ValueError
            A new File-set needs `path`, and an existing one mustn't have it; or there are additions and
            `use_existing` is True.
        FileExistsError
            Files stand in the way that are not the File-set's own, and `overwrite` is False.
        OSError
            The disk is full, ...; the File-set is as it was.
        """
        from .writing import write_changes

        write_changes(self, path, use_existing, force_implicit, overwrite, progress)

    def copy(
        self,
        path: str | os.PathLike[str],
        force_implicit: bool = False,
        *,
        overwrite: bool = False,
        progress: Progress | bool | None = None,
    ) -> FileSet:
        """Write the File-set, with what is staged, to another folder; this one stays as it is, staged changes too.

        Parameters
        ----------
        path : str or os.PathLike
            The root folder of the copy.
        force_implicit : bool, default False
            Encode the DICOMDIR in Implicit VR Little Endian, which the standard doesn't allow.
        overwrite : bool, default False
            Whether files that are there may be replaced.
        progress : callable or bool, optional
            Called with how many files were written and how many there are; True draws a bar on a terminal.

        Returns
        -------
        FileSet
            The copy, loaded from where it was written.

        Raises
        ------
        ValueError
            `path` is the File-set's own.
        FileExistsError
            There is a DICOMDIR already, or a file stands in the way, and `overwrite` is False.
        """
        from .writing import write_copy

        return FileSet(write_copy(self, os.path.abspath(path), force_implicit, overwrite, progress))


def _refer(record: Dataset, dataset: Dataset) -> None:
    """Let a record refer to an instance, whose place isn't known yet."""
    meta = dataset._file_meta_if_any()
    syntax = None if meta is None else meta.get("TransferSyntaxUID")
    if not syntax:
        raise MissingKeyError(
            "the instance has no File Meta Information with a Transfer Syntax UID (0002,0010): a File-set holds files "
            "of PS3.10; writing it with enforce_file_format=True makes one",
            tag=0x00020010,
        )
    for keyword in ("SOPClassUID", "SOPInstanceUID"):
        if not dataset.get(keyword):
            raise MissingKeyError(f"the instance has no {keyword}")
    record.ReferencedFileID = None
    record.ReferencedSOPClassUIDInFile = dataset.SOPClassUID
    record.ReferencedSOPInstanceUIDInFile = dataset.SOPInstanceUID
    record.ReferencedTransferSyntaxUIDInFile = syntax


def _new_node(record: Dataset) -> RecordNode:
    try:
        return RecordNode(record)
    except MissingKeyError as error:
        raise FileSetError(f"no {record.DirectoryRecordType} record can be made: {error}", tag=error.tag) from error


def is_directory(dataset: Dataset) -> bool:
    """Whether a data set says of itself that it is a DICOMDIR."""
    meta = dataset._file_meta_if_any()
    return meta is not None and meta.get("MediaStorageSOPClassUID") == MediaStorageDirectoryStorage
