"""Kill a process again and again while it writes over a file, and look at what it leaves.

In: a folder, a number of kills, a seed. Out: a line of JSON: how often the old and the new file were found, what else
was found (must be nothing), and how often a file was left beside it, which shows that the kill met the writing. Run as
``python -m tests.dataset.killed_writer FOLDER KILLS SEED``: each kill forks this process, which has imported all.
"""

from __future__ import annotations

import io
import json
import os
import random
import signal
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import dicom
from dicom.testing.encoder import DEFLATED, EXPLICIT_LITTLE, Element, Item, Items, encode_file

SIGNALS = (signal.SIGKILL,) * 8 + (signal.SIGINT, signal.SIGTERM)


def sample(transfer_syntax: str, megabytes: int) -> bytes:
    """A file of this size, with something in it that can be edited."""
    noise = random.Random(megabytes).randbytes(1 << 20)
    item = Item((Element(0x00081155, "UI", b"1.2.3.4\0"),))
    elements = (
        Element(0x00081140, "SQ", Items((item, item)), undefined_length=True),
        Element(0x00100010, "PN", b"Test^Case "),
        Element(0x00420011, "OB", noise * megabytes),
    )
    return encode_file(elements, transfer_syntax)


def versions(data: bytes) -> list[Any]:
    """Two data sets: the file, and the file after edits at two places."""
    first, second = dicom.read(data), dicom.read(data)
    second.PatientName = "Test^Case^Another"
    del second.ReferencedImageSequence[0]
    return [first, second]


def encoded(dataset: Any) -> bytes:
    """What is written of a data set."""
    target = io.BytesIO()
    dicom.write(dataset, target)
    return target.getvalue()


def write_for_ever(path: Path, datasets: list[Any]) -> None:
    """Write over one file, by turns from memory and from the very file that is overwritten."""
    try:
        number = 0
        while True:
            number += 1
            if number % 3 == 0:
                # What is deferred is copied from the file whose place the new one takes.
                dicom.read(path, defer_size=1000).save_as(path)
            else:
                dicom.write(datasets[number % 2], path)
    except KeyboardInterrupt:
        os._exit(3)
    except BaseException:
        os._exit(4)


def end_of(child: int) -> int:
    """How the process ended. Ctrl-C is lost where it meets the freeing of objects: then the process is killed."""
    for _ in range(200):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(folder: str, kills: str, seed: str) -> None:
    """Kill, look, count."""
    chance = random.Random(int(seed))
    path = Path(folder) / "file.dcm"
    count: dict[str, Any] = {"old": 0, "new": 0, "other": 0, "beside": 0, "beside after Ctrl-C": 0, "ended": []}
    for syntax, megabytes, share in ((EXPLICIT_LITTLE, 1, 0.6), (EXPLICIT_LITTLE, 4, 0.3), (DEFLATED, 1, 0.1)):
        datasets = versions(sample(syntax, megabytes))
        known = {
            sha256(encoded(dataset)).digest(): name for dataset, name in zip(datasets, ("old", "new"), strict=True)
        }
        path.write_bytes(encoded(datasets[0]))
        for _ in range(round(int(kills) * share)):
            sent = chance.choice(SIGNALS)
            child = os.fork()
            if child == 0:
                write_for_ever(path, datasets)
            time.sleep(chance.uniform(0.002, 0.03))
            os.kill(child, sent)
            ended = end_of(child)
            if ended not in (-sent, 3, -signal.SIGKILL):
                count["ended"].append(ended)
            count[known.get(sha256(path.read_bytes()).digest(), "other")] += 1
            for other in path.parent.iterdir():
                if other != path:
                    count["beside after Ctrl-C" if ended == 3 else "beside"] += 1
                    other.unlink()
    sys.stdout.write(json.dumps(count) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
