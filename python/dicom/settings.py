"""What holds for the whole library: its one logger, named ``dicom``, silent unless the program listens.

In: nothing. Out: the logger. No switch that changes what a read returns lives here: options travel as arguments.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging

LOGGER_NAME = "dicom"


def logger() -> logging.Logger:
    """The library's logger, made when it is first asked for.

    ``logging`` takes longer to import than all of ``dicom``, hence a function. No record ever holds an element's value.

    Returns
    -------
    logging.Logger
        Named ``dicom``, with one ``NullHandler``: without it a warning would reach standard error in a program that
        has configured no logging.
    """
    import logging

    found = logging.getLogger(LOGGER_NAME)
    if not any(isinstance(handler, logging.NullHandler) for handler in found.handlers):
        found.addHandler(logging.NullHandler())
    return found
