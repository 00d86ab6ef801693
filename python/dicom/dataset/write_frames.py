"""Writing a data set whose frames come one after the other, in constant memory.

In: a data set, a target, an iterable of frames: encoded ones for a transfer syntax that encapsulates, else native ones.
Out: the file. Only one frame is held at a time; offset tables are filled in when all frames are written.
Standard: PS3.5 8.2 and A.4 (native and encapsulated pixel data), PS3.3 C.7.6.3.1.8 (extended offset table).
"""

from __future__ import annotations

from struct import Struct

from dicom._core import plan_data_set, plan_file
from dicom.errors import WriteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from dicom.elements.mapping import ElementMapping

    from .dataset import Dataset
    from .encoding_choice import Encoding

_GROUP_LENGTH = 0x7FE00000
_EXTENDED_OFFSETS = 0x7FE00001
_PIXEL_DATA = 0x7FE00010
_ITEM = Struct("<HHL")
_MOST_BYTES = 0xFFFFFFFE
_CHUNK = 1 << 20


class FrameWriter:
    """A file whose pixel data is still to come.

    Parameters
    ----------
    dataset : Dataset
        All but the pixels; pixel data that it has is not written. Number of Frames says how many there will be.
    file_meta, preamble, encoding, rules
        As `dicom.dataset.write` has them.
    offset_table : {"basic", "extended", "none"}
        Which one encapsulated frames get. A target that can't go back gets an empty basic one.
    """

    def __init__(
        self,
        dataset: Dataset,
        file_meta: ElementMapping | None,
        preamble: bytes | None,
        encoding: Encoding,
        rules: dict[str, Any],
        offset_table: str,
    ) -> None:
        if offset_table not in ("basic", "extended", "none"):
            raise ValueError("offset_table is 'basic', 'extended' or 'none'")
        syntax = encoding.transfer_syntax
        self._encoding = encoding
        self._table = offset_table
        self._encapsulated = bool(syntax is not None and not syntax.is_private and syntax.is_encapsulated)
        self.number_of_frames = int(dataset.get("NumberOfFrames") or 1)
        self._frame_length = 0 if self._encapsulated else _native_length(dataset)
        self._bits = int(dataset.get("BitsAllocated") or 8)
        before = dataset[:_EXTENDED_OFFSETS]
        if _GROUP_LENGTH in before:
            del before[_GROUP_LENGTH]
        order = (encoding.implicit_vr, encoding.little_endian)
        # Deflating begins with the data set: what stands before it is planned alone.
        self._front = plan_file(type(before)(), file_meta, preamble, *order, False, rules)
        sets = before._character_set if "SpecificCharacterSet" not in before else None
        self._before = plan_data_set(before, *order, sets, rules)
        self._after = plan_data_set(dataset[_PIXEL_DATA + 1 :], *order, _character_sets(before), rules)

    def write_to(self, target: Any, frames: Iterable[Any]) -> None:
        """Write all of it.

        Raises
        ------
        WriteError
            There are more or fewer frames than Number of Frames says, or one has a wrong size.
        """
        self._front.write_to(target)
        if self._encoding.deflated:
            deflating = _Deflating(target)
            self._write_data_set(deflating, frames, can_go_back=False)
            deflating.finish()
        else:
            self._write_data_set(target, frames, can_go_back=_is_seekable(target))

    def _write_data_set(self, target: Any, frames: Iterable[Any], can_go_back: bool) -> None:
        self._before.write_to(target)
        if self._encapsulated:
            self._write_fragments(target, frames, can_go_back)
        else:
            self._write_native(target, frames)
        self._after.write_to(target)

    # --- native ------------------------------------------------------------------------------------------------------

    def _write_native(self, target: Any, frames: Iterable[Any]) -> None:
        length = self._frame_length * self.number_of_frames
        padding = length % 2
        if length + padding > _MOST_BYTES:
            raise WriteError("native pixel data of more than 4 GiB has no length: compress it", tag=_PIXEL_DATA)
        vr = "OB" if self._bits <= 8 and not self._encoding.implicit_vr else "OW"
        target.write(self._header(_PIXEL_DATA, vr, length + padding))
        for frame in self._counted(frames):
            data = self._native_bytes(frame)
            if data.nbytes != self._frame_length:
                raise WriteError(
                    f"a frame has {data.nbytes} bytes; rows, columns, samples and bits make {self._frame_length}",
                    tag=_PIXEL_DATA,
                )
            _write_all(target, data)
        if padding:
            target.write(b"\0")

    def _native_bytes(self, frame: Any) -> memoryview:
        if hasattr(frame, "astype"):
            order = "<" if self._encoding.little_endian else ">"
            frame = frame.astype(frame.dtype.newbyteorder(order), order="C", copy=False)
            # Shapes without extent can't be cast.
            return memoryview(frame.tobytes()) if not frame.flags.c_contiguous else memoryview(frame).cast("B")
        return memoryview(frame).cast("B")

    # --- encapsulated ------------------------------------------------------------------------------------------------

    def _write_fragments(self, target: Any, frames: Iterable[Any], can_go_back: bool) -> None:
        count = self.number_of_frames
        table = self._table if can_go_back else "none"
        places: list[int] = []
        if table == "extended":
            for tag in (_EXTENDED_OFFSETS, _EXTENDED_OFFSETS + 1):
                target.write(self._header(tag, "OV", 8 * count))
                places.append(target.tell())
                target.write(bytes(8 * count))
        target.write(self._header(_PIXEL_DATA, "OB", 0xFFFFFFFF))
        target.write(_ITEM.pack(0xFFFE, 0xE000, 4 * count if table == "basic" else 0))
        if table == "basic":
            places.append(target.tell())
            target.write(bytes(4 * count))
        offsets, lengths, position = [], [], 0
        for frame in self._counted(frames):
            data = memoryview(frame).cast("B")
            padding = data.nbytes % 2
            if data.nbytes + padding > _MOST_BYTES:
                raise WriteError("an encoded frame has more than 4 GiB", tag=_PIXEL_DATA)
            offsets.append(position)
            lengths.append(data.nbytes)
            target.write(_ITEM.pack(0xFFFE, 0xE000, data.nbytes + padding))
            _write_all(target, data)
            target.write(b"\0" * padding)
            position += 8 + data.nbytes + padding
        target.write(_ITEM.pack(0xFFFE, 0xE0DD, 0))
        if table == "none":
            return
        end = target.tell()
        if table == "basic":
            if offsets and offsets[-1] > 0xFFFFFFFF:
                raise WriteError(
                    "the frames lie more than 4 GiB apart, which a basic offset table can't tell: take "
                    "offset_table='extended'",
                    tag=_PIXEL_DATA,
                )
            tables = [Struct(f"<{count}L").pack(*offsets)]
        else:
            tables = [Struct(f"<{count}Q").pack(*numbers) for numbers in (offsets, lengths)]
        for place, content in zip(places, tables, strict=True):
            target.seek(place)
            target.write(content)
        target.seek(end)

    # --- both --------------------------------------------------------------------------------------------------------

    def _counted(self, frames: Iterable[Any]) -> Iterable[Any]:
        number = 0
        for frame in frames:
            number += 1
            if number > self.number_of_frames:
                raise WriteError(
                    f"there are more frames than Number of Frames says, which is {self.number_of_frames}",
                    tag=_PIXEL_DATA,
                )
            yield frame
        if number != self.number_of_frames:
            raise WriteError(
                f"there are {number} frames, and Number of Frames says {self.number_of_frames}", tag=_PIXEL_DATA
            )

    def _header(self, tag: int, vr: str, length: int) -> bytes:
        order = "<" if self._encoding.little_endian else ">"
        head = Struct(f"{order}HH").pack(tag >> 16, tag & 0xFFFF)
        if not self._encoding.implicit_vr:
            head += vr.encode() + b"\0\0"
        return head + Struct(f"{order}L").pack(length)


