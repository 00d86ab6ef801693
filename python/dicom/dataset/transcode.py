"""Transcoding: a file, or all files of a folder, into another transfer syntax, in bounded memory.

In: a path, a path, the transfer syntax that is wanted. Out: the files. Frames are read, decoded, encoded and written a
few at a time; a target is made beside its place and takes it when all of it is there, so there is no half file.
Standard: PS3.5 annex A, PS3.10 7, PS3.3 C.7.6.1.1.5.
"""

from __future__ import annotations

import os

from dicom.errors import InvalidDicomError, MissingElementError
from dicom.uid import UID, MediaStorageDirectoryStorage

from .read import read
from .write import write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, Self

    from dicom.io.progress import Progress
    from dicom.pixels.codecs import EncodeOptions
    from dicom.pixels.writing.recode import Recoding

    from .dataset import Dataset

    Path = str | os.PathLike[str]

_PIXELS = (0x7FE00008, 0x7FE00009, 0x7FE00010)
_LARGEST_OFFSET = 2**32 - 1
#: Lossy frames wait here until their ratio is known, which stands before them in the file; beyond it, in a file.
_SPOOL_BYTES = 64 * 2**20


class Transcoded:
    """What became of the files.

    Attributes
    ----------
    written : list of str
        Paths of files whose pixels were brought into the transfer syntax.
    copied : list of str
        Paths of files that were copied byte for byte: they have no pixels, or have them in the transfer syntax already.
    left_out : list of str
        Paths of sources that aren't DICOM, and of a DICOMDIR, which would refer to other files than those written.
    errors : list of (str, Exception)
        Paths of sources that failed, and why; there is no target of theirs.
    """

    __slots__ = ("copied", "errors", "left_out", "written")

    def __init__(self) -> None:
        self.written: list[str] = []
        self.copied: list[str] = []
        self.left_out: list[str] = []
        self.errors: list[tuple[str, Exception]] = []

    def __repr__(self) -> str:
        return (
            f"<Transcoded: {len(self.written)} written, {len(self.copied)} copied, {len(self.left_out)} left out, "
            f"{len(self.errors)} failed>"
        )


class _Order:
    """What is to be done with each file."""

    __slots__ = ("as_rgb", "encoding", "generate_instance_uid", "interpretation", "offset_table", "overwrite", "target")

    target: str
    encoding: EncodeOptions
    interpretation: str | None
    as_rgb: bool
    offset_table: str | None
    generate_instance_uid: bool | None
    overwrite: bool


def transcode(
    source: Path,
    target: Path,
    to: str,
    *,
    quality: int | None = None,
    max_error: int | None = None,
    ratio: float | Sequence[float] | None = None,
    psnr: float | Sequence[float] | None = None,
    effort: int | None = None,
    predictor: int | None = None,
    photometric_interpretation: str | None = None,
    as_rgb: bool = False,
    offset_table: str | None = None,
    generate_instance_uid: bool | None = None,
    workers: int | None = None,
    overwrite: bool = False,
    progress: Progress | bool | None = None,
) -> Transcoded:
    """Bring the pixels of a file, or of all files of a folder, into another transfer syntax.

    Memory holds a few frames, however many there are. Each lossless frame is decoded again and compared before the file
    takes its name.

    Parameters
    ----------
    source : str or os.PathLike
        A file, or a folder, whose tree is kept. Links to folders aren't followed.
    target : str or os.PathLike
        The file or the folder to make; for a file also the folder that it goes into under its own name. It may be the
        source, with `overwrite`.
    to : str
        UID or name of the transfer syntax: ``"htj2k-lossless"``.
    quality, max_error, ratio, psnr, effort, predictor, photometric_interpretation, as_rgb
        As for `dicom.pixels.writing.transcode.transcode`.
    offset_table : {"basic", "extended", "none"}, optional
        What encapsulated frames are found by. When not given, a Basic Offset Table, or an extended one for frames that
        may take more than 4 GiB.
    generate_instance_uid : bool, optional
        Whether the SOP Instance UID is made anew. When not given, it is where samples change.
    workers : int, optional
        Threads; as many as the process has CPUs when not given. Many files are done side by side, few by their frames.
    overwrite : bool, default False
        Whether files that are there may be replaced.
    progress : callable or bool, optional
        Called with the numbers of what is done and what there is, of files for a folder and of frames for a file; True
        draws a bar on standard error if that is a terminal.

    Returns
    -------
    Transcoded
        For a folder, what failed is in its `errors`, and the rest was done.

    Raises
    ------
    InvalidDicomError
        `source` isn't DICOM.
    MissingElementError
        It has no pixel data (an AttributeError too).
    TransferSyntaxError
        The pixels can't be decoded, or encoded in `to` (a NotImplementedError too).
    PixelError, CodecError, LimitError, WriteError
        A frame can't be decoded, isn't one that `to` takes, or its codestream doesn't give it back.
    FileExistsError
        The target is there, and `overwrite` is False.
    OSError
        A file can't be read or written.
    """
    from dicom.io.progress import reporter
    from dicom.pixels.codecs import resolve
    from dicom.pixels.threads import thread_count
    from dicom.pixels.writing.encoding import encode_options

    order = _Order()
    order.target = resolve(to)
    order.encoding = encode_options(
        order.target, quality=quality, max_error=max_error, ratio=ratio, psnr=psnr, effort=effort, predictor=predictor
    )
    order.interpretation = photometric_interpretation
    order.as_rgb = as_rgb
    order.offset_table = offset_table
    order.generate_instance_uid = generate_instance_uid
    order.overwrite = overwrite
    threads = thread_count(workers)
    report = reporter(progress, "transcoding")
    origin, place = os.fsdecode(source), os.fsdecode(target)
    if os.path.isdir(origin):
        return _transcode_folder(origin, place, order, threads, report)
    if os.path.isdir(place):
        place = os.path.join(place, os.path.basename(origin))
    done = Transcoded()
    was_recoded = _transcode_file(origin, place, order, threads, report, copies_others=False)
    (done.written if was_recoded else done.copied).append(place)
    return done


