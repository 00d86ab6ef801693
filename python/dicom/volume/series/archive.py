"""The files in a zip archive, read into memory.

In: the path of an archive. Out: the bytes of its members. Nothing is unpacked to the disk, so that no member's name can
lead anywhere; what a member says of its own size isn't believed: it is read in pieces up to a ceiling.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import zipfile

    from dicom.volume.series.inputs import Inputs

#: How many bytes the members of an archive may hold together, unless the caller says otherwise.
LIMIT = 4 << 30
_PIECE = 1 << 20
# Past so many bytes, a member may not be more than so many times larger than it is in the archive: what packs better
# than images and headers do is a bomb. The limits of deflated data sets.
_FREE = 16 << 20
_MOST_TIMES = 100


def take_archive(inputs: Inputs, path: str, limit: int) -> None:
    """Add the members of an archive; those that can't be read are refused by name."""
    import zipfile

    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, NotImplementedError) as error:
        inputs.refuse(path, f"a zip archive that can't be opened: {type(error).__name__}")
        return
    left = limit
    with archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            name = f"{path}/{member.filename}"
            found = _member(archive, member, left, limit)
            if isinstance(found, str):
                inputs.refuse(name, found)
                continue
            left -= len(found)
            inputs.names.append(name)
            inputs.sources.append(found)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int, limit: int) -> bytes | str:
    """The bytes of a member, or why there are none."""
    import zipfile

    if member.flag_bits & 1:
        return "encrypted in the archive"
    pieces = []
    size = 0
    try:
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                size += len(piece)
                if size > left:
                    return f"the archive holds more than {limit:,} bytes (archive_limit)"
                if size > _FREE and size > _MOST_TIMES * max(1, member.compress_size):
                    return f"more than {_MOST_TIMES} times larger than it is in the archive"
                pieces.append(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        # LZMA's error has no name of its own in zipfile; each says that the bytes can't be had.
        return f"damaged in the archive, or packed in a way that isn't known: {type(error).__name__}"
    begin = pieces[0][:4] if pieces else b""
    if begin == b"PK\x03\x04":
        return "an archive within the archive: give it by itself"
    return b"".join(pieces)