class _Deflating:
    """A target that deflates on the way (PS3.5 A.5)."""

    def __init__(self, target: Any) -> None:
        from zlib import DEFLATED, MAX_WBITS, compressobj

        self._target = target
        self._deflate = compressobj(method=DEFLATED, wbits=-MAX_WBITS)
        self._length = 0

    def write(self, data: Any) -> int:
        self._put(self._deflate.compress(data))
        return len(data)

    def _put(self, deflated: bytes) -> None:
        self._length += len(deflated)
        _write_all(self._target, memoryview(deflated))

    def finish(self) -> None:
        self._put(self._deflate.flush())
        if self._length % 2:
            self._target.write(b"\0")


def frame_file(planned: FrameWriter, frames: Iterable[Any]) -> Callable[[str, int], None]:
    """What makes the file for `dicom.io.replace.replace_file`."""

    def make(path: str, mode: int) -> None:
        import os

        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), mode)
        with open(descriptor, "r+b") as file:
            planned.write_to(file, frames)
            file.flush()
            os.fsync(file.fileno())

    return make


def _native_length(dataset: Dataset) -> int:
    """Bytes of a native frame (PS3.5 8.1.1)."""
    try:
        rows, columns, bits = int(dataset.Rows), int(dataset.Columns), int(dataset.BitsAllocated)
        samples = int(dataset.get("SamplesPerPixel") or 1)
    except (AttributeError, TypeError, ValueError):
        raise WriteError("native frames need Rows, Columns and Bits Allocated (PS3.3 C.7.6.3)") from None
    if bits % 8:
        if bits != 1 or rows * columns * samples % 8:
            raise WriteError("frames of single bits have to fill whole bytes to be written one by one")
        return rows * columns * samples // 8
    if str(dataset.get("PhotometricInterpretation")) == "YBR_FULL_422":
        return rows * columns * 2 * (bits // 8)
    return rows * columns * samples * (bits // 8)


def _character_sets(before: Any) -> Any:
    from dicom.charset import CharacterSets

    return CharacterSets.from_terms(before.get("SpecificCharacterSet"))


def _is_seekable(target: Any) -> bool:
    try:
        return bool(target.seekable())
    except AttributeError:
        return False


def _write_all(target: Any, data: memoryview) -> None:
    for start in range(0, data.nbytes, _CHUNK):
        rest = data[start : start + _CHUNK]
        while rest.nbytes:
            written = target.write(rest)
            if written is None:
                break
            rest = rest[written:]