# --- folders ---------------------------------------------------------------------------------------------------------


def _transcode_folder(source: str, target: str, order: _Order, workers: int, report: Progress) -> Transcoded:
    from dicom.pixels.writing.encoding import in_order

    if os.path.exists(target) and not os.path.isdir(target):
        raise NotADirectoryError(20, "Not a directory", target)
    names = _files_below(source, target)
    by_files = len(names) >= 2 * workers
    done = Transcoded()

    def act(name: str) -> tuple[str, Exception | bool | None]:
        try:
            paths = os.path.join(source, name), os.path.join(target, name)
            threads = 1 if by_files else workers
            return name, _transcode_file(*paths, order, threads, _tell_nobody, copies_others=True)
        except InvalidDicomError:
            return name, None
        except Exception as error:
            return name, error

    for number, (name, outcome) in enumerate(in_order(act, names, workers if by_files else 1), 1):
        if outcome is None:
            done.left_out.append(os.path.join(source, name))
        elif isinstance(outcome, Exception):
            done.errors.append((os.path.join(source, name), outcome))
        else:
            (done.written if outcome else done.copied).append(os.path.join(target, name))
        report(number, len(names))
    return done


def _files_below(source: str, target: str) -> list[str]:
    """The regular files below a folder, relative to it, in the order of their names; those below the target aren't."""
    excluded = os.path.realpath(target)
    if excluded == os.path.realpath(source):
        excluded = ""
    found = []
    for parent, folders, names in os.walk(source):
        folders[:] = [name for name in folders if os.path.realpath(os.path.join(parent, name)) != excluded]
        paths = (os.path.join(parent, name) for name in names)
        found += [os.path.relpath(path, source) for path in paths if os.path.isfile(path)]
    return sorted(found)


def _tell_nobody(done: int, total: int) -> None:
    """The progress of one file among many."""


# --- one file --------------------------------------------------------------------------------------------------------


def _transcode_file(
    source: str, target: str, order: _Order, workers: int, report: Progress, *, copies_others: bool
) -> bool:
    """Make the target; whether it has other pixels than the source, and isn't a copy."""
    from dicom.pixels.writing.recode import Recoding

    if not order.overwrite and os.path.lexists(target):
        raise FileExistsError(17, "File exists", target)
    with read(source) as dataset:
        if _is_directory(dataset):
            raise InvalidDicomError("a DICOMDIR refers to files, and has no pixels", path=source)
        if not any(tag in dataset for tag in _PIXELS):
            if not copies_others:
                raise MissingElementError("the data set has no pixel data to transcode", tag=_PIXELS[-1], path=source)
            _copy(dataset, source, target, order)
            return False
        recoding = Recoding(
            dataset,
            order.target,
            order.encoding,
            as_rgb=order.as_rgb,
            photometric_interpretation=order.interpretation,
        )
        if recoding.way == "same":
            _copy(dataset, source, target, order)
            return False
        _make_folder(target)
        _write_recoded(dataset, recoding, target, order, workers, report)
        return True


