"""`write_volume`: a volume as a new series, in files or as data sets.

In: a volume, and what the caller asks for. Out: paths, or data sets. Files are made in a hidden folder inside of the
target and moved into it when all are there, so that a series is whole or isn't there. Standard: PS3.10 7.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dicom.errors import CharacterSetError, WriteError
from dicom.instances.plan.kinds import CLASSIC, DOSE, ENHANCED, PARAMETRIC_MAP
from dicom.instances.plan.order import Order
from dicom.io.progress import reporter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from dicom.dataset.file_dataset import FileDataset
    from dicom.io.progress import Progress

_DIGITS = 4
#: What `dicom.transcode` takes, and a volume needs.
_ENCODE_OPTIONS = frozenset(("quality", "max_error", "ratio", "psnr", "effort", "predictor"))
_TRANSCODE_OPTIONS = frozenset(("photometric_interpretation", "as_rgb", "offset_table"))


def write_volume(
    volume: Any,
    template: Any = None,
    folder: str | os.PathLike[str] | None = None,
    *,
    form: str | None = None,
    transfer_syntax: str | None = None,
    tolerance: float = 0.0,
    fill: float | None = None,
    description: str | None = None,
    number: int | None = None,
    derivation: str | None = None,
    overwrite: bool = False,
    workers: int | None = None,
    progress: Progress | bool | None = None,
    **encoding: Any,
) -> list[str] | list[FileDataset]:
    """Write a volume as a new series; see `dicom.Volume.to_dicom`, which this is."""
    syntax = _transfer_syntax(transfer_syntax, encoding)
    target = None if folder is None else _target(folder, overwrite)
    order = Order(
        volume,
        template,
        form=form,
        tolerance=tolerance,
        fill=fill,
        description=description,
        number=number,
        derivation=derivation,
    )
    if order.kind.form in (CLASSIC, ENHANCED, DOSE):
        # Values that don't fit are refused before anything is made.
        _ = order.storage
    made = _data_sets(order)
    total = len(order.values) if order.kind.form == CLASSIC else 1
    tell = reporter(progress, "writing DICOM")

    needs_unicode = not all(text.isascii() for text in (description, derivation, volume.quantity) if text)

    def finished(ds: FileDataset) -> FileDataset:
        if needs_unicode and not ds.get("SpecificCharacterSet"):
            # What the sources say without one is ASCII, and so UTF-8.
            ds.SpecificCharacterSet = "ISO_IR 192"
        if syntax is not None:
            ds.transcode(syntax, generate_instance_uid=False, workers=workers if total == 1 else 1, **encoding)
        return ds

    if target is None:
        data_sets = []
        for done, ds in enumerate(_in_order(finished, made, total, workers), 1):
            data_sets.append(ds)
            tell(done, total)
        return data_sets
    return _write(target, made, finished, total, workers, tell)


def _data_sets(order: Order) -> Iterator[FileDataset]:
    if order.kind.form == CLASSIC:
        from dicom.instances.objects.classic import classic_data_sets

        return classic_data_sets(order)
    return iter((_single(order),))


def _single(order: Order) -> FileDataset:
    form = order.kind.form
    if form == ENHANCED:
        from dicom.instances.objects.enhanced import enhanced_data_set

        return enhanced_data_set(order)
    if form == DOSE:
        from dicom.instances.objects.dose import dose_data_set

        return dose_data_set(order)
    if form == PARAMETRIC_MAP:
        from dicom.instances.objects.parametric_map import parametric_map_data_set

        return parametric_map_data_set(order)
    from dicom.instances.objects.secondary_capture import secondary_capture_data_set

    return secondary_capture_data_set(order)


def _in_order(
    act: Callable[[FileDataset], Any], made: Iterator[FileDataset], total: int, workers: int | None
) -> Iterator[Any]:
    from dicom.pixels.threads import thread_count
    from dicom.pixels.writing.encoding import in_order

    return in_order(act, made, thread_count(workers) if total > 1 else 1)


def _transfer_syntax(name: str | None, encoding: dict[str, Any]) -> str | None:
    """UID of the transfer syntax, found to be one that takes these options.

    Raises
    ------
    TransferSyntaxError
        There is none of this name.
    PixelError
        It doesn't take the options.
    WriteError
        There are options, and no transfer syntax.
    """
    if name is None:
        if encoding:
            raise WriteError(f"{', '.join(sorted(encoding))}: how frames are encoded, and no transfer_syntax= is given")
        return None
    from dicom.pixels.codecs import resolve
    from dicom.pixels.writing.encoding import encode_options

    target = resolve(name)
    encode_options(target, **{key: value for key, value in encoding.items() if key in _ENCODE_OPTIONS})
    unknown = sorted(set(encoding) - _ENCODE_OPTIONS - _TRANSCODE_OPTIONS)
    if unknown:
        raise WriteError(f"{', '.join(unknown)}: no option of to_dicom or of a transfer syntax")
    return target


def _target(folder: str | os.PathLike[str], overwrite: bool) -> str:
    """The folder to make, if it can be made.

    Raises
    ------
    FileExistsError
        It is there and holds something, and `overwrite` is False.
    NotADirectoryError
        It is a file.
    """
    path = os.fsdecode(folder)
    if os.path.lexists(path) and not os.path.isdir(path):
        raise NotADirectoryError(20, "Not a directory", path)
    if os.path.isdir(path) and os.listdir(path) and not overwrite:
        raise FileExistsError(
            17, "The folder holds files already (overwrite=True replaces those of the same name)", path
        )
    return path


def _save(ds: FileDataset, path: str) -> None:
    try:
        ds.save_as(path, enforce_file_format=True)
    except CharacterSetError:
        # Sources that don't name the character set of their texts, or name one that hasn't all of them.
        ds.SpecificCharacterSet = "ISO_IR 192"
        ds.save_as(path, enforce_file_format=True)


def _write(
    target: str,
    made: Iterator[FileDataset],
    finished: Callable[[FileDataset], FileDataset],
    total: int,
    workers: int | None,
    tell: Callable[[int, int], object],
) -> list[str]:
    """Files in a hidden folder, then in their places."""
    import shutil
    import tempfile

    is_new = not os.path.isdir(target)
    os.makedirs(target, exist_ok=True)
    digits = max(_DIGITS, len(str(total)))
    beside = tempfile.mkdtemp(prefix=".dicom-", dir=target)
    try:
        names = []

        def save(entry: tuple[int, FileDataset]) -> str:
            index, ds = entry
            name = f"IM{index:0{digits}d}.dcm"
            _save(finished(ds), os.path.join(beside, name))
            return name

        for done, name in enumerate(_in_order(save, enumerate(made, 1), total, workers), 1):  # type: ignore[arg-type]
            names.append(name)
            tell(done, total)
        for name in names:
            os.replace(os.path.join(beside, name), os.path.join(target, name))
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        if is_new and not os.listdir(target):
            os.rmdir(target)
        raise
    os.rmdir(beside)
    return [os.path.join(target, name) for name in names]
