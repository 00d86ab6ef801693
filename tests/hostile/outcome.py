"""Read a source as a person would, everything in it, and say how that ended.

In: bytes or a path. Out: an ``Outcome``: the error or none, the findings, and every text that was said on the way.
What isn't a ``DicomError`` goes through: that is the failure that these tests look for.
"""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import dicom
from dicom.errors import DicomError

if TYPE_CHECKING:
    from pathlib import Path

PIXEL_KEYWORDS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


class Outcome(NamedTuple):
    """How a reading ended."""

    error: DicomError | None
    findings: tuple[str, ...]
    messages: tuple[str, ...]
    number_of_elements: int


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def error_texts(error: BaseException) -> list[str]:
    """What a traceback shows of an error: its message, its notes, and those of the errors that led to it."""
    texts = []
    current: BaseException | None = error
    while current is not None:
        texts += [str(current), repr(current), *getattr(current, "__notes__", ())]
        if current.__cause__ is not None or current.__suppress_context__:
            current = current.__cause__
        else:
            current = current.__context__
    return texts


def ask_for_all(dataset: Any, errors: list[DicomError]) -> int:
    """Ask for every value of a data set, nested ones too; gives their number, and gathers typed errors."""
    number = 0
    waiting = [dataset]
    while waiting:
        items = waiting.pop()
        for tag in list(items.keys()):
            number += 1
            try:
                element = items[tag]
                value = element.value
                if element.VR == "SQ":
                    waiting.extend(value)
            except DicomError as error:
                errors.append(error)
    return number


def read_everything(source: bytes | Path, *, pixels: bool = True, text: bool = True, **options: Any) -> Outcome:
    """Read a source, ask for every value, print it, and decode its pixels."""
    listener = _Listener()
    logger = logging.getLogger("dicom")
    before = logger.level
    logger.addHandler(listener)
    logger.setLevel(logging.DEBUG)
    errors: list[DicomError] = []
    findings: tuple[str, ...] = ()
    number = 0
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                dataset = dicom.read(source, **options)
                number = ask_for_all(dataset, errors)
                if text:
                    str(dataset)
                if pixels and any(keyword in dataset for keyword in PIXEL_KEYWORDS):
                    _decode(dataset, errors)
                findings = tuple(f"{finding} {finding!r}" for finding in dataset.findings)
            except DicomError as error:
                errors.append(error)
    finally:
        logger.removeHandler(listener)
        logger.setLevel(before)
    messages = [*listener.said, *(str(one.message) for one in warned), *findings]
    for raised in errors:
        messages += error_texts(raised)
    return Outcome(errors[0] if errors else None, findings, tuple(messages), number)


def _decode(dataset: Any, errors: list[DicomError]) -> None:
    try:
        _ = dataset.pixel_array
    except DicomError as error:
        errors.append(error)
    except AttributeError as error:
        # As documented: pixels without the elements that describe them.
        errors.append(DicomError(*error.args))