def _copy(dataset: Dataset, source: str, target: str, order: _Order) -> None:
    if os.path.exists(target) and os.path.samefile(source, target):
        return
    _make_folder(target)
    # Nothing was changed, so these are the bytes of the source.
    write(dataset, target, overwrite=order.overwrite)


def _write_recoded(
    dataset: Dataset, recoding: Recoding, target: str, order: _Order, workers: int, report: Progress
) -> None:
    # What is written is a copy, for the frames are read from the data set while it is written.
    changed = dataset.copy()
    is_new = order.generate_instance_uid
    if recoding.way == "relabel":
        recoding.finish(changed, 0, is_new)
        write(changed, target, overwrite=order.overwrite, enforce_file_format=_sign(changed))
        return
    frames = _reported(recoding.frames(workers), recoding.number_of_frames, report)
    if _has_shared_bytes(dataset, recoding):
        from dicom.pixels.writing.put import put_pixel_data

        put_pixel_data(changed, b"".join(frames), recoding.vr, is_encapsulated=False)
        recoding.finish(changed, 0, is_new)
        write(changed, target, overwrite=order.overwrite, enforce_file_format=_sign(changed))
        return
    if not recoding.is_lossy:
        recoding.finish(changed, 0, is_new)
        _write_frames(changed, frames, recoding.native_bytes, target, order)
        return
    with _Spool(os.path.dirname(os.path.abspath(target))) as spool:
        total = spool.take(frames)
        recoding.finish(changed, total, is_new)
        _write_frames(changed, spool.give(), total, target, order)


def _write_frames(changed: Dataset, frames: Iterator[bytes], size: int, target: str, order: _Order) -> None:
    table = order.offset_table
    if table is None:
        # What can't be compressed grows a little.
        table = "extended" if size + size // 8 > _LARGEST_OFFSET else "basic"
    write(
        changed,
        target,
        frames=frames,
        offset_table=table,
        overwrite=order.overwrite,
        enforce_file_format=_sign(changed),
    )


def _sign(changed: Dataset) -> bool:
    """Say in the File Meta Information who writes the file; whether all that it has to say is known."""
    for keyword in ("SOPClassUID", "SOPInstanceUID"):
        # What was read there and is no UID can't be put into the File Meta Information: it stays as it was.
        value = changed.get(keyword)
        if not (isinstance(value, UID) and value.is_valid):
            return False
    for keyword in ("ImplementationClassUID", "ImplementationVersionName", "SourceApplicationEntityTitle"):
        if keyword in changed.file_meta:
            delattr(changed.file_meta, keyword)
    return True


def _has_shared_bytes(dataset: Dataset, recoding: Recoding) -> bool:
    """Whether native frames of single bits don't end where a byte does."""
    from dicom.pixels.description import NATIVE_TRANSFER_SYNTAXES

    if recoding.target not in NATIVE_TRANSFER_SYNTAXES or dataset.get("BitsAllocated") != 1:
        return False
    return bool(dataset.Rows * dataset.Columns * int(dataset.get("SamplesPerPixel") or 1) % 8)


def _is_directory(dataset: Dataset) -> bool:
    meta = dataset._file_meta_if_any()
    return meta is not None and meta.get("MediaStorageSOPClassUID") == MediaStorageDirectoryStorage


def _make_folder(target: str) -> None:
    os.makedirs(os.path.dirname(os.path.abspath(target)), exist_ok=True)


def _reported(frames: Iterator[bytes], total: int, report: Progress) -> Iterator[bytes]:
    for number, frame in enumerate(frames, 1):
        yield frame
        report(number, total)


class _Spool:
    """Frames that are kept until all are known: in memory, and beyond a limit in a file without a name."""

    def __init__(self, folder: str) -> None:
        from tempfile import SpooledTemporaryFile

        self._file: Any = SpooledTemporaryFile(_SPOOL_BYTES, dir=folder)  # noqa: SIM115 - closed with the spool
        self._lengths: list[int] = []

    def take(self, frames: Iterator[bytes]) -> int:
        """Keep all of them; how many bytes they have."""
        for frame in frames:
            self._file.write(frame)
            self._lengths.append(len(frame))
        return sum(self._lengths)

    def give(self) -> Iterator[bytes]:
        """The frames again, one after the other."""
        self._file.seek(0)
        for length in self._lengths:
            yield self._file.read(length)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *of_error: object) -> None:
        self._file.close()
