"""A worker process that decodes frames: the other side of `dicom.pixels.isolated`.

In: requests on standard input. Out: answers on standard output. Both are two lengths (4 and 8 bytes, little endian), a
JSON object of the first length, and bytes of the second: the frame, its pixels. The worker answers ``{"ready": true}``
when it can begin, and ends when its input does. Standard: none.
"""

from __future__ import annotations

import json
import os
import sys
from struct import Struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from dicom.pixels.description import FrameDescription

LENGTHS = Struct("<IQ")
MAX_HEADER_BYTES = 2**16

_FIELDS = (
    "bits_allocated",
    "bits_stored",
    "columns",
    "converts_color",
    "is_signed",
    "number_of_frames",
    "photometric_interpretation",
    "planar_configuration",
    "rows",
    "samples_per_pixel",
    "tag",
    "transfer_syntax",
    "vr",
)
#: Seconds after its deadline when a worker ends by itself, whose parent isn't there any more to end it.
_ORPHAN_SECONDS = 5.0
_LONGEST_TIMER = 1e6


def describe_request(description: FrameDescription, threads: int, deadline: float, memory_limit: int) -> dict[str, Any]:
    """What stands before a frame's bytes in a request."""
    fields = {name: getattr(description, name) for name in _FIELDS}
    return {"description": fields, "threads": threads, "deadline": deadline, "memory_limit": memory_limit}


def main() -> None:
    """Decode what comes on standard input until it ends."""
    # What a codec prints must not stand among the answers.
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    # Before the limit is set, and before time counts.
    import imagecodecs  # noqa: F401
    import numpy  # noqa: F401, ICN001

    import dicom.pixels.decode  # noqa: F401

    limits = _Limits()
    _answer(answers, {"ready": True})
    while (request := _next_request(requests, limits)) is not None:
        limits.start_clock(request[0]["deadline"])
        answer, pixels = _decode(*request)
        limits.stop_clock()
        _answer(answers, answer, pixels)
        del request, pixels


def _next_request(requests: BinaryIO, limits: _Limits) -> tuple[dict[str, Any], bytes] | None:
    lengths = requests.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    header_bytes, frame_bytes = LENGTHS.unpack(lengths)
    header = json.loads(requests.read(header_bytes))
    fields = header["description"]
    samples = fields["rows"] * fields["columns"] * fields["samples_per_pixel"]
    limits.limit_memory(header["memory_limit"] + frame_bytes + samples * max(1, fields["bits_allocated"] // 8))
    frame = requests.read(frame_bytes)
    return (header, frame) if len(frame) == frame_bytes else None


def _decode(header: dict[str, Any], frame: bytes) -> tuple[dict[str, Any], Any]:
    import numpy as np

    from dicom.errors import DicomError
    from dicom.pixels import codecs
    from dicom.pixels.description import FrameDescription

    description = FrameDescription()
    for name in _FIELDS:
        setattr(description, name, header["description"][name])
    description.findings = []
    description.holds_ybr = False
    try:
        decode = codecs.decoder_of(description.transfer_syntax)
        slot = np.empty(description.frame_shape, description.dtype)
        holds_ybr = decode(frame, description, slot, header["threads"])
    except MemoryError:
        return {"error": "LimitError", "message": "the frame needs more memory than memory_limit allows"}, b""
    except DicomError as error:
        return {"error": type(error).__name__, "message": str(error), "offset": error.offset}, b""
    except Exception as error:
        return {"error": "CodecError", "message": f"the frame can't be decoded ({type(error).__name__})"}, b""
    findings = [[finding.code, finding.message] for finding in description.findings]
    return {"holds_ybr": holds_ybr, "findings": findings}, slot.reshape(-1).view("u1").data


def _answer(answers: BinaryIO, header: dict[str, Any], pixels: Any = b"") -> None:
    text = json.dumps(header).encode()
    answers.write(LENGTHS.pack(len(text), len(pixels)) + text)
    answers.write(pixels)
    answers.flush()


class _Limits:
    """What the system holds this process to, as far as it can."""

    def __init__(self) -> None:
        self._resource: Any = None
        self._signal: Any = None
        self._base = 0
        if sys.platform == "linux":
            import resource

            self._resource = resource
            # A core file would hold pixels of a patient.
            resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
            with open("/proc/self/statm", encoding="ascii") as file:
                self._base = int(file.read().split()[0]) * resource.getpagesize()
        if os.name == "posix":
            import signal

            self._signal = signal
            signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def limit_memory(self, extra_bytes: int) -> None:
        """Let no more be allocated than so much beyond what there was at the beginning."""
        if self._resource is not None:
            kind = self._resource.RLIMIT_AS
            hard = self._resource.getrlimit(kind)[1]
            wanted = self._base + extra_bytes
            if hard != self._resource.RLIM_INFINITY:
                wanted = min(wanted, hard)
            self._resource.setrlimit(kind, (min(wanted, sys.maxsize), hard))

    def start_clock(self, deadline: float) -> None:
        """End this process a while after the deadline: the system does, whatever native code is at."""
        if self._signal is not None:
            self._signal.setitimer(self._signal.ITIMER_REAL, min(deadline + _ORPHAN_SECONDS, _LONGEST_TIMER))

    def stop_clock(self) -> None:
        """The frame is done."""
        if self._signal is not None:
            self._signal.setitimer(self._signal.ITIMER_REAL, 0)
