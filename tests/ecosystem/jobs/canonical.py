"""What a job found, in a form that is the same for the same result: JSON of texts, numbers and digests.

In: data sets, arrays and files as the dependents give them. Out: one JSON document on standard output.
Files are looked at as bytes, not with the library that wrote them: what it gets wrong it would read wrong again.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import sys
from pathlib import Path
from typing import Any

#: The root of the UIDs that jobs make.
ROOT = "1.2.826.0.1.3680043.9.7433.9.8."
#: Who wrote the file (PS3.10 7.1): each library says its own name. The length of the group goes with it.
WHO_WROTE = (0x00020000, 0x00020012, 0x00020013, 0x00020016)
#: Long form of an element's header (PS3.5 7.1.2), as far as it occurs in File Meta Information.
LONG_FORM = (b"OB", b"UN", b"UT", b"SQ")
#: Transfer syntaxes whose pixel data are numbers: all others are compressed, by each library with its own codec.
NATIVE = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2")
#: What says when an object was made. A job sets it before it writes, so that two runs compare.
WHEN = {
    "ContentDate": "20240601",
    "ContentTime": "120000",
    "ContributionDateTime": "20240601120000",
    "DateOfSecondaryCapture": "20240601",
    "InstanceCreationDate": "20240601",
    "InstanceCreationTime": "120000",
    "ObservationDateTime": "20240601120000",
    "PresentationCreationDate": "20240601",
    "PresentationCreationTime": "120000",
    "SeriesDate": "20240601",
    "SeriesTime": "120000",
    "StructureSetDate": "20240601",
    "StructureSetTime": "120000",
    "TimeOfSecondaryCapture": "120000",
    "VerificationDateTime": "20240601120000",
}


def digest(data: bytes) -> str:
    """Enough of a hash to tell two values apart, with the length before it."""
    return f"{len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()[:24]}"


def array(values: Any) -> dict[str, Any]:
    """An array: what a reader sees of it, and a digest of all."""
    import numpy as np

    values = np.asarray(values)
    return {
        "shape": list(values.shape),
        "dtype": values.dtype.str,
        "sum": float(values.astype(np.float64).sum()),
        "values": digest(np.ascontiguousarray(values).tobytes()),
    }


def value(found: Any) -> Any:
    """One value: numbers and texts as they are, other things as their class and text."""
    if isinstance(found, bytes):
        return digest(found) if len(found) > 64 else found.hex()
    if found is None or isinstance(found, bool):
        return found
    if isinstance(found, (int, float)) and type(found) in (int, float):
        return found
    if type(found).__name__ == "Sequence":
        return [elements(item) for item in found]
    if isinstance(found, (list, tuple)) or type(found).__name__ == "MultiValue":
        return [value(one) for one in found]
    return f"{type(found).__name__} {found}"


def elements(dataset: Any) -> list[Any]:
    """Each element of a data set, in order, items nested: tag, VR, VM, keyword, value.

    Compressed pixel data are only named: two codecs may write the same pixels in other bytes.
    """
    syntax = getattr(getattr(dataset, "file_meta", None), "TransferSyntaxUID", NATIVE[0])
    found = []
    for element in dataset:
        if element.VR == "SQ":
            shown = [elements(item) for item in element.value]
        elif element.keyword == "PixelData" and syntax not in NATIVE:
            shown = "compressed"
        else:
            shown = value(element.value)
        found.append([str(element.tag), str(element.VR), element.VM, element.keyword, shown])
    return found


def outline(dataset: Any) -> dict[str, Any]:
    """A data set in short: how many elements, and a digest of them all; for results of thousands of elements."""
    listed = elements(dataset)
    text = json.dumps(listed, ensure_ascii=False)
    return {"elements": text.count('["('), "listed": digest(text.encode())}


def file(path: str | os.PathLike[str]) -> dict[str, Any]:
    """A DICOM file: the File Meta Information element by element, and a digest of the data set's bytes.

    Where the pixel data are compressed, the data set is left out, as in `elements`.
    """
    return file_bytes(Path(path).read_bytes())


def file_bytes(content: bytes) -> dict[str, Any]:
    """As `file`, of bytes at hand."""
    if content[128:132] != b"DICM":
        return {"preamble": None, "data set": digest(content)}
    meta, offset = {}, 132
    while content[offset : offset + 2] == b"\x02\0":
        group, number, vr, length = struct.unpack_from("<HH2sH", content, offset)
        offset += 8
        if vr in LONG_FORM:
            (length,) = struct.unpack_from("<I", content, offset)
            offset += 4
        tag = group << 16 | number
        if tag not in WHO_WROTE:
            meta[f"{tag:08X}"] = content[offset : offset + length].decode("ascii", "backslashreplace")
        offset += length
    is_native = meta.get("00020010", NATIVE[0]).rstrip("\0") in NATIVE
    return {
        "preamble": digest(content[:128]),
        "meta": meta,
        "data set": digest(content[offset:]) if is_native else "compressed",
    }


def settle(dataset: Any) -> None:
    """Set what says when an object was made to one moment, in items too."""
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                settle(item)
        elif element.keyword in WHEN:
            element.value = WHEN[element.keyword]


def same_uids_on_each_run() -> None:
    """Make `pydicom.uid.generate_uid` count instead of drawing lots; call it before a dependent is imported.

    The UIDs are still the library's own work: with sources of entropy given, pydicom's documentation promises the same
    UID each time. The root below which they lie is the job's, since each library has its own.
    """
    import pydicom.uid

    original, count = pydicom.uid.generate_uid, 0

    def generate_uid(prefix: str | None = ROOT, entropy_srcs: list[str] | None = None) -> Any:
        nonlocal count
        if entropy_srcs is None:
            count += 1
            entropy_srcs = ["ecosystem", str(count)]
        return original(prefix or ROOT, entropy_srcs)

    pydicom.uid.generate_uid = generate_uid


def emit(result: Any) -> None:
    """End a job: print what it found, when the library that it ran on is the one that it was started with."""
    real = os.path.join("site-packages", "pydicom") + os.sep
    files = {name: getattr(module, "__file__", None) or "" for name, module in list(sys.modules.items())}
    from_the_real = sorted(name for name, path in files.items() if real in path)
    wanted = os.environ["ECOSYSTEM_LIBRARY"]
    if wanted == "dicom" and (from_the_real or "dicom" not in sys.modules):
        raise SystemExit(f"modules of the real pydicom are in use: {from_the_real}")
    if wanted == "pydicom" and (not from_the_real or "dicom" in sys.modules):
        raise SystemExit("the job was to run on pydicom, and did not")
    json.dump(result, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
