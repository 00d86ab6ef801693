"""Eight threads read the same as one: no state of the process changes what a read returns."""

from __future__ import annotations

import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import dicom
from tests.data_sources import seed
from tests.parity.compare import Described, describe

NAMES = (
    "CT_small.dcm", "MR_small.dcm", "rtplan.dcm", "test-SR.dcm", "reportsi.dcm", "nested_priv_SQ.dcm", "image_dfl.dcm",
    "UN_sequence.dcm", "MR_small_bigendian.dcm", "dicomdirtests/DICOMDIR", "../charset_files/chrH32.dcm",
)  # fmt: skip


def read_and_describe(name: str) -> tuple[dict[str, Described], str]:
    dataset = dicom.read(seed(name))
    return describe(dataset), str(dataset)


def test_many_files_from_eight_threads() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        alone = {name: read_and_describe(name) for name in NAMES}
        with ThreadPoolExecutor(8) as threads:
            together = list(threads.map(read_and_describe, NAMES * 8))
    for name, result in zip(NAMES * 8, together, strict=True):
        assert result == alone[name], name


def test_one_data_set_from_eight_threads() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in NAMES:
            alone = describe(dicom.read(seed(name)))
            shared = dicom.read(seed(name))
            start = threading.Barrier(8)

            def ask(start: threading.Barrier = start, shared: object = shared) -> dict[str, Described]:
                start.wait()
                return describe(shared)

            with ThreadPoolExecutor(8) as threads:
                results = [waiting.result() for waiting in [threads.submit(ask) for _ in range(8)]]
            assert all(result == alone for result in results), name


def test_a_sequence_is_the_same_object_in_each_thread() -> None:
    shared = dicom.read(seed("rtplan.dcm"))
    start = threading.Barrier(8)

    def ask() -> object:
        start.wait()
        return shared.BeamSequence

    with ThreadPoolExecutor(8) as threads:
        results = [waiting.result() for waiting in [threads.submit(ask) for _ in range(8)]]
    assert all(result is results[0] for result in results)
